package neo4j

import (
	"fmt"
	"slices"
	"strings"

	"lintu/kg"
	"lintu/store"
)

// A query gathers the parameters of one statement while its text is written. Parameters are numbered, so that equal
// questions have equal texts and are planned once.
type query struct {
	view   store.View
	params params
	names  int
}

func newQuery(v store.View) *query {
	return &query{view: v, params: params{"asOf": int64(v.AsOf)}}
}

// param adds a value and is what stands for it in the text.
func (q *query) param(v any) string {
	name := fmt.Sprintf("p%d", len(q.params))
	q.params[name] = v
	return "$" + name
}

// fresh is a variable that the statement does not have yet.
func (q *query) fresh(prefix string) string {
	q.names++
	return fmt.Sprintf("%s%d", prefix, q.names)
}

// The conditions that are known while the text is written.
const (
	yes = "true"
	no  = "false"
)

func and(conditions ...string) string {
	conditions = slices.DeleteFunc(conditions, func(c string) bool { return c == yes })
	switch {
	case slices.Contains(conditions, no):
		return no
	case len(conditions) == 0:
		return yes
	case len(conditions) == 1:
		return conditions[0]
	}
	return "(" + strings.Join(conditions, " AND ") + ")"
}

func or(conditions ...string) string {
	conditions = slices.DeleteFunc(conditions, func(c string) bool { return c == no })
	switch {
	case slices.Contains(conditions, yes):
		return yes
	case len(conditions) == 0:
		return no
	case len(conditions) == 1:
		return conditions[0]
	}
	return "(" + strings.Join(conditions, " OR ") + ")"
}

// not negates. A condition over what is absent is null in Cypher and false in kg, so null must become false before
// it is negated; without negation the two are alike.
func not(condition string) string {
	switch condition {
	case yes:
		return no
	case no:
		return yes
	}
	return "NOT coalesce(" + condition + ", false)"
}

// holds says that a span holds on a day; from and to are its stored ends, day the parameter.
func holds(on kg.Date, day, from, to string) string {
	if on == kg.Always {
		return yes
	}
	return fmt.Sprintf("(%s <= %s AND %s < %s)", from, day, day, to)
}

// valid says that a tie is valid, or that a node lives, on the read's date. Most are so always and store no days. What is
// one expression to the planner, as here, costs it much less time than an OR.
func (q *query) valid(v string) string {
	if q.view.AsOf == kg.Always {
		return yes
	}
	return "coalesce(" + holds(q.view.AsOf, "$asOf", v+"."+propFrom, v+"."+propTo) + ", true)"
}

// visible says that a node is in scope.
func (q *query) visible(v string, kinds []kg.Kind) string {
	return q.node(q.view.Scope.Filter(kinds...), v, kinds)
}

// shown says that a node is in scope and lives on the read's date.
func (q *query) shown(v string, kinds []kg.Kind) string { return and(q.valid(v), q.visible(v, kinds)) }

// node writes what kg.Test means for a variable of one of the kinds.
func (q *query) node(f kg.Filter, v string, kinds []kg.Kind) string {
	switch f := f.(type) {
	case nil:
		return yes
	case kg.And:
		return and(q.each(f, v, kinds)...)
	case kg.Or:
		return or(q.each(f, v, kinds)...)
	case kg.Not:
		return not(q.node(f.F, v, kinds))
	case kg.Compare:
		return q.compareNode(f, v, kinds)
	case kg.OneOf:
		return q.oneOfNode(f, v, kinds)
	case kg.Flagged:
		return q.flagged(f, v, kinds)
	case kg.IDIn:
		if len(f) == 0 {
			return no
		}
		return v + ".id IN " + q.param(texts(f))
	case kg.KindIn:
		return ofKinds(v, f, kinds)
	case kg.InArea:
		return q.inArea(f, v)
	case kg.Linked:
		return q.linked(f, v, kinds)
	}
	return no
}

func (q *query) each(list []kg.Filter, v string, kinds []kg.Kind) []string {
	out := make([]string, len(list))
	for i, f := range list {
		out[i] = q.node(f, v, kinds)
	}
	return out
}

// ofKinds says that a variable that is of one of some kinds is of one of the wanted ones; no kinds stand for any.
func ofKinds(v string, wanted, kinds []kg.Kind) string {
	if len(kinds) == 0 {
		kinds = allKinds
	}
	var labels []string
	missing := false
	for _, k := range kinds {
		if slices.Contains(wanted, k) {
			labels = append(labels, label(k))
		} else {
			missing = true
		}
	}
	switch {
	case len(labels) == 0:
		return no
	case !missing:
		return yes
	}
	return v + ":" + strings.Join(labels, "|")
}

// with splits kinds by the type by which they hold a filterable field; lacking are those without it.
func with(field string, kinds []kg.Kind) (byType map[kg.FieldType][]kg.Kind, lacking []kg.Kind) {
	byType = map[kg.FieldType][]kg.Kind{}
	for _, k := range kinds {
		f := kg.FieldOf(k, field)
		if f == nil || !f.Filterable {
			lacking = append(lacking, k)
			continue
		}
		t := f.Type
		if t == kg.Pick {
			t = kg.Text
		}
		byType[t] = append(byType[t], k)
	}
	return byType, lacking
}

func (q *query) compareNode(f kg.Compare, v string, kinds []kg.Kind) string {
	if f.Field == kg.TitleField {
		return q.compare(v+"."+propNorm, kg.Text, f.Op, f.Value)
	}
	byType, lacking := with(f.Field, kinds)
	var ways []string
	if f.Op == kg.Absent && len(lacking) > 0 {
		ways = append(ways, ofKinds(v, lacking, kinds))
	}
	for _, t := range fieldTypes {
		if of := byType[t]; len(of) > 0 {
			way := and(ofKindsOfField(v, of, byType, kinds), q.byTitle(f, v, of), q.compare(v+"."+f.Field, t, f.Op, f.Value))
			ways = append(ways, way)
		}
	}
	return or(ways...)
}

// fieldTypes are the types of filterable fields, in a fixed order.
var fieldTypes = []kg.FieldType{kg.Text, kg.Int, kg.Bool, kg.Day, kg.Flags, kg.Spot}

// ofKindsOfField asks for the kinds only where kinds hold the field by different types: where a kind has no such
// field, the property is absent and the condition null.
func ofKindsOfField(v string, of []kg.Kind, byType map[kg.FieldType][]kg.Kind, kinds []kg.Kind) string {
	if len(byType) == 1 {
		return yes
	}
	return ofKinds(v, of, kinds)
}

// byTitle adds what follows from equality with a title field, because the normalised title has an index.
func (q *query) byTitle(f kg.Compare, v string, kinds []kg.Kind) string {
	want, ok := f.Value.(string)
	if !ok || want == "" || f.Op != kg.EQ || slices.ContainsFunc(kinds, func(k kg.Kind) bool { return !titled(k, f.Field) }) {
		return yes
	}
	return v + "." + propNorm + " = " + q.param(kg.NormText(want))
}

// oneOfTitles is byTitle for a list.
func (q *query) oneOfTitles(f kg.OneOf, v string, kinds []kg.Kind) string {
	if slices.ContainsFunc(kinds, func(k kg.Kind) bool { return !titled(k, f.Field) }) {
		return yes
	}
	var norms []any
	for _, value := range f.Values {
		if want, ok := value.(string); ok && want != "" {
			norms = append(norms, kg.NormText(want))
		}
	}
	return q.oneOf(v+"."+propNorm, kg.Text, norms)
}

func (q *query) oneOfNode(f kg.OneOf, v string, kinds []kg.Kind) string {
	if f.Field == kg.TitleField {
		return q.oneOf(v+"."+propNorm, kg.Text, f.Values)
	}
	byType, _ := with(f.Field, kinds)
	var ways []string
	for _, t := range fieldTypes {
		if of := byType[t]; len(of) > 0 {
			ways = append(ways, and(ofKindsOfField(v, of, byType, kinds), q.oneOfTitles(f, v, of), q.oneOf(v+"."+f.Field, t, f.Values)))
		}
	}
	return or(ways...)
}

// compare writes a comparison of a property that holds a type; the property is null where the value is absent.
func (q *query) compare(property string, t kg.FieldType, op kg.Op, value any) string {
	if op == kg.Absent {
		return absent(property, t)
	}
	switch value := value.(type) {
	case string:
		if t == kg.Text {
			return q.compareText(property, op, value)
		}
	case int64:
		switch {
		case t == kg.Int:
			return q.ordered(property, op, value)
		case t == kg.Day && op == kg.EQ && value == 0:
			return no
		case t == kg.Day:
			return and(property+" > 0", q.ordered(property, op, value))
		}
	case bool:
		if t == kg.Bool && op == kg.EQ {
			return property + " = " + q.param(value)
		}
	}
	return no
}

func absent(property string, t kg.FieldType) string {
	switch t {
	case kg.Text:
		return "coalesce(" + property + ", '') = ''"
	case kg.Day:
		return "coalesce(" + property + ", 0) = 0"
	case kg.Spot:
		return property + " IS NULL"
	}
	return no
}

// compareText excludes the empty text, which is an absent value.
func (q *query) compareText(property string, op kg.Op, value string) string {
	if value == "" && op == kg.EQ {
		return no
	}
	present := yes
	if value == "" || op == kg.LT || op == kg.LTE {
		present = property + " > ''"
	}
	switch op {
	case kg.Prefix:
		return and(present, property+" STARTS WITH "+q.param(value))
	case kg.Contains:
		return and(present, property+" CONTAINS "+q.param(value))
	}
	return and(present, q.ordered(property, op, value))
}

var signs = map[kg.Op]string{kg.EQ: "=", kg.LT: "<", kg.LTE: "<=", kg.GT: ">", kg.GTE: ">="}

func (q *query) ordered(property string, op kg.Op, value any) string {
	sign, ok := signs[op]
	if !ok {
		return no
	}
	return property + " " + sign + " " + q.param(value)
}

// oneOf drops the values that nothing can equal: of another type, or absent.
func (q *query) oneOf(property string, t kg.FieldType, values []any) string {
	var list []any
	for _, value := range values {
		switch value := value.(type) {
		case string:
			if t == kg.Text && value != "" {
				list = append(list, value)
			}
		case int64:
			if t == kg.Int || (t == kg.Day && value != 0) {
				list = append(list, value)
			}
		case bool:
			if t == kg.Bool {
				list = append(list, value)
			}
		}
	}
	if len(list) == 0 {
		return no
	}
	return property + " IN " + q.param(list)
}

// flagged looks for a value with a span that holds. The lists are absent where a node has no flags.
func (q *query) flagged(f kg.Flagged, v string, kinds []kg.Kind) string {
	byType, _ := with(f.Field, kinds)
	if len(byType[kg.Flags]) == 0 || len(f.AnyOf) == 0 {
		return no
	}
	values, list := q.param(f.AnyOf), v+"."+f.Field
	return and(ofKindsOfField(v, byType[kg.Flags], byType, kinds), list+" IS NOT NULL",
		"any(i IN "+indexes(list)+" WHERE "+and(list+"[i] IN "+values, holds(q.view.AsOf, "$asOf", list+"From[i]", list+"To[i]"))+")")
}

// indexes counts through a list property; none where it is absent.
func indexes(list string) string { return "range(0, size(coalesce(" + list + ", [])) - 1)" }

// inArea looks into the node's area spans. Most have no days, and then the ids decide.
func (q *query) inArea(f kg.InArea, v string) string {
	if len(f.Areas) == 0 {
		return no
	}
	on, day := q.view.AsOf, "$asOf"
	if f.On != 0 {
		on, day = f.On, q.param(int64(f.On))
	}
	ids, list := v+"."+propAreas, q.param(texts(f.Areas))
	inside := "any(x IN " + ids + " WHERE x IN " + list + ")"
	if on == kg.Always {
		return inside
	}
	return and(inside, fmt.Sprintf("CASE WHEN %s.%s IS NULL THEN true ELSE any(i IN %s WHERE %s[i] IN %s AND %s) END", v, propAreasFrom, indexes(ids), ids, list,
		holds(on, day, v+"."+propAreasFrom+"[i]", v+"."+propAreasTo+"[i]")))
}

// whereClause is empty for a condition that always holds.
func whereClause(condition string) string {
	if condition == yes {
		return ""
	}
	return " WHERE " + condition
}

func distinct[T ~string](list []T) []T {
	out := slices.Clone(list)
	slices.Sort(out)
	return slices.Compact(out)
}
