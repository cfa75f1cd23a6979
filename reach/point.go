package reach

import (
	"lintu/geo"
	"lintu/kg"
)

// Point is where a building, an entrance or a household (at its door) is on a day; false where nobody knows, for
// other kinds, and for what does not exist then.
func (s *Snapshot) Point(id kg.ID, on kg.Date) (geo.Point, bool) {
	r, ok := s.find(id)
	if !ok || !s.lives(r, on) {
		return geo.Point{}, false
	}
	spot := ref(0)
	switch r.kind() {
	case buildings, entrances:
		spot = r
	case households:
		spot = s.day(on).ground.doors[r.row()].spot
	default:
		return geo.Point{}, false
	}
	if spot == 0 || s.spots.at(spot.row()).point == nil {
		return geo.Point{}, false
	}
	return *s.spots.at(spot.row()).point, true
}

// Home is where a person lives on a day; false where nobody knows, and for who does not live then.
func (s *Snapshot) Home(person kg.ID, on kg.Date) (geo.Point, bool) {
	r, ok := s.find(person)
	if !ok || r.kind() != people || !s.lives(r, on) {
		return geo.Point{}, false
	}
	d := s.day(on)
	h := d.crowd.home[r.row()]
	if h < 0 || d.ground.doors[h].spot == 0 {
		return geo.Point{}, false
	}
	spot := s.spots.at(d.ground.doors[h].spot.row())
	if spot.point == nil {
		return geo.Point{}, false
	}
	return *spot.point, true
}
