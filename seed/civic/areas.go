package civic

import (
	"fmt"

	"lintu/kg"
	"lintu/seed/draw"
	"lintu/seed/figures"
	"lintu/seed/town"
)

// respArea is a responsibility area of tier 5: some neighbouring members of a group and the buildings where they live.
type respArea struct {
	id      kg.ID
	name    string
	on      int // building
	group   int
	members []int // empty: a planted fault
}

// drawResponsibilityAreas shares the areas out over the groups by their members and cuts each group's members, in
// the order of buildings, into as many runs. A planted area has none: its run goes to the one before.
func (c *Town) drawResponsibilityAreas() {
	if c.Ladder.Areas == 0 {
		return
	}
	byGroup := make([][]int, len(c.groups))
	for bi := range c.Buildings {
		byGroup[c.groupOf[bi]] = append(byGroup[c.groupOf[bi]], c.members[bi]...)
	}
	weights := make([]int, len(byGroup))
	for g, members := range byGroup {
		weights[g] = len(members)
	}
	for g, n := range draw.ShareCapped(c.Ladder.Areas, weights, weights) {
		for k := range n {
			members := byGroup[g][k*len(byGroup[g])/n : (k+1)*len(byGroup[g])/n]
			c.areas = append(c.areas, respArea{on: c.Homes[c.People[members[0]].Home].Building, group: g, members: members})
		}
	}
	c.nameAreas()
	c.emptyAreas()
	c.areaOf = make(map[int]int, c.Members.All)
	for a := range c.areas {
		for _, pi := range c.areas[a].members {
			c.areaOf[pi] = a
		}
	}
}

func (c *Town) nameAreas() {
	seen := map[int]int{} // areas on a building
	for a := range c.areas {
		on := c.areas[a].on
		seen[on]++
		c.areas[a].id = orgID(c.code("P5", a+1))
		c.areas[a].name = fmt.Sprintf("%s第%d党员责任区", c.Buildings[on].Name, seen[on])
	}
}

// emptyAreas plants areas without members among those that follow another one of their group.
func (c *Town) emptyAreas() {
	var second []int
	for a := 1; a < len(c.areas); a += 2 {
		if c.areas[a].group == c.areas[a-1].group {
			second = append(second, a)
		}
	}
	for _, a := range draw.Sample(c.Stream("fault/"+string(figures.AreaNoMember)), second, figures.Quota(figures.AreaNoMember, len(c.areas))) {
		before := &c.areas[a-1]
		before.members = append(append([]int(nil), before.members...), c.areas[a].members...)
		c.areas[a].members = nil
	}
	for a := range c.areas {
		if c.areas[a].members == nil {
			c.Plant(figures.AreaNoMember, c.areas[a].id, "no member belongs to "+c.areas[a].name)
		}
	}
}

// emitResponsibilityAreas emits the areas below their groups. Each is responsible for its building, but for buildings
// in which a household is planted to have nobody.
func (c *Town) emitResponsibilityAreas(since kg.Span) {
	for a := range c.areas {
		area := &c.areas[a]
		b := &c.Buildings[area.on]
		c.emitOrg(c.partyOrg(area.id, c.code("P5", a+1), area.name, "responsibility area", 5, c.Ladder.Scheme), b.ID, c.groups[area.group].id, since)
		if !c.hasUnnamed(b.Homes) {
			c.responsible(area.id, b.ID, "党员责任区", "", since)
		}
	}
}

// hasUnnamed says whether one of the households is planted to have nobody.
func (c *Town) hasUnnamed(homes town.Range) bool {
	for h := homes.From; h < homes.To; h++ {
		if c.unnamed[h] {
			return true
		}
	}
	return false
}

// emitAreaHeads makes the first member of every responsibility area its head.
func (c *Town) emitAreaHeads() {
	s := c.Stream("posts/areas")
	for a := range c.areas {
		if members := c.areas[a].members; len(members) > 0 {
			c.post(members[0], c.areas[a].id, "责任区负责人", town.Since(s, 2020, 2024), nil)
		}
	}
}
