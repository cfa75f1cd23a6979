package kg

import "time"

// Person 人.
type Person struct {
	Base
	RegisterNo  string      `json:"registerNo,omitempty"` // the office's register number, never an identity-card number
	Name        string      `json:"name,omitempty"`
	Sex         Sex         `json:"sex,omitempty"`
	BirthDate   Date        `json:"birthDate,omitzero"`
	Phone       string      `json:"phone,omitempty"`
	PartyStatus PartyStatus `json:"partyStatus,omitempty"`
	Retired     bool        `json:"retired,omitempty"`
	CareFlags   []Flag      `json:"careFlags,omitempty"`
	Specialties []Specialty `json:"specialties,omitempty"`
	Responder   *Responder  `json:"responder,omitempty"` // nil: the person has no responder profile
	// Consents are those to other purposes than to respond, which are in the profile.
	Consents []Consent `json:"consents,omitempty"`
	// Corrections are what the person asked to have put right, oldest first; Correction is OPEN while one of them waits,
	// else how the last one was decided.
	Corrections []Correction `json:"corrections,omitempty"`
	Correction  string       `json:"correction,omitempty"`
	Erased      Date         `json:"erased,omitzero"` // of a tombstone; see Erase
}

// Kind implements Node.
func (*Person) Kind() Kind { return KindPerson }

// Title implements Node.
func (n *Person) Title() string { return titleUnless(n.Erased, n.Name) }

// PartyMember says whether the person is a full or probationary party member.
func (n *Person) PartyMember() bool {
	return n.PartyStatus == PartyFull || n.PartyStatus == PartyProbationary
}

// Flag is a dated fact out of a fixed list, such as a care flag.
type Flag struct {
	Value string `json:"value"`
	Span
}

// Specialty is what a person can do, by a scheme: the seven colours, a trade.
type Specialty struct {
	Scheme string `json:"scheme"`
	Value  string `json:"value"`
}

// Responder is the profile of a person who agreed, or was asked, to come when somebody rings.
type Responder struct {
	Consents  []Consent  `json:"consents,omitempty"`
	Vettings  []Vetting  `json:"vettings,omitempty"`
	Pauses    []Absence  `json:"pauses,omitempty"`
	Leaves    []Absence  `json:"leaves,omitempty"`
	Overrides []Override `json:"overrides,omitempty"`
	// Weekly is the person's own pattern: empty, or 336 letters H, W or A, one a half hour from Monday 00:00.
	Weekly string `json:"weekly,omitempty"`
	Limits Limits `json:"limits,omitzero"`
}

// Vetting is an approval by a named body.
type Vetting struct {
	By string `json:"by"`
	Span
}

// Absence is a leave or a pause, by days.
type Absence struct {
	Reason string `json:"reason,omitempty"`
	Span
}

// Override is what the person said of their own presence: "at home until", "away until". It holds in
// [From, Until); a zero From is open.
type Override struct {
	Presence Presence  `json:"presence"`
	From     time.Time `json:"from,omitzero"`
	Until    time.Time `json:"until"`
}

// Limits are what the person set for themselves; zero means no limit.
type Limits struct {
	AlertsPerWeek int `json:"alertsPerWeek,omitempty"`
	MaxFloor      int `json:"maxFloor,omitempty"`    // climbs no higher without a lift
	MaxDistance   int `json:"maxDistance,omitempty"` // metres
}
