package records_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"lintu/kg"
	"lintu/records"
	"lintu/store"
	"lintu/store/storetest"
)

var village = storetest.Village()

// bench is records over the oracle with the village in it.
type bench struct {
	*records.Records
	store store.Store
	told  []store.Change
}

func open(t testing.TB) *bench {
	t.Helper()
	b := &bench{store: storetest.NewOracle(storetest.Options{Key: store.Key{7}})}
	if _, err := b.store.Apply(t.Context(), village.Batch()); err != nil {
		t.Fatal(err)
	}
	b.Records = records.New(records.Options{Store: b.store, Key: store.Key{7}, Applied: func(_ context.Context, c store.Change) error {
		b.told = append(b.told, c)
		return nil
	}})
	return b
}

var everything = store.Scope{All: true, Today: storetest.Today}

func (b *bench) edit(t testing.TB, changes ...records.Change) *records.Outcome {
	t.Helper()
	out, err := b.Apply(t.Context(), records.Edit{Editor: "test", Scope: everything, Changes: changes})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func set(field string, value any) records.Setting { return records.Setting{Field: field, Value: value} }

func aTeam(key, name string) records.Change {
	return records.Change{Op: records.Create, Kind: kg.KindTeam, Key: key, Set: []records.Setting{set("name", name)}}
}

func aMember(from records.Ref, to records.Ref) records.Change {
	return records.Change{Op: records.Tie, Relation: kg.InTeam, From: from, To: to}
}

func ref(name string) records.Ref { return records.Ref(village.ID(name)) }

func TestTheHookIsToldOnceOfWhatAnEditTouched(t *testing.T) {
	b := open(t)
	out := b.edit(t, aTeam("t", "一队"), aMember(ref("li"), "t"))
	if out.Applied == nil || len(b.told) != 1 {
		t.Fatalf("%+v, told %v", out, b.told)
	}
	if c := b.told[0]; c.Revision != out.Applied.Revision || len(c.Nodes) != 1 || c.Nodes[0] != out.IDs[0] || len(c.Ties) != 1 || c.Ties[0].ID != out.IDs[1] || c.Ties[0].To != out.IDs[0] {
		t.Errorf("told %+v of %+v", c, out)
	}
	same := records.Change{Op: records.Alter, Kind: kg.KindTeam, ID: records.Ref(out.IDs[0]), Version: 1, Set: []records.Setting{set("name", "一队")}}
	if again := b.edit(t, same); again.Applied.Unchanged != 1 || len(b.told) != 1 {
		t.Errorf("what changed nothing was told: %+v", b.told)
	}
	if bad := b.edit(t, aMember(ref("li"), "nothing")); bad.Applied != nil || len(b.told) != 1 {
		t.Errorf("what was refused was told: %+v", b.told)
	}
}

func TestAnEditStandsWhateverTheHookSays(t *testing.T) {
	b := open(t)
	for name, c := range map[string]struct {
		says   []error
		called int
	}{
		"a store that is away for a moment": {[]error{kg.ErrUnavailable, kg.ErrTimeout, nil}, 3},
		"a store that stays away":           {slices.Repeat([]error{kg.ErrUnavailable}, 9), 5},
		"another error":                     {[]error{kg.ErrInvalid, nil}, 1},
	} {
		called := 0
		r := records.New(records.Options{Store: b.store, Applied: func(context.Context, store.Change) error {
			called++
			return c.says[called-1]
		}})
		out, err := r.Apply(t.Context(), records.Edit{Scope: everything, Changes: []records.Change{aTeam("", name)}})
		if err != nil || out.Applied == nil || called != c.called {
			t.Errorf("%s: %+v, %v, called %d times", name, out, err, called)
		}
	}
}

func TestIdsAreRandomAndThoseOfAnEditWithAnIDCanBeHadAgain(t *testing.T) {
	b := open(t)
	one, two := b.edit(t, aTeam("", "甲队")), b.edit(t, aTeam("", "乙队"))
	if one.IDs[0] == two.IDs[0] {
		t.Error("two things have one id")
	}
	named := func(editor, id string, changes ...records.Change) *records.Outcome {
		out, err := b.Apply(t.Context(), records.Edit{Editor: editor, Scope: everything, BatchID: id, Changes: changes})
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	changes := []records.Change{aTeam("t", "丙队"), aMember(ref("li"), "t"), aMember(ref("ann"), "t")}
	first := named("somebody", "1", changes...)
	again := named("somebody", "1", changes...)
	if !again.Applied.Repeated || fmt.Sprint(again.IDs) != fmt.Sprint(first.IDs) || again.Applied.Revision != first.Applied.Revision {
		t.Errorf("first %+v, again %+v", first, again)
	}
	if other := named("somebody else", "1", aTeam("", "丁队")); other.Applied == nil || other.Applied.Repeated || other.IDs[0] == first.IDs[0] {
		t.Errorf("the id of another editor's edit: %+v", other)
	}
	if reused := named("somebody", "1", aTeam("", "戊队")); len(reused.Problems) != 1 || reused.Problems[0].Path != "batchId" || reused.Problems[0].Change != -1 {
		t.Errorf("an id that was used: %+v", reused)
	}
}

func TestEveryProblemHasThePathOfItsInput(t *testing.T) {
	b := open(t)
	alter := func(k kg.Kind, name string, version int64, s ...records.Setting) records.Change {
		return records.Change{Op: records.Alter, Kind: k, ID: ref(name), Version: version, Set: s}
	}
	person := func(s ...records.Setting) records.Change {
		return records.Change{Op: records.Create, Kind: kg.KindPerson, Set: s}
	}
	for name, c := range map[string]struct {
		changes []records.Change
		want    []string
	}{
		"no change at all":         {nil, []string{"changes"}},
		"a blank name":             {[]records.Change{person(set("name", " "))}, []string{"changes[0].create.person.name"}},
		"born tomorrow":            {[]records.Change{person(set("name", "a"), set("birthDate", storetest.Today+1))}, []string{"changes[0].create.person.birthDate"}},
		"no such field":            {[]records.Change{person(set("name", "a"), set("floors", int64(1)))}, []string{"changes[0].create.person.floors"}},
		"a key twice":              {[]records.Change{aTeam("t", "a"), aTeam("t", "b")}, []string{"changes[1].create.team.key"}},
		"a key like an id":         {[]records.Change{aTeam(string(village.ID("li")), "a")}, []string{"changes[0].create.team.key"}},
		"a key of blanks":          {[]records.Change{aTeam(" t", "a")}, []string{"changes[0].create.team.key"}},
		"a key too early":          {[]records.Change{aMember(ref("li"), "t"), aTeam("t", "a")}, []string{"changes[0].tie.inTeam.to"}},
		"two ends of nothing":      {[]records.Change{aMember("a", "b")}, []string{"changes[0].tie.inTeam.from", "changes[0].tie.inTeam.to"}},
		"a target that is gone":    {[]records.Change{aMember(ref("li"), records.Ref(kg.NewID(kg.KindTeam)))}, []string{"changes[0].tie.inTeam.to"}},
		"a source that is gone":    {[]records.Change{aMember(records.Ref(kg.NewID(kg.KindPerson)), ref("flood"))}, []string{"changes[0].tie.inTeam.from"}},
		"an id of another kind":    {[]records.Change{alter(kg.KindPerson, "b3", 1)}, []string{"changes[0].change.person.id"}},
		"no version":               {[]records.Change{alter(kg.KindPerson, "li", 0)}, []string{"changes[0].change.person.version"}},
		"a stale version":          {[]records.Change{alter(kg.KindPerson, "li", 4)}, []string{"changes[0].change.person"}},
		"a tie by a node's id":     {[]records.Change{{Op: records.EndTie, ID: ref("li"), Version: 1, On: 1}}, []string{"changes[0].endTie.id"}},
		"an end before the start":  {[]records.Change{{Op: records.EndTie, ID: ref("wang2 LIVES_IN h2"), Version: 1, On: kg.MustDate("2019-06-01")}}, []string{"changes[0].endTie.on"}},
		"a code that is taken":     {[]records.Change{alter(kg.KindUnit, "clinic", 1, set("code", "U-2"))}, []string{"changes[0].change.unit.code"}},
		"a refusal of a building":  {[]records.Change{alter(kg.KindHousehold, "h1", 1, set("refusals", records.Refusals{{Person: ref("b3")}}))}, []string{"changes[0].change.household.refusals[0].person"}},
		"a site that is no place":  {[]records.Change{{Op: records.AlterTie, ID: ref("zhou WORKS_AT property"), Version: 1, Set: []records.Setting{set("site", ref("gov"))}}}, []string{"changes[0].changeTie.site"}},
		"a field it does not have": {[]records.Change{{Op: records.AlterTie, ID: ref("zhou WORKS_AT property"), Version: 1, Set: []records.Setting{set("role", "x")}}}, []string{"changes[0].changeTie.role"}},
		"a ring":                   {[]records.Change{{Op: records.End, ID: ref("ring2"), Version: 1, On: storetest.Today}}, []string{"changes[0].end"}},
		"what the program keeps":   {[]records.Change{{Op: records.Create, Kind: kg.KindDoorbell, Set: []records.Setting{set("serial", "S"), set("keyHash", "00")}}}, []string{"changes[0].create.doorbell.keyHash"}},
		"a ring that is made up":   {[]records.Change{{Op: records.Create, Kind: kg.KindRing, Set: []records.Setting{set("name", "x")}}}, []string{"changes[0].create.ring"}},
		"the tie of an alert":      {[]records.Change{{Op: records.DeleteTie, ID: ref("alert1 ALERT_TO shan"), Version: 1}}, []string{"changes[0].deleteTie.id"}},
	} {
		out := b.edit(t, c.changes...)
		var got []string
		for _, p := range out.Problems {
			got = append(got, p.Path)
		}
		if out.Applied != nil || fmt.Sprint(got) != fmt.Sprint(c.want) {
			t.Errorf("%s: got %v, want %v (%+v)", name, got, c.want, out.Problems)
		}
	}
	if status, err := b.store.Ready(t.Context()); err != nil || status.Revision != 1 {
		t.Errorf("something was written: %+v, %v", status, err)
	}
}

func TestMoreChangesThanAnEditTakesAreALimit(t *testing.T) {
	b := open(t)
	many := make([]records.Change, records.MaxChanges+1)
	for i := range many {
		many[i] = aTeam("", fmt.Sprint("第", i))
	}
	if _, err := b.Apply(t.Context(), records.Edit{Scope: everything, Changes: many}); !errors.Is(err, kg.ErrLimit) {
		t.Errorf("got %v", err)
	}
	if out := b.edit(t, many[1:]...); out.Applied == nil || out.Applied.Created != records.MaxChanges {
		t.Errorf("as many as it takes: %+v", out.Problems)
	}
}

func TestOfManyEditsThatCountOnOneVersionOneStands(t *testing.T) {
	b := open(t)
	for version := int64(1); version <= 5; version++ {
		var all sync.WaitGroup
		var mu sync.Mutex
		stand := 0
		for w := range 8 {
			all.Go(func() {
				change := records.Change{Op: records.Alter, Kind: kg.KindPerson, ID: ref("li"), Version: version, Set: []records.Setting{set("phone", fmt.Sprint(version, "-", w))}}
				out, err := b.Apply(t.Context(), records.Edit{Scope: everything, Changes: []records.Change{change}})
				var conflict *kg.ConflictError
				mu.Lock()
				defer mu.Unlock()
				switch {
				case err != nil:
					t.Error(err)
				case out.Applied != nil:
					stand++
				case !errors.As(out.Problems[0].Err, &conflict) || conflict.Current != version+1:
					t.Errorf("got %v", out.Problems)
				}
			})
		}
		all.Wait()
		if stand != 1 {
			t.Fatalf("%d edits of version %d stand", stand, version)
		}
	}
}

// TestNothingOutsideAScopeIsTouchedWhateverIsTried sends edits drawn at random by an editor of some areas, and compares
// everything outside these areas before and after.
func TestNothingOutsideAScopeIsTouchedWhateverIsTried(t *testing.T) {
	areas := [][]kg.ID{village.IDs("grid3"), village.IDs("village"), village.IDs("sunny", "micro"), village.IDs("b3"), nil}
	var nodes, ties []kg.ID
	for _, c := range village.Changes {
		if c.Node != nil {
			nodes = append(nodes, c.Node.Common().ID)
		} else {
			ties = append(ties, c.Tie.ID)
		}
	}
	stand := 0
	rapid.Check(t, func(r *rapid.T) {
		b := open(t)
		scope := store.Scope{Areas: rapid.SampledFrom(areas).Draw(r, "areas"), Today: storetest.Today}
		seen, err := b.store.Nodes(t.Context(), store.View{Scope: scope, AsOf: kg.Always}, []store.Group{{IDs: nodes}})
		if err != nil {
			r.Fatal(err)
		}
		before := outside(t, b.store, seen[0], nodes)
		for range 4 {
			out, err := b.Apply(t.Context(), records.Edit{Scope: scope, Changes: drawn(r, nodes, ties)})
			if err != nil {
				r.Fatal(err)
			}
			if out.Applied != nil {
				stand++
			}
		}
		if after := outside(t, b.store, seen[0], nodes); after != before {
			r.Fatalf("before\n%s\nafter\n%s", before, after)
		}
	})
	if stand == 0 {
		t.Error("no edit stood")
	}
}

// drawn is an edit that is likely to be well formed: on existing things, by version 1.
func drawn(r *rapid.T, nodes, ties []kg.ID) (out []records.Change) {
	for range rapid.IntRange(1, 2).Draw(r, "changes") {
		id, tie := rapid.SampledFrom(nodes).Draw(r, "node"), rapid.SampledFrom(ties).Draw(r, "tie")
		day := storetest.Today + kg.Date(rapid.IntRange(-400, 400).Draw(r, "day"))
		switch rapid.IntRange(0, 5).Draw(r, "op") {
		case 0:
			out = append(out, records.Change{Op: records.Alter, Kind: id.Kind(), ID: records.Ref(id), Version: 1, Set: []records.Setting{set("source", "x")}})
		case 1:
			out = append(out, records.Change{Op: records.End, ID: records.Ref(id), Version: 1, On: day})
		case 2:
			out = append(out, records.Change{Op: records.EndTie, ID: records.Ref(tie), Version: 1, On: day})
		case 3:
			out = append(out, records.Change{Op: records.DeleteTie, ID: records.Ref(tie), Version: 1})
		case 4:
			out = append(out, records.Change{Op: records.Tie, Relation: kg.ResponsibleFor, From: records.Ref(village.ID("li")), To: records.Ref(id)})
		case 5:
			d := rapid.SampledFrom(kg.Relations).Draw(r, "relation")
			out = append(out, records.Change{Op: records.Tie, Relation: d.Relation, From: records.Ref(id), To: records.Ref(rapid.SampledFrom(nodes).Draw(r, "to"))})
		}
	}
	return out
}

// outside is everything about the nodes that an editor does not see: versions, fields, and the ties between them.
func outside(t testing.TB, st store.Store, seen map[kg.ID]*store.Item, nodes []kg.ID) string {
	t.Helper()
	plan := &store.Plan{}
	for _, d := range kg.Relations {
		plan.Steps = append(plan.Steps, &store.Step{Key: string(d.Relation), Relation: d.Relation, Direction: kg.Out, Window: store.Window{Limit: store.NoLimit}})
	}
	all, err := st.Nodes(t.Context(), store.Everything, []store.Group{{IDs: nodes, Plan: plan}})
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, id := range nodes {
		item := all[0][id]
		if seen[id] != nil {
			continue
		}
		if item == nil {
			fmt.Fprintf(&b, "%s is gone\n", id)
			continue
		}
		fmt.Fprintf(&b, "%s %d %v %s\n", id, item.Node.Common().Version, item.Node.Common().Life, kg.Encode(item.Node))
		for _, d := range kg.Relations {
			page := item.Tree[string(d.Relation)]
			if page == nil {
				continue
			}
			for _, e := range page.Edges {
				if seen[e.Tie.To] == nil {
					fmt.Fprintf(&b, "  %s %d %v\n", e.Tie.ID, e.Tie.Version, e.Tie.Valid)
				}
			}
		}
	}
	return b.String()
}
