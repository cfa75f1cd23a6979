package doorbell

import (
	"context"
	"fmt"
	"sync"
	"time"

	"lintu/kg"
)

// turns bound how many moves a process makes at once: a store takes one batch after another anyway. Presses have turns of
// their own, so that who rings does not wait behind those who answer.
type turns chan struct{}

const atATime = 4

// take waits for a turn; give gives it back.
func (t turns) take(ctx context.Context) error {
	select {
	case t <- struct{}{}:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("doorbell: waiting for a turn: %w", kg.ErrTimeout)
	}
}

func (t turns) give() { <-t }

// precedence is of presses: while one is under way other moves do not begin, so that it has the processor and the store's
// writer to itself, but for what had begun before. It makes each of them wait no longer than its patience, however many
// press.
type precedence struct {
	patience time.Duration

	mu      sync.Mutex
	presses int
	clear   chan struct{} // closed when none is under way any more
}

// patience is a little longer than a press takes. Four moves at a time that each wait so long are as many as the answers to
// eight presses a second.
const patience = 25 * time.Millisecond

// press begins a press, and gives what ends it.
func (p *precedence) press() (end func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.presses++; p.presses == 1 {
		p.clear = make(chan struct{})
	}
	return func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		if p.presses--; p.presses == 0 {
			close(p.clear)
		}
	}
}

// wait lets presses go first.
func (p *precedence) wait(ctx context.Context) {
	p.mu.Lock()
	over, none := p.clear, p.presses == 0
	p.mu.Unlock()
	if none {
		return
	}
	enough := time.NewTimer(p.patience)
	defer enough.Stop()
	select {
	case <-over:
	case <-enough.C:
	case <-ctx.Done():
	}
}
