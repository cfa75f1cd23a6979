package sqlite

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"lintu/kg"
	"lintu/store"
	"lintu/text"
)

// load is a load into an empty store, batch by batch.
type load struct {
	testing.TB
	path string
	s    *Store
}

func newLoad(t testing.TB) *load {
	l := &load{TB: t, path: filepath.Join(t.TempDir(), "town.db")}
	l.reopen()
	l.apply(&store.Batch{State: store.StateLoading})
	return l
}

func (l *load) reopen() {
	l.Helper()
	if l.s != nil {
		if err := l.s.Close(); err != nil {
			l.Fatal(err)
		}
	}
	l.s = l.open()
}

func (l *load) open() *Store {
	l.Helper()
	s, err := Open(l.Context(), Options{Path: l.path})
	if err != nil {
		l.Fatal(err)
	}
	l.Cleanup(func() { _ = s.Close() })
	return s
}

func (l *load) apply(b *store.Batch) *store.Applied {
	l.Helper()
	done, err := l.s.Apply(l.Context(), b)
	if err != nil {
		l.Fatal(err)
	}
	return done
}

// indexed says whether the indexes on ids are there.
func (l *load) indexed() bool {
	l.Helper()
	c, err := l.s.readers.take(l.Context())
	if err != nil {
		l.Fatal(err)
	}
	defer l.s.readers.give(c, false)
	names := texts(l, c, "SELECT name FROM sqlite_schema WHERE name IN ('node_id', 'tie_id', 'term_norm')")
	if len(names) == 1 || len(names) == 2 {
		l.Errorf("some of the indexes alone: %v", names)
	}
	return len(names) == 3
}

func aGrid(name string) *kg.Grid {
	return &kg.Grid{Base: kg.Base{ID: kg.NewID(kg.KindGrid)}, Name: name}
}

func aDivision(name string) *kg.Division {
	return &kg.Division{Base: kg.Base{ID: kg.NewID(kg.KindDivision)}, Name: name, Level: kg.LevelCommunity}
}

func put(n kg.Node) store.Mutation { return store.Mutation{Op: store.PutNode, Node: n} }

func within(g *kg.Grid, d *kg.Division) store.Mutation {
	return store.Mutation{Op: store.PutTie, Tie: &kg.Tie{ID: kg.NewTieID(), Relation: kg.PartOf, From: g.ID, To: d.ID}}
}

func TestALoadKnowsWhatItBroughtWithoutIndexesOnIds(t *testing.T) {
	l := newLoad(t)
	d, g, h := aDivision("新洲社区"), aGrid("1号网格"), aGrid("2号网格")
	l.apply(&store.Batch{Changes: []store.Mutation{put(d)}})
	l.apply(&store.Batch{Changes: []store.Mutation{put(g), within(g, d), put(h), within(h, d)}})
	if l.indexed() {
		t.Fatal("a load has indexes on ids")
	}
	changed := *g
	changed.Name = "一号网格"
	if done := l.apply(&store.Batch{Changes: []store.Mutation{put(d), put(&changed)}}); done.Unchanged != 1 || done.Changed != 1 || done.Versions[g.ID] != 2 {
		t.Errorf("a node put again and one changed: %+v", done)
	}
	if _, err := l.s.Apply(t.Context(), &store.Batch{Changes: []store.Mutation{{Op: store.PutNode, Node: aGrid("3号网格")}, {Op: store.PutNode, Node: d, Expect: store.MustNotExist}}}); !errors.Is(err, kg.ErrConflict) {
		t.Errorf("a node that must not exist, and does: %v", err)
	}
	lone := aGrid("4号网格")
	l.apply(&store.Batch{Changes: []store.Mutation{put(lone)}})
	l.apply(&store.Batch{Changes: []store.Mutation{{Op: store.DeleteNode, ID: lone.ID}}})
	if done := l.apply(&store.Batch{Changes: []store.Mutation{put(lone)}}); done.Created != 1 {
		t.Errorf("a node that was deleted and put again: %+v", done)
	}
	if _, err := l.s.Apply(t.Context(), &store.Batch{Changes: []store.Mutation{within(lone, aDivision("无"))}}); !errors.Is(err, kg.ErrNotFound) {
		t.Errorf("a tie to nothing: %v", err)
	}
	if l.indexed() {
		t.Error("batches of new things have made the indexes")
	}
	l.apply(&store.Batch{State: store.StateReady})
	if !l.indexed() || l.s.ledger != nil {
		t.Error("a store that is ready has no indexes on ids, or still a ledger")
	}
}

func TestATieThatIsKnownBringsTheIndexesBack(t *testing.T) {
	l := newLoad(t)
	d, g := aDivision("新洲社区"), aGrid("1号网格")
	tie := within(g, d)
	l.apply(&store.Batch{Changes: []store.Mutation{put(d), put(g), tie}})
	again := *tie.Tie
	if done := l.apply(&store.Batch{Changes: []store.Mutation{{Op: store.PutTie, Tie: &again}}}); done.Unchanged != 1 || !l.indexed() {
		t.Errorf("a tie put again: %+v", done)
	}
	l.apply(&store.Batch{Changes: []store.Mutation{{Op: store.DeleteTie, ID: again.ID}, put(aGrid("2号网格"))}})
	if l.apply(&store.Batch{State: store.StateReady}); !l.indexed() {
		t.Error("no indexes on ids")
	}
}

// Digests that are the same are as rare as can be; what follows from them is shown by a ledger that was told so.
func TestALedgerThatCannotTellTwoIdsApartIsGivenUp(t *testing.T) {
	l := newLoad(t)
	g := aGrid("1号网格")
	l.apply(&store.Batch{Changes: []store.Mutation{put(aDivision("新洲社区"))}})
	l.s.ledger.nodes.put(l.s.ledger.digest(g.ID), 1) // as if the division had the grid's digest
	if done := l.apply(&store.Batch{Changes: []store.Mutation{put(g)}}); done.Created != 1 || !l.s.ledger.vague {
		t.Errorf("a new id with a known digest: %+v, vague: %v", done, l.s.ledger.vague)
	}
	if l.apply(&store.Batch{Changes: []store.Mutation{put(aGrid("2号网格"))}}); !l.indexed() {
		t.Error("a vague ledger is still used")
	}
}

func TestWhoeverComesToALoadThatIsNotItsOwnMakesTheIndexes(t *testing.T) {
	for _, late := range []bool{false, true} {
		l := &load{TB: t, path: filepath.Join(t.TempDir(), "town.db")}
		l.reopen()
		other := &load{TB: t, path: l.path}
		if !late {
			other.s = other.open()
		}
		d := aDivision("新洲社区")
		l.apply(&store.Batch{State: store.StateLoading})
		l.apply(&store.Batch{Changes: []store.Mutation{put(d)}})
		if late {
			other.s = other.open()
		}
		g := aGrid("1号网格")
		other.apply(&store.Batch{Changes: []store.Mutation{put(g), within(g, d)}})
		if !l.indexed() {
			t.Errorf("opened late: %v: no indexes on ids", late)
		}
		if done := l.apply(&store.Batch{Changes: []store.Mutation{put(g), put(d)}}); done.Unchanged != 2 {
			t.Errorf("opened late: %v: what the other has put: %+v", late, done)
		}
		if done := other.apply(&store.Batch{State: store.StateReady}); done.Revision != 2 {
			t.Errorf("opened late: %v: %+v", late, done)
		}
	}
}

func TestALoadThatWasBrokenOffIsOpenedThoughAnotherProcessWrites(t *testing.T) {
	defer ShortLockWait()()
	l := newLoad(t)
	d := aDivision("新洲社区")
	l.apply(&store.Batch{Changes: []store.Mutation{put(d)}})
	other := &load{TB: t, path: l.path}
	err := l.s.write(t.Context(), "waiting", func(*conn) error {
		other.s = other.open()
		return nil
	}, func() {})
	if err != nil || l.indexed() {
		t.Errorf("opened while another writes: %v", err)
	}
	if done := other.apply(&store.Batch{Changes: []store.Mutation{put(d)}}); done.Unchanged != 1 || !l.indexed() {
		t.Errorf("its first batch: %+v", done)
	}
}

func TestALoadThatWasBrokenOffGoesOnWithIndexesOnIds(t *testing.T) {
	l := newLoad(t)
	d := aDivision("新洲社区")
	first := &store.Batch{ID: "1", Changes: []store.Mutation{put(d)}}
	for i := range 50 {
		g := aGrid(fmt.Sprintf("%d号网格", i))
		first.Changes = append(first.Changes, put(g), within(g, d))
	}
	l.apply(first)
	l.reopen()
	if !l.indexed() {
		t.Error("opened again without indexes on ids")
	}
	if done := l.apply(first); !done.Repeated {
		t.Errorf("the same batch again: %+v", done)
	}
	first.ID = "2"
	if done := l.apply(first); done.Unchanged != len(first.Changes) {
		t.Errorf("the same changes again: %+v", done)
	}
	l.apply(&store.Batch{State: store.StateReady})
	page, err := l.s.List(t.Context(), store.Everything, store.ListQuery{Kind: kg.KindGrid, Order: store.Order{By: store.OrderID}, Window: store.Window{Limit: 100}})
	if err != nil || len(page.Edges) != 50 || !slices.IsSortedFunc(page.Edges, func(a, b store.Edge) int {
		return int(a.Item.Node.Common().ID[5]) - int(b.Item.Node.Common().ID[5])
	}) {
		t.Errorf("%d grids, %v", len(page.Edges), err)
	}
}

func TestALoadListsNodesUnderTermsThatItCannotLookUp(t *testing.T) {
	l := newLoad(t)
	terms := func() string {
		t.Helper()
		c, err := l.s.readers.take(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer l.s.readers.give(c, false)
		return strings.Join(texts(t, c, "SELECT t.norm || ' ' || (SELECT count(*) FROM entry e WHERE e.term_no = t.no) FROM term t ORDER BY t.norm"), ", ")
	}
	a, b, c := aGrid("东门"), aGrid("东门"), aGrid("西门")
	l.apply(&store.Batch{Changes: []store.Mutation{put(a)}})
	l.apply(&store.Batch{Changes: []store.Mutation{put(b), put(c)}})
	if got := terms(); got != "东门 2, 西门 1" {
		t.Errorf("names in two batches: %s", got)
	}
	c.Name = "东门"
	l.apply(&store.Batch{Changes: []store.Mutation{put(c)}})
	if got := terms(); got != "东门 3" {
		t.Errorf("a name that nothing has any more: %s", got)
	}
	a.Name = "西门"
	l.apply(&store.Batch{Changes: []store.Mutation{put(a)}})
	if _, err := l.s.Apply(t.Context(), &store.Batch{Changes: []store.Mutation{put(aGrid("南门")), {Op: store.DeleteNode, ID: kg.NewID(kg.KindGrid)}}}); err == nil {
		t.Fatal("what is not there was deleted")
	}
	l.apply(&store.Batch{Changes: []store.Mutation{put(aGrid("南门"))}})
	if got := terms(); got != "东门 2, 南门 1, 西门 1" || l.indexed() {
		t.Errorf("a name that comes back, and one of a batch that failed: %s", got)
	}
	l.apply(&store.Batch{State: store.StateReady})
	found, err := l.s.Search(t.Context(), store.Everything, store.SearchQuery{Text: text.Query("dongmen"), Limit: 5})
	if err != nil || len(found.Hits) != 2 {
		t.Errorf("found %+v, %v", found, err)
	}
}

func TestTermsOfAnEarlierSchemaAreKept(t *testing.T) {
	l := newLoad(t)
	l.apply(&store.Batch{Changes: []store.Mutation{put(aGrid("东门")), put(aGrid("西门"))}, State: store.StateReady})
	migration := slices.IndexFunc(migrations, func(m string) bool { return strings.Contains(m, "INDEX term_norm") })
	for _, statement := range []string{
		"CREATE TABLE old (no INTEGER PRIMARY KEY, norm TEXT NOT NULL, person INTEGER NOT NULL, UNIQUE (norm, person)) STRICT", "INSERT INTO old SELECT * FROM term",
		"DROP TABLE term", "ALTER TABLE old RENAME TO term", migrations[migration],
	} {
		err := l.s.write(t.Context(), "going back", func(c *conn) error {
			_, err := c.c.ExecContext(t.Context(), statement)
			return err
		}, func() {})
		if err != nil {
			t.Fatalf("%s: %v", statement, err)
		}
	}
	l.reopen()
	if !l.indexed() {
		t.Error("the index on terms has no name")
	}
	found, err := l.s.Search(t.Context(), store.Everything, store.SearchQuery{Text: text.Query("门"), Limit: 5})
	if err != nil || len(found.Hits) != 0 { // one character is found at the beginning only
		t.Errorf("found %+v, %v", found, err)
	}
	if found, err = l.s.Search(t.Context(), store.Everything, store.SearchQuery{Text: text.Query("ximen"), Limit: 5}); err != nil || len(found.Hits) != 1 {
		t.Errorf("found %+v, %v", found, err)
	}
}

func TestALoadMergesItsSuffixesWhenItIsReady(t *testing.T) {
	defer func(of, merged int) { suffixesOfRun, mergedInMemory = of, merged }(suffixesOfRun, mergedInMemory)
	suffixesOfRun = 1
	for _, atEnd := range []int{0, 1} { // nodes that come with the last batch
		for _, most := range []int{10, mergedInMemory} {
			mergedInMemory = most
			loadIsMerged(t, atEnd)
		}
	}
}

func loadIsMerged(t *testing.T, atEnd int) {
	t.Helper()
	l := newLoad(t)
	runs := func() int {
		t.Helper()
		c, err := l.s.readers.take(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer l.s.readers.give(c, false)
		return len(texts(t, c, "SELECT no FROM suffix_run"))
	}
	for batch := range 2 * runsOfLevel {
		l.apply(&store.Batch{Changes: []store.Mutation{put(aGrid(fmt.Sprintf("东门%d号", batch))), put(aGrid("北门"))}})
	}
	if got := runs(); got < 3*2*runsOfLevel {
		t.Errorf("%d runs while it loads", got)
	}
	last := &store.Batch{State: store.StateReady}
	for range atEnd {
		last.Changes = append(last.Changes, put(aGrid("南门外")))
	}
	l.apply(last)
	if got := runs(); got != 3 {
		t.Errorf("%d runs when it is ready, not one a class", got)
	}
	found, err := l.s.Search(t.Context(), store.Everything, store.SearchQuery{Text: text.Query("men"), Limit: 200})
	if err != nil || len(found.Hits) != 4*runsOfLevel+atEnd {
		t.Errorf("%d hits, not %d, %v", len(found.Hits), 4*runsOfLevel+atEnd, err)
	}
}
