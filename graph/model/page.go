package model

import (
	"context"

	"lintu/kg"
	"lintu/loaders"
	"lintu/store"
)

// Connection is a page of nodes of a type, or of ties to them.
type Connection[T Node] struct {
	env      *loaders.Env
	page     *store.Page
	question []byte
	found    *Found // where the nodes were not found by a page
}

// NewConnection is a page as the answer of a field.
func NewConnection[T Node](env *loaders.Env, page *store.Page, question []byte) *Connection[T] {
	return &Connection[T]{env: env, page: page, question: question}
}

// Among says which nodes the connection has in all, where they were not found by a page.
func (c *Connection[T]) Among(f *Found) *Connection[T] {
	c.found = f
	return c
}

// page is the connection that the field being resolved finds on its parent.
func page[T Node](ctx context.Context, o object) (*Connection[T], error) {
	p, question, err := loaders.PageOf(ctx, o.env.Session, o.item)
	if err != nil {
		return nil, err
	}
	return NewConnection[T](o.env, p, question), nil
}

// Edges are the places on the page.
func (c *Connection[T]) Edges() []*Edge[T] {
	out := make([]*Edge[T], len(c.page.Edges))
	for i := range c.page.Edges {
		out[i] = &Edge[T]{c: c, e: &c.page.Edges[i]}
	}
	return out
}

// Nodes are the nodes of the edges.
func (c *Connection[T]) Nodes() []T {
	out := make([]T, len(c.page.Edges))
	for i := range c.page.Edges {
		out[i] = To[T](c.env, c.page.Edges[i].Item)
	}
	return out
}

// PageInfo is where the page lies.
func (c *Connection[T]) PageInfo() *PageInfo {
	info := &PageInfo{HasNextPage: c.page.HasNext, HasPreviousPage: c.page.HasPrev}
	if n := len(c.page.Edges); n > 0 {
		info.StartCursor = some(c.env.Seal(c.question, c.page.Edges[0].Position))
		info.EndCursor = some(c.env.Seal(c.question, c.page.Edges[n-1].Position))
	}
	return info
}

// TotalCount is how many there are in all; it was counted because it was asked for. Nil where it is withheld.
func (c *Connection[T]) TotalCount() *int { return told(&c.page.Total) }

// told is a count, nil where it is withheld because it is small.
func told(n *int) *int {
	if *n == loaders.Withheld {
		return nil
	}
	return n
}

// Counts are the groups of what is on all pages together; they were counted because they were asked for.
func (c *Connection[T]) Counts(ctx context.Context) ([]*CountGroup, error) {
	if c.found != nil {
		return c.found.Counts(ctx)
	}
	groups, err := loaders.GroupsOf(ctx, c.env.Session, c.page)
	if err != nil {
		return nil, err
	}
	return countGroups(c.env, groups), nil
}

func countGroups(env *loaders.Env, groups []loaders.Group) []*CountGroup {
	out := make([]*CountGroup, len(groups))
	for i, g := range groups {
		out[i] = &CountGroup{Key: some(g.Key), Node: Wrap(env, g.Item), Count: told(&groups[i].Count)}
	}
	return out
}

// Found are the nodes of a connection that were computed outside the store, those of all pages together.
type Found struct {
	env  *loaders.Env
	kind kg.Kind
	ids  func() []kg.ID
}

// NewFound is nodes of one kind, which ids gives when they are needed.
func NewFound(env *loaders.Env, kind kg.Kind, ids func() []kg.ID) *Found {
	return &Found{env: env, kind: kind, ids: ids}
}

// Counts are their groups, counted when they are resolved.
func (f *Found) Counts(ctx context.Context) ([]*CountGroup, error) {
	groups, err := f.env.Session.GroupsAmong(ctx, f.env.AsOf, f.kind, f.ids())
	if err != nil {
		return nil, err
	}
	return countGroups(f.env, groups), nil
}

// CountGroup is the GraphQL type CountGroup.
type CountGroup struct {
	Key   *string
	Node  Node
	Count *int
}

// PageInfo is the GraphQL type PageInfo.
type PageInfo struct {
	HasNextPage     bool
	HasPreviousPage bool
	StartCursor     *string
	EndCursor       *string
}

// Edge is a place on a page: a node and, where a relation led there, the tie.
type Edge[T Node] struct {
	c *Connection[T]
	e *store.Edge
}

// Node is the node at this place; Cursor the place.
func (e *Edge[T]) Node() T        { return To[T](e.c.env, e.e.Item) }
func (e *Edge[T]) Cursor() string { return e.c.env.Seal(e.c.question, e.e.Position) }

// The tie's own fields. Edges of connections that follow no tie do not show them.
func (e *Edge[T]) ID() kg.ID             { return e.e.Tie.ID }
func (e *Edge[T]) Version() int64        { return e.e.Tie.Version }
func (e *Edge[T]) Relation() kg.Relation { return e.e.Tie.Relation }
func (e *Edge[T]) ValidFrom() kg.Date    { return e.e.Tie.Valid.From }
func (e *Edge[T]) ValidTo() kg.Date      { return e.e.Tie.Valid.To }
func (e *Edge[T]) Source() *string       { return some(e.e.Tie.Source) }
func (e *Edge[T]) Confidence() *float64  { return some(e.e.Tie.Confidence) }

// The fields that some relations carry.
func (e *Edge[T]) Role() *string      { return some(e.e.Tie.Role) }
func (e *Edge[T]) Scheme() *string    { return some(e.e.Tie.Scheme) }
func (e *Edge[T]) Slot() *string      { return some(e.e.Tie.Slot) }
func (e *Edge[T]) Status() *string    { return some(e.e.Tie.Status) }
func (e *Edge[T]) Post() *string      { return some(e.e.Tie.Post) }
func (e *Edge[T]) Kind() *string      { return some(e.e.Tie.Kind) }
func (e *Edge[T]) Form() *string      { return some(e.e.Tie.Form) }
func (e *Edge[T]) Agreement() *string { return some(e.e.Tie.Agreement) }
func (e *Edge[T]) Kinship() *string   { return some(e.e.Tie.Kinship) }
func (e *Edge[T]) Rank() *int         { return some(e.e.Tie.Rank) }
func (e *Edge[T]) FullTime() *bool    { return &e.e.Tie.FullTime }
func (e *Edge[T]) PartTime() *bool    { return &e.e.Tie.PartTime }
func (e *Edge[T]) Consent() *bool     { return &e.e.Tie.Consent }
func (e *Edge[T]) Hours() []kg.Duty   { return e.e.Tie.Hours }
func (e *Edge[T]) StartsAt() *Instant { return instant(e.e.Tie.StartsAt) }
func (e *Edge[T]) EndsAt() *Instant   { return instant(e.e.Tie.EndsAt) }

// OnBehalfOf, Site and Device are the node that the tie refers to; Target is where a tie met from that node leads.
func (e *Edge[T]) OnBehalfOf() *Unit { return To[*Unit](e.c.env, e.e.Ref) }
func (e *Edge[T]) Site() *Building   { return To[*Building](e.c.env, e.e.Ref) }
func (e *Edge[T]) Device() *Doorbell { return To[*Doorbell](e.c.env, e.e.Ref) }
func (e *Edge[T]) Target() Node      { return Wrap(e.c.env, e.e.Other) }
