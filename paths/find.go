package paths

import (
	"context"

	"lintu/kg"
	"lintu/store"
)

// Expander is the part of the contract that a search reads through.
type Expander interface {
	Expand(ctx context.Context, v store.View, sources []kg.ID, p *store.Plan) (map[kg.ID]store.Tree, error)
}

// Find looks for a shortest path. The ends' own scope and life span are the caller's to check; what lies between them
// is in the view's scope, lives on its date, and every tie is valid on it. Of several shortest paths it is the same
// one on every engine.
//
// A breadth-first search from each end knows, at every moment, everything within so many ties of its end. A path of
// at most the sum of these two depths has been met, so that a path one longer cannot be beaten.
func Find(ctx context.Context, st Expander, v store.View, q Query) (*Path, error) {
	if err := q.Check(); err != nil {
		return nil, err
	}
	s := &search{Query: q, store: st, view: v, limits: q.Limits.orDefault()}
	s.sides = [2]*side{newSide(q.From, s.limits.First), newSide(q.To, s.limits.First)}
	s.meet(q.From, 0)
	for {
		if o := s.outcome(); o != unfinished {
			return s.path(o), nil
		}
		if err := s.widen(ctx); err != nil {
			return nil, err
		}
	}
}

// search is one search under way.
type search struct {
	Query
	store  Expander
	view   store.View
	limits Limits
	sides  [2]*side // from From, from To

	ties, calls int
	met         bool
	meeting     kg.ID // where the shortest path so far meets
	best        int   // its length
}

// outcome says whether the search is over.
func (s *search) outcome() Outcome {
	a, b := s.sides[0], s.sides[1]
	known := a.depth + b.depth
	switch {
	case s.met && (s.best <= known+1 || a.over() || b.over()):
		return Found
	case known >= s.MaxLength || a.over() || b.over():
		return None
	case s.ties < s.limits.Ties && s.calls < s.limits.Calls:
		return unfinished
	case s.met:
		return FoundSome
	}
	return Undecided
}

// widen makes one call for the side that has less to read until its next level is whole; From's where they are equal.
func (s *search) widen(ctx context.Context) error {
	i := 0
	if s.sides[1].cost() < s.sides[0].cost() {
		i = 1
	}
	from := s.sides[i]
	sources, plan := from.next(s.Relations, s.limits.Ties)
	if len(plan.Steps) == 0 { // no node of these kinds has such ties
		from.settle()
		return nil
	}
	s.calls++
	trees, err := s.store.Expand(ctx, s.view, sources, plan)
	if err != nil {
		return err
	}
	for _, id := range sources {
		for _, step := range plan.Steps {
			page := trees[id][step.Key]
			if page == nil {
				continue
			}
			s.ties += len(page.Edges)
			if page.HasNext {
				from.postpone(id, step)
			}
			for j := range page.Edges {
				s.walk(i, id, step.Direction, &page.Edges[j])
			}
		}
	}
	from.settle()
	return nil
}

// walk reaches what an edge leads to from a node of a side.
func (s *search) walk(side int, from kg.ID, dir kg.Direction, e *store.Edge) {
	switch dir {
	case kg.In:
		s.reach(side, from, e.Item, e.Tie, In)
	case kg.ByRef:
		if s.lives(e.Other) { // else the tie is not seen from its other ends, either
			s.reach(side, from, e.Item, e.Tie, FromRef)
		}
	default:
		s.reach(side, from, e.Item, e.Tie, Out)
		if s.lives(e.Ref) {
			s.reach(side, from, e.Ref, e.Tie, ToRef)
		}
	}
}

// lives says whether a node that a look-up gave lives on the view's date.
func (s *search) lives(item *store.Item) bool {
	return item != nil && item.Node.Common().Life.Holds(s.view.AsOf)
}

func (s *search) reach(i int, from kg.ID, to *store.Item, t *kg.Tie, dir Direction) {
	id := to.Node.Common().ID
	if s.sides[i].reach(id, reached{from: from, tie: t, dir: dir}) {
		s.meet(id, s.MaxLength)
	}
}

// meet notes that a node was reached; if the other side has reached it, too, there is a path of at most the length.
func (s *search) meet(id kg.ID, most int) {
	a, fromA := s.sides[0].seen[id]
	b, fromB := s.sides[1].seen[id]
	if length := a.distance + b.distance; fromA && fromB && length <= most && (!s.met || length < s.best) {
		s.met, s.meeting, s.best = true, id, length
	}
}

// path is the answer with an outcome.
func (s *search) path(o Outcome) *Path {
	p := &Path{Outcome: o, Start: s.From}
	if !s.met {
		return p
	}
	var back []Step
	for id := s.meeting; id != s.From; {
		r := s.sides[0].seen[id]
		back = append(back, Step{Tie: r.tie, Direction: r.dir, Node: id})
		id = r.from
	}
	for i := range back {
		p.Steps = append(p.Steps, back[len(back)-1-i])
	}
	for id := s.meeting; id != s.To; {
		r := s.sides[1].seen[id]
		p.Steps = append(p.Steps, Step{Tie: r.tie, Direction: reverse[r.dir], Node: r.from})
		id = r.from
	}
	return p
}
