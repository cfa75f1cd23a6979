package geo

import (
	"encoding/json"
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// anyPoint draws a valid point anywhere, poles and antimeridian included.
var anyPoint = rapid.Custom(func(t *rapid.T) Point {
	return Point{Lat: rapid.Float64Range(-90, 90).Draw(t, "lat"), Lon: rapid.Float64Range(-180, 180).Draw(t, "lon")}
})

// destination returns the point at a distance and bearing (radians from north)
// from p on the sphere.
func destination(p Point, metres, bearing float64) Point {
	d, lat := metres/EarthRadius, radians(p.Lat)
	sinLat := math.Sin(lat)*math.Cos(d) + math.Cos(lat)*math.Sin(d)*math.Cos(bearing)
	to := math.Asin(math.Max(-1, math.Min(1, sinLat)))
	dLon := math.Atan2(math.Sin(bearing)*math.Sin(d)*math.Cos(lat), math.Cos(d)-math.Sin(lat)*sinLat)
	lon := math.Remainder(p.Lon+degrees(dLon), 360)
	return Point{Lat: degrees(to), Lon: lon}
}

func TestPointsOutOfRangeAreRefusedWithAReason(t *testing.T) {
	for _, c := range []struct {
		p    Point
		want string // part of the error, or empty for none
	}{
		{Point{29.72, 112.41}, ""},
		{Point{-90, -180}, ""},
		{Point{90, 180}, ""},
		{Point{112.41, 29.72}, "look swapped"},
		{Point{-112.41, 29.72}, "look swapped"},
		{Point{112.41, 129.72}, "latitude 112.41 is outside -90 to 90"},
		{Point{200, 10}, "latitude 200 is outside -90 to 90"},
		{Point{10, 180.5}, "longitude 180.5 is outside -180 to 180"},
		{Point{math.NaN(), 0}, "finite"},
		{Point{0, math.Inf(-1)}, "finite"},
	} {
		err := c.p.Validate()
		if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%v: error %v, want %q", c.p, err, c.want)
		}
	}
	if err := (Point{200, 10}).Validate(); strings.Contains(err.Error(), "swapped") {
		t.Errorf("200 cannot be a longitude, yet: %v", err)
	}
}

func TestPointsAreLatAndLonInJSON(t *testing.T) {
	data, err := json.Marshal(Point{Lat: 29.5, Lon: 112.25})
	if err != nil || string(data) != `{"lat":29.5,"lon":112.25}` {
		t.Errorf("JSON is %s, %v", data, err)
	}
}
