package storetest

import (
	"cmp"
	"context"
	"maps"
	"slices"

	"lintu/kg"
	"lintu/store"
)

// oracleTx is the oracle under its write lock, for store.Run.
type oracleTx Oracle

var _ store.Tx = (*oracleTx)(nil)

// Result implements store.Tx.
func (o *oracleTx) Result(_ context.Context, batchID string) (*store.Applied, error) {
	done, ok := o.results[batchID]
	if !ok {
		return nil, nil
	}
	done.Versions = maps.Clone(done.Versions)
	return &done, nil
}

// Head implements store.Tx.
func (o *oracleTx) Head(context.Context) (store.Revision, string, error) {
	return o.revision, o.demo, nil
}

// Nodes implements store.Tx.
func (o *oracleTx) Nodes(_ context.Context, ids []kg.ID) (map[kg.ID]kg.Node, error) {
	return pick(o.nodes, ids), nil
}

// Ties implements store.Tx.
func (o *oracleTx) Ties(_ context.Context, ids []kg.ID) (map[kg.ID]*kg.Tie, error) {
	return pick(o.ties, ids), nil
}

// Exist implements store.Tx.
func (o *oracleTx) Exist(_ context.Context, ids []kg.ID) (map[kg.ID]bool, error) {
	out := map[kg.ID]bool{}
	for id := range pick(o.nodes, ids) {
		out[id] = true
	}
	return out, nil
}

// Tombstones implements store.Tx.
func (o *oracleTx) Tombstones(_ context.Context, ids []kg.ID) (found []kg.ID, _ error) {
	for _, id := range ids {
		if n := o.nodes[id]; n != nil && kg.IsErased(n) {
			found = append(found, id)
		}
	}
	return found, nil
}

// TieKeys implements store.Tx.
func (o *oracleTx) TieKeys(_ context.Context, keys []string) (map[string]kg.ID, error) {
	return pick(o.keys, keys), nil
}

// Keyed implements store.Tx.
func (o *oracleTx) Keyed(_ context.Context, kind kg.Kind, field string, values []string) (map[string][]kg.ID, error) {
	out := map[string][]kg.ID{}
	for id, n := range o.nodes {
		if n.Kind() != kind {
			continue
		}
		if v := kg.FieldOf(kind, field).Get(n).(string); slices.Contains(values, v) {
			out[v] = append(out[v], id)
		}
	}
	for _, ids := range out {
		slices.Sort(ids)
	}
	return out, nil
}

// TiesFrom implements store.Tx.
func (o *oracleTx) TiesFrom(_ context.Context, ids []kg.ID, relations []kg.Relation) ([]kg.Tie, error) {
	return o.tiesWith(ids, relations, func(t *kg.Tie) kg.ID { return t.From }), nil
}

// TiesTo implements store.Tx.
func (o *oracleTx) TiesTo(_ context.Context, ids []kg.ID, relations []kg.Relation) ([]kg.Tie, error) {
	return o.tiesWith(ids, relations, func(t *kg.Tie) kg.ID { return t.To }), nil
}

func (o *oracleTx) tiesWith(ids []kg.ID, relations []kg.Relation, end func(*kg.Tie) kg.ID) []kg.Tie {
	var out []kg.Tie
	for _, id := range ids {
		for _, t := range o.at[id] {
			if end(t) == id && slices.Contains(relations, t.Relation) {
				out = append(out, *t)
			}
		}
	}
	return out
}

// TiesAt implements store.Tx.
func (o *oracleTx) TiesAt(_ context.Context, id kg.ID) ([]kg.Tie, error) {
	var out []kg.Tie
	for _, t := range o.at[id] {
		out = append(out, *t)
	}
	return out, nil
}

// Areas implements store.Tx.
func (o *oracleTx) Areas(_ context.Context, ids []kg.ID) (map[kg.ID][]kg.AreaSpan, error) {
	return pick(o.areas, ids), nil
}

// Write implements store.Tx.
func (o *oracleTx) Write(_ context.Context, w *store.Writes) error {
	for i := range w.DeletedTies {
		o.removeTie(w.DeletedTies[i].ID)
	}
	for _, id := range w.DeletedNodes {
		delete(o.nodes, id)
		delete(o.areas, id)
		delete(o.at, id)
	}
	for _, n := range w.Nodes {
		o.nodes[n.Node.Common().ID] = n.Node
	}
	for _, t := range w.Ties {
		o.removeTie(t.Tie.ID)
	}
	for _, t := range w.Ties {
		o.addTie(t.Tie)
	}
	maps.Copy(o.areas, w.Areas)
	if len(w.Erased) > 0 {
		for id, done := range o.results {
			done.Ties = slices.Clone(done.Ties)
			if done.Forget(w.Erased) {
				o.results[id] = done
			}
		}
	}
	if w.Change != nil {
		o.revision = w.Change.Revision
		o.journal = append(o.journal, *w.Change)
		if keep := o.options.Journal; keep > 0 && len(o.journal) > keep {
			o.journal = slices.Clone(o.journal[len(o.journal)-keep:])
		}
	}
	if w.BatchID != "" {
		result := *w.Result
		result.Versions = maps.Clone(result.Versions)
		o.results[w.BatchID] = result
	}
	o.state = cmp.Or(w.State, o.state)
	o.demo = cmp.Or(w.Demo, o.demo)
	return nil
}

// removeTie forgets a tie, if it is on record.
func (o *oracleTx) removeTie(id kg.ID) {
	old := o.ties[id]
	if old == nil {
		return
	}
	delete(o.ties, id)
	delete(o.keys, old.Key())
	for _, end := range tieEnds(old) {
		o.at[end] = slices.DeleteFunc(o.at[end], func(t *kg.Tie) bool { return t.ID == id })
	}
}

func (o *oracleTx) addTie(t *kg.Tie) {
	o.ties[t.ID] = t
	o.keys[t.Key()] = t.ID
	for _, end := range tieEnds(t) {
		i, _ := slices.BinarySearchFunc(o.at[end], t, func(a, b *kg.Tie) int { return cmp.Compare(a.ID, b.ID) })
		o.at[end] = slices.Insert(o.at[end], i, t)
	}
}

// tieEnds are the distinct nodes that a tie touches.
func tieEnds(t *kg.Tie) []kg.ID {
	ends := distinct([]kg.ID{t.From, t.To, t.Ref})
	return slices.DeleteFunc(ends, func(id kg.ID) bool { return id == "" })
}

// pick is the part of a map under some keys.
func pick[K comparable, V any](from map[K]V, keys []K) map[K]V {
	out := map[K]V{}
	for _, k := range keys {
		if v, ok := from[k]; ok {
			out[k] = v
		}
	}
	return out
}
