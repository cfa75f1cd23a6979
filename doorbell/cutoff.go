package doorbell

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"lintu/kg"
	"lintu/store"
)

// Journal keeps records on the disk of this process: what Append has returned for outlives a crash. See package journal.
type Journal interface {
	Append(records ...[]byte) error
	Records() [][]byte // in order; those that an earlier process left are among them
	Clear() error
}

// cutOff are the rings that were made here while the store was away. A ring is in the journal before anything is
// answered, and goes on here by the moves of any ring, which read what the process remembers (see memory). When the store
// is back, what was done is entered there: see reconcile.
type cutOff struct {
	mu    sync.Mutex
	rings map[kg.ID]*offRing // by their ids
	of    map[kg.ID]kg.ID    // ring by press
	gone  bool               // in the last round the store was away; of whoever works
}

// offRing is a ring as the journal has it. It is known by its first press, whose entry in the timeline has the same id
// when the store has it. Its records are not changed: a move makes another offRing, of the next version.
type offRing struct {
	ID        kg.ID     `json:"id"`
	Version   int       `json:"version"`
	Doorbell  kg.ID     `json:"doorbell,omitempty"`
	Household kg.ID     `json:"household"`
	Presses   []kg.ID   `json:"presses"` // entries of the timeline, as they will be
	Ring      *kg.Ring  `json:"ring"`
	Calls     []offCall `json:"calls,omitempty"`
	Done      bool      `json:"done,omitempty"` // the store has it all

	fresh   map[string]bool // letters that are to be handed over now
	telling bool            // somebody hands letters over
}

// offCall is an alert of a ring of the journal. Its id names messages; the store's alert has another one.
type offCall struct {
	ID     kg.ID     `json:"id"`
	Person kg.ID     `json:"person"`
	Alert  *kg.Alert `json:"alert"`
}

// recall reads what an earlier process left in the journal. What that may not have handed over is handed over again.
func (c *cutOff) recall(j Journal) error {
	c.rings, c.of = map[kg.ID]*offRing{}, map[kg.ID]kg.ID{}
	if j == nil {
		return nil
	}
	for _, text := range j.Records() {
		r := new(offRing)
		if err := json.Unmarshal(text, r); err != nil {
			return fmt.Errorf("doorbell: a record of the journal: %w", err)
		}
		if r.Ring == nil {
			return fmt.Errorf("doorbell: a record of the journal is no ring: %.100s", text)
		}
		if last := c.rings[r.ID]; last != nil && last.Version > r.Version {
			continue // two processes had it, one after the other
		}
		r.complete()
		c.rings[r.ID] = r
	}
	for id, r := range c.rings {
		if r.Done {
			delete(c.rings, id)
			continue
		}
		for _, p := range r.Presses {
			c.of[p] = id
		}
	}
	return nil
}

// complete gives the records of a ring that was read what they are not written with.
func (r *offRing) complete() {
	r.Ring.ID, r.fresh = r.ID, map[string]bool{}
	boxes := [][]kg.Letter{r.Ring.Outbox}
	for _, c := range r.Calls {
		c.Alert.ID = c.ID
		boxes = append(boxes, c.Alert.Outbox)
	}
	for _, l := range slices.Concat(boxes...) {
		r.fresh[l.ID] = true
	}
}

// apart is the incident of a ring of the journal, with records of its own that a move may change.
func (d *Doorbell) apart(r *offRing, actor string) (*incident, error) {
	in := d.incidentApart(r.Household, r.Doorbell, actor)
	in.ring = kg.Clone(r.Ring).(*kg.Ring)
	for _, c := range r.Calls {
		in.calls = append(in.calls, &call{alert: kg.Clone(c.Alert).(*kg.Alert), person: c.Person})
	}
	err := in.ready()
	maps.Copy(in.fresh, r.fresh)
	return in, err
}

// incidentApart is an incident that reads what the process remembers.
func (d *Doorbell) incidentApart(household, device kg.ID, actor string) *incident {
	where := d.roster.home(household).place
	return &incident{
		d: d, ctx: context.Background(), actor: actor, version: store.MustNotExist, household: household, device: device,
		place: &where, fresh: map[string]bool{}, stage: memory{d}, cutOff: true,
	}
}

// altered is a ring after a move and what is due by then; the ring itself where nothing has changed. The caller holds the
// lock, and keeps it.
func (d *Doorbell) altered(r *offRing, actor string, move func(*incident) error) (*offRing, error) {
	in, err := d.apart(r, actor)
	if err == nil {
		err = move(in)
	}
	if err == nil {
		err = in.settle()
	}
	if err != nil || !in.dirty {
		return r, err
	}
	return r.after(in), nil
}

// after is the ring as a move leaves it.
func (r *offRing) after(in *incident) *offRing {
	next := *r
	in.ring.DueAt = in.due()
	next.Version, next.Ring, next.Calls, next.fresh = r.Version+1, in.ring, nil, in.fresh
	for _, c := range in.calls {
		next.Calls = append(next.Calls, offCall{c.alert.ID, c.person, c.alert})
	}
	return &next
}

// keep puts a ring into the journal as it stands; the caller holds the lock. Where the journal does not take it, nothing
// has changed.
func (d *Doorbell) keep(r *offRing) error {
	text, err := json.Marshal(r)
	if err == nil {
		err = d.o.Journal.Append(text)
	}
	if err != nil {
		return fmt.Errorf("%w: neither the store nor the journal takes the ring: %w", kg.ErrUnavailable, err)
	}
	d.off.rings[r.ID] = r
	d.news.wake(r.ID)
	return nil
}

// pressCutOff is a press while the store is away.
func (d *Doorbell) pressCutOff(p Press) (*Ring, error) {
	household := p.Household
	if p.Doorbell != "" {
		door, known := d.roster.door(p.Doorbell)
		switch {
		case p.Key != "" && known && !shows(p.Key, door.hash):
			return nil, errDevice
		case !known:
			return nil, fmt.Errorf("%s is not known here while the store is away: %w", p.Doorbell, kg.ErrUnavailable)
		case door.household == "":
			return nil, kg.Invalid("doorbell", "is installed nowhere today", "a doorbell that is installed at a household")
		}
		household = door.household
	}
	r, err := d.takeCutOff(p, household)
	if err != nil {
		return nil, err
	}
	d.spawn(func() { d.tellCutOff(r.ID) })
	return r.view(d.clock.now()), nil
}

// takeCutOff puts a press into the journal, with what it leads to.
func (d *Doorbell) takeCutOff(p Press, household kg.ID) (*offRing, error) {
	c := &d.off
	c.mu.Lock()
	defer c.mu.Unlock()
	press := d.pressID(p)
	if r := c.rings[c.of[press]]; r != nil { // the same press again
		return r, nil
	}
	next, err := d.pressedApart(p, press, household)
	if err == nil {
		next.Presses = append(slices.Clone(next.Presses), press)
		err = d.keep(next)
	}
	if err != nil {
		return nil, err
	}
	c.of[press] = next.ID
	return next, nil
}

// pressedApart is the ring of the household that a press joins, or a new one with its first calls.
func (d *Doorbell) pressedApart(p Press, press, household kg.ID) (*offRing, error) {
	for _, r := range d.off.rings {
		if r.Household == household && r.Ring.State != kg.RingClosed {
			return d.altered(r, actorOf(p), func(in *incident) error {
				in.join(as(press))
				return nil
			})
		}
	}
	in := d.incidentApart(household, p.Doorbell, actorOf(p))
	in.now = d.clock.now()
	if err := in.create(0); err != nil { // its number is known when the store is back
		return nil, err
	}
	in.ring.ID, in.ring.Code = press, token(press)
	if err := in.rang(as(press)); err != nil {
		return nil, err
	}
	if err := in.settle(); err != nil {
		return nil, err
	}
	r := &offRing{ID: press, Doorbell: p.Doorbell, Household: household}
	return r.after(in), nil
}

// view is the ring as a caller sees it: nobody in it can be named or answered for yet. What counts as its events are its
// versions: they are fewer than the entries of its timeline in the store, so that who waits for more of them sees that.
func (r *offRing) view(now time.Time) *Ring {
	ring := *r.Ring
	ring.Events = r.Version
	out := &Ring{Ring: &ring, Household: r.Household, Now: now, CutOff: true}
	for _, c := range r.Calls {
		out.Alerts = append(out.Alerts, &kg.Alert{State: c.Alert.State, Role: c.Alert.Role, Round: c.Alert.Round, Metres: c.Alert.Metres, Seconds: c.Alert.Seconds, LastKnown: true})
	}
	return out
}
