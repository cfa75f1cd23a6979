package graph_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"lintu/graph"
	"lintu/loaders"
	"lintu/store"
	"lintu/store/storetest"
)

var village = storetest.Village()

// options are those of an edge over the village, held by the oracle.
func options(t testing.TB) graph.Options {
	t.Helper()
	st := storetest.NewOracle(storetest.Options{})
	if _, err := st.Apply(context.Background(), village.Batch()); err != nil {
		t.Fatal(err)
	}
	return graph.Options{Sessions: sessions(st), Timeout: time.Minute, Introspection: true}
}

func sessions(st store.Store) *loaders.Sessions {
	return &loaders.Sessions{Store: st, Zone: time.UTC, Now: func() time.Time { return storetest.Today.Time(time.UTC) }}
}

// served is a server of the edge on a port of its own.
func served(t *testing.T, o graph.Options) *httptest.Server {
	t.Helper()
	s := httptest.NewServer(graph.New(o))
	t.Cleanup(s.Close)
	return s
}

// slow is a store that holds its visits until the operation ends, and says what it ended by. It stands for a question that
// takes long.
type slow struct {
	store.Store
	began chan struct{}
	ended chan error
}

func newSlow(st store.Store) *slow {
	return &slow{st, make(chan struct{}, 10), make(chan error, 10)}
}

func (s *slow) List(ctx context.Context, v store.View, q store.ListQuery) (*store.Page, error) {
	s.began <- struct{}{}
	<-ctx.Done()
	s.ended <- context.Cause(ctx)
	return s.Store.List(ctx, v, q)
}

// enough bounds a wait for what must come; a test that hangs fails by it.
const enough = 20 * time.Second

func wait[T any](t *testing.T, c <-chan T, what string) T {
	t.Helper()
	select {
	case v := <-c:
		return v
	case <-time.After(enough):
		t.Fatalf("%s did not come", what)
		panic("unreachable")
	}
}

// reply is what a test reads of an answer.
type reply struct {
	status int
	header http.Header
	text   string
	Data   json.RawMessage
	Errors []struct {
		Message    string
		Extensions map[string]any
	}
}

func (r *reply) code() string {
	if len(r.Errors) == 0 {
		return ""
	}
	code, _ := r.Errors[0].Extensions["code"].(string)
	return code
}

// send makes a request; headers are pairs.
func send(t *testing.T, h http.Handler, method, target, body string, headers ...string) *reply {
	t.Helper()
	req := httptest.NewRequestWithContext(t.Context(), method, target, strings.NewReader(body))
	if method == http.MethodPost {
		req.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, req)
	res := rec.Result()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	r := &reply{status: res.StatusCode, header: res.Header, text: string(text)}
	if strings.Contains(res.Header.Get("Content-Type"), "json") {
		if err := json.Unmarshal(text, r); err != nil {
			t.Fatalf("%v in %s", err, text)
		}
	}
	return r
}

// query is a request's body.
func query(text string) string {
	b, err := json.Marshal(map[string]string{"query": text})
	if err != nil {
		panic(err)
	}
	return string(b)
}

// A response name is good at one place of the selection: under nodes and under the edges' node it may stand for different
// questions.
func TestOneNameMayAskDifferentThingsAtTwoPlaces(t *testing.T) {
	s := served(t, options(t))
	body := strings.NewReader(`{"query":"{ residentBodies { nodes { serves(first: 1) { nodes { title } } } edges { node { serves(last: 1, where: {node: {title: {eq: \"nowhere\"}}}) { totalCount nodes { kind } } } } } }"}`)
	resp, err := http.Post(s.URL, "application/json", body)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	got, err := io.ReadAll(resp.Body)
	if err != nil || strings.Contains(string(got), "errors") || !strings.Contains(string(got), `"totalCount":0`) {
		t.Errorf("%v: %s", err, got)
	}
}
