package coverage_test

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"lintu/coverage"
	"lintu/geo"
	"lintu/kg"
	"lintu/reach"
	"lintu/reach/calendar"
)

// seen is what is true of a target at an instant or in a band.
type seen struct {
	id      kg.ID
	located bool
	count   int
	across  int
	nearest float64 // metres, +Inf for nobody
}

// counted is what is true of all targets, and of those who are there.
type counted struct {
	targets          []seen
	located, present int
}

// at counts at one instant; the targets are those of one day, who serves them is as of another.
func (w *truth) at(q *coverage.Query, day, on kg.Date, at time.Time) counted {
	var out counted
	servers := w.servers(q, on, at)
	if q.Provider.Duty != nil {
		return w.byDuty(q, day, on, at)
	}
	for _, s := range servers {
		if out.present++; s.at != nil {
			out.located++
		}
	}
	for _, h := range w.targets(q, day) {
		door := w.door(h, day)
		t := seen{id: h, located: door != nil, nearest: math.Inf(1)}
		for _, s := range servers {
			m, counts, apart := w.serves(&s, h, door, on)
			switch {
			case !counts:
			case apart && m <= q.Radius:
				t.across++
			case !apart:
				if m <= q.Radius {
					t.count++
				}
				if m <= reach.MaxRadius {
					t.nearest = min(t.nearest, m)
				}
			}
		}
		out.targets = append(out.targets, t)
	}
	return out
}

func (w *truth) byDuty(q *coverage.Query, day, on kg.Date, at time.Time) counted {
	var out counted
	everybody := map[kg.ID]bool{}
	for _, h := range w.targets(q, day) {
		door := w.door(h, day)
		t := seen{id: h, located: door != nil, nearest: math.Inf(1)}
		for _, id := range w.named(q, q.Provider.Duty, h, on) {
			t.count++
			if id.Kind() != kg.KindPerson {
				continue
			}
			is, point := w.presence(id, on, at)
			if !everybody[id] && is != kg.Away {
				if out.present++; point != nil {
					out.located++
				}
			}
			everybody[id] = true
			if point == nil || door == nil {
				continue
			}
			if m := geo.Distance(*door, *point); m <= reach.MaxRadius {
				t.nearest = min(t.nearest, m)
			}
		}
		out.targets = append(out.targets, t)
	}
	return out
}

// hours are those of a band: the words of coverage.Band again.
func (w *truth) hours(b coverage.Band, from kg.Date) []time.Time {
	cal := calendar.China()
	var days []kg.Date
	for d := from; d < from+7; d++ {
		days = append(days, d)
	}
	if b == coverage.Holiday {
		days = nil
		d := from
		for !cal.Holiday(d) {
			d++
		}
		for ; cal.Holiday(d); d++ {
			days = append(days, d)
		}
	}
	within := map[coverage.Band]func(d kg.Date, hour int) bool{
		coverage.WorkdayMorning: func(d kg.Date, h int) bool { return cal.Workday(d) && h >= 8 && h < 12 },
		coverage.WorkdayDay:     func(d kg.Date, h int) bool { return cal.Workday(d) && h >= 8 && h < 18 },
		coverage.WorkdayEvening: func(d kg.Date, h int) bool { return cal.Workday(d) && h >= 18 && h < 22 },
		coverage.Night:          func(_ kg.Date, h int) bool { return h < 6 || h >= 22 },
		coverage.Weekend:        func(d kg.Date, h int) bool { return !cal.Workday(d) && !cal.Holiday(d) && h >= 6 && h < 22 },
		coverage.Holiday:        func(_ kg.Date, h int) bool { return h >= 6 && h < 22 },
	}[b]
	var out []time.Time
	for _, d := range days {
		for h := range 24 {
			if within(d, h) {
				out = append(out, d.Time(w.zone).Add(time.Duration(h)*time.Hour))
			}
		}
	}
	return out
}

// ask is the answer to a question; false where the band has no hour.
func (w *truth) ask(q *coverage.Query) (counted, bool) {
	if q.When.Band == "" {
		on := kg.DateOf(q.When.At, w.zone)
		return w.at(q, on, on, q.When.At), true
	}
	var all counted
	for i, at := range w.hours(q.When.Band, q.When.From) {
		hour := w.at(q, q.When.From, kg.DateOf(at, w.zone), at)
		if i == 0 {
			all = hour
			continue
		}
		all.located, all.present = all.located+hour.located, all.present+hour.present
		for n := range all.targets {
			t, o := &all.targets[n], &hour.targets[n]
			both := min(t.count+t.across, o.count+o.across)
			t.count = min(t.count, o.count)
			t.across = both - t.count
			t.nearest = max(t.nearest, o.nearest)
		}
	}
	return all, len(all.targets) > 0 || len(w.hours(q.When.Band, q.When.From)) > 0
}

// only are those of the targets that satisfy a condition.
func (c counted) only(keep func(kg.ID) bool) counted {
	out := c
	out.targets = nil
	for _, t := range c.targets {
		if keep(t.id) {
			out.targets = append(out.targets, t)
		}
	}
	return out
}

// text writes the measures of what is true.
func (c counted) text(k int) string {
	var chords []float64
	atLeast := make([]int, k)
	located, backup, single, across := 0, 0, 0, 0
	for _, t := range c.targets {
		if t.located {
			located++
		}
		if !math.IsInf(t.nearest, 1) {
			chords = append(chords, t.nearest)
		}
		for n := range k {
			if t.count > n {
				atLeast[n]++
			}
		}
		switch {
		case t.count >= 2:
			backup++
		case t.count == 1:
			single++
		}
		if t.count < k && t.count+t.across >= k {
			across++
		}
	}
	slices.Sort(chords)
	quantile := func(p float64) string {
		if len(chords) == 0 {
			return "-"
		}
		m := chords[int(math.Ceil(p*float64(len(chords))/100))-1]
		return fmt.Sprintf("%.6f m %.6f min", m, m*1.3/1.8/60)
	}
	share := "-"
	if n := len(c.targets); n > 0 {
		share = fmt.Sprintf("%.9f", float64(atLeast[k-1])/float64(n))
	}
	return fmt.Sprintf("%d of %d (%s) %v; %s, %s, %s; backup %d single %d across %d; located %d, there %d of %d", atLeast[k-1], len(c.targets), share, atLeast,
		quantile(50), quantile(90), quantile(100), backup, single, across, located, c.located, c.present)
}

// textOf writes an answer's measures in the same way.
func textOf(m coverage.Measures) string {
	quantile := func(metres, minutes *float64) string {
		if metres == nil {
			return "-"
		}
		return fmt.Sprintf("%.6f m %.6f min", *metres, *minutes)
	}
	share := "-"
	if m.Share != nil {
		share = fmt.Sprintf("%.9f", *m.Share)
	}
	c := m.Completeness
	return fmt.Sprintf("%d of %d (%s) %v; %s, %s, %s; backup %d single %d across %d; located %d, there %d of %d", m.Covered, m.Targets, share, m.AtLeast,
		quantile(m.Nearest.P50, m.Minutes.P50), quantile(m.Nearest.P90, m.Minutes.P90), quantile(m.Nearest.Max, m.Minutes.Max),
		m.Backup.Numerator, m.SinglePoint.Numerator, m.Across, c.TargetsLocated.Numerator, c.RespondersLocated.Numerator, c.RespondersLocated.Denominator)
}

// supply is the two-step floating catchment, pair by pair.
func (w *truth) supply(q *coverage.Query, decay bool) (ratio, gini string) {
	on := kg.DateOf(q.When.At, w.zone)
	targets, servers := w.targets(q, on), w.servers(q, on, q.When.At)
	weight := func(s *server, h kg.ID) float64 {
		m, counts, apart := w.serves(s, h, w.door(h, on), on)
		switch {
		case !counts || apart || m > q.Radius:
			return 0
		case !decay || m <= q.Radius/3:
			return 1
		case m <= q.Radius*2/3:
			return 0.68
		}
		return 0.22
	}
	ratios := make([]float64, len(targets))
	for _, s := range servers {
		demand := 0.0
		for _, h := range targets {
			demand += weight(&s, h)
		}
		for i, h := range targets {
			if x := weight(&s, h); x > 0 {
				ratios[i] += x / demand
			}
		}
	}
	sum, apart := 0.0, 0.0
	for _, a := range ratios {
		sum += a
		for _, b := range ratios {
			apart += math.Abs(a - b)
		}
	}
	ratio, gini = "-", "-"
	if n := float64(len(ratios)); n > 0 {
		ratio = fmt.Sprintf("%.9f", sum/n)
		if sum > 0 {
			gini = fmt.Sprintf("%.9f", apart/(2*n*sum))
		}
	}
	return ratio, gini
}

// children are the areas directly below an area, as text.
func (w *truth) children(q *coverage.Query, on kg.Date, all counted) string {
	var lines []string
	under := func(a kg.ID, r kg.Relation) bool {
		return slices.ContainsFunc(w.from[a], func(t *kg.Tie) bool { return t.Relation == r && t.To == q.Area && t.Valid.Holds(on) })
	}
	for _, k := range []kg.Kind{kg.KindDivision, kg.KindGrid, kg.KindBuilding} {
		for _, a := range w.ids[k] {
			part := all.only(func(h kg.ID) bool { return w.in(h, a, on) })
			switch {
			case !w.sees(a, q.Scope):
			case len(part.targets) == 0 && (k == kg.KindBuilding || !w.lives(a, on)):
			case under(a, kg.PartOf), k == kg.KindBuilding && under(a, kg.InCompound):
				lines = append(lines, fmt.Sprint(a, " ", part.text(q.K)))
			}
		}
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

// mismatch compares distance and duty target by target.
func (w *truth) mismatch(q *coverage.Query, duty *reach.DutyWhere) string {
	on := kg.DateOf(q.When.At, w.zone)
	distance := *q
	distance.Provider = coverage.Provider{}
	var both, near, named, neither int
	type line struct {
		metres float64
		id     kg.ID
		text   string
	}
	var late, unnamed []line
	for _, t := range w.at(&distance, on, on, q.When.At).targets {
		who := w.named(q, duty, t.id, on)
		switch {
		case t.count >= q.K && len(who) > 0:
			both++
		case t.count >= q.K:
			near++
			unnamed = append(unnamed, line{t.nearest, t.id, fmt.Sprintf("unnamed %s %.6f %d", t.id, t.nearest, t.count)})
		case len(who) > 0:
			named++
		default:
			neither++
		}
		var people []line
		first, person, inTime := math.Inf(1), false, false
		for _, id := range who {
			if id.Kind() != kg.KindPerson {
				people = append(people, line{math.Inf(1), id, fmt.Sprintf(" %s  - false", id)})
				continue
			}
			person = true
			is, point := w.presence(id, on, q.When.At)
			m, apart, text := math.Inf(1), false, "-"
			if door := w.door(t.id, on); door != nil && point != nil {
				m, apart = geo.Distance(*door, *point), w.lines.Across(*door, *point)
				text = fmt.Sprintf("%.6f", m)
			}
			first = min(first, m)
			inTime = inTime || m <= q.Radius && !apart
			people = append(people, line{m, id, fmt.Sprintf(" %s %s %s %v", id, is, text, apart)})
		}
		if person && !inTime {
			slices.SortFunc(people, func(a, b line) int { return cmp.Or(cmp.Compare(a.metres, b.metres), cmp.Compare(a.id, b.id)) })
			text := fmt.Sprint("late ", t.id)
			for _, p := range people {
				text += p.text
			}
			late = append(late, line{first, t.id, text})
		}
	}
	var lines []string
	for _, list := range [][]line{late, unnamed} {
		slices.SortFunc(list, func(a, b line) int { return cmp.Or(cmp.Compare(b.metres, a.metres), cmp.Compare(a.id, b.id)) })
		for _, l := range list {
			lines = append(lines, l.text)
		}
	}
	return fmt.Sprint(both, near, named, neither, "\n", strings.Join(lines, "\n"))
}
