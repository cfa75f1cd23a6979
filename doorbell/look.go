package doorbell

import (
	"cmp"
	"context"
	"slices"

	"lintu/kg"
)

// Look is a ring as it stands; nothing is moved.
func (d *Doorbell) Look(ctx context.Context, ring kg.ID) (*Ring, error) {
	in, err := d.load(ctx, ring, "")
	if err != nil {
		return nil, err
	}
	return in.view(), nil
}

// FirstWave is the first wave of neighbours of the round; nil before it.
func (r *Ring) FirstWave() *kg.Wave {
	for i := range r.Waves {
		if w := &r.Waves[i]; w.Round == r.Round && w.Number == 1 {
			return w
		}
	}
	return nil
}

// Pending are the steps that are still to be done, the next first.
func (r *Ring) Pending() []kg.Deadline {
	pending := []kg.Deadline{}
	for _, s := range r.Deadlines {
		if s.DoneAt == "" {
			pending = append(pending, s)
		}
	}
	slices.SortStableFunc(pending, func(a, b kg.Deadline) int { return cmp.Compare(a.DueAt, b.DueAt) })
	return pending
}

// Door is where a ring is, in words; it is for those who have said yes, while the ring is open.
func (d *Doorbell) Door(ctx context.Context, ring kg.ID) (string, error) {
	in, err := d.load(ctx, ring, "")
	if err != nil {
		return "", err
	}
	return in.door()
}

// NotOver is the condition of rings that are not over. Something is due of each of them: that bound lets an index leave out
// all the others, whose number only grows.
func NotOver() kg.Filter {
	return kg.And{kg.Compare{Field: "dueAt", Op: kg.GT, Value: "1"}, kg.OneOf{Field: "state", Values: slices.Clone(openRings)}}
}
