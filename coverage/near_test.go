package coverage_test

import (
	"context"
	"fmt"
	"math"
	"testing"

	"lintu/coverage"
	"lintu/kg"
	"lintu/reach"
)

func TestCoverageAndNearbyAgreeAtEveryDoor(t *testing.T) {
	doors := 0
	for seed := range uint64(*towns) {
		tw := newTown(seed)
		w, s := newTruth(tw), tw.snapshot(t)
		e := coverage.New(func() *reach.Snapshot { return s })
		for range 6 {
			q := tw.question()
			q.Scope, q.When, q.Provider = everything, coverage.When{At: tw.instant()}, coverage.Provider{}
			on := kg.DateOf(q.When.At, w.zone)
			for _, household := range w.targets(&q, on) {
				q.Area, q.Targets = household, &reach.TargetWhere{}
				c, err := e.Ask(context.Background(), q)
				if err != nil {
					t.Fatal(err)
				}
				if w.door(household, on) == nil {
					continue // nearby asks for a point
				}
				doors++
				same(t, string(household), atDoor(c), near(t, s, household, &q))
			}
			if t.Failed() {
				t.Fatalf("town %d: %+v where %+v", seed, q, q.Where)
			}
		}
	}
	if doors < 10**towns {
		t.Fatalf("only %d doors", doors)
	}
}

// atDoor is what coverage says of the one target: how many come, and from how far the nearest.
func atDoor(c *coverage.Coverage) string {
	m := c.Measures()
	n := m.Backup.Numerator // 2 or more
	return fmt.Sprintf("backup %d single %d across %v nearest %s", n, m.SinglePoint.Numerator, m.Across > 0, metresText(m.Nearest.Max))
}

func near(t *testing.T, s *reach.Snapshot, household kg.ID, q *coverage.Query) string {
	ask := func(radius float64) *reach.NearAnswer {
		a, err := s.Near(reach.NearQuery{To: reach.Target{Household: household}, Radius: radius, At: q.When.At, Where: *q.Where, Scope: q.Scope, Limit: 1})
		if err != nil {
			t.Fatal(err)
		}
		return a
	}
	a := ask(q.Radius)
	n := a.Total - a.Across
	backup, single := 0, 0
	switch {
	case n >= 2:
		backup = 1
	case n == 1:
		single = 1
	}
	var nearest *float64
	if far := ask(reach.MaxRadius); far.Total > far.Across {
		nearest = &far.Hits[0].Distance
	}
	return fmt.Sprintf("backup %d single %d across %v nearest %s", backup, single, n < q.K && a.Total >= q.K, metresText(nearest))
}

func metresText(v *float64) string {
	if v == nil {
		return "-"
	}
	return fmt.Sprint(math.Float64bits(*v), " ", *v)
}
