package storetest

import (
	"errors"
	"reflect"
	"testing"
	"time"

	"lintu/kg"
	"lintu/store"
)

func change(id kg.ID, version int64, set ...kg.Setting) store.Mutation {
	return store.Mutation{Op: store.ChangeNode, ID: id, Expect: version, Set: set}
}

func changeTie(id kg.ID, version int64, set ...kg.Setting) store.Mutation {
	return store.Mutation{Op: store.ChangeTie, ID: id, Expect: version, Set: set}
}

func setting(field string, value any) kg.Setting { return kg.Setting{Field: field, Value: value} }

// testEdits holds what edits need of Apply: changes of fields, a scope, natural keys, and refusals that say which
// change they are about.
func testEdits(t *testing.T, h Harness) {
	g := openVillage(t, h)
	t.Run("a_change_sets_the_given_fields_and_keeps_the_others", func(t *testing.T) { g.editFields(t) })
	t.Run("a_change_of_a_tie_keeps_its_ends", func(t *testing.T) { g.editTies(t) })
	t.Run("a_change_is_refused_as_a_put_is", func(t *testing.T) { g.editRefusals(t) })
	t.Run("what_happened_is_written_once", func(t *testing.T) { g.editRecords(t) })
	t.Run("every_refusal_says_which_change_it_is_about", func(t *testing.T) { g.editTold(t) })
	t.Run("what_is_outside_the_scope_does_not_exist", func(t *testing.T) { g.editScope(t) })
	t.Run("a_natural_key_is_given_once", func(t *testing.T) { g.editKeys(t) })
	t.Run("a_title_is_given_once_in_a_place", func(t *testing.T) { g.editPlaces(t) })
	t.Run("a_try_is_checked_and_leaves_no_trace", func(t *testing.T) { g.editTry(t) })
	t.Run("an_id_is_good_for_one_batch", func(t *testing.T) { g.editDigest(t) })
	g.wholeGraph(t)
}

func (g *graph) editFields(t *testing.T) {
	id := g.f.ID("zeng")
	before := g.f.Node("zeng").(*kg.Person)
	done := g.mustApply(t, change(id, 1, setting("phone", "000-1"), setting("careFlags", []kg.Flag{dated(kg.Disabled, "2026-01-01", "")}),
		setting("responder", kg.Merge(`{"leaves":[{"reason":"trip","validFrom":"2026-03-01","validTo":"2026-03-08"}]}`)), setting("sex", nil)),
		change(id, 2, setting("validTo", kg.MustDate("2090-01-01")), setting("confidence", 0.5)))
	if done.Changed != 2 || done.Versions[id] != 3 {
		t.Errorf("got %+v", done)
	}
	got := g.nodes(t, today, store.Group{IDs: []kg.ID{id}})[0][id].Node.(*kg.Person)
	if got.Name != before.Name || got.BirthDate != before.BirthDate || got.Sex != "" || got.Phone != "000-1" || len(got.CareFlags) != 1 || got.Life.To != kg.MustDate("2090-01-01") || got.Confidence != 0.5 {
		t.Errorf("got %+v", got)
	}
	if r := got.Responder; r == nil || len(r.Consents) != 1 || len(r.Leaves) != 1 || r.Leaves[0].Reason != "trip" {
		t.Errorf("got the profile %+v", r)
	}
	if done := g.mustApply(t, change(id, 3, setting("phone", "000-1"))); done.Unchanged != 1 || done.Change != nil {
		t.Errorf("what is so already: got %+v", done)
	}
	g.mustApply(t, change(id, 3, setting("responder", kg.Merge(`{"consents":null}`)), setting("phone", nil)))
	got = g.nodes(t, today, store.Group{IDs: []kg.ID{id}})[0][id].Node.(*kg.Person)
	if got.Phone != "" || got.Responder == nil || got.Responder.Consents != nil || len(got.Responder.Leaves) != 1 {
		t.Errorf("got %+v", got.Responder)
	}
}

func (g *graph) editTies(t *testing.T) {
	id, site := g.f.ID("zeng WORKS_AT school 2"), g.f.ID("b3")
	starts := time.Date(2026, 5, 1, 8, 0, 0, 0, time.UTC)
	duty := g.tie("shan", kg.OnDutyAt, "station")
	batch := &store.Batch{ID: "told", Today: Today, Tell: true, Changes: []store.Mutation{
		changeTie(id, 1, setting("post", "teacher"), setting("site", site), setting("source", "list")),
		putTie(duty), changeTie(duty.ID, 1, setting("startsAt", starts.Format(time.RFC3339)), setting("hours", `[{"weekday":2,"from":"09:00","to":"12:00"}]`)),
		removeTie(g.f.ID("ann CONTACT_OF h1")),
	}}
	done, err := g.apply(t, batch)
	if err != nil || done.Changed != 2 || done.Created != 1 || len(done.Ties) != 3 || done.Change == nil || len(done.Change.Ties) != 3 {
		t.Fatalf("got %+v, %v", done, err)
	}
	if told := done.Ties[0]; told.ID != id || told.Version != 2 || told.Post != "teacher" || told.Ref != site || told.From != g.f.ID("zeng") {
		t.Errorf("got %+v", told.Tie)
	}
	if told := done.Ties[1]; !told.StartsAt.Equal(starts) || len(told.Hours) != 1 || told.Version != 2 {
		t.Errorf("got %+v", told.Tie)
	}
	if told := done.Ties[2]; told.Kinship != "daughter" || told.Version != 1 {
		t.Errorf("a deleted tie as it was: got %+v", told.Tie)
	}
	again, err := g.Store.Apply(t.Context(), batch)
	if err != nil || !again.Repeated || again.Change != nil || !reflect.DeepEqual(again.Versions, done.Versions) || len(again.Ties) != 3 {
		t.Fatalf("again: got %+v, %v", again, err)
	}
	for i, told := range again.Ties {
		if !kg.EqualTies(told.Tie, done.Ties[i].Tie) || told.Version != done.Ties[i].Version {
			t.Errorf("again: got %+v, first %+v", told.Tie, done.Ties[i].Tie)
		}
	}
	equal(t, "whose workplace is b3", g.found(t, today, kg.KindPerson, some(kg.WorksAt, kg.Out, eq("post", "teacher"), nil)), "wang2, zeng")
}

func (g *graph) editRefusals(t *testing.T) {
	li, lives := g.f.ID("li"), g.f.ID("li LIVES_IN h5")
	for name, m := range map[string]store.Mutation{
		"a_field_that_the_kind_lacks":     change(li, 1, setting("floors", int64(3))),
		"a_value_of_another_type":         change(li, 1, setting("name", int64(3))),
		"no_title":                        change(li, 1, setting("name", nil)),
		"a_value_that_the_enum_lacks":     change(li, 1, setting("sex", "X")),
		"an_empty_life":                   change(li, 1, setting("validFrom", kg.MustDate("2020-01-01")), setting("validTo", kg.MustDate("2020-01-01"))),
		"a_part_of_what_has_no_parts":     change(li, 1, setting("name", kg.Merge("{}"))),
		"a_part_that_is_no_object":        change(li, 1, setting("responder", kg.Merge("[]"))),
		"a_field_that_the_relation_lacks": changeTie(lives, 1, setting("role", "guest")),
		"a_field_that_no_tie_has":         changeTie(lives, 1, setting("colour", "red")),
		"a_reference_that_it_lacks":       changeTie(lives, 1, setting("site", g.f.ID("b3"))),
		"an_instant_that_is_none":         changeTie(g.f.ID("zeng ON_DUTY_AT station"), 1, setting("startsAt", "noon")),
		"a_reference_of_another_kind":     changeTie(g.f.ID("zhou WORKS_AT property"), 1, setting("site", g.f.ID("gov"))),
		"a_second_home":                   changeTie(g.f.ID("zeng LIVES_IN h3"), 1, setting("validTo", kg.MustDate("2025-01-01"))),
		"a_key_that_another_tie_has":      changeTie(g.f.ID("shan RESPONSIBLE_FOR h1 2"), 1, setting("scheme", "1+10"), setting("slot", "2"), setting("validFrom", kg.MustDate("2026-01-01"))),
		"another_end":                     {Op: store.ChangeTie, ID: lives, Expect: 1, Set: []kg.Setting{setting("to", g.f.ID("li"))}},
	} {
		t.Run(name, func(t *testing.T) { g.refuse(t, kg.ErrInvalid, m) })
	}
	g.refuse(t, kg.ErrConflict, change(li, 2, setting("phone", "1")))
	g.refuse(t, kg.ErrConflict, changeTie(lives, 2, setting("source", "x")))
	g.refuse(t, kg.ErrNotFound, change(NameID(kg.KindPerson, "nobody"), 1, setting("phone", "1")))
	g.refuse(t, kg.ErrNotFound, changeTie(kg.NewTieID(), 1, setting("source", "x")))
	g.refuse(t, kg.ErrNotFound, changeTie(g.f.ID("zhou WORKS_AT property"), 1, setting("site", NameID(kg.KindBuilding, "nowhere"))))
}

// editRecords: an entry of a timeline, and the ties of records, take no change of any form; a ring's own fields do.
func (g *graph) editRecords(t *testing.T) {
	event, of := g.f.ID("event1"), g.f.ID("event1 EVENT_OF ring1")
	other := kg.Clone(g.f.Node("event1")).(*kg.RingEvent)
	other.Note = "another story"
	moved := *g.f.TieNamed("event1 EVENT_OF ring1")
	moved.To = g.f.ID("ring2")
	on := kg.MustDate("2030-01-01")
	for name, m := range map[string]store.Mutation{
		"an_entry_changed":   change(event, 1, setting("note", "another story")),
		"an_entry_put_anew":  {Op: store.PutNode, Node: other, Expect: 1},
		"an_entry_ended":     {Op: store.EndNode, ID: event, Expect: 1, On: on},
		"an_entry_deleted":   {Op: store.DeleteNode, ID: event, Expect: 1},
		"its_tie_changed":    changeTie(of, 1, setting("source", "x")),
		"its_tie_put_anew":   {Op: store.PutTie, Tie: &moved, Expect: 1},
		"its_tie_ended":      {Op: store.EndTie, ID: of, Expect: 1, On: on},
		"its_tie_deleted":    {Op: store.DeleteTie, ID: of, Expect: 1},
		"an_alert_told_anew": changeTie(g.f.ID("alert1 ALERT_TO shan"), 1, setting("source", "x")),
	} {
		t.Run(name, func(t *testing.T) { g.refuse(t, kg.ErrInvalid, m) })
	}
	g.mustApply(t, change(g.f.ID("ring1"), 1, setting("presses", int64(3))))
}

func (g *graph) editTold(t *testing.T) {
	li, two := g.f.ID("li"), g.tie("li", kg.LivesIn, "h7")
	told := func(changes ...store.Mutation) (at []int) {
		t.Helper()
		_, err := g.apply(t, &store.Batch{Changes: changes, Today: Today})
		for _, r := range store.Refusals(err) {
			at = append(at, r.Change)
		}
		return at
	}
	fine := put(someone("无妨"))
	for name, c := range map[string]struct {
		changes []store.Mutation
		want    []int
	}{
		"several at once":           {[]store.Mutation{fine, change(li, 7), endTie(kg.NewTieID(), "2026-01-01"), put(someone(" "))}, []int{1, 2, 3}},
		"one of a thing":            {[]store.Mutation{change(li, 7), change(li, 8), fine}, []int{0}},
		"a dangling end":            {[]store.Mutation{fine, putTie(&kg.Tie{ID: kg.NewTieID(), Relation: kg.LivesIn, From: li, To: NameID(kg.KindHousehold, "nowhere")})}, []int{1}},
		"a second one at a time":    {[]store.Mutation{fine, fine, putTie(two)}, []int{2}},
		"a key that is taken":       {[]store.Mutation{fine, putTie(func() *kg.Tie { x := g.f.TieNamed("li CONTACT_OF h6"); x.ID = kg.NewTieID(); return x }())}, []int{1}},
		"a tie that has not ended":  {[]store.Mutation{fine, remove(li)}, []int{1}},
		"an operation that is none": {[]store.Mutation{fine, {Op: "merge"}}, []int{1}},
	} {
		if got := told(c.changes...); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: refused %v, want %v", name, got, c.want)
		}
	}
}

// editScope: an editor of grid3 sees b3 and what is in it, and nothing of the village.
func (g *graph) editScope(t *testing.T) {
	scope := g.scoped("grid3").Scope
	apply := func(changes ...store.Mutation) error {
		t.Helper()
		_, err := g.apply(t, &store.Batch{Changes: changes, Today: Today, Scope: &scope, UniqueKeys: true})
		return err
	}
	home := &kg.Household{Base: kg.Base{ID: NameID(kg.KindHousehold, "scoped")}, Number: "909"}
	inside := &kg.Tie{ID: kg.NewTieID(), Relation: kg.PartOf, From: home.ID, To: g.f.ID("b12")}
	outside := &kg.Tie{ID: kg.NewTieID(), Relation: kg.PartOf, From: home.ID, To: g.f.ID("hall")}
	nobody := someone("界外")
	hidden := someone("占号")
	hidden.ID = g.f.ID("grandpa")
	move := g.tie("wang1", kg.LivesIn, "h6", Since("2026-08-01"))
	for name, c := range map[string]struct {
		want    error
		changes []store.Mutation
	}{
		"a change outside":                {kg.ErrNotFound, []store.Mutation{change(g.f.ID("grandpa"), 1, setting("phone", "1"))}},
		"a change outside, stale":         {kg.ErrNotFound, []store.Mutation{change(g.f.ID("grandpa"), 9, setting("phone", "1"))}},
		"an end outside":                  {kg.ErrNotFound, []store.Mutation{expecting(end(g.f.ID("h6"), "2030-01-01"), 1)}},
		"a deletion outside":              {kg.ErrNotFound, []store.Mutation{expecting(remove(g.f.ID("grid1")), 1)}},
		"the end of a tie outside":        {kg.ErrNotFound, []store.Mutation{expecting(endTie(g.f.ID("li LIVES_IN h5"), "2026-08-01"), 1)}},
		"the end of a tie that leads out": {kg.ErrNotFound, []store.Mutation{expecting(removeTie(g.f.ID("zeng BELONGS_TO branch")), 1)}},
		"a tie that leads out":            {kg.ErrNotFound, []store.Mutation{putTie(move)}},
		"a reference outside":             {kg.ErrNotFound, []store.Mutation{putTie(g.tie("wang2", kg.WorksAt, "clinic", g.f.Ref("hall")))}},
		"something of no area":            {kg.ErrForbidden, []store.Mutation{put(nobody)}},
		"something in another area":       {kg.ErrNotFound, []store.Mutation{put(home), putTie(outside)}},
		"an id that somebody else has":    {kg.ErrNotFound, []store.Mutation{put(hidden), putTie(&kg.Tie{ID: kg.NewTieID(), Relation: kg.LivesIn, From: hidden.ID, To: g.f.ID("h1")})}},
	} {
		if err := apply(c.changes...); !errors.Is(err, c.want) {
			t.Errorf("%s: got %v, want %v", name, err, c.want)
		}
	}
	if err := apply(put(home), putTie(inside), change(g.f.ID("wang1"), 1, setting("phone", "000-2"))); err != nil {
		t.Errorf("inside: %v", err)
	}
	if err := apply(expecting(removeTie(inside.ID), 1), expecting(remove(home.ID), 1)); err != nil {
		t.Errorf("undone: %v", err)
	}
	if err := apply(endTie(g.f.ID("wang1 LIVES_IN h1"), "2026-08-01")); err != nil {
		t.Errorf("somebody leaves: %v", err)
	}
	all := store.Scope{All: true}
	if _, err := g.apply(t, &store.Batch{Changes: []store.Mutation{change(g.f.ID("grandpa"), 1, setting("phone", "1"))}, Today: Today, Scope: &all}); err != nil {
		t.Errorf("who sees everything: %v", err)
	}
}

// unique applies changes with the promise of natural keys, and gives who has the key already; "" where it was given.
func (g *graph) unique(t *testing.T, changes ...store.Mutation) kg.ID {
	t.Helper()
	_, err := g.apply(t, &store.Batch{Changes: changes, Today: Today, UniqueKeys: true})
	var same *kg.DuplicateError
	switch {
	case errors.As(err, &same):
		return same.Other
	case err != nil:
		t.Fatal(err)
	}
	return ""
}

func (g *graph) editKeys(t *testing.T) {
	unit := func(name, code string) *kg.Unit {
		return &kg.Unit{Base: kg.Base{ID: NameID(kg.KindUnit, "keyed "+name)}, Code: code, Name: name}
	}
	division := &kg.Division{Base: kg.Base{ID: NameID(kg.KindDivision, "keyed")}, Name: "新社区", Code: "230306200001", CodeScheme: "stat-12", Level: kg.LevelCommunity}
	person := someone("同号")
	person.RegisterNo = "R-li"
	bell := &kg.Doorbell{Base: kg.Base{ID: NameID(kg.KindDoorbell, "keyed")}, Serial: "ML-0001"}
	for name, c := range map[string]struct {
		node kg.Node
		want string
	}{"a code": {unit("甲", "U-2"), "school"}, "a code of a scheme": {division, "community"}, "a register number": {person, "li"}, "a serial number": {bell, "bell1"}} {
		equal(t, name, g.unique(t, put(c.node)), g.f.ID(c.want))
	}
	division.CodeScheme = "another"
	equal(t, "a code of another scheme", g.unique(t, put(division)), "")
	equal(t, "twice in a batch", g.unique(t, put(unit("甲", "K-1")), put(unit("乙", "K-1"))), NameID(kg.KindUnit, "keyed 乙"))
	equal(t, "by a change", g.unique(t, change(g.f.ID("clinic"), 1, setting("code", "U-2"))), g.f.ID("school"))
	equal(t, "a change of something else", g.unique(t, change(g.f.ID("clinic"), 1, setting("unitKind", "clinic"))), "")
	equal(t, "a key that the batch frees", g.unique(t, change(g.f.ID("school"), 1, setting("code", "U-7")), put(unit("丙", "U-2"))), "")
	equal(t, "a key that was freed", g.unique(t, put(unit("丁", "U-2"))), NameID(kg.KindUnit, "keyed 丙"))
	if done := g.mustApply(t, put(unit("戊", "U-2"))); done.Created != 1 {
		t.Error("where no batch asks for it, keys may be the same")
	}
	scope := g.scoped("grid3").Scope
	serves := &kg.Tie{ID: kg.NewTieID(), Relation: kg.PairedWith, From: unit("己", "").ID, To: g.f.ID("grid3")}
	_, err := g.apply(t, &store.Batch{Changes: []store.Mutation{put(unit("己", "U-9")), putTie(serves)}, Today: Today, UniqueKeys: true, Scope: &scope})
	var same *kg.DuplicateError
	if !errors.As(err, &same) || same.Other != "" {
		t.Errorf("a key of something outside the scope: got %v", err)
	}
}

func (g *graph) editPlaces(t *testing.T) {
	home := func(name, number, parent string) []store.Mutation {
		h := &kg.Household{Base: kg.Base{ID: NameID(kg.KindHousehold, "placed "+name)}, Number: number}
		return []store.Mutation{put(h), putTie(&kg.Tie{ID: kg.DeriveTieID([]byte("placed"), &kg.Tie{Role: name}), Relation: kg.PartOf, From: h.ID, To: g.f.ID(parent)})}
	}
	equal(t, "a number in one entrance", g.unique(t, home("a", "101", "e1")...), g.f.ID("h1"))
	equal(t, "a number in another", g.unique(t, home("a", "101", "e2")...), "")
	equal(t, "a number that another gets", g.unique(t, change(NameID(kg.KindHousehold, "placed a"), 1, setting("number", "302"))), g.f.ID("h2"))
	equal(t, "two in one batch", g.unique(t, append(home("b", "777", "e2"), home("c", "777", "e2")...)...) != "", true)
	twin := someone("王秀兰")
	twin.BirthDate = kg.MustDate("1971-05-06")
	lives := g.tie("ann", kg.LivesIn, "h2", Since("2026-01-01"))
	lives.From = twin.ID
	equal(t, "a name and birth date in one household", g.unique(t, put(twin), putTie(lives)), g.f.ID("wang2"))
	twin.BirthDate = kg.MustDate("1971-05-07")
	equal(t, "another birth date", g.unique(t, put(twin), putTie(lives)), "")
	equal(t, "a birth date that another has", g.unique(t, change(twin.ID, 1, setting("birthDate", kg.MustDate("1971-05-06")))), g.f.ID("wang2"))
	equal(t, "a change of something else", g.unique(t, change(twin.ID, 1, setting("phone", "000-3"))), "")
	barn := &kg.Building{Base: kg.Base{ID: NameID(kg.KindBuilding, "placed")}, Name: "平房甲"}
	in := &kg.Tie{ID: kg.NewTieID(), Relation: kg.PartOf, From: barn.ID, To: g.f.ID("grid2")}
	equal(t, "a name without a code in one grid", g.unique(t, put(barn), putTie(in)), g.f.ID("barn"))
	barn.Code = "B-77"
	equal(t, "a code of its own", g.unique(t, put(barn), putTie(in)), "")
}

func (g *graph) editTry(t *testing.T) {
	before := g.revision(t)
	batch := &store.Batch{ID: "try", Changes: []store.Mutation{put(someone("试试")), change(g.f.ID("qiu"), 1, setting("phone", "1"))}, Today: Today, Try: true}
	for range 2 {
		if done, err := g.apply(t, batch); err != nil || done.Created != 1 || done.Changed != 1 || done.Repeated || done.Revision != before || done.Change != nil {
			t.Errorf("got %+v, %v", done, err)
		}
	}
	batch.Changes = []store.Mutation{change(g.f.ID("qiu"), 2)}
	if _, err := g.apply(t, batch); !errors.Is(err, kg.ErrConflict) {
		t.Errorf("got %v", err)
	}
	equal(t, "revision", g.revision(t), before)
	equal(t, "the person", g.found(t, today, kg.KindPerson, eq("name", "试试")), "")
}

func (g *graph) editDigest(t *testing.T) {
	p := someone("有据")
	batch := &store.Batch{ID: "digest", Digest: "one", Changes: []store.Mutation{put(p)}, Today: Today}
	if _, err := g.apply(t, batch); err != nil {
		t.Fatal(err)
	}
	if again, err := g.apply(t, batch); err != nil || !again.Repeated {
		t.Errorf("the same: got %+v, %v", again, err)
	}
	batch.Digest = "two"
	if _, err := g.apply(t, batch); !errors.Is(err, kg.ErrInvalid) {
		t.Errorf("another batch of the same id: got %v", err)
	}
}
