package reach

import (
	"cmp"
	"math"
	"slices"
	"time"

	"lintu/kg"
)

// Standing is where the responders of a scene stand at an instant: people in one half hour, places that are open. It
// is immutable.
type Standing struct {
	At time.Time // for people the start of the half hour

	Station []int32 // by candidate: where a responder stands; -1 for everybody else
	From    []int32 // by station, and one more: where its people begin in People
	People  []int32 // candidates; at a station those without a limit of their own first, then by limit descending
	Plain   []int32 // by station: how many of its people have no limit of their own

	Present int // responders who are not away, places that are open
	Located int // those of them who are at a place that has a point: len(People)
}

// Stand is where the scene's responders stand at an instant of its date. On another date the answer is that of who
// is a responder on the scene's date.
func (sc *Scene) Stand(at time.Time) *Standing {
	st := &Standing{Station: make([]int32, len(sc.Candidates)), From: make([]int32, len(sc.Stations)+1), Plain: make([]int32, len(sc.Stations))}
	where := sc.openAt(at)
	st.At = at
	if sc.query.Places == nil {
		m := sc.asker.s.moment(at)
		st.At = m.start
		where = func(c *SceneCandidate) (int32, bool) { return sc.presentAt(c, m) }
	}
	for i := range sc.Candidates {
		c := &sc.Candidates[i]
		st.Station[i] = -1
		if c.Why != Fit {
			continue
		}
		station, present := where(c)
		if !present {
			continue
		}
		st.Present++
		if st.Station[i] = station; station >= 0 {
			st.Located++
			st.From[station+1]++
			if math.IsInf(c.Limit, 1) {
				st.Plain[station]++
			}
		}
	}
	st.post(sc)
	return st
}

// presentAt is the station of a person; false for one who is away.
func (sc *Scene) presentAt(c *SceneCandidate, m moment) (int32, bool) {
	switch presence(sc.asker.s.people.at(c.who.row()).responder(), c.Works, m) {
	case kg.AtHome:
		return c.Home, true
	case kg.AtWork:
		return c.Work, true
	}
	return -1, false
}

// post lists the people of each station.
func (st *Standing) post(sc *Scene) {
	for i := range sc.Stations {
		st.From[i+1] += st.From[i]
	}
	st.People = make([]int32, st.Located)
	plain, limited := slices.Clone(st.From), make([]int32, len(sc.Stations))
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
		if few := st.Limited(int32(i)); len(few) > 1 {
			slices.SortFunc(few, func(a, b int32) int {
				return cmp.Or(cmp.Compare(sc.Candidates[b].Limit, sc.Candidates[a].Limit), cmp.Compare(a, b))
			})
		}
	}
}

// Limited are the people of a station who have a limit of their own, the farthest first.
func (st *Standing) Limited(station int32) []int32 {
	return st.People[st.From[station]+st.Plain[station] : st.From[station+1]]
}

// Count is the number of a station's responders who come so far: chord2 is the squared chord.
func (st *Standing) Count(sc *Scene, station int32, chord2 float64) int {
	n := int(st.Plain[station])
	for _, c := range st.Limited(station) {
		if sc.Candidates[c].Limit < chord2 {
			break
		}
		n++
	}
	return n
}

// Same says whether two standings of scenes that are the same have everybody at the same place.
func (st *Standing) Same(o *Standing) bool {
	return st.Present == o.Present && slices.Equal(st.Station, o.Station)
}
