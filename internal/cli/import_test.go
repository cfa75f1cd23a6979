package cli_test

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lintu/importer"
	"lintu/internal/cli"
	"lintu/internal/cli/clitest"
	"lintu/store"
	"lintu/store/storetest"
)

const (
	goodRegister = "code,name,level,parent_code\n42,湖北省,PROVINCE,\n4210,荆州市,CITY,42\n"
	badRegister  = goodRegister + "43,湖南省,STATE,\n44,广东省,PROVINCE\n"
)

// filed is a file with a text, in a folder of its own.
func filed(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// keeps opens one store in memory again and again; it stays open when a command closes it.
type keeps struct {
	*storetest.Oracle
	keys []*store.Key
}

func (k *keeps) Close() error { return nil }

func (k *keeps) open(_ context.Context, o cli.Opening) (store.Store, error) {
	k.keys = append(k.keys, o.Key)
	return k, nil
}

func importing(t *testing.T, k *keeps, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	environ := []string{"LINTU_STORE=sqlite:" + filepath.Join(t.TempDir(), "x", "lintu.db")}
	return clitest.Once(t, program(k.open), environ, append([]string{"import"}, args...)...)
}

func newKeeps() *keeps { return &keeps{Oracle: storetest.NewOracle(storetest.Options{})} }

func TestAnImportTellsWhatItDidInATableAndEndsWithZero(t *testing.T) {
	code, out, errs := importing(t, newKeeps(), filed(t, "divisions.csv", goodRegister))
	if code != 0 || !strings.Contains(out, "created 新增") || !strings.Contains(out, "DIVISION") || !strings.Contains(out, "PART_OF") {
		t.Errorf("exit code %d\n%s%s", code, out, errs)
	}
	if !strings.Contains(errs, "writing rows 写入: done, 2 in") {
		t.Errorf("no progress:\n%s", errs)
	}
}

func TestRefusedRowsAreToldInBothLanguagesAndEndWithThree(t *testing.T) {
	k := newKeeps()
	for _, report := range []string{"problems.csv", "problems.ndjson"} {
		path := filepath.Join(t.TempDir(), report)
		code, _, errs := importing(t, k, filed(t, "x.csv", badRegister), "--kind", "division", "--report", path)
		if code != 3 || !strings.Contains(errs, "x.csv:4 level: \"STATE\" is no level") || !strings.Contains(errs, "级别不对") || !strings.Contains(errs, "nothing was written") {
			t.Errorf("exit code %d\n%s", code, errs)
		}
		b, err := os.ReadFile(path)
		text := string(b)
		if err != nil || !strings.Contains(text, "BAD_LEVEL") || !strings.Contains(text, "RAGGED_ROW") || strings.Count(text, "\n") != map[string]int{"problems.csv": 3, "problems.ndjson": 2}[report] {
			t.Errorf("%s: %v\n%s", report, err, text)
		}
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("the report can be read by others: %v %v", info.Mode(), err)
		}
	}
	if status, _ := k.Ready(t.Context()); status.Revision != 0 {
		t.Errorf("something was written")
	}
	code, out, errs := importing(t, k, filed(t, "divisions.csv", badRegister), "--partial", "--json")
	var summary importer.Summary
	if err := json.Unmarshal([]byte(out), &summary); code != 3 || err != nil || summary.Created != 3 || summary.Refused != 2 || !summary.Written {
		t.Errorf("exit code %d, %v, %+v\n%s", code, err, summary, errs)
	}
}

func TestManyProblemsAreCountedAtTheTerminal(t *testing.T) {
	code, _, errs := importing(t, newKeeps(), filed(t, "divisions.csv", goodRegister+strings.Repeat("43\n", 100)))
	if code != 3 || !strings.Contains(errs, "and 70 more") || strings.Count(errs, "as many cells") != 30 {
		t.Errorf("exit code %d\n%s", code, errs)
	}
}

func TestWhatIsWrongOnTheCommandLineOfImportsAndExportsIsSaid(t *testing.T) {
	file := filed(t, "divisions.csv", goodRegister)
	for want, args := range map[string][]string{
		"there is no such form":          {"import", file, "--format", "xlsx"},
		"neither a kind nor a relation":  {"import", filed(t, "towns.csv", goodRegister)},
		"no such file":                   {"import", file + ".gone"},
		"no encoding that is read":       {"import", file, "--encoding", "latin1"},
		"--datum":                        {"import", file, "--datum", "MARS"},
		"--on":                           {"import", file, "--on", "tomorrow"},
		"1 to 5000":                      {"import", file, "--batch-rows", "9999"},
		"accepts 1 arg":                  {"import"},
		"holds no .csv":                  {"import", t.TempDir()},
		"name the store to export":       {"export", filepath.Join(t.TempDir(), "x"), "--store", "sqlite:" + filepath.Join(t.TempDir(), "none.db")},
		"is given for a folder":          {"import", filepath.Dir(file), "--kind", "division"},
		"--format xls: there is no such": {"export", "x", "--format", "xls"},
	} {
		code, _, errs := clitest.Once(t, program(newKeeps().open), []string{"LINTU_STORE=sqlite:" + filepath.Join(t.TempDir(), "a.db")}, args...)
		if code != 2 || !strings.Contains(errs, want) {
			t.Errorf("%v: exit code %d, no %q in\n%s", args, code, want, errs)
		}
	}
}

func TestAStoreThatAnImportMakesGetsTheKeyOfTheExport(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.db")
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	first := &keeps{Oracle: storetest.NewOracle(storetest.Options{Key: store.Key([]byte("a key of an installation, 32 b.."))})}
	folder := filepath.Join(t.TempDir(), "export")
	code, out, errs := clitest.Once(t, program(first.open), []string{"LINTU_STORE=sqlite:" + path}, "export", folder, "--json")
	if code != 0 || !strings.Contains(out, `"rows":0`) {
		t.Fatalf("exit code %d\n%s%s", code, out, errs)
	}
	second := newKeeps()
	if code, _, errs := importing(t, second, folder); code != 0 || len(second.keys) != 1 || second.keys[0] == nil || *second.keys[0] != store.Key([]byte("a key of an installation, 32 b..")) {
		t.Errorf("exit code %d, keys %v\n%s", code, second.keys, errs)
	}
	if info, err := os.Stat(filepath.Join(folder, importer.ManifestName)); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the manifest can be read by others: %v", err)
	}
}

func TestAnImportThatIsStoppedSaysHowToGoOn(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var out, errs clitest.Output
	environ := []string{"LINTU_STORE=sqlite:" + filepath.Join(t.TempDir(), "a.db")}
	code := program(newKeeps().open)(ctx, []string{"import", filed(t, "divisions.csv", goodRegister)}, environ, &out, &errs)
	if code != 1 || !strings.Contains(errs.String(), "the same command goes on") {
		t.Errorf("exit code %d\n%s", code, &errs)
	}
}
