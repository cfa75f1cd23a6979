package acceptance

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"lintu/coverage"
	"lintu/kg"
	"lintu/reach"
	"lintu/store"
)

func TestAnEngineMakesNoDifferenceToMeasures(t *testing.T) {
	first := ""
	engines(t, villageData, func(t *testing.T, e *edge) {
		s, err := reach.Build(t.Context(), reach.Options{Store: e.store, Location: shanghai})
		if err != nil {
			t.Fatal(err)
		}
		ask := coverage.New(func() *reach.Snapshot { return s })
		var out strings.Builder
		for _, when := range []coverage.When{
			{At: time.Date(2026, 3, 4, 10, 0, 0, 0, shanghai)}, {At: time.Date(2026, 10, 1, 20, 0, 0, 0, shanghai)},
			{Band: coverage.WorkdayDay, From: kg.MustDate("2026-03-04")},
		} {
			for _, provider := range []coverage.Provider{{}, {Places: &reach.PlaceWhere{}}, {Duty: &reach.DutyWhere{IncludePosts: true}}} {
				q := coverage.Query{Area: kg.ID(e.village(t)), Radius: 500, K: 2, When: when, Provider: provider, Scope: store.Scope{All: true}}
				c, err := ask.Ask(t.Context(), q)
				if err != nil {
					t.Fatal(err)
				}
				everything(t, &out, c, 0)
			}
		}
		switch got := out.String(); {
		case !strings.Contains(got, `"Covered":`) || strings.Count(got, "\n") < 100:
			t.Errorf("nothing was asked: %s", got)
		case first == "":
			first = got
		case got != first:
			t.Errorf("another engine answered differently: %s", firstDifference(got, first))
		}
	})
}

// everything writes all that a coverage and the areas below say.
func everything(t *testing.T, out *strings.Builder, c *coverage.Coverage, depth int) {
	t.Helper()
	write := func(what string, v any) {
		b, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(out, "%*s%s %s %s\n", depth, "", c.Area, what, b)
	}
	write("measures", c.Measures())
	write("supply", []coverage.Supply{c.Supply(false), c.Supply(true)})
	write("uncovered", c.Uncovered())
	if depth == 0 {
		for _, d := range coverage.Dimensions {
			groups, err := c.By(t.Context(), d)
			if err != nil {
				t.Fatal(err)
			}
			write(string(d), groups)
		}
		week, err := c.Week(t.Context(), 0)
		if err != nil {
			t.Fatal(err)
		}
		write("week", week)
		m, err := c.DutyMismatch(t.Context(), reach.DutyWhere{})
		if err != nil {
			t.Fatal(err)
		}
		write("mismatch", m)
		for i := range m.Late() {
			write("late", m.LateAt(i))
		}
		for i := range m.Unnamed() {
			write("unnamed", m.UnnamedAt(i))
		}
	}
	for _, child := range c.Children() {
		everything(t, out, child, depth+1)
	}
}
