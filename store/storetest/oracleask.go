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
	hits := w.hits([]kg.Kind{q.Kind}, q.Filter)
	var counts map[string]int
	switch {
	case q.By.Relation != "":
		counts = w.countBySource(q.By, hits)
	case q.By.AreaKind != "":
		counts = w.countByArea(q.By, hits)
	default:
		counts = w.countByField(q.By.Field, hits)
	}
	var out []store.GroupCount
	for _, key := range slices.Sorted(maps.Keys(counts)) {
		out = append(out, store.GroupCount{Key: key, Count: counts[key]})
	}
	return out, nil
}

func (w *world) countByField(field string, hits []kg.Node) map[string]int {
	counts := map[string]int{}
	for _, n := range hits {
		for _, key := range w.groupKeys(field, n) {
			counts[key]++
		}
	}
	return counts
}

// groupKeys are the groups of a node by a field; one empty key for no field.
func (w *world) groupKeys(field string, n kg.Node) []string {
	if field == "" {
		return []string{""}
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

func (w *world) countBySource(by store.GroupBy, hits []kg.Node) map[string]int {
	hit := map[kg.ID]bool{}
	for _, n := range hits {
		hit[n.Common().ID] = true
	}
	counts := map[string]int{}
	for _, source := range distinct(by.Sources) {
		if w.Node(source) == nil {
			continue
		}
		for _, t := range w.Ties(source, by.Relation, by.Direction) {
			if t.Valid.Holds(w.view.AsOf) && hit[kg.FarEnd(t, by.Direction)] {
				counts[string(source)]++
			}
		}
	}
	return counts
}

func (w *world) countByArea(by store.GroupBy, hits []kg.Node) map[string]int {
	var filter kg.Filter
	if len(by.Areas) > 0 {
		filter = kg.IDIn(by.Areas)
	}
	counts := map[string]int{}
	for _, area := range w.hits([]kg.Kind{by.AreaKind}, filter) {
		if by.AreaLevel != "" && kg.FieldOf(by.AreaKind, "level").Get(area) != by.AreaLevel {
			continue
		}
		for _, n := range hits {
			if w.Inside(n.Common().ID, area.Common().ID, w.view.AsOf) {
				counts[string(area.Common().ID)]++
			}
		}
	}
	return counts
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
