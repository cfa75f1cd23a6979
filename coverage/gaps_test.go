package coverage_test

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"testing"

	"lintu/coverage"
	"lintu/geo"
	"lintu/kg"
)

// gapText writes a gap with distances to the millimetre.
func gapText(g coverage.Gap) string {
	nearest := "nobody"
	if g.Nearest != nil {
		nearest = fmt.Sprintf("%.3f m %.3f min", *g.Nearest, *g.Minutes)
	}
	return fmt.Sprintf("%s %s %d across %d %v\n", g.Household, nearest, g.Responders, g.Across, g.Reasons)
}

// reasons are those of a target with too few, by the definitions: of everybody whose home or work is within the radius.
func (w *truth) reasons(q *coverage.Query, household kg.ID) []coverage.GapReason {
	on := kg.DateOf(q.When.At, w.zone)
	door := w.door(household, on)
	if door == nil {
		return []coverage.GapReason{{Kind: coverage.NoPoint}}
	}
	if q.Provider.Duty != nil {
		return []coverage.GapReason{{Kind: coverage.NobodyNamed}}
	}
	within := func(p *geo.Point) bool { return p != nil && geo.Distance(*p, *door) <= q.Radius }
	count, near := map[coverage.GapKind]int{}, 0
	for _, id := range w.ids[kg.KindPlace] {
		p := w.nodes[id].(*kg.Place)
		if where := q.Provider.Places; where == nil || !w.lives(id, on) || !w.sees(id, q.Scope) || len(where.Kinds) > 0 && !slices.Contains(where.Kinds, p.PlaceKind) || !within(w.venue(id, on)) {
			continue
		}
		switch near++; {
		case !q.Provider.Places.AnyHour && !w.open(p, q.When.At):
			count[coverage.OtherReason]++
		case w.lines.Across(*door, *w.venue(id, on)):
			count[coverage.Across]++
		}
	}
	for _, id := range w.ids[kg.KindPerson] {
		p := w.nodes[id].(*kg.Person)
		if q.Provider.Places != nil || !w.lives(id, on) || !w.asked(id, q) || !p.PartyMember() && p.Responder == nil {
			continue
		}
		var home, work *geo.Point
		if h := w.home(id, on); h != "" {
			home = w.door(h, on)
		}
		if job := w.job(id, on); job != nil {
			work = w.site(job, on)
		}
		if !within(home) && !within(work) {
			continue
		}
		near++
		is, at := w.presence(id, on, q.When.At)
		r := p.Responder
		if r == nil {
			r = &kg.Responder{}
		}
		consent := slices.ContainsFunc(r.Consents, func(c kg.Consent) bool { return c.Holds(on) }) && slices.ContainsFunc(r.Vettings, func(v kg.Vetting) bool { return v.Holds(on) })
		absent := func(list []kg.Absence) bool {
			return slices.ContainsFunc(list, func(a kg.Absence) bool { return a.Holds(on) })
		}
		flagged := !q.Where.IncludeCareFlagged && slices.ContainsFunc(p.CareFlags, func(f kg.Flag) bool { return f.Holds(on) })
		refused := slices.ContainsFunc(w.nodes[household].(*kg.Household).Refusals, func(f kg.Refusal) bool { return f.Person == id && f.Holds(on) })
		switch {
		case w.home(id, on) == household || refused || p.BirthDate.Age(on) < 18:
			count[coverage.OtherReason]++
		case !consent:
			count[coverage.NoConsent]++
		case flagged || absent(r.Pauses):
			count[coverage.OtherReason]++
		case absent(r.Leaves):
			count[coverage.OnLeave]++
		case at == nil || !within(at) && is == kg.AtHome:
			count[coverage.OtherReason]++
		case !within(at):
			count[coverage.AllAtWork]++
		case r.Limits.MaxDistance > 0 && geo.Distance(*at, *door) > float64(r.Limits.MaxDistance):
			count[coverage.OtherReason]++
		case w.lines.Across(*door, *at):
			count[coverage.Across]++
		}
	}
	var out []coverage.GapReason
	for _, kind := range coverage.GapKinds {
		if kind == coverage.NobodyNear && near < q.K {
			out = append(out, coverage.GapReason{Kind: kind})
		} else if count[kind] > 0 {
			out = append(out, coverage.GapReason{Kind: kind, People: count[kind]})
		}
	}
	return out
}

// job is the WORKS_AT tie that counts on a day.
func (w *truth) job(person kg.ID, on kg.Date) *kg.Tie {
	var best *kg.Tie
	for _, t := range w.out(person, kg.WorksAt, on) { // by id
		if best == nil || t.Valid.From > best.Valid.From {
			best = t
		}
	}
	return best
}

func TestGapsAndTheirReasonsAreThoseOfTheDefinitionsOnRandomTowns(t *testing.T) {
	met := map[coverage.GapKind]int{}
	everyTown(t, 8, func(w *truth, _ *coverage.Engine, q coverage.Query, c *coverage.Coverage) {
		all, _ := w.ask(&q)
		var gaps []seen
		for _, s := range all.targets {
			if s.count < c.Query.K {
				gaps = append(gaps, s)
			}
		}
		slices.SortFunc(gaps, func(a, b seen) int { return cmp.Or(cmp.Compare(b.nearest, a.nearest), cmp.Compare(a.id, b.id)) })
		got, more := c.Gaps().Page(nil, 1000)
		if more || len(got) != c.Gaps().Total() {
			t.Errorf("a page of 1000 has %d of %d, more %v", len(got), c.Gaps().Total(), more)
		}
		var gotText, wantText string
		counts := map[coverage.GapKind]int{}
		for _, g := range got {
			for _, r := range g.Reasons {
				met[r.Kind]++
				counts[r.Kind]++
			}
			if q.When.Band != "" {
				if len(g.Reasons) == 0 {
					t.Errorf("%s has no reason", g.Household)
				}
				g.Reasons = nil // those of one hour
			}
			gotText += gapText(g)
		}
		for _, s := range gaps {
			g := coverage.Gap{Household: s.id, Responders: s.count, Across: s.across}
			if q.Provider.Duty != nil {
				g.Across = 0
			}
			if !math.IsInf(s.nearest, 1) {
				minutes := geo.WalkingMinutes(s.nearest)
				g.Nearest, g.Minutes = &s.nearest, &minutes
			}
			if q.When.Band == "" {
				g.Reasons = w.reasons(&c.Query, s.id)
			}
			wantText += gapText(g)
		}
		same(t, "gaps", gotText, wantText)
		for _, r := range c.Gaps().Reasons() {
			if r.Targets != counts[r.Kind] {
				t.Errorf("%s of %d targets, counted %d", r.Kind, r.Targets, counts[r.Kind])
			}
			delete(counts, r.Kind)
		}
		if len(counts) > 0 {
			t.Errorf("reasons without a count: %v", counts)
		}
	})
	for _, kind := range coverage.GapKinds {
		if met[kind] == 0 {
			t.Errorf("no gap is %s: the towns do not show it", kind)
		}
	}
}

func TestPagesOfGapsWalkToTheEndWithoutLossOrRepetition(t *testing.T) {
	walked := 0
	everyTown(t, 4, func(_ *truth, _ *coverage.Engine, _ coverage.Query, c *coverage.Coverage) {
		g := c.Gaps()
		whole, _ := g.Page(nil, 1000)
		var got []coverage.Gap
		for page, more := g.Page(nil, 3); ; {
			got = append(got, page...)
			if !more {
				break
			}
			walked++
			at := page[len(page)-1].Position()
			page, more = g.Page(&at, 3)
		}
		var gotText, wantText string
		for i := range got {
			gotText += gapText(got[i])
		}
		for i := range whole {
			wantText += gapText(whole[i])
		}
		same(t, "gaps by pages of three", gotText, wantText)
	})
	if walked < *towns {
		t.Errorf("only %d second pages", walked)
	}
}
