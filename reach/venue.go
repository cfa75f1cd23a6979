package reach

import (
	"math"
	"slices"
	"time"

	"lintu/geo"
	"lintu/kg"
)

// PlaceWhere chooses places of service. All conditions hold; an absent one asks nothing.
type PlaceWhere struct {
	Kinds   []string // any of them: canteen, service centre, station, ...
	AnyHour bool     // false: only while they are open; a place whose hours nobody knows is never known to be open
}

// open finds the scene's places: each at its own point, else at the point of the one building it is located in.
func (sc *Scene) open() {
	a := sc.asker
	w := a.s.window(sc.Date)
	numbers := map[ref]int32{}
	var points []geo.Point
	for i := range a.s.others[places].n {
		r := newRef(places, int32(i))
		if !a.s.lives(r, sc.Date) {
			continue
		}
		c := SceneCandidate{Home: -1, Work: -1, Limit: math.Inf(1), Why: NotAsked, who: r}
		v := a.s.others[places].at(int32(i)).venue
		if asked := len(sc.query.Places.Kinds) == 0 || slices.Contains(sc.query.Places.Kinds, v.kind); asked && a.scope.sees(r) {
			c.Why = Fit
			sc.Asked++
			if len(v.hours) > 0 {
				sc.Profiled++
			}
			if at, p := a.s.venueAt(r, v, w); p != nil {
				n, ok := numbers[at]
				if !ok {
					n = int32(len(points))
					numbers[at] = n
					points, sc.at, sc.Stations = append(points, *p), append(sc.at, at), append(sc.Stations, p.Unit())
				}
				c.Home = n
			}
		}
		sc.Candidates = append(sc.Candidates, c)
	}
	sc.Grid = geo.NewGrid(points, 500)
}

// venueAt is where a place is, and the point of that; nil where nobody knows.
func (s *Snapshot) venueAt(r ref, v *venue, w *window) (ref, *geo.Point) {
	if v.point != nil {
		return r, v.point
	}
	found := ref(0)
	for t := range s.ties(r) {
		if t.relation != locatedIn || t.to == found || t.to.kind() != buildings || !w.holds(t.valid) || !w.lives(s.node(t.to)) {
			continue
		}
		if found != 0 {
			return 0, nil // in two buildings: nobody knows in which
		}
		found = t.to
	}
	if found == 0 {
		return 0, nil
	}
	return found, s.spots.at(found.row()).point
}

// openAt gives where a place stands at an instant; false while it is not open.
func (sc *Scene) openAt(at time.Time) func(*SceneCandidate) (int32, bool) {
	local := at.In(sc.asker.s.location)
	return func(c *SceneCandidate) (int32, bool) {
		v := sc.asker.s.others[places].at(c.who.row()).venue
		return c.Home, sc.query.Places.AnyHour || isOpen(v.hours, local)
	}
}

// isOpen says whether one of the hours holds at a local time: it is open from the first minute to before the last. A
// season is told by month and day, its last day included; one that ends before it begins goes over the new year.
func isOpen(hours []kg.Opening, local time.Time) bool {
	day, clock := local.Format("01-02"), local.Format("15:04")
	weekday := (int(local.Weekday())+6)%7 + 1
	return slices.ContainsFunc(hours, func(o kg.Opening) bool {
		return slices.Contains(o.Weekdays, weekday) && o.From <= clock && clock < o.To && inSeason(o, day)
	})
}

func inSeason(o kg.Opening, day string) bool {
	if o.SeasonFrom == "" && o.SeasonTo == "" {
		return true
	}
	if o.SeasonFrom <= o.SeasonTo {
		return o.SeasonFrom <= day && day <= o.SeasonTo
	}
	return o.SeasonFrom <= day || day <= o.SeasonTo
}
