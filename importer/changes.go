package importer

import (
	"context"
	"fmt"

	"lintu/kg"
	"lintu/store"
)

// batch gathers the changes of a batch and counts them.
type batch struct {
	*writer
	changes []store.Mutation
	done    counts
	nodes   map[kg.ID]*store.Item
	ties    map[kg.Relation]tiesOnRecord
}

// changes are those that bring the store in line with the rows: what the store holds already is left out.
func (w *writer) changes(ctx context.Context, j job) ([]store.Mutation, counts, error) {
	b := &batch{writer: w, done: counts{}, changes: make([]store.Mutation, 0, 2*len(j.entries))}
	if !w.fresh {
		if err := b.read(ctx, j); err != nil {
			return nil, nil, err
		}
	}
	for i := range j.entries {
		e := &j.entries[i]
		var err error
		if e.node == none {
			err = b.tie(e)
		} else {
			err = b.node(e)
		}
		if err != nil {
			return nil, nil, err
		}
	}
	return b.changes, b.done, nil
}

// read gets what the store holds of a batch's rows.
func (b *batch) read(ctx context.Context, j job) error {
	var ids []kg.ID
	sources := map[kg.Relation][]kg.ID{}
	for _, e := range j.entries {
		switch {
		case e.node == none:
			sources[e.file.relation] = append(sources[e.file.relation], b.x.id(e.from))
		case e.parent != none:
			r := parentRelation(e.file.kind)
			sources[r] = append(sources[r], b.x.id(e.node))
		}
		if e.node != none && !e.only {
			ids = append(ids, b.x.id(e.node))
		}
	}
	if len(ids) > 0 {
		answer, err := b.store.Nodes(ctx, store.Everything, []store.Group{{IDs: ids}})
		if err != nil {
			return err
		}
		b.nodes = answer[0]
	}
	b.ties = map[kg.Relation]tiesOnRecord{}
	for r, from := range sources {
		ties, err := storedTies(ctx, b.store, false, r, from)
		if err != nil {
			return err
		}
		b.ties[r] = ties
	}
	return nil
}

func (b *batch) put(s subject, m store.Mutation, n Count) {
	b.changes = append(b.changes, m)
	b.done.note(s, n)
}

// node brings a node in line with its row, and then what it is in.
func (b *batch) node(e *entry) error {
	id := b.x.id(e.node)
	if !e.only {
		if err := b.putNode(e, id); err != nil {
			return err
		}
	}
	if e.parent != none {
		b.putParent(e, id)
	}
	return nil
}

func (b *batch) putNode(e *entry, id kg.ID) error {
	s := e.file.subject
	var old kg.Node
	n := s.kind.Def().New()
	if item := b.nodes[id]; item != nil {
		old = item.Node
		n = kg.Clone(old)
	}
	n.Common().ID = id
	if bad := e.record.fill(n, b.in); len(bad) > 0 {
		return fmt.Errorf("%s: %s: %s", e.file.at(int32(e.record.line)), bad[0].Column, bad[0].EN)
	}
	switch {
	case old == nil:
		b.put(s, store.Mutation{Op: store.PutNode, Node: n, Expect: b.absent()}, Count{Created: 1})
	case kg.Equal(old, n):
		b.done.note(s, Count{Unchanged: 1})
	case endsNode(old, n):
		b.put(s, store.Mutation{Op: store.EndNode, ID: id, On: n.Common().Life.To, Expect: old.Common().Version}, Count{Ended: 1})
	default:
		b.put(s, store.Mutation{Op: store.PutNode, Node: n, Expect: old.Common().Version}, Count{Changed: 1})
	}
	return nil
}

// absent is the version that a new thing is expected to have.
func (b *batch) absent() int64 {
	if b.fresh {
		return 0
	}
	return store.MustNotExist
}

// endsNode says that a node only comes to an end.
func endsNode(old, n kg.Node) bool {
	end := n.Common().Life.To
	if end == 0 || old.Common().Life.To == end {
		return false
	}
	ended := kg.Clone(old)
	ended.Common().Life.To = end
	return kg.Equal(ended, n)
}

// tie brings a tie in line with its row.
func (b *batch) tie(e *entry) error {
	t := &kg.Tie{Relation: e.file.relation, From: b.x.id(e.from), To: b.x.id(e.to)}
	if bad := e.record.fillTie(t); len(bad) > 0 {
		return fmt.Errorf("%s: %s: %s", e.file.at(int32(e.record.line)), bad[0].Column, bad[0].EN)
	}
	onRecord := b.ties[e.file.relation]
	t.ID = kg.ID(e.record.cell(roleID))
	if t.ID == "" {
		t.ID = onRecord.id(t, b.key)
	}
	old := onRecord.byID[t.ID]
	if old != nil {
		merged := *old
		merged.From, merged.To = t.From, t.To
		_ = e.record.fillTie(&merged)
		t = &merged
	}
	if e.record.given(roleRef) {
		t.Ref = ""
		if e.ref != none {
			t.Ref = b.x.id(e.ref)
		}
	}
	b.putTie(e.file.subject, t, old)
	return nil
}

func (b *batch) putTie(s subject, t, old *kg.Tie) {
	switch {
	case old == nil:
		b.put(s, store.Mutation{Op: store.PutTie, Tie: t, Expect: b.absent()}, Count{Created: 1})
	case kg.EqualTies(old, t):
		b.done.note(s, Count{Unchanged: 1})
	case endsTie(old, t):
		b.put(s, store.Mutation{Op: store.EndTie, ID: t.ID, On: t.Valid.To, Expect: old.Version}, Count{Ended: 1})
	default:
		b.put(s, store.Mutation{Op: store.PutTie, Tie: t, Expect: old.Version}, Count{Changed: 1})
	}
}

// endsTie says that a tie only comes to an end.
func endsTie(old, t *kg.Tie) bool {
	ended := *old
	ended.Valid.To = t.Valid.To
	return t.Valid.To != 0 && kg.EqualTies(&ended, t)
}

// putParent ties a node to what its shorthand columns name, from the first day of the row's span that is not over. A tie
// to it that is valid then is enough. Where one is allowed at a time, another one ends today, or goes where it has not
// begun yet.
func (b *batch) putParent(e *entry, id kg.ID) {
	r := parentRelation(e.file.kind)
	s := subject{relation: r}
	t := kg.Tie{Relation: r, From: id, To: b.x.id(e.parent), Valid: e.valid}
	now := t.Valid
	if now.Holds(b.today) {
		now.From = max(now.From, b.today)
	}
	var of []*kg.Tie
	for _, old := range b.ties[r].byID {
		if old.From != id || old.Valid.Meet(t.Valid).Empty() {
			continue
		}
		if old.To == t.To && !old.Valid.Meet(now).Empty() {
			b.done.note(s, Count{Unchanged: 1})
			return
		}
		of = append(of, old)
	}
	if r.Def().One {
		b.makeRoom(s, &t, of)
	}
	t.ID = b.ties[r].id(&t, b.key)
	if e.record != nil {
		t.Source = e.record.named("source")
	}
	b.putTie(s, &t, b.ties[r].byID[t.ID])
}

// makeRoom ends the ties that are valid when t is, or begins t after them where they are over.
func (b *batch) makeRoom(s subject, t *kg.Tie, of []*kg.Tie) {
	for _, old := range of {
		switch {
		case old.Valid.To != 0 && old.Valid.To <= b.today:
			t.Valid.From = max(t.Valid.From, old.Valid.To)
		case old.Valid.From >= b.today:
			b.put(s, store.Mutation{Op: store.DeleteTie, ID: old.ID, Expect: old.Version}, Count{Changed: 1})
		default:
			t.Valid.From = max(t.Valid.From, b.today)
			b.put(s, store.Mutation{Op: store.EndTie, ID: old.ID, On: b.today, Expect: old.Version}, Count{Ended: 1})
		}
	}
}
