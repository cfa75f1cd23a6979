package kg

import (
	"fmt"
	"strings"
)

// Consent 授权同意 is a person's consent to a purpose, for a time. It is never deleted while the person is on record:
// taking it back ends it.
type Consent struct {
	Purpose string `json:"purpose"`
	Span
	// Withdrawn is the day on which it was taken back; from that day on it does not hold, whatever its span.
	Withdrawn Date `json:"withdrawn,omitzero"`
	// About is the household that it is about, where the purpose needs one.
	About ID `json:"about,omitempty"`
	// Given and Taken are how it was given and how it was taken back; nil where nobody has recorded it.
	Given *Evidence `json:"given,omitempty"`
	Taken *Evidence `json:"taken,omitempty"`
}

// Evidence is what shows that a person gave a consent, or took it back.
type Evidence struct {
	How       string `json:"how"`                 // of EvidenceKinds
	Reference string `json:"reference,omitempty"` // where the paper or the recording is kept
	By        string `json:"by,omitempty"`        // name of the viewer who recorded it: never a person's name
	At        Moment `json:"at,omitempty"`        // when it was recorded
}

// Holds says whether the consent holds on a day.
func (c Consent) Holds(on Date) bool {
	return c.Span.Holds(on) && (c.Withdrawn == 0 || on < c.Withdrawn)
}

// Withdraw takes the consent back from a day on. What it was before stays: a consent that began that very day keeps its
// span, which would hold no day otherwise.
func (c *Consent) Withdraw(on Date, taken *Evidence) {
	c.Withdrawn, c.Taken = on, taken
	if on > c.From && (c.To == 0 || on < c.To) {
		c.To = on
	}
}

// The purposes of consents.
const (
	ConsentToRespond   = "respond"
	ConsentToBeContact = "be-contact"
	ConsentToHoldKey   = "hold-key"
)

// ConsentPurpose is a row of the table of purposes that people consent to.
type ConsentPurpose struct {
	Purpose string
	// Tie is the relation whose ties carry the consent, for the household that it is about; "" where it is about none.
	Tie    Relation
	EN, ZH string
}

// ConsentPurposes is the table of purposes that people consent to.
var ConsentPurposes = []ConsentPurpose{
	{ConsentToRespond, "", "Being called as a neighbour when a doorbell rings.", "响应门铃呼叫"},
	{ConsentToBeContact, ContactOf, "Being called as an emergency contact of a household.", "担任紧急联系人"},
	{ConsentToHoldKey, KeyholderOf, "Being called as one who holds a household's key.", "代管钥匙"},
}

// ConsentPurposeOf is a purpose's row, nil where there is none.
func ConsentPurposeOf(purpose string) *ConsentPurpose {
	for i := range ConsentPurposes {
		if ConsentPurposes[i].Purpose == purpose {
			return &ConsentPurposes[i]
		}
	}
	return nil
}

// ConsentPurposeNames are the purposes, with commas.
func ConsentPurposeNames() string {
	names := make([]string, len(ConsentPurposes))
	for i, p := range ConsentPurposes {
		names[i] = p.Purpose
	}
	return strings.Join(names, ", ")
}

func validConsent(at string, c Consent) error {
	p := ConsentPurposeOf(c.Purpose)
	if p == nil { // of a file: nothing asks for it
		p = &ConsentPurpose{}
	}
	switch {
	case c.About != "" && c.About.Kind() != KindHousehold:
		return Invalid(at+".about", fmt.Sprintf("%q", clip(string(c.About))), "the id of a HOUSEHOLD, or nothing")
	case (p.Tie != "") != (c.About != ""):
		return Invalid(at+".about", fmt.Sprintf("does not go with the purpose %s", c.Purpose), "a household for be-contact and hold-key, none for others")
	}
	return firstOf(notBlank(at+".purpose", c.Purpose), validSpan(at, c.Span), validEvidence(at+".given", c.Given), validEvidence(at+".taken", c.Taken))
}

func validEvidence(at string, e *Evidence) error {
	if e == nil {
		return nil
	}
	if !EvidenceKinds.Has(e.How) {
		return Invalid(at+".how", fmt.Sprintf("%q", clip(e.How)), strings.Join(EvidenceKinds.Names(), ", "))
	}
	for _, text := range []struct{ name, value string }{{".reference", e.Reference}, {".by", e.By}} {
		if len(text.value) > MaxTextLength {
			return Invalid(at+text.name, fmt.Sprintf("%d bytes long", len(text.value)), fmt.Sprintf("at most %d bytes", MaxTextLength))
		}
	}
	if _, err := ParseMoment(string(e.At)); err != nil {
		return Invalid(at+".at", err.Error(), "an instant in UTC written as 2026-01-31T08:00:00.000Z")
	}
	return nil
}
