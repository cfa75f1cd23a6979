package model

import (
	"fmt"
	"io"
	"strconv"
	"time"

	"lintu/kg"
)

// Instant is the GraphQL scalar DateTime: an RFC 3339 instant, written in UTC.
type Instant time.Time

// instant is a pointer to t, nil for no instant.
func instant(t time.Time) *Instant {
	if t.IsZero() {
		return nil
	}
	i := Instant(t)
	return &i
}

// NewInstant is t as the scalar.
func NewInstant(t time.Time) Instant { return Instant(t) }

// Time is the instant.
func (i Instant) Time() time.Time { return time.Time(i) }

// MarshalGQL writes the instant.
func (i Instant) MarshalGQL(w io.Writer) {
	_, _ = io.WriteString(w, strconv.Quote(time.Time(i).UTC().Format(time.RFC3339)))
}

// UnmarshalGQL reads an instant with its zone.
func (i *Instant) UnmarshalGQL(v any) error {
	s, ok := v.(string)
	if ok {
		if t, err := time.Parse(time.RFC3339, s); err == nil {
			*i = Instant(t)
			return nil
		}
	}
	return kg.Invalid("at", fmt.Sprintf("%.40q is not an instant", fmt.Sprint(v)), "RFC 3339 with a zone, such as 2026-01-05T10:00:00+08:00")
}

// Override is a statement of a person's own presence.
type Override struct{ o kg.Override }

// Presence, Since and Until are its fields.
func (o *Override) Presence() kg.Presence { return o.o.Presence }
func (o *Override) Since() *Instant       { return instant(o.o.From) }
func (o *Override) Until() Instant        { return Instant(o.o.Until) }

// Responder is the GraphQL type Responder.
type Responder struct{ *kg.Responder }

// Weekly is the pattern, nil where there is none.
func (r *Responder) Weekly() *string { return some(r.Responder.Weekly) }

// Overrides are what the person said of their own presence.
func (r *Responder) Overrides() []*Override {
	out := make([]*Override, len(r.Responder.Overrides))
	for i, o := range r.Responder.Overrides {
		out[i] = &Override{o}
	}
	return out
}

// Responder is the person's profile, nil where there is none.
func (o *Person) Responder() *Responder {
	if o.n.Responder == nil {
		return nil
	}
	return &Responder{o.n.Responder}
}
