package bench

import (
	"context"
	"os"
	"os/exec"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
)

// Machine is what a run was made on and with.
type Machine struct {
	Processor string            `json:"processor"`
	Cores     int               `json:"cores"`
	MemoryGB  float64           `json:"memoryGB"`
	System    string            `json:"system"`
	Go        string            `json:"go"`
	Modules   map[string]string `json:"modules"` // versions that figures depend on
	Neo4j     string            `json:"neo4j,omitempty"`
	Java      string            `json:"java,omitempty"`
}

// measured are the modules whose versions a report names.
var measured = []string{"github.com/99designs/gqlgen", "modernc.org/sqlite", "github.com/neo4j/neo4j-go-driver/v5"}

func thisMachine(ctx context.Context) Machine {
	m := Machine{Cores: runtime.NumCPU(), System: runtime.GOOS + "/" + runtime.GOARCH, Go: runtime.Version(), Modules: map[string]string{}}
	m.Processor = firstValue("/proc/cpuinfo", "model name")
	if kb, err := strconv.ParseFloat(strings.TrimSuffix(firstValue("/proc/meminfo", "MemTotal"), " kB"), 64); err == nil {
		m.MemoryGB = float64(int(kb*1024/1e8)) / 10
	}
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, d := range info.Deps {
			for _, path := range measured {
				if d.Path == path {
					m.Modules[path] = d.Version
				}
			}
		}
	}
	if out, err := exec.CommandContext(ctx, "java", "-version").CombinedOutput(); err == nil {
		m.Java, _, _ = strings.Cut(string(out), "\n")
	}
	return m
}

// firstValue is what stands behind a name in a file of "name : value" lines; empty where there is no such file.
func firstValue(path, name string) string {
	b, err := os.ReadFile(path)
	if err != nil {
		return ""
	}
	for line := range strings.SplitSeq(string(b), "\n") {
		key, value, ok := strings.Cut(line, ":")
		if ok && strings.TrimSpace(key) == name {
			return strings.TrimSpace(value)
		}
	}
	return ""
}

// loadAverage is the machine's, over the last minute; 0 where the system does not tell.
func loadAverage() float64 {
	b, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return 0
	}
	first, _, _ := strings.Cut(string(b), " ")
	v, _ := strconv.ParseFloat(first, 64)
	return v
}

// paceSteps are those of the loop that pace times.
const paceSteps = 200_000_000

// paced keeps the loop from being left out.
var paced atomic.Uint64

// pace is how many milliseconds a fixed loop of arithmetic takes on one processor now. On a machine that others use too it
// says what seconds of just then are worth; where a ratio is measured in one run it is not needed.
func pace() float64 {
	began := time.Now()
	x := uint64(1)
	for range paceSteps {
		x = x*6364136223846793005 + 1442695040888963407
	}
	paced.Store(x)
	return float64(time.Since(began).Microseconds()) / 1000
}
