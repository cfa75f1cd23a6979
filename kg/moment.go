package kg

import (
	"fmt"
	"io"
	"strconv"
	"time"
)

// Moment is an instant as a text field holds it: UTC with milliseconds, in the one form 2026-01-31T08:00:00.000Z, so
// that moments are in the order of their texts. The empty one is none.
type Moment string

const momentLayout = "2006-01-02T15:04:05.000Z"

// MomentOf is the moment of an instant, cut to milliseconds; none for the zero time.
func MomentOf(t time.Time) Moment {
	if t.IsZero() {
		return ""
	}
	return Moment(t.UTC().Format(momentLayout))
}

// ParseMoment reads the one form of a moment; the empty text is none.
func ParseMoment(s string) (Moment, error) {
	if s == "" {
		return "", nil
	}
	if t, err := time.Parse(momentLayout, s); err != nil || string(MomentOf(t)) != s {
		return "", fmt.Errorf("%q is not a moment", clip(s))
	}
	return Moment(s), nil
}

// Time is the instant; the zero time for none, and for a text that is no moment.
func (m Moment) Time() time.Time {
	t, err := time.Parse(momentLayout, string(m))
	if err != nil {
		return time.Time{}
	}
	return t
}

// MarshalGQL writes the GraphQL scalar DateTime; none is null.
func (m Moment) MarshalGQL(w io.Writer) {
	if m == "" {
		_, _ = io.WriteString(w, "null")
		return
	}
	_, _ = io.WriteString(w, strconv.Quote(string(m)))
}

// UnmarshalGQL reads the GraphQL scalar DateTime.
func (m *Moment) UnmarshalGQL(v any) error {
	s, _ := v.(string)
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		return Invalid("at", fmt.Sprintf("%q is not an instant", clip(s)), "RFC 3339 with a zone, such as 2026-01-05T10:00:00+08:00")
	}
	*m = MomentOf(t)
	return nil
}

// IsZero says that there is none.
func (m Moment) IsZero() bool { return m == "" }
