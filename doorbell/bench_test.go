package doorbell

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"lintu/kg"
	"lintu/reach"
	"lintu/store/sqlite"
)

// stopwatch takes the time at which the first message after a press is handed over.
type stopwatch struct {
	*scene
	first time.Time
}

func (w *stopwatch) Notify(_ context.Context, m Message) error {
	if w.first.IsZero() && m.Text == textCall {
		w.first = time.Now()
	}
	return nil
}

// BenchmarkPress is a press and the end of its ring, on SQLite, at a door with 300 neighbours; first-p50-ms and
// first-p99-ms are from the press to the first message handed over.
func BenchmarkPress(b *testing.B) {
	s := newScene(b).crowd(300)
	for i := range b.N {
		h := fmt.Sprint("h", i)
		s.Add(h, &kg.Household{Number: h})
		s.Tie(h, kg.PartOf, "house entrance")
	}
	st, err := sqlite.Open(b.Context(), sqlite.Options{Path: filepath.Join(b.TempDir(), "town.db")})
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = st.Close() }()
	for _, batch := range s.Batches() {
		if _, err := st.Apply(b.Context(), batch); err != nil {
			b.Fatal(err)
		}
	}
	snapshot, err := reach.Build(b.Context(), reach.Options{Store: st})
	if err != nil {
		b.Fatal(err)
	}
	watch := &stopwatch{scene: s}
	bell, err := New(Options{Store: st, Clock: s, Notifier: watch, Snapshot: func() *reach.Snapshot { return snapshot }})
	if err != nil {
		b.Fatal(err)
	}
	var first []time.Duration
	b.ResetTimer()
	for i := range b.N {
		watch.first = time.Time{}
		pressed := time.Now()
		s.at += 8 * 24 * time.Hour // so that a week's limit is not in the way
		r, err := bell.Press(b.Context(), Press{Household: s.ID(fmt.Sprint("h", i))})
		if err != nil {
			b.Fatal(err)
		}
		first = append(first, watch.first.Sub(pressed))
		if _, err := bell.Close(b.Context(), r.ID, kg.TestRing, ""); err != nil {
			b.Fatal(err)
		}
	}
	slices.Sort(first)
	b.ReportMetric(float64(first[len(first)/2].Microseconds())/1000, "first-p50-ms")
	b.ReportMetric(float64(first[len(first)*99/100].Microseconds())/1000, "first-p99-ms")
}
