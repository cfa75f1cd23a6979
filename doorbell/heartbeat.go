package doorbell

import (
	"context"
	"fmt"
	"time"

	"lintu/kg"
	"lintu/store"
)

// Beat is what a device says of itself: that it lives, and how full its battery is.
type Beat struct {
	Doorbell kg.ID
	Key      string // shown by the device, whose doorbell need not be named then
	Battery  *int   // percent, 0 to 100; nil: not told
}

// beatPause is how exactly it is known when a device was heard of: a heartbeat that comes sooner and says nothing new is
// not written down.
const beatPause = time.Minute

// Heartbeat notes that a device lives; the doorbell is given as it is known now.
func (d *Doorbell) Heartbeat(ctx context.Context, b Beat) (*kg.Doorbell, error) {
	if b.Battery != nil && (*b.Battery < 0 || *b.Battery > 100) {
		return nil, kg.Invalid("battery", fmt.Sprint(*b.Battery), "a percentage from 0 to 100")
	}
	if b.Key != "" {
		bell, _, err := d.device(ctx, b.Key)
		if err != nil {
			return nil, err
		}
		b.Doorbell = bell
	}
	items, err := d.o.Store.Nodes(ctx, store.Everything, []store.Group{{IDs: []kg.ID{b.Doorbell}}})
	if err != nil {
		return nil, err
	}
	item := items[0][b.Doorbell]
	if item == nil || b.Doorbell.Kind() != kg.KindDoorbell {
		return nil, fmt.Errorf("doorbell: %s: %w", b.Doorbell, kg.ErrNotFound)
	}
	bell := kg.Clone(item.Node).(*kg.Doorbell)
	now := d.clock.now()
	battery := bell.Battery
	if b.Battery != nil {
		battery = max(1, *b.Battery) // it still speaks; 0 is for what was never told
	}
	if battery == bell.Battery && now.Sub(bell.HeardAt.Time()) < beatPause {
		return bell, nil
	}
	bell.Battery, bell.HeardAt = battery, max(bell.HeardAt, kg.MomentOf(now))
	_, err = d.o.Store.Apply(ctx, &store.Batch{Changes: []store.Mutation{{Op: store.ChangeNode, ID: bell.ID, Set: []kg.Setting{
		{Field: "heardAt", Value: string(bell.HeardAt)}, {Field: "battery", Value: int64(bell.Battery)},
	}}}})
	return bell, err
}

// Test is a test ring: it goes the way of a press into the store and back, is closed at once as TEST, and calls nobody.
// The doorbell is tested by it, and a check of the device is over. Where a ring of the household is open, that one is the
// answer and nothing is tested: nobody may take the one for the other.
func (d *Doorbell) Test(ctx context.Context, p Press) (*Ring, error) {
	if err := p.check(); err != nil {
		return nil, err
	}
	if p.Doorbell == "" {
		return nil, kg.Invalid("input", "a household alone", "a doorbell to test")
	}
	in, err := d.commit(ctx, d.others, func() (*incident, error) {
		if err := d.catchUp(ctx); err != nil {
			return nil, err
		}
		now := d.clock.now()
		door, err := d.door(ctx, p, d.view(now))
		if err != nil {
			return nil, err
		}
		if last := door.last; last != nil && last.State != kg.RingClosed {
			return d.load(ctx, last.ID, "device")
		}
		in, err := d.firstPress(ctx, p, door, now)
		if err != nil {
			return nil, err
		}
		in.ring.BeganAt = in.stamp()
		in.note(kg.EventRang, saying("a test"))
		in.close(kg.TestRing)
		return in, in.learn(kg.TestRing)
	})
	if err != nil {
		return nil, err
	}
	return in.view(), nil
}

// Three accidental presses in a day make a check of the device.
const (
	accidents    = 3
	accidentsDay = 24 * time.Hour
)

// learn keeps what the end of a ring says of the device: a test that went well, or one accidental press too many.
func (in *incident) learn(outcome kg.Outcome) error {
	if in.device == "" {
		return nil
	}
	know := func(fields ...string) {
		m := store.Mutation{Op: store.ChangeNode, ID: in.device}
		for _, f := range fields {
			m.Set = append(m.Set, kg.Setting{Field: f, Value: string(in.stamp())})
		}
		in.checks = append(in.checks, m)
	}
	if outcome == kg.TestRing {
		know("testedAt", "heardAt")
		return nil
	}
	if outcome != kg.FalseAlarm {
		return nil
	}
	recent := *lastRing
	recent.Window.Limit = 20
	trees, err := in.d.o.Store.Expand(in.ctx, store.Everything, []kg.ID{in.household}, &store.Plan{Steps: []*store.Step{&recent}})
	if err != nil {
		return err
	}
	n, since := 1, kg.MomentOf(in.now.Add(-accidentsDay))
	for _, e := range trees[in.household]["rings"].Edges {
		r := e.Item.Node.(*kg.Ring)
		if r.ID != in.ring.ID && r.Outcome == kg.FalseAlarm && r.ClosedAt > since && e.Tie.Ref == in.device {
			n++
		}
	}
	if n >= accidents {
		know("checkAt")
	}
	return nil
}
