package load

import (
	"slices"
	"time"
)

// Times are how long the answers of a run took.
type Times struct {
	Requests  int     `json:"requests"`
	PerSecond float64 `json:"perSecond"`
	P50       float64 `json:"p50ms"` // milliseconds, as those below
	P95       float64 `json:"p95ms"`
	P99       float64 `json:"p99ms"`
	Max       float64 `json:"maxMs"`
}

// timesOf sums up the answers of all connections over a run.
func timesOf(parts [][]time.Duration, took time.Duration) Times {
	all := slices.Concat(parts...)
	slices.Sort(all)
	t := Times{Requests: len(all)}
	if len(all) == 0 {
		return t
	}
	t.PerSecond = float64(len(all)) / took.Seconds()
	t.P50, t.P95, t.P99, t.Max = quantile(all, 0.50), quantile(all, 0.95), quantile(all, 0.99), millis(all[len(all)-1])
	return t
}

// quantile is the smallest time that at least the share q of the answers did not exceed.
func quantile(sorted []time.Duration, q float64) float64 {
	n := len(sorted)
	at := int(q*float64(n)+0.999999) - 1
	return millis(sorted[min(max(at, 0), n-1)])
}

func millis(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
