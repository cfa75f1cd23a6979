package coverage

import (
	"math"
	"slices"

	"lintu/geo"
	"lintu/reach"
)

// tally is, by target of a scene, how many responders stand within the radius and how far the nearest is, whatever
// the radius. Those across a barrier are counted apart, and are not the nearest.
type tally struct {
	count   []int32
	across  []int32   // nil where no barriers are known
	nearest []float64 // squared chord; +Inf where nobody comes from within reach.MaxRadius
}

func newTally(targets int, barriers bool) *tally {
	t := &tally{count: make([]int32, targets), nearest: make([]float64, targets)}
	if barriers {
		t.across = make([]int32, targets)
	}
	for i := range t.nearest {
		t.nearest[i] = math.Inf(1)
	}
	return t
}

// count counts the responders of a standing around every target.
func (a *around) count(st *reach.Standing) *tally {
	k := &counter{tally: newTally(len(a.scene.Targets), a.scene.Barriers.Loaded()), reader: a.read(), st: st, limit: geo.MaxChord2(a.radius)}
	for i := range a.scene.Spots {
		k.spot(i)
	}
	return k.tally
}

type counter struct {
	*tally
	*reader
	st    *reach.Standing
	limit float64
}

// spot counts around the targets of one place: all have the same people around them, less those who do not count.
func (k *counter) spot(spot int) {
	s := &k.scene.Spots[spot]
	near, cut := k.of(spot)
	n, first := k.sum(s, near)
	apart := int32(0)
	if len(cut) > 0 {
		apart, _ = k.sum(s, cut)
		cut = slices.Clone(cut) // what is read next takes its place
	}
	if n == 0 {
		first = k.beyond(k.st, s, nil)
	}
	for i := s.From; i < s.To; i++ {
		k.count[i], k.nearest[i] = n, first
		if apart > 0 {
			k.tally.across[i] = apart
		}
		if without := k.scene.Targets[i].Without; len(without) > 0 {
			k.except(spot, i, without, cut)
		}
	}
}

// sum is the number of responders at some stations, and how far the nearest is.
func (k *counter) sum(s *reach.SceneSpot, stations []int32) (int32, float64) {
	sc, st := k.scene, k.st
	n, first := int32(0), math.Inf(1)
	for _, at := range stations {
		all, plain := st.From[at+1]-st.From[at], st.Plain[at]
		if all == 0 {
			continue
		}
		chord2 := geo.Chord2(s.Unit, sc.Stations[at])
		if all != plain {
			if plain = int32(st.Count(sc, at, chord2)); plain == 0 {
				continue
			}
		}
		n += plain
		first = min(first, chord2)
	}
	return n, first
}

// except takes those from a target's count who do not count for it.
func (k *counter) except(spot int, target int32, without, cut []int32) {
	s := &k.scene.Spots[spot]
	first := false // one of them is the nearest
	k.excluded(s, without, func(at int32, chord2 float64) {
		switch {
		case chord2 > k.limit:
		case slices.Contains(cut, at):
			k.tally.across[target]--
			return
		default:
			k.count[target]--
		}
		first = first || chord2 == k.nearest[target]
	})
	if !first {
		return
	}
	if k.count[target] > 0 {
		near, _ := k.of(spot)
		k.nearest[target] = nearest(k.scene, k.st, s, near, without)
	} else {
		k.nearest[target] = k.beyond(k.st, s, without)
	}
}

// excluded visits the stations of those who do not count and would come.
func (k *counter) excluded(s *reach.SceneSpot, without []int32, visit func(at int32, chord2 float64)) {
	for _, c := range without {
		if at := k.st.Station[c]; at >= 0 {
			if chord2 := geo.Chord2(s.Unit, k.scene.Stations[at]); chord2 <= k.scene.Candidates[c].Limit {
				visit(at, chord2)
			}
		}
	}
}

// covered is which targets at least so many responders cover. It looks at no more stations than it takes to know.
func (k *counter) covered(atLeast int) bits {
	out := newBits(len(k.scene.Targets))
	for spot := range k.scene.Spots {
		k.coveredAt(spot, atLeast, out)
	}
	return out
}

// coveredAt is covered for the targets at one spot.
func (k *counter) coveredAt(spot, atLeast int, out bits) {
	sc, st := k.scene, k.st
	s := &sc.Spots[spot]
	most := 0
	for i := s.From; i < s.To; i++ {
		most = max(most, len(sc.Targets[i].Without))
	}
	near, cut := k.of(spot)
	n, enough := 0, atLeast+most
	for _, at := range near {
		all, plain := st.From[at+1]-st.From[at], st.Plain[at]
		if all != plain {
			plain = int32(st.Count(sc, at, geo.Chord2(s.Unit, sc.Stations[at])))
		}
		if n += int(plain); n >= enough {
			break
		}
	}
	for i := s.From; i < s.To; i++ {
		have := n
		if n < enough {
			k.excluded(s, sc.Targets[i].Without, func(at int32, chord2 float64) {
				if chord2 <= k.limit && !slices.Contains(cut, at) {
					have--
				}
			})
		}
		if have >= atLeast {
			out.set(int(i))
		}
	}
}
