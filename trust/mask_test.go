package trust_test

import (
	"reflect"
	"testing"
	"time"

	"lintu/geo"
	"lintu/kg"
	"lintu/trust"
)

// full is a node of a kind all of whose fields hold something.
func full(t *testing.T, k kg.Kind) kg.Node {
	n := k.Def().New()
	for _, f := range kg.FieldsOf(k) {
		var err error
		switch f.Type {
		case kg.Text:
			err = f.Set(n, "13800138000")
			if f.Moment {
				err = f.Set(n, "2026-01-05T10:00:00Z")
			}
		case kg.Pick:
			err = f.Set(n, f.Enum.Values[0].Name)
		case kg.Int:
			err = f.Set(n, int64(7))
		case kg.Bool:
			err = f.Set(n, true)
		case kg.Day:
			err = f.Set(n, int64(kg.MustDate("1941-05-06")))
		case kg.Flags:
			err = f.Set(n, []kg.Flag{{Value: f.Enum.Values[0].Name}})
		case kg.Spot:
			err = f.Set(n, &geo.Point{Lat: 37.91234, Lon: 114.65432})
		}
		if err != nil {
			t.Fatal(k, f.Name, err)
		}
	}
	switch n := n.(type) {
	case *kg.Household:
		n.Refusals = []kg.Refusal{{}}
	case *kg.Person:
		n.Responder, n.Consents, n.Corrections = &kg.Responder{Weekly: "H"}, []kg.Consent{{}}, []kg.Correction{{}}
	case *kg.Ring:
		n.Candidates, n.LeftOut, n.Outbox = []kg.Candidate{{}}, []kg.Omission{{}}, []kg.Letter{{}}
	case *kg.Measure:
		n.Figures = &kg.Figures{}
	case *kg.Alert:
		n.Outbox = []kg.Letter{{}}
	}
	return n
}

func TestEveryFieldWithAPrivacyClassIsMaskedAndTheOthersAreNot(t *testing.T) {
	for _, d := range kg.Kinds {
		n, again := full(t, d.Kind), full(t, d.Kind)
		masked := trust.Mask(n)
		if !reflect.DeepEqual(n, again) {
			t.Errorf("%s: the node itself was changed", d.Type)
		}
		for _, f := range kg.FieldsOf(d.Kind) {
			same := reflect.DeepEqual(f.Get(masked), f.Get(again))
			if open := f.Class == kg.Open; same != open {
				t.Errorf("%s.%s of class %s: masked %v", d.Type, f.Name, f.Class, f.Get(masked))
			}
		}
	}
}

func TestMasksShowWhatIsAllowedAndNoMore(t *testing.T) {
	p := trust.Mask(&kg.Person{Name: "欧阳秀兰", Phone: "13812345678", BirthDate: kg.MustDate("1948-12-31")}).(*kg.Person)
	if p.Name != "欧阳某" || p.Phone != "***5678" || p.BirthDate != kg.NewDate(1940, time.January, 1) {
		t.Errorf("got %q %q %s", p.Name, p.Phone, p.BirthDate)
	}
	for name, want := range map[string]string{"王秀兰": "王某", "欧阳": "欧某", "Ann": "A某", "": "", "司马光": "司马某"} {
		if got := trust.Mask(&kg.Person{Name: name}).Title(); got != want {
			t.Errorf("%q: %q, want %q", name, got, want)
		}
	}
	if got := trust.Mask(&kg.Person{Phone: "8001"}).(*kg.Person).Phone; got != "" {
		t.Errorf("a short number shows %q", got)
	}
}

func TestPointsMoveToTheMiddleOfTheirCell(t *testing.T) {
	cell := func(lat, lon float64) geo.Point {
		return *trust.Mask(&kg.Building{Point: &geo.Point{Lat: lat, Lon: lon}}).(*kg.Building).Point
	}
	seen := map[geo.Point]int{}
	for i := range 100 {
		for j := range 100 {
			p := geo.Point{Lat: 37.9 + float64(i)*0.00002, Lon: 114.65 + float64(j)*0.00002}
			c := cell(p.Lat, p.Lon)
			seen[c]++
			if d := geo.Distance(p, c); d > 75 {
				t.Fatalf("%v moved %.0f m", p, d)
			}
		}
	}
	// 222 m by 175 m hold about four cells whole, and parts of some more.
	if len(seen) < 4 || len(seen) > 16 {
		t.Errorf("10,000 points in 222 m by 175 m are in %d cells", len(seen))
	}
}

func TestCountsAreRoundedAndSmallOnesWithheld(t *testing.T) {
	for n, want := range map[int]int{0: -1, 1: -1, 4: -1, 5: 5, 7: 5, 8: 10, 12: 10, 13: 15, 1002: 1000} {
		got, told := trust.Blur(n)
		if !told {
			got = -1
		}
		if got != want {
			t.Errorf("%d is told as %d, want %d", n, got, want)
		}
	}
}
