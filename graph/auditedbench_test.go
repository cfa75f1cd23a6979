package graph_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"lintu/graph"
	"lintu/kg"
	"lintu/loaders"
	"lintu/seed"
	"lintu/store"
	"lintu/store/sqlite"
	"lintu/trail"
)

// BenchmarkHouseholdsAtEightConnections is the bench's W1, a household with its residents and their units, over HTTP on
// loopback and SQLite, without an audit trail and with one. Each question writes a record.
func BenchmarkHouseholdsAtEightConnections(b *testing.B) {
	st, err := sqlite.Open(b.Context(), sqlite.Options{Path: filepath.Join(b.TempDir(), "village.db")})
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = st.Close() }()
	town, err := seed.Preset("village")
	if err == nil {
		err = seed.Load(b.Context(), st, town, seed.Options{Seed: 1})
	}
	if err != nil {
		b.Fatal(err)
	}
	page, err := st.List(b.Context(), store.Everything, store.ListQuery{Kind: kg.KindHousehold, Order: store.Order{By: store.OrderID}, Window: store.Window{Limit: store.NoLimit}})
	if err != nil {
		b.Fatal(err)
	}
	var bodies [][]byte
	for _, e := range page.Edges {
		body, err := json.Marshal(map[string]any{
			"query": `query W1($id: ID!) { household(id: $id) { id number floor residents(first: 20) { nodes { id name birthDate
				worksAt(first: 5) { nodes { id name unitKind } } } } } }`,
			"variables": map[string]any{"id": e.Position.ID},
		})
		if err != nil {
			b.Fatal(err)
		}
		bodies = append(bodies, body)
	}
	off := graph.Options{Sessions: &loaders.Sessions{Store: st, Zone: time.UTC, Now: time.Now}, Timeout: time.Minute}
	b.Run("off", func(b *testing.B) { ask(b, off, bodies) })
	b.Run("on", func(b *testing.B) {
		tr, err := trail.Open(trail.Options{Dir: b.TempDir(), Now: time.Now})
		if err != nil {
			b.Fatal(err)
		}
		on := off
		on.Trail = tr
		ask(b, on, bodies)
		if err := tr.Close(); err != nil || tr.Written() < int64(b.N) {
			b.Fatalf("%d records of %d questions, %v", tr.Written(), b.N, err)
		}
	})
}

func ask(b *testing.B, o graph.Options, bodies [][]byte) {
	b.Helper()
	s := httptest.NewServer(graph.New(o))
	defer s.Close()
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 8}}
	var next atomic.Int64
	b.SetParallelism(4) // at two processors, eight at once
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			body := bodies[int(next.Add(1))%len(bodies)]
			res, err := client.Post(s.URL, "application/json", bytes.NewReader(body)) //nolint:noctx // the benchmark ends when the loop does
			if err != nil {
				b.Error(err)
				return
			}
			_, _ = io.Copy(io.Discard, res.Body)
			_ = res.Body.Close()
			if res.StatusCode != http.StatusOK {
				b.Errorf("status %d", res.StatusCode)
			}
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "req/s")
}
