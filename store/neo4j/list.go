package neo4j

import (
	"context"
	"strings"

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
	return page, store.ExpandPage(ctx, s, v, page, q.Plan)
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
		value, position := orderValue("n", w.order), "null"
		if w.order.By == store.OrderTitle {
			position = value
		}
		calls.WriteString("CALL () { " + w.match(w.window(value, "n.id", w.order.Desc, w.q.Window)) +
			" WITH n" + w.cut(value, "n.id", w.order.Desc, w.q.Window) +
			" RETURN collect([" + nodeColumns("n") + ", " + position + "]) AS nodes } ")
		nodes = "nodes"
	}
	if w.q.Window.Count {
		calls.WriteString("CALL () { " + w.match(yes) + " RETURN count(n) AS total } ")
		total = "total"
	}
	return calls.String() + "RETURN " + nodes + ", " + total
}

func (w *listWriter) match(position string) string {
	return w.matchKind(w.q.Kind, w.q.Filter, position)
}

// matchKind finds the nodes n of a kind that are shown and pass a filter.
func (q *query) matchKind(k kg.Kind, f kg.Filter, more string) string {
	kinds := []kg.Kind{k}
	return "MATCH (n:" + label(k) + ")" + whereClause(and(more, q.shown("n", kinds), q.node(f, "n", kinds)))
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
	boxes := make([]any, len(q.Boxes))
	for i, b := range q.Boxes {
		boxes[i] = corners(b)
	}
	row, err := s.read(ctx, "UNWIND range(0, size("+w.param(boxes)+") - 1) AS i WITH i, "+w.param(boxes)+"[i] AS b "+
		"MATCH (n:"+label(q.Kind)+") WHERE point.withinBBox(n.point, point({longitude: b[0], latitude: b[1]}), point({longitude: b[2], latitude: b[3]})) AND "+
		w.shown("n", []kg.Kind{q.Kind})+" WITH i, n ORDER BY i, n.id RETURN collect([i, n.id, n.point.latitude, n.point.longitude])", w.params)
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
