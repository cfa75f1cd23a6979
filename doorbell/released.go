package doorbell

import (
	"context"
	"fmt"

	"lintu/kg"
	"lintu/store"
)

// Owner is the person whom an alert calls.
func (d *Doorbell) Owner(ctx context.Context, alert kg.ID) (kg.ID, error) {
	_, person, err := d.ringOf(ctx, alert)
	return person, err
}

// releasedPlan is what an alert opens to who said yes: the ring, its door, who lives there, and the way to it.
var releasedPlan = &store.Plan{Steps: []*store.Step{{
	Key: "ring", On: []kg.Kind{kg.KindAlert}, Relation: kg.AlertOf, Direction: kg.Out, Window: store.Window{Limit: 1}, Order: store.Order{By: store.OrderID},
	Plan: &store.Plan{Steps: []*store.Step{{
		Key: "door", On: []kg.Kind{kg.KindRing}, Relation: kg.RangAt, Direction: kg.Out, Window: store.Window{Limit: 1}, Order: store.Order{By: store.OrderID},
		Plan: &store.Plan{Steps: []*store.Step{
			{Key: "residents", On: []kg.Kind{kg.KindHousehold}, Relation: kg.LivesIn, Direction: kg.In, Window: store.Window{Limit: 50}, Order: store.Order{By: store.OrderID}},
			{Key: "way", On: []kg.Kind{kg.KindHousehold}, Relation: kg.PartOf, Direction: kg.Out, Walk: true, Kinds: []kg.Kind{kg.KindEntrance, kg.KindBuilding}, Window: store.Window{Limit: 4}},
		}},
	}}},
}}}

// Released are the nodes that are open to a person who is called: their own alerts that are not over, and for those that
// they said yes to, while the ring is open, the ring, its household, who lives there, and its entrance and building. With
// the ring it is over.
func (d *Doorbell) Released(ctx context.Context, person kg.ID) ([]kg.ID, error) {
	alerts, err := d.AlertsOf(ctx, person)
	if err != nil || len(alerts) == 0 {
		return nil, err
	}
	items, err := d.o.Store.Nodes(ctx, d.view(d.clock.now()), []store.Group{{IDs: alerts, Plan: releasedPlan}})
	if err != nil {
		return nil, fmt.Errorf("what is released to %s: %w", person, err)
	}
	out := alerts
	for _, id := range alerts {
		item := items[0][id]
		if item == nil {
			continue
		}
		a := item.Node.(*kg.Alert)
		for _, e := range item.Tree["ring"].Edges {
			ring := e.Item.Node.(*kg.Ring)
			if saidYes(a.State) && ring.State != kg.RingClosed && a.Round == ring.Round {
				out = append(out, ring.ID)
				out = append(out, door(e.Item)...)
			}
		}
	}
	return out, nil
}

func saidYes(s kg.AlertState) bool {
	return s == kg.AlertAccepted || s == kg.AlertOnWay || s == kg.AlertArrived
}

// door are the household of a ring, who lives there, and the way to it.
func door(ring *store.Item) []kg.ID {
	var out []kg.ID
	for _, e := range ring.Tree["door"].Edges {
		out = append(out, e.Item.Node.Common().ID)
		for _, key := range []string{"residents", "way"} {
			for _, in := range e.Item.Tree[key].Edges {
				out = append(out, in.Item.Node.Common().ID)
			}
		}
	}
	return out
}
