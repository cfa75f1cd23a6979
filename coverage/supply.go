package coverage

import (
	"math"
	"slices"

	"lintu/geo"
	"lintu/reach"
)

// zone is a ring of the two-step floating catchment: what is at most so far (of the radius) weighs so much.
type zone struct{ share, weight float64 }

// The zones without decay, and with that of the enhanced method: a third of the radius each, with the weights that
// its authors and PySAL give.
var zones = [2][]zone{{{1, 1}}, {{1. / 3, 1}, {2. / 3, 0.68}, {1, 0.22}}}

// maxZones is the number of zones at most.
const maxZones = 3

// Supply tells how many responders there are for each target by the two-step floating catchment: each responder is
// shared out evenly among the targets of the question that are within the radius of them, and a target's ratio is the
// sum of what it gets. With decay, what is far weighs less in both steps.
type Supply struct {
	Ratio *float64 // the mean of the targets' ratios; nil where there are no targets
	Gini  *float64 // how unevenly they are spread, 0 evenly to 1; nil where there are no targets or no supply
}

// Supply is the supply of the coverage's targets at its instant; of a band, at its hour with the fewest targets
// covered. Nothing is known of it by duty: both are nil.
func (c *Coverage) Supply(decay bool) Supply {
	if c.around == nil || len(c.targets()) == 0 {
		return Supply{}
	}
	n := 0
	if decay {
		n = 1
	}
	s := &c.body.supply[n]
	s.once.Do(func() { s.ratios = c.ratios(zones[n]) })
	ratios := make([]float64, 0, len(c.targets()))
	sum := exact{}
	for _, i := range c.targets() {
		ratios = append(ratios, s.ratios[i])
		sum = sum.plus(exactly(s.ratios[i]))
	}
	mean := sum.float() / float64(len(ratios))
	return Supply{Ratio: &mean, Gini: gini(ratios)}
}

// gini is the Gini coefficient of values from 0 up; nil for none or where all are 0. The values end up sorted.
func gini(values []float64) *float64 {
	slices.Sort(values)
	sum, spread := 0.0, 0.0
	n := len(values)
	for i, v := range values {
		sum += v
		if i < n/2 { // in pairs, so that equal values differ by exactly 0
			spread += float64(n-1-2*i) * (values[n-1-i] - v)
		}
	}
	if sum == 0 {
		return nil
	}
	g := spread / (float64(n) * sum)
	return &g
}

// catchment is a two-step floating catchment in the making.
type catchment struct {
	*reader
	st     *reach.Standing
	limits []float64 // of the zones, squared chords
	weight []float64

	plain  [][maxZones]int32          // targets by station and zone
	single map[int32]*[maxZones]int32 // by candidate with a limit of their own: targets by zone
	fewer  map[int32]*[maxZones]int32 // by candidate: targets that they do not count for
	share  []exact                    // by station: what all who stand there and have no limit give
	each   []exact                    // by station: what one of them gives, who counts for all
	own    map[int32]exact            // by candidate: what those give who do not
}

// ratios are the targets' ratios at the coverage's standing.
func (c *Coverage) ratios(zones []zone) []float64 {
	a := c.around.on(c.worst)
	k := &catchment{reader: a.read(), st: c.stand, plain: make([][maxZones]int32, len(a.scene.Stations)),
		single: map[int32]*[maxZones]int32{}, fewer: map[int32]*[maxZones]int32{}, own: map[int32]exact{}}
	for _, z := range zones {
		k.limits = append(k.limits, geo.MaxChord2(z.share*a.radius))
		k.weight = append(k.weight, z.weight)
	}
	k.limits[len(k.limits)-1] = geo.MaxChord2(a.radius)
	for i := range a.scene.Spots {
		k.demand(i)
	}
	k.divide()
	out := make([]float64, len(a.scene.Targets))
	for i := range a.scene.Spots {
		k.supply(i, out)
	}
	return out
}

// zone is the number of the zone of a squared chord; -1 beyond the radius.
func (k *catchment) zone(chord2 float64) int {
	for z, limit := range k.limits {
		if chord2 <= limit {
			return z
		}
	}
	return -1
}

// demand counts the targets of a spot for the responders around it.
func (k *catchment) demand(spot int) {
	sc, st := k.scene, k.st
	s := &sc.Spots[spot]
	near, cut := k.of(spot)
	for _, at := range near {
		if st.From[at] == st.From[at+1] {
			continue
		}
		chord2 := geo.Chord2(s.Unit, sc.Stations[at])
		z := k.zone(chord2)
		k.plain[at][z] += s.To - s.From
		for _, c := range st.Limited(at) {
			if chord2 <= sc.Candidates[c].Limit {
				count(k.single, c)[z] += s.To - s.From
			}
		}
	}
	for i := s.From; i < s.To; i++ {
		for _, c := range sc.Targets[i].Without {
			at := st.Station[c]
			if at < 0 || slices.Contains(cut, at) {
				continue
			}
			chord2 := geo.Chord2(s.Unit, sc.Stations[at])
			if z := k.zone(chord2); z >= 0 && chord2 <= sc.Candidates[c].Limit {
				count(k.fewer, c)[z]++
			}
		}
	}
}

func count(by map[int32]*[maxZones]int32, candidate int32) *[maxZones]int32 {
	n := by[candidate]
	if n == nil {
		n = new([maxZones]int32)
		by[candidate] = n
	}
	return n
}

// divide finds what every responder gives: 1 by the targets around them, which are counted by zones and weighed last,
// so that nothing is left of what is taken away.
func (k *catchment) divide() {
	gives := func(n [maxZones]int32, less *[maxZones]int32) exact {
		sum := 0.0
		for z, w := range k.weight {
			if less != nil {
				n[z] -= less[z]
			}
			sum += w * float64(n[z])
		}
		if sum == 0 {
			return exact{}
		}
		return exactly(1 / sum)
	}
	for c, n := range k.single {
		k.own[c] = gives(*n, k.fewer[c])
	}
	for c, less := range k.fewer {
		if at := k.st.Station[c]; math.IsInf(k.scene.Candidates[c].Limit, 1) {
			k.own[c] = gives(k.plain[at], less)
		}
	}
	k.share, k.each = make([]exact, len(k.plain)), make([]exact, len(k.plain))
	for at := range k.plain {
		k.each[at] = gives(k.plain[at], nil)
		common := k.st.Plain[at]
		for _, c := range k.st.People[k.st.From[at] : k.st.From[at]+k.st.Plain[at]] {
			if own, ok := k.own[c]; ok {
				k.share[at] = k.share[at].plus(own)
				common--
			}
		}
		k.share[at] = k.share[at].plus(k.each[at].times(common))
	}
}

// supply sums up what the targets of a spot get.
func (k *catchment) supply(spot int, out []float64) {
	sc := k.scene
	s := &sc.Spots[spot]
	near, _ := k.of(spot)
	sum := k.given(s, near, nil)
	for i := s.From; i < s.To; i++ {
		if out[i] = sum; len(sc.Targets[i].Without) > 0 {
			out[i] = k.given(s, near, sc.Targets[i].Without)
		}
	}
}

// given is what comes to a spot from some stations, less those who do not count.
func (k *catchment) given(s *reach.SceneSpot, stations, without []int32) float64 {
	sc, st := k.scene, k.st
	var sums [maxZones]exact
	for _, at := range stations {
		if st.From[at] == st.From[at+1] {
			continue
		}
		chord2 := geo.Chord2(s.Unit, sc.Stations[at])
		z := k.zone(chord2)
		if slices.ContainsFunc(without, func(c int32) bool { return st.Station[c] == at }) {
			for _, c := range st.People[st.From[at] : st.From[at]+st.Plain[at]] {
				if !slices.Contains(without, c) {
					sums[z] = sums[z].plus(k.gives(c, at))
				}
			}
		} else {
			sums[z] = sums[z].plus(k.share[at])
		}
		for _, c := range st.Limited(at) {
			if chord2 <= sc.Candidates[c].Limit && !slices.Contains(without, c) {
				sums[z] = sums[z].plus(k.own[c])
			}
		}
	}
	sum := 0.0
	for z, w := range k.weight {
		sum += w * sums[z].float()
	}
	return sum
}

// gives is what a responder without a limit gives.
func (k *catchment) gives(c, at int32) exact {
	if own, ok := k.own[c]; ok {
		return own
	}
	return k.each[at]
}
