package geo

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

// haversine is the independent witness of Distance.
func haversine(a, b Point) float64 {
	sinLat := math.Sin(radians(b.Lat-a.Lat) / 2)
	sinLon := math.Sin(radians(b.Lon-a.Lon) / 2)
	h := sinLat*sinLat + math.Cos(radians(a.Lat))*math.Cos(radians(b.Lat))*sinLon*sinLon
	return 2 * EarthRadius * math.Asin(math.Min(1, math.Sqrt(h)))
}

func TestDistanceEqualsTheHaversine(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := anyPoint.Draw(t, "a"), anyPoint.Draw(t, "b")
		got, want := Distance(a, b), haversine(a, b)
		// Both lose digits between antipodes, where the sine is flat.
		tolerance := 1e-6 + 1e-12*want
		if want > 0.999*halfTurn {
			tolerance = 1
		}
		if math.Abs(got-want) > tolerance {
			t.Fatalf("distance %v, haversine %v", got, want)
		}
		if back := Distance(b, a); back != got {
			t.Fatalf("%v there, %v back", got, back)
		}
	})
}

func TestDistanceIsExactForNeighbours(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := anyPoint.Draw(t, "a")
		metres := rapid.Float64Range(0, 5000).Draw(t, "metres")
		b := destination(a, metres, rapid.Float64Range(0, 2*math.Pi).Draw(t, "bearing"))
		if got := Distance(a, b); math.Abs(got-metres) > 0.3 {
			// The witness itself loses about 0.1 m to asin beside a pole.
			t.Fatalf("distance %v, want %v", got, metres)
		}
		if math.Abs(a.Lat) < 80 && math.Abs(Distance(a, b)-metres) > 1e-6 {
			t.Fatalf("distance %v, want %v", Distance(a, b), metres)
		}
	})
}

func TestKnownDistances(t *testing.T) {
	for _, c := range []struct {
		a, b Point
		want float64
	}{
		{Point{30, 112}, Point{30, 112}, 0},
		{Point{0, 0}, Point{0, 180}, math.Pi * EarthRadius},
		{Point{90, 0}, Point{-90, 77}, math.Pi * EarthRadius},
		{Point{0, 10}, Point{1, 10}, math.Pi * EarthRadius / 180},
		{Point{0, 179.5}, Point{0, -179.5}, math.Pi * EarthRadius / 180},
		{Point{90, 10}, Point{90, -60}, 0},
	} {
		if got := Distance(c.a, c.b); math.Abs(got-c.want) > 1e-3 {
			t.Errorf("Distance(%v, %v) = %v, want %v", c.a, c.b, got, c.want)
		}
	}
}

func TestChordsDecideARadiusAsDistanceDoes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := anyPoint.Draw(t, "a")
		metres := rapid.Float64Range(0.01, 1e6).Draw(t, "metres")
		b := destination(a, metres*rapid.Float64Range(0.5, 1.5).Draw(t, "share"), rapid.Float64Range(0, 7).Draw(t, "bearing"))
		distance := Distance(a, b)
		if math.Abs(distance-metres) < 1e-6 {
			return // on the rim, where the chord alone decides
		}
		if got := Chord2(a.Unit(), b.Unit()) <= MaxChord2(metres); got != (distance <= metres) {
			t.Fatalf("at %v m the chord says within %v m: %v", distance, metres, got)
		}
	})
}

func TestMaxChordGrowsAndKnowsItsEnds(t *testing.T) {
	if MaxChord2(-1) >= 0 || MaxChord2(math.NaN()) >= 0 {
		t.Error("a negative or NaN radius holds something")
	}
	if MaxChord2(0) != 0 {
		t.Error("radius 0 holds more than the point itself")
	}
	if !math.IsInf(MaxChord2(halfTurn), 1) || !math.IsInf(MaxChord2(math.Inf(1)), 1) {
		t.Error("half the circumference does not hold everything")
	}
	rapid.Check(t, func(t *rapid.T) {
		m := rapid.Float64Range(0, halfTurn*0.999).Draw(t, "metres")
		if MaxChord2(m) >= MaxChord2(m*1.0001+1e-3) {
			t.Fatalf("not larger behind %v m", m)
		}
		if back := Metres(MaxChord2(m)); math.Abs(back-m) > 1e-6+1e-9*m {
			t.Fatalf("%v m comes back as %v", m, back)
		}
	})
}

func TestWalkingMinutesUseDetourAndPace(t *testing.T) {
	if got := WalkingMinutes(500); math.Abs(got-6.0185185) > 1e-6 {
		t.Errorf("500 m take %v minutes", got)
	}
	if WalkingMinutes(0) != 0 {
		t.Error("no distance takes time")
	}
}

func TestWalkingMetresAreTheWayOfSoManyMinutes(t *testing.T) {
	for _, minutes := range []float64{0, 1, 15, 48.5} {
		if got := WalkingMinutes(WalkingMetres(minutes)); math.Abs(got-minutes) > 1e-12 {
			t.Errorf("%v minutes come back as %v", minutes, got)
		}
	}
	if m := WalkingMetres(15); math.Abs(m-1246.153846) > 1e-6 {
		t.Errorf("a quarter of an hour is %v m", m)
	}
}
