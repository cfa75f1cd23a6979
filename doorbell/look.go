package doorbell

import (
	"context"

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
