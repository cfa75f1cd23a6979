package bench

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"reflect"
	"runtime"
	"time"

	"lintu/bench/floor"
	"lintu/graph"
	"lintu/internal/httpapi"
	"lintu/loaders"
	"lintu/reach"
	"lintu/store"
)

// edge is both sides of the comparison inside this process: what their processes serve, without the network. Answers
// are compared and allocations counted on it.
type edge struct {
	lintu, floor http.Handler
	near         *reach.Reach
	built        time.Duration
	builtCPU     time.Duration // processor time of this process; 0 where it is not known
	heapMB       float64
}

// newEdge builds the snapshot of a store and both handlers over it.
func newEdge(ctx context.Context, st store.Store, read floor.Reader) (*edge, error) {
	zone, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		return nil, err
	}
	status, err := st.Ready(ctx)
	if err != nil {
		return nil, err
	}
	e := &edge{near: reach.New(reach.Options{Store: st, Location: zone})}
	before, began, busy := liveHeap(), time.Now(), processorTime()
	if err := e.near.Start(ctx); err != nil {
		return nil, err
	}
	e.built, e.builtCPU = time.Since(began), processorTime()-busy
	e.heapMB = float64(liveHeap()-before) / 1e6
	questions := graph.New(graph.Options{
		Sessions: &loaders.Sessions{Store: st, Key: status.Key, Zone: zone, Now: time.Now},
		Reach:    e.near, Timeout: time.Minute, Introspection: true, RequestID: httpapi.RequestID,
	})
	server, err := httpapi.New(httpapi.Options{GraphQL: questions, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		return nil, err
	}
	e.lintu, e.floor = server.Handler(), floor.Handler(read, e.near, zone)
	return e, nil
}

func liveHeap() int64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// ask sends a request to a handler and gives the answer's body.
func ask(ctx context.Context, h http.Handler, path string, body []byte) ([]byte, error) {
	req := httptest.NewRequestWithContext(ctx, http.MethodPost, "http://localhost"+path, bytes.NewReader(body))
	req.Header.Set("Content-Type", "application/json")
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, req)
	b := rec.Body.Bytes()
	if rec.Code != http.StatusOK || bytes.HasPrefix(b, []byte(`{"errors"`)) {
		return nil, fmt.Errorf("%s answered %d: %.500s", path, rec.Code, b)
	}
	return b, nil
}

// answer is what both sides answer with.
type answer struct {
	Data       map[string]any
	Extensions struct{ Cost Cost }
}

// Cost is what an operation of Lintu says of its visits to the store.
type Cost struct{ StoreCalls, Statements int }

// compare asks a workload's cases of both sides, fails at the first difference, and gives the highest cost.
func (e *edge) compare(ctx context.Context, w *Workload, cases []Case) (Cost, error) {
	var most Cost
	for i, c := range cases {
		mine, err := ask(ctx, e.lintu, "/graphql", graphqlBody(w.Document, c.Lintu))
		if err != nil {
			return most, fmt.Errorf("%s, case %d: %w", w.Name, i, err)
		}
		theirs, err := ask(ctx, e.floor, "/"+w.Name, mustJSON(c.Floor))
		if err != nil {
			return most, fmt.Errorf("%s, case %d: %w", w.Name, i, err)
		}
		var a, b answer
		if err := json.Unmarshal(mine, &a); err != nil {
			return most, err
		}
		if err := json.Unmarshal(theirs, &b); err != nil {
			return most, err
		}
		if withoutCursors(a.Data); !reflect.DeepEqual(a.Data, withoutCursors(b.Data)) {
			return most, fmt.Errorf("%s, case %d: Lintu and the floor answer differently:\n%.2000s\n%.2000s", w.Name, i, mine, theirs)
		}
		most.StoreCalls = max(most.StoreCalls, a.Extensions.Cost.StoreCalls)
		most.Statements = max(most.Statements, a.Extensions.Cost.Statements)
	}
	return most, nil
}

// endCursor asks for the cursor after which the last page of members begins, as variables of its workload.
func endCursor(ctx context.Context, e *edge) (map[string]any, error) {
	b, err := ask(ctx, e.lintu, "/graphql", graphqlBody(endDocument, nil))
	if err != nil {
		return nil, err
	}
	var a struct {
		Data struct {
			People struct{ PageInfo struct{ StartCursor string } }
		}
	}
	err = json.Unmarshal(b, &a)
	return map[string]any{"after": a.Data.People.PageInfo.StartCursor}, err
}

// withoutCursors takes the cursors out of an answer: Lintu's are sealed, the floor's are plain.
func withoutCursors(v any) any {
	switch v := v.(type) {
	case map[string]any:
		delete(v, "endCursor")
		for _, x := range v {
			withoutCursors(x)
		}
	case []any:
		for _, x := range v {
			withoutCursors(x)
		}
	}
	return v
}

// allocations are those that one request makes in the server, on average: how many, and how many kB.
func allocations(ctx context.Context, h http.Handler, path string, bodies [][]byte) (count, kB float64, err error) {
	const rounds = 100
	run := func() error {
		for i := range rounds {
			if _, err := ask(ctx, h, path, bodies[i%len(bodies)]); err != nil {
				return err
			}
		}
		return nil
	}
	if err := run(); err != nil { // fills caches and pools
		return 0, 0, err
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	err = run()
	runtime.ReadMemStats(&after)
	return float64(after.Mallocs-before.Mallocs) / rounds, float64(after.TotalAlloc-before.TotalAlloc) / rounds / 1000, err
}
