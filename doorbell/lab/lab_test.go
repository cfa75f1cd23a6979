package lab

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"lintu/doorbell"
	"lintu/geo"
	"lintu/kg"
	"lintu/reach"
	"lintu/store/storetest"
)

var (
	zone    = time.FixedZone("+08", 8*3600)
	evening = time.Date(2026, 9, 1, 20, 0, 0, 0, zone) // a Tuesday
)

// street is a town of a street: doors with doorbells, and people in other buildings, so many metres to the north.
type street struct {
	*storetest.Fixture
	t *testing.T
}

func newStreet(t *testing.T) *street {
	s := &street{storetest.NewFixture(), t}
	s.Add("town", &kg.Division{Name: "街道", Level: kg.LevelTownship})
	s.Add("community", &kg.Division{Name: "社区", Level: kg.LevelCommunity})
	s.Add("grid", &kg.Grid{Name: "网格"})
	s.Tie("community", kg.PartOf, "town")
	s.Tie("grid", kg.PartOf, "community")
	return s
}

func (s *street) building(name string, metres float64) {
	s.Add(name, &kg.Building{Name: name, Point: &geo.Point{Lat: 23.12 + metres/geo.EarthRadius*180/math.Pi, Lon: 113.24}})
	s.Tie(name, kg.PartOf, "grid")
}

// door is a household with a doorbell, in a building of its own.
func (s *street) door(name string, metres float64) {
	s.building("b"+name, metres)
	s.Add(name, &kg.Household{Number: name, Floor: 2})
	s.Tie(name, kg.PartOf, "b"+name)
	s.Add("bell "+name, &kg.Doorbell{Serial: name, Status: kg.DoorbellActive})
	s.Tie("bell "+name, kg.InstalledAt, name)
}

// neighbour lives so far up the street; where says where they are in each half hour.
func (s *street) neighbour(name string, metres float64, where string, more ...func(*kg.Person)) {
	s.building("b"+name, metres)
	s.Add("flat "+name, &kg.Household{Number: name})
	s.Tie("flat "+name, kg.PartOf, "b"+name)
	p := &kg.Person{Name: name, BirthDate: kg.MustDate("1980-05-05"), Responder: &kg.Responder{
		Consents: []kg.Consent{{Purpose: kg.ConsentToRespond}}, Vettings: []kg.Vetting{{By: "街道"}}, Weekly: strings.Repeat(where, kg.WeekSlots)}}
	for _, m := range more {
		m(p)
	}
	s.Add(name, p)
	s.Tie(name, kg.LivesIn, "flat "+name)
}

func unasked(p *kg.Person) { p.Responder.Consents, p.Responder.Vettings = nil, nil }

func (s *street) contact(name, home string) {
	s.Add(name, &kg.Person{Name: name})
	s.Tie(name, kg.ContactOf, home, func(t *kg.Tie) { t.Rank, t.Consent = 1, true })
}

func (s *street) world() *doorbell.World {
	s.t.Helper()
	st := storetest.NewOracle(storetest.Options{})
	for _, b := range s.Batches() {
		if _, err := st.Apply(s.t.Context(), b); err != nil {
			s.t.Fatal(err)
		}
	}
	snapshot, err := reach.Build(s.t.Context(), reach.Options{Store: st})
	if err != nil {
		s.t.Fatal(err)
	}
	return doorbell.NewWorld(st, snapshot)
}

// answered is the share of answers that have come so many seconds after a call, worked out anew.
func answered(seconds float64) float64 { return 1 - math.Exp(-(seconds-5)/30) }

func TestADoorFailsWhereTheChanceOfAYesInTenMinutesIsTooSmall(t *testing.T) {
	s := newStreet(t)
	s.door("nobody", 0)
	s.door("alone", 3000) // one neighbour
	s.neighbour("n", 3100, "H")
	s.door("fine", 6000) // thirteen neighbours, seven of them at once and six after a minute
	for i := range 13 {
		s.neighbour(fmt.Sprint("f", i), 6010+10*float64(i), "H")
	}
	s.door("kin", 9000)
	for i := range 2 {
		s.contact(fmt.Sprint("c", i), "kin")
	}
	w := s.world()
	e := Evening{World: w, At: evening, Answers: DefaultAnswers}
	found, err := e.Rehearse(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if found.Doors != 4 || len(found.Failing) != 3 {
		t.Fatalf("%d doors, failing: %+v", found.Doors, found.Failing)
	}
	yes := func(share, seconds float64) float64 { return 0.98 * share * answered(seconds) }
	want := map[string]float64{"nobody": 0, "alone": yes(0.17, 600), "kin": 1 - math.Pow(1-yes(0.5, 600), 2)}
	for _, f := range found.Failing {
		name := s.Name(f.Household)
		if math.Abs(f.Chance-want[name]) > 1e-12 || f.Door.Doorbell != s.ID("bell "+name) {
			t.Errorf("%s: the chance is %v, want %v", name, f.Chance, want[name])
		}
		if f.Fix.Kind != FixContact || f.After < DefaultSure {
			t.Errorf("%s: the fix is %+v, %v after", name, f.Fix, f.After)
		}
	}
	if order := []string{s.Name(found.Failing[0].Household), s.Name(found.Failing[2].Household)}; !slices.Equal(order, []string{"nobody", "kin"}) {
		t.Errorf("the worst comes first: %v", order)
	}
	e.Sure = 0.98
	found, err = e.Rehearse(t.Context())
	if err != nil || len(found.Failing) != 4 {
		t.Fatalf("at 98 in 100: %+v %v", found, err)
	}
	fine := 1 - math.Pow(1-yes(0.17, 600), 7)*math.Pow(1-yes(0.17, 540), 6)
	if got := found.Failing[3]; math.Abs(got.Chance-fine) > 1e-12 || got.Neighbours != 13 || got.Ladder != 0 {
		t.Errorf("the full street: %+v, want %v", got, fine)
	}
	if e.Area = s.ID("bkin"); true {
		if found, err = e.Rehearse(t.Context()); err != nil || found.Doors != 1 {
			t.Errorf("of one building: %+v %v", found, err)
		}
	}
	for _, sure := range []float64{-1, 1, math.NaN()} {
		e.Sure = sure
		if _, err := e.Rehearse(t.Context()); err == nil {
			t.Errorf("a chance of %v was taken", sure)
		}
	}
}

// TestTheCheapestFixTakesTheFewestPeople has doors that one more neighbour would save.
func TestTheCheapestFixTakesTheFewestPeople(t *testing.T) {
	s := newStreet(t)
	crowd := func(door string, at float64) {
		s.door(door, at)
		for i := range 12 { // with them the chance is just below nine in ten
			s.neighbour(fmt.Sprint(door, i), at+10+float64(i), "H")
		}
	}
	crowd("asks", 0)
	s.neighbour("unasked far", 60, "H", unasked)
	s.neighbour("unasked", 40, "H", unasked)
	s.neighbour("unasked away", 30, "A", unasked)
	s.neighbour("unasked frail", 31, "H", unasked, func(p *kg.Person) { p.CareFlags = []kg.Flag{{Value: kg.Disabled}} })
	s.neighbour("child", 32, "H", unasked, func(p *kg.Person) { p.BirthDate = kg.MustDate("2015-05-05") })
	crowd("works", 5000)
	s.building("office", 9000)
	s.Add("firm", &kg.Unit{Name: "公司"})
	s.Tie("firm", kg.LocatedIn, "office")
	s.neighbour("worker", 5040, "W")
	s.Tie("worker", kg.WorksAt, "firm")
	crowd("kinless", 15000)
	found, err := Evening{World: s.world(), At: evening, Answers: DefaultAnswers}.Rehearse(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{"asks": "CONSENT unasked", "works": "AT_HOME worker", "kinless": "CONTACT "}
	if len(found.Failing) != len(want) {
		t.Fatalf("failing: %+v", found.Failing)
	}
	for _, f := range found.Failing {
		who := ""
		for _, p := range f.Fix.People {
			who += s.Name(p)
		}
		if got := fmt.Sprint(f.Fix.Kind, " ", who); got != want[s.Name(f.Household)] || f.Fix.Number != 1 || f.After < DefaultSure || f.Chance >= DefaultSure {
			t.Errorf("%s: %s, %d people, %v before and %v after", s.Name(f.Household), got, f.Fix.Number, f.Chance, f.After)
		}
	}
}

// crowded is a street with two doors, twenty neighbours and a contact.
func crowded(t *testing.T) (*street, *doorbell.World) {
	s := newStreet(t)
	s.door("one", 0)
	s.door("two", 150)
	for i := range 40 {
		s.neighbour(fmt.Sprint("n", i), 20+15*float64(i), "H")
	}
	s.contact("c", "one")
	return s, s.world()
}

func played(t *testing.T, e Experiment) []*Outcome {
	t.Helper()
	out, err := e.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func text(t *testing.T, v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func policy(t *testing.T, change func(*doorbell.Policy)) *doorbell.Policy {
	p := *doorbell.Policies()["city@1"]
	p.Waves = slices.Clone(p.Waves)
	change(&p)
	return &p
}

func TestTheSameSeedGivesTheSameNumbersWhateverIsPlayedBeside(t *testing.T) {
	_, w := crowded(t)
	doors, err := w.Doors(t.Context(), "", kg.DateOf(evening, zone))
	if err != nil {
		t.Fatal(err)
	}
	city := policy(t, func(*doorbell.Policy) {})
	timid := policy(t, func(p *doorbell.Policy) { p.Name, p.Waves[0].People = "timid", 2 })
	var told atomic.Int64
	e := Experiment{World: w, Policies: []*doorbell.Policy{city, timid}, Rings: Draw(doors, 200, evening, 28, 5), Answers: DefaultAnswers, Seed: 5, Done: func(n int) { told.Add(int64(n)) }}
	first := played(t, e)
	if told.Load() != 400 {
		t.Errorf("%d rings were told of", told.Load())
	}
	if again := played(t, e); text(t, first) != text(t, again) {
		t.Errorf("again: %s\n%s", text(t, first), text(t, again))
	}
	e.Policies = []*doorbell.Policy{city}
	if alone := played(t, e); text(t, alone[0]) != text(t, first[0]) {
		t.Errorf("alone: %s", text(t, alone))
	}
	e.Seed = 6
	if other := played(t, e); text(t, other[0]) == text(t, first[0]) {
		t.Error("another seed gives the same numbers")
	}
	if text(t, first[0]) == text(t, first[1]) {
		t.Error("another policy gives the same numbers")
	}
}

func TestAnOutcomeAddsUpAndMovesWithWhatIsSupposed(t *testing.T) {
	_, w := crowded(t)
	doors, err := w.Doors(t.Context(), "", kg.DateOf(evening, zone))
	if err != nil {
		t.Fatal(err)
	}
	run := func(change func(*Answers), p *doorbell.Policy) *Outcome {
		e := Experiment{World: w, Policies: []*doorbell.Policy{p}, Rings: Draw(doors, 60, evening, 60, 3), Answers: DefaultAnswers, Seed: 3}
		change(&e.Answers)
		return played(t, e)[0]
	}
	same := func(*Answers) {}
	city := policy(t, func(*doorbell.Policy) {})
	as := run(same, city)
	if as.Rings+as.Joined != 60 || as.Nobody != 0 || as.People != 40 || as.Called == 0 || *as.YesIn60 > *as.YesIn180 || *as.YesIn180 > *as.AtLeastOne || *as.FirstYesP50 > *as.FirstYesP90 {
		t.Errorf("%s", text(t, as))
	}
	if sum := *as.AlertsPerson * float64(as.Called); math.Abs(sum-*as.Alerts*float64(as.Rings)) > 1e-6 {
		t.Errorf("%v alerts by people, %v by rings", sum, *as.Alerts*float64(as.Rings))
	}
	never := run(func(a *Answers) { a.Least, a.Most, a.Ladder = 0, 0, 0 }, city)
	if never.FirstYesP50 != nil || *never.AtLeastOne != 0 || *never.Redundant != 0 || *never.Alerts <= *as.Alerts {
		t.Errorf("where nobody says yes: %s", text(t, never))
	}
	always := run(func(a *Answers) { a.Least, a.Most, a.TakeBack, a.Fail = 1, 1, 0, 0 }, city)
	if *always.AtLeastOne != 1 || *always.ByNeighbour != 1 || *always.Alerts != 7 || *always.FirstYesP90 > 30 {
		t.Errorf("where everybody says yes: %s", text(t, always))
	}
	if one := run(same, policy(t, func(p *doorbell.Policy) { p.Waves = p.Waves[:1]; p.Waves[0].People = 1 })); *one.Alerts >= *as.Alerts || *one.FirstYesP90 <= *as.FirstYesP90 {
		t.Errorf("one at a time: %s", text(t, one))
	}
	if tired := run(same, policy(t, func(p *doorbell.Policy) { p.AlertsPerWeek = 1 })); tired.LeftOutLimit == 0 || tired.AlertsMost > 9 {
		t.Errorf("once a week: %s", text(t, tired))
	}
}

func TestStoredRingsArePlayedAsTheyWerePressed(t *testing.T) {
	s, _ := crowded(t)
	st := storetest.NewOracle(storetest.Options{})
	for _, b := range s.Batches() {
		if _, err := st.Apply(t.Context(), b); err != nil {
			t.Fatal(err)
		}
	}
	snapshot, err := reach.Build(t.Context(), reach.Options{Store: st})
	if err != nil {
		t.Fatal(err)
	}
	clock := &clockAt{}
	bell, err := doorbell.New(doorbell.Options{Store: st, Clock: clock, Snapshot: func() *reach.Snapshot { return snapshot }})
	if err != nil {
		t.Fatal(err)
	}
	var want []Ring
	for i, door := range []string{"one", "two", "one", "two"} {
		clock.at = evening.Add(time.Duration(i) * 24 * time.Hour)
		r, err := bell.Press(t.Context(), doorbell.Press{Doorbell: s.ID("bell " + door)})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := bell.Close(t.Context(), r.ID, kg.TestRing, ""); err != nil {
			t.Fatal(err)
		}
		want = append(want, Ring{doorbell.Door{Doorbell: s.ID("bell " + door), Household: s.ID(door)}, clock.at.UTC()})
	}
	for _, c := range []struct {
		area kg.ID
		most int
		want []Ring
	}{{"", 10, want}, {"", 3, want[1:]}, {s.ID("btwo"), 10, []Ring{want[1], want[3]}}} {
		got, err := Stored(t.Context(), st, c.area, c.most)
		for i := range got {
			got[i].At = got[i].At.UTC()
		}
		if err != nil || fmt.Sprint(got) != fmt.Sprint(c.want) {
			t.Errorf("at most %d of %q: %v %v", c.most, c.area, got, err)
		}
	}
	out := played(t, Experiment{World: doorbell.NewWorld(st, snapshot), Policies: []*doorbell.Policy{policy(t, func(*doorbell.Policy) {})}, Rings: want, Answers: DefaultAnswers, Seed: 1})
	if out[0].Rings != 4 || out[0].People != 40 {
		t.Errorf("%s", text(t, out))
	}
}

type clockAt struct{ at time.Time }

func (c *clockAt) Now() time.Time         { return c.at }
func (c *clockAt) Elapsed() time.Duration { return c.at.Sub(evening) }

func TestAnswersThatAreNoSharesAreRefused(t *testing.T) {
	for _, a := range []Answers{{Least: -0.1}, {Most: 1.1}, {Least: 0.5, Most: 0.4}, {Fail: math.NaN()}, {Ladder: 2}} {
		if a.Check() == nil {
			t.Errorf("%+v was taken", a)
		}
	}
	if err := DefaultAnswers.Check(); err != nil {
		t.Error(err)
	}
}
