package store

import (
	"context"
	"fmt"
	"slices"

	"lintu/kg"
)

// admit refuses a batch of a demo to a store that holds another demo or a graph that is no demo's. The lock is held, so
// of two demos that begin on one empty store at once, one has it.
func admit(ctx context.Context, tx Tx, b *Batch) error {
	if b.Demo == "" {
		return nil
	}
	revision, mark, err := tx.Head(ctx)
	switch {
	case err != nil:
		return err
	case mark == "" && revision > 0:
		return fmt.Errorf("the store holds a graph (revision %d) that is not the demo %q: %w", revision, b.Demo, kg.ErrConflict)
	case mark != "" && mark != b.Demo:
		return fmt.Errorf("the store holds the demo %q, not %q: %w", mark, b.Demo, kg.ErrConflict)
	}
	return nil
}

// checkEnds refuses ties of which an end or the reference is no node.
func (r *run) checkEnds() error {
	var ask []kg.ID
	for _, t := range r.ties {
		if t == nil {
			continue
		}
		for _, id := range []kg.ID{t.From, t.To, t.Ref} {
			if _, touched := r.nodes[id]; id != "" && !touched && r.oldNodes[id] == nil {
				ask = append(ask, id)
			}
		}
	}
	exist, err := r.tx.Exist(r.ctx, distinctIDs(ask))
	if err != nil {
		return err
	}
	for _, id := range r.order {
		t := r.ties[id]
		if t == nil {
			continue
		}
		for _, end := range []kg.ID{t.From, t.To, t.Ref} {
			if end != "" && r.node(end) == nil && (!exist[end] || r.hidden[end]) {
				return &RefusedError{Change: r.by[id], ID: end, Err: fmt.Errorf("tie %s (%s): %s: %w", t.ID, t.Relation, end, kg.ErrNotFound)}
			}
		}
	}
	return nil
}

// checkKeys refuses two ties with one key.
func (r *run) checkKeys() error {
	byKey := map[string]kg.ID{}
	var ask []string
	for _, id := range r.order {
		t := r.ties[id]
		if t == nil {
			continue
		}
		key := t.Key()
		if other, taken := byKey[key]; taken {
			return r.refuse(id, sameKey(t, other))
		}
		byKey[key] = id
		if old := r.oldTies[id]; old == nil || old.Key() != key {
			ask = append(ask, key)
		}
	}
	stored, err := r.tx.TieKeys(r.ctx, ask)
	if err != nil {
		return err
	}
	for _, key := range ask {
		other, taken := stored[key]
		if !taken || other == byKey[key] {
			continue
		}
		if now, touched := r.ties[other]; touched && (now == nil || now.Key() != key) {
			continue // the batch takes the key from the other one
		}
		return r.refuse(byKey[key], sameKey(r.ties[byKey[key]], other))
	}
	return nil
}

func sameKey(t *kg.Tie, other kg.ID) error {
	return kg.Invalid("tie", fmt.Sprintf("%s has the same relation, ends, role, scheme, slot and validFrom as %s", t.ID, other), "a tie that differs in one of these")
}

// checkOne refuses a second valid tie of a relation that allows one at a time.
func (r *run) checkOne() error {
	sources := map[kg.Relation][]kg.ID{}
	for _, t := range r.ties {
		if t != nil && t.Relation.Def().One {
			sources[t.Relation] = append(sources[t.Relation], t.From)
		}
	}
	for _, d := range kg.Relations {
		if len(sources[d.Relation]) == 0 {
			continue
		}
		ties, err := r.tiesFrom(distinctIDs(sources[d.Relation]), []kg.Relation{d.Relation})
		if err != nil {
			return err
		}
		for _, of := range ties {
			if err := r.oneAtATime(of); err != nil {
				return err
			}
		}
	}
	return nil
}

func (r *run) oneAtATime(ties []kg.Tie) error {
	slices.SortFunc(ties, func(a, b kg.Tie) int { return int(a.Valid.From) - int(b.Valid.From) })
	for i := 1; i < len(ties); i++ {
		if !ties[i-1].Valid.Meet(ties[i].Valid).Empty() {
			mine := ties[i].ID
			if _, touched := r.ties[mine]; !touched {
				mine = ties[i-1].ID
			}
			return r.refuse(mine, kg.Invalid("tie", fmt.Sprintf("%s and %s are valid on the same day, but %s has one %s at a time", ties[i-1].ID, ties[i].ID, ties[i].From, ties[i].Relation), "end the first before the second begins"))
		}
	}
	return nil
}

// tiesFrom are the ties that start at nodes, as the batch leaves them, by source.
func (r *run) tiesFrom(ids []kg.ID, relations []kg.Relation) (map[kg.ID][]kg.Tie, error) {
	var stored []kg.ID // a node that the batch creates has no stored ties
	for _, id := range ids {
		if _, created := r.nodes[id]; !created || r.oldNodes[id] != nil {
			stored = append(stored, id)
		}
	}
	if len(stored) == 0 {
		return r.batchTiesFrom(ids, relations), nil
	}
	ties, err := r.tx.TiesFrom(r.ctx, stored, relations)
	if err != nil {
		return nil, err
	}
	out := map[kg.ID][]kg.Tie{}
	for _, t := range ties {
		if _, touched := r.ties[t.ID]; !touched {
			out[t.From] = append(out[t.From], t)
		}
	}
	for id, of := range r.batchTiesFrom(ids, relations) {
		out[id] = append(out[id], of...)
	}
	return out, nil
}

func (r *run) batchTiesFrom(ids []kg.ID, relations []kg.Relation) map[kg.ID][]kg.Tie {
	wanted := make(map[kg.ID]bool, len(ids))
	for _, id := range ids {
		wanted[id] = true
	}
	out := map[kg.ID][]kg.Tie{}
	for _, id := range r.order {
		if t := r.ties[id]; t != nil && wanted[t.From] && slices.Contains(relations, t.Relation) {
			out[t.From] = append(out[t.From], *t)
		}
	}
	return out
}

func (r *run) unchanged(id kg.ID, version int64) {
	r.result.Unchanged++
	r.versioned(id, version)
}

// did counts a put that came after version.
func (r *run) did(id kg.ID, version int64) {
	if version == 0 {
		r.result.Created++
	} else {
		r.result.Changed++
	}
	r.versioned(id, version+1)
}

// versioned notes the version that a node or tie has now, if the batch asks for it.
func (r *run) versioned(id kg.ID, version int64) {
	if r.result.Versions != nil {
		r.result.Versions[id] = version
	}
}

// write counts, journals and stores.
func (r *run) write() (*Applied, error) {
	before, _, err := r.tx.Head(r.ctx)
	if err != nil {
		return nil, err
	}
	w := &Writes{BatchID: r.batch.ID, State: r.batch.State, Demo: r.batch.Demo, Areas: r.newAreas, Result: &r.result, Forget: r.batch.Forget}
	change := &Change{Revision: before + 1}
	for _, id := range r.order {
		if id.Kind() != "" {
			r.writeNode(w, change, id)
		} else {
			r.writeTie(w, change, id)
		}
	}
	r.result.Revision, r.result.Digest = before, r.batch.Digest
	if len(change.Nodes)+len(change.Ties) > 0 {
		r.result.Revision = change.Revision
		w.Change = change
	}
	if len(change.Nodes)+len(change.Ties) > MaxTouched {
		w.Change = &Change{Revision: change.Revision, Rebuild: true}
	}
	r.result.Change = w.Change
	if r.batch.Try {
		r.result.Revision, r.result.Change = before, nil
		return &r.result, nil
	}
	if w.Change == nil && w.State == "" && w.Demo == "" && w.BatchID == "" {
		return &r.result, nil
	}
	if err := r.tx.Write(r.ctx, w); err != nil {
		return nil, err
	}
	return &r.result, nil
}

func (r *run) writeNode(w *Writes, c *Change, id kg.ID) {
	n, old := r.nodes[id], r.oldNodes[id]
	switch {
	case n != nil:
		w.Nodes = append(w.Nodes, NodeWrite{Node: n, New: old == nil})
		if kg.IsErased(n) {
			w.Erased = append(w.Erased, id)
		}
	case old != nil:
		w.DeletedNodes = append(w.DeletedNodes, id)
		delete(w.Areas, id)
	default:
		return // created and deleted in one batch
	}
	c.Nodes = append(c.Nodes, id)
}

func (r *run) writeTie(w *Writes, c *Change, id kg.ID) {
	t, old := r.ties[id], r.oldTies[id]
	touched := t
	switch {
	case t != nil:
		w.Ties = append(w.Ties, TieWrite{Tie: t, New: old == nil})
	case old != nil:
		w.DeletedTies = append(w.DeletedTies, *old)
		touched = old
	default:
		return
	}
	if r.batch.Tell {
		r.result.Ties = append(r.result.Ties, ToldTie{touched})
	}
	c.Ties = append(c.Ties, TieTouch{ID: id, Relation: touched.Relation, From: touched.From, To: touched.To})
}
