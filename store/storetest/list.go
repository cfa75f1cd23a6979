package storetest

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"lintu/kg"
	"lintu/store"
)

// kindOrders are all orders of a kind, both ways.
func kindOrders(k kg.Kind) []store.Order {
	by := []string{"", store.OrderID, store.OrderTitle}
	for _, f := range kg.FieldsOf(k) {
		if f.Sortable {
			by = append(by, f.Name)
		}
	}
	var out []store.Order
	for _, b := range by {
		out = append(out, store.Order{By: b}, store.Order{By: b, Desc: true})
	}
	return out
}

func (g *graph) testList(t *testing.T) {
	t.Run("a_list_has_the_living_nodes_of_its_kind", func(t *testing.T) {
		for _, d := range kg.Kinds {
			page := g.list(t, always, store.ListQuery{Kind: d.Kind, Window: store.Window{Limit: 99, Count: true}})
			equal(t, "all of "+string(d.Kind), page.Total, len(g.f.Of(d.Kind)))
			for _, e := range page.Edges {
				if e.Item.Node.Kind() != d.Kind || e.Tie != nil || e.Position.ID != e.Item.Node.Common().ID {
					t.Errorf("%s: edge %+v", d.Kind, e)
				}
			}
		}
		equal(t, "units", g.found(t, today, kg.KindUnit, nil), "clinic, gov, property, school")
		equal(t, "units in 2010", g.found(t, on("2010-01-01"), kg.KindUnit, nil), "clinic, gone, gov, property, school")
	})
	t.Run("every_order_goes_both_ways", func(t *testing.T) {
		for _, d := range kg.Kinds {
			for _, o := range kindOrders(d.Kind) {
				if !g.asks("orders", d.Kind, o) {
					continue
				}
				q := store.ListQuery{Kind: d.Kind, Order: o, Window: all}
				inOrder(t, describe("List", q), o.Desc, 2, g.list(t, always, q))
			}
		}
	})
	t.Run("people_come_by_id_and_the_rest_by_title_unless_asked_otherwise", func(t *testing.T) {
		for _, d := range kg.Kinds {
			by := store.OrderTitle
			if d.Kind == kg.KindPerson {
				by = store.OrderID
			}
			plain := g.list(t, always, store.ListQuery{Kind: d.Kind, Window: all})
			named := g.list(t, always, store.ListQuery{Kind: d.Kind, Window: all, Order: store.Order{By: by}})
			if !slices.Equal(places(plain), places(named)) {
				t.Errorf("%s is not ordered by %s", d.Kind, by)
			}
		}
	})
	t.Run("titles_come_by_pinyin_with_surnames_read_as_such_and_numbers_by_value", func(t *testing.T) {
		people := g.list(t, always, store.ListQuery{Kind: kg.KindPerson, Window: all, Order: store.Order{By: store.OrderTitle}})
		want := "ann, lihong, child, li, dead, qiu, shan, newborn, stranger, " + g.wangs() + ", xie, zeng, grandpa, zhou"
		equal(t, "people", g.pageNames(people), want)
		buildings := g.list(t, today, store.ListQuery{Kind: kg.KindBuilding, Window: store.Window{Limit: 2}})
		equal(t, "buildings", g.pageNames(buildings), "b3, b12")
	})
	t.Run("an_absent_value_sorts_first", func(t *testing.T) {
		oldest := g.list(t, today, store.ListQuery{Kind: kg.KindPerson, Order: store.Order{By: "birthDate"}, Window: store.Window{Limit: 3}})
		equal(t, "by birth", g.pageNames(oldest), "qiu, grandpa, wang1")
		equal(t, "value of no birth date", oldest.Edges[0].Position.Value, any(int64(0)))
		codes := g.list(t, today, store.ListQuery{Kind: kg.KindTeam, Order: store.Order{By: "code"}, Window: all})
		equal(t, "by code", g.pageNames(codes), "flood, volunteers")
		equal(t, "value of no code", codes.Edges[0].Position.Value, any(""))
	})
	t.Run("pages_are_the_full_list_without_gap_or_duplicate", func(t *testing.T) {
		for _, k := range []kg.Kind{kg.KindPerson, kg.KindBuilding} {
			for _, o := range kindOrders(k) {
				q := store.ListQuery{Kind: k, Order: o}
				pageThrough(t, describe("List", q), func(w store.Window) *store.Page {
					q.Window = w
					return g.list(t, today, q)
				})
			}
		}
	})
	t.Run("pages_are_stable_under_inserts_and_deletes", func(t *testing.T) {
		q := store.ListQuery{Kind: kg.KindTeam, Order: store.Order{By: store.OrderTitle}, Window: store.Window{Limit: 1}}
		first := g.list(t, today, q)
		equal(t, "first", g.pageNames(first), "flood") // fang xun
		team := func(name string) kg.Node {
			n := &kg.Team{Name: name}
			n.ID = NameID(kg.KindTeam, name)
			return n
		}
		g.mustApply(t, put(team("啊")), put(team("发")), put(team("港")), put(team("在")))
		q.Window = store.Window{Limit: 9, After: &first.Edges[0].Position}
		rest := g.list(t, today, q)
		var titles []string
		for _, e := range rest.Edges {
			titles = append(titles, e.Item.Node.Title())
		}
		equal(t, "after it", join(titles), "港,红马甲志愿队,在")
		for _, name := range []string{"啊", "发", "港", "在"} {
			g.mustApply(t, remove(team(name).Common().ID))
		}
		q.Window = store.Window{Limit: 9, After: &rest.Edges[0].Position}
		equal(t, "after one that is gone", g.pageNames(g.list(t, today, q)), "volunteers")
	})
	t.Run("a_filter_holds_for_pages_and_totals", func(t *testing.T) {
		q := store.ListQuery{Kind: kg.KindPerson, Filter: kg.Compare{Field: "partyStatus", Op: kg.EQ, Value: "FULL"}, Order: store.Order{By: "birthDate"}}
		pageThrough(t, describe("List", q), func(w store.Window) *store.Page {
			q.Window = w
			return g.list(t, today, q)
		})
		equal(t, "full members", g.found(t, today, kg.KindPerson, q.Filter), "grandpa, li, shan, stranger, wang2, xie")
	})
	t.Run("limit_0_is_a_count_only", func(t *testing.T) {
		page := g.list(t, today, store.ListQuery{Kind: kg.KindHousehold, Window: store.Window{Count: true}})
		if len(page.Edges) != 0 || page.Total != 8 || !page.HasNext || page.HasPrev {
			t.Errorf("got %+v", page)
		}
		page = g.list(t, today, store.ListQuery{Kind: kg.KindHousehold, Filter: kg.Or{}, Window: store.Window{Count: true}})
		if page.Total != 0 || page.HasNext {
			t.Errorf("of nothing: got %+v", page)
		}
	})
	t.Run("a_position_need_not_be_of_a_node_that_exists", func(t *testing.T) {
		w := store.Window{Limit: 2, After: &store.Position{Value: int64(9), ID: ""}}
		page := g.list(t, today, store.ListQuery{Kind: kg.KindBuilding, Order: store.Order{By: "floors"}, Window: w})
		equal(t, "more than nine floors", g.pageNames(page), "b12")
		if page.HasNext || !page.HasPrev {
			t.Errorf("got next %v, prev %v", page.HasNext, page.HasPrev)
		}
	})
	t.Run("a_plan_hangs_on_the_hits", func(t *testing.T) {
		q := store.ListQuery{Kind: kg.KindHousehold, Filter: kg.Compare{Field: "careLevel", Op: kg.EQ, Value: "RED"}, Window: all,
			Plan: plan(residents(store.Window{Limit: 1, Count: true}))}
		page := g.list(t, today, q)
		equal(t, "red homes", sortedNames(g.pageNames(page)), "h1, h6")
		for _, e := range page.Edges {
			equal(t, "residents", e.Item.Tree["residents"].Total, 1)
		}
	})
}

// wangs are the two people of one name, by id.
func (g *graph) wangs() string {
	ids := distinct(g.f.IDs("wang1", "wang2"))
	return g.f.Names(ids...)
}

// reachedFrom counts the ties by which sources reach nodes of a kind.
func reachedFrom(k kg.Kind, r kg.Relation, dir kg.Direction, sources []kg.ID) store.CountQuery {
	return store.CountQuery{From: &store.CountFrom{Sources: sources, Step: &store.Step{Relation: r, Direction: dir, Kinds: []kg.Kind{k}}}}
}

func (g *graph) testCount(t *testing.T) {
	t.Run("without_grouping_there_is_one_group_with_an_empty_key", func(t *testing.T) {
		equal(t, "units", g.count(t, today, store.CountQuery{Kind: kg.KindUnit}), "=4")
		equal(t, "units in 2010", g.count(t, on("2010-01-01"), store.CountQuery{Kind: kg.KindUnit}), "=5")
		equal(t, "full members", g.count(t, today, store.CountQuery{Kind: kg.KindPerson, Filter: eq("partyStatus", "FULL")}), "=6")
		equal(t, "nobody", g.count(t, today, store.CountQuery{Kind: kg.KindPerson, Filter: kg.Or{}}), "")
	})
	t.Run("by_a_field_of_every_type", func(t *testing.T) {
		for _, c := range []struct {
			kind  kg.Kind
			field string
			want  string
		}{
			{kg.KindPerson, "partyStatus", "=3, APPLICANT=1, FULL=6, NONE=2, PROBATIONARY=1"},
			{kg.KindPerson, "retired", "false=11, true=2"},
			{kg.KindBuilding, "floors", "0=1, 1=1, 18=1, 2=2, 6=1"},
			{kg.KindHousehold, "careFlags", "ELDERLY_ALONE=1, HARDSHIP=1, LEFT_BEHIND_ELDER=1"},
			{kg.KindTeam, "code", "=1, T-1=1"},
			{kg.KindTeam, "temporary", "false=1, true=1"},
		} {
			equal(t, string(c.kind)+" by "+c.field, g.count(t, today, store.CountQuery{Kind: c.kind, By: store.GroupBy{Field: c.field}}), c.want)
		}
		born := store.CountQuery{Kind: kg.KindPerson, Filter: kg.IDIn(g.f.IDs("wang1", "qiu", "xie")), By: store.GroupBy{Field: "birthDate"}}
		equal(t, "by day", g.count(t, today, born), "=1, 1948-02-29=1, 1949-10-01=1")
		for _, d := range kg.Kinds {
			for _, f := range kg.FieldsOf(d.Kind) {
				if f.Filterable && f.Type != kg.Spot && g.asks("counts", d.Kind, f.Name) {
					g.count(t, today, store.CountQuery{Kind: d.Kind, By: store.GroupBy{Field: f.Name}})
				}
			}
		}
	})
	t.Run("a_node_with_two_spans_of_one_flag_counts_once", func(t *testing.T) {
		q := store.CountQuery{Kind: kg.KindHousehold, By: store.GroupBy{Field: "careFlags"}}
		equal(t, "at any time", g.count(t, always, q), "DISABLED=1, ELDERLY_ALONE=1, HARDSHIP=2, LEFT_BEHIND_ELDER=1")
		equal(t, "in 2019", g.count(t, on("2019-06-01"), q), "HARDSHIP=1, LEFT_BEHIND_ELDER=1")
	})
	t.Run("by_source_counts_the_valid_ties_of_each", func(t *testing.T) {
		people := reachedFrom(kg.KindPerson, kg.LivesIn, kg.In, g.f.IDs("h5", "h6", "h7", "h5"))
		equal(t, "residents", sortedNames(g.count(t, today, people)), "h5=3, h6=1")
		equal(t, "residents in 2022", sortedNames(g.count(t, on("2022-01-01"), people)), "h5=3, h6=2")
		people.From.Step.Node = eq("sex", "MALE")
		equal(t, "men", sortedNames(g.count(t, today, people)), "h5=2, h6=1")
		twice := reachedFrom(kg.KindPerson, kg.ResponsibleFor, kg.In, g.f.IDs("h1", "h6"))
		equal(t, "responsible people", g.count(t, today, twice), "h1=3")
		units := reachedFrom(kg.KindUnit, kg.ResponsibleFor, kg.In, g.f.IDs("h1", "village"))
		equal(t, "responsible units", g.count(t, today, units), "village=1")
		seats := reachedFrom(kg.KindPerson, kg.SitsOn, kg.ByRef, g.f.IDs("gov", "school", "clinic"))
		equal(t, "seats", sortedNames(g.count(t, today, seats)), "gov=2, school=1")
		posts := reachedFrom(kg.KindGrid, kg.HoldsPost, kg.Out, g.f.IDs("li", "shan"))
		equal(t, "grids with a post of", g.count(t, today, posts), "li=1")
		posts.From.Sources = nil
		equal(t, "of no sources", g.count(t, today, posts), "")
	})
	t.Run("a_source_may_have_ended", func(t *testing.T) {
		q := reachedFrom(kg.KindGrid, kg.PartOf, kg.In, g.f.IDs("oldvillage"))
		equal(t, "grids of the old village", g.count(t, always, q), "oldvillage=1")
		bodies := reachedFrom(kg.KindBuilding, kg.PartOf, kg.In, g.f.IDs("closed"))
		equal(t, "buildings of the closed grid", g.count(t, today, bodies), "closed=1")
	})
	t.Run("by_area_counts_the_distinct_nodes_inside", func(t *testing.T) {
		by := func(k, area kg.Kind, level string, areas ...string) string {
			t.Helper()
			return sortedNames(g.count(t, today, store.CountQuery{Kind: k, By: store.GroupBy{AreaKind: area, AreaLevel: level, Areas: g.f.IDs(areas...)}}))
		}
		equal(t, "households by grid", by(kg.KindHousehold, kg.KindGrid, ""), "grid1=1, grid2=1, grid3=5, micro=1")
		equal(t, "households by base grid", by(kg.KindHousehold, kg.KindGrid, "BASE"), "grid1=1, grid2=1, grid3=5")
		equal(t, "people by township and village", by(kg.KindPerson, kg.KindDivision, "", "township", "village", "province", "h1"), "province=11, township=11, village=5")
		equal(t, "people by village", by(kg.KindPerson, kg.KindDivision, "VILLAGE"), "village=5")
		equal(t, "buildings by compound", by(kg.KindBuilding, kg.KindCompound, ""), "sunny=2, yard=1")
		equal(t, "buildings by building", by(kg.KindBuilding, kg.KindBuilding, "", "b3", "twin"), "b3=1, twin=1")
		equal(t, "people by household", by(kg.KindPerson, kg.KindHousehold, "", "h4", "h5", "h7"), "h4=2, h5=3")
		equal(t, "units by community", by(kg.KindUnit, kg.KindDivision, "COMMUNITY"), "community=3")
		equal(t, "of an unknown level", by(kg.KindUnit, kg.KindDivision, "NONSENSE"), "")
	})
	t.Run("areas_are_counted_as_of_the_day_and_must_live_on_it", func(t *testing.T) {
		q := store.CountQuery{Kind: kg.KindHousehold, By: store.GroupBy{AreaKind: kg.KindDivision, AreaLevel: "VILLAGE"}}
		equal(t, "in 2020", sortedNames(g.count(t, on("2020-06-06"), q)), "oldvillage=1, village=2") // h5 by its compound
		equal(t, "at any time", sortedNames(g.count(t, always, q)), "oldvillage=1, village=3")
		grids := store.CountQuery{Kind: kg.KindBuilding, By: store.GroupBy{AreaKind: kg.KindGrid, Areas: g.f.IDs("closed")}}
		equal(t, "in the closed grid", g.count(t, today, grids), "")
		equal(t, "while it lived", g.count(t, on("2024-12-31"), grids), "closed=1")
	})
	t.Run("a_filter_and_a_grouping_go_together", func(t *testing.T) {
		q := store.CountQuery{Kind: kg.KindPerson, Filter: some(kg.WorksAt, kg.Out, nil, nil), By: store.GroupBy{AreaKind: kg.KindDivision, AreaLevel: "COMMUNITY"}}
		equal(t, "workers", g.count(t, today, q), "community=2")
		q.By = store.GroupBy{Field: "sex"}
		equal(t, "workers by sex", g.count(t, today, q), "FEMALE=1, MALE=3")
	})
	t.Run("from_many_sources_by_fields_of_the_tie_and_of_the_node", func(t *testing.T) {
		named := func(q store.CountQuery, by store.GroupBy) string {
			t.Helper()
			q.By = by
			return g.count(t, today, q)
		}
		posts := func(kinds ...kg.Kind) store.CountQuery {
			return store.CountQuery{From: &store.CountFrom{Sources: g.f.IDs("li", "shan"), Step: &store.Step{Relation: kg.HoldsPost, Direction: kg.Out, Kinds: kinds}}}
		}
		equal(t, "posts", sortedNames(named(posts(), store.GroupBy{})), "li=11, shan=1")
		equal(t, "posts of buildings by role", sortedNames(named(posts(kg.KindBuilding), store.GroupBy{Tie: "role"})), "li building head=1, shan lawyer=1")
		equal(t, "posts by part time", sortedNames(named(posts(kg.KindBuilding), store.GroupBy{Tie: "partTime"})), "li false=1, shan true=1")
		equal(t, "posts by kind", sortedNames(named(posts(kg.KindBuilding, kg.KindGrid), store.GroupBy{Field: store.ByKind})), "li BUILDING=1, li GRID=1, shan BUILDING=1")
		staff := store.CountQuery{From: &store.CountFrom{Sources: g.f.IDs("school", "gov", "clinic"), Step: &store.Step{Relation: kg.WorksAt, Direction: kg.In}}}
		equal(t, "staff by party status", sortedNames(named(staff, store.GroupBy{Field: "partyStatus"})), "clinic FULL=1, gov FULL=1, school FULL=1, school PROBATIONARY=1")
		equal(t, "staff by community where they live", sortedNames(named(staff, store.GroupBy{AreaKind: kg.KindDivision, AreaLevel: "COMMUNITY"})), "school community=2")
		equal(t, "staff by team", sortedNames(named(staff, store.GroupBy{Relation: kg.InTeam, Direction: kg.Out})), "clinic flood=1, gov flood=1, school volunteers=1")
		equal(t, "staff at any time", sortedNames(g.count(t, always, store.CountQuery{From: staff.From})), "clinic=1, gov=1, school=3")
		below := store.CountQuery{From: &store.CountFrom{Sources: g.f.IDs("community", "village", "h1"), Step: &store.Step{Relation: kg.PartOf, Direction: kg.In, Walk: true}}}
		equal(t, "descendants by kind", sortedNames(named(below, store.GroupBy{Field: store.ByKind})),
			"community BUILDING=2, community ENTRANCE=3, community GRID=1, community HOUSEHOLD=5, village BUILDING=3, village GRID=3, village HOUSEHOLD=3")
		below.From.Step.Kinds = []kg.Kind{kg.KindHousehold}
		equal(t, "households by care flag", sortedNames(named(below, store.GroupBy{Field: "careFlags"})), "community ELDERLY_ALONE=1, community HARDSHIP=1, village LEFT_BEHIND_ELDER=1")
		equal(t, "households by grid", sortedNames(named(below, store.GroupBy{AreaKind: kg.KindGrid, Areas: g.f.IDs("grid1", "grid3")})), "community grid3=5, village grid1=1")
		equal(t, "of nothing", named(store.CountQuery{From: &store.CountFrom{Step: &store.Step{Relation: kg.WorksAt, Direction: kg.In}}}, store.GroupBy{}), "")
	})
	t.Run("by_a_linked_node_counts_each_node_once", func(t *testing.T) {
		people := store.CountQuery{Kind: kg.KindPerson, By: store.GroupBy{Relation: kg.ResponsibleFor, Direction: kg.Out}}
		equal(t, "people by whom they are responsible for", sortedNames(g.count(t, today, people)), "h1=2") // one of them twice
		units := store.CountQuery{Kind: kg.KindUnit, By: store.GroupBy{Relation: kg.SitsOn, Direction: kg.ByRef}}
		equal(t, "units by who sits on their behalf", sortedNames(g.count(t, today, units)), "li=1, zeng=1")
		equal(t, "in 2023", sortedNames(g.count(t, on("2023-06-01"), units)), "li=1, wang2=1, zeng=1")
	})
	t.Run("more_groups_than_the_limit_are_refused", func(t *testing.T) {
		q := store.CountQuery{Kind: kg.KindPerson, By: store.GroupBy{Field: "name"}, Limit: 12}
		equal(t, "twelve names", strings.Count(g.count(t, today, q), "="), 12)
		q.Limit = 11
		if _, err := g.same(t, counting(today, q)); !errors.Is(err, kg.ErrLimit) {
			t.Errorf("twelve groups of eleven: %v", err)
		}
	})
}
