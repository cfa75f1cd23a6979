package cli_test

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"lintu/internal/cli"
	"lintu/internal/cli/clitest"
	"lintu/kg"
	"lintu/store"
	"lintu/store/storetest"
)

// somebody is one of the village's people, with what the changes of a test make of them.
func somebody(t *testing.T, st store.Store, set ...kg.Setting) *kg.Person {
	t.Helper()
	page, err := st.List(t.Context(), store.Everything, store.ListQuery{Kind: kg.KindPerson, Window: store.Window{Limit: 1}})
	if err != nil || len(page.Edges) == 0 {
		t.Fatalf("the village has nobody: %v", err)
	}
	p := page.Edges[0].Item.Node.(*kg.Person)
	if len(set) > 0 {
		if _, err := st.Apply(t.Context(), &store.Batch{Changes: []store.Mutation{{Op: store.ChangeNode, ID: p.ID, Set: set}}}); err != nil {
			t.Fatal(err)
		}
	}
	return p
}

func onRecord(t *testing.T, st store.Store, id kg.ID) *kg.Person {
	t.Helper()
	items, err := st.Nodes(t.Context(), store.Everything, []store.Group{{IDs: []kg.ID{id}}})
	if err != nil || items[0][id] == nil {
		t.Fatalf("%s: %v", id, err)
	}
	return items[0][id].Node.(*kg.Person)
}

func TestRetainCountsAndTakesAwayOnlyWhenItIsTold(t *testing.T) {
	st, run := villageStore(t)
	at := somewhere(t)
	over := time.Now().Add(-50 * time.Hour).UTC().Format(time.RFC3339)
	p := somebody(t, st, kg.Setting{Field: "responder", Value: kg.Merge(`{"overrides":[{"presence":"AWAY","until":"` + over + `"}]}`)})
	code, out, problems := clitest.Once(t, run, nil, "retain", "--store", at)
	if code != 0 || !strings.Contains(out, "presence") || !strings.Contains(out, "24h") || !strings.Contains(out, "呼叫明细") {
		t.Fatalf("exit code %d, %s%s", code, out, problems)
	}
	if len(onRecord(t, st, p.ID).Responder.Overrides) != 1 {
		t.Fatal("counting has taken something away")
	}
	code, out, problems = clitest.Once(t, run, nil, "retain", "--apply", "--json", "--store", at)
	var rows []struct {
		Class, Kept string
		Due, Done   int
	}
	if err := json.Unmarshal([]byte(out), &rows); code != 0 || err != nil || len(rows) != 5 || rows[1].Class != "presence" || rows[1].Done < 1 || rows[1].Done != rows[1].Due {
		t.Fatalf("exit code %d, %v, %s%s", code, err, out, problems)
	}
	if len(onRecord(t, st, p.ID).Responder.Overrides) != 0 {
		t.Error("nothing was taken away")
	}
	for _, bad := range []string{"rings=900d", "faces=1d", "rings"} {
		if code, _, problems := clitest.Once(t, run, nil, "retain", "--retention", bad, "--store", at); code != 2 || problems == "" {
			t.Errorf("%s: exit code %d, %s", bad, code, problems)
		}
	}
}

func TestAServerTakesAwayOnceADayWhatWasKeptTooLong(t *testing.T) {
	st := storetest.NewOracle(storetest.Options{Key: store.Key{1}})
	p := &kg.Person{Base: kg.Base{ID: kg.NewID(kg.KindPerson)}, Name: "王", Responder: &kg.Responder{Overrides: []kg.Override{{Presence: kg.Away, Until: time.Now().Add(-50 * time.Hour)}}}}
	if _, err := st.Apply(t.Context(), &store.Batch{Changes: []store.Mutation{{Op: store.PutNode, Node: p}}}); err != nil {
		t.Fatal(err)
	}
	run := program(func(context.Context, cli.Opening) (store.Store, error) { return lasting{st}, nil })
	r := clitest.Start(t, run, nil, "serve", "--store", somewhere(t), "--retention-at", "00:00")
	r.Until("what was kept too long is gone", func() bool { return len(onRecord(t, st, p.ID).Responder.Overrides) == 0 })
	r.Stop()
}

func TestAPersonIsExportedAndErasedOnTheCommandLine(t *testing.T) {
	st, run := villageStore(t)
	at, p := somewhere(t), somebody(t, st)
	file := filepath.Join(t.TempDir(), "mine.json")
	if code, out, problems := clitest.Once(t, run, nil, "person", "export", string(p.ID), "--output", file, "--store", at); code != 0 || out != "" {
		t.Fatalf("exit code %d, %s%s", code, out, problems)
	}
	data, err := os.ReadFile(file)
	if info, _ := os.Stat(file); err != nil || !strings.Contains(string(data), p.Name) || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %s", err, data)
	}
	if code, _, problems := clitest.Once(t, run, nil, "person", "erase", string(p.ID), "--store", at); code != 2 || !strings.Contains(problems, "--reason") {
		t.Errorf("without a reason: exit code %d, %s", code, problems)
	}
	for _, want := range []string{"is erased", "was erased on"} {
		code, out, problems := clitest.Once(t, run, nil, "person", "erase", string(p.ID), "--reason", "asked", "--store", at)
		if code != 0 || !strings.Contains(out, want) || strings.Contains(out+problems, p.Name) {
			t.Errorf("exit code %d, %s%s", code, out, problems)
		}
	}
	if !kg.IsErased(onRecord(t, st, p.ID)) {
		t.Error("nobody was erased")
	}
	if code, _, problems := clitest.Once(t, run, nil, "person", "export", string(p.ID), "--store", at); code != 2 || problems == "" {
		t.Errorf("a tombstone is exported: exit code %d, %s", code, problems)
	}
}
