package bench

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"lintu/bench/load"
	"lintu/internal/neo4jtest"
	"lintu/store"
)

// Options say what a run measures.
type Options struct {
	Preset    string
	Engines   []string // of SQLite and Neo4j
	Workloads []string // names; none: all
	Settings  Settings
	Root      string        // of the project, where the binary is built
	Binary    string        // measured instead of one that is built
	Folder    string        // for stores, logs and binaries; SQLite's stores are kept there for the next run
	Runner    string        // this program's own binary, which also serves the floor
	Cover     bool          // W5 too
	Districts []float64     // W5 on towns of so many districts, made up, too
	Files     bool          // W6 too
	TownFiles string        // a folder with an export of the town: measure nothing but W6 of it
	Country   string        // a file of divisions: measure nothing but its import; Preset is then the name of the results
	Peer      bool          // W1 on SQLite beside PostGraphile too
	Rings     time.Duration // measure nothing but W7, for so long; 0: all but W7
	Trust     bool          // measure nothing but what scope, masks and the audit trail cost, on SQLite
	Neo4j     *Place        // a server that runs already, empty or filled by an earlier run; nil: one of our own
	Progress  func(format string, args ...any)
}

// runner carries a run.
type runner struct {
	Options
	binary string
	report *Report
}

// Run measures and gives the report; with an error, what was measured before it. Every process that it starts has ended
// when it returns.
func Run(ctx context.Context, o Options) (*Report, error) {
	o.Settings.Network, o.Settings.Log = "loopback", "warn"
	r := &runner{Options: o}
	r.report = &Report{Preset: o.Preset, Began: time.Now().UTC().Truncate(time.Second), Machine: thisMachine(ctx), Settings: o.Settings}
	if err := os.MkdirAll(o.Folder, 0o755); err != nil {
		return nil, err
	}
	if r.binary = o.Binary; r.binary == "" {
		r.binary = filepath.Join(o.Folder, "lintu")
		if err := r.build(ctx); err != nil {
			return nil, err
		}
	}
	r.report.Commit = r.commit(ctx)
	if o.Rings > 0 {
		r.report.Preset = ringsName
		return r.report, r.rings(ctx)
	}
	if o.Trust {
		r.report.Preset = trustName
		return r.report, r.trust(ctx)
	}
	measure := r.engine
	switch {
	case o.Country != "":
		measure = r.register
	case o.TownFiles != "":
		r.report.Preset, measure = o.Preset+filesSuffix, r.townFiles
	}
	for _, engine := range o.Engines {
		if err := measure(ctx, engine); err != nil {
			return r.report, fmt.Errorf("%s: %w", engine, err)
		}
	}
	for _, n := range o.Districts {
		r.Progress("W5 on %g districts, made up", n)
		f, err := coverScaled(ctx, n)
		if err != nil {
			return r.report, fmt.Errorf("W5 on %g districts: %w", n, err)
		}
		r.report.Cover = append(r.report.Cover, *f)
	}
	return r.report, nil
}

// build builds the program as it is shipped.
func (r *runner) build(ctx context.Context) error {
	r.Progress("building %s", r.binary)
	cmd := exec.CommandContext(ctx, "go", "build", "-trimpath", "-o", r.binary, ".")
	cmd.Dir, cmd.Env = r.Root, append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("building lintu: %w\n%s", err, out)
	}
	return nil
}

// commit is the commit that the project stands at; empty where there is none.
func (r *runner) commit(ctx context.Context) string {
	cmd := exec.CommandContext(ctx, "git", "rev-parse", "--short=12", "HEAD")
	cmd.Dir = r.Root
	out, err := cmd.Output()
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(out))
}

// place is where the engine's store is; end gives it back.
func (r *runner) place(ctx context.Context, engine string) (p Place, end func(), err error) {
	switch {
	case engine == SQLite:
		return Place{Engine: SQLite, Path: filepath.Join(r.Folder, r.Preset+".db")}, func() {}, nil
	case engine != Neo4j:
		return p, nil, fmt.Errorf("no engine is called %q; there are %s and %s", engine, SQLite, Neo4j)
	case r.Neo4j != nil:
		return *r.Neo4j, func() {}, nil
	}
	r.report.Machine.Neo4j = neo4jtest.Version()
	p, server, err := startNeo4j(ctx, r.Preset, filepath.Join(r.Folder, "neo4j.password"), func(format string, args ...any) { r.Progress(format, args...) })
	if err != nil {
		return p, nil, err
	}
	return p, server.Close, nil
}

// engine measures everything on one engine.
func (r *runner) engine(ctx context.Context, engine string) error {
	p, end, err := r.place(ctx, engine)
	if err != nil {
		return err
	}
	defer end()
	figures := StoreFigures{Engine: engine, LoadedAverage: loadAverage()}
	sample, err := r.prepare(ctx, p, &figures)
	if err != nil {
		return err
	}
	pairs, err := r.inside(ctx, p, sample, &figures)
	if err != nil {
		return err
	}
	if err := r.outside(ctx, p, sample, pairs, &figures); err != nil {
		return err
	}
	r.report.Stores = append(r.report.Stores, figures)
	r.report.Pairs = append(r.report.Pairs, pairs...)
	if r.Files {
		return r.files(ctx, p)
	}
	return nil
}

// prepare fills the store, where it is not yet, and draws the sample.
func (r *runner) prepare(ctx context.Context, p Place, figures *StoreFigures) (*Sample, error) {
	st, err := p.Open(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { _ = st.Close() }()
	began, loaded, last := time.Now(), false, 0
	err = Fill(ctx, st, r.Preset, r.Settings.Seed, func(done, total int) {
		loaded = true
		if percent := done * 20 / max(total, 1); percent != last {
			last = percent
			r.Progress("%s: the town %s, %d of about %d nodes and ties", p.Engine, r.Preset, done, total)
		}
	})
	if err != nil {
		return nil, err
	}
	if loaded {
		figures.LoadSeconds = time.Since(began).Seconds()
	}
	if info, err := os.Stat(p.Path); err == nil {
		figures.StoreMB = float64(info.Size()) / 1e6
	}
	if r.report.Counts == nil {
		if r.report.Counts, err = Counts(ctx, st); err != nil {
			return nil, err
		}
	}
	sample, err := NewSample(ctx, st)
	if err != nil {
		return nil, err
	}
	end, err := lastPage(ctx, st)
	sample.end.Floor = map[string]any{"after": endPosition(end)}
	return sample, err
}

// chosen are the workloads of the run.
func (r *runner) chosen() ([]*Workload, error) {
	if len(r.Workloads) == 0 {
		return Workloads, nil
	}
	var out []*Workload
	for _, w := range Workloads {
		if slices.Contains(r.Workloads, w.Name) {
			out = append(out, w)
		}
	}
	if len(out) != len(r.Workloads) {
		return nil, fmt.Errorf("workloads %s: not all of them exist", strings.Join(r.Workloads, ", "))
	}
	return out, nil
}

// inside measures what can be seen in one process only: the snapshot, allocations; and compares all answers.
func (r *runner) inside(ctx context.Context, p Place, sample *Sample, figures *StoreFigures) ([]Pair, error) {
	chosen, err := r.chosen()
	if err != nil {
		return nil, err
	}
	st, err := p.Open(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { _ = st.Close() }()
	read, err := p.Floor(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { _ = read.Close() }()
	r.Progress("%s: building the snapshot", p.Engine)
	e, err := newEdge(ctx, st, read)
	if err != nil {
		return nil, err
	}
	sample.located(e.near.Snapshot())
	figures.BuildSeconds, figures.BuildCPU, figures.SnapshotMB = e.built.Seconds(), e.builtCPU.Seconds(), e.heapMB
	if sample.end.Lintu, err = endCursor(ctx, e); err != nil {
		return nil, err
	}
	if r.Cover && len(r.report.Cover) == 0 { // the snapshot is the same from every engine
		if err := r.cover(ctx, st, e); err != nil {
			return nil, err
		}
	}
	var pairs []Pair
	for _, w := range chosen {
		r.Progress("%s %s: comparing answers, counting allocations", p.Engine, w.Name)
		pair, err := e.pair(ctx, w, p.Engine, w.Cases(sample))
		if err != nil {
			return nil, err
		}
		pairs = append(pairs, *pair)
	}
	return pairs, nil
}

// cover measures W5 on the town's snapshot.
func (r *runner) cover(ctx context.Context, st store.Store, e *edge) error {
	r.Progress("W5: coverage of the whole town")
	area, err := whole(ctx, st)
	if err != nil {
		return err
	}
	f, err := cover(ctx, r.Preset, e.near.Snapshot(), area)
	if err != nil {
		return err
	}
	f.SnapshotMB = e.heapMB
	r.report.Cover = append(r.report.Cover, *f)
	return nil
}

// pair compares the answers to a workload and counts what they cost.
func (e *edge) pair(ctx context.Context, w *Workload, engine string, cases []Case) (*Pair, error) {
	cost, err := e.compare(ctx, w, cases)
	if err != nil {
		return nil, err
	}
	p := &Pair{Workload: w.Name, Title: w.Title, Engine: engine, Cases: len(cases), StoreCalls: cost.StoreCalls, Statements: cost.Statements}
	both := w.targets(cases)
	for _, s := range []struct {
		side   *Side
		target *load.Target
	}{{&p.Lintu, &both.lintu}, {&p.Floor, &both.floor}} {
		h := e.lintu
		if s.side == &p.Floor {
			h = e.floor
		}
		if s.side.Allocations, s.side.AllocatedKB, err = allocations(ctx, h, s.target.Path, s.target.Bodies); err != nil {
			return nil, err
		}
		first, err := ask(ctx, h, s.target.Path, s.target.Bodies[0])
		if err != nil {
			return nil, err
		}
		s.side.AnswerBytes = len(first)
	}
	return p, nil
}

// targets are the workload's requests to both sides; the addresses are not set.
func (w *Workload) targets(cases []Case) *sides {
	s := &sides{lintu: load.Target{Path: "/graphql"}, floor: load.Target{Path: "/" + w.Name}}
	for _, c := range cases {
		s.lintu.Bodies = append(s.lintu.Bodies, graphqlBody(w.Document, c.Lintu))
		s.floor.Bodies = append(s.floor.Bodies, mustJSON(c.Floor))
	}
	return s
}

// outside measures over HTTP, both servers in processes of their own.
func (r *runner) outside(ctx context.Context, p Place, sample *Sample, pairs []Pair, figures *StoreFigures) (err error) {
	r.Progress("%s: starting the server", p.Engine)
	lintu, err := start(ctx, filepath.Join(r.Folder, "lintu-"+p.Engine+".log"), r.binary, append([]string{"serve", "--log-level", "warn", "--limits", "rate=0"}, p.flags()...)...)
	if err != nil {
		return err
	}
	defer lintu.stop()
	figures.ReadySeconds = lintu.Ready.Seconds()
	if r.Peer && p.Engine == SQLite {
		if err := r.peer(ctx, p, sample, lintu); err != nil {
			return err
		}
	}
	floor, err := start(ctx, filepath.Join(r.Folder, "floor-"+p.Engine+".log"), r.Runner, append([]string{"floor"}, p.flags()...)...)
	if err != nil {
		return err
	}
	defer floor.stop()
	for i := range pairs {
		at := slices.IndexFunc(Workloads, func(w *Workload) bool { return w.Name == pairs[i].Workload })
		w := Workloads[at]
		r.Progress("%s %s: %s", p.Engine, w.Name, w.Title)
		both := w.targets(w.Cases(sample))
		both.lintu.Addr, both.floor.Addr = lintu.Addr, floor.Addr
		if err := both.measure(ctx, r.Settings, w.Rate, &pairs[i]); err != nil {
			return fmt.Errorf("%s: %w", w.Name, err)
		}
		r.Progress("%s %s: p50 alone %.2f ms, floor %.2f (%.2f times); at 8 connections %.0f requests/s, floor %.0f (%.2f times)", p.Engine, w.Name,
			pairs[i].Lintu.Alone.P50, pairs[i].Floor.Alone.P50, pairs[i].AloneRatio, pairs[i].Lintu.Eight.PerSecond, pairs[i].Floor.Eight.PerSecond, pairs[i].EightRatio)
	}
	figures.ServerPeakMB, figures.FloorPeakMB = lintu.peakMemory(), floor.peakMemory()
	if ctx.Err() != nil {
		return errors.Join(ctx.Err(), context.Cause(ctx))
	}
	return nil
}
