package doorbell

import (
	"context"
	"fmt"
	"strings"
	"time"

	"lintu/kg"
	"lintu/store"
)

// Press is a press of a doorbell, or a call for help at a household that has none; one of the two is set.
type Press struct {
	Doorbell  kg.ID
	Household kg.ID
	Key       string // shown by the device of the doorbell, which need not be named then
	Name      string // the caller's own name of the press, which makes a repeated one count once; "": it has none
}

// maxName is the longest name of a press, in bytes.
const maxName = 64

// check completes a press, or refuses it.
func (p *Press) check() error {
	if p.Key != "" {
		bell, err := bellOf(p.Key)
		if err != nil {
			return err
		}
		if p.Household != "" || p.Doorbell != "" && p.Doorbell != bell {
			return kg.Invalid("input", "not the doorbell of the key", "the key alone")
		}
		p.Doorbell = bell
	}
	if (p.Doorbell == "") == (p.Household == "") {
		return kg.Invalid("input", "not one of the two", "exactly one of doorbell and household")
	}
	if len(p.Name) > maxName || strings.ContainsFunc(p.Name, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return kg.Invalid("press", "is no name of a press", fmt.Sprintf("at most %d letters, digits and signs of ASCII", maxName))
	}
	return nil
}

// Press makes a ring, or joins the open one of the household. The ring is stored, with its first calls, before Press
// answers. A press whose name is known already changes nothing.
//
// With a journal, a store that fails or is silent does not keep a press waiting: see cutOff.
func (d *Doorbell) Press(ctx context.Context, p Press) (*Ring, error) {
	if err := p.check(); err != nil {
		return nil, err
	}
	if d.o.Journal != nil {
		return d.pressPatiently(ctx, p)
	}
	in, err := d.attempt(ctx, d.presses, func() (*incident, error) { return d.pressed(ctx, p) })
	if err != nil {
		return nil, err
	}
	return in.view(), nil
}

// lastRing asks for the latest ring of a household.
var lastRing = &store.Step{Key: "rings", On: []kg.Kind{kg.KindHousehold}, Relation: kg.RangAt, Direction: kg.In, Order: store.Order{By: "ordinal", Desc: true}, Window: store.Window{Limit: 1}}

// pressed is the open ring that a press joins, or a new one.
func (d *Doorbell) pressed(ctx context.Context, p Press) (*incident, error) {
	if err := d.catchUp(ctx); err != nil {
		return nil, err
	}
	now := d.clock.now()
	door, err := d.door(ctx, p, d.view(now))
	if err != nil {
		return nil, err
	}
	if door.known != "" {
		return d.load(ctx, door.known, actorOf(p))
	}
	if last := door.last; last != nil && last.State != kg.RingClosed {
		in, err := d.resume(ctx, last.ID, actorOf(p))
		if err != nil {
			return nil, err
		}
		in.join(d.named(p))
		return in, nil
	}
	in, err := d.firstPress(ctx, p, door, now)
	if err != nil {
		return nil, err
	}
	return in, in.rang(d.named(p))
}

// firstPress is a ring that is about to begin, at a household whose last ring is over.
func (d *Doorbell) firstPress(ctx context.Context, p Press, door *origin, now time.Time) (*incident, error) {
	in := &incident{d: d, ctx: ctx, now: now, actor: actorOf(p), version: store.MustNotExist, household: door.home.ID, home: door.home, device: p.Doorbell, fresh: map[string]bool{}}
	ordinal, last := door.home.PastRings+1, door.last
	if last != nil {
		ordinal = max(ordinal, last.Ordinal+1)
	}
	if last != nil && !last.Followed {
		followed := kg.Clone(last).(*kg.Ring)
		followed.Followed = true
		in.checks = append(in.checks, store.Mutation{Op: store.PutNode, Node: followed, Expect: last.Version})
	}
	return in, in.create(ordinal)
}

// create makes the record of a ring that is about to begin, the household's so many-eth.
func (in *incident) create(ordinal int) error {
	where, err := in.where()
	if err != nil {
		return err
	}
	if in.policy == nil { // in a rehearsal it is given
		in.policy = newest(in.d.o.Policies, policyOf(where.village))
	}
	at := kg.MomentOf(in.now)
	in.ring = &kg.Ring{
		Code: fmt.Sprintf("%s-%d", token(in.household), ordinal), Name: fmt.Sprintf("%s %s %d", at[:10], at[11:16], ordinal), State: kg.RingOpen, Policy: in.policy.ID(), Drill: true,
		Ordinal: ordinal, Round: 1, Presses: 1, PressedAt: at, CancelUntil: kg.MomentOf(in.now.Add(seconds(in.policy.CancelSeconds))),
	}
	in.ring.ID = kg.DeriveID(in.d.o.Key[:], kg.KindRing, in.ring.Code)
	return nil
}

// rang begins a ring that was made by a press.
func (in *incident) rang(entry ...func(*kg.RingEvent)) error {
	in.note(kg.EventRang, entry...)
	if err := in.measure(); err != nil {
		return err
	}
	return in.begin()
}

// named gives the entry of a press that has a name its id.
func (d *Doorbell) named(p Press) func(*kg.RingEvent) {
	return func(e *kg.RingEvent) {
		if p.Name != "" {
			e.ID = d.pressID(p)
		}
	}
}

func actorOf(p Press) string {
	if p.Doorbell != "" {
		return "device"
	}
	return ""
}

// origin is where a press comes from, as it is on record.
type origin struct {
	home  *kg.Household
	last  *kg.Ring // of the household; nil without one
	known kg.ID    // the ring that holds this very press already; "" where none does
}

// door reads where a press comes from, and refuses a press that comes from nowhere.
func (d *Doorbell) door(ctx context.Context, p Press, view store.View) (*origin, error) {
	source, argument := p.Household, "household"
	plan := &store.Plan{Steps: []*store.Step{lastRing}}
	if p.Doorbell != "" {
		source, argument = p.Doorbell, "doorbell"
		plan = &store.Plan{Steps: []*store.Step{{Key: "at", On: []kg.Kind{kg.KindDoorbell}, Relation: kg.InstalledAt, Direction: kg.Out, Order: store.Order{By: store.OrderID}, Window: store.Window{Limit: 1}, Plan: plan}}}
	}
	groups := []store.Group{{IDs: []kg.ID{source}, Plan: plan}}
	if p.Name != "" {
		groups = append(groups, store.Group{IDs: []kg.ID{d.pressID(p)}, Plan: eventRing})
	}
	items, err := d.o.Store.Nodes(ctx, view, groups)
	if err != nil {
		return nil, err
	}
	item := items[0][source]
	if p.Key != "" {
		hash := ""
		if item != nil {
			hash = item.Node.(*kg.Doorbell).KeyHash
		}
		if !shows(p.Key, hash) {
			return nil, errDevice
		}
	}
	if item == nil {
		return nil, fmt.Errorf("%s: %s: %w", argument, source, kg.ErrNotFound)
	}
	if p.Doorbell != "" {
		at := item.Tree["at"]
		if at == nil || len(at.Edges) == 0 {
			return nil, kg.Invalid("doorbell", "is installed nowhere today", "a doorbell that is installed at a household")
		}
		item = at.Edges[0].Item
	}
	home, ok := item.Node.(*kg.Household)
	switch {
	case !ok:
		return nil, kg.Invalid(argument, fmt.Sprintf("the id of a %s", item.Node.Kind()), "the id of a "+strings.ToUpper(argument))
	case kg.IsErased(home):
		return nil, fmt.Errorf("%s: %s: %w", argument, source, kg.ErrNotFound)
	}
	out := &origin{home: home}
	for _, e := range item.Tree["rings"].Edges {
		out.last = e.Item.Node.(*kg.Ring)
	}
	if p.Name != "" {
		out.known = ringOfEntry(items[1][d.pressID(p)])
	}
	return out, nil
}

// join counts a press in an open ring. One that comes later than the policy's time for joining says that help is still
// missing: those on duty are told.
func (in *incident) join(named func(*kg.RingEvent)) {
	in.ring.Presses++
	var before kg.Moment
	if before = in.ring.PressedAt; in.ring.JoinedAt != "" {
		before = in.ring.JoinedAt
	}
	in.ring.JoinedAt = in.stamp()
	in.note(kg.EventJoined, named, saying("press %d", in.ring.Presses))
	if in.now.Sub(before.Time()) > seconds(in.policy.JoinSeconds) {
		in.remind(nil, "the doorbell was pressed again")
	}
}

// openRings are the states of rings that are not over.
var openRings = []any{string(kg.RingOpen), string(kg.RingReopened), string(kg.RingAcknowledged), string(kg.RingAttended)}

// measure finds out whether so many rings are open in the township that they are one event.
func (in *incident) measure() error {
	where, err := in.where()
	if err != nil || where.township == "" {
		return err
	}
	others, err := in.others(where.township)
	if err != nil {
		return err
	}
	if others+1 >= in.policy.Mass.Open {
		in.ring.Mass = true
		in.note(kg.EventMass, saying("%d rings are open in the township", others+1))
	}
	return nil
}

// others counts the open rings in a township, beside one that is not on record yet.
func (in *incident) others(township kg.ID) (int, error) {
	if in.stage != nil {
		return in.stage.others(in, township), nil
	}
	return in.d.opens.in(in.ctx, in.d, township, in.now)
}
