package loaders

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"lintu/kg"
	"lintu/store"
)

// The most groups of one counts field: of a root connection, and of all places of a nested one together.
const (
	MaxGroups       = 1000
	MaxNestedGroups = 5000
)

// Group is a group of a connection's counts.
type Group struct {
	Key   string // the value as text, or the id of the area or node; empty for an absent value
	Count int
	Item  *store.Item // the area or node, where it was asked for and is still there
}

// grouping is a counts field: how it groups, and what it asks of the nodes that groups are made by.
type grouping struct {
	key   string // of the field, as stepKey
	alias string // of the field
	path  string // of its argument, for errors
	by    store.GroupBy
	kinds []kg.Kind // of the nodes that groups are made by; none where they are made by values
	sets  ast.SelectionSet
	plan  *store.Plan
}

// groups is what an operation counts. Every counts field takes one visit, however many places it has, and the nodes of
// all groups below one root field one more.
type groups struct {
	mu     sync.Mutex
	asked  map[*store.Step][]*grouping
	groups map[place][]Group
}

// place is a counts field on one page.
type place struct {
	page *store.Page
	key  string
}

// GroupsOf are the groups of the counts field being resolved, on its connection's page; largest first, then by key.
func GroupsOf(ctx context.Context, s *Session, page *store.Page) ([]Group, error) {
	key := s.stepKey(currentField(ctx).Field, graphql.GetOperationContext(ctx).Variables)
	s.groups.mu.Lock()
	defer s.groups.mu.Unlock()
	found, ok := s.groups.groups[place{page, key}]
	if !ok {
		return nil, fmt.Errorf("loaders: %s was not planned", currentField(ctx).Name)
	}
	return found, nil
}

// grouping notes a counts field of a connection with nodes of some kinds.
func (p *planner) grouping(spec *connection, far []kg.Kind, f graphql.CollectedField) error {
	key := p.session.stepKey(f.Field, p.op.Variables)
	if i := slices.IndexFunc(spec.groups, func(g *grouping) bool { return g.key == key }); i >= 0 {
		spec.groups[i].sets = append(spec.groups[i].sets, f.Selections...)
		return nil
	}
	p.path = append(p.path, f.Alias)
	defer func() { p.path = p.path[:len(p.path)-1] }()
	g := &grouping{key: key, alias: f.Alias, path: p.arg("groupBy"), sets: slices.Clone(f.Selections)}
	if err := g.read(f.ArgumentMap(p.op.Variables)["groupBy"], far); err != nil {
		return err
	}
	spec.groups = append(spec.groups, g)
	return nil
}

// read takes over the argument groupBy, for nodes of some kinds.
func (g *grouping) read(v any, kinds []kg.Kind) error {
	by, _ := v.(map[string]any)
	for name, v := range by {
		value, err := ToText(g.path+"."+name, v)
		if err != nil {
			return err
		}
		switch name {
		case "field":
			g.by.Field = orderField(value) // KIND is store.ByKind
		case "tie":
			g.by.Tie = orderField(value)
		case "area":
			g.by.AreaKind, g.by.AreaLevel = areaLevel(value)
			g.kinds = []kg.Kind{g.by.AreaKind}
		case "relation":
			link, ok := kg.LinkOf(kinds[0], orderField(value))
			if !ok {
				return kg.Invalid(g.path+"."+name, value, "a value of the enum")
			}
			g.by.Relation, g.by.Direction, g.kinds = link.Relation, link.Direction, link.Far
		}
	}
	return nil
}

// areaLevel is what a value of the enum CountArea groups by: a kind of area, or a level of divisions.
func areaLevel(value string) (kg.Kind, string) {
	if k := kg.Kind(value); k.Valid() {
		return k, ""
	}
	return kg.KindDivision, value
}

// planGroups plans what is shown of the nodes that groups are made by.
func (p *planner) planGroups(spec *connection) error {
	for _, g := range spec.groups {
		set := nodeSet(p.op, g.sets)
		if len(set) == 0 || len(g.kinds) == 0 {
			g.sets = nil
			continue
		}
		var err error
		p.path = append(p.path, g.alias)
		g.plan, err = p.plan(g.kinds, set)
		p.path = p.path[:len(p.path)-1]
		if err != nil {
			return err
		}
	}
	return nil
}

// nodeSet is what the selection of groups asks of their nodes.
func nodeSet(op *graphql.OperationContext, sets ast.SelectionSet) (out ast.SelectionSet) {
	for _, c := range graphql.CollectFields(op, sets, []string{"CountGroup"}) {
		if c.Name == "node" {
			out = append(out, c.Selections...)
		}
	}
	return out
}

// ask remembers what is counted of a step's pages.
func (g *groups) ask(step *store.Step, asked []*grouping) {
	if len(asked) == 0 {
		return
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.asked == nil {
		g.asked = map[*store.Step][]*grouping{}
	}
	g.asked[step] = asked
}

func (g *groups) of(step *store.Step) []*grouping {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.asked[step]
}

// planned are items with the plan of what hangs on them.
type planned struct {
	plan  *store.Plan
	items []*store.Item
}

// countBelow counts whatever counts fields ask for below some items, and reads the nodes of the groups.
func (s *Session) countBelow(ctx context.Context, asOf kg.Date, all ...planned) error {
	c := s.newCounting(asOf)
	for _, p := range all {
		c.collect(p.plan, p.items)
	}
	return c.run(ctx)
}

// counting is the counts below one root field.
type counting struct {
	*Session
	asOf  kg.Date
	order []*store.Step
	pages map[*store.Step]map[kg.ID][]*store.Page // by source

	shown []shown
}

// shown are groups whose nodes are shown.
type shown struct {
	*grouping
	groups []Group // shared with the places
}

func (s *Session) newCounting(asOf kg.Date) *counting {
	return &counting{Session: s, asOf: asOf, pages: map[*store.Step]map[kg.ID][]*store.Page{}}
}

// collect finds the pages whose counts are asked for.
func (c *counting) collect(p *store.Plan, items []*store.Item) {
	if p == nil {
		return
	}
	for _, step := range p.Steps {
		if !c.leads(step) {
			continue
		}
		var far, refs, others []*store.Item
		for _, item := range items {
			page := item.Tree[step.Key]
			if page == nil || !step.Applies(item.Node.Kind()) {
				continue
			}
			if len(c.groups.of(step)) > 0 {
				c.add(step, item.Node.Common().ID, page)
			}
			for i := range page.Edges {
				far = append(far, page.Edges[i].Item)
				refs = appendItem(refs, page.Edges[i].Ref)
				others = appendItem(others, page.Edges[i].Other)
			}
		}
		c.collect(step.Plan, far)
		c.collect(step.Ref, refs)
		c.collect(step.Other, others)
	}
}

func appendItem(items []*store.Item, item *store.Item) []*store.Item {
	if item == nil {
		return items
	}
	return append(items, item)
}

// leads says whether counts are asked of a step's pages, or of pages below them.
func (c *counting) leads(step *store.Step) bool {
	below := func(p *store.Plan) bool { return p != nil && slices.ContainsFunc(p.Steps, c.leads) }
	return len(c.groups.of(step)) > 0 || below(step.Plan) || below(step.Ref) || below(step.Other)
}

func (c *counting) add(step *store.Step, source kg.ID, page *store.Page) {
	if c.pages[step] == nil {
		c.pages[step] = map[kg.ID][]*store.Page{}
		c.order = append(c.order, step)
	}
	if !slices.Contains(c.pages[step][source], page) {
		c.pages[step][source] = append(c.pages[step][source], page)
	}
}

// run counts, one visit a counts field, and then reads the nodes of all groups in one.
func (c *counting) run(ctx context.Context) error {
	for _, step := range c.order {
		sources := make([]kg.ID, 0, len(c.pages[step]))
		for id := range c.pages[step] {
			sources = append(sources, id)
		}
		slices.Sort(sources)
		for _, g := range c.groups.of(step) {
			q := store.CountQuery{From: &store.CountFrom{Sources: sources, Step: step}, By: g.by, Limit: MaxNestedGroups}
			found, err := c.count(ctx, g, q)
			if err != nil {
				return err
			}
			for source, pages := range c.pages[step] {
				c.keep(g, found[source], pages...)
			}
		}
	}
	return c.hydrate(ctx)
}

// count asks the store once, and gives the groups by source.
func (c *counting) count(ctx context.Context, g *grouping, q store.CountQuery) (map[kg.ID][]Group, error) {
	c.cost.AddCall()
	found, err := c.store.Count(ctx, c.view(c.asOf), q)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", g.path, err)
	}
	out := map[kg.ID][]Group{}
	for _, f := range found {
		out[f.Source] = append(out[f.Source], Group{Key: f.Key, Count: f.Count})
	}
	for _, list := range out {
		slices.SortStableFunc(list, func(a, b Group) int { return b.Count - a.Count })
	}
	return out, nil
}

// keep puts groups where the resolvers of the pages find them.
func (c *counting) keep(g *grouping, found []Group, pages ...*store.Page) {
	c.groups.mu.Lock()
	defer c.groups.mu.Unlock()
	if c.groups.groups == nil {
		c.groups.groups = map[place][]Group{}
	}
	for _, page := range pages {
		c.groups.groups[place{page, g.key}] = found
	}
	if len(g.sets) > 0 && len(found) > 0 {
		c.shown = append(c.shown, shown{g, found})
	}
}

// hydrate reads the nodes of the groups.
func (c *counting) hydrate(ctx context.Context) error {
	if len(c.shown) == 0 {
		return nil
	}
	asked := make([]store.Group, len(c.shown))
	for i, s := range c.shown {
		asked[i].Plan = s.plan
		for _, g := range s.groups {
			asked[i].IDs = append(asked[i].IDs, kg.ID(g.Key))
		}
	}
	found, err := c.Fetch(ctx, c.asOf, asked)
	if err != nil {
		return err
	}
	c.groups.mu.Lock()
	defer c.groups.mu.Unlock()
	for i, s := range c.shown {
		for j := range s.groups {
			s.groups[j].Item = found[i][kg.ID(s.groups[j].Key)]
		}
	}
	return nil
}
