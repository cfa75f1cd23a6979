package storetest

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"lintu/kg"
	"lintu/store"
)

// inMemory is the harness of a store in memory: there is nothing to reopen, and nothing to plan.
func inMemory(open func(Options) store.Store) Harness {
	return Harness{
		Open:   func(testing.TB) store.Store { return open(Options{Key: store.Key{1}}) },
		Short:  func(testing.TB) store.Store { return open(Options{Key: store.Key{1}, Journal: 3}) },
		Reopen: func(_ testing.TB, s store.Store) store.Store { return s },
		Explain: func(t testing.TB, _ store.Store, ask func(context.Context) error) []Statement {
			if err := ask(t.Context()); err != nil {
				t.Error(err)
			}
			return []Statement{{Text: "a look into maps"}}
		},
	}
}

// The suite's expectations are proved on the oracle first.
func TestTheOracleKeepsEveryPromise(t *testing.T) {
	Run(t, inMemory(func(o Options) store.Store { return NewOracle(o) }))
}

// The generic executor of package store, over the oracle's single steps, answers as the oracle does on its own.
func TestTheGenericExecutorKeepsEveryPromise(t *testing.T) {
	Run(t, inMemory(func(o Options) store.Store { return stepwise{NewOracle(o)} }))
}

// stepwise is a store that answers plans by store.Execute, as engines do.
type stepwise struct{ *Oracle }

func (s stepwise) Nodes(ctx context.Context, v store.View, groups []store.Group) ([]map[kg.ID]*store.Item, error) {
	var out []map[kg.ID]*store.Item
	for _, g := range groups {
		if err := g.Plan.Check(); err != nil {
			return nil, err
		}
		items, err := store.FetchItems(ctx, oracleStepper(s), v, g.IDs, g.Plan)
		if err != nil {
			return nil, err
		}
		out = append(out, items)
	}
	return out, ctxError(ctx)
}

func (s stepwise) Expand(ctx context.Context, v store.View, sources []kg.ID, p *store.Plan) (map[kg.ID]store.Tree, error) {
	if err := p.Check(); err != nil {
		return nil, err
	}
	return store.Execute(ctx, oracleStepper(s), v, sources, p)
}

func (s stepwise) List(ctx context.Context, v store.View, q store.ListQuery) (*store.Page, error) {
	if err := q.Check(); err != nil {
		return nil, err
	}
	p := q.Plan
	q.Plan = nil
	store.CountStatement(ctx)
	page, err := s.Oracle.List(ctx, v, q)
	if err != nil {
		return nil, err
	}
	return page, store.ExpandPage(ctx, oracleStepper(s), v, page, p)
}

// oracleStepper takes single steps, each as one statement.
type oracleStepper struct{ *Oracle }

var _ store.Stepper = oracleStepper{}

func (o oracleStepper) Step(ctx context.Context, v store.View, sources []kg.ID, s *store.Step) (map[kg.ID]*store.Page, error) {
	store.CountStatement(ctx)
	one := *s
	one.Plan, one.Ref, one.Other = nil, nil, nil
	if !slices.IsSorted(sources) || len(slices.Compact(slices.Clone(sources))) != len(sources) {
		return nil, fmt.Errorf("sources of step %q are not distinct", s.Key)
	}
	trees, err := o.Oracle.Expand(ctx, v, sources, plan(&one))
	pages := map[kg.ID]*store.Page{}
	for id, tree := range trees {
		if page := tree[s.Key]; len(page.Edges) > 0 || s.Window.Count {
			pages[id] = page // a source without edges may be absent
		}
	}
	return pages, err
}

func (o oracleStepper) Fetch(ctx context.Context, v store.View, ids []kg.ID) (map[kg.ID]kg.Node, error) {
	store.CountStatement(ctx)
	groups, err := o.Oracle.Nodes(ctx, v, []store.Group{{IDs: ids}})
	if err != nil {
		return nil, err
	}
	nodes := map[kg.ID]kg.Node{}
	for id, item := range groups[0] {
		nodes[id] = item.Node
	}
	return nodes, nil
}
