package bench

import (
	"path/filepath"
	"testing"

	"lintu/reach"
)

// village is a small town in a SQLite file with both sides over it.
func village(t testing.TB) (*edge, *Sample) {
	t.Helper()
	ctx := t.Context()
	p := Place{Engine: SQLite, Path: filepath.Join(t.TempDir(), "village.db")}
	st, err := p.Open(ctx)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = st.Close() })
	if err := Fill(ctx, st, "village", 1, nil); err != nil {
		t.Fatal(err)
	}
	read, err := p.Floor(ctx)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = read.Close() })
	sample, err := NewSample(ctx, st)
	if err != nil {
		t.Fatal(err)
	}
	e, err := newEdge(ctx, st, read)
	if err != nil {
		t.Fatal(err)
	}
	sample.located(e.near.Snapshot())
	end, err := lastPage(ctx, st)
	if err != nil {
		t.Fatal(err)
	}
	sample.end.Floor = map[string]any{"after": endPosition(end)}
	if sample.end.Lintu, err = endCursor(ctx, e); err != nil {
		t.Fatal(err)
	}
	return e, sample
}

func TestEveryWorkloadIsAnsweredAlikeByLintuAndTheFloor(t *testing.T) {
	e, sample := village(t)
	for _, w := range Workloads {
		cost, err := e.compare(t.Context(), w, w.Cases(sample))
		if err != nil {
			t.Error(err)
			continue
		}
		if cost.StoreCalls < 1 || cost.StoreCalls > 2 {
			t.Errorf("%s: %d calls of the store, promised are 1 or 2", w.Name, cost.StoreCalls)
		}
	}
}

func TestADifferenceBetweenTheSidesIsFound(t *testing.T) {
	e, sample := village(t)
	w := *Workloads[0]
	cases := w.Cases(sample)[:1]
	cases[0].Floor = map[string]any{"id": sample.Households[1]}
	if _, err := e.compare(t.Context(), &w, cases); err == nil {
		t.Error("another household's answer passed for this one's")
	}
}

func TestTheCoverageOfAWholeTownIsThatOfThePlainLoop(t *testing.T) {
	st, err := Place{Engine: SQLite, Path: filepath.Join(t.TempDir(), "village.db")}.Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = st.Close() })
	if err := Fill(t.Context(), st, "village", 1, nil); err != nil {
		t.Fatal(err)
	}
	area, err := whole(t.Context(), st)
	if err != nil {
		t.Fatal(err)
	}
	s, err := reach.Build(t.Context(), reach.Options{Store: st})
	if err != nil {
		t.Fatal(err)
	}
	f, err := cover(t.Context(), "village", s, area)
	if err != nil {
		t.Fatal(err)
	}
	if f.Targets == 0 || f.Areas == 0 || f.Ratio <= 0 {
		t.Errorf("nothing was measured: %+v", f)
	}
	made, err := coverScaled(t.Context(), 0.02)
	if err != nil {
		t.Fatal(err)
	}
	if made.Targets < 380 || made.Responders < 1000 || made.Pairs < 10000 || made.Areas != 4*(1+gridsEach) {
		t.Errorf("a fiftieth of a district: %+v", made)
	}
}

func TestTheTreeHasTheSizeThatTheWorkloadNames(t *testing.T) {
	if n := len(tree().Changes); n != 1+2*1720 {
		t.Errorf("%d changes, want a root, 1,720 organizations and as many ties", n)
	}
}

func BenchmarkVillage(b *testing.B) {
	e, sample := village(b)
	for _, w := range Workloads {
		both := w.targets(w.Cases(sample))
		b.Run(w.Name+"/lintu", func(b *testing.B) {
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				if _, err := ask(b.Context(), e.lintu, both.lintu.Path, both.lintu.Bodies[i%len(both.lintu.Bodies)]); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(w.Name+"/floor", func(b *testing.B) {
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				if _, err := ask(b.Context(), e.floor, both.floor.Path, both.floor.Bodies[i%len(both.floor.Bodies)]); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
