package draw

import "lintu/geo"

// cmPerDegree is a degree of latitude in centimetres, on the sphere of package geo.
const cmPerDegree = 11119508

// Ground turns centimetres east and north of a town's corner into points, WGS-84.
type Ground struct {
	LatE7, LonE7 int // the south-western corner in 1e-7 degrees
	// CmPerLon is a degree of longitude in centimetres at the town's latitude.
	CmPerLon int
}

// Point is the place that lies east and north of the corner, to 1e-6 degrees (about a decimetre).
func (g Ground) Point(east, north int) *geo.Point {
	lat := int64(g.LatE7) + int64(north)*10000000/cmPerDegree
	lon := int64(g.LonE7) + int64(east)*10000000/int64(g.CmPerLon)
	return &geo.Point{Lat: float64(lat/10) / 1e6, Lon: float64(lon/10) / 1e6}
}
