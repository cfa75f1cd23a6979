package neo4j

import (
	"cmp"
	"context"
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
	w := newQuery(v)
	if w.visible("n", allKinds) == no || (q.By.Relation != "" && len(q.By.Sources) == 0) {
		return nil, ctx.Err()
	}
	row, err := s.read(ctx, w.count(q)+" WITH key, total WHERE total > 0 RETURN collect([key, total])", w.params)
	if err != nil {
		return nil, err
	}
	var out []store.GroupCount
	for _, r := range asList(row[0]) {
		group := asList(r)
		out = append(out, store.GroupCount{Key: groupKey(q, group[0]), Count: int(asInt(group[1]))})
	}
	slices.SortFunc(out, func(a, b store.GroupCount) int { return cmp.Compare(a.Key, b.Key) })
	return out, nil
}

// groupKey is a group's value as text.
func groupKey(q store.CountQuery, value any) string {
	if f := kg.FieldOf(q.Kind, q.By.Field); f != nil && f.Type == kg.Day {
		return kg.Date(asInt(value)).String()
	}
	return fmt.Sprint(value)
}

// count writes a statement that gives a key and a total a row.
func (q *query) count(c store.CountQuery) string {
	switch {
	case c.By.Relation != "":
		return q.countBySource(c)
	case c.By.AreaKind != "":
		return q.countByArea(c)
	case c.By.Field != "":
		return q.countByField(c)
	}
	return q.countAll(c.Kind, c.Filter) + " WITH '' AS key, total"
}

func (q *query) countByField(c store.CountQuery) string {
	f := kg.FieldOf(c.Kind, c.By.Field)
	match, property := q.matchAll(c.Kind, c.Filter), "n."+f.Name
	switch f.Type {
	case kg.Flags:
		return match + " UNWIND " + indexes(property) + " AS i WITH n, i" +
			whereClause(holds(q.view.AsOf, "$asOf", property+"From[i]", property+"To[i]")) +
			" WITH DISTINCT n, " + property + "[i] AS key WITH key, count(n) AS total"
	case kg.Text, kg.Pick:
		property = "coalesce(" + property + ", '')"
	}
	return match + " WITH " + property + " AS key, count(n) AS total"
}

// countBySource counts ties, as a step would.
func (q *query) countBySource(c store.CountQuery) string {
	kinds := []kg.Kind{c.Kind}
	q.params["ids"] = texts(distinct(c.By.Sources))
	where := and(q.valid("t"), "n:"+label(c.Kind), q.shown("n", kinds), q.node(c.Filter, "n", kinds))
	if c.By.Direction == kg.ByRef {
		where = and("t."+propRef+" = sid", where)
	}
	return matchSources + whereClause(q.visible("s", nil)) + " MATCH " + pattern(c.By.Relation.Def(), c.By.Direction, "s", "t", "n", "") + whereClause(where) +
		" WITH sid AS key, count(t) AS total"
}

// countByArea counts by the nodes' area spans, and then drops the groups that are no areas that were asked for.
func (q *query) countByArea(c store.CountQuery) string {
	match := q.matchAll(c.Kind, c.Filter)
	if inside := (kg.InArea{Areas: c.By.Areas}); len(c.By.Areas) > 0 && slices.Contains(populous, c.Kind) {
		match = q.matchInside(c.Kind, c.Filter, inside, yes)
	}
	asked := "n." + propAreas + "[i] STARTS WITH " + q.param(c.By.AreaKind.Prefix()+"_")
	if len(c.By.Areas) > 0 {
		asked = and(asked, "n."+propAreas+"[i] IN "+q.param(texts(c.By.Areas)))
	}
	dated := holds(q.view.AsOf, "$asOf", "n."+propAreasFrom+"[i]", "n."+propAreasTo+"[i]")
	area := q.shown("a", []kg.Kind{c.By.AreaKind})
	if c.By.AreaLevel != "" {
		area = and("a.level = "+q.param(c.By.AreaLevel), area)
	}
	return match + " UNWIND " + indexes("n."+propAreas) + " AS i WITH n, i WHERE " + and(asked, or("n."+propAreasFrom+" IS NULL", dated)) +
		" WITH DISTINCT n, n." + propAreas + "[i] AS key WITH key, count(n) AS total MATCH (a:" + nodeLabel + " {id: key}) USING INDEX a:" + nodeLabel + "(id)" + whereClause(area)
}
