package reach

import (
	"cmp"
	"math"
	"slices"

	"lintu/geo"
	"lintu/kg"
	"lintu/reach/barrier"
	"lintu/store"
)

// circle is a search around a door. It meets every candidate whose home or work is in the circle once, in the order
// in which they stand in memory, and keeps the nearest who could come.
type circle struct {
	*asker
	query  *NearQuery
	door   *doorstep
	center geo.Unit
	barred []barred
	inside []uint64 // the stations in the circle: a bit for each
	lines  barrier.View

	total   int // who could come
	across  int // of them, those across a barrier
	behind  int // of them, those after the query's position
	leftOut [reasonCount]int
	left    nearest[left] // where names of those left out are asked for
	nearest nearest[hit]
	class   int     // of the last of those who are kept, once there are enough of them
	bound   float64 // squared chord beyond which nobody of that class comes before those who are kept
	beyond  float64 // squared chord beyond which nobody who is left out comes before those who are kept
}

// barred is a candidate who does not count for the target's household.
type barred struct {
	candidate int32
	why       reason
}

// left is a candidate who is left out, by the nearer of home and work.
type left struct {
	distance  float64
	candidate int32
	why       reason
}

// hit is a candidate who could come.
type hit struct {
	class            int
	chord2, distance float64
	candidate        int32
	station          int32
	at               letter
	across           bool // a barrier
}

func newCircle(a *asker, door *doorstep, q *NearQuery) *circle {
	c := &circle{asker: a, query: q, door: door, center: door.point.Unit(), class: math.MaxInt, bound: geo.MaxChord2(q.Radius), beyond: math.Inf(1)}
	c.lines = a.s.barriers.Around(door.point, q.Radius)
	c.nearest = nearest[hit]{n: q.Limit, compare: c.compare}
	c.left = nearest[left]{n: q.LeftOutPeople, compare: c.compareLeft}
	c.bar()
	return c
}

// bar finds who does not count for the target's household: its own people and those it refuses.
func (c *circle) bar() {
	if c.door.household == 0 {
		return
	}
	row, crowd := c.door.household.row(), c.day.crowd
	add := func(person int32, why reason) {
		n := crowd.candidateOf(person)
		if n >= 0 && !slices.ContainsFunc(c.barred, func(b barred) bool { return b.candidate == n }) {
			c.barred = append(c.barred, barred{n, why})
		}
	}
	for _, person := range crowd.residents.of(row) {
		if crowd.home[person] == row {
			add(person, sameHousehold)
		}
	}
	if care := c.s.households.at(row).care; care != nil {
		for _, r := range care.refusals {
			if p, ok := c.s.find(r.Person); ok && p.kind() == people && r.Holds(c.m.date) {
				add(p.row(), refused)
			}
		}
	}
}

// search looks at everybody whose home or work is in the circle, once.
func (c *circle) search() {
	crowd := c.day.crowd
	near := make([]nearStation, 0, 512)
	c.inside = make([]uint64, len(crowd.stations)/64+1)
	crowd.grid.Within(c.door.point, c.query.Radius, func(i int, chord2 float64) bool {
		near = append(near, nearStation{int32(i), chord2})
		c.inside[i/64] |= 1 << (i % 64)
		return true
	})
	// Those in the inner quarter come first: where there are enough of them, nobody else has to be put in order.
	inner := geo.MaxChord2(c.query.Radius / 4)
	for _, at := range near {
		if at.chord2 <= inner {
			c.visit(at)
		}
	}
	for _, at := range near {
		if at.chord2 > inner {
			c.visit(at)
		}
	}
}

// visit meets the candidates who live or work at a station in the circle.
func (c *circle) visit(at nearStation) {
	crowd := c.day.crowd
	first := crowd.homes[at.station]
	for i, e := range c.roll.entries[first:crowd.homes[at.station+1]] {
		c.meet(worker{first + int32(i), at.station}, e, at, atHome)
	}
	from, to := crowd.works.starts[at.station], crowd.works.starts[at.station+1]
	for i, w := range crowd.works.items[from:to] {
		if !c.holds(w.home) { // else met at home
			c.meet(w, c.roll.workers[int(from)+i], at, atWork)
		}
	}
}

// nearStation is a station in the circle.
type nearStation struct {
	station int32
	chord2  float64
}

// holds says whether a station is in the circle.
func (c *circle) holds(station int32) bool {
	return station >= 0 && c.inside[station/64]&(1<<(station%64)) != 0
}

// meet makes a candidate, whose home or work is at a station in the circle, a hit, or counts why they are none.
func (c *circle) meet(w worker, e entry, where nearStation, theirs letter) {
	n := w.candidate
	if !c.wants(n, e) {
		return
	}
	for _, b := range c.barred {
		if b.candidate == n {
			c.leave(w, b.why)
			return
		}
	}
	if why := c.unfit(e); why != fit {
		c.leave(w, why)
		return
	}
	at := c.presence(n, e)
	if at != theirs {
		if at == away {
			c.leave(w, isAway)
			return
		}
		if where.station = w.home; at == atWork {
			where.station = c.day.crowd.candidates[n].work
		}
		if where.station < 0 {
			c.leave(w, noPlace)
			return
		}
		if !c.holds(where.station) {
			c.leave(w, elsewhere)
			return
		}
		where.chord2 = geo.Chord2(c.center, c.day.crowd.stations[where.station].unit)
	}
	if e.distance != 0 && where.chord2 > e.ownLimit() {
		c.leave(w, beyondOwnLimit)
		return
	}
	h := hit{candidate: n, station: where.station, chord2: where.chord2, at: at}
	if c.total++; !c.lines.None() && c.lines.Across(c.day.crowd.grid.Point(int(h.station))) {
		h.across = true
		c.across++
	}
	c.keep(h)
}

// leave counts why a candidate is no hit.
func (c *circle) leave(w worker, why reason) {
	c.leftOut[why]++
	if c.query.LeftOutPeople == 0 {
		return
	}
	best := math.Inf(1)
	for _, station := range []int32{w.home, c.day.crowd.candidates[w.candidate].work} {
		if station >= 0 {
			best = min(best, geo.Chord2(c.center, c.day.crowd.stations[station].unit))
		}
	}
	if best > c.beyond {
		return
	}
	if last := c.left.add(left{geo.Metres(best), w.candidate, why}); last != nil {
		c.beyond = geo.MaxChord2(last.distance) * rim
	}
}

// rim is more than what rounding can make of two distances of equal points, as a factor of squared chords.
const rim = 1 + 1e-9

// keep puts a hit among the nearest, if it is behind the query's position and nearer than the last of them.
func (c *circle) keep(h hit) {
	if c.query.After != nil {
		h.distance = geo.Metres(h.chord2)
		at := NearHit{Person: c.person(&h), Distance: h.distance, AcrossBarrier: h.across}.Position()
		if store.ComparePositions(at, *c.query.After) <= 0 {
			return
		}
	}
	c.behind++
	if c.query.Class != nil {
		h.class = c.query.Class(c.reasons(&h))
	}
	if h.class > c.class || h.class == c.class && h.chord2 > c.bound {
		return
	}
	h.distance = geo.Metres(h.chord2)
	if last := c.nearest.add(h); last != nil {
		if c.class, c.bound = last.class, last.chord2*rim; last.across { // before somebody across, anybody who is not comes
			c.bound = math.Inf(1)
		}
	}
}

func (c *circle) person(h *hit) kg.ID {
	return c.s.personID(c.day.crowd.candidates[h.candidate].person)
}

// answer is the page of the nearest.
func (c *circle) answer() *NearAnswer {
	out := &NearAnswer{Total: c.total, Across: c.across, Barriers: c.s.barriers.Loaded(), HasNext: c.behind > c.query.Limit, Revision: c.s.revision}
	for _, h := range c.nearest.sorted() {
		out.Hits = append(out.Hits, NearHit{
			Person: c.person(&h), Distance: h.distance, WalkingMinutes: geo.WalkingMinutes(h.distance),
			Presence: h.at.presence(), Reasons: c.reasons(&h), AcrossBarrier: h.across,
		})
	}
	for i, why := range LeftOutReasons {
		if n := c.leftOut[i+1]; n > 0 {
			out.LeftOut = append(out.LeftOut, LeftOut{Reason: why, Count: n})
		}
	}
	for _, l := range c.left.sorted() {
		out.LeftPeople = append(out.LeftPeople, LeftPerson{c.s.personID(c.day.crowd.candidates[l.candidate].person), l.why.shown(), l.distance})
	}
	return out
}

// compareLeft puts those who are left out in order: nearest first, then by id.
func (c *circle) compareLeft(a, b left) int {
	if a.distance != b.distance {
		return cmp.Compare(a.distance, b.distance)
	}
	return c.compareIDs(a.candidate, b.candidate)
}

// compareIDs puts candidates in the order of their ids.
func (c *circle) compareIDs(a, b int32) int {
	all := c.day.crowd.candidates
	return compareTokens(&c.s.people.at(all[a].person).token, &c.s.people.at(all[b].person).token)
}

// compare puts hits in order: by class, those across a barrier last, nearest first, then by id. Candidates of one home
// are in that order.
func (c *circle) compare(a, b hit) int {
	switch {
	case a.class != b.class:
		return cmp.Compare(a.class, b.class)
	case a.across != b.across:
		if a.across {
			return 1
		}
		return -1
	case a.distance != b.distance:
		return cmp.Compare(a.distance, b.distance)
	case a.station == b.station && a.at == atHome && b.at == atHome:
		return cmp.Compare(a.candidate, b.candidate)
	}
	return c.compareIDs(a.candidate, b.candidate)
}

// reasons are the reasons of a hit, by kind, then scheme, slot and value, each once.
func (c *circle) reasons(h *hit) []Reason {
	person := c.day.crowd.candidates[h.candidate].person
	p, out := c.s.people.at(person), c.neighbour(h, person)
	for _, l := range c.s.links(newRef(people, person)) {
		if l.to == 0 || (l.to != c.door.household && l.to != c.door.entrance && l.to != c.door.building) {
			continue // of most ties no more has to be read
		}
		t := tie{l.to, c.s.hows.at(l.how)}
		if !t.valid.Holds(c.m.date) || !c.s.lives(t.to, c.m.date) {
			continue
		}
		switch {
		case t.relation == responsibleFor:
			out = append(out, Reason{Kind: Responsible, Scheme: c.s.notes.at(t.note).scheme, Slot: c.s.notes.at(t.note).slot})
		case t.relation == keyholderOf && t.to == c.door.household:
			out = append(out, Reason{Kind: Keyholder})
		case t.relation == contactOf && t.to == c.door.household:
			out = append(out, Reason{Kind: Contact})
		}
	}
	if p.profile != nil {
		for _, sp := range p.profile.specialties {
			if len(c.where.Specialties) == 0 || slices.Contains(c.where.Specialties, sp.Value) {
				out = append(out, Reason{Kind: HasSpecialty, Scheme: sp.Scheme, Value: sp.Value})
			}
		}
	}
	slices.SortFunc(out, func(a, b Reason) int {
		return cmp.Or(cmp.Compare(slices.Index(ReasonKinds, a.Kind), slices.Index(ReasonKinds, b.Kind)),
			cmp.Compare(a.Scheme, b.Scheme), cmp.Compare(a.Slot, b.Slot), cmp.Compare(a.Value, b.Value))
	})
	return slices.Compact(out)
}

// neighbour says whether a hit is, now, behind the target's entrance or else in its building.
func (c *circle) neighbour(h *hit, person int32) []Reason {
	entrance, building := ref(0), c.day.crowd.stations[h.station].spot
	if h.at == atHome {
		door := &c.day.ground.doors[c.day.crowd.home[person]]
		entrance, building = door.entrance, door.building
	}
	switch {
	case entrance != 0 && entrance == c.door.entrance:
		return []Reason{{Kind: SameEntrance}}
	case building != 0 && building == c.door.building:
		return []Reason{{Kind: SameBuilding}}
	}
	return nil
}
