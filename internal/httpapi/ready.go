package httpapi

import (
	"context"
	"net/http"
	"sync"
	"time"

	"lintu/trust"
)

// Readiness is what /readyz tells. Whoever builds it fills what it knows.
type Readiness struct {
	Ready            bool     `json:"ready"`
	Reasons          []string `json:"reasons,omitempty"`          // why not, in words for the person who runs the server
	Engine           string   `json:"engine,omitempty"`           // sqlite or neo4j
	Store            string   `json:"store,omitempty"`            // ok, or what is wrong with it
	SchemaVersion    int      `json:"schemaVersion,omitempty"`    // of the store
	State            string   `json:"state,omitempty"`            // of the data in the store, or of the server
	SnapshotRevision int64    `json:"snapshotRevision,omitempty"` // the revision that distances are answered from
}

// freshFor is how long one check answers for all probes, so that probes cannot tire out the store.
const freshFor = 500 * time.Millisecond

// readyCheck asks one question at a time and waits for the answer no longer than limit.
type readyCheck struct {
	limit time.Duration
	now   func() time.Time

	mu      sync.Mutex
	ask     func(context.Context) Readiness
	running *readyRun
	last    Readiness
	lastAt  time.Time
}

type readyRun struct {
	ctx    context.Context // ends when the limit is reached
	done   chan struct{}   // closed when answer is set
	answer Readiness
}

func (c *readyCheck) use(ask func(context.Context) Readiness) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ask, c.running, c.lastAt = ask, nil, time.Time{}
}

// get returns an answer that is at most freshFor old, or says within limit that there is none. A
// call of ask that hangs is not repeated until it ends: it would only hang once more.
func (c *readyCheck) get() Readiness {
	c.mu.Lock()
	if c.ask == nil {
		c.mu.Unlock()
		return Readiness{State: "starting", Reasons: []string{"the store is not open yet"}}
	}
	if c.now().Sub(c.lastAt) < freshFor {
		defer c.mu.Unlock()
		return c.last
	}
	if c.running == nil {
		c.running = c.start(c.ask)
	}
	run := c.running
	c.mu.Unlock()

	select {
	case <-run.done:
		return run.answer
	case <-run.ctx.Done():
	}
	select {
	case <-run.done: // both came at once
		return run.answer
	default:
		return Readiness{Store: "silent", Reasons: []string{"the store did not answer within " + c.limit.String()}}
	}
}

func (c *readyCheck) start(ask func(context.Context) Readiness) *readyRun {
	ctx, cancel := context.WithTimeout(context.Background(), c.limit)
	run := &readyRun{ctx: ctx, done: make(chan struct{})}
	go func() {
		defer cancel()
		run.answer = safely(ctx, ask)
		c.mu.Lock()
		if c.running == run { // not replaced by use
			c.running, c.last, c.lastAt = nil, run.answer, c.now()
		}
		c.mu.Unlock()
		close(run.done)
	}()
	return run
}

// safely keeps a panic of ask, which runs in no request, from ending the process.
func safely(ctx context.Context, ask func(context.Context) Readiness) (r Readiness) {
	defer func() {
		if recover() != nil {
			r = Readiness{Reasons: []string{"the check itself failed"}}
		}
	}()
	r = ask(ctx)
	if ctx.Err() != nil && r.Ready { // an answer that came too late is none
		r.Ready, r.Reasons = false, append(r.Reasons, "the store answered too late")
	}
	return r
}

func (s *Server) serveHealth(w http.ResponseWriter, _ *http.Request) {
	writeJSON(w, http.StatusOK, "application/json", map[string]bool{"alive": true})
}

func (s *Server) serveReady(w http.ResponseWriter, r *http.Request) {
	answer := s.readiness()
	status := http.StatusOK
	if !answer.Ready {
		status = http.StatusServiceUnavailable
	}
	if v, err := s.admit(r); err != nil || !v.Has(trust.Operator) && !v.Has(trust.Admin) { // what it says is of machines
		answer = Readiness{Ready: answer.Ready}
	}
	writeJSON(w, status, "application/json", answer)
}

func (s *Server) readiness() Readiness {
	if s.draining.Load() {
		return Readiness{State: "stopping", Reasons: []string{"the server is shutting down"}}
	}
	return s.ready.get()
}
