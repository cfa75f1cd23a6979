package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"hash/maphash"
	"math"
	"slices"

	"lintu/kg"
	"lintu/store"
)

// ledger is what a load into an empty store knows instead of the indexes on ids and on terms, as long as it goes on: ids
// are random and texts come in no order, so that each row would touch a page of its own in all of them, and write it to
// the disk with every batch. The ledger lives in the process that began the load. Whoever else comes, and this process
// after it was broken off, finds the indexes missing and no ledger, and makes them before anything else.
//
// It holds digests of ids, and says of each that is new that it is new: in a load nearly all are. The others are read by
// their numbers. Terms have digests of 96 bits, which no two share.
type ledger struct {
	seed  maphash.Seed
	nodes digests[uint32] // numbers
	ties  digests[struct{}]
	vague bool // two ids have one digest, or there are too many: the ledger is of no use any more

	second maphash.Seed // of the rest of a term's digest
	terms  digests[numberedTerm]
}

type numberedTerm struct{ rest, no uint32 }

func newLedger() *ledger { return &ledger{seed: maphash.MakeSeed(), second: maphash.MakeSeed()} }

func (l *ledger) digest(id kg.ID) uint64 { return maphash.String(l.seed, string(id)) }

// numbers are those of the nodes that may have the ids.
func (l *ledger) numbers(ids []kg.ID) []int64 {
	var numbers []int64
	for _, id := range ids {
		if no, known := l.nodes.get(l.digest(id)); known {
			numbers = append(numbers, int64(no))
		}
	}
	return numbers
}

// knows says whether one of the ids may be that of a tie.
func (l *ledger) knows(ties []kg.ID) bool {
	return slices.ContainsFunc(ties, func(id kg.ID) bool {
		_, known := l.ties.get(l.digest(id))
		return known
	})
}

func (l *ledger) termDigest(t term) (digest uint64, rest uint32) {
	digest, rest = maphash.String(l.seed, t.norm), uint32(maphash.String(l.second, t.norm))
	if t.person {
		digest = ^digest
	}
	return digest, rest
}

// term is the number of a term, 0 where there is none.
func (l *ledger) term(t term) int64 {
	digest, rest := l.termDigest(t)
	if n, known := l.terms.get(digest); known && n.rest == rest {
		return int64(n.no)
	}
	return 0
}

// enter notes what a batch has written; it is committed.
func (l *ledger) enter(w *store.Writes, numbers map[kg.ID]int64, terms termChanges) {
	l.enterTerms(terms)
	for _, id := range w.DeletedNodes {
		l.nodes.drop(l.digest(id))
	}
	for i := range w.DeletedTies {
		l.ties.drop(l.digest(w.DeletedTies[i].ID))
	}
	before := l.nodes.size() + l.ties.size()
	added := 0
	for _, n := range w.Nodes {
		if id := n.Node.Common().ID; n.New {
			l.nodes.put(l.digest(id), uint32(numbers[id]))
			l.vague = l.vague || numbers[id] > math.MaxUint32
			added++
		}
	}
	for _, t := range w.Ties {
		if t.New {
			l.ties.put(l.digest(t.Tie.ID), struct{}{})
			added++
		}
	}
	l.vague = l.vague || l.nodes.size()+l.ties.size() != before+added
}

func (l *ledger) enterTerms(terms termChanges) {
	for _, t := range terms.dropped {
		digest, _ := l.termDigest(t)
		l.terms.drop(digest)
	}
	for t, no := range terms.made {
		digest, rest := l.termDigest(t)
		_, taken := l.terms.get(digest)
		l.vague = l.vague || taken || no > math.MaxUint32
		l.terms.put(digest, numberedTerm{rest, uint32(no)})
	}
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
