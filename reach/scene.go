package reach

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"lintu/geo"
	"lintu/kg"
	"lintu/reach/barrier"
	"lintu/store"
)

// SceneQuery chooses what a scene shows.
type SceneQuery struct {
	Area    kg.ID           // a division, grid, compound, building, entrance or household
	Targets *TargetWhere    // nil: DefaultTargets
	Where   *ResponderWhere // nil: everybody
	Places  *PlaceWhere     // where set, the candidates are places, and Where is not read
	Date    kg.Date
	Scope   store.Scope
}

// Scene is what coverage counts over: the targets of an area on a date, and everybody (or every place) that could
// ever serve them, as plain arrays. It belongs to one revision, is immutable (nobody writes to its fields), and safe
// for concurrent use.
type Scene struct {
	Revision store.Revision
	Date     kg.Date

	Targets    []SceneTarget    // by spot, then in the order of the snapshot; those without a point last
	Spots      []SceneSpot      // the distinct places of targets
	Candidates []SceneCandidate // party members and people with a responder profile, or places; asked about or not
	Stations   []geo.Unit       // the distinct points at which candidates live or work, or stand
	Grid       *geo.Grid        // over the stations, by their numbers
	Barriers   *barrier.Set     // nil where none are known

	// Of those who are asked about: all, and those of whom it is known what makes them come: people with a responder
	// profile, places with opening hours.
	Asked, Profiled int

	query SceneQuery
	asker *asker
	area  ref
	at    []ref // by station: the building, entrance or place whose point it is
	areas *sceneAreas
}

// SceneTarget is a household.
type SceneTarget struct {
	Spot    int32   // in Spots; -1 where nobody knows where the household is
	Without []int32 // candidates who do not count: its own people and those it refuses; sorted

	row int32
}

// SceneSpot is a place with targets.
type SceneSpot struct {
	Point    geo.Point
	Unit     geo.Unit
	From, To int32 // its targets
}

// SceneCandidate is a person who could be a responder, or a place.
type SceneCandidate struct {
	Home, Work int32   // stations; -1 for none, or none with a point; a place is at home
	Limit      float64 // squared chord of their own limit; +Inf for none
	Why        uint8   // why they are no responder on the date, wherever they are: a number of SceneReasons
	Works      bool    // has a workplace, with a point or without

	who ref
}

// SceneReasons are the reasons of SceneCandidate.Why by their numbers; who is NotAsked does not satisfy the
// question's conditions or is out of scope, and counts nowhere.
var SceneReasons = []LeftOutReason{Fit: "", 1: UnderAge, 2: NoConsent, 3: NotVetted, 4: CareFlagged, 5: Paused, 6: OnLeave, NotAsked: "NOT_ASKED"}

// Numbers of SceneReasons.
const (
	Fit      uint8 = 0
	NotAsked uint8 = 7
)

// Scene makes a scene. The error is kg.ErrInvalid for a malformed question, kg.ErrNotFound for an area, team or unit
// that does not exist or is out of scope; both name the argument.
func (s *Snapshot) Scene(q SceneQuery) (*Scene, error) {
	if q.Targets == nil {
		w := DefaultTargets()
		q.Targets = &w
	}
	if q.Where == nil || q.Places != nil {
		q.Where = &ResponderWhere{}
	}
	if err := q.Targets.check(); err != nil {
		return nil, err
	}
	sc, err := s.sceneOn(q)
	if err != nil {
		return nil, err
	}
	sc.settle(sc.asker.targets(sc.area, q.Targets))
	return sc, nil
}

// sceneOn is a scene without its targets.
func (s *Snapshot) sceneOn(q SceneQuery) (*Scene, error) {
	at := q.Date.Time(s.location)
	if y := at.Year(); q.Date.IsZero() || y < 1 || y > 9998 {
		return nil, kg.Invalid("date", fmt.Sprint(q.Date), "a date from the year 1 to 9998")
	}
	a, err := s.newAsker(s.moment(at), q.Where, q.Scope)
	if err != nil {
		return nil, err
	}
	area, err := a.argument("area", q.Area, divisions, grids, compounds, buildings, entrances, households)
	if err != nil {
		return nil, err
	}
	sc := &Scene{Revision: s.revision, Date: q.Date, Barriers: s.barriers, query: q, asker: a, area: area, areas: &sceneAreas{}}
	if q.Places != nil {
		sc.open()
	} else {
		sc.enlist()
	}
	return sc, nil
}

// On is the scene with the same targets at the same doors, and those who could serve them on another date.
func (sc *Scene) On(date kg.Date) (*Scene, error) {
	q := sc.query
	q.Date = date
	out, err := sc.asker.s.sceneOn(q)
	if err != nil {
		return nil, err
	}
	out.Targets, out.Spots = slices.Clone(sc.Targets), sc.Spots
	for i := range out.Targets {
		out.Targets[i].Without = out.without(out.Targets[i].row)
	}
	return out, nil
}

// Same says whether two scenes of one snapshot have the same targets at the same doors and the same candidates, so
// that at any instant the same stand where they stand.
func (sc *Scene) Same(o *Scene) bool {
	if sc == o {
		return true
	}
	return sc.Asked == o.Asked && sc.Profiled == o.Profiled && slices.Equal(sc.at, o.at) && slices.Equal(sc.Spots, o.Spots) &&
		slices.Equal(sc.Candidates, o.Candidates) && slices.EqualFunc(sc.Targets, o.Targets, func(a, b SceneTarget) bool {
		return a.row == b.row && a.Spot == b.Spot && slices.Equal(a.Without, b.Without)
	})
}

// enlist judges the day's candidates.
func (sc *Scene) enlist() {
	a, crowd := sc.asker, sc.asker.day.crowd
	sc.Grid = crowd.grid
	sc.Stations, sc.at = make([]geo.Unit, len(crowd.stations)), make([]ref, len(crowd.stations))
	for i := range crowd.stations {
		sc.Stations[i], sc.at[i] = crowd.stations[i].unit, crowd.stations[i].spot
	}
	sc.Candidates = make([]SceneCandidate, len(crowd.candidates))
	for i := range crowd.candidates {
		c := &crowd.candidates[i]
		out := SceneCandidate{Home: c.home, Work: c.work, Works: c.works, Limit: math.Inf(1), Why: NotAsked, who: newRef(people, c.person)}
		if e := a.roll.entries[i]; a.wants(int32(i), e) {
			sc.Asked++
			if a.s.people.at(c.person).responder() != nil {
				sc.Profiled++
			}
			out.Limit = e.ownLimit()
			out.Why = uint8(slices.Index(SceneReasons, a.unfit(e).shown()))
		}
		sc.Candidates[i] = out
	}
}

// settle sorts the targets by their spots.
func (sc *Scene) settle(rows []int32) {
	doors := sc.asker.day.ground.doors
	slices.SortFunc(rows, func(x, y int32) int {
		a, b := doors[x].spot, doors[y].spot
		return cmp.Or(cmp.Compare(a-1, b-1), cmp.Compare(x, y)) // 0 - 1 is the largest: without a point last
	})
	sc.Targets = make([]SceneTarget, len(rows))
	last := ref(0)
	for i, row := range rows {
		t := &sc.Targets[i]
		*t = SceneTarget{Spot: -1, row: row, Without: sc.without(row)}
		spot := doors[row].spot
		if spot == 0 {
			continue
		}
		if spot != last {
			p := *sc.asker.s.spots.at(spot.row()).point
			sc.Spots = append(sc.Spots, SceneSpot{Point: p, Unit: p.Unit(), From: int32(i)})
			last = spot
		}
		t.Spot = int32(len(sc.Spots) - 1)
		sc.Spots[t.Spot].To = int32(i + 1)
	}
}

// without are the candidates who do not count for a household.
func (sc *Scene) without(row int32) []int32 {
	if sc.query.Places != nil {
		return nil
	}
	var out []int32
	crowd := sc.asker.day.crowd
	add := func(person int32) {
		if c := crowd.candidateOf(person); c >= 0 && sc.Candidates[c].Why == Fit {
			out = append(out, c)
		}
	}
	for _, p := range crowd.residents.of(row) {
		add(p)
	}
	if c := sc.asker.s.households.at(row).care; c != nil {
		for _, r := range c.refusals {
			if p, ok := sc.asker.s.find(r.Person); ok && r.Holds(sc.Date) && p.kind() == people {
				add(p.row())
			}
		}
	}
	if len(out) > 1 {
		slices.Sort(out)
		out = slices.Compact(out)
	}
	return out
}

// Household is the id of a target.
func (sc *Scene) Household(target int) kg.ID {
	return sc.asker.s.id(newRef(households, sc.Targets[target].row))
}

// Person is the id of a candidate: a person's, or a place's.
func (sc *Scene) Person(candidate int) kg.ID { return sc.asker.s.id(sc.Candidates[candidate].who) }

// Station is the id of the building, entrance or place whose point a station is.
func (sc *Scene) Station(station int) kg.ID { return sc.asker.s.id(sc.at[station]) }
