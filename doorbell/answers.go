package doorbell

import (
	"context"
	"fmt"
	"slices"

	"lintu/kg"
	"lintu/store"
)

// answer is a move of an alert: from which states, to which, and what is said of it.
type answer struct {
	name  string
	from  []kg.AlertState
	to    kg.AlertState
	event kg.EventKind
	then  func(*incident, *call) error // what else it does
}

// The moves of alerts that people make. A move to where the alert is already changes nothing.
var (
	seen     = answer{"seen", []kg.AlertState{kg.AlertCalled, kg.AlertDelivered}, kg.AlertSeen, kg.EventSeen, (*incident).opened}
	accept   = answer{"acceptAlert", []kg.AlertState{kg.AlertCalled, kg.AlertDelivered, kg.AlertSeen}, kg.AlertAccepted, kg.EventAccepted, (*incident).agreed}
	decline  = answer{"declineAlert", []kg.AlertState{kg.AlertCalled, kg.AlertDelivered, kg.AlertSeen}, kg.AlertDeclined, kg.EventDeclined, (*incident).refused}
	withdraw = answer{"withdrawAlert", []kg.AlertState{kg.AlertAccepted, kg.AlertOnWay}, kg.AlertWithdrawn, kg.EventWithdrawn, (*incident).tookBack}
	onMyWay  = answer{"onMyWay", []kg.AlertState{kg.AlertAccepted}, kg.AlertOnWay, kg.EventOnWay, (*incident).setOut}
	arrive   = answer{"arrive", []kg.AlertState{kg.AlertAccepted, kg.AlertOnWay}, kg.AlertArrived, kg.EventArrived, (*incident).arrived}
	handOver = answer{"handOver", []kg.AlertState{kg.AlertArrived}, kg.AlertHandedOver, kg.EventHandedOver, (*incident).handed}
)

// Seen says that the message was opened.
func (d *Doorbell) Seen(ctx context.Context, alert kg.ID) (*Ring, error) {
	return d.answer(ctx, alert, &seen)
}

// Accept is a yes. It gives the alert the word that is said at the door; the responder, the elder's device and the
// contacts are told.
func (d *Doorbell) Accept(ctx context.Context, alert kg.ID) (*Ring, error) {
	return d.answer(ctx, alert, &accept)
}

// Decline is a no; nobody asks why.
func (d *Doorbell) Decline(ctx context.Context, alert kg.ID) (*Ring, error) {
	return d.answer(ctx, alert, &decline)
}

// Withdraw takes a yes back; somebody else is called.
func (d *Doorbell) Withdraw(ctx context.Context, alert kg.ID) (*Ring, error) {
	return d.answer(ctx, alert, &withdraw)
}

// OnMyWay says that the person has set out.
func (d *Doorbell) OnMyWay(ctx context.Context, alert kg.ID) (*Ring, error) {
	return d.answer(ctx, alert, &onMyWay)
}

// Arrive says that the person is at the door.
func (d *Doorbell) Arrive(ctx context.Context, alert kg.ID) (*Ring, error) {
	return d.answer(ctx, alert, &arrive)
}

// HandOver says that the person has left the elder in other hands.
func (d *Doorbell) HandOver(ctx context.Context, alert kg.ID) (*Ring, error) {
	return d.answer(ctx, alert, &handOver)
}

// answer moves an alert.
func (d *Doorbell) answer(ctx context.Context, alert kg.ID, a *answer) (*Ring, error) {
	ring, person, err := d.ringOf(ctx, alert)
	if err != nil {
		return nil, err
	}
	in, err := d.move(ctx, ring, string(person), func(in *incident) error { return in.answer(alert, a) })
	if err != nil {
		return nil, err
	}
	return in.view(), nil
}

// answer moves an alert of the ring.
func (in *incident) answer(alert kg.ID, a *answer) error {
	i := slices.IndexFunc(in.calls, func(c *call) bool { return c.alert.ID == alert })
	if i < 0 {
		return fmt.Errorf("alert: %s: %w", alert, kg.ErrNotFound)
	}
	c := in.calls[i]
	if c.alert.State == a.to {
		return nil
	}
	if !slices.Contains(a.from, c.alert.State) {
		return &IllegalError{ID: alert, Move: a.name, State: string(c.alert.State), Why: why(c.alert.State)}
	}
	if !in.open() {
		return &IllegalError{ID: alert, Move: a.name, State: string(in.ring.State), Why: "the ring is over"}
	}
	c.alert.State = a.to
	in.touch(c)
	in.note(a.event, about(c))
	return a.then(in, c)
}

func (in *incident) opened(c *call) error {
	c.alert.SeenAt = in.stamp()
	return nil
}

func (in *incident) agreed(c *call) error {
	word, err := in.word()
	if err != nil {
		return err
	}
	c.alert.AnsweredAt, c.alert.Word, c.alert.Outbox = in.stamp(), word, nil
	in.write(c, textDoor, false)
	in.tell(textStatus)
	for _, other := range in.calls {
		if other != c && other.alert.Round == in.ring.Round && other.alert.Role == kg.RoleContact && live(other.alert.State) {
			in.write(other, textComing, false)
		}
	}
	return nil
}

func (in *incident) refused(c *call) error {
	c.alert.AnsweredAt, c.alert.EndedAt, c.alert.Outbox = in.stamp(), in.stamp(), nil
	return nil
}

func (in *incident) tookBack(c *call) error {
	c.alert.EndedAt, c.alert.Word, c.alert.Outbox = in.stamp(), "", nil
	in.tell(textStatus)
	return nil
}

func (in *incident) setOut(c *call) error {
	c.alert.OnWayAt = in.stamp()
	in.tell(textStatus)
	return nil
}

func (in *incident) arrived(c *call) error {
	c.alert.ArrivedAt = in.stamp()
	in.tell(textStatus)
	return nil
}

func (in *incident) handed(c *call) error {
	c.alert.EndedAt, c.alert.Outbox = in.stamp(), nil
	return nil
}

// why is what a person is told of an alert that cannot be moved.
func why(s kg.AlertState) string {
	switch s {
	case kg.AlertStoodDown:
		return "you are no longer needed"
	case kg.AlertDeclined, kg.AlertWithdrawn:
		return "you have said that you cannot come"
	case kg.AlertFailed:
		return "the message could not be delivered, and others were called"
	case kg.AlertHandedOver:
		return "you have handed over"
	case kg.AlertCalled, kg.AlertDelivered, kg.AlertSeen:
		return "say yes first"
	}
	return "you have said yes"
}

// ringOf is the ring and the person of an alert.
func (d *Doorbell) ringOf(ctx context.Context, alert kg.ID) (ring, person kg.ID, err error) {
	if a, known := d.kept.of(alert); known {
		return a.ring, a.person, nil
	}
	step := func(key string, r kg.Relation) *store.Step {
		return &store.Step{Key: key, On: []kg.Kind{kg.KindAlert}, Relation: r, Direction: kg.Out, Order: store.Order{By: store.OrderID}, Window: store.Window{Limit: 1}}
	}
	plan := &store.Plan{Steps: []*store.Step{step("of", kg.AlertOf), step("to", kg.AlertTo)}}
	items, err := d.o.Store.Nodes(ctx, store.Everything, []store.Group{{IDs: []kg.ID{alert}, Plan: plan}})
	if err != nil {
		return "", "", err
	}
	item := items[0][alert]
	if item == nil || alert.Kind() != kg.KindAlert {
		return "", "", fmt.Errorf("alert: %s: %w", alert, kg.ErrNotFound)
	}
	for _, e := range item.Tree["of"].Edges {
		ring = e.Tie.To
	}
	for _, e := range item.Tree["to"].Edges {
		person = e.Tie.To
	}
	return ring, person, nil
}

// waitingMost is how many alerts a person is shown at once.
const waitingMost = 40

// AlertsOf are the alerts that wait for a person, or have them on the way or at a door; the latest first.
func (d *Doorbell) AlertsOf(ctx context.Context, person kg.ID) ([]kg.ID, error) {
	items, err := d.o.Store.Nodes(ctx, d.view(d.clock.now()), []store.Group{{IDs: []kg.ID{person}, Plan: &store.Plan{Steps: []*store.Step{alertsOf("alerts", liveAlerts, "calledAt", waitingMost)}}}})
	if err != nil {
		return nil, err
	}
	item := items[0][person]
	if item == nil || person.Kind() != kg.KindPerson {
		return nil, fmt.Errorf("person: %s: %w", person, kg.ErrNotFound)
	}
	var ids []kg.ID
	for _, e := range item.Tree["alerts"].Edges {
		ids = append(ids, e.Item.Node.Common().ID)
	}
	return ids, nil
}

// word is a door word that nobody else of the ring has.
func (in *incident) word() (string, error) {
	for {
		n, err := random(in.d.o.Random, 10_000)
		if err != nil {
			return "", err
		}
		word := fmt.Sprintf("%04d", n)
		if !slices.ContainsFunc(in.calls, func(c *call) bool { return c.alert.Word == word }) {
			return word, nil
		}
	}
}
