package retain

import (
	"context"
	"errors"
	"fmt"
	"time"

	"lintu/doorbell/figures"
	"lintu/kg"
	"lintu/own"
	"lintu/store"
)

// Keeper ends the time of keeping in a store.
type Keeper struct {
	Store   store.Store
	Key     store.Key // of the installation: the ids of the doors where past rings stand are made under it
	Own     *own.Own  // who erases
	Zone    *time.Location
	Now     func() time.Time
	Periods Periods
	// Applied is told what a batch has changed; nil: nobody is.
	Applied func(context.Context, store.Change) error
	// Progress is called with what of a class is done; total is what was due at the beginning. nil: nobody watches.
	Progress func(c Class, done, total int)
}

// Due is what of a class is due.
type Due struct {
	Class Class         `json:"class"`
	Kept  time.Duration `json:"-"`
	Due   int           `json:"due"`  // rings, people, households
	Done  int           `json:"done"` // of them, by Apply
}

// Count says what is due now, class by class, and changes nothing.
func (k *Keeper) Count(ctx context.Context) ([]Due, error) {
	if err := k.Periods.Check(); err != nil {
		return nil, err
	}
	found, err := k.scan(ctx)
	if err != nil {
		return nil, err
	}
	rings, err := k.ringsDue(ctx)
	if err != nil {
		return nil, err
	}
	var out []Due
	for _, c := range Classes {
		due := Due{Class: c.Class, Kept: k.Periods.Of(c.Class), Due: len(found[c.Class])}
		if c.Class == Rings {
			due.Due = rings
		}
		out = append(out, due)
	}
	return out, nil
}

// Apply takes away what is due, in batches. What others change meanwhile is left for the next time; a run that is broken
// off has done what Done says, and the next goes on.
func (k *Keeper) Apply(ctx context.Context) ([]Due, error) {
	all, err := k.Count(ctx)
	if err != nil {
		return nil, err
	}
	for i := range all {
		d := &all[i]
		if d.Due == 0 {
			continue
		}
		work := map[Class]func(context.Context, *Due) error{
			Rings: k.reduceRings, Presence: k.trimPeople, Ended: k.eraseEnded, Consents: k.trimPeople, Corrections: k.trimPeople,
		}[d.Class]
		if err := work(ctx, d); err != nil {
			return all, fmt.Errorf("retain: %s: %w", d.Class, err)
		}
	}
	return all, nil
}

// Claim says whether this process is the one that works on a day: of several on one store the first that asks.
func (k *Keeper) Claim(ctx context.Context, on kg.Date) (bool, error) {
	done, err := k.Store.Apply(ctx, &store.Batch{ID: "retain/" + on.String()})
	if err != nil {
		return false, err
	}
	return !done.Repeated, nil
}

func (k *Keeper) today() kg.Date { return kg.DateOf(k.Now(), k.Zone) }

// before is the instant before which what a class is measured from is due.
func (k *Keeper) before(c Class) time.Time { return k.Now().Add(-k.Periods.Of(c)) }

// dayBefore is the last day of which what ended is due.
func (k *Keeper) dayBefore(c Class) kg.Date { return kg.DateOf(k.before(c), k.Zone) }

func (k *Keeper) step(d *Due, n int) {
	d.Done += n
	if k.Progress != nil {
		k.Progress(d.Class, d.Done, max(d.Due, d.Done))
	}
}

// apply applies a batch that forgets. nil: others were faster, and it is left for the next time.
func (k *Keeper) apply(ctx context.Context, changes []store.Mutation) (*store.Applied, error) {
	if len(changes) == 0 {
		return &store.Applied{}, nil
	}
	done, err := k.Store.Apply(ctx, &store.Batch{Changes: changes, Today: k.today(), Forget: true})
	if errors.Is(err, kg.ErrConflict) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	if k.Applied != nil && done.Change != nil {
		_ = k.Applied(ctx, *done.Change) // whoever was to be told follows the journal, too
	}
	return done, nil
}

func (k *Keeper) figures() *figures.Reader { return &figures.Reader{Store: k.Store, Zone: k.Zone} }
