package kg

import (
	"encoding/json"
	"fmt"

	"lintu/geo"
)

// Setting is a field, by its name, with the value that it gets: of the Go type that stands at the field's FieldType,
// a Date for a Day, Merge for a part of a structure, nil to clear it.
type Setting struct {
	Field string
	Value any
}

// Merge is a JSON object, as the value of a Data field that holds an object: its keys replace those of the object on
// record, null takes a key away, other keys stay.
type Merge string

// SetField sets a field of a node: one of its kind's table, or validFrom, validTo, source or confidence, which every
// kind has. Whether the result is valid, Validate says.
func SetField(n Node, s Setting) error {
	b := n.Common()
	if known, err := setCommon(s, &b.Life, &b.Source, &b.Confidence); known {
		return err
	}
	f := FieldOf(n.Kind(), s.Field)
	if f == nil {
		return Invalid(s.Field, fmt.Sprintf("a %s has no such field", n.Kind()), "a field of the kind")
	}
	v, err := f.value(n, s.Value)
	if err != nil {
		return err
	}
	return f.Set(n, v)
}

// SetTieField sets a field of a tie: one of the table of ties' fields, validFrom, validTo, source, confidence, or the
// reference by its name in the relation table. Whether the relation carries it, ValidateTie says.
func SetTieField(t *Tie, s Setting) error {
	if known, err := setCommon(s, &t.Valid, &t.Source, &t.Confidence); known {
		return err
	}
	if d := t.Relation.Def(); d != nil && d.RefName != "" && s.Field == d.RefName {
		return setAs(s, &t.Ref)
	}
	f := TieFieldOf(s.Field)
	if f == nil {
		return Invalid(s.Field, "no tie of "+string(t.Relation)+" has such a field", "a field of the relation")
	}
	v := s.Value
	if v == nil {
		v = zero(f.Type)
	}
	if err := f.set(t, v); err != nil {
		return Invalid(s.Field, err.Error(), string(f.Type))
	}
	return nil
}

// setCommon sets what nodes and ties have alike; known says that the field is one of these.
func setCommon(s Setting, span *Span, source *string, confidence *float64) (known bool, err error) {
	switch s.Field {
	case "validFrom":
		return true, setAs(s, &span.From)
	case "validTo":
		return true, setAs(s, &span.To)
	case "source":
		return true, setAs(s, source)
	case "confidence":
		return true, setAs(s, confidence)
	}
	return false, nil
}

// setAs sets a value of the Go type of at, which it zeroes for nil.
func setAs[T any](s Setting, at *T) error {
	var v T
	if s.Value != nil {
		var ok bool
		if v, ok = s.Value.(T); !ok {
			return Invalid(s.Field, fmt.Sprintf("%T is not of the field's type", s.Value), fmt.Sprintf("%T", v))
		}
	}
	*at = v
	return nil
}

// value is what Set takes for a setting's value.
func (f *Field) value(n Node, v any) (any, error) {
	switch v := v.(type) {
	case nil:
		return zero(f.Type), nil
	case Date:
		return int64(v), nil
	case Merge:
		if f.Type != Data {
			return nil, Invalid(f.Name, "is no structure", string(f.Type))
		}
		merged, err := merge(f.Get(n).(string), string(v))
		if err != nil {
			return nil, Invalid(f.Name, err.Error(), "a JSON object")
		}
		return merged, nil
	}
	return v, nil
}

func merge(have, with string) (string, error) {
	into, keys := map[string]json.RawMessage{}, map[string]json.RawMessage{}
	if have != "" {
		if err := json.Unmarshal([]byte(have), &into); err != nil {
			return "", err
		}
	}
	if err := json.Unmarshal([]byte(with), &keys); err != nil {
		return "", err
	}
	for k, v := range keys {
		if string(v) == "null" {
			delete(into, k)
		} else {
			into[k] = v
		}
	}
	b, err := json.Marshal(into)
	return string(b), err
}

// zero is the value of an absent field.
func zero(t FieldType) any {
	switch t {
	case Int, Day:
		return int64(0)
	case Bool:
		return false
	case Flags:
		return []Flag(nil)
	case Spot:
		return (*geo.Point)(nil)
	}
	return ""
}
