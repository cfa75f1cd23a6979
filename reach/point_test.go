package reach_test

import (
	"testing"

	"lintu/kg"
)

func TestAPointIsThatOfTheDoor(t *testing.T) {
	sc := newScene(t)
	sc.building("tower", 0)
	sc.Add("entrance", &kg.Entrance{Number: "1", Point: north(30)})
	sc.Tie("entrance", kg.PartOf, "tower")
	sc.Add("lost", &kg.Building{Name: "lost"})
	sc.Tie("lost", kg.PartOf, "grid")
	sc.household("h1", "tower")
	sc.household("h2", "entrance")
	sc.household("h3", "lost")
	sc.person("somebody", "h1")
	s, today := sc.snapshot(), kg.MustDate("2025-09-24")
	for name, metres := range map[string]float64{"tower": 0, "h1": 0, "entrance": 30, "h2": 30} {
		if p, ok := s.Point(sc.ID(name), today); !ok || p != *north(metres) {
			t.Errorf("%s is at %v %v", name, p, ok)
		}
	}
	for _, name := range []string{"lost", "h3", "somebody", "grid"} {
		if p, ok := s.Point(sc.ID(name), today); ok {
			t.Errorf("%s is at %v", name, p)
		}
	}
	if _, ok := s.Point("building_aaaaaaaaaaaaaaaaaaaaaaaa", today); ok {
		t.Error("what does not exist has a point")
	}
}
