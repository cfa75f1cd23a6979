package sqlite

import (
	"maps"
	"path/filepath"
	"slices"
	"testing"

	"lintu/kg"
	"lintu/store"
)

func TestALoadDoesWithoutDeferredIndexesUntilItIsReady(t *testing.T) {
	path := filepath.Join(t.TempDir(), "town.db")
	s, err := Open(t.Context(), Options{Path: path})
	if err != nil {
		t.Fatal(err)
	}
	apply := func(b store.Batch) {
		t.Helper()
		if _, err := s.Apply(t.Context(), &b); err != nil {
			t.Fatal(err)
		}
	}
	grid := func(name string) store.Mutation {
		return store.Mutation{Op: store.PutNode, Node: &kg.Grid{Base: kg.Base{ID: kg.NewID(kg.KindGrid)}, Name: name}}
	}
	titles := func() (out []string) {
		t.Helper()
		page, err := s.List(t.Context(), store.Everything, store.ListQuery{Kind: kg.KindGrid, Order: store.Order{By: store.OrderTitle}, Window: store.Window{Limit: 9}})
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range page.Edges {
			out = append(out, e.Item.Node.Title())
		}
		return out
	}
	definitions := func() (out []string) {
		t.Helper()
		c, err := s.readers.take(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer s.readers.give(c, false)
		for _, name := range slices.Sorted(maps.Keys(deferredIndexes)) {
			out = append(out, texts(t, c, "SELECT sql FROM sqlite_schema WHERE name = ?", name)...)
		}
		return out
	}
	before := definitions()
	titles() // prepared while the indexes are there
	apply(store.Batch{State: store.StateLoading})
	apply(store.Batch{Changes: []store.Mutation{grid("12号网格"), grid("3号网格")}})
	if got := titles(); !slices.Equal(got, []string{"3号网格", "12号网格"}) || len(definitions()) != 0 {
		t.Errorf("while it loads: %v, indexes %v", got, definitions())
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if s, err = Open(t.Context(), Options{Path: path}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	titles()
	apply(store.Batch{State: store.StateLoading}) // the load goes on
	apply(store.Batch{Changes: []store.Mutation{grid("20号网格")}, State: store.StateReady})
	if got := titles(); !slices.Equal(got, []string{"3号网格", "12号网格", "20号网格"}) || !slices.Equal(definitions(), before) {
		t.Errorf("when it is ready: %v, indexes %v, not %v", got, definitions(), before)
	}
	apply(store.Batch{State: store.StateLoading})
	if got := definitions(); !slices.Equal(got, before) {
		t.Errorf("a store that is not empty has lost indexes: %v", got)
	}
}
