package sqlite

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"maps"
	"slices"

	"lintu/kg"
	"lintu/store"
)

// Apply implements store.Store: store.Run in a transaction that takes the write lock first.
func (s *Store) Apply(ctx context.Context, b *store.Batch) (done *store.Applied, err error) {
	if s.options.ReadOnly {
		return nil, fmt.Errorf("sqlite: Apply: the database was opened for reading only: %w", kg.ErrUnavailable)
	}
	if mayShare(b) {
		return s.applyShared(ctx, b)
	}
	if b.State == store.StateReady {
		defer s.sortInFiles(ctx)()
	}
	var t *tx
	err = s.write(ctx, "Apply", func(c *conn) error {
		t, done, err = s.run(ctx, c, b)
		return err
	}, func() { t.settle() })
	if err != nil {
		return nil, err
	}
	if b.Forget && !b.Try {
		s.afterForgetting(context.WithoutCancel(ctx))
	}
	return done, nil
}

// write runs f in a write transaction on the one connection that writes, and calls committed before the connection is
// given to another.
func (s *Store) write(ctx context.Context, what string, f func(c *conn) error, committed func()) error {
	c, err := s.writer.take(ctx)
	if err != nil {
		return fail(ctx, what, err)
	}
	err = c.inTransaction(ctx, "BEGIN IMMEDIATE", func() error { return f(c) })
	switch {
	case err == nil:
		committed()
	case isBroken(err): // nobody knows whether it was committed
		s.ledger = nil
	}
	s.writer.give(c, isBroken(err))
	return fail(ctx, what, err)
}

// Write implements store.Tx. What goes is deleted before anything is inserted; a changed node keeps its row, and a changed
// tie is deleted and inserted again under its number, so that a key may change hands within a batch. Values are worked out beside the
// inserting: areas come first, since they wait for nothing, and then terms, whose suffixes take the longest.
func (t *tx) Write(ctx context.Context, w *store.Writes) error {
	if err := t.number(ctx, w); err != nil {
		return err
	}
	if w.Forget {
		if err := t.forget(ctx); err != nil {
			return err
		}
	}
	r := t.prepare(w)
	steps := []func(context.Context, *store.Writes, *rows) error{t.dropTies, t.dropNodes, t.writeAreas, t.writeTerms, t.writeNodes, t.writeTies, t.writeErased, t.writeMeta}
	for _, step := range steps {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := step(ctx, w, r); err != nil {
			return err
		}
	}
	if w.Forget {
		if err := t.forgotten(ctx); err != nil {
			return err
		}
	}
	t.written = w
	return nil
}

// number makes sure that every node that is spoken of, and every tie that is put, has a number; new ones get the next.
func (t *tx) number(ctx context.Context, w *store.Writes) error {
	var ids, old []kg.ID
	for _, n := range w.Nodes {
		if !n.New {
			old = append(old, n.Node.Common().ID)
		}
	}
	ids = append(ids, old...)
	ids = append(ids, w.DeletedNodes...)
	for i := range w.Ties {
		ids = append(ids, w.Ties[i].Tie.From, w.Ties[i].Tie.To)
		if ref := w.Ties[i].Tie.Ref; ref != "" {
			ids = append(ids, ref)
		}
	}
	for id, spans := range w.Areas {
		ids = append(ids, id)
		for _, s := range spans {
			ids = append(ids, s.Area)
		}
	}
	if err := t.resolve(ctx, ids); err != nil {
		return err
	}
	next, err := t.next(ctx, "node")
	if err != nil {
		return err
	}
	slices.SortStableFunc(w.Nodes, func(a, b store.NodeWrite) int { return kindPlaces[a.Node.Kind()] - kindPlaces[b.Node.Kind()] })
	t.firstNew = next
	for _, n := range w.Nodes {
		if n.New {
			t.numbers[n.Node.Common().ID] = next
			next++
		}
	}
	return t.numberTies(ctx, w)
}

// kindPlaces are the kinds' places in the table of kinds: the order in which nodes are numbered and inserted.
var kindPlaces = func() map[kg.Kind]int {
	places := map[kg.Kind]int{}
	for i, d := range kg.Kinds {
		places[d.Kind] = i
	}
	return places
}()

// numberTies gives new ties their numbers. One that changes keeps its own, and may have the last.
func (t *tx) numberTies(ctx context.Context, w *store.Writes) error {
	if len(w.Ties) == 0 {
		return nil
	}
	next, err := t.next(ctx, "tie")
	if err != nil {
		return err
	}
	slices.SortStableFunc(w.Ties, func(a, b store.TieWrite) int {
		return cmp.Compare(t.s.relations[a.Tie.Relation], t.s.relations[b.Tie.Relation])
	})
	for _, tie := range w.Ties {
		if tie.New {
			t.ties[tie.Tie.ID] = next
			next++
		}
	}
	return nil
}

// next is the number after the last one in a table.
func (t *tx) next(ctx context.Context, table string) (no int64, err error) {
	err = t.query(ctx, new(statement).add("SELECT ifnull(max(no), 0) + 1 FROM "+table), func(rows *sql.Rows) error { return rows.Scan(&no) })
	return no, err
}

// dropTies deletes ties that go or change.
func (t *tx) dropTies(ctx context.Context, w *store.Writes, _ *rows) error {
	var numbers []int64
	for _, d := range w.DeletedTies {
		numbers = append(numbers, t.ties[d.ID])
	}
	for _, tie := range w.Ties {
		if !tie.New {
			numbers = append(numbers, t.ties[tie.Tie.ID])
		}
	}
	return t.drop(ctx, "tie", "no", numbers)
}

// drop deletes the rows whose column has one of the numbers.
func (t *tx) drop(ctx context.Context, table, col string, numbers []int64) error {
	if len(numbers) == 0 {
		return nil
	}
	err := t.exec(ctx, "DELETE FROM "+table+" WHERE "+col+" IN (SELECT value FROM json_each(?))", list(numbers))
	return err
}

// dropNodes deletes nodes that go, with their points and flags, and of those that change what is inserted again. Their
// terms are looked after in writeNodes, which knows which of them stay.
func (t *tx) dropNodes(ctx context.Context, w *store.Writes, _ *rows) error {
	var gone []int64
	for _, id := range w.DeletedNodes {
		gone = append(gone, t.numbers[id])
	}
	flags, points := slices.Clone(gone), slices.Clone(gone)
	for _, write := range w.Nodes {
		if write.New {
			continue
		}
		n := write.Node
		no := t.numbers[n.Common().ID]
		if !inPlace(write, w) {
			gone = append(gone, no)
		}
		if flagged[n.Kind()] {
			flags = append(flags, no)
		}
		if movedPoint(t.old[n.Common().ID], n) {
			points = append(points, no)
		}
	}
	if err := t.drop(ctx, "flag", "node_no", flags); err != nil {
		return err
	}
	if err := t.drop(ctx, "point", "no", points); err != nil {
		return err
	}
	return t.drop(ctx, "node", "no", gone)
}

// writeNodes inserts new nodes, changes others, and inserts their flags and points.
func (t *tx) writeNodes(ctx context.Context, _ *store.Writes, r *rows) error {
	nodes := r.nodes()
	for _, d := range kg.Kinds {
		if err := t.insert(ctx, "node", nodes.numbered(nodeColumnsOf(d.Kind)), nodes.byKind[d.Kind]); err != nil {
			return err
		}
	}
	if err := t.updateNodes(ctx, nodes.changed); err != nil {
		return err
	}
	if err := t.insert(ctx, "flag", flagColumns, nodes.flags); err != nil {
		return err
	}
	return t.insert(ctx, "point", pointColumns, nodes.points)
}

// writeTies inserts new and changed ties.
func (t *tx) writeTies(ctx context.Context, _ *store.Writes, r *rows) error {
	ties := r.ties()
	for _, no := range slices.Sorted(maps.Keys(ties.byRelation)) {
		if err := t.insert(ctx, "tie", ties.numbered(tieColumnsOf(t.s.names[no])), ties.byRelation[no]); err != nil {
			return err
		}
	}
	return nil
}

// writeMeta ends a batch: its result, its journal entry, the store's state.
func (t *tx) writeMeta(ctx context.Context, w *store.Writes, r *rows) error {
	if err := t.writeSuffixes(ctx, r.suffixes()); err != nil {
		return err
	}
	if w.Change != nil {
		if err := t.writeChange(ctx, w.Change); err != nil {
			return err
		}
	}
	if w.BatchID != "" {
		if err := t.writeResult(ctx, w, r); err != nil {
			return err
		}
	}
	if err := t.deferIndexes(ctx, w); err != nil {
		return err
	}
	for name, value := range map[string]string{metaState: string(w.State), metaDemo: w.Demo} {
		if value == "" {
			continue
		}
		if err := setMeta(ctx, t.conn, name, value); err != nil {
			return err
		}
	}
	return nil
}
