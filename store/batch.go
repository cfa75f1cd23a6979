package store

import (
	"encoding/json"
	"slices"

	"lintu/kg"
)

// Batch is an ordered list of changes, applied together.
type Batch struct {
	// ID makes a retry safe: a batch with the id of one that was applied gives the first result. Empty: none.
	ID      string
	Changes []Mutation
	Today   kg.Date // by which a tie has ended or not, for DeleteNode
	// State, where set, becomes the store's state with the batch. Demo marks the store as this demo's; a store that holds
	// another demo, or a graph that is no demo's, refuses the batch (kg.ErrConflict).
	State State
	Demo  string
	// Coming is, for a batch that begins a load (State is StateLoading), about how many changes the load will bring; 0 where
	// nobody knows. An engine may prepare for many; nothing else follows from it.
	Coming int
	// Digest, where set, must be that of the batch with the same ID that was applied before: else a caller has given
	// the id of one batch to another, which is refused.
	Digest string
	// Scope, where set, is what may be touched. What is outside it does not exist for the batch, and nothing may be
	// outside it afterwards.
	Scope *Scope
	// UniqueKeys refuses a node that it puts or changes where another node has the same natural key.
	UniqueKeys bool
	// Try asks what the batch would do: it is checked as any other, and nothing is written or remembered.
	Try bool
	// Forget lets the batch take away what is written once: entries of timelines lose their actor, note and alert or go
	// as a whole, ties of records go. The engine sees to it that nothing that the batch took away can be read from its
	// files or its results of batches afterwards. Erasing and retention set it, and nothing else.
	Forget bool
	// Tell asks for the ties that were touched, in Applied.Ties.
	Tell bool
	// Urgent lets the batch go before those that wait for the engine's writer, where it has a line of them. It changes
	// nothing else.
	Urgent bool
	// CountsOnly does without Applied.Versions: those of a large batch are longer than what a store keeps of it besides.
	CountsOnly bool
}

// Op is what a Mutation does.
type Op string

// The operations.
const (
	PutNode    Op = "putNode"    // create, or replace fields and life span; the version is set by Apply
	ChangeNode Op = "changeNode" // the fields of Set get new values; the others stay
	EndNode    Op = "endNode"    // its life ends On
	DeleteNode Op = "deleteNode" // refused while ties that have not ended exist; its ended ties go with it
	EraseNode  Op = "eraseNode"  // a tombstone remains, On a day, and the ties of records; of a batch with Forget
	PutTie     Op = "putTie"     // create, or replace validity, reference and fields; relation and ends never change
	ChangeTie  Op = "changeTie"  // the fields of Set get new values, as for PutTie; the others stay
	EndTie     Op = "endTie"     // its validity ends On
	DeleteTie  Op = "deleteTie"
)

// Mutation is one change.
type Mutation struct {
	Op     Op
	Node   kg.Node      // PutNode
	Tie    *kg.Tie      // PutTie
	ID     kg.ID        // the others
	Set    []kg.Setting // ChangeNode, ChangeTie
	On     kg.Date      // EndNode, EndTie, EraseNode
	Expect int64        // the version that must be on record; 0: any; MustNotExist: none
}

// MustNotExist as Mutation.Expect refuses to overwrite.
const MustNotExist = -1

// Applied is the result of a batch.
type Applied struct {
	Revision  Revision // after the batch; where nothing changed the one before it
	Created   int
	Changed   int
	Ended     int
	Deleted   int
	Unchanged int
	Repeated  bool // an earlier batch with this id had done it
	// Versions are the versions after the batch of what it put or ended; nil where Batch.CountsOnly was set.
	Versions map[kg.ID]int64
	Digest   string    `json:",omitempty"` // the batch's own
	Ties     []ToldTie `json:",omitempty"` // where Batch.Tell asks for them: as after the batch, deleted ones as before
	Change   *Change   `json:"-"`          // the journal's entry; nil where nothing changed, and in a repeated result
}

// Forget takes ties that touch one of the nodes out of a result; it says whether there were any.
func (a *Applied) Forget(ids []kg.ID) bool {
	before := len(a.Ties)
	a.Ties = slices.DeleteFunc(a.Ties, func(t ToldTie) bool {
		return slices.ContainsFunc(endsOf(t.Tie), func(id kg.ID) bool { return slices.Contains(ids, id) })
	})
	return len(a.Ties) != before
}

// ToldTie is a tie in a result, which is kept as JSON.
type ToldTie struct{ *kg.Tie }

// toldTie is the JSON of a ToldTie.
type toldTie struct {
	ID       kg.ID
	Version  int64
	Relation kg.Relation
	From, To kg.ID
	Valid    kg.Span
	Ref      kg.ID           `json:",omitempty"`
	Fields   json.RawMessage // kg.EncodeTie
}

// MarshalJSON writes the whole tie.
func (t ToldTie) MarshalJSON() ([]byte, error) {
	return json.Marshal(toldTie{t.ID, t.Version, t.Relation, t.From, t.To, t.Valid, t.Ref, kg.EncodeTie(t.Tie)})
}

// UnmarshalJSON reads what MarshalJSON writes.
func (t *ToldTie) UnmarshalJSON(b []byte) error {
	var told toldTie
	if err := json.Unmarshal(b, &told); err != nil {
		return err
	}
	t.Tie = &kg.Tie{ID: told.ID, Version: told.Version, Relation: told.Relation, From: told.From, To: told.To, Valid: told.Valid, Ref: told.Ref}
	return kg.DecodeTie(t.Tie, told.Fields)
}

// Change is a journal entry: what one Apply touched.
type Change struct {
	Revision Revision
	Nodes    []kg.ID
	Ties     []TieTouch
	Rebuild  bool // more than MaxTouched things were touched; they are not listed
}

// MaxTouched is the most nodes and ties that a journal entry lists.
const MaxTouched = 1000

// TieTouch is a tie that was put, ended or deleted, with its ends.
type TieTouch struct {
	ID       kg.ID
	Relation kg.Relation
	From, To kg.ID
}
