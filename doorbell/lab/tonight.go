package lab

import (
	"cmp"
	"context"
	"slices"
	"time"

	"lintu/doorbell"
	"lintu/geo"
	"lintu/kg"
	"lintu/reach"
	"lintu/store"
)

// Patience is how long a rehearsed door waits for a yes.
const Patience = 10 * time.Minute

// Evening is a silent rehearsal: each doorbell of an area is rung, at one instant and apart from the others, and nobody
// answers. Whoever would have been called within the first ten minutes is counted with their share of yes; a door
// fails where the chance that one of them says yes in time is less than Sure.
type Evening struct {
	World   *doorbell.World
	Area    kg.ID // none: all
	At      time.Time
	Sure    float64 // from 0 to 1; 0: DefaultSure
	Answers Answers // the least share counts for neighbours
	Total   func(doors int)
	Done    func(doors int) // of so many more
}

// DefaultSure is the chance below which a door fails.
const DefaultSure = 0.9

// Tonight is what an Evening finds.
type Tonight struct {
	At       time.Time
	Sure     float64
	Doors    int
	Failing  []Failing // the least chance first, then by doorbell
	Revision store.Revision
}

// Failing is a door whose first ten minutes would fail.
type Failing struct {
	doorbell.Door
	Chance     float64 // that somebody says yes in time
	Neighbours int     // called in the ten minutes
	Ladder     int     // contacts, key holders and others called in them, the duty desk not counted
	Contacts   int     // of them, contacts and key holders
	Fix        Fix
	After      float64 // the chance with the fix
}

// FixKind is what would help a door.
type FixKind string

// The fixes, cheapest first where they take as many people.
const (
	FixConsent FixKind = "CONSENT" // who is at home near by agrees to come, and is vetted
	FixAtHome  FixKind = "AT_HOME" // who agreed to come and is elsewhere is at home
	FixContact FixKind = "CONTACT" // the household names people who agree to be called
	FixNone    FixKind = "NONE"    // none of them alone
)

// FixKinds are the fixes in order.
var FixKinds = []FixKind{FixConsent, FixAtHome, FixContact, FixNone}

// Fix is the cheapest fix of a door: the one that takes the fewest people.
type Fix struct {
	Kind   FixKind
	Number int     // of people that it takes
	People []kg.ID // who, nearest first; nobody is named for FixContact
}

// mostFixing is the most people that a fix may take.
const mostFixing = 5

// Rehearse rehearses the evening. Errors are those of kg.
func (e Evening) Rehearse(ctx context.Context) (*Tonight, error) {
	if e.Sure == 0 {
		e.Sure = DefaultSure
	}
	if !(e.Sure > 0 && e.Sure < 1) {
		return nil, kg.Invalid("sure", "is no chance that can be reached", "more than 0 and less than 1")
	}
	if err := e.Answers.Check(); err != nil {
		return nil, err
	}
	today := kg.DateOf(e.At, e.World.Snapshot().Location())
	doors, err := e.World.Doors(ctx, e.Area, today)
	if err != nil {
		return nil, err
	}
	if e.Total != nil {
		e.Total(len(doors))
	}
	h := &rehearsing{Evening: e, ctx: ctx}
	h.r, err = doorbell.NewRehearsal(ctx, doorbell.Rehearsing{World: e.World, Random: &reader{}, History: true, Told: h.told})
	if err != nil {
		return nil, err
	}
	out := &Tonight{At: e.At, Sure: e.Sure, Doors: len(doors), Revision: e.World.Snapshot().Revision()}
	for chunk := range slices.Chunk(doors, loadChunk) {
		if err := loadDoors(ctx, e.World, chunk, today); err != nil {
			return nil, err
		}
		for _, door := range chunk {
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			f, err := h.rehearse(door)
			if err != nil {
				return nil, err
			}
			if f != nil {
				out.Failing = append(out.Failing, *f)
			}
		}
		if e.Done != nil {
			e.Done(len(chunk))
		}
	}
	slices.SortFunc(out.Failing, func(a, b Failing) int {
		return cmp.Or(cmp.Compare(a.Chance, b.Chance), cmp.Compare(a.Doorbell, b.Doorbell))
	})
	return out, nil
}

// loadChunk is how many doors are loaded at a time.
const loadChunk = 500

func loadDoors(ctx context.Context, w *doorbell.World, doors []doorbell.Door, on kg.Date) error {
	ids := make([]kg.ID, len(doors))
	for i, d := range doors {
		ids[i] = d.Household
	}
	slices.Sort(ids)
	return w.Load(ctx, slices.Compact(ids), on)
}

// rehearsing is a rehearsal of doors, one after the other.
type rehearsing struct {
	Evening
	ctx   context.Context
	r     *doorbell.Rehearsal
	asked []asked
	now   time.Time
}

// asked is somebody who is asked to come, from when on their yes counts.
type asked struct {
	person kg.ID
	role   kg.AlertRole
	at     time.Time
}

// told takes down who is asked to come. The duty desk sees rings and does not go.
func (h *rehearsing) told(p *doorbell.Play, m doorbell.Message) error {
	if !m.Asks() || m.Role == kg.RoleDutyDesk || slices.ContainsFunc(h.asked, func(a asked) bool { return a.person == m.Person }) {
		return nil
	}
	h.asked = append(h.asked, asked{m.Person, m.Role, h.now})
	return nil
}

// ring plays the first ten minutes at a door and gives the chance of a yes.
func (h *rehearsing) ring(door doorbell.Door, s *doorbell.Suppose) (*doorbell.Play, float64, error) {
	h.r.Forget(s)
	h.asked, h.now = h.asked[:0], h.At
	p, err := h.r.Press(h.At, door)
	if err != nil {
		return nil, 0, err
	}
	end := h.At.Add(Patience)
	for {
		next, due := p.Next()
		if !due || !next.Before(end) {
			break
		}
		h.now = next
		if err := p.Work(next); err != nil {
			return nil, 0, err
		}
	}
	nobody := 1.0
	for _, a := range h.asked {
		share := h.Answers.Ladder
		if a.role == kg.RoleNeighbour {
			share = h.Answers.Least
		}
		nobody *= 1 - (1-h.Answers.Fail)*share*within(end.Sub(a.at))
	}
	return p, 1 - nobody, nil
}

// rehearse rehearses a door; nil where it would not fail.
func (h *rehearsing) rehearse(door doorbell.Door) (*Failing, error) {
	p, chance, err := h.ring(door, nil)
	if err != nil || chance >= h.Sure {
		return nil, err
	}
	f := &Failing{Door: door, Chance: chance}
	for _, a := range h.asked {
		switch a.role {
		case kg.RoleNeighbour:
			f.Neighbours++
		case kg.RoleContact, kg.RoleKeyholder:
			f.Contacts++
			f.Ladder++
		default:
			f.Ladder++
		}
	}
	radius := p.Policy().Radius()
	f.Fix, f.After, err = h.fix(door, radius, chance)
	return f, err
}

// fix looks for the cheapest fix: the fewest people, and of fixes that take as many the first.
func (h *rehearsing) fix(door doorbell.Door, radius, chance float64) (Fix, float64, error) {
	consents, homes, err := h.missing(door, radius)
	if err != nil {
		return Fix{}, 0, err
	}
	for n := 1; n <= mostFixing; n++ {
		for _, kind := range FixKinds {
			var s *doorbell.Suppose
			fix := Fix{Kind: kind, Number: n}
			switch kind {
			case FixConsent:
				s, fix.People = h.suppose(consents, n)
			case FixAtHome:
				s, fix.People = h.suppose(homes, n)
			case FixContact:
				s = contacts(n)
			}
			if s == nil {
				continue
			}
			_, after, err := h.ring(door, s)
			if err != nil {
				return Fix{}, 0, err
			}
			if after >= h.Sure {
				return fix, after, nil
			}
		}
	}
	return Fix{Kind: FixNone}, chance, nil
}

// missing are the people who live near enough to come and are left out: at home, for want of a consent or a vetting;
// and elsewhere, having both. Nearest first.
func (h *rehearsing) missing(door doorbell.Door, radius float64) (consents, homes []reach.LeftPerson, err error) {
	s := h.World.Snapshot()
	today := kg.DateOf(h.At, s.Location())
	point, located := s.Point(door.Household, today)
	if !located {
		return nil, nil, nil // nobody is known to be near: a contact is what helps such a door
	}
	now, err := s.Near(reach.NearQuery{To: reach.Target{Household: door.Household}, Radius: radius, At: h.At, Scope: store.Scope{All: true}, LeftOutPeople: store.NoLimit})
	if err != nil {
		return nil, nil, err
	}
	for _, p := range now.LeftPeople {
		home, known := s.Home(p.Person, today)
		if p.Distance = geo.Distance(point, home); !known || p.Distance > radius || s.Barriers().Across(point, home) {
			continue
		}
		switch where, _ := s.Presence(p.Person, h.At); {
		case p.Reason == reach.Elsewhere:
			homes = append(homes, p)
		case (p.Reason == reach.NoConsent || p.Reason == reach.NotVetted) && where == kg.AtHome:
			consents = append(consents, p)
		}
	}
	for _, list := range [][]reach.LeftPerson{consents, homes} {
		slices.SortFunc(list, func(a, b reach.LeftPerson) int {
			return cmp.Or(cmp.Compare(a.Distance, b.Distance), cmp.Compare(a.Person, b.Person))
		})
	}
	if consents, err = h.able(consents, today); err != nil {
		return nil, nil, err
	}
	homes, err = h.able(homes, today)
	return consents, homes, err
}

// able are the first of the people whom nothing else keeps: none who needs care themselves.
func (h *rehearsing) able(list []reach.LeftPerson, on kg.Date) (out []reach.LeftPerson, err error) {
	list = list[:min(len(list), 4*mostFixing)]
	var ids []kg.ID
	for _, p := range list {
		ids = append(ids, p.Person)
	}
	if err := h.World.Know(h.ctx, ids); err != nil {
		return nil, err
	}
	for _, p := range list {
		n := h.World.Person(p.Person)
		if n == nil || slices.ContainsFunc(n.CareFlags, func(f kg.Flag) bool { return f.Holds(on) }) {
			continue
		}
		out = append(out, p)
	}
	return out, nil
}

// suppose has the first so many people agree, be vetted and be at home; nil where there are not so many.
func (h *rehearsing) suppose(list []reach.LeftPerson, n int) (*doorbell.Suppose, []kg.ID) {
	if len(list) < n {
		return nil, nil
	}
	s := &doorbell.Suppose{People: map[kg.ID]*kg.Person{}, Near: list[:n]}
	var ids []kg.ID
	for _, p := range list[:n] {
		s.People[p.Person] = agreed(h.World.Person(p.Person))
		ids = append(ids, p.Person)
	}
	return s, ids
}

// agreed is somebody with a consent and a vetting.
func agreed(p *kg.Person) *kg.Person {
	p = kg.Clone(p).(*kg.Person)
	if p.Responder == nil {
		p.Responder = &kg.Responder{}
	}
	p.Responder.Consents = append(p.Responder.Consents, kg.Consent{Purpose: kg.ConsentToRespond})
	p.Responder.Vettings = append(p.Responder.Vettings, kg.Vetting{By: "supposed"})
	return p
}

// contacts supposes so many more contacts of the household.
func contacts(n int) *doorbell.Suppose {
	s := &doorbell.Suppose{People: map[kg.ID]*kg.Person{}}
	for i := range n {
		id := kg.DeriveID([]byte("supposed"), kg.KindPerson, string(rune('a'+i)))
		s.People[id] = &kg.Person{Base: kg.Base{ID: id}}
		s.Contacts = append(s.Contacts, id)
	}
	return s
}
