package cli

import (
	"fmt"
	"sync"

	"lintu/internal/term"
)

// work tells how far a long piece of work is: to a person at a terminal, where there is one, and on /readyz.
type work struct {
	out term.Progress // nil: nobody watches
	say func(what string)

	mu      sync.Mutex
	running bool
	at      int64
	total   int64 // as it was told first
}

// step tells that a piece of work is at done of total steps; a total of zero means that nobody knows. The first step
// begins the piece, done ends it. A total may change on the way: the last step is the one that reaches it.
func (w *work) step(label string, at, total int64) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.running {
		w.running, w.at, w.total = true, 0, total
		if w.out != nil {
			w.out.Start(total, label)
		}
	}
	shown := at
	if total > 0 && at >= total {
		shown = w.total
	}
	if w.out != nil {
		w.out.Add(shown - w.at)
	}
	w.at = shown
	if total > 0 {
		w.say(fmt.Sprintf("%s: %d of %d (%d %%)", label, at, total, 100*at/total))
	} else {
		w.say(fmt.Sprintf("%s: %d", label, at))
	}
}

// done ends the piece of work, if one runs.
func (w *work) done() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.running && w.out != nil {
		w.out.Done()
	}
	w.running = false
}

// counting makes a progress one piece of work.
func (w *work) counting(label string) func(done, total int) {
	return func(done, total int) { w.step(label, int64(done), int64(total)) }
}
