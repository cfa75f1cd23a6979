package barrier

import (
	"math"

	"lintu/geo"
)

// meets is the point at which the way between two points crosses the segment. The answer is the same from either end.
func (g *segment) meets(p, q geo.Point) (geo.Point, bool) {
	if less(q, p) {
		p, q = q, p
	}
	if p == q || q.Lon-p.Lon > 180 || p.Lon-q.Lon > 180 || !overlap(g.box, boxOf(p, q)) {
		return geo.Point{}, false
	}
	atP, atQ := side(g.a, g.b, p), side(g.a, g.b, q)
	if !(atP < 0 && atQ > 0 || atP > 0 && atQ < 0) { // an end on the line has not crossed it
		return geo.Point{}, false
	}
	atA, atB := side(p, q, g.a), side(p, q, g.b)
	if atA > 0 && atB > 0 || atA < 0 && atB < 0 {
		return geo.Point{}, false
	}
	t := atP / (atP - atQ)
	return geo.Point{Lat: p.Lat + float64(t*(q.Lat-p.Lat)), Lon: p.Lon + float64(t*(q.Lon-p.Lon))}, true
}

// side is positive for c left of the line from a to b, negative right of it, 0 on it.
func side(a, b, c geo.Point) float64 {
	// The conversions forbid fused multiply-add, so that every processor decides alike.
	return float64((b.Lon-a.Lon)*(c.Lat-a.Lat)) - float64((b.Lat-a.Lat)*(c.Lon-a.Lon))
}

func less(a, b geo.Point) bool { return a.Lat < b.Lat || a.Lat == b.Lat && a.Lon < b.Lon }

func boxOf(a, b geo.Point) geo.Box {
	return geo.Box{
		Min: geo.Point{Lat: min(a.Lat, b.Lat), Lon: min(a.Lon, b.Lon)},
		Max: geo.Point{Lat: max(a.Lat, b.Lat), Lon: max(a.Lon, b.Lon)},
	}
}

func overlap(a, b geo.Box) bool {
	return a.Min.Lat <= b.Max.Lat && b.Min.Lat <= a.Max.Lat && a.Min.Lon <= b.Max.Lon && b.Min.Lon <= a.Max.Lon
}

// open says whether a crossing lies near enough to a point of the segment.
func (g *segment) open(x geo.Point) bool {
	for _, d := range g.doors {
		if d.distance(x) <= d.tolerance {
			return true
		}
	}
	return false
}

// distance is the metres from a point to the crossing: to a point by geo.Distance, to a line in the plane that touches
// the earth at x, which is off by less than a millimetre at 50 m and by less than a metre at MaxTolerance in our towns.
func (d *door) distance(x geo.Point) float64 {
	if len(d.path) == 1 {
		return geo.Distance(x, d.path[0])
	}
	best := math.Inf(1)
	for i := 1; i < len(d.path); i++ {
		best = min(best, toSegment(x, d.path[i-1], d.path[i]))
	}
	return best
}

// toSegment is the metres from x to the nearest point of the segment from a to b.
func toSegment(x, a, b geo.Point) float64 {
	const degree = geo.EarthRadius * math.Pi / 180
	across := degree * math.Cos(x.Lat*math.Pi/180)
	ax, ay := (a.Lon-x.Lon)*across, (a.Lat-x.Lat)*degree
	bx, by := (b.Lon-x.Lon)*across, (b.Lat-x.Lat)*degree
	dx, dy := bx-ax, by-ay
	t := 0.0
	if long := dx*dx + dy*dy; long > 0 {
		t = max(0, min(1, -(ax*dx+ay*dy)/long))
	}
	return math.Hypot(ax+t*dx, ay+t*dy)
}

// reaches says whether the crossing is near enough to open the segment somewhere, with a metre to spare.
func (d *door) reaches(g *segment) bool {
	near := func(metres float64) bool { return metres <= d.tolerance+1 }
	for i, p := range d.path {
		if near(toSegment(p, g.a, g.b)) {
			return true
		}
		if i == 0 {
			continue
		}
		before := d.path[i-1]
		if _, meets := g.meets(before, p); meets || near(toSegment(g.a, before, p)) || near(toSegment(g.b, before, p)) {
			return true
		}
	}
	return false
}
