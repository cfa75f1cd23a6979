package sqlite

import (
	"cmp"
	"context"
	"database/sql"
	"slices"

	"lintu/kg"
	"lintu/store"
	"lintu/text"
)

// term is a text by which nodes are found. A person's name is read otherwise than the same text on something else.
type term struct {
	norm   string
	person bool
}

// found is where a node is listed.
type listed struct {
	term term
	node int64
	kind kg.Kind
	many bool
}

// termsOf are a node's terms with their entries. The first entry is the title; see kg.SearchEntries.
func termsOf(n kg.Node) (terms []term, entries map[term]text.Entry) {
	entries = map[term]text.Entry{}
	for i, e := range kg.SearchEntries(n) {
		k := term{e.Norm, i == 0 && n.Kind() == kg.KindPerson}
		if _, twice := entries[k]; !twice && e.Norm != "" {
			entries[k] = e
			terms = append(terms, k)
		}
	}
	return terms, entries
}

// writeTerms lists nodes under their terms, and takes them from terms that are theirs no more.
func (t *tx) writeTerms(ctx context.Context, w *store.Writes) error {
	entries := map[term]text.Entry{}
	var add, remove []listed
	for _, write := range w.Nodes {
		terms, of := termsOf(write.Node)
		id := write.Node.Common().ID
		if !write.New {
			before, was := termsOf(t.old[id])
			if slices.Equal(before, terms) {
				continue
			}
			remove = append(remove, t.listings(id, before)...)
			copyInto(entries, was)
		}
		add = append(add, t.listings(id, terms)...)
		copyInto(entries, of)
	}
	for _, id := range w.DeletedNodes {
		terms, of := termsOf(t.old[id])
		remove = append(remove, t.listings(id, terms)...)
		copyInto(entries, of)
	}
	if len(add)+len(remove) == 0 {
		return nil
	}
	numbers, err := t.findTerms(ctx, entries)
	if err != nil {
		return err
	}
	if err := t.unlist(ctx, remove, numbers); err != nil {
		return err
	}
	if err := t.list(ctx, add, numbers, entries); err != nil {
		return err
	}
	return t.dropTerms(ctx, remove, numbers, entries)
}

func copyInto(into, from map[term]text.Entry) {
	for k, e := range from {
		into[k] = e
	}
}

func (t *tx) listings(id kg.ID, terms []term) []listed {
	var out []listed
	for _, k := range terms {
		out = append(out, listed{k, t.numbers[id], id.Kind(), len(terms) > 1})
	}
	return out
}

// findTerms are the numbers of the terms on record.
func (t *tx) findTerms(ctx context.Context, entries map[term]text.Entry) (map[term]int64, error) {
	ask := make([]string, 0, len(entries))
	for k := range entries {
		ask = append(ask, k.norm)
	}
	numbers := make(map[term]int64, len(entries))
	q := new(statement).add("SELECT t.norm, t.person, t.no FROM json_each(?) j CROSS JOIN term t ON t.norm = j.value", list(distinct(ask)))
	err := t.query(ctx, q, func(rows *sql.Rows) error {
		var k term
		var no int64
		err := rows.Scan(&k.norm, &k.person, &no)
		numbers[k] = no
		return err
	})
	return numbers, err
}

func (t *tx) unlist(ctx context.Context, remove []listed, numbers map[term]int64) error {
	if len(remove) == 0 {
		return nil
	}
	var pairs [][2]int64
	for _, l := range remove {
		pairs = append(pairs, [2]int64{numbers[l.term], l.node})
	}
	err := t.exec(ctx, "DELETE FROM entry WHERE (term_no, node_no) IN (SELECT value ->> 0, value ->> 1 FROM json_each(?))", list(pairs))
	return err
}

// list adds nodes to terms, and makes the terms that are new. Rows go in sorted, which keeps the writing in one
// part of the tree at a time.
func (t *tx) list(ctx context.Context, add []listed, numbers map[term]int64, entries map[term]text.Entry) error {
	next, err := t.next(ctx, "term")
	if err != nil {
		return err
	}
	var terms, rows []any
	var suffixes []suffix
	for _, l := range add {
		if numbers[l.term] != 0 {
			continue
		}
		numbers[l.term] = next
		terms = append(terms, next, l.term.norm, l.term.person)
		for _, s := range entries[l.term].Suffixes() {
			suffixes = append(suffixes, suffix{s, next})
		}
		next++
	}
	if err := t.insert(ctx, "term", []string{"no", "norm", "person"}, terms); err != nil {
		return err
	}
	if err := t.insertSuffixes(ctx, suffixes); err != nil {
		return err
	}
	slices.SortFunc(add, func(a, b listed) int {
		return cmp.Or(cmp.Compare(numbers[a.term], numbers[b.term]), cmp.Compare(a.node, b.node))
	})
	for _, l := range add {
		rows = append(rows, numbers[l.term], l.node, string(l.kind), l.many)
	}
	return t.insert(ctx, "entry", []string{"term_no", "node_no", "kind", "several"}, rows)
}

type suffix struct {
	text.Suffix
	term int64
}

func (t *tx) insertSuffixes(ctx context.Context, suffixes []suffix) error {
	slices.SortFunc(suffixes, func(a, b suffix) int {
		return cmp.Or(cmp.Compare(a.Class, b.Class), cmp.Compare(a.Text, b.Text), cmp.Compare(a.term, b.term))
	})
	rows := make([]any, 0, 3*len(suffixes))
	for _, s := range suffixes {
		rows = append(rows, int64(s.Class), s.Text, s.term)
	}
	return t.insert(ctx, "suffix", []string{"class", "text", "term_no"}, rows)
}

// dropTerms deletes those of the terms under which nothing is listed any more.
func (t *tx) dropTerms(ctx context.Context, removed []listed, numbers map[term]int64, entries map[term]text.Entry) error {
	byNumber := map[int64]term{}
	var ask, empty []int64
	for _, l := range removed {
		no := numbers[l.term]
		byNumber[no] = l.term
		ask = append(ask, no)
	}
	if len(ask) == 0 {
		return nil
	}
	q := new(statement).add("SELECT t.no FROM json_each(?) j CROSS JOIN term t ON t.no = j.value WHERE NOT EXISTS (SELECT 1 FROM entry e WHERE e.term_no = t.no)", list(distinct(ask)))
	err := t.query(ctx, q, func(rows *sql.Rows) error {
		var no int64
		err := rows.Scan(&no)
		empty = append(empty, no)
		return err
	})
	if err != nil || len(empty) == 0 {
		return err
	}
	var keys [][]any
	for _, no := range empty {
		for _, s := range entries[byNumber[no]].Suffixes() {
			keys = append(keys, []any{s.Class, s.Text, no})
		}
	}
	if err := t.exec(ctx, "DELETE FROM suffix WHERE (class, text, term_no) IN (SELECT value ->> 0, value ->> 1, value ->> 2 FROM json_each(?))", list(keys)); err != nil {
		return err
	}
	return t.drop(ctx, "term", "no", empty)
}
