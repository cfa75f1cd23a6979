package loaders

import (
	"context"

	"lintu/kg"
	"lintu/store"
)

// Visits is the store as audits and trends read it, in the viewer's scope whatever view they name; its visits are the
// operation's.
type Visits struct{ s *Session }

// Visits are the operation's.
func (s *Session) Visits() Visits { return Visits{s} }

// View is the viewer's view of a day.
func (s *Session) View(asOf kg.Date) store.View { return s.view(asOf) }

func (v Visits) view(view store.View) store.View {
	v.s.cost.AddCall()
	view.Scope = v.s.viewer.Scope
	return view
}

// Nodes looks up nodes.
func (v Visits) Nodes(ctx context.Context, view store.View, groups []store.Group) ([]map[kg.ID]*store.Item, error) {
	return v.s.store.Nodes(ctx, v.view(view), groups)
}

// List pages the nodes of a kind.
func (v Visits) List(ctx context.Context, view store.View, q store.ListQuery) (*store.Page, error) {
	return v.s.store.List(ctx, v.view(view), q)
}

// Expand answers a plan for many sources.
func (v Visits) Expand(ctx context.Context, view store.View, sources []kg.ID, p *store.Plan) (map[kg.ID]store.Tree, error) {
	return v.s.store.Expand(ctx, v.view(view), sources, p)
}
