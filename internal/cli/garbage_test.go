package cli

import (
	"runtime/debug"
	"testing"
)

func TestTheLimitOfAnImportGrowsWithWhatItKeeps(t *testing.T) {
	for live, want := range map[uint64]int64{0: leastHeap, 96 << 20: leastHeap, 200 << 20: 300 << 20, 2 << 30: 3 << 30} {
		if got := limitFor(live); got != want {
			t.Errorf("with %d MB kept: %d, want %d", live>>20, got, want)
		}
	}
}

func TestTheHeapIsUnlimitedAgainAfterAnImport(t *testing.T) {
	defer debug.SetGCPercent(debug.SetGCPercent(77))
	before := debug.SetMemoryLimit(-1)
	c := newCollector()
	for _, rows := range []int64{1, 30_000, 60_000, 1} {
		c.step(rows)
	}
	if debug.SetMemoryLimit(-1) == before {
		t.Error("there was no limit")
	}
	c.end()
	if got := debug.SetMemoryLimit(-1); got != before {
		t.Errorf("the limit is %d, was %d", got, before)
	}
	if got := debug.SetGCPercent(77); got != 77 {
		t.Errorf("the percentage is %d", got)
	}
}
