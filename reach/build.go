package reach

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"lintu/kg"
	"lintu/reach/calendar"
	"lintu/store"
)

// Options of a Reach.
type Options struct {
	Store    store.Store
	Location *time.Location     // the site's time zone; nil: Asia/Shanghai
	Calendar *calendar.Calendar // nil: that of China
	Logger   *slog.Logger       // nil: nothing is logged
	Poll     time.Duration      // how often the journal is asked; 0: every 400 ms

	// Progress, where set, is called while a snapshot is read: how many nodes of a kind out of how many.
	Progress func(kind kg.Kind, done, total int)
}

const defaultPoll = 400 * time.Millisecond

func (o Options) withDefaults() (Options, error) {
	if o.Location == nil {
		loc, err := time.LoadLocation("Asia/Shanghai")
		if err != nil {
			return o, fmt.Errorf("reach: time zone of the site: %w", err)
		}
		o.Location = loc
	}
	if o.Calendar == nil {
		o.Calendar = calendar.China()
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Poll <= 0 {
		o.Poll = defaultPoll
	}
	return o, nil
}

// buildPage is how many nodes are read at once.
const buildPage = 1000

// buildTries is how often a build starts again because of a large change while it was reading.
const buildTries = 3

// Build reads a whole snapshot from a store. It shows the revision that it is stamped with: what changed while it
// was reading is read again. The error is kg.ErrUnavailable for a store that cannot be reached, is being loaded, or
// changes too much to be read.
func Build(ctx context.Context, o Options) (*Snapshot, error) {
	o, err := o.withDefaults()
	if err != nil {
		return nil, err
	}
	for range buildTries {
		s, err := read(ctx, o)
		if err != nil {
			return nil, err
		}
		s, rebuild, err := level(ctx, o.Store, s)
		if err != nil {
			return nil, err
		}
		if !rebuild {
			return s, nil
		}
	}
	return nil, fmt.Errorf("reach: the store changed too much while it was read: %w", kg.ErrUnavailable)
}

// read streams every kind, in the order in which ties lead upwards.
func read(ctx context.Context, o Options) (*Snapshot, error) {
	status, err := o.Store.Ready(ctx)
	if err != nil {
		return nil, fmt.Errorf("reach: %w", err)
	}
	if status.State != store.StateReady {
		return nil, fmt.Errorf("reach: the store is %s: %w", status.State, kg.ErrUnavailable)
	}
	d := newDraft(&Snapshot{revision: status.Revision, location: o.Location, calendar: o.Calendar, days: &days{}})
	d.s.index = newIndex(d.by)
	for k := divisions; k < kindCount; k++ {
		if err := d.stream(ctx, o, kinds[k]); err != nil {
			return nil, fmt.Errorf("reach: reading %s: %w", kinds[k], err)
		}
	}
	return d.s, nil
}

func (d *draft) stream(ctx context.Context, o Options, k kg.Kind) error {
	q := store.ListQuery{Kind: k, Order: store.Order{By: store.OrderID}, Plan: planOf(k)}
	q.Window = store.Window{Limit: buildPage, Count: o.Progress != nil}
	for done, total := 0, 0; ; {
		page, err := o.Store.List(ctx, store.Everything, q)
		if err != nil {
			return err
		}
		for _, e := range page.Edges {
			d.put(e.Item)
		}
		done += len(page.Edges)
		if q.Window.Count {
			total, q.Window.Count = page.Total, false
		}
		if o.Progress != nil {
			o.Progress(k, done, max(done, total))
		}
		if !page.HasNext || len(page.Edges) == 0 {
			return nil
		}
		q.Window.After = &page.Edges[len(page.Edges)-1].Position
	}
}
