package coverage_test

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"testing"

	"lintu/coverage"
	"lintu/geo"
	"lintu/kg"
	"lintu/reach"
)

func TestTheTwoStepFloatingCatchmentIsThatOfPySAL(t *testing.T) {
	var town struct {
		Radius float64
		Demand []struct {
			Name         string
			Lat, Lon     float64
			Households   int
			Plain, Decay float64
		}
		Supply []struct {
			Name       string
			Lat, Lon   float64
			Responders int
		}
	}
	data, err := os.ReadFile("testdata/twostep.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, &town); err != nil {
		t.Fatal(err)
	}
	sc := newScene(t)
	place := func(name string, lat, lon float64) {
		sc.Add(name, &kg.Building{Name: name, Point: &geo.Point{Lat: lat, Lon: lon}})
		sc.Tie(name, kg.PartOf, "grid")
	}
	want := map[kg.ID][2]float64{}
	for _, d := range town.Demand {
		place(d.Name, d.Lat, d.Lon)
		want[sc.ID(d.Name)] = [2]float64{d.Plain, d.Decay}
		for i := range d.Households {
			sc.elder(fmt.Sprint(d.Name, " elder ", i), d.Name)
		}
	}
	for _, s := range town.Supply {
		place(s.Name, s.Lat, s.Lon)
		for i := range s.Responders {
			sc.responder(fmt.Sprint(s.Name, " r ", i), s.Name)
		}
	}
	compared := 0
	for _, b := range sc.ask(evening, func(q *coverage.Query) { q.Radius = town.Radius }).Areas(reach.LevelBuilding) {
		for i, decay := range []bool{false, true} {
			if got := *b.Supply(decay).Ratio; math.Abs(got-want[b.Area][i]) > 1e-13 {
				t.Errorf("%s, decay %v: %v, PySAL says %v", b.Area, decay, got, want[b.Area][i])
			}
			compared++
		}
	}
	if compared != 2*len(town.Demand) || compared == 0 {
		t.Errorf("%d ratios compared", compared)
	}
}
