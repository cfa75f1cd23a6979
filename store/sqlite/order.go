package sqlite

import (
	"slices"

	"lintu/store"
)

// order is an order as SQL: by value, then by id. Both ascend or both descend.
type order struct {
	value string // of the far end
	id    string // what breaks ties
	desc  bool
}

// orderOf is a resolved order of the nodes at alias n, with id breaking ties.
func orderOf(o store.Order, n, id string) order {
	switch o.By {
	case store.OrderID:
		return order{n + ".id", id, o.Desc}
	case store.OrderTitle:
		return order{n + ".sort_key", id, o.Desc}
	}
	return order{n + "." + column(o.By), id, o.Desc}
}

// of is the order of rows for a window: reversed where it takes the last ones.
func (o order) of(w store.Window) order {
	o.desc = o.desc != w.Backward
	return o
}

func (o order) String() string {
	if o.value == o.id && o.desc {
		return o.id + " DESC"
	} else if o.value == o.id {
		return o.id
	}
	if o.desc {
		return o.value + " DESC, " + o.id + " DESC"
	}
	return o.value + ", " + o.id
}

// within is the condition for the positions of a window, in the order as the question has it; always for a window
// without positions.
func (o order) within(w store.Window) *statement {
	q := new(statement).add(always)
	behind, before := " > ", " < "
	if o.desc {
		behind, before = before, behind
	}
	o.compare(q, behind, w.After)
	o.compare(q, before, w.Before)
	return q
}

func (o order) compare(q *statement, operator string, p *store.Position) {
	switch {
	case p == nil:
	case o.value == o.id:
		q.add(" AND "+o.id+operator+"?", string(p.ID))
	default:
		q.add(" AND ("+o.value+", "+o.id+")"+operator+"(?, ?)", p.Value, string(p.ID))
	}
}

func positioned(w store.Window) bool { return w.After != nil || w.Before != nil }

// page makes a page of the rows of one source.
func page(w store.Window, desc bool, edges []store.Edge, total int) *store.Page {
	desc = desc != w.Backward
	compare := func(a, b store.Edge) int {
		if desc {
			a, b = b, a
		}
		return store.ComparePositions(a.Position, b.Position)
	}
	if !slices.IsSortedFunc(edges, compare) { // SQL gives rows in order, except where it had no reason to sort them
		slices.SortFunc(edges, compare)
	}
	if !w.Count {
		total = 0
	}
	return w.Cut(edges, total)
}

// counted is the page of a window that asks for a count only.
func counted(w store.Window, total int) *store.Page {
	return w.Cut(make([]store.Edge, min(total, 1)), total)
}

func countOnly(w store.Window) bool { return w.Limit == 0 && w.Count && !positioned(w) }
