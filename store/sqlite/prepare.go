package sqlite

import (
	"slices"

	"lintu/kg"
	"lintu/store"
)

// rows are the values of what a batch writes. They are worked out by goroutines of their own while others are inserted:
// each function waits for its part, and may be called once.
type rows struct {
	terms    func() termLists
	suffixes func() suffixes // of new terms; set when they have their numbers
	nodes    func() nodeRows
	ties     func() tieRows
	result   func() packedResult
}

// numbering says whether rows carry their numbers. Where nothing is deleted or changed the table numbers them alike.
type numbering bool

// numbered are the columns of rows, of which the number is the first.
func (n numbering) numbered(columns []string) []string {
	if n {
		return columns
	}
	return columns[1:]
}

// row is a row without its number if rows have none.
func (n numbering) row(values []any) []any {
	if n {
		return values
	}
	return values[1:]
}

type nodeRows struct {
	numbering
	byKind        map[kg.Kind][]any
	changed       []nodeUpdate
	flags, points []any
}

type tieRows struct {
	numbering
	byRelation map[int64][]any // in the order of their numbers
}

type packedResult struct {
	data []byte
	err  error
}

// beside runs f in a goroutine of its own; what it gives waits for f.
func beside[T any](f func() T) func() T {
	done := make(chan T, 1)
	go func() { done <- f() }()
	return func() T { return <-done }
}

// prepare begins to work out a batch's rows; everything in it has its number. The batch's own numbers are not looked up
// by anybody else until the rows are there, and what they are worked out from is not changed.
func (t *tx) prepare(w *store.Writes) *rows {
	r := t.prepareTerms(w)
	r.nodes = beside(func() nodeRows { return t.rowsOfNodes(w) })
	r.ties = beside(func() tieRows { return t.rowsOfTies(w) })
	r.result = beside(func() packedResult {
		if w.BatchID == "" {
			return packedResult{}
		}
		data, err := packResult(w.Result)
		return packedResult{data, err}
	})
	return r
}

// prepareTerms begins with the terms alone.
func (t *tx) prepareTerms(w *store.Writes) *rows {
	return &rows{terms: beside(func() termLists { return t.listTerms(w) }), suffixes: func() suffixes { return suffixes{} }}
}

func (t *tx) rowsOfNodes(w *store.Writes) nodeRows {
	changed := func(n store.NodeWrite) bool { return !n.New && !inPlace(n, w) }
	r := nodeRows{numbering: len(w.DeletedNodes) > 0 || numbering(slices.ContainsFunc(w.Nodes, changed)), byKind: map[kg.Kind][]any{}}
	inserted := map[kg.Kind]int{}
	for _, n := range w.Nodes {
		if !inPlace(n, w) {
			inserted[n.Node.Kind()]++
		}
	}
	for k, n := range inserted {
		r.byKind[k] = make([]any, 0, n*(nodeHead+len(storedFields[k])))
	}
	for i := range w.Nodes {
		n := w.Nodes[i].Node
		no := t.numbers[n.Common().ID]
		old := t.old[n.Common().ID]
		if inPlace(w.Nodes[i], w) {
			r.changed = append(r.changed, t.update(old, n))
		} else {
			r.byKind[n.Kind()] = append(r.byKind[n.Kind()], r.row(nodeValues(no, n))...)
		}
		r.flags = append(r.flags, flagValues(no, n)...)
		if p := pointOf(n); p != nil && (w.Nodes[i].New || movedPoint(old, n)) {
			r.points = append(r.points, no, p.Lat, p.Lat, p.Lon, p.Lon)
		}
	}
	return r
}

func (t *tx) rowsOfTies(w *store.Writes) tieRows {
	changed := func(t store.TieWrite) bool { return !t.New }
	r := tieRows{numbering: len(w.DeletedTies) > 0 || numbering(slices.ContainsFunc(w.Ties, changed)), byRelation: map[int64][]any{}}
	for i := range w.Ties {
		tie := w.Ties[i].Tie
		no := t.s.relations[tie.Relation]
		r.byRelation[no] = append(r.byRelation[no], r.row(t.tieValues(t.ties[tie.ID], tie))...)
	}
	return r
}
