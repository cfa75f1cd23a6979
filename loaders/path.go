package loaders

import (
	"context"
	"fmt"
	"slices"

	"lintu/kg"
	"lintu/paths"
	"lintu/store"
	"lintu/trust"
)

// Path looks for a shortest path as of a day, in the viewer's view. An end that does not exist, or is out of scope, is
// NOT_FOUND; one that does not live on the day is linked with nothing. It takes one visit to look at the ends, and one
// for each time that the search widens.
func (s *Session) Path(ctx context.Context, asOf kg.Date, q paths.Query) (*paths.Path, error) {
	if err := q.Check(); err != nil {
		return nil, err
	}
	found, err := s.Fetch(ctx, asOf, []store.Group{{IDs: []kg.ID{q.From, q.To}}})
	if err != nil {
		return nil, err
	}
	for _, end := range []areaArgument{{"from", q.From}, {"to", q.To}} {
		item := found[0][end.id]
		if item == nil {
			return nil, fmt.Errorf("%s: %s: %w", end.argument, end.id, kg.ErrNotFound)
		}
		if !item.Node.Common().Life.Holds(asOf) {
			return &paths.Path{Outcome: paths.None, Start: q.From}, nil
		}
	}
	if q.Relations = s.followed(q.Relations); len(q.Relations) == 0 && s.viewer.Masked() {
		return &paths.Path{Outcome: paths.None, Start: q.From}, nil
	}
	return paths.Find(ctx, visits{s}, s.view(asOf), q)
}

// followed are the relations that the viewer may follow among those asked for; without detail, not the private ones.
func (s *Session) followed(asked []kg.Relation) []kg.Relation {
	if !s.viewer.Masked() {
		return asked
	}
	if len(asked) == 0 {
		asked = paths.Usual()
	}
	return slices.DeleteFunc(slices.Clone(asked), trust.Private)
}

// visits is the store as a path search sees it; its visits are the operation's.
type visits struct{ s *Session }

// Expand implements paths.Expander.
func (c visits) Expand(ctx context.Context, v store.View, sources []kg.ID, p *store.Plan) (map[kg.ID]store.Tree, error) {
	c.s.cost.AddCall()
	return c.s.store.Expand(ctx, v, sources, p)
}
