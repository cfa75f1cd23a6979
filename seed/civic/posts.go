package civic

import (
	"strings"

	"lintu/kg"
	"lintu/seed/draw"
	"lintu/seed/figures"
	"lintu/seed/town"
)

func (c *Town) post(pi int, to kg.ID, role string, valid kg.Span, fill func(*kg.Tie)) {
	t := kg.Tie{Relation: kg.HoldsPost, From: c.People[pi].ID(), To: to, Valid: valid, Role: role}
	if fill != nil {
		fill(&t)
	}
	c.Out.Tie(t)
}

// emitOfficers gives every area's party organization a secretary who is director of the residents' committee as well,
// but for a planted one; every branch a secretary, every group a leader, every hub household its member, every unit
// and its party organization a head.
func (c *Town) emitOfficers() {
	s := c.Stream("posts/officers")
	apart := town.None
	if len(c.Areas) >= 10 && !c.Bodies.OnePerson {
		apart = s.N(len(c.Areas))
	}
	for ai := range c.Areas {
		both := draw.Sample(s, c.memberWorkers(ai), 2)
		c.officers = append(c.officers, both[0])
		since := town.Since(s, 2021, 2021)
		c.post(both[0], c.tops[ai], "书记", since, nil)
		director := both[0]
		if ai == apart {
			director = both[1]
			c.Plant(figures.PostsApart, c.bodies[ai], c.Areas[ai].Short+": secretary and director are not one person")
		}
		c.post(director, c.bodies[ai], "主任", since, nil)
	}
	for i, b := range c.branches {
		c.branches[i].secretary = c.memberNear(s, b.buildings, b.area)
		c.post(c.branches[i].secretary, b.id, "书记", town.Since(s, 2020, 2024), nil)
	}
	byGroup := make([][]int, len(c.groups))
	for pi := range c.People {
		if c.People[pi].Member() {
			g := c.groupOf[c.Homes[c.People[pi].Home].Building]
			byGroup[g] = append(byGroup[g], pi)
		}
	}
	for g, members := range byGroup {
		if len(members) == 0 {
			members = c.membersOf(c.groups[g].area)
		}
		c.groups[g].leader = draw.Pick(s, members)
		c.post(c.groups[g].leader, c.groups[g].id, "组长", town.Since(s, 2020, 2024), nil)
	}
	for _, h := range c.hubs {
		for _, pi := range c.peopleOf(h.home) {
			if c.People[pi].Member() {
				c.post(pi, h.id, "中心户长", town.Since(s, 2020, 2024), nil)
				break
			}
		}
	}
	for ui := range c.Units {
		if u := &c.Units[ui]; u.Class == town.Listed && len(u.Staffed) > 0 {
			c.post(u.Staffed[0], u.ID, "负责人", town.Since(s, 2019, 2024), nil)
			c.post(u.Staffed[0], u.OrgID, "书记", town.Since(s, 2019, 2024), nil)
		}
	}
}

// memberWorkers are the members among an area's community workers; in a village its members in service.
func (c *Town) memberWorkers(ai int) []int {
	var out []int
	for _, pi := range c.workers[ai] {
		if c.People[pi].Member() {
			out = append(out, pi)
		}
	}
	if len(out) == 0 {
		for _, pi := range c.membersOf(ai) {
			if !c.People[pi].Retired {
				out = append(out, pi)
			}
		}
	}
	return out
}

// memberNear is a member out of the buildings, or else of the area.
func (c *Town) memberNear(s *draw.Stream, buildings []int, ai int) int {
	var near []int
	for _, bi := range buildings {
		near = append(near, c.members[bi]...)
	}
	return someone(s, near, c.membersOf(ai))
}

// emitWorkers fills the posts of community workers, by how they were hired, and gives every grid a worker but for the
// planted ones; in a village a member looks after a grid.
func (c *Town) emitWorkers() {
	s := c.Stream("posts/workers")
	var all []int
	for ai := range c.Areas {
		all = append(all, c.memberWorkersFirst(ai)...)
	}
	for i, pi := range all {
		status := "聘用"
		switch {
		case i < c.Roles.FromCommittees:
			status = "两委转任"
		case i < c.Roles.FromCommittees+c.Roles.ByExam:
			status = "考试录用"
		}
		c.post(pi, c.Areas[c.AreaOf(pi)].ID, "社区工作者", town.Since(s, 2020, 2023), func(t *kg.Tie) { t.Status, t.FullTime = status, true })
	}
	var grids []int
	for gi := range c.Grids {
		grids = append(grids, gi)
	}
	broken := c.Broken(figures.GridNoWorker, grids)
	for gi, g := range c.Grids {
		if broken[gi] {
			c.Plant(figures.GridNoWorker, g.ID, g.Name+" has no grid worker")
			continue
		}
		pool := c.workers[g.Area]
		if len(pool) == 0 {
			pool = c.memberWorkers(g.Area)
		}
		pi := pool[(gi-c.Areas[g.Area].Grids.From)%len(pool)]
		c.gridWorkers = append(c.gridWorkers, gridWorker{pi, gi})
		c.post(pi, g.ID, "网格员", town.Since(s, 2020, 2024), func(t *kg.Tie) { t.FullTime = !c.Rural() })
	}
}

func (c *Town) memberWorkersFirst(ai int) []int {
	var members, others []int
	for _, pi := range c.workers[ai] {
		if c.People[pi].Member() {
			members = append(members, pi)
		} else {
			others = append(others, pi)
		}
	}
	return append(members, others...)
}

// emitHeads gives compounds, buildings with homes and entrances their heads, but for planted entrances.
func (c *Town) emitHeads() {
	if c.Rural() {
		return
	}
	s := c.Stream("posts/heads")
	headOfCompound := "小区长"
	if c.Roles.FourLevels {
		headOfCompound = "院长"
	}
	cross := c.crossPosts()
	noCompound, noBuilding := c.vacantHeads()
	for ci := range c.Compounds {
		if noCompound[ci] {
			continue
		}
		pi := someone(s, cross.compounds[ci], c.compoundMembers(ci), c.compoundResidents(ci), c.membersOf(c.Compounds[ci].Area))
		c.post(pi, c.Compounds[ci].ID, headOfCompound, town.Since(s, 2020, 2024), nil)
	}
	entrances := make([]int, len(c.Entrances))
	for e := range entrances {
		entrances[e] = e
	}
	if c.Roles.FourLevels {
		entrances = nil // which have no heads
	}
	broken := c.Broken(figures.EntranceNoHead, entrances)
	for bi := range c.Buildings {
		b := &c.Buildings[bi]
		if b.Compound == town.None {
			continue
		}
		head := someone(s, cross.buildings[bi], c.members[bi], c.residents[bi], c.compoundResidents(b.Compound), c.membersOf(b.Area))
		if !noBuilding[bi] {
			c.post(head, b.ID, "楼栋长", town.Since(s, 2020, 2024), nil)
		}
		for e := b.Entrances.From; e < b.Entrances.To && entrances != nil; e++ {
			if broken[e] {
				c.Plant(figures.EntranceNoHead, c.Entrances[e].ID, b.Name+c.Entrances[e].Number+" has no head")
				continue
			}
			c.post(someone(s, cross.entrances[e], c.grownAt(c.Entrances[e].Homes), c.residents[bi], []int{head}), c.Entrances[e].ID, "单元长", town.Since(s, 2020, 2024), nil)
		}
	}
}

// grownAt are the grown-up residents of households.
func (c *Town) grownAt(homes town.Range) []int {
	var out []int
	for h := homes.From; h < homes.To; h++ {
		for _, pi := range c.peopleOf(h) {
			if p := &c.People[pi]; p.Age >= 28 && p.Age <= 74 {
				out = append(out, pi)
			}
		}
	}
	return out
}

// emitSpecialPosts adds stewards of grids, the police and lawyers of communities.
func (c *Town) emitSpecialPosts() {
	s := c.Stream("posts/special")
	grids := make([]int, len(c.Grids))
	for gi := range grids {
		grids[gi] = gi
	}
	seen := map[int]bool{}
	for _, gi := range draw.Sample(s, grids, c.Roles.Stewards) {
		c.post(c.steward(s, gi, seen), c.Grids[gi].ID, "社区大管家", town.Since(s, 2020, 2021), nil)
	}
	police, lawyers := c.police(), c.staffOf(func(u *town.Unit) bool { return strings.HasSuffix(u.Name, "司法局") })
	bare := c.bareOfLawyers(s)
	for ai, a := range c.Areas {
		for k := range min(c.Roles.Police, len(police)) {
			c.post(police[(ai*c.Roles.Police+k)%len(police)], a.ID, "民警", town.Since(s, 2020, 2023), nil)
		}
		if bare[ai] {
			c.Plant(figures.AreaNoLawyer, a.ID, a.Name+" has no lawyer")
			continue
		}
		if c.Roles.LawyersInAll > 0 {
			c.lawyered = append(c.lawyered, ai)
		}
		for k := range min(c.Roles.Lawyers, len(lawyers)) {
			c.post(lawyers[(ai+k)%len(lawyers)], a.ID, "律师", town.Since(s, 2020, 2023), func(t *kg.Tie) { t.PartTime = true })
		}
	}
}

// bareOfLawyers draws the planted areas that have no lawyer: one in a hundred, one at least where there are ten.
func (c *Town) bareOfLawyers(s *draw.Stream) map[int]bool {
	bare := map[int]bool{}
	if len(c.Areas) < 10 || c.Roles.Lawyers+c.Roles.LawyersInAll == 0 {
		return bare
	}
	for _, ai := range draw.Sample(s, allOf(len(c.Areas)), 1+len(c.Areas)/100) {
		bare[ai] = true
	}
	return bare
}

// allOf are the numbers from 0 to n-1.
func allOf(n int) []int {
	all := make([]int, n)
	for i := range all {
		all[i] = i
	}
	return all
}

// police are the staff of the police, members first.
func (c *Town) police() []int {
	return c.staffOf(func(u *town.Unit) bool {
		return strings.HasSuffix(u.Name, "公安局") || strings.HasSuffix(u.Name, "派出所")
	})
}

// steward is a resident of the grid of 45 to 68 years who is no member and keeps no other grid.
func (c *Town) steward(s *draw.Stream, gi int, seen map[int]bool) int {
	var fit, others []int
	for _, bi := range c.Grids[gi].Buildings {
		for _, pi := range c.residents[bi] {
			p := &c.People[pi]
			if seen[pi] || p.Member() {
				continue
			}
			others = append(others, pi)
			if p.Age >= 45 && p.Age <= 68 {
				fit = append(fit, pi)
			}
		}
	}
	pi := someone(s, fit, others)
	seen[pi] = true
	return pi
}
