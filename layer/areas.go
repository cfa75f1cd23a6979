package layer

import (
	"encoding/json"
	"fmt"
	"strconv"

	"lintu/coverage"
	"lintu/geo"
	"lintu/kg"
	"lintu/store"
)

const (
	defaultDepth = 3
	maxDepth     = 8
)

// areas are the area and those below it down to a depth, but no buildings, as a FeatureCollection (RFC 7946). A
// feature's geometry is the boundary on record, else the hull of the area's buildings; "geometry" says which of the
// two, and is null, as the geometry is, where there is neither.
func (r *request) areas() (*answer, error) {
	depth := defaultDepth
	if v := r.Extra.Get("depth"); v != "" {
		n, err := strconv.Atoi(v)
		if err != nil || n < 0 || n > maxDepth {
			return nil, kg.Invalid("depth", v, fmt.Sprintf("0 to %d levels below the area", maxDepth))
		}
		depth = n
	}
	c, err := r.Ask(r.ctx)
	if err != nil {
		return nil, err
	}
	list := r.below(nil, c, "", depth)
	ids := make([]kg.ID, len(list))
	for i := range list {
		ids[i] = list[i].Area
	}
	nodes, err := r.nodes(r.ctx, c.Date(), ids)
	if err != nil {
		return nil, err
	}
	points := map[kg.ID][]geo.Point{}
	for _, b := range c.Buildings() {
		for _, a := range append([]kg.ID{c.Area}, b.Above...) {
			points[a] = append(points[a], b.Point)
		}
	}
	out := collection{Type: "FeatureCollection", Features: []feature{}}
	for _, a := range list {
		if item := nodes[a.Area]; item != nil {
			out.Features = append(out.Features, areaFeature(a, item, points[a.Area], r.Coarse))
		}
	}
	body, err := json.Marshal(out)
	return newAnswer("application/geo+json", "", append(body, '\n')), err
}

// placed is an area with its parent.
type placed struct {
	*coverage.Coverage
	parent kg.ID
}

func (r *request) below(list []placed, c *coverage.Coverage, parent kg.ID, depth int) []placed {
	list = append(list, placed{c, parent})
	if depth == 0 {
		return list
	}
	for _, child := range c.Children() {
		if child.Area.Kind() != kg.KindBuilding {
			list = r.below(list, child, c.Area, depth-1)
		}
	}
	return list
}

func areaFeature(a placed, item *store.Item, points []geo.Point, coarse bool) feature {
	t := a.Measures().Tell(coarse)
	f := feature{Type: "Feature", ID: a.Area}
	shape, source := geo.Shape{}, any("hull")
	if !coarse { // its corners are buildings
		shape = geo.Hull(points)
	}
	level := ""
	if d, ok := item.Node.(*kg.Division); ok {
		level = string(d.Level)
		if d.Boundary != nil {
			shape, source = *d.Boundary, "boundary"
		}
	}
	if shape.IsZero() {
		source = nil
	} else {
		f.Geometry = shape
	}
	f.Properties = properties{
		{"title", item.Node.Title()}, {"kind", a.Area.Kind()}, {"level", none(level)}, {"parent", none(string(a.parent))},
		{"geometry", source}, {"targets", t.Targets}, {"covered", t.Covered}, {"share", t.Share},
		{"nearestP50", t.Nearest.P50}, {"nearestP90", t.Nearest.P90}, {"nearestMax", t.Nearest.Max},
		{"backup", t.Backup}, {"singlePoint", t.SinglePoint}, {"targetsLocated", t.Located},
	}
	return f
}

// none is nil for the empty text.
func none(s string) any {
	if s == "" {
		return nil
	}
	return s
}
