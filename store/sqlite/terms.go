package sqlite

import (
	"cmp"
	"context"
	"database/sql"
	"slices"
	"strings"

	"lintu/kg"
	"lintu/store"
	"lintu/text"
)

// term is a text by which nodes are found. A person's name is read otherwise than the same text on something else.
type term struct {
	norm   string
	person bool
}

// listed is where a node is listed.
type listed struct {
	term term
	no   int64 // of the term; set when it has one
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

// spelt are a node's terms with their entries.
type spelt struct {
	terms   []term
	entries map[term]text.Entry
}

// aheadFrom is how many nodes make it worth while to begin ahead. Tests make it small.
var aheadFrom = 128

// Ahead implements store.Ahead: to work out the terms takes longer than to check a batch.
func (t *tx) Ahead(nodes []kg.Node) {
	if len(nodes) < aheadFrom {
		return
	}
	t.ahead = beside(func() map[kg.ID]spelt {
		of := make(map[kg.ID]spelt, len(nodes))
		for _, n := range nodes {
			terms, entries := termsOf(n)
			of[n.Common().ID] = spelt{terms, entries}
		}
		return of
	})
}

// termLists are the terms that nodes are to be listed under, and to be taken from, with the entries of all of them.
type termLists struct {
	add, remove []listed
	entries     map[term]text.Entry
}

// listTerms compares the terms of nodes that are written with those that they have.
func (t *tx) listTerms(w *store.Writes) termLists {
	l := termLists{entries: make(map[term]text.Entry, 2*len(w.Nodes)), add: make([]listed, 0, 2*len(w.Nodes))}
	var ahead map[kg.ID]spelt
	if t.ahead != nil {
		ahead = t.ahead()
	}
	for _, write := range w.Nodes {
		id := write.Node.Common().ID
		terms, of := ahead[id].terms, ahead[id].entries
		if of == nil {
			terms, of = termsOf(write.Node)
		}
		if !write.New {
			before, was := termsOf(t.old[id])
			if slices.Equal(before, terms) {
				continue
			}
			l.remove = t.listings(l.remove, id, before)
			copyInto(l.entries, was)
		}
		l.add = t.listings(l.add, id, terms)
		copyInto(l.entries, of)
	}
	for _, id := range w.DeletedNodes {
		terms, of := termsOf(t.old[id])
		l.remove = t.listings(l.remove, id, terms)
		copyInto(l.entries, of)
	}
	slices.SortStableFunc(l.add, func(a, b listed) int { return strings.Compare(a.term.norm, b.term.norm) })
	return l
}

// writeTerms lists nodes under their terms, and takes them from terms that are theirs no more.
func (t *tx) writeTerms(ctx context.Context, _ *store.Writes, r *rows) error {
	l := r.terms()
	if len(l.add)+len(l.remove) == 0 {
		return nil
	}
	numbers, err := t.findTerms(ctx, l.entries)
	if err != nil {
		return err
	}
	if err := t.unlist(ctx, l.remove, numbers); err != nil {
		return err
	}
	if err := t.list(ctx, l, numbers, r); err != nil {
		return err
	}
	return t.dropTerms(ctx, l.remove, numbers, l.entries)
}

func copyInto(into, from map[term]text.Entry) {
	for k, e := range from {
		into[k] = e
	}
}

func (t *tx) listings(out []listed, id kg.ID, terms []term) []listed {
	for _, k := range terms {
		out = append(out, listed{term: k, node: t.numbers[id], kind: id.Kind(), many: len(terms) > 1})
	}
	return out
}

// termChanges are the terms that a batch has made, with their numbers, and those that it has dropped.
type termChanges struct {
	made    map[term]int64
	dropped []term
}

// findTerms are the numbers of the terms on record.
func (t *tx) findTerms(ctx context.Context, entries map[term]text.Entry) (map[term]int64, error) {
	if t.ledger != nil {
		numbers := make(map[term]int64, len(entries))
		for k := range entries {
			if no := t.ledger.term(k); no != 0 {
				numbers[k] = no
			}
		}
		return numbers, nil
	}
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

// list adds nodes to terms, and makes the terms that are new, in the order of their texts. Rows go in sorted, which keeps
// the writing in one part of the tree at a time.
func (t *tx) list(ctx context.Context, l termLists, numbers map[term]int64, r *rows) error {
	next, err := t.next(ctx, "term")
	if err != nil {
		return err
	}
	terms, rows := make([]any, 0, 2*len(l.add)), make([]any, 0, 4*len(l.add))
	made := make([]numbered, 0, len(l.add))
	t.terms.made = map[term]int64{}
	for i := range l.add {
		a := &l.add[i]
		if a.no = numbers[a.term]; a.no != 0 {
			continue
		}
		a.no, numbers[a.term], t.terms.made[a.term] = next, next, next
		terms = append(terms, a.term.norm, a.term.person)
		made = append(made, numbered{next, l.entries[a.term]})
		next++
	}
	r.suffixes = beside(func() suffixes { return suffixesOf(made) })
	if err := t.insert(ctx, "term", []string{"norm", "person"}, terms); err != nil {
		return err
	}
	slices.SortFunc(l.add, func(a, b listed) int {
		return cmp.Or(cmp.Compare(a.no, b.no), cmp.Compare(a.node, b.node))
	})
	for _, a := range l.add {
		rows = append(rows, a.no, a.node, string(a.kind), a.many)
	}
	return t.insert(ctx, "entry", []string{"term_no", "node_no", "kind", "several"}, rows)
}

// dropTerms deletes those of the terms under which nothing is listed any more; their suffixes, too.
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
	packed := map[text.Class][]posting{}
	for _, no := range empty {
		t.terms.dropped = append(t.terms.dropped, byNumber[no])
		for _, class := range suffixClasses {
			for _, suffix := range entries[byNumber[no]].Suffixes(class) {
				keys = append(keys, []any{class, suffix, no})
				packed[class] = append(packed[class], newPosting(suffix, no))
			}
		}
	}
	if err := t.exec(ctx, "DELETE FROM suffix WHERE (class, text, term_no) IN (SELECT value ->> 0, value ->> 1, value ->> 2 FROM json_each(?))", list(keys)); err != nil {
		return err
	}
	if err := t.dropPacked(ctx, packed); err != nil {
		return err
	}
	return t.drop(ctx, "term", "no", empty)
}
