package neo4j

import (
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
	if w.visible("n", allKinds) == no || (q.From != nil && (len(q.From.Starts()) == 0 || len(q.From.Step.FarKinds()) == 0)) {
		return nil, ctx.Err()
	}
	limit := ""
	text := w.count(q)
	if text == "" {
		return nil, ctx.Err()
	}
	text += " WITH sid, key, total WHERE total > 0"
	if q.Limit > 0 {
		limit = " LIMIT " + w.param(int64(q.Limit)+1)
	}
	row, err := s.read(ctx, text+" WITH sid, key, total"+limit+" RETURN collect([sid, key, total])", w.params)
	if err != nil {
		return nil, err
	}
	var out []store.GroupCount
	for _, r := range asList(row[0]) {
		group := asList(r)
		out = append(out, store.GroupCount{Source: kg.ID(asText(group[0])), Key: groupKey(q, group[1]), Count: int(asInt(group[2]))})
	}
	return q.SortGroups(out)
}

// groupKey is a group's value as text.
func groupKey(q store.CountQuery, value any) string {
	if q.By.Field == store.ByKind { // ids begin with it
		return string(kg.ID(asText(value) + "_").Kind())
	}
	kind := q.Kind
	if q.From != nil {
		kind = q.From.Step.FarKinds()[0]
	}
	if f := kg.FieldOf(kind, q.By.Field); f != nil && f.Type == kg.Day {
		return kg.Date(asInt(value)).String()
	}
	return fmt.Sprint(value)
}

// count writes a statement that gives a source, a key and a total a row. It is empty where a step can reach nothing
// whatever is stored: the server's planner fails on some statements that say so.
func (q *query) count(c store.CountQuery) string {
	switch {
	case c.From == nil && c.By.Field == "" && c.By.Relation == "" && c.By.AreaKind == "":
		return q.countAll(c.Kind, c.Filter) + " WITH '' AS sid, '' AS key, total"
	case c.From == nil:
		return q.countKind(c) + " WITH '' AS sid, key, total"
	}
	w := newStepWriter(q, q.view, c.From.Counted())
	w.params["ids"] = texts(c.From.Starts())
	item := "t"
	if w.step.Walk {
		item = "n"
	}
	if w.farEnd("n") == no || !w.step.Walk && w.tied("t", "n") == no {
		return ""
	}
	return matchSources + "CALL (s, sid) { " + w.match() + q.grouped(c.By, item, w.far) + " RETURN key, total }"
}

// countKind counts the nodes of a kind by group.
func (q *query) countKind(c store.CountQuery) string {
	match := q.matchAll(c.Kind, c.Filter)
	if inside := (kg.InArea{Areas: c.By.Areas}); c.By.AreaKind != "" && len(c.By.Areas) > 0 && slices.Contains(populous, c.Kind) {
		match = q.matchInside(c.Kind, c.Filter, inside, yes)
	}
	return match + q.grouped(c.By, "n", []kg.Kind{c.Kind})
}

// grouped goes on from rows with the node n and what is counted, n itself or its tie t, to keys and totals.
func (q *query) grouped(by store.GroupBy, item string, kinds []kg.Kind) string {
	switch {
	case by.Tie != "":
		return q.byValue(tieGroup(kg.TieFieldOf(by.Tie)), item)
	case by.Relation != "":
		return q.byLink(by, item, kinds)
	case by.AreaKind != "":
		return q.byArea(by, item)
	case by.Field == "":
		return q.byValue("''", item)
	case by.Field == store.ByKind:
		return q.byValue("split(n."+propID+", '_')[0]", item)
	}
	f := kg.FieldOf(kinds[0], by.Field)
	property := "n." + f.Name
	switch f.Type {
	case kg.Flags:
		return " UNWIND " + indexes(property) + " AS i WITH n, " + carried(item) + "i" +
			whereClause(holds(q.view.AsOf, "$asOf", property+"From[i]", property+"To[i]")) +
			" WITH " + property + "[i] AS key, count(DISTINCT " + item + ") AS total"
	case kg.Text, kg.Pick:
		property = "coalesce(" + property + ", '')"
	}
	return q.byValue(property, item)
}

// carried is what a WITH carries on besides the node.
func carried(item string) string {
	if item == "n" {
		return ""
	}
	return item + ", "
}

func (q *query) byValue(key, item string) string {
	return " WITH " + key + " AS key, count(" + item + ") AS total"
}

func tieGroup(f *kg.TieField) string {
	if f.Type == kg.Text {
		return "coalesce(t." + f.Name + ", '')"
	}
	return tieValue(f, "t")
}

// byLink goes from what is counted to what is tied with it.
func (q *query) byLink(by store.GroupBy, item string, kinds []kg.Kind) string {
	d := by.Relation.Def()
	var far []kg.Kind
	for _, k := range kinds {
		far = append(far, d.Far(k, by.Direction)...)
	}
	where := and(q.valid("u"), q.shown("g", distinct(far)))
	if len(far) == 0 {
		where = no
	}
	if by.Direction == kg.ByRef {
		where = and("u."+propRef+" = n."+propID, where)
	}
	return " MATCH " + pattern(d, by.Direction, "n", "u", "g", "") + whereClause(where) + " WITH g.id AS key, count(DISTINCT " + item + ") AS total"
}

// byArea counts by the nodes' area spans, and then drops the groups that are no areas that were asked for.
func (q *query) byArea(by store.GroupBy, item string) string {
	asked := "n." + propAreas + "[i] STARTS WITH " + q.param(by.AreaKind.Prefix()+"_")
	if len(by.Areas) > 0 {
		asked = and(asked, "n."+propAreas+"[i] IN "+q.param(texts(by.Areas)))
	}
	dated := holds(q.view.AsOf, "$asOf", "n."+propAreasFrom+"[i]", "n."+propAreasTo+"[i]")
	area := q.shown("a", []kg.Kind{by.AreaKind})
	if by.AreaLevel != "" {
		area = and("a.level = "+q.param(by.AreaLevel), area)
	}
	return " UNWIND " + indexes("n."+propAreas) + " AS i WITH n, " + carried(item) + "i WHERE " + and(asked, or("n."+propAreasFrom+" IS NULL", dated)) +
		" WITH DISTINCT " + carried(item) + "n, n." + propAreas + "[i] AS key WITH key, count(DISTINCT " + item + ") AS total MATCH (a:" + nodeLabel + " {id: key}) USING INDEX a:" + nodeLabel + "(id)" + whereClause(area) +
		" WITH key, total"
}
