package cli

import (
	"runtime/debug"
	"testing"
)

func TestAnImportCollectsOftenerTheMoreItKeeps(t *testing.T) {
	for live, want := range map[uint64]int{0: mostGarbage, 1 << 20: mostGarbage, 48 << 20: 200, 96 << 20: 100, 192 << 20: 50, 4 << 30: leastGarbage} {
		if got := percentFor(live); got != want {
			t.Errorf("with %d MB kept: %d %%, want %d", live>>20, got, want)
		}
	}
}

func TestTheCollectorIsPutBackAsItWas(t *testing.T) {
	before := debug.SetGCPercent(77)
	defer debug.SetGCPercent(before)
	c := newCollector()
	for _, rows := range []int64{1, 30_000, 60_000, 1} {
		c.step(rows)
	}
	c.end()
	if got := debug.SetGCPercent(77); got != 77 {
		t.Errorf("%d", got)
	}
}
