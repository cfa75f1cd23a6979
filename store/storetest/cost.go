package storetest

import (
	"context"
	"slices"
	"testing"

	"lintu/geo"
	"lintu/kg"
	"lintu/store"
	"lintu/text"
)

// planSteps is how many statements a plan may cost: one a step, and one for each reference that is brought.
func planSteps(p *store.Plan) int {
	if p == nil {
		return 0
	}
	n := 0
	for _, s := range p.Steps {
		n += 1 + planSteps(s.Plan)
		for _, brought := range []*store.Plan{s.Ref, s.Other} {
			if brought != nil {
				n += 1 + planSteps(brought)
			}
		}
	}
	return n
}

// costCase is a question and the most statements that it may cost.
type costCase struct {
	question
	budget int
}

// searchBudget is for the texts of all classes and their nodes, however many hits there are.
const searchBudget = 12

func (g *graph) costCases() map[string]costCase {
	homes, people := g.f.Of(kg.KindHousehold), g.f.Of(kg.KindPerson)
	count := store.Window{Limit: 2, Count: true}
	flat := plan(residents(count))
	staff := &store.Step{Key: "staff", Relation: kg.WorksAt, Direction: kg.In, Window: count}
	work := &store.Step{Key: "work", Relation: kg.WorksAt, Direction: kg.Out, Window: count, Plan: plan(staff), Ref: plan()}
	posts := &store.Step{Key: "posts", Relation: kg.HoldsPost, Direction: kg.Out, Window: all, Order: store.Order{By: store.OrderTitle, Desc: true}}
	above := up(all)
	above.Key = "above"
	inside := down(count)
	inside.Key, inside.Kinds = "inside", []kg.Kind{kg.KindHousehold}
	grids := &store.Step{Key: "grids", Relation: kg.PartOf, Direction: kg.Out, Walk: true, Kinds: []kg.Kind{kg.KindGrid}, Window: all, Plan: plan(&inside)}
	deepPeople := residents(count)
	deepPeople.Plan = plan(work, posts)
	deep := plan(deepPeople, &above, grids)
	seats := plan(&store.Step{Key: "seats", Relation: kg.SitsOn, Direction: kg.ByRef, Window: count, Ref: plan(), Plan: plan(work),
		Other: plan(&store.Step{Key: "leads", Relation: kg.Leads, Direction: kg.Out, Window: all})})
	filtered := residents(count)
	filtered.Node = kg.And{some(kg.WorksAt, kg.Out, nil, kg.InArea{Areas: g.f.IDs("community")}), none(kg.InTeam, kg.Out, eq("role", "captain"), nil)}
	filtered.Tie = kg.Compare{Field: "validTo", Op: kg.Absent}
	scoped := g.scoped("grid3", "village")
	every := []geo.Box{{Max: geo.Point{Lat: 90, Lon: 180}}, {Max: geo.Point{Lat: 90, Lon: 180}}, {}}
	return map[string]costCase{
		"a_flat_step_for_many_sources":      {expanding(today, homes, flat), 1},
		"a_step_with_filters_and_scope":     {expanding(scoped, homes, plan(filtered)), 1},
		"a_deep_plan_for_many_sources":      {expanding(today, homes, deep), planSteps(deep)},
		"a_deep_plan_with_scope":            {expanding(scoped, homes, deep), planSteps(deep)},
		"references_and_other_ends":         {expanding(today, g.f.Of(kg.KindUnit), seats), planSteps(seats)},
		"a_count_only":                      {expanding(today, homes, plan(residents(store.Window{Count: true}))), 1},
		"nodes_of_one_kind":                 {lookingUp(today, []store.Group{{IDs: people}}), 1},
		"nodes_of_many_kinds_with_a_plan":   {lookingUp(scoped, []store.Group{{IDs: slices.Concat(g.f.IDs("gov", "b3", "joint"), homes), Plan: flat}}), 1 + planSteps(flat)},
		"nodes_in_two_groups":               {lookingUp(today, []store.Group{{IDs: people}, {IDs: homes, Plan: deep}}), 2 + planSteps(deep)},
		"a_list":                            {listing(today, store.ListQuery{Kind: kg.KindPerson, Window: store.Window{Limit: 5}}), 1},
		"a_list_with_total_filter_and_plan": {listing(scoped, store.ListQuery{Kind: kg.KindHousehold, Filter: some(kg.LivesIn, kg.In, nil, eq("retired", true)), Window: count, Plan: deep}), 2 + planSteps(deep)},
		"many_boxes":                        {locating(today, boxes(kg.KindBuilding, every...)), 1},
		"a_search":                          {searching(today, store.SearchQuery{Text: text.Query("王秀"), Limit: 5, Count: true}), searchBudget},
		"a_search_with_a_plan":              {searching(scoped, store.SearchQuery{Text: text.Query("wang"), Limit: 50, Count: true, Plan: flat}), searchBudget + planSteps(flat)},
		"a_count":                           {counting(today, store.CountQuery{Kind: kg.KindPerson}), 1},
		"a_count_by_field":                  {counting(today, store.CountQuery{Kind: kg.KindPerson, By: store.GroupBy{Field: "careFlags"}}), 1},
		"a_count_by_many_sources":           {counting(today, reachedFrom(kg.KindPerson, kg.LivesIn, kg.In, homes)), 1},
		"a_count_from_sources_by_area":      {counting(today, store.CountQuery{From: &store.CountFrom{Sources: homes, Step: &store.Step{Relation: kg.LivesIn, Direction: kg.In}}, By: store.GroupBy{AreaKind: kg.KindGrid}}), 1},
		"a_count_by_linked_nodes":           {counting(scoped, store.CountQuery{Kind: kg.KindPerson, By: store.GroupBy{Relation: kg.WorksAt, Direction: kg.Out}}), 1},
		"a_count_by_area":                   {counting(scoped, store.CountQuery{Kind: kg.KindPerson, By: store.GroupBy{AreaKind: kg.KindGrid}}), 1},
		"ancestry_of_many":                  {climbing(today, store.AncestryQuery{Starts: slices.Concat(homes, g.f.IDs("b3", "village")), Direction: kg.Out}), 1},
		"descendants_of_many":               {climbing(scoped, store.AncestryQuery{Starts: g.f.IDs("county", "grid3"), Direction: kg.In}), 1},
		"changes":                           {question{"Changes", func(ctx context.Context, s store.Store) (any, error) { return s.Changes(ctx, 0, 10) }}, 1},
	}
}

// testCost holds the statements that engines report through store.CountStatement to "one a step, for all sources at
// once". One more is allowed for all of a question, such as a total or the look at a journal's end.
func (g *graph) testCost(t *testing.T) {
	for name, c := range g.costCases() {
		t.Run(name, func(t *testing.T) {
			if _, err := g.same(t, c.question); err != nil {
				t.Fatal(err)
			}
			var cost store.Cost
			if _, err := c.ask(store.WithCost(t.Context(), &cost), g.Store); err != nil {
				t.Fatal(err)
			}
			if cost.Statements() > c.budget+1 {
				t.Errorf("%d statements, at most %d are allowed\n%s", cost.Statements(), c.budget+1, c.what)
			}
		})
	}
	t.Run("a_step_without_sources_costs_nothing", func(t *testing.T) {
		var cost store.Cost
		if _, err := g.Store.Expand(store.WithCost(t.Context(), &cost), today, nil, plan(residents(all))); err != nil {
			t.Fatal(err)
		}
		equal(t, "statements", cost.Statements(), 0)
	})
}

// testPlans looks at how the engine plans the questions that everything above asks all the time, on a graph large
// enough to matter: no statement may read a whole table or label.
func testPlans(t *testing.T, h Harness) {
	batches := Town().Batches()
	if h.Graph != nil {
		batches = h.Graph(t)
	}
	s := h.Open(t)
	for _, b := range batches {
		if _, err := s.Apply(t.Context(), b); err != nil {
			t.Fatal(err)
		}
	}
	for name, q := range planQuestions(t, s) {
		t.Run(name, func(t *testing.T) {
			statements := h.Explain(t, s, func(ctx context.Context) error {
				_, err := q.ask(ctx, s)
				return err
			})
			if len(statements) == 0 {
				t.Fatalf("no statement was explained\n%s", q.what)
			}
			for _, st := range statements {
				if len(st.Scans) > 0 {
					t.Errorf("all of %v is read\n%s\n%s\n%s", st.Scans, q.what, st.Text, st.Plan)
				}
			}
		})
	}
}

// planQuestions are asked of whatever is in the graph: ids are taken from it.
func planQuestions(t *testing.T, s store.Store) map[string]question {
	t.Helper()
	ids := func(k kg.Kind, f kg.Filter, n int) []kg.ID {
		page, err := s.List(t.Context(), today, store.ListQuery{Kind: k, Filter: f, Window: store.Window{Limit: n}})
		if err != nil {
			t.Fatal(err)
		}
		if len(page.Edges) == 0 {
			t.Fatalf("the graph has no %s", k)
		}
		return edgeIDs(page)
	}
	people, homes, buildings, units := ids(kg.KindPerson, nil, 20), ids(kg.KindHousehold, nil, 20), ids(kg.KindBuilding, nil, 20), ids(kg.KindUnit, nil, 5)
	community := ids(kg.KindDivision, kg.Or{eq("level", "COMMUNITY"), eq("level", "VILLAGE")}, 1)
	grids := ids(kg.KindGrid, nil, 5)
	here := store.View{Scope: store.Scope{Areas: community, Today: Today}, AsOf: Today}
	first := store.Window{Limit: 20}
	list := func(v store.View, k kg.Kind, f kg.Filter, order string, w store.Window) question {
		return listing(v, store.ListQuery{Kind: k, Filter: f, Order: store.Order{By: order}, Window: w})
	}
	step := func(v store.View, sources []kg.ID, s store.Step) question {
		s.Key = "k"
		if s.Window.Limit == 0 {
			s.Window = store.Window{Limit: 20, Count: true}
		}
		return expanding(v, sources, plan(&s))
	}
	inside := kg.InArea{Areas: community}
	out := map[string]question{
		"nodes_by_id":                     lookingUp(today, []store.Group{{IDs: slices.Concat(people, homes)}}),
		"nodes_by_id_in_scope":            lookingUp(here, []store.Group{{IDs: people}}),
		"first_people":                    list(today, kg.KindPerson, nil, "", first),
		"people_by_title":                 list(today, kg.KindPerson, nil, store.OrderTitle, first),
		"people_by_title_further_on":      list(today, kg.KindPerson, nil, store.OrderTitle, store.Window{Limit: 20, After: &store.Position{Value: "li", ID: "person_m"}}),
		"people_by_title_backward":        list(today, kg.KindPerson, nil, store.OrderTitle, store.Window{Limit: 20, Backward: true, Before: &store.Position{Value: "wang", ID: "person_m"}}),
		"people_by_birth":                 list(today, kg.KindPerson, nil, "birthDate", first),
		"households_by_floor":             list(today, kg.KindHousehold, nil, "floor", first),
		"a_unit_by_code":                  list(today, kg.KindUnit, eq("code", "unit7"), "", first),
		"people_of_a_list":                list(today, kg.KindPerson, kg.IDIn(people), "", first),
		"people_in_an_area":               list(today, kg.KindPerson, inside, "", first),
		"people_in_scope":                 list(here, kg.KindPerson, nil, "", first),
		"people_of_the_day_in_scope":      list(store.View{Scope: here.Scope, AsOf: kg.MustDate("2025-01-01")}, kg.KindPerson, nil, store.OrderTitle, first),
		"red_households_in_an_area":       list(today, kg.KindHousehold, kg.And{inside, eq("careLevel", "RED"), kg.Flagged{Field: "careFlags", AnyOf: []string{kg.ElderlyAlone}}}, "", first),
		"households_in_an_area_by_people": list(today, kg.KindHousehold, kg.And{inside, some(kg.LivesIn, kg.In, nil, eq("partyStatus", "FULL"))}, "", first),
		"boxes":                           locating(today, boxes(kg.KindBuilding, geo.Around(geo.Point{Lat: 45.32, Lon: 131.02}, 500), geo.Around(geo.Point{Lat: 45.33, Lon: 131.03}, 500))),
		"search_for_one_character":        searching(today, store.SearchQuery{Text: text.Query("王"), Limit: 20}),
		"search_for_two_characters":       searching(today, store.SearchQuery{Text: text.Query("秀兰"), Limit: 20}),
		"search_for_pinyin":               searching(today, store.SearchQuery{Text: text.Query("wangxiu"), Limit: 20}),
		"search_for_initials":             searching(today, store.SearchQuery{Text: text.Query("wxl"), Limit: 20}),
		"search_in_scope":                 searching(here, store.SearchQuery{Text: text.Query("王"), Limit: 20}),
		"counts_by_source":                counting(today, reachedFrom(kg.KindPerson, kg.LivesIn, kg.In, homes)),
		"counts_of_units_by_role":         counting(today, store.CountQuery{From: &store.CountFrom{Sources: community, Step: &store.Step{Relation: kg.HoldsPost, Direction: kg.In}}, By: store.GroupBy{Tie: "role"}}),
		"counts_of_residents_by_area":     counting(today, store.CountQuery{From: &store.CountFrom{Sources: homes, Step: &store.Step{Relation: kg.LivesIn, Direction: kg.In}}, By: store.GroupBy{AreaKind: kg.KindGrid}}),
		"counts_of_people_by_unit":        counting(today, store.CountQuery{Kind: kg.KindPerson, Filter: inside, By: store.GroupBy{Relation: kg.WorksAt, Direction: kg.Out}}),
		"counts_of_descendants_by_kind":   counting(here, store.CountQuery{From: &store.CountFrom{Sources: grids, Step: &store.Step{Relation: kg.PartOf, Direction: kg.In, Walk: true}}, By: store.GroupBy{Field: store.ByKind}}),
		"count_in_an_area":                counting(today, store.CountQuery{Kind: kg.KindPerson, Filter: inside}),
		"ancestors":                       climbing(today, store.AncestryQuery{Starts: homes, Direction: kg.Out}),
		"descendants":                     climbing(today, store.AncestryQuery{Starts: grids, Direction: kg.In}),
		"walk_up":                         step(today, homes, up(first)),
		"walk_down":                       step(today, grids, down(first)),
		"seats_by_reference":              step(today, units, store.Step{Relation: kg.SitsOn, Direction: kg.ByRef, Other: plan(), Ref: plan()}),
		"residents_in_scope":              step(here, homes, *residents(first)),
		"members_with_a_role":             step(today, community, store.Step{Relation: kg.HoldsPost, Direction: kg.In, Tie: eq("role", "secretary")}),
		"staff_by_title_further_on":       step(today, units, store.Step{Relation: kg.WorksAt, Direction: kg.In, Order: store.Order{By: store.OrderTitle}, Window: store.Window{Limit: 5, After: &store.Position{Value: "li", ID: "tie_m"}}}),
		"neighbours_who_are_members":      step(today, people, store.Step{Relation: kg.LivesIn, Direction: kg.Out, Node: some(kg.LivesIn, kg.In, nil, eq("partyStatus", "FULL")), Plan: plan(residents(first))}),
		"changes":                         {"Changes", func(ctx context.Context, s store.Store) (any, error) { return s.Changes(ctx, 1, 10) }},
	}
	for i := range kg.Relations {
		r := kg.Relations[i].Relation
		out["from_"+string(r)] = step(today, slices.Concat(people, homes, buildings), store.Step{Relation: r, Direction: kg.Out})
		out["to_"+string(r)] = step(today, slices.Concat(homes, units, community), store.Step{Relation: r, Direction: kg.In})
	}
	return out
}
