package sqlite

import (
	"strings"
	"unicode"

	"lintu/geo"
	"lintu/kg"
)

// column is the name of a field's column: birthDate is birth_date.
func column(field string) string {
	var b strings.Builder
	for _, r := range field {
		if unicode.IsUpper(r) {
			b.WriteByte('_')
			r = unicode.ToLower(r)
		}
		b.WriteRune(r)
	}
	return b.String()
}

// stored says that a node's field has a column of its own. Points are lat and lon, flags are rows of the table flag.
func stored(f *kg.Field) bool {
	return f.Filterable && f.Type != kg.Spot && f.Type != kg.Flags && f.Type != kg.Data
}

// columnTypes are the types of the fields that have a column, by name. Kinds share a column by the field's name, so
// the types agree; a test checks that.
var columnTypes = func() map[string]kg.FieldType {
	types := map[string]kg.FieldType{}
	for _, d := range kg.Kinds {
		for _, f := range kg.FieldsOf(d.Kind) {
			if stored(&f) {
				types[f.Name] = f.Type
			}
		}
	}
	return types
}()

// kindsWith are the kinds that have a filterable field of the name and type.
func kindsWith(field string, t kg.FieldType) []kg.Kind {
	var kinds []kg.Kind
	for _, d := range kg.Kinds {
		if f := kg.FieldOf(d.Kind, field); f != nil && f.Filterable && f.Type == t {
			kinds = append(kinds, d.Kind)
		}
	}
	return kinds
}

// pointOf is a node's point, nil where it has none.
func pointOf(n kg.Node) *geo.Point {
	if f := kg.FieldOf(n.Kind(), "point"); f != nil {
		p, _ := f.Get(n).(*geo.Point)
		return p
	}
	return nil
}
