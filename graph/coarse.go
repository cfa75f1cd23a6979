package graph

import "time"

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
