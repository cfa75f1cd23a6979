package storetest

import (
	"cmp"
	"slices"

	"lintu/kg"
	"lintu/store"
)

// world is the graph as one view shows it: what kg.Test looks at.
type world struct {
	o     *Oracle
	view  store.View
	scope kg.Filter
}

var _ kg.World = (*world)(nil)

func (o *Oracle) world(v store.View) *world { return &world{o: o, view: v, scope: v.Scope.Filter()} }

func byID(a, b kg.Node) int { return cmp.Compare(a.Common().ID, b.Common().ID) }

// Ties implements kg.World.
func (w *world) Ties(id kg.ID, r kg.Relation, dir kg.Direction) []*kg.Tie {
	var out []*kg.Tie
	for _, t := range w.o.at[id] {
		near := map[kg.Direction]kg.ID{kg.Out: t.From, kg.In: t.To, kg.ByRef: t.Ref}[dir]
		if t.Relation == r && near == id {
			out = append(out, t)
		}
	}
	return out
}

// Node implements kg.World: what is out of scope is as if it did not exist.
func (w *world) Node(id kg.ID) kg.Node {
	n := w.o.nodes[id]
	if n == nil || !kg.Test(w, w.scope, n, w.view.AsOf) {
		return nil
	}
	return n
}

// Inside implements kg.World by definition: a way up over ties that are valid on the day.
func (w *world) Inside(id, area kg.ID, on kg.Date) bool {
	if on != kg.Always {
		return w.o.inside(id, area, on)
	}
	for _, day := range w.o.daysAbove(id) {
		if w.o.inside(id, area, day) {
			return true
		}
	}
	return false
}

func (o *Oracle) inside(id, area kg.ID, on kg.Date) bool {
	rule := kg.AreaRules[id.Kind()]
	if rule.Self && id == area {
		return true
	}
	inside, tied := o.insideBy(id, area, on, rule.Via)
	if !tied {
		inside, _ = o.insideBy(id, area, on, rule.Else)
	}
	return inside
}

// insideBy says whether some valid tie of the relations leads into the area, and whether there is any valid one.
func (o *Oracle) insideBy(id, area kg.ID, on kg.Date, relations []kg.Relation) (inside, tied bool) {
	for _, t := range o.at[id] {
		if t.From != id || !slices.Contains(relations, t.Relation) || !t.Valid.Holds(on) {
			continue
		}
		tied = true
		if o.inside(t.To, area, on) {
			return true, true
		}
	}
	return false, tied
}

// daysAbove are the days on which anything on the way up from a node changes, and day 0: whatever is inside at any
// time is so on one of them.
func (o *Oracle) daysAbove(id kg.ID) []kg.Date {
	days := []kg.Date{0}
	seen := map[kg.ID]bool{id: true}
	for queue := []kg.ID{id}; len(queue) > 0; queue = queue[1:] {
		for _, t := range o.at[queue[0]] {
			if t.From != queue[0] || !kg.MakesArea(t.From.Kind(), t.Relation) {
				continue
			}
			days = append(days, t.Valid.From, t.Valid.To)
			if !seen[t.To] {
				seen[t.To] = true
				queue = append(queue, t.To)
			}
		}
	}
	slices.Sort(days)
	return slices.Compact(days)
}

// shows says whether a node is in a list: in scope, and living on the date.
func (w *world) shows(n kg.Node) bool {
	return n.Common().Life.Holds(w.view.AsOf) && kg.Test(w, w.scope, n, w.view.AsOf)
}

// lookUp is a node by id with a plan; nil where there is none in scope.
func (w *world) lookUp(id kg.ID, p *store.Plan) *store.Item {
	n := w.Node(id)
	if n == nil {
		return nil
	}
	return &store.Item{Node: n, Tree: w.tree(id, p)}
}

// tree is a page for every step that applies to the source; nil for a plan that asks for nothing.
func (w *world) tree(source kg.ID, p *store.Plan) store.Tree {
	if p == nil || len(p.Steps) == 0 {
		return nil
	}
	tree := store.Tree{}
	for _, s := range p.Steps {
		if !s.Applies(source.Kind()) {
			continue
		}
		var page *store.Page
		if s.Walk {
			page = w.walkPage(source, s)
		} else {
			page = w.tiePage(source, s)
		}
		w.below(page, s.Plan)
		for i := range page.Edges {
			e := &page.Edges[i]
			if s.Ref != nil && e.Tie.Ref != "" {
				e.Ref = w.lookUp(e.Tie.Ref, s.Ref)
			}
			if s.Other != nil {
				e.Other = w.lookUp(e.Tie.To, s.Other)
			}
		}
		tree[s.Key] = page
	}
	return tree
}

// below puts a plan under the edges of a page.
func (w *world) below(page *store.Page, p *store.Plan) {
	for i := range page.Edges {
		item := page.Edges[i].Item
		item.Tree = w.tree(item.Node.Common().ID, p)
	}
}

// reached says whether a step gives a far end.
func (w *world) reached(s *store.Step, far kg.Node) bool {
	return (len(s.Kinds) == 0 || slices.Contains(s.Kinds, far.Kind())) && w.shows(far) && kg.Test(w, s.Node, far, w.view.AsOf)
}

func (w *world) tiePage(source kg.ID, s *store.Step) *store.Page {
	order := s.ResolvedOrder()
	var edges []store.Edge
	for _, t := range w.Ties(source, s.Relation, s.Direction) {
		far := w.o.nodes[kg.FarEnd(t, s.Direction)]
		if !t.Valid.Holds(w.view.AsOf) || !kg.TestTie(s.Tie, t) || !w.reached(s, far) {
			continue
		}
		edges = append(edges, store.Edge{
			Position: store.Position{Value: order.Value(far), ID: t.ID},
			Tie:      t, Item: &store.Item{Node: far},
		})
	}
	return cut(s.Window, order.Desc, edges)
}

func (w *world) walkPage(source kg.ID, s *store.Step) *store.Page {
	order := s.ResolvedOrder()
	var edges []store.Edge
	for _, r := range w.relatives(source, s.Direction, s.Depth) {
		if !w.reached(s, r.Node) {
			continue
		}
		e := store.Edge{
			Position: store.Position{Value: order.Value(r.Node), ID: r.Node.Common().ID},
			Item:     &store.Item{Node: r.Node}, Depth: r.Depth,
		}
		if s.Direction == kg.Out {
			e.Position.Value = int64(r.Depth)
		}
		edges = append(edges, e)
	}
	return cut(s.Window, order.Desc && s.Direction == kg.In, edges)
}

// relatives walks the containment tree from a start: living nodes only, each once, by depth and id. Scope is not
// looked at.
func (w *world) relatives(start kg.ID, dir kg.Direction, depth int) []store.Relative {
	var out []store.Relative
	seen := map[kg.ID]bool{start: true}
	level := []kg.ID{start}
	for d := 1; len(level) > 0 && (depth == 0 || d <= depth); d++ {
		var next []kg.ID
		for _, id := range level {
			for _, t := range w.Ties(id, kg.PartOf, dir) {
				far := kg.FarEnd(t, dir)
				n := w.o.nodes[far]
				if seen[far] || !t.Valid.Holds(w.view.AsOf) || !n.Common().Life.Holds(w.view.AsOf) {
					continue
				}
				seen[far] = true
				next = append(next, far)
			}
		}
		slices.Sort(next)
		for _, id := range next {
			out = append(out, store.Relative{Node: w.o.nodes[id], Depth: d})
		}
		level = next
	}
	return out
}

// cut sorts all edges of an order and gives those that a window asks for.
func cut(w store.Window, desc bool, edges []store.Edge) *store.Page {
	compare := func(a, b store.Position) int {
		if desc {
			a, b = b, a
		}
		return store.ComparePositions(a, b)
	}
	slices.SortFunc(edges, func(a, b store.Edge) int { return compare(a.Position, b.Position) })
	total := 0
	if w.Count {
		total = len(edges)
	}
	edges = slices.DeleteFunc(edges, func(e store.Edge) bool {
		return (w.After != nil && compare(e.Position, *w.After) <= 0) || (w.Before != nil && compare(e.Position, *w.Before) >= 0)
	})
	if w.Backward {
		slices.Reverse(edges)
	}
	return w.Cut(edges[:min(len(edges), w.Limit+1)], total)
}
