package doorbell

import (
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
