// Package geo holds everything Lintu knows about places on the earth: points,
// distances, boxes, an in-memory grid index, coordinate datums and GeoJSON
// shapes. It is pure: no clock, no files, no store.
//
// All points are WGS-84 degrees and all distances are metres unless a name
// says otherwise. There is one meaning of distance, that of Distance; every
// index here only proposes candidates and decides through Chord2.
package geo

import (
	"fmt"
	"math"
)

// Point is a place in WGS-84 degrees.
type Point struct {
	Lat float64 `json:"lat"`
	Lon float64 `json:"lon"`
}

// Validate reports whether the point is finite and in range (latitude -90 to
// 90, longitude -180 to 180). When only the latitude is out of range and the
// longitude could be a latitude, the error says that the two look swapped.
func (p Point) Validate() error {
	if !finite(p.Lat) || !finite(p.Lon) {
		return fmt.Errorf("latitude and longitude must be finite numbers, got %v, %v", p.Lat, p.Lon)
	}
	latOK := math.Abs(p.Lat) <= 90
	lonOK := math.Abs(p.Lon) <= 180
	switch {
	case latOK && lonOK:
		return nil
	case !latOK && math.Abs(p.Lat) <= 180 && math.Abs(p.Lon) <= 90:
		return fmt.Errorf("latitude %v is outside -90 to 90; latitude and longitude look swapped", p.Lat)
	case !latOK:
		return fmt.Errorf("latitude %v is outside -90 to 90", p.Lat)
	default:
		return fmt.Errorf("longitude %v is outside -180 to 180", p.Lon)
	}
}

func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }

func radians(degrees float64) float64 { return degrees * (math.Pi / 180) }

func degrees(radians float64) float64 { return radians * (180 / math.Pi) }
