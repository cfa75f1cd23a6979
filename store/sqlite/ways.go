package sqlite

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"lintu/kg"
	"lintu/text"
)

// The ranks of ways.
const (
	rankSure = iota
	rankArea
	rankLinked
	rankFlagged
	rankRare
	rankWords
	rankRelation
	rankMoment
)

// way is a way to the nodes of a kind that one filter holds for; nil where it offers none.
func (f *filters) way(kind kg.Kind, filter kg.Filter) *way {
	switch filter := filter.(type) {
	case kg.IDIn:
		q := new(statement).add("SELECT n.no AS no FROM json_each(?) j CROSS JOIN node n ON n.id = j.value", list(distinct(filter)))
		return &way{rows: q, sure: true, exact: true}
	case kg.OneOf:
		return lookUp(kind, filter.Field, textsOf(filter.Values))
	case kg.Compare:
		return f.wayByText(kind, filter)
	case kg.Flagged:
		q := new(statement).add("SELECT DISTINCT f.node_no AS no FROM flag f INDEXED BY flag_value WHERE f.field = ? AND f.value IN (SELECT value FROM json_each(?)) AND f.kind = ?", filter.Field, list(filter.AnyOf), kind)
		f.holds(q, "f", f.view.AsOf)
		return &way{rows: q, exact: true, rank: rankFlagged}
	case kg.InArea:
		return f.wayByArea(kind, filter)
	case kg.Linked:
		return f.wayByTie(kind, filter)
	case kg.Or:
		return f.wayByAny(kind, filter)
	}
	return nil
}

// wayByArea is the way to nodes by the paths that lead through areas. An area of the kind is itself such a node.
func (f *filters) wayByArea(kind kg.Kind, in kg.InArea) *way {
	areas := areasOf(in)
	paths := new(statement).add("SELECT ap.path_no AS no FROM area_path ap WHERE ap.area_no")
	areaNumbers(paths, areas)
	q := new(statement).add("SELECT DISTINCT i.node_no AS no FROM @paths p CROSS JOIN inside i INDEXED BY inside_path ON i.path_no = p.no AND i.kind = ?", kind)
	f.holds(q, "i", f.areaDay(in))
	if slices.ContainsFunc(areas, func(id kg.ID) bool { return id.Kind() == kind }) {
		q.add(" UNION SELECT a.no FROM json_each(?) j CROSS JOIN node a ON a.id = j.value WHERE +a.kind = ?", list(areas), kind)
	}
	return &way{rows: q, paths: paths, exact: true, rank: rankArea}
}

// maxBranches is of how many filters the ways are followed one beside the other. SQLite takes 500 in one statement, those of
// nested filters included, and reads all nodes of the kind in less time than it takes to plan so many.
const maxBranches = 16

// wayByAny is the way to nodes that one of several filters holds for: all their ways.
func (f *filters) wayByAny(kind kg.Kind, or kg.Or) *way {
	if len(or) > maxBranches {
		return nil
	}
	out := &way{rows: new(statement), exact: true}
	var each []*statement
	for i, g := range or {
		var best *way
		parts := conjuncts(g)
		for _, part := range parts {
			if w := f.way(kind, part); w != nil && w.paths == nil && (best == nil || w.order() < best.order()) {
				best = w
			}
		}
		if best == nil || best.rank > rankRare {
			return nil
		}
		if i > 0 {
			out.rows.add(" UNION ")
		}
		out.rows.add("SELECT no FROM (").put(best.rows).add(")")
		each = append(each, best.rows)
		out.exact = out.exact && best.exact && len(parts) == 1
		out.rank = max(out.rank, best.rank, rankLinked)
	}
	if len(or) == 0 {
		return nil
	}
	out.tested = func(limit int) *statement {
		q := new(statement)
		for i, rows := range each {
			if i > 0 {
				q.add(" UNION ")
			}
			q.add("SELECT no FROM (").put(rows).add(fmt.Sprintf(" LIMIT %d)", limit))
		}
		return q
	}
	return out
}

// order is the way's place among others: sure ones first.
func (w *way) order() int {
	if w.sure {
		return rankSure
	}
	return w.rank
}

// equals are the values one of which a part says that a text field has.
func equals(part kg.Filter) (field string, values []string) {
	switch part := part.(type) {
	case kg.OneOf:
		return part.Field, textsOf(part.Values)
	case kg.Compare:
		if want, ok := part.Value.(string); ok && part.Op == kg.EQ && want != "" && utf8.ValidString(want) {
			return part.Field, []string{want}
		}
	}
	return "", nil
}

func (f *filters) wayByText(kind kg.Kind, c kg.Compare) *way {
	want, ok := c.Value.(string)
	if !ok || want == "" || !utf8.ValidString(want) {
		return nil
	}
	switch {
	case c.Op == kg.EQ:
		return lookUp(kind, c.Field, []string{want})
	case isMoment(kind, c.Field):
		return byMoment(kind, c)
	case c.Field != kg.TitleField || kind.Record():
		return nil
	case c.Op == kg.Prefix:
		q := new(statement).add("SELECT DISTINCT e.node_no AS no FROM term k CROSS JOIN entry e ON e.term_no = k.no AND e.kind = ? WHERE ", kind)
		return &way{rows: q.put(startsWith("k.norm", want)), rank: rankWords}
	case c.Op == kg.Contains && utf8.RuneCountInString(want) >= 2 && want[0] != ' ':
		head := string([]rune(want)[:min(utf8.RuneCountInString(want), 16)]) // suffixes keep 32 characters
		q := new(statement).add("SELECT DISTINCT e.node_no AS no FROM (SELECT k.no FROM term k WHERE ").put(startsWith("k.norm", want))
		q.add(" UNION SELECT held.no FROM (").put(termsBySuffixes(text.Inside, text.KeysOf(text.Inside, head))).add(") held")
		return &way{rows: q.add(") l CROSS JOIN entry e ON e.term_no = l.no AND e.kind = ?", kind), rank: rankWords}
	}
	return nil
}

func isMoment(kind kg.Kind, field string) bool {
	f := kg.FieldOf(kind, field)
	return f != nil && f.Moment && f.Sortable
}

// byMoment is the way to nodes by a bound of a moment that their kind is sorted by.
func byMoment(kind kg.Kind, c kg.Compare) *way {
	op, ok := map[kg.Op]string{kg.LT: "<", kg.LTE: "<=", kg.GT: ">", kg.GTE: ">="}[c.Op]
	if !ok {
		return nil
	}
	q := fmt.Sprintf("SELECT n.no AS no FROM node n INDEXED BY node_%[1]s WHERE n.kind = ? AND n.%[1]s IS NOT NULL AND n.%[1]s %[2]s ?", column(c.Field), op)
	return &way{rows: new(statement).add(q, kind, c.Value), rank: rankMoment}
}

// lookUp is the way to nodes by texts that name few: their title, or a key.
func lookUp(kind kg.Kind, field string, values []string) *way {
	switch {
	case kind.Record() && (field == kg.TitleField || titleFields[kind] == field):
		return nil // they have no terms
	case field == kg.TitleField:
		return byNorm(kind, values)
	case titleFields[kind] == field:
		for i, v := range values {
			values[i] = kg.NormText(v)
		}
		return byNorm(kind, values)
	case field == "code" || field == "serial":
		q := fmt.Sprintf("SELECT n.no AS no FROM node n INDEXED BY node_%[1]s WHERE n.kind = ? AND n.%[1]s IS NOT NULL AND n.%[1]s IN (SELECT value FROM json_each(?))", field)
		return &way{rows: new(statement).add(q, kind, list(values)), sure: true}
	case usual[field] != "":
		return byRare(field, values)
	case field == "registerNo":
		q := "SELECT n.no AS no FROM node n INDEXED BY node_register_no WHERE n.register_no <> '' AND n.register_no IN (SELECT value FROM json_each(?))"
		return &way{rows: new(statement).add(q, list(values)), sure: true}
	}
	return nil
}

// usual are the fields of which most nodes have one value, or none, as SQL writes it: an index has the other nodes.
var usual = map[string]string{"partyStatus": "'NONE'", "careLevel": "''", "correction": "''"}

// byRare is the way to nodes by unusual values of a field.
func byRare(field string, values []string) *way {
	if slices.Contains(values, strings.Trim(usual[field], "'")) {
		return nil
	}
	from := fmt.Sprintf(" FROM node n INDEXED BY node_%[1]s WHERE n.%[1]s <> %[2]s AND n.%[1]s IN (SELECT value FROM json_each(?))", column(field), usual[field])
	rows := new(statement).add("SELECT n.no AS no"+from, list(values))
	return &way{rows: rows, direct: new(statement).add(from, list(values)), exact: true, rank: rankRare}
}

func byNorm(kind kg.Kind, norms []string) *way {
	q := "SELECT DISTINCT e.node_no AS no FROM term k CROSS JOIN entry e ON e.term_no = k.no AND e.kind = ? WHERE k.norm IN (SELECT value FROM json_each(?))"
	return &way{rows: new(statement).add(q, kind, list(norms)), sure: true}
}

// titleFields are the fields that are the titles of their kinds.
var titleFields = func() map[kg.Kind]string {
	fields := map[kg.Kind]string{}
	for _, d := range kg.Kinds {
		for _, f := range kg.FieldsOf(d.Kind) {
			n := d.New()
			if f.Type == kg.Text && f.Set(n, "x") == nil && n.Title() == "x" {
				fields[d.Kind] = f.Name
			}
		}
	}
	return fields
}()

// wayByTie is the way to nodes that must have a tie: from the far ends where these have a way of their own, else
// over all ties of the relation.
func (f *filters) wayByTie(kind kg.Kind, l kg.Linked) *way {
	def := l.Relation.Def()
	if l.Min < 1 || def == nil {
		return nil
	}
	near, far, index := ends(l.Direction)
	if w := f.wayToFar(def.Far(kind, l.Direction), l.Node); w != nil {
		back := map[kg.Direction]string{kg.Out: "tie_to", kg.In: "tie_from", kg.ByRef: "tie_from"}[l.Direction]
		q := new(statement).add("SELECT DISTINCT t." + near + " AS no FROM (").put(w.rows)
		q.add(fmt.Sprintf(") d CROSS JOIN tie t INDEXED BY %s ON t.relation = ? AND t.%s = d.no AND t.%s IS NOT NULL", back, far, near), f.relations[l.Relation])
		if l.Min > 1 || l.Max >= 0 || !w.exact || len(conjuncts(l.Node)) != 1 {
			return &way{rows: q, rank: rankLinked}
		}
		// One tie is enough, and the way leads to no other far ends than those that are asked for.
		f.holds(q, "t", f.view.AsOf)
		f.alsoTie(q, "t", l.Tie)
		q.add(" CROSS JOIN node m ON m.no = d.no WHERE 1")
		f.shown(q, "m", nil)
		return &way{rows: q, exact: true, rank: rankLinked}
	}
	if l.Min > 1 && slices.Contains(crowded, l.Relation) {
		return nil
	}
	ties := fmt.Sprintf("t.%[1]s AS no FROM tie t INDEXED BY %[2]s WHERE t.relation = ? AND t.%[1]s IS NOT NULL", near, index)
	q := new(statement)
	if l.Min > 1 { // of all times: no fewer than those that count
		q.add("SELECT "+ties+" GROUP BY t."+near+" HAVING count(*) >= ?", f.relations[l.Relation], l.Min)
	} else {
		q.add("SELECT DISTINCT "+ties, f.relations[l.Relation])
	}
	return &way{rows: q, rank: rankRelation}
}

// crowded are the relations that nearly everybody and everything has a tie of: to count them all takes longer than to
// meet the nodes that have several.
var crowded = []kg.Relation{kg.PartOf, kg.InCompound, kg.LivesIn, kg.WorksAt}

func (f *filters) wayToFar(kinds []kg.Kind, filter kg.Filter) *way {
	for _, part := range conjuncts(filter) {
		if ids, ok := part.(kg.IDIn); ok {
			return f.way("", ids)
		}
	}
	if len(kinds) != 1 {
		return nil
	}
	for _, part := range conjuncts(filter) {
		if w := f.way(kinds[0], part); w != nil && (w.sure || w.rank == rankFlagged || w.rank == rankRare) {
			return w
		}
	}
	return nil
}
