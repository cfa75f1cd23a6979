package geo

import "math"

// defaultCell is the edge of a grid cell in metres when the caller gives none.
const defaultCell = 250

// Grid is an immutable index of points by equal cells of latitude and
// longitude. It is safe for concurrent use. A question within 500 m reads
// only the rows of cells that the circle touches, each row as one contiguous
// run of unit vectors.
type Grid struct {
	points []Point // as given, by index

	origin           Point // corner of the first cell
	latStep, lonStep float64
	rows, cols       int
	starts           []int32 // of each cell, row by row, in units and order; one more at the end
	units            []Unit  // sorted by cell
	order            []int32 // index in points of each of units
}

// NewGrid indexes the points by cells of about the given metres (250 when it
// is not positive). A cell as large as the usual radius or half of it is a
// good choice. Points that fail Validate keep their index but are never
// visited. Cells grow where points are so scattered that there would be many
// more cells than points.
func NewGrid(points []Point, cellMetres float64) *Grid {
	g := &Grid{points: append([]Point(nil), points...)}
	valid := make([]int32, 0, len(points))
	var bounds Box
	for i, p := range points {
		if p.Validate() != nil {
			continue
		}
		if len(valid) == 0 {
			bounds = Box{Min: p, Max: p}
		}
		bounds = bounds.extend(p)
		valid = append(valid, int32(i))
	}
	g.layOut(bounds, len(valid), cellMetres)
	g.fill(valid)
	return g
}

// layOut chooses the size and number of cells.
func (g *Grid) layOut(bounds Box, n int, cellMetres float64) {
	if !(cellMetres > 0) || math.IsInf(cellMetres, 0) {
		cellMetres = defaultCell
	}
	g.origin = bounds.Min
	height, width := bounds.Max.Lat-bounds.Min.Lat, bounds.Max.Lon-bounds.Min.Lon
	middle := (bounds.Min.Lat + bounds.Max.Lat) / 2
	g.latStep = degrees(cellMetres / EarthRadius)
	g.lonStep = g.latStep / math.Max(math.Cos(radians(middle)), 0.01)
	limit := 8*float64(n) + 1024
	for (height/g.latStep+1)*(width/g.lonStep+1) > limit {
		g.latStep *= 2
		g.lonStep *= 2
	}
	g.rows = int(height/g.latStep) + 1
	g.cols = int(width/g.lonStep) + 1
}

// fill sorts the points into the cells (a counting sort, so equal cells keep
// the order of the input).
func (g *Grid) fill(valid []int32) {
	g.starts = make([]int32, g.rows*g.cols+1)
	cells := make([]int32, len(valid))
	for k, i := range valid {
		cell := g.row(g.points[i].Lat)*g.cols + g.col(g.points[i].Lon)
		cells[k] = int32(cell)
		g.starts[cell+1]++
	}
	for c := 1; c < len(g.starts); c++ {
		g.starts[c] += g.starts[c-1]
	}
	next := append([]int32(nil), g.starts...)
	g.units = make([]Unit, len(valid))
	g.order = make([]int32, len(valid))
	for k, i := range valid {
		at := next[cells[k]]
		next[cells[k]]++
		g.order[at] = i
		g.units[at] = g.points[i].Unit()
	}
}

// row and col are monotone, so a point inside a box always lies in a cell
// between those of the box's corners.
func (g *Grid) row(lat float64) int { return clampCell((lat-g.origin.Lat)/g.latStep, g.rows) }

func (g *Grid) col(lon float64) int { return clampCell((lon-g.origin.Lon)/g.lonStep, g.cols) }

func clampCell(v float64, n int) int {
	if !(v > 0) {
		return 0
	}
	if v >= float64(n) {
		return n - 1
	}
	return int(v)
}

// Within calls visit with the index of every point at most the given metres
// from p, and the squared chord to it (see Chord2 and Metres), until visit
// returns false. The order is that of the cells: unspecified, but the same for
// the same grid. Circles over the antimeridian or a pole lose nothing.
func (g *Grid) Within(p Point, metres float64, visit func(i int, chord2 float64) bool) {
	limit := MaxChord2(metres)
	if limit < 0 || len(g.units) == 0 || p.Validate() != nil {
		return
	}
	dLat, dLon := reachDegrees(p.Lat, metres)
	west, east := p.Lon-dLon, p.Lon+dLon
	if west < -180 || east > 180 {
		west, east = -180, 180
	}
	left, right := g.col(west), g.col(east)
	center := p.Unit()
	for row, last := g.row(p.Lat-dLat), g.row(p.Lat+dLat); row <= last; row++ {
		from, to := g.starts[row*g.cols+left], g.starts[row*g.cols+right+1]
		units, order := g.units[from:to], g.order[from:to]
		for k := range units {
			if c := Chord2(center, units[k]); c <= limit && !visit(int(order[k]), c) {
				return
			}
		}
	}
}

// Order returns the indexes of the points in the order in which Within meets
// them: cell by cell. Who numbers points in this order reads what belongs to
// them in one direction. Points that failed Validate are not in it. It is the
// grid's own and must not be written to.
func (g *Grid) Order() []int32 { return g.order }

// Len returns the number of points, those that failed Validate included.
func (g *Grid) Len() int { return len(g.points) }

// Point returns the point of an index, as it was given.
func (g *Grid) Point(i int) Point { return g.points[i] }
