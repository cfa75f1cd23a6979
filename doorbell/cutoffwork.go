package doorbell

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"lintu/kg"
)

// Patience is how long a press waits for the store before it is taken into the journal. With what follows it stays
// within the 300 ms in which ringing is answered.
const Patience = 200 * time.Millisecond

// pressPatiently waits for the store for so long, and then goes by what the process remembers. What the store may still
// have taken meanwhile is found again by the name of the press.
func (d *Doorbell) pressPatiently(ctx context.Context, p Press) (*Ring, error) {
	if p.Name == "" {
		name, err := d.nameOfPress()
		if err != nil {
			return nil, err
		}
		p.Name = name
	}
	in, err := d.patiently(ctx, Patience, func(ctx context.Context) (*incident, error) {
		return d.commit(ctx, d.presses, func() (*incident, error) { return d.pressed(ctx, p) })
	})
	switch {
	case err == nil:
		in.ctx = context.WithoutCancel(ctx)
		view := in.view()
		d.spawn(func() { d.deliver(in.ctx, in) })
		return view, nil
	case ctx.Err() != nil || !away(err):
		return nil, err
	}
	r, cut := d.pressCutOff(p)
	if cut != nil {
		return nil, cut
	}
	d.o.Logger.WarnContext(ctx, "doorbell: the store does not answer; a ring is in the journal and people are called by what is remembered", "press", r.ID, "error", err)
	return r, nil
}

// patiently tries to change the store for a while. A store that does not even heed the end of that time is left behind.
func (d *Doorbell) patiently(ctx context.Context, patience time.Duration, change func(context.Context) (*incident, error)) (*incident, error) {
	if d.inline {
		return change(ctx)
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	type result struct {
		in  *incident
		err error
	}
	done := make(chan result, 1)
	go func() {
		defer cancel()
		in, err := change(ctx)
		done <- result{in, err}
	}()
	select {
	case r := <-done:
		return r.in, r.err
	case <-ctx.Done():
	}
	select {
	case r := <-done: // both came at once
		return r.in, r.err
	default:
		return nil, fmt.Errorf("doorbell: the store did not answer within %s: %w", patience, kg.ErrTimeout)
	}
}

// spawn does something beside the answering of a press. Work waits for it in the end.
func (d *Doorbell) spawn(f func()) {
	if d.inline {
		f()
		return
	}
	d.running.Go(f)
}

// away says that the store has failed, or has not answered: not that it has refused.
func away(err error) bool {
	for _, refusal := range []error{kg.ErrInvalid, kg.ErrNotFound, kg.ErrConflict, kg.ErrForbidden, kg.ErrUnauthenticated, kg.ErrLimit} {
		if errors.Is(err, refusal) {
			return false
		}
	}
	return true
}

func (d *Doorbell) nameOfPress() (string, error) {
	var name string
	for range 4 {
		n, err := random(d.o.Random, 1<<32-1)
		if err != nil {
			return "", err
		}
		name += fmt.Sprintf("%08x", n)
	}
	return name, nil
}

// tellCutOff hands over the messages of a ring that were not yet.
func (d *Doorbell) tellCutOff(id kg.ID) {
	c := &d.off
	for {
		c.mu.Lock()
		r := c.rings[id]
		if r == nil || r.telling {
			c.mu.Unlock()
			return
		}
		i := slices.IndexFunc(r.Steps, func(s offStep) bool { return s.DoneAt != "" && !s.Told })
		if i < 0 {
			c.mu.Unlock()
			return
		}
		r.telling = true
		step := r.Steps[i]
		c.mu.Unlock()
		for _, to := range step.People {
			if err := d.o.Notifier.Notify(context.Background(), r.message(&step, to)); err != nil {
				d.o.Logger.Warn("doorbell: a message was not handed over while the store is away", "press", id, "step", step.Step, "error", err)
			}
		}
		c.mu.Lock()
		r.telling, r.Steps[i].Told = false, true
		err := d.keep(r)
		c.mu.Unlock()
		if err != nil {
			d.o.Logger.Warn("doorbell: messages that were handed over are handed over again after a crash", "press", id, "error", err)
		}
	}
}

// message puts a call into words. Its id is the same at every attempt.
func (r *offRing) message(s *offStep, to offCall) Message {
	text := s.Text
	m := Message{ID: fmt.Sprintf("%s-%s-%s", r.ID, s.Step, to.Person), Text: text, Ring: r.ID, Person: to.Person, Role: to.Role, Voice: to.Voice, Drill: true, LastKnown: true}
	m.ZH, m.EN = plain(text, to.Role, to.Metres)
	m.ZH, m.EN = framed(m.ZH, m.EN, true)
	return m
}

// workCutOff brings the rings of the journal into the store where that answers; where it does not, their ladders go on. A
// store that has failed or hung is not asked for the next ring, and in the next round only after the steps that are due.
func (d *Doorbell) workCutOff(ctx context.Context) error {
	if d.o.Journal == nil {
		return nil
	}
	ids := d.off.ids()
	if d.off.gone {
		for _, id := range ids {
			d.goOn(id)
		}
	}
	d.off.gone = false
	var first error
	for _, id := range ids {
		if !d.off.gone {
			err := d.reconcile(ctx, id)
			if err == nil || ctx.Err() != nil {
				continue
			}
			d.off.gone = away(err)
			if first == nil {
				first = err
			}
		}
		d.goOn(id)
	}
	return first
}

// ids are the rings, in order.
func (c *cutOff) ids() (out []kg.ID) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for id := range c.rings {
		out = append(out, id)
	}
	slices.Sort(out)
	return out
}

// goOn does the steps of a ring that are due, and hands over what was not.
func (d *Doorbell) goOn(id kg.ID) {
	d.off.mu.Lock()
	r := d.off.rings[id]
	if r == nil {
		d.off.mu.Unlock()
		return
	}
	if policy := d.o.Policies[r.Policy]; policy != nil && d.climbCutOff(r, policy, d.clock.now()) {
		if err := d.keep(r); err != nil {
			d.o.Logger.Warn("doorbell: a step is not in the journal; it is done all the same", "press", id, "error", err)
		}
	}
	d.off.mu.Unlock()
	d.spawn(func() { d.tellCutOff(id) })
}

// forget takes a ring away that the store has, if it is still as it was when it was entered.
func (d *Doorbell) forget(id kg.ID, version int) {
	c := &d.off
	c.mu.Lock()
	defer c.mu.Unlock()
	r := c.rings[id]
	if r == nil || r.Version != version || r.telling {
		return // what came since is entered in the next round
	}
	r.Done = true
	err := d.keep(r)
	delete(c.rings, id)
	for _, p := range r.Presses {
		delete(c.of, p)
	}
	if err == nil && len(c.rings) == 0 {
		err = d.o.Journal.Clear()
	}
	if err != nil {
		d.o.Logger.Warn("doorbell: the journal keeps a ring that the store has; it is entered again after a crash, to no effect", "press", id, "error", err)
	}
}

// view is the ring as a caller sees it.
func (r *offRing) view(d *Doorbell, now time.Time) *Ring {
	policy := d.o.Policies[r.Policy]
	ring := &kg.Ring{State: kg.RingOpen, Policy: r.Policy, Drill: true, Round: 1, Presses: len(r.Presses), Events: r.Version, PressedAt: r.At, BeganAt: r.At, AmbulanceAt: r.Ambulance}
	ring.ID = r.ID
	if policy != nil {
		ring.CancelUntil = kg.MomentOf(r.At.Time().Add(seconds(policy.CancelSeconds)))
	}
	if r.Cancelled != "" {
		ring.State, ring.Outcome, ring.ClosedAt = kg.RingClosed, kg.FalseAlarm, r.Cancelled
	}
	for _, s := range r.Steps {
		ring.Deadlines = append(ring.Deadlines, kg.Deadline{Step: s.Step, Round: 1, DueAt: s.DueAt, DoneAt: s.DoneAt})
		if name, number := numbered(s.Step); name == "wave" && s.DoneAt != "" && policy != nil {
			w := policy.Waves[number-1]
			ring.Waves = append(ring.Waves, kg.Wave{Number: number, Round: 1, At: s.DoneAt, Radius: int(w.Radius), People: w.People, Called: len(s.People)})
		}
	}
	out := &Ring{Ring: ring, Household: r.Household, Now: now, CutOff: true}
	for _, c := range r.everybody() {
		out.Alerts = append(out.Alerts, &kg.Alert{State: kg.AlertCalled, Role: c.Role, Round: 1, Metres: c.Metres, Seconds: c.Seconds, LastKnown: true})
	}
	return out
}
