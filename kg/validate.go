package kg

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"lintu/geo"
)

// MaxTextLength is the longest text field, in bytes.
const MaxTextLength = 1000

// Validate checks a node by the field table: a title, known enum values, points on earth, spans that are not
// empty. The error names the field and what is allowed.
func Validate(n Node) error {
	b := n.Common()
	if b.ID.Kind() != n.Kind() {
		return Invalid("id", fmt.Sprintf("%q is not the id of a %s", b.ID, n.Kind()), n.Kind().Prefix()+"_ and 24 letters or digits")
	}
	if strings.TrimSpace(n.Title()) == "" {
		return Invalid(titleField(n.Kind()), "is empty", "a text that is not blank")
	}
	if err := validBase(b); err != nil {
		return err
	}
	for i := range fieldTable[n.Kind()] {
		f := &fieldTable[n.Kind()][i]
		if err := f.validate(n); err != nil {
			return err
		}
	}
	return firstOf(validErased(n), validStructures(n))
}

func titleField(k Kind) string {
	switch k {
	case KindEntrance, KindHousehold:
		return "number"
	case KindDoorbell:
		return "serial"
	case KindMeasure:
		return "question"
	}
	return "name"
}

func validBase(b *Base) error {
	if b.Life.Empty() {
		return Invalid("validTo", b.Life.To.String(), "a day after validFrom")
	}
	return validConfidence(b.Confidence)
}

func validConfidence(c float64) error {
	if math.IsNaN(c) || c < 0 || c > 1 {
		return Invalid("confidence", fmt.Sprint(c), "0 (unknown) to 1")
	}
	return nil
}

func (f *Field) validate(n Node) error {
	switch v := f.Get(n).(type) {
	case string:
		if f.Type == Pick && v != "" && !f.Enum.Has(v) {
			return Invalid(f.Name, fmt.Sprintf("%q", clip(v)), strings.Join(f.Enum.Names(), ", "))
		}
		if f.Type == Text && len(v) > MaxTextLength {
			return Invalid(f.Name, fmt.Sprintf("%d bytes long", len(v)), fmt.Sprintf("at most %d bytes", MaxTextLength))
		}
		if f.Moment {
			if _, err := ParseMoment(v); err != nil {
				return Invalid(f.Name, err.Error(), "an instant in UTC written as 2026-01-31T08:00:00.000Z")
			}
		}
	case []Flag:
		for _, flag := range v {
			if !f.Enum.Has(flag.Value) {
				return Invalid(f.Name, fmt.Sprintf("%q", clip(flag.Value)), strings.Join(f.Enum.Names(), ", "))
			}
			if flag.Empty() {
				return Invalid(f.Name, "a span that holds no day", "validTo after validFrom")
			}
		}
	case *geo.Point:
		if v != nil {
			if err := v.Validate(); err != nil {
				return Invalid(f.Name, err.Error(), "WGS-84 degrees, latitude -90 to 90, longitude -180 to 180")
			}
		}
	}
	return nil
}

// WeekSlots is the number of half hours in a week, the length of a weekly pattern.
const WeekSlots = 336

// ValidateTie checks a tie by the relation table: ends of allowed kinds, only fields that the relation carries, a
// reference of the right kind, a span that is not empty, hours that can be.
func ValidateTie(t *Tie) error {
	d := t.Relation.Def()
	if d == nil {
		return Invalid("relation", fmt.Sprintf("%q", clip(string(t.Relation))), "a relation of the relation table")
	}
	if !d.Allows(t.From.Kind(), t.To.Kind()) {
		return Invalid("from, to", fmt.Sprintf("%s does not go from %s to %s", t.Relation, t.From.Kind(), t.To.Kind()), allowedPairs(d))
	}
	if t.From == t.To {
		return Invalid("to", "is the tie's own source", "another node")
	}
	if t.Valid.Empty() {
		return Invalid("validTo", t.Valid.To.String(), "a day after validFrom")
	}
	if t.Ref != "" && t.Ref.Kind() != d.RefKind {
		return Invalid(cmpRefName(d), fmt.Sprintf("a %s", t.Ref.Kind()), fmt.Sprintf("a %s, or nothing", d.RefKind))
	}
	if err := validConfidence(t.Confidence); err != nil {
		return err
	}
	for i := range tieFields {
		f := &tieFields[i]
		v := f.Get(t)
		set := v != "" && v != int64(0) && v != false
		if set && !slices.Contains(d.Fields, f.Name) {
			return Invalid(f.Name, fmt.Sprintf("%s does not carry it", t.Relation), "left out")
		}
		if s, ok := v.(string); ok && set && len(f.Values) > 0 && !slices.Contains(f.Values, s) {
			return Invalid(f.Name, fmt.Sprintf("%q", clip(s)), strings.Join(f.Values, ", "))
		}
	}
	return validDuty(t)
}

func cmpRefName(d *RelationDef) string {
	if d.RefName == "" {
		return "ref"
	}
	return d.RefName
}

func allowedPairs(d *RelationDef) string {
	var out []string
	for _, p := range d.Pairs {
		out = append(out, string(p.From)+" to "+string(p.To))
	}
	return strings.Join(out, ", ")
}

// Equal says whether two nodes have the same content: kind, id, life span and fields; versions aside.
func Equal(a, b Node) bool {
	return a.Kind() == b.Kind() && a.Common().ID == b.Common().ID && a.Common().Life == b.Common().Life && string(Encode(a)) == string(Encode(b))
}

// EqualTies says whether two ties have the same content; versions aside.
func EqualTies(a, b *Tie) bool {
	return a.ID == b.ID && a.Key() == b.Key() && a.Valid == b.Valid && a.Ref == b.Ref && string(EncodeTie(a)) == string(EncodeTie(b))
}
