package storetest

import (
	"slices"
	"testing"

	"lintu/kg"
	"lintu/store"
	"lintu/text"
)

// testErasing holds what erasing needs of Apply: tombstones, and records that lose what they may lose.
func testErasing(t *testing.T, h Harness) {
	g := openVillage(t, h)
	t.Run("only_a_batch_that_forgets_erases_and_only_who_can_be", func(t *testing.T) { g.eraseRefusals(t) })
	t.Run("a_tombstone_remains_with_the_ties_of_records", func(t *testing.T) { g.erasePerson(t) })
	t.Run("an_erased_household_keeps_its_rings_in_the_area", func(t *testing.T) { g.eraseHousehold(t) })
	t.Run("nothing_is_done_to_a_tombstone_any_more", func(t *testing.T) { g.eraseAgain(t) })
	t.Run("a_tombstone_can_be_brought_by_a_file", func(t *testing.T) { g.eraseBrought(t) })
	t.Run("results_of_earlier_batches_tell_no_ties_of_the_erased", func(t *testing.T) { g.eraseResults(t) })
	t.Run("a_timeline_loses_what_it_may_lose", func(t *testing.T) { g.eraseTimeline(t) })
	g.wholeGraph(t)
	g.everyArea(t)
	again := &graph{Store: h.Reopen(t, g.Store), f: g.f, oracle: g.oracle, every: g.every}
	again.wholeGraph(t)
}

func (g *graph) forget(t testing.TB, changes ...store.Mutation) (*store.Applied, error) {
	t.Helper()
	return g.apply(t, &store.Batch{Changes: changes, Today: Today, Forget: true})
}

func (g *graph) mustForget(t testing.TB, changes ...store.Mutation) *store.Applied {
	t.Helper()
	done, err := g.forget(t, changes...)
	if err != nil {
		t.Fatalf("Apply: %v", err)
	}
	return done
}

func erase(id kg.ID) store.Mutation {
	return store.Mutation{Op: store.EraseNode, ID: id, On: Today}
}

func (g *graph) eraseRefusals(t *testing.T) {
	g.refuse(t, kg.ErrInvalid, erase(g.f.ID("shan")))
	for name, m := range map[string]store.Mutation{
		"a unit":       erase(g.f.ID("school")),
		"a ring":       erase(g.f.ID("ring1")),
		"on no day":    {Op: store.EraseNode, ID: g.f.ID("shan")},
		"by an update": put(kg.Erase(g.f.Node("shan"), Today)),
	} {
		if _, err := g.forget(t, m); errorClass(err) != kg.ErrInvalid.Error() {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := g.forget(t, erase(NameID(kg.KindPerson, "nobody"))); errorClass(err) != kg.ErrNotFound.Error() {
		t.Errorf("nobody: %v", err)
	}
	m := erase(g.f.ID("shan"))
	m.Expect = 7
	if _, err := g.forget(t, m); errorClass(err) != kg.ErrConflict.Error() {
		t.Errorf("another version: %v", err)
	}
}

func (g *graph) erasePerson(t *testing.T) {
	id := g.f.ID("shan")
	done := g.mustForget(t, erase(id))
	if done.Changed != 1 || done.Versions[id] != 2 || !slices.Contains(done.Change.Nodes, id) || len(done.Change.Ties) < 5 {
		t.Errorf("got %+v, %+v", done, done.Change)
	}
	p := &store.Plan{}
	for i := range kg.Relations {
		d := &kg.Relations[i]
		for _, dir := range []kg.Direction{kg.Out, kg.In} {
			if len(d.Far(kg.KindPerson, dir)) > 0 {
				p.Steps = append(p.Steps, &store.Step{Key: string(d.Relation) + string(dir), Relation: d.Relation, Direction: dir, Order: store.Order{By: store.OrderID}, Window: store.Window{Limit: 10}})
			}
		}
	}
	item := g.nodes(t, always, store.Group{IDs: []kg.ID{id}, Plan: p})[0][id]
	if n := item.Node.(*kg.Person); n.Erased != Today || n.Title() != kg.ErasedTitle || string(kg.Encode(n)) != `{"erased":"2026-09-01"}` {
		t.Errorf("got %s", kg.Encode(n))
	}
	for key, page := range item.Tree {
		if (len(page.Edges) > 0) != (key == "ALERT_TOIN") {
			t.Errorf("%s: %d ties", key, len(page.Edges))
		}
	}
	for _, v := range []store.View{today, on("2026-01-01")} {
		q := store.ListQuery{Kind: kg.KindPerson, Filter: kg.IDIn{id}, Window: store.Window{Limit: 1, Count: true}}
		page := answer[*store.Page](t, g, listing(v, q))
		if v.AsOf == Today && (len(page.Edges) > 0 || page.Total != 0) {
			t.Errorf("a list of %s has the tombstone", v.AsOf)
		}
	}
	for _, words := range []string{"单秀兰", "秀兰", "shan", "sxl", kg.ErasedTitle} {
		hits := answer[*store.SearchPage](t, g, searching(always, store.SearchQuery{Text: text.Query(words), Limit: 10}))
		for _, hit := range hits.Hits {
			if hit.Item.Node.Common().ID == id {
				t.Errorf("%q finds the tombstone", words)
			}
		}
	}
}

func (g *graph) eraseHousehold(t *testing.T) {
	home := g.f.ID("h6")
	place := &kg.Tie{Relation: kg.PartOf, From: home, To: g.f.ID("grid3")}
	place.ID = kg.DeriveTieID([]byte("test"), place)
	if _, err := g.forget(t, erase(home), putTie(g.tie("li", kg.LivesIn, "h6"))); errorClass(err) != kg.ErrInvalid.Error() {
		t.Errorf("somebody moves into what is erased: %v", err)
	}
	g.mustForget(t, erase(home), putTie(place))
	rings := answer[*store.Page](t, g, listing(today, store.ListQuery{Kind: kg.KindRing, Filter: kg.InArea{Areas: g.f.IDs("grid3")}, Window: store.Window{Limit: 10}}))
	if !slices.ContainsFunc(rings.Edges, func(e store.Edge) bool { return e.Item.Node.Common().ID == g.f.ID("ring2") }) {
		t.Errorf("the ring is none of the %d in the grid", len(rings.Edges))
	}
	homes := answer[*store.Page](t, g, listing(today, store.ListQuery{Kind: kg.KindHousehold, Filter: kg.InArea{Areas: g.f.IDs("grid3")}, Window: store.Window{Limit: 10}}))
	for _, e := range homes.Edges {
		if e.Item.Node.Common().ID == home {
			t.Error("the tombstone is in a list of households")
		}
	}
}

func (g *graph) eraseAgain(t *testing.T) {
	id := g.f.ID("shan")
	if done := g.mustForget(t, erase(id)); done.Unchanged != 1 || done.Change != nil {
		t.Errorf("erased again: %+v", done)
	}
	g.refuse(t, kg.ErrInvalid, put(g.f.Node("shan")))
	g.refuse(t, kg.ErrInvalid, change(id, 0, setting("name", "单秀兰")))
	g.refuse(t, kg.ErrInvalid, end(id, "2027-01-01"))
	g.refuse(t, kg.ErrInvalid, remove(id))
	g.refuse(t, kg.ErrInvalid, putTie(g.tie("shan", kg.WorksAt, "school")))
	g.refuse(t, kg.ErrInvalid, putTie(g.tie("ann", kg.ContactOf, "h6")))
	alert := &kg.Alert{Code: "shan-2", Name: "shan 2", State: kg.AlertFailed, Role: kg.RoleContact, Ordinal: 2}
	g.f.Add("late alert", alert)
	g.mustApply(t, put(alert), putTie(g.tie("late alert", kg.AlertOf, "ring1")), putTie(g.tie("late alert", kg.AlertTo, "shan")))
}

func (g *graph) eraseBrought(t *testing.T) {
	stone := kg.Erase(&kg.Person{Base: kg.Base{ID: NameID(kg.KindPerson, "brought")}}, kg.MustDate("2025-05-05"))
	g.mustApply(t, put(stone))
	g.mustApply(t, put(kg.Clone(stone)))
	tie := &kg.Tie{Relation: kg.LivesIn, From: stone.Common().ID, To: g.f.ID("h1")}
	tie.ID = kg.DeriveTieID([]byte("test"), tie)
	g.refuse(t, kg.ErrInvalid, putTie(tie))
	full := kg.Clone(stone).(*kg.Person)
	full.ID, full.Phone = NameID(kg.KindPerson, "full"), "000"
	g.refuse(t, kg.ErrInvalid, put(full))
}

func (g *graph) eraseResults(t *testing.T) {
	b := &store.Batch{ID: "made a contact", Today: Today, Tell: true, Changes: []store.Mutation{putTie(g.tie("li", kg.ContactOf, "h8")), putTie(g.tie("ann", kg.ContactOf, "h8"))}}
	if done, err := g.apply(t, b); err != nil || len(done.Ties) != 2 {
		t.Fatalf("got %+v, %v", done, err)
	}
	g.mustForget(t, erase(g.f.ID("ann")))
	done, err := g.apply(t, b)
	if err != nil || !done.Repeated || len(done.Ties) != 1 || done.Ties[0].From != g.f.ID("li") {
		t.Errorf("got %+v, %v", done, err)
	}
}

func (g *graph) eraseTimeline(t *testing.T) {
	entry, tie := g.f.ID("event1"), g.f.ID("event2 EVENT_OF ring1")
	g.refuse(t, kg.ErrInvalid, change(entry, 1, setting("actor", nil)))
	for _, set := range []kg.Setting{setting("actor", "somebody"), setting("number", int64(9)), setting("note", "more"), setting("late", true)} {
		if _, err := g.forget(t, change(entry, 1, set)); errorClass(err) != kg.ErrInvalid.Error() {
			t.Errorf("%s of an entry can be set: %v", set.Field, err)
		}
	}
	g.mustForget(t, change(entry, 1, setting("actor", nil)))
	g.refuse(t, kg.ErrInvalid, remove(g.f.ID("event2")))
	g.refuse(t, kg.ErrInvalid, removeTie(tie))
	g.mustForget(t, remove(g.f.ID("event2")))
	moved := &kg.Tie{Relation: kg.RangAt, From: g.f.ID("ring1"), To: g.f.ID("h2")}
	moved.ID = kg.DeriveTieID([]byte("test"), moved)
	g.mustForget(t, removeTie(g.f.ID("ring1 RANG_AT h1")), putTie(moved))
	if found := g.nodes(t, always, store.Group{IDs: g.f.IDs("event1", "event2")})[0]; len(found) != 1 || found[entry].Node.(*kg.RingEvent).Actor != "" {
		t.Errorf("got %d entries", len(found))
	}
}
