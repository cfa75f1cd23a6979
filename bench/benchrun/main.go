// Command benchrun measures Lintu on a town and writes the results; see package bench. Its second face, "benchrun
// floor", is the server that Lintu is compared with; the runner starts it by itself.
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
	"strconv"
	"strings"
	"syscall"
	"time"

	"lintu/bench"
)

const usage = `benchrun measures Lintu on a synthetic town, on each engine, beside a floor of hand-written statements.

    go run ./bench/benchrun --preset county --quick
    go run ./bench/benchrun --preset district

Results go to bench/results/PRESET.json, and bench/RESULTS.md is written anew from all that are there. SQLite's stores are
kept in bench/out for the next run; a Neo4j is started, filled and deleted, unless --neo4j names one. Use a machine that
does nothing else.

`

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	run := measure
	args := os.Args[1:]
	if len(args) > 0 && args[0] == "floor" {
		run, args = serveFloor, args[1:]
	}
	err := run(ctx, args)
	switch {
	case err == nil, errors.Is(err, flag.ErrHelp):
	default:
		fmt.Fprintln(os.Stderr, "benchrun:", err)
		os.Exit(1)
	}
}

func measure(ctx context.Context, args []string) error {
	f := flag.NewFlagSet("benchrun", flag.ContinueOnError)
	f.Usage = func() {
		fmt.Fprint(f.Output(), usage)
		f.PrintDefaults()
	}
	o := bench.Options{Settings: bench.Settings{Rounds: 5, Round: 2 * time.Second, Fixed: 10 * time.Second, Warm: 5 * time.Second, Seed: 1}}
	f.StringVar(&o.Preset, "preset", "county", "the town")
	f.Uint64Var(&o.Settings.Seed, "seed", 1, "of the town")
	engines := f.String("engines", "sqlite,neo4j", "which engines, with commas")
	workloads := f.String("workloads", "", "which workloads, with commas: "+strings.Join(names(), ", ")+"; none: all")
	quick := f.Bool("quick", false, "a few minutes: 3 rounds of half a second, fixed rates for 3 s")
	f.IntVar(&o.Settings.Rounds, "rounds", o.Settings.Rounds, "rounds of each side, in turn")
	f.DurationVar(&o.Settings.Round, "round", o.Settings.Round, "length of a round")
	f.DurationVar(&o.Settings.Fixed, "fixed", o.Settings.Fixed, "length of a run at a fixed rate")
	f.DurationVar(&o.Settings.Warm, "warm", o.Settings.Warm, "warm-up of each side")
	f.BoolVar(&o.Cover, "cover", true, "W5 too: the coverage of the whole town, from the snapshot")
	districts := f.String("districts", "", "W5 on made-up towns of so many districts too, with commas: 0.1,1,10 (ten need 4 GB)")
	f.BoolVar(&o.Files, "files", true, "W6 too: export, import, import again")
	f.StringVar(&o.Country, "country", "", "measure nothing but the import of this file of divisions, as make country writes it")
	f.StringVar(&o.TownFiles, "town-files", "", "measure nothing but W6, on this folder, which lintu export wrote of the town")
	f.DurationVar(&o.Rings, "rings", 0, "measure nothing but W7, rings on SQLite, for so long; 5m, or an hour to see that memory stays flat")
	f.BoolVar(&o.Trust, "trust", false, "measure nothing but what scope, masks and the audit trail cost W1 to W4 on SQLite")
	f.StringVar(&o.Binary, "binary", "", "measure this lintu; none: build one")
	f.BoolVar(&o.Peer, "peer", false, "W1 on SQLite beside PostGraphile too (needs PostgreSQL and npm)")
	neo4j := f.String("neo4j", "", "URI of a Neo4j that runs already, empty or filled by an earlier run")
	user := f.String("neo4j-user", "neo4j", "its user")
	password := f.String("neo4j-password-file", "", "file with its password")
	results := f.String("results", "bench/results", "folder for the results")
	if err := f.Parse(args); err != nil {
		return err
	}
	if *quick {
		o.Settings.Rounds, o.Settings.Round, o.Settings.Fixed, o.Settings.Warm = 3, 500*time.Millisecond, 3*time.Second, time.Second
	}
	o.Engines, o.Workloads = list(*engines), list(*workloads)
	for _, n := range list(*districts) {
		v, err := strconv.ParseFloat(n, 64)
		if err != nil || v <= 0 || v > 20 {
			return fmt.Errorf("--districts: %q is no number up to 20", n)
		}
		o.Districts = append(o.Districts, v)
	}
	if *neo4j != "" {
		o.Neo4j = &bench.Place{Engine: bench.Neo4j, URI: *neo4j, User: *user, PasswordFile: *password, Database: "neo4j"}
	}
	if o.Country != "" {
		o.Preset = "country"
	}
	var err error
	if o.Root, err = root(ctx); err != nil {
		return err
	}
	if o.Runner, err = os.Executable(); err != nil {
		return err
	}
	o.Folder = filepath.Join(o.Root, "bench", "out")
	began := time.Now()
	o.Progress = func(format string, args ...any) {
		fmt.Fprintf(os.Stderr, "%5.0fs  %s\n", time.Since(began).Seconds(), fmt.Sprintf(format, args...))
	}
	report, failed := bench.Run(ctx, o)
	if report == nil || len(report.Pairs)+len(report.Files) == 0 && report.Rings == nil && len(report.Trust) == 0 {
		return failed
	}
	path, err := report.Save(*results, report.Preset)
	if err != nil {
		return errors.Join(failed, err)
	}
	o.Progress("written: %s", path)
	if failed != nil {
		return failed
	}
	return bench.WriteTables(*results, filepath.Join(filepath.Dir(*results), "RESULTS.md"))
}

func serveFloor(ctx context.Context, args []string) error {
	f := flag.NewFlagSet("benchrun floor", flag.ContinueOnError)
	at := f.String("store", "", "sqlite:PATH or the URI of a Neo4j")
	user := f.String("store-user", "", "user of a Neo4j")
	password := f.String("store-password-file", "", "file with its password")
	database := f.String("store-database", "neo4j", "its database")
	addr := f.String("addr", "127.0.0.1:0", "where to listen")
	if err := f.Parse(args); err != nil {
		return err
	}
	p := bench.Place{Engine: bench.Neo4j, URI: *at, User: *user, PasswordFile: *password, Database: *database}
	if path, ok := strings.CutPrefix(*at, "sqlite:"); ok {
		p = bench.Place{Engine: bench.SQLite, Path: path}
	}
	return bench.ServeFloor(ctx, p, *addr)
}

// root is the project's folder.
func root(ctx context.Context) (string, error) {
	out, err := exec.CommandContext(ctx, "go", "list", "-m", "-f", "{{.Dir}}").Output()
	if err != nil {
		return "", fmt.Errorf("run this inside the project: %w", err)
	}
	return strings.TrimSpace(string(out)), nil
}

func names() []string {
	var out []string
	for _, w := range bench.Workloads {
		out = append(out, w.Name)
	}
	return out
}

func list(s string) []string {
	if s == "" {
		return nil
	}
	return strings.Split(s, ",")
}
