package sqlite

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"lintu/store"
)

// What is dear of a small batch is the sync at its end. Batches that wait for the writer at the same time share one
// transaction, each in a savepoint of its own: one that is refused takes nothing of the others back, each has a revision
// of its own, and all are answered after the commit. Large batches, and those that change the store's state, go alone.
const (
	groupMost    = 64  // batches in a transaction
	groupChanges = 256 // changes of a batch that may share one
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
func (l *line) leave(w *waiting) bool { return len(l.take(w, 1)) == 1 }

// take takes a batch out, and the first of the others up to so many in all; nothing where the batch is not in the line.
func (l *line) take(w *waiting, most int) []*waiting {
	l.mu.Lock()
	defer l.mu.Unlock()
	var taken, left []*waiting
	own := false
	for _, other := range l.list {
		switch {
		case other == w:
			own, taken = true, append(taken, other)
		case len(taken)+1 < most || own && len(taken) < most:
			taken = append(taken, other)
		default:
			left = append(left, other)
		}
	}
	if !own {
		return nil
	}
	l.list = left
	return taken
}

// applyShared applies a batch with those that wait beside it.
func (s *Store) applyShared(ctx context.Context, b *store.Batch) (*store.Applied, error) {
	w := s.line.join(ctx, b)
	c, err := s.writer.takeUnless(ctx, w.served)
	switch {
	case err != nil && s.line.leave(w):
		return nil, fail(ctx, "Apply", err)
	case err != nil:
		<-w.served // its turn came meanwhile: what became of it is what is told
	case w.isServed():
		s.writer.give(c, false)
	default:
		s.writer.give(c, s.lead(c, w))
	}
	return w.done, w.err
}

// errAbandoned is told where whoever did a batch did not come back from it.
var errAbandoned = errors.New("sqlite: Apply: a batch that shared a transaction with this one broke off")

// lead does a batch and those that wait beside it in one transaction; it says whether the connection is broken.
func (s *Store) lead(c *conn, w *waiting) (broken bool) {
	if err := c.exec(w.ctx, "BEGIN IMMEDIATE"); err != nil {
		s.line.leave(w)
		w.err = fail(w.ctx, "Apply", err)
		close(w.served)
		return false
	}
	most := groupMost
	if s.ledger != nil { // of a load, which notes what each transaction has written
		most = 1
	}
	group := s.line.take(w, most)
	for _, m := range group {
		m.err = errAbandoned
	}
	defer func() {
		for _, m := range group {
			close(m.served)
		}
	}()
	if len(group) == 1 {
		return s.leadOne(c, w)
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
		if w.err = w.ctx.Err(); w.err != nil {
			continue
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
			if err := c.exec(ctx, "RELEASE batch"); err != nil {
				return err
			}
			continue
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
