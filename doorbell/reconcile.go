package doorbell

import (
	"context"
	"encoding/json"
	"errors"
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
	r := d.off.ring(id)
	if r == nil {
		return nil
	}
	in, err := d.enterIn(ctx, r)
	if err == nil && len(in.later) > 0 {
		_, err = d.enterIn(ctx, r.since(in.later))
	}
	switch {
	case err == nil:
	case away(err) || errors.Is(err, kg.ErrConflict):
		return err
	default: // the household is gone, or this is another store
		d.o.Logger.ErrorContext(ctx, "doorbell: a ring of the journal cannot be entered in the store, and is dropped", "press", id, "error", err)
	}
	d.forget(id, r.Version)
	return nil
}

// enterIn enters a ring, and hands over what that leads to.
func (d *Doorbell) enterIn(ctx context.Context, r *offRing) (*incident, error) {
	in, err := d.patiently(ctx, enterPatience, func(ctx context.Context) (*incident, error) {
		return d.commit(ctx, d.others, func() (*incident, error) { return d.entered(ctx, r) })
	})
	if err == nil {
		in.ctx = ctx
		d.spawn(func() { d.deliver(ctx, in) })
	}
	return in, err
}

// since is the ring of the journal of presses that joined another one when the store's was over already, which nobody could
// know: in it everybody is called anew.
func (r *offRing) since(later []kg.ID) *offRing {
	ring := &kg.Ring{State: kg.RingOpen, PressedAt: r.Ring.JoinedAt}
	return &offRing{ID: later[0], Version: r.Version, Doorbell: r.Doorbell, Household: r.Household, Presses: later, Ring: ring}
}

// ring is a ring as it stands now, nil where there is none.
func (c *cutOff) ring(id kg.ID) *offRing {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.rings[id]
}

// mark is the id of the entry that says that the ring of the journal, as it stands, is in the store. It is of all that the
// ring holds: two processes may have a ring of one press, where its device tried at both.
func (d *Doorbell) mark(r *offRing) (kg.ID, error) {
	text, err := json.Marshal(r)
	return kg.DeriveID(d.o.Key[:], kg.KindRingEvent, "cut off", string(r.ID), string(text)), err
}

// entered is the ring of the store with all that the journal's did.
func (d *Doorbell) entered(ctx context.Context, r *offRing) (*incident, error) {
	if err := d.catchUp(ctx); err != nil {
		return nil, err
	}
	mark, err := d.mark(r)
	if err != nil {
		return nil, err
	}
	known, err := d.entriesOf(ctx, append(slices.Clone(r.Presses), mark))
	if err != nil {
		return nil, err
	}
	if ring := known[mark]; ring != "" {
		in, err := d.load(ctx, ring, d.o.Process)
		if err == nil {
			in.later = r.laterThan(in.ring, known)
		}
		return in, err
	}
	in, own, err := d.ringFor(ctx, r, known)
	if err != nil {
		return nil, err
	}
	in.later = r.laterThan(in.ring, known)
	for _, press := range r.Presses {
		if known[press] == "" && (press != r.ID || !own) && !slices.Contains(in.later, press) {
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
	in.note(kg.EventCutOff, as(mark), saying("%d were called since %s while the store was away; %d of them were called by another process too", len(in.calls)-before+again, r.Ring.PressedAt, again))
	return in, in.enterMoves(r, own)
}

// laterThan are the presses that the store does not have and that came when its ring was over, but for the first. Of a
// ring that the elder has cancelled there are none.
func (r *offRing) laterThan(ring *kg.Ring, known map[kg.ID]kg.ID) []kg.ID {
	if ring.State != kg.RingClosed || r.Ring.State == kg.RingClosed || r.Ring.JoinedAt <= ring.ClosedAt {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(r.Presses), func(press kg.ID) bool { return press == r.ID || known[press] != "" })
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
	if last := door.last; last != nil && (last.State != kg.RingClosed || last.ClosedAt >= r.Ring.PressedAt) {
		in, err := d.load(ctx, last.ID, d.o.Process)
		return in, false, err
	}
	in, err = d.firstPress(ctx, Press{Doorbell: r.Doorbell}, door, r.Ring.PressedAt.Time())
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
	if len(r.Ring.Candidates) > 0 { // the order in which they were called
		in.ring.Candidates = slices.Clone(r.Ring.Candidates)
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
	ids := make([]kg.ID, len(r.Calls))
	for i, c := range r.Calls {
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
	for _, to := range r.Calls {
		p, known := people[to.Person], in.called(to.Person)
		switch {
		case p == nil && !in.leftOut(to.Person):
			in.leaveOut(to.Person, leftGone)
		case p == nil:
		case known == nil:
			in.enterCall(to, p, where)
		case !known.alert.LastKnown:
			again++
		}
	}
	in.enterSteps(r)
	return again, nil
}

// leftOut says whether somebody is listed as left out in this round.
func (in *incident) leftOut(person kg.ID) bool {
	return slices.ContainsFunc(in.ring.LeftOut, func(o kg.Omission) bool { return o.Person == person && o.At >= in.ring.BeganAt })
}

// enterCall enters that somebody was called. They are asked again by a message that they can answer, unless the ring is
// over, nobody more is needed, or they are not to be called by what is on record now.
func (in *incident) enterCall(to offCall, p *person, where *place) {
	was, why, text := to.Alert, "", textDuty
	if was.Role == kg.RoleNeighbour {
		why, text = in.unfit(to.Person, p, where), textCall
		in.checks = append(in.checks, store.Mutation{Op: store.ChangeNode, ID: to.Person, Expect: p.Version})
	}
	c := in.entering(to, p)
	a := c.alert
	a.CalledAt, a.LastKnown, a.Wave, a.Metres, a.Seconds, a.Reasons = was.CalledAt, true, was.Wave, was.Metres, was.Seconds, was.Reasons
	switch {
	case why != "":
		in.leaveOut(to.Person, why)
		in.end(c, kg.AlertStoodDown, kg.EventStoodDown, "")
	case !in.open() || in.ring.Enough:
		in.end(c, kg.AlertStoodDown, kg.EventStoodDown, textStandDown)
	default:
		in.write(c, text, in.policy.voice(was.Role))
	}
}

// entering makes the alert of somebody who was called while the store was away.
func (in *incident) entering(to offCall, p *person) *call {
	if to.Alert.Role == kg.RoleNeighbour {
		return in.ask(to.Person, p)
	}
	return in.call(to.Person, to.Alert.Role)
}

// enterSteps crosses the waves and levels out that were done while the store was away, if they are not done already. What
// found nobody then is done again.
func (in *incident) enterSteps(r *offRing) {
	if !in.open() {
		return
	}
	for i := range in.ring.Deadlines {
		step := &in.ring.Deadlines[i]
		did := slices.ContainsFunc(r.Ring.Deadlines, func(s kg.Deadline) bool { return s.Step == step.Step && s.DoneAt != "" && s.Note == "" })
		if !did || step.Round != in.ring.Round || step.DoneAt != "" {
			continue
		}
		name, number := numbered(step.Step)
		w := slices.IndexFunc(r.Ring.Waves, func(w kg.Wave) bool { return name == "wave" && w.Number == number && w.Called > 0 })
		switch {
		case w >= 0:
			wave := r.Ring.Waves[w]
			wave.Round = in.ring.Round
			in.ring.Waves = append(in.ring.Waves, wave)
			in.done(step, "while the store was away")
			in.note(kg.EventWave, doing(step), saying("%d while the store was away", wave.Called))
		case in.isLevel(step.Step):
			in.done(step, "while the store was away")
			in.note(kg.EventLevel, doing(step), saying("%s: called while the store was away", step.Step))
		}
	}
	in.remindFromNow() // the last level may be among what was done
}

// enterMoves enters what the elder's device did. A ring that others have made is not ended by it.
func (in *incident) enterMoves(r *offRing, own bool) error {
	if !in.open() {
		return nil
	}
	if at := r.Ring.AmbulanceAt; at != "" && in.ring.AmbulanceAt == "" {
		in.ring.AmbulanceAt = at
		in.replan(stepAmbulance, in.policy.AmbulanceSeconds)
		in.note(kg.EventAmbulance, saying("while the store was away"))
	}
	if r.Ring.State == kg.RingClosed && own {
		in.note(kg.EventCancelled, saying("while the store was away"))
		in.close(kg.FalseAlarm)
		return in.learn(kg.FalseAlarm)
	}
	return nil
}
