package neo4j

import (
	"context"
	"errors"
	"fmt"
	"sync"

	driver "github.com/neo4j/neo4j-go-driver/v5/neo4j"

	"lintu/kg"
	"lintu/store"
)

// The server spends half of a load's batch in its commit, on one processor. The next batch can be begun meanwhile by
// another transaction, as long as it only creates: what it must know of the batch before it, a ledger has, and its own
// nodes have nothing to do with anybody. For its ties to nodes of the batch before it, and for the revision lock, it waits
// until the commit is done; so batches are committed in turn. One that needs more, or that is not right in any way, is
// begun again in the ordinary way when its turn has come.

var _ store.InTurn = (*Store)(nil)

// flight is a batch of a load whose commit is on its way.
type flight struct {
	revision store.Revision // after it
	load     string
	created  map[kg.ID]int64
	areas    map[kg.ID][]kg.AreaSpan
	creates  bool // it does nothing else
	done     chan struct{}
	landed   bool // it was committed; to be read when done is closed
}

// errOvertaken ends a transaction that was begun ahead and cannot go on so.
var errOvertaken = errors.New("neo4j: the batch has to wait for its turn")

// fly enters a batch into the ledger, says that the next may be begun, and commits.
func (l *loading) fly(t *tx, ready func(), commit func() error) error {
	f := &flight{load: t.load, created: t.created, areas: t.written.Areas, creates: createsOnly(t.written), done: make(chan struct{})}
	f.revision = t.ledger.enter(t.written, t.created)
	l.mu.Lock()
	l.flight = f
	l.mu.Unlock()
	if ready != nil && f.creates {
		ready()
	}
	err := commit()
	if err != nil {
		t.ledger.lose() // nobody knows whether it was committed
	}
	f.landed = err == nil
	close(f.done)
	return err
}

// last is the batch that was committed last, or is on its way.
func (l *loading) last() (*flight, *ledger) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.flight, l.ledger
}

// ApplyInTurn implements store.InTurn.
func (s *Store) ApplyInTurn(ctx context.Context, b *store.Batch, ready func()) (*store.Applied, error) {
	ready = sync.OnceFunc(ready)
	before, known := s.load.last()
	if before == nil || known == nil || !before.creates || s.closed.Load() || b.ID == "" || b.State != "" || b.Demo != "" || b.Forget || b.UniqueKeys || b.Try {
		return s.applyThen(ctx, b, ready)
	}
	timeout := s.patience(b)
	within, cancel := context.WithTimeout(ctx, timeout+grace)
	defer cancel()
	applied, _, err := s.apply(within, timeout, b, ahead(before, known), ready)
	if err == nil {
		s.noted(ctx, b, applied)
		return applied, nil
	}
	s.log.DebugContext(ctx, "neo4j: a batch waits for its turn", "reason", err)
	select {
	case <-before.done:
	case <-ctx.Done():
		return nil, fail(ctx, ctx.Err())
	}
	if !before.landed {
		return nil, fmt.Errorf("neo4j: the batch before this one was not applied: %w", kg.ErrConflict)
	}
	return s.applyThen(ctx, b, ready)
}

// ahead begins a batch before the one before it is committed.
func ahead(before *flight, known *ledger) beginning {
	return func(_ context.Context, t driver.ExplicitTransaction, s *Store, b *store.Batch) (*tx, error) {
		own := newTx(t, s, b)
		own.ledger, own.ahead, own.revision, own.load = known, before, before.revision, before.load
		return own, nil
	}
}

// writeAhead is Write for a transaction that was begun ahead.
func (t *tx) writeAhead(ctx context.Context, w *store.Writes) error {
	if !createsOnly(w) {
		return errOvertaken
	}
	known, unseen := t.apart(w.Ties)
	if err := t.writeNodes(ctx, w); err != nil {
		return err
	}
	if err := t.writeTies(ctx, known); err != nil {
		return err
	}
	if err := t.join(ctx); err != nil {
		return err
	}
	if err := t.writeTies(ctx, unseen); err != nil {
		return err
	}
	return t.writeMeta(ctx, w)
}

// apart are the ties between nodes of this batch and of those that are committed, and the ties of nodes that the batch
// before has created, which this transaction sees after its commit only.
func (t *tx) apart(ties []store.TieWrite) (known, unseen []store.TieWrite) {
	for _, tie := range ties {
		_, from := t.ahead.created[tie.Tie.From]
		_, to := t.ahead.created[tie.Tie.To]
		if from || to {
			unseen = append(unseen, tie)
		} else {
			known = append(known, tie)
		}
	}
	return known, unseen
}

// createsOnly says that nothing is written but new nodes and ties.
func createsOnly(w *store.Writes) bool {
	if len(w.DeletedNodes)+len(w.DeletedTies)+len(w.Erased) > 0 || w.Change == nil || w.Forget || w.State != "" || w.Demo != "" {
		return false
	}
	created := make(map[kg.ID]bool, len(w.Nodes))
	for i := range w.Nodes {
		if !w.Nodes[i].New {
			return false
		}
		created[w.Nodes[i].Node.Common().ID] = true
	}
	for i := range w.Ties {
		if !w.Ties[i].New {
			return false
		}
	}
	for id := range w.Areas {
		if !created[id] {
			return false
		}
	}
	return true
}

// join waits for the commit of the batch before, takes the revision lock, and sees that the store is as was thought.
func (t *tx) join(ctx context.Context) error {
	select {
	case <-t.ahead.done:
	case <-ctx.Done():
		return ctx.Err()
	}
	revision, load := t.revision, t.load
	if !t.ahead.landed {
		return errOvertaken
	}
	if err := t.lock(ctx); err != nil {
		return err
	}
	if t.revision != revision || t.load != load || t.result != nil {
		return errOvertaken
	}
	return nil
}

// flying are those of the ids that the batch before has created, and the others.
func (t *tx) flying(ids []kg.ID) (created, others []kg.ID) {
	if t.ahead == nil {
		return nil, ids
	}
	for _, id := range ids {
		if _, ok := t.ahead.created[id]; ok {
			created = append(created, id)
		} else {
			others = append(others, id)
		}
	}
	return created, others
}

// overtaken says that a transaction must not read what the batch before it may have written.
func (t *tx) overtaken() error {
	switch {
	case t.ahead != nil:
		return errOvertaken
	case t.absent:
		return errDeferred
	}
	return nil
}
