package reach_test

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"lintu/geo"
	"lintu/kg"
	"lintu/reach"
	"lintu/store"
	"lintu/store/storetest"
)

// scene is a small graph with names: a community with a grid, and what a test puts into it.
type scene struct {
	*storetest.Fixture
	t testing.TB
	s *reach.Snapshot
}

func newScene(t testing.TB) *scene {
	sc := &scene{Fixture: storetest.NewFixture(), t: t}
	sc.Add("street", &kg.Division{Name: "街道", Level: kg.LevelTownship})
	sc.Add("community", &kg.Division{Name: "社区", Level: kg.LevelCommunity})
	sc.Add("grid", &kg.Grid{Name: "网格"})
	sc.Tie("community", kg.PartOf, "street")
	sc.Tie("grid", kg.PartOf, "community")
	return sc
}

// north is the point so many metres north of a fixed one.
func north(metres float64) *geo.Point {
	return &geo.Point{Lat: 23.12 + metres/geo.EarthRadius*180/math.Pi, Lon: 113.24}
}

// building adds a building of the grid so many metres to the north.
func (sc *scene) building(name string, metres float64) {
	sc.Add(name, &kg.Building{Name: name, Point: north(metres)})
	sc.Tie(name, kg.PartOf, "grid")
}

// household adds a household in a building or entrance.
func (sc *scene) household(name, in string, more ...func(*kg.Household)) {
	h := &kg.Household{Number: name}
	for _, m := range more {
		m(h)
	}
	sc.Add(name, h)
	sc.Tie(name, kg.PartOf, in)
}

// person adds an adult party member with consent and vetting, living in a household unless it is "".
func (sc *scene) person(name, home string, more ...func(*kg.Person)) {
	p := &kg.Person{Name: name, BirthDate: kg.MustDate("1980-05-05"), PartyStatus: kg.PartyFull, Responder: &kg.Responder{
		Consents: []kg.Consent{{Purpose: kg.ConsentToRespond}}, Vettings: []kg.Vetting{{By: "街道"}}}}
	for _, m := range more {
		m(p)
	}
	sc.Add(name, p)
	if home != "" {
		sc.Tie(name, kg.LivesIn, home)
	}
}

// snapshot builds the scene once.
func (sc *scene) snapshot() *reach.Snapshot {
	if sc.s == nil {
		sc.s = build(sc.t, load(sc.t, sc.Changes))
	}
	return sc.s
}

var everything = store.Scope{All: true}

// local is an instant in the site's time: 2025-09-24 10:30.
func local(s string) time.Time {
	loc, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		panic(err)
	}
	at, err := time.ParseInLocation("2006-01-02 15:04", s, loc)
	if err != nil {
		panic(err)
	}
	return at
}

const evening = "2025-09-24 20:00" // a Wednesday

// near asks around a household at an instant; change changes the question.
func (sc *scene) near(household, at string, change ...func(*reach.NearQuery)) *reach.NearAnswer {
	sc.t.Helper()
	q := reach.NearQuery{To: reach.Target{Household: sc.ID(household)}, Radius: 500, At: local(at), Scope: everything, Limit: store.NoLimit}
	for _, c := range change {
		c(&q)
	}
	a, err := sc.snapshot().Near(q)
	if err != nil {
		sc.t.Fatal(err)
	}
	return a
}

// people are the names of the hits.
func (sc *scene) people(a *reach.NearAnswer) string {
	var out []string
	for _, h := range a.Hits {
		out = append(out, sc.Name(h.Person))
	}
	return strings.Join(out, " ")
}

// left is what was left out: NO_CONSENT 1, AWAY 2.
func left(a *reach.NearAnswer) string {
	var out []string
	for _, l := range a.LeftOut {
		out = append(out, fmt.Sprintf("%s %d", l.Reason, l.Count))
	}
	return strings.Join(out, ", ")
}

func (sc *scene) want(what, got, want string) {
	sc.t.Helper()
	if got != want {
		sc.t.Errorf("%s: got %q, want %q", what, got, want)
	}
}

func days(from, to string) kg.Span {
	var s kg.Span
	if from != "" {
		s.From = kg.MustDate(from)
	}
	if to != "" {
		s.To = kg.MustDate(to)
	}
	return s
}
