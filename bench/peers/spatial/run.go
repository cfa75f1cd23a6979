package spatial

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"time"

	"lintu/coverage"
	"lintu/geo"
	"lintu/kg"
	"lintu/reach"
	"lintu/store"
)

//go:embed install.sh
var install []byte

//go:embed requirements.txt
var requirements []byte

//go:embed peers.py
var script []byte

const (
	radius = 500.0
	rounds = 5
	// noPlace is a kind of place that no town has, so that an advice begins with nothing open.
	noPlace = "bench"
)

// budgets are the numbers of places that are advised.
var budgets = []int{10, 25, 50}

// Options say what is measured and where.
type Options struct {
	Snapshot *reach.Snapshot
	Area     kg.ID
	At       time.Time
	Folder   string // where the virtual environment is kept between runs
	Say      func(format string, args ...any)
}

// Figures are what was measured; seconds are those of processors, the least of some rounds, which a busy machine spoils
// least.
type Figures struct {
	Targets    int      `json:"targets"` // that have a point
	Responders int      `json:"responders"`
	Sites      int      `json:"sites"`
	Versions   []string `json:"versions"`

	Counts  Counts   `json:"counts"`
	Plain   Ratios   `json:"plain"`   // two-step floating catchment
	Decayed Ratios   `json:"decayed"` // with decay
	Advice  []Advice `json:"advice"`
}

// Counts are responders within the radius of every target, by scikit-learn's ball tree. Lintu's time is that of
// everything that a coverage tells of an area.
type Counts struct {
	Pairs     int     `json:"pairs"`
	Different int     `json:"different"` // targets whose counts are not equal
	Lintu     float64 `json:"lintuSeconds"`
	Peer      float64 `json:"peerSeconds"`
}

// Ratios are the targets' ratios by PySAL access.
type Ratios struct {
	Worst float64 `json:"worst"` // largest relative difference of a target
	Lintu float64 `json:"lintuSeconds"`
	Peer  float64 `json:"peerSeconds"`
}

// Advice is how many targets so many places cover: as advised, and at best by spopt.
type Advice struct {
	Budget  int     `json:"budget"`
	Covered int     `json:"covered"`
	Optimum int     `json:"optimum"`
	Status  string  `json:"status"` // of the solver
	Lintu   float64 `json:"lintuSeconds"`
	Peer    float64 `json:"peerSeconds"`
}

// Share is the advice's part of the optimum.
func (a Advice) Share() float64 { return float64(a.Covered) / float64(a.Optimum) }

// What must be reached.
const (
	MaxDifference = 1e-9 // relative, of a ratio
	MinShare      = 0.97 // of the optimum
	MinFaster     = 50   // times the solver
)

// Missed says what was not reached, one a line.
func (f *Figures) Missed() []string {
	var out []string
	miss := func(format string, args ...any) { out = append(out, fmt.Sprintf(format, args...)) }
	if f.Counts.Different > 0 {
		miss("%d of %d counts differ from the ball tree's", f.Counts.Different, f.Targets)
	}
	for _, r := range []Ratios{f.Plain, f.Decayed} {
		if r.Worst > MaxDifference {
			miss("a ratio differs from access's by %.2g", r.Worst)
		}
	}
	for _, a := range f.Advice {
		if a.Status != "Optimal" {
			miss("%d places: the solver says %s", a.Budget, a.Status)
		}
		if a.Share() < MinShare {
			miss("%d places cover %.3f of the optimum", a.Budget, a.Share())
		}
		if a.Peer < MinFaster*a.Lintu {
			miss("%d places take a part of 1/%.0f of the solver's time", a.Budget, a.Peer/a.Lintu)
		}
	}
	return out
}

// Run measures both sides.
func Run(ctx context.Context, o Options) (*Figures, error) {
	f := &Figures{}
	c, err := o.own(ctx, f)
	if err != nil {
		return nil, err
	}
	t, err := newTown(o.Snapshot, c, o.Area, o.At)
	if err != nil {
		return nil, err
	}
	work, err := os.MkdirTemp("", "lintu-spatial")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(work) }()
	if err := t.export(work, question{radius, geo.EarthRadius, budgets, rounds}, o.Area); err != nil {
		return nil, err
	}
	f.Targets, f.Responders, f.Sites = len(t.targets), t.stand.Located, len(t.scene.Sites(o.Area))
	theirs, err := o.ask(ctx, work)
	if err != nil {
		return nil, err
	}
	f.take(theirs)
	return f, nil
}

// query is the question about people.
func (o *Options) query() coverage.Query {
	return coverage.Query{Area: o.Area, Radius: radius, When: coverage.When{At: o.At}, Scope: store.Everything.Scope}
}

// own measures Lintu, each time by an engine that has answered nothing.
func (o *Options) own(ctx context.Context, f *Figures) (c *coverage.Coverage, err error) {
	o.Say("asking Lintu")
	fresh := func(q coverage.Query) (*coverage.Coverage, error) {
		return coverage.New(func() *reach.Snapshot { return o.Snapshot }).Ask(ctx, q)
	}
	f.Counts.Lintu, err = timed(func() error {
		if c, err = fresh(o.query()); err == nil {
			c.Measures()
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	for n, into := range []*float64{&f.Plain.Lintu, &f.Decayed.Lintu} {
		*into, err = timed(func() error {
			if c, err = fresh(o.query()); err == nil {
				c.Supply(n == 1)
			}
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	places := o.query()
	places.Provider.Places = &reach.PlaceWhere{Kinds: []string{noPlace}}
	for _, budget := range budgets {
		a := Advice{Budget: budget}
		a.Lintu, err = timed(func() error {
			of, err := fresh(places)
			if err != nil {
				return err
			}
			got, err := of.Advise(ctx, coverage.AdviceQuery{Budget: budget})
			if err == nil {
				a.Covered = got.After.Covered
			}
			return err
		})
		if err != nil {
			return nil, err
		}
		f.Advice = append(f.Advice, a)
	}
	return c, nil
}

// timed is the least processor seconds of some rounds, the collector's included.
func timed(work func() error) (float64, error) {
	all := make([]float64, rounds)
	for i := range all {
		began := processor()
		if err := work(); err != nil {
			return 0, err
		}
		all[i] = (processor() - began).Seconds()
	}
	return slices.Min(all), nil
}

// answer is what peers.py writes.
type answer struct {
	Versions []string `json:"versions"`
	BallTree struct {
		Seconds   float64 `json:"seconds"`
		Pairs     int     `json:"pairs"`
		Different int     `json:"different"`
	} `json:"ballTree"`
	Plain   accessAnswer `json:"plain"`
	Decayed accessAnswer `json:"decayed"`
	MCLP    []struct {
		Budget  int     `json:"budget"`
		Seconds float64 `json:"seconds"`
		Covered int     `json:"covered"`
		Status  string  `json:"status"`
	} `json:"mclp"`
}

type accessAnswer struct {
	Seconds float64 `json:"seconds"`
	Worst   float64 `json:"worst"`
}

// ask installs what is missing and runs peers.py over an exported town.
func (o *Options) ask(ctx context.Context, work string) (*answer, error) {
	for name, text := range map[string][]byte{"install.sh": install, "requirements.txt": requirements, "peers.py": script} {
		if err := os.WriteFile(filepath.Join(work, name), text, 0o755); err != nil {
			return nil, err
		}
	}
	o.Say("installing access, spopt and scikit-learn")
	if out, err := exec.CommandContext(ctx, "sh", filepath.Join(work, "install.sh"), o.Folder).CombinedOutput(); err != nil {
		return nil, fmt.Errorf("installing: %w\n%s", err, out)
	}
	o.Say("asking them")
	cmd := exec.CommandContext(ctx, filepath.Join(o.Folder, "venv", "bin", "python"), filepath.Join(work, "peers.py"), work)
	cmd.Env = append(os.Environ(), "OMP_NUM_THREADS=1", "OPENBLAS_NUM_THREADS=1")
	if out, err := cmd.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("peers.py: %w\n%s", err, out)
	}
	text, err := os.ReadFile(filepath.Join(work, "answer.json"))
	if err != nil {
		return nil, err
	}
	a := &answer{}
	return a, json.Unmarshal(text, a)
}

// take puts the peers' figures beside Lintu's.
func (f *Figures) take(a *answer) {
	f.Versions = a.Versions
	f.Counts.Peer, f.Counts.Pairs, f.Counts.Different = a.BallTree.Seconds, a.BallTree.Pairs, a.BallTree.Different
	f.Plain.Peer, f.Plain.Worst = a.Plain.Seconds, a.Plain.Worst
	f.Decayed.Peer, f.Decayed.Worst = a.Decayed.Seconds, a.Decayed.Worst
	for i := range f.Advice {
		m := a.MCLP[i]
		f.Advice[i].Peer, f.Advice[i].Optimum, f.Advice[i].Status = m.Seconds, m.Covered, m.Status
	}
}
