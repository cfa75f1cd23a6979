package main

import (
	"os"
	"path/filepath"
	"testing"

	"lintu/internal/cli/clitest"
	"lintu/internal/neo4jtest"
)

// A server that runs follows an import by the journal: what it answers from memory, too.
func TestARunningServerAnswersWhatAnotherProcessImports(t *testing.T) {
	from := exportedVillage(t)
	targets := map[string]func(*testing.T) []string{
		"sqlite": func(t *testing.T) []string {
			return []string{"LINTU_STORE=sqlite:" + filepath.Join(t.TempDir(), "a.db")}
		},
		"neo4j": func(t *testing.T) []string { return settings(t, cleared(t, neo4jtest.For)) },
	}
	for name, target := range targets {
		t.Run(name, func(t *testing.T) {
			environ := target(t)
			r := clitest.Start(t, run, environ, "serve")
			r.UntilReady()
			if code, _, errs := clitest.Once(t, run, environ, "import", from); code != 0 {
				t.Fatalf("exit code %d\n%s", code, errs)
			}
			r.Until("the server is ready with the import's last revision", func() bool {
				told := r.Readiness()
				return told.Ready && told.SnapshotRevision > 0 && told.State == "ready"
			})
			if got := r.Ask("{ households { totalCount } }", nil).At("households.totalCount"); got == nil || got == 0.0 {
				t.Errorf("%v households", got)
			}
			more := filepath.Join(t.TempDir(), "grids.csv")
			if err := os.WriteFile(more, []byte("code,name\nNEW,新网格\n"), 0o600); err != nil {
				t.Fatal(err)
			}
			before := r.Readiness().SnapshotRevision
			if code, _, errs := clitest.Once(t, run, environ, "import", more); code != 0 {
				t.Fatalf("exit code %d\n%s", code, errs)
			}
			r.Until("the snapshot has the small import", func() bool { return r.Readiness().SnapshotRevision > before })
		})
	}
}
