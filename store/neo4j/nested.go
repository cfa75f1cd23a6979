package neo4j

import (
	"context"
	"maps"
	"strings"

	"lintu/kg"
	"lintu/store"
)

// One statement can follow several steps: a step's page is a COLLECT sub-query for each of its sources, and the pages
// of its far ends are further ones inside it. That is a third of the cost of a statement a step, unless many sources
// share far ends: then the same work is done, and the same nodes are sent, for each source again. So steps are nested
// where far ends are not shared, and the others go step by step with distinct sources.

// few is up to how many sources steps are nested whose far ends could be shared.
const few = 20

// branch is a step of a nested statement.
type branch struct {
	*stepWriter
	nested []*branch
	rest   []*store.Step // asked of the far ends step by step
	items  []*store.Item // the far ends, where there is a rest
}

// branches divides the steps of a plan into those that are nested into their sources' statement and the others.
// from is the view of the sources, and sources how many there may be.
func branches(q *query, from store.View, p *store.Plan, sources int) (nested []*branch, rest []*store.Step) {
	if p == nil {
		return nil, nil
	}
	for _, st := range p.Steps {
		one := st.Relation.Def().One && q.view.AsOf != kg.Always
		own := one && st.Direction == kg.In // a far end has one source only
		if st.Walk || st.Ref != nil || st.Direction == kg.ByRef || (sources > few && !own) {
			rest = append(rest, st)
			continue
		}
		far := sources
		if !one || st.Direction == kg.In {
			far = sources * min(st.Window.Limit, few+1)
		}
		b := &branch{stepWriter: newStepWriter(q, from, st)}
		b.nested, b.rest = branches(q, from.Below(), st.Plan, far)
		nested = append(nested, b)
	}
	return nested, rest
}

// steps is how many steps the branches hold.
func steps(branches []*branch) int {
	n := len(branches)
	for _, b := range branches {
		n += steps(b.nested)
	}
	return n
}

// expand answers a plan for distinct sources.
func (s *Store) expand(ctx context.Context, v store.View, sources []kg.ID, p *store.Plan) (map[kg.ID]store.Tree, error) {
	q := newQuery(v)
	nested, rest := branches(q, v, p, len(sources))
	if steps(nested) < 2 || len(sources) == 0 {
		return store.Execute(ctx, s, v, sources, p)
	}
	trees, err := store.Execute(ctx, s, v, sources, &store.Plan{Steps: rest})
	if err != nil {
		return nil, err
	}
	q.params["ids"] = texts(sources)
	row, err := s.read(ctx, matchSources+"RETURN collect([sid"+write(nested, "s")+"])", q.params)
	if err != nil {
		return nil, err
	}
	for _, r := range asList(row[0]) {
		id := kg.ID(asText(asList(r)[0]))
		if err := decodePages(nested, id, asList(r)[1:], trees[id]); err != nil {
			return nil, err
		}
	}
	for _, id := range sources { // one that does not exist has its pages too
		emptyPages(nested, id, trees[id])
	}
	return trees, s.expandRest(ctx, v, nested)
}

// lookUp answers a plan for a few distinct ids and brings the nodes too, in one statement as far as steps nest. It
// says whether it could.
func (s *Store) lookUp(ctx context.Context, v store.View, ids []kg.ID, p *store.Plan) (items map[kg.ID]*store.Item, could bool, err error) {
	q := newQuery(v)
	nested, rest := branches(q, v.Below(), p, len(ids))
	visible := q.visible("s", nil)
	if len(nested) == 0 || len(ids) == 0 || len(ids) > few || visible == no {
		return nil, false, nil
	}
	q.params["ids"] = texts(ids)
	row, err := s.read(ctx, matchSources+whereClause(visible)+" RETURN collect([["+nodeColumns("s")+"]"+write(nested, "s")+"])", q.params)
	if err != nil {
		return nil, true, err
	}
	items = make(map[kg.ID]*store.Item, len(ids))
	var found []kg.ID
	for _, r := range asList(row[0]) {
		n, err := decodeNode(asList(asList(r)[0]))
		if err != nil {
			return nil, true, err
		}
		id := n.Common().ID
		items[id] = &store.Item{Node: n, Tree: store.Tree{}}
		found = append(found, id)
		if err := decodePages(nested, id, asList(r)[1:], items[id].Tree); err != nil {
			return nil, true, err
		}
	}
	trees, err := store.Execute(ctx, s, v.Below(), found, &store.Plan{Steps: rest})
	if err != nil {
		return nil, true, err
	}
	for id, item := range items {
		maps.Copy(item.Tree, trees[id])
	}
	return items, true, s.expandRest(ctx, v, nested)
}

// expandRest asks step by step what was not nested.
func (s *Store) expandRest(ctx context.Context, v store.View, branches []*branch) error {
	for _, b := range branches {
		if len(b.rest) > 0 && len(b.items) > 0 {
			var ids []kg.ID
			for _, item := range b.items {
				ids = append(ids, item.Node.Common().ID)
			}
			trees, err := s.expand(ctx, v.Below(), distinct(ids), &store.Plan{Steps: b.rest})
			if err != nil {
				return err
			}
			for _, item := range b.items {
				maps.Copy(item.Tree, trees[item.Node.Common().ID])
			}
		}
		if err := s.expandRest(ctx, v, b.nested); err != nil {
			return err
		}
	}
	return nil
}

// expandPage puts a plan under the edges of a page.
func (s *Store) expandPage(ctx context.Context, v store.View, edges []store.Edge, p *store.Plan) error {
	if p == nil || len(p.Steps) == 0 || len(edges) == 0 {
		return nil
	}
	ids := make([]kg.ID, len(edges))
	for i, e := range edges {
		ids[i] = e.Item.Node.Common().ID
	}
	trees, err := s.expand(ctx, v.Below(), distinct(ids), p)
	if err != nil {
		return err
	}
	for i, id := range ids {
		edges[i].Item.Tree = trees[id]
	}
	return nil
}

// write gives the pages of branches as further elements of a list.
func write(branches []*branch, source string) string {
	var b strings.Builder
	for _, branch := range branches {
		b.WriteString(", " + branch.write(source))
	}
	return b.String()
}

// write gives a page: a list of its edges, in order, and its total.
func (b *branch) write(source string) string {
	t, n := b.fresh("t"), b.fresh("n")
	match := func() string {
		where := b.tied(t, n)
		if len(b.step.On) > 0 {
			where = and(ofKinds(source, b.step.On, allKinds), where)
		}
		return "MATCH " + pattern(b.step.Relation.Def(), b.step.Direction, source, t, n, "") + whereClause(where)
	}
	edges, total := "[]", "0"
	if w := b.step.Window; w.Limit > 0 {
		value, id := orderValue(n, b.order), t+"."+propID
		carried := " WITH " + t + ", " + n
		edges = "COLLECT { " + match() + carried + whereClause(b.window(value, id, b.order.Desc, w)) + carried + b.cut(value, id, b.order.Desc, w) +
			" RETURN [" + b.positionValue(value) + ", [" + tieColumns(t) + "], [" + nodeColumns(n) + "]" + write(b.nested, n) + "] }"
	}
	if b.step.Window.Count {
		total = "COUNT { " + match() + " }"
	}
	return "[" + edges + ", " + total + "]"
}

// decodePages reads the pages of a source into its tree.
func decodePages(branches []*branch, source kg.ID, pages []any, tree store.Tree) error {
	for i, b := range branches {
		if !b.step.Applies(source.Kind()) {
			continue
		}
		page, err := b.decodePage(source, asList(pages[i]))
		if err != nil {
			return err
		}
		tree[b.step.Key] = page
	}
	return nil
}

func (b *branch) decodePage(source kg.ID, page []any) (*store.Page, error) {
	var edges []store.Edge
	for _, e := range asList(page[0]) {
		row := asList(e)
		n, err := decodeNode(asList(row[2]))
		if err != nil {
			return nil, err
		}
		edge := store.Edge{Item: &store.Item{Node: n}}
		if edge.Tie, err = b.decodeTie(asList(row[1]), source, n.Common().ID); err != nil {
			return nil, err
		}
		edge.Position = store.Position{Value: row[0], ID: edge.Tie.ID}
		if edge.Position.Value == nil {
			edge.Position.Value = b.order.Value(n)
		}
		if len(b.nested)+len(b.rest) > 0 {
			edge.Item.Tree = store.Tree{}
			if err := decodePages(b.nested, n.Common().ID, row[3:], edge.Item.Tree); err != nil {
				return nil, err
			}
		}
		edges = append(edges, edge)
	}
	out := b.step.Window.Cut(edges, int(asInt(page[1])))
	if len(b.rest) > 0 {
		for _, e := range out.Edges {
			b.items = append(b.items, e.Item)
		}
	}
	return out, nil
}

// emptyPages gives a tree the pages that it does not have yet.
func emptyPages(branches []*branch, source kg.ID, tree store.Tree) {
	for _, b := range branches {
		if b.step.Applies(source.Kind()) && tree[b.step.Key] == nil {
			tree[b.step.Key] = b.step.Window.Cut(nil, 0)
		}
	}
}
