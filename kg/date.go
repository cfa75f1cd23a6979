package kg

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"strconv"
	"time"
)

// Date is a local calendar day of the site: the number of days since 0000-12-31, so that 0001-01-01 is 1.
// The zero Date means "none"; as an end of a Span it means that the end is open.
type Date int32

// Always stands, as the date of a read, for "at any time": validity is not looked at.
const Always Date = math.MaxInt32

const dateLayout = "2006-01-02"

// dayZero is the day that Date 0 would be.
var dayZero = time.Date(0, 12, 31, 0, 0, 0, 0, time.UTC)

const secondsPerDay = 24 * 60 * 60

// NewDate is the date of a year, month and day of the Gregorian calendar.
func NewDate(year int, month time.Month, day int) Date {
	// not by Sub: a Duration holds 292 years only
	return Date((time.Date(year, month, day, 0, 0, 0, 0, time.UTC).Unix() - dayZero.Unix()) / secondsPerDay)
}

// DateOf is the local day of an instant in loc.
func DateOf(t time.Time, loc *time.Location) Date {
	y, m, d := t.In(loc).Date()
	return NewDate(y, m, d)
}

// ParseDate reads a date in the form 2006-01-02, from year 0001 to 9999.
func ParseDate(s string) (Date, error) {
	t, err := time.Parse(dateLayout, s)
	if err != nil || t.Year() < 1 {
		return 0, Invalid("date", fmt.Sprintf("%q is not a date", clip(s)), "a day written as 2026-01-31")
	}
	return NewDate(t.Date()), nil
}

// MustDate is ParseDate for constants; it panics on a malformed date.
func MustDate(s string) Date {
	d, err := ParseDate(s)
	if err != nil {
		panic(err)
	}
	return d
}

// IsZero says that there is no date.
func (d Date) IsZero() bool { return d == 0 }

// Time is the first instant of the day in loc.
func (d Date) Time(loc *time.Location) time.Time {
	y, m, day := dayZero.AddDate(0, 0, int(d)).Date()
	return time.Date(y, m, day, 0, 0, 0, 0, loc)
}

// String is the day as 2006-01-02, "always" for Always and "" for none.
func (d Date) String() string {
	switch d {
	case 0:
		return ""
	case Always:
		return "always"
	}
	return d.Time(time.UTC).Format(dateLayout)
}

// Age is the number of whole years from birth d to the day on; 0 where either is none.
func (d Date) Age(on Date) int {
	if d.IsZero() || on.IsZero() || on < d {
		return 0
	}
	by, bm, bd := d.Time(time.UTC).Date()
	y, m, day := on.Time(time.UTC).Date()
	age := y - by
	if m < bm || (m == bm && day < bd) {
		age--
	}
	return age
}

// MarshalJSON writes the day as a string, null for none.
func (d Date) MarshalJSON() ([]byte, error) {
	if d.IsZero() {
		return []byte("null"), nil
	}
	return json.Marshal(d.String())
}

// UnmarshalJSON reads what MarshalJSON writes.
func (d *Date) UnmarshalJSON(b []byte) error {
	var s *string
	if err := json.Unmarshal(b, &s); err != nil {
		return err
	}
	if s == nil || *s == "" {
		*d = 0
		return nil
	}
	parsed, err := ParseDate(*s)
	*d = parsed
	return err
}

// MarshalGQL writes the GraphQL scalar Date; none is null.
func (d Date) MarshalGQL(w io.Writer) {
	if d.IsZero() {
		_, _ = io.WriteString(w, "null")
		return
	}
	_, _ = io.WriteString(w, strconv.Quote(d.String()))
}

// UnmarshalGQL reads the GraphQL scalar Date.
func (d *Date) UnmarshalGQL(v any) error {
	s, ok := v.(string)
	if !ok {
		return Invalid("date", "not a string", "a day written as 2026-01-31")
	}
	parsed, err := ParseDate(s)
	*d = parsed
	return err
}

// Span is a half-open interval of days: From is in it, To is not. A zero end is open.
type Span struct {
	From Date `json:"validFrom,omitzero"`
	To   Date `json:"validTo,omitzero"`
}

// Holds says whether the span contains the day. At Always every span holds.
func (s Span) Holds(on Date) bool {
	if on == Always {
		return true
	}
	return s.From <= on && (s.To == 0 || on < s.To)
}

// ValidFrom is the first day, zero where the span is open.
func (s Span) ValidFrom() Date { return s.From }

// ValidTo is the day on which the span ends, zero where it is open.
func (s Span) ValidTo() Date { return s.To }

// Empty says that no day is in the span.
func (s Span) Empty() bool { return s.To != 0 && s.From >= s.To }

// Meet is the days that both spans contain.
func (s Span) Meet(o Span) Span {
	m := Span{From: max(s.From, o.From), To: s.To}
	if m.To == 0 || (o.To != 0 && o.To < m.To) {
		m.To = o.To
	}
	return m
}

// Minus is the days of s that are not in o: no, one or two spans.
func (s Span) Minus(o Span) []Span {
	var out []Span
	if left := s.Meet(Span{To: o.From}); o.From != 0 && !left.Empty() {
		out = append(out, left)
	}
	if right := s.Meet(Span{From: o.To}); o.To != 0 && !right.Empty() {
		out = append(out, right)
	}
	return out
}
