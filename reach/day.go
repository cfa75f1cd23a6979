package reach

import (
	"math"
	"slices"
	"sync"
	"time"

	"lintu/geo"
	"lintu/kg"
)

// essence is what of a row the views of days are derived from. What else it holds (consents, vetting, leave, pauses,
// patterns, the spans of flags, birthdays, responsibilities, teams) is read from the row when a question is answered,
// so that most edits leave the views as they are.
type essence struct {
	is     trait
	life   uint32
	links  []link
	point  *geo.Point
	traits [2]bool
}

func (s *Snapshot) essence(r ref) essence {
	n := s.node(r)
	e := essence{is: n.is &^ lifted, life: n.life, links: s.derived(r)}
	switch r.kind() {
	case people:
		p := s.people.at(r.row())
		e.traits = [2]bool{p.responder() != nil, p.profile != nil && len(p.profile.flags) > 0}
	case households:
		c := s.households.at(r.row()).care
		e.traits[0] = c != nil && len(c.flags) > 0
	case buildings, entrances:
		e.point = s.spots.at(r.row()).point
	}
	return e
}

func (e essence) equal(o essence) bool {
	samePoint := (e.point == nil) == (o.point == nil) && (e.point == nil || *e.point == *o.point)
	return e.is == o.is && e.life == o.life && samePoint && e.traits == o.traits && slices.Equal(e.links, o.links)
}

// derived are the ties from which views of days are made.
func (s *Snapshot) derived(r ref) []link {
	var out []link
	for _, l := range s.links(r) {
		switch s.hows.at(l.how).relation {
		case responsibleFor, holdsPost, contactOf, keyholderOf, inTeam, registeredWith, serves:
		default:
			out = append(out, l)
		}
	}
	return out
}

// day is what a snapshot looks like on one day, and on all days around it on which nothing begins or ends.
type day struct {
	ground *ground
	crowd  *crowd
}

// window narrows the days for which a derived view holds, by every span that is looked at.
type window struct {
	on     kg.Date
	lo, hi kg.Date // holds for lo <= day < hi
	lifes  *interned[kg.Span]
}

func (s *Snapshot) window(on kg.Date) *window {
	return &window{on: on, lo: math.MinInt32, hi: math.MaxInt32, lifes: &s.lifes}
}

// holds says whether the span contains the window's day, and narrows the window to days that give the same answer.
func (w *window) holds(s kg.Span) bool {
	switch {
	case w.on < s.From:
		w.hi = min(w.hi, s.From)
		return false
	case s.To != 0 && s.To <= w.on:
		w.lo = max(w.lo, s.To)
		return false
	}
	w.lo = max(w.lo, s.From)
	if s.To != 0 {
		w.hi = min(w.hi, s.To)
	}
	return true
}

// done lets go of the snapshot: a view may outlive it.
func (w *window) done() { w.lifes = nil }

// lives says whether the node exists on the window's day.
func (w *window) lives(n *node) bool { return n.is&known != 0 && w.holds(*w.lifes.at(n.life)) }

func (w *window) covers(on kg.Date) bool { return w.lo <= on && on < w.hi }

// days keeps the views that were asked for lately.
type days struct {
	mu   sync.Mutex // guards kept
	kept []*day     // the latest asked last

	making sync.Mutex // one view is made at a time
	old    []*ground  // of the snapshot before, where the patch touched no place
}

const maxDays = 6

func (d *days) find(on kg.Date) *day {
	d.mu.Lock()
	defer d.mu.Unlock()
	for i, v := range d.kept {
		if v.crowd.covers(on) && v.ground.covers(on) {
			d.kept = append(slices.Delete(d.kept, i, i+1), v)
			return v
		}
	}
	return nil
}

func (d *days) keep(v *day) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(d.kept) == maxDays {
		d.kept = slices.Delete(d.kept, 0, 1)
	}
	d.kept = append(d.kept, v)
}

// grounds are the kept views of places.
func (d *days) grounds() []*ground {
	d.mu.Lock()
	defer d.mu.Unlock()
	all := slices.Clone(d.old)
	for _, v := range d.kept {
		if !slices.Contains(all, v.ground) {
			all = append(all, v.ground)
		}
	}
	return all[max(0, len(all)-maxDays):]
}

// day is the view of a day, made if need be.
func (s *Snapshot) day(on kg.Date) *day {
	if v := s.days.find(on); v != nil {
		return v
	}
	s.days.making.Lock()
	defer s.days.making.Unlock()
	if v := s.days.find(on); v != nil {
		return v
	}
	v := &day{}
	for _, g := range s.days.grounds() {
		if g.covers(on) {
			v.ground = g
		}
	}
	if v.ground == nil {
		v.ground = s.newGround(on)
	}
	v.crowd = s.newCrowd(v.ground, on)
	s.days.keep(v)
	return v
}

// beforehand is how long before a day begins its view is made.
const beforehand = time.Hour

// ahead makes the views of the day that it is by a clock, and of the one that soon begins, so that who asks first need not.
func (s *Snapshot) ahead(clock func() time.Time) {
	if clock == nil {
		return
	}
	now := clock()
	s.day(kg.DateOf(now, s.location))
	s.day(kg.DateOf(now.Add(beforehand), s.location))
}

// ground is where doors are on a day, and in which areas.
type ground struct {
	*window
	doors []door  // by household row
	sets  [][]ref // of areas, sorted
}

// door is the place of a household.
type door struct {
	entrance, building ref   // that it is in, zero where there is none
	spot               ref   // of the two the one whose point counts; zero: the household has no point
	above              int32 // in sets: the areas that contain it
}

// newGround derives the places of a day.
func (s *Snapshot) newGround(on kg.Date) *ground {
	g := &ground{window: s.window(on), doors: make([]door, s.households.n), sets: [][]ref{nil}}
	numbers := map[ref]int32{}
	for i := range g.doors {
		r := newRef(households, int32(i))
		if s.node(r).is&known == 0 {
			continue
		}
		d := &g.doors[i]
		for t := range s.ties(r) {
			if t.relation == partOf && g.holds(t.valid) {
				d.above = s.areaSet(g, numbers, t.to)
				s.locate(g, d, t.to)
			}
		}
	}
	g.done()
	return g
}

// areaSet is the number of the sorted set of areas that contain what is in area a: a itself and all above it. As
// in kg.AreaSpans the ties decide, not the areas' own life spans.
func (s *Snapshot) areaSet(g *ground, numbers map[ref]int32, a ref) int32 {
	if at, ok := numbers[a]; ok {
		return at
	}
	numbers[a] = 0 // a circle would end here
	set := []ref{a}
	for t := range s.ties(a) {
		if (t.relation == partOf || t.relation == inCompound) && g.holds(t.valid) {
			set = append(set, g.sets[s.areaSet(g, numbers, t.to)]...)
		}
	}
	slices.Sort(set)
	g.sets = append(g.sets, slices.Compact(set))
	numbers[a] = int32(len(g.sets) - 1)
	return numbers[a]
}

// locate fills in a door's entrance, building and spot: the entrance's own point if it has one, else the building's.
func (s *Snapshot) locate(g *ground, d *door, parent ref) {
	switch parent.kind() {
	case entrances:
		e := s.spots.at(parent.row())
		if !g.lives(&e.node) {
			return
		}
		d.entrance = parent
		for t := range s.ties(parent) {
			if t.relation == partOf && g.holds(t.valid) {
				s.locate(g, d, t.to)
			}
		}
		if e.point != nil {
			d.spot = parent
		}
	case buildings:
		if b := s.spots.at(parent.row()); g.lives(&b.node) {
			d.building = parent
			if b.point != nil {
				d.spot = parent
			}
		}
	}
}

// in says whether a household is in an area or below it, on the ground's day.
func (g *ground) in(household, area ref) bool {
	if household == area {
		return true
	}
	_, found := slices.BinarySearch(g.above(household.row()), area)
	return found
}

// above are the areas that contain a household, sorted, without itself.
func (g *ground) above(household int32) []ref { return g.sets[g.doors[household].above] }
