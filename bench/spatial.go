package bench

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"lintu/bench/peers/spatial"
	"lintu/kg"
	"lintu/reach"
	"lintu/store"
)

// SpatialReport is coverage and advice beside Python's spatial programs; it is what stands in results/peers/NAME.json.
type SpatialReport struct {
	Preset  string           `json:"preset"`
	Began   time.Time        `json:"began"`
	Commit  string           `json:"commit"`
	Machine Machine          `json:"machine"`
	Load    float64          `json:"loadAverage"` // of the machine when it began
	Figures *spatial.Figures `json:"figures"`
}

// SpatialOptions say what RunSpatial measures.
type SpatialOptions struct {
	Preset   string
	Seed     uint64
	Root     string // of the project
	Folder   string // for the store and the virtual environment, which are kept for the next run
	Progress func(format string, args ...any)
}

// RunSpatial makes the town, unless an earlier run did, and measures. With an error about what was not reached, the
// report is whole.
func RunSpatial(ctx context.Context, o SpatialOptions) (*SpatialReport, error) {
	if err := os.MkdirAll(o.Folder, 0o755); err != nil {
		return nil, err
	}
	r := &runner{Options: Options{Root: o.Root}}
	report := &SpatialReport{Preset: o.Preset, Began: time.Now().UTC().Truncate(time.Second), Commit: r.commit(ctx), Machine: thisMachine(ctx), Load: loadAverage()}
	snapshot, area, err := spatialTown(ctx, o)
	if err != nil {
		return nil, err
	}
	at := time.Date(2026, 3, 4, 20, 0, 0, 0, snapshot.Location()) // an ordinary Wednesday
	report.Figures, err = spatial.Run(ctx, spatial.Options{Snapshot: snapshot, Area: area, At: at, Folder: filepath.Join(o.Folder, "spatial"), Say: o.Progress})
	if err != nil {
		return nil, err
	}
	if missed := report.Figures.Missed(); len(missed) > 0 {
		return report, errors.New(strings.Join(missed, "\n"))
	}
	return report, nil
}

// spatialTown is the snapshot of a town in SQLite and its whole area.
func spatialTown(ctx context.Context, o SpatialOptions) (*reach.Snapshot, kg.ID, error) {
	p := Place{Engine: SQLite, Path: filepath.Join(o.Folder, o.Preset+".db")}
	st, err := p.Open(ctx)
	if err != nil {
		return nil, "", err
	}
	defer func() { _ = st.Close() }()
	o.Progress("making %s", o.Preset)
	if err := Fill(ctx, st, o.Preset, o.Seed, nil); err != nil {
		return nil, "", err
	}
	snapshot, err := reach.Build(ctx, reach.Options{Store: st})
	if err != nil {
		return nil, "", err
	}
	area, err := wholeArea(ctx, st)
	return snapshot, area, err
}

// wholeArea is the town's highest division with doors: the one that contains most others.
func wholeArea(ctx context.Context, st store.Store) (kg.ID, error) {
	page, err := st.List(ctx, store.Everything, store.ListQuery{Kind: kg.KindDivision, Window: store.Window{Limit: 1000}})
	if err != nil {
		return "", err
	}
	var ids []kg.ID
	for _, e := range page.Edges {
		ids = append(ids, e.Item.Node.Common().ID)
	}
	up := &store.Plan{Steps: []*store.Step{{Key: "up", Relation: kg.PartOf, Direction: kg.Out, On: []kg.Kind{kg.KindDivision}, Kinds: []kg.Kind{kg.KindDivision}, Window: store.Window{Limit: store.NoLimit}, Order: store.Order{By: store.OrderID}}}}
	trees, err := st.Expand(ctx, store.Everything, ids, up)
	if err != nil {
		return "", err
	}
	parent := map[kg.ID]kg.ID{}
	for id, tree := range trees {
		if p := tree["up"]; p != nil && len(p.Edges) > 0 {
			parent[id] = p.Edges[0].Tie.To
		}
	}
	below, best := map[kg.ID]int{}, kg.ID("")
	for _, id := range ids {
		for at := id; at != ""; at = parent[at] {
			below[at]++
		}
	}
	for _, id := range ids { // the lowest of those that contain all
		if best == "" || below[id] > below[best] || below[id] == below[best] && parent[id] == best {
			best = id
		}
	}
	return best, nil
}

// Save writes the report into results/peers and returns its path.
func (r *SpatialReport) Save(results string) (string, error) {
	folder := filepath.Join(results, "peers")
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return "", err
	}
	b, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return "", err
	}
	path := filepath.Join(folder, r.Preset+".json")
	return path, os.WriteFile(path, append(b, '\n'), 0o644)
}

// readSpatial reads the reports that Save wrote into a folder of results.
func readSpatial(results string) ([]*SpatialReport, error) {
	files, err := filepath.Glob(filepath.Join(results, "peers", "*.json"))
	if err != nil {
		return nil, err
	}
	var out []*SpatialReport
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			return nil, err
		}
		r := &SpatialReport{}
		if err := json.Unmarshal(b, r); err != nil {
			return nil, fmt.Errorf("%s: %w", f, err)
		}
		out = append(out, r)
	}
	return out, nil
}

const spatialHead = `
# Beside Python's spatial programs

Written by ` + "`make peers`" + ` from [results/peers](results/peers); what each side gets and what is timed is said in
[bench/peers/spatial](peers/spatial/README.md). Seconds are those of processors, the least of five rounds (of spopt one), on that machine.
`

// spatialTables are reports as Markdown; nothing for none.
func spatialTables(reports []*SpatialReport) string {
	if len(reports) == 0 {
		return ""
	}
	var b strings.Builder
	b.WriteString(spatialHead)
	for _, r := range reports {
		f := r.Figures
		fmt.Fprintf(&b, "\n## %s: %s targets, %s responders, %s buildings\n\n", r.Preset, thousands(f.Targets), thousands(f.Responders), thousands(f.Sites))
		fmt.Fprintf(&b, "%s, commit %s, on %d cores of %s, %s, load %.1f; %s.\n\n", r.Began.Format("2006-01-02"), r.Commit, r.Machine.Cores, r.Machine.Processor, r.Machine.Go, r.Load, strings.Join(f.Versions, ", "))
		b.WriteString("| question | Lintu, s | peer, s | **times faster** | equal |\n| --- | --- | --- | --- | --- |\n")
		row := func(what string, lintu, peer float64, equal string) {
			fmt.Fprintf(&b, "| %s | %.4f | %.4f | **%.1f** | %s |\n", what, lintu, peer, peer/lintu, equal)
		}
		row("responders within 500 m of each target (BallTree); Lintu: all measures", f.Counts.Lintu, f.Counts.Peer, fmt.Sprintf("%d of %d counts (%s pairs)", f.Targets-f.Counts.Different, f.Targets, thousands(f.Counts.Pairs)))
		row("two-step floating catchment (access)", f.Plain.Lintu, f.Plain.Peer, fmt.Sprintf("largest difference %.1g", f.Plain.Worst))
		row("the same with decay", f.Decayed.Lintu, f.Decayed.Peer, fmt.Sprintf("largest difference %.1g", f.Decayed.Worst))
		for _, a := range f.Advice {
			row(fmt.Sprintf("%d places that cover most (spopt MCLP, CBC)", a.Budget), a.Lintu, a.Peer, fmt.Sprintf("%d of at best %d: %.3f", a.Covered, a.Optimum, a.Share()))
		}
	}
	return b.String()
}
