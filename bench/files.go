package bench

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"time"

	"lintu/bench/floor"
	"lintu/internal/neo4jtest"
)

// files measures W6: the town written into files, brought into an empty store of the same engine, and once more, which
// changes nothing; and the floor's part of it. Where the Neo4j is not the run's own there is no empty one: the second
// import goes into the store that was exported, and there is no floor.
func (r *runner) files(ctx context.Context, p Place) (err error) {
	work, err := os.MkdirTemp("", "lintu-bench-files")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(work) }()
	export := filepath.Join(work, "export")
	if err := r.file(ctx, p, anExport, "export", export); err != nil {
		return err
	}
	if p.Engine == Neo4j && r.Neo4j != nil {
		return r.file(ctx, p, importAgain, "import", export)
	}
	return r.imports(ctx, p.Engine, work, export)
}

// register measures the import of a file of divisions.
func (r *runner) register(ctx context.Context, engine string) (err error) {
	work, err := os.MkdirTemp("", "lintu-bench-country")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(work) }()
	r.report.Stores = append(r.report.Stores, StoreFigures{Engine: engine, LoadedAverage: loadAverage()})
	if engine == Neo4j && r.Neo4j != nil {
		return r.file(ctx, *r.Neo4j, anImport, "import", r.Country, "--kind", "division")
	}
	return r.imports(ctx, engine, work, r.Country, "--kind", "division")
}

// What is measured of an import.
const (
	anExport    = "export"
	firstImport = "import, server just started"
	anImport    = "import"
	importAgain = "import again" // of the same files, which changes nothing
)

// imports measures an import into an empty store of its own, and once more. A Neo4j that has just started spends a
// third of its processor time on compiling its own code, so that the first import into it counts apart; then it is
// emptied.
func (r *runner) imports(ctx context.Context, engine, work, from string, flags ...string) error {
	e, err := r.emptyStore(ctx, engine, work)
	if err != nil {
		return err
	}
	defer e.end()
	if engine == Neo4j {
		if err := r.file(ctx, e.Place, firstImport, "import", from, flags...); err != nil {
			return err
		}
		r.Progress("%s W6: emptying the store", engine)
		if err := e.server.Clear(ctx); err != nil {
			return err
		}
	}
	for _, what := range []string{anImport, importAgain} {
		if err := r.file(ctx, e.Place, what, "import", from, flags...); err != nil {
			return err
		}
	}
	return r.filesFloor(ctx, e, work, from, anImport)
}

// townFiles measures W6 alone, on a town that stands in files already: into an empty store and out of it.
func (r *runner) townFiles(ctx context.Context, engine string) error {
	work, err := os.MkdirTemp("", "lintu-bench-files")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(work) }()
	r.report.Stores = append(r.report.Stores, StoreFigures{Engine: engine, LoadedAverage: loadAverage()})
	e, err := r.emptyStore(ctx, engine, work)
	if err != nil {
		return err
	}
	defer e.end()
	what := map[string]string{SQLite: anImport, Neo4j: firstImport}[engine]
	if err := r.file(ctx, e.Place, what, "import", r.TownFiles); err != nil {
		return err
	}
	export := filepath.Join(work, "export")
	if err := r.file(ctx, e.Place, anExport, "export", export); err != nil {
		return err
	}
	if err := sameRows(r.TownFiles, export); err != nil {
		return err
	}
	return r.filesFloor(ctx, e, work, export, what)
}

// emptied is an empty store of an engine, and the floor's beside it.
type emptied struct {
	Place
	server *neo4jtest.Server // of a Neo4j
	floor  func() (floor.Files, error)
	end    func()
}

func (r *runner) emptyStore(ctx context.Context, engine, work string) (*emptied, error) {
	if engine == SQLite {
		return &emptied{
			Place: Place{Engine: SQLite, Path: filepath.Join(work, "new.db")},
			floor: func() (floor.Files, error) { return floor.NewFilesInSQLite(filepath.Join(work, "floor.db")) },
			end:   func() {},
		}, nil
	}
	r.report.Machine.Neo4j = neo4jtest.Version()
	own, server, err := startNeo4j(ctx, r.Preset, filepath.Join(work, "password"), func(format string, args ...any) { r.Progress(format, args...) })
	if err != nil {
		return nil, err
	}
	return &emptied{Place: own, server: server, end: server.Close, floor: func() (floor.Files, error) {
		if err := server.Reset(ctx); err != nil {
			return nil, err
		}
		return floor.NewFilesInNeo4j(server.URI, server.User, server.Password, server.Database)
	}}, nil
}

// file runs one command over a folder or file as a process of its own.
func (r *runner) file(ctx context.Context, p Place, what, command, folder string, flags ...string) error {
	r.Progress("%s W6: %s", p.Engine, what)
	cmd := exec.CommandContext(ctx, r.binary, slices.Concat([]string{command, folder, "--json"}, flags, p.flags())...)
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	before, began := pace(), time.Now()
	out, err := cmd.Output()
	took := time.Since(began).Seconds()
	if err != nil {
		var exit *exec.ExitError
		if errors.As(err, &exit) {
			err = fmt.Errorf("%w: %.2000s", err, exit.Stderr)
		}
		return fmt.Errorf("%s: %w", what, err)
	}
	var summary struct{ Rows int }
	if err := json.Unmarshal(out, &summary); err != nil {
		return fmt.Errorf("%s: %w in %.500s", what, err, out)
	}
	f := FileFigures{Engine: p.Engine, What: what, Rows: summary.Rows, Seconds: took, PerSec: float64(summary.Rows) / took, PeakMB: peakOf(cmd.ProcessState),
		CPUSeconds: (cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()).Seconds(), PaceMS: (before + pace()) / 2}
	r.Progress("%s W6: %s: %d rows, %.0f rows/s, %.0f s of CPU, %.0f MB", p.Engine, what, f.Rows, f.PerSec, f.CPUSeconds, f.PeakMB)
	r.report.Files = append(r.report.Files, f)
	return nil
}
