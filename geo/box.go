package geo

import "math"

// Box is a rectangle in latitude and longitude, its edges included. It never
// crosses the antimeridian: Min.Lon <= Max.Lon.
type Box struct {
	Min Point `json:"min"`
	Max Point `json:"max"`
}

// boxSlack widens a box against rounding, in degrees: a tenth of a millimetre,
// many thousand times the error of Distance.
const boxSlack = 1e-9

// Around returns a box that holds every point within the given metres of p,
// by Distance's meaning, and some more. When the circle reaches over a pole
// the box spans all longitudes. Where the circle crosses the antimeridian the
// box is clamped at it, so points on the far side are outside the box; no town
// we serve is near. A negative or NaN radius counts as 0.
func Around(p Point, metres float64) Box {
	dLat, dLon := reachDegrees(p.Lat, metres)
	return Box{
		Min: Point{Lat: math.Max(p.Lat-dLat, -90), Lon: math.Max(p.Lon-dLon, -180)},
		Max: Point{Lat: math.Min(p.Lat+dLat, 90), Lon: math.Min(p.Lon+dLon, 180)},
	}
}

// reachDegrees returns how far a circle of the given metres around a point at
// latitude lat reaches to the north and south, and to the east and west. The
// meridians that touch the circle do so on the side of the pole; the right
// spherical triangle of pole, centre and touching point gives
// asin(sin d / cos lat).
func reachDegrees(lat, metres float64) (dLat, dLon float64) {
	if !(metres > 0) {
		metres = 0
	}
	d := math.Min(metres/EarthRadius, math.Pi)
	d *= 1 + 1e-9
	dLat = degrees(d) + boxSlack
	if math.Abs(lat)+dLat >= 90 {
		return dLat, 360
	}
	s := math.Sin(d) / math.Cos(radians(lat))
	if s >= 1 {
		return dLat, 360
	}
	// Near a pole a rounding step of the latitude is worth more longitude.
	return dLat, degrees(math.Asin(s))*(1+1e-9) + boxSlack/math.Cos(radians(math.Abs(lat)+dLat))
}

// Contains reports whether the point is in the box or on its edge.
func (b Box) Contains(p Point) bool {
	return b.Min.Lat <= p.Lat && p.Lat <= b.Max.Lat && b.Min.Lon <= p.Lon && p.Lon <= b.Max.Lon
}

// extend returns the smallest box that holds b and p.
func (b Box) extend(p Point) Box {
	return Box{
		Min: Point{Lat: math.Min(b.Min.Lat, p.Lat), Lon: math.Min(b.Min.Lon, p.Lon)},
		Max: Point{Lat: math.Max(b.Max.Lat, p.Lat), Lon: math.Max(b.Max.Lon, p.Lon)},
	}
}
