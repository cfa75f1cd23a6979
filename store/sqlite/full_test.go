package sqlite_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"lintu/kg"
	"lintu/store"
	"lintu/store/sqlite"
)

// contents collects what a scan gives, as text.
type contents struct{ lines []string }

func (c *contents) Expect(int) {}

func (c *contents) Nodes(batch []store.ScannedNode) error {
	for _, n := range batch {
		c.lines = append(c.lines, fmt.Sprintf("%s %s", n.Node.Common().ID, n.Node.Title()))
	}
	return nil
}

func (c *contents) Ties(batch []store.ScannedTie) error {
	for _, t := range batch {
		c.lines = append(c.lines, fmt.Sprintf("%s %v", t.ID, t.Valid))
	}
	return nil
}

// everythingIn is all that a store holds, sorted.
func everythingIn(t testing.TB, s store.Store) []string {
	t.Helper()
	var q store.ScanQuery
	for _, d := range kg.Kinds {
		n := store.NodeScan{Kind: d.Kind}
		for _, f := range kg.FieldsOf(d.Kind) {
			n.Fields = append(n.Fields, f.Name)
		}
		q.Nodes = append(q.Nodes, n)
	}
	for _, d := range kg.Relations {
		q.Ties = append(q.Ties, store.TieScan{Relation: d.Relation, IDs: true})
	}
	var c contents
	if err := store.Scan(t.Context(), s, q, &c); err != nil {
		t.Fatal(err)
	}
	slices.Sort(c.lines)
	return c.lines
}

// aHouse and aStreet are two batches: the second is much larger, so that it needs room.
func aHouse() *store.Batch { return &store.Batch{ID: "house", Changes: newTown(1).changes} }

func aStreet() *store.Batch {
	more := newTown(400).changes
	return &store.Batch{ID: "street", Changes: more}
}

// refusedForRoom applies the batch to a full disk, which must say so and change nothing.
func refusedForRoom(t testing.TB, s store.Store, b *store.Batch) {
	t.Helper()
	before, revision := everythingIn(t, s), status(t, s).Revision
	if _, err := s.Apply(t.Context(), b); !errors.Is(err, kg.ErrUnavailable) {
		t.Fatalf("a full disk: %v", err)
	}
	if got := status(t, s).Revision; got != revision {
		t.Fatalf("a batch that failed moved the revision from %d to %d", revision, got)
	}
	if got := everythingIn(t, s); !slices.Equal(got, before) {
		t.Fatalf("a batch that failed left %d things, there were %d", len(got), len(before))
	}
}

// appliedNow applies the batch when there is room again, and looks at the file.
func appliedNow(t testing.TB, s store.Store, path string, b *store.Batch) {
	t.Helper()
	done, err := s.Apply(t.Context(), b)
	if err != nil {
		t.Fatalf("with room again: %v", err)
	}
	fresh := open(t, sqlite.Options{Path: newPath(t)})
	for _, whole := range []*store.Batch{aHouse(), b} {
		if _, err := fresh.Apply(t.Context(), whole); err != nil {
			t.Fatal(err)
		}
	}
	if got, want := everythingIn(t, s), everythingIn(t, fresh); done.Repeated || !slices.Equal(got, want) {
		t.Fatalf("%d things after the disk was full, %d on a disk with room; repeated: %v", len(got), len(want), done.Repeated)
	}
	var verdict string
	if err := raw(t, path).QueryRowContext(t.Context(), "PRAGMA integrity_check").Scan(&verdict); err != nil || verdict != "ok" {
		t.Fatalf("the file is damaged: %s %v", verdict, err)
	}
}

func TestAFullDiskIsUnavailableChangesNothingAndPasses(t *testing.T) {
	path := newPath(t)
	s := open(t, sqlite.Options{Path: path})
	if _, err := s.Apply(t.Context(), aHouse()); err != nil {
		t.Fatal(err)
	}
	for _, pages := range []int{0, 1, 3, 10, 30, 60} { // wherever in the batch the room ends
		s.Room(t, pages)
		refusedForRoom(t, s, aStreet())
	}
	s.Room(t, 1<<20)
	appliedNow(t, s, path, aStreet())
}
