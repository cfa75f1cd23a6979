package neo4j

import (
	"context"
	"strings"

	"lintu/kg"
	"lintu/store"
	"lintu/text"
)

// Search implements store.Store. Each class of hits is one statement that gives candidates in the order of hits;
// package text decides. A class is read only if the page, or the total, is not full.
func (s *Store) Search(ctx context.Context, v store.View, q store.SearchQuery) (*store.SearchPage, error) {
	if err := q.Check(); err != nil {
		return nil, err
	}
	page := &store.SearchPage{}
	var hits []store.SearchHit
	var err error
	if q.Count {
		if hits, err = s.hits(ctx, v, q, nil, max(store.MaxSearchTotal, q.Limit)+1); err != nil {
			return nil, err
		}
		page.Total, page.TotalExact = min(len(hits), store.MaxSearchTotal), len(hits) <= store.MaxSearchTotal
	}
	if q.Limit == 0 {
		page.HasNext = page.Total > 0
		return page, nil
	}
	if !q.Count || q.After != nil {
		if hits, err = s.hits(ctx, v, q, q.After, q.Limit+1); err != nil {
			return nil, err
		}
	}
	page.HasNext = len(hits) > q.Limit
	page.Hits = hits[:min(len(hits), q.Limit)]
	return page, s.expandHits(ctx, v, page.Hits, q.Plan)
}

func (s *Store) expandHits(ctx context.Context, v store.View, hits []store.SearchHit, p *store.Plan) error {
	edges := make([]store.Edge, len(hits))
	for i, h := range hits {
		edges[i].Item = h.Item
	}
	return s.expandPage(ctx, v, edges, p)
}

// hits are the first hits after a position.
func (s *Store) hits(ctx context.Context, v store.View, q store.SearchQuery, after *store.SearchPosition, limit int) ([]store.SearchHit, error) {
	var out []store.SearchHit
	for _, class := range q.Text.Classes() {
		from := store.SearchPosition{Class: class}
		if after != nil && class < after.Class {
			continue
		} else if after != nil && class == after.Class {
			from = *after
		}
		for len(out) < limit {
			found, last, err := s.candidates(ctx, v, q, from, limit-len(out))
			if err != nil {
				return nil, err
			}
			out = append(out, found...)
			if last == nil {
				break
			}
			from = *last
		}
	}
	return out, nil
}

// candidates reads some nodes that may be hits of a class, from a position on, and keeps those that are. last is
// where to go on, nil where the class is at its end.
func (s *Store) candidates(ctx context.Context, v store.View, q store.SearchQuery, from store.SearchPosition, limit int) (hits []store.SearchHit, last *store.SearchPosition, err error) {
	w := newQuery(v)
	kinds := q.Kinds
	if len(kinds) == 0 {
		kinds = allKinds
	}
	where := and(ofKinds("n", kinds, allKinds), w.shown("n", kinds), w.node(q.Filter, "n", kinds))
	if where == no {
		return nil, nil, ctx.Err()
	}
	row, err := s.read(ctx, w.search(q.Text, from, where, limit), w.params)
	if err != nil {
		return nil, nil, err
	}
	rows := asList(row[0])
	for _, r := range rows {
		n, err := decodeNode(asList(r))
		if err != nil {
			return nil, nil, err
		}
		at := store.SearchPosition{Class: from.Class, Norm: asText(asList(r)[5]), ID: n.Common().ID}
		last = &at
		if class, norm := kg.BestMatch(q.Text, kg.SearchEntries(n)); class == at.Class && norm == at.Norm {
			hits = append(hits, store.SearchHit{Position: at, Item: &store.Item{Node: n}})
		}
	}
	if len(rows) < limit {
		last = nil
	}
	return hits, last, nil
}

// search writes the statement for candidates of a class: nodes with a normalised text of theirs, in order.
func (q *query) search(t text.Q, from store.SearchPosition, where string, limit int) string {
	cut := " ORDER BY norm, n.id LIMIT " + q.param(int64(limit))
	match := ""
	switch from.Class {
	case text.Whole, text.Prefix:
		match = q.byNorm(t, from, where, cut)
	default:
		match = q.byWords(t, from, where)
	}
	return match + " WITH n, norm" + cut + " RETURN collect([" + nodeColumns("n") + ", norm])"
}

// byNorm walks the index of each normalised text.
func (q *query) byNorm(t text.Q, from store.SearchPosition, where, cut string) string {
	want := q.param(t.Norm())
	branches := make([]string, len(normProps))
	for i, p := range normProps {
		property := "n." + p
		found := property + " STARTS WITH " + want + " AND " + property + " <> " + want
		if from.Class == text.Whole {
			found = property + " = " + want
		}
		branches[i] = "MATCH (n:" + nodeLabel + ") USING INDEX n:" + nodeLabel + "(" + p + ") WHERE " +
			and(found, q.after(property, from), where) + " WITH n, " + property + " AS norm" + cut + " RETURN n, norm"
	}
	return "CALL () { " + strings.Join(branches, " UNION ") + " }"
}

// byWords asks the full-text index, which gives nodes in no order, and finds out which text of a node it was.
func (q *query) byWords(t text.Q, from store.SearchPosition, where string) string {
	var ask, texts []string
	may, keys, prop := no, t.Keys(from.Class), propPinyin
	if from.Class == text.Initials {
		prop = propInitials
	}
	if from.Class == text.Inside {
		ask, may = []string{holding(t)}, "norm CONTAINS "+q.param(t.Norm())
	} else {
		for _, key := range keys {
			may = or(may, "' ' + words CONTAINS "+q.param(" "+key))
		}
		keys[0] += "*" // the others are whole words
	}
	for i, p := range ofTexts(prop) {
		texts = append(texts, "[n."+normProps[i]+", n."+p+"]")
		if from.Class != text.Inside {
			ask = append(ask, p+":("+strings.Join(keys, " ")+")")
		}
	}
	if digits := t.Digits(); digits != "" && from.Class == text.Initials {
		ask = append(ask, "("+holding(text.Query(digits))+")")
		may = or(may, "norm CONTAINS "+q.param(digits))
	}
	return "CALL db.index.fulltext.queryNodes('" + textIndex + "', " + q.param(strings.Join(ask, " ")) + ") YIELD node AS n WITH n" + whereClause(where) +
		" UNWIND [" + strings.Join(texts, ", ") + "] AS text WITH n, text[0] AS norm, text[1] AS words WITH n, norm, words WHERE " + and(may, q.after("norm", from))
}

// holding asks the full-text index for what holds all pairs of a query's characters.
func holding(t text.Q) string { return propTokens + ":(+" + strings.Join(t.Tokens(), " +") + ")" }

// after keeps what stands behind a position of the same class.
func (q *query) after(norm string, from store.SearchPosition) string {
	if from.ID == "" {
		return yes
	}
	return q.beyond(norm, "n.id", false, &store.Position{Value: from.Norm, ID: from.ID})
}

var allKinds = func() (all []kg.Kind) {
	for _, d := range kg.Kinds {
		all = append(all, d.Kind)
	}
	return all
}()
