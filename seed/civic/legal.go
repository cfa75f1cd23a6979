package civic

import (
	"strings"

	"lintu/kg"
	"lintu/seed/draw"
	"lintu/seed/figures"
	"lintu/seed/town"
)

// setHours are the opening hours of places that are open on workdays.
var setHours = []kg.Opening{{Weekdays: workdays, From: "08:30", To: "17:30"}}

// emitPlaceSets emits the places that are spread over the communities, those of the county and its streets first.
func (c *Town) emitPlaceSets() {
	for _, set := range c.Places.Sets {
		s := c.Stream("places/" + set.Kind + "/" + set.Letter)
		n := 0
		add := func(name string, serves kg.ID, building int) {
			n++
			p := &kg.Place{Code: c.desk(set.Letter, n), Name: name, PlaceKind: set.Kind, OpeningHours: setHours}
			c.place(p, serves, building, town.Since(s, 2018, 2023))
		}
		if set.Upper {
			add(c.World.Town+set.Name, c.Divisions[c.County], c.upperBuilding(c.County))
			for _, d := range c.Parents {
				if d.Form != "" {
					add(d.Name+set.Name, c.Divisions[d.Code], c.upperBuilding(d.Code))
				}
			}
		}
		rest := set.Count - n
		for k := range rest {
			a := c.Areas[k*len(c.Areas)/rest]
			if rest > len(c.Areas) {
				a = c.Areas[k%len(c.Areas)]
			}
			building := a.Centre
			if !set.Centre {
				building = a.Buildings.From + s.N(a.Centre-a.Buildings.From)
			}
			add(a.Short+set.Name, a.ID, building)
		}
	}
}

// upperBuilding is an office in the first community below a division.
func (c *Town) upperBuilding(code string) int {
	for _, a := range c.Areas {
		if strings.HasPrefix(a.Parent, code) {
			return a.Buildings.To - 1
		}
	}
	return town.None
}

// emitLegalPosts sends the lawyers of law firms to the communities, each of them to one at least, and adds residents
// who know the law and the organizers among the community workers.
func (c *Town) emitLegalPosts() {
	s := c.Stream("posts/legal")
	if n := c.Roles.LawyersInAll; n > 0 {
		lawyers := draw.Sample(s, c.staffOf(func(u *town.Unit) bool { return u.Kind == "law firm" }), n)
		for k, ai := range c.lawyered {
			c.post(lawyers[k%len(lawyers)], c.Areas[ai].ID, "律师", town.Since(s, 2020, 2023), func(t *kg.Tie) { t.PartTime = true })
		}
	}
	for ai, n := range draw.Share(c.Roles.LegalPeople, draw.Even(len(c.Areas))) {
		for _, pi := range draw.Sample(s, c.grownIn(ai), n) {
			c.post(pi, c.Areas[ai].ID, "法律明白人", town.Since(s, 2021, 2024), nil)
		}
	}
	for ai, n := range draw.Share(c.Roles.Organizers, draw.Even(len(c.Areas))) {
		pool := c.memberWorkers(ai)
		for _, pi := range pool[len(pool)-min(n, len(pool)):] { // the first may be the secretary
			c.post(pi, c.tops[ai], "社区组织员", town.Since(s, 2021, 2024), func(t *kg.Tie) { t.FullTime = true })
		}
	}
	for ui := range c.Units {
		u := &c.Units[ui]
		if u.Class != town.Social {
			continue
		}
		c.Out.Tie(kg.Tie{Relation: kg.Serves, From: u.ID, To: c.Areas[u.Area].ID, Valid: town.Since(s, 2016, 2023), Role: "社区社会组织"})
		if pi := someone(s, c.residents[u.Building], c.grownIn(u.Area)); pi != town.None {
			c.post(pi, u.ID, "负责人", town.Since(s, 2020, 2024), nil)
		}
	}
}

// grownIn are the grown-up residents of an area.
func (c *Town) grownIn(ai int) []int {
	var out []int
	for bi := c.Areas[ai].Buildings.From; bi < c.Areas[ai].Buildings.To; bi++ {
		out = append(out, c.residents[bi]...)
	}
	return out
}

// emitCoOpted fills the seats on the community committees: the heads of paired units, but for planted ones, an
// officer of the police for each community, and members who live there, as many as are left. Nobody sits twice. The
// secretary sits there by office.
func (c *Town) emitCoOpted() {
	if c.Bodies.CoOpted == 0 {
		return
	}
	s := c.Stream("seats/co-opted")
	seated := map[int]bool{}
	seat := func(pi, ai int, of kg.ID) {
		seated[pi] = true
		c.Out.Tie(kg.Tie{Relation: kg.SitsOn, From: c.People[pi].ID(), To: c.joints[ai], Valid: town.Since(s, 2020, 2023), Ref: of, Role: "兼职委员", PartTime: true})
	}
	for ai, pi := range c.officers {
		seated[pi] = true
		c.Out.Tie(kg.Tie{Relation: kg.SitsOn, From: c.People[pi].ID(), To: c.joints[ai], Valid: town.Since(s, 2020, 2021), Role: "书记"})
	}
	var paired []int
	for ui := range c.Units {
		if len(c.Units[ui].Paired) > 0 {
			paired = append(paired, ui)
		}
	}
	broken := c.Broken(figures.UnitNoSeat, paired)
	police := c.police()
	for ai := range c.Areas {
		of := c.People[police[ai]].Unit
		if broken[of] {
			seat(police[ai], ai, "") // the planted unit has no seat on its behalf
		} else {
			seat(police[ai], ai, c.Units[of].ID)
		}
	}
	left := c.Bodies.CoOpted - len(c.Areas)
	for _, ui := range paired {
		u := &c.Units[ui]
		if broken[ui] {
			c.Plant(figures.UnitNoSeat, u.ID, u.Name+" sits on no joint committee")
			continue
		}
		for _, pi := range u.Staffed {
			if !seated[pi] {
				seat(pi, u.Paired[0], u.ID)
				left--
				break
			}
		}
	}
	for k := range left {
		ai := k * len(c.Areas) / left
		for _, pi := range draw.Sample(s, c.membersOf(ai), len(seated)) {
			if !seated[pi] {
				seat(pi, ai, "")
				break
			}
		}
	}
}
