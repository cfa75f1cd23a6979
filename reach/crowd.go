package reach

import (
	"cmp"
	"slices"

	"lintu/geo"
	"lintu/kg"
)

// crowd is who lives and works where on a day, and of which units people are.
type crowd struct {
	*window
	home      []int32      // by person row: the row of the household, -1 for none
	residents lists[int32] // by household row: person rows

	// Candidates are the people who could be responders or be left out: party members and people with a responder
	// profile. They are numbered by the station of their home, then by id; those without one come last.
	candidates []candidate
	candidate  []int32 // by person row: number of the candidate, -1

	stations []station     // the spots at which candidates live or work, in the order in which the grid meets them
	grid     *geo.Grid     // of the stations, by their numbers
	homes    []int32       // by station: the first candidate that lives there; one more at the end
	works    lists[worker] // by station: candidates that work there, in their order

	staff    lists[int32]   // by unit row: positions in memberships
	ways     []way          // of each entry of staff
	pairings map[ref][]tie  // by unit
	bells    map[int32]bool // household rows with a doorbell
	watched  []int32        // household rows that have, or whose people have, care flags of any time
}

// candidate is a person who could be a responder.
type candidate struct {
	person     int32
	home, work int32 // stations, -1 for none
	works      bool  // has a workplace, with a point or without
}

// station is the station of a presence that is not away; -1 where it has no point.
func (c *candidate) station(at letter) int32 {
	if at == atWork {
		return c.work
	}
	return c.home
}

// station is a point at which people are.
type station struct {
	spot ref
	unit geo.Unit
}

// worker is a candidate with the station of their home.
type worker struct {
	candidate int32
	home      int32 // -1 for none
}

// lists are many short lists in one piece.
type lists[T any] struct {
	starts []int32
	items  []T
}

func (l *lists[T]) of(i int32) []T { return l.items[l.starts[i]:l.starts[i+1]] }

// listed is an item and the list that it belongs to.
type listed[T any] struct {
	list int32
	item T
}

// newLists sorts items into n lists, in which they keep their order.
func newLists[T any](n int, all []listed[T]) lists[T] {
	l := lists[T]{starts: make([]int32, n+1), items: make([]T, len(all))}
	for _, p := range all {
		l.starts[p.list+1]++
	}
	for i := range n {
		l.starts[i+1] += l.starts[i]
	}
	next := append([]int32(nil), l.starts[:n]...)
	for _, p := range all {
		l.items[next[p.list]] = p.item
		next[p.list]++
	}
	return l
}

// newCrowd derives the people of a day.
func (s *Snapshot) newCrowd(g *ground, on kg.Date) *crowd {
	c := &crowd{window: s.window(on), pairings: map[ref][]tie{}, bells: map[int32]bool{}}
	c.settle(s)
	c.place(s, g)
	c.join(s)
	c.watch(s)
	c.ring(s)
	c.done()
	return c
}

// settle finds everybody's home.
func (c *crowd) settle(s *Snapshot) {
	c.home = make([]int32, s.people.n)
	c.candidate = make([]int32, s.people.n)
	pairs := make([]listed[int32], 0, s.people.n)
	for i := range c.home {
		c.home[i], c.candidate[i] = -1, -1
		p := s.people.at(int32(i))
		if !c.lives(&p.node) {
			continue
		}
		for t := range s.ties(newRef(people, int32(i))) {
			if t.relation == livesIn && c.holds(t.valid) && c.lives(s.node(t.to)) {
				c.home[i] = t.to.row()
				pairs = append(pairs, listed[int32]{t.to.row(), int32(i)})
			}
		}
		if p.is&member != 0 || p.responder() != nil {
			c.candidates = append(c.candidates, candidate{person: int32(i), home: -1, work: -1})
		}
	}
	c.residents = newLists(s.households.n, pairs)
}

// place finds the stations of candidates and numbers both.
func (c *crowd) place(s *Snapshot, g *ground) {
	numbers := map[ref]int32{}
	var points []geo.Point
	stationOf := func(spot ref) int32 {
		if spot == 0 {
			return -1
		}
		n, ok := numbers[spot]
		if !ok {
			n = int32(len(c.stations))
			numbers[spot] = n
			p := *s.spots.at(spot.row()).point
			points = append(points, p)
			c.stations = append(c.stations, station{spot: spot, unit: p.Unit()})
		}
		return n
	}
	for i := range c.candidates {
		cd := &c.candidates[i]
		if h := c.home[cd.person]; h >= 0 {
			cd.home = stationOf(g.doors[h].spot)
		}
		if t, ok := s.workplace(cd.person, c.window); ok {
			cd.works = true
			cd.work = stationOf(s.site(t, c.window))
		}
	}
	c.order(points)
	c.line(s)
}

// order numbers the stations in the order of the grid, so that what belongs to a circle's stations is read in one
// direction.
func (c *crowd) order(points []geo.Point) {
	place := make([]int32, len(points)) // new numbers, by old
	for i := range place {
		place[i] = -1
	}
	old := slices.Clone(geo.NewGrid(points, stationCell).Order())
	for i, was := range old {
		place[was] = int32(i)
	}
	for was, n := range place {
		if n < 0 { // a point that no grid takes
			place[was] = int32(len(old))
			old = append(old, int32(was))
		}
	}
	stations, sorted := make([]station, len(old)), make([]geo.Point, len(old))
	for i, was := range old {
		stations[i], sorted[i] = c.stations[was], points[was]
	}
	c.stations, c.grid = stations, geo.NewGrid(sorted, stationCell)
	for i := range c.candidates {
		for _, at := range []*int32{&c.candidates[i].home, &c.candidates[i].work} {
			if *at >= 0 {
				*at = place[*at]
			}
		}
	}
}

// stationCell is the edge of the grid's cells in metres.
const stationCell = 250

// line numbers the candidates by their homes and lists them by station.
func (c *crowd) line(s *Snapshot) {
	slices.SortFunc(c.candidates, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(uint32(a.home), uint32(b.home)), // -1 is last
			compareTokens(&s.people.at(a.person).token, &s.people.at(b.person).token))
	})
	c.homes = make([]int32, len(c.stations)+1)
	var works []listed[worker]
	for i, cd := range c.candidates {
		c.candidate[cd.person] = int32(i)
		if cd.home >= 0 {
			c.homes[cd.home+1]++
		}
		if cd.work >= 0 {
			works = append(works, listed[worker]{cd.work, worker{int32(i), cd.home}})
		}
	}
	for i := range c.stations {
		c.homes[i+1] += c.homes[i]
	}
	c.works = newLists(len(c.stations), works)
}

// candidateOf is the number of a person's candidate, -1 for none; also for rows that came after the crowd.
func (c *crowd) candidateOf(person int32) int32 {
	if int(person) >= len(c.candidate) {
		return -1
	}
	return c.candidate[person]
}

// join finds the people and the pairings of units.
func (c *crowd) join(s *Snapshot) {
	var pairs []listed[int32]
	var ways []way
	for i := range s.people.n {
		if !c.lives(&s.people.at(int32(i)).node) {
			continue
		}
		s.unitsOf(int32(i), c.window, func(unit ref, by uint8) {
			pairs = append(pairs, listed[int32]{unit.row(), int32(len(ways))})
			ways = append(ways, way{person: int32(i), by: by})
		})
	}
	c.staff, c.ways = newLists(s.others[units].n, pairs), ways
	for i := range s.others[units].n {
		r := newRef(units, int32(i))
		if !c.lives(s.node(r)) {
			continue
		}
		for t := range s.ties(r) {
			if t.relation == pairedWith && c.holds(t.valid) && c.lives(s.node(t.to)) {
				c.pairings[r] = append(c.pairings[r], t)
			}
		}
	}
}

// watch finds the households with care flags.
func (c *crowd) watch(s *Snapshot) {
	for i := range s.households.n {
		h := s.households.at(int32(i))
		flagged := h.care != nil && len(h.care.flags) > 0
		for _, p := range c.residents.of(int32(i)) {
			pr := s.people.at(p).profile
			flagged = flagged || (pr != nil && len(pr.flags) > 0)
		}
		if flagged && c.lives(&h.node) {
			c.watched = append(c.watched, int32(i))
		}
	}
}

// ring finds the households with doorbells.
func (c *crowd) ring(s *Snapshot) {
	for i := range s.others[doorbells].n {
		r := newRef(doorbells, int32(i))
		if !c.lives(s.node(r)) {
			continue
		}
		for t := range s.ties(r) {
			if t.relation == installedAt && c.holds(t.valid) {
				c.bells[t.to.row()] = true
			}
		}
	}
}

// UnitTie is a way in which a person is of a unit.
type UnitTie string

// The ways.
const (
	Staff    UnitTie = "STAFF"    // works there
	Party    UnitTie = "PARTY"    // belongs to a party organization that is set up on the unit, the retired too
	Deployed UnitTie = "DEPLOYED" // deployed on the unit's behalf
)

// UnitTies are the ways in which a person can be of a unit.
var UnitTies = []UnitTie{Staff, Party, Deployed}

// way is a person of a unit, by its number in UnitTies.
type way struct {
	person int32
	by     uint8
}

// The numbers in UnitTies.
const (
	byStaff uint8 = iota
	byParty
	byDeployed
)

// unitsOf visits the units of a person on the window's day, each as often as there are ties.
func (s *Snapshot) unitsOf(person int32, w *window, visit func(unit ref, by uint8)) {
	for t := range s.ties(newRef(people, person)) {
		switch t.relation {
		case worksAt:
			if w.holds(t.valid) && w.lives(s.node(t.to)) {
				visit(t.to, byStaff)
			}
		case belongsTo:
			if w.holds(t.valid) {
				s.unitsOfOrg(t.to, w, func(unit ref) { visit(unit, byParty) })
			}
		case deployedTo:
			if t.by != 0 && w.holds(t.valid) && w.lives(s.node(t.to)) && w.lives(s.node(t.by)) {
				visit(t.by, byDeployed)
			}
		}
	}
}

func (s *Snapshot) unitsOfOrg(org ref, w *window, visit func(unit ref)) {
	if !w.lives(s.node(org)) {
		return
	}
	for t := range s.ties(org) {
		if t.relation == setUpOn && w.holds(t.valid) && w.lives(s.node(t.to)) {
			visit(t.to)
		}
	}
}
