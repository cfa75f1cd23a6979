package feed

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	"lintu/kg"
	"lintu/store"
	"lintu/store/tail"
)

// Options is what a Feed needs.
type Options struct {
	Store  store.Store
	Now    func() time.Time
	Zone   *time.Location // the site's, whose days areas are read for; nil: UTC
	Logger *slog.Logger   // nil: nothing is logged
	Poll   time.Duration  // how often the journal is read; 0: 250 ms
	Keep   int            // events that the log keeps, and by which a listener may fall behind; 0: 8,192
	Most   int            // listeners at a time; 0: 5,000
}

// Today is the site's day.
func (o Options) Today() kg.Date { return kg.DateOf(o.Now(), o.Zone) }

// A store that is silent for so long is asked again at the next poll.
const visitTimeout = 5 * time.Second

// resetEvery is how many polls there are between two questions whether the store is still the same graph.
const resetEvery = 20

// Feed passes on what happens to rings. Its methods are safe for concurrent use.
type Feed struct {
	o    Options
	wake chan struct{}

	mu      sync.Mutex
	log     []*Event // what happened after from, up to head
	first   int      // number of the log's first event
	from    store.Revision
	head    Mark
	known   map[kg.ID]*asked // the areas that are asked for
	subs    map[*Subscription]bool
	dropped int           // listeners that read too slowly
	changed chan struct{} // closed when there is more
}

// asked is an area that listeners ask for. Once the log was told of it, its events after a revision say whether they are
// in it.
type asked struct {
	listeners int
	told      bool
	since     store.Revision
}

// New makes a Feed; Follow makes it follow.
func New(o Options) *Feed {
	if o.Zone == nil {
		o.Zone = time.UTC
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Poll <= 0 {
		o.Poll = 250 * time.Millisecond
	}
	if o.Keep <= 0 {
		o.Keep = 8192
	}
	if o.Most <= 0 {
		o.Most = 5000
	}
	return &Feed{o: o, wake: make(chan struct{}, 1), known: map[kg.ID]*asked{}, subs: map[*Subscription]bool{}, changed: make(chan struct{})}
}

// Wake says that this process has just moved a ring.
func (f *Feed) Wake() {
	select {
	case f.wake <- struct{}{}:
	default: // it is awake
	}
}

// Listeners is how many listen.
func (f *Feed) Listeners() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(f.subs)
}

// Dropped is how many listeners were ended because they read too slowly.
func (f *Feed) Dropped() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.dropped
}

// Follow follows the store until the context ends, while anybody listens; then it ends those who do, with
// kg.ErrUnavailable. While the store is away they wait.
func (f *Feed) Follow(ctx context.Context) {
	defer f.end(fmt.Errorf("the server ends; listen again after the last cursor: %w", kg.ErrUnavailable))
	tail.Follow(ctx, f.o.Poll, f.wake, func(n int) error {
		if f.Listeners() == 0 {
			return nil
		}
		return f.poll(ctx, n%resetEvery == 0)
	}, func(err error) {
		if err == nil {
			f.o.Logger.Info("feed: rings are followed again, or nobody listens any more")
			return
		}
		f.o.Logger.Warn("feed: rings are not followed; what happens is told when the store is back", "error", err)
	})
}

// poll reads what has happened since.
func (f *Feed) poll(ctx context.Context, askReset bool) error {
	ctx, cancel := context.WithTimeout(ctx, visitTimeout)
	defer cancel()
	if askReset {
		status, err := f.o.Store.Ready(ctx)
		if err != nil {
			return err
		}
		if head, _ := f.where(); status.Revision < head.Revision {
			f.end(fmt.Errorf("the store was loaded anew; ask for the open rings and listen anew: %w", kg.ErrUnavailable))
			return nil
		}
	}
	for {
		head, areas := f.where()
		now := kg.MomentOf(f.o.Now())
		events, upTo, err := f.page(ctx, head.Revision, areas)
		if errors.Is(err, errNotTold) {
			events, upTo, err = f.listed(ctx, head, areas)
			events = f.unknown(events)
		}
		if err != nil {
			return err
		}
		f.append(events, head.Revision, Mark{Revision: upTo, At: now}, areas)
		if upTo == head.Revision {
			return nil
		}
	}
}

// where is how far the log reaches, and the areas that are asked for.
func (f *Feed) where() (Mark, []kg.ID) {
	f.mu.Lock()
	defer f.mu.Unlock()
	areas := make([]kg.ID, 0, len(f.known))
	for a := range f.known {
		areas = append(areas, a)
	}
	slices.Sort(areas)
	return f.head, areas
}

// unknown are the events that are not in the log already.
func (f *Feed) unknown(events []*Event) []*Event {
	f.mu.Lock()
	defer f.mu.Unlock()
	have := make(map[kg.ID]bool, len(f.log))
	for _, e := range f.log {
		have[e.ID] = true
	}
	return slices.DeleteFunc(events, func(e *Event) bool { return have[e.ID] })
}

// append puts events into the log, which then reaches from one revision up to another, drops the oldest, and ends the
// listeners who have not read them. areas are those that the events were looked up for.
func (f *Feed) append(events []*Event, after store.Revision, head Mark, areas []kg.ID) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.head.Revision != after {
		return // everybody has left meanwhile, and the log begins elsewhere
	}
	f.head = head
	for _, a := range areas {
		if k := f.known[a]; k != nil && !k.told {
			k.told, k.since = true, after
		}
	}
	if head.Revision == after {
		return
	}
	f.log = append(f.log, events...)
	if drop := len(f.log) - f.o.Keep; drop > 0 {
		f.from = f.log[drop-1].revision
		f.first += drop
		f.log = slices.Clone(f.log[drop:]) // not the same array: it would keep what is dropped
	}
	for s := range f.subs {
		if s.attached && s.next < f.first {
			f.dropped++
			s.stop(ErrSlow)
		}
	}
	close(f.changed)
	f.changed = make(chan struct{})
}

// end ends all listeners.
func (f *Feed) end(why error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for s := range f.subs {
		s.stop(why)
	}
	f.idle()
}

// idle forgets the log: nobody listens.
func (f *Feed) idle() {
	f.log, f.first, f.from, f.head = nil, 0, 0, Mark{}
	clear(f.known)
}
