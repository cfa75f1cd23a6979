package doorbell

import (
	"fmt"

	"lintu/kg"
)

// ringCutOff is the ring of a press that only the journal has, for the device that shows a key; nil where the journal
// has none. move, where given, is the move of a name, of rings that are not over.
func (d *Doorbell) ringCutOff(key string, press kg.ID, name string, move func(*incident) error) (*Ring, error) {
	r, err := d.moveCutOff(key, press, name, move)
	if r == nil || err != nil {
		return nil, err
	}
	if move != nil {
		d.spawn(func() { d.tellCutOff(r.ID) })
	}
	return r.view(d.clock.now()), nil
}

func (d *Doorbell) moveCutOff(key string, press kg.ID, name string, move func(*incident) error) (*offRing, error) {
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
	if move == nil {
		return r, nil
	}
	next, err := d.altered(r, "device", func(in *incident) error { return in.whileOpen(name, move) })
	if err != nil || next == r {
		return next, err
	}
	return next, d.keep(next)
}
