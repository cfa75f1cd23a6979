package doorbell

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"lintu/internal/effort"
	"lintu/kg"
	"lintu/reach"
	"lintu/store"
	"lintu/store/storetest"
)

// script is what happens at the doors of a town, in the same way wherever it is played: who answers what is decided by
// the alert's code, which is the same in both.
type script struct {
	t      *testing.T
	seed   uint64
	at     time.Time
	agenda []cue
	order  int
	log    []string
	on     theatre
}

type cue struct {
	at    time.Time
	order int
	what  string
	do    func() error
}

// theatre is where a script is played: a Doorbell on a store, or a rehearsal.
type theatre interface {
	press(s *script, h kg.ID) error
	answer(s *script, alert kg.ID, move string) error
	end(s *script, h kg.ID) error
	due(s *script) time.Time // of what is open, the zero time for nothing
	work(s *script) error
}

func (s *script) dice(what string) *rand.Rand {
	h := fnv.New64a()
	_, _ = h.Write([]byte(what))
	return rand.New(rand.NewPCG(s.seed, h.Sum64()))
}

func (s *script) later(after time.Duration, what string, do func() error) {
	s.order++
	s.agenda = append(s.agenda, cue{s.at.Add(after), s.order, what, do})
	slices.SortFunc(s.agenda, func(a, b cue) int { return cmp.Or(a.at.Compare(b.at), cmp.Compare(a.order, b.order)) })
}

// told is what a message leads to, and whether it arrives.
func (s *script) told(m Message, code string) error {
	s.log = append(s.log, fmt.Sprintf("%s %s to %q voice %v: %s", kg.MomentOf(s.at), m.ID, m.Role, m.Voice, m.ZH))
	d := s.dice(m.ID + kg.MomentOf(s.at).Time().String())
	if d.IntN(12) == 0 {
		return errors.New("no line")
	}
	if !asks(m.Text) {
		return nil
	}
	d = s.dice(code)
	after := time.Duration(3+d.IntN(150)) * time.Second
	do := func(after time.Duration, move string) {
		s.later(after, move+" "+code, func() error { return s.on.answer(s, m.Alert, move) })
	}
	switch roll := d.IntN(100); {
	case roll < 30:
		do(after/2, "seen")
		do(after, "accept")
		switch d.IntN(4) {
		case 0:
			do(after+time.Duration(d.IntN(300))*time.Second, "withdraw")
		case 1:
		default:
			do(after+9*time.Second, "way")
			do(after+time.Duration(60+d.IntN(400))*time.Second, "arrive")
			do(after+time.Duration(500+d.IntN(400))*time.Second, "over")
		}
	case roll < 60:
		do(after, "decline")
	}
	return nil
}

// play plays rings at the households until all are over.
func (s *script) play(homes []kg.ID) {
	d := s.dice("rings")
	for i := range 14 {
		h := homes[d.IntN(len(homes))]
		at := time.Duration(d.IntN(4000)) * time.Second
		s.later(at, fmt.Sprint("press ", i), func() error { return s.on.press(s, h) })
		s.later(at+time.Duration(900+d.IntN(1500))*time.Second, fmt.Sprint("end ", i), func() error { return s.on.end(s, h) })
	}
	for {
		due := s.on.due(s)
		switch {
		case len(s.agenda) > 0 && (due.IsZero() || !due.Before(s.agenda[0].at)):
			next := s.agenda[0]
			s.agenda = s.agenda[1:]
			s.at = next.at
			err := next.do()
			var illegal *IllegalError
			if err != nil && !errors.As(err, &illegal) {
				s.t.Fatal(err)
			}
			s.log = append(s.log, fmt.Sprintf("%s %s: %v", kg.MomentOf(s.at), next.what, err != nil))
		case !due.IsZero():
			if due.After(s.at) {
				s.at = due
			}
			if err := s.on.work(s); err != nil {
				s.t.Fatal(err)
			}
		default:
			return
		}
	}
}

// onStore plays on a store.
type onStore struct {
	s     *script
	st    store.Store
	bell  *Doorbell
	homes map[kg.ID]kg.ID // rings by household
	rings []kg.ID
}

func (o *onStore) Now() time.Time         { return o.s.at }
func (o *onStore) Elapsed() time.Duration { return o.s.at.Sub(simStart) }
func (o *onStore) Drill() bool            { return true }

func (o *onStore) Notify(_ context.Context, m Message) error { return o.s.told(m, string(m.Alert)) }

func (o *onStore) press(s *script, h kg.ID) error {
	if id := o.homes[h]; id != "" && o.ring(id).State != kg.RingClosed {
		return nil
	}
	r, err := o.bell.Press(s.t.Context(), Press{Household: h})
	if err == nil {
		o.homes[h], o.rings = r.ID, append(o.rings, r.ID)
	}
	return err
}

func (o *onStore) ring(id kg.ID) *kg.Ring {
	items, err := o.st.Nodes(o.s.t.Context(), store.Everything, []store.Group{{IDs: []kg.ID{id}}})
	if err != nil {
		o.s.t.Fatal(err)
	}
	return items[0][id].Node.(*kg.Ring)
}

func (o *onStore) answer(s *script, alert kg.ID, move string) (err error) {
	moves := map[string]func(*Doorbell, context.Context, kg.ID) (*Ring, error){"seen": (*Doorbell).Seen, "accept": (*Doorbell).Accept, "decline": (*Doorbell).Decline,
		"withdraw": (*Doorbell).Withdraw, "way": (*Doorbell).OnMyWay, "arrive": (*Doorbell).Arrive, "over": (*Doorbell).HandOver}
	_, err = moves[move](o.bell, s.t.Context(), alert)
	return err
}

func (o *onStore) end(s *script, h kg.ID) error {
	if id := o.homes[h]; id != "" && o.ring(id).State != kg.RingClosed {
		_, err := o.bell.Close(s.t.Context(), id, kg.HelpGiven, "")
		return err
	}
	return nil
}

func (o *onStore) due(*script) (first time.Time) {
	for _, id := range o.rings {
		if due := o.ring(id).DueAt; due != "" && (first.IsZero() || due.Time().Before(first)) {
			first = due.Time()
		}
	}
	return first
}

func (o *onStore) work(s *script) error {
	_, err := o.bell.Due(s.t.Context())
	return err
}

// inMemory plays in a rehearsal.
type inMemory struct {
	r     *Rehearsal
	plays []*Play
	homes map[kg.ID]*Play
	of    map[kg.ID]*Play // by alert
	s     *script
}

func (o *inMemory) press(s *script, h kg.ID) error {
	if p := o.homes[h]; p != nil && p.in.open() {
		return nil
	}
	p, err := o.r.Press(s.at, Door{Household: h})
	o.homes[h], o.plays = p, append(o.plays, p)
	return err
}

func (o *inMemory) told(p *Play, m Message) error {
	if m.Alert != "" {
		o.of[m.Alert] = p
	}
	return o.s.told(m, string(m.Alert))
}

func (o *inMemory) answer(s *script, alert kg.ID, move string) error {
	moves := map[string]func(*Play, time.Time, kg.ID) error{"seen": (*Play).Seen, "accept": (*Play).Accept, "decline": (*Play).Decline, "withdraw": (*Play).Withdraw,
		"way": (*Play).OnMyWay, "arrive": (*Play).Arrive, "over": (*Play).HandOver}
	return moves[move](o.of[alert], s.at, alert)
}

func (o *inMemory) end(s *script, h kg.ID) error {
	if p := o.homes[h]; p != nil && p.in.open() {
		return p.Close(s.at, kg.HelpGiven)
	}
	return nil
}

func (o *inMemory) due(*script) (first time.Time) {
	for _, p := range o.plays {
		if due, is := p.Next(); is && (first.IsZero() || due.Before(first)) {
			first = due
		}
	}
	return first
}

func (o *inMemory) work(s *script) error {
	plays := slices.Clone(o.plays)
	slices.SortFunc(plays, func(a, b *Play) int {
		return cmp.Or(cmp.Compare(a.in.due(), b.in.due()), cmp.Compare(a.in.ring.ID, b.in.ring.ID))
	})
	now := kg.MomentOf(s.at)
	var due []*Play
	for _, p := range plays {
		if d := p.in.due(); d != "" && d <= now {
			due = append(due, p)
		}
	}
	for _, p := range due {
		if err := p.Work(s.at); err != nil {
			return err
		}
	}
	return nil
}

// written is a ring with all that belongs to it, without what only a store has.
func written(t *testing.T, ring *kg.Ring, alerts []*kg.Alert, people []kg.ID, timeline []*kg.RingEvent) string {
	var b strings.Builder
	put := func(n any) {
		text, err := json.Marshal(n)
		if err != nil {
			t.Fatal(err)
		}
		b.WriteString(string(text) + "\n")
	}
	r := kg.Clone(ring).(*kg.Ring)
	r.Version, r.Followed = 0, false
	put(r)
	for i, a := range alerts {
		a := kg.Clone(a).(*kg.Alert)
		a.Version = 0
		put(a)
		put(people[i])
	}
	for _, e := range timeline {
		e := kg.Clone(e).(*kg.RingEvent)
		e.Version = 0
		put(e)
	}
	return b.String()
}

// TestARehearsalIsWhatADoorbellDoes plays the same scripts on a store and in memory: every message at its instant, and
// every record in the end, is the same.
func TestARehearsalIsWhatADoorbellDoes(t *testing.T) {
	events := map[kg.EventKind]int{}
	for seed := range uint64(effort.Pick(5, 200)) {
		town := newSimulated(t, seed+1, storetest.NewOracle(storetest.Options{}), store.Key{})
		policy := *Policies()["city@1"]
		if seed%3 == 0 {
			policy.Mass.Open = 3
		}
		var homes []kg.ID
		for i := range 8 {
			homes = append(homes, town.town.ID(fmt.Sprint("h", i)))
		}

		life := &script{t: t, seed: seed, at: simStart}
		st := &onStore{s: life, st: town.store, homes: map[kg.ID]kg.ID{}}
		village := *Policies()["village@1"]
		var err error
		st.bell, err = New(Options{Store: town.store, Snapshot: func() *reach.Snapshot { return town.snapshot }, Clock: st, Notifier: st, Process: "rehearsal", Random: words(seed),
			Policies: map[string]*Policy{policy.ID(): &policy, village.ID(): &village}})
		if err != nil {
			t.Fatal(err)
		}
		world := NewWorld(town.store, town.snapshot)
		if err := world.Load(t.Context(), homes, kg.DateOf(simStart, world.zone)); err != nil {
			t.Fatal(err)
		}
		mem := &script{t: t, seed: seed, at: simStart}
		in := &inMemory{s: mem, homes: map[kg.ID]*Play{}, of: map[kg.ID]*Play{}}
		in.r, err = NewRehearsal(t.Context(), Rehearsing{World: world, Policy: &policy, Random: words(seed), LeftOut: true, Entries: true, Told: in.told})
		if err != nil {
			t.Fatal(err)
		}
		mem.on = in
		mem.play(homes)
		life.on = st
		life.play(homes)

		for i := range max(len(life.log), len(mem.log)) {
			if i >= len(life.log) || i >= len(mem.log) || life.log[i] != mem.log[i] {
				t.Fatalf("seed %d: line %d of the log: on the store\n%s\nin the rehearsal\n%s", seed, i, strings.Join(life.log[i:min(i+3, len(life.log))], "\n"), strings.Join(mem.log[i:min(i+3, len(mem.log))], "\n"))
			}
		}
		if len(st.rings) != len(in.plays) || len(st.rings) == 0 {
			t.Fatalf("seed %d: %d rings, %d in the rehearsal", seed, len(st.rings), len(in.plays))
		}
		for i, p := range in.plays {
			r := town.record(st.rings[i])
			p.again() // as they are read
			var people []kg.ID
			for _, c := range p.in.calls {
				people = append(people, c.person)
			}
			want := written(t, r.Ring, r.alerts, r.people, r.timeline)
			if got := written(t, p.in.ring, p.Ring().Alerts, people, p.Timeline()); got != want {
				t.Fatalf("seed %d: ring %d is on record\n%s\nin the rehearsal\n%s", seed, i, want, got)
			}
			for _, e := range p.timeline {
				events[e.Event]++
			}
		}
	}
	for _, e := range []kg.EventKind{kg.EventAccepted, kg.EventDeclined, kg.EventWithdrawn, kg.EventFailed, kg.EventLevel, kg.EventSkipped, kg.EventLeftOut, kg.EventMass, kg.EventNobody, kg.EventStoodDown, kg.EventReminded, kg.EventArrived} {
		if events[e] == 0 {
			t.Errorf("nothing was seen of %s", e)
		}
	}
}

// words gives door words, the same for a seed.
func words(seed uint64) *simulated { return &simulated{dice: rand.New(rand.NewPCG(seed, 3))} }
