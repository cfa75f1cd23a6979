package coverage

import (
	"lintu/geo"
	"lintu/reach"
)

// Measures say how well some targets are covered.
type Measures struct {
	Targets      int
	Covered      int          // by K or more responders within the radius
	Share        *float64     // of the targets that are covered; nil where there are none
	AtLeast      []int        // targets with at least 1, 2, ... K responders; the last is Covered
	Completeness Completeness //

	// Nearest are the metres to the nearest responder, within the radius or not, of the targets that have one within
	// reach.MaxRadius; Minutes are the same walks in minutes.
	Nearest, Minutes Quantiles

	Backup      reach.Share // targets with two or more responders within the radius
	SinglePoint reach.Share // targets with exactly one
}

// Completeness says how much is known of what the answer rests on. Of an area below or a group, TargetsLocated is
// its own and the rest that of the whole.
type Completeness = reach.Completeness

// Quantiles are the median, the ninetieth percentile (both by nearest rank) and the largest of some values; nil where
// there are none.
type Quantiles struct{ P50, P90, Max *float64 }

// Measures are those of all targets of the area.
func (c *Coverage) Measures() Measures { return c.measures(0, len(c.scene.Targets)) }

// measures are those of a range of targets.
func (c *Coverage) measures(from, to int) Measures {
	m := Measures{Targets: to - from, AtLeast: make([]int, c.Query.K)}
	located, backup, single := 0, 0, 0
	for i := from; i < to; i++ {
		if c.scene.Targets[i].Spot >= 0 {
			located++
		}
		switch n := int(c.tally.count[i]); {
		case n == 0:
			continue
		case n == 1:
			single++
			m.AtLeast[0]++
		default:
			backup++
			m.AtLeast[min(n, c.Query.K)-1]++
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
		RespondersLocated: reach.Share{Numerator: c.stand.Located, Denominator: c.stand.Present},
		ConsentKnown:      reach.Share{Numerator: c.scene.Profiled, Denominator: c.scene.Asked},
	}
	m.Nearest = quantiles(c.tally.nearest[from:to])
	m.Minutes = Quantiles{minutes(m.Nearest.P50), minutes(m.Nearest.P90), minutes(m.Nearest.Max)}
	return m
}

func minutes(metres *float64) *float64 {
	if metres == nil {
		return nil
	}
	m := geo.WalkingMinutes(*metres)
	return &m
}
