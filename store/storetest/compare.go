package storetest

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"lintu/kg"
	"lintu/store"
)

// errorClass is the kind of an error by which answers are compared: one of kg's, "" for none.
func errorClass(err error) string {
	if err == nil {
		return ""
	}
	for _, class := range []error{kg.ErrInvalid, kg.ErrNotFound, kg.ErrConflict, kg.ErrForbidden, kg.ErrLimit, kg.ErrUnavailable, kg.ErrTimeout, kg.ErrTooOld, context.Canceled} {
		if errors.Is(err, class) {
			return class.Error()
		}
	}
	return "an error of no class: " + err.Error()
}

// question is something that can be asked of any store.
type question struct {
	what string
	ask  func(ctx context.Context, s store.Store) (any, error)
}

// same asks the store and the oracle, and fails where the answers differ in anything.
func (g *graph) same(t testing.TB, q question) (any, error) {
	t.Helper()
	got, problem, err := g.compare(t.Context(), q)
	if problem != "" {
		t.Fatal(problem)
	}
	return got, err
}

// compare asks the store and the oracle, and says how the answers differ: "" where they do not.
func (g *graph) compare(ctx context.Context, q question) (answer any, problem string, err error) {
	want, wantErr := q.ask(ctx, g.oracle)
	got, err := q.ask(ctx, g.Store)
	if errorClass(err) != errorClass(wantErr) {
		return nil, fmt.Sprintf("%s\nthe store says %v\nthe oracle says %v", q.what, err, wantErr), nil
	}
	if err != nil {
		return nil, "", err
	}
	d := dumper{f: g.f}
	if a, b := d.text(got), d.text(want); a != b {
		return nil, fmt.Sprintf("%s\nthe store's answer is not the oracle's:\n%s", q.what, firstDifference(a, b)), nil
	}
	return got, "", nil
}

// firstDifference is where two texts begin to differ, with the lines before it.
func firstDifference(got, want string) string {
	a, b := strings.Split(got, "\n"), strings.Split(want, "\n")
	i := 0
	for i < len(a) && i < len(b) && a[i] == b[i] {
		i++
	}
	line := func(lines []string) string {
		if i < len(lines) {
			return lines[i]
		}
		return "(the end)"
	}
	return fmt.Sprintf("line %d, after\n%s\nstore : %s\noracle: %s", i+1, strings.Join(a[max(0, i-6):i], "\n"), line(a), line(b))
}

// dumper writes an answer as text, everything of it: what is compared and shown. Absent and empty are the same.
type dumper struct {
	f   *Fixture
	out strings.Builder
}

func (d dumper) text(answer any) string {
	d.out = strings.Builder{}
	switch a := answer.(type) {
	case *store.Page:
		d.page(0, a)
	case map[kg.ID]store.Tree:
		for _, id := range slices.Sorted(maps.Keys(a)) {
			d.line(0, "source %s", d.f.Name(id))
			d.tree(1, a[id])
		}
	case []map[kg.ID]*store.Item:
		for i, group := range a {
			d.line(0, "group %d", i)
			for _, id := range slices.Sorted(maps.Keys(group)) {
				d.item(1, string(id), group[id])
			}
		}
	case *store.SearchPage:
		d.line(0, "hits next=%v total=%d exact=%v", a.HasNext, a.Total, a.TotalExact)
		for _, h := range a.Hits {
			d.item(1, fmt.Sprintf("%v %q %s", h.Position.Class, h.Position.Norm, h.Position.ID), h.Item)
		}
	case map[kg.ID][]store.Relative:
		d.relatives(a)
	default:
		d.line(0, "%+v", answer)
	}
	return d.out.String()
}

func (d *dumper) line(depth int, format string, args ...any) {
	d.out.WriteString(strings.Repeat("  ", depth))
	fmt.Fprintf(&d.out, format, args...)
	d.out.WriteByte('\n')
}

func (d *dumper) relatives(all map[kg.ID][]store.Relative) {
	for _, id := range slices.Sorted(maps.Keys(all)) {
		for i, r := range all[id] {
			d.line(0, "%s relative %d at depth %d %s", d.f.Name(id), i, r.Depth, d.node(r.Node))
		}
	}
}

func (d *dumper) page(depth int, p *store.Page) {
	if p == nil {
		d.line(depth, "no page")
		return
	}
	d.line(depth, "next=%v prev=%v total=%d", p.HasNext, p.HasPrev, p.Total)
	for i := range p.Edges {
		e := &p.Edges[i]
		d.line(depth, "edge (%#v, %s) depth=%d %s", e.Position.Value, e.Position.ID, e.Depth, d.tie(e.Tie))
		d.item(depth+1, "node", e.Item)
		if e.Ref != nil {
			d.item(depth+1, "ref", e.Ref)
		}
		if e.Other != nil {
			d.item(depth+1, "other", e.Other)
		}
	}
}

func (d *dumper) item(depth int, what string, item *store.Item) {
	if item == nil {
		d.line(depth, "%s: none", what)
		return
	}
	d.line(depth, "%s: %s", what, d.node(item.Node))
	d.tree(depth+1, item.Tree)
}

func (d *dumper) tree(depth int, tree store.Tree) {
	for _, key := range slices.Sorted(maps.Keys(tree)) {
		d.line(depth, "step %s", key)
		d.page(depth+1, tree[key])
	}
}

func (d *dumper) node(n kg.Node) string {
	if n == nil {
		return "no node"
	}
	b := n.Common()
	return fmt.Sprintf("%s %s v%d [%s, %s) %s", d.f.Name(b.ID), b.ID, b.Version, b.Life.From, b.Life.To, kg.Encode(n))
}

func (d *dumper) tie(t *kg.Tie) string {
	if t == nil {
		return ""
	}
	return fmt.Sprintf("%s %s v%d %s %s->%s ref=%s [%s, %s) %s", d.f.Name(t.ID), t.ID, t.Version, t.Relation, d.f.Name(t.From), d.f.Name(t.To), d.f.Name(t.Ref), t.Valid.From, t.Valid.To, kg.EncodeTie(t))
}

// The answers as names, for expectations.

func (g *graph) pageNames(p *store.Page) string {
	var ids []kg.ID
	for _, e := range p.Edges {
		ids = append(ids, e.Item.Node.Common().ID)
	}
	return g.f.Names(ids...)
}

// sortedNames is for answers in the order of ids, which names do not follow.
func sortedNames(joined string) string {
	if joined == "" {
		return ""
	}
	names := strings.Split(joined, ", ")
	slices.Sort(names)
	return strings.Join(names, ", ")
}

func equal[T comparable](t testing.TB, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%s:\n got %v\nwant %v", what, got, want)
	}
}

// wholeGraph compares everything that the store holds with the oracle: every node, every tie from its source.
func (g *graph) wholeGraph(t testing.TB) {
	t.Helper()
	for _, d := range kg.Kinds {
		var steps []*store.Step
		for i := range kg.Relations {
			r := &kg.Relations[i]
			if len(r.Far(d.Kind, kg.Out)) > 0 {
				steps = append(steps, &store.Step{Key: string(r.Relation), Relation: r.Relation, Direction: kg.Out, Window: all})
			}
		}
		g.list(t, always, store.ListQuery{Kind: d.Kind, Window: all, Plan: plan(steps...)})
	}
	if got, want := g.revision(t), g.oracle.revision; got != want {
		t.Fatalf("the store is at revision %d, the oracle at %d", got, want)
	}
}

// everyArea compares who is inside what: of every kind, in areas of every kind, on days past, present and to come.
// The oracle compares itself too: what store.Run keeps with what it walks.
func (g *graph) everyArea(t testing.TB) {
	t.Helper()
	g.oracle.checkAreas(t, g.f)
	for _, v := range []store.View{on("2020-06-06"), on("2026-01-31"), today, always} {
		for _, d := range kg.Kinds {
			for _, area := range []kg.Kind{kg.KindDivision, kg.KindGrid, kg.KindCompound, kg.KindBuilding, kg.KindHousehold} {
				g.count(t, v, store.CountQuery{Kind: d.Kind, By: store.GroupBy{AreaKind: area}})
			}
		}
	}
}

// checkAreas compares the spans that store.Run keeps with the definition, on every day on which either changes.
func (o *Oracle) checkAreas(t testing.TB, f *Fixture) {
	t.Helper()
	o.mu.RLock()
	defer o.mu.RUnlock()
	for id := range o.nodes {
		days := o.daysAbove(id)
		stored := map[kg.ID][]kg.AreaSpan{}
		for _, s := range o.areas[id] {
			stored[s.Area] = append(stored[s.Area], s)
		}
		for area := range o.nodes {
			if !kg.AreaRules[area.Kind()].Self {
				continue
			}
			for _, day := range days {
				kept := false
				for _, s := range stored[area] {
					kept = kept || s.Holds(day)
				}
				if walked := o.inside(id, area, day); kept != walked {
					t.Fatalf("%s in %s on %q: kept %v, by its ties %v", f.Name(id), f.Name(area), day, kept, walked)
				}
			}
		}
	}
}
