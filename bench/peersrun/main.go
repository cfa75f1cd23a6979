// Command peersrun measures coverage and advice beside Python's spatial programs and writes the results; see package
// bench/peers/spatial.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"lintu/bench"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:]); err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "peersrun:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	f := flag.NewFlagSet("peersrun", flag.ContinueOnError)
	o := bench.SpatialOptions{}
	f.StringVar(&o.Preset, "preset", "county", "the town")
	f.Uint64Var(&o.Seed, "seed", 1, "of the town")
	results := f.String("results", "bench/results", "folder for the results")
	if err := f.Parse(args); err != nil {
		return err
	}
	out, err := exec.CommandContext(ctx, "go", "list", "-m", "-f", "{{.Dir}}").Output()
	if err != nil {
		return fmt.Errorf("run this inside the project: %w", err)
	}
	o.Root = strings.TrimSpace(string(out))
	o.Folder = filepath.Join(o.Root, "bench", "out")
	began := time.Now()
	o.Progress = func(format string, args ...any) {
		fmt.Fprintf(os.Stderr, "%5.0fs  %s\n", time.Since(began).Seconds(), fmt.Sprintf(format, args...))
	}
	report, failed := bench.RunSpatial(ctx, o)
	if report == nil {
		return failed
	}
	path, err := report.Save(*results)
	if err != nil {
		return errors.Join(failed, err)
	}
	o.Progress("written: %s", path)
	return errors.Join(failed, bench.WriteTables(*results, filepath.Join(filepath.Dir(*results), "RESULTS.md")))
}
