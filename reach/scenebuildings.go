package reach

import (
	"lintu/geo"
	"lintu/kg"
	"lintu/store"
)

// SceneBuilding is a building of a scene's area.
type SceneBuilding struct {
	ID      kg.ID
	Point   geo.Point
	Above   []kg.ID // the areas that contain it
	Targets []int32 // the scene's targets that are in it, ascending
}

// Buildings are the buildings of the area that have a point, with or without targets, in no particular order. Targets
// in a building without a point, or in none, are at no building.
func (sc *Scene) Buildings() []SceneBuilding {
	a := sc.asker
	area := a.s.newScope(store.Scope{Areas: []kg.ID{a.s.id(sc.area)}, Today: sc.Date})
	above := map[ref][]kg.ID{}
	var out []SceneBuilding
	at := map[ref]int{}
	for i := range a.s.spots.n {
		b := a.s.spots.at(int32(i))
		r, isBuilding := a.s.refOf(buildings, &b.token) // else an entrance
		if !isBuilding || b.point == nil || !a.s.lives(r, sc.Date) || !area.sees(r) || !a.scope.sees(r) {
			continue
		}
		at[r] = len(out)
		out = append(out, SceneBuilding{ID: a.s.id(r), Point: *b.point, Above: sc.above(r, above)})
	}
	for i := range sc.Targets {
		if n, ok := at[a.day.ground.doors[sc.Targets[i].row].building]; ok {
			out[n].Targets = append(out[n].Targets, int32(i))
		}
	}
	return out
}

// above are the areas that contain a node on the scene's date, each as often as there are ways to it; what is known of
// them already is remembered.
func (sc *Scene) above(r ref, known map[ref][]kg.ID) []kg.ID {
	var out []kg.ID
	for t := range sc.asker.s.ties(r) {
		if (t.relation != partOf && t.relation != inCompound) || !t.valid.Holds(sc.Date) {
			continue
		}
		list, ok := known[t.to]
		if !ok {
			known[t.to] = nil // a circle would end here
			list = append([]kg.ID{sc.asker.s.id(t.to)}, sc.above(t.to, known)...)
			known[t.to] = list
		}
		out = append(out, list...)
	}
	return out
}
