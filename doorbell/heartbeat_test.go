package doorbell

import (
	"errors"
	"slices"
	"testing"
	"time"

	"lintu/kg"
	"lintu/reach"
	"lintu/store"
)

// bellNow is the doorbell of the scene as it is on record.
func (s *scene) bellNow() *kg.Doorbell {
	s.t.Helper()
	items, err := s.store.Nodes(s.t.Context(), store.Everything, []store.Group{{IDs: []kg.ID{s.ID("bell")}}})
	if err != nil {
		s.t.Fatal(err)
	}
	return items[0][s.ID("bell")].Node.(*kg.Doorbell)
}

func (s *scene) beat(battery int) {
	s.t.Helper()
	if _, err := s.Heartbeat(s.t.Context(), Beat{Doorbell: s.ID("bell"), Battery: &battery}); err != nil {
		s.t.Fatal(err)
	}
}

// faults are those of the scene's doorbell.
func (s *scene) faults(only ...Fault) []Fault {
	s.t.Helper()
	list, next, err := s.Faults(s.t.Context(), FaultQuery{Area: s.ID("street"), Only: only, Limit: 10})
	if err != nil || next != "" || len(list) > 1 {
		s.t.Fatalf("%v %v %v", list, next, err)
	}
	if len(list) == 0 {
		return nil
	}
	return list[0].Faults
}

func TestAHeartbeatIsKnownToTheMinuteAndWritesNothingElse(t *testing.T) {
	s := newScene(t).open()
	before := s.bellNow()
	s.beat(80)
	first := s.bellNow()
	if first.HeardAt != kg.MomentOf(s.Now()) || first.Battery != 80 || first.Serial != before.Serial || first.Status != before.Status {
		t.Errorf("%+v", first)
	}
	s.at += 59 * time.Second
	s.beat(80)
	if got := s.bellNow(); got.Version != first.Version {
		t.Errorf("written again after 59 s: %+v", got)
	}
	s.beat(79) // something new
	if got := s.bellNow(); got.Battery != 79 || got.HeardAt != kg.MomentOf(s.Now()) {
		t.Errorf("%+v", got)
	}
	s.beat(0)
	if got := s.bellNow(); got.Battery != 1 {
		t.Errorf("an empty battery is kept as %d", got.Battery)
	}
	wrong := 101
	if _, err := s.Heartbeat(t.Context(), Beat{Doorbell: s.ID("bell"), Battery: &wrong}); !errors.Is(err, kg.ErrInvalid) {
		t.Errorf("%v", err)
	}
	if _, err := s.Heartbeat(t.Context(), Beat{Doorbell: kg.NewID(kg.KindDoorbell)}); !errors.Is(err, kg.ErrNotFound) {
		t.Errorf("%v", err)
	}
	if _, err := s.Heartbeat(t.Context(), Beat{Doorbell: s.ID("home")}); !errors.Is(err, kg.ErrNotFound) {
		t.Errorf("%v", err)
	}
}

func TestAHeartbeatLeavesWhoIsNearAsItWas(t *testing.T) {
	s := newScene(t)
	s.neighbour("n1", 50)
	s.open()
	live := reach.New(reach.Options{Store: s.store})
	if err := live.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	near := func() *reach.NearAnswer {
		answer, err := live.Snapshot().Near(reach.NearQuery{To: reach.Target{Doorbell: s.ID("bell")}, Radius: 500, At: s.Now(), Scope: store.Scope{All: true}, Limit: 5})
		if err != nil {
			t.Fatal(err)
		}
		return answer
	}
	before := near()
	s.beat(50)
	status, err := s.store.Ready(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := live.Applied(t.Context(), status.Revision); err != nil {
		t.Fatal(err)
	}
	after := near()
	if after.Revision != status.Revision || len(after.Hits) != 1 || after.Hits[0].Person != before.Hits[0].Person || after.Hits[0].Distance != before.Hits[0].Distance {
		t.Errorf("%+v, before %+v", after, before)
	}
}

func TestATestRingIsClosedAtOnceCallsNobodyAndEndsACheck(t *testing.T) {
	s := newScene(t)
	s.neighbour("n1", 50)
	s.open()
	r, err := s.Test(t.Context(), Press{Doorbell: s.ID("bell")})
	if err != nil || r.State != kg.RingClosed || r.Outcome != kg.TestRing || len(r.Alerts) != 0 || !r.Drill || r.DueAt != "" {
		t.Fatalf("%+v %v", r, err)
	}
	if len(s.messages) != 0 {
		t.Errorf("somebody was told: %+v", s.messages)
	}
	if got := s.bellNow(); got.TestedAt != kg.MomentOf(s.Now()) || got.HeardAt != got.TestedAt {
		t.Errorf("%+v", got)
	}
	open := s.press()
	if same, err := s.Test(t.Context(), Press{Doorbell: s.ID("bell")}); err != nil || same.ID != open.ID || same.State != kg.RingOpen || same.Presses != 1 {
		t.Errorf("a test while a ring is open: %+v %v", same, err)
	}
}

func TestThreeAccidentalPressesInADayMakeACheckOfTheDevice(t *testing.T) {
	s := newScene(t).open()
	accident := func(cancelled bool) {
		r := s.press()
		var err error
		if cancelled {
			_, err = s.Cancel(t.Context(), r.ID)
		} else {
			_, err = s.Close(t.Context(), r.ID, kg.FalseAlarm, "")
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	accident(true)
	s.at += 25 * time.Hour
	accident(true)
	s.at += time.Hour
	accident(false)
	if slices.Contains(s.faults(), CheckDue) {
		t.Error("two in a day make a check")
	}
	s.at += 22 * time.Hour
	accident(true)
	if !slices.Contains(s.faults(), CheckDue) {
		t.Errorf("three in a day make none: %v", s.faults())
	}
	s.at += time.Minute
	if _, err := s.Test(t.Context(), Press{Doorbell: s.ID("bell")}); err != nil {
		t.Fatal(err)
	}
	if slices.Contains(s.faults(), CheckDue) {
		t.Error("the check is not over with the test")
	}
}

func TestWhatIsWrongWithADoorbellIsListedUntilItIsMended(t *testing.T) {
	s := newScene(t)
	s.Add("spare", &kg.Doorbell{Serial: "S-2", Status: kg.DoorbellInactive})
	s.person("son")
	s.Tie("son", kg.ContactOf, "home") // has not agreed
	s.open()
	want := func(f ...Fault) {
		t.Helper()
		if got := s.faults(); !slices.Equal(got, f) {
			t.Errorf("%v, want %v", got, f)
		}
	}
	want(NoContact, NoKey, NeverHeard, TestDue)
	if _, err := s.MakeKey(t.Context(), s.ID("bell")); err != nil {
		t.Fatal(err)
	}
	s.Tie("son", kg.ContactOf, "home", func(tie *kg.Tie) { tie.Consent, tie.Valid.From = true, kg.MustDate("2026-01-01") })
	if _, err := s.store.Apply(t.Context(), s.Batch()); err != nil {
		t.Fatal(err)
	}
	if _, err := s.MakeKey(t.Context(), s.ID("bell")); err != nil { // the batch has put the bell anew
		t.Fatal(err)
	}
	want(NeverHeard, TestDue)
	if _, err := s.Test(t.Context(), Press{Doorbell: s.ID("bell")}); err != nil {
		t.Fatal(err)
	}
	want()
	s.beat(19)
	want(BatteryLow)
	s.beat(20)
	s.at += 24*time.Hour + time.Minute
	want(Silent)
	s.at += 30 * 24 * time.Hour
	s.beat(90)
	want(TestDue)
	if got := s.faults(Silent, BatteryLow); got != nil {
		t.Errorf("asked for others: %v", got)
	}
	// Everywhere, one a page: the spare one lies in a cupboard, and misses only what keeps it from going live.
	seen, after := map[string][]Fault{}, kg.ID("")
	for range 5 {
		list, next, err := s.Faults(t.Context(), FaultQuery{Limit: 1, After: after})
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range list {
			seen[s.Name(f.Doorbell)] = f.Faults
		}
		if after = next; next == "" {
			break
		}
	}
	if len(seen) != 2 || !slices.Equal(seen["spare"], []Fault{NotInstalled, NoKey}) {
		t.Errorf("%v", seen)
	}
	if _, _, err := s.Faults(t.Context(), FaultQuery{Limit: MaxFaulty + 1}); !errors.Is(err, kg.ErrInvalid) {
		t.Errorf("%v", err)
	}
}
