package coverage

import (
	"fmt"
	"slices"

	"lintu/geo"
	"lintu/kg"
	"lintu/store"
)

// Building is a building of the area and how its targets are covered.
type Building struct {
	ID      kg.ID
	Point   geo.Point
	Above   []kg.ID // the areas that contain it
	Targets int
	Covered int
	Nearest *float64 // metres to the nearest of its worst-off target; nil without targets, or where one has nobody within reach.MaxRadius
}

// Buildings are the buildings of the area that have a point, with or without targets, in no particular order. Targets
// without a point are at none of them. An area below that was answered with its parent has its own.
func (c *Coverage) Buildings() []Building {
	all := c.scene.Buildings()
	var out []Building
	for i := range all {
		b := &all[i]
		if c.Area != c.Query.Area && c.Area != b.ID && !slices.Contains(b.Above, c.Area) {
			continue
		}
		made := Building{ID: b.ID, Point: b.Point, Above: b.Above, Targets: len(b.Targets)}
		worst := -1.0
		for _, t := range b.Targets {
			if int(c.tally.count[t]) >= c.Query.K {
				made.Covered++
			}
			worst = max(worst, c.tally.nearest[t])
		}
		if worst >= 0 {
			made.Nearest = metres(worst)
		}
		out = append(out, made)
	}
	return out
}

// Date is the site's day whose targets are counted.
func (c *Coverage) Date() kg.Date { return c.scene.Date }

// Revision is that of the snapshot from which the next question is answered. The error is kg.ErrUnavailable while there
// is none.
func (e *Engine) Revision() (store.Revision, error) {
	s := e.source()
	if s == nil {
		return 0, fmt.Errorf("coverage: no snapshot yet: %w", kg.ErrUnavailable)
	}
	return s.Revision(), nil
}
