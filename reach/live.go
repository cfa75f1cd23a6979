package reach

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"lintu/kg"
	"lintu/store"
	"lintu/store/tail"
)

// Reach keeps a snapshot level with a store. Its methods are safe for concurrent use.
type Reach struct {
	options Options
	current atomic.Pointer[Snapshot]
	wake    chan struct{} // asks Follow for a rebuild at once

	patching sync.Mutex // who holds it may replace current

	mu        sync.Mutex // guards the following
	lag       time.Duration
	lastError error
}

// Status is how a Reach is doing.
type Status struct {
	Ready     bool           // there is a snapshot
	Revision  store.Revision // of the snapshot
	Lag       time.Duration  // how long the store has not been followed; 0 while it is
	LastError error          // why not; nil while it is
}

// New makes a Reach; Start builds its snapshot.
func New(o Options) *Reach {
	return &Reach{options: o, wake: make(chan struct{}, 1)}
}

// Snapshot is the latest snapshot, nil before Start is done.
func (r *Reach) Snapshot() *Snapshot { return r.current.Load() }

// Status says how the Reach is doing.
func (r *Reach) Status() Status {
	r.mu.Lock()
	defer r.mu.Unlock()
	st := Status{Lag: r.lag, LastError: r.lastError}
	if s := r.current.Load(); s != nil {
		st.Ready, st.Revision = true, s.revision
	}
	return st
}

// Start builds the first snapshot; a Reach without it answers nothing. It may be called again after an error.
func (r *Reach) Start(ctx context.Context) error {
	o, err := r.options.withDefaults()
	if err != nil {
		return err
	}
	s, err := Build(ctx, o)
	if err != nil {
		r.note(err, 0)
		return err
	}
	s.ahead(o.Now)
	r.replace(s)
	_, err = r.patch(ctx) // what was applied since, by those who saw no snapshot to patch
	r.note(err, 0)
	return err
}

// replace makes a snapshot the current one.
func (r *Reach) replace(s *Snapshot) {
	r.patching.Lock()
	defer r.patching.Unlock()
	r.current.Store(s)
}

// Applied brings the snapshot up to a revision that this process has just made, so that the edit is in every
// answer from now on. Where the edit, or another one before it, was too large to be listed, the snapshot is built
// anew beside the old one by Follow, and Applied does not wait for it.
func (r *Reach) Applied(ctx context.Context, rev store.Revision) error {
	if s := r.current.Load(); s == nil || s.revision >= rev {
		return nil
	}
	rebuild, err := r.patch(ctx)
	if rebuild {
		r.wakeUp()
	}
	return err
}

func (r *Reach) wakeUp() {
	select {
	case r.wake <- struct{}{}:
	default: // it is awake
	}
}

// patch brings the current snapshot up to the journal.
func (r *Reach) patch(ctx context.Context) (rebuild bool, _ error) {
	r.patching.Lock()
	defer r.patching.Unlock()
	now := r.current.Load()
	next, rebuild, err := level(ctx, r.options.Store, now)
	if err != nil {
		return false, err
	}
	if next != now {
		r.current.Store(next)
	}
	return rebuild, nil
}

// readyEvery is how many polls there are between two questions whether the store is still the same graph.
const readyEvery = 10

// Follow keeps the snapshot level with the store until the context ends: it patches what the journal lists, builds
// anew beside the old snapshot where the journal does not, keeps the old one while the store cannot be reached, and
// goes on when it is back; the view of Options.Now's day is made before somebody asks. Before Start is done it waits.
func (r *Reach) Follow(ctx context.Context) {
	o, err := r.options.withDefaults()
	if err != nil {
		r.note(err, 0)
		return
	}
	tail.Follow(ctx, o.Poll, r.wake, func(n int) error {
		if r.current.Load() == nil {
			return nil
		}
		err := r.poll(ctx, o, n%readyEvery == 0)
		r.current.Load().ahead(o.Now)
		if ctx.Err() == nil {
			r.note(err, o.Poll)
		}
		return err
	}, func(err error) {
		if err == nil {
			o.Logger.Info("reach: the store is followed again", "revision", r.Snapshot().revision)
			return
		}
		o.Logger.Warn("reach: the store is not followed; answers keep the old revision", "error", err, "revision", r.Snapshot().revision)
	})
}

// poll follows once.
func (r *Reach) poll(ctx context.Context, o Options, askReady bool) error {
	rebuild := false
	if askReady {
		reset, err := r.wasReset(ctx, o)
		if err != nil {
			return err
		}
		rebuild = reset
	}
	if !rebuild {
		var err error
		if rebuild, err = r.patch(ctx); err != nil {
			return err
		}
	}
	if !rebuild {
		return nil
	}
	o.Logger.Info("reach: building the snapshot anew", "revision", r.Snapshot().revision)
	s, err := Build(ctx, o)
	if err != nil {
		return err
	}
	s.ahead(o.Now)
	r.replace(s)
	o.Logger.Info("reach: snapshot built", "revision", s.revision)
	_, err = r.patch(ctx)
	return err
}

// wasReset asks whether the store was emptied and loaded again.
func (r *Reach) wasReset(ctx context.Context, o Options) (bool, error) {
	visit, cancel := context.WithTimeout(ctx, journalTimeout)
	defer cancel()
	status, err := o.Store.Ready(visit)
	if err != nil {
		return false, fmt.Errorf("reach: %w", err)
	}
	if status.State != store.StateReady {
		return false, fmt.Errorf("reach: the store is %s: %w", status.State, kg.ErrUnavailable)
	}
	return status.Revision < r.Snapshot().revision, nil
}

// note keeps how a poll went.
func (r *Reach) note(err error, waited time.Duration) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.lastError = err
	if err == nil {
		r.lag = 0
		return
	}
	if errors.Is(err, kg.ErrTimeout) || errors.Is(err, context.DeadlineExceeded) {
		waited += journalTimeout
	}
	r.lag += waited
}
