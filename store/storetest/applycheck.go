package storetest

import (
	"testing"

	"lintu/geo"
	"lintu/kg"
	"lintu/store"
)

func (g *graph) applyMalformed(t *testing.T) {
	person := func(change func(*kg.Person)) store.Mutation {
		p := someone("坏")
		change(p)
		return put(p)
	}
	tie := func(from string, r kg.Relation, to string, options ...TieOption) store.Mutation {
		return putTie(g.tie(from, r, to, options...))
	}
	building := g.f.Node("hall").(*kg.Building)
	building.Point = &geo.Point{Lat: 131, Lon: 45}
	badID := g.tie("li", kg.LivesIn, "h7")
	badID.ID = "tie_1"
	for name, m := range map[string]store.Mutation{
		"an_unknown_operation":             {Op: "merge"},
		"no_node":                          {Op: store.PutNode},
		"no_tie":                           {Op: store.PutTie},
		"an_id_of_another_kind":            person(func(p *kg.Person) { p.ID = g.f.ID("h1") }),
		"no_id":                            person(func(p *kg.Person) { p.ID = "" }),
		"no_title":                         person(func(p *kg.Person) { p.Name = "  " }),
		"a_value_that_the_enum_lacks":      person(func(p *kg.Person) { p.Sex = "X" }),
		"an_unknown_flag":                  person(func(p *kg.Person) { p.CareFlags = []kg.Flag{{Value: "TALL"}} }),
		"a_flag_of_no_day":                 person(func(p *kg.Person) { p.CareFlags = []kg.Flag{dated(kg.NoKin, "2020-01-01", "2020-01-01")} }),
		"a_life_of_no_day":                 person(func(p *kg.Person) { p.Life = life("2020-01-02", "2020-01-01").Life }),
		"a_confidence_above_1":             person(func(p *kg.Person) { p.Confidence = 1.5 }),
		"a_weekly_pattern_of_a_wrong_size": person(func(p *kg.Person) { p.Responder = &kg.Responder{Weekly: "HW"} }),
		"a_point_that_is_not_on_earth":     put(building),
		"a_malformed_id_of_a_tie":          putTie(badID),
		"an_unknown_relation":              tie("li", "KNOWS", "h1"),
		"a_relation_between_wrong_kinds":   tie("h1", kg.LivesIn, "li"),
		"a_tie_from_a_node_to_itself":      tie("grid1", kg.PartOf, "grid1"),
		"a_tie_of_no_day":                  tie("ann", kg.InTeam, "flood", Since("2020-01-02"), Until("2020-01-02")),
		"a_field_that_the_relation_lacks":  tie("ann", kg.LivesIn, "h7", Role("guest")),
		"a_reference_of_a_wrong_kind":      tie("ann", kg.WorksAt, "school", g.f.Ref("gov")),
		"a_reference_where_there_is_none":  tie("ann", kg.LivesIn, "h7", g.f.Ref("gov")),
		"a_value_that_the_field_lacks":     tie("ann", kg.BelongsTo, "branch", func(t *kg.Tie) { t.Kind = "HALF" }),
		"an_end_without_a_day":             {Op: store.EndNode, ID: g.f.ID("li")},
		"an_end_before_the_beginning":      endTie(g.f.ID("wang2 LIVES_IN h2"), "2019-06-01"),
		"an_end_of_a_tie_without_a_day":    {Op: store.EndTie, ID: g.f.ID("li LIVES_IN h5")},
	} {
		t.Run(name, func(t *testing.T) { g.refuse(t, kg.ErrInvalid, m) })
	}
	for name, m := range map[string]store.Mutation{
		"ending_nobody": end(NameID(kg.KindPerson, "nobody"), "2030-01-01"), "deleting_nobody": remove(NameID(kg.KindPerson, "nobody")),
		"ending_no_tie": endTie(kg.NewTieID(), "2030-01-01"), "deleting_no_tie": removeTie(kg.NewTieID()),
		"ending_a_tie_as_a_node": end(g.f.ID("li LIVES_IN h5"), "2030-01-01"), "deleting_a_node_as_a_tie": removeTie(g.f.ID("li")),
	} {
		t.Run(name, func(t *testing.T) { g.refuse(t, kg.ErrNotFound, m) })
	}
}

func (g *graph) applyDangling(t *testing.T) {
	nobody, nothing, nowhere := NameID(kg.KindPerson, "nobody"), NameID(kg.KindUnit, "nothing"), NameID(kg.KindHousehold, "nowhere")
	from := g.tie("ann", kg.LivesIn, "h7")
	from.From = nobody
	to := g.tie("ann", kg.LivesIn, "h7")
	to.To = nowhere
	ref := g.tie("ann", kg.DeployedTo, "village")
	ref.Ref = nothing
	for _, tie := range []*kg.Tie{from, to, ref} {
		g.refuse(t, kg.ErrNotFound, putTie(tie))
	}
	p := someone("来去")
	late := g.tie("ann", kg.InTeam, "volunteers")
	late.From = p.ID
	g.refuse(t, kg.ErrNotFound, put(p), remove(p.ID), putTie(late))
	g.refuse(t, kg.ErrInvalid, put(p), putTie(late), remove(p.ID)) // a tie that has not ended
}

// applyOne keeps "one LIVES_IN at a time"; adjoining ties are no overlap.
func (g *graph) applyOne(t *testing.T) {
	second := g.tie("li", kg.LivesIn, "h7")
	g.refuse(t, kg.ErrInvalid, putTie(second))
	second.Valid.From = kg.MustDate("2026-08-01")
	g.refuse(t, kg.ErrInvalid, putTie(second))
	g.refuse(t, kg.ErrInvalid, putTie(second), endTie(g.f.ID("li LIVES_IN h5"), "2026-08-02"))
	between := g.tie("zeng", kg.LivesIn, "h7", Since("2023-01-01"), Until("2024-03-02"))
	g.refuse(t, kg.ErrInvalid, putTie(between))
	between.Valid.To = kg.MustDate("2024-03-01")
	g.mustApply(t, putTie(between))
	g.mustApply(t, putTie(second), endTie(g.f.ID("li LIVES_IN h5"), "2026-08-01"))
	g.mustApply(t, removeTie(second.ID), removeTie(between.ID), putTie(g.f.TieNamed("li LIVES_IN h5")))
	p := someone("两家")
	one, two := g.tie("ann", kg.LivesIn, "h7"), g.tie("ann", kg.LivesIn, "h5")
	one.From, two.From = p.ID, p.ID
	g.refuse(t, kg.ErrInvalid, put(p), putTie(one), putTie(two))
	g.refuse(t, kg.ErrInvalid, putTie(g.tie("branch", kg.ChildOf, "hub")))
	g.refuse(t, kg.ErrInvalid, putTie(g.tie("bell1", kg.InstalledAt, "h5", Since("2025-01-01"))))
	g.refuse(t, kg.ErrInvalid, putTie(g.tie("h1", kg.PartOf, "b12")))
	g.wholeGraph(t)
}

func (g *graph) applyKeys(t *testing.T) {
	again := g.f.TieNamed("li CONTACT_OF h6")
	again.ID = kg.DeriveTieID([]byte("again"), again)
	again.Rank = 7 // not of the key
	g.refuse(t, kg.ErrInvalid, putTie(again))
	g.refuse(t, kg.ErrInvalid, putTie(g.f.TieNamed("li CONTACT_OF h6")), putTie(again))
	one, two := g.tie("ann", kg.InTeam, "volunteers", Role("a")), g.tie("ann", kg.InTeam, "volunteers", Role("b"))
	g.mustApply(t, putTie(one), putTie(two)) // another role is another key
	one.Role = "b"
	g.refuse(t, kg.ErrInvalid, putTie(one))
	two.Role = "a"
	g.mustApply(t, putTie(one), putTie(two)) // they change places
	g.mustApply(t, removeTie(one.ID), func() store.Mutation { two.Role = "b"; return putTie(two) }())
	equal(t, "roles of ann", g.step(t, today, "ann", store.Step{Relation: kg.InTeam, Direction: kg.Out, Kinds: []kg.Kind{kg.KindTeam}, Tie: eq("role", "b"), Window: store.Window{Count: true}}).Total, 1)
	g.mustApply(t, removeTie(two.ID))
	moved := g.f.TieNamed("li CONTACT_OF h6")
	moved.Valid.From = kg.MustDate("2020-01-01")
	g.mustApply(t, putTie(moved), putTie(again)) // the key is free again
	g.mustApply(t, removeTie(again.ID), putTie(g.f.TieNamed("li CONTACT_OF h6")))
	g.mustApply(t, putTie(moved))
	g.mustApply(t, putTie(again)) // free since the batch before
	g.refuse(t, kg.ErrInvalid, putTie(g.f.TieNamed("li CONTACT_OF h6")))
	g.mustApply(t, removeTie(again.ID))
	g.mustApply(t, putTie(g.f.TieNamed("li CONTACT_OF h6")))
	g.wholeGraph(t)
}

// applyDerivedKeys is applyKeys with an id that is derived from a key under the installation's own, by which an engine
// may know the key.
func (g *graph) applyDerivedKeys(t *testing.T) {
	st, err := g.Ready(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	derived := g.tie("ann", kg.InTeam, "volunteers", Role("a"))
	derived.ID = kg.DeriveTieID(st.Key[:], derived)
	other := g.tie("ann", kg.InTeam, "volunteers", Role("a"))
	g.mustApply(t, putTie(derived))
	g.refuse(t, kg.ErrInvalid, putTie(other))
	moved := *derived
	moved.Role = "b"
	g.refuse(t, kg.ErrInvalid, putTie(&moved), putTie(other), putTie(derived))
	g.mustApply(t, putTie(&moved), putTie(other)) // the key is free, and taken
	g.refuse(t, kg.ErrInvalid, putTie(derived))
	late := g.tie("ann", kg.InTeam, "volunteers", Role("b"))
	g.refuse(t, kg.ErrInvalid, putTie(late))
	other.Role = "b"
	g.mustApply(t, putTie(derived), putTie(other)) // they change places
	g.mustApply(t, removeTie(derived.ID), func() store.Mutation { other.Role = "a"; return putTie(other) }())
	g.refuse(t, kg.ErrInvalid, putTie(derived))
	g.mustApply(t, removeTie(other.ID), putTie(derived))
	g.mustApply(t, removeTie(derived.ID))
	g.wholeGraph(t)
}

func testDeletes(t *testing.T, h Harness) {
	g := openVillage(t, h)
	t.Run("a_node_with_ties_that_have_not_ended_is_kept", func(t *testing.T) {
		for _, name := range []string{"wang1", "h1", "b12", "school", "grid1", "flood", "clinic", "gov"} {
			g.refuse(t, kg.ErrInvalid, remove(g.f.ID(name)))
		}
		g.mustApply(t, removeTie(g.f.ID("zeng WORKS_AT school 2")), endTie(g.f.ID("clinic LOCATED_IN b12"), "2026-01-01"))
		g.mustApply(t, putTie(g.f.TieNamed("zeng WORKS_AT school 2")))
	})
	t.Run("a_tie_that_refers_to_the_node_keeps_it", func(t *testing.T) {
		u := &kg.Unit{Name: "临时单位"}
		u.ID = NameID(kg.KindUnit, "ref")
		seat := g.tie("ann", kg.SitsOn, "joint")
		seat.Ref = u.ID
		g.mustApply(t, put(u), putTie(seat))
		g.refuse(t, kg.ErrInvalid, remove(u.ID))
		g.mustApply(t, endTie(seat.ID, "2026-09-01"), remove(u.ID))
		equal(t, "seats of ann", g.step(t, always, "ann", store.Step{Relation: kg.SitsOn, Direction: kg.Out, Window: store.Window{Count: true}}).Total, 0)
	})
	t.Run("the_ties_that_have_ended_go_with_it", func(t *testing.T) {
		id := g.f.ID("gone")
		done := g.mustApply(t, remove(id))
		equal(t, "deleted", done.Deleted, 1)
		equal(t, "looked up", len(g.nodes(t, always, store.Group{IDs: []kg.ID{id}})[0]), 0)
		equal(t, "work of shan", g.step(t, always, "shan", store.Step{Relation: kg.WorksAt, Direction: kg.Out, Window: store.Window{Count: true}}).Total, 0)
		equal(t, "units", g.found(t, always, kg.KindUnit, nil), "clinic, gov, property, school")
		equal(t, "of its name", g.found(t, always, kg.KindUnit, eq("name", "长青供销社")), "")
		g.wholeGraph(t)
		g.refuse(t, kg.ErrNotFound, remove(id))
		g.refuse(t, kg.ErrNotFound, putTie(g.f.TieNamed("shan WORKS_AT gone")))
	})
	t.Run("a_deleted_node_can_be_made_again_without_its_past", func(t *testing.T) {
		done := g.mustApply(t, put(g.f.Node("gone")))
		equal(t, "version", done.Versions[g.f.ID("gone")], 1)
		equal(t, "staff", g.step(t, always, "gone", store.Step{Relation: kg.WorksAt, Direction: kg.In, Window: store.Window{Count: true}}).Total, 0)
		done = g.mustApply(t, remove(g.f.ID("gone")), put(g.f.Node("gone")))
		if done.Deleted != 1 || done.Created != 1 || done.Versions[g.f.ID("gone")] != 1 {
			t.Errorf("in one batch: got %+v", done)
		}
		g.wholeGraph(t)
	})
	t.Run("the_batch_says_which_day_it_is", func(t *testing.T) {
		late := &store.Batch{Changes: []store.Mutation{remove(g.f.ID("flood"))}, Today: kg.MustDate("2026-10-01")}
		if _, err := g.apply(t, late); errorClass(err) != kg.ErrInvalid.Error() { // li and wang2 are still tied to it
			t.Errorf("got %v", err)
		}
		late.Changes = append([]store.Mutation{endTie(g.f.ID("li IN_TEAM flood"), "2026-10-01"), endTie(g.f.ID("wang2 ON_DUTY_AT flood"), "2026-09-30")}, late.Changes...)
		late.Today = kg.MustDate("2026-09-30")
		if _, err := g.apply(t, late); errorClass(err) != kg.ErrInvalid.Error() {
			t.Errorf("a day too early: got %v", err)
		}
		late.Today = kg.MustDate("2026-10-01")
		if _, err := g.apply(t, late); err != nil {
			t.Error(err)
		}
		g.wholeGraph(t)
	})
	t.Run("a_tie_entered_by_mistake_can_be_deleted", func(t *testing.T) {
		id := g.f.ID("shan KEYHOLDER_OF h1")
		done := g.mustApply(t, expecting(removeTie(id), 1))
		equal(t, "deleted", done.Deleted, 1)
		equal(t, "keyholders", g.step(t, always, "h1", store.Step{Relation: kg.KeyholderOf, Direction: kg.In, Window: store.Window{Count: true}}).Total, 0)
		g.refuse(t, kg.ErrNotFound, removeTie(id))
		equal(t, "made again", g.mustApply(t, putTie(g.f.TieNamed("shan KEYHOLDER_OF h1"))).Versions[id], 1)
	})
	t.Run("what_was_made_and_deleted_in_one_batch_was_never_there", func(t *testing.T) {
		before := g.revision(t)
		p := someone("闪现")
		in := g.tie("ann", kg.InTeam, "volunteers", Role("ghost"))
		done := g.mustApply(t, put(p), putTie(in), removeTie(in.ID), remove(p.ID))
		if done.Created != 2 || done.Deleted != 2 || g.revision(t) != before {
			t.Errorf("got %+v", done)
		}
	})
	t.Run("nothing_else_cascades", func(t *testing.T) {
		equal(t, "who lives in h5", sortedNames(g.pageNames(g.step(t, today, "h5", *residents(all)))), "child, li, lihong")
		g.mustApply(t, end(g.f.ID("h5"), "2026-08-01"))
		equal(t, "whose home has ended", sortedNames(g.pageNames(g.step(t, today, "h5", *residents(all)))), "child, li, lihong")
		equal(t, "people in the grid", g.found(t, today, kg.KindPerson, kg.InArea{Areas: g.f.IDs("grid2")}), "child, li, lihong")
	})
}
