package figures

import (
	"cmp"
	"math"
	"slices"

	"lintu/coverage"
	"lintu/kg"
)

// Figures are those of some rings. Times are seconds from the press.
type Figures struct {
	Rings             int
	Answered          int // somebody said yes; the duty desk does not count
	Attended          int // somebody was at the door, or the ambulance
	FirstYes          coverage.Quantiles
	FirstArrival      coverage.Quantiles
	Within60          int
	Within180         int
	WithoutCandidates int
	FalseAlarms       int
	Alerts            int
	DeliveryFailures  int
	Burden            []Burden // fewest alerts first
}

// Burden says that so many times a responder had so many alerts in a month.
type Burden struct {
	Alerts          int
	ResponderMonths int
}

// The targets for the first yes, in seconds.
const (
	soon  = 60
	later = 180
)

// Share is a part of the rings, nil where there are none.
func (f *Figures) Share(part int) *float64 {
	if f.Rings == 0 {
		return nil
	}
	share := float64(part) / float64(f.Rings)
	return &share
}

// sum collects the figures of rings, one at a time.
type sum struct {
	Figures
	yes, there []float64
	months     map[month]int
}

type month struct {
	person kg.ID
	month  string
}

// add counts a ring.
func (s *sum) add(r *ring) {
	s.Rings++
	if r.candidates() == 0 {
		s.WithoutCandidates++
	}
	if r.Outcome == kg.FalseAlarm {
		s.FalseAlarms++
	}
	if r.yes >= 0 {
		s.Answered++
		s.yes = append(s.yes, r.yes)
		if r.yes <= soon {
			s.Within60++
		}
		if r.yes <= later {
			s.Within180++
		}
	}
	if r.there >= 0 {
		s.Attended++
		s.there = append(s.there, r.there)
	}
	s.Alerts += len(r.alerts)
	for _, a := range r.alerts {
		if a.State == kg.AlertFailed {
			s.DeliveryFailures++
		}
		if a.Role == kg.RoleNeighbour {
			if s.months == nil {
				s.months = map[month]int{}
			}
			s.months[month{a.person, a.month}]++
		}
	}
}

// figures are what was collected.
func (s *sum) figures() *Figures {
	f := s.Figures
	f.FirstYes, f.FirstArrival = quantiles(s.yes), quantiles(s.there)
	often := map[int]int{}
	for _, n := range s.months {
		often[n]++
	}
	for alerts, n := range often {
		f.Burden = append(f.Burden, Burden{alerts, n})
	}
	slices.SortFunc(f.Burden, func(a, b Burden) int { return cmp.Compare(a.Alerts, b.Alerts) })
	return &f
}

// quantiles are those of some seconds, by nearest rank.
func quantiles(of []float64) coverage.Quantiles {
	if len(of) == 0 {
		return coverage.Quantiles{}
	}
	slices.Sort(of)
	at := func(q float64) *float64 { return &of[int(math.Ceil(q*float64(len(of))))-1] }
	return coverage.Quantiles{P50: at(0.5), P90: at(0.9), Max: at(1)}
}
