package reach

import (
	"math"
	"slices"

	"lintu/geo"
)

// tally counts a coverage through points. Households at one point have the same people around them, and people at
// one point the same households, so that pairs of points are looked at, not pairs of people. Exceptions are looked
// at one by one: responders who live at a target or are refused there, and responders with a limit of their own.
type tally struct {
	*asker
	query *UnitCoverageQuery

	spots     []targetSpot
	targets   int
	covered   int
	uncovered []uncovered

	units        []unitTally
	responders   []responderTally
	posts        []post          // by station
	number       []int32         // by candidate: 0 not looked at, 1 no responder, else the responder's number + 2
	pairedWith   map[ref][]int32 // units by the areas that they are paired with
	completeness Completeness

	stamp  int32
	marked []int32 // by unit: the stamp under which a responder of it was met
	paired []int32 // by unit: the stamp under which it was found paired with an area of the targets
	met    []int32 // the units met under the stamp
}

// targetSpot is a point with targets. They are in the same grids, compounds and divisions.
type targetSpot struct {
	point   geo.Point
	unit    geo.Unit
	areas   []ref
	plain   []int32 // household rows for which every responder counts
	special []specialTarget
}

// specialTarget is a target for which some responders do not count: its own people and those it refuses.
type specialTarget struct {
	row     int32
	without []int32
}

type unitTally struct {
	unit       ref
	pairings   []tie
	counts     []bool  // whether the pairing's area contains a target that the unit covers
	responders []int32 // numbers, distinct
	covered    int
	only       int
}

type responderTally struct {
	person  int32
	station int32
	limit   float64 // squared chord of their own limit; +Inf for none
	units   []int32
	reach   int // targets counted beside those of the post
}

// post is a station with the responders who stand there.
type post struct {
	plain   []int32 // responders without a limit of their own
	limited []int32
	units   []int32 // of the plain ones, distinct
	reach   int     // targets counted for all plain ones
}

type uncovered struct {
	household int32
	reason    UncoveredReason
}

func newTally(a *asker, q *UnitCoverageQuery, targets []int32) *tally {
	t := &tally{asker: a, query: q, targets: len(targets), posts: make([]post, len(a.day.crowd.stations)), pairedWith: map[ref][]int32{}}
	t.number = make([]int32, len(a.day.crowd.candidates))
	bySpot := t.group(targets)
	t.enlist(t.areasOf(targets))
	for _, rows := range bySpot {
		t.addSpot(rows)
	}
	t.marked, t.paired = make([]int32, len(t.units)), make([]int32, len(t.units))
	return t
}

// group sorts the targets by their spot, in a fixed order; those without a point are uncovered.
func (t *tally) group(targets []int32) [][]int32 {
	number := map[ref]int{}
	var out [][]int32
	for _, row := range targets {
		spot := t.day.ground.doors[row].spot
		if spot == 0 {
			t.uncovered = append(t.uncovered, uncovered{row, NoPoint})
			continue
		}
		n, ok := number[spot]
		if !ok {
			n = len(out)
			number[spot] = n
			out = append(out, nil)
		}
		out[n] = append(out[n], row)
	}
	t.completeness.TargetsLocated = Share{len(targets) - len(t.uncovered), len(targets)}
	return out
}

// areasOf are the areas that contain a target.
func (t *tally) areasOf(targets []int32) map[ref]bool {
	sets, areas := map[int32]bool{}, map[ref]bool{}
	for _, row := range targets {
		if at := t.day.ground.doors[row].above; !sets[at] {
			sets[at] = true
			for _, a := range t.day.ground.sets[at] {
				areas[a] = true
			}
		}
	}
	return areas
}

// enlist finds the units in question and their responders.
func (t *tally) enlist(areas map[ref]bool) {
	crowd := t.day.crowd
	others := map[int32]bool{} // the other people who were looked at
	for i := range t.s.others[units].n {
		u := newRef(units, int32(i))
		if !t.s.lives(u, t.m.date) || !t.scope.sees(u) {
			continue
		}
		ut := unitTally{unit: u}
		for _, p := range crowd.pairings[u] {
			if areas[p.to] && t.scope.sees(p.to) {
				ut.pairings = append(ut.pairings, p)
			}
		}
		if len(ut.pairings) == 0 && !t.query.AnyUnit {
			continue
		}
		ut.counts = make([]bool, len(ut.pairings))
		number := int32(len(t.units))
		for _, n := range crowd.staff.of(int32(i)) {
			w := crowd.ways[n]
			if !slices.Contains(t.query.By, UnitTies[w.by]) {
				continue
			}
			if r := t.enrol(w.person, others); r >= 0 && !endsWith(t.responders[r].units, number) {
				t.responders[r].units = append(t.responders[r].units, number)
				ut.responders = append(ut.responders, r)
			}
		}
		for _, p := range ut.pairings {
			t.pairedWith[p.to] = append(t.pairedWith[p.to], number)
		}
		t.units = append(t.units, ut)
	}
	t.postResponders()
}

// endsWith says whether the number was the last to be added; numbers are added in order.
func endsWith(list []int32, number int32) bool {
	return len(list) > 0 && list[len(list)-1] == number
}

// enrol makes a person who is asked about a responder, if they are one and stand somewhere; else it gives -1.
func (t *tally) enrol(row int32, others map[int32]bool) int32 {
	c := t.day.crowd.candidate[row]
	if c < 0 { // neither a member nor with a profile
		if members := t.where.PartyMember; members != nil && *members {
			return -1
		}
		if t.asked(row) && !others[row] {
			others[row] = true
			t.completeness.ConsentKnown.Denominator++
		}
		return -1
	}
	if t.number[c] == 0 {
		t.number[c] = 1
		if t.asked(row) && t.responder(c) {
			t.number[c] = int32(len(t.responders)) + 1
		}
	}
	return t.number[c] - 2
}

// responder adds a candidate to the responders, if they are one and stand somewhere.
func (t *tally) responder(n int32) bool {
	c, e := &t.day.crowd.candidates[n], t.roll.entries[n]
	t.completeness.ConsentKnown.Denominator++
	if t.s.people.at(c.person).responder() != nil {
		t.completeness.ConsentKnown.Numerator++
	}
	if t.unfit(e) != fit {
		return false
	}
	at := t.presence(n, e)
	if at == away {
		return false
	}
	t.completeness.RespondersLocated.Denominator++
	station := c.station(at)
	if station < 0 {
		return false
	}
	t.completeness.RespondersLocated.Numerator++
	t.responders = append(t.responders, responderTally{person: c.person, station: station, limit: e.ownLimit()})
	return true
}

func (t *tally) postResponders() {
	for n := range t.responders {
		r := &t.responders[n]
		post := &t.posts[r.station]
		if !math.IsInf(r.limit, 1) {
			post.limited = append(post.limited, int32(n))
			continue
		}
		post.plain = append(post.plain, int32(n))
		post.units = append(post.units, r.units...)
	}
	for i := range t.posts {
		slices.Sort(t.posts[i].units)
		t.posts[i].units = slices.Compact(t.posts[i].units)
	}
}

func (t *tally) addSpot(rows []int32) {
	door := &t.day.ground.doors[rows[0]]
	s := targetSpot{point: *t.s.spots.at(door.spot.row()).point, areas: t.day.ground.sets[door.above]}
	s.unit = s.point.Unit()
	for _, row := range rows {
		if without := t.without(row); len(without) > 0 {
			s.special = append(s.special, specialTarget{row, without})
		} else {
			s.plain = append(s.plain, row)
		}
	}
	t.spots = append(t.spots, s)
}

// without are the responders who do not count for a household.
func (t *tally) without(row int32) []int32 {
	var out []int32
	add := func(person int32) {
		if c := t.day.crowd.candidate[person]; c >= 0 && t.number[c] > 1 {
			out = append(out, t.number[c]-2)
		}
	}
	for _, p := range t.day.crowd.residents.of(row) {
		add(p)
	}
	if c := t.s.households.at(row).care; c != nil {
		for _, r := range c.refusals {
			if p, ok := t.s.find(r.Person); ok && r.Holds(t.m.date) && p.kind() == people {
				add(p.row())
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// count goes through the targets' points.
func (t *tally) count() {
	var near, across []nearPost
	for i := range t.spots {
		s := &t.spots[i]
		near, across = near[:0], across[:0]
		lines := t.s.barriers.Around(s.point, t.query.Radius)
		grid := t.day.crowd.grid
		grid.Within(s.point, t.query.Radius, func(n int, chord2 float64) bool {
			p := &t.posts[n]
			switch {
			case len(p.plain)+len(p.limited) == 0:
			case lines.Across(grid.Point(n)):
				across = append(across, nearPost{p, int32(n), chord2})
			default:
				near = append(near, nearPost{p, int32(n), chord2})
			}
			return true
		})
		if len(s.plain) > 0 {
			t.countAt(s, near, across, s.plain, nil)
		}
		for _, target := range s.special {
			t.countAt(s, near, across, []int32{target.row}, target.without)
		}
	}
}

type nearPost struct {
	*post
	station int32
	chord2  float64
}

// countAt counts targets at a spot that the same responders do not count for.
func (t *tally) countAt(s *targetSpot, near, across []nearPost, rows, without []int32) {
	t.begin()
	for _, p := range near {
		p.reach += len(rows)
		if t.except(p, len(rows), without) {
			for _, n := range p.plain {
				if !slices.Contains(without, n) {
					t.meet(t.responders[n].units)
				}
			}
		} else {
			t.meet(p.units)
		}
		for _, n := range p.limited {
			if r := &t.responders[n]; p.chord2 <= r.limit && !slices.Contains(without, n) {
				r.reach += len(rows)
				t.meet(r.units)
			}
		}
	}
	if !t.score(s, rows) {
		why := Nobody
		if t.comesAcross(s, across, without) {
			why = BeyondBarrier
		}
		for _, row := range rows {
			t.uncovered = append(t.uncovered, uncovered{row, why})
		}
	}
}

// comesAcross says whether somebody across a barrier would cover a target that nobody covers.
func (t *tally) comesAcross(s *targetSpot, across []nearPost, without []int32) bool {
	counts := func(n int32) bool {
		return !slices.Contains(without, n) && slices.ContainsFunc(t.responders[n].units, func(u int32) bool {
			return t.query.AnyUnit || t.units[u].pairedIn(s)
		})
	}
	return slices.ContainsFunc(across, func(p nearPost) bool {
		return slices.ContainsFunc(p.plain, counts) ||
			slices.ContainsFunc(p.limited, func(n int32) bool { return p.chord2 <= t.responders[n].limit && counts(n) })
	})
}

// except takes targets back from the plain responders at a post who do not count, and says whether there are any.
func (t *tally) except(p nearPost, targets int, without []int32) bool {
	found := false
	for _, n := range without {
		if r := &t.responders[n]; r.station == p.station && math.IsInf(r.limit, 1) {
			r.reach -= targets
			found = true
		}
	}
	return found
}

func (t *tally) begin() {
	t.stamp++
	t.met = t.met[:0]
}

func (t *tally) meet(units []int32) {
	for _, u := range units {
		if t.marked[u] != t.stamp {
			t.marked[u] = t.stamp
			t.met = append(t.met, u)
		}
	}
}

// score counts targets for the units that were met, where pairings allow it, and says whether there are any.
func (t *tally) score(s *targetSpot, rows []int32) bool {
	for _, a := range s.areas {
		for _, u := range t.pairedWith[a] {
			t.paired[u] = t.stamp
		}
	}
	covering := 0
	var last int32
	for _, u := range t.met {
		paired := t.paired[u] == t.stamp
		if !paired && !t.query.AnyUnit {
			continue
		}
		covering++
		last = u
		t.units[u].covered += len(rows)
		if paired {
			t.units[u].countPairings(s)
		}
	}
	switch covering {
	case 0:
		return false
	case 1:
		t.units[last].only += len(rows)
	}
	t.covered += len(rows)
	return true
}

// countPairings notes the pairings with areas that contain the targets at a spot.
func (u *unitTally) countPairings(s *targetSpot) {
	for k := range u.pairings {
		if _, in := slices.BinarySearch(s.areas, u.pairings[k].to); in {
			u.counts[k] = true
		}
	}
}

// reach is the number of targets within the radius of a responder.
func (t *tally) reach(responder int32) int {
	r := &t.responders[responder]
	if !math.IsInf(r.limit, 1) {
		return r.reach
	}
	return r.reach + t.posts[r.station].reach
}
