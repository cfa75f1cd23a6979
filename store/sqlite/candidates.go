package sqlite

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"lintu/kg"
	"lintu/store"
	"lintu/text"
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
	sure  bool // taken without a test
	exact bool // exactly the nodes of the kind that its part of the filter holds for
	part  int  // of the candidates' parts
	rank  int  // the order in which ways are tried
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
	c := &candidates{f: f, kind: kind, parts: conjuncts(kg.And{f.view.Scope.Filter(), filter})}
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

// with opens the statement with the tables of the ways and with choice, the number of the way to take: 0 is the
// kind's own order.
func (c *candidates) with() *statement {
	q := new(statement).add("WITH ")
	choice := new(statement).add("CASE")
	for i, w := range c.ways {
		name, tested := fmt.Sprintf("way%d", i+1), fmt.Sprintf("way%d", i+1)
		if w.paths != nil {
			tested = fmt.Sprintf("paths%d", i+1)
			q.add(tested + " (no) AS MATERIALIZED (").put(w.paths).add(fmt.Sprintf(" LIMIT %d), ", few+1))
		}
		q.add(name + " (no) AS MATERIALIZED (").put(w.over(tested))
		if w.paths == nil && !w.sure {
			q.add(fmt.Sprintf(" LIMIT %d", few+1))
		}
		q.add("), ")
		if w.sure {
			choice.add(fmt.Sprintf(" WHEN 1 THEN %d", i+1))
		} else {
			choice.add(fmt.Sprintf(" WHEN (SELECT count(*) FROM %s) <= %d THEN %d", tested, few, i+1))
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
		case len(c.ways) > 0:
			q.add(" FROM (").put(c.ways[0].whole()).add(") d CROSS JOIN node n ON n.no = d.no WHERE +n.kind = ?", c.kind)
			c.conditions(q, &c.ways[0])
		default:
			q.add(" FROM node n INDEXED BY node_title WHERE n.kind = ?", c.kind)
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
		q.add(" FROM node n INDEXED BY node_title WHERE n.kind = ?", c.kind)
	default:
		q.add(fmt.Sprintf(" FROM node n INDEXED BY node_%[1]s WHERE n.kind = ? AND n.%[1]s IS NOT NULL", column(by.By)), c.kind)
	}
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

// The ranks of ways.
const (
	rankSure = iota
	rankArea
	rankLinked
	rankFlagged
	rankRare
	rankWords
	rankRelation
)

// way is a way to the nodes of a kind that one filter holds for; nil where it offers none.
func (f *filters) way(kind kg.Kind, filter kg.Filter) *way {
	switch filter := filter.(type) {
	case kg.IDIn:
		q := new(statement).add("SELECT n.no AS no FROM json_each(?) j CROSS JOIN node n ON n.id = j.value", list(distinct(filter)))
		return &way{rows: q, sure: true, exact: true}
	case kg.OneOf:
		return lookUp(kind, filter.Field, textsOf(filter.Values))
	case kg.Compare:
		return f.wayByText(kind, filter)
	case kg.Flagged:
		q := new(statement).add("SELECT DISTINCT f.node_no AS no FROM flag f INDEXED BY flag_value WHERE f.field = ? AND f.value IN (SELECT value FROM json_each(?)) AND f.kind = ?", filter.Field, list(filter.AnyOf), kind)
		f.holds(q, "f", f.view.AsOf)
		return &way{rows: q, exact: true, rank: rankFlagged}
	case kg.InArea:
		paths := new(statement).add("SELECT ap.path_no AS no FROM area_path ap WHERE ap.area_no IN "+areaNumbers, list(filter.Areas))
		q := new(statement).add("SELECT DISTINCT i.node_no AS no FROM @paths p CROSS JOIN inside i INDEXED BY inside_path ON i.path_no = p.no AND i.kind = ?", kind)
		f.holds(q, "i", f.areaDay(filter))
		return &way{rows: q, paths: paths, exact: true, rank: rankArea}
	case kg.Linked:
		return f.wayByTie(kind, filter)
	}
	return nil
}

func (f *filters) wayByText(kind kg.Kind, c kg.Compare) *way {
	want, ok := c.Value.(string)
	if !ok || want == "" || !utf8.ValidString(want) {
		return nil
	}
	switch {
	case c.Op == kg.EQ:
		return lookUp(kind, c.Field, []string{want})
	case c.Field != kg.TitleField:
		return nil
	case c.Op == kg.Prefix:
		q := new(statement).add("SELECT DISTINCT e.node_no AS no FROM term k CROSS JOIN entry e ON e.term_no = k.no AND e.kind = ? WHERE ", kind)
		return &way{rows: q.put(startsWith("k.norm", want)), rank: rankWords}
	case c.Op == kg.Contains && utf8.RuneCountInString(want) >= 2 && want[0] != ' ':
		head := string([]rune(want)[:min(utf8.RuneCountInString(want), 16)]) // suffixes keep 32 characters
		q := new(statement).add("SELECT DISTINCT e.node_no AS no FROM (SELECT k.no FROM term k WHERE ").put(startsWith("k.norm", want))
		q.add(" UNION SELECT u.term_no FROM suffix u WHERE u.class = ? AND ", int(text.Inside)).put(startsWith("u.text", head))
		return &way{rows: q.add(") l CROSS JOIN entry e ON e.term_no = l.no AND e.kind = ?", kind), rank: rankWords}
	}
	return nil
}

// lookUp is the way to nodes by texts that name few: their title, or a key.
func lookUp(kind kg.Kind, field string, values []string) *way {
	switch {
	case field == kg.TitleField:
		return byNorm(kind, values)
	case titleFields[kind] == field:
		for i, v := range values {
			values[i] = kg.NormText(v)
		}
		return byNorm(kind, values)
	case field == "code" || field == "serial":
		q := fmt.Sprintf("SELECT n.no AS no FROM node n INDEXED BY node_%[1]s WHERE n.kind = ? AND n.%[1]s IS NOT NULL AND n.%[1]s IN (SELECT value FROM json_each(?))", field)
		return &way{rows: new(statement).add(q, kind, list(values)), sure: true}
	case usual[field] != "":
		return byRare(field, values)
	case field == "registerNo":
		q := "SELECT n.no AS no FROM node n INDEXED BY node_register_no WHERE n.register_no <> '' AND n.register_no IN (SELECT value FROM json_each(?))"
		return &way{rows: new(statement).add(q, list(values)), sure: true}
	}
	return nil
}

// usual are the fields of which most nodes have one value, or none, as SQL writes it: an index has the other nodes.
var usual = map[string]string{"partyStatus": "'NONE'", "careLevel": "''"}

// byRare is the way to nodes by unusual values of a field.
func byRare(field string, values []string) *way {
	if slices.Contains(values, strings.Trim(usual[field], "'")) {
		return nil
	}
	q := fmt.Sprintf("SELECT n.no AS no FROM node n INDEXED BY node_%[1]s WHERE n.%[1]s <> %[2]s AND n.%[1]s IN (SELECT value FROM json_each(?))", column(field), usual[field])
	return &way{rows: new(statement).add(q, list(values)), exact: true, rank: rankRare}
}

func byNorm(kind kg.Kind, norms []string) *way {
	q := "SELECT DISTINCT e.node_no AS no FROM term k CROSS JOIN entry e ON e.term_no = k.no AND e.kind = ? WHERE k.norm IN (SELECT value FROM json_each(?))"
	return &way{rows: new(statement).add(q, kind, list(norms)), sure: true}
}

// titleFields are the fields that are the titles of their kinds.
var titleFields = func() map[kg.Kind]string {
	fields := map[kg.Kind]string{}
	for _, d := range kg.Kinds {
		for _, f := range kg.FieldsOf(d.Kind) {
			n := d.New()
			if f.Type == kg.Text && f.Set(n, "x") == nil && n.Title() == "x" {
				fields[d.Kind] = f.Name
			}
		}
	}
	return fields
}()

// wayByTie is the way to nodes that must have a tie: from the far ends where these have a way of their own, else
// over all ties of the relation.
func (f *filters) wayByTie(kind kg.Kind, l kg.Linked) *way {
	def := l.Relation.Def()
	if l.Min < 1 || def == nil {
		return nil
	}
	near, far, index := ends(l.Direction)
	if w := f.wayToFar(def.Far(kind, l.Direction), l.Node); w != nil {
		back := map[kg.Direction]string{kg.Out: "tie_to", kg.In: "tie_from", kg.ByRef: "tie_from"}[l.Direction]
		q := new(statement).add("SELECT DISTINCT t." + near + " AS no FROM (").put(w.rows)
		q.add(fmt.Sprintf(") d CROSS JOIN tie t INDEXED BY %s ON t.relation = ? AND t.%s = d.no AND t.%s IS NOT NULL", back, far, near), f.relations[l.Relation])
		return &way{rows: q, rank: rankLinked}
	}
	q := new(statement).add(fmt.Sprintf("SELECT DISTINCT t.%[1]s AS no FROM tie t INDEXED BY %[2]s WHERE t.relation = ? AND t.%[1]s IS NOT NULL", near, index), f.relations[l.Relation])
	return &way{rows: q, rank: rankRelation}
}

func (f *filters) wayToFar(kinds []kg.Kind, filter kg.Filter) *way {
	for _, part := range conjuncts(filter) {
		if ids, ok := part.(kg.IDIn); ok {
			return f.way("", ids)
		}
	}
	if len(kinds) != 1 {
		return nil
	}
	for _, part := range conjuncts(filter) {
		if w := f.way(kinds[0], part); w != nil && (w.sure || w.rank == rankFlagged || w.rank == rankRare) {
			return w
		}
	}
	return nil
}
