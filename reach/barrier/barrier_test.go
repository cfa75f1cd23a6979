package barrier_test

import (
	"encoding/json"
	"math"
	"math/big"
	"testing"

	"pgregory.net/rapid"

	"lintu/geo"
	"lintu/reach/barrier"
)

// line and gate are what a file says, as plain lists.
type line []geo.Point

type gate struct {
	path      []geo.Point
	tolerance float64
}

// file writes lines and gates as GeoJSON.
func file(t interface{ Fatal(...any) }, lines []line, gates []gate) []byte {
	position := func(p geo.Point) []float64 { return []float64{p.Lon, p.Lat} }
	feature := func(kind string, path []geo.Point, tolerance float64) any {
		properties := map[string]any{"kind": kind}
		if tolerance > 0 {
			properties["tolerance"] = tolerance
		}
		geometry := map[string]any{"type": "Point", "coordinates": position(path[0])}
		if len(path) > 1 {
			var list [][]float64
			for _, p := range path {
				list = append(list, position(p))
			}
			geometry = map[string]any{"type": "LineString", "coordinates": list}
		}
		return map[string]any{"type": "Feature", "properties": properties, "geometry": geometry}
	}
	var features []any
	for _, l := range lines {
		features = append(features, feature("river", l, 0))
	}
	for _, g := range gates {
		features = append(features, feature("bridge", g.path, g.tolerance))
	}
	b, err := json.Marshal(map[string]any{"type": "FeatureCollection", "features": features})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func haversine(a, b geo.Point) float64 {
	rad := math.Pi / 180
	dLat, dLon := (b.Lat-a.Lat)*rad, (b.Lon-a.Lon)*rad
	h := math.Pow(math.Sin(dLat/2), 2) + math.Cos(a.Lat*rad)*math.Cos(b.Lat*rad)*math.Pow(math.Sin(dLon/2), 2)
	return 2 * 6371008.8 * math.Asin(math.Sqrt(h))
}

// crossing solves p + t(q-p) = a + u(b-a) in whole fractions: the two cross for 0 < t < 1 and 0 <= u <= 1.
func crossing(p, q, a, b geo.Point) (geo.Point, bool) {
	r := func(f float64) *big.Rat { return new(big.Rat).SetFloat64(f) }
	sub := func(x, y *big.Rat) *big.Rat { return new(big.Rat).Sub(x, y) }
	mul := func(x, y *big.Rat) *big.Rat { return new(big.Rat).Mul(x, y) }
	wx, wy := sub(r(q.Lon), r(p.Lon)), sub(r(q.Lat), r(p.Lat))
	vx, vy := sub(r(b.Lon), r(a.Lon)), sub(r(b.Lat), r(a.Lat))
	dx, dy := sub(r(a.Lon), r(p.Lon)), sub(r(a.Lat), r(p.Lat))
	det := sub(mul(wx, vy), mul(wy, vx))
	if det.Sign() == 0 {
		return geo.Point{}, false
	}
	t := new(big.Rat).Quo(sub(mul(dx, vy), mul(dy, vx)), det)
	u := new(big.Rat).Quo(sub(mul(dx, wy), mul(dy, wx)), det)
	one := big.NewRat(1, 1)
	if t.Sign() <= 0 || t.Cmp(one) >= 0 || u.Sign() < 0 || u.Cmp(one) > 0 {
		return geo.Point{}, false
	}
	lat, _ := new(big.Rat).Add(r(p.Lat), mul(t, wy)).Float64()
	lon, _ := new(big.Rat).Add(r(p.Lon), mul(t, wx)).Float64()
	return geo.Point{Lat: lat, Lon: lon}, true
}

// across asks every piece of every line; sure is false where a gate is so nearly at its tolerance that sampling it
// cannot tell.
func across(lines []line, gates []gate, p, q geo.Point) (blocked, sure bool) {
	sure = true
	for _, l := range lines {
		for i := 1; i < len(l); i++ {
			x, meets := crossing(p, q, l[i-1], l[i])
			if !meets {
				continue
			}
			open := false
			for _, g := range gates {
				nearest := haversine(x, g.path[0])
				for k := 1; k < len(g.path); k++ {
					for s := range 2001 {
						t := float64(s) / 2000
						at := geo.Point{Lat: g.path[k-1].Lat + t*(g.path[k].Lat-g.path[k-1].Lat), Lon: g.path[k-1].Lon + t*(g.path[k].Lon-g.path[k-1].Lon)}
						nearest = min(nearest, haversine(x, at))
					}
				}
				if math.Abs(nearest-g.tolerance) < 1 {
					sure = false
				}
				open = open || nearest <= g.tolerance
			}
			blocked = blocked || !open
		}
	}
	return blocked, sure
}

// onGrid draws points of a coarse grid, whose products are exact in floats, so that ways often touch corners and ends.
var onGrid = rapid.Custom(func(t *rapid.T) geo.Point {
	at := func(name string) float64 { return float64(rapid.IntRange(-6, 6).Draw(t, name)) / 1024 }
	return geo.Point{Lat: 23 + at("lat"), Lon: 113 + at("lon")}
})

var anywhere = rapid.Custom(func(t *rapid.T) geo.Point {
	return geo.Point{Lat: 23 + rapid.Float64Range(-0.006, 0.006).Draw(t, "lat"), Lon: 113 + rapid.Float64Range(-0.006, 0.006).Draw(t, "lon")}
})

func draw(t *rapid.T, points *rapid.Generator[geo.Point]) (*barrier.Set, []line, []gate) {
	var lines []line
	for range rapid.IntRange(1, 4).Draw(t, "lines") {
		lines = append(lines, rapid.SliceOfNDistinct(points, 2, 5, rapid.ID[geo.Point]).Draw(t, "line"))
	}
	var gates []gate
	for range rapid.IntRange(0, 3).Draw(t, "gates") {
		gates = append(gates, gate{rapid.SliceOfNDistinct(points, 1, 3, rapid.ID[geo.Point]).Draw(t, "gate"), rapid.Float64Range(10, 400).Draw(t, "tolerance")})
	}
	set, err := barrier.Parse(file(t, lines, gates))
	if err != nil {
		t.Fatal(err)
	}
	return set, lines, gates
}

func TestAWayIsAcrossWhereItCrossesALineAndNoCrossingIsNear(t *testing.T) {
	for name, points := range map[string]*rapid.Generator[geo.Point]{"on a grid": onGrid, "anywhere": anywhere} {
		t.Run(name, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				set, lines, gates := draw(t, points)
				for range 8 {
					p, q := points.Draw(t, "p"), points.Draw(t, "q")
					want, sure := across(lines, gates, p, q)
					if !sure {
						continue
					}
					if got := set.Across(p, q); got != want {
						t.Fatalf("from %v to %v: %v, want %v", p, q, got, want)
					}
				}
			})
		})
	}
}

func TestAWayIsAcrossFromBothEndsAndFromAnyViewThatHoldsIt(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		set, _, _ := draw(t, anywhere)
		p, q := anywhere.Draw(t, "p"), anywhere.Draw(t, "q")
		want := set.Across(p, q)
		if set.Across(q, p) != want {
			t.Fatalf("the way from %v to %v differs from the way back", p, q)
		}
		v := set.Around(p, geo.Distance(p, q)*rapid.Float64Range(1, 4).Draw(t, "more"))
		if v.None() && want {
			t.Fatal("a view without lines holds a way that is across")
		}
		if got := v.Across(q); got != want {
			t.Fatalf("from a view %v, want %v", got, want)
		}
	})
}

func TestWithoutLinesNothingIsAcross(t *testing.T) {
	var none *barrier.Set
	p, q := geo.Point{Lat: 23, Lon: 113}, geo.Point{Lat: 24, Lon: 114}
	v := none.Around(p, 500)
	if none.Loaded() || none.Across(p, q) || !v.None() || v.Across(q) || none.Lines() != 0 || none.Crossings() != 0 || len(none.Warnings()) != 0 {
		t.Error("a nil Set has lines")
	}
}

func TestALongLineIsMetEverywhereAlongIt(t *testing.T) {
	a, b := geo.Point{Lat: 22.9, Lon: 112.5}, geo.Point{Lat: 23.6, Lon: 113.9}
	set, err := barrier.Parse(file(t, []line{{a, b}}, nil))
	if err != nil {
		t.Fatal(err)
	}
	for i := range 5000 {
		s := (float64(i) + 0.5) / 5000
		x := geo.Point{Lat: a.Lat + s*(b.Lat-a.Lat), Lon: a.Lon + s*(b.Lon-a.Lon)}
		p, q := geo.Point{Lat: x.Lat + 0.001, Lon: x.Lon}, geo.Point{Lat: x.Lat - 0.001, Lon: x.Lon}
		if !set.Across(p, q) {
			t.Fatalf("the line is not met at %v", x)
		}
		if set.Across(p, geo.Point{Lat: x.Lat + 0.0001, Lon: x.Lon}) {
			t.Fatalf("a way that stays on one side at %v is across", x)
		}
	}
}

func TestARiverThatIsMetTwiceNeedsACrossingAtEach(t *testing.T) {
	river := line{{Lat: 23.001, Lon: 113}, {Lat: 22.999, Lon: 113}, {Lat: 22.999, Lon: 113.002}, {Lat: 23.001, Lon: 113.002}}
	west, east := geo.Point{Lat: 23, Lon: 112.999}, geo.Point{Lat: 23, Lon: 113.003}
	one, two := gate{[]geo.Point{{Lat: 23, Lon: 113}}, 30}, gate{[]geo.Point{{Lat: 23, Lon: 113.002}}, 30}
	for _, c := range []struct {
		gates []gate
		want  bool
	}{{nil, true}, {[]gate{one}, true}, {[]gate{two}, true}, {[]gate{one, two}, false}} {
		set, err := barrier.Parse(file(t, []line{river}, c.gates))
		if err != nil {
			t.Fatal(err)
		}
		if got := set.Across(west, east); got != c.want {
			t.Errorf("%d crossings: across is %v", len(c.gates), got)
		}
	}
}
