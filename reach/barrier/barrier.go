// Package barrier knows the lines that people on foot cannot cross but at crossings: rivers, railways, motorways, with
// their bridges and underpasses. It answers whether the straight way between two points crosses one of them.
//
// The way crosses a line where the two meet; touching a corner of the line counts, an end of the way that stands on
// the line does not. A crossing opens every line within its tolerance: the way may cross where a crossing lies no
// farther than that from the very point of crossing. A way that meets several lines, or a line several times, needs a
// crossing at each. Lines and ways are straight in latitude and longitude, which is what maps draw.
package barrier

import (
	"lintu/geo"
)

// Set is the barriers of a site, with their crossings. It is immutable and safe for concurrent use. A nil Set has no
// lines: nothing is across it.
type Set struct {
	lines, crossings int
	warnings         []string

	segments []segment
	cells    map[cell][]int32 // segments that run through it, ascending
}

// segment is a straight piece of a line.
type segment struct {
	a, b  geo.Point // in the order of less
	box   geo.Box
	doors []*door // that can open it somewhere
}

// door is a crossing: a point, or a line.
type door struct {
	path      []geo.Point // one for a point
	tolerance float64     // metres
}

// Loaded says whether there are lines.
func (s *Set) Loaded() bool { return s != nil && len(s.segments) > 0 }

// Lines is the number of lines, Crossings that of crossings.
func (s *Set) Lines() int {
	if s == nil {
		return 0
	}
	return s.lines
}

// Crossings is the number of crossings.
func (s *Set) Crossings() int {
	if s == nil {
		return 0
	}
	return s.crossings
}

// Warnings are what works and is probably not meant: crossings that open no line.
func (s *Set) Warnings() []string {
	if s == nil {
		return nil
	}
	return s.warnings
}

// Across says whether the straight way between two points crosses a line where no crossing is.
func (s *Set) Across(a, b geo.Point) bool {
	if !s.Loaded() {
		return false
	}
	v := View{set: s, from: a, segments: s.in(boxOf(a, b))}
	return v.Across(b)
}

// Around are the lines that the ways of at most the given metres from a point can meet.
func (s *Set) Around(p geo.Point, metres float64) View {
	if !s.Loaded() {
		return View{}
	}
	return View{set: s, from: p, segments: s.in(geo.Around(p, metres))}
}

// View is the lines around a point.
type View struct {
	set      *Set
	from     geo.Point
	segments []int32
}

// None says that no way crosses a line, so that Across need not be asked.
func (v *View) None() bool { return len(v.segments) == 0 }

// Across says whether the way to a point crosses a line where no crossing is. The point must be within the metres that
// the view was made for.
func (v *View) Across(to geo.Point) bool {
	for _, n := range v.segments {
		g := &v.set.segments[n]
		if x, meets := g.meets(v.from, to); meets && !g.open(x) {
			return true
		}
	}
	return false
}
