package kg

import (
	"fmt"
	"strings"
)

// The states of a correction.
const (
	CorrectionOpen     = "OPEN"
	CorrectionAccepted = "ACCEPTED"
	CorrectionRefused  = "REFUSED"
)

// Correction 更正请求 is what a person asked to have put right in their own record, and what became of it.
type Correction struct {
	Number    int    `json:"number"`          // 1, 2, 3 of the person's
	Field     string `json:"field,omitempty"` // of the field table; "" where the note says what is wrong
	Value     string `json:"value,omitempty"` // that is right, as Field.Text writes it
	Note      string `json:"note,omitempty"`
	State     string `json:"state"` // of CorrectionStates
	AskedAt   Moment `json:"askedAt"`
	AskedBy   string `json:"askedBy"` // name of a viewer
	DecidedAt Moment `json:"decidedAt,omitempty"`
	DecidedBy string `json:"decidedBy,omitempty"`
	Reason    string `json:"reason,omitempty"` // of the decision
}

// MaxCorrections is how many corrections of a person are kept; the oldest that are decided go first.
const MaxCorrections = 50

func validCorrection(at string, c Correction) error {
	if c.Field != "" && FieldOf(KindPerson, c.Field) == nil {
		return Invalid(at+".field", fmt.Sprintf("%q", clip(c.Field)), "a field of a PERSON, or nothing")
	}
	if !CorrectionStates.Has(c.State) {
		return Invalid(at+".state", fmt.Sprintf("%q", clip(c.State)), strings.Join(CorrectionStates.Names(), ", "))
	}
	for _, text := range []struct{ name, value string }{{".value", c.Value}, {".note", c.Note}, {".reason", c.Reason}} {
		if len(text.value) > MaxTextLength {
			return Invalid(at+text.name, fmt.Sprintf("%d bytes long", len(text.value)), fmt.Sprintf("at most %d bytes", MaxTextLength))
		}
	}
	for _, m := range []Moment{c.AskedAt, c.DecidedAt} {
		if _, err := ParseMoment(string(m)); err != nil {
			return Invalid(at, err.Error(), "instants in UTC written as 2026-01-31T08:00:00.000Z")
		}
	}
	return nil
}
