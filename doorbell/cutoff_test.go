package doorbell

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"lintu/doorbell/journal"
	"lintu/kg"
	"lintu/store"
)

func TestWhileTheStoreIsAwayAPressCallsThoseWhoAreRememberedAndIsEnteredWhenItIsBack(t *testing.T) {
	a := newApart(t, 3)
	key, err := a.MakeKey(t.Context(), a.ID("bell"))
	if err != nil {
		t.Fatal(err)
	}
	d := a.process(a.journal())
	a.store.set(true, nil)
	r := a.pressAt(d, Press{Key: key})
	if !r.CutOff || r.State != kg.RingOpen || r.Status().Called != 5 || len(r.Waves) != 1 || r.Waves[0].Called != 3 {
		t.Fatalf("%+v", r.Ring)
	}
	if calls, duties := a.told(textCall), a.told(textDuty); calls != "n0 n1 n2" || duties != "daughter desk" {
		t.Errorf("called were %s; %s", calls, duties)
	}
	for _, m := range a.messages {
		if !m.LastKnown || !m.Drill || !strings.HasPrefix(m.ZH, dialZH+drillZH) {
			t.Errorf("%+v", m)
		}
	}
	if _, err := d.Press(t.Context(), Press{Key: key + "x"}); !errors.Is(err, kg.ErrUnauthenticated) {
		t.Errorf("a wrong key: %v", err)
	}
	if again := a.pressAt(d, Press{Key: key}); again.ID != r.ID || again.Presses != 2 {
		t.Errorf("a second press: %+v", again.Ring)
	}
	if seen, err := d.RingOf(t.Context(), key, r.ID); err != nil || !seen.CutOff || seen.Presses != 2 {
		t.Errorf("%+v, %v", seen, err)
	}
	pressed := kg.MomentOf(a.Now())
	a.at += 30 * time.Second
	a.back(d)
	now, err := d.RingOf(t.Context(), key, r.ID)
	if err != nil || now.CutOff || now.ID.Kind() != kg.KindRing || now.PressedAt != pressed || now.Presses != 2 {
		t.Fatalf("%+v, %v", now, err)
	}
	for _, alert := range now.Alerts {
		if !alert.LastKnown || alert.CalledAt != pressed {
			t.Errorf("%+v", alert)
		}
	}
	if len(now.Alerts) != 5 || !a.said(now, "CUT_OFF  5 were called") || !a.said(now, "WAVE 1/wave-1 3 while the store was away") {
		t.Errorf("%d alerts, %q", len(now.Alerts), a.timeline(now))
	}
	a.must(now, "n1", (*Doorbell).Accept) // the message that came with the store can be answered
	if len(d.o.Journal.Records()) != 0 {
		t.Errorf("the journal still has %q", d.o.Journal.Records())
	}
}

func TestAStoreThatHangsKeepsNoPressWaitingAndWhatItTookAfterAllIsTheSameRing(t *testing.T) {
	a := newApart(t, 2)
	d := a.process(a.journal())
	d.inline = false
	hang := make(chan struct{})
	a.store.set(false, hang)
	r := a.pressAt(d, Press{Doorbell: a.ID("bell"), Name: "first"}) // it comes back although the store never answers
	if !r.CutOff || r.Status().Called != 4 {
		t.Fatalf("%+v", r.Ring)
	}
	if d.patience() != lessPatience {
		t.Error("the next press waits as long in vain")
	}
	close(hang)
	a.store.set(false, nil)
	d.running.Wait()
	// Another server takes the same press, which the device has sent again.
	other := a.process(nil)
	if _, err := other.Press(t.Context(), Press{Doorbell: a.ID("bell"), Name: "first"}); err != nil {
		t.Fatal(err)
	}
	d.inline = true
	a.back(d)
	now := a.ringAt(d, r.ID)
	if d.patience() != Patience || now.Ordinal != 1 || now.Presses != 1 || len(now.Alerts) != 4 || !a.said(now, "CUT_OFF  4 were called") {
		t.Errorf("%v, %+v %q", d.patience(), now.Ring, a.timeline(now))
	}
}

// TestTheRosterFollowsTheTeamsOfAnArea: who is called at a mass event while the store is away are those who were members
// when it was last there.
func TestTheRosterFollowsTheTeamsOfAnArea(t *testing.T) {
	a := newApart(t, 1)
	d := a.process(a.journal())
	crew := &kg.Team{Name: "应急队", TeamKind: "emergency"}
	known := func() string {
		if err := d.remember(t.Context()); err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, e := range d.roster.members([]kg.ID{a.ID("grid"), a.ID("community"), a.ID("street")}, []string{"emergency"}, kg.DateOf(a.Now(), d.o.Zone)) {
			names = append(names, a.Name(e.Tie.From))
		}
		return strings.Join(names, " ")
	}
	apply := func(change func()) {
		before := len(a.Changes)
		change()
		if _, err := a.scene.store.Apply(t.Context(), &store.Batch{Changes: a.Changes[before:]}); err != nil {
			t.Fatal(err)
		}
	}
	before := known()
	apply(func() {
		a.Add("crew", crew)
		a.Tie("crew", kg.Serves, "community")
	})
	empty := known()
	apply(func() {
		a.person("captain")
		a.Tie("captain", kg.InTeam, "crew")
	})
	one := known()
	apply(func() {
		choir := kg.Clone(crew).(*kg.Team)
		choir.TeamKind = "choir"
		a.Changes = append(a.Changes, store.Mutation{Op: store.PutNode, Node: choir})
	})
	other := known()
	apply(func() {
		a.Changes = append(a.Changes, store.Mutation{Op: store.PutNode, Node: crew}, store.Mutation{Op: store.DeleteTie, ID: a.ID("crew SERVES community")})
	})
	if got := []string{before, empty, one, other, known()}; !slices.Equal(got, []string{"", "", "captain", "", ""}) {
		t.Errorf("known were %q", got)
	}
}

// atomicClock is a clock that a test may turn while others read it.
type atomicClock struct{ at atomic.Int64 }

func (c *atomicClock) Now() time.Time         { return simStart.Add(c.Elapsed()) }
func (c *atomicClock) Elapsed() time.Duration { return time.Duration(c.at.Load()) }

// inbox takes messages of any number of goroutines.
type inbox chan Message

func (inbox) Drill() bool { return true }

func (i inbox) Notify(_ context.Context, m Message) error {
	i <- m
	return nil
}

func TestAStoreThatHangsHoldsNoLadderUp(t *testing.T) {
	a := newApart(t, 12)
	clock, told := new(atomicClock), make(inbox, 1000)
	d, err := New(Options{Store: a.store, Snapshot: a.o.Snapshot, Clock: clock, Notifier: told, Process: "apart", Journal: a.journal(), Poll: time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	if err := d.once(t.Context()); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	hang := make(chan struct{})
	a.store.set(false, hang)
	ended := make(chan struct{})
	go func() { d.Work(ctx); close(ended) }()
	for i := range 3 { // of three presses that nobody can enter
		if r, err := d.Press(t.Context(), Press{Doorbell: a.ID("bell"), Name: fmt.Sprint("press-", i)}); err != nil || !r.CutOff {
			t.Fatalf("%+v, %v", r, err)
		}
	}
	for _, step := range []struct {
		at   time.Duration
		want string
	}{{61 * time.Second, textCall}, {481 * time.Second, textDuty}} {
		for len(told) > 0 {
			<-told
		}
		clock.at.Store(int64(step.at))
		for m := range told { // the test's own time is the limit
			if m.Text == step.want && m.LastKnown {
				break
			}
		}
	}
	stop()
	close(hang)
	<-ended
}

func TestWavesAndLadderGoOnWhileTheStoreIsAway(t *testing.T) {
	a := newApart(t, 12)
	d := a.process(a.journal())
	a.store.set(true, nil)
	r := a.pressAt(d, Press{Doorbell: a.ID("bell")})
	for _, c := range []struct {
		seconds           int
		neighbours        int
		official, reminds int
	}{{0, 7, 0, 0}, {59, 7, 0, 0}, {60, 12, 0, 0}, {479, 12, 0, 0}, {480, 12, 1, 0}, {780, 12, 1, 3}} {
		a.at = time.Duration(c.seconds) * time.Second
		if err := d.once(t.Context()); err == nil {
			t.Fatal("the store is not away")
		}
		calls, duties, reminds := strings.Fields(a.told(textCall)), strings.Fields(a.told(textDuty)), strings.Fields(a.told(textRemind))
		official := strings.Count(strings.Join(duties, " "), "official")
		if len(calls) != c.neighbours || official != c.official || len(reminds) != c.reminds {
			t.Errorf("after %d s: %d neighbours, %d in the township, %d reminded", c.seconds, len(calls), official, len(reminds))
		}
	}
	a.back(d)
	now := a.ringAt(d, r.ID)
	if got := a.count(now, func(al *kg.Alert) bool { return al.LastKnown }); got != 15 {
		t.Errorf("%d alerts of %d are of the time when the store was away: %s", got, len(now.Alerts), a.states(now))
	}
	for _, s := range now.Deadlines {
		if kg.AlertRoles.Has(s.Step) && s.DoneAt == "" {
			t.Errorf("%s was not done", s.Step)
		}
	}
}

func TestWhatAProcessWroteDownBeforeItDiedTheNextOneEnters(t *testing.T) {
	a := newApart(t, 2)
	dir := t.TempDir()
	j, err := journal.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	d := a.process(j)
	a.store.set(true, nil)
	r := a.pressAt(d, Press{Doorbell: a.ID("bell")})
	if err := j.Close(); err != nil { // it dies
		t.Fatal(err)
	}
	a.store.set(false, nil)
	next := a.process(open(t, dir))
	if now := a.ringAt(next, r.ID); len(now.Alerts) != 4 || now.Presses != 1 {
		t.Errorf("%+v", now.Ring)
	}
}

func TestTwoProcessesThatWereBothCutOffMakeOneRingThatSaysSo(t *testing.T) {
	a := newApart(t, 2)
	first, second := a.process(a.journal()), a.process(a.journal())
	a.store.set(true, nil)
	one, two := a.pressAt(first, Press{Doorbell: a.ID("bell")}), a.pressAt(second, Press{Doorbell: a.ID("bell")})
	if one.ID == two.ID {
		t.Fatal("two presses have one id")
	}
	a.back(first)
	a.back(second)
	r, same := a.ringAt(first, one.ID), a.ringAt(first, two.ID)
	if r.ID != same.ID || r.Presses != 2 || len(r.Alerts) != 4 {
		t.Errorf("%s and %s, %d presses, %d alerts", r.ID, same.ID, r.Presses, len(r.Alerts))
	}
	marks := 0
	for _, line := range a.timeline(r) {
		if strings.HasPrefix(line, "CUT_OFF") {
			marks++
		}
	}
	if marks != 2 {
		t.Errorf("%q", a.timeline(r))
	}
}

func TestWhoHasWithdrawnConsentMeanwhileIsStoodDownAndNotAskedAgain(t *testing.T) {
	a := newApart(t, 2)
	d := a.process(a.journal())
	a.store.set(true, nil)
	r := a.pressAt(d, Press{Doorbell: a.ID("bell")})
	items, err := a.scene.store.Nodes(t.Context(), store.Everything, []store.Group{{IDs: []kg.ID{a.ID("n0")}}})
	if err != nil {
		t.Fatal(err)
	}
	p := kg.Clone(items[0][a.ID("n0")].Node).(*kg.Person)
	p.Responder.Consents = nil
	if _, err := a.scene.store.Apply(t.Context(), &store.Batch{Changes: []store.Mutation{{Op: store.PutNode, Node: p}}}); err != nil {
		t.Fatal(err)
	}
	before := len(a.messages)
	a.back(d)
	now := a.ringAt(d, r.ID)
	if al := a.alert(now, "n0"); al == nil || al.State != kg.AlertStoodDown || !al.LastKnown {
		t.Errorf("%+v", al)
	}
	for _, m := range a.messages[before:] {
		if a.Name(m.Person) == "n0" {
			t.Errorf("asked again: %+v", m)
		}
	}
}

func TestTheElderCancelsWhileTheStoreIsAway(t *testing.T) {
	a := newApart(t, 2)
	key, err := a.MakeKey(t.Context(), a.ID("bell"))
	if err != nil {
		t.Fatal(err)
	}
	d := a.process(a.journal())
	a.store.set(true, nil)
	r := a.pressAt(d, Press{Key: key})
	if got, err := d.AmbulanceBy(t.Context(), key, r.ID); err != nil || !got.Status().Ambulance {
		t.Errorf("%v", err)
	}
	if got, err := d.CancelBy(t.Context(), key, r.ID); err != nil || got.State != kg.RingClosed {
		t.Fatalf("%v", err)
	}
	if got := a.told(textStandDown); len(strings.Fields(got)) != 4 {
		t.Errorf("told that they are not needed: %s", got)
	}
	if _, err := d.CancelBy(t.Context(), key, r.ID); !errors.Is(err, kg.ErrConflict) {
		t.Errorf("cancelled twice: %v", err)
	}
	a.back(d)
	if now := a.ringAt(d, r.ID); now.State != kg.RingClosed || now.Outcome != kg.FalseAlarm || now.AmbulanceAt == "" {
		t.Errorf("%+v", now.Ring)
	}
}

func TestWhereNeitherStoreNorJournalTakesAPressNobodyIsToldThatItWasTaken(t *testing.T) {
	a := newApart(t, 2)
	d := a.process(full{})
	a.store.set(true, nil)
	if _, err := d.Press(t.Context(), Press{Doorbell: a.ID("bell")}); !errors.Is(err, kg.ErrUnavailable) {
		t.Errorf("%v", err)
	}
	if len(a.messages) != 0 || len(d.off.rings) != 0 {
		t.Errorf("%d messages", len(a.messages))
	}
}

func TestARefusalOfTheStoreIsNotTakenForItsAbsence(t *testing.T) {
	a := newApart(t, 1)
	d := a.process(a.journal())
	if _, err := d.Press(t.Context(), Press{Doorbell: kg.NewID(kg.KindDoorbell)}); !errors.Is(err, kg.ErrNotFound) {
		t.Errorf("%v", err)
	}
	if r := a.pressAt(d, Press{Doorbell: a.ID("bell")}); r.CutOff || len(d.o.Journal.Records()) != 0 {
		t.Errorf("%+v", r)
	}
}

func TestAPressThatComesWhenTheStoresRingIsOverAlreadyIsARingOfItsOwn(t *testing.T) {
	a := newApart(t, 2)
	first, second := a.process(a.journal()), a.process(nil)
	a.store.set(true, nil)
	off := a.pressAt(first, Press{Doorbell: a.ID("bell")})
	a.store.set(false, nil) // for the second process alone: the first one does not work meanwhile
	a.at += 10 * time.Second
	r := a.pressAt(second, Press{Doorbell: a.ID("bell")})
	a.at += 10 * time.Second
	if _, err := second.Close(t.Context(), r.ID, kg.HelpGiven, ""); err != nil {
		t.Fatal(err)
	}
	a.store.set(true, nil)
	a.at += 10 * time.Second
	pressed := kg.MomentOf(a.Now())
	if again := a.pressAt(first, Press{Doorbell: a.ID("bell"), Name: "again"}); again.ID != off.ID || again.Presses != 2 {
		t.Fatalf("%+v", again.Ring)
	}
	a.at += 10 * time.Second
	a.back(first)
	if was := a.ringAt(first, off.ID); was.ID != r.ID || was.State != kg.RingClosed || was.Presses != 2 {
		t.Errorf("the ring that is over: %+v", was.Ring)
	}
	now := a.ringAt(first, first.pressID(Press{Doorbell: a.ID("bell"), Name: "again"}))
	if now.ID == r.ID || now.State != kg.RingOpen || now.PressedAt != pressed || now.Ordinal != 2 || now.Presses != 1 || len(now.Alerts) != 4 {
		t.Errorf("the ring of the press that came later: %+v, %s", now.Ring, a.states(now))
	}
	if len(first.o.Journal.Records()) != 0 {
		t.Errorf("the journal still has %q", first.o.Journal.Records())
	}
}
