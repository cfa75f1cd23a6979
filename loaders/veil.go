package loaders

import (
	"cmp"
	"context"
	"slices"

	"lintu/kg"
	"lintu/store"
	"lintu/trust"
)

// reads are what a session asks of the store.
type reads interface {
	Nodes(ctx context.Context, v store.View, groups []store.Group) ([]map[kg.ID]*store.Item, error)
	List(ctx context.Context, v store.View, q store.ListQuery) (*store.Page, error)
	Expand(ctx context.Context, v store.View, sources []kg.ID, p *store.Plan) (map[kg.ID]store.Tree, error)
	Search(ctx context.Context, v store.View, q store.SearchQuery) (*store.SearchPage, error)
	Count(ctx context.Context, v store.View, q store.CountQuery) ([]store.GroupCount, error)
	Within(ctx context.Context, v store.View, q store.WithinQuery) ([][]store.Located, error)
}

// Withheld is a count that is not told because it is small.
const Withheld = -1

// veil is the store as a viewer without detail reads it: nodes are masked and counts of people and doors blurred as they
// come, whatever asked for them. Nodes in the scope's Also are shown as they are.
type veil struct {
	reads
	open map[kg.ID]bool
}

// veiled is what a viewer reads.
func veiled(st reads, v *trust.Viewer) reads {
	if !v.Masked() {
		return st
	}
	open := make(map[kg.ID]bool, len(v.Scope.Also))
	for _, id := range v.Scope.Also {
		open[id] = true
	}
	return &veil{st, open}
}

// Nodes implements reads.
func (v *veil) Nodes(ctx context.Context, view store.View, groups []store.Group) ([]map[kg.ID]*store.Item, error) {
	found, err := v.reads.Nodes(ctx, view, groups)
	d := v.drawing()
	for i := range found {
		for _, item := range found[i] {
			d.item(item, groups[i].Plan)
		}
	}
	return found, err
}

// List implements reads.
func (v *veil) List(ctx context.Context, view store.View, q store.ListQuery) (*store.Page, error) {
	page, err := v.reads.List(ctx, view, q)
	if err == nil {
		if numbered(q.Window, page) && personal([]kg.Kind{q.Kind}) {
			page.Total = blurred(page.Total)
		}
		v.drawing().edges(page.Edges, q.Plan, nil, nil)
	}
	return page, err
}

// Expand implements reads.
func (v *veil) Expand(ctx context.Context, view store.View, sources []kg.ID, p *store.Plan) (map[kg.ID]store.Tree, error) {
	trees, err := v.reads.Expand(ctx, view, sources, p)
	d := v.drawing()
	for _, tree := range trees {
		d.tree(tree, p)
	}
	return trees, err
}

// Search implements reads.
func (v *veil) Search(ctx context.Context, view store.View, q store.SearchQuery) (*store.SearchPage, error) {
	page, err := v.reads.Search(ctx, view, q)
	if err == nil {
		d := v.drawing()
		for _, h := range page.Hits {
			d.item(h.Item, q.Plan)
		}
	}
	return page, err
}

// Count implements reads.
func (v *veil) Count(ctx context.Context, view store.View, q store.CountQuery) ([]store.GroupCount, error) {
	groups, err := v.reads.Count(ctx, view, q)
	kinds := []kg.Kind{q.Kind}
	if q.From != nil {
		kinds = q.From.Step.FarKinds()
	}
	if err != nil || !personal(kinds) {
		return groups, err
	}
	groups = slices.Clone(groups)
	for i := range groups {
		groups[i].Count = blurred(groups[i].Count)
	}
	slices.SortStableFunc(groups, func(a, b store.GroupCount) int {
		return cmp.Or(cmp.Compare(a.Source, b.Source), cmp.Compare(b.Count, a.Count), cmp.Compare(a.Key, b.Key))
	})
	return groups, nil
}

func blurred(n int) int {
	if n, told := trust.Blur(n); told {
		return n
	}
	return Withheld
}

// personal says whether nodes of some kinds can be people, doors, or what happened at doors.
func personal(kinds []kg.Kind) bool {
	return slices.ContainsFunc(kinds, func(k kg.Kind) bool {
		return k == kg.KindPerson || k == kg.KindHousehold || k == kg.KindDoorbell || k.Record()
	})
}

// drawing masks one answer. Items may share nodes and trees, so that each is masked once.
type drawing struct {
	*veil
	items map[*store.Item]bool
	pages map[*store.Page]bool
}

func (v *veil) drawing() *drawing {
	return &drawing{v, map[*store.Item]bool{}, map[*store.Page]bool{}}
}

func (d *drawing) item(item *store.Item, p *store.Plan) {
	if item == nil || d.items[item] {
		return
	}
	d.items[item] = true
	if item.Node != nil && !d.open[item.Node.Common().ID] {
		item.Node = trust.Mask(item.Node)
	}
	d.tree(item.Tree, p)
}

func (d *drawing) tree(tree store.Tree, p *store.Plan) {
	if p == nil {
		return
	}
	for _, step := range p.Steps {
		if page := tree[step.Key]; page != nil {
			d.page(page, step)
		}
	}
}

func (d *drawing) page(page *store.Page, step *store.Step) {
	if d.pages[page] {
		return
	}
	d.pages[page] = true
	if numbered(step.Window, page) && personal(step.FarKinds()) {
		page.Total = blurred(page.Total)
	}
	d.edges(page.Edges, step.Plan, step.Ref, step.Other)
}

// numbered says whether a page tells a number that has to be blurred: few do, and to work out what a step reaches takes longer
// than to mask what it has reached.
func numbered(w store.Window, page *store.Page) bool { return w.Count || page.Total != 0 }

func (d *drawing) edges(edges []store.Edge, far, ref, other *store.Plan) {
	for i := range edges {
		e := &edges[i]
		d.item(e.Item, far)
		d.item(e.Ref, ref)
		d.item(e.Other, other)
	}
}
