package storetest

import (
	"errors"
	"testing"

	"lintu/geo"
	"lintu/kg"
	"lintu/store"
)

func put(n kg.Node) store.Mutation      { return store.Mutation{Op: store.PutNode, Node: n} }
func putTie(t *kg.Tie) store.Mutation   { return store.Mutation{Op: store.PutTie, Tie: t} }
func remove(id kg.ID) store.Mutation    { return store.Mutation{Op: store.DeleteNode, ID: id} }
func removeTie(id kg.ID) store.Mutation { return store.Mutation{Op: store.DeleteTie, ID: id} }
func end(id kg.ID, day string) store.Mutation {
	return store.Mutation{Op: store.EndNode, ID: id, On: kg.MustDate(day)}
}
func endTie(id kg.ID, day string) store.Mutation {
	return store.Mutation{Op: store.EndTie, ID: id, On: kg.MustDate(day)}
}

func expecting(m store.Mutation, version int64) store.Mutation {
	m.Expect = version
	return m
}

// tie is a new tie between named nodes.
func (g *graph) tie(from string, r kg.Relation, to string, options ...TieOption) *kg.Tie {
	t := &kg.Tie{Relation: r, From: g.f.ID(from), To: g.f.ID(to)}
	for _, o := range options {
		o(t)
	}
	t.ID = kg.DeriveTieID([]byte("test"), t)
	return t
}

// someone is a new person.
func someone(name string) *kg.Person {
	p := &kg.Person{Name: name}
	p.ID = NameID(kg.KindPerson, "test "+name)
	return p
}

func testApply(t *testing.T, h Harness) {
	g := openVillage(t, h)
	t.Run("equal_content_changes_nothing_and_makes_no_revision", func(t *testing.T) {
		before := g.revision(t)
		done := g.mustApply(t, g.f.Changes...)
		if done.Unchanged != len(g.f.Changes) || done.Created+done.Changed+done.Ended+done.Deleted != 0 || done.Revision != before {
			t.Errorf("got %+v at revision %d", done, before)
		}
		equal(t, "version of li", done.Versions[g.f.ID("li")], 1)
		equal(t, "revision", g.revision(t), before)
	})
	t.Run("a_put_creates_version_1_and_replaces_with_the_next", func(t *testing.T) { g.applyVersions(t) })
	t.Run("values_come_back_as_they_were_put", func(t *testing.T) { g.applyValues(t) })
	t.Run("an_expected_version_must_be_on_record", func(t *testing.T) { g.applyConflicts(t) })
	t.Run("later_changes_of_a_batch_see_earlier_ones", func(t *testing.T) {
		p := someone("同批")
		renamed := kg.Clone(p).(*kg.Person)
		renamed.Name = "同批二"
		done := g.mustApply(t, expecting(put(p), store.MustNotExist), expecting(put(renamed), 1), expecting(end(p.ID, "2030-01-01"), 2))
		equal(t, "version", done.Versions[p.ID], 3)
		if _, err := g.same(t, lookingUp(today, []store.Group{{IDs: []kg.ID{p.ID}}})); err != nil {
			t.Error(err)
		}
		g.refuse(t, kg.ErrConflict, put(someone("甲")), expecting(put(someone("甲")), store.MustNotExist))
	})
	t.Run("ends_may_come_later_in_the_batch_than_the_ties_that_need_them", func(t *testing.T) {
		p := someone("后到")
		lives := &kg.Tie{ID: kg.NewTieID(), Relation: kg.LivesIn, From: p.ID, To: g.f.ID("h7")}
		g.mustApply(t, putTie(lives), put(p))
		equal(t, "where", g.found(t, today, kg.KindPerson, kg.And{kg.InArea{Areas: g.f.IDs("h7")}, eq("name", "后到")}), string(p.ID))
	})
	t.Run("ending_makes_a_version_and_ending_again_the_same_day_none", func(t *testing.T) {
		n, tie := g.f.ID("booth"), g.f.ID("booth LOCATED_IN twin")
		done := g.mustApply(t, end(n, "2026-05-01"), endTie(tie, "2026-05-01"))
		if done.Ended != 2 || done.Versions[n] != 2 || done.Versions[tie] != 2 {
			t.Errorf("got %+v", done)
		}
		done = g.mustApply(t, end(n, "2026-05-01"), endTie(tie, "2026-05-01"))
		if done.Unchanged != 2 || done.Ended != 0 {
			t.Errorf("again: got %+v", done)
		}
		done = g.mustApply(t, end(n, "2028-05-01"), endTie(tie, "2025-05-01"))
		if done.Ended != 2 || done.Versions[n] != 3 {
			t.Errorf("another day: got %+v", done)
		}
		equal(t, "places today", g.found(t, today, kg.KindPlace, nil), "booth, canteen, station")
		g.wholeGraph(t)
	})
	t.Run("a_tie_keeps_its_relation_and_ends", func(t *testing.T) {
		for _, change := range []func(*kg.Tie){
			func(t *kg.Tie) { t.To = g.f.ID("h7") }, func(t *kg.Tie) { t.From = g.f.ID("lihong") },
			func(t *kg.Tie) { t.Relation = kg.KeyholderOf },
		} {
			tie := g.f.TieNamed("li CONTACT_OF h6")
			change(tie)
			g.refuse(t, kg.ErrInvalid, putTie(tie))
		}
	})
	t.Run("malformed_changes_are_refused", func(t *testing.T) { g.applyMalformed(t) })
	t.Run("dangling_ends_are_refused", func(t *testing.T) { g.applyDangling(t) })
	t.Run("one_at_a_time_is_kept", func(t *testing.T) { g.applyOne(t) })
	t.Run("two_ties_of_one_key_are_refused", func(t *testing.T) { g.applyKeys(t) })
	t.Run("a_key_is_held_by_an_id_that_is_derived_from_it", func(t *testing.T) { g.applyDerivedKeys(t) })
	t.Run("a_refused_batch_leaves_no_trace", func(t *testing.T) {
		moved := g.f.Node("b3").(*kg.Building)
		moved.Name = "改名"
		g.refuse(t, kg.ErrNotFound, put(someone("无迹")), put(moved), endTie(g.f.ID("li LIVES_IN h5"), "2026-01-01"), removeTie(g.f.ID("b3 PART_OF grid3")), removeTie(kg.NewTieID()))
		equal(t, "the person", g.found(t, today, kg.KindPerson, eq("name", "无迹")), "")
		g.wholeGraph(t)
	})
	t.Run("a_batch_id_makes_a_retry_give_the_first_result", func(t *testing.T) { g.applyRepeated(t) })
	t.Run("an_empty_batch_does_nothing", func(t *testing.T) {
		before := g.revision(t)
		equal(t, "revision of the result", g.mustApply(t).Revision, before)
		equal(t, "revision", g.revision(t), before)
	})
	t.Run("the_callers_nodes_are_not_touched", func(t *testing.T) {
		p := someone("原样")
		g.mustApply(t, put(p))
		equal(t, "version of the caller's node", p.Version, 0)
		p.Name = "改了"
		equal(t, "the stored name", g.found(t, today, kg.KindPerson, eq("name", "原样")), string(p.ID))
	})
	t.Run("too_many_changes_are_refused", func(t *testing.T) {
		many := make([]store.Mutation, store.MaxBatch+1)
		for i := range many {
			many[i] = put(g.f.Node("li"))
		}
		g.refuse(t, kg.ErrInvalid, many...)
	})
}

func (g *graph) applyVersions(t *testing.T) {
	p := someone("新人")
	before := g.revision(t)
	done := g.mustApply(t, put(p))
	if done.Created != 1 || done.Versions[p.ID] != 1 || done.Revision != before+1 {
		t.Errorf("created: got %+v", done)
	}
	p.Retired = true
	p.Life.To = kg.MustDate("2040-01-01")
	done = g.mustApply(t, put(p), put(g.f.Node("li")))
	if done.Changed != 1 || done.Unchanged != 1 || done.Versions[p.ID] != 2 || done.Revision != before+2 {
		t.Errorf("changed: got %+v", done)
	}
	item := g.nodes(t, today, store.Group{IDs: []kg.ID{p.ID}})[0][p.ID]
	if !kg.Equal(item.Node, p) || item.Node.Common().Version != 2 {
		t.Errorf("got %+v", item.Node)
	}
	tie := g.tie("ann", kg.InTeam, "flood", Role("cook"))
	equal(t, "version of a new tie", g.mustApply(t, putTie(tie)).Versions[tie.ID], 1)
	tie.Role, tie.Valid.To, tie.Confidence = "driver", kg.MustDate("2030-01-01"), 0.25
	equal(t, "version of a changed tie", g.mustApply(t, putTie(tie)).Versions[tie.ID], 2)
	equal(t, "by the new role", g.found(t, today, kg.KindPerson, some(kg.InTeam, kg.Out, eq("role", "driver"), nil)), "ann")
	g.wholeGraph(t)
}

func (g *graph) applyValues(t *testing.T) {
	odd := []string{`quotes ' " \ and $ {braces} %_*`, "two\nlines\tand a tab", "𠮷野家 and 👩‍👧", "e\u0301 is not é", "ﬁ Ⅳ ２", "שלום", " blanks around ", "null"}
	for i, s := range odd {
		u := &kg.Unit{Code: s, Name: s, UnitKind: s}
		u.ID = NameID(kg.KindUnit, s)
		u.Source, u.Confidence = s, float64(i+1)/9
		tie := g.tie("gov", kg.Serves, "village", Role(s))
		tie.From = u.ID
		g.mustApply(t, put(u), putTie(tie))
		for _, f := range []kg.Filter{eq("name", s), eq("unitKind", s), eq(kg.TitleField, kg.NormText(s)), kg.Compare{Field: "code", Op: kg.Prefix, Value: s}, kg.Compare{Field: "name", Op: kg.Contains, Value: string([]rune(s)[1:])},
			some(kg.Serves, kg.Out, eq("role", s), nil)} {
			equal(t, describe("filter", f), g.found(t, today, kg.KindUnit, f), string(u.ID))
		}
	}
	p := &geo.Point{Lat: -89.999999999999986, Lon: 179.99999999999997}
	b := &kg.Building{Name: "边", Floors: -3, Point: p}
	b.ID = NameID(kg.KindBuilding, "edge")
	b.Life = kg.Span{From: 1, To: kg.MustDate("9999-12-31")}
	g.mustApply(t, put(b))
	got := g.nodes(t, today, store.Group{IDs: []kg.ID{b.ID}})[0][b.ID].Node.(*kg.Building)
	if *got.Point != *p || got.Floors != -3 || got.Life != b.Life {
		t.Errorf("got %+v", got)
	}
	g.wholeGraph(t)
}

func (g *graph) applyConflicts(t *testing.T) {
	id, tie := g.f.ID("clinic"), g.f.ID("clinic LOCATED_IN b12")
	changed := g.f.Node("clinic").(*kg.Unit)
	changed.Code = "U-5"
	changedTie := g.f.TieNamed("clinic LOCATED_IN b12")
	changedTie.Source = "list"
	for _, m := range []store.Mutation{put(changed), end(id, "2030-01-01"), remove(id), putTie(changedTie), endTie(tie, "2030-01-01"), removeTie(tie), put(g.f.Node("clinic"))} {
		for _, version := range []int64{2, 99, store.MustNotExist} {
			_, err := g.apply(t, &store.Batch{Changes: []store.Mutation{expecting(m, version)}, Today: Today})
			var conflict *kg.ConflictError
			if !errors.As(err, &conflict) || conflict.Current != 1 || conflict.Expected != version {
				t.Errorf("%s expecting %d: got %v", m.Op, version, err)
			}
		}
	}
	p := someone("未在册")
	g.refuse(t, kg.ErrConflict, expecting(put(p), 1))
	g.mustApply(t, expecting(put(p), store.MustNotExist), expecting(put(changed), 1), expecting(putTie(changedTie), 1))
	g.refuse(t, kg.ErrConflict, expecting(put(p), store.MustNotExist))
	g.mustApply(t, expecting(put(g.f.Node("clinic")), 2), expecting(putTie(g.f.TieNamed("clinic LOCATED_IN b12")), 2))
}

func (g *graph) applyRepeated(t *testing.T) {
	p := someone("一次")
	batch := &store.Batch{ID: "batch-1", Changes: []store.Mutation{put(p), put(g.f.Node("li"))}, Today: Today}
	first, err := g.apply(t, batch)
	if err != nil || first.Repeated || first.Created != 1 || first.Unchanged != 1 {
		t.Fatalf("got %+v, %v", first, err)
	}
	p.Name = "两次"
	g.mustApply(t, put(p))
	before := g.revision(t)
	for _, again := range []*store.Batch{batch, {ID: "batch-1"}} {
		second, err := g.apply(t, again)
		if err != nil || !second.Repeated || second.Revision != first.Revision || second.Created != 1 || second.Versions[p.ID] != 1 {
			t.Errorf("again: got %+v, %v, first %+v", second, err, first)
		}
	}
	equal(t, "revision", g.revision(t), before)
	equal(t, "the name that was put since", g.found(t, today, kg.KindPerson, eq("name", "两次")), string(p.ID))
	// A batch that changed nothing is remembered too, a refused one is not.
	nothing := &store.Batch{ID: "batch-2", Changes: []store.Mutation{put(g.f.Node("li"))}}
	if _, err := g.apply(t, nothing); err != nil {
		t.Fatal(err)
	}
	if again, err := g.apply(t, nothing); err != nil || !again.Repeated {
		t.Errorf("a batch that changed nothing: got %+v, %v", again, err)
	}
	counted := &store.Batch{ID: "batch-counted", Changes: []store.Mutation{put(someone("三次")), put(g.f.Node("li"))}, CountsOnly: true}
	first, err = g.apply(t, counted)
	if err != nil || first.Created != 1 || first.Unchanged != 1 || first.Versions != nil {
		t.Errorf("a batch that is only counted: got %+v, %v", first, err)
	}
	if again, err := g.apply(t, counted); err != nil || !again.Repeated || again.Created != 1 || again.Unchanged != 1 || again.Revision != first.Revision || len(again.Versions) > 0 {
		t.Errorf("and again: got %+v, %v", again, err)
	}
	bad := &store.Batch{ID: "batch-3", Changes: []store.Mutation{removeTie(kg.NewTieID())}}
	if _, err := g.apply(t, bad); !errors.Is(err, kg.ErrNotFound) {
		t.Errorf("got %v", err)
	}
	bad.Changes = nil
	if again, err := g.apply(t, bad); err != nil || again.Repeated {
		t.Errorf("after a refused batch of the same id: got %+v, %v", again, err)
	}
}
