// Package store is the storage contract of Lintu: eleven batch-shaped methods that two engines implement, the
// questions they take, and the parts that both share (the step-by-step executor of plans, the logic of Apply,
// sealed cursors). The suite in storetest holds the engines to every promise made here.
package store

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"lintu/geo"
	"lintu/kg"
	"lintu/text"
)

// Store is the contract. Every read takes a View; what is outside its scope or was not valid on its date is as
// if it did not exist: not in pages, not in counts, not behind a filter.
//
// Errors are those of kg: ErrInvalid for a malformed question, ErrUnavailable when the engine cannot be reached
// (within two seconds), ErrTimeout when the context's deadline passed. All methods are safe for concurrent use.
type Store interface {
	// Nodes looks up nodes by id, each group with the plan of what hangs on its nodes. The answer has one map a
	// group; a missing id is an absent key, never an error. A look-up does not ask for a node's life span (what
	// has ended can still be opened); scope holds.
	Nodes(ctx context.Context, v View, groups []Group) ([]map[kg.ID]*Item, error)

	// Expand answers a plan for many sources in one visit. Sources are made distinct and need not exist; each has
	// a Tree in the answer, with a page for every step of the plan that applies to its kind. Limits, order and
	// cursors are per source. The sources' own scope and life span are not asked for (callers have them from an
	// answer); those of everything that is reached are.
	Expand(ctx context.Context, v View, sources []kg.ID, p *Plan) (map[kg.ID]Tree, error)

	// List pages the nodes of one kind.
	List(ctx context.Context, v View, q ListQuery) (*Page, error)

	// Within gives, for each box, the buildings, places or entrances whose point lies in it, by id: candidates for
	// a distance, which is always decided in package geo.
	Within(ctx context.Context, v View, q WithinQuery) ([][]Located, error)

	// Search finds nodes by text, in the order of text.Less.
	Search(ctx context.Context, v View, q SearchQuery) (*SearchPage, error)

	// Count counts the nodes of one kind, or what a step reaches from each of many sources, grouped. Groups without
	// anything are absent (also the one of no grouping); they come by source, then key. What groups are made by, an
	// area or a linked node, is in scope and lives on the date; as in Expand, a source's own scope and life span are
	// not asked for. kg.ErrLimit where there are more groups than the limit.
	Count(ctx context.Context, v View, q CountQuery) ([]GroupCount, error)

	// Ancestry walks the containment tree from many starts, up or down. Each start's relatives come by depth, then
	// id; a start is not among its own. As in Expand, the starts' own scope and life span are not asked for, and a
	// start without relatives may be absent. The walk goes through what is out of scope but does not give it; it
	// stops at a node that does not live on the date.
	Ancestry(ctx context.Context, v View, q AncestryQuery) (map[kg.ID][]Relative, error)

	// Apply executes a batch in one transaction: all of it or nothing. Equal content changes nothing and makes no
	// revision; a batch id that was applied before gives the first result again.
	Apply(ctx context.Context, b *Batch) (*Applied, error)

	// Changes is the journal after a revision, oldest first, at most limit entries. kg.ErrTooOld where it was
	// trimmed: where an entry after the revision is gone.
	Changes(ctx context.Context, after Revision, limit int) ([]Change, error)

	// Ready asks the engine itself, at once.
	Ready(ctx context.Context) (Status, error)

	// Close ends the store; other methods fail afterwards.
	Close() error
}

// InTurn is implemented by engines that can begin a batch while the one before it is being committed.
type InTurn interface {
	// ApplyInTurn is Apply for batches with ids that one caller applies one after another. While it works it may call
	// ready, once: from then on the next may be handed over, by another goroutine. That is applied after this one only, and
	// fails with kg.ErrConflict where this one failed at first, though it may succeed later: it is to be sent again then.
	ApplyInTurn(ctx context.Context, b *Batch, ready func()) (*Applied, error)
}

// Revision numbers the transactions that changed something: 1, 2, 3 without gaps, in the order of commit.
type Revision int64

// View is on whose behalf and for which day a read is made.
type View struct {
	Scope Scope
	AsOf  kg.Date // the day whose ties and facts are read; kg.Always looks at no validity
	seen  bool    // the sources of a step were read under this view, and so are in scope
}

// Below is the view under which steps are followed from nodes that were read under this one.
func (v View) Below() View {
	v.seen = true
	return v
}

// Far is the scope as a filter on the far ends of a step. Ties that bring nodes into areas (kg.AreaRules) lead from a source
// that is seen to far ends in the same areas, on the same day: those are not asked for again.
func (v View) Far(s *Step) kg.Filter {
	kinds := s.FarKinds()
	if v.seen && v.AsOf == v.Scope.Today && v.AsOf != kg.Always && len(v.Scope.Also) == 0 && s.Direction == kg.In && bringsIntoAreas(kinds, s.Relation) {
		return v.Scope.of(nil, kinds)
	}
	return v.Scope.Filter(kinds...)
}

func bringsIntoAreas(kinds []kg.Kind, r kg.Relation) bool {
	return !slices.ContainsFunc(kinds, func(k kg.Kind) bool { return !slices.Contains(kg.AreaRules[k].Via, r) })
}

// Everything is the view of the program itself: all areas, all times.
var Everything = View{Scope: Scope{All: true}, AsOf: kg.Always}

// Scope is what a viewer may see: everything, or what is in some areas today, and some nodes beside; of both without the
// kinds that do not exist for the viewer.
type Scope struct {
	All     bool
	Areas   []kg.ID
	Also    []kg.ID   // nodes that are seen wherever they are, and whatever their kind
	Without []kg.Kind // kinds that are not seen
	Today   kg.Date   // scope is read at today, whatever AsOf says
}

// Filter is the scope as a filter on nodes of some kinds; no kinds stand for any. It is nil where everything of them is
// visible, and an empty Or where nothing is.
func (s Scope) Filter(kinds ...kg.Kind) kg.Filter {
	var seen kg.Filter
	if !s.All {
		seen = kg.InArea{Areas: s.Areas, On: s.Today}
	}
	seen = s.of(seen, kinds)
	if len(s.Also) == 0 || seen == nil {
		return seen
	}
	return kg.Or{seen, kg.IDIn(s.Also)}
}

// of leaves the hidden ones of some kinds out.
func (s Scope) of(seen kg.Filter, kinds []kg.Kind) kg.Filter {
	hidden := 0
	for _, k := range kinds {
		if slices.Contains(s.Without, k) {
			hidden++
		}
	}
	switch {
	case len(s.Without) == 0, len(kinds) > 0 && hidden == 0:
		return seen
	case len(kinds) > 0 && hidden == len(kinds):
		return kg.Or{}
	case seen == nil:
		return kg.Not{F: kg.KindIn(s.Without)}
	}
	return kg.And{seen, kg.Not{F: kg.KindIn(s.Without)}}
}

// Status is what Ready says.
type Status struct {
	Engine      string // sqlite, neo4j
	Schema      int    // number of the last migration
	State       State
	Demo        string // what made a demo's data; empty: not a demo
	Revision    Revision
	TextVersion int
	Key         Key
}

// State is whether the store holds a whole graph.
type State string

// The states. While a store is loading it is not served.
const (
	StateReady   State = "ready"
	StateLoading State = "loading"
)

// Key is the installation's secret: ids of imported things and cursors are made under it.
type Key [32]byte

// String hides the key in logs.
func (Key) String() string { return "hidden" }

// GoString hides the key in logs.
func (Key) GoString() string { return "hidden" }

// Group is some ids and what is asked of them.
type Group struct {
	IDs  []kg.ID
	Plan *Plan
}

// ListQuery asks for a page of one kind.
type ListQuery struct {
	Kind   kg.Kind
	Filter kg.Filter
	Order  Order
	Window Window
	Plan   *Plan // of what hangs on the hits
}

// WithinQuery asks for what has a point in boxes.
type WithinQuery struct {
	Boxes []KindBox
}

// KindBox asks for the nodes of a kind in a box.
type KindBox struct {
	Kind kg.Kind // BUILDING, ENTRANCE or PLACE
	geo.Box
}

// Located is a node with its point.
type Located struct {
	ID    kg.ID
	Point geo.Point
}

// SearchQuery asks for nodes by text.
type SearchQuery struct {
	Text   text.Q
	Kinds  []kg.Kind // none: all
	Filter kg.Filter
	Limit  int // 0: no hits (a count only); HasNext is then Total > 0
	After  *SearchPosition
	Count  bool
	Plan   *Plan
}

// SearchPosition is the place of a hit in the order of hits.
type SearchPosition struct {
	Class text.Class
	Norm  string
	ID    kg.ID
}

// SearchPage is a page of hits.
type SearchPage struct {
	Hits       []SearchHit
	HasNext    bool
	Total      int  // up to MaxSearchTotal, where asked, whatever After says; else 0
	TotalExact bool // false where there are more, or where no total was asked
}

// MaxSearchTotal is where the counting of hits ends.
const MaxSearchTotal = 1000

// SearchHit is a node that search found.
type SearchHit struct {
	Position SearchPosition
	Item     *Item
}

// CountQuery asks how many nodes of a kind there are, by group; or, with From, how many ties (of a walk: nodes) lead
// on from each source.
type CountQuery struct {
	Kind   kg.Kind   // none with From
	Filter kg.Filter // on the nodes; none with From, whose step has its own
	From   *CountFrom
	By     GroupBy
	Limit  int // the most groups, of all sources together; 0: no limit
}

// CountFrom is what is counted for many sources: what a step reaches. The step's key, order, window and plans mean
// nothing here.
type CountFrom struct {
	Sources []kg.ID // made distinct; none: no groups
	Step    *Step
}

// GroupBy is how Count groups what it counts: by nothing (one group with an empty key) or one of the following. A thing
// that belongs to several groups is counted in each, once.
type GroupBy struct {
	Field string // key: the node's value as text; days as 2006-01-02; absent as ""; a Flags field: each value that it validly has; ByKind: its kind
	Tie   string // key: the value of a field of the counted tie, as text; From only

	Relation  kg.Relation // key: the id of a node at the far end of a tie of the counted node, valid on the date
	Direction kg.Direction

	AreaKind  kg.Kind // key: the id of an area that the node is inside on the date
	AreaLevel string  // of divisions and grids; empty: every level
	Areas     []kg.ID // none: every area of the kind and level
}

// ByKind as GroupBy.Field groups by the kind of the nodes.
const ByKind = "kind"

// GroupCount is a group and its size.
type GroupCount struct {
	Source kg.ID // empty without From
	Key    string
	Count  int
}

// SortGroups puts groups in order, and refuses more than the query's limit.
func (q CountQuery) SortGroups(groups []GroupCount) ([]GroupCount, error) {
	if q.Limit > 0 && len(groups) > q.Limit {
		return nil, fmt.Errorf("more than %d groups: %w", q.Limit, kg.ErrLimit)
	}
	slices.SortFunc(groups, func(a, b GroupCount) int {
		return cmp.Or(cmp.Compare(a.Source, b.Source), cmp.Compare(a.Key, b.Key))
	})
	return groups, nil
}

// AncestryQuery asks for the containment tree at many starts.
type AncestryQuery struct {
	Starts    []kg.ID
	Direction kg.Direction // Out: up, In: down
	Depth     int          // 0: to the end
	Kinds     []kg.Kind    // that are returned, not that are walked through; none: all
}

// Relative is a node above or below a start.
type Relative struct {
	Node  kg.Node
	Depth int // 1: directly
}
