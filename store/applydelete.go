package store

import (
	"fmt"
	"slices"

	"lintu/kg"
)

func (r *run) deleteNode(m *Mutation) error {
	old := r.node(m.ID)
	if old == nil {
		return fmt.Errorf("%s: %w", m.ID, kg.ErrNotFound)
	}
	if err := expect(m.ID, m.Expect, old.Common().Version); err != nil {
		return err
	}
	if kg.IsErased(old) {
		return erased(m.ID, kg.Erased(old))
	}
	at, err := r.tiesAt(m.ID)
	if err != nil {
		return err
	}
	if m.ID.Kind() == kg.KindRingEvent && !r.batch.Forget {
		return written(m.ID)
	}
	for _, t := range at {
		if r.batch.Forget && t.Relation.Def().Record() && t.From == m.ID {
			continue // a record's own ties go with it
		}
		if t.Valid.To == 0 || t.Valid.To > r.batch.Today {
			return kg.Invalid("id", fmt.Sprintf("%s still has the tie %s (%s), which has not ended", m.ID, t.ID, t.Relation), "a node whose ties have all ended; end them first")
		}
	}
	for _, t := range at {
		r.oldTie(t)
		r.setTie(t.ID, nil)
	}
	r.setNode(m.ID, nil)
	delete(r.result.Versions, m.ID)
	r.result.Deleted++
	return nil
}

// tiesAt are the ties at a node as the batch has left them so far.
func (r *run) tiesAt(id kg.ID) ([]kg.Tie, error) {
	stored, err := r.tx.TiesAt(r.ctx, id)
	if err != nil {
		return nil, err
	}
	var out []kg.Tie
	for i := range stored {
		if _, touched := r.ties[stored[i].ID]; !touched {
			out = append(out, stored[i])
		}
	}
	for _, t := range r.ties {
		if t != nil && (t.From == id || t.To == id || t.Ref == id) {
			out = append(out, *t)
		}
	}
	slices.SortFunc(out, func(a, b kg.Tie) int { return compareValues(string(a.ID), string(b.ID)) })
	return out, nil
}

func (r *run) oldTie(t kg.Tie) {
	if r.oldTies[t.ID] == nil && r.ties[t.ID] == nil {
		r.oldTies[t.ID] = &t
	}
}

func (r *run) deleteTie(m *Mutation) error {
	old := r.tie(m.ID)
	if old == nil {
		return fmt.Errorf("%s: %w", m.ID, kg.ErrNotFound)
	}
	if err := expect(m.ID, m.Expect, old.Version); err != nil {
		return err
	}
	if old.Relation.Def().Record() && !r.batch.Forget {
		return written(m.ID)
	}
	r.setTie(m.ID, nil)
	delete(r.result.Versions, m.ID)
	r.result.Deleted++
	return nil
}

// eraseNode makes a tombstone of a node about people. Its ties go, ended or not, but those of records.
func (r *run) eraseNode(m *Mutation) error {
	old := r.node(m.ID)
	if old == nil {
		return fmt.Errorf("%s: %w", m.ID, kg.ErrNotFound)
	}
	version := old.Common().Version
	if err := expect(m.ID, m.Expect, version); err != nil {
		return err
	}
	switch {
	case !m.ID.Kind().Erasable():
		return kg.Invalid("id", fmt.Sprintf("a %s cannot be erased", m.ID.Kind()), "the id of a PERSON or HOUSEHOLD")
	case !r.batch.Forget:
		return kg.Invalid("op", "a batch that does not forget erases something", "Batch.Forget")
	case m.On.IsZero() || m.On == kg.Always:
		return kg.Invalid("on", m.On.String(), "the day on which it is erased")
	case kg.IsErased(old):
		r.unchanged(m.ID, version)
		return nil
	}
	at, err := r.tiesAt(m.ID)
	if err != nil {
		return err
	}
	for _, t := range at {
		if !t.Relation.Def().Record() {
			r.oldTie(t)
			r.setTie(t.ID, nil)
		}
	}
	n := kg.Erase(old, m.On)
	n.Common().Version = version + 1
	r.setNode(m.ID, n)
	r.did(m.ID, version)
	return nil
}

// mayReplace refuses to change a tombstone, to make one of a node by a put, and to change what is written once; where the
// batch forgets, an entry of a timeline may lose what it says.
func (r *run) mayReplace(old, n kg.Node) error {
	switch {
	case old == nil:
		return nil
	case kg.IsErased(old):
		return erased(n.Common().ID, kg.Erased(old))
	case kg.IsErased(n):
		return kg.Invalid("erased", fmt.Sprintf("%s is on record, and is not erased by that", n.Common().ID), "erase it")
	case n.Kind() == kg.KindRingEvent && !(r.batch.Forget && lessOf(old.(*kg.RingEvent), n.(*kg.RingEvent))):
		return written(n.Common().ID)
	}
	return nil
}

// mayTouch refuses to end what is written once, and tombstones.
func (r *run) mayTouch(n kg.Node) error {
	id := n.Common().ID
	if kg.IsErased(n) {
		return erased(id, kg.Erased(n))
	}
	if id.Kind() == kg.KindRingEvent {
		return written(id)
	}
	return nil
}

// lessOf says whether an entry is another one that lost its actor, its note or the alert that it is about.
func lessOf(old, n *kg.RingEvent) bool {
	less := *old
	for _, f := range []struct{ was, is *string }{{&less.Actor, &n.Actor}, {&less.Note, &n.Note}, {&less.Alert, &n.Alert}} {
		if *f.is == "" {
			*f.was = ""
		}
	}
	return kg.Equal(&less, n)
}

// written refuses to touch what is written once: entries of timelines, and the ties of records.
func written(id kg.ID) error {
	return kg.Invalid("id", fmt.Sprintf("%s is a record of what happened", id), "what is written once stays as it is")
}

// erased refuses to touch a tombstone.
func erased(id kg.ID, on kg.Date) error {
	return kg.Invalid("id", fmt.Sprintf("%s was erased on %s", id, on), "something that is on record")
}

// checkTombstones refuses ties of the batch at tombstones that hold more than their record.
func (r *run) checkTombstones() error {
	var ends []kg.ID
	for _, t := range r.ties {
		if t != nil && !kg.OutlivesErasure(t) {
			for _, id := range endsOf(t) {
				if id.Kind().Erasable() {
					ends = append(ends, id)
				}
			}
		}
	}
	if len(ends) == 0 {
		return nil
	}
	stones, err := r.tx.Tombstones(r.ctx, distinctIDs(ends))
	if err != nil {
		return err
	}
	for id, n := range r.nodes {
		if n != nil && kg.IsErased(n) {
			stones = append(stones, id)
		}
	}
	if len(stones) == 0 {
		return nil
	}
	for _, id := range r.order {
		t := r.ties[id]
		if t == nil || kg.OutlivesErasure(t) {
			continue
		}
		for _, end := range endsOf(t) {
			if slices.Contains(stones, end) {
				return r.refuse(id, kg.Invalid("tie", fmt.Sprintf("%s was erased", end), "a tie of somebody who is on record"))
			}
		}
	}
	return nil
}
