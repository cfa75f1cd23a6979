package doorbell

import (
	"sync"
	"time"
)

// Clock is where a Doorbell has the time from. Elapsed is a monotonic reading: it counts from some instant of the
// process and never jumps.
type Clock interface {
	Now() time.Time
	Elapsed() time.Duration
}

// steady is a clock that never goes back, whatever the clock of the machine does: where that jumps back, time goes on
// by what has elapsed. A step that is due stays due.
type steady struct {
	clock Clock

	mu      sync.Mutex
	last    time.Time
	elapsed time.Duration
}

func (s *steady) now() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	now, elapsed := s.clock.Now(), s.clock.Elapsed()
	if on := s.last.Add(elapsed - s.elapsed); !s.last.IsZero() && now.Before(on) {
		now = on
	}
	s.last, s.elapsed = now, elapsed
	return now
}

// atLeast brings the clock forward to an instant that is known to have been.
func (s *steady) atLeast(t time.Time) {
	s.now()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.last.Before(t) {
		s.last = t
	}
}
