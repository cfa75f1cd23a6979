package doorbell

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"lintu/kg"
	"lintu/store"
)

func TestARingCanBeCancelledForTenSecondsAndIsThenClosedBySomebody(t *testing.T) {
	s := newScene(t).crowd(3).open()
	r := s.press()
	if !r.Drill || r.CancelUntil.Time().Sub(r.PressedAt.Time()) != 10*time.Second {
		t.Errorf("%+v", r.Ring)
	}
	s.at += 11 * time.Second
	var illegal *IllegalError
	if _, err := s.Cancel(t.Context(), r.ID); !errors.As(err, &illegal) {
		t.Errorf("after 11 s: %v", err)
	}
	if _, err := s.Close(t.Context(), r.ID, "NICE", ""); !errors.Is(err, kg.ErrInvalid) {
		t.Errorf("an outcome that is none: %v", err)
	}
	if _, err := s.Close(t.Context(), r.ID, kg.FalseAlarm, ""); err != nil {
		t.Fatal(err)
	}
	r = s.press()
	s.at += 9 * time.Second
	cancelled, err := s.Cancel(t.Context(), r.ID)
	if err != nil || cancelled.State != kg.RingClosed || cancelled.Outcome != kg.FalseAlarm || s.count(r, func(a *kg.Alert) bool { return live(a.State) }) != 0 {
		t.Errorf("after 9 s: %+v, %v", cancelled, err)
	}
	if _, err := s.Cancel(t.Context(), r.ID); !errors.As(err, &illegal) {
		t.Errorf("twice: %v", err)
	}
	if due := s.now(r).DueAt; due != "" {
		t.Errorf("something is due at %s", due)
	}
}

func TestAMessageThatWaitsIsNotSentToWhoHasWithdrawnSince(t *testing.T) {
	s := newScene(t).crowd(9).open()
	in, err := s.pressed(t.Context(), Press{Doorbell: s.ID("bell")})
	if err == nil {
		err = errors.Join(in.settle(), in.save()) // and the process dies before anything is handed over
	}
	if err != nil {
		t.Fatal(err)
	}
	p := kg.Clone(s.Node("n02")).(*kg.Person)
	p.Responder.Consents = nil
	if _, err := s.store.Apply(t.Context(), &store.Batch{Changes: []store.Mutation{{Op: store.PutNode, Node: p}}}); err != nil {
		t.Fatal(err)
	}
	s.wait(6)
	told := map[string]int{}
	for _, m := range s.messages {
		if m.Text == textCall {
			told[s.Name(m.Person)]++
		}
	}
	r := in.view()
	if told["n01"] != 1 || told["n02"] != 0 || told["n08"] != 1 || s.alert(r, "n02").State != kg.AlertStoodDown {
		t.Errorf("told %v; %s", told, s.states(r))
	}
}

func TestTheDoorIsToldOnlyToWhoSaysYesAndTheWordToBothSides(t *testing.T) {
	s := newScene(t).crowd(8).open()
	r := s.press()
	for _, m := range s.messages {
		if strings.Contains(m.ZH, "901") || strings.Contains(m.EN, "901") {
			t.Errorf("%s tells the door: %s", m.Text, m.ZH)
		}
		if !strings.HasPrefix(m.ZH, "有生命危险先拨120") || !strings.HasPrefix(m.EN, "Life in danger: dial 120 first") {
			t.Errorf("%s begins with %s", m.Text, m.ZH)
		}
	}
	if m := s.messages[0]; m.Text != textCall || !strings.Contains(m.EN, "about 50 m away") {
		t.Errorf("the first message: %+v", m)
	}
	s.messages = nil
	s.must(r, "n04", (*Doorbell).Accept)
	word := s.alert(r, "n04").Word
	var door, elder bool
	for _, m := range s.messages {
		door = door || m.Text == textDoor && m.Person == s.ID("n04") && strings.Contains(m.ZH, "901室") && strings.Contains(m.ZH, word)
		elder = elder || m.Text == textStatus && m.Device == s.ID("bell") && strings.Contains(m.ZH, word) && strings.Contains(m.ZH, "1人正在赶来")
	}
	if len(word) != 4 || !door || !elder {
		t.Errorf("the word %q; messages %+v", word, s.messages)
	}
}

func TestAnAlertMovesOnlyAsItMay(t *testing.T) {
	s := newScene(t).crowd(3).open()
	r := s.press()
	type move = func(*Doorbell, context.Context, kg.ID) (*Ring, error)
	refused := func(name string, f move) {
		t.Helper()
		var illegal *IllegalError
		if err := s.do(r, name, f); !errors.As(err, &illegal) || illegal.Why == "" {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, f := range []move{(*Doorbell).Withdraw, (*Doorbell).OnMyWay, (*Doorbell).Arrive, (*Doorbell).HandOver} {
		refused("n01", f)
	}
	for _, f := range []move{(*Doorbell).Seen, (*Doorbell).Accept, (*Doorbell).Accept, (*Doorbell).OnMyWay, (*Doorbell).Arrive} {
		s.must(r, "n01", f)
	}
	if got := s.now(r); got.State != kg.RingAttended || got.AttendedAt == "" || got.Status().There != 1 {
		t.Errorf("at the door: %+v", got.Ring)
	}
	refused("n01", (*Doorbell).Withdraw)
	refused("n01", (*Doorbell).Decline)
	s.must(r, "n01", (*Doorbell).HandOver)
	if _, err := s.Close(t.Context(), r.ID, kg.HelpGiven, ""); err != nil {
		t.Fatal(err)
	}
	refused("n02", (*Doorbell).Accept)
	if _, err := s.Accept(t.Context(), kg.NewID(kg.KindAlert)); !errors.Is(err, kg.ErrNotFound) {
		t.Errorf("an alert that is none: %v", err)
	}
	reopened, err := s.Reopen(t.Context(), r.ID, "")
	if err != nil || reopened.State != kg.RingReopened || reopened.Round != 2 || s.alert(r, "n01").Round != 2 {
		t.Errorf("reopened: %+v, %v", reopened, err)
	}
}

func TestAnAmbulanceIsAFactWhoseArrivalIsAwaited(t *testing.T) {
	s := newScene(t).crowd(2).open()
	r := s.press()
	var illegal *IllegalError
	if _, err := s.AmbulanceArrived(t.Context(), r.ID, ""); !errors.As(err, &illegal) {
		t.Errorf("before it was called: %v", err)
	}
	if _, err := s.CallAmbulance(t.Context(), r.ID, ""); err != nil {
		t.Fatal(err)
	}
	s.wait(901)
	if !s.said(r, "REMINDED 1/ambulance-1 the ambulance has not arrived") {
		t.Errorf("nobody is reminded:\n%s", strings.Join(s.timeline(r), "\n"))
	}
	got, err := s.AmbulanceArrived(t.Context(), r.ID, "")
	if err != nil || got.State != kg.RingAttended || got.AmbulanceArrivedAt == "" {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestWhoDoesNotArriveIsNotWaitedForForEver(t *testing.T) {
	s := newScene(t).crowd(12)
	s.person("worker")
	s.Tie("worker", kg.HoldsPost, "grid", func(x *kg.Tie) { x.Role = "网格员" })
	s.open()
	r := s.press()
	s.must(r, "n01", (*Doorbell).Accept)
	s.wait(599)
	if s.alert(r, "worker") != nil {
		t.Error("the ladder climbed while somebody was coming")
	}
	s.wait(2)
	if s.alert(r, "worker") == nil {
		t.Errorf("nobody arrives, and nobody else is called: %s", s.states(r))
	}
}

func TestManyRingsAtOnceCallTheTeamsAndTheTownship(t *testing.T) {
	s := newScene(t)
	for i := range 20 {
		h := fmt.Sprint("h", i)
		s.Add(h, &kg.Household{Number: h})
		s.Tie(h, kg.PartOf, "house entrance")
	}
	s.person("official")
	s.person("captain")
	s.Tie("official", kg.OnDutyAt, "street", func(x *kg.Tie) { x.StartsAt = simStart.Add(-time.Hour) })
	s.Add("crew", &kg.Team{Name: "应急队", TeamKind: "emergency"})
	s.Tie("crew", kg.Serves, "community")
	s.Tie("captain", kg.InTeam, "crew")
	s.neighbour("n", 30)
	s.open()
	var last *Ring
	for i := range 20 {
		var err error
		if last, err = s.Press(t.Context(), Press{Household: s.ID(fmt.Sprint("h", i))}); err != nil {
			t.Fatal(err)
		}
		if last.Mass != (i == 19) {
			t.Errorf("ring %d: mass %v", i+1, last.Mass)
		}
	}
	if s.alert(last, "captain") == nil || s.alert(last, "official") == nil || s.alert(last, "n") != nil {
		t.Errorf("called: %s", s.states(last)) // the neighbour is at another ring
	}
}

func TestAStoreThatWasAwayLosesNoStepAndLateOnesAreMarked(t *testing.T) {
	s := newScene(t).crowd(30).open()
	r := s.press()
	s.at += 100 * time.Second // nobody worked
	if _, err := s.Due(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, d := range s.now(r).Deadlines {
		if late := d.Step == "wave-2"; d.DoneAt != "" && d.Late != late {
			t.Errorf("%+v", d)
		}
	}
	if s.count(r, called) != 20 {
		t.Errorf("%d are called", s.count(r, called))
	}
}
