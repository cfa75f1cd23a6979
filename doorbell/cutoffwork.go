package doorbell

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"lintu/kg"
)

// Patience is how long a press waits for the store before it is taken into the journal. With what follows it stays
// within the 300 ms in which ringing is answered.
const Patience = 200 * time.Millisecond

// lessPatience is how long it waits where the press before waited in vain, and the store has answered nobody since.
const lessPatience = 50 * time.Millisecond

// pressPatiently waits for the store for so long, and then goes by what the process remembers. What the store may still
// have taken meanwhile is found again by the name of the press.
func (d *Doorbell) pressPatiently(ctx context.Context, p Press) (*Ring, error) {
	if p.Name == "" {
		name, err := d.nameOfPress()
		if err != nil {
			return nil, err
		}
		p.Name = name
	}
	in, err := d.patiently(ctx, d.patience(), func(ctx context.Context) (*incident, error) {
		return d.commit(ctx, d.presses, func() (*incident, error) { return d.pressed(ctx, p) })
	})
	switch {
	case err == nil:
		in.ctx = context.WithoutCancel(ctx)
		view := in.view()
		d.spawn(func() { d.deliver(in.ctx, in) })
		return view, nil
	case ctx.Err() != nil || !away(err):
		return nil, err
	}
	d.silent.Store(errors.Is(err, kg.ErrTimeout))
	r, cut := d.pressCutOff(p)
	if cut != nil {
		return nil, cut
	}
	d.o.Logger.WarnContext(ctx, "doorbell: the store does not answer; a ring is in the journal and people are called by what is remembered", "press", r.ID, "error", err)
	return r, nil
}

// patience is how long the next press waits for the store.
func (d *Doorbell) patience() time.Duration {
	if d.silent.Load() {
		return lessPatience
	}
	return Patience
}

// patiently tries to change the store for a while. A store that does not even heed the end of that time is left behind.
func (d *Doorbell) patiently(ctx context.Context, patience time.Duration, change func(context.Context) (*incident, error)) (*incident, error) {
	if d.inline {
		return change(ctx)
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	type result struct {
		in  *incident
		err error
	}
	done := make(chan result, 1)
	go func() {
		defer cancel()
		in, err := change(ctx)
		done <- result{in, err}
	}()
	select {
	case r := <-done:
		return r.in, r.err
	case <-ctx.Done():
	}
	select {
	case r := <-done: // both came at once
		return r.in, r.err
	default:
		return nil, fmt.Errorf("doorbell: the store did not answer within %s: %w", patience, kg.ErrTimeout)
	}
}

// spawn does something beside the answering of a press. Work waits for it in the end.
func (d *Doorbell) spawn(f func()) {
	if d.inline {
		f()
		return
	}
	d.running.Go(f)
}

// away says that the store has failed, or has not answered: not that it has refused.
func away(err error) bool {
	for _, refusal := range []error{kg.ErrInvalid, kg.ErrNotFound, kg.ErrConflict, kg.ErrForbidden, kg.ErrUnauthenticated, kg.ErrLimit} {
		if errors.Is(err, refusal) {
			return false
		}
	}
	return true
}

func (d *Doorbell) nameOfPress() (string, error) {
	var name string
	for range 4 {
		n, err := random(d.o.Random, 1<<32-1)
		if err != nil {
			return "", err
		}
		name += fmt.Sprintf("%08x", n)
	}
	return name, nil
}

// tellCutOff hands over the messages of a ring that were not yet, and what it leads to that they do not arrive.
func (d *Doorbell) tellCutOff(id kg.ID) {
	for {
		letters := d.lettersCutOff(id)
		if len(letters) == 0 {
			return
		}
		d.recordCutOff(id, d.handOver(context.Background(), letters))
	}
}

// lettersCutOff are the letters of a ring that are to be handed over now, in words; none where somebody does so already.
func (d *Doorbell) lettersCutOff(id kg.ID) []outgoing {
	c := &d.off
	c.mu.Lock()
	defer c.mu.Unlock()
	r := c.rings[id]
	if r == nil || r.telling || len(r.fresh) == 0 {
		return nil
	}
	in, err := d.apart(r, d.o.Process)
	if err != nil {
		d.o.Logger.Error("doorbell: messages cannot be put into words while the store is away", "press", id, "error", err)
		return nil
	}
	letters := in.outgoing()
	r.fresh, r.telling = nil, len(letters) > 0
	return letters
}

// recordCutOff writes down how the letters of a ring went.
func (d *Doorbell) recordCutOff(id kg.ID, results []sent) {
	c := &d.off
	c.mu.Lock()
	defer c.mu.Unlock()
	r := c.rings[id]
	r.telling = false
	next, err := d.altered(r, d.o.Process, func(in *incident) error {
		in.record(results)
		return nil
	})
	if err == nil && next != r {
		if err = d.keep(next); err != nil {
			c.rings[id] = next // done all the same
		}
	}
	if err != nil {
		d.o.Logger.Warn("doorbell: messages that were handed over are handed over again after a crash", "press", id, "error", err)
	}
}

// workCutOff brings the rings of the journal into the store where that answers; where it does not, they go on here. A
// store that has failed or hung is not asked for the next ring, and in the next round only after the steps that are due.
func (d *Doorbell) workCutOff(ctx context.Context) error {
	if d.o.Journal == nil {
		return nil
	}
	var first error
	goOn := func(id kg.ID) {
		if err := d.goOn(id); err != nil && first == nil {
			first = err
		}
	}
	ids := d.off.ids()
	if d.off.gone {
		for _, id := range ids {
			goOn(id)
		}
	}
	d.off.gone = false
	for _, id := range ids {
		if !d.off.gone {
			err := d.reconcile(ctx, id)
			if err == nil || ctx.Err() != nil {
				continue
			}
			d.off.gone = away(err)
			if first == nil {
				first = err
			}
		}
		goOn(id)
	}
	return first
}

// ids are the rings, the one of which something is due first before the others.
func (c *cutOff) ids() []kg.ID {
	c.mu.Lock()
	defer c.mu.Unlock()
	ids := slices.Collect(maps.Keys(c.rings))
	slices.SortFunc(ids, func(a, b kg.ID) int {
		return cmp.Or(cmp.Compare(c.rings[a].Ring.DueAt, c.rings[b].Ring.DueAt), cmp.Compare(a, b))
	})
	return ids
}

// goOn does what is due of a ring, and hands over what was not. What the journal does not take is done all the same.
func (d *Doorbell) goOn(id kg.ID) error {
	err := d.goOnApart(id)
	d.spawn(func() { d.tellCutOff(id) })
	return err
}

func (d *Doorbell) goOnApart(id kg.ID) error {
	c := &d.off
	c.mu.Lock()
	defer c.mu.Unlock()
	r := c.rings[id]
	if r == nil || r.Ring.DueAt == "" || r.Ring.DueAt > kg.MomentOf(d.clock.now()) {
		return nil
	}
	next, err := d.altered(r, d.o.Process, func(in *incident) error { return in.claim() })
	if err != nil || next == r {
		return err
	}
	err = d.keep(next)
	c.rings[id] = next
	return err
}

// forget takes a ring away that the store has, if it is still as it was when it was entered.
func (d *Doorbell) forget(id kg.ID, version int) {
	c := &d.off
	c.mu.Lock()
	defer c.mu.Unlock()
	r := c.rings[id]
	if r == nil || r.Version != version || r.telling {
		return // what came since is entered in the next round
	}
	done := *r
	done.Version, done.Done = r.Version+1, true
	err := d.keep(&done)
	delete(c.rings, id)
	for _, p := range r.Presses {
		delete(c.of, p)
	}
	if err == nil && len(c.rings) == 0 {
		err = d.o.Journal.Clear()
	}
	if err != nil {
		d.o.Logger.Warn("doorbell: the journal keeps a ring that the store has; it is entered again after a crash, to no effect", "press", id, "error", err)
	}
}
