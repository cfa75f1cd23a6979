// Package tail keeps the end of a store's journal in memory, so that all who follow the journal in one process read it
// together: the snapshot of distances, the feed of rings, devices that wait, and what doorbells remember. Follow is the
// loop by which they do.
package tail

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync/atomic"
	"time"

	"lintu/kg"
	"lintu/store"
)

// Tail is a store whose journal is read once for everybody. What this process has applied through it is in the next
// Changes; what others have, a fifth of a second later at most.
type Tail struct {
	store.Store
	now   func() time.Time
	stale atomic.Bool // this process has written since the journal was last read

	turn chan struct{} // held by who uses the following

	known   bool           // there is something to go on from
	first   store.Revision // after which all entries are kept
	entries []store.Change
	touched int // nodes and ties in them
	readAt  time.Time
}

const (
	fresh       = 200 * time.Millisecond // so long what was read serves others
	page        = 500                    // entries that are read at once
	mostEntries = 4000                   // that are kept
	mostTouched = 100_000                // nodes and ties in them
)

var (
	_ store.Scanner = (*Tail)(nil)
	_ store.Anchors = (*Tail)(nil)
)

// New keeps the end of a store's journal from the first Changes on.
func New(st store.Store, now func() time.Time) *Tail {
	return &Tail{Store: st, now: now, turn: make(chan struct{}, 1)}
}

// Apply implements store.Store.
func (t *Tail) Apply(ctx context.Context, b *store.Batch) (*store.Applied, error) {
	done, err := t.Store.Apply(ctx, b)
	t.stale.Store(true) // after an error too: nobody knows whether it stands
	return done, err
}

// Scan implements store.Scanner, by the engine's own where it has one.
func (t *Tail) Scan(ctx context.Context, q store.ScanQuery, to store.ScanSink) error {
	return store.Scan(ctx, t.Store, q, to)
}

// errNoAnchors is what an engine without anchors comes to.
var errNoAnchors = fmt.Errorf("the store keeps no anchors: %w", kg.ErrUnavailable)

// KeepAnchors implements store.Anchors, where the engine does.
func (t *Tail) KeepAnchors(ctx context.Context, anchors []store.Anchor) error {
	if keeper, ok := t.Store.(store.Anchors); ok {
		return keeper.KeepAnchors(ctx, anchors)
	}
	return errNoAnchors
}

// Anchors implements store.Anchors, where the engine does.
func (t *Tail) Anchors(ctx context.Context) ([]store.Anchor, error) {
	if keeper, ok := t.Store.(store.Anchors); ok {
		return keeper.Anchors(ctx)
	}
	return nil, errNoAnchors
}

// Ready implements store.Store. A store that is behind what was read of it is another graph: what is kept is forgotten.
func (t *Tail) Ready(ctx context.Context) (store.Status, error) {
	status, err := t.Store.Ready(ctx)
	if err != nil {
		return status, err
	}
	if err := t.take(ctx); err != nil {
		return status, err
	}
	defer t.give()
	if t.known && status.Revision < t.head() {
		t.forget()
	}
	return status, nil
}

// Changes implements store.Store.
func (t *Tail) Changes(ctx context.Context, after store.Revision, limit int) ([]store.Change, error) {
	if limit < 1 {
		return t.Store.Changes(ctx, after, limit) // which says what is allowed
	}
	if err := t.take(ctx); err != nil {
		return nil, err
	}
	if t.known && after < t.first { // of long ago
		t.give()
		return t.Store.Changes(ctx, after, limit)
	}
	defer t.give()
	if !t.known {
		t.known, t.first = true, after
		t.stale.Store(true)
	}
	if err := t.read(ctx); err != nil {
		return nil, err
	}
	from, _ := slices.BinarySearchFunc(t.entries, after+1, func(c store.Change, r store.Revision) int { return int(c.Revision - r) })
	return slices.Clone(t.entries[from:min(len(t.entries), from+limit)]), nil
}

// read reads on where what was read is old.
func (t *Tail) read(ctx context.Context) error {
	if stale := t.stale.Swap(false); !stale && t.now().Sub(t.readAt) < fresh {
		return nil
	}
	at := t.now()
	for {
		more, err := t.Store.Changes(ctx, t.head(), page)
		if err != nil {
			t.stale.Store(true)
			if errors.Is(err, kg.ErrTooOld) {
				t.forget()
			}
			return err
		}
		t.keep(more)
		if len(more) < page {
			t.readAt = at
			return nil
		}
	}
}

// keep adds entries, and drops the oldest where there are too many. What is older than what is kept is asked of the store.
func (t *Tail) keep(more []store.Change) {
	t.entries = append(t.entries, more...)
	for _, c := range more {
		t.touched += len(c.Nodes) + len(c.Ties)
	}
	drop := 0
	for len(t.entries)-drop > mostEntries || t.touched > mostTouched && len(t.entries)-drop > 1 {
		c := &t.entries[drop]
		t.first = c.Revision
		t.touched -= len(c.Nodes) + len(c.Ties)
		drop++
	}
	if drop > 0 {
		t.entries = slices.Clone(t.entries[drop:])
	}
}

// head is the last revision that was read.
func (t *Tail) head() store.Revision {
	if n := len(t.entries); n > 0 {
		return t.entries[n-1].Revision
	}
	return t.first
}

func (t *Tail) forget() { t.known, t.first, t.entries, t.touched = false, 0, nil, 0 }

func (t *Tail) take(ctx context.Context) error {
	select {
	case t.turn <- struct{}{}:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("reading the journal: waiting for whoever reads it: %w", kg.ErrTimeout)
	}
}

func (t *Tail) give() { <-t.turn }
