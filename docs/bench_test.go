package docs

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lintu/bench"
)

// Between these lines of a front page stands the table that bench makes of its results.
const (
	benchBegin = "<!-- made by go test ./docs -update from bench/results -->\n"
	benchEnd   = "<!-- end -->\n"
)

func results(t *testing.T) []*bench.Report {
	t.Helper()
	all, err := bench.ReadAll(filepath.Join(root, "bench", "results"))
	if err != nil {
		t.Fatal(err)
	}
	if len(all) == 0 {
		t.Fatal("there are no results of the benchmark")
	}
	return all
}

func TestTheNumbersOfTheFrontPagesAreThoseOfTheBenchmark(t *testing.T) {
	measured := results(t)
	for i, page := range readmes {
		text := pages(t)[page]
		before, rest, begins := strings.Cut(text, benchBegin)
		table, after, ends := strings.Cut(rest, benchEnd)
		if !begins || !ends {
			t.Fatalf("%s has no place for the benchmark's table", page)
		}
		want := bench.Front(measured, bench.Languages[i])
		switch {
		case strings.Count(want, " ms (") < len(bench.Workloads):
			t.Errorf("the table of %s has figures of not even one engine:\n%s", page, want)
		case table == want:
		case *update:
			if err := os.WriteFile(filepath.Join(root, page), []byte(before+benchBegin+want+benchEnd+after), 0o644); err != nil {
				t.Fatal(err)
			}
		default:
			t.Errorf("%s says\n%s\nthe results say\n%s\nrun go test ./docs -update", page, table, want)
		}
	}
}

func TestTheTablesOfTheBenchmarkAreThoseOfItsResults(t *testing.T) {
	path := filepath.Join(root, "bench", "RESULTS.md")
	have, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	want, err := bench.Page(filepath.Join(root, "bench", "results"))
	if err != nil {
		t.Fatal(err)
	}
	switch {
	case string(have) == want:
	case *update:
		if err := os.WriteFile(path, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	default:
		t.Error("bench/RESULTS.md is not what its results say; run go test ./docs -update")
	}
}
