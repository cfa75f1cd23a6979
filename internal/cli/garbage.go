package cli

import (
	"runtime/debug"
	"runtime/metrics"
)

// What an import keeps has no pointers, so that collecting costs little each time; but a percentage of what is kept, with
// which the runtime is content, collects a thousand times while that is little and takes as much again when it is much.
// So the heap of an import has a limit: one that is enough for a country, and half as much again as is kept beyond.
const (
	leastHeap    = 160 << 20
	heapPercent  = 400 // so that the limit decides
	rowsForALook = 25_000
)

// collector limits the heap while an import runs.
type collector struct {
	percent int // as it was
	limit   int64
	looked  int64
}

func newCollector() *collector {
	return &collector{percent: debug.SetGCPercent(heapPercent), limit: debug.SetMemoryLimit(leastHeap)}
}

// step looks at the heap once in many rows; rows begin anew with each pass.
func (c *collector) step(rows int64) {
	if rows >= c.looked && rows < c.looked+rowsForALook {
		return
	}
	c.looked = rows
	live := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	metrics.Read(live)
	debug.SetMemoryLimit(min(c.limit, limitFor(live[0].Value.Uint64()))) // one from outside stays
}

// end puts everything back as it was.
func (c *collector) end() {
	debug.SetMemoryLimit(c.limit)
	debug.SetGCPercent(c.percent)
}

// limitFor is the limit where so many bytes are kept.
func limitFor(live uint64) int64 { return int64(max(leastHeap, min(live, 1<<40)/2*3)) }
