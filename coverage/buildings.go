package coverage

import (
	"slices"

	"lintu/geo"
	"lintu/kg"
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
