package store

import (
	"math"

	"lintu/kg"
)

// Plan is what is asked of nodes: a tree of steps.
type Plan struct {
	Steps []*Step
}

// Step follows one relation from many sources, or walks the containment tree.
type Step struct {
	Key       string      // the page's name in the Tree; distinct among a plan's steps for one kind of source
	On        []kg.Kind   // the kinds of sources that the step applies to; none: every kind
	Relation  kg.Relation // PART_OF for a walk
	Direction kg.Direction
	Walk      bool // walk the containment tree: Out ancestors (nearest first), In descendants
	Depth     int  // of a walk; 0: to the end
	Kinds     []kg.Kind
	Tie       kg.Filter // on the tie
	Node      kg.Filter // on the far end
	Order     Order     // of the far ends; ties of equal order come by the tie's id
	Window    Window
	Plan      *Plan // asked of the far ends
	Ref       *Plan // not nil: bring the node that the tie refers to, with this asked of it
	Other     *Plan // not nil, ByRef only: bring the tie's To (a committee), with this asked of it
}

// Applies says whether a source of the kind has the step's page.
func (s *Step) Applies(k kg.Kind) bool {
	if len(s.On) == 0 {
		return true
	}
	for _, on := range s.On {
		if on == k {
			return true
		}
	}
	return false
}

// NoLimit as a Window's limit asks for everything; for the program itself, never from a client.
const NoLimit = math.MaxInt32

// Window is which part of an ordered list is asked for. After and Before exclude their own position; Backward takes
// the last Limit before the end and still gives them in order. On the page, going forward, HasNext says that more
// edges follow inside the window and HasPrev that After was given; going backward, HasPrev says that more precede
// and HasNext that Before was given. Limit 0 asks for no edges (a count only): HasNext is then Total > 0, HasPrev false.
type Window struct {
	Limit    int
	After    *Position
	Before   *Position
	Backward bool
	Count    bool // ask for Total, which ignores After and Before
}

// Position is the place of an edge in an order: the order's value (string or int64, never nil) and the id that
// breaks ties (of the tie in a step that follows ties, else of the node).
type Position struct {
	Value any
	ID    kg.ID
}

// Tree is a page for every step, by its key.
type Tree map[string]*Page

// Item is a node with what was asked of it. Items of one answer may share nodes and trees: they are read-only.
type Item struct {
	Node kg.Node
	Tree Tree
}

// Page is a part of an ordered list.
type Page struct {
	Edges   []Edge
	HasNext bool
	HasPrev bool
	Total   int // where the window asked for a count, else 0
}

// Edge is a place on a page. A list and a walk have no tie.
type Edge struct {
	Position Position
	Tie      *kg.Tie
	Item     *Item
	Ref      *Item // nil where not asked, absent, or out of scope
	Other    *Item
	Depth    int // of a walk
}

// Order is by one sortable field of the far end, by OrderID or by OrderTitle; the zero Order is the kind's own
// (id for people, title elsewhere). Absent values sort as "" and 0. A walk upwards is always by depth.
type Order struct {
	By   string
	Desc bool
}

// The orders that every kind has.
const (
	OrderID    = "id"
	OrderTitle = "title"
)

// Resolve puts the default in for a zero order: id where only people can be met, the title elsewhere.
func (o Order) Resolve(kinds ...kg.Kind) Order {
	if o.By != "" {
		return o
	}
	o.By = OrderTitle
	if len(kinds) == 1 && kinds[0] == kg.KindPerson {
		o.By = OrderID
	}
	return o
}

// Value is the order's value of a node: a string or an int64, never nil. The order must be resolved.
func (o Order) Value(n kg.Node) any {
	switch o.By {
	case OrderID:
		return string(n.Common().ID)
	case OrderTitle:
		return kg.SortKey(n)
	}
	if f := kg.FieldOf(n.Kind(), o.By); f != nil && f.Sortable {
		return f.Get(n)
	}
	return ""
}

// Valid says whether the order is one that every one of the kinds has.
func (o Order) Valid(kinds ...kg.Kind) bool {
	if o.By == "" || o.By == OrderID || o.By == OrderTitle {
		return true
	}
	for _, k := range kinds {
		if f := kg.FieldOf(k, o.By); f == nil || !f.Sortable {
			return false
		}
	}
	return len(kinds) > 0
}

// ComparePositions orders two positions of one order, ascending.
func ComparePositions(a, b Position) int {
	if c := compareValues(a.Value, b.Value); c != 0 {
		return c
	}
	return compareValues(string(a.ID), string(b.ID))
}

func compareValues(a, b any) int {
	switch a := a.(type) {
	case string:
		if b, ok := b.(string); ok {
			switch {
			case a < b:
				return -1
			case a > b:
				return 1
			}
		}
	case int64:
		if b, ok := b.(int64); ok {
			switch {
			case a < b:
				return -1
			case a > b:
				return 1
			}
		}
	}
	return 0
}

// FarKinds are the kinds that the step can reach: what its relation allows, from the kinds of sources that it
// applies to, cut to Kinds.
func (s *Step) FarKinds() []kg.Kind {
	d := s.Relation.Def()
	if d == nil {
		return nil
	}
	ends := s.ends(d)
	var far []kg.Kind
	for _, def := range kg.Kinds {
		k := def.Kind
		if len(s.Kinds) > 0 && !has(s.Kinds, k) {
			continue
		}
		for _, end := range ends {
			if has(end, k) {
				far = append(far, k)
				break
			}
		}
	}
	return far
}

// ends are the kinds at the step's far ends, a list for each kind of source that has some.
func (s *Step) ends(d *kg.RelationDef) (ends [][]kg.Kind) {
	if s.Walk { // any depth: whatever can be at that end of PART_OF
		if s.Direction == kg.Out {
			return [][]kg.Kind{d.Tos()}
		}
		return [][]kg.Kind{d.Froms()}
	}
	for _, def := range kg.Kinds {
		if !s.Applies(def.Kind) {
			continue
		}
		if end := d.Far(def.Kind, s.Direction); len(end) > 0 {
			ends = append(ends, end)
		}
	}
	return ends
}

func has[T comparable](list []T, v T) bool {
	for _, x := range list {
		if x == v {
			return true
		}
	}
	return false
}

// ResolvedOrder is the step's order with the default put in.
func (s *Step) ResolvedOrder() Order { return s.Order.Resolve(s.FarKinds()...) }
