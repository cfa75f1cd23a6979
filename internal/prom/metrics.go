package prom

import (
	"context"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"lintu/doorbell"
	"lintu/kg"
	"lintu/store"
)

// Metrics are the numbers of a process. Moved is safe for concurrent use.
type Metrics struct {
	registry *prometheus.Registry

	begun      *prometheus.CounterVec
	alone      prometheus.Counter
	events     *prometheus.CounterVec
	late       prometheus.Counter
	closed     *prometheus.CounterVec
	firstYes   prometheus.Histogram
	firstThere prometheus.Histogram
}

// waits are the upper ends of the histograms' buckets, in seconds: the targets of 60 s and 180 s, and the ladder's levels.
var waits = []float64{5, 10, 20, 30, 45, 60, 90, 120, 180, 300, 480, 600, 900, 1800, 3600}

// New are the numbers of a process over a store, with those of Go and of the process itself. listeners and dropped are how
// many watch rings, and how many were ended because they read too slowly.
func New(st store.Store, listeners, dropped func() int) *Metrics {
	m := &Metrics{
		registry: prometheus.NewRegistry(),
		begun:    prometheus.NewCounterVec(prometheus.CounterOpts{Name: "lintu_rings_begun_total", Help: "Rings that this process stored."}, []string{"drill"}),
		alone:    prometheus.NewCounter(prometheus.CounterOpts{Name: "lintu_rings_without_candidates_total", Help: "Rings that began with no neighbour who could be called."}),
		events: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "lintu_ring_events_total", Help: "Entries of timelines that this process stored, by kind; FAILED are messages that could not be delivered.",
		}, []string{"event"}),
		late:   prometheus.NewCounter(prometheus.CounterOpts{Name: "lintu_ring_steps_late_total", Help: "Steps that were done later than the policy allows."}),
		closed: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "lintu_rings_closed_total", Help: "Rings that this process closed, by outcome."}, []string{"outcome"}),
		firstYes: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "lintu_ring_first_yes_seconds", Help: "From the beginning of a round to its first yes.", Buckets: waits,
		}),
		firstThere: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "lintu_ring_first_arrival_seconds", Help: "From the beginning of a round to the first arrival, the ambulance's too.", Buckets: waits,
		}),
	}
	m.registry.MustRegister(
		m.begun, m.alone, m.events, m.late, m.closed, m.firstYes, m.firstThere, openRings{st},
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "lintu_ring_listeners", Help: "Streams of rings that are open."}, func() float64 { return float64(listeners()) }),
		prometheus.NewCounterFunc(prometheus.CounterOpts{Name: "lintu_ring_listeners_dropped_total", Help: "Streams that were ended because their client read too slowly."}, func() float64 { return float64(dropped()) }),
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
	)
	for _, e := range kg.EventKinds.Names() { // a series that begins with its first event has no rate
		m.events.WithLabelValues(e)
	}
	for _, o := range kg.Outcomes.Names() {
		m.closed.WithLabelValues(o)
	}
	return m
}

// Trail is what an audit trail counts.
type Trail interface {
	Written() int64
	Refused() int64
	BrokeGlass() int64
}

// Audit shows the numbers of the audit trail.
func (m *Metrics) Audit(t Trail) {
	for _, c := range []struct {
		name, help string
		count      func() int64
	}{
		{"lintu_audit_records_total", "Records of the audit trail that this process wrote.", t.Written},
		{"lintu_audit_refused_total", "Records that could not be written; but for those of emergencies, their operations were refused.", t.Refused},
		{"lintu_audit_break_glass_total", "Operations for the purpose break-glass.", t.BrokeGlass},
	} {
		m.registry.MustRegister(prometheus.NewCounterFunc(prometheus.CounterOpts{Name: c.name, Help: c.help}, func() float64 { return float64(c.count()) }))
	}
}

// Doors shows at how many doors this process could ring while the store is away.
func (m *Metrics) Doors(remembered func() int64) {
	m.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "lintu_ring_doors_remembered", Help: "Doorbells at whose doors this process could ring while the store is away.",
	}, func() float64 { return float64(remembered()) }))
}

// Moved counts a move of a ring.
func (m *Metrics) Moved(move doorbell.Moved) {
	before, after := move.Before, move.After
	if before == nil {
		m.begun.WithLabelValues(map[bool]string{true: "true", false: "false"}[after.Drill]).Inc()
		before = &kg.Ring{}
		if len(after.Candidates) == 0 {
			m.alone.Inc()
		}
	}
	for _, e := range move.Events {
		m.events.WithLabelValues(string(e.Event)).Inc()
		if e.Late {
			m.late.Inc()
		}
	}
	if before.AcceptedAt == "" && after.AcceptedAt != "" {
		m.firstYes.Observe(since(after, after.AcceptedAt))
	}
	if before.AttendedAt == "" && after.AttendedAt != "" {
		m.firstThere.Observe(since(after, after.AttendedAt))
	}
	if before.State != kg.RingClosed && after.State == kg.RingClosed {
		m.closed.WithLabelValues(string(after.Outcome)).Inc()
	}
}

// since is how long after the beginning of its round something happened to a ring, in seconds.
func since(r *kg.Ring, at kg.Moment) float64 {
	return at.Time().Sub(r.BeganAt.Time()).Seconds()
}

// Handler answers GET /metrics, and nothing else.
func (m *Metrics) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{MaxRequestsInFlight: 4, Timeout: 10 * time.Second}))
	return mux
}

// openRings asks the store, at each scrape, how many rings are open.
type openRings struct{ store store.Store }

var openDesc = prometheus.NewDesc("lintu_rings_open", "Rings of the whole store that are not over, by state; absent while the store does not answer.", []string{"state"}, nil)

// storeTimeout is how long a scrape waits for the store.
const storeTimeout = 2 * time.Second

// Describe implements prometheus.Collector.
func (o openRings) Describe(out chan<- *prometheus.Desc) { out <- openDesc }

// Collect implements prometheus.Collector.
func (o openRings) Collect(out chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), storeTimeout)
	defer cancel()
	groups, err := o.store.Count(ctx, store.Everything, store.CountQuery{Kind: kg.KindRing, Filter: doorbell.NotOver(), By: store.GroupBy{Field: "state"}})
	if err != nil {
		return
	}
	counts := map[string]int{}
	for _, g := range groups {
		counts[g.Key] = g.Count
	}
	for _, s := range kg.RingStates.Names() {
		if kg.RingState(s) != kg.RingClosed {
			out <- prometheus.MustNewConstMetric(openDesc, prometheus.GaugeValue, float64(counts[s]), s)
		}
	}
}
