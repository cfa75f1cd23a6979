package storetest

import (
	"testing"

	"lintu/geo"
	"lintu/kg"
	"lintu/store"
	"lintu/text"
)

// testScope is about readers who may see some areas only: what is outside is as if it did not exist.
func (g *graph) testScope(t *testing.T) {
	here := g.scoped("grid3") // b3, b12, their homes, who lives there, the clinic
	t.Run("nodes_out_of_scope_are_absent", func(t *testing.T) {
		items := g.nodes(t, here, store.Group{IDs: g.f.IDs("grid3", "h1", "wang1", "clinic", "bell1", "station", "community", "h5", "li", "school", "joint", "volunteers", "qiu")})[0]
		var ids []kg.ID
		for id := range items {
			ids = append(ids, id)
		}
		equal(t, "visible", sortedNames(g.f.Names(ids...)), "bell1, clinic, grid3, h1, station, volunteers, wang1")
	})
	t.Run("nobody_who_has_no_area_sees_anything", func(t *testing.T) {
		blind := g.scoped()
		for _, d := range kg.Kinds {
			equal(t, "nodes", len(g.nodes(t, blind, store.Group{IDs: g.f.Of(d.Kind)})[0]), 0)
			equal(t, "total", g.list(t, blind, store.ListQuery{Kind: d.Kind, Window: store.Window{Count: true}}).Total, 0)
		}
		equal(t, "nothing", g.found(t, store.View{AsOf: Today}, kg.KindPerson, nil), "")
	})
	t.Run("lists_and_totals_are_in_scope", func(t *testing.T) {
		page := g.list(t, here, store.ListQuery{Kind: kg.KindPerson, Window: store.Window{Limit: 2, Count: true}})
		equal(t, "total", page.Total, 5)
		equal(t, "people", g.found(t, here, kg.KindPerson, nil), "shan, wang1, wang2, xie, zeng")
		equal(t, "units", g.found(t, here, kg.KindUnit, nil), "clinic")
		equal(t, "in two areas", g.found(t, g.scoped("h1", "village", "micro"), kg.KindHousehold, nil), "h1, h5, h6, h7")
		equal(t, "in an area that does not exist", g.found(t, store.View{Scope: store.Scope{Areas: []kg.ID{NameID(kg.KindGrid, "nobody")}, Today: Today}, AsOf: Today}, kg.KindHousehold, nil), "")
	})
	t.Run("far_ends_out_of_scope_are_in_no_page_and_no_total", func(t *testing.T) {
		count := store.Window{Limit: 9, Count: true}
		for _, c := range []struct {
			source string
			step   store.Step
			want   string
		}{
			{"h1", store.Step{Relation: kg.ContactOf, Direction: kg.In}, "zeng"},
			{"clinic", store.Step{Relation: kg.WorksAt, Direction: kg.In}, ""},
			{"wang2", store.Step{Relation: kg.WorksAt, Direction: kg.Out}, ""},
			{"volunteers", store.Step{Relation: kg.InTeam, Direction: kg.In}, "shan, zeng"},
			{"b3", store.Step{Relation: kg.HoldsPost, Direction: kg.In}, "shan"},
		} {
			c.step.Window = count
			page := g.step(t, here, c.source, c.step)
			equal(t, c.source+" "+string(c.step.Relation), sortedNames(g.pageNames(page)), c.want)
			equal(t, "total of it", page.Total, len(page.Edges))
		}
	})
	t.Run("linked_filters_do_not_see_what_is_out_of_scope", func(t *testing.T) {
		g.check(t, here, kg.KindPerson, filterCase{some(kg.WorksAt, kg.Out, nil, nil), ""}, filterCase{none(kg.WorksAt, kg.Out, nil, nil), "shan, wang1, wang2, xie, zeng"})
		g.check(t, here, kg.KindHousehold, filterCase{kg.Linked{Relation: kg.ContactOf, Direction: kg.In, Min: 2, Max: -1}, "h3"},
			filterCase{some(kg.ContactOf, kg.In, nil, eq("name", "王秀")), ""}, filterCase{some(kg.ContactOf, kg.In, nil, kg.Not{F: eq("name", "曾国强")}), "h3"})
		nested := some(kg.LivesIn, kg.In, nil, some(kg.InTeam, kg.Out, nil, some(kg.InTeam, kg.In, nil, eq("name", "李乐"))))
		g.check(t, today, kg.KindHousehold, filterCase{nested, "h4, h5, h8"})
		g.check(t, here, kg.KindHousehold, filterCase{nested, ""})
	})
	t.Run("who_lives_in_a_home_that_is_seen_is_seen_only_where_the_same_areas_say_so", func(t *testing.T) {
		then := g.scoped("h4")
		then.Scope.Today = kg.MustDate("2022-06-06")
		besides := here
		besides.Scope.Also = g.f.IDs("h5")
		without := here
		without.Scope.Without = []kg.Kind{kg.KindPerson}
		for _, c := range []struct {
			name  string
			view  store.View
			home  string
			read  bool // the home is read too; else it is only a source
			below string
		}{
			{"in scope", here, "h4", true, "xie, zeng"},
			{"a source in scope", here, "h4", false, "xie, zeng"},
			{"a source out of scope", here, "h5", false, ""},
			{"a home shown beside the scope", besides, "h5", true, ""},
			{"a home shown beside the scope, as a source", besides, "h5", false, ""},
			{"who moved in after the scope's day", then, "h4", true, "xie"},
			{"people are hidden", without, "h4", true, ""},
		} {
			step := residents(store.Window{Limit: 9, Count: true})
			var tree store.Tree
			if id := g.f.ID(c.home); c.read {
				item := g.nodes(t, c.view, store.Group{IDs: []kg.ID{id}, Plan: plan(step)})[0][id]
				if item == nil {
					t.Fatalf("%s: %s is not seen", c.name, c.home)
				}
				tree = item.Tree
			} else {
				tree = g.expand(t, c.view, []kg.ID{id}, plan(step))[id]
			}
			page := tree[step.Key]
			equal(t, c.name, sortedNames(g.pageNames(page)), c.below)
			equal(t, c.name+": total", page.Total, len(page.Edges))
		}
	})
	t.Run("references_and_other_ends_out_of_scope_are_not_brought", func(t *testing.T) {
		work := store.Step{Relation: kg.RegisteredWith, Direction: kg.Out, Window: all, Ref: plan()}
		edges := g.step(t, g.scoped("community"), "zeng", work).Edges
		if len(edges) != 1 || edges[0].Ref == nil {
			t.Fatalf("school is paired with the community: got %+v", edges)
		}
		edges = g.step(t, store.View{Scope: store.Scope{Areas: g.f.IDs("grid1"), Today: Today}, AsOf: Today}, "zhou", work).Edges
		if len(edges) != 1 || edges[0].Ref != nil {
			t.Errorf("the property company is not of grid1: got %+v", edges)
		}
		seats := store.Step{Relation: kg.SitsOn, Direction: kg.ByRef, Window: all, Other: plan()}
		edges = g.step(t, here, "school", seats).Edges
		if len(edges) != 1 || edges[0].Other != nil {
			t.Errorf("the committee is not of grid3: got %+v", edges)
		}
	})
	t.Run("walks_and_ancestry_give_only_what_is_in_scope", func(t *testing.T) {
		equal(t, "up", g.pageNames(g.step(t, here, "h1", up(all))), "e1, b3, grid3")
		equal(t, "down from above", g.step(t, here, "township", down(store.Window{Count: true})).Total, 11)
		equal(t, "ancestors", len(g.ancestry(t, here, store.AncestryQuery{Starts: g.f.IDs("h1"), Direction: kg.Out})[g.f.ID("h1")]), 3)
		equal(t, "descendants", len(g.ancestry(t, here, store.AncestryQuery{Starts: g.f.IDs("province"), Direction: kg.In})[g.f.ID("province")]), 11)
	})
	t.Run("search_hits_and_totals_are_in_scope", func(t *testing.T) {
		page := g.search(t, here, store.SearchQuery{Text: text.Query("王"), Limit: 1, Count: true})
		equal(t, "total", page.Total, 2) // not stranger
		equal(t, "whole", g.search(t, here, store.SearchQuery{Text: text.Query("王秀"), Limit: 9}).Hits[0].Position.Class, text.Prefix)
	})
	t.Run("within_gives_only_what_is_in_scope", func(t *testing.T) {
		world := geo.Box{Min: geo.Point{Lat: -90, Lon: -180}, Max: geo.Point{Lat: 90, Lon: 180}}
		equal(t, "buildings", len(g.within(t, here, boxes(kg.KindBuilding, world))[0]), 2)
	})
	t.Run("counts_and_their_groups_are_in_scope", func(t *testing.T) {
		equal(t, "people", g.count(t, here, store.CountQuery{Kind: kg.KindPerson}), "=5")
		equal(t, "by field", g.count(t, here, store.CountQuery{Kind: kg.KindPerson, By: store.GroupBy{Field: "sex"}}), "FEMALE=3, MALE=2")
		equal(t, "by source", g.count(t, here, reachedFrom(kg.KindPerson, kg.InTeam, kg.In, g.f.IDs("volunteers", "flood"))), "volunteers=2")
		equal(t, "by source whose end is out of scope", g.count(t, here, reachedFrom(kg.KindHousehold, kg.LivesIn, kg.Out, g.f.IDs("wang1", "li"))), "wang1=1")
		contacts := reachedFrom(kg.KindHousehold, kg.ContactOf, kg.Out, g.f.IDs("zeng", "ann"))
		equal(t, "by source out of scope, as in Expand", sortedNames(g.count(t, here, contacts)), "ann=1, zeng=1")
		homes := store.CountQuery{Kind: kg.KindPerson, Filter: kg.IDIn(g.f.IDs("zeng", "li", "wang1")), By: store.GroupBy{Relation: kg.InTeam, Direction: kg.Out}}
		equal(t, "by a linked node out of scope", g.count(t, here, homes), "volunteers=1")
		by := store.GroupBy{AreaKind: kg.KindDivision}
		equal(t, "by area out of scope", g.count(t, here, store.CountQuery{Kind: kg.KindPerson, By: by}), "")
		by = store.GroupBy{AreaKind: kg.KindBuilding}
		equal(t, "by area", sortedNames(g.count(t, here, store.CountQuery{Kind: kg.KindPerson, By: by})), "b3=5")
	})
	t.Run("scope_is_read_at_its_own_day_and_not_at_that_of_the_question", func(t *testing.T) {
		past := here
		past.AsOf = kg.MustDate("2020-06-06")
		equal(t, "who is of grid3 today, in 2020", g.found(t, past, kg.KindPerson, nil), "shan, wang1, wang2, xie, zeng")
		old := store.View{Scope: store.Scope{Areas: g.f.IDs("oldvillage"), Today: Today}, AsOf: kg.MustDate("2020-06-06")}
		equal(t, "of the old village, today", g.found(t, old, kg.KindHousehold, nil), "")
		old.Scope.Today = kg.MustDate("2020-06-06")
		old.AsOf = Today
		equal(t, "of the old village, then", g.found(t, old, kg.KindHousehold, nil), "h5")
		old.Scope.Today = kg.Always
		equal(t, "of the old village, ever", g.found(t, old, kg.KindHousehold, nil), "h5")
		old.Scope.Today, old.AsOf = Today, kg.Always
		equal(t, "always, of today's old village", g.found(t, old, kg.KindHousehold, nil), "")
	})
	t.Run("a_plan_below_is_as_scoped_as_the_top", func(t *testing.T) {
		team := &store.Step{Key: "team", Relation: kg.InTeam, Direction: kg.Out, Window: all,
			Plan: plan(&store.Step{Key: "members", Relation: kg.InTeam, Direction: kg.In, Window: store.Window{Limit: 9, Count: true}})}
		people := residents(all)
		people.Plan = plan(team)
		page := g.list(t, here, store.ListQuery{Kind: kg.KindHousehold, Filter: kg.IDIn(g.f.IDs("h8", "h5")), Window: all, Plan: plan(people)})
		equal(t, "homes", g.pageNames(page), "h8")
		members := page.Edges[0].Item.Tree["residents"].Edges[0].Item.Tree["team"].Edges[0].Item.Tree["members"]
		equal(t, "members", sortedNames(g.pageNames(members)), "shan, zeng")
		equal(t, "total of members", members.Total, 2)
	})
}

// testTime is about the date of a read: past, to come, and Always.
func (g *graph) testTime(t *testing.T) {
	homes := func(t *testing.T, v store.View, person string) string {
		t.Helper()
		return g.pageNames(g.step(t, v, person, store.Step{Relation: kg.LivesIn, Direction: kg.Out, Window: all}))
	}
	t.Run("a_tie_is_there_from_its_first_day_until_the_day_before_it_ends", func(t *testing.T) {
		for day, want := range map[string]string{"1999-01-01": "h3", "2022-12-31": "h3", "2023-01-01": "", "2024-02-29": "", "2024-03-01": "h4", "2099-01-01": "h4"} {
			equal(t, "home of zeng on "+day, homes(t, on(day), "zeng"), want)
		}
		equal(t, "home of zhou today", homes(t, today, "zhou"), "")
		equal(t, "home of zhou to come", homes(t, on("2027-01-01"), "zhou"), "h7")
	})
	t.Run("at_always_no_validity_is_looked_at", func(t *testing.T) {
		equal(t, "homes of zeng", sortedNames(homes(t, always, "zeng")), "h3, h4")
		equal(t, "who ever lived in h2", sortedNames(g.pageNames(g.step(t, always, "h2", *residents(all)))), "newborn, wang2")
		equal(t, "doorbells' homes", sortedNames(g.pageNames(g.step(t, always, "bell2", store.Step{Relation: kg.InstalledAt, Direction: kg.Out, Window: all}))), "h2, h6")
	})
	t.Run("who_does_not_live_on_the_day_is_at_the_end_of_no_tie", func(t *testing.T) {
		equal(t, "residents before the death", sortedNames(g.pageNames(g.step(t, on("2022-02-01"), "h6", *residents(all)))), "dead, grandpa")
		equal(t, "residents after it", g.pageNames(g.step(t, on("2022-02-02"), "h6", *residents(all))), "grandpa")
		equal(t, "staff of what has ended", g.pageNames(g.step(t, on("2010-01-01"), "gone", store.Step{Relation: kg.WorksAt, Direction: kg.In, Window: all})), "shan")
	})
	t.Run("an_ended_source_still_has_its_ties_of_the_day", func(t *testing.T) {
		equal(t, "home of dead today", homes(t, today, "dead"), "h6")
	})
	t.Run("references_are_brought_whether_or_not_they_live", func(t *testing.T) {
		late := store.Step{Relation: kg.WorksAt, Direction: kg.Out, Window: all, Ref: plan()}
		f := NewFixture()
		f.ids, f.names = g.f.ids, g.f.names
		f.Add("ruin", &kg.Building{Base: life("", "2020-01-01"), Name: "旧楼"})
		f.Tie("ann", kg.WorksAt, "clinic", f.Ref("ruin"))
		g.mustApply(t, f.Changes...)
		page := g.step(t, today, "ann", late)
		if page.Edges[0].Ref == nil {
			t.Error("the site that has ended was not brought")
		}
	})
}
