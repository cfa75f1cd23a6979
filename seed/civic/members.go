package civic

import (
	"lintu/kg"
	"lintu/seed/draw"
	"lintu/seed/figures"
	"lintu/seed/town"
)

// emitMemberships ties every member to the organization that holds the membership (of the unit, else of the branch
// at home) and places them at home; planted ones are placed nowhere.
func (c *Town) emitMemberships() {
	for i := range c.afterPeople {
		c.Out.Tie(c.afterPeople[i])
	}
	s := c.Stream("members/orgs")
	broken := c.Broken(figures.MemberUnplaced, c.registered)
	for pi := range c.People {
		p := &c.People[pi]
		if !p.Member() {
			continue
		}
		bi := c.Homes[p.Home].Building
		full := c.homeOrg(bi)
		if p.FullOrgUnit != town.None {
			full = c.Units[p.FullOrgUnit].OrgID
		}
		joined := kg.Span{From: kg.NewDate(max(2025-p.Age+24, 1975), 7, 1) + kg.Date(s.N(180))}
		if joined.From >= figures.Reference {
			joined.From = figures.Reference - 90
		}
		c.Out.Tie(kg.Tie{Relation: kg.BelongsTo, From: p.ID(), To: full, Valid: joined, Kind: "FULL"})
		if broken[pi] {
			c.Plant(figures.MemberUnplaced, p.ID(), p.Name()+" is registered and placed in no organization at home")
			continue
		}
		c.Out.Tie(kg.Tie{Relation: kg.BelongsTo, From: p.ID(), To: c.placing(pi), Valid: town.Since(s, 2020, 2024), Kind: "PLACED"})
	}
}

// placing is the organization at home into which a member is placed: the responsibility area where the town has
// those, else the group.
func (c *Town) placing(pi int) kg.ID {
	if a, ok := c.areaOf[pi]; ok {
		return c.areas[a].id
	}
	return c.groups[c.groupOf[c.Homes[c.People[pi].Home].Building]].id
}

// homeOrg is the branch of a building, or the village's organization.
func (c *Town) homeOrg(bi int) kg.ID {
	if c.branchOf[bi] == town.None {
		return c.tops[c.Buildings[bi].Area]
	}
	return c.branches[c.branchOf[bi]].id
}

// emitDeployments registers members with the community where they live, and deploys all members in
// service at listed units to an area that their unit is paired with: three of five to the community, the others to
// one of its grids.
func (c *Town) emitDeployments() {
	s := c.Stream("members/deployed")
	for _, pi := range c.registered {
		p := &c.People[pi]
		t := kg.Tie{Relation: kg.RegisteredWith, From: p.ID(), To: c.Areas[c.AreaOf(pi)].ID, Valid: town.Since(s, 2020, 2024), Status: "已报到"}
		if p.Unit != town.None {
			t.Ref = c.Units[p.Unit].ID
		}
		c.Out.Tie(t)
	}
	if !c.Members.Deployed {
		return
	}
	for ui := range c.Units {
		if c.Units[ui].Class != town.Listed {
			continue
		}
		whole := 0 // one or two a unit are there full time
		for _, pi := range c.Units[ui].Staffed {
			if p := &c.People[pi]; p.Member() {
				whole++
				c.deploy(s, ui, pi, whole <= 1+ui%2)
			}
		}
	}
}

func (c *Town) deploy(s *draw.Stream, ui, pi int, fullTime bool) {
	u := &c.Units[ui]
	ai := u.Area
	if len(u.Paired) > 0 {
		ai = draw.Pick(s, u.Paired)
	}
	to := c.Areas[ai].ID
	if s.Chance(400) {
		to = c.Grids[c.Areas[ai].Grids.From+s.N(c.Areas[ai].Grids.Len())].ID
	}
	c.Out.Tie(kg.Tie{Relation: kg.DeployedTo, From: c.People[pi].ID(), To: to, Ref: u.ID, Valid: town.Since(s, 2020, 2023), Status: "在岗", FullTime: fullTime})
	if s.Chance(100) {
		c.takeBuilding(s, ai, pi)
	}
}

// takeBuilding makes a deployed member responsible for a building of the area, one in which no household is planted
// to have nobody.
func (c *Town) takeBuilding(s *draw.Stream, ai, pi int) {
	a := c.Areas[ai]
	bi := a.Buildings.From + s.N(a.Buildings.Len())
	homes := c.Buildings[bi].Homes
	for h := homes.From; h < homes.To; h++ {
		if c.unnamed[h] {
			return
		}
	}
	if homes.Len() > 0 {
		c.Out.Tie(kg.Tie{Relation: kg.ResponsibleFor, From: c.People[pi].ID(), To: c.Buildings[bi].ID, Valid: town.Since(s, 2021, 2024), Scheme: "包楼栋"})
	}
}
