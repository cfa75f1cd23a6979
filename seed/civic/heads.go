package civic

import (
	"lintu/kg"
	"lintu/seed/figures"
	"lintu/seed/town"
)

// crossed are the people who are to be heads 小区长, 楼栋长, 单元长 since they hold the party post there, by index of the
// compound, building or entrance; each list has one person at most.
type crossed struct{ compounds, buildings, entrances map[int][]int }

// crossPosts are the secretaries of compounds' branches, the leaders of buildings' groups and the members of hub
// households, where the town has them hold both posts; else nobody.
func (c *Town) crossPosts() crossed {
	x := crossed{map[int][]int{}, map[int][]int{}, map[int][]int{}}
	if !c.Services.CrossPosts {
		return x
	}
	compounds, buildings := map[kg.ID]int{}, map[kg.ID]int{}
	for ci := range c.Compounds {
		compounds[c.Compounds[ci].ID] = ci
	}
	for bi := range c.Buildings {
		buildings[c.Buildings[bi].ID] = bi
	}
	for _, b := range c.branches {
		if ci, ok := compounds[b.on]; ok {
			x.compounds[ci] = []int{b.secretary}
		}
	}
	for _, g := range c.groups {
		if bi, ok := buildings[g.on]; ok {
			x.buildings[bi] = []int{g.leader}
		}
	}
	for _, h := range c.hubs {
		for _, pi := range c.peopleOf(h.home) {
			if e := c.Homes[h.home].Entrance; c.People[pi].Member() && x.entrances[e] == nil {
				x.entrances[e] = []int{pi}
			}
		}
	}
	return x
}

// vacantHeads plants compounds and buildings without a head, in a town that has such vacancies.
func (c *Town) vacantHeads() (compounds, buildings map[int]bool) {
	if !c.Services.HeadVacancies {
		return nil, nil
	}
	var estates, homes []int
	for ci := range c.Compounds {
		estates = append(estates, ci)
	}
	for bi := range c.Buildings {
		if c.Buildings[bi].Compound != town.None {
			homes = append(homes, bi)
		}
	}
	compounds, buildings = c.Broken(figures.CompoundNoHead, estates), c.Broken(figures.BuildingNoHead, homes)
	for _, ci := range estates {
		if compounds[ci] {
			c.Plant(figures.CompoundNoHead, c.Compounds[ci].ID, c.Compounds[ci].Name+" has a branch and no head 小区长")
		}
	}
	for _, bi := range homes {
		if buildings[bi] {
			c.Plant(figures.BuildingNoHead, c.Buildings[bi].ID, c.Buildings[bi].Name+" has no head 楼栋长")
		}
	}
	return compounds, buildings
}

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
