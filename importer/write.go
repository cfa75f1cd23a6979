package importer

import (
	"context"
	"errors"
	"fmt"
	"time"

	"golang.org/x/sync/errgroup"

	"lintu/kg"
	"lintu/store"
)

// How many rows are written together; each makes one to three changes.
const (
	defaultBatchRows = 2500
	maxBatchRows     = 5000
)

// Count is what an import did to the nodes of a kind or the ties of a relation.
type Count struct {
	Created   int `json:"created"`
	Changed   int `json:"changed"`
	Ended     int `json:"ended"`
	Unchanged int `json:"unchanged"`
	Refused   int `json:"refused"` // rows
}

func (c *Count) add(o Count) {
	c.Created += o.Created
	c.Changed += o.Changed
	c.Ended += o.Ended
	c.Unchanged += o.Unchanged
	c.Refused += o.Refused
}

// counts are counts by subject.
type counts map[subject]Count

func (c counts) note(s subject, n Count) {
	sum := c[s]
	sum.add(n)
	c[s] = sum
}

// writer is the second pass: it reads the files again and applies their rows in batches with ids that follow from the
// files, so that a run that was broken off goes on where it was.
type writer struct {
	plan
	fresh  bool // the store was empty: nothing need be compared
	today  kg.Date
	rows   int    // in a batch
	prefix string // of batch ids
	start  store.Revision
	verify bool // batches of an earlier run are looked at again
	// skipped is the result of the last batch that an earlier run had applied; nil: there was none.
	skipped *store.Applied
	done    counts
	told    func(rows int)
}

// job is a batch on its way.
type job struct {
	number  int
	entries []entry
	first   proposal // what was worked out while the batch before it was written
	before  *turn    // of the batch before; nil for the first
	own     *turn
}

// turn is how far a batch has come: the next may be handed to the store when it is ready, and be sent again when it is
// done.
type turn struct{ ready, done chan struct{} }

// over waits for the end of a batch's turn; nil has none.
func (t *turn) over(ctx context.Context) error {
	if t == nil {
		return nil
	}
	select {
	case <-t.done:
		return ctx.Err()
	case <-ctx.Done():
		return ctx.Err()
	}
}

// proposal are the changes that a batch's rows ask for, and their counts.
type proposal struct {
	changes []store.Mutation
	done    counts
	err     error
}

func (w *writer) propose(ctx context.Context, j job) proposal {
	changes, done, err := w.changes(ctx, j)
	return proposal{changes, done, err}
}

// run writes everything. Batches that an earlier run has written are passed over, unless the store was changed since:
// then all are compared with the store.
func (w *writer) run(ctx context.Context) error {
	w.done = counts{}
	skipped, err := w.pass(ctx)
	if err == nil && (skipped == nil || skipped.Revision == w.start) {
		return nil
	}
	if skipped == nil || skipped.Revision == w.start {
		return err
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	w.verify, w.fresh = true, false
	w.prefix = fmt.Sprintf("%s@%d", w.prefix, w.start)
	w.done = counts{}
	_, err = w.pass(ctx)
	return err
}

// pass applies all batches, in three steps that run beside each other: rows are read, what they ask for is compared
// with the store, and batches are written. A comparison that the batch before has overtaken is refused by its expected
// versions, and made again. It gives the result of the last batch that an earlier run had applied, nil if there was none.
func (w *writer) pass(ctx context.Context) (skipped *store.Applied, err error) {
	w.skipped = nil
	group, within := errgroup.WithContext(ctx)
	read, compared := make(chan job), make(chan job)
	group.Go(func() error {
		defer close(read)
		return w.produce(within, read)
	})
	group.Go(func() error {
		defer close(compared)
		for j := range read {
			j.first = w.propose(within, j)
			if err := send(within, compared, j); err != nil {
				return err
			}
		}
		return nil
	})
	group.Go(func() error {
		var before *turn
		for j := range compared {
			j.before, j.own = before, &turn{make(chan struct{}), make(chan struct{})}
			before = j.own
			group.Go(func() error { return w.inTurn(within, j) })
			select {
			case <-j.own.ready:
			case <-j.own.done:
			case <-within.Done():
				return within.Err()
			}
		}
		return nil
	})
	err = group.Wait()
	return w.skipped, err
}

// inTurn applies a batch, and counts it after the one before.
func (w *writer) inTurn(ctx context.Context, j job) error {
	applied, done, err := w.apply(ctx, j)
	if err != nil {
		return err // the next one's context ends with it
	}
	if err := j.before.over(ctx); err != nil {
		return err
	}
	if applied.Repeated {
		w.skipped = applied
	}
	for s, n := range done {
		w.done.note(s, n)
	}
	w.told(len(j.entries))
	close(j.own.done)
	return nil
}

func send(ctx context.Context, to chan<- job, j job) error {
	select {
	case to <- j:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// produce cuts the entries into batches.
func (w *writer) produce(ctx context.Context, jobs chan<- job) error {
	j := job{number: 1}
	next := func() error {
		err := send(ctx, jobs, j)
		j = job{number: j.number + 1, entries: make([]entry, 0, w.rows)}
		return err
	}
	w.emit = func(e entry) error {
		if e.record != nil {
			e.record = e.record.copyTo(nil)
		}
		if j.entries = append(j.entries, e); len(j.entries) == w.rows {
			return next()
		}
		return nil
	}
	if err := w.plan.run(ctx); err != nil {
		return err
	}
	if len(j.entries) > 0 {
		return next()
	}
	return nil
}

// tries is how often a batch is sent: again, and compared anew, where somebody else changed what it is about, and again
// after a pause where the store was away or silent. Its id makes that safe.
const (
	tries = 5
	pause = 2 * time.Second
)

// again says whether a batch that failed is to be sent again; it waits where the store was away.
func again(ctx context.Context, err error) bool {
	if errors.Is(err, kg.ErrConflict) {
		return true
	}
	if !errors.Is(err, kg.ErrUnavailable) && !errors.Is(err, kg.ErrTimeout) {
		return false
	}
	select {
	case <-time.After(pause):
		return true
	case <-ctx.Done():
		return false
	}
}

// apply brings the store in line with a batch's rows, and gives what that did. The first time it is handed over while
// the batch before it is written, by a store that can do with that, and when it fails so, once more in its turn.
func (w *writer) apply(ctx context.Context, j job) (*store.Applied, counts, error) {
	ready := func() { close(j.own.ready) } // at most once: only the first try is handed it
	for try := 1; ; try++ {
		p := j.first
		if try > 1 {
			if err := j.before.over(ctx); err != nil {
				return nil, nil, err
			}
			p = w.propose(ctx, j)
		}
		var applied *store.Applied
		err := p.err
		if err == nil {
			b := &store.Batch{ID: fmt.Sprintf("%s:%06d", w.prefix, j.number), Changes: p.changes, Today: w.today, CountsOnly: true}
			applied, err = w.hand(ctx, b, try == 1, ready)
		}
		if err != nil && try < tries && again(ctx, err) {
			continue
		}
		if err != nil {
			return nil, nil, fmt.Errorf("batch %d (%s): %w", j.number, w.where(j), err)
		}
		if applied.Repeated {
			for s, n := range p.done {
				p.done[s] = Count{Unchanged: n.Created + n.Changed + n.Ended + n.Unchanged}
			}
		}
		return applied, p.done, nil
	}
}

// hand hands a batch to the store.
func (w *writer) hand(ctx context.Context, b *store.Batch, first bool, ready func()) (*store.Applied, error) {
	if st, ok := w.store.(store.InTurn); ok && first {
		return st.ApplyInTurn(ctx, b, ready)
	}
	return w.store.Apply(ctx, b)
}

// where names the rows of a batch, for errors.
func (w *writer) where(j job) string {
	first, last := j.entries[0], j.entries[len(j.entries)-1]
	return fmt.Sprintf("%s to %s", w.entryAt(first), w.entryAt(last))
}

func (w *writer) entryAt(e entry) string {
	if e.record != nil {
		return e.file.at(int32(e.record.line))
	}
	return w.at(e.node)
}
