package filelock

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
)

func TestALockIsHeldByOneAtATimeAndLeavesNothing(t *testing.T) {
	path := filepath.Join(t.TempDir(), "town.lock")
	var holders, most atomic.Int32
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			unlock, err := Take(t.Context(), path, func() {})
			if err != nil {
				t.Error(err)
				return
			}
			defer unlock()
			most.Store(max(most.Load(), holders.Add(1)))
			holders.Add(-1)
		})
	}
	all.Wait()
	if most.Load() != 1 {
		t.Errorf("%d held it at once", most.Load())
	}
	if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the file is still there: %v", err)
	}
}

func TestWaitingForALockIsToldOnceAndEndsWithTheContext(t *testing.T) {
	path := filepath.Join(t.TempDir(), "town.lock")
	unlock, err := Take(t.Context(), path, func() { t.Error("nobody holds it") })
	if err != nil {
		t.Fatal(err)
	}
	defer unlock()
	ctx, cancel := context.WithCancel(t.Context())
	told := 0
	_, err = Take(ctx, path, func() {
		told++
		cancel()
	})
	if !errors.Is(err, context.Canceled) || told != 1 {
		t.Errorf("told %d times, error %v", told, err)
	}
}
