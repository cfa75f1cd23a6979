package graph

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"lintu/doorbell/feed"
	"lintu/kg"
	"lintu/loaders"
	"lintu/records"
	"lintu/store"
	"lintu/store/storetest"
	"lintu/text"
	"lintu/trail"
	"lintu/trust"
)

// noted keeps records in memory; broken, it keeps none.
type noted struct {
	mu      sync.Mutex
	broken  bool
	records []trail.Record
}

func (n *noted) Append(_ context.Context, r trail.Record) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.broken {
		return trail.ErrUnwritten
	}
	n.records = append(n.records, r)
	return nil
}

func (n *noted) Aside(r trail.Record) { _ = n.Append(context.Background(), r) }

func (*noted) Expect() func() { return func() {} }

func (*noted) Fingerprint(b []byte) string { return fmt.Sprintf("fingerprint of %d bytes", len(b)) }

// take are the records since the last time.
func (n *noted) take() []trail.Record {
	n.mu.Lock()
	defer n.mu.Unlock()
	all := n.records
	n.records = nil
	return all
}

// audited is the edge over the village with a trail.
type audited struct {
	*watch
	notes  *noted
	server *httptest.Server
	viewer loaders.Viewer
}

func newAudited(t *testing.T) *audited {
	t.Helper()
	w := newWatch(t, feed.Options{})
	a := &audited{watch: w, notes: &noted{}, viewer: loaders.Viewer{Name: "key:7", Roles: []trust.Role{trust.Operator}, Purpose: "care-visit", Scope: store.Scope{All: true}}}
	a.server = httptest.NewServer(New(Options{
		Sessions: &loaders.Sessions{Store: w.store, Zone: time.UTC, Now: w.Now, Viewer: func(context.Context) loaders.Viewer { return a.viewer }},
		Doorbell: w.bell, Feed: w.feed, Records: records.New(records.Options{Store: w.store}), Timeout: time.Minute,
		RequestID: func(context.Context) string { return "request 1" }, Trail: a.notes,
	}))
	t.Cleanup(a.server.Close)
	return a
}

// ask gives the answer's text.
func (a *audited) ask(t *testing.T, query string, vars map[string]any) string {
	t.Helper()
	body, err := json.Marshal(map[string]any{"query": query, "variables": vars})
	if err != nil {
		t.Fatal(err)
	}
	rec := httptest.NewRecorder()
	req := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/graphql", strings.NewReader(string(body)))
	req.Header.Set("Content-Type", "application/json")
	a.server.Config.Handler.ServeHTTP(rec, req)
	return rec.Body.String()
}

func TestARecordNamesThoseOfWhomAnAnswerShowsSomethingAndNobodyElse(t *testing.T) {
	a := newAudited(t)
	residents := a.IDs("wang1", "li")
	home := a.ID("h1")
	item, err := a.store.Nodes(t.Context(), store.View{Scope: store.Scope{All: true}, AsOf: storetest.Today}, []store.Group{{IDs: append(residents, home)}})
	if err != nil || len(item[0]) != 3 {
		t.Fatal(item, err)
	}
	for _, c := range []struct {
		query string
		want  []kg.ID // nil: no record
	}{
		{`query Q($a: ID!, $b: ID!, $h: ID!) { nodes(ids: [$a, $b]) { ... on Person { title } } household(id: $h) { id } }`, residents},
		{`query Q($a: ID!, $b: ID!, $h: ID!) { nodes(ids: [$a, $b, $h]) { id kind __typename } }`, nil},
		{`query Q($a: ID!, $b: ID!, $h: ID!) { person(id: $a) { ...F } other: person(id: $b) { id } household(id: $h) { number } } fragment F on Person { phone }`, append(slices.Clone(residents), home)},
		{`query Q($a: ID!, $b: ID!, $h: ID!) { people { totalCount } nodes(ids: [$a, $b, $h]) { id } }`, nil},
		{`query Q($a: ID!, $b: ID!, $h: ID!) { units { nodes { name } } nodes(ids: [$a, $b, $h]) { id } }`, nil},
	} {
		answer := a.ask(t, c.query, map[string]any{"a": residents[0], "b": residents[1], "h": home})
		if strings.Contains(answer, `"errors"`) {
			t.Fatal(answer)
		}
		notes := a.notes.take()
		if c.want == nil {
			if len(notes) > 0 {
				t.Errorf("%s: %+v", c.query, notes)
			}
			continue
		}
		if len(notes) != 1 {
			t.Fatalf("%s: %d records", c.query, len(notes))
		}
		n, want := notes[0], trail.SubjectsOf(c.want)
		if !slices.Equal(n.People, want.People) || !slices.Equal(n.Households, want.Households) || n.PeopleCount != len(want.People) || n.HouseholdCount != len(want.Households) {
			t.Errorf("%s: %+v", c.query, n.Subjects)
		}
		if n.Viewer != "key:7" || n.Purpose != "care-visit" || n.Name != "Q" || len(n.Document) != 64 || !strings.HasPrefix(n.Variables, "fingerprint of") ||
			n.Result != "ok" || n.Request != "request 1" || n.Cost.Calls < 1 || n.Write || len(n.Fields) == 0 || !slices.Equal(n.Areas, []string{"*"}) {
			t.Errorf("%+v", n)
		}
	}
}

func TestPeopleWhomRingsNameInTheirOwnFieldsAreRecordedOnlyWhereTheseAreShown(t *testing.T) {
	a := newAudited(t)
	for query, named := range map[string]bool{
		`{ rings { nodes { id state } } }`:                     false,
		`{ rings { nodes { candidates { person metres } } } }`: true,
	} {
		if answer := a.ask(t, query, nil); strings.Contains(answer, `"errors"`) {
			t.Fatal(answer)
		}
		notes := a.notes.take()
		if (len(notes) == 1 && notes[0].PeopleCount > 0) != named {
			t.Errorf("%s: %+v", query, notes)
		}
	}
}

func TestWhatCannotBeRecordedIsNeitherShownNorWrittenButRingsGoOn(t *testing.T) {
	a := newAudited(t)
	a.notes.broken = true
	for _, query := range []string{
		`{ people(first: 3) { nodes { name } } }`,
		`mutation { edit(changes: [{create: {person: {name: "某人"}}}]) { applied } }`,
	} {
		answer := a.ask(t, query, nil)
		if !strings.Contains(answer, `"UNAVAILABLE"`) || !strings.Contains(answer, "the audit trail cannot be written") || strings.Contains(answer, `"data"`) {
			t.Errorf("%s: %s", query, answer)
		}
	}
	if hits, err := a.store.Search(t.Context(), store.Everything, store.SearchQuery{Text: text.Query("某人"), Limit: 5}); err != nil || len(hits.Hits) > 0 {
		t.Errorf("it was written all the same: %+v, %v", hits, err)
	}
	if answer := a.ask(t, `{ people { totalCount } }`, nil); strings.Contains(answer, `"errors"`) {
		t.Errorf("what is about nobody: %s", answer)
	}
	answer := a.ask(t, `mutation($h: ID!) { ring(input: {household: $h}) { ring { id state } } }`, map[string]any{"h": a.ID("h3")})
	if !strings.Contains(answer, `"state"`) {
		t.Errorf("a press: %s", answer)
	}
	a.notes.broken = false
	if answer := a.ask(t, `mutation($h: ID!) { ring(input: {household: $h}) { ring { id } } }`, map[string]any{"h": a.ID("h3")}); strings.Contains(answer, `"errors"`) {
		t.Fatal(answer)
	}
	if notes := a.notes.take(); len(notes) != 1 || !notes[0].Write || !slices.Equal(notes[0].Households, a.IDs("h3")) {
		t.Errorf("%+v", notes)
	}
}

func TestAWriteIsRecordedBeforeItBeginsAndWhenItIsDone(t *testing.T) {
	a := newAudited(t)
	answer := a.ask(t, `mutation { edit(changes: [{create: {person: {name: "某人"}}}]) { applied results { id } } }`, nil)
	if !strings.Contains(answer, `"applied":true`) {
		t.Fatal(answer)
	}
	notes := a.notes.take()
	if len(notes) != 2 || notes[0].Result != "begun" || !notes[0].Write || notes[1].Result != "ok" || notes[1].PeopleCount != 1 {
		t.Errorf("%+v", notes)
	}
	if !strings.Contains(answer, string(notes[1].People[0])) {
		t.Errorf("%s is not in %s", notes[1].People[0], answer)
	}
}

func TestBreakGlassIsRecordedWhateverItShows(t *testing.T) {
	a := newAudited(t)
	a.viewer.Purpose, a.viewer.Reason = "break-glass", "门内有人呼救"
	a.ask(t, `{ units { totalCount } }`, nil)
	if notes := a.notes.take(); len(notes) != 1 || notes[0].Purpose != "break-glass" || notes[0].Reason != "门内有人呼救" {
		t.Errorf("%+v", notes)
	}
}

func TestAStreamIsRecordedWhenItBeginsAndWithEachMessageThatShowsSomebody(t *testing.T) {
	a := newAudited(t)
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	body, err := json.Marshal(map[string]string{"query": `subscription S { ringEvents { event { event } ring { rangAt { nodes { number } } } } }`})
	if err != nil {
		t.Fatal(err)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, a.server.URL, strings.NewReader(string(body)))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Accept", "text/event-stream")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	waitFor(t, "the stream", func() bool { return a.feed.Listeners() == 1 })
	if notes := a.notes.take(); len(notes) != 1 || notes[0].Name != "S" || notes[0].Result != "begun" || notes[0].Write {
		t.Fatalf("%+v", notes)
	}
	a.press(t)
	var got []trail.Record
	waitFor(t, "a message's record", func() bool { got = append(got, a.notes.take()...); return len(got) > 0 })
	if got[0].HouseholdCount != 1 || got[0].Result != "ok" {
		t.Errorf("%+v", got[0])
	}
}
