package bench

import (
	"cmp"
	"context"
	"slices"
	"time"

	"lintu/bench/load"
)

// Settings say how long and how often is measured.
type Settings struct {
	Rounds  int           `json:"rounds"`  // of each side, in turn
	Round   time.Duration `json:"round"`   // one round of one side
	Fixed   time.Duration `json:"fixed"`   // the run of each side at a fixed rate
	Warm    time.Duration `json:"warm"`    // of each side before the first round
	Seed    uint64        `json:"seed"`    // of the town
	Log     string        `json:"log"`     // level of Lintu's own log
	Network string        `json:"network"` // between client and server
}

// fixedConns bounds the connections of a run at a fixed rate; as many requests can be under way.
const fixedConns = 32

// sides are a workload's questions to both servers.
type sides struct{ lintu, floor load.Target }

// measure fills a pair's figures that come over the network.
func (s *sides) measure(ctx context.Context, set Settings, rate float64, p *Pair) error {
	targets := []*load.Target{&s.lintu, &s.floor}
	for _, t := range targets {
		if _, err := load.Closed(ctx, t, 1, set.Warm); err != nil {
			return err
		}
	}
	both := []*Side{&p.Lintu, &p.Floor}
	for range set.Rounds {
		for i, t := range targets {
			got, err := load.Closed(ctx, t, 1, set.Round)
			if err != nil {
				return err
			}
			both[i].AloneRounds = append(both[i].AloneRounds, got)
		}
		for i, t := range targets {
			got, err := load.Closed(ctx, t, 8, set.Round)
			if err != nil {
				return err
			}
			both[i].EightRounds = append(both[i].EightRounds, got)
		}
	}
	for i, t := range targets {
		var err error
		both[i].FixedRate = rate
		if both[i].Fixed, err = load.Open(ctx, t, rate, fixedConns, set.Fixed); err != nil {
			return err
		}
		both[i].Alone = middle(both[i].AloneRounds, p50)
		both[i].Eight = middle(both[i].EightRounds, perSecond)
	}
	p.AloneRatio = ratio(p.Lintu.AloneRounds, p.Floor.AloneRounds, p50)
	p.EightRatio = ratio(p.Lintu.EightRounds, p.Floor.EightRounds, perSecond)
	return nil
}

func p50(t load.Times) float64       { return t.P50 }
func perSecond(t load.Times) float64 { return t.PerSecond }

// middle is the round whose figure is the median.
func middle(rounds []load.Times, figure func(load.Times) float64) load.Times {
	if len(rounds) == 0 {
		return load.Times{}
	}
	sorted := slices.SortedFunc(slices.Values(rounds), func(a, b load.Times) int { return cmp.Compare(figure(a), figure(b)) })
	return sorted[len(sorted)/2]
}

// ratio is the median of a's figures by b's, round by round.
func ratio(a, b []load.Times, figure func(load.Times) float64) float64 {
	var all []float64
	for i := range min(len(a), len(b)) {
		if under := figure(b[i]); under > 0 {
			all = append(all, figure(a[i])/under)
		}
	}
	if len(all) == 0 {
		return 0
	}
	slices.Sort(all)
	return all[len(all)/2]
}
