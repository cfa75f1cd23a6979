package doorbell

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"lintu/kg"
	"lintu/store"
)

// incident is a ring with its alerts, as on record, and the changes that a move makes to them.
type incident struct {
	d      *Doorbell
	ctx    context.Context
	now    time.Time
	actor  string
	policy *Policy

	before    *kg.Ring // as on record; nil for a new one
	ring      *kg.Ring
	version   int64 // of the ring on record; store.MustNotExist for a new one
	household kg.ID
	home      *kg.Household // as this move has read it; nil: not yet
	device    kg.ID         // the doorbell, where one rang
	calls     []*call

	events []*kg.RingEvent  // new ones
	checks []store.Mutation // people whose records must still be as they were read
	place  *place           // where it is; read when it is asked for
	fresh  map[string]bool  // letters that this move is to hand over
	stage  source           // of a rehearsal, or while the store is away; nil: the store
	cutOff bool             // the ring is in the journal alone
	later  []kg.ID          // presses of the journal's ring that are entered here, which came when this one was over
	dirty  bool
	urgent bool // a press: its batch goes before others

	last       kg.Moment // of its timeline, as on record
	remembered *keptRing // not read: it is as this process left it
}

// call is an alert of a ring with the person.
type call struct {
	alert   *kg.Alert
	person  kg.ID
	version int64 // on record; store.MustNotExist for a new one
	tie     kg.ID // to the ring
	dirty   bool
}

// byCall is the order of the store: by the moment of calling, then by the tie to the ring.
func byCall(a, b *call) int {
	return cmp.Or(cmp.Compare(a.alert.CalledAt, b.alert.CalledAt), cmp.Compare(a.tie, b.tie))
}

// Ring is a ring as a caller sees it.
type Ring struct {
	*kg.Ring
	Household kg.ID
	Alerts    []*kg.Alert
	People    []kg.ID   // who was called by each of Alerts
	Now       time.Time // the server's clock
	CutOff    bool      // the store is away: the ring is in the journal, and its id is that of the press
}

func (in *incident) view() *Ring {
	r := &Ring{Ring: in.ring, Household: in.household, Now: in.now}
	for _, c := range in.calls {
		r.Alerts, r.People = append(r.Alerts, c.alert), append(r.People, c.person)
	}
	return r
}

// ringPlan asks for what an incident holds of a ring.
var ringPlan = &store.Plan{Steps: []*store.Step{
	{Key: "at", Relation: kg.RangAt, Direction: kg.Out, Order: store.Order{By: store.OrderID}, Window: store.Window{Limit: 1}, Ref: &store.Plan{}},
	{Key: "alerts", Relation: kg.AlertOf, Direction: kg.In, Order: store.Order{By: "calledAt"}, Window: store.Window{Limit: store.NoLimit}, Plan: &store.Plan{Steps: []*store.Step{
		{Key: "to", Relation: kg.AlertTo, Direction: kg.Out, Order: store.Order{By: store.OrderID}, Window: store.Window{Limit: 1}},
	}}},
	{Key: "last", Relation: kg.EventOf, Direction: kg.In, Order: store.Order{By: "at", Desc: true}, Window: store.Window{Limit: 1}},
}}

// resume is a ring that is to be moved: as this process left it, or else as the store has it.
func (d *Doorbell) resume(ctx context.Context, ring kg.ID, actor string) (*incident, error) {
	r := d.kept.take(ring)
	if r == nil {
		return d.load(ctx, ring, actor)
	}
	in := &incident{d: d, ctx: ctx, actor: actor}
	r.fill(in)
	return in, in.ready()
}

// load reads a ring with its alerts.
func (d *Doorbell) load(ctx context.Context, ring kg.ID, actor string) (*incident, error) {
	if err := d.catchUp(ctx); err != nil {
		return nil, err
	}
	items, err := d.o.Store.Nodes(ctx, store.Everything, []store.Group{{IDs: []kg.ID{ring}, Plan: ringPlan}})
	if err != nil {
		return nil, err
	}
	item := items[0][ring]
	if item == nil || ring.Kind() != kg.KindRing {
		return nil, fmt.Errorf("%s: %w", ring, kg.ErrNotFound)
	}
	in := &incident{d: d, ctx: ctx, actor: actor, before: item.Node.(*kg.Ring), ring: kg.Clone(item.Node).(*kg.Ring)}
	for _, e := range item.Tree["at"].Edges {
		in.household, in.device = e.Tie.To, e.Tie.Ref
		in.home, _ = e.Item.Node.(*kg.Household)
	}
	for _, e := range item.Tree["last"].Edges {
		in.last = e.Item.Node.(*kg.RingEvent).At
	}
	for _, e := range item.Tree["alerts"].Edges {
		c := &call{alert: kg.Clone(e.Item.Node).(*kg.Alert), tie: e.Tie.ID}
		c.version = c.alert.Version
		for _, to := range e.Item.Tree["to"].Edges {
			c.person = to.Tie.To
		}
		in.calls = append(in.calls, c)
	}
	return in, in.ready()
}

// ready completes an incident of a ring on record.
func (in *incident) ready() error {
	in.now, in.version, in.fresh = in.d.clock.now(), in.ring.Version, map[string]bool{}
	if in.policy = in.d.o.Policies[in.ring.Policy]; in.policy == nil {
		return fmt.Errorf("doorbell: %s began with the policy %q, which this program has not: %w", in.ring.ID, in.ring.Policy, kg.ErrUnavailable)
	}
	in.notBefore()
	return nil
}

// notBefore sees to it that a move is not before what has happened to the ring: clocks of processes disagree.
func (in *incident) notBefore() {
	r := in.ring
	last := max(in.last, r.BeganAt, r.JoinedAt, r.AcceptedAt, r.AttendedAt, r.ClosedAt)
	for _, s := range r.Deadlines {
		last = max(last, s.DoneAt)
	}
	for _, c := range in.calls {
		last = max(last, c.alert.CalledAt, c.alert.AnsweredAt, c.alert.EndedAt)
	}
	if at := last.Time(); in.now.Before(at) {
		in.now = at
	}
}

// stamp is the move's instant.
func (in *incident) stamp() kg.Moment { return kg.MomentOf(in.now) }

// note adds an entry to the timeline; more completes it.
func (in *incident) note(event kg.EventKind, more ...func(*kg.RingEvent)) {
	in.ring.Events++
	n, at := in.ring.Events, in.stamp()
	e := &kg.RingEvent{Code: fmt.Sprintf("%s-%d", in.ring.Code, n), Name: fmt.Sprintf("%s %s %d %s", at[:10], at[11:23], n, event), Number: n, Event: event, At: at, Actor: in.actor}
	e.ID = kg.Beside(in.ring.ID, kg.DeriveID(in.d.o.Key[:], kg.KindRingEvent, e.Code))
	for _, m := range more {
		m(e)
	}
	in.events = append(in.events, e)
	in.dirty = true
}

func about(c *call) func(*kg.RingEvent) {
	return func(e *kg.RingEvent) { e.Alert = string(c.alert.ID) }
}

func saying(format string, args ...any) func(*kg.RingEvent) {
	return func(e *kg.RingEvent) { e.Note = fmt.Sprintf(format, args...) }
}

func doing(step *kg.Deadline) func(*kg.RingEvent) {
	return func(e *kg.RingEvent) {
		if step == nil {
			return
		}
		e.Step, e.Late = fmt.Sprintf("%d/%s", step.Round, step.Step), step.Late
	}
}

// save stores what the move changed, all of it, if the ring is still as it was read.
func (in *incident) save() error {
	if !in.dirty {
		return nil
	}
	in.ring.DueAt = in.due()
	b := &store.Batch{Today: kg.DateOf(in.now, in.d.o.Zone), Urgent: in.urgent}
	put := func(n kg.Node, expect int64) {
		b.Changes = append(b.Changes, store.Mutation{Op: store.PutNode, Node: n, Expect: expect})
	}
	tie := func(r kg.Relation, from, to, ref kg.ID) {
		t := &kg.Tie{Relation: r, From: from, To: to, Ref: ref}
		t.ID = in.tieID(t)
		b.Changes = append(b.Changes, store.Mutation{Op: store.PutTie, Tie: t, Expect: store.MustNotExist})
	}
	put(in.ring, in.version)
	if in.version == store.MustNotExist {
		tie(kg.RangAt, in.ring.ID, in.household, in.device)
	}
	for _, c := range in.calls {
		if !c.dirty {
			continue
		}
		put(c.alert, c.version)
		if c.version == store.MustNotExist {
			tie(kg.AlertOf, c.alert.ID, in.ring.ID, "")
			tie(kg.AlertTo, c.alert.ID, c.person, "")
		}
	}
	for _, e := range in.events {
		put(e, store.MustNotExist)
		tie(kg.EventOf, e.ID, in.ring.ID, "")
	}
	b.Changes = append(b.Changes, in.checks...)
	applied, err := in.d.o.Store.Apply(in.ctx, b)
	if err != nil {
		return err
	}
	in.d.opens.moved(in.ring.ID, in.place, in.before != nil && in.before.State != kg.RingClosed, in.open())
	if moved := in.d.o.Moved; moved != nil {
		moved(Moved{Before: in.before, After: kg.Clone(in.ring).(*kg.Ring), Household: in.household, Events: in.events})
	}
	in.version, in.ring.Version = applied.Versions[in.ring.ID], applied.Versions[in.ring.ID]
	for _, c := range in.calls {
		if c.version == store.MustNotExist {
			in.d.kept.made(c.alert.ID, in.ring.ID, c.person)
		}
		if c.dirty {
			c.version, c.dirty = applied.Versions[c.alert.ID], false
			c.alert.Version = c.version
		}
	}
	in.events, in.checks, in.dirty = nil, nil, false
	in.d.kept.put(in)
	return nil
}

// tieID is the id of a tie that is made with the ring's records, and stands beside them.
func (in *incident) tieID(t *kg.Tie) kg.ID {
	return kg.Beside(in.ring.ID, kg.DeriveTieID(in.d.o.Key[:], t))
}

// due is when the next thing of the ring is due; none where nothing is.
func (in *incident) due() kg.Moment {
	var first kg.Moment
	earlier := func(m kg.Moment) {
		if m != "" && (first == "" || m < first) {
			first = m
		}
	}
	for i := range in.ring.Deadlines {
		if s := &in.ring.Deadlines[i]; s.DoneAt == "" && !in.held(s) {
			earlier(s.DueAt)
		}
	}
	for _, l := range in.ring.Outbox {
		earlier(l.SendAt)
	}
	for _, c := range in.calls {
		for _, l := range c.alert.Outbox {
			earlier(l.SendAt)
		}
	}
	return first
}

// called is the person's alert of this round, nil where they have none.
func (in *incident) called(person kg.ID) *call {
	i := slices.IndexFunc(in.calls, func(c *call) bool { return c.person == person && c.alert.Round == in.ring.Round })
	if i < 0 {
		return nil
	}
	return in.calls[i]
}

// count is how many alerts of this round satisfy a condition.
func (in *incident) count(f func(*kg.Alert) bool) (n int) {
	for _, c := range in.calls {
		if c.alert.Round == in.ring.Round && f(c.alert) {
			n++
		}
	}
	return n
}

// call makes the alert of somebody who is called by duty: one round calls a person once. Its code is of the ring, so that
// rings of one time call the same people without undoing each other.
func (in *incident) call(person kg.ID, role kg.AlertRole) *call {
	code := fmt.Sprintf("%s-%d-%s", in.ring.Code, in.ring.Round, token(person))
	return in.add(person, &kg.Alert{Code: code, Name: fmt.Sprintf("%s %s", in.ring.PressedAt[:16], role), Role: role})
}

// ask makes the alert of a neighbour, the next of theirs. Its code is of the person: two rings that ask one neighbour at
// once would make one alert, and the store takes one of them.
func (in *incident) ask(id kg.ID, p *person) *call {
	n := p.asked + 1
	code := fmt.Sprintf("%s-%d", token(id), n)
	return in.add(id, &kg.Alert{Code: code, Name: fmt.Sprintf("%s %s %d", in.ring.PressedAt[:16], kg.RoleNeighbour, n), Role: kg.RoleNeighbour, Ordinal: n})
}

func (in *incident) add(person kg.ID, a *kg.Alert) *call {
	if a.ID = kg.DeriveID(in.d.o.Key[:], kg.KindAlert, a.Code); a.Role != kg.RoleNeighbour { // whose alerts are the person's
		a.ID = kg.Beside(in.ring.ID, a.ID)
	}
	if in.cutOff { // a name for messages alone, which no alert of the store has
		a.ID, a.LastKnown = kg.DeriveID(in.d.o.Key[:], kg.KindAlert, "cut off", string(in.ring.ID), a.Code), true
	}
	a.State, a.Round, a.CalledAt = kg.AlertCalled, in.ring.Round, in.stamp()
	c := &call{alert: a, person: person, version: store.MustNotExist, dirty: true}
	c.tie = in.tieID(&kg.Tie{Relation: kg.AlertOf, From: a.ID, To: in.ring.ID})
	in.calls = append(in.calls, c)
	in.note(kg.EventCalled, about(c), saying("%s", a.Role))
	return c
}

// token is an id without its kind.
func token(id kg.ID) string { return string(id[strings.IndexByte(string(id), '_')+1:]) }

// touch marks an alert as changed.
func (in *incident) touch(c *call) { c.dirty, in.dirty = true, true }
