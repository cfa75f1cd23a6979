package neo4j

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"lintu/internal/neo4jtest"
	"lintu/kg"
	"lintu/store"
	"lintu/text"
)

// arrivals are batches of people, as a load brings them.
func arrivals(from, batches, each int) (out []*store.Batch) {
	for i := range batches {
		b := &store.Batch{ID: fmt.Sprint("arrivals ", from+i)}
		for j := range each {
			b.Changes = append(b.Changes, person(fmt.Sprintf("王%d号", (from+i)*each+j)))
		}
		out = append(out, b)
	}
	return out
}

func applyAll(t testing.TB, s *Store, batches ...*store.Batch) {
	t.Helper()
	for _, b := range batches {
		if _, err := s.Apply(t.Context(), b); err != nil {
			t.Fatal(err)
		}
	}
}

// deferAfter makes loads of so many changes do without indexes.
func deferAfter(t testing.TB, changes int) {
	t.Helper()
	before := deferFrom
	deferFrom = changes
	t.Cleanup(func() { deferFrom = before })
}

func found(t testing.TB, s *Store, q string) int {
	t.Helper()
	page, err := s.Search(t.Context(), store.Everything, store.SearchQuery{Text: text.Query(q), Limit: 100})
	if err != nil {
		t.Fatal(err)
	}
	return len(page.Hits)
}

func TestALargeLoadDoesWithoutTheIndexesOfQuestionsUntilItIsReady(t *testing.T) {
	deferAfter(t, 30)
	s := empty(t)
	whole := catalogue(t, s, showIndexes)
	applyAll(t, s, &store.Batch{State: store.StateLoading})
	applyAll(t, s, arrivals(0, 2, 10)...)
	if have := catalogue(t, s, showIndexes); !slices.Equal(have, whole) {
		t.Errorf("a small load has lost indexes: %v", have)
	}
	applyAll(t, s, arrivals(2, 2, 10)...)
	if have := catalogue(t, s, showIndexes); len(have)+len(deferredItems()) != len(whole) {
		t.Errorf("a large load has %d of %d indexes, and does without %d", len(have), len(whole), len(deferredItems()))
	}
	if _, err := s.Search(t.Context(), store.Everything, store.SearchQuery{Text: text.Query("wang1"), Limit: 5}); !errors.Is(err, kg.ErrUnavailable) {
		t.Errorf("a search while the store is loading: %v", err)
	}
	byTitle := store.ListQuery{Kind: kg.KindPerson, Order: store.Order{By: store.OrderTitle}, Window: store.Window{Limit: 2}}
	if page, err := s.List(t.Context(), store.Everything, byTitle); err != nil || page.Edges[1].Item.Node.Title() != "王1号" {
		t.Errorf("a list while the store is loading: %+v %v", page, err)
	}
	applyAll(t, s, &store.Batch{State: store.StateReady, Changes: arrivals(4, 1, 10)[0].Changes})
	if have := catalogue(t, s, showIndexes); !slices.Equal(have, whole) {
		t.Errorf("when it is ready: %v, not %v", have, whole)
	}
	if n := found(t, s, "王"); n != 50 {
		t.Errorf("%d of 50 are found", n)
	}
	applyAll(t, s, &store.Batch{State: store.StateLoading})
	applyAll(t, s, arrivals(5, 4, 10)...)
	if have := catalogue(t, s, showIndexes); !slices.Equal(have, whole) {
		t.Errorf("a store that was not empty has lost indexes: %v", have)
	}
}

func TestALoadThatWasBrokenOffHasItsIndexesWhenItIsOpened(t *testing.T) {
	deferAfter(t, 30)
	s := empty(t)
	whole := catalogue(t, s, showIndexes)
	applyAll(t, s, &store.Batch{State: store.StateLoading})
	applyAll(t, s, arrivals(0, 4, 10)...)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = reopen(t, neo4jtest.For(t))
	if have := catalogue(t, s, showIndexes); !slices.Equal(have, whole) {
		t.Errorf("when it is opened again: %v, not %v", have, whole)
	}
	if n := found(t, s, "王"); n != 40 {
		t.Errorf("%d of 40 are found", n)
	}
	applyAll(t, s, arrivals(4, 4, 10)...)
	applyAll(t, s, &store.Batch{State: store.StateReady})
	if status, err := s.Ready(t.Context()); err != nil || status.State != store.StateReady || found(t, s, "王") != 80 {
		t.Errorf("%+v, %v", status, err)
	}
}

// A process that goes on with a load does not know what another one has dropped; the meta node tells it.
func TestAStoreIsReadyOnlyWithItsIndexesWhoeverDroppedThem(t *testing.T) {
	deferAfter(t, 30)
	s := empty(t)
	whole := catalogue(t, s, showIndexes)
	other := reopen(t, neo4jtest.For(t))
	applyAll(t, s, &store.Batch{State: store.StateLoading})
	applyAll(t, s, arrivals(0, 4, 10)...)
	applyAll(t, other, &store.Batch{State: store.StateReady})
	if have := catalogue(t, s, showIndexes); !slices.Equal(have, whole) {
		t.Errorf("made ready by another process: %v, not %v", have, whole)
	}
	if err := s.deferIndexes(t.Context()); err != nil {
		t.Fatal(err)
	}
	if have := catalogue(t, s, showIndexes); !slices.Equal(have, whole) {
		t.Errorf("a store that is ready has lost indexes: %v", have)
	}
	applyAll(t, s, &store.Batch{State: store.StateLoading})
	if err := s.deferIndexes(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := s.Clear(t.Context()); err != nil {
		t.Fatal(err)
	}
	if have := catalogue(t, s, showIndexes); !slices.Equal(have, whole) {
		t.Errorf("a store that was cleared while it was loading: %v, not %v", have, whole)
	}
}

// made opens a store in a database that has nothing, for a load.
func made(t *testing.T) *Store {
	t.Helper()
	server := neo4jtest.For(t)
	if err := server.Reset(t.Context()); err != nil {
		t.Fatal(err)
	}
	return forLoad(t)
}

func forLoad(t *testing.T) *Store {
	t.Helper()
	o := options(neo4jtest.For(t))
	o.Load = true
	s, err := Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func TestAStoreThatIsMadeForALoadGetsItsIndexesWhenTheyAreNeeded(t *testing.T) {
	deferAfter(t, 30)
	whole := catalogue(t, empty(t), showIndexes)
	has := func(s *Store, when string, want []string) {
		t.Helper()
		if have := catalogue(t, s, showIndexes); !slices.Equal(have, want) {
			t.Errorf("%s the indexes are %v, want %v", when, have, want)
		}
	}
	begin := func(coming int) *store.Batch {
		return &store.Batch{ID: "begin", State: store.StateLoading, Coming: coming}
	}

	s := made(t)
	has(s, "when it is made", nil)
	s = forLoad(t)
	has(s, "when it is opened for a load again", nil)
	applyAll(t, s, begin(30))
	applyAll(t, s, arrivals(0, 3, 10)...)
	has(s, "in a large load", nil)
	applyAll(t, s, &store.Batch{State: store.StateReady})
	has(s, "after a large load", whole)
	if n := found(t, s, "王"); n != 30 {
		t.Errorf("%d of 30 are found", n)
	}

	applyAll(t, made(t), begin(29))
	has(s, "in a small load", whole)

	s = made(t)
	applyAll(t, s, arrivals(0, 1, 10)...)
	has(s, "after a batch that is none of a load", whole)

	_ = made(t)
	has(reopen(t, neo4jtest.For(t)), "when it is opened for anything else", whole)

	s = made(t)
	applyAll(t, s, begin(30))
	applyAll(t, s, arrivals(0, 1, 10)...)
	has(forLoad(t), "when it is opened for a load after one that was broken off", whole)
}

func TestALoadLeavesOutColumnsThatNoRowFills(t *testing.T) {
	rows := func() []any { return []any{[]any{1, nil, nil, "a"}, []any{2, nil, 3, "b"}} }
	props, kept := []string{"id", "code", "level"}, rows()
	if have := new(tx).filled(kept, props); !slices.Equal(have, props) || fmt.Sprint(kept) != fmt.Sprint(rows()) {
		t.Errorf("without a load: %v of %v", have, kept)
	}
	loads := &tx{ledger: newLedger()}
	if have := loads.filled(kept, props); !slices.Equal(have, []string{"id", "level"}) || fmt.Sprint(kept) != "[[1 <nil> a] [2 3 b]]" {
		t.Errorf("in a load: %v of %v", have, kept)
	}
	if !slices.Equal(props, []string{"id", "code", "level"}) {
		t.Errorf("the properties themselves are changed: %v", props)
	}
}
