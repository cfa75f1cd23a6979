package sqlite

import (
	"fmt"
	"slices"
	"strings"

	"lintu/kg"
	"lintu/store"
)

// A list reads a kind in its order until the page is full, which is quick unless hits are rare. Where the filter
// names something that only few nodes have (an area, a flag, a tie to a given node), reading those nodes and
// sorting them is quicker. Which of the two, only the data tell; so a statement holds the ways that the filter
// offers, looks first how many nodes each would bring, up to few, and takes the first that brings no more.
//
// Every way is a superset of the hits: the whole filter is tested on what it brings.

// few is up to how many nodes, or paths of an area, are read and sorted rather than met in order. Tests make it small.
var few = 3000

// way is a common table of node numbers that holds every hit.
type way struct {
	rows *statement // SELECT ... AS no, distinct
	// paths, for an area: a SELECT of the area's paths, on which few is tested and which rows joins as @paths.
	paths *statement
	// tested, where set, is rows up to so many of them, for less than cutting rows off there would cost.
	tested func(limit int) *statement
	// direct, where set, is a FROM of the same nodes n themselves, by an index that may hold all that is asked.
	direct *statement
	sure   bool // taken without a test
	exact  bool // exactly the nodes of the kind that its part of the filter holds for
	part   int  // of the candidates' parts
	rank   int  // the order in which ways are tried
}

// over is rows, with an area's paths from a table.
func (w *way) over(paths string) *statement {
	return new(statement).add(strings.Replace(w.rows.text.String(), "@paths", paths, 1), w.rows.args...)
}

// whole is rows without a bound. @paths stands before all parameters of rows.
func (w *way) whole() *statement {
	if w.paths == nil {
		return w.rows
	}
	q := new(statement).add(strings.Replace(w.rows.text.String(), "@paths", "("+w.paths.text.String()+")", 1), w.paths.args...)
	q.args = append(q.args, w.rows.args...)
	return q
}

// candidates are the nodes of a kind that a filter can hold for, and the ways to them.
type candidates struct {
	f     *filters
	kind  kg.Kind
	parts []kg.Filter // scope and filter: all have to hold
	ways  []way
}

// maxWays bounds the length of a statement.
const maxWays = 2

func (f *filters) candidates(kind kg.Kind, filter kg.Filter) *candidates {
	f.known["n"] = []kg.Kind{kind}
	c := &candidates{f: f, kind: kind, parts: conjuncts(kg.And{f.view.Scope.Filter(kind), filter})}
	for i, part := range c.parts {
		if w := f.way(kind, part); w != nil {
			w.part = i
			c.ways = append(c.ways, *w)
		}
	}
	slices.SortStableFunc(c.ways, func(a, b way) int { return a.rank - b.rank })
	if len(c.ways) > 0 && c.ways[0].sure {
		c.ways = c.ways[:1]
	}
	c.ways = c.ways[:min(len(c.ways), maxWays)]
	return c
}

// inOrder leaves out the ways by a comparison of the field whose order is asked for: the kind's own order begins and ends
// where it says, and need not read and sort all that is between.
func (c *candidates) inOrder(by string) {
	c.ways = slices.DeleteFunc(c.ways, func(w way) bool {
		compare, ok := c.parts[w.part].(kg.Compare)
		return ok && compare.Field == by && columnTypes[by] == kg.Text && compare.Op != kg.Contains
	})
}

// few is the bound for these candidates. Where the filter names two things that few nodes have, nodes that have both
// are so rare that meeting a page of them in order takes longer.
func (c *candidates) few() int {
	if len(c.ways) > 1 {
		return 5 * few
	}
	return few
}

// with opens the statement with the tables of the ways and with choice, the number of the way to take: 0 is the
// kind's own order.
func (c *candidates) with() *statement {
	q := reading("WITH ")
	choice := new(statement).add("CASE")
	for i, w := range c.ways {
		name, tested := fmt.Sprintf("way%d", i+1), fmt.Sprintf("way%d", i+1)
		if w.paths != nil {
			tested = fmt.Sprintf("paths%d", i+1)
			q.add(tested + " (no) AS MATERIALIZED (").put(w.paths).add(fmt.Sprintf(" LIMIT %d), ", c.few()+1))
		}
		q.add(name + " (no) AS MATERIALIZED (")
		switch {
		case w.tested != nil:
			q.put(w.tested(c.few() + 1))
		case w.paths == nil && !w.sure:
			q.put(w.rows).add(fmt.Sprintf(" LIMIT %d", c.few()+1))
		default:
			q.put(w.over(tested))
		}
		q.add("), ")
		if w.sure {
			choice.add(fmt.Sprintf(" WHEN 1 THEN %d", i+1))
		} else {
			choice.add(fmt.Sprintf(" WHEN (SELECT count(*) FROM %s) <= %d THEN %d", tested, c.few(), i+1))
		}
	}
	if len(c.ways) == 0 {
		return q.add("choice (i) AS MATERIALIZED (SELECT 0)")
	}
	return q.add("choice (i) AS MATERIALIZED (SELECT ").put(choice).add(" ELSE 0 END)")
}

// ordered adds the first hits in an order: of each way, of which the chosen one alone reads anything.
func (c *candidates) ordered(q *statement, o order, by store.Order, w store.Window) {
	for i := range c.branches() {
		if i > 0 {
			q.add(" UNION ALL ")
		}
		q.add("SELECT * FROM (SELECT n.no AS no, " + o.value + " AS o")
		if b := c.branch(i); b > 0 {
			c.from(q, b)
		} else {
			c.walk(q, by)
			c.conditions(q, nil)
		}
		q.add(" AND (").put(o.within(w)).add(") ORDER BY " + o.of(w).String())
		c.limit(q, i, rowLimit(w))
		q.add(")")
	}
}

// all adds all hits, in no order, with the given columns of n. What no way leads to quickly is read by the first
// way that leads to all, else by going through the kind.
func (c *candidates) all(q *statement, columns string) {
	for i := range c.branches() {
		if i > 0 {
			q.add(" UNION ALL ")
		}
		q.add("SELECT * FROM (SELECT " + columns)
		switch b := c.branch(i); {
		case b > 0:
			c.from(q, b)
		case len(c.ways) > 0 && c.ways[0].direct != nil:
			q.put(c.ways[0].direct).add(" AND n.kind = ?", c.kind)
			c.conditions(q, &c.ways[0])
		case len(c.ways) > 0:
			q.add(" FROM (").put(c.ways[0].whole()).add(") d CROSS JOIN node n ON n.no = d.no WHERE +n.kind = ?", c.kind)
			c.conditions(q, &c.ways[0])
		default:
			q.add(" FROM node n INDEXED BY node_kind WHERE n.kind = ?", c.kind)
			c.conditions(q, nil)
		}
		c.limit(q, i, -1)
		q.add(")")
	}
}

// branches is how many ways are in the statement: the kind's own order too, unless another is sure.
func (c *candidates) branches() int {
	if len(c.ways) > 0 && c.ways[0].sure {
		return 1
	}
	return len(c.ways) + 1
}

// branch is the number of the i-th way; the kind's own order, 0, comes last.
func (c *candidates) branch(i int) int { return (i + 1) % (len(c.ways) + 1) }

// from adds a way's nodes.
func (c *candidates) from(q *statement, way int) {
	q.add(fmt.Sprintf(" FROM way%d d CROSS JOIN node n ON n.no = d.no WHERE +n.kind = ?", way), c.kind)
	c.conditions(q, &c.ways[way-1])
}

// conditions adds what a hit that came by a way still has to satisfy.
func (c *candidates) conditions(q *statement, by *way) {
	c.f.holds(q, "n", c.f.view.AsOf)
	for i, part := range c.parts {
		if by == nil || !by.exact || by.part != i {
			c.f.also(q, "n", part)
		}
	}
}

// walk adds the kind in an order that an index has.
func (c *candidates) walk(q *statement, by store.Order) {
	switch by.By {
	case store.OrderID: // ids begin with their kind
		prefix := c.kind.Prefix() + "_"
		q.add(" FROM node n INDEXED BY node_id WHERE n.id >= ? AND n.id < ? AND +n.kind = ?", prefix, after(prefix), c.kind)
	case store.OrderTitle:
		if c.unusual("partyStatus") {
			q.add(" FROM node n INDEXED BY node_party_title WHERE n.kind = ? AND n.party_status <> 'NONE'", c.kind)
			return
		}
		q.add(" FROM node n INDEXED BY node_title WHERE n.kind = ?", c.kind)
	default:
		q.add(fmt.Sprintf(" FROM node n INDEXED BY node_%[1]s WHERE n.kind = ? AND n.%[1]s IS NOT NULL", column(by.By)), c.kind)
	}
}

// unusual says whether hits must have an unusual value of the field.
func (c *candidates) unusual(field string) bool {
	return slices.ContainsFunc(c.parts, func(part kg.Filter) bool {
		of, values := equals(part)
		return of == field && len(values) > 0 && byRare(field, values) != nil
	})
}

// limit ends a branch: with no rows at all unless it was chosen.
func (c *candidates) limit(q *statement, i, rows int) {
	if len(c.ways) == 0 || c.ways[0].sure {
		q.add(" LIMIT ?", rows)
		return
	}
	q.add(fmt.Sprintf(" LIMIT CASE (SELECT i FROM choice) WHEN %d THEN ? ELSE 0 END", c.branch(i)), rows)
}

// rowLimit is how many rows a page needs: one more than its limit tells whether there is more.
func rowLimit(w store.Window) int {
	if w.Limit >= store.NoLimit {
		return -1 // SQLite's word for all
	}
	return w.Limit + 1
}
