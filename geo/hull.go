package geo

import (
	"cmp"
	"slices"
)

// Hull is the smallest convex shape that contains all points, straight in latitude and longitude like every Shape. It is
// the zero Shape where the points do not span an area, and must not be asked for points on both sides of the 180th
// meridian. (Andrew's monotone chain.)
func Hull(points []Point) Shape {
	sorted := slices.Clone(points)
	slices.SortFunc(sorted, func(a, b Point) int { return cmp.Or(cmp.Compare(a.Lon, b.Lon), cmp.Compare(a.Lat, b.Lat)) })
	sorted = slices.Compact(sorted)
	if len(sorted) < 3 {
		return Shape{}
	}
	chain := func(points []Point) []Point {
		var out []Point
		for _, p := range points {
			for len(out) > 1 && turn(out[len(out)-2], out[len(out)-1], p) <= 0 {
				out = out[:len(out)-1]
			}
			out = append(out, p)
		}
		return out
	}
	ring := chain(sorted)
	slices.Reverse(sorted)
	ring = append(ring[:len(ring)-1], chain(sorted)...) // the last of one chain is the first of the other; so the ring is closed
	if len(ring) < 4 {
		return Shape{}
	}
	polygons := []polygon{{ring}}
	return Shape{polygons: polygons, bounds: boundsOf(polygons)}
}

// turn is positive where a, b, c turn to the left, 0 on a line.
func turn(a, b, c Point) float64 {
	return (b.Lon-a.Lon)*(c.Lat-a.Lat) - (b.Lat-a.Lat)*(c.Lon-a.Lon)
}
