package coverage

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

func TestPickGivesWhatStandsAtAPlaceInOrder(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 3000 {
		values := make([]float64, 1+r.IntN(300))
		for i := range values {
			values[i] = float64(r.IntN(1 + r.IntN(200))) // with many equal ones
		}
		switch r.IntN(4) {
		case 0:
			slices.Sort(values)
		case 1:
			slices.Sort(values)
			slices.Reverse(values)
		}
		sorted := slices.Sorted(slices.Values(values))
		place := r.IntN(len(values))
		if got := pick(values, place); got != sorted[place] {
			t.Fatalf("place %d of %v: %v", place, sorted, got)
		}
		if slices.Sort(values); !slices.Equal(values, sorted) {
			t.Fatal("the values are others now")
		}
	}
}

func TestQuantilesAreByNearestRank(t *testing.T) {
	values := make([]float64, 101)
	for i := range values {
		values[i] = float64(i) * 1e-9 // squared chords, 0 to 2,018 m
	}
	for i, v := range []struct {
		n        int
		p50, p90 int
	}{{1, 0, 0}, {2, 0, 1}, {3, 1, 2}, {10, 4, 8}, {11, 5, 9}, {100, 49, 89}, {101, 50, 90}} {
		q := quantiles(slices.Clone(values[:v.n]))
		at := func(place int) float64 { return *metres(values[place]) }
		if *q.P50 != at(v.p50) || *q.P90 != at(v.p90) || *q.Max != at(v.n-1) {
			t.Errorf("%d: of %d values %v %v %v", i, v.n, *q.P50, *q.P90, *q.Max)
		}
	}
	if q := quantiles(nil); q.P50 != nil || q.P90 != nil || q.Max != nil {
		t.Error("quantiles of nothing")
	}
}

func TestTheGiniCoefficientIsTheMeanDifferenceByTwiceTheMean(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for range 500 {
		values := make([]float64, 1+r.IntN(40))
		sum, apart := 0.0, 0.0
		for i := range values {
			values[i] = float64(r.IntN(5)) * r.Float64()
			sum += values[i]
		}
		for _, a := range values {
			for _, b := range values {
				apart += math.Abs(a - b)
			}
		}
		got := gini(values)
		switch n := float64(len(values)); {
		case sum == 0 && got == nil:
		case sum == 0 || got == nil:
			t.Fatalf("%v: %v", values, got)
		case math.Abs(*got-apart/(2*n*sum)) > 1e-12:
			t.Fatalf("%v: %v, want %v", values, *got, apart/(2*n*sum))
		}
	}
}

func TestExactSumsDoNotDependOnTheirOrder(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	for range 300 {
		values := make([]float64, 2+r.IntN(60))
		for i := range values {
			values[i] = float64(1+r.IntN(9)) / float64(1+r.IntN(300))
		}
		total := func() (sum exact, plain float64) {
			for _, v := range values {
				sum = sum.plus(exactly(v))
				plain += v
			}
			return sum, plain
		}
		sum, plain := total()
		r.Shuffle(len(values), func(i, j int) { values[i], values[j] = values[j], values[i] })
		if again, _ := total(); again != sum {
			t.Fatalf("%v: %v and %v", values, sum, again)
		}
		if math.Abs(sum.float()-plain) > 1e-12*plain {
			t.Fatalf("%v: %v, want %v", values, sum.float(), plain)
		}
		n := int32(r.IntN(1000))
		if got, want := exactly(values[0]).times(n).float(), float64(n)*values[0]; math.Abs(got-want) > 1e-15*want {
			t.Fatalf("%d times %v: %v", n, values[0], got)
		}
	}
}
