package storetest

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"testing"

	"lintu/store"
)

var _ store.Anchors = (*Oracle)(nil)

// KeepAnchors implements store.Anchors.
func (o *Oracle) KeepAnchors(ctx context.Context, anchors []store.Anchor) error {
	end, err := o.begin(ctx)
	if err != nil {
		return err
	}
	end()
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.anchors == nil {
		o.anchors = map[string]store.Anchor{}
	}
	for _, a := range anchors {
		if o.anchors[a.File].Sequence < a.Sequence {
			o.anchors[a.File] = a
		}
	}
	return nil
}

// Anchors implements store.Anchors.
func (o *Oracle) Anchors(ctx context.Context) ([]store.Anchor, error) {
	end, err := o.begin(ctx)
	if err != nil {
		return nil, err
	}
	defer end()
	return append([]store.Anchor{}, slices.SortedFunc(maps.Values(o.anchors), func(a, b store.Anchor) int { return cmp.Compare(a.File, b.File) })...), nil
}

func testAnchors(t *testing.T, h Harness) {
	g := open(t, h)
	both := func(st store.Store) store.Anchors {
		a, ok := st.(store.Anchors)
		if !ok {
			t.Fatal("the store keeps no anchors")
		}
		return a
	}
	same := func(t *testing.T, want int) {
		t.Helper()
		got, err := both(g.Store).Anchors(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		expected, err := g.oracle.Anchors(t.Context())
		if err != nil || got == nil || len(got) != want || !slices.Equal(got, expected) {
			t.Errorf("anchors %+v, the oracle has %+v, %v", got, expected, err)
		}
	}
	keep := func(t *testing.T, anchors ...store.Anchor) {
		t.Helper()
		for _, a := range []store.Anchors{both(g.Store), g.oracle} {
			if err := a.KeepAnchors(t.Context(), anchors); err != nil {
				t.Fatal(err)
			}
		}
	}
	t.Run("anchors_of_files_are_kept_and_never_go_back", func(t *testing.T) {
		same(t, 0)
		keep(t)
		same(t, 0)
		keep(t, store.Anchor{File: "b-0001", Sequence: 7, Hash: "h7", At: "2026-01-02T03:04:05.000Z"}, store.Anchor{File: "a-0001", Sequence: 1, Hash: "h1", At: "2026-01-02T03:04:05.000Z"})
		same(t, 2)
		keep(t, store.Anchor{File: "b-0001", Sequence: 9, Hash: "h9", At: "2026-01-02T03:05:05.000Z"})
		keep(t, store.Anchor{File: "b-0001", Sequence: 8, Hash: "h8", At: "2026-01-02T03:06:05.000Z"}, store.Anchor{File: "b-0001", Sequence: 9, Hash: "other", At: "2026-01-02T03:07:05.000Z"}, store.Anchor{File: "c-0001", Sequence: 1, Hash: "h", At: "2026-01-02T03:06:05.000Z"})
		same(t, 3)
	})
	t.Run("anchors_are_no_part_of_the_graph_and_outlive_the_process", func(t *testing.T) {
		status, err := g.Ready(t.Context())
		if err != nil || status.Revision != 0 {
			t.Errorf("revision %d, %v", status.Revision, err)
		}
		g.Store = h.Reopen(t, g.Store)
		same(t, 3)
	})
}
