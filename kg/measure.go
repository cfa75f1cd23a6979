package kg

import (
	"fmt"
	"math"
)

// Measure 度量 is what a standing question counted in an area on a day: a point of a trend. Its area is a tie.
type Measure struct {
	Base
	Code     string   `json:"code,omitempty"` // MeasureCode of area, day and question
	Question string   `json:"question,omitempty"`
	Day      Date     `json:"day,omitzero"`
	Targets  int      `json:"targets,omitempty"`
	Covered  int      `json:"covered,omitempty"`
	Figures  *Figures `json:"figures,omitempty"`
}

// Figures are what a measure tells beside its targets and those covered.
type Figures struct {
	AtLeast     []int    `json:"atLeast"`     // targets with at least 1, 2, ... responders
	Backup      int      `json:"backup"`      // targets with two or more
	SinglePoint int      `json:"singlePoint"` // targets with exactly one
	NearestP50  *float64 `json:"nearestP50"`  // metres to the nearest responder: the median, null with none
	NearestP90  *float64 `json:"nearestP90"`
}

// MeasureCode is the natural key of a measure. There is one measure of an area, a day and a question.
func MeasureCode(area ID, day Date, question string) string {
	return string(area) + " " + day.String() + " " + question
}

// Kind implements Node.
func (*Measure) Kind() Kind { return KindMeasure }

// Title implements Node: the question and the day, "" without a question.
func (n *Measure) Title() string {
	if n.Question == "" {
		return ""
	}
	return n.Question + " " + n.Day.String()
}

func (n *Measure) validate() error {
	switch {
	case n.Day <= 0 || n.Day == Always:
		return Invalid("day", "is missing", "a day written as 2026-01-31")
	case n.Targets < 0:
		return Invalid("targets", fmt.Sprint(n.Targets), "0 or more")
	case n.Covered < 0 || n.Covered > n.Targets:
		return Invalid("covered", fmt.Sprint(n.Covered), "0 to the number of targets")
	case n.Figures == nil:
		return nil
	}
	for i, v := range append([]int{n.Figures.Backup, n.Figures.SinglePoint}, n.Figures.AtLeast...) {
		if v < 0 || v > n.Targets {
			return Invalid([]string{"figures.backup", "figures.singlePoint", "figures.atLeast"}[min(i, 2)], fmt.Sprint(v), "0 to the number of targets")
		}
	}
	return firstOf(validMetres("figures.nearestP50", n.Figures.NearestP50), validMetres("figures.nearestP90", n.Figures.NearestP90))
}

func validMetres(field string, v *float64) error {
	if v != nil && (math.IsNaN(*v) || math.IsInf(*v, 0) || *v < 0) {
		return Invalid(field, fmt.Sprint(*v), "0 or more, or null")
	}
	return nil
}
