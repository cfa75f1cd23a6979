package cli

import (
	"runtime/debug"
	"runtime/metrics"
)

// garbage is how much garbage an import lets the heap grow by, in bytes. What an import keeps has no pointers, so that a
// collection costs little; but a percentage of what is kept would collect hundreds of times while that is little, and take
// a second large share of the memory when it is much.
const garbage = 96 << 20

// Bounds of the percentage that the runtime is told.
const (
	leastGarbage = 20
	mostGarbage  = 400
)

// garbageSteps is how many rows are worked on between two looks at what is kept.
const garbageSteps = 25_000

// collector keeps the garbage of an import bounded.
type collector struct {
	before int // the percentage that is put back in the end
	looked int64
}

func newCollector() *collector {
	c := &collector{before: debug.SetGCPercent(leastGarbage)}
	c.look()
	return c
}

// step looks at the heap once in many rows; rows begin anew with each pass.
func (c *collector) step(rows int64) {
	if rows < c.looked || rows >= c.looked+garbageSteps {
		c.looked = rows
		c.look()
	}
}

// look sets the percentage of what the last collection has left.
func (c *collector) look() {
	live := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	metrics.Read(live)
	debug.SetGCPercent(percentFor(live[0].Value.Uint64()))
}

func (c *collector) end() { debug.SetGCPercent(c.before) }

// percentFor is the percentage that lets the heap grow by garbage, within bounds.
func percentFor(live uint64) int {
	return int(min(mostGarbage, max(leastGarbage, 100*garbage/max(live, 1))))
}
