package sqlite

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"lintu/store"
)

// What is dear of a small batch is the sync at its end. Batches that wait for the writer at the same time share one
// transaction, each in a savepoint of its own: one that is refused takes nothing of the others back, each has a revision
// of its own, and all are answered after the commit. Large batches, and those that change the store's state, go alone.
//
// Urgent batches go first and share a transaction with no others, so that they wait for nothing but the transaction that is
// under way; that is soon over, since it is of few changes.
const (
	groupMost    = 64  // batches in a transaction
	groupChanges = 256 // changes of a batch that may share one, and of those that do
	urgentFirst  = 4   // transactions of urgent batches before others have their turn
)

func mayShare(b *store.Batch) bool {
	return b.State == "" && !b.Forget && len(b.Changes) <= groupChanges
}

// waiting is a batch whose caller waits for the writer, or for whoever has it to do the batch too.
type waiting struct {
	ctx    context.Context
	batch  *store.Batch
	served chan struct{} // closed when done and err stand
	done   *store.Applied
	err    error
}

func (w *waiting) isServed() bool {
	select {
	case <-w.served:
		return true
	default:
		return false
	}
}

// line are the batches that wait, in the order in which they came.
type line struct {
	mu   sync.Mutex
	list []*waiting
}

func (l *line) join(ctx context.Context, b *store.Batch) *waiting {
	w := &waiting{ctx: ctx, batch: b, served: make(chan struct{})}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.list = append(l.list, w)
	return w
}

// leave takes a batch out; false where somebody is doing it already.
func (l *line) leave(w *waiting) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	i := slices.Index(l.list, w)
	if i >= 0 {
		l.list = slices.Delete(l.list, i, i+1)
	}
	return i >= 0
}

// take takes the first batches out, as many as may share a transaction and no more than so many: of the urgent ones where
// there are any and they go first, else as they came.
func (l *line) take(most int, urgentFirst bool) (taken []*waiting) {
	l.mu.Lock()
	defer l.mu.Unlock()
	only := urgentFirst && slices.ContainsFunc(l.list, func(w *waiting) bool { return w.batch.Urgent })
	left, changes, full := make([]*waiting, 0, len(l.list)), 0, false
	for _, w := range l.list {
		if only && !w.batch.Urgent {
			left = append(left, w)
			continue
		}
		changes += len(w.batch.Changes)
		if full = full || len(taken) == most || len(taken) > 0 && changes > groupChanges; full {
			left = append(left, w)
		} else {
			taken = append(taken, w)
		}
	}
	l.list = left
	return taken
}

// applyShared applies a batch with those that wait beside it.
func (s *Store) applyShared(ctx context.Context, b *store.Batch) (*store.Applied, error) {
	w := s.line.join(ctx, b)
	for !w.isServed() {
		c, err := s.writer.takeUnless(ctx, w.served)
		switch {
		case err != nil && s.line.leave(w):
			return nil, fail(ctx, "Apply", err)
		case err != nil:
			<-w.served // its turn came meanwhile: what became of it is what is told
		default:
			s.writer.give(c, s.lead(c, w))
		}
	}
	return w.done, w.err
}

// errAbandoned is told where whoever did a batch did not come back from it.
var errAbandoned = errors.New("sqlite: Apply: a batch that shared a transaction with this one broke off")

// lead does what waits, one transaction after the other, until a batch is done; it says whether the connection is broken.
func (s *Store) lead(c *conn, w *waiting) (broken bool) {
	for n := 0; !broken && !w.isServed(); n++ {
		if err := c.exec(w.ctx, "BEGIN IMMEDIATE"); err != nil {
			s.line.leave(w)
			w.err = fail(w.ctx, "Apply", err)
			close(w.served)
			return false
		}
		broken = s.leadGroup(c, n < urgentFirst)
	}
	return broken
}

// leadGroup does those whose turn it is, in the transaction that has begun.
func (s *Store) leadGroup(c *conn, urgentFirst bool) (broken bool) {
	most := groupMost
	if s.ledger != nil { // of a load, which notes what each transaction has written
		most = 1
	}
	group := s.line.take(most, urgentFirst)
	for _, m := range group {
		m.err = errAbandoned
	}
	defer func() {
		for _, m := range group {
			close(m.served)
		}
	}()
	if len(group) == 1 {
		return s.leadOne(c, group[0])
	}
	err := c.end(context.Background(), s.applyEach(c, group))
	for _, m := range group {
		if err != nil {
			m.done, m.err = nil, fail(context.Background(), "Apply", err)
		}
		if m.err == nil {
			s.keeper.wrote(len(m.batch.Changes))
		}
	}
	return isBroken(err)
}

// leadOne does a batch that nobody waits beside: its caller may break it off.
func (s *Store) leadOne(c *conn, w *waiting) (broken bool) {
	t, done, err := s.run(w.ctx, c, w.batch)
	if err == nil {
		err = w.ctx.Err()
	}
	if err = c.end(w.ctx, err); err == nil {
		t.settle()
		w.done, w.err = done, nil
		s.keeper.wrote(len(w.batch.Changes))
		return false
	}
	if isBroken(err) {
		s.ledger = nil // nobody knows whether it was committed
	}
	w.err = fail(w.ctx, "Apply", err)
	return isBroken(err)
}

// applyEach does batches one after the other. An error means that the transaction is lost, whosever fault it is.
func (s *Store) applyEach(c *conn, group []*waiting) error {
	for _, w := range group {
		if err := s.applyOne(c, w); err != nil {
			return err
		}
	}
	return nil
}

// applyOne does one of the batches that share a transaction.
func (s *Store) applyOne(c *conn, w *waiting) error {
	if w.err = w.ctx.Err(); w.err != nil {
		return nil
	}
	// A statement that is interrupted would take the whole transaction with it: nobody's leaving interrupts one.
	ctx := context.WithoutCancel(w.ctx)
	if err := c.exec(ctx, "SAVEPOINT batch"); err != nil {
		return err
	}
	_, w.done, w.err = s.run(ctx, c, w.batch)
	if w.err == nil {
		w.err = w.ctx.Err()
	}
	if w.err == nil {
		return c.exec(ctx, "RELEASE batch")
	}
	cause := w.err
	w.done, w.err = nil, fail(w.ctx, "Apply", cause)
	for _, undo := range []string{"ROLLBACK TO batch", "RELEASE batch"} {
		if err := c.exec(ctx, undo); err != nil { // SQLite has taken all of it back, as it does where the disk is full
			if isKg(cause) { // that is nothing to tell the others
				return err
			}
			return fmt.Errorf("%w (%w)", cause, err)
		}
	}
	return nil
}

// run does a batch in the transaction that the connection is in.
func (s *Store) run(ctx context.Context, c *conn, b *store.Batch) (t *tx, done *store.Applied, err error) {
	t = newTx(s, c)
	if err = t.useLedger(ctx); err == nil {
		done, err = store.Run(ctx, t, b)
	}
	return t, done, err
}
