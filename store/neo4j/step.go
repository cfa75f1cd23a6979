package neo4j

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"lintu/kg"
	"lintu/store"
)

// Expand implements store.Store.
func (s *Store) Expand(ctx context.Context, v store.View, sources []kg.ID, p *store.Plan) (map[kg.ID]store.Tree, error) {
	if err := p.Check(); err != nil {
		return nil, err
	}
	return s.expand(ctx, v, distinct(sources), p)
}

// Fetch implements store.Stepper.
func (s *Store) Fetch(ctx context.Context, v store.View, ids []kg.ID) (map[kg.ID]kg.Node, error) {
	ids = distinct(ids)
	out := make(map[kg.ID]kg.Node, len(ids))
	if len(ids) == 0 {
		return out, ctx.Err()
	}
	q := newQuery(v)
	q.params["ids"] = texts(ids)
	visible := q.visible("n", nil)
	if visible == no {
		return out, ctx.Err()
	}
	row, err := s.read(ctx, matchIDs+"AND "+visible+" RETURN collect(["+nodeColumns("n")+"])", q.params)
	if err != nil {
		return nil, err
	}
	for _, r := range asList(row[0]) {
		n, err := decodeNode(asList(r))
		if err != nil {
			return nil, err
		}
		out[n.Common().ID] = n
	}
	return out, nil
}

// matchIDs finds nodes n by id.
const matchIDs = "MATCH (n:" + nodeLabel + ") USING INDEX n:" + nodeLabel + "(id) WHERE n.id IN $ids "

// matchSources begins a statement with the sources of a step.
const matchSources = "UNWIND $ids AS sid MATCH (s:" + nodeLabel + " {id: sid}) USING INDEX s:" + nodeLabel + "(id) "

// Step implements store.Stepper. A far end that many sources share comes once, with the ties that lead to it; pages
// are put in order here.
func (s *Store) Step(ctx context.Context, v store.View, sources []kg.ID, st *store.Step) (map[kg.ID]*store.Page, error) {
	w := newStepWriter(newQuery(v), v, st)
	w.params["ids"] = texts(sources)
	row, err := s.read(ctx, w.statement(), w.params)
	if err != nil {
		return nil, err
	}
	pages := newPager(w.order.Desc, st.Window)
	for _, far := range asList(row[0]) {
		if err := w.decode(asList(far), pages); err != nil {
			return nil, err
		}
	}
	return pages.done(asList(row[1])), nil
}

// stepWriter writes the statement of a step and reads its answer.
type stepWriter struct {
	*query
	from  store.View // the step's: it says whether its sources were seen
	step  *store.Step
	order store.Order
	far   []kg.Kind
}

func newStepWriter(q *query, from store.View, st *store.Step) *stepWriter {
	w := &stepWriter{query: q, from: from, step: st, order: st.ResolvedOrder(), far: st.FarKinds()}
	if st.Walk && st.Direction == kg.Out {
		w.order.Desc = false // always nearest first
	}
	return w
}

// statement has two columns: the far ends with their edges, and the totals by source.
func (w *stepWriter) statement() string {
	edges, totals := "[] AS edges", "[] AS totals"
	var calls strings.Builder
	if w.step.Window.Limit > 0 {
		calls.WriteString("CALL () { " + matchSources + "CALL (s, sid) { " + w.match() + w.page() + " } " +
			"WITH n, collect([sid, position, tie]) AS ties RETURN collect([" + nodeColumns("n") + ", ties]) AS edges } ")
		edges = "edges"
	}
	if w.step.Window.Count {
		count := "count(t)"
		if w.step.Walk {
			count = "count(n)"
		}
		calls.WriteString("CALL () { " + matchSources + "CALL (s, sid) { " + w.match() + "RETURN " + count + " AS total } RETURN collect([sid, total]) AS totals } ")
		totals = "totals"
	}
	return calls.String() + "RETURN " + edges + ", " + totals
}

// match finds what a source s leads to: far ends n over ties t, or relatives n at a depth.
func (w *stepWriter) match() string {
	st := w.step
	if st.Walk {
		return "MATCH " + w.walk(st.Direction, st.Depth) + " WITH s, n, min(size(r)) AS depth WHERE " + and("n <> s", w.farEnd("n")) + " WITH n, depth "
	}
	where := w.tied("t", "n")
	if st.Direction == kg.ByRef {
		where = and("t."+propRef+" = sid", where)
	}
	return "MATCH " + pattern(st.Relation.Def(), st.Direction, "s", "t", "n", "o") + whereClause(where) + " "
}

// tied is what a tie and its far end must satisfy.
func (w *stepWriter) tied(t, n string) string {
	return and(w.valid(t), w.tie(w.step.Tie, t), w.farEnd(n))
}

func (w *stepWriter) farEnd(n string) string {
	return and(w.kinds(n), w.valid(n), w.node(w.from.Far(w.step), n, w.far), w.node(w.step.Node, n, w.far))
}

// kinds asks for the step's kinds, where its relation leads to others too.
func (w *stepWriter) kinds(v string) string {
	if len(w.step.Kinds) == 0 {
		return yes
	}
	all := *w.step
	all.Kinds = nil
	return ofKinds(v, w.step.Kinds, all.FarKinds())
}

// walk is the way from s up or down the containment tree to n; r are its ties. Only living nodes are walked through.
func (q *query) walk(dir kg.Direction, depth int) string {
	steps := "+"
	if depth > 0 {
		steps = fmt.Sprintf("{1,%d}", depth)
	}
	arrow := "(x)-[r:%s]->(y)"
	if dir == kg.In {
		arrow = "(x)<-[r:%s]-(y)"
	}
	return "(s) (" + fmt.Sprintf(arrow, kg.PartOf) + whereClause(and(q.valid("r"), q.valid("y"))) + ")" + steps + " (n)"
}

// page puts what was matched in order and cuts it at the window.
func (w *stepWriter) page() string {
	st := w.step
	value, id, position, tie := orderValue("n", w.order), "t.id", yes, "["+tieColumns("t")+"]"
	switch {
	case st.Walk && st.Direction == kg.Out:
		value, id, tie = "depth", "n.id", "depth"
	case st.Walk:
		id, tie = "n.id", "depth"
	case st.Direction == kg.ByRef:
		tie = "[" + tieColumns("t") + ", o.id]"
	}
	if c := w.window(value, id, w.order.Desc, st.Window); c != yes {
		position = c
	}
	carried := "n, t"
	switch {
	case st.Walk:
		carried = "n, depth"
	case st.Direction == kg.ByRef:
		carried = "n, t, o"
	}
	return "WITH " + carried + whereClause(position) + " WITH " + carried + w.cut(value, id, w.order.Desc, st.Window) +
		" RETURN n, " + w.positionValue(value) + " AS position, " + tie + " AS tie"
}

// positionValue is the order's value, where the node's own fields do not tell it.
func (w *stepWriter) positionValue(value string) string {
	if w.order.By == store.OrderTitle && !(w.step.Walk && w.step.Direction == kg.Out) {
		return value
	}
	return "null"
}

// orderValue is the property that an order is by.
func orderValue(v string, o store.Order) string {
	switch o.By {
	case store.OrderID:
		return v + "." + propID
	case store.OrderTitle:
		return v + "." + propSortKey
	}
	return v + "." + o.By // a field of the kinds' table, which Check has seen to
}

// window keeps what is after and before the window's positions, in a form that an index on the value can serve.
func (q *query) window(value, id string, desc bool, w store.Window) string {
	return and(q.beyond(value, id, desc, w.After), q.beyond(value, id, !desc, w.Before))
}

func (q *query) beyond(value, id string, desc bool, p *store.Position) string {
	if p == nil {
		return yes
	}
	sign := ">"
	if desc {
		sign = "<"
	}
	if value == id {
		return value + " " + sign + " " + q.param(string(p.ID))
	}
	v := q.param(p.Value)
	return fmt.Sprintf("(%[1]s %[2]s= %[3]s AND (%[1]s %[2]s %[3]s OR %[4]s %[2]s %[5]s))", value, sign, v, id, q.param(string(p.ID)))
}

// cut orders, from the end for a backward window, and takes one more than asked, which tells whether there is more.
func (q *query) cut(value, id string, desc bool, w store.Window) string {
	direction := ""
	if desc != w.Backward {
		direction = " DESC"
	}
	out := " ORDER BY " + value + direction
	if value != id {
		out += ", " + id + direction
	}
	if w.Limit < store.NoLimit {
		out += " LIMIT " + q.param(int64(w.Limit)+1)
	}
	return out
}

// decode reads a far end with the edges that lead to it.
func (w *stepWriter) decode(row []any, pages *pager) error {
	n, err := decodeNode(row)
	if err != nil {
		return err
	}
	id := n.Common().ID
	for _, edge := range asList(row[5]) {
		e := asList(edge)
		source := kg.ID(asText(e[0]))
		out := store.Edge{Item: &store.Item{Node: n}, Position: store.Position{Value: e[1], ID: id}}
		if out.Position.Value == nil {
			out.Position.Value = w.order.Value(n)
		}
		if w.step.Walk {
			out.Depth = int(asInt(e[2]))
			if w.step.Direction == kg.Out {
				out.Position.Value = int64(out.Depth)
			}
		} else if out.Tie, err = w.decodeTie(asList(e[2]), source, id); err != nil {
			return err
		} else {
			out.Position.ID = out.Tie.ID
		}
		pages.add(source, out)
	}
	return nil
}

func (w *stepWriter) decodeTie(row []any, source, far kg.ID) (*kg.Tie, error) {
	from, to := source, far
	switch w.step.Direction {
	case kg.In:
		from, to = far, source
	case kg.ByRef:
		from, to = far, kg.ID(asText(row[6]))
	}
	return decodeTie(row, w.step.Relation, from, to)
}

// pager gathers edges by source and makes pages of them.
type pager struct {
	window store.Window
	desc   bool
	edges  map[kg.ID][]store.Edge
}

func newPager(desc bool, w store.Window) *pager {
	return &pager{window: w, desc: desc, edges: map[kg.ID][]store.Edge{}}
}

func (p *pager) add(source kg.ID, e store.Edge) { p.edges[source] = append(p.edges[source], e) }

// done makes the pages; totals are lists of a source and its total.
func (p *pager) done(totals []any) map[kg.ID]*store.Page {
	total := map[kg.ID]int{}
	for _, t := range totals {
		total[kg.ID(asText(asList(t)[0]))] = int(asInt(asList(t)[1]))
	}
	pages := make(map[kg.ID]*store.Page, max(len(p.edges), len(total)))
	for source, edges := range p.edges {
		slices.SortFunc(edges, func(a, b store.Edge) int {
			if p.desc != p.window.Backward {
				a, b = b, a
			}
			return store.ComparePositions(a.Position, b.Position)
		})
		pages[source] = p.window.Cut(edges, total[source])
	}
	for source, n := range total {
		if pages[source] == nil {
			pages[source] = p.window.Cut(nil, n)
		}
	}
	return pages
}
