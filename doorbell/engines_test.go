package doorbell

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"lintu/internal/effort"
	"lintu/internal/neo4jtest"
	"lintu/store"
	"lintu/store/neo4j"
	"lintu/store/sqlite"
)

func TestMain(m *testing.M) { os.Exit(neo4jtest.Main(m)) }

// townKey makes the ids of a simulated town, and so all that happens in it, the same in every run.
var townKey = store.Key{1}

// aTown is one simulated town on a store, in which so many ring.
func aTown(t *testing.T, st store.Store, seed uint64, rings int) {
	t.Helper()
	status, err := st.Ready(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	s := newSimulated(t, seed, st, status.Key)
	s.run(rings)
	if s.tally["rings"] == 0 || s.tally["calls"] == 0 || s.tally["crashes"] == 0 {
		t.Errorf("nothing happened: %v", s.tally)
	}
	t.Logf("%v", s.tally)
}

func onSQLite(t *testing.T) store.Store {
	st, err := sqlite.Open(t.Context(), sqlite.Options{Path: filepath.Join(t.TempDir(), "town.db"), Key: &townKey})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = st.Close() })
	return st
}

func onNeo4j(t *testing.T) store.Store {
	server := neo4jtest.For(t)
	if err := server.Clear(t.Context()); err != nil {
		t.Fatal(err)
	}
	st, err := neo4j.Open(t.Context(), neo4j.Options{URI: server.URI, User: server.User, Password: server.Password, Database: server.Database, Key: &townKey, Timeout: 5 * time.Minute})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = st.Close() })
	return st
}

// TestNoRingIsSilentOnAnEngine lives in a town on SQLite, and in its long form on Neo4j too: a server for this package
// alone takes longer to start and to plan its statements than all other tests here together. The moves of rings on Neo4j
// are in every run, in internal/acceptance and in the root package, where a server runs anyway.
func TestNoRingIsSilentOnAnEngine(t *testing.T) {
	type engine struct {
		name string
		open func(*testing.T) store.Store
	}
	here := engine{"sqlite", onSQLite}
	for _, e := range effort.Pick([]engine{here}, []engine{here, {"neo4j", onNeo4j}}) {
		t.Run(e.name, func(t *testing.T) { aTown(t, e.open(t), 5, ringsARun) })
	}
}
