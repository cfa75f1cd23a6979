package cli_test

import (
	"encoding/csv"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lintu/internal/cli/clitest"
	"lintu/kg"
	"lintu/seed"
	"lintu/store"
	"lintu/store/storetest"
)

// covering runs lintu coverage on the village.
func covering(t *testing.T, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	k := &keeps{Oracle: storetest.NewOracle(storetest.Options{})}
	p, err := seed.Preset("village")
	if err != nil {
		t.Fatal(err)
	}
	if err := seed.Load(t.Context(), k, p, seed.Options{Seed: 1}); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "lintu.db") // the store in memory stands for it
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	return clitest.Once(t, program(k.open), []string{"LINTU_STORE=sqlite:" + path}, append([]string{"coverage"}, args...)...)
}

func TestCoveragePrintsTheAreaAndThoseBelowIt(t *testing.T) {
	code, out, errs := covering(t, "新阳村", "--at", "2026-03-04T20:00", "--targets-care-flags", "ANY", "--k", "2", "--radius", "150")
	if code != 0 {
		t.Fatalf("exit code %d: %s", code, errs)
	}
	for _, want := range []string{"2026-03-04 20:00 · 150 m · k = 2", "覆盖率", "第1网格", "%"} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is not there:\n%s", want, out)
		}
	}
	if strings.Contains(out, "\x1b") {
		t.Error("colours where nobody looks")
	}
}

func TestAnAreaIsFoundByItsCode(t *testing.T) {
	code, out, errs := covering(t, villageCode(t), "--at", "2026-03-04T20:00")
	if code != 0 || !strings.Contains(out, "新阳村") {
		t.Errorf("exit code %d: %s%s", code, out, errs)
	}
}

// villageCode is the code of the preset's village.
func villageCode(t *testing.T) string {
	t.Helper()
	st, _ := villageStore(t)
	page, err := st.List(t.Context(), store.Everything, store.ListQuery{
		Kind: kg.KindDivision, Filter: kg.Compare{Field: "level", Op: kg.EQ, Value: string(kg.LevelVillage)}, Window: store.Window{Limit: 1},
	})
	if err != nil || len(page.Edges) == 0 {
		t.Fatalf("no village (%v)", err)
	}
	return page.Edges[0].Item.Node.(*kg.Division).Code
}

func TestCoverageForScriptsIsJSONOrCSV(t *testing.T) {
	code, out, errs := covering(t, "新阳村", "--table", "week", "--json")
	var rows []struct{ Targets, Covered int }
	if err := json.Unmarshal([]byte(out), &rows); code != 0 || err != nil || len(rows) != 168 {
		t.Errorf("exit code %d, %d rows (%v) %s", code, len(rows), err, errs)
	}
	code, out, _ = covering(t, "新阳村", "--table", "groups", "--by", "WEEK_BAND", "--csv")
	lines, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(out, "\ufeff"))).ReadAll()
	if code != 0 || err != nil || len(lines) < 5 {
		t.Errorf("exit code %d, %d lines (%v)", code, len(lines), err)
	}
}

func TestCoverageSaysWhatIsWrongWithTheQuestion(t *testing.T) {
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"月亮村"}, "no area is called"},
		{[]string{"新阳村1组"}, "several areas are called"},
		{[]string{"阳村"}, "near it are"},
		{[]string{"division_aaaaaaaaaaaaaaaaaaaaaaaa"}, "not found"},
		{[]string{"新阳村", "--radius", "far"}, "radius"},
		{[]string{"新阳村", "--table", "moon"}, "children, groups"},
		{[]string{"新阳村", "--by", "LEVEL"}, "--by does not go with the table children"},
		{[]string{"新阳村", "--json", "--csv"}, "one of the two"},
		{nil, "accepts 1 arg"},
	} {
		if code, out, errs := covering(t, c.args...); code != 2 || !strings.Contains(errs, c.want) || out != "" {
			t.Errorf("%v: exit code %d, %q, %q", c.args, code, out, errs)
		}
	}
}
