package loaders

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"lintu/kg"
	"lintu/store"
)

// planner turns one root field into what is asked of the store. It reads the whole selection below the field:
// fragments, aliases, @skip and @include, variables, page arguments at every level.
type planner struct {
	session *Session
	op      *graphql.OperationContext

	given   kg.Date  // the asOf argument; zero: not given
	cursors kg.Date  // the date that cursors below the field keep; zero: no cursor
	path    []string // of the field being planned, below the root field
	depth   int      // of the condition being read

	conditions int // so far

	areas []areaArgument        // ids that must exist
	nears map[string]*near      // by their canonical form; resolved between two passes
	found map[string]nearAnswer // what near points resolved to
}

type areaArgument struct {
	argument string
	id       kg.ID
}

func (s *Session) newPlanner(ctx context.Context) *planner {
	return &planner{session: s, op: graphql.GetOperationContext(ctx), nears: map[string]*near{}, found: map[string]nearAnswer{}}
}

// run builds the plan by build, resolves the near points that it met and builds again with them, and checks the
// areas that it names.
func (p *planner) run(ctx context.Context, field graphql.CollectedField, build func() error) error {
	if d, ok := field.ArgumentMap(p.op.Variables)["asOf"]; ok && d != nil {
		date, err := ToDate("asOf", d)
		if err != nil {
			return err
		}
		p.given = date
	}
	if err := build(); err != nil {
		return err
	}
	if len(p.nears) > 0 {
		if err := p.resolveNears(ctx); err != nil {
			return err
		}
		p.areas, p.conditions = nil, 0
		if err := build(); err != nil {
			return err
		}
	}
	return p.checkAreas(ctx)
}

// asOf is the date of the read: the argument, else the date of the first page, else today.
func (p *planner) asOf() kg.Date {
	switch {
	case p.given != 0:
		return p.given
	case p.cursors != 0:
		return p.cursors
	}
	return p.session.today
}

func (p *planner) env() *Env { return &Env{Session: p.session, AsOf: p.asOf()} }

// checkAreas looks the named areas up; one that does not exist, or is out of scope, is NOT_FOUND.
func (p *planner) checkAreas(ctx context.Context) error {
	if len(p.areas) == 0 {
		return nil
	}
	var ids []kg.ID
	for _, a := range p.areas {
		ids = append(ids, a.id)
	}
	p.session.cost.AddCall()
	found, err := p.session.store.Nodes(ctx, p.session.view(p.asOf()), []store.Group{{IDs: ids}})
	if err != nil {
		return err
	}
	for _, a := range p.areas {
		if found[0][a.id] == nil {
			return fmt.Errorf("%s: %s: %w", a.argument, a.id, kg.ErrNotFound)
		}
	}
	return nil
}

// selection is what several fields with the same step ask together.
type selection struct {
	field *ast.Field
	on    []kg.Kind
	sets  []ast.SelectionSet
}

// plan is the plan of what selection sets ask of nodes of some kinds. Each set stands at a place of its own: a name in one of
// them has nothing to do with the same name in another.
func (p *planner) plan(kinds []kg.Kind, sets ...ast.SelectionSet) (*store.Plan, error) {
	var order []string
	asked := map[string]*selection{}
	for _, k := range kinds {
		for _, f := range p.collect(sets, k.Def().Type, "Node") {
			if !isStep(k, f.Name) {
				continue
			}
			key := p.session.stepKey(f.Field, p.op.Variables)
			s := asked[key]
			if s == nil {
				s = &selection{field: f.Field}
				asked[key] = s
				order = append(order, key)
			}
			if !slices.Contains(s.on, k) {
				s.on = append(s.on, k)
			}
			s.sets = append(s.sets, f.Selections)
		}
	}
	if len(order) == 0 {
		return nil, nil
	}
	plan := &store.Plan{}
	for _, key := range order {
		step, err := p.step(key, asked[key])
		if err != nil {
			return nil, err
		}
		plan.Steps = append(plan.Steps, step)
	}
	return plan, nil
}

// collect are the fields of all sets, one set after the other.
func (p *planner) collect(sets []ast.SelectionSet, types ...string) (out []graphql.CollectedField) {
	for _, set := range sets {
		out = append(out, p.session.Collect(p.op, set, types...)...)
	}
	return out
}

var walks = map[string]bool{"parent": true, "ancestors": true, "children": true, "descendants": true}

func isStep(k kg.Kind, name string) bool {
	_, link := kg.LinkOf(k, name)
	return link || walks[name]
}

// step is one step of a plan, with the plans below it.
func (p *planner) step(key string, s *selection) (*store.Step, error) {
	p.path = append(p.path, s.field.Alias)
	defer func() { p.path = p.path[:len(p.path)-1] }()
	if walks[s.field.Name] {
		return p.walk(key, s)
	}
	link, _ := kg.LinkOf(s.on[0], s.field.Name)
	step := &store.Step{Key: key, On: s.on, Relation: link.Relation, Direction: link.Direction}
	args := s.field.ArgumentMap(p.op.Variables)
	spec, err := p.connection(s.field, args, link.Far, s.field.Definition.Type.Name(), s.sets...)
	if err != nil {
		return nil, err
	}
	step.Order, step.Window = spec.order, spec.window
	p.session.groups.ask(step, spec.groups)
	if step.Tie, step.Node, err = p.match(p.arg("where"), link, argMap(args, "where")); err != nil {
		return nil, err
	}
	if step.Plan, err = p.plan(step.FarKinds(), spec.node...); err != nil {
		return nil, err
	}
	return step, p.ends(step, link, spec)
}

// ends plans the other nodes that edges show: what a tie refers to, and where it leads.
func (p *planner) ends(step *store.Step, link kg.Link, spec *connection) error {
	if spec.ref != nil {
		plan, err := p.plan([]kg.Kind{link.Relation.Def().RefKind}, spec.ref...)
		if err != nil {
			return err
		}
		step.Ref = orEmpty(plan)
	}
	if spec.target != nil {
		plan, err := p.plan(link.Relation.Def().Tos(), spec.target...)
		if err != nil {
			return err
		}
		step.Other = orEmpty(plan)
	}
	return nil
}

func orEmpty(p *store.Plan) *store.Plan {
	if p == nil {
		return &store.Plan{}
	}
	return p
}

// walk is a step through the containment tree.
func (p *planner) walk(key string, s *selection) (*store.Step, error) {
	step := &store.Step{Key: key, On: s.on, Relation: kg.PartOf, Walk: true, Direction: kg.In}
	if s.field.Name == "parent" || s.field.Name == "ancestors" {
		step.Direction = kg.Out
	}
	if s.field.Name == "parent" || s.field.Name == "children" {
		step.Depth = 1
	}
	args := s.field.ArgumentMap(p.op.Variables)
	if s.field.Name == "parent" {
		step.Window.Limit = 1
		var err error
		step.Plan, err = p.plan(step.FarKinds(), s.sets...)
		return step, err
	}
	var err error
	if step.Kinds, err = toKinds(p.arg("kinds"), args["kinds"]); err != nil {
		return nil, err
	}
	spec, err := p.connection(s.field, args, nil, "NodeConnection", s.sets...)
	if err != nil {
		return nil, err
	}
	step.Order, step.Window = spec.order, spec.window
	p.session.groups.ask(step, spec.groups)
	if step.Node, err = p.where(p.arg("where"), "", argMap(args, "where")); err != nil {
		return nil, err
	}
	step.Plan, err = p.plan(step.FarKinds(), spec.node...)
	return step, err
}

// arg names an argument of the field being planned, by its path below the root field.
func (p *planner) arg(name string) string {
	out := ""
	for _, f := range p.path {
		out += f + "."
	}
	return out + name
}

// connection is what a connection field asks: its window and order, and the selections on the nodes, on what
// ties refer to and on where they lead.
type connection struct {
	order  store.Order
	window store.Window
	node   []ast.SelectionSet
	ref    []ast.SelectionSet
	target []ast.SelectionSet
	groups []*grouping
}

// connection reads a connection field. far are the kinds of its nodes (none: any), typeName its own type.
func (p *planner) connection(f *ast.Field, args map[string]any, far []kg.Kind, typeName string, sets ...ast.SelectionSet) (*connection, error) {
	spec := &connection{}
	var err error
	if spec.window, err = p.window(f, args); err != nil {
		return nil, err
	}
	if spec.order, err = p.order(far, argMap(args, "orderBy")); err != nil {
		return nil, err
	}
	edges := false
	for _, c := range p.collect(sets, typeName) {
		switch c.Name {
		case "nodes":
			edges = true
			spec.node = append(spec.node, c.Selections)
		case "edges":
			edges = true
			p.edge(spec, c)
		case "pageInfo":
			edges = true
		case "totalCount", "totalCountIsExact":
			spec.window.Count = true
		case "counts":
			if err := p.grouping(spec, far, c); err != nil {
				return nil, err
			}
		}
	}
	if !edges {
		spec.window.Limit = 0
	}
	return spec, p.planGroups(spec)
}

func (p *planner) edge(spec *connection, edges graphql.CollectedField) {
	for _, e := range p.session.Collect(p.op, edges.Selections, edges.Definition.Type.Name()) {
		switch e.Name {
		case "node":
			spec.node = append(spec.node, e.Selections)
		case "onBehalfOf", "site", "device":
			spec.ref = append(spec.ref, e.Selections)
		case "target":
			spec.target = append(spec.target, e.Selections)
		}
	}
}

// canonical is a map of arguments as JSON, keys sorted.
func canonical(args map[string]any) string {
	b, err := json.Marshal(args)
	if err != nil {
		return fmt.Sprint(args)
	}
	return string(b)
}
