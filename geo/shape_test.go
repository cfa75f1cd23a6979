package geo

import (
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

const (
	square     = `{"type":"Polygon","coordinates":[[[0,0],[4,0],[4,4],[0,4],[0,0]]]}`
	donut      = `{"type":"Polygon","coordinates":[[[0,0],[4,0],[4,4],[0,4],[0,0]],[[1,1],[3,1],[3,3],[1,3],[1,1]]]}`
	twoSquares = `{"type":"MultiPolygon","coordinates":[[[[0,0],[1,0],[1,1],[0,1],[0,0]]],[[[5,5],[6,5],[6,6],[5,6],[5,5]]]]}`
)

func mustParse(t *testing.T, data string) Shape {
	t.Helper()
	s, err := ParseShape([]byte(data))
	if err != nil {
		t.Fatalf("%s: %v", data, err)
	}
	return s
}

func TestShapesHoldWhatIsInsideThem(t *testing.T) {
	for _, c := range []struct {
		shape string
		p     Point
		want  bool
	}{
		{square, Point{2, 2}, true},
		{square, Point{2, 5}, false},
		{square, Point{-1, 2}, false},
		{donut, Point{2, 2}, false},
		{donut, Point{0.5, 2}, true},
		{twoSquares, Point{0.5, 0.5}, true},
		{twoSquares, Point{5.5, 5.5}, true},
		{twoSquares, Point{3, 3}, false},
	} {
		if got := mustParse(t, c.shape).Contains(c.p); got != c.want {
			t.Errorf("%s holds %v: %v", c.shape, c.p, got)
		}
	}
}

func TestAreasThatShareAnEdgeNeverBothClaimAPoint(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		// A square is cut along a crooked line from its south to its north side.
		a, b := rapid.Float64Range(0.5, 3.5).Draw(t, "a"), rapid.Float64Range(0.5, 3.5).Draw(t, "b")
		west := fmt.Sprintf(`{"type":"Polygon","coordinates":[[[0,0],[%v,0],[%v,2],[2,4],[0,4],[0,0]]]}`, a, b)
		east := fmt.Sprintf(`{"type":"Polygon","coordinates":[[[%v,0],[4,0],[4,4],[2,4],[%v,2],[%v,0]]]}`, a, b, a)
		left, err := ParseShape([]byte(west))
		if err != nil {
			t.Fatal(err)
		}
		right, err := ParseShape([]byte(east))
		if err != nil {
			t.Fatal(err)
		}
		lat := rapid.SampledFrom([]float64{0, 1, 2, 3, 3.999}).Draw(t, "lat")
		onEdge := a + lat/2*(b-a)
		if lat >= 2 {
			onEdge = b + (lat-2)/2*(2-b)
		}
		p := Point{Lat: lat, Lon: rapid.SampledFrom([]float64{onEdge, 1, 2, 3}).Draw(t, "lon")}
		if left.Contains(p) == right.Contains(p) {
			t.Fatalf("%v is in both or in neither", p)
		}
	})
}

func TestAShapeAgreesWithACircleMadeOfEdges(t *testing.T) {
	const corners = 720
	ring := make([]string, 0, corners+1)
	for k := range corners {
		angle := 2 * math.Pi * float64(k) / corners
		ring = append(ring, fmt.Sprintf("[%v,%v]", 112+math.Cos(angle), 30+math.Sin(angle)))
	}
	ring = append(ring, ring[0])
	s := mustParse(t, `{"type":"Polygon","coordinates":[[`+strings.Join(ring, ",")+`]]}`)
	rapid.Check(t, func(t *rapid.T) {
		p := Point{Lat: rapid.Float64Range(28, 32).Draw(t, "lat"), Lon: rapid.Float64Range(110, 114).Draw(t, "lon")}
		r := math.Hypot(p.Lat-30, p.Lon-112)
		if math.Abs(r-1) < 1e-4 {
			return
		}
		if s.Contains(p) != (r < 1) {
			t.Fatalf("%v at %v from the centre: inside is %v", p, r, s.Contains(p))
		}
	})
}

func TestBoundsAreTheSmallestBox(t *testing.T) {
	if got := mustParse(t, twoSquares).Bounds(); got != (Box{Point{0, 0}, Point{6, 6}}) {
		t.Errorf("bounds are %v", got)
	}
}

func TestMalformedShapesAreRefusedWithAReason(t *testing.T) {
	for data, want := range map[string]string{
		``:                                           "not a GeoJSON geometry",
		`[]`:                                         "not a GeoJSON geometry",
		`{}`:                                         "allowed are Polygon and MultiPolygon",
		`{"type":"Point","coordinates":[1,2]}`:       "allowed are Polygon and MultiPolygon",
		`{"type":"Feature","geometry":null}`:         "allowed are Polygon and MultiPolygon",
		`{"type":"Polygon"}`:                         "malformed",
		`{"type":"Polygon","coordinates":[]}`:        "no rings",
		`{"type":"Polygon","coordinates":[[]]}`:      "needs 4 or more",
		`{"type":"Polygon","coordinates":"x"}`:       "malformed",
		`{"type":"Polygon","coordinates":null}`:      "no rings",
		`{"type":"MultiPolygon","coordinates":[]}`:   "no polygons",
		`{"type":"MultiPolygon","coordinates":[[]]}`: "polygon 0 has no rings",
		`{"type":"Polygon","coordinates":[[[0,0],[4,0],[0,0]]]}`:                                   "needs 4 or more",
		`{"type":"Polygon","coordinates":[[[0,0],[4,0],[4,4],[0,4]]]}`:                             "not closed",
		`{"type":"Polygon","coordinates":[[[0,0],[4,0],[0,0],[0,0]]]}`:                             "3 distinct",
		`{"type":"Polygon","coordinates":[[[0,0],[4],[4,4],[0,0]]]}`:                               "position 1 has 1 numbers",
		`{"type":"Polygon","coordinates":[[[0,0],[190,0],[4,4],[0,0]]]}`:                           "longitude 190",
		`{"type":"Polygon","coordinates":[[[29.7,112.4],[29.8,112.4],[29.8,112.5],[29.7,112.4]]]}`: "look swapped",
		`{"type":"Polygon","coordinates":[[[0,0],[1e999,0],[4,4],[0,0]]]}`:                         "malformed",
		square[:len(square)-1] + `,"crs":{"type":"name"}}`:                                         "crs",
	} {
		if _, err := ParseShape([]byte(data)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s gives %v, want %q", data, err, want)
		}
	}
}

func TestShapesAreWrittenAsTheyWereRead(t *testing.T) {
	for _, data := range []string{square, donut, twoSquares} {
		out, err := json.Marshal(mustParse(t, data))
		if err != nil || string(out) != data {
			t.Errorf("%s comes back as %s, %v", data, out, err)
		}
	}
	withHeight := mustParse(t, `{"type":"Polygon","coordinates":[[[0,0,9],[4,0,9],[4,4,9],[0,4,9],[0,0,9]]],"bbox":[0,0,4,4]}`)
	if out, _ := json.Marshal(withHeight); string(out) != square {
		t.Errorf("altitudes come back: %s", out)
	}
	var holder struct{ Area Shape }
	if out, err := json.Marshal(holder); err != nil || string(out) != `{"Area":null}` {
		t.Errorf("no area is written %s, %v", out, err)
	}
	if err := json.Unmarshal([]byte(`{"Area":`+square+`}`), &holder); err != nil || !holder.Area.Contains(Point{2, 2}) {
		t.Errorf("an area inside a document is lost: %v", err)
	}
	if err := json.Unmarshal([]byte(`{"Area":null}`), &holder); err != nil || !holder.Area.IsZero() || holder.Area.Contains(Point{}) {
		t.Errorf("null is not the zero shape: %v", err)
	}
	if err := json.Unmarshal([]byte(`{"Area":{"type":"Point"}}`), &holder); err == nil {
		t.Error("a point is taken for an area")
	}
}

func TestAShapeIsConvertedFromItsDatum(t *testing.T) {
	data := `{"type":"Polygon","coordinates":[[[112.4,29.7],[112.5,29.7],[112.5,29.8],[112.4,29.7]]]}`
	wgs, err := mustParse(t, data).Convert(GCJ02)
	if err != nil {
		t.Fatal(err)
	}
	want, err := ToWGS84(Point{29.7, 112.4}, GCJ02)
	if err != nil {
		t.Fatal(err)
	}
	if wgs.Bounds().Min.Lon != want.Lon {
		t.Errorf("bounds after conversion are %v", wgs.Bounds())
	}
	if _, err := mustParse(t, data).Convert("X"); err == nil {
		t.Error("an unknown datum is accepted")
	}
	if zero, err := (Shape{}).Convert(BD09); err != nil || !zero.IsZero() {
		t.Errorf("no area becomes %v, %v", zero, err)
	}
}

func FuzzParseShapeRefusesOrRoundTrips(f *testing.F) {
	for _, s := range []string{square, donut, twoSquares, `{"type":"Polygon","coordinates":[[[0]]]}`, `null`, `{"type":"MultiPolygon","coordinates":[[null]]}`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := ParseShape(data)
		if err != nil {
			return
		}
		out, err := json.Marshal(s)
		if err != nil {
			t.Fatalf("%s cannot be written: %v", data, err)
		}
		again, err := ParseShape(out)
		if err != nil {
			t.Fatalf("%s is written as %s, which is refused: %v", data, out, err)
		}
		if again.Bounds() != s.Bounds() {
			t.Fatalf("bounds %v become %v", s.Bounds(), again.Bounds())
		}
		middle := Point{(s.bounds.Min.Lat + s.bounds.Max.Lat) / 2, (s.bounds.Min.Lon + s.bounds.Max.Lon) / 2}
		if s.Contains(middle) != again.Contains(middle) {
			t.Fatalf("the middle of %s changes sides", data)
		}
	})
}
