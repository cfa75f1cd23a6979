package bench

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"
)

// filesFloor measures the floor of an import, and of the export where that was measured, with the same files. What it
// writes must be the rows that it was given.
func (r *runner) filesFloor(ctx context.Context, e *emptied, work, from, imported string) (err error) {
	engine := e.Engine
	files, err := e.floor()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, files.Close()) }()
	seconds, err := r.floorFile(engine, imported, func() (int, error) { return files.Import(ctx, from) })
	if err != nil {
		return err
	}
	r.report.file(imported, engine).FloorSeconds = seconds
	exported := r.report.file(anExport, engine)
	if exported == nil {
		return nil
	}
	folder := filepath.Join(work, "floor")
	if err := os.Mkdir(folder, 0o700); err != nil {
		return err
	}
	if exported.FloorSeconds, err = r.floorFile(engine, anExport, func() (int, error) { return files.Export(ctx, folder) }); err != nil {
		return err
	}
	return sameRows(from, folder)
}

func (r *runner) floorFile(engine, what string, do func() (int, error)) (float64, error) {
	r.Progress("%s W6: the floor's %s", engine, what)
	began := time.Now()
	rows, err := do()
	took := time.Since(began).Seconds()
	if err != nil {
		return 0, fmt.Errorf("the floor's %s: %w", what, err)
	}
	if want := r.report.file(what, engine).Rows; rows != want {
		return 0, fmt.Errorf("the floor's %s: %d rows, Lintu's had %d", what, rows, want)
	}
	r.Progress("%s W6: the floor's %s: %.1f s", engine, what, took)
	return took, nil
}

// sameRows compares the CSV files of two folders, whatever the order of rows.
func sameRows(want, got string) error {
	paths, err := filepath.Glob(filepath.Join(want, "*.csv"))
	if err != nil {
		return err
	}
	for _, path := range paths {
		w, err := sortedLines(path)
		if err != nil {
			return err
		}
		name := filepath.Base(path)
		g, err := sortedLines(filepath.Join(got, name))
		if err != nil {
			return err
		}
		if !slices.Equal(w, g) {
			return fmt.Errorf("%s has %d lines, the floor's %d others", name, len(w), len(g))
		}
	}
	return nil
}

func sortedLines(path string) (lines []string, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	in := bufio.NewScanner(f)
	in.Buffer(nil, 16<<20)
	for in.Scan() {
		lines = append(lines, in.Text())
	}
	slices.Sort(lines)
	return lines, in.Err()
}
