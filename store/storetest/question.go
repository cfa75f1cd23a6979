package storetest

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"lintu/geo"
	"lintu/kg"
	"lintu/store"
)

// The questions of the contract as values: asked of the store and the oracle alike.

func listing(v store.View, q store.ListQuery) question {
	return question{describe("List", v, q), func(ctx context.Context, s store.Store) (any, error) { return s.List(ctx, v, q) }}
}

func expanding(v store.View, sources []kg.ID, p *store.Plan) question {
	return question{describe("Expand", v, sources, p), func(ctx context.Context, s store.Store) (any, error) { return s.Expand(ctx, v, sources, p) }}
}

func lookingUp(v store.View, groups []store.Group) question {
	return question{describe("Nodes", v, groups), func(ctx context.Context, s store.Store) (any, error) { return s.Nodes(ctx, v, groups) }}
}

// boxes asks for what of a kind is in boxes.
func boxes(k kg.Kind, list ...geo.Box) store.WithinQuery {
	var q store.WithinQuery
	for _, b := range list {
		q.Boxes = append(q.Boxes, store.KindBox{Kind: k, Box: b})
	}
	return q
}

func locating(v store.View, q store.WithinQuery) question {
	return question{describe("Within", v, q), func(ctx context.Context, s store.Store) (any, error) { return s.Within(ctx, v, q) }}
}

func searching(v store.View, q store.SearchQuery) question {
	what := describe("Search", v, q.Text.Norm(), q.Kinds, q.Filter, q.Limit, q.After, q.Count, q.Plan)
	return question{what, func(ctx context.Context, s store.Store) (any, error) { return s.Search(ctx, v, q) }}
}

func counting(v store.View, q store.CountQuery) question {
	return question{describe("Count", v, q), func(ctx context.Context, s store.Store) (any, error) { return s.Count(ctx, v, q) }}
}

func climbing(v store.View, q store.AncestryQuery) question {
	return question{describe("Ancestry", v, q), func(ctx context.Context, s store.Store) (any, error) { return s.Ancestry(ctx, v, q) }}
}

// answer asks the store and the oracle and gives the answer that both gave.
func answer[T any](t testing.TB, g *graph, q question) T {
	t.Helper()
	a, err := g.same(t, q)
	if err != nil {
		t.Fatalf("%s\n%v", q.what, err)
	}
	return a.(T)
}

func (g *graph) list(t testing.TB, v store.View, q store.ListQuery) *store.Page {
	t.Helper()
	return answer[*store.Page](t, g, listing(v, q))
}

func (g *graph) expand(t testing.TB, v store.View, sources []kg.ID, p *store.Plan) map[kg.ID]store.Tree {
	t.Helper()
	return answer[map[kg.ID]store.Tree](t, g, expanding(v, sources, p))
}

// step is the page of one step from one named source.
func (g *graph) step(t testing.TB, v store.View, source string, s store.Step) *store.Page {
	t.Helper()
	s.Key = "k"
	id := g.f.ID(source)
	return g.expand(t, v, []kg.ID{id}, plan(&s))[id]["k"]
}

func (g *graph) nodes(t testing.TB, v store.View, groups ...store.Group) []map[kg.ID]*store.Item {
	t.Helper()
	return answer[[]map[kg.ID]*store.Item](t, g, lookingUp(v, groups))
}

func (g *graph) within(t testing.TB, v store.View, q store.WithinQuery) [][]store.Located {
	t.Helper()
	return answer[[][]store.Located](t, g, locating(v, q))
}

func (g *graph) search(t testing.TB, v store.View, q store.SearchQuery) *store.SearchPage {
	t.Helper()
	return answer[*store.SearchPage](t, g, searching(v, q))
}

func (g *graph) ancestry(t testing.TB, v store.View, q store.AncestryQuery) map[kg.ID][]store.Relative {
	t.Helper()
	return answer[map[kg.ID][]store.Relative](t, g, climbing(v, q))
}

// count gives groups as "key=count", with names for ids; with sources "source=count" or "source key=count".
func (g *graph) count(t testing.TB, v store.View, q store.CountQuery) string {
	t.Helper()
	var out []string
	for _, c := range answer[[]store.GroupCount](t, g, counting(v, q)) {
		of := strings.TrimSpace(g.f.Name(c.Source) + " " + g.f.Name(kg.ID(c.Key)))
		out = append(out, fmt.Sprintf("%s=%d", of, c.Count))
	}
	return strings.Join(out, ", ")
}

// found are the names of the people, or nodes of another kind, that a filter holds for, sorted by name.
func (g *graph) found(t testing.TB, v store.View, k kg.Kind, f kg.Filter) string {
	t.Helper()
	return sortedNames(g.pageNames(g.list(t, v, store.ListQuery{Kind: k, Filter: f, Window: all})))
}

func plan(steps ...*store.Step) *store.Plan { return &store.Plan{Steps: steps} }

// all is a window on everything.
var all = store.Window{Limit: store.NoLimit}

// describe writes a question so that a failure can be read: only what is set, with the names of types.
func describe(method string, parts ...any) string {
	var b strings.Builder
	b.WriteString(method)
	for _, p := range parts {
		b.WriteByte(' ')
		describeValue(&b, reflect.ValueOf(p))
	}
	return b.String()
}

func describeValue(b *strings.Builder, v reflect.Value) {
	switch v.Kind() {
	case reflect.Invalid:
		b.WriteString("nil")
	case reflect.Interface, reflect.Pointer:
		if v.IsNil() {
			b.WriteString("nil")
			return
		}
		describeValue(b, v.Elem())
	case reflect.Slice:
		b.WriteString(v.Type().Name() + "[")
		for i := range v.Len() {
			if i > 0 {
				b.WriteByte(' ')
			}
			describeValue(b, v.Index(i))
		}
		b.WriteByte(']')
	case reflect.Struct:
		b.WriteString(v.Type().Name() + "{")
		for i := range v.NumField() {
			if f := v.Field(i); !f.IsZero() {
				b.WriteString(" " + v.Type().Field(i).Name + ":")
				describeValue(b, f)
			}
		}
		b.WriteString(" }")
	default:
		fmt.Fprintf(b, "%v", v)
	}
}

// inOrder fails unless the page has at least so many edges, each behind the one before it.
func inOrder(t *testing.T, what string, desc bool, atLeast int, p *store.Page) {
	t.Helper()
	if len(p.Edges) < atLeast {
		t.Fatalf("%s: only %d edges", what, len(p.Edges))
	}
	for i := 1; i < len(p.Edges); i++ {
		c := store.ComparePositions(p.Edges[i-1].Position, p.Edges[i].Position)
		if c == 0 || (c < 0) == desc {
			t.Errorf("%s: edge %d (%v) stands behind %v", what, i, p.Edges[i].Position, p.Edges[i-1].Position)
		}
	}
}

// pageThrough walks an ordered list in pages of several sizes, forward and backward, and fails unless the pages are
// the full list without gap or duplicate, and say truly whether there is more.
func pageThrough(t *testing.T, what string, ask func(store.Window) *store.Page) {
	t.Helper()
	full := ask(store.Window{Limit: store.NoLimit, Count: true})
	want := places(full)
	if full.HasNext || full.HasPrev || full.Total != len(want) {
		t.Errorf("%s: the full list says next %v, prev %v, total %d of %d", what, full.HasNext, full.HasPrev, full.Total, len(want))
	}
	for _, limit := range []int{2, len(want)} {
		if got := forward(t, what, limit, len(want), ask); !slices.Equal(got, want) {
			t.Errorf("%s: %d at a time forward gives\n%v, not\n%v", what, limit, got, want)
		}
		if got := backward(t, what, limit, len(want), ask); !slices.Equal(got, want) {
			t.Errorf("%s: %d at a time backward gives\n%v, not\n%v", what, limit, got, want)
		}
	}
	if len(want) < 3 {
		return
	}
	first, last := &full.Edges[0].Position, &full.Edges[len(want)-1].Position
	between := want[1 : len(want)-1]
	if p := ask(store.Window{Limit: store.NoLimit, After: first, Before: last}); !slices.Equal(places(p), between) {
		t.Errorf("%s: between the first and the last stand\n%v, not\n%v", what, places(p), between)
	}
	if p := ask(store.Window{Limit: 1, After: first, Before: last, Backward: true}); !slices.Equal(places(p), between[len(between)-1:]) || !p.HasNext {
		t.Errorf("%s: the last between the first and the last is %v", what, places(p))
	}
}

func forward(t *testing.T, what string, limit, total int, ask func(store.Window) *store.Page) []store.Position {
	t.Helper()
	var got []store.Position
	w := store.Window{Limit: limit, Count: true}
	for {
		p := ask(w)
		got = append(got, places(p)...)
		if p.HasPrev != (w.After != nil) || p.Total != total {
			t.Fatalf("%s: page after %v says prev %v, total %d", what, w.After, p.HasPrev, p.Total)
		}
		if !p.HasNext || len(p.Edges) == 0 {
			return got
		}
		w.After = &p.Edges[len(p.Edges)-1].Position
	}
}

func backward(t *testing.T, what string, limit, total int, ask func(store.Window) *store.Page) []store.Position {
	t.Helper()
	var got []store.Position
	w := store.Window{Limit: limit, Count: true, Backward: true}
	for {
		p := ask(w)
		got = append(places(p), got...)
		if p.HasNext != (w.Before != nil) || p.Total != total {
			t.Fatalf("%s: page before %v says next %v, total %d", what, w.Before, p.HasNext, p.Total)
		}
		if !p.HasPrev || len(p.Edges) == 0 {
			return got
		}
		w.Before = &p.Edges[0].Position
	}
}

// places are the positions on a page.
func places(p *store.Page) []store.Position {
	var out []store.Position
	for _, e := range p.Edges {
		out = append(out, e.Position)
	}
	return out
}

// edgeIDs are the ids of the nodes on a page.
func edgeIDs(p *store.Page) []kg.ID {
	var out []kg.ID
	for _, e := range p.Edges {
		out = append(out, e.Item.Node.Common().ID)
	}
	return out
}
