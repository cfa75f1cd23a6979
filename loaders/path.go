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
// for each time that the search widens. A viewer of some areas is answered by a path beyond them where none within is as
// short; see beyond.
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
	within, err := paths.Find(ctx, visits{s}, s.view(asOf), q)
	if err != nil || s.viewer.Scope.All {
		return within, err
	}
	return s.beyond(ctx, asOf, q, within)
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

// beyond looks for a path that is shorter than the one within the viewer's areas and leads out of them. Of what is out of
// sight it keeps nothing but that there is something: paths.Step has a placeholder for it. It never leads through kinds
// that do not exist for the viewer, by private ties, by records of what happened, or through what was erased.
func (s *Session) beyond(ctx context.Context, asOf kg.Date, q paths.Query, within *paths.Path) (*paths.Path, error) {
	if within.Found() {
		q.MaxLength = len(within.Steps) - 1
	}
	if q.Relations = passable(q.Relations); q.MaxLength < 2 || len(q.Relations) == 0 {
		return within, nil // a placeholder has a tie on either side
	}
	v := s.view(asOf)
	v.Scope.All, v.Scope.Areas = true, nil
	found, err := paths.Find(ctx, outside{s}, v, q)
	if err != nil || !found.Found() {
		return within.Beside(found), err
	}
	seen, err := s.sight(ctx, asOf, found)
	if err != nil {
		return nil, err
	}
	found.Hide(func(id kg.ID) bool { return seen[id] == nil })
	return found.Beside(within), nil
}

// passable are the relations that lead out of a viewer's areas, among those that the viewer follows.
func passable(followed []kg.Relation) []kg.Relation {
	if len(followed) == 0 {
		followed = paths.Usual()
	}
	return slices.DeleteFunc(slices.Clone(followed), func(r kg.Relation) bool { return trust.Private(r) || r.Def().Record() })
}

// sight are the nodes of a path, and of its ties, that the viewer sees.
func (s *Session) sight(ctx context.Context, asOf kg.Date, p *paths.Path) (map[kg.ID]*store.Item, error) {
	ids := p.Nodes()
	for _, step := range p.Steps {
		ids = append(ids, step.Tie.From, step.Tie.To)
	}
	slices.Sort(ids)
	s.cost.AddCall()
	found, err := s.store.Nodes(ctx, s.view(asOf), []store.Group{{IDs: slices.Compact(ids)}})
	if err != nil {
		return nil, err
	}
	return found[0], nil
}

// outside is the store as a search beyond the viewer's areas sees it: what was erased links nobody.
type outside struct{ s *Session }

// Expand implements paths.Expander.
func (o outside) Expand(ctx context.Context, v store.View, sources []kg.ID, p *store.Plan) (map[kg.ID]store.Tree, error) {
	o.s.cost.AddCall()
	trees, err := o.s.whole.Expand(ctx, v, sources, p)
	for _, tree := range trees {
		for _, page := range tree {
			page.Edges = slices.DeleteFunc(page.Edges, erased)
		}
	}
	return trees, err
}

// erased says whether an edge leads to a tombstone.
func erased(e store.Edge) bool {
	return slices.ContainsFunc([]*store.Item{e.Item, e.Ref, e.Other}, func(i *store.Item) bool { return i != nil && kg.IsErased(i.Node) })
}

// visits is the store as a path search sees it; its visits are the operation's.
type visits struct{ s *Session }

// Expand implements paths.Expander.
func (c visits) Expand(ctx context.Context, v store.View, sources []kg.ID, p *store.Plan) (map[kg.ID]store.Tree, error) {
	c.s.cost.AddCall()
	return c.s.store.Expand(ctx, v, sources, p)
}
