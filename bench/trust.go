package bench

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"strings"
	"time"

	"lintu/bench/load"
	"lintu/graph"
	"lintu/internal/httpapi"
	"lintu/kg"
	"lintu/loaders"
	"lintu/reach"
	"lintu/store"
	"lintu/trail"
	"lintu/trust"
)

// TrustFigures say what scope, masks and the audit trail cost a workload: the same handler over the same store, asked by the
// operator without a trail (off), and by a viewer of one area with one (on), in turn, at eight connections.
type TrustFigures struct {
	Workload  string     `json:"workload"`
	Viewer    string     `json:"viewer"` // of the side that is on
	Off, On   load.Times // the round whose requests a second are the median
	Ratio     float64    `json:"ratio"` // requests a second on by off, the median of the rounds
	OffRounds []load.Times
	OnRounds  []load.Times
}

// trustName is the name of the results.
const trustName = "trust"

// trustCase is a workload with the viewer who asks it.
type trustCase struct {
	workload string
	viewer   func(area kg.ID) trust.Viewer
	name     string
}

func served(role trust.Role, purpose trust.Purpose) func(kg.ID) trust.Viewer {
	return func(area kg.ID) trust.Viewer {
		return trust.Viewer{Name: "key:bench", Roles: []trust.Role{role}, Purpose: purpose, Scope: store.Scope{Areas: []kg.ID{area}}}
	}
}

// trustCases: detail for a purpose in an area, and masks. The tree of W3 is of organizations that are in no area, so that
// it is read through masks alone.
var trustCases = []trustCase{
	{"W1", served(trust.GridWorker, trust.CareVisit), "scope, detail, trail"},
	{"W1", served(trust.Analyst, ""), "scope, masks, trail"},
	{"W2", served(trust.GridWorker, trust.CareVisit), "scope, detail, trail"},
	{"W3", func(kg.ID) trust.Viewer {
		return trust.Viewer{Name: "key:bench", Roles: []trust.Role{trust.Analyst}, Scope: store.Scope{All: true}}
	}, "masks, trail"},
	{"W4", served(trust.GridWorker, trust.CoveragePlan), "scope, detail, trail"},
}

// trust measures all of them on SQLite.
func (r *runner) trust(ctx context.Context) error {
	defer httpapi.Processors()() // as the program does
	p, end, err := r.place(ctx, SQLite)
	if err != nil {
		return err
	}
	defer end()
	figures := StoreFigures{Engine: SQLite, LoadedAverage: loadAverage()}
	sample, err := r.prepare(ctx, p, &figures)
	if err != nil {
		return err
	}
	r.report.Stores = append(r.report.Stores, figures)
	st, err := p.Open(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = st.Close() }()
	area, err := whole(ctx, st)
	if err != nil {
		return err
	}
	zone, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		return err
	}
	near := reach.New(reach.Options{Store: st, Location: zone})
	if err := near.Start(ctx); err != nil {
		return err
	}
	sample.located(near.Snapshot())
	for _, c := range trustCases {
		r.Progress("%s: %s", c.workload, c.name)
		f, err := r.trustOf(ctx, st, near, c, area, sample)
		if err != nil {
			return fmt.Errorf("%s: %w", c.workload, err)
		}
		r.Progress("%s: %s: %.0f requests/s off, %.0f on, ratio %.2f", c.workload, c.name, f.Off.PerSecond, f.On.PerSecond, f.Ratio)
		r.report.Trust = append(r.report.Trust, *f)
	}
	return nil
}

func (r *runner) trustOf(ctx context.Context, st store.Store, near *reach.Reach, c trustCase, area kg.ID, sample *Sample) (f *TrustFigures, err error) {
	folder, err := os.MkdirTemp("", "lintu-bench-trail")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(folder) }()
	log, err := trail.Open(trail.Options{Dir: folder, Now: time.Now})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, log.Close()) }()
	viewer := c.viewer(area)
	var targets [2]load.Target
	for i, viewer := range []func(context.Context) trust.Viewer{nil, func(context.Context) trust.Viewer { return viewer }} {
		o := graph.Options{
			Sessions: &loaders.Sessions{Store: st, Zone: near.Snapshot().Location(), Now: time.Now, Viewer: viewer},
			Reach:    near, Timeout: time.Minute, RequestID: httpapi.RequestID,
		}
		if viewer != nil {
			o.Trail = log
		}
		addr, end, err := onLoopback(graph.New(o))
		if err != nil {
			return nil, err
		}
		defer end()
		targets[i] = load.Target{Addr: addr, Path: "/graphql"}
	}
	for _, w := range Workloads {
		if w.Name != c.workload {
			continue
		}
		for _, q := range w.Cases(sample) {
			for i := range targets {
				targets[i].Bodies = append(targets[i].Bodies, graphqlBody(w.Document, q.Lintu))
			}
		}
	}
	f = &TrustFigures{Workload: c.workload, Viewer: c.name}
	if err := f.rounds(ctx, r.Settings, &targets); err != nil {
		return nil, err
	}
	if log.Written() == 0 && c.workload != "W3" { // organizations are nobody's personal data
		return nil, errors.New("no record was written: nothing is measured")
	}
	return f, nil
}

func (f *TrustFigures) rounds(ctx context.Context, set Settings, targets *[2]load.Target) error {
	for i := range targets {
		body, err := load.Ask(ctx, &targets[i], 0)
		if err == nil && strings.Contains(string(body[:min(len(body), 40)]), "null") { // the root field itself
			err = fmt.Errorf("the viewer sees nothing: %.200s", body)
		}
		if err != nil {
			return err
		}
		if _, err := load.Closed(ctx, &targets[i], 8, set.Warm); err != nil {
			return err
		}
	}
	for range set.Rounds {
		for i, into := range []*[]load.Times{&f.OffRounds, &f.OnRounds} {
			t, err := load.Closed(ctx, &targets[i], 8, set.Round)
			if err != nil {
				return err
			}
			*into = append(*into, t)
		}
	}
	f.Off, f.On = middle(f.OffRounds, perSecond), middle(f.OnRounds, perSecond)
	f.Ratio = ratio(f.OnRounds, f.OffRounds, perSecond)
	return nil
}

// onLoopback serves a handler as the program does.
func onLoopback(h http.Handler) (addr string, end func(), err error) {
	ln, err := net.Listen("tcp", "127.0.0.1:0") //nolint:noctx // it is ended by end
	if err != nil {
		return "", nil, err
	}
	s := &http.Server{Handler: h, ReadHeaderTimeout: 5 * time.Second, ErrorLog: slog.NewLogLogger(slog.DiscardHandler, slog.LevelWarn)}
	go func() { _ = s.Serve(ln) }()
	return ln.Addr().String(), func() { _ = s.Close() }, nil
}

// trustTable is part of a report's page.
func (r *Report) trustTable(b *strings.Builder) {
	if len(r.Trust) == 0 {
		return
	}
	b.WriteString("At eight connections, client and server in one process:\n\n")
	b.WriteString("| workload | viewer | off, req/s | on | **ratio** | p99 off, ms | on |\n| --- | --- | --- | --- | --- | --- | --- |\n")
	for _, f := range r.Trust {
		fmt.Fprintf(b, "| %s | %s | %s | %s | **%.2f** | %s | %s |\n", f.Workload, f.Viewer, thousands(int(f.Off.PerSecond)), thousands(int(f.On.PerSecond)), f.Ratio, ms(f.Off.P99), ms(f.On.P99))
	}
}
