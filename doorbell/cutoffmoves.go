package doorbell

import (
	"fmt"
	"time"

	"lintu/kg"
)

// ringCutOff is the ring of a press that only the journal has, for the device that shows a key; nil where the journal
// has none. move, where given, changes it.
func (d *Doorbell) ringCutOff(key string, press kg.ID, move func(*offRing, time.Time) error) (*Ring, error) {
	r, err := d.moveCutOff(key, press, move)
	if r != nil && move != nil {
		d.spawn(func() { d.tellCutOff(r.ID) })
	}
	return r, err
}

func (d *Doorbell) moveCutOff(key string, press kg.ID, move func(*offRing, time.Time) error) (*Ring, error) {
	c := &d.off
	c.mu.Lock()
	defer c.mu.Unlock()
	r := c.rings[c.of[press]]
	if r == nil {
		return nil, nil
	}
	bell, err := bellOf(key)
	if err != nil {
		return nil, err
	}
	door, _ := d.roster.door(bell)
	if !shows(key, door.hash) {
		return nil, errDevice
	}
	if bell != r.Doorbell && door.household != r.Household {
		return nil, fmt.Errorf("%s: %w", press, kg.ErrNotFound)
	}
	now := d.clock.now()
	if move != nil {
		if err := move(r, now); err != nil {
			return nil, err
		}
		if err := d.keep(r); err != nil {
			return nil, err
		}
	}
	return r.view(d, now), nil
}

// cancelCutOff is the elder's own end of a ring that only the journal has.
func (d *Doorbell) cancelCutOff(r *offRing, now time.Time) error {
	policy := d.o.Policies[r.Policy]
	switch {
	case r.Cancelled != "":
		return &IllegalError{ID: r.ID, Move: "cancelRing", State: string(kg.RingClosed), Why: "the ring is over"}
	case policy == nil || now.After(r.At.Time().Add(seconds(policy.CancelSeconds))):
		return &IllegalError{ID: r.ID, Move: "cancelRing", State: string(kg.RingOpen), Why: "the time for it is over; somebody has to close it"}
	}
	r.Cancelled = kg.MomentOf(now)
	r.Steps = append(r.Steps, offStep{Step: stepStandDown, Text: textStandDown, DueAt: r.Cancelled, DoneAt: r.Cancelled, People: r.everybody()})
	return nil
}

// ambulanceCutOff keeps the fact that an ambulance was called.
func (d *Doorbell) ambulanceCutOff(r *offRing, now time.Time) error {
	if r.Cancelled != "" {
		return &IllegalError{ID: r.ID, Move: "callAmbulance", State: string(kg.RingClosed), Why: "the ring is over"}
	}
	if r.Ambulance == "" {
		r.Ambulance = kg.MomentOf(now)
	}
	return nil
}
