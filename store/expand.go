package store

import (
	"context"
	"slices"

	"lintu/kg"
)

// Stepper is what the step-by-step executor needs of an engine: one step for many distinct sources, and nodes by
// id. Each is at most one statement.
type Stepper interface {
	// Step answers one step for distinct sources, all of kinds that it applies to, without its nested plans. A
	// source without edges may be absent, unless a count was asked.
	Step(ctx context.Context, v View, sources []kg.ID, s *Step) (map[kg.ID]*Page, error)
	// Fetch is nodes by id, as Nodes gives them.
	Fetch(ctx context.Context, v View, ids []kg.ID) (map[kg.ID]kg.Node, error)
}

// Execute answers a plan level by level, sources made distinct at each step: the generic form of Expand. Engines
// may start with it; the suite compares with it.
func Execute(ctx context.Context, st Stepper, v View, sources []kg.ID, p *Plan) (map[kg.ID]Tree, error) {
	trees := make(map[kg.ID]Tree, len(sources))
	for _, id := range sources {
		if trees[id] == nil {
			trees[id] = Tree{}
		}
	}
	if p == nil {
		return trees, nil
	}
	for _, s := range p.Steps {
		if err := executeStep(ctx, st, v, trees, s); err != nil {
			return nil, err
		}
	}
	return trees, nil
}

func executeStep(ctx context.Context, st Stepper, v View, trees map[kg.ID]Tree, s *Step) error {
	var from []kg.ID
	for id := range trees {
		if s.Applies(id.Kind()) {
			from = append(from, id)
		}
	}
	if len(from) == 0 {
		return nil
	}
	slices.Sort(from)
	pages, err := st.Step(ctx, v, from, s)
	if err != nil {
		return err
	}
	for _, id := range from {
		if pages[id] == nil {
			pages[id] = s.Window.Cut(nil, 0)
		}
		trees[id][s.Key] = pages[id]
	}
	if err := bring(ctx, st, v, pages, s.Ref, func(e *Edge) (kg.ID, **Item) { return e.Tie.Ref, &e.Ref }); err != nil {
		return err
	}
	if err := bring(ctx, st, v, pages, s.Other, func(e *Edge) (kg.ID, **Item) { return e.Tie.To, &e.Other }); err != nil {
		return err
	}
	return below(ctx, st, v, pages, s.Plan)
}

// below runs the nested plan over the distinct far ends of the pages.
func below(ctx context.Context, st Stepper, v View, pages map[kg.ID]*Page, p *Plan) error {
	if p == nil || len(p.Steps) == 0 {
		return nil
	}
	var ids []kg.ID
	eachEdge(pages, func(e *Edge) { ids = append(ids, e.Item.Node.Common().ID) })
	trees, err := Execute(ctx, st, v.Below(), ids, p)
	if err != nil {
		return err
	}
	eachEdge(pages, func(e *Edge) { e.Item.Tree = trees[e.Item.Node.Common().ID] })
	return nil
}

// bring fetches the nodes at another end of the pages' ties, with their own plan.
func bring(ctx context.Context, st Stepper, v View, pages map[kg.ID]*Page, p *Plan, end func(*Edge) (kg.ID, **Item)) error {
	if p == nil {
		return nil
	}
	seen := map[kg.ID]bool{}
	var ids []kg.ID
	eachEdge(pages, func(e *Edge) {
		if id, _ := end(e); id != "" && !seen[id] {
			seen[id] = true
			ids = append(ids, id)
		}
	})
	if len(ids) == 0 {
		return nil
	}
	items, err := FetchItems(ctx, st, v, ids, p)
	if err != nil {
		return err
	}
	eachEdge(pages, func(e *Edge) {
		id, at := end(e)
		*at = items[id]
	})
	return nil
}

// FetchItems is nodes by id with a plan: one group of Nodes, in its generic form.
func FetchItems(ctx context.Context, st Stepper, v View, ids []kg.ID, p *Plan) (map[kg.ID]*Item, error) {
	nodes, err := st.Fetch(ctx, v, ids)
	if err != nil {
		return nil, err
	}
	items := make(map[kg.ID]*Item, len(nodes))
	found := make([]kg.ID, 0, len(nodes))
	for id, n := range nodes {
		items[id] = &Item{Node: n}
		found = append(found, id)
	}
	if p == nil || len(p.Steps) == 0 {
		return items, nil
	}
	trees, err := Execute(ctx, st, v.Below(), found, p)
	if err != nil {
		return nil, err
	}
	for id, item := range items {
		item.Tree = trees[id]
	}
	return items, nil
}

// ExpandPage puts a plan under the edges of a page, such as List's.
func ExpandPage(ctx context.Context, st Stepper, v View, page *Page, p *Plan) error {
	return below(ctx, st, v, map[kg.ID]*Page{"": page}, p)
}

func eachEdge(pages map[kg.ID]*Page, do func(*Edge)) {
	for _, page := range pages {
		for i := range page.Edges {
			do(&page.Edges[i])
		}
	}
}

// Cut makes a page out of rows that an engine fetched: at most limit+1 of them, in order or, for a backward
// window, in reverse order. total is 0 where no count was asked.
func (w Window) Cut(rows []Edge, total int) *Page {
	if w.Limit == 0 {
		return &Page{HasNext: total > 0, Total: total}
	}
	more := len(rows) > w.Limit
	if more {
		rows = rows[:w.Limit]
	}
	p := &Page{Edges: rows, HasNext: more, HasPrev: w.After != nil, Total: total}
	if w.Backward {
		slices.Reverse(p.Edges)
		p.HasNext, p.HasPrev = w.Before != nil, more
	}
	return p
}
