package prom

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"lintu/doorbell"
	"lintu/kg"
	"lintu/reach"
	"lintu/store"
	"lintu/store/storetest"
)

type clock struct{ at time.Time }

func (c *clock) Now() time.Time         { return c.at }
func (c *clock) Elapsed() time.Duration { return c.at.Sub(time.Unix(0, 0)) }

type silent struct {
	store.Store
	away bool
}

func (s *silent) Count(ctx context.Context, v store.View, q store.CountQuery) ([]store.GroupCount, error) {
	if s.away {
		return nil, kg.ErrUnavailable
	}
	return s.Store.Count(ctx, v, q)
}

// scraped is what Prometheus reads.
func scraped(t *testing.T, m *Metrics) string {
	t.Helper()
	w := httptest.NewRecorder()
	m.Handler().ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/metrics", nil))
	body, err := io.ReadAll(w.Result().Body)
	if err != nil || w.Code != http.StatusOK {
		t.Fatalf("%d %v", w.Code, err)
	}
	return string(body)
}

func TestWhatARingDoesIsCountedOnceAndNobodyIsNamed(t *testing.T) {
	village := storetest.Village()
	st := &silent{Store: storetest.NewOracle(storetest.Options{})}
	if _, err := st.Apply(t.Context(), village.Batch()); err != nil {
		t.Fatal(err)
	}
	snapshot, err := reach.Build(t.Context(), reach.Options{Store: st})
	if err != nil {
		t.Fatal(err)
	}
	m := New(st, func() int { return 7 }, func() int { return 2 })
	c := &clock{at: storetest.Today.Time(time.UTC)}
	bell, err := doorbell.New(doorbell.Options{Store: st, Snapshot: func() *reach.Snapshot { return snapshot }, Clock: c, Process: "test", Moved: m.Moved})
	if err != nil {
		t.Fatal(err)
	}
	open := strings.Count(scraped(t, m), "lintu_rings_open{")
	r, err := bell.Press(t.Context(), doorbell.Press{Household: village.ID("h3")})
	if err != nil {
		t.Fatal(err)
	}
	for i, step := range []struct {
		after time.Duration
		do    func(context.Context, kg.ID) (*doorbell.Ring, error)
	}{{42 * time.Second, bell.Accept}, {100 * time.Second, bell.Arrive}} {
		c.at = c.at.Add(step.after)
		if _, err := step.do(t.Context(), r.Alerts[0].ID); err != nil {
			t.Fatal(i, err)
		}
	}
	got := scraped(t, m)
	for _, want := range []string{
		`lintu_rings_begun_total{drill="true"} 1`, "lintu_rings_without_candidates_total 1", `lintu_ring_events_total{event="RANG"} 1`, `lintu_ring_events_total{event="ACCEPTED"} 1`,
		`lintu_ring_first_yes_seconds_bucket{le="30"} 0`, `lintu_ring_first_yes_seconds_bucket{le="45"} 1`, "lintu_ring_first_arrival_seconds_sum 142",
		`lintu_rings_closed_total{outcome="HELP_GIVEN"} 0`, `lintu_rings_open{state="ATTENDED"} 1`, "lintu_ring_listeners 7", "lintu_ring_listeners_dropped_total 2", "go_goroutines",
	} {
		if !strings.Contains(got, want+"\n") && !strings.Contains(got, want+" ") {
			t.Errorf("%s is not told", want)
		}
	}
	if open != 4 {
		t.Errorf("%d states of open rings are told", open)
	}
	if _, err := bell.Close(t.Context(), r.ID, kg.HelpGiven, "test"); err != nil {
		t.Fatal(err)
	}
	if got := scraped(t, m); !strings.Contains(got, `lintu_rings_closed_total{outcome="HELP_GIVEN"} 1`) || !strings.Contains(got, `lintu_rings_open{state="ATTENDED"} 0`) {
		t.Error("the end is not counted")
	}
	for _, secret := range []string{string(r.ID), string(r.Household), string(r.Alerts[0].ID), "person_"} {
		if strings.Contains(got, secret) {
			t.Errorf("the metrics hold %s", secret)
		}
	}
	st.away = true
	if got := scraped(t, m); strings.Contains(got, "lintu_rings_open{") || !strings.Contains(got, "lintu_rings_begun_total") {
		t.Error("while the store is away the open rings are told, or nothing else is")
	}
}

func TestOnlyTheMetricsAreServed(t *testing.T) {
	m := New(storetest.NewOracle(storetest.Options{}), func() int { return 0 }, func() int { return 0 })
	for request, want := range map[string]int{"GET /": 404, "POST /metrics": 405, "GET /debug/pprof/": 404} {
		var method, path string
		_, _ = fmt.Sscan(request, &method, &path)
		w := httptest.NewRecorder()
		m.Handler().ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), method, path, nil))
		if w.Code != want {
			t.Errorf("%s: %d", request, w.Code)
		}
	}
}
