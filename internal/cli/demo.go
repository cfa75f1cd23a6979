package cli

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"lintu/internal/config"
	"lintu/internal/term"
	"lintu/seed"
	"lintu/store"
)

// demoSettings are the settings that a demo takes on its command line; the others can still be given by the
// environment or a file.
var demoSettings = []string{"addr", "store", "store-user", "store-password-file", "store-database", "token-file", "elder-age", "log-level"}

func (p Program) demoCommand() *cobra.Command {
	var preset string
	var number uint64
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "Make a synthetic town and serve it 演示",
		Long: `Makes a synthetic town (合成数据) if it is not there yet, serves it, and prints one question to begin with. Its
figures are those of published articles; no person in it exists.

` + presetLines() + `
The town goes into a SQLite file, or into an empty Neo4j, and never into a store that holds anything else. Ctrl-C is
safe at any moment: a file appears only when it is whole, and a Neo4j is cleared and filled anew by the next start.` + exitCodes,
		Example: `  lintu demo
  lintu demo --preset village --addr 127.0.0.1:9090 --store sqlite:data/village.db
  lintu demo --store neo4j://127.0.0.1:7687 --store-user neo4j --store-password-file password`,
		Args: cobra.NoArgs,
	}
	flags := cmd.Flags()
	flags.StringVar(&preset, "preset", "city", "the town: "+presetNames())
	flags.Uint64Var(&number, "seed", 1, "of the random numbers; the same seed makes the same town")
	config.AddFlags(flags, demoSettings...)
	config.SetDefault(flags, "store", "sqlite:data/demo.db")
	config.SetDefault(flags, "log-level", "warn")
	cmd.RunE = command(func(cmd *cobra.Command) error { return p.demo(cmd, preset, number) })
	return cmd
}

// presetNames are the names of the towns as a sentence lists them.
func presetNames() string {
	names := seed.Names()
	last := len(names) - 1
	return strings.Join(names[:last], ", ") + " or " + names[last]
}

// presetLines are the towns, one a line.
func presetLines() string {
	var b strings.Builder
	for _, name := range seed.Names() {
		town, _ := seed.Preset(name) // it is one of the names
		fmt.Fprintf(&b, "  %-9s %s\n", name, town.About())
	}
	return b.String()
}

// demo is a town that is made and served.
type demo struct {
	*service
	program Program
	preset  seed.Town
	seed    uint64
	made    bool // the town is whole
}

func (p Program) demo(cmd *cobra.Command, preset string, number uint64) error {
	town, err := seed.Preset(preset)
	if err != nil {
		return badUsage("--preset %s: there is no such town; write %s", preset, presetNames())
	}
	if age := town.ElderAge(); age > 0 && !cmd.Flags().Changed("elder-age") {
		config.SetDefault(cmd.Flags(), "elder-age", strconv.Itoa(age))
	}
	cfg, err := p.settings(cmd)
	if err != nil {
		return err
	}
	s, err := newService(p, cfg)
	if err != nil {
		return err
	}
	s.work.out = term.NewProgress(p.Stderr, "")
	s.links = p.Stdout
	d := &demo{service: s, program: p, preset: town, seed: number}
	if err := d.run(cmd.Context(), d.town, d.welcome); err != nil {
		return err
	}
	if !d.made {
		return errors.New("stopped before the town was whole; nothing of it is served, and the next start begins it anew")
	}
	fmt.Fprintln(p.Stdout, "Stopped.")
	return nil
}

// town opens the store with the town, which is made where it is not there yet.
func (d *demo) town(ctx context.Context) (store.Store, error) {
	open := d.inGraph
	if d.cfg.Store.Engine == config.SQLite {
		open = d.inFile
	}
	st, err := open(ctx)
	d.made = err == nil
	return st, err
}

// opening is how a demo's store is opened: always with the same key, so that both engines give the same ids.
func (d *demo) opening() Opening {
	o := d.service.opening()
	key := seed.Key
	o.Key = &key
	return o
}

// fill loads the town into an empty store.
func (d *demo) fill(ctx context.Context, st store.Store) error {
	fmt.Fprintf(d.program.Stderr, "Drawing the town %s ...\n", d.preset.Name()) // which takes a while before the first batch
	label := fmt.Sprintf("making the town %s (synthetic) 生成演示数据", d.preset.Name())
	defer d.work.done()
	return seed.Load(ctx, st, d.preset, seed.Options{
		Seed:     d.seed,
		Progress: func(done, total int) { d.work.step(label, int64(done), int64(total)) },
	})
}

// check says whether an opened store holds this demo's whole town; an error says what it holds instead.
func (d *demo) check(status store.Status) error {
	where := d.where()
	switch want := d.preset.Mark(d.seed); {
	case status.Demo == "":
		return fmt.Errorf("%s is not a demo's, and a demo never writes into other data: choose another store with --store, or serve this one with lintu serve", where)
	case status.Demo != want:
		return fmt.Errorf("%s holds another demo (%s; asked for: %s): %s", where, status.Demo, want, d.advice())
	case status.State != store.StateReady:
		return fmt.Errorf("%s holds a part of a demo only: %s", where, d.advice())
	}
	return nil
}

func (d *demo) where() string {
	if d.cfg.Store.Engine == config.SQLite {
		return d.cfg.Store.Path
	}
	return fmt.Sprintf("the database %s at %s", d.cfg.Store.Database, d.cfg.Store.URI)
}

func (d *demo) advice() string {
	if d.cfg.Store.Engine == config.SQLite {
		return "delete the file, or choose another with --store sqlite:PATH"
	}
	return "ask for that one with --preset and --seed, or choose an empty database with --store or --store-database"
}
