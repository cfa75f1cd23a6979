package reach

import (
	"cmp"
	"maps"
	"math"
	"slices"

	"lintu/geo"
	"lintu/kg"
	"lintu/store"
)

// ContractsQuery asks who is responsible for which households of an area, on a day.
type ContractsQuery struct {
	Area    kg.ID // a division, grid, compound, building, entrance or household
	On      kg.Date
	Scheme  string       // whose duties are given
	Targets *TargetWhere // the households that are given; nil: DefaultTargets
	Scope   store.Scope
}

// Contracts is what RESPONSIBLE_FOR says of the households of an area, their entrances and buildings, on a day: of
// people alone. What is out of scope is as if it did not exist.
type Contracts struct {
	Duties     []Contract   // of the scheme, of all times, for what is in the area on the day; by To, slot, first day, then Person
	Households []NamedHouse // the targets in the area, by id
	Loads      []Load       // of the people who have a duty by the scheme in the area on the day, by id
	Schemes    []string     // that are in force on the day, in the area or elsewhere, sorted
	Revision   store.Revision
}

// Contract is one tie of responsibility.
type Contract struct {
	Person kg.ID
	To     kg.ID // a household, entrance or building
	Slot   string
	Valid  kg.Span // while the tie is valid and the person lives; it may be over, or not have begun

	// Apart is metres from To to the nearer of the person's home and workplace on the day; nil where neither or To has
	// no point. Moved says that the person has another home than on the first day of the duty, or none any more. Both
	// are told of duties that are valid on the day.
	Apart *float64
	Moved bool
}

// NamedHouse is a household with the number of people who are responsible for it, its entrance or its building.
type NamedHouse struct {
	Household kg.ID
	Named     int // by any scheme
	ByScheme  int // by the scheme
}

// Load is for how many households one person is responsible by the scheme, in the area and elsewhere.
type Load struct {
	Person     kg.ID
	Households int
}

// Contracts answers who is responsible for which households. The error is kg.ErrInvalid for a malformed question,
// kg.ErrNotFound for an area that does not exist or is out of scope; both name the argument.
func (s *Snapshot) Contracts(q ContractsQuery) (*Contracts, error) {
	if q.Targets == nil {
		w := DefaultTargets()
		q.Targets = &w
	}
	if err := q.Targets.check(); err != nil {
		return nil, err
	}
	if q.On <= 0 || q.On == kg.Always {
		return nil, kg.Invalid("asOf", "is no day", "a day")
	}
	a, err := s.newAsker(s.moment(q.On.Time(s.location)), &ResponderWhere{}, q.Scope)
	if err != nil {
		return nil, err
	}
	area, err := a.argument("area", q.Area, divisions, grids, compounds, buildings, entrances, households)
	if err != nil {
		return nil, err
	}
	c := &contractor{
		asker: a, query: &q, window: s.window(q.On), area: area, below: s.newScope(store.Scope{Areas: []kg.ID{q.Area}, Today: a.m.date}),
		named: map[ref][]named{}, loads: map[int32]int{}, busy: map[int32]bool{}, schemes: map[string]bool{},
		answer: &Contracts{Revision: s.revision},
	}
	c.collect()
	c.count(a.targets(area, q.Targets))
	return c.finish(), nil
}

// contractor collects the duties of an area.
type contractor struct {
	*asker
	query  *ContractsQuery
	window *window
	area   ref
	below  *scope // the area

	named   map[ref][]named // by what they are responsible for: the people of the day
	loads   map[int32]int   // by person row: households by the scheme
	busy    map[int32]bool  // person rows with a duty by the scheme in the area
	schemes map[string]bool
	answer  *Contracts
}

// named is a person who is responsible, and whether by the scheme.
type named struct {
	person int32
	scheme bool
}

// collect reads the duties of everybody in scope.
func (c *contractor) collect() {
	for i := range int32(c.s.people.n) {
		person := newRef(people, i)
		seen, asked := false, false
		for t := range c.s.ties(person) {
			if k := t.to.kind(); t.relation != responsibleFor || k != households && k != entrances && k != buildings {
				continue
			}
			if !asked {
				seen, asked = c.s.node(person).is&known != 0 && c.scope.sees(person), true
			}
			if seen && c.s.lives(t.to, c.m.date) && c.scope.sees(t.to) {
				c.take(i, t)
			}
		}
	}
}

// take takes a duty of somebody in scope for something that exists.
func (c *contractor) take(person int32, t tie) {
	note := c.s.notes.at(t.note)
	valid := t.valid.Meet(*c.s.lifes.at(c.s.people.at(person).life))
	now, asked := valid.Holds(c.m.date), note.scheme == c.query.Scheme
	if now {
		c.schemes[note.scheme] = true
		c.named[t.to] = append(c.named[t.to], named{person, asked})
		if asked && t.to.kind() == households {
			c.loads[person]++
		}
	}
	if !asked || valid.Empty() || !c.inside(t.to) {
		return
	}
	d := Contract{Person: c.s.personID(person), To: c.s.id(t.to), Slot: note.slot, Valid: valid}
	if now {
		c.busy[person] = true
		d.Apart, d.Moved = c.apart(person, t.to), c.moved(person, t.valid.From)
	}
	c.answer.Duties = append(c.answer.Duties, d)
}

// inside says whether a household, entrance or building is in the area on the day.
func (c *contractor) inside(r ref) bool {
	if r.kind() == households {
		return c.day.ground.in(r, c.area)
	}
	return c.below.sees(r)
}

// apart is how far a person's places are from a household, entrance or building.
func (c *contractor) apart(person int32, to ref) *float64 {
	there, ok := c.point(to)
	if !ok {
		return nil
	}
	least := math.Inf(1)
	look := func(spot ref) {
		if at, ok := c.point(spot); ok {
			least = min(least, geo.Chord2(there, at))
		}
	}
	if h := c.day.crowd.home[person]; h >= 0 {
		look(newRef(households, h))
	}
	if t, works := c.s.workplace(person, c.window); works {
		look(c.s.site(t, c.window))
	}
	if math.IsInf(least, 1) {
		return nil
	}
	metres := geo.Metres(least)
	return &metres
}

// point is where a household, entrance or building is on the day; false where it has no point, and for the zero ref.
func (c *contractor) point(r ref) (geo.Unit, bool) {
	if r.kind() == households {
		r = c.day.ground.doors[r.row()].spot
	}
	if r == 0 {
		return geo.Unit{}, false
	}
	if p := c.s.spots.at(r.row()).point; p != nil {
		return p.Unit(), true
	}
	for t := range c.s.ties(r) { // an entrance stands where its building does
		if r.kind() == entrances && t.relation == partOf && t.valid.Holds(c.m.date) && c.s.lives(t.to, c.m.date) {
			return c.point(t.to)
		}
	}
	return geo.Unit{}, false
}

// moved says whether a person's home is not that of the first day of a duty, where both the day and the home of that
// day are known.
func (c *contractor) moved(person int32, first kg.Date) bool {
	if first.IsZero() {
		return false
	}
	for t := range c.s.ties(newRef(people, person)) {
		if t.relation == livesIn && t.valid.Holds(first) {
			return t.to.row() != c.day.crowd.home[person]
		}
	}
	return false
}

// count counts the people who are responsible for each target.
func (c *contractor) count(rows []int32) {
	var all, by []int32
	for _, row := range rows {
		door := c.day.ground.doors[row]
		all, by = all[:0], by[:0]
		for _, at := range []ref{newRef(households, row), door.entrance, door.building} {
			for _, n := range c.named[at] {
				all = append(all, n.person)
				if n.scheme {
					by = append(by, n.person)
				}
			}
		}
		h := NamedHouse{Household: c.s.id(newRef(households, row)), Named: distinct(all), ByScheme: distinct(by)}
		c.answer.Households = append(c.answer.Households, h)
	}
}

// distinct is how many different numbers a list holds; the list ends up sorted.
func distinct(list []int32) int {
	slices.Sort(list)
	return len(slices.Compact(list))
}

// finish puts everything in order.
func (c *contractor) finish() *Contracts {
	out := c.answer
	for person := range c.busy {
		if n := c.loads[person]; n > 0 {
			out.Loads = append(out.Loads, Load{Person: c.s.personID(person), Households: n})
		}
	}
	out.Schemes = slices.Sorted(maps.Keys(c.schemes))
	slices.SortFunc(out.Loads, func(a, b Load) int { return cmp.Compare(a.Person, b.Person) })
	slices.SortFunc(out.Households, func(a, b NamedHouse) int { return cmp.Compare(a.Household, b.Household) })
	slices.SortFunc(out.Duties, func(a, b Contract) int {
		return cmp.Or(cmp.Compare(a.To, b.To), cmp.Compare(a.Slot, b.Slot), cmp.Compare(a.Valid.From, b.Valid.From), cmp.Compare(a.Person, b.Person))
	})
	return out
}
