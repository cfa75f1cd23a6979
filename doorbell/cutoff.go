package doorbell

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"lintu/kg"
)

// Journal keeps records on the disk of this process: what Append has returned for outlives a crash. See package journal.
type Journal interface {
	Append(records ...[]byte) error
	Records() [][]byte // in order; those that an earlier process left are among them
	Clear() error
}

// cutOff are the rings that were made here while the store was away. A ring is in the journal before anything is
// answered, people are called by what the process remembers (the snapshot, the roster), and its ladder goes on here.
// When the store is back, what was done is entered there: see reconcile.
type cutOff struct {
	mu    sync.Mutex
	rings map[kg.ID]*offRing // by their ids
	of    map[kg.ID]kg.ID    // ring by press
	gone  bool               // in the last round the store was away; of whoever works
}

// offRing is a ring as the journal has it. It is known by its first press, whose entry in the timeline has the same id
// when the store has it.
type offRing struct {
	ID         kg.ID          `json:"id"`
	Version    int            `json:"version"` // grows with every change
	Doorbell   kg.ID          `json:"doorbell,omitempty"`
	Household  kg.ID          `json:"household"`
	Policy     string         `json:"policy"`
	At         kg.Moment      `json:"at"`
	Presses    []kg.ID        `json:"presses"` // entries of the timeline, as they will be
	Candidates []kg.Candidate `json:"candidates,omitempty"`
	Steps      []offStep      `json:"steps"`
	Cancelled  kg.Moment      `json:"cancelled,omitempty"`
	Ambulance  kg.Moment      `json:"ambulance,omitempty"`
	Done       bool           `json:"done,omitempty"` // the store has it all

	telling bool // somebody hands its messages over
}

// offStep is a wave, a level of the ladder, or a message to those who were called.
type offStep struct {
	Step   string    `json:"step"`
	Text   string    `json:"text"`
	DueAt  kg.Moment `json:"dueAt"`
	DoneAt kg.Moment `json:"doneAt,omitempty"`
	Told   bool      `json:"told,omitempty"` // the messages were handed over
	People []offCall `json:"people,omitempty"`
}

// offCall is somebody who is called.
type offCall struct {
	Person  kg.ID        `json:"person"`
	Role    kg.AlertRole `json:"role"`
	Metres  int          `json:"metres,omitempty"`
	Seconds int          `json:"seconds,omitempty"`
	Reasons string       `json:"reasons,omitempty"`
	Voice   bool         `json:"voice,omitempty"`
}

// stepStandDown tells those who were called that the elder has cancelled.
const stepStandDown = "stand-down"

// recall reads what an earlier process left in the journal.
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
		if last := c.rings[r.ID]; last != nil && last.Version > r.Version {
			continue // two processes had it, one after the other
		}
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

// keep puts a ring into the journal as it stands; the caller holds the lock.
func (d *Doorbell) keep(r *offRing) error {
	r.Version++
	text, err := json.Marshal(r)
	if err == nil {
		err = d.o.Journal.Append(text)
	}
	if err != nil {
		r.Version--
		return fmt.Errorf("%w: neither the store nor the journal takes the ring: %w", kg.ErrUnavailable, err)
	}
	d.news.wake(r.ID)
	return nil
}

// pressCutOff is a press while the store is away.
func (d *Doorbell) pressCutOff(p Press) (*Ring, error) {
	now := d.clock.now()
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
	r, err := d.takeCutOff(p, household, now)
	if err != nil {
		return nil, err
	}
	d.spawn(func() { d.tellCutOff(r.ID) })
	return r, nil
}

// takeCutOff puts a press into the journal.
func (d *Doorbell) takeCutOff(p Press, household kg.ID, now time.Time) (*Ring, error) {
	c := &d.off
	c.mu.Lock()
	defer c.mu.Unlock()
	press := d.pressID(p)
	if r := c.rings[c.of[press]]; r != nil { // the same press again
		return r.view(d, now), nil
	}
	r := c.openAt(household)
	if r == nil {
		r = d.newCutOff(p, press, household, now)
	} else {
		r.Presses = append(r.Presses, press)
	}
	if err := d.keep(r); err != nil {
		if r.Version > 0 {
			r.Presses = r.Presses[:len(r.Presses)-1]
		}
		return nil, err
	}
	c.rings[r.ID], c.of[press] = r, r.ID
	return r.view(d, now), nil
}

// openAt is the ring of a household that is not cancelled; nil without one.
func (c *cutOff) openAt(household kg.ID) *offRing {
	for _, r := range c.rings {
		if r.Household == household && r.Cancelled == "" && !r.Done {
			return r
		}
	}
	return nil
}

// newCutOff is a new ring with its first calls.
func (d *Doorbell) newCutOff(p Press, press, household kg.ID, now time.Time) *offRing {
	home := d.roster.home(household)
	policy := newest(d.o.Policies, policyOf(home.place.village))
	r := &offRing{ID: press, Doorbell: p.Doorbell, Household: household, Policy: policy.ID(), At: kg.MomentOf(now), Presses: []kg.ID{press}}
	if d.o.Snapshot != nil {
		if s := d.o.Snapshot(); s != nil {
			if answer, err := s.Near(policy.nearQuery(household, now)); err == nil { // an error says that nobody can be found near the door
				all := policy.candidates(answer)
				r.Candidates = all[:min(len(all), policy.Keep)]
			}
		}
	}
	after := func(n int) kg.Moment { return kg.MomentOf(now.Add(seconds(n))) }
	for _, l := range policy.Ladder {
		r.Steps = append(r.Steps, offStep{Step: string(l.Role), Text: textDuty, DueAt: after(l.After)})
	}
	for i, w := range policy.Waves {
		r.Steps = append(r.Steps, offStep{Step: waveStep(i + 1), Text: textCall, DueAt: after(w.After)})
	}
	d.climbCutOff(r, policy, now)
	return r
}

// climbCutOff does the steps that are due, and says whether there were any. With no candidate left the ladder begins at
// once, as in a ring of the store.
func (d *Doorbell) climbCutOff(r *offRing, policy *Policy, now time.Time) bool {
	if r.Cancelled != "" {
		return false
	}
	stamp, did := kg.MomentOf(now), false
	for range maxSteps {
		i := r.nextStep(stamp)
		if i < 0 && !r.advance(stamp) {
			return did
		}
		if i < 0 {
			continue
		}
		s := &r.Steps[i]
		s.DoneAt, did = stamp, true
		s.People = d.callCutOff(r, policy, s.Step, now)
		if r.nextStep("9") < 0 { // nothing is left: those on duty are reminded from now on
			r.Steps = append(r.Steps, offStep{Step: fmt.Sprintf("%s-%d", stepRepeat, len(r.Steps)), Text: textRemind, DueAt: kg.MomentOf(now.Add(seconds(policy.RepeatSeconds)))})
		}
	}
	return did
}

// nextStep is the first step that is due at a moment, -1 without one.
func (r *offRing) nextStep(at kg.Moment) int {
	first := -1
	for i, s := range r.Steps {
		if s.DoneAt == "" && s.DueAt <= at && (first < 0 || s.DueAt < r.Steps[first].DueAt) {
			first = i
		}
	}
	return first
}

// advance brings what is left of the ladder forward where all candidates were called; it says whether it did.
func (r *offRing) advance(now kg.Moment) bool {
	var first kg.Moment
	for _, s := range r.Steps {
		if s.DoneAt == "" && kg.AlertRoles.Has(s.Step) && (first == "" || s.DueAt < first) {
			first = s.DueAt
		}
	}
	if first <= now || len(r.Candidates) > 0 { // those who were called may still come
		return false
	}
	ahead := first.Time().Sub(now.Time())
	for i := range r.Steps {
		if s := &r.Steps[i]; s.DoneAt == "" && kg.AlertRoles.Has(s.Step) {
			s.DueAt = kg.MomentOf(s.DueAt.Time().Add(-ahead))
		}
	}
	return true
}

// callCutOff are the people of a step: nobody whom this ring, or as a neighbour another one of this process, has called.
func (d *Doorbell) callCutOff(r *offRing, policy *Policy, step string, now time.Time) (out []offCall) {
	name, number := numbered(step)
	if name == stepRepeat {
		return r.onDuty()
	}
	if name == "wave" {
		w := policy.Waves[number-1]
		for _, c := range r.Candidates {
			if len(out) < w.People && float64(c.Metres) <= w.Radius && !r.called(c.Person) && !d.off.busy(c.Person) {
				out = append(out, offCall{Person: c.Person, Role: kg.RoleNeighbour, Metres: c.Metres, Seconds: c.Seconds, Reasons: strings.Join(c.Reasons, ",")})
			}
		}
		return out
	}
	for _, l := range policy.Ladder {
		if string(l.Role) != step {
			continue
		}
		for _, id := range d.roster.holders(d.roster.home(r.Household), &l, now, d.o.Zone) {
			if !r.called(id) || l.Voice { // who was called is called again by voice
				out = append(out, offCall{Person: id, Role: l.Role, Voice: l.Voice})
			}
		}
	}
	return out
}

// called says whether the ring has called a person.
func (r *offRing) called(person kg.ID) bool {
	return slices.ContainsFunc(r.Steps, func(s offStep) bool {
		return slices.ContainsFunc(s.People, func(c offCall) bool { return c.Person == person })
	})
}

// busy says whether a person was called to a ring of this process as a neighbour.
func (c *cutOff) busy(person kg.ID) bool {
	for _, r := range c.rings {
		if r.Cancelled == "" && !r.Done && r.called(person) {
			return true
		}
	}
	return false
}

// everybody are those who were called, each once; onDuty those of them who are no neighbours.
func (r *offRing) everybody() (out []offCall) {
	for _, s := range r.Steps {
		for _, c := range s.People {
			if !slices.ContainsFunc(out, func(o offCall) bool { return o.Person == c.Person }) {
				out = append(out, c)
			}
		}
	}
	return out
}

func (r *offRing) onDuty() []offCall {
	return slices.DeleteFunc(r.everybody(), func(c offCall) bool { return c.Role == kg.RoleNeighbour })
}
