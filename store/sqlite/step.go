package sqlite

import (
	"context"
	"database/sql"
	"fmt"

	"lintu/kg"
	"lintu/store"
)

// sources is the common table of a step's sources, those that exist.
const sources = "src (no, id) AS MATERIALIZED (SELECT b.no, b.id FROM json_each(?) j CROSS JOIN node b ON b.id = j.value)"

// Step implements store.Stepper: one step for all sources in one statement.
func (r *reader) Step(ctx context.Context, v store.View, ids []kg.ID, s *store.Step) (map[kg.ID]*store.Page, error) {
	edges, totals := map[kg.ID][]store.Edge{}, map[kg.ID]int{}
	var err error
	o := r.stepOrder(s)
	switch {
	case len(s.FarKinds()) == 0: // nothing can be there
	case countOnly(s.Window):
		err = r.countStep(ctx, v, ids, s, totals)
	default:
		err = r.readStep(ctx, v, ids, s, o, edges, totals)
	}
	if err != nil {
		return nil, err
	}
	pages := make(map[kg.ID]*store.Page, len(ids))
	for _, id := range ids {
		if countOnly(s.Window) {
			pages[id] = counted(s.Window, totals[id])
		} else {
			pages[id] = page(s.Window, o.desc, edges[id], totals[id])
		}
	}
	return pages, nil
}

// stepOrder is the order of a step's hits. On the way up that is always the depth, nearest first.
func (r *reader) stepOrder(s *store.Step) order {
	switch {
	case s.Walk && s.Direction == kg.Out:
		return order{"w.depth", "n.id", false}
	case s.Walk:
		return orderOf(s.ResolvedOrder(), "n", "n.id")
	}
	return orderOf(s.ResolvedOrder(), "n", "t.id")
}

// reach adds what a step reaches from its sources: the tables n (far end) and t (tie) or w (walk), the source under
// the alias that sourceOf gives, and the conditions.
func (f *filters) reach(q *statement, s *store.Step) {
	if s.Walk {
		q.add(" FROM reached w CROSS JOIN node r ON r.no = w.root CROSS JOIN node n ON n.no = w.no WHERE 1")
	} else {
		near, far, index := ends(s.Direction)
		q.add(fmt.Sprintf(" FROM src s CROSS JOIN tie t INDEXED BY %s ON t.relation = ? AND t.%s = s.no", index, near), f.relations[s.Relation])
		f.holds(q, "t", f.view.AsOf)
		f.alsoTie(q, "t", s.Tie)
		q.add(fmt.Sprintf(" CROSS JOIN node n ON n.no = t.%s WHERE 1", far))
	}
	f.kinds(q, "n", s.Kinds)
	f.known["n"] = s.FarKinds()
	f.holds(q, "n", f.view.AsOf)
	f.also(q, "n", f.view.Far(s))
	f.also(q, "n", s.Node)
}

// sourceOf is the alias of a step's source.
func sourceOf(s *store.Step) string {
	if s.Walk {
		return "r"
	}
	return "s"
}

// begin opens a step's statement: its sources and, for a walk, what is reached.
func (f *filters) begin(ids []kg.ID, s *store.Step) *statement {
	q := reading("WITH RECURSIVE "+sources, list(ids))
	if s.Walk {
		f.walk(q, s.Direction, s.Depth, s.Kinds)
	}
	return q
}

func (r *reader) countStep(ctx context.Context, v store.View, ids []kg.ID, s *store.Step, totals map[kg.ID]int) error {
	f := r.filters(v)
	q := f.begin(ids, s)
	source := sourceOf(s)
	q.add(" SELECT " + source + ".id, count(*)")
	f.reach(q, s)
	q.add(" GROUP BY " + source + ".no")
	return r.query(ctx, q, func(rows *sql.Rows) error {
		var id kg.ID
		var n int
		err := rows.Scan(&id, &n)
		totals[id] = n
		return err
	})
}

func (r *reader) readStep(ctx context.Context, v store.View, ids []kg.ID, s *store.Step, o order, edges map[kg.ID][]store.Edge, totals map[kg.ID]int) error {
	f := r.filters(v)
	q := f.begin(ids, s)
	if !s.Walk && s.Window.Limit >= store.NoLimit && !positioned(s.Window) {
		f.whole(q, s, o)
	} else {
		q.add(", hit AS MATERIALIZED (")
		f.cut(q, s, o)
		q.add(")")
		dress(q, s)
	}
	row := stepRow{walk: s.Walk, names: r.s.names}
	return r.query(ctx, q, func(rows *sql.Rows) error {
		e, err := row.scan(rows)
		if err != nil {
			return err
		}
		if row.inside {
			edges[row.source] = append(edges[row.source], e)
		}
		totals[row.source] = max(row.total, len(edges[row.source]))
		return nil
	})
}

// whole adds all hits of a step with their wide rows: where no window leaves anything out, nothing need be looked up again.
func (f *filters) whole(q *statement, s *store.Step, o order) {
	const to, ref = "(SELECT e.id FROM node e WHERE e.no = t.to_no)", "(SELECT x.id FROM node x WHERE x.no = t.ref_no)"
	tie := map[kg.Direction]string{kg.Out: tieColumns("s.id", "n.id", ref), kg.In: tieColumns("n.id", "s.id", ref), kg.ByRef: tieColumns("n.id", to, "s.id")}
	q.add(" SELECT s.id, 0, 1, " + o.value + ", 0, " + nodeColumns + ", " + tie[s.Direction])
	f.reach(q, s)
}

// cut adds the narrow hits of every source's window. A count comes with each hit; where the window's positions
// leave a source without hits, its first candidate brings the count alone.
func (f *filters) cut(q *statement, s *store.Step, o order) {
	w, source, depth, tie := s.Window, sourceOf(s), "0", "t.no"
	if s.Walk {
		depth, tie = "w.depth", "0"
	}
	candidates := func(inside *statement) {
		q.add("SELECT " + source + ".id AS id, " + source + ".no AS root, " + tie + " AS tie, n.no AS far, " + o.value + " AS o, " + o.id + " AS oid, " + depth + " AS depth, ").put(inside).add(" AS inside")
		f.reach(q, s)
	}
	window := " OVER (PARTITION BY c.root ORDER BY " + order{"c.o", "c.oid", o.of(w).desc}.String() + ")"
	total := "0"
	if w.Count {
		total = "count(*) OVER (PARTITION BY c.root)"
	}
	switch all := new(statement).add(always); {
	case w.Limit >= store.NoLimit && !positioned(w):
		q.add("SELECT c.*, 0 AS total FROM (")
		candidates(all)
		q.add(") c")
	case w.Count && positioned(w):
		q.add("SELECT * FROM (SELECT c.*, " + total + " AS total, sum(c.inside)" + window + " AS place, row_number()" + window + " AS first FROM (")
		candidates(o.within(w))
		q.add(") c) WHERE (inside AND place <= ?) OR first = 1", w.Limit+1)
	default:
		q.add("SELECT * FROM (SELECT c.*, " + total + " AS total, row_number()" + window + " AS place FROM (")
		candidates(all)
		q.add(" AND (").put(o.within(w)).add(")) c) WHERE place <= ?", w.Limit+1)
	}
}

// dress adds the wide rows of the hits.
func dress(q *statement, s *store.Step) {
	q.add(" SELECT h.id, h.total, h.inside, h.o, h.depth, " + nodeColumns)
	hits := " FROM hit h CROSS JOIN node n ON n.no = h.far"
	tie := hits + " CROSS JOIN tie t ON t.no = h.tie"
	reference := " LEFT JOIN node x ON x.no = t.ref_no"
	switch {
	case s.Walk:
		q.add(hits)
	case s.Direction == kg.ByRef:
		q.add(", " + tieColumns("n.id", "e.id", "h.id") + tie + " CROSS JOIN node e ON e.no = t.to_no")
	case s.Direction == kg.In:
		q.add(", " + tieColumns("n.id", "h.id", "x.id") + tie + reference)
	default:
		q.add(", " + tieColumns("h.id", "n.id", "x.id") + tie + reference)
	}
}

// stepRow reads the rows of a step.
type stepRow struct {
	walk  bool
	names map[int64]kg.Relation

	source kg.ID
	total  int
	inside bool // of the window; else the row brings the total only
	value  any
	depth  int
	node   nodeRow
	tie    tieRow
}

func (r *stepRow) scan(rows *sql.Rows) (store.Edge, error) {
	into := append([]any{&r.source, &r.total, &r.inside, &r.value, &r.depth}, r.node.into()...)
	if !r.walk {
		into = append(into, r.tie.into()...)
	}
	if err := rows.Scan(into...); err != nil || !r.inside {
		return store.Edge{}, err
	}
	n, err := r.node.node()
	if err != nil {
		return store.Edge{}, err
	}
	e := store.Edge{Position: store.Position{Value: r.value, ID: n.Common().ID}, Item: &store.Item{Node: n}, Depth: r.depth}
	if r.walk {
		return e, nil
	}
	e.Tie, err = r.tie.tie(r.names)
	if err == nil {
		e.Position.ID = e.Tie.ID
	}
	return e, err
}
