package neo4j

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"lintu/geo"
	"lintu/kg"
	"lintu/store"
)

// List implements store.Store.
func (s *Store) List(ctx context.Context, v store.View, q store.ListQuery) (*store.Page, error) {
	if err := q.Check(); err != nil {
		return nil, err
	}
	w := &listWriter{query: newQuery(v), q: q, order: q.Order.Resolve(q.Kind)}
	row, err := s.read(ctx, w.statement(), w.params)
	if err != nil {
		return nil, err
	}
	var edges []store.Edge
	for _, r := range asList(row[0]) {
		n, err := decodeNode(asList(r))
		if err != nil {
			return nil, err
		}
		at := store.Position{Value: asList(r)[5], ID: n.Common().ID}
		if at.Value == nil {
			at.Value = w.order.Value(n)
		}
		edges = append(edges, store.Edge{Position: at, Item: &store.Item{Node: n}})
	}
	page := q.Window.Cut(edges, int(asInt(row[1])))
	return page, s.expandPage(ctx, v, page.Edges, q.Plan)
}

// listWriter writes the statement of a list.
type listWriter struct {
	*query
	q     store.ListQuery
	order store.Order
}

// statement has two columns: the nodes, in order, and the total.
func (w *listWriter) statement() string {
	nodes, total := "[] AS nodes", "0 AS total"
	var calls strings.Builder
	if w.q.Window.Limit > 0 {
		position := "null"
		if w.order.By == store.OrderTitle {
			position = orderValue("n", w.order)
		}
		calls.WriteString("CALL () { " + w.page() + " RETURN collect([" + nodeColumns("n") + ", " + position + "]) AS nodes } ")
		nodes = "nodes"
	}
	if w.q.Window.Count {
		calls.WriteString("CALL () { " + w.countAll(w.q.Kind, w.q.Filter) + " RETURN total } ")
		total = "total"
	}
	return calls.String() + "RETURN " + nodes + ", " + total
}

// page ends with the page's nodes n in order. Where an area could be the way to few nodes or to most of all, the
// database looks at the areas' level first and takes one of two ways.
func (w *listWriter) page() string {
	value := orderValue("n", w.order)
	window := w.window(value, "n.id", w.order.Desc, w.q.Window)
	cut := " WITH n" + w.cut(value, "n.id", w.order.Desc, w.q.Window)
	if hint := w.seek(w.q.Kind, w.q.Filter); hint != "" {
		return w.matchKind(w.q.Kind, w.q.Filter, hint, window) + cut
	}
	walk := w.walkOrder(window) + cut
	area := w.area(w.q.Kind, w.q.Filter)
	if len(area.Areas) == 0 {
		return walk
	}
	inside := w.matchInside(w.q.Kind, w.q.Filter, area, window) + cut
	switch {
	case !divisions(area):
		return inside
	case onlyAreas(w.q.Filter): // nothing makes the hits rare
		return walk
	}
	return "CALL () { " + w.matchAreas(area) + " RETURN coalesce(any(l IN collect(a.level) WHERE l IN " + w.param(wideLevels) + "), false) AS wide } " +
		"CALL (wide) { WITH wide WHERE wide " + walk + " RETURN n UNION ALL WITH wide WHERE NOT wide " + inside + " RETURN n }" + cut
}

// walkOrder walks the index of the order, until the page is full.
func (w *listWriter) walkOrder(window string) string {
	k := w.q.Kind
	if w.order.By == store.OrderID { // one index for all kinds, whose ids begin with the kind
		return w.matchKind(k, w.q.Filter, nodeLabel+"("+propID+")", and("n.id STARTS WITH "+w.param(k.Prefix()+"_"), window))
	}
	property := strings.TrimPrefix(orderValue("n", w.order), "n.")
	return w.matchKind(k, w.q.Filter, label(k)+"("+property+")", and("n."+property+" IS NOT NULL", window))
}

// matchKind finds the nodes n of a kind that are shown and pass a filter, by an index: "Label(property)", or none.
func (q *query) matchKind(k kg.Kind, f kg.Filter, index, more string) string {
	kinds := []kg.Kind{k}
	where := and(more, q.shown("n", kinds), q.node(f, "n", kinds))
	match := "MATCH (n:" + nodeLabel + "&" + label(k) + ")"
	if index != "" && where != no {
		match += " USING INDEX n:" + index
	}
	return match + whereClause(where)
}

// matchAll finds all nodes n of a kind that are shown and pass a filter.
func (q *query) matchAll(k kg.Kind, f kg.Filter) string {
	if hint := q.seek(k, f); hint != "" {
		return q.matchKind(k, f, hint, yes)
	}
	if area := q.area(k, f); len(area.Areas) > 0 {
		return q.matchInside(k, f, area, yes)
	}
	return q.matchKind(k, f, "", yes)
}

// countAll counts what matchAll finds, as total. All of a kind are counted by the database's own counters, less those
// whose life does not hold, which are few and have an index.
func (q *query) countAll(k kg.Kind, f kg.Filter) string {
	if q.view.Scope.Filter(k) != nil || q.node(f, "n", []kg.Kind{k}) != yes {
		return q.matchAll(k, f) + " WITH count(n) AS total"
	}
	all := "MATCH (n:" + label(k) + ") WITH count(n) AS total"
	if q.view.AsOf == kg.Always {
		return all
	}
	return all + " CALL () { MATCH (n:" + nodeLabel + "&" + label(k) + ") USING INDEX n:" + nodeLabel + "(" + propTo + ") WHERE n." + propTo + " IS NOT NULL AND " +
		not(q.valid("n")) + " RETURN count(n) AS gone } WITH total - gone AS total"
}

// conjuncts are the conditions that must all hold.
func conjuncts(f kg.Filter) []kg.Filter {
	and, ok := f.(kg.And)
	if !ok {
		return []kg.Filter{f}
	}
	var out []kg.Filter
	for _, g := range and {
		out = append(out, conjuncts(g)...)
	}
	return out
}

// seek is the index by which a filter leads to a handful of nodes; empty where none does.
func (q *query) seek(k kg.Kind, f kg.Filter) string {
	for _, c := range conjuncts(f) {
		switch c := c.(type) {
		case kg.IDIn:
			return nodeLabel + "(" + propID + ")"
		case kg.OneOf:
			if index := seekOneOf(k, c); index != "" {
				return index
			}
		case kg.Compare:
			value, _ := c.Value.(string)
			field := kg.FieldOf(k, c.Field)
			switch {
			case c.Op == kg.Prefix && c.Field == kg.TitleField && utf8.RuneCountInString(value) > 1:
				return nodeLabel + "(" + propNorm + ")"
			case c.Op != kg.EQ || value == "":
			case c.Field == kg.TitleField || titled(k, c.Field):
				return nodeLabel + "(" + propNorm + ")"
			case field != nil && field.Key && indexedField(k, field):
				return label(k) + "(" + field.Name + ")"
			}
		}
	}
	return ""
}

// seekOneOf is the index by which a list of titles or codes leads to nodes.
func seekOneOf(k kg.Kind, f kg.OneOf) string {
	if !slices.ContainsFunc(f.Values, func(v any) bool { text, ok := v.(string); return ok && text != "" }) {
		return ""
	}
	if f.Field == kg.TitleField || titled(k, f.Field) {
		return nodeLabel + "(" + propNorm + ")"
	}
	fields := kg.FieldsOf(k)
	first := slices.IndexFunc(fields, func(f kg.Field) bool { return f.Key }) // the others, as a code's scheme, lead to too many
	if first >= 0 && fields[first].Name == f.Field && indexedField(k, &fields[first]) {
		return label(k) + "(" + f.Field + ")"
	}
	return ""
}

// within finds what lies in boxes: one sub-query a kind, since each has an index of its own.
func (q *query) within(ask store.WithinQuery) string {
	boxes := map[kg.Kind][]any{}
	for i, b := range ask.Boxes {
		boxes[b.Kind] = append(boxes[b.Kind], append(corners(b.Box), int64(i)))
	}
	var calls strings.Builder
	var hits []string
	for _, k := range []kg.Kind{kg.KindBuilding, kg.KindEntrance, kg.KindPlace} {
		if len(boxes[k]) == 0 {
			continue
		}
		hits = append(hits, fmt.Sprintf("hits%d", len(hits)))
		calls.WriteString("CALL () { UNWIND " + q.param(boxes[k]) + " AS b MATCH (n:" + label(k) + ") " +
			"WHERE point.withinBBox(n.point, point({longitude: b[0], latitude: b[1]}), point({longitude: b[2], latitude: b[3]})) AND " + q.shown("n", []kg.Kind{k}) +
			" WITH b[4] AS i, n ORDER BY i, n.id RETURN collect([i, n.id, n.point.latitude, n.point.longitude]) AS " + hits[len(hits)-1] + " } ")
	}
	return calls.String() + "RETURN " + strings.Join(hits, " + ")
}

// Within implements store.Store, by the index on points.
func (s *Store) Within(ctx context.Context, v store.View, q store.WithinQuery) ([][]store.Located, error) {
	if err := q.Check(); err != nil {
		return nil, err
	}
	out := make([][]store.Located, len(q.Boxes))
	if len(q.Boxes) == 0 {
		return out, ctx.Err()
	}
	w := newQuery(v)
	row, err := s.read(ctx, w.within(q), w.params)
	if err != nil {
		return nil, err
	}
	for _, r := range asList(row[0]) {
		hit := asList(r)
		i, at := int(asInt(hit[0])), store.Located{ID: kg.ID(asText(hit[1]))}
		lat, _ := hit[2].(float64)
		lon, _ := hit[3].(float64)
		at.Point = geo.Point{Lat: lat, Lon: lon}
		if q.Boxes[i].Contains(at.Point) {
			out[i] = append(out[i], at)
		}
	}
	return out, nil
}
