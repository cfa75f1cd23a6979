package neo4j

import (
	"context"

	"lintu/kg"
	"lintu/store"
)

// Nodes implements store.Store: one statement for the ids of all groups, and those of their plans. A few nodes come
// with the steps that hang on them.
func (s *Store) Nodes(ctx context.Context, v store.View, groups []store.Group) ([]map[kg.ID]*store.Item, error) {
	var ids []kg.ID
	for _, g := range groups {
		if err := g.Plan.Check(); err != nil {
			return nil, err
		}
		ids = append(ids, g.IDs...)
	}
	if len(groups) == 1 {
		if items, could, err := s.lookUp(ctx, v, distinct(ids), groups[0].Plan); could || err != nil {
			return []map[kg.ID]*store.Item{items}, err
		}
	}
	nodes, err := s.Fetch(ctx, v, ids)
	if err != nil {
		return nil, err
	}
	out := make([]map[kg.ID]*store.Item, len(groups))
	for i, g := range groups {
		if out[i], err = s.items(ctx, v, nodes, g); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// items are a group's nodes, out of those that were read for all, with what hangs on them.
func (s *Store) items(ctx context.Context, v store.View, nodes map[kg.ID]kg.Node, g store.Group) (map[kg.ID]*store.Item, error) {
	items := make(map[kg.ID]*store.Item, len(g.IDs))
	var found []kg.ID
	for _, id := range g.IDs {
		if n := nodes[id]; n != nil && items[id] == nil {
			items[id] = &store.Item{Node: n}
			found = append(found, id)
		}
	}
	if g.Plan == nil || len(g.Plan.Steps) == 0 || len(found) == 0 {
		return items, nil
	}
	trees, err := s.expand(ctx, v.Below(), distinct(found), g.Plan)
	if err != nil {
		return nil, err
	}
	for id, item := range items {
		item.Tree = trees[id]
	}
	return items, nil
}
