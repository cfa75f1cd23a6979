package civic

import (
	"lintu/kg"
	"lintu/seed/draw"
	"lintu/seed/figures"
	"lintu/seed/town"
)

// gridWorker is a person who works for a grid.
type gridWorker struct{ person, grid int }

// emitWomenBodies emits the women's federations of streets and towns, the workstation of every area, and the homes for
// women and children of some.
func (c *Town) emitWomenBodies() {
	if !c.Services.WomenStations {
		return
	}
	s := c.Stream("women/bodies")
	if !c.World.Beside {
		n := 0
		for _, d := range c.Parents {
			if d.Level == kg.LevelTownship {
				n++
				t := &kg.Team{Code: c.code("FT", n), Name: d.Name + "网格妇联", TeamKind: "women's federation"}
				c.team(t, c.Divisions[d.Code], town.Since(s, 2021, 2021))
			}
		}
	}
	for ai, a := range c.Areas {
		t := &kg.Team{Code: c.code("FW", ai+1), Name: a.Short + "网格妇联工作站", TeamKind: "women's federation workstation"}
		c.women = append(c.women, c.team(t, a.ID, town.Since(s, 2021, 2021)))
	}
	for ai := range c.Services.WomenHomes {
		a := c.Areas[ai]
		p := &kg.Place{Code: c.desk("F", ai+1), Name: a.Short + "妇女儿童家园", PlaceKind: "women and children's home",
			OpeningHours: []kg.Opening{{Weekdays: workdays, From: "08:30", To: "17:30"}}}
		c.place(p, a.ID, a.Centre, town.Since(s, 2021, 2022))
	}
}

// emitWomen adds women as part-time grid workers until there are as many as the town has, first in grids where no
// woman works, and makes all women among grid workers members of their area's workstation. Grids that are planted to
// have no worker get none.
func (c *Town) emitWomen() {
	if c.Services.WomenWorkers == 0 {
		return
	}
	s := c.Stream("women/workers")
	have, staffed := map[int]bool{}, map[int]bool{} // women; grids with a worker
	with := map[int]bool{}                          // grids with a woman
	var all []gridWorker
	for _, w := range c.gridWorkers {
		staffed[w.grid] = true
		if c.People[w.person].Female {
			with[w.grid] = true
			if !have[w.person] {
				have[w.person] = true
				all = append(all, w)
			}
		}
	}
	var grids []int
	for _, pass := range []bool{false, true} {
		for gi := range c.Grids {
			if staffed[gi] && with[gi] == pass {
				grids = append(grids, gi)
			}
		}
	}
	for _, gi := range grids {
		if len(all) >= c.Services.WomenWorkers {
			break
		}
		if pi := c.womanOf(s, gi, have); pi != town.None {
			have[pi] = true
			all = append(all, gridWorker{pi, gi})
			c.post(pi, c.Grids[gi].ID, "网格员", town.Since(s, 2021, 2024), func(t *kg.Tie) { t.PartTime = true })
		}
	}
	for _, w := range all {
		c.inTeam(w.person, c.women[c.Grids[w.grid].Area], "执委", town.Since(s, 2021, 2024))
	}
}

// womanOf is a woman of a grid who is no member and no grid worker yet; None where there is nobody.
func (c *Town) womanOf(s *draw.Stream, gi int, have map[int]bool) int {
	var fit []int
	for _, bi := range c.Grids[gi].Buildings {
		for _, pi := range c.residents[bi] {
			if p := &c.People[pi]; p.Female && !p.Member() && p.Age <= 58 && !have[pi] {
				fit = append(fit, pi)
			}
		}
	}
	return someone(s, fit)
}

// delegates are the three kinds of 两代表一委员, with how many of a hundred they are.
var delegates = []struct {
	role  string
	share int
}{{"人大代表", 45}, {"党代表", 30}, {"政协委员", 25}}

// emitDelegates chooses delegates, deputies and advisers among the residents and puts each in contact with a grid of
// the area, but for the planted ones. Party delegates are members.
func (c *Town) emitDelegates() {
	if c.Services.Representatives == 0 {
		return
	}
	s := c.Stream("delegates")
	county := kg.ID("")
	for _, d := range c.Parents {
		if d.Level == kg.LevelCounty {
			county = c.Divisions[d.Code]
		}
	}
	people := make([]int, len(c.Areas))
	for ai, a := range c.Areas {
		people[ai] = a.People.Len()
	}
	type delegate struct {
		person, area int
		role         string
	}
	var all []delegate
	var persons []int
	for ai, n := range draw.Share(c.Services.Representatives, people) {
		pool := c.residentsAndMembers(s, ai)
		for k := range n {
			role := delegates[s.Weighted([]int{delegates[0].share, delegates[1].share, delegates[2].share})].role
			i := 0
			for i < len(pool)-1 && role == "党代表" && !c.People[pool[i]].Member() {
				i++
			}
			if !c.People[pool[i]].Member() && role == "党代表" {
				i, role = k%len(pool), "政协委员" // no member is left
			}
			all = append(all, delegate{pool[i], ai, role})
			persons = append(persons, pool[i])
			pool = append(pool[:i], pool[i+1:]...)
		}
	}
	broken := c.Broken(figures.DelegateNoGrid, persons)
	for k, d := range all {
		p := &c.People[d.person]
		since := town.Since(s, 2022, 2022)
		c.post(d.person, county, d.role, since, func(t *kg.Tie) { t.PartTime = true })
		if broken[d.person] {
			c.Plant(figures.DelegateNoGrid, p.ID(), p.Name()+" ("+d.role+") is in contact with no grid")
			continue
		}
		grids := c.Areas[d.area].Grids
		c.responsible(p.ID(), c.Grids[grids.From+k%grids.Len()].ID, "两代表一委员", d.role, since)
	}
}

// residentsAndMembers are the grown-up residents of an area in a random order.
func (c *Town) residentsAndMembers(s *draw.Stream, ai int) []int {
	var out []int
	for bi := c.Areas[ai].Buildings.From; bi < c.Areas[ai].Buildings.To; bi++ {
		out = append(out, c.residents[bi]...)
	}
	draw.Shuffle(s, out)
	return out
}
