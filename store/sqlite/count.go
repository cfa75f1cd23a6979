package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"slices"

	"lintu/kg"
	"lintu/store"
)

// Count implements store.Store.
func (s *Store) Count(ctx context.Context, v store.View, q store.CountQuery) ([]store.GroupCount, error) {
	if err := q.Check(); err != nil {
		return nil, err
	}
	if q.From != nil && (len(q.From.Starts()) == 0 || len(q.From.Step.FarKinds()) == 0) {
		return nil, ctx.Err()
	}
	var groups []store.GroupCount
	err := s.read(ctx, "Count", func(r *reader) error {
		st, key := r.filters(v).count(q)
		if q.Limit > 0 {
			st.add(" LIMIT ?", q.Limit+1)
		}
		return r.query(ctx, st, func(rows *sql.Rows) error {
			var g store.GroupCount
			var value any
			if err := rows.Scan(&g.Source, &value, &g.Count); err != nil {
				return err
			}
			if g.Count > 0 { // counting nothing still gives a row
				g.Key = key(value)
				groups = append(groups, g)
			}
			return nil
		})
	})
	if err != nil {
		return nil, err
	}
	return q.SortGroups(groups)
}

// count is the statement of a count, with the columns source, key and count, and how its keys are written.
func (f *filters) count(q store.CountQuery) (*statement, func(any) string) {
	item, kinds, write := f.items(q), []kg.Kind{q.Kind}, asText
	if q.From != nil {
		kinds = q.From.Step.FarKinds()
	}
	switch {
	case q.By.Relation != "":
		return f.byLink(item(`''`), q.By), write
	case q.By.AreaKind != "" && q.From == nil && !q.Kind.Record() && !ofList(q.Filter): // of records there are few where they are asked for
		return f.byArea(q), write
	case q.By.AreaKind != "":
		return f.byAreaOfItems(item(`''`), q.By, kinds), write
	case q.By.Tie != "":
		field := kg.TieFieldOf(q.By.Tie)
		return byValue(item(groupValue("t", field.Name, field.Type))), keyWriter(field.Type)
	case q.By.Field == "":
		return byValue(item(`''`)), write
	case q.By.Field == store.ByKind:
		return byValue(item("n.kind")), write
	}
	field := kg.FieldOf(kinds[0], q.By.Field)
	if field.Type == kg.Flags {
		return f.byFlag(item(`''`), field.Name), write
	}
	if usual[field.Name] != "" && q.From == nil && len(conjuncts(kg.And{f.view.Scope.Filter(q.Kind), q.Filter})) == 0 {
		return f.byUsual(q.Kind, field.Name), write
	}
	return byValue(item(groupValue("n", field.Name, field.Type))), keyWriter(field.Type)
}

// byUsual counts a whole kind by a field of which most nodes have the same value: the other nodes by the index that
// has them, and the usual ones as all but these.
func (f *filters) byUsual(kind kg.Kind, field string) *statement {
	col := column(field)
	st := new(statement).add(fmt.Sprintf("WITH rare (k, c) AS MATERIALIZED (SELECT n.%[1]s, count(*) FROM node n INDEXED BY node_%[1]s WHERE n.%[1]s <> %[2]s AND n.kind = ?", col, usual[field]), kind)
	f.holds(st, "n", f.view.AsOf)
	st.add(fmt.Sprintf(" GROUP BY n.%[1]s) SELECT '', k, c FROM rare UNION ALL SELECT '', %[2]s, (SELECT count(*) FROM node n INDEXED BY node_kind WHERE n.kind = ?", col, usual[field]), kind)
	f.holds(st, "n", f.view.AsOf)
	return st.add(") - (SELECT ifnull(sum(c), 0) FROM rare)")
}

// items opens a statement with the table item: what is counted (no, distinct for each source), its node (far), the
// source (src), and a key.
func (f *filters) items(q store.CountQuery) func(key string) *statement {
	return func(key string) *statement {
		if q.From == nil {
			c := f.candidates(q.Kind, q.Filter)
			st := c.with().add(", item AS (")
			c.all(st, "'' AS src, n.no AS no, n.no AS far, "+key+" AS k")
			return st.add(")")
		}
		s := q.From.Counted()
		st := f.begin(q.From.Starts(), s)
		no := "t.no"
		if s.Walk {
			no = "n.no"
		}
		st.add(", item AS MATERIALIZED (SELECT " + sourceOf(s) + ".id AS src, " + no + " AS no, n.no AS far, " + key + " AS k")
		f.reach(st, s)
		return st.add(")")
	}
}

// groupValue is a field's column, absent texts and numbers as the field's zero.
func groupValue(alias, field string, t kg.FieldType) string {
	zero := "''"
	if t == kg.Int || t == kg.Day || t == kg.Bool {
		zero = "0"
	}
	return "ifnull(" + alias + "." + column(field) + ", " + zero + ")"
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

func byValue(st *statement) *statement {
	return st.add(" SELECT it.src, it.k, count(*) FROM item it GROUP BY it.src, it.k")
}

func (f *filters) byFlag(st *statement, field string) *statement {
	st.add(" SELECT it.src, f.value, count(DISTINCT it.no) FROM item it CROSS JOIN flag f ON f.node_no = it.far WHERE f.field = ?", field)
	f.holds(st, "f", f.view.AsOf)
	return st.add(" GROUP BY it.src, f.value")
}

// byLink goes from what is counted to what is tied with it.
func (f *filters) byLink(st *statement, by store.GroupBy) *statement {
	near, far, index := ends(by.Direction)
	st.add(fmt.Sprintf(" SELECT it.src, g.id, count(DISTINCT it.no) FROM item it CROSS JOIN tie u INDEXED BY %s ON u.relation = ? AND u.%s = it.far", index, near), f.relations[by.Relation])
	f.holds(st, "u", f.view.AsOf)
	st.add(fmt.Sprintf(" CROSS JOIN node g ON g.no = u.%s WHERE 1", far))
	f.shown(st, "g", nil)
	return st.add(" GROUP BY it.src, g.no")
}

// ofAreas adds that a is an area that a grouping is by.
func (f *filters) ofAreas(st *statement, by store.GroupBy) {
	if by.AreaLevel != "" {
		st.add(" AND a.level = ?", by.AreaLevel)
	}
	f.shown(st, "a", nil)
}

// byArea goes from each area to what is inside.
func (f *filters) byArea(q store.CountQuery) *statement {
	st := new(statement).add("WITH area (no, id) AS MATERIALIZED (SELECT a.no, a.id FROM ")
	if len(q.By.Areas) > 0 {
		st.add("json_each(?) j CROSS JOIN node a ON a.id = j.value WHERE +a.kind = ?", list(distinct(q.By.Areas)), q.By.AreaKind)
	} else {
		st.add("node a INDEXED BY node_title WHERE a.kind = ?", q.By.AreaKind)
	}
	f.ofAreas(st, q.By)
	st.add(") SELECT '', s.id, count(DISTINCT n.no) FROM (SELECT a.no AS area, a.id AS id, i.node_no AS no FROM area a CROSS JOIN area_path ap ON ap.area_no = a.no "+
		"CROSS JOIN inside i INDEXED BY inside_path ON i.path_no = ap.path_no AND i.kind = ?", q.Kind)
	f.holds(st, "i", f.view.AsOf)
	if q.By.AreaKind == q.Kind { // an area is inside itself
		st.add(" UNION ALL SELECT a.no, a.id, a.no FROM area a")
	}
	st.add(") s CROSS JOIN node n ON n.no = s.no WHERE 1")
	f.shown(st, "n", q.Filter)
	return st.add(" GROUP BY s.area")
}

// byAreaOfItems goes from what is counted, nodes of the kinds, to its paths, and from each path to its areas.
func (f *filters) byAreaOfItems(st *statement, by store.GroupBy, kinds []kg.Kind) *statement {
	st.add(", stay AS MATERIALIZED (SELECT DISTINCT it.src AS src, it.no AS no, x.path_no AS path_no FROM item it CROSS JOIN inside x ON x.node_no = it.far WHERE 1")
	f.holds(st, "x", f.view.AsOf)
	st.add("), met AS MATERIALIZED (SELECT d.path_no AS path_no, a.id AS id FROM (SELECT DISTINCT path_no FROM stay) d CROSS JOIN path p ON p.no = d.path_no "+
		"CROSS JOIN json_each('[' || p.areas || ']') au CROSS JOIN node a ON a.no = au.value WHERE +a.kind = ?", by.AreaKind)
	asked := func() {
		if len(by.Areas) > 0 {
			st.add(" AND a.id IN (SELECT value FROM json_each(?))", list(by.Areas))
		}
		f.ofAreas(st, by)
	}
	asked()
	st.add("), at AS (SELECT sy.src AS src, me.id AS id, sy.no AS no FROM stay sy JOIN met me ON me.path_no = sy.path_no")
	if slices.Contains(kinds, by.AreaKind) { // an area is inside itself
		st.add(" UNION ALL SELECT it.src, a.id, it.no FROM item it CROSS JOIN node a ON a.no = it.far WHERE +a.kind = ?", by.AreaKind)
		asked()
	}
	return st.add(") SELECT src, id, count(DISTINCT no) FROM at GROUP BY src, id")
}

// ofList says that what is counted are listed nodes: to go from these to their areas is shorter than from every area.
func ofList(filter kg.Filter) bool {
	return slices.ContainsFunc(conjuncts(filter), func(f kg.Filter) bool { _, ok := f.(kg.IDIn); return ok })
}
