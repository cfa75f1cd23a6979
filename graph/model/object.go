// Package model holds the Go types behind the GraphQL types: nodes with what look-ahead has read for them, pages
// and edges. nodes_gen.go is written by schemagen.
package model

import (
	"context"
	"encoding/json"

	"lintu/geo"
	"lintu/kg"
	"lintu/loaders"
	"lintu/store"
)

// Node is the GraphQL interface Node.
type Node interface {
	IsNode()
	ID() kg.ID
	Kind() kg.Kind
	Title() string
}

// object is what the types of all kinds share.
type object struct {
	env  *loaders.Env
	item *store.Item
}

// IsNode marks the types of the interface Node.
func (object) IsNode() {}

// ID, Kind and Title are the interface Node's; the others every kind has.
func (o object) ID() kg.ID            { return o.item.Node.Common().ID }
func (o object) Kind() kg.Kind        { return o.item.Node.Kind() }
func (o object) Title() string        { return o.item.Node.Title() }
func (o object) Version() int64       { return o.item.Node.Common().Version }
func (o object) ValidFrom() kg.Date   { return o.item.Node.Common().Life.From }
func (o object) ValidTo() kg.Date     { return o.item.Node.Common().Life.To }
func (o object) Source() *string      { return some(o.item.Node.Common().Source) }
func (o object) Confidence() *float64 { return some(o.item.Node.Common().Confidence) }

// PartyMember is whether the person is a full or probationary party member.
func (o *Person) PartyMember() bool { return o.n.PartyMember() }

// some is a pointer to v, nil for the zero value, which GraphQL shows as null.
func some[T comparable](v T) *T {
	var zero T
	if v == zero {
		return nil
	}
	return &v
}

// list is l, empty and not null where there is nothing in it.
func list[T any](l []T) []T {
	if l == nil {
		return []T{}
	}
	return l
}

// shape is a boundary as GeoJSON text.
func shape(s *geo.Shape) *string {
	if s == nil {
		return nil
	}
	b, err := json.Marshal(s)
	if err != nil {
		return nil
	}
	return some(string(b))
}

// parent is the node directly above, from the page that look-ahead planned for it.
func parent(ctx context.Context, o object) (Node, error) {
	p, _, err := loaders.PageOf(ctx, o.env.Session, o.item)
	if err != nil || len(p.Edges) == 0 {
		return nil, err
	}
	return Wrap(o.env, p.Edges[0].Item), nil
}

// To is an item in the type of its kind; nil for nil.
func To[T Node](env *loaders.Env, item *store.Item) T {
	t, _ := Wrap(env, item).(T)
	return t
}
