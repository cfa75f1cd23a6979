package loaders

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/99designs/gqlgen/graphql"

	"lintu/kg"
	"lintu/store"
	"lintu/text"
)

// Hits is a page of search hits.
type Hits struct {
	*store.SearchPage
	HasPrev bool
}

// Search answers the root field search of the context.
func (s *Session) Search(ctx context.Context) (*Hits, *Env, error) {
	p := s.newPlanner(ctx)
	field := currentField(ctx)
	var q store.SearchQuery
	err := p.run(ctx, field, func() (err error) {
		q, err = p.search(field)
		return err
	})
	if err != nil {
		return nil, nil, err
	}
	s.cost.AddCall()
	page, err := s.store.Search(ctx, s.view(p.asOf()), q)
	if err != nil {
		return nil, nil, err
	}
	items := make([]*store.Item, len(page.Hits))
	for i, h := range page.Hits {
		items[i] = h.Item
	}
	s.left(items...)
	hits := &Hits{SearchPage: page, HasPrev: q.After != nil && q.Limit > 0}
	return hits, p.env(), s.countBelow(ctx, p.asOf(), planned{q.Plan, items})
}

// search reads the field's arguments and what it asks of the hits.
func (p *planner) search(field graphql.CollectedField) (q store.SearchQuery, err error) {
	args := field.ArgumentMap(p.op.Variables)
	asked, err := ToText("text", args["text"])
	if err != nil {
		return q, err
	}
	q.Text = text.Query(asked)
	if q.Kinds, err = someKinds("kinds", args["kinds"]); err != nil {
		return q, err
	}
	if q.Kinds, err = p.searched(q.Kinds); err != nil {
		return q, err
	}
	if args["area"] != nil {
		if q.Filter, err = p.condition("area", "", "area", args["area"]); err != nil {
			return q, err
		}
	}
	spec, err := p.connection(field.Field, args, nil, field.Definition.Type.Name(), field.Selections)
	if err != nil {
		return q, err
	}
	q.Limit, q.Count = spec.window.Limit, spec.window.Count
	if spec.window.After != nil {
		after, ok := hitPlace(*spec.window.After)
		if !ok {
			return q, kg.Invalid("after", "not a cursor of this question", "a cursor that the same search gave")
		}
		q.After = &after
	}
	kinds := q.Kinds
	if len(kinds) == 0 {
		kinds = allKinds
	}
	if q.Plan, err = p.plan(kinds, spec.node...); err != nil {
		return q, err
	}
	return q, q.Check()
}

// searched are the kinds that the viewer may look for by text: whose names are masked may not be found by them.
func (p *planner) searched(kinds []kg.Kind) ([]kg.Kind, error) {
	if !p.session.viewer.Masked() {
		return kinds, nil
	}
	masked := func(k kg.Kind) bool { return k == kg.KindPerson || k == kg.KindHousehold }
	if slices.ContainsFunc(kinds, masked) {
		return nil, fmt.Errorf("kinds: the names of people and doors are masked, and not found by text: %w", kg.ErrForbidden)
	}
	if len(kinds) > 0 {
		return kinds, nil
	}
	return slices.DeleteFunc(slices.Clone(allKinds), func(k kg.Kind) bool { return masked(k) || k.Record() }), nil
}

// allKinds are the kinds of the table, in its order.
var allKinds = func() (all []kg.Kind) {
	for _, d := range kg.Kinds {
		all = append(all, d.Kind)
	}
	return all
}()

// someKinds reads a list of kinds; an empty one is refused, since it would ask for nothing, or silently for all.
func someKinds(argument string, v any) ([]kg.Kind, error) {
	kinds, err := toKinds(argument, v)
	if err == nil && v != nil && len(kinds) == 0 {
		err = kg.Invalid(argument, "is empty", "one kind or more, or left out")
	}
	return kinds, err
}

// HitPosition is a hit's place as a position for cursors: the class as a letter before the text that matched.
func HitPosition(at store.SearchPosition) store.Position {
	return store.Position{Value: string(rune('a'+int(at.Class))) + at.Norm, ID: at.ID}
}

// hitPlace is the hit's place that HitPosition wrote.
func hitPlace(p store.Position) (store.SearchPosition, bool) {
	value, _ := p.Value.(string)
	for _, c := range []text.Class{text.Whole, text.Prefix, text.Inside, text.Pinyin, text.Initials} {
		if norm, ok := strings.CutPrefix(value, string(rune('a'+int(c)))); ok {
			return store.SearchPosition{Class: c, Norm: norm, ID: p.ID}, true
		}
	}
	return store.SearchPosition{}, false
}
