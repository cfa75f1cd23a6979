package loaders

import (
	"context"
	"fmt"
	"math"
	"slices"

	"lintu/geo"
	"lintu/kg"
	"lintu/store"
)

// MaxRadius is the largest radius, in metres.
const MaxRadius = 5000

// entranceMargin is how far, in metres, the point of an entrance is taken to be from its building's at most: so far
// beyond the radius entrances are looked for that take their households out of the circle.
const entranceMargin = 300

// near is a near condition whose point is not resolved yet.
type near struct {
	point   geo.Point
	radius  float64
	place   bool // for places: their own points
	spatial bool // for everything else: points of buildings and entrances
}

// nearAnswer is what is within the radius. An entrance with a point of its own stands for its households in place
// of the building, so entrances outside the radius take theirs out.
type nearAnswer struct {
	places, buildings, entrancesIn, entrancesOut []kg.ID
}

// near is a near input as a filter. In the first pass the point is only noted; in the second it is a set of ids.
func (p *planner) near(argument string, k kg.Kind, m map[string]any) (kg.Filter, error) {
	point, err := ToPoint(argument+".point", m["point"])
	if err != nil {
		return nil, err
	}
	radius, err := ToRadius(argument+".radius", m["radius"])
	if err != nil {
		return nil, err
	}
	key := fmt.Sprint(point, radius)
	n := p.nears[key]
	if n == nil {
		n = &near{point: point, radius: radius}
		p.nears[key] = n
	}
	n.place = n.place || k == kg.KindPlace
	n.spatial = n.spatial || k != kg.KindPlace
	a := p.found[key]
	switch k {
	case kg.KindPlace:
		return kg.IDIn(a.places), nil
	case kg.KindBuilding:
		return kg.IDIn(a.buildings), nil
	}
	return a.filter(), nil
}

// filter is the answer as a condition. It begins with the areas that hold everything near, so that engines can
// start from them, and then takes out what stands at an entrance outside the radius.
func (a nearAnswer) filter() kg.Filter {
	inside := kg.InArea{Areas: slices.Concat(a.buildings, a.entrancesIn)}
	if len(a.entrancesOut) == 0 {
		return inside
	}
	return kg.And{inside, kg.Or{kg.InArea{Areas: a.entrancesIn}, kg.Not{F: kg.InArea{Areas: a.entrancesOut}}}}
}

// ToPoint reads a PointInput.
func ToPoint(argument string, v any) (geo.Point, error) {
	m, ok := v.(map[string]any)
	if !ok {
		return geo.Point{}, kg.Invalid(argument, "is missing", "{latitude, longitude} in WGS-84 degrees")
	}
	lat, err := ToFloat(argument+".latitude", m["latitude"])
	if err != nil {
		return geo.Point{}, err
	}
	lon, err := ToFloat(argument+".longitude", m["longitude"])
	if err != nil {
		return geo.Point{}, err
	}
	pt := geo.Point{Lat: lat, Lon: lon}
	if err := pt.Validate(); err != nil {
		return pt, kg.Invalid(argument, err.Error(), "latitude -90 to 90, longitude -180 to 180, WGS-84 degrees")
	}
	return pt, nil
}

// ToRadius reads a radius in metres.
func ToRadius(argument string, v any) (float64, error) {
	r, err := ToFloat(argument, v)
	if err != nil {
		return 0, err
	}
	if math.IsNaN(r) || r <= 0 || r > MaxRadius {
		return 0, kg.Invalid(argument, fmt.Sprint(r), fmt.Sprintf("more than 0 and at most %d metres", MaxRadius))
	}
	return r, nil
}

// resolveNears asks in one call for what lies in the boxes around all points, and decides the distance.
func (p *planner) resolveNears(ctx context.Context) error {
	var q store.WithinQuery
	var of []string // the key of each box
	for key, n := range p.nears {
		around, beyond := geo.Around(n.point, n.radius), geo.Around(n.point, n.radius+entranceMargin)
		if n.place {
			q.Boxes, of = append(q.Boxes, store.KindBox{Kind: kg.KindPlace, Box: around}), append(of, key)
		}
		if n.spatial {
			q.Boxes = append(q.Boxes, store.KindBox{Kind: kg.KindBuilding, Box: around}, store.KindBox{Kind: kg.KindEntrance, Box: beyond})
			of = append(of, key, key)
		}
	}
	p.session.cost.AddCall()
	found, err := p.session.store.Within(ctx, p.session.view(p.asOf()), q)
	if err != nil {
		return err
	}
	for i, key := range of {
		a := p.found[key]
		a.sort(q.Boxes[i].Kind, p.nears[key], found[i])
		p.found[key] = a
	}
	return nil
}

func (a *nearAnswer) sort(k kg.Kind, n *near, found []store.Located) {
	for _, l := range found {
		inside := geo.Distance(n.point, l.Point) <= n.radius
		switch {
		case k == kg.KindPlace && inside:
			a.places = append(a.places, l.ID)
		case k == kg.KindBuilding && inside:
			a.buildings = append(a.buildings, l.ID)
		case k == kg.KindEntrance && inside:
			a.entrancesIn = append(a.entrancesIn, l.ID)
		case k == kg.KindEntrance:
			a.entrancesOut = append(a.entrancesOut, l.ID)
		}
	}
}
