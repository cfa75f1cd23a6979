package doorbell

import (
	"context"
	"errors"
	"sync"

	"lintu/kg"
	"lintu/store"
	"lintu/store/tail"
)

// atOnce is how many rings a worker takes upon itself at a time.
const atOnce = 50

// Work does what is due until the context ends: steps, messages that were not handed over. Any number of processes may
// do so at once. The rings of the journal have a round of their own, so that a store that hangs does not hold their
// ladders up.
func (d *Doorbell) Work(ctx context.Context) {
	defer d.running.Wait()
	var rounds sync.WaitGroup
	defer rounds.Wait()
	if d.o.Journal != nil {
		rounds.Go(func() { d.again(ctx, "rings of the journal cannot be entered in the store", d.workCutOff) })
	}
	d.again(ctx, "what is due cannot be done", d.workStore)
}

// again does something again and again until the context ends. What keeps it is logged when it begins and when it is over.
func (d *Doorbell) again(ctx context.Context, trouble string, do func(context.Context) error) {
	tail.Follow(ctx, d.o.Poll, nil, func(int) error { return do(ctx) }, func(err error) {
		if err == nil {
			d.o.Logger.InfoContext(ctx, "doorbell: what is due is done again")
			return
		}
		d.o.Logger.WarnContext(ctx, "doorbell: "+trouble+"; it is done at once when the store is back", "error", err)
	})
}

// once does what is due, of the rings in the journal and of those in the store.
func (d *Doorbell) once(ctx context.Context) error {
	return errors.Join(d.workCutOff(ctx), d.workStore(ctx))
}

// workStore does what is due of the rings in the store, and remembers what is needed when the store is away.
func (d *Doorbell) workStore(ctx context.Context) error {
	_, err := d.Due(ctx)
	if err == nil {
		d.silent.Store(false)
	}
	if err == nil && d.o.Journal != nil {
		err = d.remember(ctx)
	}
	if err == nil {
		err = d.watchSilence(ctx)
	}
	return err
}

// catchUp sees to it, once, that time is not before the last thing that happened: a process that starts after the clock
// of its machine has jumped back would wait for deadlines that have passed.
func (d *Doorbell) catchUp(ctx context.Context) error {
	if d.caughtUp.Load() {
		return nil
	}
	page, err := d.o.Store.List(ctx, store.Everything, store.ListQuery{Kind: kg.KindRingEvent, Order: store.Order{By: "at", Desc: true}, Window: store.Window{Limit: 1}})
	if err != nil {
		return err
	}
	for _, e := range page.Edges {
		d.clock.atLeast(e.Item.Node.(*kg.RingEvent).At.Time())
	}
	d.caughtUp.Store(true)
	return nil
}

// Due does what is due now, and says of how many rings. A ring that cannot be moved does not keep the others waiting;
// the error is the first.
func (d *Doorbell) Due(ctx context.Context) (int, error) {
	if err := d.catchUp(ctx); err != nil {
		return 0, err
	}
	now := kg.MomentOf(d.clock.now())
	// The lower bound lets an index leave out the rings that are over.
	due := kg.And{kg.Compare{Field: "dueAt", Op: kg.GT, Value: "1"}, kg.Compare{Field: "dueAt", Op: kg.LTE, Value: string(now)}}
	page, err := d.o.Store.List(ctx, store.Everything, store.ListQuery{
		Kind: kg.KindRing, Filter: due, Order: store.Order{By: "dueAt"}, Window: store.Window{Limit: atOnce},
	})
	if err != nil {
		return 0, err
	}
	var first error
	for _, e := range page.Edges {
		_, err := d.move(ctx, e.Position.ID, d.o.Process, func(in *incident) error { return in.claim() })
		switch {
		case err == nil || errors.Is(err, kg.ErrNotFound):
		case ctx.Err() != nil:
			return 0, ctx.Err()
		case first == nil:
			first = err
		}
	}
	return len(page.Edges), first
}
