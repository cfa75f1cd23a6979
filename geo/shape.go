package geo

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
)

// Shape is an area on the map: one or more polygons with holes, as a GeoJSON
// Polygon or MultiPolygon (RFC 7946) in WGS-84. Its edges are straight in
// latitude and longitude. The zero Shape is no area and contains nothing.
type Shape struct {
	polygons []polygon
	bounds   Box
	multi    bool
}

// polygon is an outer ring and its holes; every ring is closed.
type polygon [][]Point

type geometry struct {
	Type        string          `json:"type"`
	Coordinates json.RawMessage `json:"coordinates"`
}

// ParseShape reads a GeoJSON geometry of type Polygon or MultiPolygon. Every
// ring needs four or more positions, the last equal to the first, at least
// three of them distinct, all finite and in range. Altitudes are dropped. A
// Feature is not a geometry, and a "crs" member is refused, because it says
// that the numbers are not WGS-84.
func ParseShape(data []byte) (Shape, error) {
	var head struct {
		geometry
		CRS json.RawMessage `json:"crs"`
	}
	if err := json.Unmarshal(data, &head); err != nil {
		return Shape{}, fmt.Errorf("shape is not a GeoJSON geometry: %w", err)
	}
	if len(head.CRS) > 0 && !bytes.Equal(head.CRS, []byte("null")) {
		return Shape{}, errors.New("shape has a crs member; convert it to WGS-84 and leave crs out")
	}
	var raw [][][][]float64
	switch head.Type {
	case "Polygon":
		raw = make([][][][]float64, 1)
		if err := json.Unmarshal(head.Coordinates, &raw[0]); err != nil {
			return Shape{}, fmt.Errorf("shape has malformed Polygon coordinates: %w", err)
		}
	case "MultiPolygon":
		if err := json.Unmarshal(head.Coordinates, &raw); err != nil {
			return Shape{}, fmt.Errorf("shape has malformed MultiPolygon coordinates: %w", err)
		}
	default:
		return Shape{}, fmt.Errorf("shape type %q is not allowed; allowed are Polygon and MultiPolygon", head.Type)
	}
	return buildShape(raw, head.Type == "MultiPolygon")
}

func buildShape(raw [][][][]float64, multi bool) (Shape, error) {
	if len(raw) == 0 {
		return Shape{}, errors.New("shape has no polygons")
	}
	s := Shape{multi: multi}
	for i, rings := range raw {
		if len(rings) == 0 {
			return Shape{}, fmt.Errorf("shape polygon %d has no rings", i)
		}
		poly := make(polygon, len(rings))
		for j, positions := range rings {
			ring, err := parseRing(positions)
			if err != nil {
				return Shape{}, fmt.Errorf("shape polygon %d ring %d: %w", i, j, err)
			}
			poly[j] = ring
		}
		s.polygons = append(s.polygons, poly)
	}
	s.bounds = boundsOf(s.polygons)
	return s, nil
}

func parseRing(positions [][]float64) ([]Point, error) {
	if len(positions) < 4 {
		return nil, fmt.Errorf("has %d positions; a ring needs 4 or more", len(positions))
	}
	ring := make([]Point, len(positions))
	for k, position := range positions {
		if len(position) < 2 {
			return nil, fmt.Errorf("position %d has %d numbers; longitude and latitude are needed", k, len(position))
		}
		ring[k] = Point{Lat: position[1], Lon: position[0]}
		if err := ring[k].Validate(); err != nil {
			return nil, fmt.Errorf("position %d: %w", k, err)
		}
	}
	if ring[0] != ring[len(ring)-1] {
		return nil, errors.New("is not closed; the last position must equal the first")
	}
	if !threeDistinct(ring) {
		return nil, errors.New("has fewer than 3 distinct positions")
	}
	return ring, nil
}

func threeDistinct(ring []Point) bool {
	second := slices.IndexFunc(ring, func(p Point) bool { return p != ring[0] })
	return second > 0 && slices.ContainsFunc(ring[second:], func(p Point) bool {
		return p != ring[0] && p != ring[second]
	})
}

func boundsOf(polygons []polygon) Box {
	first := polygons[0][0][0]
	b := Box{Min: first, Max: first}
	for _, poly := range polygons {
		for _, p := range poly[0] {
			b = b.extend(p)
		}
	}
	return b
}

// IsZero reports whether the shape is no area at all.
func (s Shape) IsZero() bool { return len(s.polygons) == 0 }

// Bounds returns the smallest box around the shape; the zero Box for the zero
// Shape.
func (s Shape) Bounds() Box { return s.bounds }

// Contains reports whether the point is in one of the polygons and in none of
// its holes. A point exactly on an edge belongs to the side north and east of
// it, so areas that share an edge never both claim a point.
func (s Shape) Contains(p Point) bool {
	if !s.bounds.Contains(p) {
		return false
	}
	for _, poly := range s.polygons {
		if poly.contains(p) {
			return true
		}
	}
	return false
}

// contains counts, over the outer ring and the holes alike, the edges that a
// ray to the east crosses: an odd number means inside.
func (poly polygon) contains(p Point) bool {
	inside := false
	for _, ring := range poly {
		for k := 1; k < len(ring); k++ {
			if crosses(ring[k-1], ring[k], p) {
				inside = !inside
			}
		}
	}
	return inside
}

// crosses reports whether the ray from p to the east crosses the edge. The
// edge is half open in latitude, so a vertex counts once, and is always taken
// from south to north, so two areas compute their shared edge alike.
func crosses(a, b, p Point) bool {
	if a.Lat > b.Lat {
		a, b = b, a
	}
	if p.Lat < a.Lat || p.Lat >= b.Lat {
		return false
	}
	return p.Lon < a.Lon+(p.Lat-a.Lat)/(b.Lat-a.Lat)*(b.Lon-a.Lon)
}

// Convert reads the shape's positions as given in a datum and returns the
// shape in WGS-84.
func (s Shape) Convert(d Datum) (Shape, error) {
	if s.IsZero() {
		return s, nil
	}
	out := Shape{multi: s.multi, polygons: make([]polygon, len(s.polygons))}
	for i, poly := range s.polygons {
		out.polygons[i] = make(polygon, len(poly))
		for j, ring := range poly {
			for _, p := range ring {
				q, err := ToWGS84(p, d)
				if err != nil {
					return Shape{}, err
				}
				out.polygons[i][j] = append(out.polygons[i][j], q)
			}
		}
	}
	out.bounds = boundsOf(out.polygons)
	return out, nil
}

// MarshalJSON writes the shape as the GeoJSON geometry type it was read as;
// the zero Shape as null.
func (s Shape) MarshalJSON() ([]byte, error) {
	if s.IsZero() {
		return []byte("null"), nil
	}
	coordinates := make([][][][2]float64, len(s.polygons))
	for i, poly := range s.polygons {
		coordinates[i] = make([][][2]float64, len(poly))
		for j, ring := range poly {
			for _, p := range ring {
				coordinates[i][j] = append(coordinates[i][j], [2]float64{p.Lon, p.Lat})
			}
		}
	}
	out := struct {
		Type        string `json:"type"`
		Coordinates any    `json:"coordinates"`
	}{"MultiPolygon", coordinates}
	if !s.multi {
		out.Type, out.Coordinates = "Polygon", coordinates[0]
	}
	return json.Marshal(out)
}

// UnmarshalJSON reads what MarshalJSON writes, with the checks of ParseShape.
func (s *Shape) UnmarshalJSON(data []byte) error {
	if bytes.Equal(bytes.TrimSpace(data), []byte("null")) {
		*s = Shape{}
		return nil
	}
	shape, err := ParseShape(data)
	if err != nil {
		return err
	}
	*s = shape
	return nil
}
