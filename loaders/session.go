// Package loaders is the only way that resolvers read. A Session belongs to one operation and one viewer: it
// turns a field's selection set into a plan before anything is read, sends it in one visit to the store, and
// counts the visits. Children then read memory.
package loaders

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"lintu/kg"
	"lintu/store"
	"lintu/trust"
)

// Viewer is on whose behalf an operation reads.
type Viewer = trust.Viewer

// Session reads for one operation.
type Session struct {
	store   reads       // as the viewer reads it
	whole   store.Store // as it is
	viewer  Viewer
	today   kg.Date
	zone    *time.Location
	cursors *store.Cursors
	maxPage int
	cost    store.Cost

	fields  sync.Map // *ast.Field -> *asked, remembered
	mu      sync.Mutex
	kept    []ast.SelectionSet // see Collect
	lookups lookups
	groups  groups

	subjects subjects
}

// Sessions begins a session for each operation. It is what the GraphQL edge holds in place of a store.
type Sessions struct {
	Store store.Store
	Key   store.Key // of the installation, for cursors
	Zone  *time.Location
	Now   func() time.Time
	// MaxPage is the largest page that may be asked for; the package's MaxPage where it is 0.
	MaxPage int
	// Viewer says on whose behalf an operation reads; nil: the single operator, who sees everything.
	Viewer func(context.Context) Viewer

	once    sync.Once
	cursors *store.Cursors
}

type sessionKey struct{}

// Begin puts a new session into the context of an operation. Reads without asOf are as of the site's local day.
func (b *Sessions) Begin(ctx context.Context) context.Context {
	b.once.Do(func() { b.cursors = store.NewCursors(b.Key) })
	s := &Session{whole: b.Store, today: kg.DateOf(b.Now(), b.Zone), zone: b.Zone, cursors: b.cursors, maxPage: b.LargestPage()}
	s.viewer = trust.TheOperator()
	if b.Viewer != nil {
		s.viewer = b.Viewer(ctx)
	}
	s.viewer.Scope.Today, s.viewer.Scope.Without = s.today, s.viewer.Hidden()
	s.store = veiled(b.Store, &s.viewer)
	return context.WithValue(store.WithCost(ctx, &s.cost), sessionKey{}, s)
}

// LargestPage is the largest page that may be asked for.
func (b *Sessions) LargestPage() int {
	if b.MaxPage > 0 {
		return b.MaxPage
	}
	return MaxPage
}

// From is the operation's session; it panics where there is none, which is a defect of the wiring.
func From(ctx context.Context) *Session {
	s, ok := ctx.Value(sessionKey{}).(*Session)
	if !ok {
		panic("loaders: no session in the context")
	}
	return s
}

// Cost is how many visits the operation has made so far.
func (s *Session) Cost() *store.Cost { return &s.cost }

// Viewer is on whose behalf the operation reads and edits.
func (s *Session) Viewer() Viewer { return s.viewer }

// Coarse says whether the viewer may see no detail: measures are then told coarsely.
func (s *Session) Coarse() bool { return s.viewer.Masked() }

// Scope is what the viewer may see.
func (s *Session) Scope() store.Scope { return s.viewer.Scope }

// Today is the day that the operation began on.
func (s *Session) Today() kg.Date { return s.today }

// Open shows the viewer some nodes as they are, wherever they are: what an emergency releases. It is called before anything
// is read, or between two moves.
func (s *Session) Open(ids []kg.ID) {
	s.viewer.Scope.Also = ids
	s.store = veiled(s.whole, &s.viewer)
}

// view is the viewer's view of a day.
func (s *Session) view(asOf kg.Date) store.View {
	return store.View{Scope: s.viewer.Scope, AsOf: asOf}
}

// Env is what the objects of one root field share: the session and the date that they were read for.
type Env struct {
	Session *Session
	AsOf    kg.Date
}

// Seal is the cursor of a position on the page that a field asked for.
func (e *Env) Seal(question []byte, p store.Position) string {
	return e.Session.cursors.Seal(question, e.AsOf, p)
}

// List answers the root connection field of the context for one kind.
func (s *Session) List(ctx context.Context, kind kg.Kind) (*store.Page, *Env, error) {
	p := s.newPlanner(ctx)
	field := currentField(ctx)
	var q store.ListQuery
	var groups []*grouping
	err := p.run(ctx, field, func() error {
		args := field.ArgumentMap(p.op.Variables)
		spec, err := p.connection(field.Field, args, []kg.Kind{kind}, field.Definition.Type.Name(), field.Selections)
		if err != nil {
			return err
		}
		q, groups = store.ListQuery{Kind: kind, Order: spec.order, Window: spec.window}, spec.groups
		if q.Filter, err = p.where("where", kind, argMap(args, "where")); err != nil {
			return err
		}
		q.Plan, err = p.plan([]kg.Kind{kind}, spec.node...)
		return err
	})
	if err != nil {
		return nil, nil, err
	}
	page := &store.Page{}
	if q.Window.Limit > 0 || q.Window.Count {
		s.cost.AddCall()
		if page, err = s.store.List(ctx, s.view(p.asOf()), q); err != nil {
			return nil, nil, err
		}
		s.leftIn(page)
	}
	return page, p.env(), s.countList(ctx, p.asOf(), q, page, groups)
}

// countList counts what counts fields ask of a list, and below its page.
func (s *Session) countList(ctx context.Context, asOf kg.Date, q store.ListQuery, page *store.Page, groups []*grouping) error {
	c := s.newCounting(asOf)
	for _, g := range groups {
		found, err := c.count(ctx, g, store.CountQuery{Kind: q.Kind, Filter: q.Filter, By: g.by, Limit: MaxGroups})
		if err != nil {
			return err
		}
		c.keep(g, found[""], page)
	}
	c.collect(q.Plan, itemsOf(page))
	return c.run(ctx)
}

func itemsOf(page *store.Page) []*store.Item {
	items := make([]*store.Item, len(page.Edges))
	for i, e := range page.Edges {
		items[i] = e.Item
	}
	return items
}

// First is the first node of a kind that satisfies a filter, with what the context's field asks of it; nil where
// there is none.
func (s *Session) First(ctx context.Context, kind kg.Kind, f kg.Filter) (*store.Item, *Env, error) {
	p := s.newPlanner(ctx)
	field := currentField(ctx)
	q := store.ListQuery{Kind: kind, Filter: f, Window: store.Window{Limit: 1}}
	err := p.run(ctx, field, func() (err error) {
		q.Plan, err = p.plan([]kg.Kind{kind}, field.Selections)
		return err
	})
	if err != nil {
		return nil, nil, err
	}
	s.cost.AddCall()
	page, err := s.store.List(ctx, s.view(p.asOf()), q)
	if err != nil || len(page.Edges) == 0 {
		return nil, nil, err
	}
	s.leftIn(page)
	return page.Edges[0].Item, p.env(), s.countBelow(ctx, p.asOf(), planned{q.Plan, itemsOf(page)})
}

// PageOf is the page that a child field finds on its parent's item.
func PageOf(ctx context.Context, s *Session, item *store.Item) (*store.Page, []byte, error) {
	field := currentField(ctx)
	a := s.asked(field.Field, func() map[string]any { return graphql.GetOperationContext(ctx).Variables })
	page := item.Tree[a.key]
	if page == nil {
		return nil, nil, fmt.Errorf("loaders: %s was not planned", field.Name)
	}
	return page, a.question, nil
}

// Question is what the cursors of the context's field are bound to.
func Question(ctx context.Context) []byte {
	return question(currentField(ctx).Field, graphql.GetOperationContext(ctx).Variables)
}

func currentField(ctx context.Context) graphql.CollectedField {
	return graphql.GetFieldContext(ctx).Field
}

// Collect is graphql.CollectFields, for selection sets that are put together here too. gqlgen remembers what it collected
// by the address of the set: the session keeps every set that it was asked about as long as the operation lives, so that
// no other set comes to stand at that address and takes its fields.
func (s *Session) Collect(op *graphql.OperationContext, set ast.SelectionSet, types ...string) []graphql.CollectedField {
	s.mu.Lock()
	s.kept = append(s.kept, set)
	s.mu.Unlock()
	return graphql.CollectFields(op, set, types)
}

// asked is what a field of the document asks, however many objects it stands under.
type asked struct {
	key      string // of its step: the field and its arguments
	question []byte // what its cursors are bound to; nil where it shows none
}

func (s *Session) asked(f *ast.Field, vars func() map[string]any) *asked {
	if a, ok := s.fields.Load(f); ok {
		return a.(*asked)
	}
	v := vars()
	a := &asked{key: f.Name + canonical(f.ArgumentMap(v))}
	if showsCursors(f.SelectionSet) {
		a.question = question(f, v)
	}
	s.fields.Store(f, a)
	return a
}

// showsCursors says whether a connection's selection may show a cursor.
func showsCursors(set ast.SelectionSet) bool {
	for _, sel := range set {
		f, ok := sel.(*ast.Field)
		if !ok || f.Name == "pageInfo" || f.Name == "edges" {
			return true // a fragment may hold anything
		}
	}
	return false
}

// stepKey names a step by its field and arguments, so that aliases of the same question share one page and the
// same alias with other arguments does not.
func (s *Session) stepKey(f *ast.Field, vars map[string]any) string {
	return s.asked(f, func() map[string]any { return vars }).key
}

// question is the fingerprint of a field's question, without the window that a cursor moves and the date or instant
// that it keeps.
func question(f *ast.Field, vars map[string]any) []byte {
	args := f.ArgumentMap(vars)
	for _, name := range []string{"first", "after", "last", "before", "asOf", "at"} {
		delete(args, name)
	}
	return store.Question(f.Name, canonical(args))
}

// Key names what the field being resolved asks, as look-ahead named it: field and arguments.
func Key(ctx context.Context) string {
	return From(ctx).stepKey(currentField(ctx).Field, graphql.GetOperationContext(ctx).Variables)
}

// KeyOf is Key for a field of the selection.
func (s *Session) KeyOf(f graphql.CollectedField, vars map[string]any) string {
	return s.stepKey(f.Field, vars)
}

// QuestionOf is what the cursors of a field of the selection are bound to: its own question and, where it shows a
// part of a computed answer, the question of the field under which it stands.
func QuestionOf(vars map[string]any, fields ...graphql.CollectedField) []byte {
	var parts []any
	for _, f := range fields {
		parts = append(parts, string(question(f.Field, vars)))
	}
	return store.Question(parts...)
}

// Cursors seals and opens cursors for the operation.
func (s *Session) Cursors() *store.Cursors { return s.cursors }
