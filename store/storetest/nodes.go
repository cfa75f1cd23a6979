package storetest

import (
	"math"
	"strings"
	"testing"

	"lintu/geo"
	"lintu/kg"
	"lintu/store"
)

func (g *graph) testNodes(t *testing.T) {
	look := func(t *testing.T, v store.View, names ...string) map[kg.ID]*store.Item {
		t.Helper()
		return g.nodes(t, v, store.Group{IDs: g.f.IDs(names...)})[0]
	}
	t.Run("a_node_of_every_kind_comes_back_as_it_was_put", func(t *testing.T) {
		for _, d := range kg.Kinds {
			ids := g.f.Of(d.Kind)
			got := g.nodes(t, always, store.Group{IDs: ids})[0]
			if len(ids) < 2 || len(got) != len(ids) {
				t.Fatalf("%d of %d nodes of kind %s", len(got), len(ids), d.Kind)
			}
			for _, id := range ids {
				want := g.f.Node(g.f.Name(id))
				if item := got[id]; !kg.Equal(item.Node, want) || item.Node.Common().Version != 1 {
					t.Errorf("%s came back as %+v, want %+v of version 1", g.f.Name(id), item.Node, want)
				}
			}
		}
	})
	t.Run("a_missing_id_is_an_absent_key_and_no_error", func(t *testing.T) {
		ids := []kg.ID{NameID(kg.KindPerson, "nobody"), g.f.ID("wang1"), g.f.ID("wang1 LIVES_IN h1"), "", "nonsense"}
		got := g.nodes(t, today, store.Group{IDs: ids})[0]
		if len(got) != 1 || got[g.f.ID("wang1")] == nil {
			t.Errorf("got %d items, want the one that exists", len(got))
		}
	})
	t.Run("what_has_ended_or_is_to_come_can_be_looked_up", func(t *testing.T) {
		equal(t, "items", len(look(t, today, "dead", "newborn", "gone", "oldvillage")), 4)
	})
	t.Run("each_group_has_its_own_plan_and_its_own_map", func(t *testing.T) {
		homes := plan(&store.Step{Key: "home", Relation: kg.LivesIn, Direction: kg.Out, Window: all})
		work := plan(&store.Step{Key: "work", Relation: kg.WorksAt, Direction: kg.Out, Window: all})
		wang, zeng := g.f.ID("wang2"), g.f.ID("zeng")
		got := g.nodes(t, today,
			store.Group{IDs: []kg.ID{wang, zeng}, Plan: homes}, store.Group{IDs: []kg.ID{wang}, Plan: work},
			store.Group{}, store.Group{IDs: []kg.ID{zeng}})
		equal(t, "groups", len(got), 4)
		equal(t, "wang2's home", g.pageNames(got[0][wang].Tree["home"]), "h2")
		equal(t, "zeng's home", g.pageNames(got[0][zeng].Tree["home"]), "h4")
		equal(t, "wang2's work", g.pageNames(got[1][wang].Tree["work"]), "school")
		equal(t, "steps of the second group", len(got[1][wang].Tree), 1)
		equal(t, "items of the empty group", len(got[2]), 0)
		equal(t, "steps of the group without a plan", len(got[3][zeng].Tree), 0)
	})
	t.Run("an_id_may_be_asked_twice", func(t *testing.T) {
		equal(t, "items", len(look(t, today, "li", "li", "school", "li")), 2)
	})
	t.Run("no_groups_are_no_answer", func(t *testing.T) {
		equal(t, "groups", len(g.nodes(t, today)), 0)
	})
	t.Run("a_plan_applies_to_the_kinds_of_its_steps", func(t *testing.T) {
		p := plan(
			&store.Step{Key: "in", On: []kg.Kind{kg.KindHousehold}, Relation: kg.LivesIn, Direction: kg.In, Window: all},
			&store.Step{Key: "in", On: []kg.Kind{kg.KindUnit}, Relation: kg.WorksAt, Direction: kg.In, Window: all},
			&store.Step{Key: "posts", On: []kg.Kind{kg.KindHousehold, kg.KindPerson}, Relation: kg.HoldsPost, Direction: kg.Out, Window: all},
		)
		got := g.nodes(t, today, store.Group{IDs: g.f.IDs("h5", "school", "booth"), Plan: p})[0]
		equal(t, "residents", sortedNames(g.pageNames(got[g.f.ID("h5")].Tree["in"])), "child, li, lihong")
		equal(t, "staff", sortedNames(g.pageNames(got[g.f.ID("school")].Tree["in"])), "wang2, zeng")
		equal(t, "steps of the unit", len(got[g.f.ID("school")].Tree), 1)
		equal(t, "steps of the place", len(got[g.f.ID("booth")].Tree), 0)
		equal(t, "posts of the household", len(got[g.f.ID("h5")].Tree["posts"].Edges), 0)
	})
}

func (g *graph) testWithin(t *testing.T) {
	within := func(t *testing.T, v store.View, k kg.Kind, box geo.Box) string {
		t.Helper()
		found := g.within(t, v, boxes(k, box))[0]
		var ids []kg.ID
		for i, l := range found {
			ids = append(ids, l.ID)
			if i > 0 && found[i-1].ID >= l.ID {
				t.Errorf("%s stands behind %s", l.ID, found[i-1].ID)
			}
		}
		return sortedNames(g.f.Names(ids...))
	}
	box := func(south, west, north, east float64) geo.Box {
		return geo.Box{Min: geo.Point{Lat: south, Lon: west}, Max: geo.Point{Lat: north, Lon: east}}
	}
	world := box(-90, -180, 90, 180)
	t.Run("what_has_a_point_in_the_box_is_found_with_its_own_point", func(t *testing.T) {
		equal(t, "buildings", within(t, today, kg.KindBuilding, world), "b12, b3, hall, twin")
		equal(t, "entrances", within(t, today, kg.KindEntrance, world), "e1")
		equal(t, "places", within(t, today, kg.KindPlace, world), "booth, station")
		for _, l := range g.within(t, today, boxes(kg.KindBuilding, world))[0] {
			if want := *g.f.Node(g.f.Name(l.ID)).(*kg.Building).Point; l.Point != want {
				t.Errorf("%s stands at %v, want %v", g.f.Name(l.ID), l.Point, want)
			}
		}
	})
	t.Run("the_edges_of_a_box_are_in_it", func(t *testing.T) {
		p := *g.f.Node("b3").(*kg.Building).Point
		equal(t, "a box without area", within(t, today, kg.KindBuilding, geo.Box{Min: p, Max: p}), "b3")
		q := *g.f.Node("b12").(*kg.Building).Point
		equal(t, "corners", within(t, today, kg.KindBuilding, geo.Box{Min: p, Max: q}), "b12, b3")
	})
	t.Run("points_are_compared_to_the_last_bit", func(t *testing.T) {
		p := *g.f.Node("hall").(*kg.Building).Point
		above, below := math.Nextafter(p.Lat, 90), math.Nextafter(p.Lat, -90)
		equal(t, "at it", within(t, today, kg.KindBuilding, box(p.Lat, p.Lon, p.Lat, p.Lon)), "hall")
		equal(t, "a bit north of it", within(t, today, kg.KindBuilding, box(above, p.Lon, 90, p.Lon)), "twin")
		equal(t, "a bit south of it", within(t, today, kg.KindBuilding, box(-90, p.Lon, below, p.Lon)), "")
		equal(t, "up to it", within(t, today, kg.KindBuilding, box(below, p.Lon, p.Lat, p.Lon)), "hall")
		equal(t, "a bit east of it", within(t, today, kg.KindBuilding, box(0, math.Nextafter(p.Lon, 180), 90, 180)), "")
		equal(t, "a bit west of it", within(t, today, kg.KindBuilding, box(45.345, 0, 90, math.Nextafter(p.Lon, 0))), "")
		equal(t, "a place there", within(t, today, kg.KindPlace, box(p.Lat, p.Lon, p.Lat, p.Lon)), "booth")
	})
	t.Run("each_box_has_its_own_answer_in_the_order_of_the_boxes", func(t *testing.T) {
		empty := box(45, 130, 45.1, 130.1)
		inside := box(45.339, 131, 45.3395, 131.1)
		turned := box(46, 132, 45, 130)
		got := g.within(t, today, boxes(kg.KindBuilding, empty, world, inside, turned, world))
		for i, want := range []int{0, 4, 1, 0, 4} {
			equal(t, "found", len(got[i]), want)
		}
		equal(t, "answers to no boxes", len(g.within(t, today, store.WithinQuery{})), 0)
	})
	t.Run("each_box_has_a_kind_of_its_own", func(t *testing.T) {
		q := boxes(kg.KindEntrance, world)
		q.Boxes = append(q.Boxes, boxes(kg.KindPlace, world, box(45, 130, 45.1, 130.1)).Boxes...)
		q.Boxes = append(q.Boxes, boxes(kg.KindBuilding, world).Boxes...)
		var found []string
		for _, of := range g.within(t, today, q) {
			var ids []kg.ID
			for _, l := range of {
				ids = append(ids, l.ID)
			}
			found = append(found, sortedNames(g.f.Names(ids...)))
		}
		equal(t, "found", strings.Join(found, "; "), "e1; booth, station; ; b12, b3, hall, twin")
	})
	t.Run("a_point_that_moves_is_found_where_it_is", func(t *testing.T) {
		moved := g.f.Node("b12").(*kg.Building)
		moved.Point = &geo.Point{Lat: -33.5, Lon: -70.25}
		g.mustApply(t, store.Mutation{Op: store.PutNode, Node: moved})
		equal(t, "in the north", within(t, today, kg.KindBuilding, box(0, 0, 90, 180)), "b3, hall, twin")
		equal(t, "in the south", within(t, today, kg.KindBuilding, box(-90, -180, 0, 0)), "b12")
		moved.Point = nil
		g.mustApply(t, store.Mutation{Op: store.PutNode, Node: moved})
		equal(t, "without a point", within(t, today, kg.KindBuilding, world), "b3, hall, twin")
		g.mustApply(t, store.Mutation{Op: store.PutNode, Node: g.f.Node("b12")})
		equal(t, "back again", within(t, today, kg.KindBuilding, world), "b12, b3, hall, twin")
	})
}
