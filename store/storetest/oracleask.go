package storetest

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"

	"lintu/geo"
	"lintu/kg"
	"lintu/store"
	"lintu/text"
)

// Within implements store.Store.
func (o *Oracle) Within(ctx context.Context, v store.View, q store.WithinQuery) ([][]store.Located, error) {
	if err := q.Check(); err != nil {
		return nil, err
	}
	done, err := o.begin(ctx)
	if err != nil {
		return nil, err
	}
	defer done()
	out := make([][]store.Located, len(q.Boxes))
	for i, box := range q.Boxes {
		for _, n := range o.world(v).hits([]kg.Kind{box.Kind}, nil) {
			if p := pointOf(n); p != nil && box.Contains(*p) {
				out[i] = append(out[i], store.Located{ID: n.Common().ID, Point: *p})
			}
		}
	}
	return out, nil
}

func pointOf(n kg.Node) *geo.Point {
	if f := kg.FieldOf(n.Kind(), "point"); f != nil {
		return f.Get(n).(*geo.Point)
	}
	return nil
}

// Search implements store.Store.
func (o *Oracle) Search(ctx context.Context, v store.View, q store.SearchQuery) (*store.SearchPage, error) {
	if err := q.Check(); err != nil {
		return nil, err
	}
	done, err := o.begin(ctx)
	if err != nil {
		return nil, err
	}
	defer done()
	w := o.world(v)
	hits := w.matches(q)
	page := &store.SearchPage{}
	if q.Count {
		page.Total, page.TotalExact = min(len(hits), store.MaxSearchTotal), len(hits) <= store.MaxSearchTotal
	}
	if q.Limit == 0 {
		page.HasNext = page.Total > 0
		return page, nil
	}
	if q.After != nil {
		hits = slices.DeleteFunc(hits, func(h store.SearchHit) bool { return compareHits(h.Position, *q.After) <= 0 })
	}
	page.HasNext = len(hits) > q.Limit
	page.Hits = hits[:min(len(hits), q.Limit)]
	for _, h := range page.Hits {
		h.Item.Tree = w.tree(h.Position.ID, q.Plan)
	}
	return page, nil
}

// matches are all hits of a search, in order.
func (w *world) matches(q store.SearchQuery) []store.SearchHit {
	kinds := q.Kinds
	if len(kinds) == 0 {
		for _, d := range kg.Kinds {
			kinds = append(kinds, d.Kind)
		}
	}
	var hits []store.SearchHit
	for _, n := range w.hits(kinds, q.Filter) {
		class, norm := kg.BestMatch(q.Text, kg.SearchEntries(n))
		if class != text.None {
			at := store.SearchPosition{Class: class, Norm: norm, ID: n.Common().ID}
			hits = append(hits, store.SearchHit{Position: at, Item: &store.Item{Node: n}})
		}
	}
	slices.SortFunc(hits, func(a, b store.SearchHit) int { return compareHits(a.Position, b.Position) })
	return hits
}

func compareHits(a, b store.SearchPosition) int {
	switch {
	case text.Less(a.Class, a.Norm, string(a.ID), b.Class, b.Norm, string(b.ID)):
		return -1
	case a == b:
		return 0
	}
	return 1
}

// Count implements store.Store.
func (o *Oracle) Count(ctx context.Context, v store.View, q store.CountQuery) ([]store.GroupCount, error) {
	if err := q.Check(); err != nil {
		return nil, err
	}
	done, err := o.begin(ctx)
	if err != nil {
		return nil, err
	}
	defer done()
	w := o.world(v)
	sizes := map[store.GroupCount]int{}
	areas := w.areas(q.By)
	for _, c := range w.counted(q) {
		for _, key := range w.keys(q.By, c, areas) {
			sizes[store.GroupCount{Source: c.source, Key: key}]++
		}
	}
	var out []store.GroupCount
	for group, n := range sizes {
		group.Count = n
		out = append(out, group)
	}
	return q.SortGroups(out)
}

// counted is a thing that Count counts.
type counted struct {
	source kg.ID
	node   kg.Node
	tie    *kg.Tie
}

func (w *world) counted(q store.CountQuery) []counted {
	var out []counted
	if q.From == nil {
		for _, n := range w.hits([]kg.Kind{q.Kind}, q.Filter) {
			out = append(out, counted{node: n})
		}
		return out
	}
	all := q.From.Counted()
	all.Window.Limit = store.NoLimit
	for _, source := range q.From.Starts() {
		page := w.walkPage
		if !all.Walk {
			page = w.tiePage
		}
		for _, e := range page(source, all).Edges {
			out = append(out, counted{source, e.Item.Node, e.Tie})
		}
	}
	return out
}

// keys are the groups of a counted thing, each once.
func (w *world) keys(by store.GroupBy, c counted, areas []kg.ID) []string {
	keys := map[string]bool{}
	switch {
	case by.Tie != "":
		return []string{fmt.Sprint(kg.TieFieldOf(by.Tie).Get(c.tie))}
	case by.Relation != "":
		for _, t := range w.Ties(c.node.Common().ID, by.Relation, by.Direction) {
			far := w.o.nodes[kg.FarEnd(t, by.Direction)]
			if t.Valid.Holds(w.view.AsOf) && w.shows(far) {
				keys[string(far.Common().ID)] = true
			}
		}
	case by.AreaKind != "":
		for _, area := range areas {
			if w.Inside(c.node.Common().ID, area, w.view.AsOf) {
				keys[string(area)] = true
			}
		}
	default:
		return w.groupKeys(by.Field, c.node)
	}
	return slices.Sorted(maps.Keys(keys))
}

// areas are those that a grouping is by.
func (w *world) areas(by store.GroupBy) []kg.ID {
	if by.AreaKind == "" {
		return nil
	}
	var filter kg.Filter
	if len(by.Areas) > 0 {
		filter = kg.IDIn(by.Areas)
	}
	var out []kg.ID
	for _, area := range w.hits([]kg.Kind{by.AreaKind}, filter) {
		if by.AreaLevel == "" || kg.FieldOf(by.AreaKind, "level").Get(area) == by.AreaLevel {
			out = append(out, area.Common().ID)
		}
	}
	return out
}

// groupKeys are the groups of a node by a field; one empty key for no field.
func (w *world) groupKeys(field string, n kg.Node) []string {
	switch field {
	case "":
		return []string{""}
	case store.ByKind:
		return []string{string(n.Kind())}
	}
	f := kg.FieldOf(n.Kind(), field)
	switch value := f.Get(n).(type) {
	case []kg.Flag:
		keys := map[string]bool{}
		for _, flag := range value {
			if flag.Holds(w.view.AsOf) {
				keys[flag.Value] = true
			}
		}
		return slices.Sorted(maps.Keys(keys))
	case int64:
		if f.Type == kg.Day {
			return []string{kg.Date(value).String()}
		}
		return []string{fmt.Sprint(value)}
	default:
		return []string{fmt.Sprint(value)}
	}
}

// Ancestry implements store.Store.
func (o *Oracle) Ancestry(ctx context.Context, v store.View, q store.AncestryQuery) (map[kg.ID][]store.Relative, error) {
	if err := q.Check(); err != nil {
		return nil, err
	}
	done, err := o.begin(ctx)
	if err != nil {
		return nil, err
	}
	defer done()
	w := o.world(v)
	out := make(map[kg.ID][]store.Relative, len(q.Starts))
	for _, start := range distinct(q.Starts) {
		out[start] = slices.DeleteFunc(w.relatives(start, q.Direction, q.Depth), func(r store.Relative) bool {
			return (len(q.Kinds) > 0 && !slices.Contains(q.Kinds, r.Node.Kind())) || !w.shows(r.Node)
		})
	}
	return out, nil
}

func distinct[T cmp.Ordered](list []T) []T {
	out := slices.Clone(list)
	slices.Sort(out)
	return slices.Compact(out)
}
