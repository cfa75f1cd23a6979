package coverage

import (
	"context"
	"fmt"
	"strings"
	"time"

	"lintu/kg"
	"lintu/reach"
	"lintu/reach/calendar"
)

// When is the time of a question: an instant, or a band of a week.
type When struct {
	At   time.Time // people are counted in the half hour that holds it
	Band Band      // where set, At is not
	From kg.Date   // with a band: the first of its seven local days
}

// Band is a part of the week. It is counted over its whole hours in the seven local days from When.From on, each hour
// at its first half hour: a target is covered in a band if it is covered in every one of these hours; its count is the
// least and its nearest the farthest of them. The targets, and where they are, are those of the first day.
type Band string

// The bands.
const (
	WorkdayMorning Band = "WORKDAY_MORNING" // workdays 08:00 to 12:00
	WorkdayDay     Band = "WORKDAY_DAY"     // workdays 08:00 to 18:00
	WorkdayEvening Band = "WORKDAY_EVENING" // workdays 18:00 to 22:00
	Night          Band = "NIGHT"           // before 06:00 and from 22:00 on, on any day
	Weekend        Band = "WEEKEND"         // 06:00 to 22:00 on days off that are no holiday
	Holiday        Band = "HOLIDAY"         // 06:00 to 22:00 on the days, from the first one on, of the next public holiday
)

// Bands are the bands in order.
var Bands = []Band{WorkdayMorning, WorkdayDay, WorkdayEvening, Night, Weekend, Holiday}

func (w *When) check() error {
	if w.Band == "" {
		if y := w.At.Year(); w.At.IsZero() || y < 1 || y > 9998 {
			return kg.Invalid("when.at", "is missing or out of range", "an instant from the year 1 to 9998")
		}
		return nil
	}
	if !w.At.IsZero() {
		return kg.Invalid("when", "at and band", "one of the two")
	}
	for _, b := range Bands {
		if b == w.Band {
			return nil
		}
	}
	return kg.Invalid("when.band", fmt.Sprintf("%q", w.Band), bandNames())
}

func bandNames() string {
	names := make([]string, len(Bands))
	for i, b := range Bands {
		names[i] = string(b)
	}
	return strings.Join(names, ", ")
}

// date is the day whose targets are counted.
func (w *When) date(zone *time.Location) kg.Date {
	if w.Band != "" {
		return w.From
	}
	return kg.DateOf(w.At, zone)
}

// hours are the hours of a band in the seven days from a date on; none where it has none there.
func hours(b Band, from kg.Date, c *calendar.Calendar, zone *time.Location) []time.Time {
	var out []time.Time
	add := func(d kg.Date, first, last int) {
		y, m, day := d.Time(time.UTC).Date()
		for h := first; h < last; h++ {
			out = append(out, time.Date(y, m, day, h, 0, 0, 0, zone))
		}
	}
	if b == Holiday {
		first, last, known := c.NextHoliday(from)
		for d := max(first, from); known && d <= last; d++ {
			add(d, 6, 22)
		}
		return out
	}
	for d := from; d < from+7; d++ {
		switch workday := c.Workday(d); {
		case b == Night:
			add(d, 0, 6)
			add(d, 22, 24)
		case b == WorkdayMorning && workday:
			add(d, 8, 12)
		case b == WorkdayDay && workday:
			add(d, 8, 18)
		case b == WorkdayEvening && workday:
			add(d, 18, 22)
		case b == Weekend && !workday && !c.Holiday(d):
			add(d, 6, 22)
		}
	}
	return out
}

// countBand counts over the hours of the question's band.
func (c *Coverage) countBand(ctx context.Context) error {
	s := c.snapshot
	at := hours(c.Query.When.Band, c.Query.When.From, s.Calendar(), s.Location())
	if len(at) == 0 {
		return kg.Invalid("when.band", fmt.Sprintf("%s has no hour in the seven days from %s", c.Query.When.Band, c.Query.When.From), "a band that has")
	}
	c.hours = len(at)
	type hour struct {
		covered int
		present reach.Share
	}
	seen := map[*moment]hour{}
	moments, err := c.moments(ctx, at, func(d kg.Date) (*reach.Scene, error) { return c.scene.On(d) }, func(m *moment, st *reach.Standing) (func(), error) {
		t, present, err := c.countAt(m.scene, st)
		if err != nil {
			return nil, err
		}
		covered := t.atLeast(c.targets(), c.Query.K)
		return func() {
			seen[m] = hour{covered, present}
			if c.tally == nil {
				c.tally = t
			} else {
				c.tally.worst(t)
			}
		}, nil
	})
	if err != nil {
		return err
	}
	var worst *moment // the first of those with the fewest covered
	for _, m := range moments {
		h := seen[m]
		c.present.Numerator += len(m.at) * h.present.Numerator
		c.present.Denominator += len(m.at) * h.present.Denominator
		if worst == nil || h.covered < seen[worst].covered {
			worst = m
		}
	}
	c.worst = worst.scene
	c.stand = c.worst.Stand(at[worst.at[0]])
	return nil
}

// worst makes every count the lesser and every nearest the farther of two tallies.
func (t *tally) worst(o *tally) {
	for i := range t.count {
		count := min(t.count[i], o.count[i])
		if t.across != nil {
			t.across[i] = min(t.count[i]+t.across[i], o.count[i]+o.across[i]) - count
		}
		t.count[i], t.nearest[i] = count, max(t.nearest[i], o.nearest[i])
	}
}

// atLeast counts those of some targets that so many or more cover.
func (t *tally) atLeast(targets []int32, k int) int {
	n := 0
	for _, i := range targets {
		if int(t.count[i]) >= k {
			n++
		}
	}
	return n
}
