package sqlite

import (
	"fmt"

	"lintu/kg"
)

// ends are the columns of the tie's ends as a step in a direction sees them, and the index that finds ties
// from the near end.
func ends(dir kg.Direction) (near, far, index string) {
	switch dir {
	case kg.In:
		return "to_no", "from_no", "tie_to"
	case kg.ByRef:
		return "ref_no", "from_no", "tie_ref"
	}
	return "from_no", "to_no", "tie_from"
}

func (f *filters) linked(q *statement, n string, l kg.Linked) {
	switch {
	case l.Min <= 0 && l.Max < 0:
		q.add(always)
	case l.Max >= 0 && l.Max < l.Min:
		q.add(never)
	case l.Min <= 0 && l.Max == 0:
		q.add("NOT EXISTS (SELECT 1 ")
		f.links(q, n, l)
		q.add(")")
	case l.Min <= 1 && l.Max < 0:
		q.add("EXISTS (SELECT 1 ")
		f.links(q, n, l)
		q.add(")")
	case l.Max < 0:
		q.add("(SELECT count(*) ")
		f.links(q, n, l)
		q.add(") >= ?", l.Min)
	default:
		q.add("(SELECT count(*) ")
		f.links(q, n, l)
		q.add(") BETWEEN ? AND ?", max(l.Min, 0), l.Max)
	}
}

// links is the rest of a sub-query over a node's ties that count.
func (f *filters) links(q *statement, n string, l kg.Linked) {
	f.depth++
	t, m := fmt.Sprintf("t%d", f.depth), fmt.Sprintf("m%d", f.depth)
	near, far, index := ends(l.Direction)
	q.add(fmt.Sprintf("FROM tie %[1]s INDEXED BY %[5]s CROSS JOIN node %[2]s ON %[2]s.no = %[1]s.%[4]s WHERE %[1]s.relation = ? AND %[1]s.%[3]s = %[6]s",
		t, m, near, far, index, f.no(n)), f.relations[l.Relation])
	f.holds(q, t, f.view.AsOf)
	f.alsoTie(q, t, l.Tie)
	f.numbers[m] = t + "." + far
	f.shown(q, m, l.Node)
	f.depth--
}

func (f *filters) alsoTie(q *statement, t string, filter kg.Filter) {
	if filter != nil {
		q.add(" AND ")
		f.tie(q, t, filter)
	}
}

// tie writes what kg.TestTie says of a filter.
func (f *filters) tie(q *statement, t string, filter kg.Filter) {
	switch filter := filter.(type) {
	case nil:
		q.add(always)
	case kg.And:
		f.all(q, " AND ", always, filter, func(g kg.Filter) { f.tie(q, t, g) })
	case kg.Or:
		f.all(q, " OR ", never, filter, func(g kg.Filter) { f.tie(q, t, g) })
	case kg.Not:
		q.add("NOT ")
		f.tie(q, t, filter.F)
	case kg.Compare:
		compareTie(q, t, filter)
	case kg.OneOf:
		f.all(q, " OR ", never, equalities(filter), func(g kg.Filter) { f.tie(q, t, g) })
	default:
		q.add(never)
	}
}

func compareTie(q *statement, t string, c kg.Compare) {
	field := kg.TieFieldOf(c.Field)
	if field == nil || !field.Filterable {
		q.add(never)
		return
	}
	col := t + "." + column(c.Field)
	switch field.Type {
	case kg.Int:
		compareInt(q, col, c.Op, c.Value, never)
	case kg.Day:
		compareInt(q, col, c.Op, c.Value, col+" = 0")
	case kg.Bool:
		compareBool(q, col, c.Op, c.Value)
	default:
		compareText(q, col, c.Op, c.Value)
	}
}
