package civic

import (
	"lintu/kg"
	"lintu/seed/figures"
	"lintu/seed/town"
)

// emitGridLevels gives grids the upper two levels of their staff, where the town has four: the secretary of the
// community's organization for every grid, and one of the committee, but for planted grids. The lower two are the
// heads of compounds and buildings.
func (c *Town) emitGridLevels() {
	if !c.Roles.FourLevels {
		return
	}
	s := c.Stream("posts/levels")
	broken := c.Broken(figures.GridNoLevel, allOf(len(c.Grids)))
	for gi, g := range c.Grids {
		since := town.Since(s, 2021, 2023)
		c.post(c.officers[g.Area], g.ID, "书记", since, nil)
		if broken[gi] {
			c.Plant(figures.GridNoLevel, g.ID, g.Name+" has nobody of the committee")
			continue
		}
		var committee []int
		for _, pi := range c.memberWorkersFirst(g.Area) {
			if pi != c.officers[g.Area] {
				committee = append(committee, pi)
			}
		}
		pi := committee[(gi-c.Areas[g.Area].Grids.From)%min(len(committee), 4)]
		c.post(pi, g.ID, "两委委员", since, func(t *kg.Tie) { t.FullTime = true })
	}
}
