package neo4j

import (
	"bytes"
	"errors"
	"log/slog"
	"strings"
	"testing"

	"lintu/internal/neo4jtest"
	"lintu/kg"
	"lintu/store"
)

// inTurn hands batches over as an import does: each from the moment on when the one before it allows that.
func inTurn(t *testing.T, s *Store, batches ...*store.Batch) []*store.Applied {
	t.Helper()
	done := make([]*store.Applied, len(batches))
	errs := make([]error, len(batches))
	ends := make([]chan struct{}, len(batches))
	for i, b := range batches {
		ready := make(chan struct{})
		ends[i] = make(chan struct{})
		go func() {
			defer close(ends[i])
			done[i], errs[i] = s.ApplyInTurn(t.Context(), b, func() { close(ready) })
		}()
		select {
		case <-ready:
		case <-ends[i]:
		}
	}
	for i := range batches {
		<-ends[i]
		if errs[i] != nil {
			t.Fatalf("%s: %v", batches[i].ID, errs[i])
		}
	}
	return done
}

// beginLoad begins a load on an empty store, which does without indexes from the beginning; said is its log.
func beginLoad(t *testing.T) (s *Store, said *bytes.Buffer) {
	t.Helper()
	s, said = empty(t), &bytes.Buffer{}
	s.log = slog.New(slog.NewTextHandler(said, &slog.HandlerOptions{Level: slog.LevelDebug}))
	applyAll(t, s, &store.Batch{ID: "begin", State: store.StateLoading, Coming: deferFrom})
	return s, said
}

// gridBatches are batches of grids in a town; the first brings the town.
func gridBatches(town *kg.Division, names ...string) (out []*store.Batch) {
	for i, name := range names {
		g := grid(name)
		b := &store.Batch{ID: "batch " + name, Changes: append(puts(g), partOf(kg.NewTieID(), g, town))}
		if i == 0 {
			b.Changes = append(puts(town), b.Changes...)
		}
		out = append(out, b)
	}
	return out
}

func newTestTown() *kg.Division {
	return &kg.Division{Base: kg.Base{ID: kg.NewID(kg.KindDivision)}, Name: "沿江镇", Level: kg.LevelTownship}
}

// gridsIn makes the store ready and counts the grids in its towns.
func gridsIn(t *testing.T, s *Store) int {
	t.Helper()
	applyAll(t, s, &store.Batch{State: store.StateReady})
	counts, err := s.Count(t.Context(), store.Everything, store.CountQuery{Kind: kg.KindGrid, By: store.GroupBy{AreaKind: kg.KindDivision}})
	if err != nil || len(counts) > 1 {
		t.Fatalf("%+v, %v", counts, err)
	}
	if len(counts) == 0 {
		return 0
	}
	return counts[0].Count
}

const waits = "waits for its turn"

func TestABatchIsBegunWhileTheOneBeforeItIsCommitted(t *testing.T) {
	s, said := beginLoad(t)
	done := inTurn(t, s, gridBatches(newTestTown(), "甲", "乙", "丙", "丁")...)
	for i, d := range done {
		if want := store.Revision(i + 1); d.Revision != want || d.Created == 0 {
			t.Errorf("batch %d: %+v", i, d)
		}
	}
	if strings.Contains(said.String(), waits) {
		t.Errorf("batches that only create had to wait:\n%s", said)
	}
	changes, err := s.Changes(t.Context(), 0, 10)
	if err != nil || len(changes) != 4 || changes[3].Revision != 4 || len(changes[3].Ties) != 1 {
		t.Errorf("journal: %+v, %v", changes, err)
	}
	if n := gridsIn(t, s); n != 4 {
		t.Errorf("%d of 4 grids are in the town", n)
	}
}

func TestABatchThatNeedsWhatTheOneBeforeWroteComesAfterIt(t *testing.T) {
	s, said := beginLoad(t)
	town := newTestTown()
	batches := gridBatches(town, "甲", "乙")
	first := batches[0].Changes[1].Node.(*kg.Grid)
	renamed := &kg.Grid{Base: kg.Base{ID: first.ID}, Name: "戊"}
	batches[1].Changes = append(batches[1].Changes, puts(renamed)...)
	done := inTurn(t, s, append(batches, batches[1])...)
	if done[1].Revision != 2 || done[1].Changed != 1 || !done[2].Repeated || done[2].Revision != 2 {
		t.Errorf("%+v, again %+v", done[1], done[2])
	}
	if !strings.Contains(said.String(), waits) {
		t.Error("a change of what the batch before brought did not wait")
	}
	if n := gridsIn(t, s); n != 2 {
		t.Errorf("%d of 2 grids are in the town", n)
	}
}

func TestABatchDoesNotComeAfterOneThatFailed(t *testing.T) {
	s, _ := beginLoad(t)
	town := newTestTown()
	batches := gridBatches(town, "甲", "乙")
	inTurn(t, s, batches[0])
	last, _ := s.load.last()
	failed := &flight{revision: last.revision + 1, load: last.load, creates: true, done: make(chan struct{})}
	s.load.flight = failed
	end := make(chan error)
	go func() {
		_, err := s.ApplyInTurn(t.Context(), batches[1], func() {})
		end <- err
	}()
	close(failed.done)
	if err := <-end; !errors.Is(err, kg.ErrConflict) {
		t.Errorf("after a batch that failed: %v", err)
	}
	if done, err := s.Apply(t.Context(), batches[1]); err != nil || done.Repeated || done.Revision != 2 {
		t.Errorf("sent again: %+v, %v", done, err)
	}
	if n := gridsIn(t, s); n != 2 {
		t.Errorf("%d of 2 grids are in the town", n)
	}
}

func TestABatchThatWasBegunAheadSeesWhoWroteMeanwhile(t *testing.T) {
	s, _ := beginLoad(t)
	town := newTestTown()
	batches := gridBatches(town, "甲", "乙")
	inTurn(t, s, batches[0])
	other := reopen(t, neo4jtest.For(t))
	applyAll(t, other, gridBatches(town, "丙")[0])
	if done := inTurn(t, s, batches[1])[0]; done.Revision != 3 {
		t.Errorf("%+v", done)
	}
	if n := gridsIn(t, s); n != 3 {
		t.Errorf("%d of 3 grids are in the town", n)
	}
}

// The database gives the number of a node that was deleted to another one.
func TestALoadWithoutIndexesIsWholeWhenItIsReady(t *testing.T) {
	s := empty(t)
	indexes, constraints := catalogue(t, s, showIndexes), catalogue(t, s, showConstraints)
	applyAll(t, s, &store.Batch{ID: "begin", State: store.StateLoading, Coming: deferFrom})
	if have := catalogue(t, s, showConstraints); len(have)+len(deferredConstraints()) != len(constraints) {
		t.Errorf("a large load has %d of %d constraints, and does without %d", len(have), len(constraints), len(deferredConstraints()))
	}
	if have := catalogue(t, s, showIndexes); len(have) > 0 {
		t.Errorf("a large load has the indexes %v", have)
	}
	town, gone, stays := newTestTown(), grid("甲"), grid("乙")
	applyAll(t, s, &store.Batch{Changes: append(puts(town, gone, stays), partOf(kg.NewTieID(), stays, town))})
	applyAll(t, s, &store.Batch{Changes: []store.Mutation{{Op: store.DeleteNode, ID: gone.ID}}})
	if _, err := s.Apply(t.Context(), &store.Batch{Changes: []store.Mutation{partOf(kg.NewTieID(), gone, town)}}); !errors.Is(err, kg.ErrNotFound) {
		t.Errorf("a tie of what was deleted: %v", err)
	}
	again := grid("丙")
	applyAll(t, s, &store.Batch{Changes: append(puts(again), partOf(kg.NewTieID(), again, town))})
	if n := gridsIn(t, s); n != 2 {
		t.Errorf("%d of 2 grids are in the town", n)
	}
	if have := catalogue(t, s, showConstraints); !equalLines(have, constraints) {
		t.Errorf("constraints when it is ready: %v, not %v", have, constraints)
	}
	if have := catalogue(t, s, showIndexes); !equalLines(have, indexes) {
		t.Errorf("indexes when it is ready: %v, not %v", have, indexes)
	}
}

func equalLines(a, b []string) bool { return strings.Join(a, "\n") == strings.Join(b, "\n") }

// A store that was cleared and filled anew by others may be at the same revision as what a process remembers.
func TestALoadIsNotTakenForAnotherOne(t *testing.T) {
	s, _ := beginLoad(t)
	town := newTestTown()
	inTurn(t, s, gridBatches(town, "甲")...)
	other := reopen(t, neo4jtest.For(t))
	if err := other.Clear(t.Context()); err != nil {
		t.Fatal(err)
	}
	applyAll(t, other, &store.Batch{State: store.StateLoading}, &store.Batch{Changes: puts(grid("乙"))})
	lost := grid("丙")
	if _, err := s.Apply(t.Context(), &store.Batch{Changes: append(puts(lost), partOf(kg.NewTieID(), lost, town))}); !errors.Is(err, kg.ErrNotFound) {
		t.Errorf("a tie to a town that was cleared away: %v", err)
	}
}
