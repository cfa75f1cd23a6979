package tail

import (
	"context"
	"time"
)

// Follow does something until the context ends: after each poll, and at once when it is woken; nil wakes never. n counts
// the times from 1. changed is told of the error when do begins to fail, and of nil when it is well again; of what the
// end of the context leads to it is not told.
func Follow(ctx context.Context, poll time.Duration, wake <-chan struct{}, do func(n int) error, changed func(error)) {
	ticker := time.NewTicker(poll)
	defer ticker.Stop()
	failing := false
	for n := 1; ; n++ {
		select {
		case <-ctx.Done():
			return
		case <-wake:
		case <-ticker.C:
		}
		err := do(n)
		if ctx.Err() != nil {
			return
		}
		if failing != (err != nil) {
			failing = !failing
			changed(err)
		}
	}
}
