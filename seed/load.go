package seed

import (
	"context"
	"fmt"

	"lintu/store"
)

// Load makes the town and applies it to the store, which is first marked as this demo's and as loading, and in the end
// as ready. Of two demos that begin on one empty store at once, one gets it and the other an error. It refuses every store but an empty one (revision 0 and no other demo's mark)
// and one that is marked as the same demo and still loading, cleared or not: batches that were applied before give
// their first result again, so an interrupted load can be run again with the same batch size.
//
// The store is best made with Key as its key, so that a later import into it finds the demo's things.
func Load(ctx context.Context, st store.Store, t Town, o Options) error {
	status, err := st.Ready(ctx)
	if err != nil {
		return fmt.Errorf("loading %s: %w", t.Mark(o.Seed), err)
	}
	if err := t.admits(status, o.Seed); err != nil {
		return err
	}
	mark := t.Mark(o.Seed)
	if _, err := st.Apply(ctx, &store.Batch{State: store.StateLoading, Demo: mark}); err != nil {
		return fmt.Errorf("loading %s: %w", mark, err)
	}
	err = t.Generate(o, func(b *store.Batch) error {
		b.Demo = mark // refused where another demo has come in between
		if o.BatchSize != 0 && o.BatchSize != DefaultBatchSize {
			b.ID += fmt.Sprintf("/%d", o.BatchSize) // another size puts other changes into the batch with the number
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		_, err := st.Apply(ctx, b)
		return err
	})
	if err != nil {
		return err
	}
	if _, err := st.Apply(ctx, &store.Batch{State: store.StateReady, Demo: mark}); err != nil {
		return fmt.Errorf("loading %s: %w", mark, err)
	}
	return nil
}

// RefusedError says why demo data may not go into a store.
type RefusedError struct {
	Demo   string // that was to be loaded
	Status store.Status
}

func (e *RefusedError) Error() string {
	switch {
	case e.Status.Demo == "":
		return fmt.Sprintf("demo data (%s) goes into empty stores only: this one holds a graph (revision %d) that is not a demo's; use another store", e.Demo, e.Status.Revision)
	case e.Status.Demo != e.Demo:
		return fmt.Sprintf("this store holds the demo %q; use another store for %q", e.Status.Demo, e.Demo)
	}
	return fmt.Sprintf("this store holds the whole demo %q already", e.Demo)
}

// admits says whether the demo may be loaded into a store with the status.
func (t Town) admits(s store.Status, seed uint64) error {
	mark := t.Mark(seed)
	empty := s.Revision == 0 && (s.Demo == "" || s.Demo == mark)
	again := s.Demo == mark && s.State == store.StateLoading
	if empty || again {
		return nil
	}
	return &RefusedError{Demo: mark, Status: s}
}
