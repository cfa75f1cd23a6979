package coverage

import (
	"math"
	"sync"

	"lintu/geo"
	"lintu/reach"
)

// around is which stations are within a radius of each spot of a scene. Who stands there is another question, asked
// for many instants; so the stations are listed when they are asked for the second time, unless there are too many.
type around struct {
	scene  *reach.Scene
	radius float64

	grid    *geo.Grid // of the stations that somebody uses who may be a responder
	station []int32   // of the points of grid

	mu     sync.Mutex // guards the following
	asked  int
	listed *lists
	others map[*reach.Scene]*around // of other days
}

// lists are the stations of each spot: those on its side of all barriers, and those across one.
type lists struct {
	near, across stationLists
}

type stationLists struct {
	from    []int // by spot, and one more
	station []int32
}

func (l *stationLists) of(spot int) []int32 { return l.station[l.from[spot]:l.from[spot+1]] }

// maxListed is how many pairs of spot and station are listed at most.
const maxListed = 24 << 20

func newAround(sc *reach.Scene, radius float64) *around {
	used := make([]bool, len(sc.Stations))
	for i := range sc.Candidates {
		c := &sc.Candidates[i]
		if c.Why != reach.Fit {
			continue
		}
		if c.Home >= 0 {
			used[c.Home] = true
		}
		if c.Work >= 0 {
			used[c.Work] = true
		}
	}
	a := &around{scene: sc, radius: radius}
	var points []geo.Point
	for i, use := range used {
		if use {
			a.station = append(a.station, int32(i))
			points = append(points, sc.Grid.Point(i))
		}
	}
	a.grid = geo.NewGrid(points, max(radius/2, 100))
	return a
}

// on is the same for the scene of another day.
func (a *around) on(sc *reach.Scene) *around {
	if sc == a.scene {
		return a
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	other := a.others[sc]
	if other == nil {
		if a.others == nil {
			a.others = map[*reach.Scene]*around{}
		}
		other = newAround(sc, a.radius)
		a.others[sc] = other
	}
	return other
}

func (a *around) size() int {
	a.mu.Lock()
	defer a.mu.Unlock()
	n := 48 * len(a.station)
	if a.listed != nil {
		n += 4*(len(a.listed.near.station)+len(a.listed.across.station)) + 16*len(a.listed.near.from)
	}
	for _, o := range a.others {
		n += o.size()
	}
	return n
}

// lists are the stations of each spot, nil where they are not listed.
func (a *around) lists() *lists {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.asked++; a.asked == 2 {
		a.listed = a.list()
	}
	return a.listed
}

func (a *around) list() *lists {
	l := &lists{}
	for _, x := range []*stationLists{&l.near, &l.across} {
		x.from = make([]int, 1, len(a.scene.Spots)+1)
	}
	for i := range a.scene.Spots {
		l.near.station, l.across.station = a.search(&a.scene.Spots[i], a.radius, l.near.station, l.across.station)
		if len(l.near.station)+len(l.across.station) > maxListed {
			return nil
		}
		l.near.from, l.across.from = append(l.near.from, len(l.near.station)), append(l.across.from, len(l.across.station))
	}
	return l
}

// search adds the stations within a radius of a spot to two lists: those on its side, and those across a barrier.
func (a *around) search(s *reach.SceneSpot, radius float64, near, across []int32) (_, _ []int32) {
	lines := a.scene.Barriers.Around(s.Point, radius)
	if lines.None() {
		a.grid.Within(s.Point, radius, func(n int, _ float64) bool {
			near = append(near, a.station[n])
			return true
		})
		return near, across
	}
	a.grid.Within(s.Point, radius, func(n int, _ float64) bool {
		if lines.Across(a.grid.Point(n)) {
			across = append(across, a.station[n])
		} else {
			near = append(near, a.station[n])
		}
		return true
	})
	return near, across
}

// reader reads the stations of one spot after the other. It is one goroutine's.
type reader struct {
	*around
	listed       *lists
	near, across []int32 // of the last spot, where they are not listed
}

func (a *around) read() *reader { return &reader{around: a, listed: a.lists()} }

// of are the stations within the radius of a spot, on its side of barriers and across one, until the next call.
func (r *reader) of(spot int) (near, across []int32) {
	if r.listed != nil {
		return r.listed.near.of(spot), r.listed.across.of(spot)
	}
	r.near, r.across = r.search(&r.scene.Spots[spot], r.radius, r.near[:0], r.across[:0])
	return r.near, r.across
}

// nearest is the squared chord of the nearest responder to a spot among some stations, less some who do not count;
// +Inf for nobody.
func nearest(sc *reach.Scene, st *reach.Standing, s *reach.SceneSpot, stations, without []int32) float64 {
	best := math.Inf(1)
	for _, at := range stations {
		if st.From[at] == st.From[at+1] {
			continue
		}
		chord2 := geo.Chord2(s.Unit, sc.Stations[at])
		if chord2 < best && comes(sc, st, at, chord2, without) {
			best = chord2
		}
	}
	return best
}

// comes says whether somebody comes so far from a station, less those who do not count.
func comes(sc *reach.Scene, st *reach.Standing, at int32, chord2 float64, without []int32) bool {
	n := st.Count(sc, at, chord2)
	for _, c := range without {
		if st.Station[c] == at && chord2 <= sc.Candidates[c].Limit {
			n--
		}
	}
	return n > 0
}

// beyond is the squared chord of the nearest responder where none is within the radius; +Inf where none is within
// reach.MaxRadius.
func (r *reader) beyond(st *reach.Standing, s *reach.SceneSpot, without []int32) float64 {
	if st.Located == 0 {
		return math.Inf(1)
	}
	for radius := r.radius; radius < reach.MaxRadius; {
		radius = min(2*radius, reach.MaxRadius)
		r.near, r.across = r.search(s, radius, r.near[:0], r.across[:0])
		if best := nearest(r.scene, st, s, r.near, without); !math.IsInf(best, 1) {
			return best
		}
	}
	return math.Inf(1)
}
