package kg

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

// Tie is one relation between two nodes, for a time. It has an id and a version of its own; the fields below
// Confidence belong to some relations only, as the relation table says.
type Tie struct {
	ID       ID       `json:"-"`
	Version  int64    `json:"-"`
	Relation Relation `json:"-"`
	From     ID       `json:"-"`
	To       ID       `json:"-"`
	Valid    Span     `json:"-"`
	// Ref is the one third node that a tie may refer to: the unit on whose behalf a seat is held, the building
	// where a job is done.
	Ref        ID      `json:"-"`
	Source     string  `json:"source,omitempty"`
	Confidence float64 `json:"confidence,omitempty"` // 0 unknown, to 1

	Role      string    `json:"role,omitempty"`
	Scheme    string    `json:"scheme,omitempty"`
	Slot      string    `json:"slot,omitempty"`
	Status    string    `json:"status,omitempty"`
	Post      string    `json:"post,omitempty"`
	Kind      string    `json:"kind,omitempty"` // of BELONGS_TO: FULL, PLACED
	Form      string    `json:"form,omitempty"` // of PAIRED_WITH: RESIDENT, PAIRED
	Agreement string    `json:"agreement,omitempty"`
	Kinship   string    `json:"kinship,omitempty"`
	Rank      int       `json:"rank,omitempty"` // in which order contacts are called, 1 first
	FullTime  bool      `json:"fullTime,omitempty"`
	PartTime  bool      `json:"partTime,omitempty"`
	Consent   bool      `json:"consent,omitempty"` // the contact agreed to be one
	Hours     []Duty    `json:"hours,omitempty"`
	StartsAt  time.Time `json:"startsAt,omitzero"`
	EndsAt    time.Time `json:"endsAt,omitzero"`
}

// Duty is a time of the week on duty, local time; To 24:00 is the end of the day.
type Duty struct {
	Weekday int    `json:"weekday"` // 1 Monday to 7 Sunday
	From    string `json:"from"`
	To      string `json:"to"`
}

// Key is the natural key of a tie: relation, ends, role, scheme, slot and validFrom. No two ties have the same.
func (t *Tie) Key() string {
	return strings.Join([]string{string(t.Relation), string(t.From), string(t.To), t.Role, t.Scheme, t.Slot, t.Valid.From.String()}, "\x1f")
}

// EncodeTie is the tie's fields as JSON; id, version, relation, ends, validity and reference are not in it.
func EncodeTie(t *Tie) []byte {
	b, err := json.Marshal(t)
	if err != nil {
		panic(fmt.Sprintf("kg: encoding tie %s: %v", t.ID, err)) // plain data; Validate refuses NaN
	}
	return b
}

// DecodeTie fills the fields that EncodeTie wrote.
func DecodeTie(t *Tie, data []byte) error {
	if err := json.Unmarshal(data, t); err != nil {
		return fmt.Errorf("kg: decoding tie %s: %w", t.ID, err)
	}
	return nil
}

// TieField is a row of the table of ties' fields.
type TieField struct {
	Name       string
	Type       FieldType
	Filterable bool // engines store it as a column or property
	Values     []string
	EN, ZH     string
	get        func(*Tie) any
	set        func(*Tie, any) error // a value as get gives it
	instant    func(*Tie) *time.Time // of fields that are instants
}

// Get is the field's value, as Field.Get gives it; times are RFC 3339 text.
func (f *TieField) Get(t *Tie) any { return f.get(t) }

func tieText(name, en, zh string, at func(*Tie) *string, values ...string) TieField {
	return TieField{Name: name, Type: Text, Filterable: true, Values: values, EN: en, ZH: zh, get: func(t *Tie) any { return *at(t) },
		set: func(t *Tie, v any) error { return assign(v, func(s string) { *at(t) = s }) }}
}

func tieBool(name, en, zh string, at func(*Tie) *bool) TieField {
	return TieField{Name: name, Type: Bool, Filterable: true, EN: en, ZH: zh, get: func(t *Tie) any { return *at(t) },
		set: func(t *Tie, v any) error { return assign(v, func(b bool) { *at(t) = b }) }}
}

func tieTime(name, en, zh string, at func(*Tie) *time.Time) TieField {
	return TieField{Name: name, Type: Data, EN: en, ZH: zh, instant: at, get: func(t *Tie) any {
		if at(t).IsZero() {
			return ""
		}
		return at(t).UTC().Format(time.RFC3339)
	}, set: func(t *Tie, v any) error {
		s, ok := v.(string)
		if !ok || s == "" {
			*at(t) = time.Time{}
			return assign(v, func(string) {})
		}
		i, err := time.Parse(time.RFC3339, s)
		if err == nil {
			*at(t) = i.UTC().Truncate(time.Second)
		}
		return err
	}}
}

// tieFields is the table of the fields that ties of some relations carry.
var tieFields = []TieField{
	tieText("role", "Role.", "角色", func(t *Tie) *string { return &t.Role }),
	tieText("scheme", "Scheme of the responsibility.", "包保机制", func(t *Tie) *string { return &t.Scheme }),
	tieText("slot", "Slot in the scheme.", "岗位序位", func(t *Tie) *string { return &t.Slot }),
	tieText("status", "Status.", "状态", func(t *Tie) *string { return &t.Status }),
	tieText("post", "Post held at work.", "职务", func(t *Tie) *string { return &t.Post }),
	tieText("kind", "FULL (organizational relation) or PLACED (placed into).", "组织关系或编入", func(t *Tie) *string { return &t.Kind }, "FULL", "PLACED"),
	tieText("form", "RESIDENT in the area or PAIRED with it.", "驻区或结对", func(t *Tie) *string { return &t.Form }, "RESIDENT", "PAIRED"),
	tieText("agreement", "Agreement.", "协议", func(t *Tie) *string { return &t.Agreement }),
	tieText("kinship", "Kinship.", "亲属关系", func(t *Tie) *string { return &t.Kinship }),
	{Name: "rank", Type: Int, Filterable: true, EN: "In which order people are called, 1 first.", ZH: "联系次序", get: func(t *Tie) any { return int64(t.Rank) },
		set: func(t *Tie, v any) error { return assign(v, func(i int64) { t.Rank = int(i) }) }},
	tieBool("fullTime", "Whether full time.", "是否全职", func(t *Tie) *bool { return &t.FullTime }),
	tieBool("partTime", "Whether part time.", "是否兼职", func(t *Tie) *bool { return &t.PartTime }),
	tieBool("consent", "Whether the person agreed.", "本人同意", func(t *Tie) *bool { return &t.Consent }),
	{Name: "hours", Type: Data, EN: "Weekly hours on duty.", ZH: "每周值班时间", get: func(t *Tie) any {
		if len(t.Hours) == 0 {
			return ""
		}
		b, _ := json.Marshal(t.Hours)
		return string(b)
	}, set: func(t *Tie, v any) error {
		s, ok := v.(string)
		t.Hours = nil
		if !ok || s == "" {
			return assign(v, func(string) {})
		}
		return json.Unmarshal([]byte(s), &t.Hours)
	}},
	tieTime("startsAt", "First instant on duty.", "值班开始", func(t *Tie) *time.Time { return &t.StartsAt }),
	tieTime("endsAt", "Instant at which the duty ends.", "值班结束", func(t *Tie) *time.Time { return &t.EndsAt }),
}

// validityFields can be filtered on every tie.
var validityFields = []TieField{
	{Name: "validFrom", Type: Day, Filterable: true, EN: "First day of validity.", ZH: "生效日期", get: func(t *Tie) any { return int64(t.Valid.From) },
		set: func(t *Tie, v any) error { return assign(v, func(i int64) { t.Valid.From = Date(i) }) }},
	{Name: "validTo", Type: Day, Filterable: true, EN: "Day on which validity ends.", ZH: "失效日期", get: func(t *Tie) any { return int64(t.Valid.To) },
		set: func(t *Tie, v any) error { return assign(v, func(i int64) { t.Valid.To = Date(i) }) }},
}

// TieFields is the table of the fields of ties; the relation table says which relation carries which.
func TieFields() []TieField { return tieFields }

// TieFieldOf is a field of ties by name, validFrom, validTo and computed ones included; nil where there is none.
func TieFieldOf(name string) *TieField {
	for _, table := range [][]TieField{tieFields, validityFields, computedTieFields} {
		for i := range table {
			if table[i].Name == name {
				return &table[i]
			}
		}
	}
	return nil
}
