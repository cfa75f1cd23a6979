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

// colourTeams are the names of the teams of the seven specialties, in the order of town.Colours.
var colourTeams = []string{"关爱老人", "文化体育", "民生事务", "关心下一代", "治安维稳", "政策法规", "妇女维权"}

func (c *Town) team(t *kg.Team, serves kg.ID, valid kg.Span) kg.ID {
	t.ID = sink.NodeID(kg.KindTeam, t.Code)
	c.Out.Node(t)
	c.Out.Tie(kg.Tie{Relation: kg.Serves, From: t.ID, To: serves, Valid: valid})
	return t.ID
}

// emitTeams emits the standing teams of areas: the seven colours or one volunteer team, an emergency team, and the
// work group of members in service.
func (c *Town) emitTeams() {
	s := c.Stream("teams")
	for ai, a := range c.Areas {
		var teams []kg.ID
		if c.Teams.Colours {
			for k, name := range colourTeams {
				t := &kg.Team{Code: c.code("V", ai*10+k+1), Name: fmt.Sprintf("%s%s服务队(%s)", a.Short, name, town.Colours[k]), TeamKind: "volunteer"}
				teams = append(teams, c.team(t, a.ID, town.Since(s, 2020, 2021)))
			}
		} else {
			t := &kg.Team{Code: c.code("V", ai*10+1), Name: a.Short + "志愿服务队", TeamKind: "volunteer"}
			teams = append(teams, c.team(t, a.ID, town.Since(s, 2020, 2021)))
		}
		c.teams = append(c.teams, teams)
		crew := &kg.Team{Code: c.code("E", ai+1), Name: a.Short + "应急队", TeamKind: "emergency"}
		c.crews = append(c.crews, c.team(crew, a.ID, town.Since(s, 2020, 2021)))
		if c.Teams.WorkGroupPeople > 0 {
			t := &kg.Team{Code: c.code("W", ai+1), Name: a.Short + "在职党员工作小组", TeamKind: "working group"}
			c.task = append(c.task, c.team(t, a.ID, town.Since(s, 2020, 2020)))
		}
	}
}

func (c *Town) inTeam(pi int, team kg.ID, role string, valid kg.Span) {
	c.Out.Tie(kg.Tie{Relation: kg.InTeam, From: c.People[pi].ID(), To: team, Valid: valid, Role: role})
}

// emitTeamMembers puts registered members into the team of their colour, but for the planted ones, and half of the
// other members; then fills emergency teams and work groups.
func (c *Town) emitTeamMembers() {
	s := c.Stream("teams/members")
	registered := map[int]bool{}
	for _, pi := range c.registered {
		registered[pi] = true
	}
	broken := c.Broken(figures.MemberNoTeam, c.registered)
	for pi := range c.People {
		p := &c.People[pi]
		if !p.Member() {
			continue
		}
		teams := c.teams[c.AreaOf(pi)]
		switch {
		case broken[pi]:
			c.Plant(figures.MemberNoTeam, p.ID(), p.Name()+" is registered and in no team")
		case registered[pi] || s.Chance(500):
			c.inTeam(pi, teams[max(p.Colour, 0)%len(teams)], "队员", town.Since(s, 2020, 2024))
		}
	}
	groups := draw.Share(c.Teams.WorkGroupPeople, draw.Even(len(c.Areas)))
	for ai := range c.Areas {
		workers := slices.DeleteFunc(slices.Clone(c.workers[ai]), func(pi int) bool { return broken[pi] })
		crew := draw.Sample(s, append(c.residentsOf(ai), workers...), 12)
		for k, pi := range distinct(crew) {
			c.inTeam(pi, c.crews[ai], leader(k), town.Since(s, 2021, 2024))
		}
		if len(c.task) == 0 {
			continue
		}
		var free []int // of those whose double placement is whole
		for _, pi := range c.registered {
			if c.AreaOf(pi) == ai && !broken[pi] {
				free = append(free, pi)
			}
		}
		for k, pi := range draw.Sample(s, free, groups[ai]) {
			c.inTeam(pi, c.task[ai], leader(k), town.Since(s, 2020, 2024))
		}
	}
}

// residentsOf are the grown-up residents of an area who have a profile and are no members.
func (c *Town) residentsOf(ai int) []int {
	var out []int
	for bi := c.Areas[ai].Buildings.From; bi < c.Areas[ai].Buildings.To; bi++ {
		for _, pi := range c.residents[bi] {
			if c.People[pi].Profile != town.NoProfile && !c.People[pi].Member() {
				out = append(out, pi)
			}
		}
	}
	return out
}

func distinct(list []int) []int {
	seen := map[int]bool{}
	var out []int
	for _, v := range list {
		if !seen[v] {
			seen[v] = true
			out = append(out, v)
		}
	}
	return out
}

func leader(k int) string {
	if k == 0 {
		return "队长"
	}
	return "队员"
}

// emitTemporaryTeams emits what was set up against the epidemic in early 2020 and ended in spring: vanguard teams for
// the compounds with their people, supervision and task groups. All of it is past.
func (c *Town) emitTemporaryTeams() {
	if c.Teams.Temporary == 0 {
		return
	}
	s := c.Stream("teams/2020")
	var then []int // members first, as far as they go
	var others []int
	for pi := range c.People {
		switch p := &c.People[pi]; {
		case p.Member() && p.Age >= 26:
			then = append(then, pi)
		case p.Unit != town.None && p.Age >= 26:
			others = append(others, pi)
		}
	}
	draw.Shuffle(s, then)
	then = append(then, draw.Sample(s, others, len(others))...)
	next := 0
	for n, size := range draw.Share(c.Teams.TemporaryPeople, draw.Even(c.Teams.Temporary)) {
		cp := c.Compounds[n%len(c.Compounds)]
		valid := kg.Span{From: kg.MustDate("2020-01-26") + kg.Date(s.N(10)), To: kg.MustDate("2020-03-25") + kg.Date(s.N(40))}
		t := &kg.Team{Base: kg.Base{Life: valid}, Code: c.code("X", n+1), Name: fmt.Sprintf("%s党员先锋队%d", cp.Name, n/len(c.Compounds)+1), TeamKind: "vanguard", Temporary: true}
		id := c.team(t, cp.ID, valid)
		for k, pi := range then[next : next+size] {
			c.inTeam(pi, id, leader(k), valid)
		}
		next += size
	}
	valid := kg.Span{From: kg.MustDate("2020-01-26"), To: kg.MustDate("2020-05-01")}
	c.groups2020(c.Teams.Task, "Y", "疫情防控工作组", "working group", valid)
	c.groups2020(c.Teams.Supervision, "Z", "疫情防控督导组", "supervision group", valid)
}

func (c *Town) groups2020(n int, letter, name, kind string, valid kg.Span) {
	for k := range n {
		t := &kg.Team{Base: kg.Base{Life: valid}, Code: c.code(letter, k+1), Name: fmt.Sprintf("%s第%d%s", c.World.Town, k+1, name), TeamKind: kind}
		c.team(t, c.Divisions[c.County], valid)
	}
}
