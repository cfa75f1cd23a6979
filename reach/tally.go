package reach

import (
	"slices"

	"lintu/geo"
	"lintu/kg"
)

// tally counts a coverage through points. Households at one point have the same people around them, and people at
// one point the same households, so that pairs of points are looked at, not pairs of people. Exceptions are looked
// at one by one: targets with people of their own among the responders or with refusals, and responders with a
// limit of their own.
type tally struct {
	*asker
	query *UnitCoverageQuery

	spots     []targetSpot
	targets   int
	covered   int
	uncovered []uncovered

	units        []unitTally
	responders   []responderTally
	posts        []post // by station
	completeness Completeness

	stamp  int32
	marked []int32 // by unit: the stamp under which a responder of it was met
	met    []int32 // the units met under the stamp
}

// targetSpot is a point with targets. They are in the same grids, compounds and divisions.
type targetSpot struct {
	point   geo.Point
	unit    geo.Unit
	areas   []ref
	plain   []int32 // household rows for which every responder counts
	special []int32 // those that have refusals, or people who are responders
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
	limit   float64 // metres, 0 for none
	units   []int32
	reach   int // targets counted one by one
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
	t := &tally{asker: a, query: q, targets: len(targets), posts: make([]post, len(a.day.crowd.stations))}
	bySpot := t.group(targets)
	t.enlist(t.areasOf(targets))
	for _, rows := range bySpot {
		t.addSpot(rows)
	}
	t.marked = make([]int32, len(t.units))
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
	l := enlisted{number: make([]int32, len(crowd.candidates)), others: map[int32]bool{}}
	for i := range t.s.others[units].n {
		u := newRef(units, int32(i))
		if !t.s.node(u).lives(t.m.date) || !t.scope.sees(u) {
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
			if r := t.enrol(&l, w.person); r >= 0 && !endsWith(t.responders[r].units, number) {
				t.responders[r].units = append(t.responders[r].units, number)
				ut.responders = append(ut.responders, r)
			}
		}
		t.units = append(t.units, ut)
	}
	t.postResponders()
}

// endsWith says whether the number was the last to be added; numbers are added in order.
func endsWith(list []int32, number int32) bool {
	return len(list) > 0 && list[len(list)-1] == number
}

// enlisted are the people who were looked at.
type enlisted struct {
	number []int32 // by candidate: 0 not looked at, 1 no responder, else the responder's number + 2
	others map[int32]bool
}

// enrol makes a person who is asked about a responder, if they are one and stand somewhere; else it gives -1.
func (t *tally) enrol(l *enlisted, row int32) int32 {
	c := t.day.crowd.candidate[row]
	if c < 0 { // neither a member nor with a profile
		if t.asked(row) && !l.others[row] {
			l.others[row] = true
			t.completeness.ConsentKnown.Denominator++
		}
		return -1
	}
	if l.number[c] == 0 {
		l.number[c] = 1
		if t.asked(row) && t.responder(&t.day.crowd.candidates[c]) {
			l.number[c] = int32(len(t.responders)) + 1
		}
	}
	return l.number[c] - 2
}

// responder adds a candidate to the responders, if they are one and stand somewhere.
func (t *tally) responder(c *candidate) bool {
	p := t.s.people.at(c.person)
	t.completeness.ConsentKnown.Denominator++
	if p.responder() != nil {
		t.completeness.ConsentKnown.Numerator++
	}
	if t.unfit(p) != "" {
		return false
	}
	station, at := t.stands(c)
	if at == kg.Away {
		return false
	}
	t.completeness.RespondersLocated.Denominator++
	if station < 0 {
		return false
	}
	t.completeness.RespondersLocated.Numerator++
	t.responders = append(t.responders, responderTally{person: c.person, station: station, limit: float64(p.responder().Limits.MaxDistance)})
	return true
}

func (t *tally) postResponders() {
	for n := range t.responders {
		r := &t.responders[n]
		post := &t.posts[r.station]
		if r.limit > 0 {
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
		if t.isSpecial(row) {
			s.special = append(s.special, row)
		} else {
			s.plain = append(s.plain, row)
		}
	}
	t.spots = append(t.spots, s)
}

func (t *tally) isSpecial(row int32) bool {
	if c := t.s.households.at(row).care; c != nil && len(c.refusals) > 0 {
		return true
	}
	return slices.ContainsFunc(t.day.crowd.residents.of(row), func(p int32) bool { return t.day.crowd.candidate[p] >= 0 })
}

// count goes through the targets' points.
func (t *tally) count() {
	var near []nearPost
	for i := range t.spots {
		s := &t.spots[i]
		near = near[:0]
		t.day.crowd.grid.Within(s.point, t.query.Radius, func(n int, chord2 float64) bool {
			if p := &t.posts[n]; len(p.plain)+len(p.limited) > 0 {
				near = append(near, nearPost{p, geo.Metres(chord2)})
			}
			return true
		})
		if len(s.plain) > 0 {
			t.countPlain(s, near)
		}
		for _, row := range s.special {
			t.countSpecial(s, near, row)
		}
	}
}

type nearPost struct {
	*post
	distance float64
}

func (t *tally) countPlain(s *targetSpot, near []nearPost) {
	t.begin()
	for _, p := range near {
		p.reach += len(s.plain)
		t.meet(p.units)
		for _, n := range p.limited {
			if r := &t.responders[n]; p.distance <= r.limit {
				r.reach += len(s.plain)
				t.meet(r.units)
			}
		}
	}
	t.score(s, s.plain)
}

func (t *tally) countSpecial(s *targetSpot, near []nearPost, row int32) {
	t.begin()
	for _, p := range near {
		for _, list := range [][]int32{p.plain, p.limited} {
			for _, n := range list {
				if r := &t.responders[n]; t.comes(r, row, p.distance) {
					r.reach++
					t.meet(r.units)
				}
			}
		}
	}
	t.score(s, []int32{row})
}

// comes says whether a responder counts for a target at a distance that is within the radius.
func (t *tally) comes(r *responderTally, household int32, distance float64) bool {
	return (r.limit <= 0 || distance <= r.limit) && t.day.crowd.home[r.person] != household &&
		!t.s.refuses(household, t.s.people.at(r.person).id, t.m.date)
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

// score counts targets for the units that were met, where pairings allow it.
func (t *tally) score(s *targetSpot, rows []int32) {
	covering := 0
	var last int32
	for _, u := range t.met {
		if t.covers(&t.units[u], s) {
			covering++
			last = u
			t.units[u].covered += len(rows)
		}
	}
	switch covering {
	case 0:
		for _, row := range rows {
			t.uncovered = append(t.uncovered, uncovered{row, Nobody})
		}
		return
	case 1:
		t.units[last].only += len(rows)
	}
	t.covered += len(rows)
}

// covers says whether a unit's pairings let it cover targets at a spot, and notes the pairings that count.
func (t *tally) covers(u *unitTally, s *targetSpot) bool {
	paired := false
	for k := range u.pairings {
		if _, in := slices.BinarySearch(s.areas, u.pairings[k].to); in {
			u.counts[k] = true
			paired = true
		}
	}
	return paired || t.query.AnyUnit
}

// reach is the number of targets within the radius of a responder.
func (t *tally) reach(responder int32) int {
	r := &t.responders[responder]
	if r.limit > 0 {
		return r.reach
	}
	return r.reach + t.posts[r.station].reach
}
