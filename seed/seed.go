// Package seed makes deterministic town presets for demos, tests and benchmarks: village (Xinyang in Chengzihe), county
// (Luancheng), town (Sishui, with two rural towns beside its urban part), city (Shishou) and district (Liwan). Figures
// that published articles give are met exactly, on the real codes and names of the statistical
// register; the rest is drawn. People are visibly synthetic. Faults are planted on purpose, with an answer key.
//
// The same preset and seed give the same nodes and ties, byte for byte, on every machine.
//
// Package figures is the table that presets are generated from, package town draws the town's body, package civic the
// organizations and duties on it, package draw has the random numbers.
package seed

import (
	"fmt"
	"slices"
	"strings"

	"lintu/kg"
	"lintu/seed/civic"
	"lintu/seed/figures"
	"lintu/seed/sink"
	"lintu/seed/town"
	"lintu/store"
)

// Key is the fixed key of demos: under it the same things have the same ids on every engine. It protects nothing.
var Key = sink.Key

// Reference is the day on which a demo's graph stands: every tie that holds begins before it.
var Reference = figures.Reference

// Horizon is the day before which nothing that holds on Reference ends, unless it is a planted fault.
var Horizon = figures.Horizon

// Fault is a planted fault: an entry of the answer key.
type Fault = figures.Fault

// presets are the towns by name, in the order in which errors list them.
var presets = []*figures.Figures{&figures.Village, &figures.County, &figures.Town, &figures.City, &figures.District}

// Names are the names of the presets.
func Names() []string {
	var names []string
	for _, f := range presets {
		names = append(names, f.Preset)
	}
	return names
}

// Town is a preset.
type Town struct{ figures *figures.Figures }

// Preset is the town with the name; the error names those that exist.
func Preset(name string) (Town, error) {
	i := slices.Index(Names(), name)
	if i < 0 {
		return Town{}, kg.Invalid("preset", fmt.Sprintf("%q is none", name), strings.Join(Names(), ", "))
	}
	return Town{presets[i]}, nil
}

// Sample is a small town of invented figures that has something of everything that the presets have: for tests.
func Sample() Town { return Town{&figures.Sample} }

// Name is the preset's name.
func (t Town) Name() string { return t.figures.Preset }

// ElderAge is the age from which the town counts people as elderly; 0 where it leaves that to the setting.
func (t Town) ElderAge() int { return t.figures.ElderAge }

// About says in a line what the town is, for the help of commands.
func (t Town) About() string { return t.figures.About }

// Mark is how a store of this town and seed says whose demo it is: "city seed 1".
func (t Town) Mark(seed uint64) string { return fmt.Sprintf("%s seed %d", t.Name(), seed) }

// DefaultBatchSize is the number of changes in a batch where Options say nothing.
const DefaultBatchSize = 5000

// Options say how a town is generated.
type Options struct {
	Seed      uint64
	BatchSize int // nodes and ties in a batch, up to store.MaxBatch; 0: DefaultBatchSize
	// Progress, where set, is called after each batch with the number of changes so far and in all. The total is an
	// estimate until the last call.
	Progress func(done, total int)
}

// Generate makes the town and hands it to emit in batches with the ids seed:NAME:SEED:0001 and so on, in an order in
// which every batch finds the ends of its ties in itself or in earlier ones: divisions, grids, compounds, buildings,
// entrances, households, units, organizations, people, then ties among them; rural towns beside it follow in the same
// order. It ends at emit's first error.
func (t Town) Generate(o Options, emit func(*store.Batch) error) error {
	size := o.BatchSize
	if size == 0 {
		size = DefaultBatchSize
	}
	if size < 1 || size > store.MaxBatch {
		return kg.Invalid("batchSize", fmt.Sprint(o.BatchSize), fmt.Sprintf("1 to %d", store.MaxBatch))
	}
	total := t.figures.Changes
	progress := func(done int) {
		if o.Progress != nil {
			o.Progress(done, max(total, done))
		}
	}
	sink := sink.New(fmt.Sprintf("seed:%s:%d", t.Name(), o.Seed), size, emit, progress)
	t.build(o.Seed, sink)
	done, err := sink.Close()
	if err != nil {
		return fmt.Errorf("generating %s: %w", t.Mark(o.Seed), err)
	}
	total = done
	progress(done)
	return nil
}

// Faults is the answer key of the town with the seed: every planted fault, by code and id.
func (t Town) Faults(seed uint64) []Fault {
	faults := t.build(seed, sink.New("", 1, nil, nil))
	figures.SortFaults(faults)
	return faults
}

// build emits the town and what is beside it, and gives the faults that were planted.
func (t Town) build(seed uint64, out *sink.Sink) []figures.Fault {
	faults, people := emit(town.New(t.figures, seed, out)), t.figures.People
	for _, f := range t.figures.Beside {
		w := town.New(f, seed, out)
		w.Beside, w.Numbered = true, people
		people += f.People
		faults = append(faults, emit(w)...)
	}
	return faults
}

func emit(w *town.World) []figures.Fault {
	w.Build()
	w.EmitAreas()
	w.EmitEstates()
	w.EmitHomes()
	w.EmitUnits()
	c := civic.New(w)
	c.EmitBodies()
	w.EmitPeople()
	c.EmitTies()
	return w.Faults
}
