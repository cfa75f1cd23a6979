package trail

import "time"

// Expect says that an operation has begun that may bring a record, until done is called. Records wait for one another a
// moment (Options.Gather): one write and one sync of eight records cost hardly more than of one. Without it nothing waits.
func (t *Trail) Expect() (done func()) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.expected++
	t.lately = max(t.lately, t.expected)
	return func() {
		t.mu.Lock()
		defer t.mu.Unlock()
		t.expected--
	}
}

// gather waits until as many records wait as are worth a write, or until the first has waited long enough.
func (t *Trail) gather() {
	t.mu.Lock()
	enough := make(chan struct{})
	t.enough = enough
	t.gathered()
	t.mu.Unlock()
	timer := time.NewTimer(t.o.Gather)
	defer timer.Stop()
	select {
	case <-enough:
	case <-timer.C:
	}
}

// gathered ends a writer's wait when half of what is expected is there: the other half is worked on while this one is
// written. Expected are as many as were under way at once since the last write: right after it, those that it has answered
// are over and the next of their clients have not come yet. The lock is held.
func (t *Trail) gathered() {
	if t.enough != nil && (t.closed || 2*len(t.queue) >= t.lately) {
		close(t.enough)
		t.enough = nil
	}
}
