package doorbell

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"lintu/kg"
	"lintu/store"
)

func sorted(list []string) []string {
	slices.Sort(list)
	return list
}

func called(a *kg.Alert) bool { return a.Role == kg.RoleNeighbour }

// crowd adds so many neighbours, ten metres apart.
func (s *scene) crowd(n int) *scene {
	for i := range n {
		s.neighbour(fmt.Sprintf("n%02d", i+1), float64(10*(i+1)))
	}
	return s
}

func TestSevenAreCalledAtOnceAndMoreWhileNobodySaysYes(t *testing.T) {
	s := newScene(t).crowd(70).open()
	r := s.press()
	if got := s.count(r, called); got != 7 {
		t.Fatalf("%d are called at once", got)
	}
	for _, c := range []struct{ at, want int }{{59, 7}, {60, 20}, {119, 20}, {120, 50}, {600, 50}} {
		s.wait(c.at - int(s.at/time.Second))
		if got := s.count(r, called); got != c.want {
			t.Errorf("%d are called after %d s, want %d", got, c.at, c.want)
		}
	}
	if s.alert(r, "n01") == nil || s.alert(r, "n50") == nil || s.alert(r, "n51") != nil {
		t.Error("not the nearest were called")
	}
	if w := s.now(r).Waves; len(w) != 3 || w[0].Called != 7 || w[1].Called != 13 || w[2].Called != 30 || w[2].Radius != 800 {
		t.Errorf("waves %+v", w)
	}
}

func TestANoAndAMessageThatDoesNotArriveCallTheNextAtOnce(t *testing.T) {
	s := newScene(t).crowd(20).open()
	s.fails[string(s.ID("n03"))] = true
	r := s.press()
	if a := s.alert(r, "n03"); a.State != kg.AlertFailed || s.alert(r, "n08") == nil || s.alert(r, "n09") != nil {
		t.Errorf("after a failure: %s", s.states(r))
	}
	s.must(r, "n01", (*Doorbell).Decline)
	if s.alert(r, "n09") == nil || s.alert(r, "n10") != nil {
		t.Errorf("after a no: %s", s.states(r))
	}
	if got := s.count(r, func(a *kg.Alert) bool { return waiting(a.State) }); got != 7 {
		t.Errorf("%d are asked", got)
	}
}

func TestTwoYesStopTheCallingAndAYesThatIsTakenBackIsReplaced(t *testing.T) {
	s := newScene(t).crowd(30).open()
	r := s.press()
	s.must(r, "n01", (*Doorbell).Accept)
	if got := s.now(r); got.State != kg.RingAcknowledged || s.count(r, called) != 7 {
		t.Fatalf("after one yes: %s, %s", got.State, s.states(r))
	}
	s.wait(130)
	if s.count(r, called) != 7 {
		t.Errorf("a wave was called although somebody is coming: %s", s.states(r))
	}
	s.must(r, "n02", (*Doorbell).Accept)
	if got := s.count(r, func(a *kg.Alert) bool { return a.State == kg.AlertStoodDown }); got != 5 {
		t.Errorf("%d are stood down: %s", got, s.states(r))
	}
	var illegal *IllegalError
	if err := s.do(r, "n03", (*Doorbell).Accept); !errors.As(err, &illegal) || !errors.Is(err, kg.ErrConflict) || !strings.Contains(err.Error(), "no longer needed") {
		t.Errorf("a yes that is not needed: %v", err)
	}
	s.must(r, "n01", (*Doorbell).Withdraw)
	if s.alert(r, "n08") == nil || s.alert(r, "n09") != nil || s.now(r).State != kg.RingAcknowledged {
		t.Errorf("one yes is taken back: %s", s.states(r))
	}
	s.must(r, "n02", (*Doorbell).Withdraw)
	if got := s.now(r); got.State != kg.RingOpen || s.alert(r, "n15") == nil {
		t.Errorf("nobody is coming any more: %s, %s", got.State, s.states(r))
	}
	if s.alert(r, "n03").State != kg.AlertStoodDown {
		t.Error("somebody was called twice")
	}
}

func TestNobodyIsCalledWhoHasWithdrawnSinceTheSnapshot(t *testing.T) {
	s := newScene(t).crowd(20).open()
	change := func(name string, f func(*kg.Responder)) {
		p := kg.Clone(s.Node(name)).(*kg.Person)
		f(p.Responder)
		if _, err := s.store.Apply(t.Context(), &store.Batch{Changes: []store.Mutation{{Op: store.PutNode, Node: p}}}); err != nil {
			t.Fatal(err)
		}
	}
	change("n01", func(r *kg.Responder) { r.Consents = nil })
	change("n02", func(r *kg.Responder) { r.Pauses = []kg.Absence{{}} })
	change("n03", func(r *kg.Responder) { r.Leaves = []kg.Absence{{}} })
	change("n04", func(r *kg.Responder) { r.Vettings = nil })
	change("n05", func(r *kg.Responder) { r.Limits.MaxFloor = 3 })
	r := s.press()
	var left []string
	for _, o := range s.now(r).LeftOut {
		left = append(left, s.Name(o.Person)+" "+o.Reason)
	}
	if got := strings.Join(left, ", "); got != "n01 NO_CONSENT, n02 PAUSED, n03 ON_LEAVE, n04 NOT_VETTED, n05 BEYOND_OWN_FLOOR" {
		t.Errorf("left out: %s", got)
	}
	if s.count(r, called) != 7 || s.alert(r, "n12") == nil {
		t.Errorf("called: %s", s.states(r))
	}
}

func TestTheOrderFollowsReasonsThenWalkingTimeAndFairness(t *testing.T) {
	s := newScene(t)
	s.neighbour("far", 300)
	s.neighbour("near", 40)
	s.neighbour("same entrance", 0)
	s.neighbour("key", 200)
	s.neighbour("nurse", 250, func(p *kg.Person) { p.Specialties = []kg.Specialty{{Scheme: "trade", Value: "护士"}} })
	s.neighbour("singer", 20, func(p *kg.Person) { p.Specialties = []kg.Specialty{{Scheme: "trade", Value: "歌手"}} })
	s.Tie("key", kg.KeyholderOf, "home") // without a consent to be one: no key holder is called, but a neighbour who has one
	s.open()
	names := func(r *Ring) string {
		var out []string
		for _, c := range s.now(r).Candidates {
			out = append(out, s.Name(c.Person))
		}
		return strings.Join(out, ", ")
	}
	r := s.press()
	if got := names(r); got != "same entrance, key, nurse, singer, near, far" {
		t.Errorf("got %s", got)
	}
	for range 3 { // alerts put back: at 20 m it takes one, at 40 m as many
		if _, err := s.Close(t.Context(), r.ID, kg.TestRing, ""); err != nil {
			t.Fatal(err)
		}
		s.at += time.Hour
		r = s.press()
	}
	if c := s.now(r).Candidates; c[0].Recent != 3 || c[0].Reasons[0] != "SAME_ENTRANCE" {
		t.Errorf("candidates %+v", c)
	}
}

func TestTheLadderClimbsAndSaysWhatItSkips(t *testing.T) {
	s := newScene(t)
	for _, name := range []string{"daughter", "silent son", "desk", "worker", "official"} {
		s.person(name)
	}
	s.Tie("daughter", kg.ContactOf, "home", func(x *kg.Tie) { x.Consent, x.Rank = true, 1 })
	s.Tie("silent son", kg.ContactOf, "home")
	onDuty := func(x *kg.Tie) { x.StartsAt = simStart.Add(-time.Hour) }
	s.Tie("desk", kg.OnDutyAt, "community", onDuty)
	s.Tie("official", kg.OnDutyAt, "street", onDuty)
	s.Tie("worker", kg.HoldsPost, "grid", func(x *kg.Tie) { x.Role = "网格员" })
	s.neighbour("n", 30)
	s.open()
	r := s.press()
	if got := s.states(r); got != "daughter DELIVERED, desk DELIVERED, n DELIVERED" {
		t.Errorf("at once: %s", got)
	}
	s.wait(179)
	if s.alert(r, "worker") != nil {
		t.Error("the grid worker is called before 180 s")
	}
	s.wait(1)
	if s.alert(r, "worker") == nil || !s.said(r, "LEVEL_SKIPPED 1/BUILDING_HEAD") || !s.said(r, "LEVEL_SKIPPED 1/KEYHOLDER") {
		t.Errorf("after 180 s: %s\n%s", s.states(r), strings.Join(s.timeline(r), "\n"))
	}
	s.wait(120)
	if a := s.alert(r, "desk"); a.Role != kg.RoleCommunityDuty || !s.said(r, "LEVEL 1/COMMUNITY_DUTY") {
		t.Errorf("after 300 s: %+v", a)
	}
	s.wait(180)
	if s.alert(r, "official") == nil {
		t.Errorf("after 480 s: %s", s.states(r))
	}
	dial := func() (n int) {
		for _, m := range s.messages {
			if m.Text == textDial {
				n++
			}
		}
		return n
	}
	if dial() == 0 {
		t.Error("the elder is not reminded to dial 120")
	}
	before := dial()
	s.wait(301)
	if !s.said(r, "REMINDED 1/repeat-1") || dial() == before {
		t.Errorf("nothing is repeated:\n%s", strings.Join(s.timeline(r), "\n"))
	}
}

func TestWithoutACandidateTheLadderBeginsAtOnce(t *testing.T) {
	s := newScene(t)
	s.person("worker")
	s.person("official")
	s.Tie("worker", kg.HoldsPost, "grid", func(x *kg.Tie) { x.Role = "网格员" })
	s.Tie("official", kg.OnDutyAt, "street", func(x *kg.Tie) { x.StartsAt = simStart.Add(-time.Hour) })
	s.open()
	r := s.press()
	if s.alert(r, "worker") == nil || s.alert(r, "official") != nil || !s.said(r, "NOBODY_LEFT") {
		t.Errorf("at once: %s\n%s", s.states(r), strings.Join(s.timeline(r), "\n"))
	}
	s.wait(300)
	if s.alert(r, "official") == nil {
		t.Errorf("300 s later: %s", s.states(r))
	}
}

func TestAPressJoinsTheOpenRingAndAnotherHouseholdHasItsOwn(t *testing.T) {
	s := newScene(t).crowd(3)
	s.person("desk")
	s.Tie("desk", kg.OnDutyAt, "community", func(x *kg.Tie) { x.StartsAt = simStart.Add(-time.Hour) })
	s.open()
	r := s.press()
	s.wait(100)
	if again := s.press(); again.ID != r.ID || again.Presses != 2 || s.said(r, "REMINDED") {
		t.Errorf("within 120 s: %+v", again.Ring)
	}
	s.wait(130)
	if later := s.press(); later.ID != r.ID || !s.said(r, "REMINDED") {
		t.Errorf("later, while it is open: %+v", later.Ring)
	}
	if _, err := s.Close(t.Context(), r.ID, kg.HelpGiven, ""); err != nil {
		t.Fatal(err)
	}
	next := s.press()
	if next.ID == r.ID || next.Ordinal != 2 || !s.now(r).Followed {
		t.Errorf("after the end: %+v", next.Ring)
	}
	var illegal *IllegalError
	if _, err := s.Reopen(t.Context(), r.ID, ""); !errors.As(err, &illegal) {
		t.Errorf("reopening what was followed by another: %v", err)
	}
}
