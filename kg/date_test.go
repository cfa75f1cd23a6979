package kg

import (
	"errors"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestDatesAreWrittenAsTheyAreRead(t *testing.T) {
	for _, s := range []string{"0001-01-01", "1948-02-29", "1970-01-01", "2026-01-01", "9999-12-31"} {
		d, err := ParseDate(s)
		if err != nil || d.String() != s {
			t.Errorf("%s: %s, %v", s, d, err)
		}
	}
	if MustDate("0001-01-01") != 1 {
		t.Error("the first day is not 1")
	}
	for _, s := range []string{"", "2026-02-30", "2026-1-1", "0000-12-31", "2026-01-01T00:00:00Z", "always"} {
		if _, err := ParseDate(s); !errors.Is(err, ErrInvalid) {
			t.Errorf("%q: %v", s, err)
		}
	}
}

func TestADayBelongsToThePlace(t *testing.T) {
	shanghai := time.FixedZone("CST", 8*3600)
	at := time.Date(2026, 1, 1, 17, 0, 0, 0, time.UTC) // 01:00 of the next day there
	if d := DateOf(at, shanghai); d != MustDate("2026-01-02") {
		t.Errorf("%s", d)
	}
	if got := MustDate("2026-01-02").Time(shanghai); !got.Equal(time.Date(2026, 1, 1, 16, 0, 0, 0, time.UTC)) {
		t.Errorf("the day begins at %s", got)
	}
}

func TestAgeCountsWholeYears(t *testing.T) {
	for _, c := range []struct {
		born, on string
		age      int
	}{{"1948-02-29", "2026-02-28", 77}, {"1948-02-29", "2026-03-01", 78}, {"2000-05-05", "2018-05-04", 17}, {"2000-05-05", "2018-05-05", 18}, {"2026-01-01", "2025-01-01", 0}} {
		if got := MustDate(c.born).Age(MustDate(c.on)); got != c.age {
			t.Errorf("%s on %s: %d, want %d", c.born, c.on, got, c.age)
		}
	}
}

func spans(t *rapid.T, name string) Span {
	return Span{From: Date(rapid.IntRange(0, 12).Draw(t, name+" from")), To: Date(rapid.IntRange(0, 12).Draw(t, name+" to"))}
}

func TestSpansAreSetsOfDays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := spans(t, "a"), spans(t, "b")
		meet, minus := a.Meet(b), a.Minus(b)
		empty := true
		for d := Date(1); d < 16; d++ {
			in := a.Holds(d)
			empty = empty && !in
			if meet.Holds(d) != (in && b.Holds(d)) {
				t.Fatalf("day %d: %v meets %v in %v", d, a, b, meet)
			}
			left := 0
			for _, m := range minus {
				if m.Holds(d) {
					left++
				}
			}
			if b.Empty() {
				continue // the days of a, whole
			}
			if want := in && !b.Holds(d); (left == 1) != want || left > 1 {
				t.Fatalf("day %d: %v minus %v is %v", d, a, b, minus)
			}
		}
		if a.Empty() && !empty {
			t.Fatalf("%v is called empty", a)
		}
	})
}

func TestAtAlwaysEverySpanHolds(t *testing.T) {
	for _, s := range []Span{{}, {From: 5}, {To: 2}, {From: 5, To: 2}} {
		if !s.Holds(Always) {
			t.Errorf("%v", s)
		}
	}
}
