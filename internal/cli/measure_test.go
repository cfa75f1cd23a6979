package cli_test

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lintu/internal/cli"
	"lintu/internal/cli/clitest"
	"lintu/kg"
	"lintu/seed"
	"lintu/store"
	"lintu/store/storetest"
)

// lasting is a store that outlives the commands which close it.
type lasting struct{ store.Store }

func (lasting) Close() error { return nil }

// villageStore is a store with the demo's village, and the command line over it.
func villageStore(t *testing.T) (store.Store, clitest.Run) {
	t.Helper()
	st := storetest.NewOracle(storetest.Options{Key: store.Key{1}})
	town, err := seed.Preset("village")
	if err != nil {
		t.Fatal(err)
	}
	if err := seed.Load(t.Context(), st, town, seed.Options{Seed: 1}); err != nil {
		t.Fatal(err)
	}
	return st, program(func(context.Context, cli.Opening) (store.Store, error) { return lasting{st}, nil })
}

// measures are how many measures of a day a store holds; of any day for none.
func measures(t *testing.T, st store.Store, day string) int {
	t.Helper()
	var f kg.Filter
	if day != "" {
		f = kg.Compare{Field: "day", Op: kg.EQ, Value: int64(kg.MustDate(day))}
	}
	page, err := st.List(t.Context(), store.Everything, store.ListQuery{Kind: kg.KindMeasure, Filter: f, Window: store.Window{Count: true}})
	if err != nil {
		t.Fatal(err)
	}
	return page.Total
}

// somewhere is a path at which a file is.
func somewhere(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "lintu.db")
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	return "sqlite:" + path
}

func TestMeasureKeepsADayOnceAndSaysWhatItDid(t *testing.T) {
	st, run := villageStore(t)
	at := somewhere(t)
	code, out, problems := clitest.Once(t, run, nil, "measure", "--store", at, "--day", "2026-03-04", "--grids", "--json")
	var told struct {
		Day                              string
		Areas, Created, Changed, Present int
	}
	if err := json.Unmarshal([]byte(out), &told); err != nil || code != 0 {
		t.Fatalf("exit code %d, %v in %s\n%s", code, err, out, problems)
	}
	if n := measures(t, st, "2026-03-04"); told.Created != n || told.Areas*3 != n || n < 24 || told.Day != "2026-03-04" {
		t.Errorf("%+v, and the store has %d", told, n)
	}
	code, out, _ = clitest.Once(t, run, nil, "measure", "--store", at, "--day", "2026-03-04", "--grids")
	if code != 0 || !strings.Contains(out, "0 measures kept") || !strings.Contains(out, "0 brought up to date") {
		t.Errorf("again: exit code %d, %s", code, out)
	}
	// One area, by the code of the village.
	page, err := st.List(t.Context(), store.Everything, store.ListQuery{Kind: kg.KindDivision, Filter: kg.Compare{Field: "level", Op: kg.EQ, Value: "VILLAGE"}, Window: store.Window{Limit: 1}})
	if err != nil {
		t.Fatal(err)
	}
	village := page.Edges[0].Item.Node.(*kg.Division)
	code, out, problems = clitest.Once(t, run, nil, "measure", village.Code, "--store", at, "--day", "2026-03-11")
	if code != 0 || measures(t, st, "2026-03-11") != 3 {
		t.Errorf("exit code %d, %d measures, %s %s", code, measures(t, st, "2026-03-11"), out, problems)
	}
}

func TestMeasureRefusesWhatItCannotMeasure(t *testing.T) {
	_, run := villageStore(t)
	for name, args := range map[string][]string{
		"a code that no division has": {"999999"}, "an area that does not exist": {"division_aaaaaaaaaaaaaaaaaaaaaaaa"},
		"a day that is none": {"--day", "tomorrow"}, "a store that is not there": {"--store", "sqlite:" + filepath.Join(t.TempDir(), "none.db")},
	} {
		if code, out, problems := clitest.Once(t, run, nil, append([]string{"measure", "--store", somewhere(t)}, args...)...); code != 2 || problems == "" {
			t.Errorf("%s: exit code %d, %s%s", name, code, out, problems)
		}
	}
}

func TestAServerKeepsTodaysMeasuresByItselfAndLeavesThoseThatAreThere(t *testing.T) {
	st, run := villageStore(t)
	for range 2 { // the second finds them there
		r := clitest.Start(t, run, nil, "serve", "--store", somewhere(t), "--measure-at", "00:00")
		r.UntilReady()
		r.Until("measures are kept", func() bool { return strings.Contains(r.Err.Told(), "measures") })
		if code := r.Stop(); code != 0 {
			t.Errorf("exit code %d", code)
		}
	}
	n := measures(t, st, "")
	if n == 0 {
		t.Errorf("%d measures", n)
	}
	page, err := st.List(t.Context(), store.Everything, store.ListQuery{Kind: kg.KindMeasure, Window: store.Window{Limit: n}})
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range page.Edges {
		if v := e.Item.Node.Common().Version; v != 1 {
			t.Errorf("%s has version %d", e.Item.Node.Title(), v)
		}
	}
}

func TestWithoutASettingAServerKeepsNoMeasures(t *testing.T) {
	st, run := villageStore(t)
	r := clitest.Start(t, run, nil, "serve", "--store", somewhere(t))
	r.UntilReady()
	r.Stop()
	if n := measures(t, st, ""); n > 0 {
		t.Errorf("%d measures", n)
	}
}
