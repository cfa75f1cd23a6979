package draw

import (
	"slices"
	"strings"
	"testing"

	"lintu/geo"
	"lintu/kg"
)

func TestAStreamDependsOnSeedAndPurposeOnly(t *testing.T) {
	first := func(seed uint64, purpose string) []int {
		s := New(seed, purpose)
		return []int{s.N(1000), s.N(1000), s.N(1000), s.N(1000)}
	}
	if !slices.Equal(first(1, "a"), first(1, "a")) {
		t.Error("the same seed and purpose gave other numbers")
	}
	if slices.Equal(first(1, "a"), first(1, "b")) || slices.Equal(first(1, "a"), first(2, "a")) {
		t.Error("another purpose or seed gave the same numbers")
	}
	if got, want := first(1, "golden"), []int{681, 833, 167, 495}; !slices.Equal(got, want) {
		t.Errorf("the stream of a released version changed: %v, want %v", got, want)
	}
}

func TestSharesAddUpExactlyAndKeepTheirCaps(t *testing.T) {
	s := New(3, "shares")
	for range 300 {
		n := s.Between(1, 20)
		weights, caps := make([]int, n), make([]int, n)
		for i := range n {
			weights[i], caps[i] = s.N(50), s.N(30)
		}
		total := s.N(400)
		if got := sum(Share(total, weights)); got != total {
			t.Fatalf("Share(%d, %v) adds up to %d", total, weights, got)
		}
		parts := ShareCapped(total, weights, caps)
		if got, want := sum(parts), min(total, sum(caps)); got != want {
			t.Fatalf("ShareCapped(%d, %v, %v) adds up to %d, want %d", total, weights, caps, got, want)
		}
		for i := range parts {
			if parts[i] > caps[i] {
				t.Fatalf("ShareCapped(%d, %v, %v)[%d] = %d is above its cap", total, weights, caps, i, parts[i])
			}
		}
	}
	if got := Share(10, []int{1, 1, 2}); !slices.Equal(got, []int{3, 2, 5}) {
		t.Errorf("Share(10, 1:1:2) = %v, want 3, 2, 5", got)
	}
}

func sum(list []int) int {
	total := 0
	for _, v := range list {
		total += v
	}
	return total
}

func TestNamesAndPhonesAreVisiblySynthetic(t *testing.T) {
	s := New(1, "names")
	for i := range 2000 {
		if name := s.Name(s.Surname()).String(); !strings.HasSuffix(name, Marker) || len([]rune(name)) < 4 {
			t.Fatalf("%q does not show that it is an example", name)
		}
		if phone := Phone(i * 7919); !strings.HasPrefix(phone, "000-0") || len(phone) != 13 {
			t.Fatalf("%q could be somebody's number", phone)
		}
	}
}

func TestNamesHoldSurnamesThatAreReadOtherwise(t *testing.T) {
	for name, key := range map[string]string{"单" + Marker: "shan", "解" + Marker: "xie", "尉迟" + Marker: "yu"} {
		if got := kg.SortKey(&kg.Person{Name: name}); !strings.HasPrefix(got, key) {
			t.Errorf("%s is sorted as %q, want %s...", name, got, key)
		}
	}
	s, seen := New(1, "surnames"), map[string]bool{}
	for range 20000 {
		seen[surnames[s.Surname()]] = true
	}
	for _, want := range []string{"单", "解", "仇", "曾", "尉迟", "欧阳", "王"} {
		if !seen[want] {
			t.Errorf("no %s in 20,000 surnames", want)
		}
	}
}

func TestGroundIsTrueToScale(t *testing.T) {
	g := Ground{LatE7: 297000000, LonE7: 1123780000, CmPerLon: 9658700}
	a := g.Point(0, 0)
	for _, c := range []struct{ east, north int }{{100000, 0}, {0, 100000}} {
		if d := geo.Distance(*a, *g.Point(c.east, c.north)); d < 998 || d > 1002 {
			t.Errorf("1,000 m to %+v measure %.1f m", c, d)
		}
	}
}
