package barrier

import (
	"math"
	"slices"

	"lintu/geo"
)

// cellDegrees is the edge of a cell of the index: about 250 m north and south.
const cellDegrees = 0.00225

// slack widens the box of a piece against rounding, in degrees: a tenth of a millimetre.
const slack = 1e-9

type cell struct{ row, col int32 }

func cellOf(p geo.Point) cell {
	return cell{int32(math.Floor(p.Lat / cellDegrees)), int32(math.Floor(p.Lon / cellDegrees))}
}

// add adds a straight piece of a line, of whatever length, to the cells that it runs through.
func (s *Set) add(a, b geo.Point) {
	if less(b, a) {
		a, b = b, a
	}
	n := int32(len(s.segments))
	s.segments = append(s.segments, segment{a: a, b: b, box: boxOf(a, b)})
	pieces := int(math.Ceil(max(math.Abs(b.Lat-a.Lat), math.Abs(b.Lon-a.Lon))/cellDegrees)) + 1
	from := a
	for i := 1; i <= pieces; i++ {
		t := float64(i) / float64(pieces)
		to := geo.Point{Lat: a.Lat + t*(b.Lat-a.Lat), Lon: a.Lon + t*(b.Lon-a.Lon)}
		each(boxOf(from, to), slack, func(c cell) {
			if known := s.cells[c]; len(known) == 0 || known[len(known)-1] != n {
				s.cells[c] = append(known, n)
			}
		})
		from = to
	}
}

// each visits the cells of a box that is widened by some degrees.
func each(box geo.Box, wider float64, visit func(cell)) {
	low := cellOf(geo.Point{Lat: box.Min.Lat - wider, Lon: box.Min.Lon - wider})
	high := cellOf(geo.Point{Lat: box.Max.Lat + wider, Lon: box.Max.Lon + wider})
	for row := low.row; row <= high.row; row++ {
		for col := low.col; col <= high.col; col++ {
			visit(cell{row, col})
		}
	}
}

// in are the segments whose boxes overlap a box, ascending.
func (s *Set) in(box geo.Box) []int32 {
	var out []int32
	each(box, 0, func(c cell) {
		for _, n := range s.cells[c] {
			if overlap(s.segments[n].box, box) {
				out = append(out, n)
			}
		}
	})
	slices.Sort(out)
	return slices.Compact(out)
}

// hang gives a crossing to the segments that it can open, and says how many these are.
func (s *Set) hang(d *door) int {
	opened := map[int32]bool{}
	for i := range d.path {
		box := geo.Around(d.path[i], d.tolerance+1)
		if i > 0 { // of a line, all that is near this piece of it
			before := geo.Around(d.path[i-1], d.tolerance+1)
			box = geo.Box{
				Min: geo.Point{Lat: min(box.Min.Lat, before.Min.Lat), Lon: min(box.Min.Lon, before.Min.Lon)},
				Max: geo.Point{Lat: max(box.Max.Lat, before.Max.Lat), Lon: max(box.Max.Lon, before.Max.Lon)},
			}
		}
		for _, n := range s.in(box) {
			if !opened[n] && d.reaches(&s.segments[n]) {
				opened[n] = true
				s.segments[n].doors = append(s.segments[n].doors, d)
			}
		}
	}
	return len(opened)
}
