package storetest

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"lintu/geo"
	"lintu/kg"
	"lintu/store"
	"lintu/text"
)

// testRefusals is about malformed questions: store's Check says which they are, and every engine refuses them.
func (g *graph) testRefusals(t *testing.T) {
	step := func(s store.Step) question { return expanding(today, g.f.IDs("h1"), plan(&s)) }
	list := func(q store.ListQuery) question { return listing(today, q) }
	count := func(k kg.Kind, by store.GroupBy) question {
		return counting(today, store.CountQuery{Kind: k, By: by})
	}
	after := func(value any) store.Window {
		return store.Window{Limit: 1, After: &store.Position{Value: value, ID: "x"}}
	}
	lives := store.Step{Relation: kg.LivesIn, Direction: kg.In}
	from := func(s store.Step, by store.GroupBy) question {
		return counting(today, store.CountQuery{From: &store.CountFrom{Sources: g.f.IDs("h1"), Step: &s}, By: by})
	}
	with := func(change func(*store.Step)) question {
		s := lives
		change(&s)
		return step(s)
	}
	cases := map[string]question{
		"a_list_of_no_kind":                      list(store.ListQuery{}),
		"a_list_of_an_unknown_kind":              list(store.ListQuery{Kind: "PLANET"}),
		"a_list_in_an_order_it_does_not_have":    list(store.ListQuery{Kind: kg.KindPerson, Order: store.Order{By: "phone"}}),
		"a_list_with_a_negative_limit":           list(store.ListQuery{Kind: kg.KindPerson, Window: store.Window{Limit: -1}}),
		"a_list_after_a_position_of_no_value":    list(store.ListQuery{Kind: kg.KindPerson, Window: after(nil)}),
		"a_list_after_a_number_in_text_order":    list(store.ListQuery{Kind: kg.KindPerson, Window: after(int64(1))}),
		"a_list_after_a_text_in_number_order":    list(store.ListQuery{Kind: kg.KindPerson, Order: store.Order{By: "birthDate"}, Window: after("x")}),
		"a_list_before_a_text_in_number_order":   list(store.ListQuery{Kind: kg.KindBuilding, Order: store.Order{By: "floors"}, Window: store.Window{Before: &store.Position{Value: "x"}}}),
		"a_list_with_a_bad_plan":                 list(store.ListQuery{Kind: kg.KindPerson, Plan: plan(nil)}),
		"nodes_with_a_bad_plan":                  lookingUp(today, []store.Group{{}, {Plan: plan(&store.Step{})}}),
		"a_step_without_relation":                step(store.Step{Direction: kg.Out}),
		"a_step_of_an_unknown_relation":          step(store.Step{Relation: "KNOWS", Direction: kg.Out}),
		"a_step_without_direction":               step(store.Step{Relation: kg.LivesIn}),
		"by_ref_of_a_relation_without_one":       step(store.Step{Relation: kg.LivesIn, Direction: kg.ByRef}),
		"other_without_by_ref":                   with(func(s *store.Step) { s.Other = plan() }),
		"a_walk_that_is_not_part_of":             with(func(s *store.Step) { s.Walk = true }),
		"a_walk_with_a_reference":                step(store.Step{Relation: kg.PartOf, Direction: kg.Out, Walk: true, Ref: plan()}),
		"a_walk_with_a_filter_on_ties":           step(store.Step{Relation: kg.PartOf, Direction: kg.Out, Walk: true, Tie: kg.And{}}),
		"a_walk_of_negative_depth":               step(store.Step{Relation: kg.PartOf, Direction: kg.Out, Walk: true, Depth: -1}),
		"a_depth_without_walk":                   step(store.Step{Relation: kg.PartOf, Direction: kg.Out, Depth: 2}),
		"a_walk_up_after_a_text":                 step(store.Step{Relation: kg.PartOf, Direction: kg.Out, Walk: true, Window: after("x")}),
		"a_step_of_unknown_kinds":                with(func(s *store.Step) { s.Kinds = []kg.Kind{"PLANET"} }),
		"a_step_on_unknown_kinds":                with(func(s *store.Step) { s.On = []kg.Kind{""} }),
		"a_step_in_an_order_it_does_not_have":    with(func(s *store.Step) { s.Order.By = "floors" }),
		"a_step_in_an_order_that_one_kind_lacks": step(store.Step{Relation: kg.HoldsPost, Direction: kg.Out, Order: store.Order{By: "code"}}),
		"a_step_with_a_negative_limit":           with(func(s *store.Step) { s.Window.Limit = -1 }),
		"a_bad_step_below":                       with(func(s *store.Step) { s.Plan = plan(&store.Step{}) }),
		"a_bad_step_of_the_reference":            step(store.Step{Relation: kg.SitsOn, Direction: kg.Out, Ref: plan(&store.Step{})}),
		"two_steps_of_one_key":                   expanding(today, g.f.IDs("h1"), plan(&lives, &lives)),
		"two_steps_of_one_key_for_one_kind": expanding(today, g.f.IDs("h1"), plan(
			&store.Step{Key: "k", On: []kg.Kind{kg.KindUnit, kg.KindHousehold}, Relation: kg.LivesIn, Direction: kg.In}, &store.Step{Key: "k", Relation: kg.PartOf, Direction: kg.In})),
		"within_of_what_has_no_point":       locating(today, boxes(kg.KindPerson, geo.Box{})),
		"a_search_for_nothing":              searching(today, store.SearchQuery{Text: text.Query(" "), Limit: 1}),
		"a_search_for_too_much":             searching(today, store.SearchQuery{Text: text.Query(strings.Repeat("长", 65)), Limit: 1}),
		"a_search_with_a_negative_limit":    searching(today, store.SearchQuery{Text: text.Query("长"), Limit: -1}),
		"a_search_among_unknown_kinds":      searching(today, store.SearchQuery{Text: text.Query("长"), Kinds: []kg.Kind{"PLANET"}}),
		"a_count_of_no_kind":                count("", store.GroupBy{}),
		"a_count_by_two_things":             count(kg.KindPerson, store.GroupBy{Field: "sex", AreaKind: kg.KindGrid}),
		"a_count_by_an_unknown_field":       count(kg.KindPerson, store.GroupBy{Field: "floors"}),
		"a_count_by_a_field_not_filterable": count(kg.KindPerson, store.GroupBy{Field: "phone"}),
		"a_count_by_a_point":                count(kg.KindBuilding, store.GroupBy{Field: "point"}),
		"a_count_by_an_unknown_relation":    count(kg.KindPerson, store.GroupBy{Relation: "KNOWS", Direction: kg.In}),
		"a_count_by_a_relation_undirected":  count(kg.KindPerson, store.GroupBy{Relation: kg.LivesIn}),
		"a_count_by_what_is_no_area":        count(kg.KindPerson, store.GroupBy{AreaKind: kg.KindUnit}),
		"a_count_by_a_tie_of_no_step":       count(kg.KindPerson, store.GroupBy{Tie: "role"}),
		"a_count_by_a_tie_of_a_walk":        from(store.Step{Relation: kg.PartOf, Direction: kg.In, Walk: true}, store.GroupBy{Tie: "role"}),
		"a_count_by_a_day_of_the_tie":       from(lives, store.GroupBy{Tie: "validFrom"}),
		"a_count_by_what_ties_do_not_carry": from(lives, store.GroupBy{Tie: "role"}),
		"a_count_by_a_field_of_some_kinds":  from(store.Step{Relation: kg.HoldsPost, Direction: kg.Out}, store.GroupBy{Field: "level"}),
		"a_count_from_a_bad_step":           from(store.Step{Relation: "KNOWS", Direction: kg.In}, store.GroupBy{}),
		"a_count_from_no_step":              counting(today, store.CountQuery{From: &store.CountFrom{Sources: g.f.IDs("h1")}}),
		"a_count_from_a_step_and_of_a_kind": counting(today, store.CountQuery{Kind: kg.KindPerson, From: &store.CountFrom{Step: &lives}}),
		"a_count_with_a_limit_below_zero":   counting(today, store.CountQuery{Kind: kg.KindPerson, Limit: -1}),
		"a_count_by_level_of_buildings":     count(kg.KindPerson, store.GroupBy{AreaKind: kg.KindBuilding, AreaLevel: "BASE"}),
		"an_ancestry_by_reference":          climbing(today, store.AncestryQuery{Direction: kg.ByRef}),
		"an_ancestry_of_negative_depth":     climbing(today, store.AncestryQuery{Direction: kg.Out, Depth: -1}),
		"an_ancestry_of_unknown_kinds":      climbing(today, store.AncestryQuery{Direction: kg.Out, Kinds: []kg.Kind{"PLANET"}}),
		"no_changes_at_a_time":              {"Changes 0, 0", func(ctx context.Context, s store.Store) (any, error) { return s.Changes(ctx, 0, 0) }},
	}
	for name, q := range cases {
		t.Run(name, func(t *testing.T) {
			_, err := g.same(t, q)
			var invalid *kg.InvalidError
			if !errors.As(err, &invalid) || invalid.Argument == "" || invalid.Allowed == "" {
				t.Errorf("%s\ngot %v, want an error that names the argument and what is allowed", q.what, err)
			}
		})
	}
}

// testContexts is about contexts that are over before or while a question is asked.
func (g *graph) testContexts(t *testing.T) {
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	late, cancelLate := context.WithDeadline(t.Context(), time.Unix(1, 0))
	defer cancelLate()
	for name, ask := range everyMethod(g.f) {
		t.Run("a_cancelled_context_ends_"+name, func(t *testing.T) {
			err := ask(cancelled, g.Store)
			if !errors.Is(err, context.Canceled) && !errors.Is(err, kg.ErrTimeout) {
				t.Errorf("got %v", err)
			}
		})
		t.Run("a_deadline_that_passed_is_a_timeout_of_"+name, func(t *testing.T) {
			if err := ask(late, g.Store); !errors.Is(err, kg.ErrTimeout) {
				t.Errorf("got %v", err)
			}
		})
		t.Run("and_then_it_works_again_"+name, func(t *testing.T) {
			if err := ask(t.Context(), g.Store); err != nil {
				t.Error(err)
			}
		})
	}
}

// everyMethod asks something small of every method.
func everyMethod(f *Fixture) map[string]func(context.Context, store.Store) error {
	return map[string]func(context.Context, store.Store) error{
		"nodes": func(ctx context.Context, s store.Store) error {
			_, err := s.Nodes(ctx, today, []store.Group{{IDs: f.IDs("li")}})
			return err
		},
		"expand": func(ctx context.Context, s store.Store) error {
			_, err := s.Expand(ctx, today, f.IDs("h5"), plan(residents(all)))
			return err
		},
		"list": func(ctx context.Context, s store.Store) error {
			_, err := s.List(ctx, today, store.ListQuery{Kind: kg.KindPerson, Window: all})
			return err
		},
		"within": func(ctx context.Context, s store.Store) error {
			_, err := s.Within(ctx, today, boxes(kg.KindBuilding, geo.Box{Max: geo.Point{Lat: 90, Lon: 180}}))
			return err
		},
		"search": func(ctx context.Context, s store.Store) error {
			_, err := s.Search(ctx, today, store.SearchQuery{Text: text.Query("王"), Limit: 5})
			return err
		},
		"count": func(ctx context.Context, s store.Store) error {
			_, err := s.Count(ctx, today, store.CountQuery{Kind: kg.KindPerson})
			return err
		},
		"ancestry": func(ctx context.Context, s store.Store) error {
			_, err := s.Ancestry(ctx, today, store.AncestryQuery{Starts: f.IDs("h1"), Direction: kg.Out})
			return err
		},
		"apply": func(ctx context.Context, s store.Store) error {
			_, err := s.Apply(ctx, &store.Batch{Changes: []store.Mutation{{Op: store.PutNode, Node: f.Node("li")}}})
			return err
		},
		"changes": func(ctx context.Context, s store.Store) error {
			_, err := s.Changes(ctx, 0, 10)
			return err
		},
		"ready": func(ctx context.Context, s store.Store) error {
			_, err := s.Ready(ctx)
			return err
		},
	}
}
