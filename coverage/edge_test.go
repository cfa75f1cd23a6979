package coverage_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"lintu/coverage"
	"lintu/geo"
	"lintu/kg"
	"lintu/reach"
	"lintu/store/storetest"
)

func TestTheRimOfTheCircleIsInside(t *testing.T) {
	limit, center := geo.MaxChord2(500), north(0).Unit()
	lo, hi := north(499).Lat, north(501).Lat
	for math.Nextafter(lo, 90) < hi { // the last latitude inside and the first outside
		if mid := lo + (hi-lo)/2; geo.Chord2(center, geo.Point{Lat: mid, Lon: 113.24}.Unit()) <= limit {
			lo = mid
		} else {
			hi = mid
		}
	}
	for name, c := range map[string]struct {
		lat  float64
		want int
	}{"on the rim": {lo, 1}, "beyond": {hi, 0}} {
		sc := newScene(t)
		sc.building("post", 0)
		sc.responder("r", "post")
		sc.Add("there", &kg.Building{Name: name, Point: &geo.Point{Lat: c.lat, Lon: 113.24}})
		sc.Tie("there", kg.PartOf, "grid")
		sc.elder("elder", "there")
		if m := sc.ask(evening).Measures(); m.Covered != c.want || m.Targets != 1 {
			t.Errorf("%s: %d of %d", name, m.Covered, m.Targets)
		}
	}
}

func TestNobodyToComeCoversNobody(t *testing.T) {
	sc := newScene(t)
	sc.building("here", 0)
	sc.elder("elder", "here")
	c := sc.ask(evening)
	sc.want("measures", show(c.Measures()), "0 of 1, share 0.00, at least [0], nearest - - -, backup 0, single 0")
	if s := c.Supply(true); s.Ratio == nil || *s.Ratio != 0 || s.Gini != nil {
		t.Errorf("supply %+v: want 0 and no Gini coefficient", s)
	}
}

func TestEveryoneInOneBuildingIsCoveredByOthers(t *testing.T) {
	sc := newScene(t)
	sc.building("tower", 0)
	for i := range 40 {
		sc.elder(fmt.Sprint("elder", i), "tower")
	}
	for i := range 3 {
		sc.responder(fmt.Sprint("r", i), "tower")
	}
	sc.moves("r0", "elder0", "2025-09-01")
	c := sc.ask(evening, func(q *coverage.Query) { q.K = 3 })
	sc.want("measures", show(c.Measures()), "39 of 40, share 0.97, at least [40 40 39], nearest 0.0 0.0 0.0, backup 40, single 0")
	s := c.Supply(false)
	if want := (39*(1./39+2./40) + 2./40) / 40; math.Abs(*s.Ratio-want) > 1e-12 {
		t.Errorf("supply ratio %v, want %v", *s.Ratio, want)
	}
}

func TestEqualSupplyHasAGiniCoefficientOfZero(t *testing.T) {
	sc := newScene(t)
	sc.building("tower", 0)
	for i := range 7 {
		sc.elder(fmt.Sprint("elder", i), "tower")
	}
	sc.responder("r", "tower")
	if s := sc.ask(evening).Supply(true); s.Gini == nil || *s.Gini != 0 {
		t.Errorf("%+v", s)
	}
}

func TestMorePeopleThanThereAreCoverNobody(t *testing.T) {
	sc := newScene(t)
	sc.building("here", 0)
	sc.elder("elder", "here")
	sc.responder("r", "here")
	m := sc.ask(evening, func(q *coverage.Query) { q.K = coverage.MaxK }).Measures()
	if m.Covered != 0 || len(m.AtLeast) != coverage.MaxK || m.AtLeast[0] != 1 || m.AtLeast[1] != 0 {
		t.Errorf("%d covered, at least 1: %d", m.Covered, m.AtLeast[0])
	}
}

func TestAnAreaWithoutGeometryIsUncoveredAndSaysSo(t *testing.T) {
	sc := newScene(t)
	sc.Add("nowhere", &kg.Building{Name: "无坐标"})
	sc.Tie("nowhere", kg.PartOf, "grid")
	sc.elder("elder", "nowhere")
	sc.responder("r", "nowhere")
	m := sc.ask(evening).Measures()
	sc.want("measures", show(m), "0 of 1, share 0.00, at least [0], nearest - - -, backup 0, single 0")
	sc.want("completeness", fmt.Sprint(m.Completeness), "{{0 1} {0 1} {1 1}}")
}

func TestBeforeTheFirstTieThereIsNothing(t *testing.T) {
	sc := newScene(t)
	sc.building("here", 0)
	sc.Add("elder", &kg.Household{Number: "1", CareFlags: []kg.Flag{{Value: kg.ElderlyAlone}}})
	sc.Tie("elder", kg.PartOf, "here", storetest.Since("2025-09-24"))
	sc.responder("r", "here")
	sc.want("the day before", show(sc.ask("2025-09-23 20:00").Measures()), "0 of 0, share -, at least [0], nearest - - -, backup 0, single 0")
	sc.want("the day", show(sc.ask("2025-09-24 00:00").Measures()), "1 of 1, share 1.00, at least [1], nearest 0.0 0.0 0.0, backup 0, single 1")
}

// pattern is a week of letters: H but for some half hours of every day.
func pattern(letter string, hours func(hour int) bool) string {
	week := []byte(strings.Repeat("H", kg.WeekSlots))
	for i := range week {
		if hours(i % 48 / 2) {
			week[i] = letter[0]
		}
	}
	return string(week)
}

func TestABandOverMidnightIsCoveredOnlyInAllItsHours(t *testing.T) {
	sc := newScene(t)
	sc.building("here", 0)
	sc.elder("elder", "here")
	sc.responder("night worker", "here", func(p *kg.Person) {
		p.Responder.Weekly = pattern("A", func(h int) bool { return h < 6 })
	})
	band := func(b coverage.Band) string {
		m := sc.ask(evening, func(q *coverage.Query) { q.When = coverage.When{Band: b, From: today} }).Measures()
		return fmt.Sprint(m.Covered, " of ", m.Targets, " there ", m.Completeness.RespondersLocated)
	}
	sc.want("the night", band(coverage.Night), "0 of 1 there {14 14}") // two hours of seven days
	sc.want("the evening", band(coverage.WorkdayEvening), "1 of 1 there {24 24}")
	sc.want("the weekend", band(coverage.Weekend), "1 of 1 there {16 16}") // Sunday 28 September is a workday
}

func TestWorkdaysAndHolidaysFollowTheCalendar(t *testing.T) {
	sc := newScene(t)
	sc.building("here", 0)
	sc.building("office", 3000)
	sc.elder("elder", "here")
	sc.Add("unit", &kg.Unit{Name: "单位"})
	sc.Tie("unit", kg.LocatedIn, "office")
	sc.responder("r", "here")
	sc.Tie("r", kg.WorksAt, "unit")
	covered := func(b coverage.Band, from string) string {
		q := coverage.Query{Area: sc.ID("street"), Radius: 500, When: coverage.When{Band: b, From: kg.MustDate(from)}, Scope: everything}
		c, err := sc.engine().Ask(context.Background(), q)
		if err != nil {
			return err.Error()
		}
		m := c.Measures()
		return fmt.Sprintf("%d of %d, %.0f m", m.Covered, m.Targets, *m.Nearest.Max)
	}
	sc.want("a workday", covered(coverage.WorkdayDay, "2025-09-24"), "0 of 1, 3000 m")
	sc.want("its evening", covered(coverage.WorkdayEvening, "2025-09-24"), "1 of 1, 0 m")
	sc.want("the National Day", covered(coverage.Holiday, "2025-09-24"), "1 of 1, 0 m")
	sc.want("the week of the National Day has no workday", covered(coverage.WorkdayDay, "2025-10-01"),
		"when.band: WORKDAY_DAY has no hour in the seven days from 2025-10-01; allowed: a band that has")
	groups, err := sc.ask("2025-10-01 10:00").By(context.Background(), coverage.ByWeekBand)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, g := range groups {
		names = append(names, g.Value)
	}
	sc.want("bands of that week", strings.Join(names, " "), "NIGHT HOLIDAY")
	week, err := sc.ask(evening).Week(context.Background(), kg.MustDate("2025-10-01"))
	if err != nil {
		t.Fatal(err)
	}
	gaps := ""
	for _, h := range week {
		if h.Covered == 0 {
			gaps += h.At.In(local(evening).Location()).Format(" 2T15")
		}
	}
	sc.want("hours without cover, Monday 29 September on", gaps, " 29T09 29T10 29T11 29T12 29T13 29T14 29T15 29T16 29T17 30T09 30T10 30T11 30T12 30T13 30T14 30T15 30T16 30T17")
}

func TestATimeThatIsNoTimeIsRefused(t *testing.T) {
	sc := newScene(t)
	for want, w := range map[string]coverage.When{
		"when: at and band":             {At: local(evening), Band: coverage.Night, From: today},
		`when.band: "NOON"`:             {Band: "NOON", From: today},
		"date":                          {Band: coverage.Night},
		"when.at: is missing":           {},
		"when.band: HOLIDAY has no hou": {Band: coverage.Holiday, From: kg.MustDate("2090-01-01")},
	} {
		_, err := sc.engine().Ask(context.Background(), coverage.Query{Area: sc.ID("street"), Radius: 500, When: w, Scope: everything})
		if !errors.Is(err, kg.ErrInvalid) || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%s: %v", want, err)
		}
	}
}

func TestPlacesServeWhileTheyAreOpen(t *testing.T) {
	sc := newScene(t)
	sc.building("here", 0)
	sc.building("square", 300)
	sc.elder("elder", "here")
	daily := []int{1, 2, 3, 4, 5, 6, 7}
	sc.Add("canteen", &kg.Place{Name: "长者饭堂", PlaceKind: "canteen", OpeningHours: []kg.Opening{
		{Weekdays: daily, From: "11:00", To: "13:00"},
		{Weekdays: []int{3}, From: "17:00", To: "19:45", SeasonFrom: "09-24", SeasonTo: "03-01"},
	}})
	sc.Tie("canteen", kg.LocatedIn, "square")
	sc.Add("hall", &kg.Place{Name: "议事厅", PlaceKind: "hall", Point: north(100)})
	sc.responder("r", "here")
	ask := func(at string, w reach.PlaceWhere) string {
		m := sc.ask(at, func(q *coverage.Query) { q.Provider.Places = &w }).Measures()
		return show(m) + fmt.Sprint(", hours known ", m.Completeness.ConsentKnown)
	}
	open, shut := "1 of 1, share 1.00, at least [1], nearest 300.0 300.0 300.0, backup 0, single 1", "0 of 1, share 0.00, at least [0], nearest - - -, backup 0, single 0"
	sc.want("at noon", ask("2025-09-24 12:00", reach.PlaceWhere{}), open+", hours known {1 2}")
	sc.want("at its last minute", ask("2025-09-24 19:44", reach.PlaceWhere{}), open+", hours known {1 2}")
	sc.want("at the minute after, of the same half hour", ask("2025-09-24 19:45", reach.PlaceWhere{}), shut+", hours known {1 2}")
	sc.want("a week before its season", ask("2025-09-17 18:00", reach.PlaceWhere{}), shut+", hours known {1 2}")
	sc.want("after the new year", ask("2026-01-07 18:00", reach.PlaceWhere{}), open+", hours known {1 2}")
	sc.want("of another kind", ask("2025-09-24 12:00", reach.PlaceWhere{Kinds: []string{"booth"}}), shut+", hours known {0 0}")
	sc.want("whether open or not", ask("2025-09-24 03:00", reach.PlaceWhere{AnyHour: true}), "1 of 1, share 1.00, at least [1], nearest 100.0 100.0 100.0, backup 1, single 0, hours known {1 2}")
	q := coverage.Query{Area: sc.ID("street"), Radius: 500, When: coverage.When{At: local(evening)}, Scope: everything}
	member := true
	q.Provider.Places, q.Where = &reach.PlaceWhere{}, &reach.ResponderWhere{PartyMember: &member}
	if _, err := sc.engine().Ask(context.Background(), q); !errors.Is(err, kg.ErrInvalid) {
		t.Errorf("places that are party members: %v", err)
	}
	q.Provider.Duty, q.Where = &reach.DutyWhere{}, nil
	if _, err := sc.engine().Ask(context.Background(), q); !errors.Is(err, kg.ErrInvalid) {
		t.Errorf("two providers: %v", err)
	}
}

func TestMinutesOnFootStandForTheRadius(t *testing.T) {
	sc := newScene(t)
	sc.building("centre", 0)
	sc.building("near", 1246)
	sc.building("far", 1247)
	sc.elder("near elder", "near")
	sc.elder("far elder", "far")
	sc.Add("service centre", &kg.Place{Name: "党群服务中心", PlaceKind: "service centre", OpeningHours: []kg.Opening{{Weekdays: []int{3}, From: "08:30", To: "20:00"}}})
	sc.Tie("service centre", kg.LocatedIn, "centre")
	beyond := func(at string) string {
		var names []string
		for _, id := range sc.ask(at, func(q *coverage.Query) {
			q.Minutes, q.Provider.Places = 15, &reach.PlaceWhere{Kinds: []string{"service centre"}}
		}).Uncovered() {
			names = append(names, sc.Name(id))
		}
		slices.Sort(names)
		return strings.Join(names, ", ")
	}
	sc.want("more than 15 minutes from an open service centre at 19:30", beyond("2025-09-24 19:30"), "far elder")
	sc.want("on another day", beyond("2025-09-25 19:30"), "far elder, near elder")
	for _, minutes := range []float64{-1, 61} {
		q := coverage.Query{Area: sc.ID("street"), Minutes: minutes, When: coverage.When{At: local(evening)}, Scope: everything}
		var invalid *kg.InvalidError
		if _, err := sc.engine().Ask(context.Background(), q); !errors.As(err, &invalid) || invalid.Argument != "minutes" {
			t.Errorf("%v minutes: %v", minutes, err)
		}
	}
}

func TestDutyCountsUpToTheLevelAskedFor(t *testing.T) {
	sc := newScene(t)
	sc.building("here", 0)
	sc.building("far", 4000)
	sc.elder("elder", "here")
	sc.responder("head", "far")
	sc.responder("grid worker", "here")
	sc.responder("deputy", "here")
	sc.Tie("head", kg.ResponsibleFor, "here", storetest.Scheme("1+10", "1"))
	sc.Tie("grid worker", kg.ResponsibleFor, "grid")
	sc.Tie("deputy", kg.HoldsPost, "here", storetest.Role("楼栋长"))
	count := func(w reach.DutyWhere) string {
		m := sc.ask(evening, func(q *coverage.Query) { q.K, q.Provider.Duty = 3, &w }).Measures()
		return fmt.Sprintf("%d, nearest %.0f m", m.AtLeast, *m.Nearest.Max)
	}
	sc.want("up to the building", count(reach.DutyWhere{}), "[1 0 0], nearest 4000 m")
	sc.want("up to the grid", count(reach.DutyWhere{Level: reach.DutyGrid}), "[1 1 0], nearest 0 m")
	sc.want("with posts", count(reach.DutyWhere{IncludePosts: true}), "[1 1 0], nearest 0 m")
	sc.want("all", count(reach.DutyWhere{Level: reach.DutyDivision, IncludePosts: true}), "[1 1 1], nearest 0 m")
	m, err := sc.ask(evening).DutyMismatch(context.Background(), reach.DutyWhere{})
	if err != nil {
		t.Fatal(err)
	}
	sc.want("covered both ways, though not by the one who is named", fmt.Sprint(m.Both, m.DistanceOnly, m.DutyOnly, m.Neither, " late ", m.Late()), "1 0 0 0 late 1")
	if x := m.LateAt(0); x.Household != sc.ID("elder") || len(x.Named) != 1 || x.Named[0].ID != sc.ID("head") || math.Abs(*x.Distance-4000) > 1e-3 {
		t.Errorf("late: %+v", x)
	}
	if _, err := sc.ask(evening).DutyMismatch(context.Background(), reach.DutyWhere{Level: "PROVINCE"}); !errors.Is(err, kg.ErrInvalid) {
		t.Errorf("an unknown level: %v", err)
	}
}
