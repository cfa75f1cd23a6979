package geo

import (
	"math/rand/v2"
	"testing"
)

func TestAHullContainsItsPointsAndIsMadeOfThem(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for range 500 {
		points := make([]Point, 3+rng.IntN(40))
		for i := range points {
			points[i] = Point{Lat: 23 + float64(rng.IntN(9))/100, Lon: 113 + float64(rng.IntN(9))/100}
		}
		hull := Hull(points)
		if hull.IsZero() {
			assertOnALine(t, points)
			continue
		}
		ring := hull.polygons[0][0]
		if ring[0] != ring[len(ring)-1] {
			t.Fatal("the ring is not closed")
		}
		for i := range len(ring) - 1 {
			for _, p := range points {
				if turn(ring[i], ring[i+1], p) < -1e-12 {
					t.Fatalf("%v is outside of the side %v %v", p, ring[i], ring[i+1])
				}
			}
			if next := ring[(i+2)%(len(ring)-1)]; turn(ring[i], ring[i+1], next) <= 0 {
				t.Fatalf("the hull does not turn to the left at %v", ring[i+1])
			}
			if !contains(points, ring[i]) {
				t.Fatalf("%v is no point", ring[i])
			}
		}
	}
}

func TestPointsWithoutAnAreaHaveNoHull(t *testing.T) {
	for _, points := range [][]Point{nil, {{Lat: 1, Lon: 1}}, {{Lat: 1, Lon: 1}, {Lat: 2, Lon: 2}}, {{Lat: 1, Lon: 1}, {Lat: 2, Lon: 2}, {Lat: 3, Lon: 3}}} {
		if !Hull(points).IsZero() {
			t.Errorf("%v have a hull", points)
		}
	}
}

func assertOnALine(t *testing.T, points []Point) {
	t.Helper()
	for _, p := range points {
		for _, q := range points {
			for _, r := range points {
				if d := turn(p, q, r); d > 1e-12 || d < -1e-12 {
					t.Fatalf("%v %v %v span an area, but there is no hull", p, q, r)
				}
			}
		}
	}
}

func contains(points []Point, p Point) bool {
	for _, q := range points {
		if p == q {
			return true
		}
	}
	return false
}
