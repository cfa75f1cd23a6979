package feed

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"lintu/kg"
	"lintu/store"
	"lintu/store/storetest"
)

// street is two grids with a door each, a store with a short journal, and a feed over it.
type street struct {
	*storetest.Fixture
	*Feed
	t      testing.TB
	store  store.Store
	at     time.Time
	n      map[string]int
	serial int
}

func newStreet(t testing.TB, st store.Store, o Options) *street {
	s := &street{Fixture: storetest.NewFixture(), t: t, store: st, at: time.Date(2026, 5, 4, 2, 0, 0, 0, time.UTC), n: map[string]int{}}
	s.Add("community", &kg.Division{Name: "社区", Level: kg.LevelCommunity})
	for _, side := range []string{"east", "west"} {
		s.Add(side, &kg.Grid{Name: side})
		s.Tie(side, kg.PartOf, "community")
		s.Add(side+" house", &kg.Building{Name: side})
		s.Tie(side+" house", kg.PartOf, side)
		s.Add(side+" door", &kg.Household{Number: "1"})
		s.Tie(side+" door", kg.PartOf, side+" house")
		s.Add(side+" ring", &kg.Ring{Code: side, Name: side, State: kg.RingOpen, Policy: "city@1", Drill: true, Ordinal: 1, Round: 1, PressedAt: kg.MomentOf(s.at)})
		s.Tie(side+" ring", kg.RangAt, side+" door")
		s.Add(side+" neighbour", &kg.Person{Name: side})
		s.Add(side+" alert", &kg.Alert{Code: side, Name: side, State: kg.AlertCalled, Role: kg.RoleNeighbour, Ordinal: 1, Round: 1, CalledAt: kg.MomentOf(s.at)})
		s.Tie(side+" alert", kg.AlertOf, side+" ring")
		s.Tie(side+" alert", kg.AlertTo, side+" neighbour")
	}
	if _, err := st.Apply(t.Context(), s.Batch()); err != nil {
		t.Fatal(err)
	}
	o.Store, o.Now = st, func() time.Time { return s.at }
	s.Feed = New(o)
	return s
}

// batch are entries of the timeline of a side's ring, so many.
func (s *street) batch(side string, many int) (*store.Batch, []string) {
	b := &store.Batch{Today: kg.DateOf(s.at, time.UTC)}
	var names []string
	for range many {
		s.n[side]++
		code := fmt.Sprintf("%s-%d", side, s.n[side])
		e := &kg.RingEvent{Base: kg.Base{ID: kg.DeriveID([]byte("k"), kg.KindRingEvent, code)}, Code: code, Name: code, Number: s.n[side], Event: kg.EventCalled, At: kg.MomentOf(s.at), Alert: string(s.ID(side + " alert"))}
		tie := &kg.Tie{Relation: kg.EventOf, From: e.ID, To: s.ID(side + " ring")}
		tie.ID = kg.DeriveTieID([]byte("k"), tie)
		b.Changes = append(b.Changes, store.Mutation{Op: store.PutNode, Node: e, Expect: store.MustNotExist}, store.Mutation{Op: store.PutTie, Tie: tie, Expect: store.MustNotExist})
		names = append(names, code)
	}
	return b, names
}

func (s *street) happen(side string, many int) []string {
	s.t.Helper()
	b, names := s.batch(side, many)
	if _, err := s.store.Apply(s.t.Context(), b); err != nil {
		s.t.Fatal(err)
	}
	return names
}

// edit is an edit that has nothing to do with rings.
func (s *street) edit() {
	s.t.Helper()
	s.serial++
	name := fmt.Sprint("somebody ", s.serial)
	f := storetest.NewFixture()
	f.Add(name, &kg.Person{Name: name})
	if _, err := s.store.Apply(s.t.Context(), f.Batch()); err != nil {
		s.t.Fatal(err)
	}
}

func (s *street) look() {
	s.t.Helper()
	if err := s.poll(s.t.Context(), true); err != nil {
		s.t.Fatal(err)
	}
}

func (s *street) listen(t Topic, after *Mark) *Subscription {
	s.t.Helper()
	sub, err := s.Subscribe(s.t.Context(), t, after)
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(sub.Close)
	return sub
}

// read are the codes of so many events, and the last one.
func read(t testing.TB, sub *Subscription, n int) (codes []string, last *Event) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	for range n {
		e, err := sub.Next(ctx)
		if err != nil {
			t.Fatalf("after %v: %v", codes, err)
		}
		codes, last = append(codes, e.Code), e
	}
	return codes, last
}

// nothing fails where a listener has something to read.
func nothing(t testing.TB, sub *Subscription) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if e, err := sub.Next(ctx); err == nil {
		t.Errorf("there is %s to read", e.Code)
	}
}

func oracle(options ...func(*storetest.Options)) store.Store {
	o := storetest.Options{}
	for _, f := range options {
		f(&o)
	}
	return storetest.NewOracle(o)
}

func same(t testing.TB, got, want []string) {
	t.Helper()
	if strings.Join(got, " ") != strings.Join(want, " ") {
		t.Errorf("read %v, want %v", got, want)
	}
}

func TestAListenerReadsWhatHappensToItsTopicInOrder(t *testing.T) {
	s := newStreet(t, oracle(), Options{})
	s.happen("east", 1)
	all, west := s.listen(Topic{}, nil), s.listen(Topic{Area: s.ID("west")}, nil)
	person, ring, community := s.listen(Topic{Person: s.ID("east neighbour")}, nil), s.listen(Topic{Ring: s.ID("west ring")}, nil), s.listen(Topic{Area: s.ID("community")}, nil)
	e2, w1, e4 := s.happen("east", 2), s.happen("west", 1), s.happen("east", 1)
	s.look()
	everything := append(append(e2, w1...), e4...)
	got, last := read(t, all, 4)
	same(t, got, everything)
	if last.Ring != s.ID("east ring") || last.Household != s.ID("east door") || last.Person != s.ID("east neighbour") {
		t.Errorf("the last event is of %s at %s about %s", last.Ring, last.Household, last.Person)
	}
	got, _ = read(t, community, 4)
	same(t, got, everything)
	for _, sub := range []*Subscription{west, ring} {
		got, _ = read(t, sub, 1)
		same(t, got, w1)
		nothing(t, sub)
	}
	got, _ = read(t, person, 3)
	same(t, got, append(e2[:2:2], e4...))
	nothing(t, person)
}

func TestAListenerGoesOnAfterAnyMarkAndMissesNothing(t *testing.T) {
	s := newStreet(t, oracle(), Options{})
	first := s.listen(Topic{}, nil)
	var all []string
	for range 3 {
		all = append(all, s.happen("east", 3)...)
		s.edit()
		all = append(all, s.happen("west", 2)...)
	}
	s.look()
	var marks []Mark
	for i := range all {
		got, e := read(t, first, 1)
		same(t, got, all[i:i+1])
		marks = append(marks, e.Mark)
	}
	first.Close() // the feed forgets its log
	for i, m := range marks {
		again := s.listen(Topic{}, &m)
		got, _ := read(t, again, len(all)-i-1)
		same(t, got, all[i+1:])
		nothing(t, again)
		again.Close()
	}
}

func TestWhatIsCommittedLateWithAnEarlierTimeIsNotMissed(t *testing.T) {
	s := newStreet(t, oracle(), Options{})
	all := s.listen(Topic{}, nil)
	late, lateNames := s.batch("west", 1) // by a process that was about to store it
	s.at = s.at.Add(5 * time.Second)
	early := s.happen("east", 1)
	s.look()
	got, e := read(t, all, 1)
	same(t, got, early)
	if _, err := s.store.Apply(t.Context(), late); err != nil {
		t.Fatal(err)
	}
	s.look()
	got, _ = read(t, all, 1)
	same(t, got, lateNames)
	got, _ = read(t, s.listen(Topic{}, &e.Mark), 1)
	same(t, got, lateNames)
}

func TestAMarkOlderThanTheJournalStillLeadsToEveryEventSince(t *testing.T) {
	s := newStreet(t, oracle(func(o *storetest.Options) { o.Journal = 5 }), Options{})
	first := s.listen(Topic{Area: s.ID("east")}, nil)
	s.happen("east", 1)
	s.look()
	_, e := read(t, first, 1)
	first.Close()
	var want []string
	for range 10 {
		want = append(want, s.happen("east", 1)...)
		s.happen("west", 1)
		s.at = s.at.Add(time.Second)
	}
	again := s.listen(Topic{Area: s.ID("east")}, &e.Mark)
	got, half := read(t, again, 6) // it begins with what was read before: at least once
	same(t, got, append([]string{e.Code}, want[:5]...))
	got, last := read(t, again, 5)
	same(t, got, want[5:])
	got, _ = read(t, s.listen(Topic{Area: s.ID("east")}, &half.Mark), 11) // from the middle of such a list all of it comes again
	same(t, got, append([]string{e.Code}, want...))
	nothing(t, again)
	more := s.happen("east", 1)
	got, _ = read(t, s.listen(Topic{Area: s.ID("east")}, &last.Mark), 1)
	same(t, got, more)
	s.look()
	got, _ = read(t, again, 1)
	same(t, got, more)
}

func TestAnEditThatTheJournalDoesNotListHidesNoEvent(t *testing.T) {
	s := newStreet(t, oracle(), Options{})
	all := s.listen(Topic{}, nil)
	before := s.happen("west", 1)
	s.look()
	got, _ := read(t, all, 1)
	same(t, got, before)
	s.at = s.at.Add(time.Second)
	many := s.happen("east", store.MaxTouched)
	s.look()
	got, _ = read(t, all, len(many))
	same(t, got[:3], many[:3])
	nothing(t, all) // what it had read before does not come again
}

func TestASlowListenerIsEndedAndTheOthersReadOn(t *testing.T) {
	s := newStreet(t, oracle(), Options{Keep: 10})
	slow, quick := s.listen(Topic{}, nil), s.listen(Topic{}, nil)
	s.happen("east", 1)
	s.look()
	_, e := read(t, slow, 1)
	read(t, quick, 1)
	var want []string
	for range 4 {
		names := s.happen("east", 4)
		want = append(want, names...)
		s.look()
		got, _ := read(t, quick, 4)
		same(t, got, names)
	}
	select {
	case <-slow.Done():
	default:
		t.Error("the slow one is not told")
	}
	if _, err := slow.Next(t.Context()); !errors.Is(err, ErrSlow) || !errors.Is(err, kg.ErrLimit) {
		t.Errorf("the slow one reads on: %v", err)
	}
	if n := s.Dropped(); n != 1 {
		t.Errorf("%d were dropped", n)
	}
	got, _ := read(t, s.listen(Topic{}, &e.Mark), len(want))
	same(t, got, want)
}

func TestAThousandListenersHearOfAnEventFromAnotherProcess(t *testing.T) {
	st := oracle()
	s := newStreet(t, st, Options{Poll: 10 * time.Millisecond})
	ctx, end := context.WithCancel(t.Context())
	var following sync.WaitGroup
	following.Go(func() { s.Follow(ctx) })
	defer following.Wait()
	defer end()
	var heard sync.WaitGroup
	for i := range 1000 {
		topic := Topic{Area: s.ID([]string{"east", "community"}[i%2])}
		sub := s.listen(topic, nil)
		heard.Go(func() {
			e, err := sub.Next(ctx)
			if err != nil || e.Code != "east-1" {
				t.Errorf("listener %d: %v %v", i, e, err)
			}
		})
	}
	s.happen("east", 1) // nobody wakes the feed
	heard.Wait()
}

func TestTheEndOfTheServerEndsListeners(t *testing.T) {
	s := newStreet(t, oracle(), Options{})
	sub := s.listen(Topic{}, nil)
	ctx, end := context.WithCancel(t.Context())
	end()
	s.Follow(ctx)
	if _, err := sub.Next(t.Context()); !errors.Is(err, kg.ErrUnavailable) {
		t.Errorf("it listens on: %v", err)
	}
	if n := s.Listeners(); n != 0 {
		t.Errorf("%d listen still", n)
	}
}

func TestMoreListenersThanTheMostAndWhatIsNoAreaAreRefused(t *testing.T) {
	s := newStreet(t, oracle(), Options{Most: 2})
	s.listen(Topic{}, nil)
	s.listen(Topic{}, nil)
	if _, err := s.Subscribe(t.Context(), Topic{}, nil); !errors.Is(err, kg.ErrLimit) {
		t.Errorf("a third one: %v", err)
	}
	if _, err := s.Subscribe(t.Context(), Topic{Area: s.ID("east neighbour")}, nil); !errors.Is(err, kg.ErrInvalid) {
		t.Errorf("a person as an area: %v", err)
	}
	if _, err := s.Subscribe(t.Context(), Topic{}, &Mark{Revision: 1 << 40}); !errors.Is(err, kg.ErrInvalid) {
		t.Errorf("a mark of the future: %v", err)
	}
}
