package geo

import (
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// The offsets in metres at the towns' centres were computed before this package
// was written, and apart from it.
func TestDatumsAreShiftedByTheKnownOffsets(t *testing.T) {
	for _, c := range []struct {
		town                       string
		p                          Point
		wgsToGCJ, wgsToBD, gcjToBD float64
	}{
		{"Shishou", Point{29.72, 112.41}, 625, 1258, 921},
		{"Huangshi", Point{30.20, 115.04}, 584, 1208, 907},
		{"Liwan", Point{23.125, 113.24}, 621, 1261, 935},
		{"Luancheng", Point{37.90, 114.65}, 514, 1290, 855},
		{"Chengzihe", Point{45.34, 131.01}, 650, 1446, 849},
	} {
		gcj, err := FromWGS84(c.p, GCJ02)
		if err != nil {
			t.Fatal(err)
		}
		bd, err := FromWGS84(c.p, BD09)
		if err != nil {
			t.Fatal(err)
		}
		for _, got := range [][2]float64{{Distance(c.p, gcj), c.wgsToGCJ}, {Distance(c.p, bd), c.wgsToBD}, {Distance(gcj, bd), c.gcjToBD}} {
			if math.Abs(got[0]-got[1]) > 1 {
				t.Errorf("%s is shifted by %.1f m, known is %v m", c.town, got[0], got[1])
			}
		}
	}
}

func TestDatumsComeBackToWithinTenCentimetres(t *testing.T) {
	inChina := rapid.Custom(func(t *rapid.T) Point {
		return Point{Lat: rapid.Float64Range(3, 54).Draw(t, "lat"), Lon: rapid.Float64Range(73, 136).Draw(t, "lon")}
	})
	rapid.Check(t, func(t *rapid.T) {
		p := inChina.Draw(t, "p")
		for _, d := range []Datum{WGS84, CGCS2000, GCJ02, BD09} {
			there, err := FromWGS84(p, d)
			if err != nil {
				t.Fatal(err)
			}
			back, err := ToWGS84(there, d)
			if err != nil {
				t.Fatal(err)
			}
			if off := Distance(p, back); off > 0.001 {
				t.Fatalf("%s comes back %v m off", d, off)
			}
		}
	})
}

func TestOutsideChinaGCJ02IsWGS84(t *testing.T) {
	for _, p := range []Point{{48.85, 2.35}, {-33.87, 151.21}, {40.71, -74.01}, {35.68, 139.69}, {90, 0}} {
		there, err := FromWGS84(p, GCJ02)
		if err != nil || there != p {
			t.Errorf("%v becomes %v, %v", p, there, err)
		}
		back, err := ToWGS84(p, GCJ02)
		if err != nil || back != p {
			t.Errorf("%v is taken for %v, %v", p, back, err)
		}
	}
}

func TestDatumNamesAreReadAsPeopleWriteThem(t *testing.T) {
	for name, want := range map[string]Datum{
		"WGS84": WGS84, "wgs-84": WGS84, " WGS 84 ": WGS84, "EPSG:4326": WGS84, "CGCS2000": CGCS2000, "epsg:4490": CGCS2000,
		"GCJ-02": GCJ02, "gcj02": GCJ02, "BD-09": BD09, "bd09ll": BD09,
	} {
		if got, err := ParseDatum(name); err != nil || got != want {
			t.Errorf("ParseDatum(%q) = %q, %v", name, got, err)
		}
	}
	for _, name := range []string{"", "auto", "BD09MC", "GCJ"} {
		if _, err := ParseDatum(name); err == nil || !strings.Contains(err.Error(), "WGS84, CGCS2000, GCJ02, BD09") {
			t.Errorf("ParseDatum(%q) gives %v", name, err)
		}
	}
}

func TestAnUnknownDatumOrABadPointIsRefused(t *testing.T) {
	for _, convert := range []func(Point, Datum) (Point, error){ToWGS84, FromWGS84} {
		if _, err := convert(Point{30, 112}, "XIAN80"); err == nil {
			t.Error("an unknown datum is accepted")
		}
		if _, err := convert(Point{112, 30}, GCJ02); err == nil || !strings.Contains(err.Error(), "swapped") {
			t.Errorf("a swapped point gives %v", err)
		}
	}
}
