package civic

import (
	"cmp"

	"lintu/kg"
	"lintu/seed/draw"
	"lintu/seed/figures"
	"lintu/seed/sink"
	"lintu/seed/town"
)

// emitUnitOrgs emits the party organizations of units, under the committee of the town's organs where there is one.
func (c *Town) emitUnitOrgs() {
	s := c.Stream("ladder/units")
	n := 0
	for ui := range c.Units {
		u := &c.Units[ui]
		if !u.Party {
			continue
		}
		n++
		code := c.code("PU", n)
		u.OrgID, u.OrgKind = orgID(code), "unit branch"
		name := "中共" + u.Name + "支部委员会"
		above := kg.ID("")
		switch {
		case u.Class == town.Firm:
			u.OrgKind = "property branch"
			above = c.tops[u.Area]
		case len(u.Members) >= 50:
			u.OrgKind, name = "unit committee", "中共"+u.Name+"委员会"
		}
		switch {
		case above != "":
		case c.County != "":
			above = c.cityOrgans()
		default:
			above = c.tops[u.Area]
		}
		c.emitOrg(c.partyOrg(u.OrgID, code, name, u.OrgKind, 0, ""), u.ID, above, town.Since(s, 2001, 2019))
	}
}

// emitJointCommittees emits the joint committees of streets and communities, and the joint meetings of three levels.
func (c *Town) emitJointCommittees() {
	s := c.Stream("joint")
	n := 0
	add := func(name, kind string, from, leads kg.ID) kg.ID {
		n++
		code := c.code("J", n)
		id := sink.NodeID(kg.KindJointCommittee, code)
		since := town.Since(s, 2020, 2020)
		c.Out.Node(&kg.JointCommittee{Base: kg.Base{ID: id}, Code: code, Name: name, CommitteeKind: kind})
		c.Out.Tie(kg.Tie{Relation: kg.FormedFrom, From: id, To: from, Valid: since})
		c.Out.Tie(kg.Tie{Relation: kg.Leads, From: id, To: leads, Valid: since})
		return id
	}
	var streets, townships []figures.Division // townships: streets and rural towns with an organization
	for _, d := range c.Parents {
		if d.Form == kg.FormStreet {
			streets = append(streets, d)
		}
		if c.streets[d.Code] != "" && !c.World.Beside {
			townships = append(townships, d)
		}
	}
	if c.Bodies.StreetCommittees {
		for _, d := range streets {
			add(d.Name+"大工委", "大工委", c.streets[d.Code], c.Divisions[d.Code])
		}
	}
	if c.Bodies.CommunityCommittees {
		for ai, a := range c.Areas {
			c.joints = append(c.joints, add(a.Short+"大党委", "大党委", c.tops[ai], a.ID))
		}
	}
	if c.Bodies.JointMeetings {
		if c.County != "" {
			c.meeting = add(c.World.Town+"党建联席会议", "联席会议", c.cityCommittee(), c.Divisions[c.County])
		}
		for _, d := range townships {
			add(d.Name+"党建联席会议", "联席会议", c.streets[d.Code], c.Divisions[d.Code])
		}
		for ai, a := range c.Areas {
			id := add(a.Short+"党建联席会议", "联席会议", c.tops[ai], a.ID)
			if !c.Bodies.CommunityCommittees { // what the units sit on then
				c.joints = append(c.joints, id)
			}
		}
	}
}

// emitResidentBodies emits the residents' committee of every area, and the owners' and self-rule committees of
// compounds.
func (c *Town) emitResidentBodies() {
	s := c.Stream("bodies")
	for ai, a := range c.Areas {
		code := c.code("R", ai+1)
		name := a.Short + "居民委员会"
		if c.Rural() {
			name = a.Short + "村民委员会"
		}
		id := sink.NodeID(kg.KindResidentBody, code)
		c.bodies = append(c.bodies, id)
		c.Out.Node(&kg.ResidentBody{Base: kg.Base{ID: id}, Code: code, Name: name, BodyKind: c.Bodies.Residents})
		c.Out.Tie(kg.Tie{Relation: kg.Serves, From: id, To: a.ID, Valid: town.Since(s, 1995, 2010)})
	}
	owners, selfRule := c.drawBodies(s)
	selfRuleName := cmp.Or(c.Bodies.SelfRuleKind, "自治委员会")
	for _, ci := range owners {
		c.emitCompoundBody(s, ci, "业主委员会", "业委会")
	}
	for _, ci := range selfRule {
		c.emitCompoundBody(s, ci, selfRuleName, selfRuleName)
	}
}

// drawBodies chooses compounds for committees: self-rule where neither a company nor a unit manages; owners'
// committees in the rest of these but for the planted ones, and in compounds run by a company.
func (c *Town) drawBodies(s *draw.Stream) (owners, selfRule []int) {
	var free, run []int
	for ci := range c.Compounds {
		switch {
		case c.Compounds[ci].Unit == town.None:
			free = append(free, ci)
		case c.Compounds[ci].Kind == kg.ManagedByProperty:
			run = append(run, ci)
		}
	}
	draw.Shuffle(s, free)
	selfRule = free[:min(c.Bodies.SelfRule, len(free))]
	rest := free[len(selfRule):]
	bare := min(figures.Quota(figures.CompoundUnmanaged, len(c.Compounds)), len(rest))
	owners = append(owners, rest[bare:]...)
	owners = append(owners, draw.Sample(s, run, c.Bodies.Owners-len(owners))...)
	for _, ci := range rest[:bare] {
		cp := c.Compounds[ci]
		c.Plant(figures.CompoundUnmanaged, cp.ID, cp.Name+" has neither company, unit nor committee")
	}
	return owners, selfRule
}

func (c *Town) emitCompoundBody(s *draw.Stream, ci int, name, kind string) {
	cp := c.Compounds[ci]
	code := cp.Code + "-R"
	id := sink.NodeID(kg.KindResidentBody, code)
	c.Out.Node(&kg.ResidentBody{Base: kg.Base{ID: id}, Code: code, Name: cp.Name + name, BodyKind: kind})
	c.Out.Tie(kg.Tie{Relation: kg.Serves, From: id, To: cp.ID, Valid: town.Since(s, 2020, 2022)})
	if chair := someone(s, c.compoundResidents(ci)); chair != town.None {
		c.afterPeople = append(c.afterPeople, kg.Tie{Relation: kg.HoldsPost, From: c.People[chair].ID(), To: id, Valid: town.Since(s, 2022, 2024), Role: "主任"})
	}
}

// compoundResidents are the grown-up residents of a compound.
func (c *Town) compoundResidents(ci int) []int {
	var out []int
	for bi := c.Compounds[ci].Buildings.From; bi < c.Compounds[ci].Buildings.To; bi++ {
		out = append(out, c.residents[bi]...)
	}
	return out
}

// compoundMembers are the members who live in a compound.
func (c *Town) compoundMembers(ci int) []int {
	var out []int
	for bi := c.Compounds[ci].Buildings.From; bi < c.Compounds[ci].Buildings.To; bi++ {
		out = append(out, c.members[bi]...)
	}
	return out
}

// emitSeats gives each paired unit a seat on the joint committee of the first area that it is paired with, but for
// the planted ones; the police and the area's own secretary sit there too.
func (c *Town) emitSeats() {
	if len(c.joints) == 0 || c.Bodies.CoOpted > 0 {
		return
	}
	s := c.Stream("seats")
	role := "兼职委员"
	if !c.Bodies.CommunityCommittees {
		role = "成员单位代表" // of a joint meeting
	}
	var paired []int
	for ui := range c.Units {
		if len(c.Units[ui].Paired) > 0 {
			paired = append(paired, ui)
		}
	}
	broken := c.Broken(figures.UnitNoSeat, paired)
	for _, ui := range paired {
		u := &c.Units[ui]
		if broken[ui] {
			c.Plant(figures.UnitNoSeat, u.ID, u.Name+" sits on no joint committee")
			continue
		}
		head := u.Staffed[0]
		c.Out.Tie(kg.Tie{Relation: kg.SitsOn, From: c.People[head].ID(), To: c.joints[u.Paired[0]], Valid: town.Since(s, 2020, 2023), Ref: u.ID, Role: role, PartTime: true})
	}
	c.emitMeetingSeats(s, broken)
	for ai := range c.joints {
		if len(c.officers) > ai && c.officers[ai] != town.None {
			c.Out.Tie(kg.Tie{Relation: kg.SitsOn, From: c.People[c.officers[ai]].ID(), To: c.joints[ai], Valid: town.Since(s, 2020, 2021), Role: "书记"})
		}
		if pi := someone(s, c.membersOf(ai)); pi != town.None {
			c.Out.Tie(kg.Tie{Relation: kg.SitsOn, From: c.People[pi].ID(), To: c.joints[ai], Valid: town.Since(s, 2021, 2024), Role: "居民委员", PartTime: true})
		}
	}
}

// emitMeetingSeats gives government departments a seat on the county's joint meeting, none to those that are planted
// to sit on no committee.
func (c *Town) emitMeetingSeats(s *draw.Stream, broken map[int]bool) {
	var departments []int
	for ui := range c.Units {
		if u := &c.Units[ui]; u.Class == town.Listed && u.Kind == "government" && len(u.Paired) > 0 && !broken[ui] {
			departments = append(departments, ui)
		}
	}
	for _, ui := range draw.Sample(s, departments, c.Services.MeetingSeats) {
		u := &c.Units[ui]
		c.Out.Tie(kg.Tie{Relation: kg.SitsOn, From: c.People[u.Staffed[0]].ID(), To: c.meeting, Valid: town.Since(s, 2021, 2022), Ref: u.ID, Role: "成员单位代表", PartTime: true})
	}
}
