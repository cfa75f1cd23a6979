package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"lintu/kg"
	"lintu/store"
)

// Count implements store.Store.
func (s *Store) Count(ctx context.Context, v store.View, q store.CountQuery) ([]store.GroupCount, error) {
	if err := q.Check(); err != nil {
		return nil, err
	}
	var counts []store.GroupCount
	err := s.read(ctx, "Count", func(r *reader) error {
		st, key := r.countStatement(v, q)
		return r.query(ctx, st, func(rows *sql.Rows) error {
			var value any
			var n int
			if err := rows.Scan(&value, &n); err != nil {
				return err
			}
			if n > 0 { // counting nothing still gives a row
				counts = append(counts, store.GroupCount{Key: key(value), Count: n})
			}
			return nil
		})
	})
	slices.SortFunc(counts, func(a, b store.GroupCount) int { return strings.Compare(a.Key, b.Key) })
	return counts, err
}

// countStatement is the statement of a count and how its keys are written.
func (r *reader) countStatement(v store.View, q store.CountQuery) (*statement, func(any) string) {
	f := r.filters(v)
	switch {
	case q.By.Relation != "":
		return f.countBySource(q), asText
	case q.By.AreaKind != "":
		return f.countByArea(q), asText
	case q.By.Field == "":
		c := f.candidates(q.Kind, q.Filter)
		st := c.with().add(" SELECT '', count(*) FROM (")
		c.all(st, "1")
		return st.add(")"), asText
	}
	field := kg.FieldOf(q.Kind, q.By.Field)
	if field.Type == kg.Flags {
		return f.countByFlag(q), asText
	}
	c := f.candidates(q.Kind, q.Filter)
	st := c.with().add(" SELECT k, count(*) FROM (")
	c.all(st, "n."+column(field.Name)+" AS k")
	return st.add(") GROUP BY k"), keyWriter(field.Type)
}

func asText(v any) string { return fmt.Sprint(v) }

// keyWriter writes a column's value as Count promises.
func keyWriter(t kg.FieldType) func(any) string {
	return func(v any) string {
		n, _ := v.(int64)
		switch t {
		case kg.Bool:
			return fmt.Sprint(n != 0)
		case kg.Day:
			return kg.Date(n).String()
		}
		return asText(v)
	}
}

func (f *filters) countByFlag(q store.CountQuery) *statement {
	c := f.candidates(q.Kind, q.Filter)
	st := c.with().add(", hit (no) AS MATERIALIZED (")
	c.all(st, "n.no AS no")
	st.add(") SELECT f.value, count(DISTINCT h.no) FROM hit h CROSS JOIN flag f ON f.node_no = h.no WHERE f.field = ?", q.By.Field)
	f.holds(st, "f", f.view.AsOf)
	return st.add(" GROUP BY f.value")
}

// countBySource counts ties from sources in scope to nodes of the kind.
func (f *filters) countBySource(q store.CountQuery) *statement {
	near, far, index := ends(q.By.Direction)
	st := new(statement).add("SELECT s.id, count(*) FROM json_each(?) j CROSS JOIN node s ON s.id = j.value", list(distinct(q.By.Sources)))
	st.add(fmt.Sprintf(" CROSS JOIN tie t INDEXED BY %s ON t.relation = ? AND t.%s = s.no CROSS JOIN node n ON n.no = t.%s WHERE n.kind = ?", index, near, far),
		f.relations[q.By.Relation], q.Kind)
	f.holds(st, "t", f.view.AsOf)
	f.visible(st, "s")
	f.shown(st, "n", q.Filter)
	return st.add(" GROUP BY s.no")
}

// countByArea goes from each area to what is inside.
func (f *filters) countByArea(q store.CountQuery) *statement {
	st := new(statement).add("WITH area (no, id) AS MATERIALIZED (SELECT a.no, a.id FROM ")
	if len(q.By.Areas) > 0 {
		st.add("json_each(?) j CROSS JOIN node a ON a.id = j.value WHERE +a.kind = ?", list(distinct(q.By.Areas)), q.By.AreaKind)
	} else {
		st.add("node a INDEXED BY node_title WHERE a.kind = ?", q.By.AreaKind)
	}
	if q.By.AreaLevel != "" {
		st.add(" AND a.level = ?", q.By.AreaLevel)
	}
	f.shown(st, "a", nil)
	st.add(") SELECT a.id, count(DISTINCT n.no) FROM area a CROSS JOIN area_path ap ON ap.area_no = a.no "+
		"CROSS JOIN inside i INDEXED BY inside_path ON i.path_no = ap.path_no AND i.kind = ?", q.Kind)
	f.holds(st, "i", f.view.AsOf)
	st.add(" CROSS JOIN node n ON n.no = i.node_no WHERE 1")
	f.shown(st, "n", q.Filter)
	return st.add(" GROUP BY a.no")
}
