package layer

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"lintu/coverage"
	"lintu/geo"
	"lintu/kg"
)

func someBuildings(n int) []coverage.Building {
	rng := rand.New(rand.NewPCG(7, uint64(n)))
	out := make([]coverage.Building, n)
	for i := range out {
		out[i] = coverage.Building{ID: kg.NewID(kg.KindBuilding), Point: geo.Point{Lat: 23.1 + rng.Float64()/20, Lon: 113.2 + rng.Float64()/20}}
		if rng.IntN(3) > 0 {
			metres := 900 * rng.Float64()
			out[i].Targets = 1 + rng.IntN(9)
			out[i].Covered = rng.IntN(out[i].Targets + 1)
			out[i].Nearest = &metres
		}
	}
	return out
}

func TestTheColumnsGiveBackTheBuildings(t *testing.T) {
	list := someBuildings(500)
	Sort(list)
	var got struct {
		Count, Scale              int
		Order                     []string
		X, Y                      []int64
		Targets, Covered, Nearest []*int
	}
	if err := json.Unmarshal(AppendBuildings(nil, Stamp{Area: "division_a", At: "now", Radius: 500, K: 1}, list), &got); err != nil {
		t.Fatal(err)
	}
	if fmt.Sprint(got.Order) != fmt.Sprint(Columns) || got.Count != len(list) {
		t.Fatalf("%d buildings in columns %v", got.Count, got.Order)
	}
	var x, y int64
	for i, b := range list {
		x, y = x+got.X[i], y+got.Y[i]
		lon, lat := float64(x)/float64(got.Scale), float64(y)/float64(got.Scale)
		if d := geo.Distance(b.Point, geo.Point{Lat: lat, Lon: lon}); d > 0.8 {
			t.Fatalf("building %d is %.2f m off", i, d)
		}
		if *got.Targets[i] != b.Targets || *got.Covered[i] != b.Covered || (got.Nearest[i] == nil) != (b.Nearest == nil) {
			t.Fatalf("building %d: %v", i, b)
		}
		if b.Nearest != nil && math.Abs(*b.Nearest-float64(*got.Nearest[i])) > 0.5 {
			t.Fatalf("building %d is %v from the nearest, not %d", i, *b.Nearest, *got.Nearest[i])
		}
	}
	var ids struct{ IDs []kg.ID }
	if err := json.Unmarshal(AppendBuildingIDs(nil, "division_a", 1, list), &ids); err != nil {
		t.Fatal(err)
	}
	for i, b := range list {
		if ids.IDs[i] != b.ID {
			t.Fatalf("the id of building %d is that of another", i)
		}
	}
}

func TestTheOrderOfBuildingsDependsOnNothingButPointsAndIDs(t *testing.T) {
	list := someBuildings(300)
	for i := range 40 { // some at one place
		list[i].Point = list[0].Point
	}
	Sort(list)
	again := slices.Clone(list)
	for i := range again {
		again[i].Targets, again[i].Covered, again[i].Nearest = 0, 0, nil
	}
	rand.New(rand.NewPCG(1, 1)).Shuffle(len(again), func(i, j int) { again[i], again[j] = again[j], again[i] })
	Sort(again)
	for i := range list {
		if list[i].ID != again[i].ID {
			t.Fatalf("building %d is another one", i)
		}
	}
}

func TestTheCurveVisitsEveryCellAndStepsToNeighboursOnly(t *testing.T) {
	const side = 64
	type cell struct{ x, y int }
	order := map[uint64]cell{}
	var keys []uint64
	for x := range side {
		for y := range side {
			key := hilbert(uint32(x), uint32(y))
			if _, twice := order[key]; twice {
				t.Fatalf("two cells are at %d", key)
			}
			order[key] = cell{x, y}
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	for i := 1; i < len(keys); i++ {
		a, b := order[keys[i-1]], order[keys[i]]
		if max(a.x-b.x, b.x-a.x)+max(a.y-b.y, b.y-a.y) != 1 {
			t.Fatalf("from %v the curve jumps to %v", a, b)
		}
	}
}

func TestCellsShowFiveTargetsOrMoreAndClassesOnly(t *testing.T) {
	at := geo.Point{Lat: 23.12345, Lon: 113.23456}
	few := []coverage.Building{{Point: at, Targets: 4, Covered: 4}}
	if got := Cells(few); len(got) != 0 {
		t.Errorf("four targets are shown: %v", got)
	}
	for _, c := range []struct{ targets, covered, share, size int }{
		{5, 0, 0, 0}, {5, 1, 1, 0}, {9, 9, 4, 0}, {10, 5, 2, 1}, {20, 16, 4, 2}, {50, 39, 3, 3},
	} {
		got := Cells([]coverage.Building{{Point: at, Targets: c.targets - 2, Covered: c.covered}, {Point: geo.Point{Lat: at.Lat, Lon: at.Lon}, Targets: 2}})
		if len(got) != 1 || got[0].Share != c.share || got[0].Size != c.size {
			t.Errorf("%d of %d: %v", c.covered, c.targets, got)
		}
	}
}

func TestACellIsAHundredMetresWideAndItsBuildingsAreInIt(t *testing.T) {
	for _, b := range someBuildings(200) {
		b.Targets = FewestInCell
		c := Cells([]coverage.Building{b})[0].Corner
		north := geo.Distance(c, geo.Point{Lat: b.Point.Lat, Lon: c.Lon})
		east := geo.Distance(geo.Point{Lat: b.Point.Lat, Lon: c.Lon}, b.Point)
		if b.Point.Lat < c.Lat || b.Point.Lon < c.Lon || north > 100.001 || east > 100.1 {
			t.Fatalf("%v is %.2f m north and %.2f m east of the corner %v", b.Point, north, east, c)
		}
	}
}
