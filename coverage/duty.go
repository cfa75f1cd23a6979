package coverage

import (
	"cmp"
	"context"
	"math"
	"slices"
	"time"

	"lintu/geo"
	"lintu/kg"
	"lintu/reach"
)

// countDuty counts who is named for every target of a scene, and how far the nearest of the people among them is at an
// instant; and of those who are not away, how many are at a known place.
func (c *Coverage) countDuty(sc *reach.Scene, at time.Time) (*tally, reach.Share, error) {
	d, err := sc.Duty(*c.body.query.Provider.Duty)
	if err != nil {
		return nil, reach.Share{}, err
	}
	w := newWatch(d, at)
	t := newTally(len(sc.Targets), false)
	farthest := geo.MaxChord2(reach.MaxRadius)
	for i := range sc.Targets {
		named := d.Of(int32(i))
		t.count[i] = int32(len(named))
		if spot := sc.Targets[i].Spot; spot >= 0 {
			if chord2 := w.nearest(sc.Spots[spot].Unit, named); chord2 <= farthest {
				t.nearest[i] = chord2
			}
		}
	}
	return t, w.present, nil
}

// watch is where those who are named are at an instant.
type watch struct {
	presence []kg.Presence // by holder; "" for who is no person
	known    []bool        // whether it is known where they are
	at       []geo.Unit
	points   []geo.Point
	present  reach.Share // people who are not away; of them those at a known place
}

func newWatch(d *reach.Duty, at time.Time) *watch {
	n := len(d.Holders)
	w := &watch{presence: make([]kg.Presence, n), known: make([]bool, n), at: make([]geo.Unit, n), points: make([]geo.Point, n)}
	for i := range d.Holders {
		p, presence := d.Where(int32(i), at)
		w.presence[i] = presence
		if presence == kg.AtHome || presence == kg.AtWork {
			w.present.Denominator++
		}
		if p != nil {
			w.present.Numerator++
			w.known[i], w.at[i], w.points[i] = true, p.Unit(), *p
		}
	}
	return w
}

// nearest is the squared chord of the nearest of some who are named; +Inf where it is not known where they are.
func (w *watch) nearest(from geo.Unit, named []int32) float64 {
	best := math.Inf(1)
	for _, h := range named {
		if w.known[h] {
			best = min(best, geo.Chord2(from, w.at[h]))
		}
	}
	return best
}

// Mismatch compares who could be there with who is named.
type Mismatch struct {
	// Targets that are covered by distance (K responders within the radius) and by duty, by one of them, by neither.
	Both, DistanceOnly, DutyOnly, Neither int

	coverage *Coverage // by distance
	duty     *reach.Duty
	watch    *watch
	late     []int32
	unnamed  []int32
	chords   []float64 // by target: of the nearest who is named
}

// LateTarget is a target for which people are named none of whom can be there in time.
type LateTarget struct {
	Household kg.ID
	Distance  *float64 // metres of the nearest of them; nil where it is not known where they are
	Named     []Named  // nearest first, then by id
}

// Named is a person, team, unit or organization that is named for a target.
type Named struct {
	ID       kg.ID
	Presence kg.Presence // "" for who is no person
	Distance *float64    // metres; nil where it is not known where they are
	Across   bool        // a barrier lies between
}

// UnnamedTarget is a target that is covered by distance while nobody is named for it.
type UnnamedTarget struct {
	Household  kg.ID
	Distance   float64 // metres of the nearest responder
	Responders int     // within the radius
}

// DutyMismatch compares responders within the radius with those who are named, at the question's instant; of a band at
// its hour with the fewest targets covered. A person who is named can be there in time who is within the radius, and
// not across a barrier, whether they are a responder or not; for targets for which no person is named but a team, a
// unit or an organization, nobody is late.
func (c *Coverage) DutyMismatch(ctx context.Context, w reach.DutyWhere) (*Mismatch, error) {
	q := c.body.query
	q.Provider = Provider{}
	whole, err := c.engine.askOf(ctx, c.snapshot, q)
	if err != nil {
		return nil, err
	}
	m := &Mismatch{coverage: whole, chords: make([]float64, len(whole.scene.Targets))}
	if m.duty, err = whole.scene.Duty(w); err != nil {
		return nil, err
	}
	m.watch = newWatch(m.duty, whole.stand.At)
	for _, i := range c.targets() {
		m.compare(i)
	}
	m.sort()
	return m, nil
}

func (m *Mismatch) compare(target int32) {
	c := m.coverage
	near, named := int(c.tally.count[target]) >= c.Query.K, m.duty.Of(target)
	switch duty := len(named) > 0; {
	case near && duty:
		m.Both++
	case near:
		m.DistanceOnly++
		m.unnamed = append(m.unnamed, target)
	case duty:
		m.DutyOnly++
	default:
		m.Neither++
	}
	m.chords[target] = math.Inf(1)
	person, inTime := false, false
	for _, h := range named {
		if !m.duty.Holders[h].Person {
			continue
		}
		person = true
		chord2, across := m.way(target, h)
		m.chords[target] = min(m.chords[target], chord2)
		inTime = inTime || chord2 <= geo.MaxChord2(c.Query.Radius) && !across
	}
	if person && !inTime {
		m.late = append(m.late, target)
	}
}

// way is the squared chord from a target to one who is named, and whether a barrier lies between; +Inf where one of
// the two places is not known.
func (m *Mismatch) way(target, holder int32) (float64, bool) {
	sc := m.coverage.scene
	spot := sc.Targets[target].Spot
	if spot < 0 || !m.watch.known[holder] {
		return math.Inf(1), false
	}
	chord2 := geo.Chord2(sc.Spots[spot].Unit, m.watch.at[holder])
	return chord2, sc.Barriers.Across(sc.Spots[spot].Point, m.watch.points[holder])
}

// sort puts the farthest first, those of unknown distance before all; then by household.
func (m *Mismatch) sort() {
	sc := m.coverage.scene
	byHousehold := func(a, b int32) int { return cmp.Compare(sc.Household(int(a)), sc.Household(int(b))) }
	slices.SortFunc(m.late, func(a, b int32) int {
		return cmp.Or(cmp.Compare(m.chords[b], m.chords[a]), byHousehold(a, b))
	})
	slices.SortFunc(m.unnamed, func(a, b int32) int {
		return cmp.Or(cmp.Compare(m.coverage.tally.nearest[b], m.coverage.tally.nearest[a]), byHousehold(a, b))
	})
}

// Late is how many targets have people named none of whom can be there in time; LateAt gives them, those first whose
// nearest is farthest (unknown before all), then by household.
func (m *Mismatch) Late() int { return len(m.late) }

// LateAt is one of them.
func (m *Mismatch) LateAt(i int) LateTarget {
	target := m.late[i]
	out := LateTarget{Household: m.coverage.scene.Household(int(target)), Distance: metres(m.chords[target])}
	for _, h := range m.duty.Of(target) {
		chord2, across := m.way(target, h)
		out.Named = append(out.Named, Named{ID: m.duty.ID(h), Presence: m.watch.presence[h], Distance: metres(chord2), Across: across})
	}
	slices.SortFunc(out.Named, func(a, b Named) int {
		return cmp.Or(cmp.Compare(orInf(a.Distance), orInf(b.Distance)), cmp.Compare(a.ID, b.ID))
	})
	return out
}

// Unnamed is how many targets are covered by distance while nobody is named for them; UnnamedAt gives them, those
// first whose nearest responder is farthest, then by household.
func (m *Mismatch) Unnamed() int { return len(m.unnamed) }

// UnnamedAt is one of them.
func (m *Mismatch) UnnamedAt(i int) UnnamedTarget {
	target := m.unnamed[i]
	t := m.coverage.tally
	return UnnamedTarget{Household: m.coverage.scene.Household(int(target)), Distance: geo.Metres(t.nearest[target]), Responders: int(t.count[target])}
}

// metres is a squared chord in metres, nil for an infinite one.
func metres(chord2 float64) *float64 {
	if math.IsInf(chord2, 1) {
		return nil
	}
	m := geo.Metres(chord2)
	return &m
}

func orInf(v *float64) float64 {
	if v == nil {
		return math.Inf(1)
	}
	return *v
}
