package reach_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"lintu/kg"
	"lintu/reach"
	"lintu/store/storetest"
)

// office is a scene with a household 100 m and a workplace 300 m from the door of "target".
func office(t *testing.T) *scene {
	sc := newScene(t)
	sc.building("here", 0)
	sc.building("homes", 100)
	sc.building("office", 300)
	sc.household("target", "here")
	sc.household("flat", "homes")
	sc.Add("unit", &kg.Unit{Name: "单位"})
	sc.Tie("unit", kg.LocatedIn, "office")
	return sc
}

// where is presence and rounded distance, or why the person is left out.
func (sc *scene) where(person, at string) string {
	a := sc.near("target", at)
	for _, h := range a.Hits {
		if h.Person == sc.ID(person) {
			d := "home"
			if h.Distance > 200 {
				d = "office"
			}
			return string(h.Presence) + " at " + d
		}
	}
	return left(a)
}

func TestWhoHasAWorkplaceIsAtWorkOnWorkdaysFrom0830To1730(t *testing.T) {
	sc := office(t)
	sc.person("p", "flat")
	sc.Tie("p", kg.WorksAt, "unit")
	for at, want := range map[string]string{
		"2025-09-24 08:29": "HOME at home", "2025-09-24 08:30": "WORK at office", "2025-09-24 12:00": "WORK at office",
		"2025-09-24 17:29": "WORK at office", "2025-09-24 17:30": "HOME at home", "2025-09-24 00:00": "HOME at home",
		"2025-09-27 10:00": "HOME at home",   // a Saturday
		"2025-09-28 10:00": "WORK at office", // a Sunday worked in exchange
		"2025-10-01 10:00": "HOME at home",   // National Day
		"2025-10-08 10:00": "HOME at home",   // the last day of the holidays, a Wednesday
		"2025-10-09 10:00": "WORK at office",
		"2025-10-11 10:00": "WORK at office", // a Saturday worked in exchange
		"2040-10-01 10:00": "WORK at office", // a Monday no calendar knows yet
	} {
		sc.want(at, sc.where("p", at), want)
	}
}

func TestWhoHasNoWorkplaceIsAtHome(t *testing.T) {
	sc := office(t)
	sc.person("p", "flat")
	sc.person("before", "flat")
	sc.Tie("before", kg.WorksAt, "unit", storetest.Until("2025-09-24"))
	sc.want("without a tie", sc.where("p", "2025-09-24 10:00"), "HOME at home")
	sc.want("on the day on which the tie has ended", sc.where("before", "2025-09-24 10:00"), "HOME at home")
	sc.want("on its last day", sc.where("before", "2025-09-23 10:00"), "WORK at office")
}

func TestAnInstantCountsAsTheStartOfItsHalfHour(t *testing.T) {
	sc := office(t)
	sc.person("p", "flat", func(p *kg.Person) {
		p.Responder.Overrides = []kg.Override{{Presence: kg.Away, From: local("2025-09-24 20:10"), Until: local("2025-09-24 21:10")}}
	})
	for at, want := range map[string]string{
		"2025-09-24 20:00": "HOME at home", "2025-09-24 20:29": "HOME at home", "2025-09-24 20:30": "AWAY 1", "2025-09-24 21:00": "AWAY 1",
		"2025-09-24 21:29": "AWAY 1", "2025-09-24 21:30": "HOME at home",
	} {
		sc.want(at, sc.where("p", at), want)
	}
}

func TestTheWeeklyPatternHas336HalfHoursFromMondayAndGoesBeforeTheDefault(t *testing.T) {
	week := []byte(strings.Repeat("H", kg.WeekSlots))
	week[0], week[2*48+20], week[kg.WeekSlots-1] = 'A', 'W', 'A' // Monday 00:00, Wednesday 10:00, Sunday 23:30
	sc := office(t)
	sc.person("p", "flat", func(p *kg.Person) { p.Responder.Weekly = string(week) })
	sc.Tie("p", kg.WorksAt, "unit")
	for at, want := range map[string]string{
		"2025-09-22 00:00": "AWAY 1", "2025-09-22 00:29": "AWAY 1", "2025-09-22 00:30": "HOME at home",
		"2025-09-24 09:59": "HOME at home", "2025-09-24 10:00": "WORK at office", "2025-09-24 10:30": "HOME at home",
		"2025-09-28 23:29": "HOME at home", "2025-09-28 23:59": "AWAY 1",
		"2025-10-01 10:00": "WORK at office", // a holiday: the pattern is the person's own
	} {
		sc.want(at, sc.where("p", at), want)
	}
}

func TestTheOwnOverrideGoesBeforeLeaveAndPatternAndTheLatestBegunCounts(t *testing.T) {
	sc := office(t)
	sc.person("p", "flat", func(p *kg.Person) {
		p.Responder.Weekly = strings.Repeat("W", kg.WeekSlots)
		p.Responder.Overrides = []kg.Override{
			{Presence: kg.AtHome, Until: local("2025-09-24 12:00")}, // "at home until"
			{Presence: kg.Away, From: local("2025-09-24 10:00"), Until: local("2025-09-24 11:00")},
			{Presence: kg.AtWork, From: local("2025-09-24 10:30"), Until: local("2025-09-24 11:00")},
			{Presence: kg.AtHome, From: local("2025-09-24 10:30"), Until: local("2025-09-24 10:45")},
		}
	})
	sc.Tie("p", kg.WorksAt, "unit")
	for at, want := range map[string]string{
		"2025-09-24 09:30": "HOME at home", "2025-09-24 10:00": "AWAY 1", "2025-09-24 10:30": "HOME at home",
		"2025-09-24 11:00": "HOME at home", "2025-09-24 12:00": "WORK at office",
	} {
		sc.want(at, sc.where("p", at), want)
	}
}

func TestOnLeaveOrPausedOneIsAwayUnlessOneSaysOtherwise(t *testing.T) {
	sc := office(t)
	sc.person("leave", "flat", func(p *kg.Person) {
		p.Responder.Leaves = []kg.Absence{{Span: days("2025-09-24", "2025-09-26")}}
	})
	sc.person("pause", "flat", func(p *kg.Person) {
		p.Responder.Pauses = []kg.Absence{{Span: days("2025-09-24", "2025-09-26")}}
		p.Responder.Overrides = []kg.Override{{Presence: kg.AtHome, Until: local("2025-09-24 12:00")}}
	})
	for _, c := range []struct {
		person, at string
		want       kg.Presence
	}{
		{"leave", "2025-09-23 23:30", kg.AtHome}, {"leave", "2025-09-24 00:00", kg.Away}, {"leave", "2025-09-25 23:59", kg.Away},
		{"leave", "2025-09-26 00:00", kg.AtHome}, {"pause", "2025-09-24 11:00", kg.AtHome}, {"pause", "2025-09-24 12:00", kg.Away},
	} {
		got, ok := sc.snapshot().Presence(sc.ID(c.person), local(c.at))
		if !ok || got != c.want {
			t.Errorf("%s at %s: %s, want %s", c.person, c.at, got, c.want)
		}
	}
	if _, ok := sc.snapshot().Presence(sc.ID("flat"), local(evening)); ok {
		t.Error("a household has a presence")
	}
	sc.want("neither is a responder, whatever they say", left(sc.near("target", "2025-09-24 11:00")), "PAUSED 1, ON_LEAVE 1")
}

func TestOfSeveralWorkplacesTheLatestValidFromCountsThenTheID(t *testing.T) {
	sc := office(t)
	sc.building("far", 2000)
	sc.Add("old", &kg.Unit{Name: "旧单位"})
	sc.Tie("old", kg.LocatedIn, "far")
	sc.person("p", "flat")
	sc.Tie("p", kg.WorksAt, "old", storetest.Since("2020-01-01"))
	sc.Tie("p", kg.WorksAt, "unit", storetest.Since("2025-09-01"), storetest.Until("2025-09-25"))
	sc.Tie("p", kg.WorksAt, "old", storetest.Since("2025-10-01"))
	sc.want("the later one", sc.where("p", "2025-09-24 10:00"), "WORK at office")
	sc.want("when it has ended", sc.where("p", "2025-09-25 10:00"), "ELSEWHERE 1")

	sc = office(t)
	sc.building("far", 2000)
	sc.Add("other", &kg.Unit{Name: "另一单位"})
	sc.Tie("other", kg.LocatedIn, "far")
	sc.person("p", "flat")
	first, second := sc.Tie("p", kg.WorksAt, "unit"), sc.Tie("p", kg.WorksAt, "other")
	want := "WORK at office"
	if second < first {
		want = "ELSEWHERE 1"
	}
	sc.want("of equal ones the smaller id", sc.where("p", "2025-09-24 10:00"), want)
}

func TestWorkStandsAtTheSiteElseAtTheUnitsOneBuildingElseNowhere(t *testing.T) {
	const at = "2025-09-24 10:00"
	one := func(set func(*scene)) string {
		sc := office(t)
		sc.building("branch", 250)
		sc.Add("nowhere", &kg.Building{Name: "无坐标"})
		sc.Add("bare", &kg.Unit{Name: "无楼单位"})
		sc.Add("homeless", &kg.Unit{Name: "楼无坐标"})
		sc.Tie("homeless", kg.LocatedIn, "nowhere")
		sc.person("p", "flat")
		set(sc)
		return sc.where("p", at)
	}
	for name, c := range map[string]struct {
		set  func(*scene)
		want string
	}{
		"the unit's building":               {func(sc *scene) { sc.Tie("p", kg.WorksAt, "unit") }, "WORK at office"},
		"the tie's own site":                {func(sc *scene) { sc.Tie("p", kg.WorksAt, "bare", sc.Ref("office")) }, "WORK at office"},
		"a site before the unit's building": {func(sc *scene) { sc.Tie("p", kg.WorksAt, "unit", sc.Ref("nowhere")) }, "NO_PLACE 1"},
		"no building":                       {func(sc *scene) { sc.Tie("p", kg.WorksAt, "bare") }, "NO_PLACE 1"},
		"a building without a point":        {func(sc *scene) { sc.Tie("p", kg.WorksAt, "homeless") }, "NO_PLACE 1"},
		"two buildings":                     {func(sc *scene) { sc.Tie("unit", kg.LocatedIn, "branch"); sc.Tie("p", kg.WorksAt, "unit") }, "NO_PLACE 1"},
		"two of which one was left": {func(sc *scene) {
			sc.Tie("unit", kg.LocatedIn, "branch", storetest.Until("2025-09-24"))
			sc.Tie("p", kg.WorksAt, "unit")
		}, "WORK at office"},
	} {
		if got := one(c.set); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

func TestHomeStandsAtTheEntrancesOwnPointElseAtTheBuildings(t *testing.T) {
	sc := newScene(t)
	sc.building("here", 0)
	sc.building("block", 300)
	sc.Add("east", &kg.Entrance{Number: "东", Point: north(340)})
	sc.Add("west", &kg.Entrance{Number: "西"})
	sc.Tie("east", kg.PartOf, "block")
	sc.Tie("west", kg.PartOf, "block")
	sc.household("target", "here")
	sc.household("in east", "east")
	sc.household("in west", "west")
	sc.household("in block", "block")
	sc.household("in grid", "grid")
	for _, p := range []string{"in east", "in west", "in block", "in grid"} {
		sc.person("lives "+p, p)
	}
	for _, h := range sc.near("target", evening).Hits {
		want := 300.0
		if sc.Name(h.Person) == "lives in east" {
			want = 340
		}
		if d := h.Distance - want; d < -0.001 || d > 0.001 {
			t.Errorf("%s: %.3f m, want %v", sc.Name(h.Person), h.Distance, want)
		}
	}
	if a := sc.near("target", evening); a.Total != 3 {
		t.Errorf("%s are near; a household in a grid only has no point", sc.people(a))
	}
	d := sc.near("in east", evening, func(q *reach.NearQuery) { q.Radius = 41 })
	sc.want("around the entrance's point", fmt.Sprint(d.Total)+" | "+left(d), "2 | SAME_HOUSEHOLD 1")
}

func TestMidnightIsTheSitesOwn(t *testing.T) {
	sc := office(t)
	sc.person("p", "flat", func(p *kg.Person) { p.Responder.Consents[0].Span = days("2025-09-24", "2025-09-25") })
	for at, want := range map[string]string{
		"2025-09-23T15:59:59Z": "NO_CONSENT 1", "2025-09-23T16:00:00Z": "HOME at home", "2025-09-24T15:59:59Z": "HOME at home", "2025-09-24T16:00:00Z": "NO_CONSENT 1",
	} {
		instant, err := time.Parse(time.RFC3339, at)
		if err != nil {
			t.Fatal(err)
		}
		a := sc.near("target", evening, func(q *reach.NearQuery) { q.At = instant })
		got := left(a)
		if a.Total == 1 {
			got = "HOME at home"
		}
		sc.want(at, got, want)
	}
}
