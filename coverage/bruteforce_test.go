package coverage_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"slices"
	"strings"
	"testing"

	"lintu/coverage"
	"lintu/internal/effort"
	"lintu/kg"
	"lintu/reach"
	"lintu/store"
	"lintu/store/storetest"
)

// towns is how many random towns are compared with the definitions, by each test with many questions.
var towns = flag.Int("towns", effort.Pick(20, 300), "how many random towns are compared with the definitions")

// snapshot builds the town.
func (t *town) snapshot(tb testing.TB) *reach.Snapshot {
	tb.Helper()
	o := storetest.NewOracle(storetest.Options{})
	if _, err := o.Apply(context.Background(), &store.Batch{Changes: t.changes, Today: firstDay}); err != nil {
		tb.Fatal(err)
	}
	s, err := reach.Build(context.Background(), reach.Options{Store: o, Barriers: t.lines})
	if err != nil {
		tb.Fatal(err)
	}
	return s
}

// everyTown asks some questions of many random towns, those that have an answer.
func everyTown(t *testing.T, questions int, check func(w *truth, e *coverage.Engine, q coverage.Query, c *coverage.Coverage)) {
	t.Helper()
	answered := 0
	for seed := range uint64(*towns) {
		tw := newTown(seed)
		w, s := newTruth(tw), tw.snapshot(t)
		e := coverage.New(func() *reach.Snapshot { return s })
		for range questions {
			q := tw.question()
			c, err := e.Ask(context.Background(), q)
			switch {
			case errors.Is(err, kg.ErrNotFound) && !q.Scope.All:
				continue
			case errors.Is(err, kg.ErrInvalid) && q.When.Band != "" && len(w.hours(q.When.Band, q.When.From)) == 0:
				continue
			case err != nil:
				t.Fatalf("town %d: %+v: %v", seed, q, err)
			}
			answered++
			check(w, e, q, c)
			if t.Failed() {
				t.Fatalf("town %d: %+v targets %+v where %+v places %+v duty %+v", seed, q, q.Targets, q.Where, q.Provider.Places, q.Provider.Duty)
			}
		}
	}
	if answered < *towns*questions/2 {
		t.Fatalf("only %d questions had an answer", answered)
	}
}

func same(t *testing.T, what, got, want string) {
	t.Helper()
	if got != want {
		t.Errorf("%s\ngot  %s\nwant %s", what, got, want)
	}
}

func TestMeasuresAreThoseOfTheDefinitionsOnRandomTowns(t *testing.T) {
	covered, apart := 0, 0
	everyTown(t, 20, func(w *truth, _ *coverage.Engine, q coverage.Query, c *coverage.Coverage) {
		want, _ := w.ask(&q)
		m := c.Measures()
		covered += m.Covered
		apart += m.Across
		same(t, "measures", textOf(m), want.text(q.K))
		if m.Barriers != (w.lines.Loaded() && q.Provider.Duty == nil) {
			t.Errorf("barriers known: %v", m.Barriers)
		}
	})
	if covered < 10**towns || apart < *towns/5 {
		t.Fatalf("only %d targets covered, %d across a barrier: the towns are too empty to show anything", covered, apart)
	}
}

func TestChildrenAreThoseOfTheDefinitionsOnRandomTowns(t *testing.T) {
	everyTown(t, 8, func(w *truth, _ *coverage.Engine, q coverage.Query, c *coverage.Coverage) {
		on := q.When.From
		if q.When.Band == "" {
			on = kg.DateOf(q.When.At, w.zone)
		}
		all, _ := w.ask(&q)
		var lines []string
		last := -1
		for _, child := range c.Children() {
			m := child.Measures()
			lines = append(lines, fmt.Sprint(child.Area, " ", textOf(m)))
			if gaps := m.Targets - m.Covered; last >= 0 && gaps > last {
				t.Errorf("a child with %d gaps comes after one with %d", gaps, last)
			} else {
				last = gaps
			}
		}
		slices.Sort(lines)
		same(t, "children", strings.Join(lines, "\n"), w.children(&q, on, all))
	})
}

func TestAChildIsWhatTheSameQuestionSaysOfIt(t *testing.T) {
	everyTown(t, 4, func(_ *truth, e *coverage.Engine, q coverage.Query, c *coverage.Coverage) {
		for _, level := range append([]reach.AreaLevel{""}, reach.AreaLevels...) {
			areas := c.Children()
			if level != "" {
				areas = c.Areas(level)
			}
			for _, child := range areas {
				q.Area = child.Area
				own, err := e.Ask(context.Background(), q)
				if err != nil {
					t.Errorf("%s: %v", child.Area, err)
					continue
				}
				got, want := child.Measures(), own.Measures()
				want.Completeness.RespondersLocated = got.Completeness.RespondersLocated // by duty, those named for the whole
				same(t, string(child.Area), textOf(got), textOf(want))
				same(t, string(child.Area)+": what is below", fmt.Sprint(len(child.Children()), child.Direct()), fmt.Sprint(len(own.Children()), own.Direct()))
			}
		}
	})
}

func TestGroupsAreThoseOfTheDefinitionsOnRandomTowns(t *testing.T) {
	everyTown(t, 4, func(w *truth, _ *coverage.Engine, q coverage.Query, c *coverage.Coverage) {
		on := q.When.From
		if q.When.Band == "" {
			on = kg.DateOf(q.When.At, w.zone)
		}
		all, _ := w.ask(&q)
		groups := func(d coverage.Dimension) string {
			found, err := c.By(context.Background(), d)
			if err != nil {
				t.Error(err)
			}
			var lines []string
			for _, g := range found {
				lines = append(lines, g.Value+": "+textOf(g.Measures))
			}
			return strings.Join(lines, "\n")
		}
		want := func(values []string, of func(h kg.ID) []string) string {
			var lines []string
			for _, v := range append(slices.Clone(values), "") {
				part := all.only(func(h kg.ID) bool { return slices.Contains(of(h), v) || v == "" && len(of(h)) == 0 })
				if len(part.targets) > 0 {
					lines = append(lines, v+": "+part.text(q.K))
				}
			}
			return strings.Join(lines, "\n")
		}
		same(t, "by care flag", groups(coverage.ByCareFlag), want(kg.CareFlags.Names(), func(h kg.ID) []string { return w.flags(h, on) }))
		same(t, "by care level", groups(coverage.ByCareLevel), want(kg.CareLevels.Names(), func(h kg.ID) []string {
			if l := w.nodes[h].(*kg.Household).CareLevel; l != "" {
				return []string{string(l)}
			}
			return nil
		}))
		same(t, "by compound", groups(coverage.ByCompoundKind), want(kg.ManagementKinds.Names(), func(h kg.ID) []string {
			var out []string
			for _, id := range w.ids[kg.KindCompound] {
				if m := w.nodes[id].(*kg.Compound).ManagementKind; m != "" && w.in(h, id, on) {
					out = append(out, string(m))
				}
			}
			return out
		}))
		var lines []string
		for _, b := range coverage.Bands {
			if len(w.hours(b, on)) == 0 {
				continue
			}
			in := q
			in.When = coverage.When{Band: b, From: on}
			if band, _ := w.ask(&in); len(band.targets) > 0 {
				lines = append(lines, string(b)+": "+band.text(q.K))
			}
		}
		same(t, "by band", groups(coverage.ByWeekBand), strings.Join(lines, "\n"))
	})
}

func TestEveryHourOfAWeekIsThatOfTheDefinitionsOnRandomTowns(t *testing.T) {
	everyTown(t, 1, func(w *truth, _ *coverage.Engine, q coverage.Query, c *coverage.Coverage) {
		monday := kg.MustDate("2025-09-29") // with the National Day
		week, err := c.Week(context.Background(), monday+3)
		if err != nil {
			t.Fatal(err)
		}
		for i, hour := range week {
			on := monday + kg.Date(i/24)
			if at := hour.At.In(w.zone); kg.DateOf(at, w.zone) != on || at.Hour() != i%24 || at.Minute() != 0 {
				t.Fatalf("hour %d is %s", i, at)
			}
			n := 0
			all := w.at(&q, on, on, hour.At)
			for _, target := range all.targets {
				if target.count >= q.K {
					n++
				}
			}
			same(t, hour.At.String(), fmt.Sprintf("%d of %d", hour.Covered, hour.Targets), fmt.Sprintf("%d of %d", n, len(all.targets)))
			if share := (reach.Share{Numerator: n, Denominator: len(all.targets)}).Value(); (share == nil) != (hour.Share == nil) || share != nil && *share != *hour.Share {
				t.Errorf("share of hour %d", i)
			}
			if t.Failed() {
				return
			}
		}
	})
}

func TestSupplyIsThatOfTheDefinitionsOnRandomTowns(t *testing.T) {
	uneven := 0
	everyTown(t, 8, func(w *truth, _ *coverage.Engine, q coverage.Query, c *coverage.Coverage) {
		if q.When.Band != "" || q.Provider.Duty != nil {
			return
		}
		for _, decay := range []bool{false, true} {
			got := c.Supply(decay)
			ratio, gini := w.supply(&q, decay)
			number := func(v *float64) string {
				if v == nil {
					return "-"
				}
				return fmt.Sprintf("%.9f", *v)
			}
			same(t, fmt.Sprintf("supply with decay %v", decay), number(got.Ratio)+" "+number(got.Gini), ratio+" "+gini)
			if got.Gini != nil && *got.Gini > 0.01 {
				uneven++
			}
		}
	})
	if uneven < *towns {
		t.Fatalf("only %d supplies are uneven: the towns are too empty to show anything", uneven)
	}
}

func TestDutyMismatchIsThatOfTheDefinitionsOnRandomTowns(t *testing.T) {
	late, unnamed := 0, 0
	everyTown(t, 10, func(w *truth, _ *coverage.Engine, q coverage.Query, c *coverage.Coverage) {
		if q.When.Band != "" || q.Provider.Places != nil {
			return
		}
		duty := reach.DutyWhere{IncludePosts: w.chance(0.5)}
		if q.Provider.Duty != nil {
			duty = *q.Provider.Duty
		}
		m, err := c.DutyMismatch(context.Background(), duty)
		if err != nil {
			t.Fatal(err)
		}
		var lines []string
		for i := range m.Late() {
			x := m.LateAt(i)
			line := fmt.Sprint("late ", x.Household)
			for _, n := range x.Named {
				line += fmt.Sprintf(" %s %s %s %v", n.ID, n.Presence, shortText(n.Distance), n.Across)
			}
			lines = append(lines, line)
		}
		late, unnamed = late+m.Late(), unnamed+m.Unnamed()
		for i := range m.Unnamed() {
			x := m.UnnamedAt(i)
			lines = append(lines, fmt.Sprintf("unnamed %s %.6f %d", x.Household, x.Distance, x.Responders))
		}
		same(t, "both, by distance, by duty, neither", fmt.Sprint(m.Both, m.DistanceOnly, m.DutyOnly, m.Neither, "\n", strings.Join(lines, "\n")), w.mismatch(&q, &duty))
	})
	if late < *towns || unnamed < *towns {
		t.Fatalf("only %d late, %d unnamed: the towns are too empty to show anything", late, unnamed)
	}
}

func shortText(v *float64) string {
	if v == nil {
		return "-"
	}
	return fmt.Sprintf("%.6f", *v)
}
