package invite

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"math"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"lintu/doorbell"
	"lintu/geo"
	"lintu/kg"
	"lintu/reach"
	"lintu/store"
	"lintu/store/storetest"
)

// scene is a door with a neighbour and a contact, a doorbell and the pages of its links.
type scene struct {
	*storetest.Fixture
	t     *testing.T
	at    time.Time
	start time.Time
	store *away
	bell  *doorbell.Doorbell
	links *Links
	pages http.Handler

	messages []doorbell.Message
}

func (s *scene) Now() time.Time         { return s.at }
func (s *scene) Elapsed() time.Duration { return s.at.Sub(s.start) }
func (s *scene) Drill() bool            { return true }
func (s *scene) Notify(_ context.Context, m doorbell.Message) error {
	s.messages = append(s.messages, m)
	return nil
}

// away is a store that a test can take away.
type away struct {
	*storetest.Counter
	gone bool
}

func (a *away) Nodes(ctx context.Context, v store.View, g []store.Group) ([]map[kg.ID]*store.Item, error) {
	if a.gone {
		return nil, fmt.Errorf("bolt://inner-address: %w", kg.ErrUnavailable)
	}
	return a.Counter.Nodes(ctx, v, g)
}

func newScene(t *testing.T) *scene {
	start := time.Date(2026, 5, 4, 12, 0, 0, 0, time.UTC)
	s := &scene{Fixture: storetest.NewFixture(), t: t, at: start, start: start, store: &away{Counter: storetest.Counting(storetest.NewOracle(storetest.Options{}))}}
	s.Add("community", &kg.Division{Name: "社区", Level: kg.LevelCommunity})
	s.Add("grid", &kg.Grid{Name: "网格"})
	s.Tie("grid", kg.PartOf, "community")
	for i, name := range []string{"home", "near"} {
		metres := 210 * float64(i)
		s.Add(name+" house", &kg.Building{Name: "8号楼", Address: "长街12号", Point: &geo.Point{Lat: 23.12 + metres/geo.EarthRadius*180/math.Pi, Lon: 113.24}})
		s.Tie(name+" house", kg.PartOf, "grid")
		s.Add(name, &kg.Household{Number: "901室", Floor: 9})
		s.Tie(name, kg.PartOf, name+" house")
	}
	s.Add("bell", &kg.Doorbell{Serial: "S-1", Status: kg.DoorbellActive})
	s.Tie("bell", kg.InstalledAt, "home")
	s.Add("elder", &kg.Person{Name: "陈奶奶", Phone: "13900000000", BirthDate: kg.MustDate("1940-01-01")})
	s.Tie("elder", kg.LivesIn, "home")
	s.Add("neighbour", &kg.Person{Name: "邻居", BirthDate: kg.MustDate("1980-05-05"), Responder: &kg.Responder{
		Consents: []kg.Consent{{Purpose: kg.ConsentToRespond}}, Vettings: []kg.Vetting{{By: "街道"}}, Weekly: strings.Repeat("H", kg.WeekSlots)}})
	s.Tie("neighbour", kg.LivesIn, "near")
	s.Add("daughter", &kg.Person{Name: "女儿"})
	s.Tie("daughter", kg.ContactOf, "home", func(t *kg.Tie) { t.Consent = true })
	if _, err := s.store.Apply(t.Context(), s.Batch()); err != nil {
		t.Fatal(err)
	}
	snapshot, err := reach.Build(t.Context(), reach.Options{Store: s.store})
	if err != nil {
		t.Fatal(err)
	}
	s.links = NewLinks(store.Key{1}, "https://lintu.test/")
	s.bell, err = doorbell.New(doorbell.Options{Store: s.store, Key: store.Key{1}, Snapshot: func() *reach.Snapshot { return snapshot }, Clock: s, Notifier: s, Process: "test", Link: s.links.Address})
	if err != nil {
		t.Fatal(err)
	}
	s.pages = Handler(s.links, s.bell, s.Now, slog.New(slog.DiscardHandler))
	return s
}

// press rings; the links of who was called are by their names.
func (s *scene) press() (ring *doorbell.Ring, links map[string]string) {
	s.t.Helper()
	ring, err := s.bell.Press(s.t.Context(), doorbell.Press{Doorbell: s.ID("bell")})
	if err != nil {
		s.t.Fatal(err)
	}
	links = map[string]string{}
	for _, m := range s.messages {
		if m.Link != "" {
			links[s.Name(m.Person)] = strings.TrimPrefix(m.Link, "https://lintu.test")
		}
	}
	return ring, links
}

// state is where the alert of a link stands.
func (s *scene) state(path string) kg.AlertState {
	s.t.Helper()
	t, err := s.links.Open(strings.TrimPrefix(path, Path), s.at)
	if err != nil {
		s.t.Fatal(err)
	}
	ring, err := s.bell.Look(s.t.Context(), t.Ring)
	if err != nil {
		s.t.Fatal(err)
	}
	return alertOf(ring, t.Alert).State
}

func (s *scene) ask(method, path string, form url.Values, header ...string) (int, string, http.Header) {
	s.t.Helper()
	var body io.Reader
	if form != nil {
		body = strings.NewReader(form.Encode())
	}
	r := httptest.NewRequestWithContext(s.t.Context(), method, path, body)
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	s.pages.ServeHTTP(w, r)
	return w.Code, w.Body.String(), w.Header()
}

func (s *scene) page(path string) string {
	s.t.Helper()
	code, body, _ := s.ask(http.MethodGet, path, nil)
	if code != http.StatusOK {
		s.t.Fatalf("GET answers %d: %s", code, body)
	}
	return body
}

var formField = regexp.MustCompile(`name="form" value="([^"]+)"`)

// proofOn is the proof in the form of a page.
func proofOn(page string) string {
	if m := formField.FindStringSubmatch(page); m != nil {
		return m[1]
	}
	return ""
}

// tap opens the page, presses a button and follows to the page after it.
func (s *scene) tap(path, button string) string {
	s.t.Helper()
	code, body, header := s.ask(http.MethodPost, path, url.Values{"form": {proofOn(s.page(path))}, "move": {button}})
	if code != http.StatusSeeOther || header.Get("Location") != path {
		s.t.Fatalf("%s answers %d to %q: %s", button, code, header.Get("Location"), body)
	}
	return s.page(path)
}
