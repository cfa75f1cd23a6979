package bench

import (
	"context"
	"fmt"
	"math"
	"runtime"
	"slices"
	"strings"
	"time"

	"lintu/coverage"
	"lintu/geo"
	"lintu/kg"
	"lintu/reach"
	"lintu/seed"
	"lintu/store"
)

// CoverFigures are W5: the coverage of a whole town, from its snapshot, in this process. Times are of the round that
// is the median; where one thread is said, the process has one processor.
type CoverFigures struct {
	Town       string  `json:"town"`
	Targets    int     `json:"targets"`
	Spots      int     `json:"spots"` // the distinct places of targets
	Responders int     `json:"responders"`
	Pairs      int     `json:"pairs"` // of targets and responders within the radius
	Rounds     int     `json:"rounds"`
	PlainMS    float64 `json:"plainMS"`    // the plain loop over a grid of the same arrays, one thread
	AskMS      float64 `json:"askMS"`      // targets, covered, nearest and the rest of the measures from the snapshot, one thread
	Ratio      float64 `json:"ratio"`      // the median of the rounds' ratios
	SceneMS    float64 `json:"sceneMS"`    // of AskMS, choosing targets and judging responders
	Areas      int     `json:"areas"`      // communities and grids
	WithAreas  float64 `json:"withAreas"`  // ms: the town with its areas, asked for the first time
	AgainMS    float64 `json:"againMS"`    // the same again
	BandMS     float64 `json:"bandMS"`     // every hour of the workdays from 8 to 18
	WeekSecond float64 `json:"weekSecond"` // the 168 hours, on all processors
	SupplyMS   float64 `json:"supplyMS"`   // two-step floating catchment with decay
	DutyMS     float64 `json:"dutyMS"`     // who is named for the targets
	SnapshotMB float64 `json:"snapshotMB"` // live heap of the snapshot, with one day's view
	HeapMB     float64 `json:"heapMB"`     // and of all that was asked and is kept
}

// coverRounds is how often each side is measured, in turn.
const coverRounds = 5

// coverRadius is the radius of W5's questions in metres.
const coverRadius = 500

// cover measures W5 on a snapshot.
func cover(ctx context.Context, town string, s *reach.Snapshot, area kg.ID) (*CoverFigures, error) {
	at, err := time.Parse(time.RFC3339, evening)
	if err != nil {
		return nil, err
	}
	everything := store.Scope{All: true}
	q := coverage.Query{Area: area, Radius: coverRadius, When: coverage.When{At: at}, Scope: everything}
	scene := reach.SceneQuery{Area: area, Date: kg.DateOf(at, s.Location()), Scope: everything}
	if _, err := s.Scene(scene); err != nil { // makes the view of the day
		return nil, err
	}
	f := &CoverFigures{Town: town, Rounds: coverRounds}
	if err := f.compare(ctx, s, q, scene); err != nil {
		return nil, err
	}
	return f, f.rest(ctx, s, q)
}

// compare measures the question beside the plain loop, in turn, on one processor.
func (f *CoverFigures) compare(ctx context.Context, s *reach.Snapshot, q coverage.Query, scene reach.SceneQuery) error {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	var plains, asks, scenes, ratios []float64
	for range coverRounds {
		var err error
		var sc *reach.Scene
		made := timed(func() { sc, err = s.Scene(scene) })
		if err != nil {
			return err
		}
		st := sc.Stand(q.When.At)
		runtime.GC()
		var want plainly
		plain := timed(func() { want = plainLoop(sc, st, q.Radius) })
		runtime.GC()
		var m coverage.Measures
		asked := timed(func() {
			var c *coverage.Coverage
			if c, err = coverage.New(func() *reach.Snapshot { return s }).Ask(ctx, q); err == nil {
				m = c.Measures()
			}
		})
		if err != nil {
			return err
		}
		if err := want.agrees(sc, m); err != nil {
			return err
		}
		f.Targets, f.Spots, f.Responders, f.Pairs = m.Targets, len(sc.Spots), st.Located, want.pairs
		plains, asks, scenes, ratios = append(plains, plain), append(asks, asked), append(scenes, made), append(ratios, asked/plain)
	}
	f.PlainMS, f.AskMS, f.SceneMS, f.Ratio = median(plains), median(asks), median(scenes), median(ratios)
	return nil
}

// rest measures what else is asked, each for the first time.
func (f *CoverFigures) rest(ctx context.Context, s *reach.Snapshot, q coverage.Query) error {
	e := coverage.New(func() *reach.Snapshot { return s })
	var failed error
	try := func(ask func() error) float64 {
		runtime.GC()
		return timed(func() {
			if err := ask(); err != nil && failed == nil {
				failed = err
			}
		})
	}
	whole := func() error {
		c, err := e.Ask(ctx, q)
		if err != nil {
			return err
		}
		c.Measures()
		f.Areas = 0
		for _, level := range []reach.AreaLevel{reach.AreaLevel(kg.LevelCommunity), reach.AreaLevel(kg.LevelVillage), reach.LevelGrid} {
			for _, a := range c.Areas(level) {
				a.Measures()
				f.Areas++
			}
		}
		return nil
	}
	f.WithAreas = try(whole)
	f.AgainMS = try(whole)
	f.SupplyMS = try(func() error {
		c, err := e.Ask(ctx, q)
		if err == nil {
			c.Supply(true)
		}
		return err
	})
	f.WeekSecond = try(func() error {
		c, err := e.Ask(ctx, q)
		if err == nil {
			_, err = c.Week(ctx, 0)
		}
		return err
	}) / 1000
	from := kg.DateOf(q.When.At, s.Location())
	f.BandMS = try(func() error {
		band := q
		band.When = coverage.When{Band: coverage.WorkdayDay, From: from}
		_, err := e.Ask(ctx, band)
		return err
	})
	f.DutyMS = try(func() error {
		duty := q
		duty.Provider.Duty = &reach.DutyWhere{}
		_, err := e.Ask(ctx, duty)
		return err
	})
	f.HeapMB = float64(liveHeap()) / 1e6
	runtime.KeepAlive(e)
	return failed
}

// plainly is what the plain loop finds: what a program without any of this would hold and do.
type plainly struct {
	pairs     int
	reached   int     // targets with a responder within the radius, by the spot's people alone
	farthest  float64 // of the nearest responders of these, in metres
	excluding bool    // there are targets for which somebody does not count, whom it counts
}

// plainLoop goes through the places of targets once, with the responders of each building in one number: people of the
// target's own household, refusals and limits are not asked.
func plainLoop(sc *reach.Scene, st *reach.Standing, radius float64) plainly {
	var out plainly
	counts := make([]int32, len(sc.Stations))
	for _, at := range st.Station {
		if at >= 0 {
			counts[at]++
		}
	}
	farthest := 0.0
	for i := range sc.Spots {
		s := &sc.Spots[i]
		n, nearest := 0, math.Inf(1)
		sc.Grid.Within(s.Point, radius, func(k int, chord2 float64) bool {
			if counts[k] > 0 {
				n += int(counts[k])
				nearest = min(nearest, chord2)
			}
			return true
		})
		if n > 0 {
			out.reached += int(s.To - s.From)
			out.pairs += n * int(s.To-s.From)
			farthest = max(farthest, nearest)
		}
	}
	out.farthest = geo.Metres(farthest)
	out.excluding = slices.ContainsFunc(sc.Targets, func(t reach.SceneTarget) bool { return len(t.Without) > 0 }) ||
		slices.ContainsFunc(sc.Candidates, func(c reach.SceneCandidate) bool { return !math.IsInf(c.Limit, 1) })
	return out
}

// agrees compares: where nobody is left out at a door both say the same, else coverage has at most as many.
func (p plainly) agrees(sc *reach.Scene, m coverage.Measures) error {
	nearer := p.reached > 0 && (m.Nearest.Max == nil || *m.Nearest.Max < p.farthest)
	if m.Targets != len(sc.Targets) || m.Covered > p.reached || (!p.excluding && m.Covered != p.reached) || nearer && !p.excluding {
		return fmt.Errorf("W5: coverage says %d of %d, the plain loop %d of %d", m.Covered, m.Targets, p.reached, len(sc.Targets))
	}
	return nil
}

// timed is how many milliseconds something takes.
func timed(do func()) float64 {
	began := time.Now()
	do()
	return float64(time.Since(began)) / float64(time.Millisecond)
}

func median(values []float64) float64 {
	slices.Sort(values)
	return values[len(values)/2]
}

// whole is the division at the highest level that has targets: all of the town.
func whole(ctx context.Context, st store.Store) (kg.ID, error) {
	q := store.ListQuery{Kind: kg.KindDivision, Order: store.Order{By: store.OrderID}, Window: store.Window{Limit: store.NoLimit}}
	page, err := st.List(ctx, store.View{Scope: store.Scope{All: true}, AsOf: seed.Reference}, q)
	if err != nil {
		return "", err
	}
	levels := kg.Levels.Names()
	best, found := len(levels), kg.ID("")
	for _, e := range page.Edges {
		d, ok := e.Item.Node.(*kg.Division)
		if !ok {
			continue
		}
		if at := slices.Index(levels, string(d.Level)); at >= 0 && at < best {
			best, found = at, d.ID
		}
	}
	if found == "" {
		return "", fmt.Errorf("W5: this town has no division")
	}
	return found, nil
}

// coverTable writes W5.
func (r *Report) coverTable(b *strings.Builder) {
	if len(r.Cover) == 0 {
		return
	}
	b.WriteString("\n| W5, from the snapshot | targets at spots | pairs within 500 m | plain grid loop, ms | all measures, ms | **ratio** | with communities and grids, ms | again | band, ms | 168 hours, s | two-step, ms | by duty, ms | snapshot, MB | with answers |\n" +
		"| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |\n")
	for _, f := range r.Cover {
		fmt.Fprintf(b, "| %s | %s at %s | %s | %s | %s | **%.2f** | %s for %s | %s | %s | %s | %s | %s | %.0f | %.0f |\n", f.Town, thousands(f.Targets), thousands(f.Spots), thousands(f.Pairs),
			ms(f.PlainMS), ms(f.AskMS), f.Ratio, ms(f.WithAreas), thousands(f.Areas), ms(f.AgainMS), ms(f.BandMS), ms(f.WeekSecond), ms(f.SupplyMS), ms(f.DutyMS), f.SnapshotMB, f.HeapMB)
	}
}
