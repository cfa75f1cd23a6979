package kg

import (
	"encoding/json"
	"fmt"

	"lintu/geo"
)

// FieldType is how a field is stored and compared.
type FieldType string

// The types of fields. What Field.Get gives for each stands behind it.
const (
	Text  FieldType = "Text"  // string, "" where absent
	Int   FieldType = "Int"   // int64
	Bool  FieldType = "Bool"  // bool
	Day   FieldType = "Day"   // int64: the Date's number, 0 where absent
	Pick  FieldType = "Pick"  // string: a value of the field's Enum, "" where absent
	Flags FieldType = "Flags" // []Flag: dated values of the field's Enum
	Spot  FieldType = "Point" // *geo.Point, nil where absent
	Data  FieldType = "Data"  // string: JSON, "" where absent; never filtered or sorted by
)

// Privacy is the class of a field (MEANINGS section 7).
type Privacy string

// The classes.
const (
	Open      Privacy = "none"
	Personal  Privacy = "personal"
	Sensitive Privacy = "sensitive"
)

// Field is a row of the field table.
type Field struct {
	Name       string // as in GraphQL, JSON and import headers: birthDate
	Type       FieldType
	Enum       *Enum // of Pick and Flags
	Class      Privacy
	Sortable   bool // an allowed order; engines index it
	Searched   bool // search finds the node by it, beside its title
	Filterable bool // a filter may compare it; engines store it as a column or property
	Importable bool
	Key        bool // part of the natural key
	Common     bool // most nodes share a few values, so that no index finds few by it
	Moment     bool // a Text field that holds an instant (type Moment)
	Kept       bool // the program keeps it: no edit sets it; no import either and no export has it, where it is not Importable
	Hidden     bool // kept, and no answer shows it
	EN, ZH     string

	get func(Node) any
	set func(Node, any) error
}

// Get is the field's value, of the Go type that stands at its FieldType.
func (f *Field) Get(n Node) any { return f.get(n) }

// Set sets the field from a value of the same Go type.
func (f *Field) Set(n Node, v any) error {
	if err := f.set(n, v); err != nil {
		return Invalid(f.Name, err.Error(), string(f.Type))
	}
	return nil
}

// FieldsOf is the field table of a kind, in display order.
func FieldsOf(k Kind) []Field { return fieldTable[k] }

// FieldOf is a field by its name, nil where the kind has none of it.
func FieldOf(k Kind, name string) *Field {
	for i := range fieldTable[k] {
		if fieldTable[k][i].Name == name {
			return &fieldTable[k][i]
		}
	}
	return nil
}

type option func(*Field)

func personal(f *Field)  { f.Class = Personal }
func sensitive(f *Field) { f.Class = Sensitive }
func sorted(f *Field)    { f.Sortable, f.Filterable = true, true }
func searched(f *Field)  { f.Searched = true }
func listed(f *Field)    { f.Filterable = true }
func keyed(f *Field)     { f.Key = true }
func common(f *Field)    { f.Common = true }
func kept(f *Field)      { f.Kept, f.Importable = true, false }
func marked(f *Field)    { f.Kept = true } // imports and exports carry it
func secret(f *Field)    { kept(f); f.Hidden, f.Class = true, Sensitive }

func newField(name string, t FieldType, en, zh string, opts []option) Field {
	f := Field{Name: name, Type: t, Class: Open, Importable: true, EN: en, ZH: zh}
	for _, o := range opts {
		o(&f)
	}
	return f
}

// textField and its like make rows of the table; at is the address of the field in its struct.
func textField[N Node, S ~string](name string, at func(N) *S, en, zh string, opts ...option) Field {
	f := newField(name, Text, en, zh, opts)
	f.get = func(n Node) any { return string(*at(n.(N))) }
	f.set = func(n Node, v any) error { return assign(v, func(s string) { *at(n.(N)) = S(s) }) }
	return f
}

func momentField[N Node](name string, at func(N) *Moment, en, zh string, opts ...option) Field {
	f := textField(name, at, en, zh, opts...)
	f.Moment = true
	return f
}

func pickField[N Node, S ~string](name string, enum *Enum, at func(N) *S, en, zh string, opts ...option) Field {
	f := textField(name, at, en, zh, opts...)
	f.Type, f.Enum = Pick, enum
	return f
}

func intField[N Node](name string, at func(N) *int, en, zh string, opts ...option) Field {
	f := newField(name, Int, en, zh, opts)
	f.get = func(n Node) any { return int64(*at(n.(N))) }
	f.set = func(n Node, v any) error { return assign(v, func(i int64) { *at(n.(N)) = int(i) }) }
	return f
}

func boolField[N Node](name string, at func(N) *bool, en, zh string, opts ...option) Field {
	f := newField(name, Bool, en, zh, opts)
	f.get = func(n Node) any { return *at(n.(N)) }
	f.set = func(n Node, v any) error { return assign(v, func(b bool) { *at(n.(N)) = b }) }
	return f
}

func dayField[N Node](name string, at func(N) *Date, en, zh string, opts ...option) Field {
	f := newField(name, Day, en, zh, opts)
	f.get = func(n Node) any { return int64(*at(n.(N))) }
	f.set = func(n Node, v any) error { return assign(v, func(i int64) { *at(n.(N)) = Date(i) }) }
	return f
}

func flagsField[N Node](name string, enum *Enum, at func(N) *[]Flag, en, zh string, opts ...option) Field {
	f := newField(name, Flags, en, zh, opts)
	f.Enum = enum
	f.get = func(n Node) any { return *at(n.(N)) }
	f.set = func(n Node, v any) error { return assign(v, func(s []Flag) { *at(n.(N)) = s }) }
	return f
}

func pointField[N Node](name string, at func(N) **geo.Point, en, zh string, opts ...option) Field {
	f := newField(name, Spot, en, zh, opts)
	f.get = func(n Node) any { return *at(n.(N)) }
	f.set = func(n Node, v any) error { return assign(v, func(p *geo.Point) { *at(n.(N)) = p }) }
	return f
}

// dataField holds a structure, given and taken as JSON.
func dataField[N Node, V any](name string, at func(N) *V, en, zh string, opts ...option) Field {
	f := newField(name, Data, en, zh, opts)
	f.get = func(n Node) any {
		b, err := json.Marshal(*at(n.(N)))
		if err != nil || string(b) == "null" {
			return ""
		}
		return string(b)
	}
	f.set = func(n Node, v any) error {
		s, ok := v.(string)
		var val V
		if !ok {
			return fmt.Errorf("%T is not JSON text", v)
		}
		if s != "" {
			if err := strictJSON(s, &val); err != nil {
				return err
			}
		}
		*at(n.(N)) = val
		return nil
	}
	return f
}

func assign[T any](v any, set func(T)) error {
	t, ok := v.(T)
	if !ok {
		return fmt.Errorf("%T is not of the field's type", v)
	}
	set(t)
	return nil
}
