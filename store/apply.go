package store

import (
	"context"
	"fmt"
	"slices"

	"lintu/kg"
)

// Tx is an engine's write transaction, with the revision lock taken: what Run needs to execute a batch. Reads see
// everything, of all times, and are batch-shaped: Run calls each a handful of times a batch.
type Tx interface {
	// Result is what the batch with this id did, nil if it was never applied.
	Result(ctx context.Context, batchID string) (*Applied, error)
	// Head is the last revision, and the demo that the store is marked as, if any.
	Head(ctx context.Context) (Revision, string, error)
	// Nodes and Ties load records by id; missing ones are absent.
	Nodes(ctx context.Context, ids []kg.ID) (map[kg.ID]kg.Node, error)
	Ties(ctx context.Context, ids []kg.ID) (map[kg.ID]*kg.Tie, error)
	// Tombstones are those of the ids that are tombstones, in order. Few are, and most batches ask it in vain.
	Tombstones(ctx context.Context, ids []kg.ID) ([]kg.ID, error)
	// Exist says which of the ids are nodes.
	Exist(ctx context.Context, ids []kg.ID) (map[kg.ID]bool, error)
	// TieKeys maps the keys (kg.Tie.Key) that are on record to the tie's id.
	TieKeys(ctx context.Context, keys []string) (map[string]kg.ID, error)
	// Keyed are the nodes of a kind whose field, the one that is its natural key, has one of the values; by value.
	Keyed(ctx context.Context, kind kg.Kind, field string, values []string) (map[string][]kg.ID, error)
	// TiesFrom and TiesTo are the ties of some relations that start or end at the nodes.
	TiesFrom(ctx context.Context, ids []kg.ID, relations []kg.Relation) ([]kg.Tie, error)
	TiesTo(ctx context.Context, ids []kg.ID, relations []kg.Relation) ([]kg.Tie, error)
	// TiesAt are all ties that start at, end at or refer to a node.
	TiesAt(ctx context.Context, id kg.ID) ([]kg.Tie, error)
	// Areas are the stored area spans of nodes.
	Areas(ctx context.Context, ids []kg.ID) (map[kg.ID][]kg.AreaSpan, error)
	// Write stores what Run worked out. It is called at most once.
	Write(ctx context.Context, w *Writes) error
}

// Ahead is implemented by a Tx that has much to work out of a batch's nodes: it may begin while the rest is checked.
type Ahead interface {
	// Ahead is told the nodes that Write will be given, if no check refuses the batch. They are not changed any more.
	Ahead(nodes []kg.Node)
}

// Writes is everything that a batch changes, in final form; each id is at most once in a list.
type Writes struct {
	Nodes        []NodeWrite
	Ties         []TieWrite
	DeletedTies  []kg.Tie
	DeletedNodes []kg.ID
	Areas        map[kg.ID][]kg.AreaSpan // replaces what is stored for these nodes
	Change       *Change                 // the journal entry, with the new revision; nil if only State or Demo is set
	BatchID      string                  // remember Result under it, where not empty
	Result       *Applied
	State        State
	Demo         string
	Forget       bool    // see Batch.Forget
	Erased       []kg.ID // what the batch makes tombstones of: results of earlier batches tell no ties of theirs any more
}

// NodeWrite is a node to store; New says that there is no record of it yet.
type NodeWrite struct {
	Node kg.Node
	New  bool
}

// TieWrite is a tie to store; New says that there is no record of it yet.
type TieWrite struct {
	Tie *kg.Tie
	New bool
}

// MaxBatch is the most changes in one batch.
const MaxBatch = 20000

// Run executes a batch on an engine's transaction: validation against kg's tables, versions, keys, how many at a
// time, areas, journal. It reads, then calls Write once; it may be run again from the start by a driver that
// retries.
func Run(ctx context.Context, tx Tx, b *Batch) (*Applied, error) {
	if len(b.Changes) > MaxBatch {
		return nil, kg.Invalid("changes", fmt.Sprintf("%d in one batch", len(b.Changes)), fmt.Sprintf("at most %d", MaxBatch))
	}
	if b.ID != "" {
		if done, err := tx.Result(ctx, b.ID); err != nil || done != nil {
			return repeated(done, b, err)
		}
	}
	if err := admit(ctx, tx, b); err != nil {
		return nil, err
	}
	r := &run{ctx: ctx, tx: tx, batch: b}
	if err := r.load(); err != nil {
		return nil, err
	}
	if err := r.mutateAll(); err != nil {
		return nil, err
	}
	if ahead, ok := tx.(Ahead); ok {
		ahead.Ahead(r.put())
	}
	for _, check := range []func() error{r.checkEnds, r.checkTombstones, r.checkKeys, r.checkOne, r.recomputeAreas, r.checkScope, r.checkUnique} {
		if err := check(); err != nil {
			return nil, err
		}
	}
	return r.write()
}

// put are the nodes that the batch puts or changes, as they will be.
func (r *run) put() []kg.Node {
	nodes := make([]kg.Node, 0, len(r.nodes))
	for _, id := range r.order {
		if n := r.nodes[id]; n != nil {
			nodes = append(nodes, n)
		}
	}
	return nodes
}

// repeated is the result of a batch whose id was applied before.
func repeated(done *Applied, b *Batch, err error) (*Applied, error) {
	if err != nil {
		return nil, err
	}
	if b.Digest != "" && b.Digest != done.Digest {
		return nil, kg.Invalid("batchId", "was used for other changes", "the same changes again, or an id that was not used before")
	}
	done.Repeated, done.Change = true, nil
	return done, nil
}

// run is one execution of a batch: the records that it touches, as they were and as they will be.
type run struct {
	ctx   context.Context
	tx    Tx
	batch *Batch

	oldNodes map[kg.ID]kg.Node // as on record
	nodes    map[kg.ID]kg.Node // as they will be; nil: deleted
	oldTies  map[kg.ID]*kg.Tie
	ties     map[kg.ID]*kg.Tie
	order    []kg.ID                 // in which nodes and ties were first touched
	hidden   map[kg.ID]bool          // nodes on record that are outside the batch's scope
	by       map[kg.ID]int           // which change touched a node or tie last
	now      int                     // the change that is being made
	areas    map[kg.ID][]kg.AreaSpan // as they will be, of every node looked at
	newAreas map[kg.ID][]kg.AreaSpan // those of them that changed
	result   Applied
}

func (r *run) load() error {
	var nodes, ties []kg.ID
	for _, m := range r.batch.Changes {
		id := m.target()
		if id.Kind() != "" {
			nodes = append(nodes, id)
		} else {
			ties = append(ties, id)
		}
	}
	var err error
	if r.oldNodes, err = r.tx.Nodes(r.ctx, distinctIDs(nodes)); err != nil {
		return err
	}
	if r.oldTies, err = r.tx.Ties(r.ctx, distinctIDs(ties)); err != nil {
		return err
	}
	r.nodes, r.ties = map[kg.ID]kg.Node{}, map[kg.ID]*kg.Tie{}
	r.by = map[kg.ID]int{}
	if !r.batch.CountsOnly {
		r.result.Versions = map[kg.ID]int64{}
	}
	return r.hide()
}

// target is the id of what the mutation is about.
func (m *Mutation) target() kg.ID {
	switch {
	case m.Op == PutNode && m.Node != nil:
		return m.Node.Common().ID
	case m.Op == PutTie && m.Tie != nil:
		return m.Tie.ID
	}
	return m.ID
}

func (r *run) node(id kg.ID) kg.Node {
	if n, touched := r.nodes[id]; touched {
		return n
	}
	return r.oldNodes[id]
}

func (r *run) tie(id kg.ID) *kg.Tie {
	if t, touched := r.ties[id]; touched {
		return t
	}
	return r.oldTies[id]
}

func (r *run) setNode(id kg.ID, n kg.Node) {
	if _, touched := r.nodes[id]; !touched {
		r.order = append(r.order, id)
	}
	r.nodes[id], r.by[id] = n, r.now
}

func (r *run) setTie(id kg.ID, t *kg.Tie) {
	if _, touched := r.ties[id]; !touched {
		r.order = append(r.order, id)
	}
	r.ties[id], r.by[id] = t, r.now
}

func (r *run) mutate(m *Mutation) error {
	switch m.Op {
	case PutNode:
		return r.putNode(m)
	case ChangeNode:
		return r.changeNode(m)
	case EndNode:
		return r.endNode(m)
	case DeleteNode:
		return r.deleteNode(m)
	case EraseNode:
		return r.eraseNode(m)
	case PutTie:
		return r.putTie(m)
	case ChangeTie:
		return r.changeTie(m)
	case EndTie:
		return r.endTie(m)
	case DeleteTie:
		return r.deleteTie(m)
	}
	return kg.Invalid("op", fmt.Sprintf("%q", m.Op), "putNode, changeNode, endNode, deleteNode, eraseNode, putTie, changeTie, endTie, deleteTie")
}

// expect checks the version that the caller counts on; have is 0 where there is no record.
func expect(id kg.ID, want, have int64) error {
	if want == 0 || want == have || (want == MustNotExist && have == 0) {
		return nil
	}
	return &kg.ConflictError{ID: id, Expected: want, Current: have}
}

func (r *run) putNode(m *Mutation) error {
	if m.Node == nil {
		return kg.Invalid("node", "is missing", "a node")
	}
	if err := kg.Validate(m.Node); err != nil {
		return err
	}
	id := m.Node.Common().ID
	old := r.node(id)
	var version int64
	if old != nil {
		version = old.Common().Version
	}
	if err := expect(id, m.Expect, version); err != nil {
		return err
	}
	return r.replaceNode(old, kg.Clone(m.Node))
}

// replaceNode makes n the node of its id, unless it equals the old one; nil where there is none.
func (r *run) replaceNode(old, n kg.Node) error {
	id, version := n.Common().ID, int64(0)
	if old != nil {
		version = old.Common().Version
	}
	if old != nil && kg.Equal(old, n) {
		r.unchanged(id, version)
		return nil
	}
	if err := r.mayReplace(old, n); err != nil {
		return err
	}
	n.Common().Version = version + 1
	r.setNode(id, n)
	r.did(id, version)
	return nil
}

func (r *run) endNode(m *Mutation) error {
	old := r.node(m.ID)
	if old == nil {
		return fmt.Errorf("%s: %w", m.ID, kg.ErrNotFound)
	}
	b := old.Common()
	if err := expect(m.ID, m.Expect, b.Version); err != nil {
		return err
	}
	if m.On.IsZero() || m.On <= b.Life.From {
		return kg.Invalid("on", m.On.String(), "a day after validFrom")
	}
	if b.Life.To == m.On {
		r.unchanged(m.ID, b.Version)
		return nil
	}
	if err := r.mayTouch(old); err != nil {
		return err
	}
	n := kg.Clone(old)
	n.Common().Life.To, n.Common().Version = m.On, b.Version+1
	r.setNode(m.ID, n)
	r.result.Ended++
	r.versioned(m.ID, b.Version+1)
	return nil
}

func (r *run) putTie(m *Mutation) error {
	if m.Tie == nil {
		return kg.Invalid("tie", "is missing", "a tie")
	}
	t := *m.Tie
	if _, err := kg.ParseID("id", string(t.ID)); err != nil || t.ID.Kind() != "" {
		return kg.Invalid("id", fmt.Sprintf("%q is not the id of a tie", t.ID), "tie_ and 24 letters or digits")
	}
	if err := kg.ValidateTie(&t); err != nil {
		return err
	}
	old := r.tie(t.ID)
	var version int64
	if old != nil {
		version = old.Version
	}
	if err := expect(t.ID, m.Expect, version); err != nil {
		return err
	}
	if old != nil && (old.Relation != t.Relation || old.From != t.From || old.To != t.To) {
		return kg.Invalid("tie", "another relation or other ends than on record", "the same relation and ends; end this tie and make another")
	}
	return r.replaceTie(old, &t)
}

// replaceTie makes t the tie of its id, unless it equals the old one; nil where there is none.
func (r *run) replaceTie(old, t *kg.Tie) error {
	version := int64(0)
	if old != nil {
		version = old.Version
	}
	if old != nil && kg.EqualTies(old, t) {
		r.unchanged(t.ID, version)
		return nil
	}
	if old != nil && old.Relation.Def().Record() {
		return written(t.ID)
	}
	t.Version = version + 1
	r.setTie(t.ID, t)
	r.did(t.ID, version)
	return nil
}

func (r *run) endTie(m *Mutation) error {
	old := r.tie(m.ID)
	if old == nil {
		return fmt.Errorf("%s: %w", m.ID, kg.ErrNotFound)
	}
	if err := expect(m.ID, m.Expect, old.Version); err != nil {
		return err
	}
	if m.On.IsZero() || m.On <= old.Valid.From {
		return kg.Invalid("on", m.On.String(), "a day after validFrom")
	}
	if old.Valid.To == m.On {
		r.unchanged(m.ID, old.Version)
		return nil
	}
	if old.Relation.Def().Record() {
		return written(m.ID)
	}
	t := *old
	t.Valid.To, t.Version = m.On, old.Version+1
	r.setTie(t.ID, &t)
	r.result.Ended++
	r.versioned(t.ID, t.Version)
	return nil
}

func distinctIDs(ids []kg.ID) []kg.ID {
	out := slices.Clone(ids)
	slices.Sort(out)
	return slices.Compact(out)
}
