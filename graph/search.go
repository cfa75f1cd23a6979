package graph

import (
	"context"

	"lintu/graph/model"
	"lintu/kg"
	"lintu/loaders"
)

// Search finds nodes by text.
func (r *query) Search(ctx context.Context, text string, kinds []kg.Kind, area *kg.ID, first *int, after *string, asOf *kg.Date) (*model.SearchConnection, error) {
	hits, env, err := loaders.From(ctx).Search(ctx)
	if err != nil {
		return nil, err
	}
	return model.NewSearchConnection(env, hits, loaders.Question(ctx)), nil
}
