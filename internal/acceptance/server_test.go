package acceptance

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"lintu/doorbell"
	"lintu/doorbell/figures"
	"lintu/graph"
	"lintu/internal/effort"
	"lintu/internal/neo4jtest"
	"lintu/kg"
	"lintu/loaders"
	"lintu/own"
	"lintu/reach"
	"lintu/reach/barrier"
	"lintu/records"
	"lintu/store"
	"lintu/store/neo4j"
	"lintu/store/sqlite"
	"lintu/store/storetest"
	"lintu/trust"
)

// folder holds the databases of the tests.
var folder string

func TestMain(m *testing.M) {
	var err error
	if folder, err = os.MkdirTemp("", "lintu-acceptance"); err != nil {
		panic(err)
	}
	code := neo4jtest.MainOfMany(m)
	for _, kept := range shared {
		if kept.store != nil {
			_ = kept.store.Close()
		}
	}
	_ = os.RemoveAll(folder)
	os.Exit(code)
}

var shanghai = func() *time.Location {
	loc, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		panic(err)
	}
	return loc
}()

// now is the instant at which the tests stand: noon of the fixtures' day.
var now = storetest.Today.Time(shanghai).Add(12 * time.Hour)

// edge is the GraphQL edge over one store.
type edge struct {
	engine  string
	handler http.Handler
	store   store.Store
	viewer  loaders.Viewer
	bell    *doorbell.Doorbell
	clock   *handClock
}

// handClock is a clock that tests turn.
type handClock struct{ at time.Time }

func (c *handClock) Now() time.Time         { return c.at }
func (c *handClock) Elapsed() time.Duration { return c.at.Sub(now) }

// answer is a GraphQL response.
type answer struct {
	Data   json.RawMessage
	Errors []struct {
		Message    string
		Path       []any
		Extensions map[string]any
	}
	Extensions struct {
		Cost struct{ StoreCalls, Statements int }
	}
}

// newEdge opens the edge over a store that holds its data already.
func newEdge(t testing.TB, st store.Store) *edge { return newEdgeBehind(t, st, nil) }

// newEdgeBehind opens it with barriers.
func newEdgeBehind(t testing.TB, st store.Store, lines *barrier.Set) *edge {
	return newEdgeWith(t, st, lines, true)
}

// newEdgeWith opens it with barriers, and with or without a description of the schema.
func newEdgeWith(t testing.TB, st store.Store, lines *barrier.Set, introspection bool) *edge {
	t.Helper()
	status, err := st.Ready(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	near := reach.New(reach.Options{Store: st, Location: shanghai, Barriers: lines})
	if err := near.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	e := &edge{store: st, viewer: loaders.Viewer{Name: "test", Roles: []trust.Role{trust.Operator}, Purpose: trust.Operation, Scope: store.Scope{All: true}}}
	e.clock = &handClock{at: now}
	bell, err := doorbell.New(doorbell.Options{Store: st, Key: status.Key, Snapshot: near.Snapshot, Clock: e.clock, Zone: shanghai, Process: "test"})
	if err != nil {
		t.Fatal(err)
	}
	e.bell = bell
	e.handler = graph.New(graph.Options{
		Doorbell: bell,
		Figures:  &figures.Reader{Store: st, Zone: shanghai},
		Own: own.New(own.Options{
			Store: st, Key: status.Key, Zone: shanghai, Now: func() time.Time { return now },
			Applied: func(ctx context.Context, c store.Change) error { return near.Applied(ctx, c.Revision) },
		}),
		Sessions: &loaders.Sessions{
			Store: st, Key: status.Key, Zone: shanghai, Now: func() time.Time { return now },
			Viewer: func(ctx context.Context) loaders.Viewer {
				if v := trust.From(ctx); v.Name != "" {
					return v
				}
				return e.viewer
			},
		},
		Records: records.New(records.Options{Store: st, Key: status.Key, Applied: func(ctx context.Context, c store.Change) error { return near.Applied(ctx, c.Revision) }}),
		Reach:   near, Timeout: 3 * time.Minute, Introspection: introspection,
	})
	return e
}

// ask posts a question; variables may be nil.
func (e *edge) ask(t testing.TB, query string, variables map[string]any) answer {
	t.Helper()
	return e.post(t.Context(), t, query, variables)
}

func (e *edge) post(ctx context.Context, t testing.TB, query string, variables map[string]any) answer {
	t.Helper()
	body, err := json.Marshal(map[string]any{"query": query, "variables": variables})
	if err != nil {
		t.Fatal(err)
	}
	req := httptest.NewRequestWithContext(ctx, http.MethodPost, "/graphql", bytes.NewReader(body))
	req.Header.Set("Content-Type", "application/json")
	rec := httptest.NewRecorder()
	e.handler.ServeHTTP(rec, req)
	return decode(t, rec.Body.Bytes())
}

func decode(t testing.TB, body []byte) answer {
	t.Helper()
	var a answer
	if err := json.Unmarshal(body, &a); err != nil {
		t.Fatalf("%v in %s", err, body)
	}
	return a
}

func mustJSON(v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err) // plain values
	}
	return b
}

// data is the answer to a question that must have no errors.
func (e *edge) data(t testing.TB, query string, variables map[string]any) answer {
	t.Helper()
	a := e.ask(t, query, variables)
	if len(a.Errors) > 0 {
		t.Fatalf("%s\n%v", query, a.Errors)
	}
	return a
}

// graphData is what a store is filled with.
type graphData struct {
	name string
	fill func(t testing.TB, st store.Store)
}

// engines runs a test over each engine, and over the oracle that defines what they answer. The tests only read, so
// that the ones which follow each other on the same data share a store.
func engines(t *testing.T, data graphData, test func(t *testing.T, e *edge)) {
	for _, engine := range []struct {
		name string
		open func(testing.TB) store.Store
	}{{"oracle", openOracle}, {"sqlite", openSQLite}, {"neo4j", openNeo4j}} {
		t.Run(engine.name, func(t *testing.T) {
			kept := shared[engine.name]
			if kept.data != data.name {
				st := engine.open(t)
				data.fill(t, st)
				*kept = filled{data: data.name, store: st}
			}
			e := newEdge(t, kept.store)
			e.engine = engine.name
			test(t, e)
		})
	}
}

// every is which part of its questions Neo4j is asked in a test's short form: it plans each for half a second or more.
const every = 10

// asked are those of a list of questions that the engine is asked: all of them, but Neo4j in the short form.
func asked[T any](e *edge, list []T) []T {
	if e.engine != "neo4j" || effort.Long() {
		return list
	}
	var some []T
	for i := 0; i < len(list); i += every {
		some = append(some, list[i])
	}
	return some
}

// filled is a store with what it holds.
type filled struct {
	data  string
	store store.Store
}

// shared are the stores of the tests so far, by engine.
var shared = map[string]*filled{"oracle": {}, "sqlite": {}, "neo4j": {}}

func openOracle(testing.TB) store.Store {
	return storetest.NewOracle(storetest.Options{Key: store.Key{1}})
}

func openSQLite(t testing.TB) store.Store {
	dir, err := os.MkdirTemp(folder, "sqlite")
	if err != nil {
		t.Fatal(err)
	}
	st, err := sqlite.Open(t.Context(), sqlite.Options{Path: filepath.Join(dir, "lintu.db"), Key: &store.Key{1}})
	if err != nil {
		t.Fatal(err)
	}
	return st
}

func openNeo4j(t testing.TB) store.Store {
	srv := neo4jtest.For(t)
	if err := srv.Clear(t.Context()); err != nil {
		t.Fatal(err)
	}
	st, err := neo4j.Open(t.Context(), neo4j.Options{
		URI: srv.URI, User: srv.User, Password: srv.Password, Database: srv.Database, Key: &store.Key{1}, Timeout: 3 * time.Minute,
	})
	if err != nil {
		t.Fatal(err)
	}
	return st
}

var fixture = storetest.Village()

var fixtureData = graphData{"fixture", fillFixture}

func fillFixture(t testing.TB, st store.Store) {
	t.Helper()
	if _, err := st.Apply(t.Context(), fixture.Batch()); err != nil {
		t.Fatal(err)
	}
}

// named puts fixture names in place of $name in a question: $(wang1) becomes the quoted id of wang1.
func named(query string) string {
	for {
		before, rest, ok := strings.Cut(query, "$(")
		if !ok {
			return query
		}
		name, after, _ := strings.Cut(rest, ")")
		query = before + `"` + string(fixture.ID(name)) + `"` + after
	}
}

// unnamed puts fixture names back in place of ids, so that golden answers can be read.
func unnamed(text string) string {
	for _, k := range kg.Kinds {
		for _, id := range fixture.Of(k.Kind) {
			text = strings.ReplaceAll(text, string(id), "$("+fixture.Name(id)+")")
		}
	}
	return text
}
