package limits

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"sync"
	"testing"
	"time"

	"lintu/kg"
)

func TestAViewersRateIsABucketThatFillsAgain(t *testing.T) {
	now := time.Unix(1e9, 0)
	r := NewRates(Limits{Rate: 10, Burst: 5}, func() time.Time { return now })
	one, other := Viewer{Key: "one"}, Viewer{Key: "other"}
	for i := range 5 {
		if err := r.Take(one, 1); err != nil {
			t.Fatalf("operation %d: %v", i, err)
		}
	}
	for range 3 { // being refused costs nothing
		var busy *Busy
		if err := r.Take(one, 1); !errors.As(err, &busy) || !errors.Is(err, kg.ErrLimit) || busy.Status() != http.StatusTooManyRequests || busy.RetryAfter() != 100*time.Millisecond || busy.Limit != RateLimit {
			t.Fatalf("got %v", err)
		}
	}
	if err := r.Take(other, 5); err != nil {
		t.Errorf("another viewer: %v", err)
	}
	now = now.Add(300 * time.Millisecond)
	if err := r.Take(one, 3); err != nil {
		t.Errorf("after 0.3 s: %v", err)
	}
	if err := r.Take(one, 1); err == nil {
		t.Error("a fourth was let through")
	}
	now = now.Add(time.Hour)
	if err := r.Take(one, 50); err != nil { // more than the bucket holds: all of it
		t.Errorf("a large one: %v", err)
	}
	if err := r.Take(one, 1); err == nil {
		t.Error("after a large one another was let through")
	}
	if err := r.Take(Viewer{}, 1000); err != nil {
		t.Errorf("nobody: %v", err)
	}
	if err := NewRates(Limits{Burst: 5}, nil).Take(one, 1000); err != nil {
		t.Errorf("without a limit: %v", err)
	}
}

func TestRatesAreRememberedOfSoManyViewers(t *testing.T) {
	r := NewRates(Limits{Rate: 1, Burst: 1}, func() time.Time { return time.Unix(1e9, 0) })
	for i := range 3 * maxBuckets {
		if err := r.Take(Viewer{Key: strconv.Itoa(i)}, 1); err != nil {
			t.Fatal(err)
		}
	}
	if n := r.buckets.Len(); n != maxBuckets {
		t.Errorf("%d are kept", n)
	}
}

func TestWhatCostsMuchCountsAsSeveral(t *testing.T) {
	for cost, want := range map[int]int{0: 1, 999: 1, 1000: 2, 20000: 21} {
		if got := Weight(cost); got != want {
			t.Errorf("%d: %d", cost, got)
		}
	}
}

func TestARoomHoldsSoManyAndTheLineBeforeItSoMany(t *testing.T) {
	r := NewRoom(2)
	var leave []func()
	for range 2 {
		l, err := r.Enter(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		leave = append(leave, l)
	}
	ctx, cancel := context.WithCancel(t.Context())
	type entered struct {
		leave func()
		err   error
	}
	in := make(chan entered, 2*lineForOne)
	var line sync.WaitGroup
	for range 2 * lineForOne {
		line.Go(func() {
			l, err := r.Enter(ctx)
			in <- entered{l, err}
		})
	}
	for r.waiting.Load() < 2*lineForOne {
		time.Sleep(time.Millisecond)
	}
	var busy *Busy
	if _, err := r.Enter(t.Context()); !errors.As(err, &busy) || busy.Status() != http.StatusServiceUnavailable || busy.RetryAfter() <= 0 || busy.Limit != ConcurrencyLimit {
		t.Errorf("one more than the line takes: %v", err)
	}
	leave[0]()
	first := <-in
	if first.err != nil {
		t.Fatalf("the first of the line: %v", first.err)
	}
	cancel()
	line.Wait()
	close(in)
	for e := range in {
		if !errors.Is(e.err, context.Canceled) {
			t.Errorf("one that left the line: %v", e.err)
		}
	}
	if r.waiting.Load() != 0 || len(r.places) != 2 {
		t.Errorf("%d wait, %d are in", r.waiting.Load(), len(r.places))
	}
	first.leave()
	leave[1]()
	if len(r.places) != 0 {
		t.Errorf("%d are in", len(r.places))
	}
	if l, err := NewRoom(0).Enter(ctx); err != nil || l == nil {
		t.Errorf("without a limit: %v", err)
	}
}
