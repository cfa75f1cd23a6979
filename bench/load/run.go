package load

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"
)

// Closed asks over conns connections for d; each asks again as soon as it is answered. The first answer that is an
// error ends the run.
func Closed(ctx context.Context, t *Target, conns int, d time.Duration) (Times, error) {
	requests := t.requests()
	start := time.Now()
	end := start.Add(d)
	parts := make([][]time.Duration, conns)
	err := each(ctx, t, conns, func(ctx context.Context, n int, c *conn) error {
		for i := rand.IntN(len(requests)); ; i++ {
			asked := time.Now()
			if !asked.Before(end) || ctx.Err() != nil {
				return ctx.Err()
			}
			if _, err := c.ask(requests[i%len(requests)]); err != nil {
				return err
			}
			parts[n] = append(parts[n], time.Since(asked))
		}
	})
	return timesOf(parts, time.Since(start)), err
}

// Open asks at a fixed rate a second for d, over at most conns connections at once. Requests are due at even distances
// and timed from the moment they were due.
func Open(ctx context.Context, t *Target, rate float64, conns int, d time.Duration) (Times, error) {
	requests := t.requests()
	total := int64(rate * d.Seconds())
	gap := time.Duration(float64(time.Second) / rate)
	offset := rand.IntN(len(requests))
	var next atomic.Int64
	parts := make([][]time.Duration, conns)
	start := time.Now()
	err := each(ctx, t, conns, func(ctx context.Context, n int, c *conn) error {
		for {
			i := next.Add(1) - 1
			if i >= total {
				return nil
			}
			due := start.Add(time.Duration(i) * gap)
			if err := sleepUntil(ctx, due); err != nil {
				return err
			}
			if _, err := c.ask(requests[(int(i)+offset)%len(requests)]); err != nil {
				return err
			}
			parts[n] = append(parts[n], time.Since(due))
		}
	})
	return timesOf(parts, time.Since(start)), err
}

func sleepUntil(ctx context.Context, due time.Time) error {
	wait := time.Until(due)
	if wait <= 0 {
		return ctx.Err()
	}
	select {
	case <-time.After(wait):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// each runs f once for each of conns connections, at once, and gives the first error.
func each(ctx context.Context, t *Target, conns int, f func(ctx context.Context, n int, c *conn) error) error {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	opened := make([]*conn, conns)
	for n := range opened {
		c, err := dial(ctx, t.Addr)
		if err != nil {
			return fmt.Errorf("%s: %w", t.Addr, err)
		}
		defer c.close()
		opened[n] = c
	}
	var group sync.WaitGroup
	for n, c := range opened {
		group.Go(func() {
			if err := f(ctx, n, c); err != nil {
				stop(err)
			}
		})
	}
	group.Wait()
	if err := context.Cause(ctx); err != nil {
		return fmt.Errorf("%s%s: %w", t.Addr, t.Path, err)
	}
	return nil
}
