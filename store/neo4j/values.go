package neo4j

import (
	"fmt"
	"slices"
	"strings"

	"github.com/neo4j/neo4j-go-driver/v5/neo4j/dbtype"

	"lintu/geo"
	"lintu/kg"
	"lintu/text"
)

// What nodes and ties are stored as: the properties, and for each node or tie a row of their values, which is a parameter
// of the statements in apply.go. row.go reads such rows back.

var areaProps = []string{propAreas, propAreasFrom, propAreasTo}

// areaRow are the values of areaProps. The days are left out where all spans are open at both ends, as most are.
func areaRow(spans []kg.AreaSpan) []any {
	if len(spans) == 0 {
		return []any{nil, nil, nil}
	}
	ids, from, to, dated := make([]string, len(spans)), make([]int64, len(spans)), make([]int64, len(spans)), false
	for i, a := range spans {
		ids[i], from[i], to[i] = string(a.Area), int64(a.From), storedEnd(a.To)
		dated = dated || a.Span != kg.Span{}
	}
	if !dated {
		return []any{ids, nil, nil}
	}
	return []any{ids, from, to}
}

// nodeProps are the properties of a kind, but for its areas.
func nodeProps(k kg.Kind) []string {
	props := append([]string{propID, propVersion, propFrom, propTo, propData}, textProps...)
	for i := range kg.FieldsOf(k) {
		if f := &kg.FieldsOf(k)[i]; f.Filterable {
			props = append(props, fieldProps(f)...)
		}
	}
	return props
}

// nodeRow are the values of nodeProps.
func nodeRow(n kg.Node) []any {
	b := n.Common()
	from, to := storedSpan(b.Life)
	row := append([]any{string(b.ID), storedVersion(b.Version), from, to, string(kg.Encode(n))}, textRow(n)...)
	for i := range kg.FieldsOf(n.Kind()) {
		if f := &kg.FieldsOf(n.Kind())[i]; f.Filterable {
			row = append(row, fieldValues(f, n)...)
		}
	}
	return row
}

// textRow are the values of textProps, all computed by package text. A blank separates words.
func textRow(n kg.Node) []any {
	norms, pinyin, initials := make([]any, searchedTexts), make([]any, searchedTexts), make([]any, searchedTexts)
	norms[0] = kg.Norm(n) // conditions on titles compare it also where search finds nothing by it
	var pairs []string
	for i, e := range kg.SearchEntries(n) {
		norms[i] = e.Norm
		pairs = append(pairs, e.Tokens()...)
		pinyin[i], initials[i] = words(e.Suffixes(text.Pinyin)), words(e.Suffixes(text.Initials))
	}
	return slices.Concat([]any{kg.SortKey(n)}, norms, []any{words(pairs)}, pinyin, initials)
}

// words are one text, or null where there are none.
func words(list []string) any {
	if len(list) == 0 {
		return nil
	}
	return strings.Join(list, " ")
}

// fieldValues are the values of fieldProps. Absent ones are null, so that no index holds them, but for what lists
// are sorted by.
func fieldValues(f *kg.Field, n kg.Node) []any {
	switch v := f.Get(n).(type) {
	case []kg.Flag:
		if len(v) == 0 {
			return []any{nil, nil, nil}
		}
		values, from, to := make([]string, len(v)), make([]int64, len(v)), make([]int64, len(v))
		for i, flag := range v {
			values[i], from[i], to[i] = flag.Value, int64(flag.From), storedEnd(flag.To)
		}
		return []any{values, from, to}
	case *geo.Point:
		if v == nil {
			return []any{nil}
		}
		return []any{dbtype.Point2D{X: v.Lon, Y: v.Lat, SpatialRefId: 4326}}
	case string:
		if v == "" && !f.Sortable {
			return []any{nil}
		}
		return []any{v}
	default:
		return []any{v}
	}
}

// tieProps are the properties of a relation's ties.
func tieProps(d *kg.RelationDef) []string {
	props := []string{propID, propVersion, propKey, propFrom, propTo, propRef, propData}
	for _, f := range d.Stored() {
		props = append(props, f.Name)
	}
	return props
}

// tieRow are the values of tieProps; absent ones are null. An id that is derived from the key stands for it.
func tieRow(t *kg.Tie, derived bool) []any {
	from, to := storedSpan(t.Valid)
	row := []any{string(t.ID), storedVersion(t.Version), nil, from, to, nil, nil}
	if !derived {
		row[2] = keyDigest(t.Key())
	}
	if t.Ref != "" {
		row[5] = string(t.Ref)
	}
	if data := string(kg.EncodeTie(t)); data != noFields {
		row[6] = data
	}
	for _, f := range t.Relation.Def().Stored() {
		row = append(row, tieProp(f, t))
	}
	return row
}

// tieProp is the stored value of a tie's field: null for an empty text, 0 and false.
func tieProp(f *kg.TieField, t *kg.Tie) any {
	v := f.Get(t)
	if v == "" || v == int64(0) || v == false {
		return nil
	}
	return v
}

// filled are the properties that some row has. A load leaves the columns of the others out of its rows: of a division's they
// are half, and the server looks at each of every row. Elsewhere all stay, so that a kind has one statement, which is
// planned once. What stands in a row behind its properties stays there.
func (t *tx) filled(rows []any, props []string) []string {
	if t.ledger == nil {
		return props
	}
	empty := make([]bool, len(props))
	for i := range props {
		empty[i] = !slices.ContainsFunc(rows, func(row any) bool { return row.([]any)[i] != nil })
	}
	without := func(i int) bool { return i < len(props) && empty[i] }
	for i, row := range rows {
		rows[i] = leaveOut(row.([]any), without)
	}
	return leaveOut(slices.Clone(props), without)
}

// leaveOut takes elements out of a list, by their places.
func leaveOut[T any](list []T, out func(int) bool) []T {
	kept := list[:0]
	for i, v := range list {
		if !out(i) {
			kept = append(kept, v)
		}
	}
	return kept
}

// assignments writes "id: r[0], version: r[1]..." or "n.id = r[0], ...".
func assignments(prefix, sign string, props []string) string {
	var b strings.Builder
	for i, p := range props {
		if i > 0 {
			b.WriteString(", ")
		}
		fmt.Fprintf(&b, "%s%s%sr[%d]", prefix, p, sign, i)
	}
	return b.String()
}
