package bench

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"lintu/internal/neo4jtest"
)

// files measures W6: the town written into files, brought into an empty store of the same engine, and once more, which
// changes nothing. Where the Neo4j is not the run's own there is no empty one, and the second import goes into the
// store that was exported.
func (r *runner) files(ctx context.Context, p Place) (err error) {
	work, err := os.MkdirTemp("", "lintu-bench-files")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(work) }()
	export := filepath.Join(work, "export")
	if err := r.file(ctx, p, "export", "export", export); err != nil {
		return err
	}
	empty := Place{Engine: SQLite, Path: filepath.Join(work, "new.db")}
	if p.Engine == Neo4j {
		if r.Neo4j != nil {
			return r.file(ctx, p, "import again", "import", export)
		}
		var end func()
		say := neo4jtest.Logf(func(format string, args ...any) { r.Progress(format, args...) })
		if empty, end, err = startNeo4j(ctx, r.Preset, filepath.Join(work, "password"), say); err != nil {
			return err
		}
		defer end()
	}
	for _, what := range []string{"import", "import again"} {
		if err := r.file(ctx, empty, what, "import", export); err != nil {
			return err
		}
	}
	return nil
}

// file runs one command over a folder as a process of its own.
func (r *runner) file(ctx context.Context, p Place, what, command, folder string) error {
	r.Progress("%s W6: %s", p.Engine, what)
	cmd := exec.CommandContext(ctx, r.binary, append([]string{command, folder, "--json"}, p.flags()...)...)
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	began := time.Now()
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
	f := FileFigures{Engine: p.Engine, What: what, Rows: summary.Rows, Seconds: took, PerSec: float64(summary.Rows) / took, PeakMB: peakOf(cmd.ProcessState)}
	r.Progress("%s W6: %s: %d rows, %.0f rows/s, %.0f MB", p.Engine, what, f.Rows, f.PerSec, f.PeakMB)
	r.report.Files = append(r.report.Files, f)
	return nil
}
