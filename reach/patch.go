package reach

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"lintu/kg"
	"lintu/store"
)

const (
	journalPage = 500   // entries of the journal that are read at once
	patchPage   = 1000  // nodes that are read again in one group
	maxPatch    = 20000 // nodes above which a snapshot is built anew
	levelRounds = 20    // after which a snapshot is built anew

	// A store that is silent for so long is not followed.
	journalTimeout = 2 * time.Second
	readTimeout    = 10 * time.Second
)

// level brings a snapshot up to the store's last revision. It says that the snapshot must be built anew where the
// journal does not tell what changed; then the snapshot that it gives is the one it was given.
//
// What was touched is read as it is now, which may be later than the entry that named it; level therefore goes on
// until the journal has nothing more to say.
func level(ctx context.Context, st store.Store, s *Snapshot) (_ *Snapshot, rebuild bool, _ error) {
	next := s
	for range levelRounds {
		changes, err := changesAfter(ctx, st, next.revision)
		switch {
		case errors.Is(err, kg.ErrTooOld):
			return s, true, nil
		case err != nil:
			return nil, false, fmt.Errorf("reach: reading the journal: %w", err)
		case len(changes) == 0:
			return next, false, nil
		}
		ids, ok := touched(changes)
		if !ok {
			return s, true, nil
		}
		if next, err = next.patched(ctx, st, ids, changes[len(changes)-1].Revision); err != nil {
			return nil, false, err
		}
	}
	return s, true, nil // it changes faster than it can be followed
}

func changesAfter(ctx context.Context, st store.Store, rev store.Revision) ([]store.Change, error) {
	visit, cancel := context.WithTimeout(ctx, journalTimeout)
	defer cancel()
	return st.Changes(visit, rev, journalPage)
}

// touched are the nodes to be read again: those that changed, and those at which changed ties start. false where
// the journal does not list them or there are too many.
func touched(changes []store.Change) ([]kg.ID, bool) {
	var ids []kg.ID
	for _, c := range changes {
		if c.Rebuild {
			return nil, false
		}
		for _, id := range c.Nodes {
			if kindNums[id.Kind()] != noKind {
				ids = append(ids, id)
			}
		}
		for _, t := range c.Ties {
			if keeps(t.From.Kind(), t.Relation) && reads(t.To.Kind(), t.Relation) {
				ids = append(ids, t.From)
			}
		}
	}
	slices.Sort(ids)
	ids = slices.Compact(ids)
	return ids, len(ids) <= maxPatch
}

// patched is a copy of the snapshot at a later revision, with some nodes and their outgoing ties read again in one
// call. Everything else is shared.
func (s *Snapshot) patched(ctx context.Context, st store.Store, ids []kg.ID, at store.Revision) (*Snapshot, error) {
	d := newDraft(s)
	d.s.revision = at
	if len(ids) == 0 {
		return d.s, nil // nothing that a snapshot keeps: the same days
	}
	var groups []store.Group
	for part := range slices.Chunk(ids, patchPage) {
		groups = append(groups, store.Group{IDs: part, Plan: plan})
	}
	visit, cancel := context.WithTimeout(ctx, readTimeout)
	defer cancel()
	found, err := st.Nodes(visit, store.Everything, groups)
	if err != nil {
		return nil, fmt.Errorf("reach: reading what changed: %w", err)
	}
	var written []int32 // rows of people
	for i, g := range groups {
		for _, id := range g.IDs {
			if item := found[i][id]; item != nil {
				d.put(item)
			} else {
				d.forget(id)
			}
			if r, ok := d.s.index(id); ok && r.kind() == people {
				written = append(written, r.row())
			}
		}
	}
	switch {
	case d.placesChanged:
		d.s.days, d.s.rolls = &days{}, &rolls{}
	case d.peopleChanged:
		d.s.days, d.s.rolls = &days{old: s.days.grounds()}, &rolls{}
	case len(written) > 0:
		d.s.rolls = s.rolls.after(written)
	}
	return d.s, nil
}
