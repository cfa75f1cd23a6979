package storetest

import (
	"testing"

	"lintu/kg"
	"lintu/store"
)

// residents is the step from households to who lives there.
func residents(w store.Window) *store.Step {
	return &store.Step{Key: "residents", Relation: kg.LivesIn, Direction: kg.In, Window: w}
}

func (g *graph) testExpand(t *testing.T) {
	t.Run("limit_order_and_totals_are_per_source", g.expandPerSource)
	t.Run("every_order_goes_both_ways_with_the_tie_as_the_last_word", g.expandOrders)
	t.Run("after_and_before_page_through_a_step_in_both_directions", g.expandPages)
	t.Run("sources_are_made_distinct_and_need_not_exist", func(t *testing.T) {
		nobody := NameID(kg.KindHousehold, "nobody")
		trees := g.expand(t, today, []kg.ID{g.f.ID("h5"), nobody, g.f.ID("h5")}, plan(residents(store.Window{Limit: 9, Count: true})))
		equal(t, "trees", len(trees), 2)
		equal(t, "edges of nobody", len(trees[nobody]["residents"].Edges), 0)
		equal(t, "residents of h5", trees[g.f.ID("h5")]["residents"].Total, 3)
	})
	t.Run("a_tie_comes_with_all_its_fields_on_the_edge", func(t *testing.T) {
		for _, c := range []struct {
			source string
			step   store.Step
			tie    string
		}{
			{"zeng", store.Step{Relation: kg.OnDutyAt, Direction: kg.Out}, "zeng ON_DUTY_AT station"},
			{"village", store.Step{Relation: kg.OnDutyAt, Direction: kg.In}, "li ON_DUTY_AT village"},
			{"ann", store.Step{Relation: kg.ContactOf, Direction: kg.Out}, "ann CONTACT_OF h1"},
			{"community", store.Step{Relation: kg.PairedWith, Direction: kg.In}, "school PAIRED_WITH community"},
			{"zeng", store.Step{Relation: kg.SitsOn, Direction: kg.Out}, "zeng SITS_ON joint"},
			{"li", store.Step{Relation: kg.DeployedTo, Direction: kg.Out}, "li DEPLOYED_TO village"},
			{"shan", store.Step{Relation: kg.HoldsPost, Direction: kg.Out}, "shan HOLDS_POST b3 2"},
		} {
			c.step.Window = all
			page := g.step(t, today, c.source, c.step)
			want := g.f.TieNamed(c.tie)
			if len(page.Edges) != 1 || !kg.EqualTies(page.Edges[0].Tie, want) || page.Edges[0].Tie.Version != 1 {
				t.Errorf("%s: got %+v, want %+v", c.tie, page.Edges, want)
			}
		}
	})
	t.Run("every_relation_is_followed_both_ways", func(t *testing.T) {
		for _, d := range kg.Relations {
			for _, dir := range []kg.Direction{kg.Out, kg.In} {
				total := 0
				near := d.Froms()
				if dir == kg.In {
					near = d.Tos()
				}
				for _, k := range near {
					for _, tree := range g.expand(t, always, g.f.Of(k), plan(&store.Step{Key: "k", Relation: d.Relation, Direction: dir, Window: store.Window{Limit: 99, Count: true}})) {
						total += tree["k"].Total
					}
				}
				ties := 0
				for _, m := range g.f.Changes {
					if m.Tie != nil && m.Tie.Relation == d.Relation {
						ties++
					}
				}
				if total != ties || ties == 0 {
					t.Errorf("%s %s: %d of %d ties", d.Relation, dir, total, ties)
				}
			}
		}
	})
	t.Run("the_same_two_may_be_tied_twice_and_recur", func(t *testing.T) {
		page := g.step(t, today, "h1", store.Step{Relation: kg.ResponsibleFor, Direction: kg.In, Window: store.Window{Limit: 9, Count: true}})
		equal(t, "responsible", sortedNames(g.pageNames(page)), "shan, shan, zeng")
		equal(t, "total counts ties", page.Total, 3)
	})
	t.Run("filters_on_the_tie_and_on_the_far_end_hold_in_one_condition", func(t *testing.T) {
		step := store.Step{Relation: kg.ResponsibleFor, Direction: kg.In, Window: store.Window{Limit: 9, Count: true},
			Tie: kg.Compare{Field: "scheme", Op: kg.EQ, Value: "1+10"}}
		page := g.step(t, today, "h1", step)
		equal(t, "by scheme", sortedNames(g.pageNames(page)), "shan, zeng")
		equal(t, "total by scheme", page.Total, 2)
		step.Node = kg.Compare{Field: "retired", Op: kg.EQ, Value: true}
		equal(t, "by scheme and retired", g.pageNames(g.step(t, today, "h1", step)), "shan")
	})
	t.Run("kinds_choose_among_the_far_ends", func(t *testing.T) {
		step := store.Step{Relation: kg.HoldsPost, Direction: kg.Out, Kinds: []kg.Kind{kg.KindGrid, kg.KindBuilding, kg.KindTeam}, Window: all}
		equal(t, "posts", sortedNames(g.pageNames(g.step(t, today, "li", step))), "b3, grid1, volunteers")
		step.Kinds = []kg.Kind{kg.KindPerson}
		equal(t, "posts at people", g.pageNames(g.step(t, today, "li", step)), "")
	})
	t.Run("limit_0_is_a_count_only", func(t *testing.T) {
		page := g.step(t, today, "h5", *residents(store.Window{Count: true}))
		if len(page.Edges) != 0 || page.Total != 3 || !page.HasNext || page.HasPrev {
			t.Errorf("got %+v", page)
		}
		page = g.step(t, today, "h7", *residents(store.Window{Count: true}))
		if page.Total != 0 || page.HasNext {
			t.Errorf("of nobody: got %+v", page)
		}
	})
	t.Run("plans_nest_and_shared_children_are_whole_under_every_parent", g.expandNested)
	t.Run("no_plan_gives_empty_trees", func(t *testing.T) {
		for _, p := range []*store.Plan{nil, plan()} {
			trees := g.expand(t, today, g.f.IDs("h1", "li"), p)
			equal(t, "trees", len(trees), 2)
		}
		equal(t, "trees of no sources", len(g.expand(t, today, nil, plan(residents(all)))), 0)
	})
}

func (g *graph) expandPerSource(t *testing.T) {
	ids := g.f.IDs("h1", "h2", "h4", "h5", "h6", "h7")
	trees := g.expand(t, today, ids, plan(residents(store.Window{Limit: 2, Count: true})))
	for home, want := range map[string]struct{ edges, total int }{"h1": {1, 1}, "h2": {1, 1}, "h4": {2, 2}, "h5": {2, 3}, "h6": {1, 1}, "h7": {0, 0}} {
		page := trees[g.f.ID(home)]["residents"]
		if len(page.Edges) != want.edges || page.Total != want.total || page.HasNext != (want.total > 2) || page.HasPrev {
			t.Errorf("%s: %d edges, total %d, next %v, prev %v; want %+v", home, len(page.Edges), page.Total, page.HasNext, page.HasPrev, want)
		}
	}
}

// longSteps are steps with three edges or more: far ends of one kind, of several, with equal order values, and one
// far end that recurs.
func longSteps() map[string]store.Step {
	return map[string]store.Step{
		"h5":         {Relation: kg.LivesIn, Direction: kg.In},
		"h3":         {Relation: kg.ContactOf, Direction: kg.In},
		"h1":         {Relation: kg.ResponsibleFor, Direction: kg.In, Kinds: []kg.Kind{kg.KindPerson}},
		"li":         {Relation: kg.HoldsPost, Direction: kg.Out},
		"village":    {Relation: kg.PartOf, Direction: kg.In},
		"volunteers": {Relation: kg.InTeam, Direction: kg.In},
	}
}

// ordersOf are a step's orders: its default, id, title and what sorts all its far ends.
func ordersOf(s store.Step) []store.Order {
	var out []store.Order
	for _, by := range []string{"", store.OrderID, store.OrderTitle, "birthDate", "code", "floors"} {
		if o := (store.Order{By: by}); o.Valid(s.FarKinds()...) {
			out = append(out, o, store.Order{By: by, Desc: true})
		}
	}
	return out
}

func (g *graph) expandOrders(t *testing.T) {
	for source, s := range longSteps() {
		for _, s.Order = range ordersOf(s) {
			if !g.asks("orders of ties", source, s.Order) {
				continue
			}
			s.Window = all
			inOrder(t, describe(source, s), s.Order.Desc, 3, g.step(t, today, source, s))
		}
	}
	titles := store.Step{Relation: kg.LivesIn, Direction: kg.In, Window: all, Order: store.Order{By: store.OrderTitle}}
	equal(t, "by title", g.pageNames(g.step(t, today, "h5", titles)), "lihong, child, li") // hong, le, xiao ming
	titles.Order = store.Order{By: "birthDate", Desc: true}
	equal(t, "youngest first", g.pageNames(g.step(t, today, "h5", titles)), "child, lihong, li")
}

func (g *graph) expandPages(t *testing.T) {
	orders := map[string]store.Order{
		"h5": {By: "birthDate"}, "h3": {By: store.OrderTitle, Desc: true}, "h1": {}, "li": {By: store.OrderTitle},
		"village": {By: store.OrderID, Desc: true}, "volunteers": {By: "birthDate", Desc: true},
	}
	for source, s := range longSteps() {
		s.Order = orders[source]
		pageThrough(t, describe(source, s), func(w store.Window) *store.Page {
			s.Window = w
			return g.step(t, today, source, s)
		})
	}
}

func (g *graph) expandNested(t *testing.T) {
	staff := &store.Step{Key: "staff", Relation: kg.WorksAt, Direction: kg.In, Window: store.Window{Limit: 5, Count: true}}
	work := &store.Step{Key: "work", Relation: kg.WorksAt, Direction: kg.Out, Window: all, Plan: plan(staff)}
	home := &store.Step{Key: "home", Relation: kg.LivesIn, Direction: kg.Out, Window: all, Plan: plan(residents(store.Window{Limit: 1, Count: true}))}
	people := residents(all)
	people.Plan = plan(work, home)
	trees := g.expand(t, today, g.f.IDs("h2", "h4"), plan(people))
	for _, source := range []string{"h2", "h4"} {
		for _, e := range trees[g.f.ID(source)]["residents"].Edges {
			name := g.f.Name(e.Item.Node.Common().ID)
			work, home := e.Item.Tree["work"], e.Item.Tree["home"]
			equal(t, name+"'s home", g.pageNames(home), source)
			if len(home.Edges[0].Item.Tree["residents"].Edges) != 1 {
				t.Errorf("%s: the inner limit of one was not kept", name)
			}
			if name == "xie" {
				equal(t, "units of xie", len(work.Edges), 0)
				continue
			}
			equal(t, name+"'s unit", g.pageNames(work), "school")
			equal(t, "staff of "+name+"'s unit", sortedNames(g.pageNames(work.Edges[0].Item.Tree["staff"])), "wang2, zeng")
		}
	}
}

// testReferences is about ties that refer to a third node, and steps that start there.
func (g *graph) testReferences(t *testing.T) {
	seats := func() store.Step {
		return store.Step{Relation: kg.SitsOn, Direction: kg.ByRef, Window: store.Window{Limit: 9, Count: true}}
	}
	t.Run("by_ref_goes_from_the_referred_node_to_the_source", func(t *testing.T) {
		equal(t, "seats of gov", g.pageNames(g.step(t, today, "gov", seats())), "li, li")
		equal(t, "seats of school", g.pageNames(g.step(t, today, "school", seats())), "zeng")
		equal(t, "seats of school in 2023", sortedNames(g.pageNames(g.step(t, on("2023-01-01"), "school", seats()))), "wang2, zeng")
		equal(t, "seats of clinic", g.step(t, today, "clinic", seats()).Total, 0)
		deployed := store.Step{Relation: kg.DeployedTo, Direction: kg.ByRef, Window: all}
		equal(t, "deployed by gov", g.pageNames(g.step(t, today, "gov", deployed)), "li")
		site := store.Step{Relation: kg.WorksAt, Direction: kg.ByRef, Window: all}
		equal(t, "staff at the site b12", g.pageNames(g.step(t, today, "b12", site)), "zeng")
	})
	t.Run("other_brings_the_end_that_by_ref_does_not_reach", func(t *testing.T) {
		s := seats()
		s.Other = plan(&store.Step{Key: "leads", Relation: kg.Leads, Direction: kg.Out, Window: all})
		page := g.step(t, today, "gov", s)
		led := map[string]string{}
		for _, e := range page.Edges {
			led[g.f.Name(e.Other.Node.Common().ID)] = g.pageNames(e.Other.Tree["leads"])
		}
		equal(t, "led by joint", led["joint"], "community")
		equal(t, "led by meeting", led["meeting"], "county")
	})
	t.Run("the_other_end_of_by_ref_need_not_live", func(t *testing.T) {
		page := g.step(t, on("2005-01-01"), "clinic", store.Step{Relation: kg.SitsOn, Direction: kg.ByRef, Window: all, Other: plan()})
		equal(t, "seats", g.pageNames(page), "shan")
		equal(t, "committee to come", g.f.Name(page.Edges[0].Other.Node.Common().ID), "oldmeeting")
	})
	t.Run("ref_brings_the_referred_node_with_its_own_plan", func(t *testing.T) {
		s := store.Step{Relation: kg.SitsOn, Direction: kg.In, Window: all,
			Ref: plan(&store.Step{Key: "staff", Relation: kg.WorksAt, Direction: kg.In, Window: store.Window{Count: true}})}
		page := g.step(t, today, "joint", s)
		for _, e := range page.Edges {
			person := g.f.Name(e.Item.Node.Common().ID)
			want := map[string]string{"zeng": "school", "li": "gov"}[person]
			equal(t, "the unit behind "+person, g.f.Name(e.Ref.Node.Common().ID), want)
			equal(t, "its staff", e.Ref.Tree["staff"].Total, map[string]int{"school": 2, "gov": 1}[want])
		}
		equal(t, "seats", len(page.Edges), 2)
	})
	t.Run("ref_without_steps_is_still_brought_and_absent_where_the_tie_has_none", func(t *testing.T) {
		page := g.step(t, today, "li", store.Step{Relation: kg.WorksAt, Direction: kg.Out, Window: all, Ref: plan()})
		sites := map[string]string{}
		for _, e := range page.Edges {
			if e.Ref != nil {
				sites[g.f.Name(e.Item.Node.Common().ID)] = g.f.Name(e.Ref.Node.Common().ID)
			}
		}
		equal(t, "site at gov", sites["gov"], "hall")
		equal(t, "sites", len(sites), 1)
		for _, e := range g.step(t, today, "li", store.Step{Relation: kg.WorksAt, Direction: kg.Out, Window: all}).Edges {
			if e.Ref != nil || e.Other != nil {
				t.Errorf("a reference came that was not asked for: %+v", e)
			}
		}
	})
	t.Run("a_step_by_ref_can_have_ref_and_other_and_a_plan_at_once", func(t *testing.T) {
		s := seats()
		s.Ref, s.Other = plan(), plan()
		s.Plan = plan(&store.Step{Key: "posts", Relation: kg.HoldsPost, Direction: kg.Out, Window: store.Window{Limit: 2, Count: true}})
		for _, e := range g.step(t, today, "gov", s).Edges {
			equal(t, "referred unit", g.f.Name(e.Ref.Node.Common().ID), "gov")
			equal(t, "posts of li", e.Item.Tree["posts"].Total, 11)
			if e.Other == nil {
				t.Error("Other is missing")
			}
		}
	})
	t.Run("steps_by_ref_page_like_others", func(t *testing.T) {
		pageThrough(t, "seats of gov", func(w store.Window) *store.Page {
			s := seats()
			s.Window = w
			return g.step(t, always, "gov", s)
		})
	})
}
