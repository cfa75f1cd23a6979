package town

import (
	"slices"

	"lintu/seed/draw"
	"lintu/seed/figures"
)

// drawMembers draws who is a party member: as many as the preset says, the retired among them too, spread over the
// areas by their people.
func (w *World) drawMembers() {
	s := w.Stream("members")
	var retired, serving []int
	for pi := range w.People {
		switch p := &w.People[pi]; {
		case p.Retired && p.Age <= 85:
			retired = append(retired, pi)
		case p.Grown() && p.Age >= 24:
			serving = append(serving, pi)
		}
	}
	old := draw.Sample(s, retired, w.Members.Retired)
	young := draw.Sample(s, serving, w.Members.All-w.Members.Retired)
	for _, pi := range slices.Concat(old, young) {
		p := &w.People[pi]
		p.party = full
		if p.Age < 40 && s.Chance(45) {
			p.party = probationary
		}
	}
	for pi := range w.People {
		if p := &w.People[pi]; p.Grown() && p.party == noParty && s.Chance(9) {
			p.party = applicant
		}
	}
}

// membersIn are the members of the town in the order of people, retired or in service.
func (w *World) membersIn(retired bool) []int {
	var out []int
	for pi := range w.People {
		if p := &w.People[pi]; p.Member() && p.Retired == retired {
			out = append(out, pi)
		}
	}
	return out
}

// drawJobs gives members and others their workplaces.
func (w *World) drawJobs() {
	s := w.Stream("jobs")
	serving := w.membersIn(false)
	draw.Shuffle(s, serving)
	serving = w.communityMembers(serving)
	serving = w.firmMembers(serving)
	n := min(w.Members.InUnits, len(serving))
	w.unitMembers(s, serving[:n])
	w.retiredMembers(s)
	w.otherWorkers(s)
	w.ordinaryStaff(s)
	w.drawSites(s)
	w.unregistered()
}

// communityMembers takes the members who are community workers, from every area as many, off the list.
func (w *World) communityMembers(serving []int) []int {
	quota := draw.Share(w.Members.InCommunities, draw.Even(len(w.Areas)))
	return slices.DeleteFunc(serving, func(pi int) bool {
		ai := w.AreaOf(pi)
		if quota[ai] == 0 {
			return false
		}
		quota[ai]--
		w.employCommunity(pi)
		return true
	})
}

// employCommunity makes a person a community worker: employed by the street, at work in the service centre.
func (w *World) employCommunity(pi int) {
	p := &w.People[pi]
	a := w.Areas[w.AreaOf(pi)]
	p.Job = CommunityWorker
	for ui := range w.Units {
		if w.Units[ui].Class == StreetOffice && w.Areas[w.Units[ui].Area].Parent == a.Parent {
			w.employ(pi, ui)
		}
	}
	p.Site = a.Centre
}

func (w *World) employ(pi, ui int) {
	w.People[pi].Unit = ui
	w.Units[ui].Staffed = append(w.Units[ui].Staffed, pi)
}

// firmMembers takes the members at property firms with a branch off the list.
func (w *World) firmMembers(serving []int) []int {
	var firms []int
	for ui := range w.Units {
		if w.Units[ui].Class == Firm && w.Units[ui].Party {
			firms = append(firms, ui)
		}
	}
	if len(firms) == 0 {
		return serving
	}
	n := min(w.Members.InFirms, len(serving))
	for i, pi := range serving[:n] {
		w.employ(pi, firms[i%len(firms)])
		w.People[pi].Job = FirmStaff
		w.join(pi, firms[i%len(firms)])
	}
	return serving[n:]
}

// join makes a person a member of the unit's party organization.
func (w *World) join(pi, ui int) {
	w.People[pi].FullOrgUnit = ui
	w.Units[ui].Members = append(w.Units[ui].Members, pi)
}

// unitMembers gives each of the members a unit of the list: units get members by their size, and Members.Home in a
// thousand work in the area where they live.
func (w *World) unitMembers(s *draw.Stream, serving []int) {
	pools := w.unitPlaces(s, len(serving))
	left := len(serving)
	for _, pi := range serving {
		home := w.AreaOf(pi)
		ai := home
		if len(pools[home]) == 0 || (!s.Chance(w.Members.Home) && left > len(pools[home])) {
			x := s.N(left - len(pools[home]))
			for ai = range pools {
				if ai == home {
					continue
				}
				if x < len(pools[ai]) {
					break
				}
				x -= len(pools[ai])
			}
		}
		last := len(pools[ai]) - 1
		ui := pools[ai][last]
		pools[ai] = pools[ai][:last]
		left--
		w.employ(pi, ui)
		w.People[pi].Job = UnitStaff
		w.join(pi, ui)
	}
}

// unitPlaces are n places at listed units, by the area where the unit is, in a random order.
func (w *World) unitPlaces(s *draw.Stream, n int) [][]int {
	listed := len(w.Figures.Units.List)
	sizes := make([]int, listed)
	for ui := range listed {
		sizes[ui] = w.Units[ui].Staff * s.Between(60, 140)
	}
	pools := make([][]int, len(w.Areas))
	for ui, places := range draw.Share(n, sizes) {
		for range places {
			pools[w.Units[ui].Area] = append(pools[w.Units[ui].Area], ui)
		}
	}
	for _, pool := range pools {
		draw.Shuffle(s, pool)
	}
	return pools
}

// retiredMembers keeps some retired members in the party organization of a unit.
func (w *World) retiredMembers(s *draw.Stream) {
	retired := w.membersIn(true)
	listed := len(w.Figures.Units.List)
	sizes := make([]int, listed)
	for ui := range listed {
		sizes[ui] = w.Units[ui].Staff
	}
	for _, pi := range draw.Sample(s, retired, w.Members.RetiredInUnit) {
		w.join(pi, s.Weighted(sizes))
	}
}

// otherWorkers fills the posts of community workers that members do not fill.
func (w *World) otherWorkers(s *draw.Stream) {
	n := w.Roles.Workers - w.Members.InCommunities
	if n <= 0 {
		return
	}
	for ai, k := range draw.Share(n, draw.Even(len(w.Areas))) {
		a := w.Areas[ai]
		var free []int
		for pi := a.People.From; pi < a.People.To; pi++ {
			if p := &w.People[pi]; p.Grown() && !p.Member() && p.Unit == None && p.Age >= 22 && p.Age <= 50 {
				free = append(free, pi)
			}
		}
		for _, pi := range draw.Sample(s, free, k) {
			w.employCommunity(pi)
		}
	}
}

// ordinaryStaff gives some of the other residents of working age a known workplace.
func (w *World) ordinaryStaff(s *draw.Stream) {
	weights := make([]int, len(w.Units))
	for ui := range w.Units {
		weights[ui] = w.Units[ui].Staff
		if w.Units[ui].Class == Shop {
			weights[ui] = 4
		}
	}
	for pi := range w.People {
		p := &w.People[pi]
		if !p.Grown() || p.Age < 20 || p.Member() || p.Unit != None || !s.Chance(w.Figures.Units.Staff) {
			continue
		}
		ui := s.Weighted(weights)
		w.employ(pi, ui)
		p.Job = UnitStaff
		switch w.Units[ui].Class {
		case Firm:
			p.Job = FirmStaff
		case Shop:
			p.Job = ShopStaff
		}
	}
}

// drawSites sends some staff of enterprises to another building than the unit's own, and staff of property firms to
// one of the compounds that the firm serves.
func (w *World) drawSites(s *draw.Stream) {
	served := make([][]int, len(w.Units))
	for ci := range w.Compounds {
		if u := w.Compounds[ci].Unit; u != None {
			served[u] = append(served[u], ci)
		}
	}
	for pi := range w.People {
		p := &w.People[pi]
		if p.Unit == None || p.Site != None {
			continue
		}
		u := w.Units[p.Unit]
		switch {
		case u.Class == Firm:
			c := w.Compounds[draw.Pick(s, served[p.Unit])]
			p.Site = c.Buildings.From
		case u.Class == Listed && u.Kind == "enterprise" && s.Chance(160):
			a := w.Areas[s.N(len(w.Areas))]
			p.Site = a.Buildings.From + s.N(a.Buildings.Len())
		}
	}
}

// unregistered plants members in service at a unit who have not registered where they live.
func (w *World) unregistered() {
	if w.Members.Register == figures.NobodyRegisters {
		return
	}
	var serving []int
	for _, pi := range w.membersIn(false) {
		if w.People[pi].Job == UnitStaff {
			serving = append(serving, pi)
		}
	}
	broken := w.Broken(figures.MemberUnregistered, serving)
	for _, pi := range serving {
		if p := &w.People[pi]; broken[pi] {
			p.NotRegistered = true
			w.Plant(figures.MemberUnregistered, p.ID(), p.Name()+" has not registered with the community")
		}
	}
}
