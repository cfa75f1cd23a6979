package sqlite

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"slices"

	"lintu/kg"
	"lintu/store"
)

// maxDepth ends walks that ask for no depth. It is more than the longest chain of areas, and it ends walks that look
// at no validity, where two areas may have contained each other one after the other.
const maxDepth = 64

// walk adds the common table reached (root, no, depth): what a walk from the sources meets, each node once, at its
// least depth, never the root itself. Only living nodes are walked through.
func (f *filters) walk(q *statement, dir kg.Direction, depth int, wanted []kg.Kind) {
	near, far, index := ends(dir)
	step := func(from string) {
		q.add(fmt.Sprintf(" CROSS JOIN tie t INDEXED BY %s ON t.relation = ? AND t.%s = %s.no", index, near, from), f.relations[kg.PartOf])
		f.holds(q, "t", f.view.AsOf)
		q.add(fmt.Sprintf(" CROSS JOIN node m ON m.no = t.%s", far))
		f.holds(q, "m", f.view.AsOf)
	}
	q.add(", walk (root, no, depth, kind) AS (SELECT s.no, m.no, 1, m.kind FROM src s")
	step("s")
	q.add(" UNION SELECT w.root, m.no, w.depth + 1, m.kind FROM walk w")
	step("w")
	if depth == 0 {
		depth = maxDepth
	}
	q.add(" WHERE w.depth < ?", depth)
	if len(wanted) > 0 {
		q.add(" AND w.kind IN (SELECT value FROM json_each(?))", list(leads(dir, wanted)))
	}
	q.add("), reached (root, no, depth) AS MATERIALIZED (SELECT w.root, w.no, min(w.depth) FROM walk w WHERE w.no <> w.root GROUP BY w.root, w.no)")
}

// leads says which kinds a walk goes on from: those from which a wanted kind can be met further on. None wanted
// means all.
func leads(dir kg.Direction, wanted []kg.Kind) []kg.Kind {
	def := kg.PartOf.Def()
	var lead []kg.Kind
	for grew := true; grew; {
		grew = false
		for _, p := range def.Pairs {
			from, to := p.From, p.To // upwards
			if dir == kg.In {
				from, to = to, from
			}
			if !slices.Contains(lead, from) && (slices.Contains(wanted, to) || slices.Contains(lead, to)) {
				lead = append(lead, from)
				grew = true
			}
		}
	}
	return lead
}

// Ancestry implements store.Store.
func (s *Store) Ancestry(ctx context.Context, v store.View, q store.AncestryQuery) (map[kg.ID][]store.Relative, error) {
	if err := q.Check(); err != nil {
		return nil, err
	}
	out := make(map[kg.ID][]store.Relative, len(q.Starts))
	for _, id := range q.Starts {
		out[id] = nil
	}
	err := s.read(ctx, "Ancestry", func(r *reader) error { return r.ancestry(ctx, v, q, out) })
	return out, err
}

func (r *reader) ancestry(ctx context.Context, v store.View, q store.AncestryQuery, out map[kg.ID][]store.Relative) error {
	f := r.filters(v)
	st := new(statement).add("WITH RECURSIVE "+sources, list(distinct(q.Starts)))
	f.walk(st, q.Direction, q.Depth, q.Kinds)
	st.add(", hit AS MATERIALIZED (SELECT w.root, w.no, w.depth FROM reached w CROSS JOIN node n ON n.no = w.no WHERE 1")
	f.kinds(st, "n", q.Kinds)
	f.shown(st, "n", nil)
	st.add(") SELECT r.id, h.depth, " + nodeColumns + " FROM hit h CROSS JOIN node r ON r.no = h.root CROSS JOIN node n ON n.no = h.no")
	var row nodeRow
	err := r.query(ctx, st, func(rows *sql.Rows) error {
		var start kg.ID
		var depth int
		if err := rows.Scan(append([]any{&start, &depth}, row.into()...)...); err != nil {
			return err
		}
		n, err := row.node()
		out[start] = append(out[start], store.Relative{Node: n, Depth: depth})
		return err
	})
	for _, relatives := range out {
		slices.SortFunc(relatives, func(a, b store.Relative) int {
			return cmp.Or(cmp.Compare(a.Depth, b.Depth), cmp.Compare(a.Node.Common().ID, b.Node.Common().ID))
		})
	}
	return err
}
