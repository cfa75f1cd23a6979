package coverage

import (
	"context"
	"time"

	"lintu/geo"
	"lintu/kg"
	"lintu/reach"
	"lintu/reach/calendar"
)

// Hour is how an area is covered in an hour: at its first half hour.
type Hour struct {
	At      time.Time
	Targets int
	Covered int
	Share   *float64 // nil where there are no targets
}

// hoursOfWeek is how many hours a week has.
const hoursOfWeek = 168

// Week is the strip of the local hours of the week from Monday to Sunday that holds a date; the zero date is that of
// the question. Each hour is what the same question would say at its beginning, with the targets of its own day. Of a
// group it is those of its targets that are still targets on that day.
func (c *Coverage) Week(ctx context.Context, date kg.Date) ([hoursOfWeek]Hour, error) {
	if date.IsZero() {
		date = c.body.query.When.date(c.snapshot.Location())
	}
	week, err := c.strip(ctx, date-kg.Date(calendar.Weekday(date)))
	if err != nil {
		return [hoursOfWeek]Hour{}, err
	}
	var out [hoursOfWeek]Hour
	parts := map[*reach.Scene][]int32{}
	for i := range week.moments {
		m := &week.moments[i]
		targets, known := parts[m.scene]
		if !known {
			targets = c.targetsIn(m.scene)
			parts[m.scene] = targets
		}
		covered := m.covered.among(targets)
		for _, n := range m.at {
			share := reach.Share{Numerator: covered, Denominator: len(targets)}
			out[n] = Hour{At: week.at[n], Targets: len(targets), Covered: covered, Share: share.Value()}
		}
	}
	return out, nil
}

// strip is which targets are covered in the hours of a week. All parts of an answer share it.
type strip struct {
	at      []time.Time
	moments []covering
}

// covering is which targets of a scene are covered at some of the instants.
type covering struct {
	scene   *reach.Scene
	covered bits
	at      []int
}

// maxStrips is of how many weeks an answer keeps the strip.
const maxStrips = 4

func (c *Coverage) strip(ctx context.Context, monday kg.Date) (*strip, error) {
	c.strips.mu.Lock()
	known := c.strips.kept[monday]
	c.strips.mu.Unlock()
	if known != nil {
		return known, nil
	}
	made, err := c.newStrip(ctx, monday)
	if err != nil {
		return nil, err
	}
	c.strips.mu.Lock()
	defer c.strips.mu.Unlock()
	if c.strips.kept == nil || len(c.strips.kept) >= maxStrips {
		c.strips.kept = map[kg.Date]*strip{}
	}
	c.strips.kept[monday] = made
	return made, nil
}

func (c *Coverage) newStrip(ctx context.Context, monday kg.Date) (*strip, error) {
	week := &strip{at: make([]time.Time, hoursOfWeek)}
	for i := range week.at {
		y, m, d := (monday + kg.Date(i/24)).Time(time.UTC).Date()
		week.at[i] = time.Date(y, m, d, i%24, 0, 0, 0, c.snapshot.Location())
	}
	covered := map[*moment]bits{}
	moments, err := c.moments(ctx, week.at, func(d kg.Date) (*reach.Scene, error) { return c.snapshot.Scene(c.body.query.scene(d)) }, func(m *moment, st *reach.Standing) (func(), error) {
		found, err := c.coveredAt(m.scene, st)
		return func() { covered[m] = found }, err
	})
	if err != nil {
		return nil, err
	}
	for _, m := range moments {
		week.moments = append(week.moments, covering{m.scene, covered[m], m.at})
	}
	return week, nil
}

// coveredAt is which targets of a scene are covered at an instant.
func (c *Coverage) coveredAt(sc *reach.Scene, st *reach.Standing) (bits, error) {
	k := c.body.query.K
	if c.body.query.Provider.Duty == nil {
		a := c.around.on(sc)
		return (&counter{reader: a.read(), st: st, limit: geo.MaxChord2(a.radius)}).covered(k), nil
	}
	t, _, err := c.countDuty(sc, st.At)
	if err != nil {
		return nil, err
	}
	covered := newBits(len(t.count))
	for i, n := range t.count {
		if int(n) >= k {
			covered.set(i)
		}
	}
	return covered, nil
}

// targetsIn are the numbers in another day's scene of the coverage's targets.
func (c *Coverage) targetsIn(sc *reach.Scene) []int32 {
	switch {
	case sc == c.scene:
		return c.targets()
	case c.part.group:
		return sc.Those(c.scene, c.targets())
	}
	return sc.In(c.Area)
}

// bits are a set of numbers.
type bits []uint64

func newBits(n int) bits { return make(bits, (n+63)/64) }

func (b bits) set(i int) { b[i/64] |= 1 << (i % 64) }

func (b bits) has(i int32) bool { return b[i/64]&(1<<(i%64)) != 0 }

// among counts the numbers of a list that are in the set.
func (b bits) among(list []int32) int {
	n := 0
	for _, i := range list {
		if b.has(i) {
			n++
		}
	}
	return n
}
