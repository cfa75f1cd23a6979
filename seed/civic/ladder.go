package civic

import (
	"fmt"
	"slices"

	"lintu/kg"
	"lintu/seed/draw"
	"lintu/seed/figures"
	"lintu/seed/sink"
	"lintu/seed/town"
)

// branch is a party branch of tier 3: of a grid, or of a large compound.
type branch struct {
	id        kg.ID
	name      string
	on        kg.ID
	area      int
	buildings []int
	groups    town.Range
	secretary int
}

// group is a party group: of tier 4 on a building, in a village of tier 2 on a grid.
type group struct {
	id     kg.ID
	name   string
	on     kg.ID
	branch int
	area   int
	leader int
}

// hub is a hub household.
type hub struct {
	id    kg.ID
	home  int
	group int
}

func (c *Town) partyOrg(id kg.ID, code, name, kind string, tier int, scheme string) *kg.PartyOrg {
	return &kg.PartyOrg{Base: kg.Base{ID: id}, Code: code, Name: name, OrgKind: kind, Tier: tier, Scheme: scheme}
}

// emitOrg emits a party organization with what it is set up on and the organization above, which may be empty.
func (c *Town) emitOrg(o *kg.PartyOrg, on, above kg.ID, since kg.Span) {
	c.Out.Node(o)
	c.Out.Tie(kg.Tie{Relation: kg.SetUpOn, From: o.ID, To: on, Valid: since})
	if above != "" {
		c.Out.Tie(kg.Tie{Relation: kg.ChildOf, From: o.ID, To: above, Valid: since})
	}
}

func orgID(code string) kg.ID { return sink.NodeID(kg.KindPartyOrg, code) }

// cityCommittee and cityOrgans are the committees above streets and above units; they stand outside of the tiers.
func (c *Town) cityCommittee() kg.ID { return orgID(c.code("P0", 1)) }
func (c *Town) cityOrgans() kg.ID    { return orgID(c.code("P0", 2)) }

// emitTops emits the organizations of the town, its streets and its communities, or the branch of a village.
func (c *Town) emitTops() {
	s := c.Stream("ladder/tops")
	if c.County != "" {
		county := c.Divisions[c.County]
		c.emitOrg(c.partyOrg(c.cityCommittee(), c.code("P0", 1), "中共"+c.World.Town+"委员会", "committee", 0, ""), county, "", kg.Span{})
		c.emitOrg(c.partyOrg(c.cityOrgans(), c.code("P0", 2), "中共"+c.World.Town+"委直属机关工作委员会", "working committee", 0, ""), county, c.cityCommittee(), kg.Span{})
	}
	c.emitTownCommittees()
	tier := 1
	if !c.Rural() {
		tier = 2
		for n, d := range c.Townships() {
			code := c.code("P1", n+1)
			c.streets[d.Code] = orgID(code)
			name, kind := "中共"+d.Name+"工作委员会", "working committee"
			if d.Form != kg.FormStreet {
				name, kind = "中共"+d.Name+"委员会", "committee"
			}
			c.emitOrg(c.partyOrg(orgID(code), code, name, kind, 1, c.Ladder.Scheme), c.Divisions[d.Code], c.cityCommittee(), town.Since(s, 1996, 2005))
		}
	}
	for ai, a := range c.Areas {
		code := c.code(fmt.Sprintf("P%d", tier), ai+1)
		name, kind := "中共"+a.Short+"委员会", "committee"
		if c.Rural() {
			name, kind = "中共"+a.Short+"支部委员会", "branch"
		}
		c.tops = append(c.tops, orgID(code))
		c.emitOrg(c.partyOrg(orgID(code), code, name, kind, tier, c.Ladder.Scheme), a.ID, c.streets[a.Parent], town.Since(s, 2000, 2012))
	}
}

// emitTownCommittees emits the committees of a county's rural towns, where the preset has such towns beside it; they
// stand above the villages' ladders and outside of the tiers.
func (c *Town) emitTownCommittees() {
	for _, d := range c.Parents {
		if d.Form != kg.FormTown || (len(c.World.Figures.Beside) == 0 && !c.World.Beside) {
			continue
		}
		code := "P-" + d.Code // the same for all parts of the county
		c.streets[d.Code] = orgID(code)
		if !c.World.Beside {
			c.emitOrg(c.partyOrg(orgID(code), code, "中共"+d.Name+"委员会", "committee", 0, ""), c.Divisions[d.Code], c.cityCommittee(), kg.Span{})
		}
	}
}

// emitLadder draws and emits branches, groups and hub households below the areas' organizations.
func (c *Town) emitLadder() {
	c.groupOf, c.branchOf = make([]int, len(c.Buildings)), make([]int, len(c.Buildings))
	s := c.Stream("ladder")
	if c.Rural() {
		c.gridGroups()
	} else {
		c.drawBranches()
		c.drawGroups(s)
	}
	c.drawHubs(s)
	c.drawResponsibilityAreas()
	since := town.Since(s, 2020, 2020)
	since.From = kg.MustDate("2020-05-20") // the town set up its five tiers from May 2020
	tier := 3
	if c.Rural() {
		tier = 2
	}
	for i, b := range c.branches {
		c.emitOrg(c.partyOrg(b.id, c.code("P3", i+1), b.name, "branch", 3, c.Ladder.Scheme), b.on, c.tops[b.area], since)
	}
	if !c.Rural() {
		tier = 4
	}
	for i, g := range c.groups {
		above := c.tops[g.area]
		if g.branch != town.None {
			above = c.branches[g.branch].id
		}
		c.emitOrg(c.partyOrg(g.id, c.code(fmt.Sprintf("P%d", tier), i+1), g.name, "group", tier, c.Ladder.Scheme), g.on, above, since)
	}
	for i, h := range c.hubs {
		home := c.Homes[h.home]
		name := c.Buildings[home.Building].Name + c.Number(h.home) + "党员中心户"
		if c.Rural() {
			name = c.Buildings[home.Building].Name + "党员中心户"
		}
		o := c.partyOrg(h.id, c.code(fmt.Sprintf("P%d", tier+1), i+1), name, "hub household", tier+1, c.Ladder.Scheme)
		if c.Ladder.HubsUnsure {
			o.Confidence = 0.5
		}
		c.emitOrg(o, home.ID(), c.groups[h.group].id, since)
	}
	c.emitResponsibilityAreas(since)
}

// gridGroups makes one group of each grid, as a village has it.
func (c *Town) gridGroups() {
	for gi, g := range c.Grids {
		c.groups = append(c.groups, group{id: orgID(c.code("P2", gi+1)), name: g.Name + "党小组", on: g.ID, branch: town.None, area: g.Area})
	}
	for bi := range c.Buildings {
		c.groupOf[bi], c.branchOf[bi] = c.Buildings[bi].Grid, town.None
	}
}

// drawBranches makes one branch of each compound where the ladder stands on compounds; else one of each grid, and one
// of each of the largest compounds until there are enough. The first building of a grid always stays with the grid's
// branch.
func (c *Town) drawBranches() {
	if c.Ladder.OnCompounds {
		for ci, cp := range c.Compounds {
			c.branches = append(c.branches, branch{name: cp.Name + "党支部", on: cp.ID, area: cp.Area})
			for bi := cp.Buildings.From; bi < cp.Buildings.To; bi++ {
				c.branchOf[bi] = ci
			}
		}
		c.housesOfBranches()
		return
	}
	for gi, g := range c.Grids {
		c.branches = append(c.branches, branch{name: g.Name + "党支部", on: g.ID, area: g.Area})
		for _, bi := range g.Buildings {
			c.branchOf[bi] = gi
		}
	}
	bySize := make([]int, len(c.Compounds))
	for ci := range bySize {
		bySize[ci] = ci
	}
	slices.SortStableFunc(bySize, func(a, b int) int {
		return c.Compounds[b].Buildings.Len() - c.Compounds[a].Buildings.Len()
	})
	for _, ci := range bySize[:c.Ladder.Branches-len(c.Grids)] {
		cp := c.Compounds[ci]
		n := len(c.branches)
		c.branches = append(c.branches, branch{name: cp.Name + "党支部", on: cp.ID, area: cp.Area})
		for bi := cp.Buildings.From; bi < cp.Buildings.To; bi++ {
			if c.Grids[c.Buildings[bi].Grid].Buildings[0] != bi {
				c.branchOf[bi] = n
			}
		}
	}
	c.housesOfBranches()
}

// housesOfBranches gives branches their ids and residential buildings.
func (c *Town) housesOfBranches() {
	for i := range c.branches {
		c.branches[i].id = orgID(c.code("P3", i+1))
	}
	for bi := range c.Buildings {
		if c.Buildings[bi].Compound != town.None {
			b := &c.branches[c.branchOf[bi]]
			b.buildings = append(b.buildings, bi)
		}
	}
}

// drawGroups shares the groups out over the branches and sets each up on a building; planted branches get none.
func (c *Town) drawGroups(s *draw.Stream) {
	all := make([]int, len(c.branches))
	for i := range all {
		all[i] = i
	}
	broken := c.Broken(figures.BranchNoGroup, all)
	weights, caps := make([]int, len(all)), make([]int, len(all))
	left := c.Ladder.Groups
	for i, b := range c.branches {
		if broken[i] {
			c.Plant(figures.BranchNoGroup, b.id, b.name+" has no group")
			continue
		}
		left--
		weights[i], caps[i] = len(b.buildings)*s.Between(60, 140), len(b.buildings)-1
	}
	for i, more := range draw.ShareCapped(left, weights, caps) {
		if !broken[i] {
			c.groupsOf(i, more+1)
		}
	}
	for i := range c.branches { // buildings of a branch without groups answer to the next branch that has some
		if broken[i] {
			for _, bi := range c.branches[i].buildings {
				c.groupOf[bi] = c.nextGroup(i)
			}
		}
	}
}

func (c *Town) groupsOf(i, n int) {
	b := &c.branches[i]
	b.groups = town.Range{From: len(c.groups), To: len(c.groups) + n}
	for k := range n {
		bi := b.buildings[k*len(b.buildings)/n]
		c.groups = append(c.groups, group{
			id: orgID(c.code("P4", len(c.groups)+1)), name: c.Buildings[bi].Name + "党小组", on: c.Buildings[bi].ID, branch: i, area: b.area,
		})
	}
	for k, bi := range b.buildings {
		c.groupOf[bi] = b.groups.From + k*n/len(b.buildings)
	}
}

func (c *Town) nextGroup(i int) int {
	for k := 1; k < len(c.branches); k++ {
		b := c.branches[(i+k)%len(c.branches)]
		if b.area == c.branches[i].area && b.groups.Len() > 0 {
			return b.groups.From
		}
	}
	return 0
}

// drawHubs chooses the hub households: where a member lives, but for those planted; a village whose figures do not
// fit its members has more of the latter.
func (c *Town) drawHubs(s *draw.Stream) {
	var with, without []int
	for h := range c.Homes {
		if slices.ContainsFunc(c.peopleOf(h), func(pi int) bool { return c.People[pi].Member() }) {
			with = append(with, h)
		} else if !c.Homes[h].Alone {
			without = append(without, h)
		}
	}
	empty := max(figures.Quota(figures.HubNoMember, c.Ladder.Hubs), c.Ladder.Hubs-len(with))
	homes := append(draw.Sample(s, with, c.Ladder.Hubs-empty), draw.Sample(s, without, empty)...)
	for _, h := range homes[len(homes)-empty:] {
		b := c.Buildings[c.Homes[h].Building]
		c.Plant(figures.HubNoMember, c.Homes[h].ID(), fmt.Sprintf("%s%s is a hub household, and no member lives there", b.Name, c.Number(h)))
	}
	slices.Sort(homes)
	tier := "P5"
	if c.Rural() {
		tier = "P3"
	}
	for i, h := range homes {
		c.hubs = append(c.hubs, hub{id: orgID(c.code(tier, i+1)), home: h, group: c.groupOf[c.Homes[h].Building]})
	}
}

// peopleOf are the people of a household.
func (c *Town) peopleOf(h int) []int {
	r := c.Homes[h].People
	out := make([]int, 0, r.Len())
	for pi := r.From; pi < r.To; pi++ {
		out = append(out, pi)
	}
	return out
}
