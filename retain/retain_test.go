package retain_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"reflect"
	"strings"
	"testing"
	"time"

	"lintu/doorbell"
	"lintu/doorbell/figures"
	"lintu/internal/enginetest"
	"lintu/internal/neo4jtest"
	"lintu/kg"
	"lintu/own"
	"lintu/retain"
	"lintu/store"
	"lintu/store/storetest"
)

func TestMain(m *testing.M) { os.Exit(neo4jtest.Main(m)) }

var (
	shanghai = time.FixedZone("CST", 8*3600)
	key      = store.Key{9}
	now      = time.Date(2026, 9, 1, 3, 30, 0, 0, shanghai)
)

// town is a graph with rings of some months on an engine, and a keeper of it.
type town struct {
	*storetest.Fixture
	t     *testing.T
	store store.Store
	*retain.Keeper
}

// onEngines runs a test on SQLite, and in its long form on Neo4j too; everywhere runs it on both always.
func onEngines(t *testing.T, test func(*testing.T, *town)) {
	enginetest.Each(t, key, func(t *testing.T, st enginetest.Opened) { test(t, newTown(t, st.Store)) })
}

func everywhere(t *testing.T, test func(*testing.T, *town)) {
	enginetest.Both(t, key, func(t *testing.T, st enginetest.Opened) { test(t, newTown(t, st.Store)) })
}

func newTown(t *testing.T, st store.Store) *town {
	s := &town{Fixture: storetest.NewFixture(), t: t, store: st}
	r := rand.New(rand.NewPCG(4, 2))
	s.Add("community", &kg.Division{Name: "社区", Level: kg.LevelCommunity})
	for _, grid := range []string{"east", "west"} {
		s.Add(grid, &kg.Grid{Name: grid})
		s.Tie(grid, kg.PartOf, "community")
	}
	for i := range 4 {
		s.Add(fmt.Sprint("n", i), &kg.Person{Name: fmt.Sprint("邻居", i)})
	}
	for i := range 6 {
		door := fmt.Sprint("door", i)
		s.Add(door, &kg.Household{Number: fmt.Sprint("门牌", i)})
		if i < 5 {
			s.Add("house "+door, &kg.Building{Name: door})
			s.Tie("house "+door, kg.PartOf, []string{"east", "west"}[i%2])
			s.Tie(door, kg.PartOf, "house "+door)
		}
		s.Add("elder "+door, &kg.Person{Name: "老人", BirthDate: kg.MustDate(fmt.Sprintf("%d-06-15", 1930+7*i)), Sex: []kg.Sex{kg.Male, kg.Female}[i%2]})
		s.Tie("elder "+door, kg.LivesIn, door)
	}
	for i := range 60 {
		s.pastRing(r, i)
	}
	if _, err := st.Apply(t.Context(), s.Batch()); err != nil {
		t.Fatal(err)
	}
	clock := func() time.Time { return now }
	s.Keeper = &retain.Keeper{Store: st, Key: key, Zone: shanghai, Now: clock, Own: own.New(own.Options{Store: st, Key: key, Zone: shanghai, Now: clock})}
	return s
}

// pastRing adds a ring: the first forty are older than ninety days, one of which is still open.
func (s *town) pastRing(r *rand.Rand, i int) {
	ago := 100 + r.IntN(200)
	if i >= 40 {
		ago = r.IntN(85)
	}
	pressed := now.AddDate(0, 0, -ago).Add(time.Duration(r.IntN(70000)) * time.Second)
	at := func(after int) kg.Moment { return kg.MomentOf(pressed.Add(time.Duration(after) * time.Second)) }
	name, door := fmt.Sprint("ring", i), fmt.Sprint("door", r.IntN(6))
	n := &kg.Ring{Code: name, Name: name, State: kg.RingClosed, Outcome: kg.HelpGiven, Policy: "city@1", Drill: true, Ordinal: i + 1, Round: 1, PressedAt: at(0), ClosedAt: at(900),
		Deadlines: []kg.Deadline{{Step: "wave-1", Round: 1, DueAt: at(0), Note: "a note"}}, Waves: []kg.Wave{{Number: 1, Radius: 300}}}
	if i == 7 {
		n.State, n.Outcome, n.ClosedAt = kg.RingOpen, "", ""
	}
	for range r.IntN(3) {
		n.Candidates = append(n.Candidates, kg.Candidate{Person: s.ID("n0"), Metres: 120, Seconds: 90, Reasons: []string{"SAME_BUILDING"}})
	}
	n.LeftOut = append(n.LeftOut, kg.Omission{Person: s.ID("n1"), Reason: "PAUSED", At: at(0)})
	s.Add(name, n)
	s.Tie(name, kg.RangAt, door)
	for j := range r.IntN(4) {
		alert := fmt.Sprintf("alert%d-%d", i, j)
		a := &kg.Alert{Code: alert, Name: alert, State: kg.AlertDelivered, Role: []kg.AlertRole{kg.RoleNeighbour, kg.RoleContact}[r.IntN(2)], Ordinal: 1, Round: 1, CalledAt: at(0), Metres: 120, Seconds: 90, Reasons: "SAME_BUILDING", Word: "4711"}
		if r.IntN(2) == 0 {
			a.State, a.AnsweredAt, a.ArrivedAt = kg.AlertArrived, at(20+r.IntN(200)), at(400+r.IntN(200))
		}
		s.Add(alert, a)
		s.Tie(alert, kg.AlertOf, name)
		s.Tie(alert, kg.AlertTo, fmt.Sprint("n", r.IntN(4)))
	}
	for j := range 12 {
		event := fmt.Sprintf("event%d-%d", i, j)
		s.Add(event, &kg.RingEvent{Code: event, Name: event, Number: j + 1, Event: kg.EventCalled, At: at(j), Actor: string(s.ID("n2")), Note: "a note"})
		s.Tie(event, kg.EventOf, name)
	}
}

// metrics are the figures of all rings in the community, in all and in every dimension.
func (s *town) metrics() (out []*figures.Answer) {
	s.t.Helper()
	reader := &figures.Reader{Store: s.store, Zone: shanghai}
	for _, area := range []kg.ID{"", s.ID("community"), s.ID("west")} {
		for _, by := range []figures.Dimension{figures.ByGrid, figures.ByAgeBand, figures.BySex, figures.ByHour} {
			a, err := reader.Measure(s.t.Context(), figures.Query{Area: area, From: kg.MustDate("2025-01-01"), To: kg.MustDate("2026-12-01"), By: by}, kg.DateOf(now, shanghai))
			if err != nil {
				s.t.Fatal(err)
			}
			out = append(out, a)
		}
	}
	return out
}

func (s *town) node(name string) kg.Node {
	s.t.Helper()
	items, err := s.store.Nodes(s.t.Context(), store.Everything, []store.Group{{IDs: []kg.ID{s.ID(name)}}})
	if err != nil {
		s.t.Fatal(err)
	}
	if item := items[0][s.ID(name)]; item != nil {
		return item.Node
	}
	return nil
}

func (s *town) change(name string, set ...kg.Setting) {
	s.t.Helper()
	if _, err := s.store.Apply(s.t.Context(), &store.Batch{Changes: []store.Mutation{{Op: store.ChangeNode, ID: s.ID(name), Set: set}}}); err != nil {
		s.t.Fatal(err)
	}
}

// due is what Count says, as text.
func due(t *testing.T, k *retain.Keeper) string {
	t.Helper()
	all, err := k.Count(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, d := range all {
		out = append(out, fmt.Sprint(d.Class, " ", d.Due))
	}
	return strings.Join(out, ", ")
}

func TestRingsThatAreReducedKeepEveryFigureAndLoseTheirDoor(t *testing.T) {
	everywhere(t, func(t *testing.T, s *town) {
		before := s.metrics()
		if got := due(t, s.Keeper); got != "rings 39, presence 0, ended 0, consents 0, corrections 0" {
			t.Fatalf("due are %s", got)
		}
		if s.node("ring3").(*kg.Ring).Reduced {
			t.Fatal("counting has reduced a ring")
		}
		steps := 0
		s.Progress = func(c retain.Class, done, total int) {
			if steps++; c != retain.Rings || total != 39 || done > total {
				t.Errorf("%s: %d of %d", c, done, total)
			}
		}
		all, err := s.Apply(t.Context())
		if err != nil || all[0].Done != 39 || steps < 2 {
			t.Fatalf("got %+v in %d steps, %v", all, steps, err)
		}
		if got := due(t, s.Keeper); got != "rings 0, presence 0, ended 0, consents 0, corrections 0" {
			t.Errorf("then due are %s", got)
		}
		after := s.metrics()
		for i := range before {
			if !reflect.DeepEqual(before[i], after[i]) {
				t.Errorf("figures %d were\n%+v %+v and are\n%+v %+v", i, before[i].All, before[i].Groups, after[i].All, after[i].Groups)
			}
		}
		ring := s.node("ring3").(*kg.Ring)
		want := &kg.Ring{Base: ring.Base, Code: ring.Code, Name: "ring3", State: kg.RingClosed, Outcome: kg.HelpGiven, Policy: "city@1", Drill: true, Ordinal: 4, Round: 1,
			PressedAt: ring.PressedAt, ClosedAt: ring.ClosedAt, Followed: true, Reduced: true, Past: ring.Past}
		if !kg.Equal(ring, want) || ring.Past == nil || strings.Contains(ring.Code, "ring3") {
			t.Errorf("a reduced ring is %s", kg.Encode(ring))
		}
		for i := range 60 {
			old := i < 40 && i != 7
			if gone := s.node(fmt.Sprintf("event%d-3", i)) == nil; gone != old {
				t.Errorf("ring %d: its timeline is gone: %t", i, gone)
			}
			if n := s.node(fmt.Sprint("ring", i)).(*kg.Ring); n.Reduced != old || len(n.LeftOut) == 0 != old {
				t.Errorf("ring %d: reduced is %t", i, n.Reduced)
			}
		}
		s.doorsOf(t)
	})
}

// doorsOf looks at where rings stand: reduced ones at no door that anybody lives behind.
func (s *town) doorsOf(t *testing.T) {
	step := &store.Step{Key: "rings", Relation: kg.RangAt, Direction: kg.In, Order: store.Order{By: store.OrderID}, Window: store.Window{Limit: store.NoLimit}}
	for i := range 6 {
		id := s.ID(fmt.Sprint("door", i))
		items, err := s.store.Nodes(t.Context(), store.Everything, []store.Group{{IDs: []kg.ID{id}, Plan: &store.Plan{Steps: []*store.Step{step}}}})
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range items[0][id].Tree["rings"].Edges {
			if e.Item.Node.(*kg.Ring).Reduced {
				t.Errorf("%s still leads to door %d", s.Name(e.Tie.From), i)
			}
		}
	}
	page, err := s.store.List(t.Context(), store.View{Scope: store.Scope{All: true}, AsOf: kg.DateOf(now, shanghai)}, store.ListQuery{Kind: kg.KindHousehold, Window: store.Window{Limit: 20}})
	if err != nil || len(page.Edges) != 6 {
		t.Errorf("%d households are listed, %v", len(page.Edges), err)
	}
}

// A door whose rings are all reduced counts on: no ring takes the number, and so the id, of one before.
func TestTheNextRingOfADoorCountsOn(t *testing.T) {
	onEngines(t, func(t *testing.T, s *town) {
		s.change("ring7", kg.Setting{Field: "state", Value: "CLOSED"})
		s.Now = func() time.Time { return now.AddDate(1, 0, 0) }
		if _, err := s.Apply(t.Context()); err != nil {
			t.Fatal(err)
		}
		last := s.node("door1").(*kg.Household).PastRings
		if last == 0 {
			t.Fatal("the door remembers no ring")
		}
		bell, err := doorbell.New(doorbell.Options{Store: s.store, Key: key, Clock: still{}, Zone: shanghai, Process: "test"})
		if err != nil {
			t.Fatal(err)
		}
		r, err := bell.Press(t.Context(), doorbell.Press{Household: s.ID("door1")})
		if err != nil || r.Ordinal != last+1 {
			t.Errorf("the next ring is number %+v after %d, %v", r, last, err)
		}
	})
}

type still struct{}

func (still) Now() time.Time         { return now.AddDate(1, 0, 0) }
func (still) Elapsed() time.Duration { return time.Hour }

func TestWhatIsKeptTooLongOfPeopleGoesClassByClass(t *testing.T) {
	onEngines(t, func(t *testing.T, s *town) {
		moment := func(d time.Duration) string { return now.Add(d).UTC().Format(time.RFC3339) }
		s.change("n0", kg.Setting{Field: "responder", Value: kg.Merge(`{"weekly":"` + strings.Repeat("H", kg.WeekSlots) + `","overrides":[{"presence":"AWAY","until":"` + moment(-25*time.Hour) + `"},{"presence":"HOME","until":"` + moment(-23*time.Hour) + `"}],` +
			`"consents":[{"purpose":"respond","validFrom":"2015-01-01","validTo":"2023-08-01"},{"purpose":"respond","validFrom":"2023-08-01"}]}`)})
		s.change("n1", kg.Setting{Field: "consents", Value: `[{"purpose":"be-contact","about":"` + string(s.ID("door1")) + `","withdrawn":"2020-01-01"}]`})
		s.change("n2", kg.Setting{Field: "corrections", Value: `[{"number":1,"note":"x","state":"REFUSED","askedAt":"","askedBy":"a","decidedAt":"2020-01-01T00:00:00.000Z"}]`}, kg.Setting{Field: "correction", Value: "REFUSED"})
		s.change("n3", kg.Setting{Field: "validTo", Value: kg.MustDate("2023-08-01")})
		s.change("elder door5", kg.Setting{Field: "validTo", Value: kg.MustDate("2023-10-01")})
		if got := due(t, s.Keeper); got != "rings 39, presence 1, ended 1, consents 2, corrections 1" {
			t.Fatalf("due are %s", got)
		}
		all, err := s.Apply(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range all {
			if d.Done != d.Due {
				t.Errorf("%s: %d of %d", d.Class, d.Done, d.Due)
			}
		}
		if r := s.node("n0").(*kg.Person).Responder; len(r.Overrides) != 1 || r.Overrides[0].Presence != kg.AtHome || len(r.Consents) != 1 || r.Weekly == "" {
			t.Errorf("n0 has %+v", r)
		}
		if p := s.node("n1").(*kg.Person); len(p.Consents) != 0 {
			t.Errorf("n1 has %+v", p.Consents)
		}
		if p := s.node("n2").(*kg.Person); len(p.Corrections) != 0 || p.Correction != "" {
			t.Errorf("n2 has %+v", p.Corrections)
		}
		if p := s.node("n3"); !kg.IsErased(p) {
			t.Errorf("n3 is %s", kg.Encode(p))
		}
		if p := s.node("elder door5"); kg.IsErased(p) {
			t.Error("who ended later is erased")
		}
	})
}

func TestARunThatIsBrokenOffGoesOnWhereItWas(t *testing.T) {
	onEngines(t, func(t *testing.T, s *town) {
		before := s.metrics()
		ctx, cancel := context.WithCancel(t.Context())
		s.Progress = func(_ retain.Class, done, _ int) {
			if done > 0 {
				cancel()
			}
		}
		if _, err := s.Apply(ctx); err == nil {
			t.Error("a run that was broken off ended well")
		}
		s.Progress = nil
		left, err := s.Count(t.Context())
		if err != nil || left[0].Due == 0 || left[0].Due >= 39 {
			t.Fatalf("left are %+v, %v", left, err)
		}
		if !reflect.DeepEqual(s.metrics(), before) {
			t.Error("in between the figures are others")
		}
		if all, err := s.Apply(t.Context()); err != nil || all[0].Done != left[0].Due {
			t.Errorf("got %+v, %v", all, err)
		}
		if !reflect.DeepEqual(s.metrics(), before) {
			t.Error("in the end the figures are others")
		}
	})
}

func TestOneProcessWorksOnADay(t *testing.T) {
	onEngines(t, func(t *testing.T, s *town) {
		day := kg.DateOf(now, shanghai)
		for i, want := range []bool{true, false, false} {
			if mine, err := s.Claim(t.Context(), day); err != nil || mine != want {
				t.Errorf("process %d: %t, %v", i, mine, err)
			}
		}
		if mine, err := s.Claim(t.Context(), day+1); err != nil || !mine {
			t.Errorf("the next day: %t, %v", mine, err)
		}
	})
}

func TestPeriodsKeepTheirBounds(t *testing.T) {
	for _, d := range retain.Classes {
		if d.Default < d.Least || d.Default > d.Most {
			t.Errorf("%s: the default is out of bounds", d.Class)
		}
		for _, p := range []time.Duration{d.Least - time.Hour, d.Most + time.Hour} {
			k := &retain.Keeper{Periods: retain.Periods{d.Class: p}}
			if _, err := k.Count(t.Context()); err == nil {
				t.Errorf("%s: %s is taken", d.Class, p)
			}
		}
	}
	if err := (retain.Periods{"faces": time.Hour}).Check(); err == nil {
		t.Error("a class that there is not is taken")
	}
}
