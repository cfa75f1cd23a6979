package reach

import (
	"cmp"
	"math"
	"slices"

	"lintu/geo"
	"lintu/kg"
)

// SceneSite is a building of a scene's area.
type SceneSite struct {
	Building kg.ID
	Point    geo.Point
}

// Sites are the buildings of an area that have a point on the scene's date, by id.
func (sc *Scene) Sites(area kg.ID) []SceneSite {
	s := sc.asker.s
	inside := sc.inside(area)
	var refs []ref
	for i := range s.spots.n {
		sp := s.spots.at(int32(i))
		r, ok := s.refOf(buildings, &sp.token)
		if !ok || r.row() != int32(i) { // an entrance, which stands in the same column
			continue
		}
		if sp.point != nil && s.lives(r, sc.Date) && inside(r) && sc.asker.scope.sees(r) {
			refs = append(refs, r)
		}
	}
	slices.SortFunc(refs, func(x, y ref) int { return compareTokens(&s.node(x).token, &s.node(y).token) })
	out := make([]SceneSite, len(refs))
	for i, r := range refs {
		out[i] = SceneSite{s.id(r), *s.spots.at(r.row()).point}
	}
	return out
}

// inside says of places whether they are an area or in it, on the scene's date.
func (sc *Scene) inside(area kg.ID) func(ref) bool {
	known := map[ref]bool{}
	if top, ok := sc.asker.s.find(area); ok {
		known[top] = true
	}
	var in func(r ref) bool
	in = func(r ref) bool {
		if is, ok := known[r]; ok {
			return is
		}
		known[r] = false // a circle would end here
		for t := range sc.asker.s.ties(r) {
			if (t.relation == partOf || t.relation == inCompound) && t.valid.Holds(sc.Date) && in(t.to) {
				known[r] = true
				break
			}
		}
		return known[r]
	}
	return in
}

// Over is the area of one of some levels that contains a place on the scene's date, the lowest one; "" for none.
func (sc *Scene) Over(id kg.ID, levels ...AreaLevel) kg.ID {
	r, ok := sc.asker.s.find(id)
	for range maxLevels {
		if !ok || r == 0 {
			break
		}
		if slices.Contains(levels, sc.levelOf(r)) {
			return sc.asker.s.id(r)
		}
		r = sc.container(r, partOf)
	}
	return ""
}

// maxLevels bounds the climb of the containment tree, which has a dozen levels.
const maxLevels = 32

// RecruitSite is some people at one point who could become responders and would count for the same targets.
type RecruitSite struct {
	Building kg.ID
	Point    geo.Point // where they are at home: the entrance's, where it has one
	People   int
	Limit    float64 // squared chord of their own limit; +Inf for none
	Except   []int32 // targets for which they do not count: their own household, and those that refuse them; ascending
}

// Recruits are the people who live in an area, are at home at a known point in the half hour of a standing of the scene,
// and could become responders: of age, asked about, without what keeps them from it (a care flag, unless the question
// includes such people; a pause or leave), and without a consent or a vetting that holds. Who had given a consent that
// has ended and was not renewed has refused and is none. Where useful is false of a point, nobody there is looked at. They come by
// building and point; of equal ones, those who count for everybody first.
func (sc *Scene) Recruits(area kg.ID, st *Standing, useful func(geo.Point) bool) []RecruitSite {
	own, refused := sc.own(), sc.refusals()
	type key struct {
		spot, building ref
		own            int32 // target, -1 for none
		limit          float64
		who            ref // of somebody whom targets refuse, who is alone
	}
	count := map[key]int{}
	look := func(d *door) bool { return useful(*sc.asker.s.spots.at(d.spot.row()).point) }
	sc.eachRecruit(area, st, look, func(who ref, home int32, d *door) {
		k := key{spot: d.spot, building: d.building, own: -1, limit: math.Inf(1)}
		if t, ok := own[home]; ok {
			k.own = t
		}
		if p := sc.asker.s.people.at(who.row()).responder(); p != nil && p.Limits.MaxDistance > 0 {
			k.limit = geo.MaxChord2(float64(p.Limits.MaxDistance))
		}
		if len(refused[who]) > 0 {
			k.who = who
		}
		count[k]++
	})
	out := make([]RecruitSite, 0, len(count))
	for k, n := range count {
		r := RecruitSite{Building: sc.asker.s.id(k.building), Point: *sc.asker.s.spots.at(k.spot.row()).point, People: n, Limit: k.limit}
		r.Except = append(r.Except, refused[k.who]...)
		if k.own >= 0 {
			r.Except = append(r.Except, k.own)
		}
		slices.Sort(r.Except)
		r.Except = slices.Compact(r.Except)
		out = append(out, r)
	}
	slices.SortFunc(out, func(x, y RecruitSite) int {
		return cmp.Or(cmp.Compare(x.Building, y.Building), cmp.Compare(x.Point.Lat, y.Point.Lat), cmp.Compare(x.Point.Lon, y.Point.Lon),
			cmp.Compare(y.Limit, x.Limit), sc.compareTargets(x.Except, y.Except))
	})
	return out
}

// compareTargets puts lists of targets in order by the ids of the households, which are the same on every engine.
func (sc *Scene) compareTargets(a, b []int32) int {
	if slices.Equal(a, b) {
		return 0
	}
	ids := func(targets []int32) []kg.ID {
		out := make([]kg.ID, len(targets))
		for i, t := range targets {
			out[i] = sc.Household(int(t))
		}
		slices.Sort(out)
		return out
	}
	return slices.Compare(ids(a), ids(b))
}

// RecruitsOf are the people of Recruits who live in one of some buildings, by building, by id.
func (sc *Scene) RecruitsOf(area kg.ID, st *Standing, in map[kg.ID]bool) map[kg.ID][]kg.ID {
	s := sc.asker.s
	wanted := map[ref]bool{}
	for id := range in {
		if r, ok := s.find(id); ok {
			wanted[r] = true
		}
	}
	out := map[kg.ID][]kg.ID{}
	sc.eachRecruit(area, st, func(d *door) bool { return wanted[d.building] }, func(who ref, _ int32, d *door) {
		b := s.id(d.building)
		out[b] = append(out[b], s.id(who))
	})
	for _, names := range out {
		slices.Sort(names)
	}
	return out
}

// eachRecruit visits the people who could become responders, with the rows of their households and their doors; look says
// whether those at a door's point are looked at.
func (sc *Scene) eachRecruit(area kg.ID, st *Standing, look func(*door) bool, visit func(who ref, home int32, d *door)) {
	a := sc.asker
	m, inside, w, adults := a.s.moment(st.At), sc.inside(area), a.s.window(sc.Date), lastAdult(sc.Date)
	looks := map[ref]bool{} // by spot: worth a look
	lastSpot, last := ref(0), false
	for row, home := range a.day.crowd.home {
		if home < 0 {
			continue
		}
		d := &a.day.ground.doors[home]
		if d.spot == 0 || d.building == 0 {
			continue
		}
		if d.spot != lastSpot {
			worth, known := looks[d.spot]
			if !known {
				worth = inside(d.building) && look(d)
				looks[d.spot] = worth
			}
			lastSpot, last = d.spot, worth
		}
		if !last || !a.couldCome(int32(row), adults) || !a.asked(int32(row)) {
			continue
		}
		_, works := a.s.workplace(int32(row), w)
		if presence(a.s.people.at(int32(row)).responder(), works, m) == kg.AtHome {
			visit(newRef(people, int32(row)), home, d)
		}
	}
}

// couldCome says whether a person is no responder for want of consent or vetting alone, and has not refused; adults is
// the last day on which people were born who are of age.
func (a *asker) couldCome(row int32, adults kg.Date) bool {
	p := a.s.people.at(row)
	if p.birth.IsZero() || p.birth > adults || !a.where.IncludeCareFlagged && p.flagged(a.m.date) {
		return false
	}
	r := p.responder()
	if r == nil {
		return true
	}
	if absent(r.Pauses, a.m.date) || absent(r.Leaves, a.m.date) {
		return false
	}
	if consents(r, a.m.date) {
		return !vetted(r, a.m.date)
	}
	return !slices.ContainsFunc(r.Consents, func(c kg.Consent) bool {
		return c.Purpose == kg.ConsentToRespond && (c.To != 0 && c.To <= a.m.date || c.Withdrawn != 0 && c.Withdrawn <= a.m.date)
	})
}

// own are the targets by their household rows.
func (sc *Scene) own() map[int32]int32 {
	out := make(map[int32]int32, len(sc.Targets))
	for i := range sc.Targets {
		out[sc.Targets[i].row] = int32(i)
	}
	return out
}

// refusals are the targets that refuse a person, by the person.
func (sc *Scene) refusals() map[ref][]int32 {
	out := map[ref][]int32{}
	for i := range sc.Targets {
		for _, p := range sc.refusedBy(int32(i)) {
			out[p] = append(out[p], int32(i))
		}
	}
	return out
}

// refusedBy are the people whom a target refuses on the scene's date.
func (sc *Scene) refusedBy(target int32) []ref {
	care := sc.asker.s.households.at(sc.Targets[target].row).care
	if care == nil {
		return nil
	}
	var out []ref
	for _, r := range care.refusals {
		if p, ok := sc.asker.s.find(r.Person); ok && r.Holds(sc.Date) && p.kind() == people {
			out = append(out, p)
		}
	}
	return out
}

// Unwanted gives, for a target, the candidates of its own household and those that it refuses, responders or not;
// ascending.
func (sc *Scene) Unwanted() func(target int32) []int32 {
	if sc.query.Places != nil {
		return func(int32) []int32 { return nil }
	}
	numbers := sc.numbers()
	return func(target int32) []int32 {
		var out []int32
		for _, p := range sc.asker.day.crowd.residents.of(sc.Targets[target].row) {
			out = append(out, numbers[p])
		}
		for _, p := range sc.refusedBy(target) {
			out = append(out, numbers[p.row()])
		}
		slices.Sort(out)
		return slices.DeleteFunc(slices.Compact(out), func(c int32) bool { return c < 0 })
	}
}

// numbers are the candidates by person row, -1 for who is none.
func (sc *Scene) numbers() []int32 {
	out := make([]int32, sc.asker.s.people.n)
	for i := range out {
		out[i] = -1
	}
	for i := range sc.Candidates {
		out[sc.Candidates[i].who.row()] = int32(i)
	}
	return out
}
