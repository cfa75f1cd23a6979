package doorbell

import (
	"slices"

	"lintu/kg"
	"lintu/store"
)

// person is somebody who may be called as a neighbour, with what the rules ask of their other alerts.
type person struct {
	*kg.Person
	asked int         // number of their last alert as a neighbour; 0 without one
	calls []*kg.Alert // the latest of those, the last first: as many as a policy lets a week have
	busy  []kg.ID     // alerts that ask something of them, or have them at a door
}

// The alerts of a person that ask something of them, or have them at a door; and those in which they are a neighbour.
var (
	liveAlerts = func() kg.Filter {
		f := kg.OneOf{Field: "state"}
		for _, s := range kg.AlertStates.Names() {
			if live(kg.AlertState(s)) {
				f.Values = append(f.Values, s)
			}
		}
		return f
	}()
	asNeighbour = kg.Compare{Field: "role", Op: kg.EQ, Value: string(kg.RoleNeighbour)}
)

// alertsOf asks for alerts of people, the latest by a field first.
func alertsOf(key string, f kg.Filter, by string, limit int) *store.Step {
	return &store.Step{
		Key: key, On: []kg.Kind{kg.KindPerson}, Relation: kg.AlertTo, Direction: kg.In, Node: f,
		Order: store.Order{By: by, Desc: true}, Window: store.Window{Limit: limit},
	}
}

// atRings is how many alerts are read that keep a person: one does, beside those of the ring itself.
const atRings = 4

// people reads people as they are now, with their alerts as the rules ask for them. Who does not live any more is absent.
func (in *incident) people(ids []kg.ID) (map[kg.ID]*person, error) {
	if in.stage != nil {
		return in.stage.people(in, ids)
	}
	plan := &store.Plan{Steps: []*store.Step{
		alertsOf("calls", asNeighbour, "ordinal", in.policy.AlertsPerWeek), alertsOf("busy", liveAlerts, "calledAt", atRings),
	}}
	items, err := in.living(ids, plan)
	if err != nil {
		return nil, err
	}
	out := make(map[kg.ID]*person, len(items))
	for id, item := range items {
		p := &person{Person: item.Node.(*kg.Person)}
		for _, e := range item.Tree["calls"].Edges {
			p.calls = append(p.calls, e.Item.Node.(*kg.Alert))
		}
		if len(p.calls) > 0 {
			p.asked = p.calls[0].Ordinal
		}
		for _, e := range item.Tree["busy"].Edges {
			p.busy = append(p.busy, e.Item.Node.Common().ID)
		}
		out[id] = p
	}
	return out, nil
}

// known is people as they are now, and nothing of their alerts: of those who are called whatever they were called for
// before.
func (in *incident) known(ids []kg.ID) (map[kg.ID]*kg.Person, error) {
	out := map[kg.ID]*kg.Person{}
	if in.stage != nil {
		people, err := in.stage.people(in, ids)
		for id, p := range people {
			out[id] = p.Person
		}
		return out, err
	}
	items, err := in.living(ids, nil)
	for id, item := range items {
		out[id] = item.Node.(*kg.Person)
	}
	return out, err
}

// living reads the people who live today.
func (in *incident) living(ids []kg.ID, plan *store.Plan) (map[kg.ID]*store.Item, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	view := in.d.view(in.now)
	items, err := in.d.o.Store.Nodes(in.ctx, view, []store.Group{{IDs: ids, Plan: plan}})
	if err != nil {
		return nil, err
	}
	for id, item := range items[0] {
		if n, ok := item.Node.(*kg.Person); !ok || !n.Life.Holds(view.AsOf) {
			delete(items[0], id)
		}
	}
	return items[0], nil
}

// recent counts the alerts as a neighbour that people have had since a moment; who had none is absent.
func (in *incident) recent(ids []kg.ID, since kg.Moment) (map[kg.ID]int, error) {
	if in.stage != nil {
		return in.stage.recent(in, ids, since)
	}
	out := map[kg.ID]int{}
	if len(ids) == 0 {
		return out, nil
	}
	step := alertsOf("", kg.And{asNeighbour, kg.Compare{Field: "calledAt", Op: kg.GT, Value: string(since)}}, store.OrderID, 0)
	groups, err := in.d.o.Store.Count(in.ctx, in.d.view(in.now), store.CountQuery{From: &store.CountFrom{Sources: ids, Step: step}})
	for _, g := range groups {
		out[g.Source] = g.Count
	}
	return out, err
}

// elsewhere says whether a person is asked to come to another ring, or is there.
func (in *incident) elsewhere(p *person) bool {
	return slices.ContainsFunc(p.busy, func(alert kg.ID) bool {
		return !slices.ContainsFunc(in.calls, func(c *call) bool { return c.alert.ID == alert })
	})
}

// countAlerts counts alerts since a moment.
func countAlerts(alerts []*kg.Alert, since kg.Moment) (n int) {
	for _, a := range alerts {
		if a.CalledAt > since {
			n++
		}
	}
	return n
}

// live says whether an alert still asks something of a person, or has them at the door.
func live(s kg.AlertState) bool { return waiting(s) || coming(s) }

// waiting says whether an alert waits for an answer.
func waiting(s kg.AlertState) bool {
	return s == kg.AlertCalled || s == kg.AlertDelivered || s == kg.AlertSeen
}

// coming says whether a person has said yes and not taken it back.
func coming(s kg.AlertState) bool {
	return s == kg.AlertAccepted || s == kg.AlertOnWay || s == kg.AlertArrived
}
