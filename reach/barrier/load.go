package barrier

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"lintu/geo"
	"lintu/kg"
)

// Barriers and Crossings are the values that a feature's property "kind" can have.
var (
	Barriers  = []string{"river", "railway", "motorway"}    // 河流, 铁路, 高速公路
	Crossings = []string{"bridge", "underpass", "crossing"} // 桥, 地下通道, 道口
)

const (
	// DefaultTolerance is how far a crossing without a tolerance of its own opens a line, in metres.
	DefaultTolerance = 50
	// MaxTolerance is the largest tolerance, in metres.
	MaxTolerance = 2000

	maxProblems = 20
)

// Invalid is the error of a file that cannot be used: its problems, each with the feature that it is about. It is a
// kg.ErrInvalid.
type Invalid struct{ Problems []string }

// Error lists the problems, one a line when there are several.
func (e *Invalid) Error() string {
	if len(e.Problems) == 1 {
		return e.Problems[0]
	}
	shown, more := e.Problems, ""
	if len(shown) > maxProblems {
		shown, more = shown[:maxProblems], fmt.Sprintf("\n  - and %d more", len(e.Problems)-maxProblems)
	}
	return fmt.Sprintf("%d problems:\n  - %s%s", len(e.Problems), strings.Join(shown, "\n  - "), more)
}

// Unwrap makes errors.Is(err, kg.ErrInvalid) hold.
func (e *Invalid) Unwrap() error { return kg.ErrInvalid }

// Parse reads a GeoJSON FeatureCollection (RFC 7946). A feature is a line or a crossing by its property kind: of
// Barriers as LineString or MultiLineString, of Crossings as Point, MultiPoint, LineString or MultiLineString with, if it
// likes, a property tolerance in metres (over 0, at most MaxTolerance; DefaultTolerance without one). A property name is
// for people. Positions are WGS-84, or of the datum that the collection's own member "datum" names. The error is an
// *Invalid that names every feature with a problem.
func Parse(data []byte) (*Set, error) {
	var file struct {
		Type     string            `json:"type"`
		Datum    *string           `json:"datum"`
		CRS      json.RawMessage   `json:"crs"`
		Features []json.RawMessage `json:"features"`
	}
	if err := json.Unmarshal(bytes.TrimPrefix(data, []byte("\ufeff")), &file); err != nil {
		return nil, &Invalid{[]string{"it is not JSON of a FeatureCollection: " + err.Error()}}
	}
	l := &loader{set: &Set{cells: map[cell][]int32{}}, datum: geo.WGS84}
	if file.Type != "FeatureCollection" {
		l.problem("its type is %q; allowed is FeatureCollection", file.Type)
	}
	if len(file.CRS) > 0 && !bytes.Equal(file.CRS, []byte("null")) {
		l.problem(`it has a member "crs"; write the positions in WGS-84, or name their datum in a member "datum"`)
	}
	if file.Datum != nil {
		var err error
		if l.datum, err = geo.ParseDatum(*file.Datum); err != nil {
			l.problem("%v", err)
		}
	}
	if len(l.problems) > 0 {
		return nil, &Invalid{l.problems}
	}
	for i, raw := range file.Features {
		l.feature(i+1, raw)
	}
	if len(l.problems) == 0 && !l.set.Loaded() {
		l.problem("it has no line of kind %s", strings.Join(Barriers, ", "))
	}
	if len(l.problems) > 0 {
		return nil, &Invalid{l.problems}
	}
	l.hang()
	return l.set, nil
}

type loader struct {
	set      *Set
	datum    geo.Datum
	doors    []namedDoor
	problems []string
}

type namedDoor struct {
	door
	who string
}

func (l *loader) problem(format string, args ...any) {
	l.problems = append(l.problems, fmt.Sprintf(format, args...))
}

// feature reads a feature, which is the nth of the file.
func (l *loader) feature(n int, raw json.RawMessage) {
	var f struct {
		Type       string `json:"type"`
		Properties struct {
			Kind      string   `json:"kind"`
			Name      string   `json:"name"`
			Tolerance *float64 `json:"tolerance"`
		} `json:"properties"`
		Geometry *struct {
			Type        string          `json:"type"`
			Coordinates json.RawMessage `json:"coordinates"`
		} `json:"geometry"`
	}
	who := fmt.Sprintf("feature %d", n)
	if err := json.Unmarshal(raw, &f); err != nil {
		l.problem("%s is not a feature: %v", who, err)
		return
	}
	if f.Properties.Name != "" {
		who += fmt.Sprintf(" (%q)", f.Properties.Name)
	}
	kind := strings.ToLower(f.Properties.Kind)
	line, crossing := slices.Contains(Barriers, kind), slices.Contains(Crossings, kind)
	switch {
	case f.Type != "Feature":
		l.problem("%s: its type is %q; allowed is Feature", who, f.Type)
		return
	case !line && !crossing:
		l.problem("%s: its property kind is %q; allowed are %s for lines, %s for crossings", who, f.Properties.Kind, strings.Join(Barriers, ", "), strings.Join(Crossings, ", "))
		return
	case f.Geometry == nil:
		l.problem("%s has no geometry", who)
		return
	case line && f.Properties.Tolerance != nil:
		l.problem("%s: a %s has no tolerance; crossings have one", who, kind)
		return
	}
	paths, err := l.paths(f.Geometry.Type, f.Geometry.Coordinates, crossing)
	if err != nil {
		l.problem("%s: %v", who, err)
		return
	}
	if line {
		l.line(paths)
		return
	}
	tolerance := float64(DefaultTolerance)
	if t := f.Properties.Tolerance; t != nil {
		tolerance = *t
	}
	if !(tolerance > 0 && tolerance <= MaxTolerance) {
		l.problem("%s: its tolerance is %v; allowed is more than 0 and at most %d metres", who, tolerance, MaxTolerance)
		return
	}
	for _, path := range paths {
		l.doors = append(l.doors, namedDoor{door{path, tolerance}, who})
	}
}

func (l *loader) line(paths [][]geo.Point) {
	for _, path := range paths {
		l.set.lines++
		for i := 1; i < len(path); i++ {
			l.set.add(path[i-1], path[i])
		}
	}
}

// hang gives the crossings to the lines, which are all known now.
func (l *loader) hang() {
	for i := range l.doors {
		d := &l.doors[i]
		l.set.crossings++
		if l.set.hang(&d.door) == 0 {
			l.set.warnings = append(l.set.warnings, fmt.Sprintf("%s opens nothing: no line is within its tolerance of %v m", d.who, d.tolerance))
		}
	}
}

// paths reads a geometry as lists of points; a point is a list of one.
func (l *loader) paths(kind string, coordinates json.RawMessage, crossing bool) ([][]geo.Point, error) {
	var raw [][][]float64 // paths of positions
	var err error
	allowed := "LineString and MultiLineString"
	if crossing {
		allowed = "Point, MultiPoint, LineString and MultiLineString"
	}
	least := 2
	switch {
	case kind == "LineString":
		raw = make([][][]float64, 1)
		err = json.Unmarshal(coordinates, &raw[0])
	case kind == "MultiLineString":
		err = json.Unmarshal(coordinates, &raw)
	case kind == "Point" && crossing:
		raw, least = [][][]float64{{nil}}, 1
		err = json.Unmarshal(coordinates, &raw[0][0])
	case kind == "MultiPoint" && crossing:
		var points [][]float64
		err, least = json.Unmarshal(coordinates, &points), 1
		for _, p := range points {
			raw = append(raw, [][]float64{p})
		}
	default:
		return nil, fmt.Errorf("its geometry is a %q; allowed are %s", kind, allowed)
	}
	if err != nil {
		return nil, fmt.Errorf("its %s has malformed coordinates: %w", kind, err)
	}
	if len(raw) == 0 {
		return nil, fmt.Errorf("its %s is empty", kind)
	}
	out := make([][]geo.Point, len(raw))
	for i, positions := range raw {
		if out[i], err = l.path(positions, least); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// path reads positions; equal ones in a row are one.
func (l *loader) path(positions [][]float64, least int) ([]geo.Point, error) {
	var out []geo.Point
	for i, position := range positions {
		if len(position) < 2 {
			return nil, fmt.Errorf("position %d has %d numbers; longitude and latitude are needed", i+1, len(position))
		}
		p, err := geo.ToWGS84(geo.Point{Lat: position[1], Lon: position[0]}, l.datum)
		if err != nil {
			return nil, fmt.Errorf("position %d: %w", i+1, err)
		}
		if len(out) > 0 && (p.Lon-out[len(out)-1].Lon > 180 || out[len(out)-1].Lon-p.Lon > 180) {
			return nil, fmt.Errorf("position %d: the line crosses the antimeridian; cut it there", i+1)
		}
		if len(out) == 0 || out[len(out)-1] != p {
			out = append(out, p)
		}
	}
	if len(out) < least {
		return nil, fmt.Errorf("it has %d distinct positions; a line needs 2 or more", len(out))
	}
	return out, nil
}
