package graph

import (
	"context"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"lintu/graph/limits"
	"lintu/graph/trusted"
	"lintu/graph/wire"
	"lintu/kg"
)

// guard keeps limits: it looks at an operation before its document is parsed, and again before it is run.
type guard struct {
	limits        limits.Limits
	rates         *limits.Rates
	tariff        *limits.Tariff
	schema        *ast.Schema
	parsed        graphql.Cache[*ast.QueryDocument] // documents that were measured and validated before
	documents     *trusted.Documents
	viewer        func(context.Context) limits.Viewer
	introspection bool
}

func newGuard(o *Options, schema *ast.Schema, parsed graphql.Cache[*ast.QueryDocument]) *guard {
	return &guard{
		limits: *o.Limits, rates: limits.NewRates(*o.Limits, o.Sessions.Now), schema: schema, parsed: parsed, documents: o.Documents,
		tariff: tariff(o.Sessions.LargestPage()), viewer: o.Viewer, introspection: o.Introspection,
	}
}

// ExtensionName names the guard for gqlgen.
func (*guard) ExtensionName() string { return "Guard" }

// Validate finds nothing to object to.
func (*guard) Validate(graphql.ExecutableSchema) error { return nil }

// MutateOperationParameters counts the operation in its viewer's rate, finds its document, and measures one that is new.
func (g *guard) MutateOperationParameters(ctx context.Context, p *graphql.RawParams) *gqlerror.Error {
	if err := g.rates.Take(g.viewer(ctx), 1); err != nil {
		return gqlerror.Wrap(err)
	}
	id, _ := p.Extensions[wire.DocumentID].(string)
	text, err := g.documents.Resolve(ctx, trusted.Query{Text: p.Query, ID: id, Persisted: p.Extensions[wire.PersistedQuery]})
	if err != nil {
		return gqlerror.Wrap(err)
	}
	p.Query = text
	if _, known := g.parsed.Get(ctx, p.Query); known {
		return nil
	}
	if err := g.limits.Check(p.Query); err != nil {
		return gqlerror.Wrap(err)
	}
	return nil
}

// MutateOperationContext estimates what the operation may take, and leaves @defer out where it means nothing.
func (g *guard) MutateOperationContext(ctx context.Context, op *graphql.OperationContext) *gqlerror.Error {
	op.DisableIntrospection = !g.introspection
	if !g.introspection && asksForSchema(op.Operation.SelectionSet, map[string]bool{}) {
		return gqlerror.Wrap(kg.Invalid("__schema, __type", "this server does not describe its schema", "other fields"))
	}
	viewer := g.viewer(ctx)
	limit, allowed := limits.CostLimit, g.limits.Cost
	if viewer.Analyst {
		limit, allowed = limits.AnalystCostLimit, g.limits.AnalystCost
	}
	e := g.tariff.Estimate(g.schema, op.Operation, op.Variables)
	switch {
	case g.limits.Nodes > 0 && e.Nodes > g.limits.Nodes:
		return gqlerror.Wrap(&limits.Exceeded{Limit: limits.NodeLimit, Asked: e.Nodes, Allowed: g.limits.Nodes})
	case allowed > 0 && e.Cost > allowed:
		return gqlerror.Wrap(&limits.Exceeded{Limit: limit, Asked: e.Cost, Allowed: allowed})
	}
	if err := g.rates.Take(viewer, limits.Weight(e.Cost)-1); err != nil {
		return gqlerror.Wrap(err)
	}
	if strings.Contains(op.RawQuery, "defer") && (op.Operation.Operation != ast.Query || !wire.TakesParts(ctx)) {
		op.Doc, op.Operation = withoutDefer(op.Doc, op.Operation)
	}
	return nil
}

// asksForSchema says whether an operation's own selection has a field of introspection.
func asksForSchema(set ast.SelectionSet, seen map[string]bool) bool {
	for _, sel := range set {
		switch sel := sel.(type) {
		case *ast.Field:
			if sel.Name == "__schema" || sel.Name == "__type" {
				return true
			}
		case *ast.InlineFragment:
			if asksForSchema(sel.SelectionSet, seen) {
				return true
			}
		case *ast.FragmentSpread:
			if seen[sel.Name] {
				continue
			}
			seen[sel.Name] = true
			if asksForSchema(sel.Definition.SelectionSet, seen) {
				return true
			}
		}
	}
	return false
}

// withoutDefer is a document that answers as a whole: copied, since the one that was parsed serves other clients too.
func withoutDefer(doc *ast.QueryDocument, op *ast.OperationDefinition) (*ast.QueryDocument, *ast.OperationDefinition) {
	c := copier{fragments: map[string]*ast.FragmentDefinition{}}
	whole := &ast.QueryDocument{Position: doc.Position, Comment: doc.Comment}
	for _, f := range doc.Fragments {
		own := *f
		c.fragments[f.Name] = &own
		whole.Fragments = append(whole.Fragments, &own)
	}
	for _, f := range whole.Fragments {
		f.SelectionSet = c.selection(f.SelectionSet)
	}
	asked := *op
	asked.SelectionSet = c.selection(op.SelectionSet)
	whole.Operations = ast.OperationList{&asked}
	return whole, &asked
}

// copier copies selections without @defer.
type copier struct {
	fragments map[string]*ast.FragmentDefinition
}

func (c *copier) selection(set ast.SelectionSet) ast.SelectionSet {
	out := make(ast.SelectionSet, len(set))
	for i, sel := range set {
		switch sel := sel.(type) {
		case *ast.Field:
			f := *sel
			f.SelectionSet = c.selection(sel.SelectionSet)
			out[i] = &f
		case *ast.InlineFragment:
			f := *sel
			f.SelectionSet, f.Directives = c.selection(sel.SelectionSet), notDefer(sel.Directives)
			out[i] = &f
		case *ast.FragmentSpread:
			f := *sel
			f.Definition, f.Directives = c.fragments[sel.Name], notDefer(sel.Directives)
			out[i] = &f
		}
	}
	return out
}

func notDefer(list ast.DirectiveList) ast.DirectiveList {
	var out ast.DirectiveList
	for _, d := range list {
		if d.Name != "defer" {
			out = append(out, d)
		}
	}
	return out
}
