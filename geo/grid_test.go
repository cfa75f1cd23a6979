package geo

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func within(g *Grid, p Point, metres float64) []int {
	var found []int
	g.Within(p, metres, func(i int, _ float64) bool {
		found = append(found, i)
		return true
	})
	slices.Sort(found)
	return found
}

func bruteForce(points []Point, p Point, metres float64) []int {
	var found []int
	for i, q := range points {
		if q.Validate() == nil && Chord2(p.Unit(), q.Unit()) <= MaxChord2(metres) {
			found = append(found, i)
		}
	}
	return found
}

func TestTheGridFindsExactlyWhatBruteForceFinds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		// A town, or the whole earth with its poles and antimeridian.
		center := anyPoint.Draw(t, "center")
		spread := math.Pow(10, rapid.Float64Range(1, 7.3).Draw(t, "spread"))
		near := rapid.Custom(func(t *rapid.T) Point {
			return destination(center, spread*rapid.Float64Range(0, 1).Draw(t, "far"), rapid.Float64Range(0, 7).Draw(t, "bearing"))
		})
		points := rapid.SliceOfN(near, 0, 60).Draw(t, "points")
		g := NewGrid(points, math.Pow(10, rapid.Float64Range(0, 6).Draw(t, "cell")))
		p := near.Draw(t, "p")
		metres := spread * rapid.Float64Range(0, 1.2).Draw(t, "radius")
		if p.Validate() != nil {
			return
		}
		if got, want := within(g, p, metres), bruteForce(points, p, metres); !slices.Equal(got, want) {
			t.Fatalf("grid finds %v, brute force %v", got, want)
		}
	})
}

func TestTheGridFindsAllOfATownExactly(t *testing.T) {
	points := town(20_000)
	g := NewGrid(points, 250)
	if g.Len() != len(points) || g.Point(7) != points[7] {
		t.Fatal("the grid does not keep its points")
	}
	for i := 0; i < len(points); i += 997 {
		if got, want := within(g, points[i], 500), bruteForce(points, points[i], 500); !slices.Equal(got, want) {
			t.Fatalf("around %v the grid finds %d, brute force %d", points[i], len(got), len(want))
		}
	}
}

func TestTheGridGivesTheChordOfEachPoint(t *testing.T) {
	points := town(500)
	p := points[3]
	NewGrid(points, 250).Within(p, 800, func(i int, chord2 float64) bool {
		if chord2 != Chord2(p.Unit(), points[i].Unit()) {
			t.Errorf("chord of %d is %v", i, chord2)
		}
		if math.Abs(Metres(chord2)-Distance(p, points[i])) > 1e-9 {
			t.Errorf("point %d is at %v m, visited at %v", i, Distance(p, points[i]), Metres(chord2))
		}
		return true
	})
}

func TestAVisitCanStop(t *testing.T) {
	points := town(500)
	visits := 0
	NewGrid(points, 250).Within(points[0], 5000, func(int, float64) bool {
		visits++
		return visits < 3
	})
	if visits != 3 {
		t.Errorf("%d visits after the third said stop", visits)
	}
}

func TestTheGridVisitsInTheSameOrderEveryTime(t *testing.T) {
	points := town(500)
	order := func() (found []int) {
		NewGrid(points, 250).Within(points[0], 2000, func(i int, _ float64) bool {
			found = append(found, i)
			return true
		})
		return found
	}
	if first := order(); len(first) == 0 || !slices.Equal(first, order()) {
		t.Error("two equal grids differ in order")
	}
}

func TestTheGridBearsOddPointsAndQuestions(t *testing.T) {
	nan := math.NaN()
	points := []Point{{nan, 0}, {29.72, 112.41}, {200, 0}, {29.72, 112.41}}
	g := NewGrid(points, nan)
	if got := within(g, points[1], 0); !slices.Equal(got, []int{1, 3}) {
		t.Errorf("radius 0 finds %v", got)
	}
	if g.Len() != 4 {
		t.Errorf("length is %d", g.Len())
	}
	for _, c := range []struct {
		p      Point
		metres float64
	}{{points[1], -1}, {points[1], nan}, {Point{nan, nan}, 500}, {Point{200, 0}, 500}} {
		if got := within(g, c.p, c.metres); len(got) != 0 {
			t.Errorf("%v within %v m finds %v", c.p, c.metres, got)
		}
	}
	if got := within(g, Point{-29.72, -67.59}, math.Inf(1)); !slices.Equal(got, []int{1, 3}) {
		t.Errorf("an infinite radius finds %v", got)
	}
	if got := within(NewGrid(nil, 250), points[1], 500); len(got) != 0 {
		t.Errorf("an empty grid finds %v", got)
	}
	if got := within(NewGrid([]Point{{0, 179.9999}, {0, -179.9999}}, 250), Point{0, 180}, 50); !slices.Equal(got, []int{0, 1}) {
		t.Errorf("over the antimeridian it finds %v", got)
	}
}

// town scatters points over about 5 by 5 kilometres.
func town(n int) []Point {
	random := rand.New(rand.NewPCG(1, 2))
	points := make([]Point, n)
	for i := range points {
		points[i] = Point{Lat: 29.70 + 0.045*random.Float64(), Lon: 112.38 + 0.05*random.Float64()}
	}
	return points
}

func BenchmarkWithin500MetresOf20000Points(b *testing.B) {
	points := town(20_000)
	g := NewGrid(points, 250)
	hits := 0
	for i := range b.N {
		g.Within(points[i%len(points)], 500, func(int, float64) bool {
			hits++
			return true
		})
	}
	b.ReportMetric(float64(hits)/float64(b.N), "hits/op")
}

func BenchmarkNewGridOf20000Points(b *testing.B) {
	points := town(20_000)
	for range b.N {
		NewGrid(points, 250)
	}
}

func TestTheOrderOfAGridIsThatInWhichPointsAreMet(t *testing.T) {
	points := append(town(500), Point{Lat: 200})
	g := NewGrid(points, 250)
	var met []int32
	g.Within(points[0], 1e6, func(i int, _ float64) bool {
		met = append(met, int32(i))
		return true
	})
	if len(met) != len(points)-1 || !slices.Equal(met, g.Order()) {
		t.Fatalf("%d points met, %d in order", len(met), len(g.Order()))
	}
}
