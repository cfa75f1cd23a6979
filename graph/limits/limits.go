package limits

import (
	"runtime"
)

// Limits are all that this package keeps. Zero switches one off.
type Limits struct {
	Document
	// Cost bounds what an answer may take, in objects and what stands for as much work; AnalystCost the same for viewers
	// who are analysts.
	Cost, AnalystCost int
	Nodes             int // nodes of the graph that an answer may hold
	// Rate is how many operations a viewer may begin in a second in the long run, Burst at once. One that costs much counts
	// as several, one more for each CostOfOne.
	Rate  float64
	Burst int
	// Concurrency is how many operations run at a time.
	Concurrency int
}

// CostOfOne is the cost that counts as one operation in a viewer's rate.
const CostOfOne = 1000

// Default are the limits that hold where nothing else is set.
func Default() Limits {
	return Limits{
		Document: Document{Tokens: 1000, Depth: 12, Aliases: 30, Roots: 10, Directives: 20},
		Cost:     5000, AnalystCost: 20000, Nodes: 10000,
		Rate: 50, Burst: 100,
		Concurrency: DefaultConcurrency(),
	}
}

// processors are those of the machine, or of GOMAXPROCS; a server lets Go run more threads than that (httpapi.Processors).
var processors = runtime.GOMAXPROCS(0)

// DefaultConcurrency is four operations for each processor, and at least 16, since those that wait for a store need none.
func DefaultConcurrency() int { return max(16, 4*processors) }

// Viewer is for whom an operation is run, as far as limits ask.
type Viewer struct {
	Key     string // whose operations count together; empty: not counted
	Analyst bool   // may ask for more at once
}
