package neo4j

import (
	"fmt"

	"lintu/kg"
)

// linked counts ties in a sub-query, or asks whether there is one.
func (q *query) linked(f kg.Linked, v string, kinds []kg.Kind) string {
	if f.Min <= 0 && f.Max < 0 {
		return yes
	}
	d := f.Relation.Def()
	var far []kg.Kind
	for _, k := range kinds {
		if d != nil {
			far = append(far, d.Far(k, f.Direction)...)
		}
	}
	far = distinct(far)
	t, m := q.fresh("t"), q.fresh("m")
	where := and(q.valid(t), q.tie(f.Tie, t), q.shown(m, far), q.node(f.Node, m, far))
	if len(far) == 0 {
		where = no
	}
	if f.Direction == kg.ByRef {
		where = and(t+"."+propRef+" = "+v+"."+propID, where)
	}
	switch {
	case where == no && f.Min <= 0: // it has no such ties
		return yes
	case where == no:
		return no
	}
	body := "{ MATCH " + pattern(d, f.Direction, v, t, m, "") + whereClause(where) + " }"
	switch {
	case f.Min == 1 && f.Max < 0:
		return "EXISTS " + body
	case f.Min <= 0 && f.Max == 0:
		return "NOT EXISTS " + body
	case f.Max < 0:
		return "COUNT " + body + " >= " + q.param(int64(f.Min))
	case f.Min <= 0:
		return "COUNT " + body + " <= " + q.param(int64(f.Max))
	}
	return q.param(int64(f.Min)) + " <= COUNT " + body + " <= " + q.param(int64(f.Max))
}

// pattern is the path from v over a tie t to the far end m; o is the tie's other end, of a tie that refers to v.
func pattern(d *kg.RelationDef, dir kg.Direction, v, t, m, o string) string {
	switch dir {
	case kg.Out:
		return fmt.Sprintf("(%s)-[%s:%s]->(%s)", v, t, d.Relation, m)
	case kg.In:
		return fmt.Sprintf("(%s)<-[%s:%s]-(%s)", v, t, d.Relation, m)
	}
	return fmt.Sprintf("(%s)-[%s:%s]->(%s)", m, t, d.Relation, o)
}

// tie writes what kg.TestTie means. A tie that does not carry a field has the field's zero value.
func (q *query) tie(f kg.Filter, v string) string {
	switch f := f.(type) {
	case nil:
		return yes
	case kg.And:
		return and(q.eachTie(f, v)...)
	case kg.Or:
		return or(q.eachTie(f, v)...)
	case kg.Not:
		return not(q.tie(f.F, v))
	case kg.Compare:
		if tf := kg.TieFieldOf(f.Field); tf != nil && tf.Filterable {
			return q.compare(tieValue(tf, v), tf.Type, f.Op, f.Value)
		}
	case kg.OneOf:
		if tf := kg.TieFieldOf(f.Field); tf != nil && tf.Filterable {
			return q.oneOf(tieValue(tf, v), tf.Type, f.Values)
		}
	}
	return no
}

func (q *query) eachTie(list []kg.Filter, v string) []string {
	out := make([]string, len(list))
	for i, f := range list {
		out[i] = q.tie(f, v)
	}
	return out
}

// tieValue is a tie's field: absent numbers and truths are zero, an open end is an absent day.
func tieValue(f *kg.TieField, v string) string {
	property := v + "." + f.Name
	switch {
	case f.Name == propTo:
		return fmt.Sprintf("nullIf(%s, %d)", property, forever)
	case f.Type == kg.Int:
		return "coalesce(" + property + ", 0)"
	case f.Type == kg.Bool:
		return "coalesce(" + property + ", false)"
	}
	return property
}
