package coverage_test

import (
	"context"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"lintu/coverage"
	"lintu/geo"
	"lintu/kg"
	"lintu/reach"
	"lintu/store"
	"lintu/store/storetest"
)

// today is an ordinary Wednesday.
var today = kg.MustDate("2025-09-24")

const evening = "2025-09-24 20:00"

var everything = store.Scope{All: true}

// scene is a small graph with names: a street, a community with a grid, and what a test puts into it.
type scene struct {
	*storetest.Fixture
	t testing.TB
	e *coverage.Engine
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

// elder adds a household of an elderly person living alone.
func (sc *scene) elder(name, in string) {
	sc.Add(name, &kg.Household{Number: name, CareFlags: []kg.Flag{{Value: kg.ElderlyAlone}}})
	sc.Tie(name, kg.PartOf, in)
}

// responder adds an adult with consent and vetting, living in a household of their own in a building.
func (sc *scene) responder(name, in string, more ...func(*kg.Person)) {
	p := &kg.Person{Name: name, BirthDate: kg.MustDate("1980-05-05"), PartyStatus: kg.PartyFull, Responder: &kg.Responder{
		Consents: []kg.Consent{{Purpose: kg.ConsentToRespond}}, Vettings: []kg.Vetting{{By: "街道"}}}}
	for _, m := range more {
		m(p)
	}
	sc.Add(name, p)
	sc.Add("home of "+name, &kg.Household{Number: "home of " + name})
	sc.Tie("home of "+name, kg.PartOf, in)
	sc.Tie(name, kg.LivesIn, "home of "+name)
}

// moves lets somebody live in another household from a day on.
func (sc *scene) moves(name, to, day string) {
	for _, m := range sc.Changes {
		if m.Op == store.PutTie && m.Tie.Relation == kg.LivesIn && m.Tie.From == sc.ID(name) {
			m.Tie.Valid.To = kg.MustDate(day)
		}
	}
	sc.Tie(name, kg.LivesIn, to, storetest.Since(day))
}

// engine builds the scene once.
func (sc *scene) engine() *coverage.Engine {
	if sc.e == nil {
		sc.e = engineOf(sc.t, sc.Changes)
	}
	return sc.e
}

func engineOf(t testing.TB, changes []store.Mutation) *coverage.Engine {
	t.Helper()
	s := snapshotOf(t, changes)
	return coverage.New(func() *reach.Snapshot { return s })
}

func snapshotOf(t testing.TB, changes []store.Mutation) *reach.Snapshot {
	t.Helper()
	o := storetest.NewOracle(storetest.Options{})
	if _, err := o.Apply(context.Background(), &store.Batch{Changes: changes, Today: today}); err != nil {
		t.Fatal(err)
	}
	s, err := reach.Build(context.Background(), reach.Options{Store: o})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// local is an instant in the site's time.
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

// ask asks about the street within 500 m.
func (sc *scene) ask(at string, more ...func(*coverage.Query)) *coverage.Coverage {
	sc.t.Helper()
	q := coverage.Query{Area: sc.ID("street"), Radius: 500, When: coverage.When{At: local(at)}, Scope: everything}
	for _, m := range more {
		m(&q)
	}
	c, err := sc.engine().Ask(context.Background(), q)
	if err != nil {
		sc.t.Fatal(err)
	}
	return c
}

func (sc *scene) want(what, got, want string) {
	sc.t.Helper()
	if got != want {
		sc.t.Errorf("%s: %s, want %s", what, got, want)
	}
}

// show writes the measures that most tests are about.
func show(m coverage.Measures) string {
	number := func(v *float64, format string) string {
		if v == nil {
			return "-"
		}
		return fmt.Sprintf(format, *v)
	}
	var out strings.Builder
	fmt.Fprintf(&out, "%d of %d, share %s, at least %d, nearest %s %s %s", m.Covered, m.Targets, number(m.Share, "%.2f"), m.AtLeast,
		number(m.Nearest.P50, "%.1f"), number(m.Nearest.P90, "%.1f"), number(m.Nearest.Max, "%.1f"))
	fmt.Fprintf(&out, ", backup %d, single %d", m.Backup.Numerator, m.SinglePoint.Numerator)
	return out.String()
}
