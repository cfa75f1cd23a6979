package coverage

import (
	"math"
	"slices"

	"lintu/geo"
	"lintu/reach"
)

// tally is, by target of a scene, how many responders stand within the radius and how far the nearest is, whatever
// the radius.
type tally struct {
	count   []int32
	nearest []float64 // squared chord; +Inf where nobody comes from within reach.MaxRadius
}

// count counts the responders of a standing around every target.
func count(sc *reach.Scene, st *reach.Standing, radius float64) *tally {
	t := &tally{count: make([]int32, len(sc.Targets)), nearest: make([]float64, len(sc.Targets))}
	for i := range t.nearest {
		t.nearest[i] = math.Inf(1)
	}
	k := &counter{sc: sc, st: st, radius: radius, tally: t}
	for i := range sc.Spots {
		k.spot(&sc.Spots[i])
	}
	return t
}

type counter struct {
	*tally
	sc     *reach.Scene
	st     *reach.Standing
	radius float64
}

// spot counts around the targets of one place: all have the same people around them, less those who do not count.
func (k *counter) spot(s *reach.SceneSpot) {
	n, nearest := k.around(s, k.radius, nil)
	if math.IsInf(nearest, 1) {
		nearest = k.beyond(s, nil)
	}
	limit := geo.MaxChord2(k.radius)
	for i := s.From; i < s.To; i++ {
		k.count[i], k.nearest[i] = n, nearest
		without := k.sc.Targets[i].Without
		if len(without) == 0 {
			continue
		}
		first := false // one of them is the nearest
		for _, c := range without {
			at := k.st.Station[c]
			if at < 0 {
				continue
			}
			chord2 := geo.Chord2(s.Unit, k.sc.Stations[at])
			if chord2 > k.sc.Candidates[c].Limit {
				continue
			}
			if chord2 <= limit {
				k.count[i]--
			}
			first = first || chord2 == nearest
		}
		if !first {
			continue
		}
		if _, k.nearest[i] = k.around(s, k.radius, without); math.IsInf(k.nearest[i], 1) {
			k.nearest[i] = k.beyond(s, without)
		}
	}
}

// around is the number of responders within a radius of a place, and how far the nearest of them is.
func (k *counter) around(s *reach.SceneSpot, radius float64, without []int32) (int32, float64) {
	n, nearest := 0, math.Inf(1)
	k.sc.Grid.Within(s.Point, radius, func(i int, chord2 float64) bool {
		at := int32(i)
		if k.st.From[at] == k.st.From[at+1] {
			return true
		}
		here := k.st.Count(k.sc, at, chord2)
		for _, c := range without {
			if k.st.Station[c] == at && chord2 <= k.sc.Candidates[c].Limit {
				here--
			}
		}
		if n += here; here > 0 {
			nearest = min(nearest, chord2)
		}
		return true
	})
	return int32(n), nearest
}

// beyond is how far the nearest responder is where none is within the radius; +Inf for nobody.
func (k *counter) beyond(s *reach.SceneSpot, without []int32) float64 {
	for radius := k.radius; radius < reach.MaxRadius; {
		radius = min(2*radius, reach.MaxRadius)
		if _, nearest := k.around(s, radius, without); !math.IsInf(nearest, 1) {
			return nearest
		}
	}
	return math.Inf(1)
}

// quantiles are those of squared chords, as metres; infinite ones do not count.
func quantiles(chords []float64) Quantiles {
	chords = slices.DeleteFunc(slices.Clone(chords), func(c float64) bool { return math.IsInf(c, 1) })
	if len(chords) == 0 {
		return Quantiles{}
	}
	slices.Sort(chords)
	at := func(p int) *float64 { return metres(chords[(len(chords)*p+99)/100-1]) }
	return Quantiles{P50: at(50), P90: at(90), Max: at(100)}
}
