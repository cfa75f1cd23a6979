package geo

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

func TestABoxLosesNoPointWithinTheRadius(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := anyPoint.Draw(t, "p")
		metres := math.Pow(10, rapid.Float64Range(-3, 7.4).Draw(t, "magnitude"))
		q := destination(p, metres*rapid.Float64Range(0.999999, 1).Draw(t, "share"), rapid.Float64Range(0, 7).Draw(t, "bearing"))
		if q.Validate() != nil || Distance(p, q) > metres {
			return
		}
		box := Around(p, metres)
		if box.Contains(q) {
			return
		}
		if math.Abs(p.Lon-q.Lon) > 180 {
			return // behind the antimeridian, where boxes are clamped
		}
		t.Fatalf("box %v around %v loses %v at %v of %v m", box, p, q, Distance(p, q), metres)
	})
}

func TestABoxIsNotMuchLargerThanItsCircle(t *testing.T) {
	box := Around(Point{29.72, 112.41}, 500)
	height := Distance(box.Min, Point{box.Max.Lat, box.Min.Lon})
	width := Distance(Point{29.72, box.Min.Lon}, Point{29.72, box.Max.Lon})
	if math.Abs(height-1000) > 0.01 || math.Abs(width-1000) > 0.01 {
		t.Errorf("box is %v m high and %v m wide", height, width)
	}
}

func TestABoxOverAPoleSpansAllLongitudes(t *testing.T) {
	for _, p := range []Point{{89.999, 10}, {-89.999, 10}, {90, 0}} {
		box := Around(p, 500)
		if box.Min.Lon != -180 || box.Max.Lon != 180 || box.Min.Lat < -90 || box.Max.Lat > 90 {
			t.Errorf("box around %v is %v", p, box)
		}
	}
}

func TestABoxIsClampedAtTheAntimeridian(t *testing.T) {
	box := Around(Point{0, 179.999}, 500)
	if box.Max.Lon != 180 || box.Min.Lon < 179 {
		t.Errorf("box is %v", box)
	}
}

func TestABoxWithoutARadiusHoldsThePointItself(t *testing.T) {
	p := Point{29.72, 112.41}
	for _, metres := range []float64{0, -5, math.NaN()} {
		box := Around(p, metres)
		if !box.Contains(p) || box.Contains(Point{29.7201, 112.41}) {
			t.Errorf("box of %v m is %v", metres, box)
		}
	}
	if whole := Around(p, math.Inf(1)); whole.Min != (Point{-90, -180}) || whole.Max != (Point{90, 180}) {
		t.Errorf("an infinite radius gives %v", whole)
	}
}

func TestABoxHoldsItsEdges(t *testing.T) {
	box := Box{Min: Point{1, 2}, Max: Point{3, 4}}
	for p, want := range map[Point]bool{{1, 2}: true, {3, 4}: true, {2, 3}: true, {0.9, 3}: false, {2, 4.1}: false, {3.1, 3}: false} {
		if box.Contains(p) != want {
			t.Errorf("Contains(%v) is %v", p, !want)
		}
	}
}
