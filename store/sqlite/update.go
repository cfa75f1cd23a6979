package sqlite

import (
	"context"
	"database/sql"
	"strings"

	"lintu/geo"
	"lintu/kg"
	"lintu/store"
)

// A node that changes keeps its row. Only the columns of an index whose values change are set beside those without one: the
// indexes on the others are not touched. An alert that moves from state to state, or a ring, so writes the one page that it is
// on, and not a page of each index besides. Batches that forget delete the row and insert it again, so that nothing of it
// stays where it was.

// nodeUpdate is a node that changes in its place.
type nodeUpdate struct {
	no      int64
	columns []string
	values  []any
}

// inPlace says whether a write changes the row of a node.
func inPlace(n store.NodeWrite, w *store.Writes) bool { return !n.New && !w.Forget }

// loadIndexed reads which columns of nodes are in an index.
func (s *Store) loadIndexed(ctx context.Context, c *conn) error {
	s.indexed = map[string]bool{}
	q := new(statement).add("SELECT i.name FROM sqlite_master m CROSS JOIN pragma_index_info(m.name) i WHERE m.type = 'index' AND m.tbl_name = 'node' AND i.name IS NOT NULL")
	return c.query(ctx, q, func(rows *sql.Rows) error {
		var name string
		err := rows.Scan(&name)
		s.indexed[name] = true
		return err
	})
}

// update is what to set of a node that changes; old is as on record, nil where that is not known.
func (t *tx) update(old, n kg.Node) nodeUpdate {
	no := t.numbers[n.Common().ID]
	u := nodeUpdate{no: no}
	values := nodeValues(no, n)
	for i, name := range nodeColumnsOf(n.Kind()) {
		if kept[name] || t.s.indexed[name] && old != nil && columnOf(old, name, i) == values[i] {
			continue
		}
		u.columns, u.values = append(u.columns, name), append(u.values, values[i])
	}
	return u
}

// kept are the columns that stay what they are as long as there is a row.
var kept = map[string]bool{"no": true, "id": true, "kind": true}

// columnOf is one of a node's values: of the column with this name, which is the i-th of nodeColumnsOf.
func columnOf(n kg.Node, name string, i int) any {
	switch name {
	case "valid_from":
		return int64(n.Common().Life.From)
	case "valid_to":
		return int64(n.Common().Life.To)
	case "sort_key":
		return kg.SortKey(n)
	}
	if fields := storedFields[n.Kind()]; i >= nodeHead && i-nodeHead < len(fields) {
		return fields[i-nodeHead].Get(n)
	}
	return nil
}

// updateNodes changes nodes in their places.
func (t *tx) updateNodes(ctx context.Context, list []nodeUpdate) error {
	unwatched := context.WithoutCancel(ctx)
	for _, u := range list {
		if err := ctx.Err(); err != nil {
			return err
		}
		text := "UPDATE OR FAIL node SET " + strings.Join(u.columns, " = ?, ") + " = ? WHERE no = ?"
		if err := t.exec(unwatched, text, append(u.values, u.no)...); err != nil {
			return err
		}
	}
	return nil
}

// flagged are the kinds that have flags.
var flagged = func() map[kg.Kind]bool {
	kinds := map[kg.Kind]bool{}
	for _, d := range kg.Kinds {
		for _, f := range kg.FieldsOf(d.Kind) {
			if f.Type == kg.Flags {
				kinds[d.Kind] = true
			}
		}
	}
	return kinds
}()

// movedPoint says whether the point of a node that is on record, or may be, is written anew.
func movedPoint(old, n kg.Node) bool {
	p := pointOf(n)
	if old == nil {
		return kg.FieldOf(n.Kind(), "point") != nil
	}
	was := pointOf(old)
	return !samePoint(was, p)
}

func samePoint(a, b *geo.Point) bool { return a == b || a != nil && b != nil && *a == *b }
