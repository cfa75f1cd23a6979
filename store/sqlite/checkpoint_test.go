package sqlite

import (
	"fmt"
	"os"
	"testing"
	"time"

	"lintu/kg"
	"lintu/store"
)

// written is the size of the WAL after so many small batches, with a round of the keeper after every tenth where there are
// rounds.
func written(t *testing.T, every int64, batches int) int64 {
	t.Helper()
	before := keptEvery
	keptEvery = every
	defer func() { keptEvery = before }()
	s := openEmpty(t)
	for i := range batches {
		rounds := s.keeper.rounds.Load()
		b := &store.Batch{}
		for j := range 5 {
			b.Changes = append(b.Changes, put(&kg.Grid{Base: kg.Base{ID: kg.NewID(kg.KindGrid)}, Name: fmt.Sprint("网格", i, j)}))
		}
		if _, err := s.Apply(t.Context(), b); err != nil {
			t.Fatal(err)
		}
		for asked := (i+1)%10 == 0 && every == 50; asked && s.keeper.rounds.Load() == rounds; {
			time.Sleep(time.Millisecond)
		}
	}
	info, err := os.Stat(s.options.Path + "-wal")
	if err != nil {
		t.Fatal(err)
	}
	page, err := s.List(t.Context(), store.Everything, store.ListQuery{Kind: kg.KindGrid, Window: store.Window{Limit: 0, Count: true}})
	if err != nil || page.Total != 5*batches {
		t.Errorf("%d grids are there, of %d; %v", page.Total, 5*batches, err)
	}
	return info.Size()
}

func TestSmallBatchesAreCopiedIntoTheFileBesideTheWriting(t *testing.T) {
	kept, left := written(t, 50, 200), written(t, 1<<40, 200)
	if kept > left/3 {
		t.Errorf("the WAL has %d kB with the keeper, %d kB without", kept/1000, left/1000)
	}
	t.Logf("%d kB, %d kB", kept/1000, left/1000)
}
