package loaders

import (
	"context"
	"fmt"
	"slices"

	"github.com/99designs/gqlgen/graphql"

	"lintu/kg"
	"lintu/store"
)

// MaxCounted is the most nodes of one answer computed outside the store whose groups are counted.
const MaxCounted = 100_000

// GroupsAmong are the groups of the counts field being resolved among given nodes of one kind, which an answer computed
// outside the store has found; largest first, then by key. It takes a visit, and one more where nodes that groups are
// made by are shown.
func (s *Session) GroupsAmong(ctx context.Context, asOf kg.Date, kind kg.Kind, ids []kg.ID) ([]Group, error) {
	f := currentField(ctx)
	if len(ids) > MaxCounted {
		return nil, fmt.Errorf("%s: groups of %d nodes; at most %d are counted: %w", f.Alias, len(ids), MaxCounted, kg.ErrLimit)
	}
	g := &grouping{path: f.Alias + ".groupBy", sets: slices.Clone(f.Selections)}
	op := graphql.GetOperationContext(ctx)
	if err := g.read(f.ArgumentMap(op.Variables)["groupBy"], []kg.Kind{kind}); err != nil {
		return nil, err
	}
	if g.sets = nodeSet(op, g.sets); len(g.kinds) == 0 {
		g.sets = nil
	}
	if len(ids) == 0 {
		return nil, nil
	}
	if len(g.sets) > 0 {
		var err error
		if g.plan, err = s.Below(ctx, asOf, g.kinds, g.sets); err != nil {
			return nil, err
		}
	}
	c := s.newCounting(asOf)
	found, err := c.count(ctx, g, store.CountQuery{Kind: kind, Filter: kg.IDIn(ids), By: g.by, Limit: MaxGroups})
	if err != nil {
		return nil, err
	}
	c.keep(g, found[""])
	return found[""], c.hydrate(ctx)
}
