package doorbell

import (
	"context"
	"io"
	"slices"
	"time"

	"lintu/kg"
	"lintu/reach"
	"lintu/store"
)

// Rehearsing is what a rehearsal needs.
type Rehearsing struct {
	World   *World
	Policy  *Policy // of every ring; nil: as the shipped policies say
	Random  io.Reader
	Suppose *Suppose // nil: everybody is as on record
	History bool     // alerts on record count: limits, who is elsewhere, fairness
	LeftOut bool     // rings keep who was left out by the snapshot
	Entries bool     // plays keep their timelines
	// Told is what becomes of a message: an error says that it did not arrive. nil: all arrive.
	Told func(*Play, Message) error
}

// Rehearsal plays rings in memory by the very moves of a Doorbell. Nothing is stored and nobody is told; time is what
// each move is given. It is for one goroutine; alerts of its rings count for its later rings.
type Rehearsal struct {
	o     Rehearsing
	ctx   context.Context
	d     *Doorbell
	world *World
	stage *stage
}

// noTime is the clock of a rehearsal, which no move asks.
type noTime struct{}

func (noTime) Now() time.Time         { return time.Time{} }
func (noTime) Elapsed() time.Duration { return 0 }

// NewRehearsal makes a rehearsal, which ends with the context. The error is about options, as that of New.
func NewRehearsal(ctx context.Context, o Rehearsing) (*Rehearsal, error) {
	d, err := New(Options{Clock: noTime{}, Zone: o.World.zone, Random: o.Random, Process: "rehearsal", Snapshot: func() *reach.Snapshot { return o.World.snapshot }})
	if err != nil {
		return nil, err
	}
	r := &Rehearsal{o: o, ctx: ctx, d: d, world: o.World}
	r.stage = &stage{Rehearsal: r, alerts: map[kg.ID][]*kg.Alert{}, open: map[kg.ID]int{}, last: map[kg.ID]int{}}
	return r, nil
}

// Forget begins anew: what was played counts no more, and people are as s supposes; nil: as on record.
func (r *Rehearsal) Forget(s *Suppose) {
	r.o.Suppose = s
	clear(r.stage.alerts)
	clear(r.stage.open)
	clear(r.stage.last)
}

// Play is a ring of a rehearsal.
type Play struct {
	*Rehearsal
	in       *incident
	timeline []*kg.RingEvent
}

// player hands the messages of a play over.
type player struct{ *Play }

// Drill implements Notifier.
func (player) Drill() bool { return true }

// Notify implements Notifier.
func (p player) Notify(_ context.Context, m Message) error {
	if p.o.Told == nil {
		return nil
	}
	return p.o.Told(p.Play, m)
}

// Press makes a ring at a household that has none open in the rehearsal; the World has loaded it.
func (r *Rehearsal) Press(at time.Time, door Door) (*Play, error) {
	p := &Play{Rehearsal: r}
	d := &Doorbell{o: r.d.o, clock: r.d.clock}
	d.o.Notifier = player{p}
	r.world.mu.Lock()
	where := r.world.places[door.Household]
	r.world.mu.Unlock()
	if where == nil {
		return nil, kg.Invalid("household", "was not loaded", "a household that the World has loaded")
	}
	p.in = &incident{d: d, ctx: r.ctx, actor: actorOf(Press{Doorbell: door.Doorbell}), version: store.MustNotExist, policy: r.o.Policy, household: door.Household, device: door.Doorbell, place: where, stage: r.stage, fresh: map[string]bool{}}
	r.stage.last[door.Household]++
	err := p.move(at, p.in.actor, func(in *incident) error {
		if err := in.create(r.stage.last[door.Household]); err != nil {
			return err
		}
		return in.rang()
	})
	return p, err
}

// move makes a move at an instant, or at the ring's last one where that is later, hands over what it wrote, and records
// how that went, as Doorbell.attempt does.
func (p *Play) move(at time.Time, actor string, f func(*incident) error) error {
	in := p.in
	was := in.ring != nil && in.open()
	in.now, in.actor = at, actor
	if in.ring != nil {
		p.again()
	}
	if err := f(in); err != nil {
		return err
	}
	if err := in.settle(); err != nil {
		return err
	}
	for p.stands(); ; p.stands() {
		results := in.send()
		if len(results) == 0 {
			break
		}
		in.actor = in.d.o.Process
		p.again()
		in.record(results)
		if err := in.settle(); err != nil {
			return err
		}
	}
	if is := in.open(); is != was && in.place.township != "" {
		p.stage.open[in.place.township] += map[bool]int{true: 1, false: -1}[is]
	}
	return nil
}

// again is what reading the ring again leads to: its alerts come in the order of the store.
func (p *Play) again() {
	slices.SortStableFunc(p.in.calls, byCall)
	p.in.notBefore()
}

// stands is what storing a move leads to: its alerts are on record.
func (p *Play) stands() {
	in := p.in
	for _, c := range in.calls {
		if c.version == store.MustNotExist {
			c.version = 1
			mine := append([]*kg.Alert{c.alert}, p.stage.alerts[c.person]...)
			p.stage.alerts[c.person] = mine[:min(len(mine), latest)]
		}
		c.dirty = false
	}
	if p.o.Entries {
		p.timeline = append(p.timeline, in.events...)
	}
	in.version, in.events, in.checks, in.dirty = 1, nil, nil, false
}

// The moves of alerts, as those of a Doorbell.
func (p *Play) Seen(at time.Time, alert kg.ID) error     { return p.answer(at, alert, &seen) }
func (p *Play) Accept(at time.Time, alert kg.ID) error   { return p.answer(at, alert, &accept) }
func (p *Play) Decline(at time.Time, alert kg.ID) error  { return p.answer(at, alert, &decline) }
func (p *Play) Withdraw(at time.Time, alert kg.ID) error { return p.answer(at, alert, &withdraw) }
func (p *Play) OnMyWay(at time.Time, alert kg.ID) error  { return p.answer(at, alert, &onMyWay) }
func (p *Play) Arrive(at time.Time, alert kg.ID) error   { return p.answer(at, alert, &arrive) }
func (p *Play) HandOver(at time.Time, alert kg.ID) error { return p.answer(at, alert, &handOver) }

func (p *Play) answer(at time.Time, alert kg.ID, a *answer) error {
	person := kg.ID("")
	for _, c := range p.in.calls {
		if c.alert.ID == alert {
			person = c.person
		}
	}
	return p.move(at, string(person), func(in *incident) error { return in.answer(alert, a) })
}

// Close ends the ring.
func (p *Play) Close(at time.Time, outcome kg.Outcome) error {
	return p.move(at, "", func(in *incident) error {
		if in.open() {
			in.close(outcome)
		}
		return nil
	})
}

// Work does what is due, as a worker does.
func (p *Play) Work(at time.Time) error {
	return p.move(at, p.in.d.o.Process, func(in *incident) error { return in.claim() })
}

// Next is when the next thing is due; false where nothing is.
func (p *Play) Next() (time.Time, bool) {
	due := p.in.due()
	return due.Time(), due != ""
}

// Policy is the policy of the ring.
func (p *Play) Policy() *Policy { return p.in.policy }

// Open says whether the ring is not over.
func (p *Play) Open() bool { return p.in.open() }

// Ring is the ring as it stands. It is the play's own: the next move changes it.
func (p *Play) Ring() *Ring { return p.in.view() }

// Person is whose an alert of the ring is.
func (p *Play) Person(alert kg.ID) kg.ID {
	for _, c := range p.in.calls {
		if c.alert.ID == alert {
			return c.person
		}
	}
	return ""
}

// Timeline are the entries so far, where the rehearsal keeps them.
func (p *Play) Timeline() []*kg.RingEvent { return p.timeline }
