package reach_test

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"lintu/geo"
	"lintu/kg"
	"lintu/reach"
	"lintu/store"
	"lintu/store/storetest"
)

// doors is a scene with a household "target" and a household "flat" 100 m away.
func doors(t *testing.T) *scene {
	sc := newScene(t)
	sc.building("here", 0)
	sc.building("homes", 100)
	sc.household("target", "here")
	sc.household("flat", "homes")
	return sc
}

func TestAResponderIsOfAgeConsentingVettedNotPausedNotOnLeaveWithoutCareFlag(t *testing.T) {
	before, on, after := days("", "2025-09-24"), days("2025-09-24", "2025-09-25"), days("2025-09-25", "")
	for name, c := range map[string]struct {
		set  func(*kg.Person)
		want string
	}{
		"all hold":                       {func(*kg.Person) {}, ""},
		"18 today":                       {func(p *kg.Person) { p.BirthDate = kg.MustDate("2007-09-24") }, ""},
		"18 tomorrow":                    {func(p *kg.Person) { p.BirthDate = kg.MustDate("2007-09-25") }, "UNDER_AGE 1"},
		"of unknown age":                 {func(p *kg.Person) { p.BirthDate = 0 }, "UNDER_AGE 1"},
		"without a profile":              {func(p *kg.Person) { p.Responder = nil }, "NO_CONSENT 1"},
		"consent for the day":            {func(p *kg.Person) { p.Responder.Consents[0].Span = on }, ""},
		"consent that ended":             {func(p *kg.Person) { p.Responder.Consents[0].Span = before }, "NO_CONSENT 1"},
		"consent to come":                {func(p *kg.Person) { p.Responder.Consents[0].Span = after }, "NO_CONSENT 1"},
		"consent to something else":      {func(p *kg.Person) { p.Responder.Consents[0].Purpose = "photo" }, "NO_CONSENT 1"},
		"vetting that expired":           {func(p *kg.Person) { p.Responder.Vettings[0].Span = before }, "NOT_VETTED 1"},
		"without a vetting":              {func(p *kg.Person) { p.Responder.Vettings = nil }, "NOT_VETTED 1"},
		"paused":                         {func(p *kg.Person) { p.Responder.Pauses = []kg.Absence{{Span: on}} }, "PAUSED 1"},
		"a pause that is over":           {func(p *kg.Person) { p.Responder.Pauses = []kg.Absence{{Span: before}} }, ""},
		"on leave":                       {func(p *kg.Person) { p.Responder.Leaves = []kg.Absence{{Span: on}} }, "ON_LEAVE 1"},
		"a leave to come":                {func(p *kg.Person) { p.Responder.Leaves = []kg.Absence{{Span: after}} }, ""},
		"with a care flag":               {func(p *kg.Person) { p.CareFlags = []kg.Flag{{Value: kg.Disabled, Span: on}} }, "CARE_FLAG 1"},
		"with a care flag that ended":    {func(p *kg.Person) { p.CareFlags = []kg.Flag{{Value: kg.Disabled, Span: before}} }, ""},
		"no member but with a profile":   {func(p *kg.Person) { p.PartyStatus = kg.PartyNone }, ""},
		"a child comes before consent":   {func(p *kg.Person) { p.BirthDate, p.Responder = kg.MustDate("2015-01-01"), nil }, "UNDER_AGE 1"},
		"neither member nor a profile":   {func(p *kg.Person) { p.PartyStatus, p.Responder = kg.PartyApplicant, nil }, "nobody"},
		"not yet born by their life":     {func(p *kg.Person) { p.Life = after }, "nobody"},
		"farther than the own limit":     {func(p *kg.Person) { p.Responder.Limits.MaxDistance = 99 }, "BEYOND_OWN_LIMIT 1"},
		"as far as the own limit allows": {func(p *kg.Person) { p.Responder.Limits.MaxDistance = 101 }, ""},
	} {
		sc := doors(t)
		sc.person("p", "flat", c.set)
		a := sc.near("target", evening)
		got := left(a)
		if a.Total == 0 && got == "" {
			got = "nobody"
		}
		sc.want(name, got, c.want)
	}
}

func TestWhoCarriesACareFlagIsAskedOnlyIfTheQuestionSaysSo(t *testing.T) {
	sc := doors(t)
	sc.person("p", "flat", func(p *kg.Person) { p.CareFlags = []kg.Flag{{Value: kg.MartyrFamily}} })
	sc.want("not asked", left(sc.near("target", evening)), "CARE_FLAG 1")
	sc.want("asked", sc.people(sc.near("target", evening, func(q *reach.NearQuery) { q.Where.IncludeCareFlagged = true })), "p")
}

func TestPeopleOfTheTargetHouseholdAndThoseItRefusesDoNotCount(t *testing.T) {
	sc := doors(t)
	sc.person("own", "target", func(p *kg.Person) { p.BirthDate = 0 })
	sc.person("refused", "flat", func(p *kg.Person) { p.Responder = nil })
	sc.person("once refused", "flat")
	sc.household("other", "homes")
	target := sc.Changes[indexOf(sc, "target")].Node.(*kg.Household)
	target.Refusals = []kg.Refusal{{Person: sc.ID("refused")}, {Person: sc.ID("once refused"), Span: days("", "2025-09-24")}}
	a := sc.near("target", evening)
	sc.want("hits", sc.people(a), "once refused")
	sc.want("left out, by the first reason", left(a), "SAME_HOUSEHOLD 1, REFUSED 1")
	a = sc.near("target", "2025-09-23 20:00")
	sc.want("while the refusal held", left(a), "SAME_HOUSEHOLD 1, REFUSED 2")
	a = sc.near("other", evening)
	sc.want("at another door", left(a), "UNDER_AGE 1, NO_CONSENT 1")
	a = sc.near("target", evening, func(q *reach.NearQuery) { q.To = reach.Target{Building: sc.ID("here")} })
	sc.want("at the building no household is asked", left(a), "UNDER_AGE 1, NO_CONSENT 1")
}

func indexOf(sc *scene, name string) int {
	for i, m := range sc.Changes {
		if m.Op == store.PutNode && m.Node.Common().ID == sc.ID(name) {
			return i
		}
	}
	panic(name)
}

func TestLeftOutCountsEverybodyWithHomeOrWorkInTheCircleOnce(t *testing.T) {
	sc := office(t)
	sc.building("far", 3000)
	sc.household("far flat", "far")
	sc.Add("bare", &kg.Unit{Name: "无楼单位"})
	sc.person("lives and works near", "flat")
	sc.Tie("lives and works near", kg.WorksAt, "unit")
	sc.person("works near", "far flat")
	sc.Tie("works near", kg.WorksAt, "unit")
	sc.person("lives near", "flat")
	sc.Tie("lives near", kg.WorksAt, "bare")
	sc.person("lives near, works far", "flat")
	sc.Tie("lives near, works far", kg.WorksAt, "bare", sc.Ref("far"))
	sc.person("far away", "far flat")
	sc.person("nowhere", "")
	sc.person("away", "flat", func(p *kg.Person) { p.Responder.Weekly = strings.Repeat("A", kg.WeekSlots) })
	a := sc.near("target", "2025-09-24 10:00")
	sc.want("in work time", fmt.Sprintf("%d, %s", a.Total, left(a)), "2, AWAY 1, NO_PLACE 1, ELSEWHERE 1")
	a = sc.near("target", evening)
	sc.want("in the evening", fmt.Sprintf("%d, %s", a.Total, left(a)), "3, AWAY 1, ELSEWHERE 1")
}

func TestWithinIsDecidedByTheChordAndTheRimIsInside(t *testing.T) {
	limit := geo.MaxChord2(500)
	center := north(0).Unit()
	lo, hi := north(499).Lat, north(501).Lat
	for math.Nextafter(lo, 90) < hi { // the last latitude inside and the first outside
		if mid := lo + (hi-lo)/2; geo.Chord2(center, geo.Point{Lat: mid, Lon: 113.24}.Unit()) <= limit {
			lo = mid
		} else {
			hi = mid
		}
	}
	sc := newScene(t)
	sc.building("here", 0)
	sc.household("target", "here")
	for name, lat := range map[string]float64{"on the rim": lo, "beyond": hi} {
		sc.Add("at "+name, &kg.Building{Name: name, Point: &geo.Point{Lat: lat, Lon: 113.24}})
		sc.household("home "+name, "at "+name)
		sc.person(name, "home "+name)
	}
	a := sc.near("target", evening)
	sc.want("within 500 m", sc.people(a), "on the rim")
	if d := a.Hits[0].Distance; math.Abs(d-500) > 1e-6 {
		t.Errorf("the rim is %.9f m away", d)
	}
	if m := a.Hits[0].WalkingMinutes; math.Abs(m-500*1.3/1.8/60) > 1e-6 {
		t.Errorf("%v walking minutes", m)
	}
	a = sc.near("target", evening, func(q *reach.NearQuery) { q.Radius = 500.00001 })
	sc.want("a hundredth of a millimetre more", fmt.Sprint(a.Total), "2")
}

func TestHitsComeNearestFirstThenByID(t *testing.T) {
	sc := newScene(t)
	sc.building("here", 0)
	sc.household("target", "here")
	for i, metres := range []float64{300, 100, 200, 200} {
		b := fmt.Sprintf("b%d", i)
		sc.building(b, metres)
		sc.household("h"+b, b)
		for k := range 3 {
			sc.person(fmt.Sprintf("p%d%d", i, k), "h"+b)
		}
	}
	a := sc.near("target", evening)
	if a.Total != 12 || a.HasNext {
		t.Fatalf("total %d, next %v", a.Total, a.HasNext)
	}
	for i := 1; i < len(a.Hits); i++ {
		x, y := a.Hits[i-1], a.Hits[i]
		if x.Distance > y.Distance || (x.Distance == y.Distance && x.Person >= y.Person) {
			t.Errorf("%v before %v", x, y)
		}
	}
	page := sc.near("target", evening, func(q *reach.NearQuery) { at := a.Hits[3].Position(); q.After, q.Limit = &at, 4 })
	if len(page.Hits) != 4 || page.Hits[0].Person != a.Hits[4].Person || !page.HasNext || page.Total != 12 {
		t.Errorf("after the fourth: %+v", page)
	}
	none := sc.near("target", evening, func(q *reach.NearQuery) { q.Limit = 0 })
	if len(none.Hits) != 0 || none.Total != 12 || !none.HasNext {
		t.Errorf("a question for totals only: %+v", none)
	}
}

func TestClassesComeBeforeDistanceAndTheFirstOfThemAreThoseOfAll(t *testing.T) {
	sc := doors(t)
	for i := range 60 {
		house, flat := fmt.Sprint("b", i), fmt.Sprint("f", i)
		sc.building(house, float64(10+(i*37)%450))
		sc.household(flat, house)
		name := fmt.Sprint("p", i)
		sc.person(name, flat)
		if i%7 == 3 {
			sc.Tie(name, kg.KeyholderOf, "target")
		}
		if i%11 == 5 {
			sc.Tie(name, kg.ContactOf, "target")
		}
	}
	class := func(list []reach.Reason) int {
		n := 2
		for _, r := range list {
			n = min(n, map[reach.ReasonKind]int{reach.Keyholder: 0, reach.Contact: 1}[r.Kind])
		}
		return n
	}
	all := sc.near("target", evening, func(q *reach.NearQuery) { q.Limit, q.LeftOutPeople = store.NoLimit, store.NoLimit })
	want := slices.Clone(all.Hits)
	slices.SortStableFunc(want, func(a, b reach.NearHit) int { return class(a.Reasons) - class(b.Reasons) })
	if len(want) < 50 || class(want[0].Reasons) != 0 || want[0].Person == all.Hits[0].Person {
		t.Fatalf("%d hits, the first %v", len(want), want[0])
	}
	for _, limit := range []int{1, 5, 9, 20, len(want), store.NoLimit} {
		got := sc.near("target", evening, func(q *reach.NearQuery) { q.Limit, q.Class = limit, class })
		n := min(limit, len(want))
		if got.Total != all.Total || got.HasNext != (n < len(want)) || !reflect.DeepEqual(got.Hits, want[:n]) {
			t.Errorf("the first %d are not those of all", limit)
		}
	}
	after := want[0].Position()
	_, err := sc.snapshot().Near(reach.NearQuery{To: reach.Target{Household: sc.ID("target")}, Radius: 500, At: local(evening), Scope: store.Scope{All: true}, Limit: 5, Class: class, After: &after})
	if !errors.Is(err, kg.ErrInvalid) {
		t.Errorf("a page behind another by classes: %v", err)
	}
}

func TestTheNearestOfThoseLeftOutAreTheFirstOfAll(t *testing.T) {
	sc := doors(t)
	for i := range 40 {
		house, flat := fmt.Sprint("b", i/2), fmt.Sprint("f", i)
		if i%2 == 0 {
			sc.building(house, float64(10+(i*37)%450))
		}
		sc.household(flat, house)
		sc.person(fmt.Sprint("p", i), flat, func(p *kg.Person) { p.Responder = nil })
	}
	all := sc.near("target", evening, func(q *reach.NearQuery) { q.LeftOutPeople = store.NoLimit }).LeftPeople
	if len(all) != 40 || !slices.IsSortedFunc(all, func(a, b reach.LeftPerson) int {
		return cmp.Or(cmp.Compare(a.Distance, b.Distance), cmp.Compare(a.Person, b.Person))
	}) {
		t.Fatalf("%v", all)
	}
	for _, n := range []int{1, 7, 39} {
		if got := sc.near("target", evening, func(q *reach.NearQuery) { q.LeftOutPeople = n }).LeftPeople; !slices.Equal(got, all[:n]) {
			t.Errorf("%d: %v, want %v", n, got, all[:n])
		}
	}
}

func TestReasonsTieAHitToTheDoor(t *testing.T) {
	sc := newScene(t)
	sc.building("here", 0)
	for _, e := range []string{"e1", "e2"} {
		sc.Add(e, &kg.Entrance{Number: e})
		sc.Tie(e, kg.PartOf, "here")
	}
	sc.household("target", "e1")
	sc.household("beside", "e1")
	sc.household("next", "e2")
	sc.Add("unit", &kg.Unit{Name: "楼内单位"})
	sc.Tie("unit", kg.LocatedIn, "here")
	skilled := func(p *kg.Person) {
		p.Specialties = []kg.Specialty{{Scheme: "trade", Value: "locksmith"}, {Scheme: "seven colours", Value: "red"}}
	}
	sc.person("neighbour", "beside", skilled)
	sc.person("other entrance", "next")
	sc.person("worker", "")
	sc.Tie("worker", kg.WorksAt, "unit")
	sc.Tie("neighbour", kg.ResponsibleFor, "target", storetest.Scheme("一人包一户", "1"))
	sc.Tie("neighbour", kg.ResponsibleFor, "e1", storetest.Scheme("1+10", "2"))
	sc.Tie("neighbour", kg.ResponsibleFor, "here", storetest.Scheme("1+10", "2"))
	sc.Tie("neighbour", kg.ResponsibleFor, "here", storetest.Scheme("41N5", "5"), storetest.Until("2025-09-24"))
	sc.Tie("neighbour", kg.ResponsibleFor, "next", storetest.Scheme("41N5", "4"))
	sc.Tie("neighbour", kg.ResponsibleFor, "grid", storetest.Scheme("41N5", "3"))
	sc.Tie("other entrance", kg.KeyholderOf, "target")
	sc.Tie("other entrance", kg.ContactOf, "target")
	sc.Tie("other entrance", kg.ContactOf, "beside")
	reasons := func(a *reach.NearAnswer, name string) string {
		for _, h := range a.Hits {
			if h.Person == sc.ID(name) {
				return fmt.Sprint(h.Reasons)
			}
		}
		return "no hit"
	}
	a := sc.near("target", "2025-09-24 10:00")
	sc.want("neighbour", reasons(a, "neighbour"), "[{SAME_ENTRANCE   } {RESPONSIBLE 1+10 2 } {RESPONSIBLE 一人包一户 1 } {SPECIALTY seven colours  red} {SPECIALTY trade  locksmith}]")
	sc.want("other entrance", reasons(a, "other entrance"), "[{SAME_BUILDING   } {KEYHOLDER   } {CONTACT   }]")
	sc.want("worker", reasons(a, "worker"), "[{SAME_BUILDING   }]")
	a = sc.near("target", "2025-09-24 10:00", func(q *reach.NearQuery) { q.Where.Specialties = []string{"locksmith"} })
	sc.want("asked for a locksmith", sc.people(a)+reasons(a, "neighbour"), "neighbour[{SAME_ENTRANCE   } {RESPONSIBLE 1+10 2 } {RESPONSIBLE 一人包一户 1 } {SPECIALTY trade  locksmith}]")
	a = sc.near("target", "2025-09-24 10:00", func(q *reach.NearQuery) { q.To = reach.Target{Building: sc.ID("here")} })
	sc.want("of the building", reasons(a, "neighbour"), "[{SAME_BUILDING   } {RESPONSIBLE 1+10 2 } {SPECIALTY seven colours  red} {SPECIALTY trade  locksmith}]")
	a = sc.near("target", "2025-09-24 10:00", func(q *reach.NearQuery) { q.To = reach.Target{Point: north(0)} })
	sc.want("of a point", reasons(a, "other entrance"), "[]")
}

func TestADoorbellIsAskedForAtTheHouseholdWhereItHangsOnThatDay(t *testing.T) {
	sc := doors(t)
	sc.person("own", "target")
	sc.person("p", "flat")
	sc.Add("bell", &kg.Doorbell{Serial: "1"})
	sc.Tie("bell", kg.InstalledAt, "flat", storetest.Since("2025-09-01"), storetest.Until("2025-09-24"))
	sc.Tie("bell", kg.InstalledAt, "target", storetest.Since("2025-09-24"), storetest.Until("2025-10-01"))
	bell := func(q *reach.NearQuery) { q.To = reach.Target{Doorbell: sc.ID("bell")} }
	sc.want("today", sc.people(sc.near("target", evening, bell)), "p")
	sc.want("yesterday", sc.people(sc.near("target", "2025-09-23 20:00", bell)), "own")
	_, err := sc.snapshot().Near(reach.NearQuery{To: reach.Target{Doorbell: sc.ID("bell")}, Radius: 500, At: local("2025-10-01 00:00"), Scope: everything})
	if !errors.Is(err, kg.ErrInvalid) || !strings.Contains(err.Error(), "doorbell") {
		t.Errorf("a doorbell that hangs nowhere: %v", err)
	}
}

func TestWhereChoosesWhoIsAskedAndTheOthersAreNotCounted(t *testing.T) {
	sc := doors(t)
	sc.Add("team", &kg.Team{Name: "队"})
	sc.Add("unit", &kg.Unit{Name: "单位"})
	sc.Add("branch", &kg.PartyOrg{Name: "支部"})
	sc.Tie("branch", kg.SetUpOn, "unit")
	sc.person("member", "flat")
	sc.person("retired member", "flat", func(p *kg.Person) { p.BirthDate = kg.MustDate("1950-09-24") })
	sc.person("volunteer", "flat", func(p *kg.Person) { p.PartyStatus = kg.PartyApplicant })
	sc.person("paused", "flat", func(p *kg.Person) { p.Responder.Pauses = []kg.Absence{{}} })
	sc.Tie("member", kg.InTeam, "team")
	sc.Tie("retired member", kg.InTeam, "team", storetest.Until("2025-09-24"))
	sc.Tie("retired member", kg.BelongsTo, "branch")
	sc.Tie("paused", kg.WorksAt, "unit")
	sc.Tie("volunteer", kg.DeployedTo, "grid", sc.Ref("unit"))
	yes, no, n75, n74 := true, false, 75, 74
	for name, c := range map[string]struct {
		where reach.ResponderWhere
		want  string
	}{
		"members":         {reach.ResponderWhere{PartyMember: &yes}, "2, PAUSED 1"},
		"non-members":     {reach.ResponderWhere{PartyMember: &no}, "1, "},
		"a team":          {reach.ResponderWhere{TeamIDs: sc.IDs("team")}, "1, "},
		"a unit, any way": {reach.ResponderWhere{UnitIDs: sc.IDs("unit")}, "2, PAUSED 1"},
		"at least 75":     {reach.ResponderWhere{MinAge: &n75}, "1, "},
		"at most 74":      {reach.ResponderWhere{MaxAge: &n74}, "2, PAUSED 1"},
	} {
		a := sc.near("target", evening, func(q *reach.NearQuery) { q.Where = c.where })
		sc.want(name, fmt.Sprintf("%d, %s", a.Total, left(a)), c.want)
	}
}

func TestPeopleOutOfScopeAreAsIfTheyDidNotExist(t *testing.T) {
	sc := doors(t)
	sc.Add("other", &kg.Grid{Name: "另一网格"})
	sc.Tie("other", kg.PartOf, "community")
	sc.Add("over there", &kg.Building{Name: "楼", Point: north(50)})
	sc.Tie("over there", kg.PartOf, "other", storetest.Until("2026-01-01"))
	sc.Tie("over there", kg.PartOf, "grid", storetest.Since("2026-01-01"))
	sc.household("beyond", "over there")
	sc.person("inside", "flat")
	sc.person("outside", "beyond")
	sc.person("outside too", "beyond", func(p *kg.Person) { p.Responder = nil })
	sc.person("registered here", "", func(p *kg.Person) { p.Responder.Weekly = strings.Repeat("W", kg.WeekSlots) })
	sc.Tie("registered here", kg.RegisteredWith, "grid")
	sc.Add("unit", &kg.Unit{Name: "单位"})
	sc.Tie("unit", kg.LocatedIn, "over there")
	sc.Tie("registered here", kg.WorksAt, "unit")
	in := func(area, today string) func(*reach.NearQuery) {
		return func(q *reach.NearQuery) { q.Scope = store.Scope{Areas: sc.IDs(area), Today: kg.MustDate(today)} }
	}
	a := sc.near("target", evening, in("grid", "2025-09-24"))
	sc.want("of the grid", sc.people(a)+left(a), "registered here inside")
	a = sc.near("target", evening, in("community", "2025-09-24"))
	sc.want("of the community", fmt.Sprintf("%d %s", a.Total, left(a)), "3 NO_CONSENT 1")
	a = sc.near("target", evening, in("grid", "2026-02-01"))
	sc.want("scope is read at today, not at the instant", fmt.Sprintf("%d %s", a.Total, left(a)), "3 NO_CONSENT 1")
	if _, err := sc.snapshot().Near(reach.NearQuery{To: reach.Target{Household: sc.ID("beyond")}, Radius: 500, At: local(evening),
		Scope: store.Scope{Areas: sc.IDs("grid"), Today: kg.MustDate("2025-09-24")}}); !errors.Is(err, kg.ErrNotFound) {
		t.Errorf("a target out of scope: %v", err)
	}
	if _, err := sc.snapshot().Near(reach.NearQuery{To: reach.Target{Household: sc.ID("target")}, Radius: 500, At: local(evening)}); !errors.Is(err, kg.ErrNotFound) {
		t.Errorf("an empty scope sees nothing: %v", err)
	}
}

func TestBadQuestionsAreRefusedByTheNameOfTheArgument(t *testing.T) {
	sc := doors(t)
	sc.Add("blank", &kg.Building{Name: "无坐标"})
	sc.household("lost", "blank")
	sc.Add("team", &kg.Team{Name: "队"})
	ok := reach.NearQuery{To: reach.Target{Household: sc.ID("target")}, Radius: 500, At: local(evening), Scope: everything}
	for name, c := range map[string]struct {
		set      func(*reach.NearQuery)
		is       error
		argument string
	}{
		"radius 0":            {func(q *reach.NearQuery) { q.Radius = 0 }, kg.ErrInvalid, "radius"},
		"radius below 0":      {func(q *reach.NearQuery) { q.Radius = -1 }, kg.ErrInvalid, "radius"},
		"radius above 5000":   {func(q *reach.NearQuery) { q.Radius = 5000.5 }, kg.ErrInvalid, "radius"},
		"radius NaN":          {func(q *reach.NearQuery) { q.Radius = math.NaN() }, kg.ErrInvalid, "radius"},
		"no instant":          {func(q *reach.NearQuery) { q.At = time.Time{} }, kg.ErrInvalid, "at"},
		"no target":           {func(q *reach.NearQuery) { q.To = reach.Target{} }, kg.ErrInvalid, "to"},
		"two targets":         {func(q *reach.NearQuery) { q.To.Building = sc.ID("here") }, kg.ErrInvalid, "to"},
		"swapped point":       {func(q *reach.NearQuery) { q.To = reach.Target{Point: &geo.Point{Lat: 113, Lon: 23}} }, kg.ErrInvalid, "to.point"},
		"NaN point":           {func(q *reach.NearQuery) { q.To = reach.Target{Point: &geo.Point{Lat: math.NaN()}} }, kg.ErrInvalid, "to.point"},
		"negative limit":      {func(q *reach.NearQuery) { q.Limit = -1 }, kg.ErrInvalid, "first"},
		"another position":    {func(q *reach.NearQuery) { q.After = &store.Position{Value: "a"} }, kg.ErrInvalid, "after"},
		"no point":            {func(q *reach.NearQuery) { q.To.Household = sc.ID("lost") }, kg.ErrInvalid, "has no point"},
		"building, no point":  {func(q *reach.NearQuery) { q.To = reach.Target{Building: sc.ID("blank")} }, kg.ErrInvalid, "has no point"},
		"made-up household":   {func(q *reach.NearQuery) { q.To.Household = kg.NewID(kg.KindHousehold) }, kg.ErrNotFound, "to.household"},
		"a grid as household": {func(q *reach.NearQuery) { q.To.Household = sc.ID("grid") }, kg.ErrNotFound, "to.household"},
		"made-up building":    {func(q *reach.NearQuery) { q.To = reach.Target{Building: kg.NewID(kg.KindBuilding)} }, kg.ErrNotFound, "to.building"},
		"made-up doorbell":    {func(q *reach.NearQuery) { q.To = reach.Target{Doorbell: kg.NewID(kg.KindDoorbell)} }, kg.ErrNotFound, "to.doorbell"},
		"made-up team":        {func(q *reach.NearQuery) { q.Where.TeamIDs = []kg.ID{kg.NewID(kg.KindTeam)} }, kg.ErrNotFound, "where.teams"},
		"a team as a unit":    {func(q *reach.NearQuery) { q.Where.UnitIDs = sc.IDs("team") }, kg.ErrNotFound, "where.units"},
	} {
		q := ok
		c.set(&q)
		if _, err := sc.snapshot().Near(q); !errors.Is(err, c.is) || !strings.Contains(err.Error(), c.argument) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := sc.snapshot().Near(ok); err != nil {
		t.Errorf("a good question: %v", err)
	}
}
