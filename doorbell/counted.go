package doorbell

import (
	"context"

	"lintu/kg"
	"lintu/store"
)

// counted is a store whose calls are counted for the operation that makes them.
type counted struct{ store.Store }

func (c counted) Nodes(ctx context.Context, v store.View, groups []store.Group) ([]map[kg.ID]*store.Item, error) {
	store.CountCall(ctx)
	return c.Store.Nodes(ctx, v, groups)
}

func (c counted) Expand(ctx context.Context, v store.View, sources []kg.ID, p *store.Plan) (map[kg.ID]store.Tree, error) {
	store.CountCall(ctx)
	return c.Store.Expand(ctx, v, sources, p)
}

func (c counted) List(ctx context.Context, v store.View, q store.ListQuery) (*store.Page, error) {
	store.CountCall(ctx)
	return c.Store.List(ctx, v, q)
}

func (c counted) Count(ctx context.Context, v store.View, q store.CountQuery) ([]store.GroupCount, error) {
	store.CountCall(ctx)
	return c.Store.Count(ctx, v, q)
}

func (c counted) Ancestry(ctx context.Context, v store.View, q store.AncestryQuery) (map[kg.ID][]store.Relative, error) {
	store.CountCall(ctx)
	return c.Store.Ancestry(ctx, v, q)
}

func (c counted) Apply(ctx context.Context, b *store.Batch) (*store.Applied, error) {
	store.CountCall(ctx)
	return c.Store.Apply(ctx, b)
}
