package storetest

import (
	"fmt"
	"strings"
	"testing"

	"lintu/kg"
	"lintu/store"
)

func up(w store.Window) store.Step {
	return store.Step{Relation: kg.PartOf, Direction: kg.Out, Walk: true, Window: w}
}

func down(w store.Window) store.Step {
	return store.Step{Relation: kg.PartOf, Direction: kg.In, Walk: true, Window: w}
}

// testWalks is about steps that walk the containment tree.
func (g *graph) testWalks(t *testing.T) {
	t.Run("up_gives_ancestors_nearest_first_with_their_depth", func(t *testing.T) {
		page := g.step(t, today, "h1", up(store.Window{Limit: 99, Count: true}))
		equal(t, "ancestors", g.pageNames(page), "e1, b3, grid3, community, district, township, county, city, province")
		equal(t, "total", page.Total, 9)
		for i, e := range page.Edges {
			if e.Depth != i+1 || e.Position.Value != int64(i+1) || e.Position.ID != e.Item.Node.Common().ID || e.Tie != nil {
				t.Errorf("edge %d: depth %d, position %v, tie %v", i, e.Depth, e.Position, e.Tie)
			}
		}
	})
	t.Run("down_gives_descendants_in_the_order_of_the_step", func(t *testing.T) {
		page := g.step(t, today, "grid3", down(all))
		equal(t, "descendants", sortedNames(g.pageNames(page)), "b12, b3, e1, e12, e2, h1, h2, h3, h4, h8")
		inOrder(t, "by title", false, 10, page)
		s := down(all)
		s.Kinds, s.Order = []kg.Kind{kg.KindBuilding}, store.Order{By: "floors", Desc: true}
		equal(t, "tallest first", g.pageNames(g.step(t, today, "township", s)), "b12, b3, "+g.twins(t)+", barn")
	})
	t.Run("depth_limits_the_walk", func(t *testing.T) {
		s := up(all)
		s.Depth = 2
		equal(t, "two up", g.pageNames(g.step(t, today, "h4", s)), "e2, b3")
		s = down(all)
		s.Depth = 1
		equal(t, "one down", sortedNames(g.pageNames(g.step(t, today, "village", s))), "grid1, grid2, h7, twin")
	})
	t.Run("kinds_and_filters_restrict_what_is_given_and_not_what_is_walked_through", func(t *testing.T) {
		s := up(all)
		s.Kinds = []kg.Kind{kg.KindBuilding, kg.KindDivision}
		s.Node = kg.Not{F: kg.Compare{Field: "level", Op: kg.EQ, Value: "PROVINCE"}}
		equal(t, "ancestors", g.pageNames(g.step(t, today, "h1", s)), "b3, community, district, township, county, city")
		s = down(all)
		s.Kinds = []kg.Kind{kg.KindHousehold}
		s.Node = kg.Compare{Field: "careLevel", Op: kg.EQ, Value: "RED"}
		equal(t, "households", sortedNames(g.pageNames(g.step(t, today, "city", s))), "h1, h6")
	})
	t.Run("a_walk_pages_in_both_directions", func(t *testing.T) {
		for source, s := range map[string]store.Step{"h1": up(all), "township": down(all)} {
			pageThrough(t, describe(source, s), func(w store.Window) *store.Page {
				s.Window = w
				return g.step(t, today, source, s)
			})
		}
		s := down(all)
		s.Order = store.Order{By: store.OrderTitle, Desc: true}
		pageThrough(t, "down, descending", func(w store.Window) *store.Page {
			s.Window = w
			return g.step(t, today, "village", s)
		})
	})
	t.Run("a_descending_order_does_not_turn_a_walk_upwards", func(t *testing.T) {
		s := up(store.Window{Limit: 2})
		s.Order = store.Order{By: store.OrderTitle, Desc: true}
		equal(t, "nearest", g.pageNames(g.step(t, today, "h1", s)), "e1, b3")
	})
	t.Run("a_walk_follows_the_ties_of_its_day", func(t *testing.T) {
		s := up(store.Window{Limit: 2})
		equal(t, "before the move", g.pageNames(g.step(t, on("2024-02-29"), "h4", s)), "b12, grid3")
		equal(t, "on the day of the move", g.pageNames(g.step(t, on("2024-03-01"), "h4", s)), "e2, b3")
		equal(t, "in the old village", sortedNames(g.pageNames(g.step(t, on("2020-12-31"), "oldvillage", down(all)))), "barn, grid2, h5")
		equal(t, "after it", g.pageNames(g.step(t, today, "oldvillage", down(all))), "")
	})
	t.Run("at_always_each_relative_comes_once_by_its_shortest_way", func(t *testing.T) {
		page := g.step(t, always, "h4", up(all))
		seen := map[string]int{}
		for _, e := range page.Edges {
			seen[g.f.Name(e.Item.Node.Common().ID)] = e.Depth
		}
		equal(t, "ancestors", len(page.Edges), len(seen))
		equal(t, "depth of b12", seen["b12"], 1)
		equal(t, "depth of grid3", seen["grid3"], 2)
		equal(t, "depth of township", seen["township"], 4) // by its tie of before 2022
	})
	t.Run("walks_and_steps_nest_in_each_other", func(t *testing.T) {
		homes := down(store.Window{Limit: 2, Count: true})
		homes.Key, homes.Kinds = "homes", []kg.Kind{kg.KindHousehold}
		homes.Plan = plan(residents(all))
		grids := up(all)
		grids.Key, grids.Kinds, grids.Plan = "k", []kg.Kind{kg.KindGrid}, plan(&homes)
		live := store.Step{Relation: kg.LivesIn, Direction: kg.Out, Window: all, Plan: plan(&grids)}
		page := g.step(t, today, "wang1", live)
		grid := page.Edges[0].Item.Tree["k"].Edges[0].Item
		equal(t, "grid", g.f.Name(grid.Node.Common().ID), "grid3")
		equal(t, "homes", grid.Tree["homes"].Total, 5)
		equal(t, "first homes", g.pageNames(grid.Tree["homes"]), "h1, h8")
		equal(t, "residents", g.pageNames(grid.Tree["homes"].Edges[0].Item.Tree["residents"]), "wang1")
	})
	t.Run("nothing_has_ancestors_above_the_top_or_below_the_end", func(t *testing.T) {
		equal(t, "above", g.step(t, today, "province", up(store.Window{Count: true})).Total, 0)
		equal(t, "below", g.step(t, today, "h1", down(store.Window{Count: true})).Total, 0)
		equal(t, "above a person", g.step(t, today, "li", up(store.Window{Count: true})).Total, 0)
	})
}

// twins are hall and twin, which have one title and as many floors, in the order of their ids.
func (g *graph) twins(t *testing.T) string {
	t.Helper()
	hall, twin := g.f.ID("hall"), g.f.ID("twin")
	if hall > twin { // descending
		return "hall, twin"
	}
	return "twin, hall"
}

func (g *graph) testAncestry(t *testing.T) {
	relatives := func(t *testing.T, v store.View, q store.AncestryQuery, start string) string {
		t.Helper()
		var out []string
		for _, r := range g.ancestry(t, v, q)[g.f.ID(start)] {
			out = append(out, fmt.Sprintf("%d %s", r.Depth, g.f.Name(r.Node.Common().ID)))
		}
		return strings.Join(out, ", ")
	}
	t.Run("many_starts_are_answered_at_once", func(t *testing.T) {
		q := store.AncestryQuery{Starts: g.f.IDs("h1", "barn", "h1", "province", "li"), Direction: kg.Out}
		equal(t, "above h1", relatives(t, today, q, "h1"), "1 e1, 2 b3, 3 grid3, 4 community, 5 district, 6 township, 7 county, 8 city, 9 province")
		equal(t, "above barn", relatives(t, today, q, "barn"), "1 grid2, 2 village, 3 township, 4 county, 5 city, 6 province")
		equal(t, "above province", relatives(t, today, q, "province"), "")
		equal(t, "above a person", relatives(t, today, q, "li"), "")
	})
	t.Run("down_comes_by_depth_and_then_by_id", func(t *testing.T) {
		all := g.ancestry(t, today, store.AncestryQuery{Starts: g.f.IDs("township"), Direction: kg.In})[g.f.ID("township")]
		equal(t, "relatives", len(all), 23)
		for i := 1; i < len(all); i++ {
			a, b := all[i-1], all[i]
			if a.Depth > b.Depth || (a.Depth == b.Depth && a.Node.Common().ID >= b.Node.Common().ID) {
				t.Errorf("%s at depth %d stands behind %s at depth %d", b.Node.Common().ID, b.Depth, a.Node.Common().ID, a.Depth)
			}
		}
	})
	t.Run("depth_and_kinds_restrict_the_answer", func(t *testing.T) {
		q := store.AncestryQuery{Starts: g.f.IDs("village", "h2"), Direction: kg.In, Depth: 2, Kinds: []kg.Kind{kg.KindHousehold}}
		equal(t, "households", relatives(t, today, q, "village"), "1 h7")
		q.Depth = 3
		q.Kinds = append(q.Kinds, kg.KindGrid)
		got := strings.Split(relatives(t, today, q, "village"), ", ")
		equal(t, "households and grids", sortedNames(strings.Join(got, ", ")), "1 grid1, 1 grid2, 1 h7, 2 micro, 3 h5, 3 h6")
		equal(t, "below a household", relatives(t, today, q, "h2"), "")
	})
	t.Run("the_walk_is_of_its_day_and_stops_where_a_node_does_not_live", func(t *testing.T) {
		q := store.AncestryQuery{Starts: g.f.IDs("h5"), Direction: kg.Out}
		equal(t, "in 2020", relatives(t, on("2020-06-06"), q, "h5"), "1 barn, 2 grid2, 3 oldvillage, 4 township, 5 county, 6 city, 7 province")
		equal(t, "today", relatives(t, today, q, "h5"), "1 barn, 2 grid2, 3 village, 4 township, 5 county, 6 city, 7 province")
		q.Starts = g.f.IDs("shed", "closed")
		equal(t, "above the shed while its grid lived", relatives(t, on("2024-12-31"), q, "shed"), "1 closed, 2 village, 3 township, 4 county, 5 city, 6 province")
		equal(t, "above the shed today", relatives(t, today, q, "shed"), "")
		equal(t, "above the closed grid itself", relatives(t, today, q, "closed"), "1 village, 2 township, 3 county, 4 city, 5 province")
	})
	t.Run("a_start_need_not_exist", func(t *testing.T) {
		got := g.ancestry(t, today, store.AncestryQuery{Starts: []kg.ID{NameID(kg.KindGrid, "nobody"), ""}, Direction: kg.Out})
		for id, relatives := range got {
			equal(t, "relatives of "+string(id), len(relatives), 0)
		}
	})
}
