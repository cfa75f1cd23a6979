package bench

import (
	"os"
	"path/filepath"
	"testing"

	"lintu/bench/floor"
	"lintu/importer"
	"lintu/importer/sheet"
	"lintu/internal/neo4jtest"
)

func TestMain(m *testing.M) { os.Exit(neo4jtest.Main(m)) }

// exported is the village in files.
func exported(t *testing.T) (folder string, rows int) {
	t.Helper()
	st, err := Place{Engine: SQLite, Path: filepath.Join(t.TempDir(), "village.db")}.Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = st.Close() }()
	if err := Fill(t.Context(), st, "village", 1, nil); err != nil {
		t.Fatal(err)
	}
	folder = filepath.Join(t.TempDir(), "export")
	done, err := importer.Export(t.Context(), st, folder, importer.ExportOptions{Format: sheet.CSV})
	if err != nil {
		t.Fatal(err)
	}
	return folder, done.Nodes + done.Ties
}

func TestTheFloorOfFilesWritesTheRowsThatItWasGiven(t *testing.T) {
	given, want := exported(t)
	for engine, open := range map[string]func(t *testing.T) (floor.Files, error){
		SQLite: func(t *testing.T) (floor.Files, error) {
			return floor.NewFilesInSQLite(filepath.Join(t.TempDir(), "floor.db"))
		},
		Neo4j: func(t *testing.T) (floor.Files, error) {
			server := neo4jtest.For(t)
			if err := server.Reset(t.Context()); err != nil {
				t.Fatal(err)
			}
			return floor.NewFilesInNeo4j(server.URI, server.User, server.Password, server.Database)
		},
	} {
		t.Run(engine, func(t *testing.T) {
			files, err := open(t)
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = files.Close() }()
			if rows, err := files.Import(t.Context(), given); err != nil || rows != want {
				t.Fatalf("import: %d rows of %d, %v", rows, want, err)
			}
			out := t.TempDir()
			if rows, err := files.Export(t.Context(), out); err != nil || rows != want {
				t.Fatalf("export: %d rows of %d, %v", rows, want, err)
			}
			if err := sameRows(given, out); err != nil {
				t.Error(err)
			}
			if err := os.WriteFile(filepath.Join(out, "people.csv"), nil, 0o600); err != nil {
				t.Fatal(err)
			}
			if sameRows(given, out) == nil {
				t.Error("a file without people passed for the one that has them")
			}
		})
	}
}
