package sqlite

import (
	"context"
	"database/sql"

	"lintu/kg"
	"lintu/store"
)

// Nodes implements store.Store. All groups are fetched by one statement.
func (s *Store) Nodes(ctx context.Context, v store.View, groups []store.Group) ([]map[kg.ID]*store.Item, error) {
	var ids []kg.ID
	for _, g := range groups {
		if err := g.Plan.Check(); err != nil {
			return nil, err
		}
		ids = append(ids, g.IDs...)
	}
	out := make([]map[kg.ID]*store.Item, len(groups))
	err := s.read(ctx, "Nodes", func(r *reader) error {
		nodes, err := r.Fetch(ctx, v, distinct(ids))
		if err != nil {
			return err
		}
		for i, g := range groups {
			if out[i], err = r.items(ctx, v, nodes, g); err != nil {
				return err
			}
		}
		return nil
	})
	return out, err
}

// items are a group's items of nodes that were fetched.
func (r *reader) items(ctx context.Context, v store.View, nodes map[kg.ID]kg.Node, g store.Group) (map[kg.ID]*store.Item, error) {
	items := make(map[kg.ID]*store.Item, len(g.IDs))
	var found []kg.ID
	for _, id := range g.IDs {
		if n := nodes[id]; n != nil && items[id] == nil {
			items[id] = &store.Item{Node: n}
			found = append(found, id)
		}
	}
	if g.Plan == nil || len(g.Plan.Steps) == 0 {
		return items, nil
	}
	trees, err := store.Execute(ctx, r, v.Below(), found, g.Plan)
	for id, item := range items {
		item.Tree = trees[id]
	}
	return items, err
}

// Fetch implements store.Stepper.
func (r *reader) Fetch(ctx context.Context, v store.View, ids []kg.ID) (map[kg.ID]kg.Node, error) {
	nodes := make(map[kg.ID]kg.Node, len(ids))
	if len(ids) == 0 {
		return nodes, nil
	}
	q := reading("SELECT "+nodeColumns+" FROM json_each(?) j CROSS JOIN node n ON n.id = j.value WHERE 1", list(ids))
	f := r.filters(v)
	f.known["n"] = kg.KindsOf(ids)
	f.visible(q, "n")
	var row nodeRow
	err := r.query(ctx, q, func(rows *sql.Rows) error {
		if err := rows.Scan(row.into()...); err != nil {
			return err
		}
		n, err := row.node()
		nodes[kg.ID(row.id.String)] = n
		return err
	})
	return nodes, err
}

// Expand implements store.Store.
func (s *Store) Expand(ctx context.Context, v store.View, ids []kg.ID, p *store.Plan) (trees map[kg.ID]store.Tree, err error) {
	if err := p.Check(); err != nil {
		return nil, err
	}
	err = s.read(ctx, "Expand", func(r *reader) error {
		trees, err = store.Execute(ctx, r, v, ids, p)
		return err
	})
	return trees, err
}

// List implements store.Store.
func (s *Store) List(ctx context.Context, v store.View, q store.ListQuery) (p *store.Page, err error) {
	if err := q.Check(); err != nil {
		return nil, err
	}
	err = s.read(ctx, "List", func(r *reader) error {
		if p, err = r.list(ctx, v, q); err != nil {
			return err
		}
		return store.ExpandPage(ctx, r, v, p, q.Plan)
	})
	return p, err
}

// list is a list's own statement: the hits of the page, and beside them their number if it was asked for.
func (r *reader) list(ctx context.Context, v store.View, q store.ListQuery) (*store.Page, error) {
	by := q.Order.Resolve(q.Kind)
	o := orderOf(by, "n", "n.id")
	c := r.filters(v).candidates(q.Kind, q.Filter)
	if !q.Window.Count {
		c.inOrder(by.By)
	}
	st := c.with()
	if q.Window.Count {
		st.add(", total (n) AS MATERIALIZED (SELECT count(*) FROM (")
		c.all(st, "1")
		st.add("))")
	} else {
		st.add(", total (n) AS MATERIALIZED (SELECT 0)")
	}
	if countOnly(q.Window) {
		st.add(" SELECT total.n, NULL, NULL, NULL, NULL, NULL, NULL FROM total")
	} else {
		st.add(", hit (no, o) AS MATERIALIZED (")
		c.ordered(st, o, by, q.Window)
		st.add(") SELECT total.n, h.o, " + nodeColumns + " FROM total LEFT JOIN hit h ON 1 LEFT JOIN node n ON n.no = h.no")
	}
	var total int
	var edges []store.Edge
	var row nodeRow
	err := r.query(ctx, st, func(rows *sql.Rows) error {
		var at any
		if err := rows.Scan(append([]any{&total, &at}, row.into()...)...); err != nil || !row.id.Valid {
			return err
		}
		n, err := row.node()
		edges = append(edges, store.Edge{Position: store.Position{Value: at, ID: kg.ID(row.id.String)}, Item: &store.Item{Node: n}})
		return err
	})
	if err != nil {
		return nil, err
	}
	if countOnly(q.Window) {
		return counted(q.Window, total), nil
	}
	return page(q.Window, o.desc, edges, total), nil
}

// Within implements store.Store. The R*Tree proposes: its boxes are rounded outwards, and so is the question, as
// JSON does not keep every bit; the stored point decides.
func (s *Store) Within(ctx context.Context, v store.View, q store.WithinQuery) ([][]store.Located, error) {
	if err := q.Check(); err != nil {
		return nil, err
	}
	out := make([][]store.Located, len(q.Boxes))
	boxes := make([][]any, len(q.Boxes))
	const slack = 1e-6 // degrees, a tenth of a metre
	for i, b := range q.Boxes {
		boxes[i] = []any{b.Min.Lat - slack, b.Max.Lat + slack, b.Min.Lon - slack, b.Max.Lon + slack, b.Kind}
	}
	err := s.read(ctx, "Within", func(r *reader) error {
		st := new(statement).add("SELECT j.key, n.id, n.lat, n.lon FROM json_each(?) j CROSS JOIN point p ON "+
			"p.max_lat >= j.value ->> 0 AND p.min_lat <= j.value ->> 1 AND p.max_lon >= j.value ->> 2 AND p.min_lon <= j.value ->> 3 "+
			"CROSS JOIN node n ON n.no = p.no WHERE n.kind = j.value ->> 4", list(boxes))
		r.filters(v).shown(st, "n", nil)
		st.add(" ORDER BY j.key, n.id")
		return r.query(ctx, st, func(rows *sql.Rows) error {
			var box int
			var at store.Located
			if err := rows.Scan(&box, &at.ID, &at.Point.Lat, &at.Point.Lon); err != nil {
				return err
			}
			if q.Boxes[box].Contains(at.Point) {
				out[box] = append(out[box], at)
			}
			return nil
		})
	})
	return out, err
}
