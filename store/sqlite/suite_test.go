package sqlite_test

import (
	"context"
	"testing"

	"lintu/store"
	"lintu/store/sqlite"
	"lintu/store/storetest"
)

func TestTheStoreKeepsTheContract(t *testing.T) { runSuite(t) }

func TestTheStoreKeepsTheContractWhateverWayItsStatementsTake(t *testing.T) {
	t.Cleanup(sqlite.BoundsOfOne())
	runSuite(t)
}

func runSuite(t *testing.T) {
	paths := map[store.Store]string{}
	start := func(t testing.TB, o sqlite.Options) store.Store {
		t.Helper()
		s := open(t, o)
		paths[s] = o.Path
		return s
	}
	storetest.Run(t, storetest.Harness{
		Open: func(t testing.TB) store.Store { return start(t, sqlite.Options{Path: newPath(t)}) },
		Short: func(t testing.TB) store.Store {
			return start(t, sqlite.Options{Path: newPath(t), Journal: 3})
		},
		Reopen: func(t testing.TB, s store.Store) store.Store {
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			return start(t, sqlite.Options{Path: paths[s]})
		},
		Explain:  explain,
		Drawings: 40,
	})
}

// explain asks a question of a store and gives the statements that it sent, with their plans.
func explain(t testing.TB, _ store.Store, ask func(context.Context) error) []storetest.Statement {
	t.Helper()
	ctx, explained := sqlite.Explain(t.Context())
	if err := ask(ctx); err != nil {
		t.Fatal(err)
	}
	var out []storetest.Statement
	for _, s := range explained.Statements() {
		out = append(out, storetest.Statement(s))
	}
	return out
}
