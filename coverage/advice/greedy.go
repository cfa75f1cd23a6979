package advice

import (
	"context"
	"fmt"
	"slices"

	"lintu/kg"
)

// Greedy takes what is fixed, in that order and whatever it adds, and then at most budget steps, each the item that adds
// most, of equal ones the first. It ends early where nothing adds anything. The budget does not count what is fixed. Of a
// fixed choice between several items the one is taken that adds most, of those that are not used up; where all are, the
// first.
// The error is kg.ErrInvalid for a malformed problem, or the context's.
//
// It is lazy: since gains only ever fall, an item is looked at again only when its gain at an earlier step exceeds
// what is found to be the best. The answer is that of looking at all of them at every step.
func Greedy(ctx context.Context, p *Problem, fixed [][]int32, budget int) (done, steps []Step, _ error) {
	if err := p.check(fixed); err != nil {
		return nil, nil, err
	}
	if budget < 0 {
		return nil, nil, fmt.Errorf("advice: %w", kg.Invalid("budget", fmt.Sprint(budget), "0 or more"))
	}
	s := newSolver(p)
	used := make(map[int32]int32, len(fixed))
	for _, choice := range fixed {
		item := s.best(choice, used)
		used[item]++
		done = append(done, s.take(item))
	}
	q := s.bounds(used)
	for len(steps) < budget && len(q) > 0 {
		if err := ctx.Err(); err != nil {
			return nil, nil, err
		}
		best := &q[0]
		if best.step != s.step { // known from an earlier step: what it adds now may be less
			best.gain, best.step = s.gain(best.item), s.step
			if best.gain == 0 {
				q.pop()
			} else {
				q.down(0)
			}
			continue
		}
		steps = append(steps, s.take(best.item))
		if best.times--; best.times == 0 {
			q.pop()
		}
	}
	return done, steps, nil
}

// solver is the state between steps.
type solver struct {
	*Problem
	step  int32
	have  []int32
	open  []int32 // by spot: how many of its targets have fewer than K
	spot  []int32 // by target: where it is, -1 for nowhere
	plain []bool  // by site: every spot gets one provider
	came  map[Guest]bool

	siteGain []int32 // by site, for a plain one, at siteStep
	siteStep []int32

	extra   []int32 // by target: what the item that is looked at brings
	touched []int32 // targets that it brings something to
}

func newSolver(p *Problem) *solver {
	s := &solver{Problem: p, have: slices.Clone(p.Have), open: make([]int32, max(0, len(p.Spots.Starts)-1)), plain: make([]bool, len(p.Sites)),
		came: map[Guest]bool{}, siteGain: make([]int32, len(p.Sites)), siteStep: make([]int32, len(p.Sites)), extra: make([]int32, len(p.Have)), spot: make([]int32, len(p.Have))}
	for t := range s.spot {
		s.spot[t] = -1
	}
	for i := range s.open {
		for _, t := range p.Spots.Of(int32(i)) {
			if s.spot[t] = int32(i); s.have[t] < p.K {
				s.open[i]++
			}
		}
	}
	for i, adds := range p.Sites {
		s.plain[i] = !slices.ContainsFunc(adds, func(a Add) bool { return a.Count != 1 })
		s.siteStep[i] = -1
	}
	return s
}

// best is the item of a choice that adds most now, of those that are not used up; the first where all are.
func (s *solver) best(choice []int32, used map[int32]int32) int32 {
	best, most := choice[0], int32(-1)
	for _, item := range choice {
		if used[item] >= s.Items[item].Times {
			continue
		}
		if gain := s.gain(item); gain > most {
			best, most = item, gain
		}
	}
	return best
}

// gain is what an item would add now.
func (s *solver) gain(item int32) int32 {
	it := &s.Items[item]
	if len(it.Guests) == 0 && it.Site >= 0 && s.plain[it.Site] {
		gain := s.plainGain(it.Site)
		for _, l := range it.Except {
			if s.have[l.Target] < s.K {
				gain -= min(l.Count, 1)
			}
		}
		return gain
	}
	s.bring(it)
	gain := int32(0)
	for _, t := range s.touched {
		if more := min(s.K-s.have[t], s.extra[t]); more > 0 {
			gain += more
		}
		s.extra[t] = 0
	}
	return gain
}

// plainGain is what one provider from a site would add where it counts for everybody.
func (s *solver) plainGain(site int32) int32 {
	if s.siteStep[site] != s.step {
		gain := int32(0)
		for _, a := range s.Sites[site] {
			gain += s.open[a.Spot]
		}
		s.siteGain[site], s.siteStep[site] = gain, s.step
	}
	return s.siteGain[site]
}

// bring notes in extra and touched how many providers an item would bring to each target.
func (s *solver) bring(it *Item) {
	s.touched = s.touched[:0]
	add := func(t, n int32) {
		if s.extra[t] == 0 {
			s.touched = append(s.touched, t)
		}
		s.extra[t] += n
	}
	if it.Site >= 0 {
		for _, a := range s.Sites[it.Site] {
			if s.open[a.Spot] == 0 || a.Count == 0 {
				continue
			}
			for _, t := range s.Spots.Of(a.Spot) {
				add(t, a.Count)
			}
		}
	}
	for _, g := range it.Guests {
		if !s.came[g] {
			add(g.Target, 1)
		}
	}
	for _, l := range it.Except {
		if s.extra[l.Target] > 0 {
			s.extra[l.Target] -= l.Count
		}
	}
}

// take does an item.
func (s *solver) take(item int32) Step {
	it := &s.Items[item]
	s.bring(it)
	out := Step{Item: item}
	for _, t := range s.touched {
		more := s.extra[t]
		s.extra[t] = 0
		if more <= 0 || s.have[t] >= s.K {
			continue
		}
		out.Gainers = append(out.Gainers, t)
		out.Adds += int(min(s.K-s.have[t], more))
		if s.have[t] += more; s.have[t] >= s.K {
			out.Covered = append(out.Covered, t)
			if at := s.spot[t]; at >= 0 {
				s.open[at]--
			}
		}
	}
	for _, g := range it.Guests {
		s.came[g] = true
	}
	slices.Sort(out.Gainers)
	slices.Sort(out.Covered)
	s.step++
	return out
}
