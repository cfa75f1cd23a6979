package doorbell

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"lintu/internal/neo4jtest"
	"lintu/store"
	"lintu/store/neo4j"
	"lintu/store/sqlite"
)

func TestMain(m *testing.M) { os.Exit(neo4jtest.Main(m)) }

// aTown is one simulated town on a store.
func aTown(t *testing.T, st store.Store) {
	t.Helper()
	status, err := st.Ready(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	s := newSimulated(t, 5, st, status.Key)
	s.run()
	if s.tally["rings"] == 0 || s.tally["calls"] == 0 || s.tally["crashes"] == 0 {
		t.Errorf("nothing happened: %v", s.tally)
	}
	t.Logf("%v", s.tally)
}

func TestNoRingIsSilentOnSQLite(t *testing.T) {
	st, err := sqlite.Open(t.Context(), sqlite.Options{Path: filepath.Join(t.TempDir(), "town.db")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = st.Close() })
	aTown(t, st)
}

func TestNoRingIsSilentOnNeo4j(t *testing.T) {
	server := neo4jtest.For(t)
	if err := server.Clear(t.Context()); err != nil {
		t.Fatal(err)
	}
	st, err := neo4j.Open(t.Context(), neo4j.Options{URI: server.URI, User: server.User, Password: server.Password, Database: server.Database, Timeout: 5 * time.Minute})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = st.Close() })
	aTown(t, st)
}
