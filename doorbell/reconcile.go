package doorbell

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"lintu/kg"
	"lintu/store"
)

// enterPatience is how long a store is waited for that a ring is entered in.
const enterPatience = 2 * time.Second

// reconcile enters a ring of the journal in the store. Nothing of it is entered twice, however often it is tried: a
// press is known by its entry in the timeline, a person by their alert of the round, a version of the whole by an entry
// of its own. Where the household has a ring already, made by a process that was not cut off, or by one that was and
// came back sooner, this one is merged with it: both may have called the same people, and the timeline says so.
func (d *Doorbell) reconcile(ctx context.Context, id kg.ID) error {
	r, err := d.off.copyOf(id)
	if r == nil || err != nil {
		return err
	}
	in, err := d.patiently(ctx, enterPatience, func(ctx context.Context) (*incident, error) {
		return d.commit(ctx, d.others, func() (*incident, error) { return d.entered(ctx, r) })
	})
	switch {
	case err == nil:
		in.ctx = ctx
		d.spawn(func() { d.deliver(ctx, in) })
	case away(err) || errors.Is(err, kg.ErrConflict):
		return err
	default: // the household is gone, or this is another store
		d.o.Logger.ErrorContext(ctx, "doorbell: a ring of the journal cannot be entered in the store, and is dropped", "press", id, "error", err)
	}
	d.forget(id, r.Version)
	return nil
}

// copyOf is a ring as it stands now, nil where there is none.
func (c *cutOff) copyOf(id kg.ID) (*offRing, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.rings[id] == nil {
		return nil, nil
	}
	text, err := json.Marshal(c.rings[id])
	if err != nil {
		return nil, err
	}
	r := new(offRing)
	return r, json.Unmarshal(text, r)
}

// mark is the id of the entry that says that a version of a ring of the journal is in the store.
func (d *Doorbell) mark(r *offRing) kg.ID {
	return kg.DeriveID(d.o.Key[:], kg.KindRingEvent, "cut off", string(r.ID), fmt.Sprint(r.Version))
}

// entered is the ring of the store with all that the journal's did.
func (d *Doorbell) entered(ctx context.Context, r *offRing) (*incident, error) {
	if err := d.catchUp(ctx); err != nil {
		return nil, err
	}
	known, err := d.entriesOf(ctx, append(slices.Clone(r.Presses), d.mark(r)))
	if err != nil {
		return nil, err
	}
	if ring := known[d.mark(r)]; ring != "" {
		return d.load(ctx, ring, d.o.Process)
	}
	in, own, err := d.ringFor(ctx, r, known)
	if err != nil {
		return nil, err
	}
	for _, press := range r.Presses {
		if known[press] == "" && (press != r.ID || !own) {
			in.ring.Presses++
			in.ring.JoinedAt = in.stamp()
			in.note(kg.EventJoined, as(press), saying("press %d, while the store was away", in.ring.Presses))
		}
	}
	before := len(in.calls)
	again, err := in.enter(r)
	if err != nil {
		return nil, err
	}
	in.note(kg.EventCutOff, as(d.mark(r)), saying("%d were called since %s while the store was away; %d of them were called by another process too", len(in.calls)-before+again, r.At, again))
	return in, in.enterMoves(r, own)
}

func as(id kg.ID) func(*kg.RingEvent) { return func(e *kg.RingEvent) { e.ID = id } }

// entriesOf are the rings of those of some entries of timelines that the store has.
func (d *Doorbell) entriesOf(ctx context.Context, ids []kg.ID) (map[kg.ID]kg.ID, error) {
	items, err := d.o.Store.Nodes(ctx, store.Everything, []store.Group{{IDs: ids, Plan: eventRing}})
	if err != nil {
		return nil, err
	}
	rings := map[kg.ID]kg.ID{}
	for id, item := range items[0] {
		rings[id] = ringOfEntry(item)
	}
	return rings, nil
}

// ringFor is the ring that a ring of the journal is entered in: the one that has a press of it, or the household's that
// was open then; else a new one, which began when it was pressed. own says that its first press is this one's.
func (d *Doorbell) ringFor(ctx context.Context, r *offRing, known map[kg.ID]kg.ID) (in *incident, own bool, err error) {
	for _, press := range r.Presses {
		if ring := known[press]; ring != "" {
			in, err := d.load(ctx, ring, d.o.Process)
			return in, false, err
		}
	}
	door, err := d.door(ctx, Press{Household: r.Household}, d.view(d.clock.now()))
	if err != nil {
		return nil, false, err
	}
	if last := door.last; last != nil && (last.State != kg.RingClosed || last.ClosedAt >= r.At) {
		in, err := d.load(ctx, last.ID, d.o.Process)
		return in, false, err
	}
	in, err = d.firstPress(ctx, Press{Doorbell: r.Doorbell}, door, r.At.Time())
	if err != nil {
		return nil, false, err
	}
	if r.Doorbell == "" {
		in.actor = d.o.Process
	}
	in.note(kg.EventRang, as(r.ID), saying("while the store was away"))
	if err := in.measure(); err != nil {
		return nil, false, err
	}
	if err := in.begin(); err != nil {
		return nil, false, err
	}
	if len(r.Candidates) > 0 { // the order in which they were called
		in.ring.Candidates = r.Candidates
	}
	in.actor = d.o.Process
	if now := d.clock.now(); now.After(in.now) {
		in.now = now
	}
	return in, true, nil
}

// enter enters who was called, and the steps that they were called by; it gives how many had been called already by
// others. Who would not be called by what is on record now is left out, with the alert that they had.
func (in *incident) enter(r *offRing) (again int, err error) {
	all := r.everybody()
	ids := make([]kg.ID, len(all))
	for i, c := range all {
		ids[i] = c.Person
	}
	people, err := in.people(ids)
	if err != nil {
		return 0, err
	}
	where, err := in.where()
	if err != nil {
		return 0, err
	}
	for i := range r.Steps {
		s := &r.Steps[i]
		for _, to := range s.People {
			p := people[to.Person]
			switch {
			case p == nil && !in.leftOut(to.Person):
				in.leaveOut(to.Person, leftGone)
			case p == nil:
			case in.called(to.Person) == nil:
				in.enterCall(s, to, p, where)
			case slices.Contains(ids, to.Person) && !in.called(to.Person).alert.LastKnown:
				again++
				ids = slices.DeleteFunc(ids, func(id kg.ID) bool { return id == to.Person })
			}
		}
		in.enterStep(s)
	}
	if in.open() {
		in.remindFromNow() // the last level may be among what was done
	}
	return again, nil
}

// leftOut says whether somebody is listed as left out in this round.
func (in *incident) leftOut(person kg.ID) bool {
	return slices.ContainsFunc(in.ring.LeftOut, func(o kg.Omission) bool { return o.Person == person && o.At >= in.ring.BeganAt })
}

// enterCall enters that somebody was called. They are asked again by a message that they can answer, unless the ring is
// over, nobody more is needed, or they are not to be called by what is on record now.
func (in *incident) enterCall(s *offStep, to offCall, p *person, where *place) {
	why := ""
	if to.Role == kg.RoleNeighbour {
		why = in.unfit(to.Person, p, where)
		in.checks = append(in.checks, store.Mutation{Op: store.ChangeNode, ID: to.Person, Expect: p.Version})
	}
	c := in.entering(to, p)
	c.alert.CalledAt, c.alert.LastKnown, c.alert.Metres, c.alert.Seconds, c.alert.Reasons = s.DoneAt, true, to.Metres, to.Seconds, to.Reasons
	if name, number := numbered(s.Step); name == "wave" {
		c.alert.Wave = number
	}
	switch {
	case why != "":
		in.leaveOut(to.Person, why)
		in.end(c, kg.AlertStoodDown, kg.EventStoodDown, "")
	case !in.open() || in.ring.Enough:
		in.end(c, kg.AlertStoodDown, kg.EventStoodDown, textStandDown)
	default:
		in.write(c, s.Text, to.Voice)
	}
}

// entering makes the alert of somebody who was called while the store was away.
func (in *incident) entering(to offCall, p *person) *call {
	if to.Role == kg.RoleNeighbour {
		return in.ask(to.Person, p)
	}
	return in.call(to.Person, to.Role)
}

// enterStep crosses a step out that was done while the store was away, if it is not done already.
func (in *incident) enterStep(s *offStep) {
	if s.DoneAt == "" || !in.open() || len(s.People) == 0 {
		return
	}
	for i := range in.ring.Deadlines {
		step := &in.ring.Deadlines[i]
		if step.Step != s.Step || step.Round != in.ring.Round || step.DoneAt != "" {
			continue
		}
		in.done(step, "while the store was away")
		if name, number := numbered(s.Step); name == "wave" {
			w := in.policy.Waves[number-1]
			in.ring.Waves = append(in.ring.Waves, kg.Wave{Number: number, Round: in.ring.Round, At: s.DoneAt, Radius: int(w.Radius), People: w.People, Called: len(s.People)})
			in.note(kg.EventWave, doing(step), saying("%d while the store was away", len(s.People)))
			return
		}
		in.note(kg.EventLevel, doing(step), saying("%s: %d called while the store was away", s.Step, len(s.People)))
		return
	}
}

// enterMoves enters what the elder's device did. A ring that others have made is not ended by it.
func (in *incident) enterMoves(r *offRing, own bool) error {
	if !in.open() {
		return nil
	}
	if r.Ambulance != "" && in.ring.AmbulanceAt == "" {
		in.ring.AmbulanceAt = r.Ambulance
		in.replan(stepAmbulance, in.policy.AmbulanceSeconds)
		in.note(kg.EventAmbulance, saying("while the store was away"))
	}
	if r.Cancelled != "" && own {
		in.note(kg.EventCancelled, saying("while the store was away"))
		in.close(kg.FalseAlarm)
		return in.learn(kg.FalseAlarm)
	}
	return nil
}
