package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"hash/maphash"

	"lintu/kg"
	"lintu/store"
)

// ledger is what a load into an empty store knows instead of the indexes on ids and on terms, as long as it goes on: ids
// are random and texts come in no order, so that each row would touch a page of its own in all of them, and write it to
// the disk with every batch. The ledger lives in the process that began the load. Whoever else comes, and this process
// after it was broken off, finds the indexes missing and no ledger, and makes them before anything else.
//
// It holds digests of ids, and says of each that is new that it is new: in a load nearly all are. The others are read by
// their numbers. Terms have digests of 128 bits, which no two share.
type ledger struct {
	seed  maphash.Seed
	nodes map[uint64]int64 // numbers
	ties  map[uint64]struct{}
	vague bool // two ids have one digest: the ledger is of no use any more

	second maphash.Seed
	terms  map[termDigest]int64 // numbers
}

type termDigest struct{ first, second uint64 }

func newLedger() *ledger {
	return &ledger{
		seed: maphash.MakeSeed(), nodes: map[uint64]int64{}, ties: map[uint64]struct{}{},
		second: maphash.MakeSeed(), terms: map[termDigest]int64{},
	}
}

func (l *ledger) termDigest(t term) termDigest {
	d := termDigest{maphash.String(l.seed, t.norm), maphash.String(l.second, t.norm)}
	if t.person {
		d.first = ^d.first
	}
	return d
}

func (l *ledger) digest(id kg.ID) uint64 { return maphash.String(l.seed, string(id)) }

// numbers are those of the nodes that may have the ids.
func (l *ledger) numbers(ids []kg.ID) []int64 {
	var numbers []int64
	for _, id := range ids {
		if no, known := l.nodes[l.digest(id)]; known {
			numbers = append(numbers, no)
		}
	}
	return numbers
}

// knows says whether one of the ids may be that of a tie.
func (l *ledger) knows(ties []kg.ID) bool {
	for _, id := range ties {
		if _, known := l.ties[l.digest(id)]; known {
			return true
		}
	}
	return false
}

// enter notes what a batch has written; it is committed.
func (l *ledger) enter(w *store.Writes, numbers map[kg.ID]int64, terms termChanges) {
	for _, t := range terms.dropped {
		delete(l.terms, l.termDigest(t))
	}
	for t, no := range terms.made {
		l.terms[l.termDigest(t)] = no
	}
	for _, id := range w.DeletedNodes {
		delete(l.nodes, l.digest(id))
	}
	for i := range w.DeletedTies {
		delete(l.ties, l.digest(w.DeletedTies[i].ID))
	}
	before := len(l.nodes) + len(l.ties)
	added := 0
	for _, n := range w.Nodes {
		if id := n.Node.Common().ID; n.New {
			l.nodes[l.digest(id)] = numbers[id]
			added++
		}
	}
	for _, t := range w.Ties {
		if t.New {
			l.ties[l.digest(t.Tie.ID)] = struct{}{}
			added++
		}
	}
	l.vague = l.vague || len(l.nodes)+len(l.ties) != before+added
}

// ledgerIndexes are the indexes that a ledger stands for.
var ledgerIndexes = []string{"node_id", "tie_id", "term_norm"}

// useLedger is called at the beginning of each write transaction: with the ledger of a load that goes on, or with the
// indexes.
func (t *tx) useLedger(ctx context.Context) error {
	have, err := t.indexes(ctx)
	if err != nil {
		return err
	}
	if have[ledgerIndexes[0]] {
		return nil
	}
	if t.ledger = t.s.ledger; t.ledger == nil || t.ledger.vague {
		return t.dropLedger(ctx)
	}
	return nil
}

// dropLedger makes the indexes, and goes on with them.
func (t *tx) dropLedger(ctx context.Context) error {
	t.ledger = nil
	have, err := t.indexes(ctx)
	for _, name := range ledgerIndexes {
		if err == nil && !have[name] {
			err = t.makeIndex(ctx, deferredIndexes[name])
		}
	}
	return err
}

// indexes are the names of those that there are.
func (t *tx) indexes(ctx context.Context) (map[string]bool, error) {
	have := map[string]bool{}
	q := new(statement).add("SELECT name FROM sqlite_schema WHERE type = 'index' AND tbl_name IN ('node', 'tie', 'term')")
	err := t.query(ctx, q, func(rows *sql.Rows) error {
		var name string
		err := rows.Scan(&name)
		have[name] = true
		return err
	})
	return have, err
}

// settle keeps the ledger in step with a transaction that was committed.
func (t *tx) settle() {
	switch {
	case t.begins:
		t.s.ledger = newLedger()
	case t.ledger == nil:
		t.s.ledger = nil
	case t.written != nil:
		t.ledger.enter(t.written, t.numbers, t.terms)
	}
}

// restoreIndexes makes the indexes of a load that was broken off which a ledger stood for. Where that cannot be now, since another process
// holds the lock or the disk is full, it is left to the first batch.
func (s *Store) restoreIndexes(ctx context.Context, c *conn) error {
	have, err := newTx(s, c).indexes(ctx)
	if err != nil || have[ledgerIndexes[0]] {
		return fail(ctx, "looking at the indexes", err)
	}
	err = fail(ctx, "making indexes", c.inTransaction(ctx, "BEGIN IMMEDIATE", func() error { return newTx(s, c).useLedger(ctx) }))
	if errors.Is(err, kg.ErrUnavailable) {
		s.log.WarnContext(ctx, "a load was broken off or goes on; its indexes are not made yet", "error", err)
		return nil
	}
	return err
}
