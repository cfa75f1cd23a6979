package neo4j

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	driver "github.com/neo4j/neo4j-go-driver/v5/neo4j"

	"lintu/kg"
	"lintu/store"
)

// bulk is from how many changes a batch gets ten times the time of a transaction.
const bulk = 1000

// Apply implements store.Store. What a deadlock or a change of leader undid is done again; a connection that breaks
// during the commit is an error, after which only a batch with an id can safely be sent again.
func (s *Store) Apply(ctx context.Context, b *store.Batch) (*store.Applied, error) {
	return s.applyThen(ctx, b, nil)
}

// applyThen is Apply; ready is as ApplyInTurn has it, or nil.
func (s *Store) applyThen(ctx context.Context, b *store.Batch, ready func()) (*store.Applied, error) {
	if s.closed.Load() {
		return nil, fmt.Errorf("neo4j: the store is closed: %w", kg.ErrUnavailable)
	}
	applied, err := s.applyInTime(ctx, b, ready)
	for errors.Is(err, errDeferred) {
		if err := s.makeDeferred(ctx); err != nil {
			return nil, err
		}
		applied, err = s.applyInTime(ctx, b, ready)
	}
	if err != nil {
		return nil, err
	}
	s.noted(ctx, b, applied)
	return applied, nil
}

// noted counts a batch of a load, and drops indexes when it is time to.
func (s *Store) noted(ctx context.Context, b *store.Batch, applied *store.Applied) {
	if !s.load.note(b, applied) {
		return
	}
	if err := s.deferIndexes(ctx); err != nil { // the batch stands, and the load goes on with them
		s.log.WarnContext(ctx, "neo4j: a load keeps its indexes, and takes longer", "error", err)
	}
}

// patience is how long a batch may take.
func (s *Store) patience(b *store.Batch) time.Duration {
	if len(b.Changes) >= bulk {
		return 10 * s.timeout
	}
	return s.timeout
}

func (s *Store) applyInTime(ctx context.Context, b *store.Batch, ready func()) (*store.Applied, error) {
	timeout := s.patience(b)
	ctx, cancel := context.WithTimeout(ctx, timeout+grace)
	defer cancel()
	var applied *store.Applied
	err := s.again(ctx, func() (bool, error) {
		var err error
		var committing bool
		applied, committing, err = s.apply(ctx, timeout, b, begin, ready)
		return !committing || b.ID != "", err
	})
	if err != nil {
		return nil, fail(ctx, err)
	}
	return applied, nil
}

// beginning makes what a batch's transaction needs.
type beginning func(ctx context.Context, t driver.ExplicitTransaction, s *Store, b *store.Batch) (*tx, error)

// apply is one try; committing says that the commit was begun.
func (s *Store) apply(ctx context.Context, timeout time.Duration, b *store.Batch, begin beginning, ready func()) (applied *store.Applied, committing bool, err error) {
	session := s.session(ctx, driver.AccessModeWrite)
	defer func() { _ = session.Close(ctx) }()
	t, err := session.BeginTransaction(ctx, driver.WithTxTimeout(remaining(ctx, timeout)))
	if err != nil {
		return nil, false, err
	}
	defer func() { _ = t.Close(ctx) }() // rolls back what was not committed
	own, err := begin(ctx, t, s, b)
	if err != nil {
		return nil, false, err
	}
	if applied, err = store.Run(ctx, own, b); err != nil {
		return nil, false, err
	}
	if own.ledger == nil || own.written == nil {
		err = t.Commit(ctx)
	} else {
		err = s.load.fly(own, ready, func() error { return t.Commit(ctx) })
	}
	if err == nil {
		s.load.begin(b, applied, own.load)
	}
	return applied, true, err
}

// Write implements store.Tx. Deletions come first and keys are freed before they are given, since a constraint is
// checked at each statement.
func (t *tx) Write(ctx context.Context, w *store.Writes) error {
	t.written = w
	if t.ahead != nil {
		return t.writeAhead(ctx, w)
	}
	for _, step := range []func(context.Context, *store.Writes) error{t.deleteTies, t.deleteNodes, t.writeNodes, t.markErased, t.writeAreas, t.writeAllTies, t.writeMeta} {
		if err := step(ctx, w); err != nil {
			return err
		}
	}
	return nil
}

// send runs a writing statement over rows, if there are any.
func (t *tx) send(ctx context.Context, statement string, rows []any) error {
	if len(rows) == 0 {
		return nil
	}
	_, err := t.run(ctx, statement, params{"rows": rows})
	return err
}

func (t *tx) deleteTies(ctx context.Context, w *store.Writes) error {
	ids := map[kg.Relation][]any{}
	for _, tie := range w.DeletedTies {
		ids[tie.Relation] = append(ids[tie.Relation], string(tie.ID))
	}
	for r, rows := range ids {
		if err := t.send(ctx, "UNWIND $rows AS id MATCH ()-[t:"+string(r)+" {id: id}]->() DELETE t", rows); err != nil {
			return err
		}
	}
	return nil
}

func (t *tx) deleteNodes(ctx context.Context, w *store.Writes) error {
	var rows []any
	for _, id := range w.DeletedNodes {
		rows = append(rows, t.handle(id))
	}
	return t.send(ctx, "UNWIND $rows AS r "+t.matchNode("n", "r")+"DELETE n", rows)
}

// writeNodes creates new nodes, with their areas, and replaces the properties of the others, one statement a kind.
func (t *tx) writeNodes(ctx context.Context, w *store.Writes) error {
	created, changed := map[kg.Kind][]kg.Node{}, map[kg.Kind][]any{}
	for _, n := range w.Nodes {
		k := n.Node.Kind()
		if n.New {
			created[k] = append(created[k], n.Node)
		} else {
			changed[k] = append(changed[k], append(t.rowOf(n.Node), t.handle(n.Node.Common().ID)))
		}
	}
	for _, d := range kg.Kinds {
		if err := t.createNodes(ctx, d.Kind, created[d.Kind], w.Areas); err != nil {
			return err
		}
		props := nodeProps(d.Kind)
		change := "UNWIND $rows AS r " + t.matchNode("n", fmt.Sprintf("r[%d]", len(props))) + "SET " + assignments("n.", " = ", props)
		if err := t.send(ctx, change, changed[d.Kind]); err != nil {
			return err
		}
	}
	return nil
}

// aheadFrom is how many nodes make it worth while to begin ahead. Tests make it small.
var aheadFrom = 128

// Ahead implements store.Ahead: the rows of nodes need nothing but the nodes.
func (t *tx) Ahead(nodes []kg.Node) {
	if len(nodes) < aheadFrom {
		return
	}
	t.rows = sync.OnceValue(func() map[kg.ID][]any {
		rows := make(map[kg.ID][]any, len(nodes))
		for _, n := range nodes {
			rows[n.Common().ID] = nodeRow(n)
		}
		return rows
	})
	go t.rows()
}

// rowOf is nodeRow, worked out ahead or now.
func (t *tx) rowOf(n kg.Node) []any {
	if t.rows != nil {
		if row := t.rows()[n.Common().ID]; row != nil {
			return row
		}
	}
	return nodeRow(n)
}

// createNodes creates nodes of a kind; with a ledger it learns their numbers, in the order of the rows.
func (t *tx) createNodes(ctx context.Context, k kg.Kind, nodes []kg.Node, areas map[kg.ID][]kg.AreaSpan) error {
	if len(nodes) == 0 {
		return nil
	}
	rows := make([]any, len(nodes))
	for i, n := range nodes {
		rows[i] = append(t.rowOf(n), areaRow(areas[n.Common().ID])...)
	}
	props := t.filled(rows, append(nodeProps(k), areaProps...))
	create := "UNWIND $rows AS r CREATE (n:" + nodeLabel + ":" + label(k) + " {" + assignments("", ": ", props) + "})"
	if t.ledger == nil {
		return t.send(ctx, create, rows)
	}
	numbers, err := t.list(ctx, create+" RETURN collect(id(n))", params{"rows": rows})
	if err != nil {
		return err
	}
	if len(numbers) != len(nodes) {
		return fmt.Errorf("neo4j: %d of %d nodes were created", len(numbers), len(nodes))
	}
	for i, n := range nodes {
		t.created[n.Common().ID] = asInt(numbers[i])
	}
	return nil
}

// writeAreas replaces the area spans of nodes that were not created with them.
func (t *tx) writeAreas(ctx context.Context, w *store.Writes) error {
	created := map[kg.ID]bool{}
	for _, n := range w.Nodes {
		if n.New {
			created[n.Node.Common().ID] = true
		}
	}
	var rows []any
	for _, id := range slices.Sorted(maps.Keys(w.Areas)) {
		if !created[id] {
			rows = append(rows, append(areaRow(w.Areas[id]), t.handle(id)))
		}
	}
	at := fmt.Sprintf("r[%d]", len(areaProps))
	return t.send(ctx, "UNWIND $rows AS r "+t.matchNode("n", at)+"SET "+assignments("n.", " = ", areaProps), rows)
}

func (t *tx) writeAllTies(ctx context.Context, w *store.Writes) error {
	return t.writeTies(ctx, w.Ties)
}

// writeTies changes ties, all of whose keys are freed first, and then creates new ones, one statement a relation.
func (t *tx) writeTies(ctx context.Context, ties []store.TieWrite) error {
	created, changed := map[kg.Relation][]any{}, map[kg.Relation][]any{}
	for _, tie := range ties {
		r, row := tie.Tie.Relation, tieRow(tie.Tie, t.derives(tie.Tie))
		if tie.New {
			created[r] = append(created[r], append(row, t.handle(tie.Tie.From), t.handle(tie.Tie.To)))
		} else {
			changed[r] = append(changed[r], row)
		}
	}
	for i := range kg.Relations {
		d := &kg.Relations[i]
		r, props := string(d.Relation), tieProps(d)
		change := "UNWIND $rows AS r MATCH ()-[t:" + r + " {id: r[0]}]->() SET t.key = null WITH collect([t, r]) AS freed UNWIND freed AS f WITH f[0] AS t, f[1] AS r SET " + assignments("t.", " = ", props)
		if err := t.send(ctx, change, changed[d.Relation]); err != nil {
			return err
		}
	}
	for i := range kg.Relations {
		d := &kg.Relations[i]
		r, props := string(d.Relation), t.filled(created[d.Relation], tieProps(d))
		create := fmt.Sprintf("UNWIND $rows AS r %s%sCREATE (a)-[t:%s {%s}]->(b)",
			t.matchNode("a", fmt.Sprintf("r[%d]", len(props))), t.matchNode("b", fmt.Sprintf("r[%d]", len(props)+1)), r, assignments("", ": ", props))
		if err := t.send(ctx, create, created[d.Relation]); err != nil {
			return err
		}
	}
	return nil
}

// writeMeta records the revision, the journal's entry, the batch's result and the store's state.
func (t *tx) writeMeta(ctx context.Context, w *store.Writes) error {
	if w.State == store.StateLoading {
		t.load = rand.Text()
	}
	p := params{"revision": int64(t.revision), "state": string(w.State), "demo": w.Demo, "load": t.load, "batch": w.BatchID, "result": "", "change": ""}
	var errs []error
	if w.BatchID != "" {
		b, err := json.Marshal(w.Result)
		p["result"], errs = string(b), append(errs, err)
	}
	if w.Change != nil {
		b, err := json.Marshal(w.Change)
		p["revision"], p["change"], errs = int64(w.Change.Revision), string(b), append(errs, err)
	}
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("neo4j: journal: %w", err)
	}
	_, err := t.run(ctx, "MATCH (m:"+metaLabel+" {name: 'lintu'}) SET m.revision = $revision, m."+propLoad+" = CASE $load WHEN '' THEN null ELSE $load END, "+
		"m.state = CASE $state WHEN '' THEN m.state ELSE $state END, m.demo = CASE $demo WHEN '' THEN m.demo ELSE $demo END "+
		"FOREACH (_ IN CASE $batch WHEN '' THEN [] ELSE [1] END | CREATE (:"+batchLabel+" {id: $batch, result: $result})) "+
		"FOREACH (_ IN CASE $change WHEN '' THEN [] ELSE [1] END | CREATE (:"+changeLabel+" {revision: $revision, data: $change}))", p)
	if err != nil || w.Change == nil {
		return err
	}
	return t.trim(ctx)
}
