package graph

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"lintu/graph/model"
	"lintu/kg"
	"lintu/loaders"
	"lintu/store"
)

// hydration fills answers that were computed outside the store: it collects which ids are shown at which place of
// the selection, reads them all in one visit, and gives them back.
type hydration struct {
	session *loaders.Session
	op      *graphql.OperationContext
	root    graphql.CollectedField // whose answer it is
	env     *loaders.Env
	groups  []store.Group
	found   []map[kg.ID]*store.Item
}

func newHydration(ctx context.Context, asOf kg.Date) *hydration {
	s := loaders.From(ctx)
	return &hydration{
		session: s, op: graphql.GetOperationContext(ctx), root: graphql.GetFieldContext(ctx).Field,
		env: &loaders.Env{Session: s, AsOf: asOf},
	}
}

// place is one place of the selection: ids that are shown there share a plan.
type place struct {
	h     *hydration
	group int
}

// place plans what some selection sets ask of nodes of some kinds.
func (h *hydration) place(ctx context.Context, kinds []kg.Kind, sets ast.SelectionSet) (place, error) {
	plan, err := h.session.Below(ctx, h.env.AsOf, kinds, sets)
	h.groups = append(h.groups, store.Group{Plan: plan})
	return place{h, len(h.groups) - 1}, err
}

// want asks for nodes at the place.
func (p place) want(ids ...kg.ID) {
	p.h.groups[p.group].IDs = append(p.h.groups[p.group].IDs, ids...)
}

// asked says whether nodes were asked for at the place.
func (p place) asked() bool { return len(p.h.groups[p.group].IDs) > 0 }

// item is a node that was asked for, nil where it is gone.
func (p place) item(id kg.ID) *store.Item { return p.h.found[p.group][id] }

// fetch reads everything that was asked for, in one visit; nothing where nothing was.
func (h *hydration) fetch(ctx context.Context) error {
	h.found = make([]map[kg.ID]*store.Item, len(h.groups))
	var asked []store.Group
	var at []int
	for i, g := range h.groups {
		if len(g.IDs) > 0 {
			asked, at = append(asked, g), append(at, i)
		}
	}
	if len(asked) == 0 {
		return nil
	}
	found, err := h.session.Fetch(ctx, h.env.AsOf, asked)
	for i := range found {
		h.found[at[i]] = found[i]
	}
	return err
}

// fields are the selected fields below a field, of its own type. Aliases of one question are one field, with all
// that is selected under any of them.
func (h *hydration) fields(f graphql.CollectedField) []graphql.CollectedField {
	var out []graphql.CollectedField
	at := map[string]int{}
	for _, c := range h.session.Collect(h.op, f.Selections, f.Definition.Type.Name()) {
		key := h.session.KeyOf(c, h.op.Variables)
		i, again := at[key]
		if !again {
			at[key] = len(out)
			out = append(out, c)
			continue
		}
		out[i].Selections = append(slices.Clone(out[i].Selections), c.Selections...)
	}
	return out
}

// nodeSets are the selection sets that a connection field asks of its nodes, and the selected fields of its edges.
func (h *hydration) nodeSets(f graphql.CollectedField) (nodes ast.SelectionSet, edges []graphql.CollectedField) {
	for _, c := range h.fields(f) {
		switch c.Name {
		case "nodes":
			nodes = append(nodes, c.Selections...)
		case "edges":
			for _, e := range h.fields(c) {
				if e.Name == "node" {
					nodes = append(nodes, e.Selections...)
				}
				edges = append(edges, e)
			}
		}
	}
	return nodes, edges
}

// slice is the part of a computed list that a field with first and after shows. Positions are compared with the
// order of the list.
type slice struct {
	question []byte
	limit    int
	after    *store.Position
}

// window reads first and after of a field, and the instant that the cursor of an earlier page keeps.
func (h *hydration) window(f graphql.CollectedField, path string, at *time.Time) (slice, error) {
	args := f.ArgumentMap(h.op.Variables)
	s := slice{question: loaders.QuestionOf(h.op.Variables, h.root, f)}
	var err error
	if s.limit, err = h.session.PageSize(path+"first", args["first"]); err != nil {
		return s, err
	}
	cursor, ok := args["after"].(string)
	if !ok {
		return s, nil
	}
	pos, _, err := h.session.Cursors().Open(path+"after", s.question, cursor)
	if err != nil {
		return s, err
	}
	id, unix, _ := strings.Cut(string(pos.ID), "@")
	sec, err := strconv.ParseInt(unix, 10, 64)
	if err != nil {
		return s, kg.Invalid(path+"after", "not a cursor of this question", "a cursor that the same question gave")
	}
	then := time.Unix(sec, 0)
	if !at.IsZero() && !at.Equal(then) {
		return s, kg.Invalid(path+"after", "a cursor of a page at "+then.UTC().Format(time.RFC3339), "cursors of pages at one instant; give at, or leave it out")
	}
	*at = then
	pos.ID = kg.ID(id)
	s.after = &pos
	return s, nil
}

// seal is the cursor of a position of a computed list; it keeps the instant of the answer.
func (h *hydration) seal(question []byte, p store.Position, at time.Time) string {
	p.ID = withInstant(p.ID, at)
	return h.env.Seal(question, p)
}

// sealing gives the cursors of a page of n edges, by number: those that the selection shows. pageInfo shows the first and
// the last.
func (h *hydration) sealing(f graphql.CollectedField, win slice, at time.Time, n int) func(i int, p store.Position) string {
	var all, ends bool
	for _, c := range h.fields(f) {
		switch c.Name {
		case "pageInfo":
			ends = true
		case "edges":
			all = all || slices.ContainsFunc(h.fields(c), func(e graphql.CollectedField) bool { return e.Name == "cursor" })
		}
	}
	return func(i int, p store.Position) string {
		if all || ends && (i == 0 || i == n-1) {
			return h.seal(win.question, p, at)
		}
		return ""
	}
}

// withInstant makes a position's id keep the instant of the answer, for the cursor.
func withInstant(id kg.ID, at time.Time) kg.ID { return kg.ID(fmt.Sprintf("%s@%d", id, at.Unix())) }

// cut is the part of list that s asks for; position gives each element's, in the list's order.
func cut[E any](s slice, list []E, position func(E) store.Position, less func(a, b store.Position) bool) (page []E, more bool) {
	start := 0
	if s.after != nil {
		at := slices.IndexFunc(list, func(e E) bool { return position(e) == *s.after })
		if start = at + 1; at < 0 { // gone since the cursor was given: go on where it would stand
			start = len(list)
			if next := slices.IndexFunc(list, func(e E) bool { return less(*s.after, position(e)) }); next >= 0 {
				start = next
			}
		}
	}
	end := min(start+s.limit, len(list))
	return list[start:end], end < len(list)
}

// ascending and descending compare positions by value, then by ascending id.
func ascending(a, b store.Position) bool { return store.ComparePositions(a, b) < 0 }

func descending(a, b store.Position) bool {
	x, y := a.Value.(int64), b.Value.(int64)
	return x > y || (x == y && a.ID < b.ID)
}

// pageInfo of a computed list's page whose edges have these cursors.
func pageInfo(s slice, more bool, cursors []string) *model.PageInfo {
	info := &model.PageInfo{HasNextPage: more, HasPreviousPage: s.after != nil}
	if n := len(cursors); n > 0 {
		info.StartCursor, info.EndCursor = &cursors[0], &cursors[n-1]
	}
	return info
}
