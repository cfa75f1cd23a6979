package graph

import (
	"time"

	"lintu/trust"
)

// How measures are told to who may not see detail; see also coverage.Told.

// coarseInstant is the beginning of the part of the day that an instant is in: what is asked of now is the same until the
// next part begins.
func coarseInstant(t time.Time) time.Time {
	begins := 0
	for _, h := range []int{0, 6, 8, 12, 18, 22} {
		if t.Hour() >= h {
			begins = h
		}
	}
	return time.Date(t.Year(), t.Month(), t.Day(), begins, 0, 0, 0, t.Location())
}

// coarsely is a count as it is told without detail; nil where it is withheld.
func coarsely(n int) *int {
	blurred, told := trust.Blur(n)
	if !told {
		return nil
	}
	return &blurred
}
