// Package trend keeps what standing questions count, area by area and day by day, as measures of the graph, reads a line
// of them over time, and compares two days.
package trend

import (
	"fmt"
	"reflect"
	"strings"

	"lintu/coverage"
	"lintu/kg"
	"lintu/reach"
)

// Question is a standing question: one that is measured again and again, under a name that does not change.
type Question struct {
	Name    string
	EN, ZH  string
	Radius  float64 // metres
	K       int
	Targets reach.TargetWhere
	Band    coverage.Band // of the seven days that begin with the day that is measured
}

// Questions is the table of standing questions. What a name asks must never change: another question is another name.
var Questions = []Question{
	{"elders-alone-workday", "Elderly people living alone with somebody within 500 m in every hour of a workday's day.", "独居老人工作日白天500米覆盖", 500, 1, reach.DefaultTargets(), coverage.WorkdayDay},
	{"elders-alone-evening", "Elderly people living alone with somebody within 500 m in every hour of a workday's evening.", "独居老人工作日晚间500米覆盖", 500, 1, reach.DefaultTargets(), coverage.WorkdayEvening},
	{"elders-alone-night", "Elderly people living alone with somebody within 500 m in every hour of the night.", "独居老人夜间500米覆盖", 500, 1, reach.DefaultTargets(), coverage.Night},
}

// QuestionOf is the standing question with a name. The error is kg.ErrInvalid and lists the names that there are.
func QuestionOf(argument, name string) (*Question, error) {
	var names []string
	for i := range Questions {
		if Questions[i].Name == name {
			return &Questions[i], nil
		}
		names = append(names, Questions[i].Name)
	}
	return nil, kg.Invalid(argument, fmt.Sprintf("%q", name), strings.Join(names, ", "))
}

// Standing is the standing question that asks what a query asks, whatever its area and day; nil where none does.
func Standing(q *coverage.Query) *Question {
	for i := range Questions {
		s := Questions[i].Query(q.Area, q.When.From)
		s.Scope = q.Scope
		if q.Targets == nil || q.Provider != (coverage.Provider{}) || q.Where != nil && !q.Where.IsZero() {
			continue
		}
		if q.Radius == s.Radius && max(q.K, 1) == s.K && q.When == s.When && reflect.DeepEqual(q.Targets, s.Targets) {
			return &Questions[i]
		}
	}
	return nil
}

// Query is the question asked of an area on a day.
func (q *Question) Query(area kg.ID, day kg.Date) coverage.Query {
	targets := q.Targets
	return coverage.Query{Area: area, Targets: &targets, Radius: q.Radius, K: q.K, When: coverage.When{Band: q.Band, From: day}}
}
