package doorbell

import (
	"context"
	"errors"
	"testing"
	"time"

	"lintu/kg"
	"lintu/store"
)

// watched counts what is asked of a store, and does something before the first batch.
type watched struct {
	store.Store
	rings   int // reads of rings
	batches int
	refused int
	before  func()
}

func (w *watched) Nodes(ctx context.Context, v store.View, groups []store.Group) ([]map[kg.ID]*store.Item, error) {
	if groups[0].IDs[0].Kind() == kg.KindRing {
		w.rings++
	}
	return w.Store.Nodes(ctx, v, groups)
}

func (w *watched) Apply(ctx context.Context, b *store.Batch) (*store.Applied, error) {
	if f := w.before; f != nil {
		w.before = nil
		f()
	}
	w.batches++
	done, err := w.Store.Apply(ctx, b)
	if err != nil {
		w.refused++
	}
	return done, err
}

// watch puts a watched store under the doorbell.
func (s *scene) watch() *watched {
	w := &watched{Store: s.o.Store}
	s.o.Store = w
	return w
}

// another is another process on the same store.
func (s *scene) another() *Doorbell {
	s.t.Helper()
	o := s.o
	o.Process = "another"
	d, err := New(o)
	if err != nil {
		s.t.Fatal(err)
	}
	return d
}

func TestAMoveOfARingThatThisProcessMovedLastDoesNotReadItAgain(t *testing.T) {
	s := newScene(t).crowd(9).open()
	w := s.watch()
	r := s.press()
	alert := s.alert(r, "n01").ID
	w.rings = 0
	if _, err := s.Accept(t.Context(), alert); err != nil {
		t.Fatal(err)
	}
	if w.rings != 0 || w.refused != 0 {
		t.Errorf("the ring was read %d times, %d of %d batches were refused", w.rings, w.refused, w.batches)
	}
	if got := s.alert(r, "n01").State; got != kg.AlertAccepted {
		t.Errorf("the alert is %s", got)
	}
}

func TestWhatAProcessRemembersOfARingDecidesNothing(t *testing.T) {
	s := newScene(t).crowd(9).open()
	other := s.another()
	r := s.press()
	first, second := s.alert(r, "n01").ID, s.alert(r, "n02").ID
	if _, err := other.Decline(t.Context(), first); err != nil {
		t.Fatal(err)
	}
	// By what is remembered the first could still say yes, and the second would be the only one who has.
	if _, err := s.Accept(t.Context(), first); !errors.Is(err, kg.ErrConflict) {
		t.Errorf("a yes after a no at another process: %v", err)
	}
	if _, err := other.Accept(t.Context(), second); err != nil {
		t.Fatal(err)
	}
	got, err := s.Accept(t.Context(), second) // a yes twice is one
	if err != nil || got.State != kg.RingAcknowledged {
		t.Errorf("%v, %v", got, err)
	}
	if _, err := other.Close(t.Context(), r.ID, kg.HelpGiven, ""); err != nil {
		t.Fatal(err)
	}
	if _, err := s.OnMyWay(t.Context(), second); !errors.Is(err, kg.ErrConflict) {
		t.Errorf("on the way to a ring that is over: %v", err)
	}
	if _, err := other.Reopen(t.Context(), r.ID, ""); err != nil {
		t.Fatal(err)
	}
	if got, err := s.Close(t.Context(), r.ID, kg.HelpGiven, ""); err != nil || got.Round != 2 {
		t.Errorf("%v, %v", got, err)
	}
}

func TestRingsOfOneTimeCallTheSamePeopleOnDutyWithoutUndoingEachOther(t *testing.T) {
	s := newScene(t)
	s.Add("next door", &kg.Household{Number: "902室", Floor: 9})
	s.Tie("next door", kg.PartOf, "house entrance")
	s.person("desk")
	s.Tie("desk", kg.OnDutyAt, "community", func(x *kg.Tie) { x.StartsAt = simStart.Add(-time.Hour) })
	s.open()
	w := s.watch()
	w.before = func() { // the ring next door comes in between
		if _, err := s.Press(t.Context(), Press{Household: s.ID("next door")}); err != nil {
			t.Fatal(err)
		}
	}
	r := s.press()
	if w.refused != 0 {
		t.Errorf("%d of %d batches were refused", w.refused, w.batches)
	}
	if a := s.alert(r, "desk"); a == nil || a.State != kg.AlertDelivered {
		t.Errorf("the duty desk: %+v", a)
	}
	mine, err := s.AlertsOf(t.Context(), s.ID("desk"))
	if err != nil || len(mine) != 2 {
		t.Errorf("the desk has %d alerts, %v", len(mine), err)
	}
}

func TestOfTwoRingsThatAskOneNeighbourAtOnceOneTakesSomebodyElse(t *testing.T) {
	s := newScene(t).crowd(1)
	s.Add("next door", &kg.Household{Number: "902室", Floor: 9})
	s.Tie("next door", kg.PartOf, "house entrance")
	s.open()
	w := s.watch()
	w.before = func() {
		if _, err := s.Press(t.Context(), Press{Household: s.ID("next door")}); err != nil {
			t.Fatal(err)
		}
	}
	r := s.press()
	if w.refused != 1 {
		t.Errorf("%d batches were refused, not one", w.refused)
	}
	if a := s.alert(r, "n01"); a != nil {
		t.Errorf("the neighbour is asked to two doors: %+v", a)
	}
	if now := s.now(r); len(now.LeftOut) != 1 || now.LeftOut[0].Reason != LeftBusy {
		t.Errorf("left out: %+v", now.LeftOut)
	}
}

// slowCount is a store in which counting takes until the test says so.
type slowCount struct {
	store.Store
	began chan struct{}
	goOn  chan struct{}
}

func (s *slowCount) Count(ctx context.Context, v store.View, q store.CountQuery) ([]store.GroupCount, error) {
	if q.Kind == kg.KindRing {
		s.began <- struct{}{}
		<-s.goOn
	}
	return s.Store.Count(ctx, v, q)
}

func TestNoPressWaitsForTheCountOfOpenRingsButWhereTheLastIsTooOld(t *testing.T) {
	s := newScene(t).crowd(3)
	for i := range 3 {
		h := string(rune('a' + i))
		s.Add(h, &kg.Household{Number: h, Floor: 2})
		s.Tie(h, kg.PartOf, "house entrance")
	}
	s.open()
	slow := &slowCount{s.o.Store, make(chan struct{}, 3), make(chan struct{})}
	s.o.Store = slow
	ring := func(name string) {
		if _, err := s.Press(t.Context(), Press{Household: s.ID(name)}); err != nil {
			t.Fatal(err)
		}
	}
	go func() { slow.goOn <- struct{}{} }()
	ring("a") // the first waits: nothing is known
	<-slow.began
	s.at += countEvery
	ring("b") // it is counted, and this press has its answer before that is done
	<-slow.began
	close(slow.goOn)
	s.running.Wait()
	if n, err := s.opens.in(t.Context(), s.Doorbell, s.ID("street"), s.Now()); err != nil || n < 2 || n > 3 {
		t.Errorf("%d rings are open, %v; two are, of which one may be counted twice for some seconds", n, err)
	}
	s.at += countEvery
	ring("c")
	<-slow.began
	s.running.Wait()
	if n, err := s.opens.in(t.Context(), s.Doorbell, s.ID("street"), s.Now()); err != nil || n < 3 || n > 4 {
		t.Errorf("%d rings are open, %v", n, err)
	}
}

func TestATimelineRunsForwardWhicheverProcessWritesInIt(t *testing.T) {
	s := newScene(t).crowd(9).open()
	slow := s.another()
	slow.clock = &steady{clock: stopped{}}
	r := s.press()
	if _, err := slow.Due(t.Context()); err != nil { // it has caught up with the timelines, as a process does when it starts
		t.Fatal(err)
	}
	first, second := s.alert(r, "n01").ID, s.alert(r, "n02").ID
	s.at += 20 * time.Second
	if _, err := s.Seen(t.Context(), first); err != nil { // by a clock that has jumped
		t.Fatal(err)
	}
	for _, alert := range []kg.ID{first, second} { // read from the store, and then as it is remembered
		if _, err := slow.Accept(t.Context(), alert); err != nil {
			t.Fatal(err)
		}
	}
	plan := &store.Plan{Steps: []*store.Step{{Key: "events", Relation: kg.EventOf, Direction: kg.In, Window: store.Window{Limit: store.NoLimit}}}}
	trees, err := s.store.Expand(t.Context(), store.Everything, []kg.ID{r.ID}, plan)
	if err != nil {
		t.Fatal(err)
	}
	at := map[int]kg.Moment{}
	for _, e := range trees[r.ID]["events"].Edges {
		n := e.Item.Node.(*kg.RingEvent)
		at[n.Number] = n.At
	}
	for n := 2; n <= len(at); n++ {
		if at[n] < at[n-1] {
			t.Errorf("entry %d is at %s, the one before it at %s", n, at[n], at[n-1])
		}
	}
}

// stopped is a clock that stands at the start of a scene.
type stopped struct{}

func (stopped) Now() time.Time         { return simStart }
func (stopped) Elapsed() time.Duration { return 0 }
