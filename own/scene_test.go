package own_test

import (
	"context"
	"os"
	"strings"
	"testing"
	"time"

	"lintu/doorbell"
	"lintu/geo"
	"lintu/internal/enginetest"
	"lintu/internal/neo4jtest"
	"lintu/kg"
	"lintu/own"
	"lintu/reach"
	"lintu/store"
	"lintu/store/storetest"
)

func TestMain(m *testing.M) { os.Exit(neo4jtest.Main(m)) }

var shanghai = time.FixedZone("CST", 8*3600)

var key = store.Key{7}

// scene is a door with three neighbours and a daughter, on an engine, with a doorbell and a clock that a test turns.
type scene struct {
	*storetest.Fixture
	t    *testing.T
	st   store.Store
	file string // of SQLite
	own  *own.Own
	bell *doorbell.Doorbell
	near *reach.Reach
	now  time.Time
}

func (s *scene) Now() time.Time         { return s.now }
func (s *scene) Elapsed() time.Duration { return time.Duration(s.now.UnixNano()) }

// onEngines runs a test on SQLite, and in its long form on Neo4j too; everywhere runs it on both always.
func onEngines(t *testing.T, test func(*testing.T, *scene)) {
	enginetest.Each(t, key, func(t *testing.T, st enginetest.Opened) { test(t, newScene(t, st.Store, st.File)) })
}

func everywhere(t *testing.T, test func(*testing.T, *scene)) {
	enginetest.Both(t, key, func(t *testing.T, st enginetest.Opened) { test(t, newScene(t, st.Store, st.File)) })
}

func newScene(t *testing.T, st store.Store, file string) *scene {
	s := &scene{Fixture: storetest.NewFixture(), t: t, st: st, file: file, now: time.Date(2026, 9, 1, 8, 0, 0, 0, shanghai)}
	s.Add("street", &kg.Division{Name: "街道", Code: "1", CodeScheme: "stat-12", Level: kg.LevelTownship})
	s.Add("community", &kg.Division{Name: "社区", Code: "11", CodeScheme: "stat-12", Level: kg.LevelCommunity})
	s.Add("grid", &kg.Grid{Name: "网格", Code: "g1"})
	s.Tie("community", kg.PartOf, "street")
	s.Tie("grid", kg.PartOf, "community")
	s.Add("house", &kg.Building{Name: "长街1号", Code: "b1", Point: &geo.Point{Lat: 23.12, Lon: 113.24}})
	s.Tie("house", kg.PartOf, "grid")
	for _, door := range []string{"home", "flat1", "flat2", "flat3"} {
		s.Add(door, &kg.Household{Number: door + "室号", Floor: 3})
		s.Tie(door, kg.PartOf, "house")
	}
	s.Add("elder", &kg.Person{Name: "饕餮老人", RegisterNo: "REG-elder", Phone: "000-5550001", BirthDate: kg.MustDate("1940-02-03"), Sex: kg.Female, CareFlags: []kg.Flag{{Value: kg.ElderlyAlone}}})
	s.Tie("elder", kg.LivesIn, "home")
	for i, name := range []string{"n1", "n2", "n3"} {
		s.Add(name, &kg.Person{Name: "魑魅邻居" + name, RegisterNo: "REG-" + name, Phone: "000-666000" + name, BirthDate: kg.MustDate("1980-01-01"), Responder: &kg.Responder{
			Consents: []kg.Consent{{Purpose: kg.ConsentToRespond}}, Vettings: []kg.Vetting{{By: "街道"}}, Weekly: strings.Repeat("H", kg.WeekSlots)}})
		s.Tie(name, kg.LivesIn, []string{"flat1", "flat2", "flat3"}[i])
	}
	s.Add("daughter", &kg.Person{Name: "魍魉女儿", Phone: "000-7770001", BirthDate: kg.MustDate("1970-01-01")})
	s.Tie("daughter", kg.ContactOf, "home", func(x *kg.Tie) { x.Consent, x.Rank, x.Kinship = true, 1, "女儿" })
	s.Add("bell", &kg.Doorbell{Serial: "S-1", Status: kg.DoorbellActive})
	s.Tie("bell", kg.InstalledAt, "home")
	if _, err := st.Apply(t.Context(), s.Batch()); err != nil {
		t.Fatal(err)
	}
	s.near = reach.New(reach.Options{Store: st, Location: shanghai})
	if err := s.near.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	var err error
	s.bell, err = doorbell.New(doorbell.Options{Store: st, Key: key, Snapshot: s.near.Snapshot, Clock: s, Zone: shanghai, Process: "test"})
	if err != nil {
		t.Fatal(err)
	}
	s.own = own.New(own.Options{
		Store: st, Key: key, Zone: shanghai, Now: s.Now,
		Applied: s.applied,
	})
	return s
}

// applied brings the snapshot up to a change. On a slow machine the journal may be read in vain for some time.
func (s *scene) applied(ctx context.Context, c store.Change) (err error) {
	for range 20 {
		if err = s.near.Applied(ctx, c.Revision); err == nil {
			return nil
		}
	}
	s.t.Errorf("the snapshot is not up to revision %d: %v", c.Revision, err)
	return err
}

// desk is who records things in a test.
var desk = own.Asker{Name: "key:desk", Scope: store.Scope{All: true}}

// ring presses the doorbell an hour later, and gives the ring with the names of who was called at once.
func (s *scene) ring() (*doorbell.Ring, []string) {
	s.t.Helper()
	s.now = s.now.Add(time.Hour)
	r, err := s.bell.Press(s.t.Context(), doorbell.Press{Doorbell: s.ID("bell")})
	if err != nil {
		s.t.Fatal(err)
	}
	return r, s.called(r.ID)
}

// called are the names of the people who have an alert of a ring.
func (s *scene) called(ring kg.ID) (names []string) {
	s.t.Helper()
	alerts := &store.Step{Key: "alerts", Relation: kg.AlertOf, Direction: kg.In, Order: store.Order{By: "calledAt"}, Window: store.Window{Limit: 50}}
	alerts.Plan = &store.Plan{Steps: []*store.Step{{Key: "to", Relation: kg.AlertTo, Direction: kg.Out, Order: store.Order{By: store.OrderID}, Window: store.Window{Limit: 1}}}}
	items, err := s.st.Nodes(s.t.Context(), store.Everything, []store.Group{{IDs: []kg.ID{ring}, Plan: &store.Plan{Steps: []*store.Step{alerts}}}})
	if err != nil {
		s.t.Fatal(err)
	}
	for _, e := range items[0][ring].Tree["alerts"].Edges {
		names = append(names, s.Name(e.Item.Tree["to"].Edges[0].Tie.To))
	}
	return names
}

func (s *scene) close(r *doorbell.Ring) {
	s.t.Helper()
	s.now = s.now.Add(time.Minute)
	if _, err := s.bell.Close(s.t.Context(), r.ID, kg.HelpGiven, "desk"); err != nil {
		s.t.Fatal(err)
	}
}

// person is a person as on record.
func (s *scene) person(name string) *kg.Person {
	s.t.Helper()
	id := s.ID(name)
	items, err := s.st.Nodes(s.t.Context(), store.Everything, []store.Group{{IDs: []kg.ID{id}}})
	if err != nil || items[0][id] == nil {
		s.t.Fatalf("%s: %v", name, err)
	}
	return items[0][id].Node.(*kg.Person)
}

// everything is the whole graph as text: each node, each tie.
func (s *scene) everything() string {
	s.t.Helper()
	var b strings.Builder
	for _, d := range kg.Kinds {
		plan := &store.Plan{}
		for i := range kg.Relations {
			if r := &kg.Relations[i]; len(r.Far(d.Kind, kg.Out)) > 0 {
				plan.Steps = append(plan.Steps, &store.Step{Key: string(r.Relation), Relation: r.Relation, Direction: kg.Out, Order: store.Order{By: store.OrderID}, Window: store.Window{Limit: store.NoLimit}})
			}
		}
		page, err := s.st.List(s.t.Context(), store.Everything, store.ListQuery{Kind: d.Kind, Order: store.Order{By: store.OrderID}, Window: store.Window{Limit: store.NoLimit}, Plan: plan})
		if err != nil {
			s.t.Fatal(err)
		}
		for _, e := range page.Edges {
			b.WriteString(string(e.Item.Node.Common().ID) + " " + string(kg.Encode(e.Item.Node)) + "\n")
			for _, step := range plan.Steps {
				for _, t := range e.Item.Tree[step.Key].Edges {
					b.WriteString(string(t.Tie.Relation) + " " + string(t.Tie.From) + " " + string(t.Tie.To) + " " + string(kg.EncodeTie(t.Tie)) + "\n")
				}
			}
		}
	}
	return b.String()
}
