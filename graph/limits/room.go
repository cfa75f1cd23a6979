package limits

import (
	"context"
	"fmt"
	"net/http"
	"sync/atomic"
	"time"
)

// Room is where operations run: so many at a time, and some more that wait their turn.
type Room struct {
	places  chan struct{}
	waiting atomic.Int64
}

// The line before a room: for each place so many may wait, so long.
const (
	lineForOne = 16
	patience   = 2 * time.Second
)

// NewRoom has room for n operations at a time; nil, which has room for all, where n is 0.
func NewRoom(n int) *Room {
	if n <= 0 {
		return nil
	}
	return &Room{places: make(chan struct{}, n)}
}

// Enter waits for a place and returns how to leave it. The error is a *Busy where the line is too long or did not move, and
// the context's own where that ends first.
func (r *Room) Enter(ctx context.Context) (leave func(), err error) {
	if r == nil {
		return func() {}, nil
	}
	select {
	case r.places <- struct{}{}:
		return r.leave, nil
	default:
	}
	defer r.waiting.Add(-1)
	if r.waiting.Add(1) > int64(cap(r.places)*lineForOne) {
		return nil, r.full()
	}
	enough := time.NewTimer(patience)
	defer enough.Stop()
	select {
	case r.places <- struct{}{}:
		return r.leave, nil
	case <-enough.C:
		return nil, r.full()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (r *Room) leave() { <-r.places }

func (r *Room) full() error {
	return &Busy{
		Limit: ConcurrencyLimit, Wait: patience, Code: http.StatusServiceUnavailable,
		Text: fmt.Sprintf("the server runs %d operations already and more wait; ask again in a moment", cap(r.places)),
	}
}
