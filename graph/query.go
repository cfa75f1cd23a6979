package graph

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"lintu/coverage"
	"lintu/doorbell"
	"lintu/doorbell/feed"
	"lintu/doorbell/figures"
	"lintu/graph/generated"
	"lintu/graph/model"
	"lintu/kg"
	"lintu/loaders"
	"lintu/own"
	"lintu/reach"
	"lintu/records"
	"lintu/trail"
)

var errPanic = errors.New("graph: a resolver panicked")

// resolver is the root of resolvers.
type resolver struct {
	reach    *reach.Reach
	coverage *coverage.Engine
	records  *records.Records
	bell     *doorbell.Doorbell
	own      *own.Own
	feed     *feed.Feed
	news     news
	figures  *figures.Reader
	sessions *loaders.Sessions
	trail    Trail         // nil: none is kept
	audits   *trail.Reader // nil: nobody is told of it
	log      *slog.Logger
	now      func() time.Time
	zone     *time.Location

	elderAge int // from which people are elders here
}

var _ generated.ResolverRoot = (*resolver)(nil)

// Query implements generated.ResolverRoot.
func (r *resolver) Query() generated.QueryResolver { return &query{r} }

// query resolves the fields of Query. Their arguments are read from the document by the planner of package
// loaders; those of kinds are in query_gen.go.
type query struct{ *resolver }

// Node is a node of any kind.
func (r *query) Node(ctx context.Context, id kg.ID, asOf *kg.Date) (model.Node, error) {
	items, env, err := loaders.From(ctx).Nodes(ctx)
	if err != nil || len(items) == 0 {
		return nil, err
	}
	return model.Wrap(env, items[0]), nil
}

// Nodes are nodes by id, in the order asked.
func (r *query) Nodes(ctx context.Context, ids []kg.ID, asOf *kg.Date) ([]model.Node, error) {
	items, env, err := loaders.From(ctx).Nodes(ctx)
	if err != nil {
		return nil, err
	}
	out := make([]model.Node, len(items))
	for i, item := range items {
		out[i] = model.Wrap(env, item)
	}
	return out, nil
}

// one is a kind's look-up by id; an id of another kind finds nothing.
func one[T model.Node](ctx context.Context) (T, error) {
	var none T
	items, env, err := loaders.From(ctx).Nodes(ctx)
	if err != nil || len(items) == 0 {
		return none, err
	}
	return model.To[T](env, items[0]), nil
}

// many is a kind's root connection.
func many[T model.Node](ctx context.Context, kind kg.Kind) (*model.Connection[T], error) {
	page, env, err := loaders.From(ctx).List(ctx, kind)
	if err != nil {
		return nil, err
	}
	return model.NewConnection[T](env, page, loaders.Question(ctx)), nil
}

// division is a division by id or by code.
func (r *query) division(ctx context.Context, id *kg.ID, code *string) (*model.Division, error) {
	switch {
	case (id == nil) == (code == nil):
		return nil, kg.Invalid("id, code", "both or neither given", "exactly one of the two")
	case id != nil:
		return one[*model.Division](ctx)
	}
	if len(*code) > loaders.MaxText || *code == "" {
		return nil, kg.Invalid("code", fmt.Sprintf("%d bytes long", len(*code)), "a division's code")
	}
	item, env, err := loaders.From(ctx).First(ctx, kg.KindDivision, kg.Compare{Field: "code", Op: kg.EQ, Value: *code})
	return model.To[*model.Division](env, item), err
}

// Mutation implements generated.ResolverRoot.
func (r *resolver) Mutation() generated.MutationResolver { return &mutation{r} }

// mutation resolves the fields of Mutation; see edit.go.
type mutation struct{ *resolver }
