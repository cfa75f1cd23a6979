package barrier_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"lintu/geo"
	"lintu/kg"
	"lintu/reach/barrier"
)

const river = `{"type":"Feature","properties":{"kind":"River","name":"花地河"},"geometry":{"type":"LineString","coordinates":[[113,23],[113.01,23]]}}`

func collection(more string, features ...string) []byte {
	return []byte(`{"type":"FeatureCollection",` + more + `"features":[` + strings.Join(features, ",") + `]}`)
}

func TestAFileThatCannotBeUsedNamesTheFeatureAndTheProblem(t *testing.T) {
	feature := func(properties, geometry string) []byte {
		return collection("", river, fmt.Sprintf(`{"type":"Feature","properties":%s,"geometry":%s}`, properties, geometry))
	}
	const bridge = `{"kind":"bridge","name":"鹤洞大桥"}`
	for want, data := range map[string][]byte{
		"it is not JSON of a FeatureCollection":                              []byte("river"),
		`its type is "Feature"; allowed is FeatureCollection`:                []byte(river),
		`it has a member "crs"`:                                              collection(`"crs":{"type":"name"},`, river),
		"it has no line of kind river, railway, motorway":                    collection(""),
		`datum "XIAN80" is not known`:                                        collection(`"datum":"XIAN80",`, river),
		"feature 2 is not a feature":                                         collection("", river, `[]`),
		`feature 2: its type is "Point"; allowed is Feature`:                 collection("", river, `{"type":"Point"}`),
		`feature 2: its property kind is "canal"; allowed are river, railw`:  feature(`{"kind":"canal"}`, "null"),
		`feature 2: its property kind is ""; allowed are`:                    feature("null", "null"),
		`feature 2 ("鹤洞大桥") has no geometry`:                                 feature(bridge, "null"),
		"feature 2: a railway has no tolerance; crossings have one":          feature(`{"kind":"railway","tolerance":5}`, `{"type":"LineString","coordinates":[[113,23],[113,24]]}`),
		`feature 2: its geometry is a "Point"; allowed are LineString and M`: feature(`{"kind":"railway"}`, `{"type":"Point","coordinates":[113,23]}`),
		`feature 2 ("鹤洞大桥"): its geometry is a "Polygon"; allowed are Point`: feature(bridge, `{"type":"Polygon","coordinates":[]}`),
		"its LineString has malformed coordinates":                           feature(bridge, `{"type":"LineString","coordinates":[113,23]}`),
		"it has 1 distinct positions; a line needs 2 or more":                feature(bridge, `{"type":"LineString","coordinates":[[113,23],[113,23]]}`),
		"its MultiPoint is empty":                                            feature(bridge, `{"type":"MultiPoint","coordinates":[]}`),
		"position 1 has 1 numbers; longitude and latitude are needed":        feature(bridge, `{"type":"Point","coordinates":[113]}`),
		"position 2: latitude 113 is outside -90 to 90; latitude and longit": feature(bridge, `{"type":"LineString","coordinates":[[113,23],[23,113]]}`),
		"position 2: the line crosses the antimeridian; cut it there":        feature(bridge, `{"type":"LineString","coordinates":[[179,23],[-179,23]]}`),
		"its tolerance is 0; allowed is more than 0 and at most 2000 metres": feature(`{"kind":"bridge","tolerance":0}`, `{"type":"Point","coordinates":[113,23]}`),
		"its tolerance is 2001; allowed":                                     feature(`{"kind":"underpass","tolerance":2001}`, `{"type":"Point","coordinates":[113,23]}`),
	} {
		set, err := barrier.Parse(data)
		if err == nil || set != nil || !strings.Contains(err.Error(), want) || !errors.Is(err, kg.ErrInvalid) {
			t.Errorf("%s gives %v", data, err)
		}
	}
}

func TestAllProblemsAreToldAtOnceButNotWithoutEnd(t *testing.T) {
	var bad []string
	for range 30 {
		bad = append(bad, `{"type":"Feature","properties":{"kind":"wall"}}`)
	}
	_, err := barrier.Parse(collection("", bad...))
	if err == nil || !strings.HasPrefix(err.Error(), "30 problems:") || !strings.Contains(err.Error(), "feature 20:") || strings.Contains(err.Error(), "feature 21:") || !strings.Contains(err.Error(), "and 10 more") {
		t.Errorf("error is %v", err)
	}
}

func TestEveryGeometryThatIsAllowedIsRead(t *testing.T) {
	gate := func(geometry string) string {
		return `{"type":"Feature","properties":{"kind":"underpass","tolerance":20},"geometry":` + geometry + `}`
	}
	set, err := barrier.Parse(collection("", river,
		`{"type":"Feature","properties":{"kind":"motorway"},"geometry":{"type":"MultiLineString","coordinates":[[[113,23.01,7],[113.01,23.01,7]],[[113,23.02],[113.01,23.02]]]}}`,
		gate(`{"type":"Point","coordinates":[113.001,23]}`), gate(`{"type":"MultiPoint","coordinates":[[113.002,23],[113.003,23]]}`),
		gate(`{"type":"LineString","coordinates":[[113.004,22.999],[113.004,23.001]]}`),
		gate(`{"type":"MultiLineString","coordinates":[[[113.005,22.999],[113.005,23.001]],[[113.006,22.999],[113.006,23.001]]]}`)))
	if err != nil {
		t.Fatal(err)
	}
	if set.Lines() != 3 || set.Crossings() != 6 || len(set.Warnings()) != 0 {
		t.Errorf("%d lines, %d crossings, warnings %v", set.Lines(), set.Crossings(), set.Warnings())
	}
	for i := range 10 {
		lon := 113 + float64(i)/1000
		p, q := geo.Point{Lat: 22.9995, Lon: lon}, geo.Point{Lat: 23.0005, Lon: lon}
		if want := i == 0 || i > 6; i > 0 && set.Across(p, q) != want {
			t.Errorf("at %v the river is across: %v", lon, !want)
		}
	}
	for _, lat := range []float64{23.01, 23.02} {
		if !set.Across(geo.Point{Lat: lat - 0.001, Lon: 113.005}, geo.Point{Lat: lat + 0.001, Lon: 113.005}) {
			t.Errorf("the motorway at %v is not met", lat)
		}
	}
}

func TestPositionsAreReadInTheDatumThatIsNamed(t *testing.T) {
	shifted, err := barrier.Parse(collection(`"datum":"gcj-02",`, river))
	if err != nil {
		t.Fatal(err)
	}
	p, q := geo.Point{Lat: 22.9995, Lon: 113.002}, geo.Point{Lat: 23.0005, Lon: 113.002}
	if shifted.Across(p, q) {
		t.Error("a line in GCJ-02 is taken as it is")
	}
	for _, end := range []*geo.Point{&p, &q} {
		if *end, err = geo.ToWGS84(*end, geo.GCJ02); err != nil {
			t.Fatal(err)
		}
	}
	if !shifted.Across(p, q) {
		t.Error("a line in GCJ-02 is not met where it is")
	}
}

func TestACrossingFarFromEveryLineIsWarnedOf(t *testing.T) {
	set, err := barrier.Parse(collection("", river, `{"type":"Feature","properties":{"kind":"bridge","name":"远桥"},"geometry":{"type":"Point","coordinates":[113.005,23.01]}}`))
	if err != nil {
		t.Fatal(err)
	}
	if w := set.Warnings(); len(w) != 1 || !strings.Contains(w[0], `feature 2 ("远桥") opens nothing: no line is within its tolerance of 50 m`) {
		t.Errorf("warnings are %q", w)
	}
}
