package neo4j

import (
	"context"
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"

	"lintu/internal/effort"
	"lintu/kg"
	"lintu/store"
)

func follow(key string, r kg.Relation, dir kg.Direction, limit int, below ...*store.Step) *store.Step {
	s := &store.Step{Key: key, Relation: r, Direction: dir, Window: store.Window{Limit: limit, Count: true}}
	if len(below) > 0 {
		s.Plan = &store.Plan{Steps: below}
	}
	return s
}

// nestings are plans with the number of statements that Nodes takes for one id, and that Expand takes for many.
func nestings() map[string]struct {
	from      func(*town) []kg.ID
	plan      []*store.Step
	one, many int
} {
	homes := func(m *town) []kg.ID { return m.homes[:200] }
	people := func(m *town) []kg.ID { return m.people[:200] }
	return map[string]struct {
		from      func(*town) []kg.ID
		plan      []*store.Step
		one, many int
	}{
		// One statement brings it all: the household, its residents, where they work, and where that is.
		"a household's way to buildings": {homes, []*store.Step{
			follow("residents", kg.LivesIn, kg.In, 4, follow("work", kg.WorksAt, kg.Out, 2, follow("at", kg.LocatedIn, kg.Out, 2)))}, 1, 3},
		// A unit's staff would be read again for each of many people, so it is read by the distinct units.
		"colleagues": {people, []*store.Step{
			follow("work", kg.WorksAt, kg.Out, 5, follow("staff", kg.WorksAt, kg.In, 10, follow("home", kg.LivesIn, kg.Out, 1)))}, 2, 3},
		// A household has no other building and a person no other household: nothing is shared, however many there are.
		"everyone in buildings": {func(m *town) []kg.ID { return m.buildings[:60] }, []*store.Step{
			follow("homes", kg.PartOf, kg.In, 30, follow("residents", kg.LivesIn, kg.In, 10))}, 1, 1},
		"several steps and a walk": {people, []*store.Step{
			follow("home", kg.LivesIn, kg.Out, 1, &store.Step{Key: "above", Relation: kg.PartOf, Direction: kg.Out, Walk: true, Window: store.Window{Limit: 10}}),
			follow("work", kg.WorksAt, kg.Out, 5)}, 2, 3},
	}
}

func TestNestedStepsAnswerAsStepsOneByOneWithFewerStatements(t *testing.T) {
	s, m := loaded(t)
	v := store.View{Scope: store.Scope{Areas: []kg.ID{m.ids["street"]}, Today: kg.MustDate("2026-01-01")}, AsOf: kg.MustDate("2026-01-01")}
	for name, c := range nestings() {
		t.Run(strings.ReplaceAll(name, " ", "_"), func(t *testing.T) {
			p := &store.Plan{Steps: c.plan}
			sources := append(c.from(m), kg.NewID(kg.KindUnit), kg.NewID(kg.KindPerson))
			want, err := store.Execute(t.Context(), s, v, sources, p)
			if err != nil {
				t.Fatal(err)
			}
			cost := new(store.Cost)
			got, err := s.Expand(store.WithCost(t.Context(), cost), v, sources, p)
			if err != nil {
				t.Fatal(err)
			}
			same(t, got, want)
			if cost.Statements() != c.many {
				t.Errorf("%d statements for many, want %d", cost.Statements(), c.many)
			}
			at := slices.IndexFunc(sources, func(id kg.ID) bool { return len(want[id][c.plan[0].Key].Edges) > 0 })
			one := sources[at]
			cost = new(store.Cost)
			items, err := s.Nodes(store.WithCost(t.Context(), cost), v, []store.Group{{IDs: []kg.ID{one}, Plan: p}})
			if err != nil {
				t.Fatal(err)
			}
			same(t, items[0][one].Tree, want[one])
			if cost.Statements() != c.one {
				t.Errorf("%d statements for one, want %d", cost.Statements(), c.one)
			}
		})
	}
}

// same compares two answers in everything, and shows them as JSON.
func same(t *testing.T, got, want any) {
	t.Helper()
	if reflect.DeepEqual(got, want) {
		return
	}
	a, errA := json.Marshal(got)
	b, errB := json.Marshal(want)
	t.Fatalf("got  %.3000s\nwant %.3000s\n%v %v", a, b, errA, errB)
}

// loaded is a store with a town of about 2,500 people in it, in long tests of 4,000.
func loaded(t testing.TB) (*Store, *town) {
	t.Helper()
	s := empty(t)
	m := newTown(effort.Pick(2500, 4000), s.key)
	m.load(context.WithoutCancel(t.Context()), t, s)
	return s, m
}
