// Package advice chooses what to do next, so that targets have more providers near them: greedy maximal coverage over
// plain arrays.
//
// The value of a choice is the sum over all targets of min(providers, K): another provider is worth one to every target
// that has fewer than K, and nothing to the others. The greedy choice takes, step by step, what adds most; its value is
// at least 1-1/e (63 %) of the best choice's, which takes exponential time to find. Gains are exact: each is what the
// step adds to the steps before it.
package advice

import (
	"fmt"

	"lintu/kg"
)

// Problem is what can be done, and for whom. Targets, spots, sites and items are numbered from 0.
type Problem struct {
	K     int32   // of so many providers each one counts; 1 or more
	Have  []int32 // by target: the providers that it has before the first step
	Spots Lists   // by spot: the targets there; a target is at one spot at most
	Sites [][]Add // by site: where providers from there count; a spot is named once at most

	// Items are what can be done, in the order that decides between equal gains: the first is taken.
	Items []Item
}

// Lists are many short lists in one piece: list i is Items[Starts[i]:Starts[i+1]].
type Lists struct {
	Starts []int32
	Items  []int32
}

// Of is a list.
func (l *Lists) Of(i int32) []int32 { return l.Items[l.Starts[i]:l.Starts[i+1]] }

// Add is so many more providers for every target at a spot.
type Add struct{ Spot, Count int32 }

// Item is something that can be done: it brings the providers of a site.
type Item struct {
	Site   int32   // -1 for none
	Except []Lack  // targets for which fewer count than the site brings
	Guests []Guest // providers beside the site's whom other items may bring, too
	Times  int32   // how often it can be done
}

// Lack is a target for which so many of a site's providers do not count; a target is named once at most.
type Lack struct{ Target, Count int32 }

// Guest is a provider for one target whom several items may bring, and who counts there once. Who is their number.
type Guest struct{ Target, Who int32 }

// Step is something that is done.
type Step struct {
	Item    int32
	Adds    int     // to the value, beyond the steps before
	Gainers []int32 // the targets that it adds something to, ascending
	Covered []int32 // those of them that have K providers with this step, and had fewer before
}

// check finds what would be answered wrongly: it is a mistake of the program that made the problem.
func (p *Problem) check(fixed [][]int32) error {
	if p.K < 1 {
		return fmt.Errorf("advice: %w", kg.Invalid("k", fmt.Sprint(p.K), "1 or more"))
	}
	for _, choice := range fixed {
		if len(choice) == 0 {
			return fmt.Errorf("advice: %w", kg.Invalid("fixed", "a choice of nothing", "one item or more"))
		}
		for _, i := range choice {
			if i < 0 || int(i) >= len(p.Items) {
				return fmt.Errorf("advice: %w", kg.Invalid("fixed", fmt.Sprint(i), fmt.Sprintf("one of the %d items", len(p.Items))))
			}
		}
	}
	return nil
}
