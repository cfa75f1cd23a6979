package sqlite

import (
	"slices"
	"unicode/utf8"

	"lintu/kg"
	"lintu/store"
)

// filters writes conditions for one view. Every condition is 0 or 1 and never NULL, so that NOT means what Not
// means: a comparison with a column that may be NULL says IS, or IS NOT NULL beside it.
type filters struct {
	view      store.View
	relations map[kg.Relation]int64
	depth     int                  // of nested Linked, for distinct aliases
	numbers   map[string]string    // columns that hold the numbers of nodes, by the nodes' aliases
	known     map[string][]kg.Kind // kinds that nodes can be of, by their aliases; nothing: any
}

func (r *reader) filters(v store.View) *filters {
	return &filters{view: v, relations: r.s.relations, numbers: map[string]string{}, known: map[string][]kg.Kind{}}
}

// no is a node's number: the end of the tie that leads to it, so that a condition on the number alone is tested before
// the node is read.
func (f *filters) no(n string) string {
	if column := f.numbers[n]; column != "" {
		return column
	}
	return n + ".no"
}

// holds adds a condition on a span: AND alias.valid_from <= date ...
func (f *filters) holds(q *statement, alias string, on kg.Date) {
	if on != kg.Always {
		q.add(" AND "+alias+".valid_from <= ? AND ("+alias+".valid_to = 0 OR "+alias+".valid_to > ?)", int64(on), int64(on))
	}
}

// shown adds what every node in an answer satisfies: it lives on the date, it is in scope, and the filter holds.
func (f *filters) shown(q *statement, n string, filter kg.Filter) {
	f.holds(q, n, f.view.AsOf)
	f.visible(q, n)
	f.also(q, n, filter)
}

// visible adds the viewer's scope, as far as the kinds that the node can be of ask for it.
func (f *filters) visible(q *statement, n string) { f.also(q, n, f.view.Scope.Filter(f.known[n]...)) }

// also adds a filter, where there is one.
func (f *filters) also(q *statement, n string, filter kg.Filter) {
	if filter != nil {
		q.add(" AND ")
		f.node(q, n, filter)
	}
}

// kinds adds that the node is of one of the kinds; none: any.
func (f *filters) kinds(q *statement, n string, kinds []kg.Kind) {
	if len(kinds) > 0 {
		q.add(" AND "+n+".kind IN (SELECT value FROM json_each(?))", list(kinds))
	}
}

// ofKinds says that the node is of one of the kinds. It is asked of each row of a step that a viewer sees a part of.
func (f *filters) ofKinds(q *statement, n string, kinds []kg.Kind) {
	if len(kinds) == 0 {
		q.add(never)
		return
	}
	q.add(n + ".kind IN (")
	for i, k := range kinds {
		if i > 0 {
			q.add(", ")
		}
		q.add("?", k)
	}
	q.add(")")
}

// SQLite drops whatever stands beside a literal 0, and with it what an index may need; so never is an expression.
const always, never = "1", "1 = 0"

// node writes what kg.Test says of a filter.
func (f *filters) node(q *statement, n string, filter kg.Filter) {
	switch filter := filter.(type) {
	case nil:
		q.add(always)
	case kg.And:
		f.all(q, " AND ", always, filter, func(g kg.Filter) { f.node(q, n, g) })
	case kg.Or:
		f.all(q, " OR ", never, filter, func(g kg.Filter) { f.node(q, n, g) })
	case kg.Not:
		q.add("NOT ")
		f.node(q, n, filter.F)
	case kg.Compare:
		f.compareNode(q, n, filter)
	case kg.OneOf:
		f.oneOf(q, n, filter)
	case kg.Flagged:
		f.flagged(q, n, filter)
	case kg.IDIn:
		q.add(n+".id IN (SELECT value FROM json_each(?))", list(filter))
	case kg.KindIn:
		f.ofKinds(q, n, filter)
	case kg.InArea:
		f.inArea(q, n, filter)
	case kg.Linked:
		f.linked(q, n, filter)
	default:
		q.add(never)
	}
}

func (f *filters) all(q *statement, operator, empty string, parts []kg.Filter, write func(kg.Filter)) {
	if len(parts) == 0 {
		q.add(empty)
		return
	}
	q.add("(")
	for i, g := range parts {
		if i > 0 {
			q.add(operator)
		}
		write(g)
	}
	q.add(")")
}

func (f *filters) compareNode(q *statement, n string, c kg.Compare) {
	if c.Field == kg.TitleField {
		compareText(q, n+".norm", c.Op, c.Value)
		return
	}
	col := n + "." + column(c.Field)
	switch columnTypes[c.Field] {
	case kg.Text, kg.Pick:
		compareText(q, col, c.Op, c.Value)
	case kg.Int:
		compareInt(q, col, c.Op, c.Value, col+" IS NULL")
	case kg.Day:
		compareInt(q, col, c.Op, c.Value, "ifnull("+col+", 0) = 0")
	case kg.Bool:
		compareBool(q, col, c.Op, c.Value)
	default:
		compareOther(q, n, c)
	}
}

// compareOther is for fields without a column: no point is absent, flags never compare, and a kind without the
// field has it absent.
func compareOther(q *statement, n string, c kg.Compare) {
	if c.Op != kg.Absent {
		q.add(never)
		return
	}
	flags, points := kindsWith(c.Field, kg.Flags), kindsWith(c.Field, kg.Spot)
	switch {
	case len(flags) > 0:
		q.add(n+".kind NOT IN (SELECT value FROM json_each(?))", list(flags))
	case len(points) > 0:
		q.add(n + ".lat IS NULL")
	default:
		q.add(always)
	}
}

var operators = map[kg.Op]string{kg.LT: "<", kg.LTE: "<=", kg.GT: ">", kg.GTE: ">="}

// compareText writes a comparison with a text column, where ” and NULL are absent.
func compareText(q *statement, col string, op kg.Op, value any) {
	if op == kg.Absent {
		q.add("ifnull(" + col + ", '') = ''")
		return
	}
	want, ok := value.(string)
	if !ok {
		q.add(never)
		return
	}
	present := " AND " + col + " <> '' AND " + col + " IS NOT NULL)"
	if !utf8.ValidString(want) && (op == kg.Prefix || op == kg.Contains) {
		compareBytes(q, col, op, want)
		return
	}
	switch op {
	case kg.EQ:
		q.add("("+col+" IS ?"+present, want)
	case kg.LT, kg.LTE, kg.GT, kg.GTE:
		q.add("("+col+" "+operators[op]+" ?"+present, want)
	case kg.Prefix:
		q.add("(")
		q.put(startsWith(col, want))
		q.add(present)
	case kg.Contains:
		q.add("(instr("+col+", ?) > 0"+present, want)
	default:
		q.add(never)
	}
}

// compareBytes looks for a part of a character. No text is stored with one, but a text may hold one.
func compareBytes(q *statement, col string, op kg.Op, want string) {
	found := "> 0"
	if op == kg.Prefix {
		found = "= 1"
	}
	q.add("ifnull(instr(CAST("+col+" AS BLOB), ?) "+found+", 0)", []byte(want))
}

// startsWith is a range that an index can walk.
func startsWith(col, prefix string) *statement {
	q := new(statement).add(col+" >= ?", prefix)
	if end := after(prefix); end != "" {
		q.add(" AND "+col+" < ?", end)
	}
	return q
}

// after is the first text behind all that begin with the prefix; "" where there is none.
func after(prefix string) string {
	runes := []rune(prefix)
	for len(runes) > 0 {
		last := len(runes) - 1
		switch runes[last] {
		case 0xD7FF: // surrogates follow, which are in no text
			runes[last] = 0xE000
			return string(runes)
		case 0x10FFFF:
			runes = runes[:last]
		default:
			runes[last]++
			return string(runes)
		}
	}
	return ""
}

// compareInt writes a comparison with an integer column; absent is the condition under which it has no value.
func compareInt(q *statement, col string, op kg.Op, value any, absent string) {
	if op == kg.Absent {
		q.add(absent)
		return
	}
	want, ok := value.(int64)
	if !ok {
		q.add(never)
		return
	}
	switch op {
	case kg.EQ:
		q.add("("+col+" IS ? AND NOT "+absent+")", want)
	case kg.LT, kg.LTE, kg.GT, kg.GTE:
		q.add("("+col+" "+operators[op]+" ? AND "+col+" IS NOT NULL AND NOT "+absent+")", want)
	default:
		q.add(never)
	}
}

func compareBool(q *statement, col string, op kg.Op, value any) {
	want, ok := value.(bool)
	switch {
	case op == kg.Absent:
		q.add(col + " IS NULL")
	case op == kg.EQ && ok:
		q.add(col+" IS ?", want)
	default:
		q.add(never)
	}
}

// oneOf holds where one of the comparisons does. Texts are one list parameter; the rest are few.
func (f *filters) oneOf(q *statement, n string, o kg.OneOf) {
	col := n + "." + column(o.Field)
	if o.Field == kg.TitleField {
		col = n + ".norm"
	} else if t := columnTypes[o.Field]; t != kg.Text && t != kg.Pick {
		f.all(q, " OR ", never, equalities(o), func(g kg.Filter) { f.node(q, n, g) })
		return
	}
	oneOfTexts(q, col, o.Values)
}

func oneOfTexts(q *statement, col string, values []any) {
	q.add("("+col+" IN (SELECT value FROM json_each(?)) AND "+col+" IS NOT NULL)", list(textsOf(values)))
}

// textsOf are the texts among values that a field can equal.
func textsOf(values []any) []string {
	texts := []string{}
	for _, v := range values {
		if s, ok := v.(string); ok && s != "" && utf8.ValidString(s) { // JSON has no other texts, and no node
			texts = append(texts, s)
		}
	}
	return distinct(texts)
}

func equalities(o kg.OneOf) []kg.Filter {
	var out []kg.Filter
	for _, v := range o.Values {
		out = append(out, kg.Compare{Field: o.Field, Op: kg.EQ, Value: v})
	}
	return out
}

// flagged is no EXISTS: SQLite would make that a join, behind all others, and look for the flags of a whole value.
func (f *filters) flagged(q *statement, n string, w kg.Flagged) {
	q.add("(SELECT 1 FROM flag f WHERE f.node_no = "+f.no(n)+" AND f.field = ? AND +f.value IN (SELECT value FROM json_each(?))", w.Field, list(w.AnyOf))
	f.holds(q, "f", f.view.AsOf)
	q.add(" LIMIT 1) IS 1")
}

// areaNumbers adds a sub-query for the numbers of areas, with what stands before it in a comparison. That of one area, which
// most viewers serve, takes no table of its own.
func areaNumbers(q *statement, areas []kg.ID) {
	if len(areas) == 1 {
		q.add(" = (SELECT a.no FROM node a WHERE a.id = ?)", areas[0])
		return
	}
	q.add(" IN (SELECT a.no FROM json_each(?) j CROSS JOIN node a ON a.id = j.value)", list(areas))
}

func (f *filters) inArea(q *statement, n string, in kg.InArea) {
	areas := areasOf(in)
	if len(areas) == 0 {
		q.add(never)
		return
	}
	q.add("(")
	if kinds := f.known[n]; len(kinds) == 0 || slices.ContainsFunc(kinds, isArea) { // an area is inside itself
		q.add("+" + f.no(n))
		areaNumbers(q, areas)
		q.add(" OR ")
	}
	q.add("EXISTS (SELECT 1 FROM inside i CROSS JOIN area_path ap ON ap.path_no = i.path_no AND ap.area_no")
	areaNumbers(q, areas)
	q.add(" WHERE i.node_no = " + f.no(n))
	f.holds(q, "i", f.areaDay(in))
	q.add("))")
}

// areasOf are the ids that can be areas.
func areasOf(in kg.InArea) []kg.ID {
	return slices.DeleteFunc(slices.Clone(in.Areas), func(id kg.ID) bool { return !isArea(id.Kind()) })
}

func (f *filters) areaDay(in kg.InArea) kg.Date {
	if in.On != 0 {
		return in.On
	}
	return f.view.AsOf
}

// conjuncts are the filters that all have to hold for the filter to hold.
func conjuncts(filter kg.Filter) []kg.Filter {
	and, ok := filter.(kg.And)
	if !ok {
		return slices.DeleteFunc([]kg.Filter{filter}, func(f kg.Filter) bool { return f == nil })
	}
	var out []kg.Filter
	for _, g := range and {
		out = append(out, conjuncts(g)...)
	}
	return out
}
