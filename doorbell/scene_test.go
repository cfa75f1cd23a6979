package doorbell

import (
	"bytes"
	"context"
	"errors"
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

// scene is a door with neighbours, a clock that a test turns, and a receiver of messages.
type scene struct {
	*storetest.Fixture
	*Doorbell
	t     testing.TB
	store *storetest.Oracle
	at    time.Duration
	start time.Time

	messages []Message
	fails    map[string]bool // texts that cannot be delivered, or ids of people who cannot be reached
}

func (s *scene) Now() time.Time         { return s.start.Add(s.at) }
func (s *scene) Elapsed() time.Duration { return s.at }
func (s *scene) Drill() bool            { return true }

func (s *scene) Notify(_ context.Context, m Message) error {
	s.messages = append(s.messages, m)
	if s.fails[m.Text] || s.fails[string(m.Person)] {
		return errors.New("no line")
	}
	return nil
}

// newScene has a door "home" in a building with its entrance, a grid, a community and a street; nobody is near yet.
func newScene(t testing.TB) *scene {
	s := &scene{Fixture: storetest.NewFixture(), t: t, store: storetest.NewOracle(storetest.Options{}), start: simStart, fails: map[string]bool{}}
	s.Add("street", &kg.Division{Name: "街道", Level: kg.LevelTownship})
	s.Add("community", &kg.Division{Name: "社区", Level: kg.LevelCommunity})
	s.Add("grid", &kg.Grid{Name: "网格"})
	s.Tie("community", kg.PartOf, "street")
	s.Tie("grid", kg.PartOf, "community")
	s.building("house", 0)
	s.Add("home", &kg.Household{Number: "901室", Floor: 9})
	s.Tie("home", kg.PartOf, "house entrance")
	s.Add("bell", &kg.Doorbell{Serial: "S-1", Status: kg.DoorbellActive})
	s.Tie("bell", kg.InstalledAt, "home")
	return s
}

// building adds a building with an entrance so many metres to the north.
func (s *scene) building(name string, metres float64) {
	s.Add(name, &kg.Building{Name: name, Address: "长街", Point: &geo.Point{Lat: 23.12 + metres/geo.EarthRadius*180/math.Pi, Lon: 113.24}})
	s.Tie(name, kg.PartOf, "grid")
	s.Add(name+" entrance", &kg.Entrance{Number: "1单元"})
	s.Tie(name+" entrance", kg.PartOf, name)
}

// neighbour adds a neighbour who may be called, so many metres away.
func (s *scene) neighbour(name string, metres float64, more ...func(*kg.Person)) {
	if metres > 0 {
		s.building("b"+name, metres)
	}
	s.Add("flat "+name, &kg.Household{Number: "1"})
	if metres > 0 {
		s.Tie("flat "+name, kg.PartOf, "b"+name+" entrance")
	} else {
		s.Tie("flat "+name, kg.PartOf, "house entrance")
	}
	p := &kg.Person{Name: name, BirthDate: kg.MustDate("1980-05-05"), Responder: &kg.Responder{
		Consents: []kg.Consent{{Purpose: kg.ConsentToRespond}}, Vettings: []kg.Vetting{{By: "街道"}}, Weekly: strings.Repeat("H", kg.WeekSlots)}}
	for _, m := range more {
		m(p)
	}
	s.Add(name, p)
	s.Tie(name, kg.LivesIn, "flat "+name)
}

func (s *scene) person(name string) { s.Add(name, &kg.Person{Name: name}) }

// open makes the doorbell over what was added.
func (s *scene) open() *scene {
	s.t.Helper()
	if _, err := s.store.Apply(s.t.Context(), s.Batch()); err != nil {
		s.t.Fatal(err)
	}
	snapshot, err := reach.Build(s.t.Context(), reach.Options{Store: s.store})
	if err != nil {
		s.t.Fatal(err)
	}
	s.Doorbell, err = New(Options{Store: s.store, Snapshot: func() *reach.Snapshot { return snapshot }, Clock: s, Notifier: s, Process: "test", Random: bytes.NewReader(bytes.Repeat([]byte{0, 0, 1, 7, 0, 0, 2, 9, 0, 0, 3, 3}, 50))})
	if err != nil {
		s.t.Fatal(err)
	}
	return s
}

// press rings the bell.
func (s *scene) press() *Ring {
	s.t.Helper()
	r, err := s.Press(s.t.Context(), Press{Doorbell: s.ID("bell")})
	if err != nil {
		s.t.Fatal(err)
	}
	return r
}

// wait lets so many seconds pass, a second at a time, with somebody who does what is due.
func (s *scene) wait(seconds int) {
	s.t.Helper()
	for range seconds {
		s.at += time.Second
		if _, err := s.Due(s.t.Context()); err != nil {
			s.t.Fatal(err)
		}
	}
}

// now is the ring as it stands.
func (s *scene) now(r *Ring) *Ring {
	s.t.Helper()
	in, err := s.load(s.t.Context(), r.ID, "")
	if err != nil {
		s.t.Fatal(err)
	}
	return in.view()
}

// alert is the alert of a person in the ring, nil without one.
func (s *scene) alert(r *Ring, name string) *kg.Alert {
	in, err := s.load(s.t.Context(), r.ID, "")
	if err != nil {
		s.t.Fatal(err)
	}
	if c := in.called(s.ID(name)); c != nil {
		return c.alert
	}
	return nil
}

// states are the alerts of the ring's round by name: n1 DELIVERED, n2 ACCEPTED.
func (s *scene) states(r *Ring) string {
	in, err := s.load(s.t.Context(), r.ID, "")
	if err != nil {
		s.t.Fatal(err)
	}
	var out []string
	for _, c := range in.calls {
		if c.alert.Round == in.ring.Round {
			out = append(out, fmt.Sprint(s.Name(c.person), " ", c.alert.State))
		}
	}
	return strings.Join(sorted(out), ", ")
}

// count is how many alerts of the round satisfy a condition.
func (s *scene) count(r *Ring, f func(*kg.Alert) bool) (n int) {
	now := s.now(r)
	for _, a := range now.Alerts {
		if a.Round == now.Round && f(a) {
			n++
		}
	}
	return n
}

// timeline are the entries of the ring as texts: event, step, note.
func (s *scene) timeline(r *Ring) []string {
	plan := &store.Plan{Steps: []*store.Step{{Key: "events", Relation: kg.EventOf, Direction: kg.In, Window: store.Window{Limit: store.NoLimit}}}}
	trees, err := s.store.Expand(s.t.Context(), store.Everything, []kg.ID{r.ID}, plan)
	if err != nil {
		s.t.Fatal(err)
	}
	var out []string
	for _, e := range trees[r.ID]["events"].Edges {
		n := e.Item.Node.(*kg.RingEvent)
		out = append(out, strings.TrimSpace(fmt.Sprintf("%s %s %s", n.Event, n.Step, n.Note)))
	}
	return out
}

// said says whether the timeline has an entry that begins with the text.
func (s *scene) said(r *Ring, text string) bool {
	for _, line := range s.timeline(r) {
		if strings.HasPrefix(line, text) {
			return true
		}
	}
	return false
}

// do makes a move of the alert of a person.
func (s *scene) do(r *Ring, name string, f func(*Doorbell, context.Context, kg.ID) (*Ring, error)) error {
	a := s.alert(r, name)
	if a == nil {
		s.t.Fatalf("%s has no alert: %s", name, s.states(r))
	}
	_, err := f(s.Doorbell, s.t.Context(), a.ID)
	return err
}

// must is do that has to be possible.
func (s *scene) must(r *Ring, name string, f func(*Doorbell, context.Context, kg.ID) (*Ring, error)) {
	s.t.Helper()
	if err := s.do(r, name, f); err != nil {
		s.t.Fatalf("%s: %v", name, err)
	}
}
