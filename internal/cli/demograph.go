package cli

import (
	"context"
	"fmt"
	"time"

	"lintu/store"
)

// graphStore is what a demo needs of an engine that cannot be filled under another name.
type graphStore interface {
	store.Store
	// Clear makes the store an empty one; until it is done the store is loading.
	Clear(ctx context.Context) error
}

// inGraph opens the town's database. While it is filled its state is "loading", so that a load that was broken off is
// known for what it is, and begun anew.
func (d *demo) inGraph(ctx context.Context) (store.Store, error) {
	fmt.Fprintf(d.program.Stderr, "Opening %s ...\n", d.where())
	opened, err := d.open(ctx, d.opening())
	if err != nil {
		return nil, fmt.Errorf("%s: %w", d.where(), err)
	}
	d.adopt(opened) // from now on /readyz tells its state
	st, ok := opened.(graphStore)
	if !ok {
		return nil, fmt.Errorf("a demo cannot be made in a store of the engine %s", d.cfg.Store.Engine)
	}
	return st, d.fillGraph(ctx, st)
}

func (d *demo) fillGraph(ctx context.Context, st graphStore) error {
	status, err := st.Ready(ctx)
	if err != nil {
		return err
	}
	switch {
	case status.Demo != "" && status.State == store.StateLoading:
		if err := d.clear(ctx, st, status.Revision); err != nil {
			return err
		}
		return d.fill(ctx, st)
	case status.Demo == "" && status.Revision == 0: // empty; what is not Lintu's was refused when it was opened
		return d.fill(ctx, st)
	}
	return d.check(status)
}

// watchFor is how long a load that seems broken off is watched before it is cleared. A load that runs applies a batch
// in less time.
const watchFor = 3 * time.Second

// clear deletes what a load left that was broken off. There is no lock that another process would hold while it loads:
// the revision, which moves, gives it away.
func (d *demo) clear(ctx context.Context, st graphStore, revision store.Revision) error {
	d.say("a load was broken off here, or runs: finding out which")
	select {
	case <-time.After(watchFor):
	case <-ctx.Done():
		return ctx.Err()
	}
	status, err := st.Ready(ctx)
	switch {
	case err != nil:
		return err
	case status.Revision != revision || status.State != store.StateLoading:
		return fmt.Errorf("another process is loading a demo into %s: wait until it is done, and start again", d.where())
	}
	fmt.Fprintln(d.program.Stderr, "A load was broken off here; clearing what it left ...")
	d.say("clearing what a load left that was broken off")
	return st.Clear(ctx)
}
