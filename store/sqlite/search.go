package sqlite

import (
	"cmp"
	"context"
	"database/sql"
	"slices"
	"unicode/utf8"

	"lintu/kg"
	"lintu/store"
	"lintu/text"
)

// Search implements store.Store. Terms are read class by class, in the order of their normalised texts, some hundred
// at a time; text.Q.Match decides about each; and no class is read once the page is full.
func (s *Store) Search(ctx context.Context, v store.View, q store.SearchQuery) (p *store.SearchPage, err error) {
	if err := q.Check(); err != nil {
		return nil, err
	}
	err = s.read(ctx, "Search", func(r *reader) error {
		if p, err = r.search(ctx, v, q); err != nil {
			return err
		}
		return r.under(ctx, v, p, q.Plan)
	})
	return p, err
}

// under puts the plan under the hits.
func (r *reader) under(ctx context.Context, v store.View, p *store.SearchPage, plan *store.Plan) error {
	page := &store.Page{Edges: make([]store.Edge, len(p.Hits))}
	for i, h := range p.Hits {
		page.Edges[i].Item = h.Item
	}
	return store.ExpandPage(ctx, r, v, page, plan)
}

func (r *reader) search(ctx context.Context, v store.View, q store.SearchQuery) (*store.SearchPage, error) {
	page := &store.SearchPage{}
	if q.Limit > 0 {
		f := &finder{reader: r, view: v, q: q, want: q.Limit + 1, dressed: q.Limit}
		if err := f.find(ctx, q.After); err != nil {
			return nil, err
		}
		page.HasNext = len(f.hits) > q.Limit
		page.Hits = f.hits[:min(len(f.hits), q.Limit)]
	}
	switch {
	case !q.Count:
	case q.Limit > 0 && q.After == nil && !page.HasNext: // the page is all
		page.Total, page.TotalExact = len(page.Hits), true
	default:
		f := &finder{reader: r, view: v, q: q, want: store.MaxSearchTotal + 1}
		if err := f.count(ctx); err != nil {
			return nil, err
		}
		n := len(f.hits)
		page.Total, page.TotalExact = min(n, store.MaxSearchTotal), n <= store.MaxSearchTotal
	}
	if q.Limit == 0 {
		page.HasNext = page.Total > 0
	}
	return page, nil
}

// finder collects hits in order.
type finder struct {
	*reader
	view    store.View
	q       store.SearchQuery
	want    int // hits to find
	dressed int // of them, the first come with their nodes
	hits    []store.SearchHit
	atOnce  int // terms of the next statement
}

// How much a statement of a search reads: so many texts, so many hits more than are wanted, as some may turn out to be
// none, and no more that are only counted. Tests make them small.
var termsAtOnce, spareHits, countedAtOnce = 500, 20, 2 * store.MaxSearchTotal

// fewTerms are how many texts that begin with the query are read first: common names fill a page with the people of few
// texts, and those of all have to be put in order.
const fewTerms = 25

// searchPlace is where the next statement of a class begins: behind this text and id.
type searchPlace struct{ norm, id string }

// lastID is behind every id.
const lastID = string(utf8.MaxRune)

func (f *finder) find(ctx context.Context, after *store.SearchPosition) error {
	for _, class := range f.q.Text.Classes() {
		if class == text.Whole { // is the first of the texts that begin with the query
			continue
		}
		place := searchPlace{}
		if after != nil {
			switch {
			case class == after.Class, class == text.Prefix && after.Class == text.Whole:
				place = searchPlace{after.Norm, string(after.ID)}
			case class < after.Class:
				continue
			}
		}
		if f.atOnce = termsAtOnce; class == text.Prefix {
			f.atOnce = min(fewTerms, termsAtOnce)
		}
		for more := true; more; f.atOnce = min(8*f.atOnce, termsAtOnce) {
			if len(f.hits) >= f.want {
				return nil
			}
			var err error
			if place, more, err = f.read(ctx, class, place); err != nil {
				return err
			}
		}
	}
	return nil
}

// count finds hits in no order, as many as are wanted: what is only counted needs not be sorted, and common texts have
// many more hits than are counted.
func (f *finder) count(ctx context.Context) error {
	type place struct {
		norm string
		id   kg.ID
	}
	met := map[place]bool{}
	for _, class := range f.q.Text.Classes() {
		if class == text.Whole {
			continue
		}
		missing := f.want - len(f.hits)
		limit := min(missing+missing/8+spareHits, countedAtOnce) // some may be none, and some come twice
		rows, _, _, err := f.scan(ctx, f.unordered(class, limit))
		if err != nil {
			return err
		}
		for _, row := range rows {
			if at := (place{row.norm, row.id}); !met[at] {
				met[at] = true
				f.judge(class, row)
			}
		}
		switch {
		case len(f.hits) >= f.want:
			return nil
		case len(rows) == limit: // there may be more of the class, and only the order tells where to go on
			f.hits = nil
			return f.find(ctx, nil)
		}
	}
	return nil
}

// unordered is a statement of nodes by terms of a class, in no order.
func (f *finder) unordered(class text.Class, limit int) *statement {
	q := new(statement).add("SELECT 0, k.norm, k.person, e.several, " + nodeColumns + " FROM ")
	terms, condition := f.terms(class)
	if terms != nil {
		q.add("(").put(terms).add(") held CROSS JOIN term k ON k.no = held.no")
	} else {
		q.add("term k")
	}
	q.add(" CROSS JOIN entry e ON e.term_no = k.no CROSS JOIN node n ON n.no = e.node_no WHERE ").put(condition)
	f.asked(q)
	return q.add(" LIMIT ?", limit)
}

// found is a row of a search: a node under one of its terms.
type found struct {
	norm    string
	person  bool
	several bool
	id      kg.ID
	node    kg.Node // where it is needed
}

// read takes the next hits of a class, and says where to go on, if there may be more.
func (f *finder) read(ctx context.Context, class text.Class, from searchPlace) (searchPlace, bool, error) {
	limit := f.want - len(f.hits) + spareHits
	rows, terms, last, err := f.rows(ctx, class, from, limit)
	if err != nil {
		return from, false, err
	}
	for _, row := range rows {
		f.judge(class, row)
		if len(f.hits) >= f.want {
			return from, false, nil
		}
	}
	switch {
	case len(rows) == limit:
		end := rows[limit-1]
		return searchPlace{end.norm, string(end.id)}, true, nil
	case terms == f.atOnce:
		return searchPlace{last, lastID}, true, nil
	}
	return from, false, nil
}

// judge adds the node as a hit if it is one, of this class and by this text.
func (f *finder) judge(class text.Class, row found) {
	match := f.q.Text.Match(text.Index(row.norm, row.person))
	if match != class && !(class == text.Prefix && match == text.Whole) {
		return
	}
	if row.several {
		if best, norm := kg.BestMatch(f.q.Text, kg.SearchEntries(row.node)); best != match || norm != row.norm {
			return // its place is elsewhere
		}
	}
	hit := store.SearchHit{Position: store.SearchPosition{Class: match, Norm: row.norm, ID: row.id}}
	if len(f.hits) < f.dressed {
		hit.Item = &store.Item{Node: row.node}
	}
	f.hits = append(f.hits, hit)
}

// rows reads nodes by the next terms of a class, in order, and how many terms these were, and the last of them.
func (f *finder) rows(ctx context.Context, class text.Class, from searchPlace, limit int) (out []found, terms int, last string, err error) {
	return f.scan(ctx, f.statement(class, from, limit))
}

// scan reads what a statement of a search gives, in the order of hits.
func (f *finder) scan(ctx context.Context, q *statement) (out []found, terms int, last string, err error) {
	var row nodeRow
	err = f.query(ctx, q, func(rows *sql.Rows) error {
		var r found
		var norm sql.NullString
		var n int
		if err := rows.Scan(append([]any{&n, &norm, &r.person, &r.several}, row.into()...)...); err != nil {
			return err
		}
		if !row.id.Valid {
			terms, last = n, norm.String
			return nil
		}
		r.norm, r.id = norm.String, kg.ID(row.id.String)
		if r.several || len(f.hits)+len(out) < f.dressed {
			if r.node, err = row.node(); err != nil {
				return err
			}
		}
		out = append(out, r)
		return nil
	})
	slices.SortFunc(out, func(a, b found) int { return cmp.Or(cmp.Compare(a.norm, b.norm), cmp.Compare(a.id, b.id)) })
	return out, terms, last, err
}

// terms are the numbers of the terms of a class, nil where these are told by a condition on the term k alone.
func (f *finder) terms(class text.Class) (rows, condition *statement) {
	if class == text.Prefix {
		return nil, startsWith("k.norm", f.q.Text.Norm())
	}
	rows = termsBySuffixes(class, f.q.Text.Keys(class))
	if digits := f.q.Text.Digits(); class == text.Initials && digits != "" {
		rows.add(" UNION ALL ").put(termsBySuffix(text.Inside, digits)).add(" UNION ALL SELECT k.no FROM term k WHERE ").put(startsWith("k.norm", digits))
	}
	return rows, new(statement).add("1")
}

// asked adds the conditions on an entry e and its node n.
func (f *finder) asked(q *statement) {
	if len(f.q.Kinds) > 0 {
		q.add(" AND e.kind IN (SELECT value FROM json_each(?))", list(f.q.Kinds))
	}
	f.filters(f.view).shown(q, "n", f.q.Filter)
}

func (f *finder) statement(class text.Class, from searchPlace, limit int) *statement {
	q := new(statement).add("WITH word (norm) AS MATERIALIZED (SELECT DISTINCT k.norm FROM ")
	terms, condition := f.terms(class)
	if terms != nil {
		q.add("(").put(terms).add(") held CROSS JOIN term k ON k.no = held.no")
	} else {
		q.add("term k")
	}
	q.add(" WHERE ").put(condition)
	beyond := ">="
	if from.id == lastID {
		beyond = ">"
	}
	q.add(" AND k.norm "+beyond+" ? ORDER BY k.norm LIMIT ?), ", from.norm, f.atOnce)
	q.add("hit AS MATERIALIZED (SELECT k.norm AS norm, k.person AS person, e.several AS several, n.no AS no FROM word w CROSS JOIN term k ON k.norm = w.norm " +
		"CROSS JOIN entry e ON e.term_no = k.no CROSS JOIN node n ON n.no = e.node_no WHERE 1")
	f.asked(q)
	q.add(" AND (k.norm, n.id) > (?, ?) ORDER BY k.norm, n.id LIMIT ?)", from.norm, from.id, limit)
	return q.add(" SELECT 0, h.norm, h.person, h.several, " + nodeColumns + " FROM hit h CROSS JOIN node n ON n.no = h.no" +
		" UNION ALL SELECT count(*), max(norm), 0, 0, NULL, NULL, NULL, NULL, NULL FROM word")
}
