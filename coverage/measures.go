package coverage

import (
	"math"
	"slices"

	"lintu/geo"
	"lintu/kg"
	"lintu/reach"
)

// Measures say how well some targets are covered.
type Measures struct {
	Targets      int
	Covered      int          // by K or more
	Share        *float64     // of the targets that are covered; nil where there are none
	AtLeast      []int        // targets with at least 1, 2, ... K; the last is Covered
	Completeness Completeness //

	// Nearest are the metres to the nearest responder (place, person on duty), within the radius or not, of the targets
	// that have one within reach.MaxRadius; Minutes are the same walks in minutes.
	Nearest, Minutes Quantiles

	Backup      reach.Share // targets with two or more
	SinglePoint reach.Share // targets with exactly one

	Barriers bool // whether any barriers are known; without them nobody is across
	Across   int  // targets that are not covered, and would be if those across a barrier counted
}

// Completeness says how much is known of what the answer rests on. Of an area below or a group, TargetsLocated is
// its own and the rest that of the whole: RespondersLocated of those who are there (in all hours of a band), and
// ConsentKnown of the people who are asked about, those who have a responder profile; of places, those whose hours
// are known.
type Completeness = reach.Completeness

// Quantiles are the median, the ninetieth percentile (both by nearest rank) and the largest of some values; nil where
// there are none.
type Quantiles struct{ P50, P90, Max *float64 }

// Measures are those of the coverage's targets.
func (c *Coverage) Measures() Measures {
	p := c.part
	p.measuring.Do(func() { p.measures = c.measure(p.targets) })
	m := p.measures
	m.AtLeast = slices.Clone(m.AtLeast)
	return m
}

// Uncovered are the targets that fewer than K cover, by id.
func (c *Coverage) Uncovered() []kg.ID {
	var out []kg.ID
	for _, i := range c.targets() {
		if int(c.tally.count[i]) < c.Query.K {
			out = append(out, c.scene.Household(int(i)))
		}
	}
	slices.Sort(out)
	return out
}

func (c *Coverage) measure(targets []int32) Measures {
	m := Measures{Targets: len(targets), AtLeast: make([]int, c.Query.K), Barriers: c.tally.across != nil}
	located, backup, single := 0, 0, 0
	chords := make([]float64, 0, len(targets))
	for _, i := range targets {
		if c.scene.Targets[i].Spot >= 0 {
			located++
		}
		if chord2 := c.tally.nearest[i]; !math.IsInf(chord2, 1) {
			chords = append(chords, chord2)
		}
		n := int(c.tally.count[i])
		if m.Barriers && n < c.Query.K && n+int(c.tally.across[i]) >= c.Query.K {
			m.Across++
		}
		if n == 0 {
			continue
		}
		m.AtLeast[min(n, c.Query.K)-1]++
		if n == 1 {
			single++
		} else {
			backup++
		}
	}
	for k := c.Query.K - 1; k > 0; k-- {
		m.AtLeast[k-1] += m.AtLeast[k]
	}
	m.Covered = m.AtLeast[c.Query.K-1]
	m.Share = reach.Share{Numerator: m.Covered, Denominator: m.Targets}.Value()
	m.Backup, m.SinglePoint = reach.Share{Numerator: backup, Denominator: m.Targets}, reach.Share{Numerator: single, Denominator: m.Targets}
	m.Completeness = Completeness{
		TargetsLocated:    reach.Share{Numerator: located, Denominator: m.Targets},
		RespondersLocated: c.present,
		ConsentKnown:      reach.Share{Numerator: c.scene.Profiled, Denominator: c.scene.Asked},
	}
	m.Nearest = quantiles(chords)
	m.Minutes = Quantiles{minutes(m.Nearest.P50), minutes(m.Nearest.P90), minutes(m.Nearest.Max)}
	return m
}

// quantiles are those of squared chords, as metres. The chords end up in another order.
func quantiles(chords []float64) Quantiles {
	if len(chords) == 0 {
		return Quantiles{}
	}
	at := func(percent int) *float64 {
		m := geo.Metres(pick(chords, (len(chords)*percent+99)/100-1))
		return &m
	}
	return Quantiles{P50: at(50), P90: at(90), Max: at(100)}
}

// pick is what stands at a place when the values are sorted; they end up in another order.
func pick(values []float64, place int) float64 {
	for len(values) > 32 {
		a, b, c := values[0], values[len(values)/2], values[len(values)-1]
		pivot := max(min(a, b), min(max(a, b), c)) // the middle of three
		less, more := 0, len(values)
		for i := 0; i < more; { // smaller ones to the front, larger ones to the end
			switch v := values[i]; {
			case v < pivot:
				values[less], values[i] = v, values[less]
				less++
				i++
			case v > pivot:
				more--
				values[i], values[more] = values[more], v
			default:
				i++
			}
		}
		switch {
		case place < less:
			values = values[:less]
		case place >= more:
			values, place = values[more:], place-more
		default:
			return pivot
		}
	}
	slices.Sort(values)
	return values[place]
}

func minutes(metres *float64) *float64 {
	if metres == nil {
		return nil
	}
	m := geo.WalkingMinutes(*metres)
	return &m
}
