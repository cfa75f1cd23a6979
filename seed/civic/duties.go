package civic

import (
	"strings"

	"lintu/kg"
	"lintu/seed/draw"
	"lintu/seed/figures"
	"lintu/seed/town"
)

func (c *Town) responsible(from, to kg.ID, scheme, slot string, valid kg.Span) {
	c.Out.Tie(kg.Tie{Relation: kg.ResponsibleFor, From: from, To: to, Valid: valid, Scheme: scheme, Slot: slot})
}

// drawUnnamed plants households of elderly people who live alone for whom nobody is responsible. Those without kin
// are not among them: three people look after each.
func (c *Town) drawUnnamed() {
	var homes []int
	for _, h := range c.AloneHomes() {
		if !c.noKin(h) {
			homes = append(homes, h)
		}
	}
	c.unnamed = c.Broken(figures.ElderUnnamed, homes)
	for _, h := range homes {
		if c.unnamed[h] {
			b := c.Buildings[c.Homes[h].Building]
			c.Plant(figures.ElderUnnamed, c.Homes[h].ID(), b.Name+c.Number(h)+": nobody is responsible for the elderly person who lives alone")
		}
	}
}

func (c *Town) noKin(h int) bool {
	p := &c.People[c.Homes[h].People.From]
	return p.HasFlag(kg.NoKin)
}

// emitNamed gives households their people: one for one where an elderly person lives alone, three slots where there
// is no kin; in a village one member by contract.
func (c *Town) emitNamed() {
	s := c.Stream("duties/named")
	if c.Care.Contracts > 0 {
		c.emitContracts(s)
		return
	}
	var trios []int
	for _, h := range c.AloneHomes() {
		if c.noKin(h) {
			trios = append(trios, h)
		} else if !c.unnamed[h] {
			home := c.Homes[h]
			b := c.Buildings[home.Building]
			near := c.without(c.members[home.Building], h)
			if len(near) == 0 {
				near = c.without(c.compoundMembers(b.Compound), h)
			}
			pi := someone(s, near, c.without(c.membersOf(b.Area), h))
			c.responsible(c.People[pi].ID(), home.ID(), "一人包一户", "", town.Since(s, 2020, 2024))
		}
	}
	broken := c.Broken(figures.SlotMissing111, trios)
	for _, h := range trios {
		c.emitTrio(s, h, broken[h])
	}
}

// emitTrio fills the slots of 1+1+1: a registered member, a member of the community, a volunteer of the building;
// where it is planted, the volunteer is missing.
func (c *Town) emitTrio(s *draw.Stream, h int, broken bool) {
	home := c.Homes[h]
	b := c.Buildings[home.Building]
	var registered, local []int
	for _, pi := range c.without(c.membersOf(b.Area), h) {
		if c.People[pi].Retired {
			local = append(local, pi)
		} else if p := &c.People[pi]; p.Job == town.UnitStaff && !p.NotRegistered {
			registered = append(registered, pi)
		}
	}
	since := town.Since(s, 2021, 2024)
	c.responsible(c.People[draw.Pick(s, registered)].ID(), home.ID(), "1+1+1", "报到党员", since)
	c.responsible(c.People[draw.Pick(s, local)].ID(), home.ID(), "1+1+1", "社区党员", since)
	if broken {
		c.Plant(figures.SlotMissing111, home.ID(), b.Name+c.Number(h)+": 1+1+1 has no volunteer of the building")
		return
	}
	volunteer := someone(s, c.without(c.residents[home.Building], h), c.without(c.compoundResidents(b.Compound), h))
	c.responsible(c.People[volunteer].ID(), home.ID(), "1+1+1", "楼栋志愿者", since)
}

// emitContracts contracts households that need care to their village's members.
func (c *Town) emitContracts(s *draw.Stream) {
	homes := make([]int, len(c.Areas))
	for ai, a := range c.Areas {
		homes[ai] = a.Homes.Len()
	}
	for ai, n := range draw.Share(c.Care.Contracts, homes) {
		c.contractArea(s, ai, n)
	}
}

// contractArea contracts n households of an area: first those of elderly people who live alone, then others in need.
func (c *Town) contractArea(s *draw.Stream, ai, n int) {
	var first, needy, rest []int
	for h := c.Areas[ai].Homes.From; h < c.Areas[ai].Homes.To; h++ {
		switch {
		case c.unnamed[h]:
		case c.Homes[h].Alone:
			first = append(first, h)
		case c.Needy(h):
			needy = append(needy, h)
		default:
			rest = append(rest, h)
		}
	}
	draw.Shuffle(s, needy)
	n = max(n, len(first)) // every one of them
	homes := append(append(first, needy...), draw.Sample(s, rest, n)...)[:n]
	members := c.membersOf(ai)
	draw.Shuffle(s, members)
	for k, h := range homes {
		pi := members[k%len(members)]
		if c.People[pi].Home == h {
			pi = members[(k+1)%len(members)]
		}
		c.responsible(c.People[pi].ID(), c.Homes[h].ID(), "1+N", c.Care.Visit, town.Since(s, 2021, 2024))
	}
}

// emitTen gives members about ten households around their own (8 to 13), and the planted ones more than fifteen.
func (c *Town) emitTen() {
	s := c.Stream("duties/ten")
	var members []int
	for pi := range c.People {
		if c.People[pi].Member() {
			members = append(members, pi)
		}
	}
	chosen := draw.Sample(s, members, c.Care.TenMembers)
	broken := c.Broken(figures.MemberOverloaded, chosen)
	for _, pi := range chosen {
		p := &c.People[pi]
		n := s.Between(8, 13)
		if broken[pi] {
			n = s.Between(16, 20)
			c.Plant(figures.MemberOverloaded, p.ID(), p.Name()+" is responsible for more than 15 households by 1+10")
		}
		since := town.Since(s, 2021, 2024)
		a := c.Areas[c.AreaOf(pi)]
		for k, done := 1, 0; done < n && k < 2*a.Homes.Len(); k++ { // the doors around one's own, turn by turn below and above
			h := p.Home + (k+1)/2*(1-k%2*2)
			if h >= a.Homes.From && h < a.Homes.To && !c.unnamed[h] {
				c.responsible(p.ID(), c.Homes[h].ID(), "1+10", "", since)
				done++
			}
		}
	}
}

// slots41N5 are the four kinds of people in the team of a compound.
var slots41N5 = []string{"干部", "党员", "民警", "医务"}

// emit41N5 fills the four slots of every compound, but for planted ones, where one is empty.
func (c *Town) emit41N5() {
	if !c.Care.Compound41N5 {
		return
	}
	s := c.Stream("duties/41N5")
	police := c.police()
	medics := c.staffOf(func(u *town.Unit) bool { return u.Kind == "hospital" })
	all := make([]int, len(c.Compounds))
	for ci := range all {
		all[ci] = ci
	}
	broken := c.Broken(figures.SlotMissing41N5, all)
	for ci := range c.Compounds {
		cp := c.Compounds[ci]
		since := kg.Span{From: kg.MustDate("2020-02-01") + kg.Date(s.N(60))}
		people := [4]int{
			draw.Pick(s, c.workers[cp.Area]),
			someone(s, c.compoundMembers(ci), c.membersOf(cp.Area)),
			draw.Pick(s, police), draw.Pick(s, medics),
		}
		empty := town.None
		if broken[ci] {
			empty = s.N(len(slots41N5))
			c.Plant(figures.SlotMissing41N5, cp.ID, cp.Name+": 41N5 has nobody in the slot "+slots41N5[empty])
		}
		for k, slot := range slots41N5 {
			if k != empty {
				c.responsible(c.People[people[k]].ID(), cp.ID, "41N5", slot, since)
			}
		}
	}
}

// slotsFive are the five ones that every community has.
var slotsFive = []string{"市领导", "结对单位", "街道干部", "社区干部", "居住党员"}

// emitFive fills the five ones of every community, but for a planted one.
func (c *Town) emitFive() {
	if !c.Care.FiveOne {
		return
	}
	s := c.Stream("duties/five")
	leaders := c.staffOf(func(u *town.Unit) bool { return strings.HasSuffix(u.Name, "办公室") })
	draw.Shuffle(s, leaders)
	bare := s.N(len(c.Areas))
	for ai, a := range c.Areas {
		cadres := c.staffOf(func(u *town.Unit) bool { return u.Class == town.StreetOffice && c.Areas[u.Area].Parent == a.Parent })
		var street []int
		for _, pi := range cadres {
			if c.People[pi].Job != town.CommunityWorker {
				street = append(street, pi)
			}
		}
		since := town.Since(s, 2020, 2022)
		c.responsible(c.People[leaders[ai%len(leaders)]].ID(), a.ID, "五个一", slotsFive[0], since)
		if u := c.pairedUnit(ai); u != town.None {
			c.responsible(c.Units[u].ID, a.ID, "五个一", slotsFive[1], since)
		}
		if ai == bare {
			c.Plant(figures.SlotMissingFive, a.ID, a.Name+": nobody in the slot "+slotsFive[2]+" of the five ones")
		} else {
			c.responsible(c.People[draw.Pick(s, street)].ID(), a.ID, "五个一", slotsFive[2], since)
		}
		c.responsible(c.People[c.officers[ai]].ID(), a.ID, "五个一", slotsFive[3], since)
		for _, pi := range draw.Sample(s, c.membersOf(ai), 5) {
			c.responsible(c.People[pi].ID(), a.ID, "五个一", slotsFive[4], since)
		}
	}
}

// pairedUnit is the first unit that is paired with an area.
func (c *Town) pairedUnit(ai int) int {
	for ui := range c.Units {
		for _, paired := range c.Units[ui].Paired {
			if paired == ai {
				return ui
			}
		}
	}
	return town.None
}

// emitAreaDuties gives volunteer teams and units grids to look after, and branches of grids one compound.
func (c *Town) emitAreaDuties() {
	s := c.Stream("duties/areas")
	for gi, g := range c.Grids {
		teams := c.teams[g.Area]
		c.responsible(teams[gi%len(teams)], g.ID, "包联网格", "", town.Since(s, 2020, 2023))
	}
	for i, b := range c.branches {
		if b.groups.Len() > 0 && i%4 == 0 {
			c.responsible(b.id, c.groups[b.groups.From].id, "支部联系小组", "", town.Since(s, 2021, 2023))
		}
	}
}
