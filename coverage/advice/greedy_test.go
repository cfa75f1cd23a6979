package advice_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"lintu/coverage/advice"
	"lintu/kg"
)

// outcome is how many providers every target has after some items were done, by the definition: each item's providers
// are counted one by one, guests by their names.
func outcome(p *advice.Problem, items []int32) []int {
	have := make([]int, len(p.Have))
	guests := map[advice.Guest]bool{}
	for t := range have {
		have[t] = int(p.Have[t])
	}
	for _, i := range items {
		it := p.Items[i]
		for t := range have {
			brings, lacks := 0, 0
			if it.Site >= 0 {
				for _, a := range p.Sites[it.Site] {
					if slices.Contains(p.Spots.Of(a.Spot), int32(t)) {
						brings += int(a.Count)
					}
				}
			}
			for _, l := range it.Except {
				if l.Target == int32(t) {
					lacks += int(l.Count)
				}
			}
			have[t] += max(0, brings-lacks)
		}
		for _, g := range it.Guests {
			if !guests[g] {
				guests[g] = true
				have[g.Target]++
			}
		}
	}
	return have
}

func value(p *advice.Problem, items []int32) int {
	v := 0
	for _, n := range outcome(p, items) {
		v += min(n, int(p.K))
	}
	return v
}

// plain is the greedy choice that looks at every item at every step.
func plain(p *advice.Problem, fixed []int32, budget int) []int32 {
	done := slices.Clone(fixed)
	for range budget {
		best, most := int32(-1), 0
		for i := range p.Items {
			times := 0
			for _, d := range done {
				if d == int32(i) {
					times++
				}
			}
			if times >= int(p.Items[i].Times) {
				continue
			}
			if gain := value(p, append(slices.Clone(done), int32(i))) - value(p, done); gain > most {
				best, most = int32(i), gain
			}
		}
		if best < 0 {
			break
		}
		done = append(done, best)
	}
	return done[len(fixed):]
}

// optimum is the largest value of at most budget items, by trying all choices.
func optimum(p *advice.Problem, done []int32, from, budget int) int {
	best := value(p, done)
	if budget == 0 {
		return best
	}
	for i := from; i < len(p.Items); i++ {
		times := 0
		for _, d := range done {
			if d == int32(i) {
				times++
			}
		}
		if times < int(p.Items[i].Times) {
			best = max(best, optimum(p, append(slices.Clone(done), int32(i)), i, budget-1))
		}
	}
	return best
}

// problem draws a problem with so many items at most; lists are short, so that gains are often equal.
func problem(t *rapid.T, items int) *advice.Problem {
	small := func(name string, lo, hi int) int32 { return int32(rapid.IntRange(lo, hi).Draw(t, name)) }
	p := &advice.Problem{K: small("k", 1, 3)}
	spots := small("spots", 1, 5)
	p.Spots.Starts = []int32{0}
	for range spots {
		for range small("targets", 0, 3) {
			p.Spots.Items = append(p.Spots.Items, int32(len(p.Have)))
			p.Have = append(p.Have, small("have", 0, 2))
		}
		p.Spots.Starts = append(p.Spots.Starts, int32(len(p.Spots.Items)))
	}
	p.Have = append(p.Have, 0) // a target without a spot
	for range small("sites", 1, 5) {
		var adds []advice.Add
		most := small("most", 1, 2)
		for s := range spots {
			if rapid.Bool().Draw(t, "near") {
				adds = append(adds, advice.Add{Spot: s, Count: small("count", 1, int(most))})
			}
		}
		p.Sites = append(p.Sites, adds)
	}
	for range small("items", 1, items) {
		it := advice.Item{Site: small("site", -1, len(p.Sites)-1), Times: small("times", 0, 3)}
		for target := range p.Have {
			switch small("special", 0, 9) {
			case 0:
				it.Except = append(it.Except, advice.Lack{Target: int32(target), Count: 1})
			case 1:
				it.Guests = append(it.Guests, advice.Guest{Target: int32(target), Who: small("who", 1, 2)})
			}
		}
		if it.Site >= 0 { // what does not come at all cannot be missing
			it.Except = slices.DeleteFunc(it.Except, func(l advice.Lack) bool {
				return !slices.ContainsFunc(p.Sites[it.Site], func(a advice.Add) bool { return slices.Contains(p.Spots.Of(a.Spot), l.Target) })
			})
		} else {
			it.Except = nil
		}
		p.Items = append(p.Items, it)
	}
	return p
}

func items(steps []advice.Step) []int32 {
	out := []int32{}
	for _, s := range steps {
		out = append(out, s.Item)
	}
	return out
}

func drawFixed(t *rapid.T, p *advice.Problem) []int32 {
	return rapid.SliceOfN(rapid.Int32Range(0, int32(len(p.Items)-1)), 0, 2).Draw(t, "fixed")
}

func TestTheLazyChoiceIsThePlainOneInTheSameOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := problem(t, 9)
		fixed, budget := drawFixed(t, p), rapid.IntRange(0, 6).Draw(t, "budget")
		done, steps, err := advice.Greedy(context.Background(), p, each(fixed), budget)
		if err != nil {
			t.Fatal(err)
		}
		if got := items(done); !slices.Equal(got, fixed) {
			t.Fatalf("fixed %v, done %v", fixed, got)
		}
		if got, want := items(steps), plain(p, fixed, budget); !slices.Equal(got, want) {
			t.Fatalf("lazy %v, plain %v", got, want)
		}
	})
}

func TestEveryStepSaysExactlyWhatItAddsAndForWhom(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := problem(t, 9)
		done, steps, err := advice.Greedy(context.Background(), p, each(drawFixed(t, p)), rapid.IntRange(0, 6).Draw(t, "budget"))
		if err != nil {
			t.Fatal(err)
		}
		var before []int32
		for _, s := range append(done, steps...) {
			after := append(slices.Clone(before), s.Item)
			if want := value(p, after) - value(p, before); s.Adds != want {
				t.Fatalf("%v adds %d to %v, told %d", s.Item, want, before, s.Adds)
			}
			var gainers, covered []int32
			was, is := outcome(p, before), outcome(p, after)
			for i := range is {
				if min(is[i], int(p.K)) > min(was[i], int(p.K)) {
					gainers = append(gainers, int32(i))
					if is[i] >= int(p.K) {
						covered = append(covered, int32(i))
					}
				}
			}
			if !slices.Equal(s.Gainers, gainers) || !slices.Equal(s.Covered, covered) {
				t.Fatalf("gainers %v, told %v; covered %v, told %v", gainers, s.Gainers, covered, s.Covered)
			}
			before = after
		}
	})
}

func TestTheGreedyValueIsAtLeastTheKnownShareOfTheOptimum(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := problem(t, 6)
		budget := rapid.IntRange(1, 4).Draw(t, "budget")
		_, steps, err := advice.Greedy(context.Background(), p, nil, budget)
		if err != nil {
			t.Fatal(err)
		}
		base := value(p, nil)
		got, best := value(p, items(steps))-base, optimum(p, nil, 0, budget)-base
		if float64(got) < (1-1/math.E)*float64(best) {
			t.Fatalf("greedy adds %d, the optimum %d", got, best)
		}
		if budget == 1 && got != best {
			t.Fatalf("one step adds %d, the best one %d", got, best)
		}
	})
}

func TestOfEqualGainsTheFirstItemIsTaken(t *testing.T) {
	p := &advice.Problem{K: 1, Have: make([]int32, 4), Spots: advice.Lists{Starts: []int32{0, 2, 4}, Items: []int32{0, 1, 2, 3}},
		Sites: [][]advice.Add{{{Spot: 0, Count: 1}}, {{Spot: 1, Count: 1}}}}
	for _, site := range []int32{1, 0, 1, 0} {
		p.Items = append(p.Items, advice.Item{Site: site, Times: 1})
	}
	_, steps, err := advice.Greedy(context.Background(), p, nil, 10)
	if err != nil {
		t.Fatal(err)
	}
	want := []advice.Step{{Item: 0, Adds: 2, Gainers: []int32{2, 3}, Covered: []int32{2, 3}}, {Item: 1, Adds: 2, Gainers: []int32{0, 1}, Covered: []int32{0, 1}}}
	if !reflect.DeepEqual(steps, want) {
		t.Errorf("steps are %+v", steps)
	}
}

func TestAMalformedProblemNamesTheArgument(t *testing.T) {
	good := advice.Problem{K: 1}
	for argument, ask := range map[string]func() error{
		"k":      func() error { _, _, err := advice.Greedy(context.Background(), &advice.Problem{}, nil, 1); return err },
		"fixed":  func() error { _, _, err := advice.Greedy(context.Background(), &good, [][]int32{{0}}, 1); return err },
		"budget": func() error { _, _, err := advice.Greedy(context.Background(), &good, nil, -1); return err },
	} {
		var invalid *kg.InvalidError
		if err := ask(); !errors.As(err, &invalid) || invalid.Argument != argument {
			t.Errorf("%s: %v", argument, err)
		}
	}
}

func TestAChoiceEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	p := district(100)
	if _, _, err := advice.Greedy(ctx, p, nil, 1); !errors.Is(err, context.Canceled) {
		t.Errorf("error is %v", err)
	}
}

// district is a problem of the shape of a district: so many buildings in a square, each with two targets and within
// reach of the 300 around it.
func district(buildings int) *advice.Problem {
	side := int(math.Sqrt(float64(buildings)))
	p := &advice.Problem{K: 2, Have: make([]int32, 2*side*side), Spots: advice.Lists{Starts: []int32{0}}}
	for i := range side * side {
		p.Have[2*i] = int32(i % 3 % 2)
		p.Spots.Items = append(p.Spots.Items, int32(2*i), int32(2*i+1))
		p.Spots.Starts = append(p.Spots.Starts, int32(2*i+2))
		var adds []advice.Add
		for y := max(0, i/side-8); y <= min(side-1, i/side+8); y++ {
			for x := max(0, i%side-8); x <= min(side-1, i%side+8); x++ {
				adds = append(adds, advice.Add{Spot: int32(y*side + x), Count: 1})
			}
		}
		p.Sites = append(p.Sites, adds)
		p.Items = append(p.Items, advice.Item{Site: int32(i), Times: 20})
	}
	return p
}

func BenchmarkFiftyStepsInADistrict(b *testing.B) {
	p := district(21550)
	for b.Loop() {
		_, steps, err := advice.Greedy(context.Background(), p, nil, 50)
		if err != nil || len(steps) != 50 {
			b.Fatal(fmt.Sprint(len(steps), err))
		}
	}
}

// each is a list of choices that leave none.
func each(fixed []int32) [][]int32 {
	var out [][]int32
	for _, i := range fixed {
		out = append(out, []int32{i})
	}
	return out
}

func TestOfAFixedChoiceTheBestThatIsLeftIsTaken(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := problem(t, 6)
		choice := rapid.SliceOfNDistinct(rapid.Int32Range(0, int32(len(p.Items)-1)), 1, len(p.Items), rapid.ID[int32]).Draw(t, "choice")
		slices.Sort(choice)
		done, _, err := advice.Greedy(context.Background(), p, [][]int32{choice}, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, i := range choice {
			alone, _, err := advice.Greedy(context.Background(), p, [][]int32{{i}}, 0)
			if err != nil {
				t.Fatal(err)
			}
			better := alone[0].Adds > done[0].Adds || alone[0].Adds == done[0].Adds && i < done[0].Item
			if better && p.Items[i].Times > 0 {
				t.Fatalf("of %v item %d was taken, which adds %d; item %d adds %d", choice, done[0].Item, done[0].Adds, i, alone[0].Adds)
			}
		}
	})
}
