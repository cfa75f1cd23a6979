package doorbell

import (
	"os"
	"testing"

	"lintu/internal/enginetest"
	"lintu/internal/neo4jtest"
	"lintu/store"
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

// TestNoRingIsSilentOnAnEngine lives in a town on SQLite, and in its long form on Neo4j too: a server for this package
// alone takes longer to start and to plan its statements than all other tests here together. The moves of rings on Neo4j
// are in every run, in internal/acceptance and in the root package, where a server runs anyway.
func TestNoRingIsSilentOnAnEngine(t *testing.T) {
	enginetest.Each(t, townKey, func(t *testing.T, st enginetest.Opened) { aTown(t, st.Store, 5, ringsARun) })
}
