package kg

import "testing"

// A text is a day in exactly the form in which the day is written, or it is refused.
func FuzzDate(f *testing.F) {
	for _, s := range []string{"2026-03-04", "0001-01-01", "9999-12-31", "2024-02-29", "2023-02-29", "2026-3-4", "", "always", "2026-03-04T00:00:00Z", "+2026-03-04", "２０２６-03-04"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		d, err := ParseDate(s)
		if err != nil {
			return
		}
		if d == 0 || d == Always || d.String() != s {
			t.Fatalf("%q is read as %d, which is written %q", s, d, d)
		}
		if again := MustDate(d.String()); again != d {
			t.Fatalf("%q is %d and then %d", s, d, again)
		}
	})
}
