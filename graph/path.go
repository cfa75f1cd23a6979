package graph

import (
	"context"
	"slices"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"lintu/graph/model"
	"lintu/kg"
	"lintu/loaders"
	"lintu/paths"
)

// Path answers how two nodes are linked, and reads what is shown of the nodes in one visit.
func (r *query) Path(ctx context.Context, from, to kg.ID, relations []kg.Relation, maxLength int, asOf *kg.Date) (*model.Path, error) {
	s := loaders.From(ctx)
	day := s.Today()
	if asOf != nil {
		day = *asOf
	}
	q := paths.Query{From: from, To: to, Relations: relations, MaxLength: maxLength}
	for _, end := range []struct{ argument, id string }{{"from", string(from)}, {"to", string(to)}} {
		if _, err := loaders.ToID(end.argument, end.id); err != nil {
			return nil, err
		}
	}
	if relations != nil && len(relations) == 0 {
		return nil, kg.Invalid("relations", "is empty", "one relation or more, or left out")
	}
	found, err := s.Path(ctx, day, q)
	if err != nil {
		return nil, err
	}
	p := pathPlaces{hydration: newHydration(ctx, day), ctx: ctx, path: found}
	return p.read(graphql.GetFieldContext(ctx).Field)
}

// pathPlaces are the places of a path's selection at which nodes are shown.
type pathPlaces struct {
	*hydration
	ctx  context.Context
	path *paths.Path

	onPath, reached, from, to, ref place
}

// read plans every place that the selection has, reads all nodes in one visit, and puts the answer together.
func (p *pathPlaces) read(field graphql.CollectedField) (*model.Path, error) {
	ids := map[*place][]kg.ID{&p.onPath: shown(p.path.Nodes())}
	for _, s := range p.path.Steps {
		ids[&p.reached] = append(ids[&p.reached], shown([]kg.ID{s.Node})...)
		if s.Tie == nil {
			continue
		}
		ids[&p.from] = append(ids[&p.from], s.Tie.From)
		ids[&p.to] = append(ids[&p.to], s.Tie.To)
		if s.Tie.Ref != "" {
			ids[&p.ref] = append(ids[&p.ref], s.Tie.Ref)
		}
	}
	sets := p.selections(field)
	for _, at := range []*place{&p.onPath, &p.reached, &p.from, &p.to, &p.ref} {
		var err error
		if *at, err = p.place(p.ctx, kg.KindsOf(ids[at]), sets[at]); err != nil {
			return nil, err
		}
		if len(sets[at]) > 0 {
			at.want(ids[at]...)
		}
	}
	if err := p.fetch(p.ctx); err != nil {
		return nil, err
	}
	return p.answer(), nil
}

// selections are what is selected of the nodes at each place.
func (p *pathPlaces) selections(field graphql.CollectedField) map[*place]ast.SelectionSet {
	sets := map[*place]ast.SelectionSet{}
	add := func(at *place, f graphql.CollectedField) { sets[at] = append(sets[at], f.Selections...) }
	for _, f := range p.fields(field) {
		if f.Name == "nodes" {
			add(&p.onPath, f)
		}
		if f.Name != "steps" {
			continue
		}
		for _, step := range p.fields(f) {
			if step.Name == "node" {
				add(&p.reached, step)
			}
			if step.Name != "tie" {
				continue
			}
			for _, end := range p.fields(step) {
				switch end.Name {
				case "from":
					add(&p.from, end)
				case "to":
					add(&p.to, end)
				case "onBehalfOf", "site":
					add(&p.ref, end)
				}
			}
		}
	}
	return sets
}

// answer is the path in the types of the schema. One of whose nodes is gone since it was found is no path any more.
func (p *pathPlaces) answer() *model.Path {
	out := &model.Path{Outcome: p.path.Outcome, Nodes: []model.Node{}, Steps: []*model.PathStep{}}
	nodes := p.path.Nodes()
	if p.onPath.gone(shown(nodes)) || p.reached.gone(shown(nodes[min(1, len(nodes)):])) {
		out.Outcome = paths.Undecided
		return out
	}
	if len(nodes) > 0 {
		length := len(p.path.Steps)
		out.Length = &length
	}
	for _, id := range nodes {
		out.Nodes = append(out.Nodes, p.node(p.onPath, id))
	}
	for _, s := range p.path.Steps {
		out.Steps = append(out.Steps, p.step(s))
	}
	return out
}

// node is what is shown of a node at a place; nothing of a placeholder.
func (p *pathPlaces) node(at place, id kg.ID) model.Node {
	if id == "" {
		return nil
	}
	return model.Wrap(p.env, at.item(id))
}

// step is a tie as it was walked, without the tie where one of its ends is hidden.
func (p *pathPlaces) step(s paths.Step) *model.PathStep {
	out := &model.PathStep{Node: p.node(p.reached, s.Node), Hidden: s.Node == ""}
	if s.Tie != nil {
		out.Tie, out.Direction = p.tie(s.Tie), &s.Direction
	}
	return out
}

// shown are the ids that are not hidden.
func shown(ids []kg.ID) []kg.ID {
	return slices.DeleteFunc(slices.Clone(ids), func(id kg.ID) bool { return id == "" })
}

// gone says whether one of the nodes was asked for at the place and is not there.
func (p place) gone(ids []kg.ID) bool {
	return p.asked() && slices.ContainsFunc(ids, func(id kg.ID) bool { return p.item(id) == nil })
}

func (p *pathPlaces) tie(t *kg.Tie) *model.Tie {
	out := model.NewTie(t)
	out.From, out.To = model.Wrap(p.env, p.from.item(t.From)), model.Wrap(p.env, p.to.item(t.To))
	d := t.Relation.Def()
	switch d.RefName {
	case "onBehalfOf":
		out.OnBehalfOf = model.To[*model.Unit](p.env, p.ref.item(t.Ref))
	case "site":
		out.Site = model.To[*model.Building](p.env, p.ref.item(t.Ref))
	}
	return out
}
