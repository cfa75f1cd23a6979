package reach

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"time"

	"lintu/geo"
	"lintu/kg"
	"lintu/store"
)

// SceneQuery chooses what a scene shows.
type SceneQuery struct {
	Area    kg.ID           // a division, grid, compound, building, entrance or household
	Targets *TargetWhere    // nil: DefaultTargets
	Where   *ResponderWhere // nil: everybody
	Date    kg.Date
	Scope   store.Scope
}

// Scene is what coverage counts over: the targets of an area on a date, and everybody who could ever come, as plain
// arrays. It belongs to one revision, is immutable (nobody writes to its fields), and safe for concurrent use.
type Scene struct {
	Revision store.Revision
	Date     kg.Date

	Targets    []SceneTarget    // by spot, then in the order of the snapshot; those without a point last
	Spots      []SceneSpot      // the distinct places of targets
	Candidates []SceneCandidate // party members and people with a responder profile, asked about or not
	Stations   []geo.Unit       // the distinct points at which candidates live or work
	Grid       *geo.Grid        // over the stations, by their numbers

	// Of the people who are asked about: all, and those who have a responder profile.
	Asked, Profiled int

	asker *asker
	area  ref
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
	Special  int32 // how many of them have candidates who do not count
}

// SceneCandidate is a person who could be a responder.
type SceneCandidate struct {
	Home, Work int32   // stations; -1 for none, or none with a point
	Limit      float64 // squared chord of their own limit; +Inf for none
	Why        uint8   // why they are no responder on the date, wherever they are: a number of SceneReasons
	Works      bool    // has a workplace, with a point or without

	person int32
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
	if q.Where == nil {
		q.Where = &ResponderWhere{}
	}
	if err := q.Targets.check(); err != nil {
		return nil, err
	}
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
	sc := &Scene{Revision: s.revision, Date: q.Date, asker: a, area: area, Grid: a.day.crowd.grid}
	sc.enlist()
	sc.settle(a.targets(area, q.Targets))
	return sc, nil
}

// enlist judges the day's candidates.
func (sc *Scene) enlist() {
	a, crowd := sc.asker, sc.asker.day.crowd
	sc.Stations = make([]geo.Unit, len(crowd.stations))
	for i := range crowd.stations {
		sc.Stations[i] = crowd.stations[i].unit
	}
	sc.Candidates = make([]SceneCandidate, len(crowd.candidates))
	for i := range crowd.candidates {
		c := &crowd.candidates[i]
		out := SceneCandidate{Home: c.home, Work: c.work, Works: c.works, Limit: math.Inf(1), Why: NotAsked, person: c.person}
		if a.asked(c.person) {
			p := a.s.people.at(c.person)
			sc.Asked++
			if p.responder() != nil {
				sc.Profiled++
				out.Limit = p.ownLimit()
			}
			out.Why = uint8(slices.Index(SceneReasons, a.unfit(p)))
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
		at := &sc.Spots[t.Spot]
		at.To = int32(i + 1)
		if len(t.Without) > 0 {
			at.Special++
		}
	}
}

// without are the candidates who do not count for a household.
func (sc *Scene) without(row int32) []int32 {
	var out []int32
	crowd := sc.asker.day.crowd
	add := func(person int32) {
		if c := crowd.candidate[person]; c >= 0 && sc.Candidates[c].Why == Fit {
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
	slices.Sort(out)
	return slices.Compact(out)
}

// Household is the id of a target.
func (sc *Scene) Household(target int) kg.ID {
	return sc.asker.s.id(newRef(households, sc.Targets[target].row))
}

// Person is the id of a candidate.
func (sc *Scene) Person(candidate int) kg.ID {
	return sc.asker.s.personID(sc.Candidates[candidate].person)
}

// Station is the id of the building or entrance whose point a station is.
func (sc *Scene) Station(station int) kg.ID {
	return sc.asker.s.id(sc.asker.day.crowd.stations[station].spot)
}

// Standing is where the responders of a scene stand in one half hour. It is immutable.
type Standing struct {
	At time.Time // the start of the half hour

	Station []int32 // by candidate: where a responder stands; -1 for everybody else
	From    []int32 // by station, and one more: where its people begin in People
	People  []int32 // candidates; at a station those without a limit of their own first, then by limit descending
	Plain   []int32 // by station: how many of its people have no limit of their own

	Present int // responders who are not away
	Located int // those of them who are at a place that has a point: len(People)
}

// Stand is where the scene's responders stand at an instant of its date. On another date the answer is that of who
// is a responder on the scene's date.
func (sc *Scene) Stand(at time.Time) *Standing {
	a := sc.asker
	m := a.s.moment(at)
	st := &Standing{At: m.start, Station: make([]int32, len(sc.Candidates)), From: make([]int32, len(sc.Stations)+1), Plain: make([]int32, len(sc.Stations))}
	for i := range sc.Candidates {
		c := &sc.Candidates[i]
		st.Station[i] = -1
		if c.Why != Fit {
			continue
		}
		switch presence(a.s.people.at(c.person).responder(), c.Works, m) {
		case kg.AtHome:
			st.Station[i] = c.Home
		case kg.AtWork:
			st.Station[i] = c.Work
		default:
			continue
		}
		st.Present++
		if at := st.Station[i]; at >= 0 {
			st.Located++
			st.From[at+1]++
			if math.IsInf(c.Limit, 1) {
				st.Plain[at]++
			}
		}
	}
	st.post(sc)
	return st
}

// post lists the people of each station.
func (st *Standing) post(sc *Scene) {
	for i := range sc.Stations {
		st.From[i+1] += st.From[i]
	}
	st.People = make([]int32, st.Located)
	plain := slices.Clone(st.From)
	limited := make([]int32, len(sc.Stations))
	for i := range limited {
		limited[i] = st.From[i] + st.Plain[i]
	}
	for c, at := range st.Station {
		switch {
		case at < 0:
		case math.IsInf(sc.Candidates[c].Limit, 1):
			st.People[plain[at]] = int32(c)
			plain[at]++
		default:
			st.People[limited[at]] = int32(c)
			limited[at]++
		}
	}
	for i := range sc.Stations {
		if few := st.People[st.From[i]+st.Plain[i] : st.From[i+1]]; len(few) > 1 {
			slices.SortFunc(few, func(a, b int32) int {
				return cmp.Or(cmp.Compare(sc.Candidates[b].Limit, sc.Candidates[a].Limit), cmp.Compare(a, b))
			})
		}
	}
}

// Count is the number of a station's responders who come so far: chord2 is the squared chord.
func (st *Standing) Count(sc *Scene, station int32, chord2 float64) int {
	n := int(st.Plain[station])
	for _, c := range st.People[st.From[station]+st.Plain[station] : st.From[station+1]] {
		if sc.Candidates[c].Limit < chord2 {
			break
		}
		n++
	}
	return n
}
