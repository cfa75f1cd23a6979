package doorbell

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"lintu/kg"
	"lintu/reach"
	"lintu/store"
)

// Options is what a Doorbell needs.
type Options struct {
	Store    store.Store
	Key      store.Key // of the installation: ids of records are derived under it
	Snapshot func() *reach.Snapshot
	Clock    Clock
	Notifier Notifier                         // nil: Log
	Zone     *time.Location                   // the site's; nil: Asia/Shanghai
	Policies map[string]*Policy               // by id; nil: those that are shipped
	Process  string                           // name of the process, in timelines
	Link     func(*kg.Ring, *kg.Alert) string // opens an alert for its person; nil: messages hold no link
	Random   io.Reader                        // of door words; nil: crypto/rand
	Logger   *slog.Logger                     // nil: nothing is logged
	Moved    func(Moved)                      // told of each move of this process once it is stored; nil: nobody is
	Poll     time.Duration
	Journal  Journal // for rings while the store is away; nil: such presses fail
}

// Moved is what one batch did to a ring. It is read-only.
type Moved struct {
	Before    *kg.Ring // nil for a new ring
	After     *kg.Ring
	Household kg.ID // where it rings
	Events    []*kg.RingEvent
}

// Doorbell makes rings and moves them. Nothing rests on what it remembers of them; all methods are safe for concurrent use, in
// any number of processes on one store.
//
// Errors are those of kg: ErrNotFound for what does not exist, ErrConflict for a move that is illegal where things
// stand (an IllegalError says where they stand), ErrUnavailable and ErrTimeout of the store.
type Doorbell struct {
	o        Options
	clock    *steady
	caughtUp atomic.Bool // the clock is not before the last entry of a timeline
	news     news
	opens    opens
	roster   roster
	off      cutOff
	silent   atomic.Bool // the store has let a press wait in vain, and has answered nobody since
	silence  silence
	kept     kept
	running  sync.WaitGroup // what goes on beside the answering of presses
	inline   bool           // a test: nothing goes on beside
	presses  turns
	others   turns
	first    precedence
}

// New makes a Doorbell; its error is about options that do not fit together.
func New(o Options) (*Doorbell, error) {
	if o.Zone == nil {
		zone, err := time.LoadLocation("Asia/Shanghai")
		if err != nil {
			return nil, fmt.Errorf("doorbell: time zone of the site: %w", err)
		}
		o.Zone = zone
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Policies == nil {
		o.Policies = Policies()
	}
	if o.Random == nil {
		o.Random = rand.Reader
	}
	if o.Notifier == nil {
		o.Notifier = Log{Logger: o.Logger}
	}
	if o.Poll <= 0 {
		o.Poll = defaultPoll
	}
	for _, name := range []string{cityPolicy, villagePolicy} {
		if newest(o.Policies, name) == nil {
			return nil, kg.Invalid("policies", "there is none called "+name, "policies called city and village")
		}
	}
	o.Notifier, o.Store = drillOnly{o.Notifier}, counted{o.Store}
	d := &Doorbell{o: o, clock: &steady{clock: o.Clock}, presses: make(turns, atATime), others: make(turns, atATime), first: precedence{patience: patience}}
	return d, d.off.recall(o.Journal)
}

// IllegalError says that a move is not one that can be made where things stand.
type IllegalError struct {
	ID    kg.ID
	Move  string
	State string
	Why   string
}

func (e *IllegalError) Error() string {
	return fmt.Sprintf("%s: %s is not possible while it is %s: %s", e.ID, e.Move, e.State, e.Why)
}

// Unwrap makes errors.Is(err, kg.ErrConflict) hold.
func (e *IllegalError) Unwrap() error { return kg.ErrConflict }

// moveTries is how often a move is tried that others are faster than.
const moveTries = 20

// move loads a ring, changes it by f, does what is due, and stores the whole as one batch that counts on the ring's
// version; where somebody was faster, it begins anew. What is to be told is then handed over.
func (d *Doorbell) move(ctx context.Context, ring kg.ID, actor string, f func(*incident) error) (*incident, error) {
	return d.attempt(ctx, d.others, func() (*incident, error) {
		in, err := d.resume(ctx, ring, actor)
		if err != nil {
			return nil, err
		}
		return in, f(in)
	})
}

// attempt makes a change by prepare, and hands over what it wrote.
func (d *Doorbell) attempt(ctx context.Context, t turns, prepare func() (*incident, error)) (*incident, error) {
	in, err := d.commit(ctx, t, prepare)
	if err == nil {
		d.deliver(ctx, in)
	}
	return in, err
}

// commit makes a change by prepare until it stands.
func (d *Doorbell) commit(ctx context.Context, t turns, prepare func() (*incident, error)) (*incident, error) {
	urgent := t == d.presses
	if urgent {
		defer d.first.press()()
	} else {
		d.first.wait(ctx)
	}
	if err := t.take(ctx); err != nil {
		return nil, err
	}
	defer t.give()
	for try := 1; ; try++ {
		in, err := prepare()
		if err == nil {
			in.urgent = urgent
			err = in.settle()
		}
		last := try == moveTries || ctx.Err() != nil
		if in != nil && in.remembered != nil && (err != nil || !in.dirty) && !last && !d.still(ctx, in, err) {
			continue // no batch shows whether the ring is still as it is remembered: the store is asked
		}
		if err != nil {
			return nil, err
		}
		if err = in.save(); err == nil {
			d.silent.Store(false)
			return in, nil
		}
		var conflict *kg.ConflictError
		faster := errors.As(err, &conflict) || errors.Is(err, kg.ErrNotFound) // of the ring, or of a person who was to be called
		if !faster || last {
			return nil, err
		}
	}
}

// view is what holds today.
func (d *Doorbell) view(now time.Time) store.View {
	return store.View{Scope: store.Scope{All: true}, AsOf: kg.DateOf(now, d.o.Zone)}
}
