package geo

import (
	"fmt"
	"math"
	"strings"
)

// Datum names what a pair of degrees is measured against. A datum is never
// guessed: every input names its own.
type Datum string

// The datums met in the towns we serve.
const (
	WGS84    Datum = "WGS84"    // satellite positioning, and everything stored
	CGCS2000 Datum = "CGCS2000" // Chinese surveys; within a metre of WGS-84
	GCJ02    Datum = "GCJ02"    // Amap, Tencent: shifted by 400 to 700 m
	BD09     Datum = "BD09"     // Baidu: shifted again by about 900 m
)

// ParseDatum reads the name of a datum as people write it: any case, with or
// without hyphens, blanks and underscores, or as EPSG:4326 and EPSG:4490.
func ParseDatum(s string) (Datum, error) {
	name := strings.NewReplacer("-", "", "_", "", " ", "").Replace(strings.ToUpper(strings.TrimSpace(s)))
	switch name {
	case "WGS84", "EPSG:4326":
		return WGS84, nil
	case "CGCS2000", "EPSG:4490":
		return CGCS2000, nil
	case "GCJ02":
		return GCJ02, nil
	case "BD09", "BD09LL":
		return BD09, nil
	}
	return "", unknownDatum(s)
}

func unknownDatum(s string) error {
	return fmt.Errorf("datum %q is not known; allowed are WGS84, CGCS2000, GCJ02, BD09", s)
}

// FromWGS84 expresses a WGS-84 point in another datum. Outside China GCJ-02 is
// WGS-84. CGCS2000 is taken as it is.
func FromWGS84(p Point, d Datum) (Point, error) {
	if err := p.Validate(); err != nil {
		return Point{}, err
	}
	switch d {
	case WGS84, CGCS2000:
		return p, nil
	case GCJ02:
		return gcjFromWGS(p), nil
	case BD09:
		return bdFromGCJ(gcjFromWGS(p)), nil
	}
	return Point{}, unknownDatum(string(d))
}

// ToWGS84 converts a point given in a datum to WGS-84, to better than 0.1 m.
// CGCS2000 is taken as it is. Within a kilometre of the edge of the rectangle
// in which GCJ-02 shifts at all (in foreign land or at sea) the shift is not
// one-to-one; such a point is taken as shifted.
func ToWGS84(p Point, d Datum) (Point, error) {
	if err := p.Validate(); err != nil {
		return Point{}, err
	}
	switch d {
	case WGS84, CGCS2000:
		return p, nil
	case GCJ02:
		return wgsFromGCJ(p), nil
	case BD09:
		return wgsFromGCJ(inverse(p, bdFromGCJ)), nil
	}
	return Point{}, unknownDatum(string(d))
}

// inverse finds the point that f maps to the target. The shifts change by less
// than a thousandth of the way, so each step of the fixed-point iteration
// gains three digits or more.
func inverse(target Point, f func(Point) Point) Point {
	guess := target
	for range 20 {
		image := f(guess)
		dLat, dLon := target.Lat-image.Lat, target.Lon-image.Lon
		guess.Lat += dLat
		guess.Lon += dLon
		if math.Abs(dLat) < 1e-12 && math.Abs(dLon) < 1e-12 {
			break
		}
	}
	return guess
}

func wgsFromGCJ(p Point) Point {
	if w := inverse(p, gcjShifted); gcjApplies(w) {
		return w
	}
	return p
}

func gcjFromWGS(p Point) Point {
	if !gcjApplies(p) {
		return p
	}
	return gcjShifted(p)
}

// gcjApplies reports whether a WGS-84 point lies in the rectangle around China
// in which the published GCJ-02 code shifts.
func gcjApplies(p Point) bool {
	return p.Lat >= 0.8293 && p.Lat <= 55.8271 && p.Lon >= 72.004 && p.Lon <= 137.8347
}

// GCJ-02 is defined on the ellipsoid of Krassowsky 1940.
const (
	krassowskyAxis = 6378245.0
	krassowskyE2   = 0.00669342162296594323
)

// gcjShifted applies the GCJ-02 shift: a polynomial and sines of the offset
// from 35 N 105 E, in metres, turned into degrees on the ellipsoid. The datum
// has no official publication; this is the formula in general use.
func gcjShifted(p Point) Point {
	x, y := p.Lon-105, p.Lat-35
	common := (20*math.Sin(6*x*math.Pi) + 20*math.Sin(2*x*math.Pi)) * 2 / 3
	north := -100 + 2*x + 3*y + 0.2*y*y + 0.1*x*y + 0.2*math.Sqrt(math.Abs(x)) + common + waves(y, 160, 320)
	east := 300 + x + 2*y + 0.1*x*x + 0.1*x*y + 0.1*math.Sqrt(math.Abs(x)) + common + waves(x, 150, 300)

	sinLat, cosLat := math.Sincos(radians(p.Lat))
	w2 := 1 - krassowskyE2*sinLat*sinLat
	meridian := krassowskyAxis * (1 - krassowskyE2) / (w2 * math.Sqrt(w2))
	parallel := krassowskyAxis / math.Sqrt(w2) * cosLat
	return Point{
		Lat: p.Lat + degrees(north/meridian),
		Lon: p.Lon + degrees(east/parallel),
	}
}

// waves sums the sines of one coordinate, in metres; the two slow ones differ
// between north and east in their amplitudes.
func waves(v, slow, slowest float64) float64 {
	fast := 20*math.Sin(v*math.Pi) + 40*math.Sin(v/3*math.Pi)
	return (fast + slow*math.Sin(v/12*math.Pi) + slowest*math.Sin(v/30*math.Pi)) * 2 / 3
}

// bdFromGCJ applies Baidu's second shift: a small wave in polar coordinates
// and a constant offset.
func bdFromGCJ(p Point) Point {
	const fast = math.Pi * 3000 / 180
	r := math.Hypot(p.Lon, p.Lat) + 0.00002*math.Sin(p.Lat*fast)
	theta := math.Atan2(p.Lat, p.Lon) + 0.000003*math.Cos(p.Lon*fast)
	return Point{Lat: r*math.Sin(theta) + 0.006, Lon: r*math.Cos(theta) + 0.0065}
}
