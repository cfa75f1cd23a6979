package doorbell

import (
	"errors"
	"strings"
	"testing"
	"time"

	"lintu/kg"
)

type loud struct{ *scene }

func (loud) Drill() bool { return false }

func TestOnlyDrillsExistAndANotifierThatReachesPeopleIsRefused(t *testing.T) {
	s := newScene(t).crowd(2).open()
	var err error
	if s.Doorbell, err = New(Options{Store: s.store, Clock: s, Notifier: loud{s}, Snapshot: s.o.Snapshot}); err != nil {
		t.Fatal(err)
	}
	r := s.press()
	if len(s.messages) > 0 || s.alert(r, "n01").State != kg.AlertFailed || !s.said(r, "FAILED  call: only drills exist") {
		t.Errorf("%d messages, %s\n%s", len(s.messages), s.states(r), strings.Join(s.timeline(r), "\n"))
	}
}

func TestTimeNeverGoesBack(t *testing.T) {
	s := newScene(t)
	c := &steady{clock: s}
	first := c.now()
	s.start, s.at = s.start.Add(-time.Hour), s.at+10*time.Second
	if got := c.now().Sub(first); got != 10*time.Second {
		t.Errorf("after the clock was put back: %s", got)
	}
	s.start = s.start.Add(2 * time.Hour)
	if got := c.now(); !got.Equal(s.Now()) {
		t.Errorf("after it was put forward: %s, the clock says %s", got, s.Now())
	}
}

func TestAPolicyThatCouldLeaveARingSilentIsRefused(t *testing.T) {
	for id, p := range Policies() {
		if p.ID() != id || p.check() != nil {
			t.Errorf("%s: %v", id, p.check())
		}
	}
	for name, change := range map[string]func(*Policy){
		"no wave at once":      func(p *Policy) { p.Waves[0].After = 3 },
		"no repetition":        func(p *Policy) { p.RepeatSeconds = 0 },
		"no ladder":            func(p *Policy) { p.Ladder = nil },
		"a level out of order": func(p *Policy) { p.Ladder[0].After = 900 },
		"a wave within a wave": func(p *Policy) { p.Waves[2].Radius = 10 },
		"a radius too large":   func(p *Policy) { p.Waves[2].Radius = 90_000 },
		"neighbours as duty":   func(p *Policy) { p.Ladder[0].Role = kg.RoleNeighbour },
	} {
		p := Policies()["city@1"]
		change(p)
		if err := p.check(); !errors.Is(err, kg.ErrInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := ParsePolicy([]byte(`{"name":"x","speed":1}`)); !errors.Is(err, kg.ErrInvalid) {
		t.Errorf("an unknown field: %v", err)
	}
}

func TestAHouseholdOfAVillageRingsByThePolicyOfVillages(t *testing.T) {
	s := newScene(t)
	s.Add("village", &kg.Division{Name: "村", Level: kg.LevelVillage})
	s.Tie("village", kg.PartOf, "street")
	s.Add("farm", &kg.Household{Number: "1"})
	s.Tie("farm", kg.PartOf, "village")
	s.open()
	if r := s.press(); r.Policy != "city@1" {
		t.Errorf("in a community: %s", r.Policy)
	}
	r, err := s.Press(t.Context(), Press{Household: s.ID("farm")})
	if err != nil || r.Policy != "village@1" {
		t.Errorf("in a village: %+v, %v", r, err)
	}
}
