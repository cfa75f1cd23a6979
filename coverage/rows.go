package coverage

import (
	"lintu/geo"
	"lintu/kg"
)

// Row is what a coverage says of one target.
type Row struct {
	Household kg.ID
	Point     *geo.Point // nil where nobody knows where it is
	Count     int        // those who cover it
	Across    int        // those across a barrier
	Nearest   *float64   // metres; nil for nobody within reach.MaxRadius

	// The two-step floating catchment ratio, without and with decay; nil where duty covers.
	Supply, Decayed *float64
}

// Rows visits the coverage's targets, by place, until visit returns false.
func (c *Coverage) Rows(visit func(Row) bool) {
	var ratios [2][]float64
	for n := range ratios {
		if c.around == nil {
			break
		}
		s := &c.body.supply[n]
		s.once.Do(func() { s.ratios = c.ratios(zones[n]) })
		ratios[n] = s.ratios
	}
	for _, i := range c.targets() {
		r := Row{Household: c.scene.Household(int(i)), Count: int(c.tally.count[i]), Nearest: metres(c.tally.nearest[i])}
		if spot := c.scene.Targets[i].Spot; spot >= 0 {
			p := c.scene.Spots[spot].Point
			r.Point = &p
		}
		if c.tally.across != nil {
			r.Across = int(c.tally.across[i])
		}
		if c.around != nil {
			r.Supply, r.Decayed = &ratios[0][i], &ratios[1][i]
		}
		if !visit(r) {
			return
		}
	}
}
