package store

import "lintu/kg"

// Batch is an ordered list of changes, applied together.
type Batch struct {
	// ID makes a retry safe: a batch with the id of one that was applied gives the first result. Empty: none.
	ID      string
	Changes []Mutation
	Today   kg.Date // by which a tie has ended or not, for DeleteNode
	// State, where set, becomes the store's state with the batch; Demo marks the store as a demo's.
	State State
	Demo  string
}

// Op is what a Mutation does.
type Op string

// The operations.
const (
	PutNode    Op = "putNode"    // create, or replace fields and life span; the version is set by Apply
	EndNode    Op = "endNode"    // its life ends On
	DeleteNode Op = "deleteNode" // refused while ties that have not ended exist; its ended ties go with it
	PutTie     Op = "putTie"     // create, or replace validity, reference and fields; relation and ends never change
	EndTie     Op = "endTie"     // its validity ends On
	DeleteTie  Op = "deleteTie"
)

// Mutation is one change.
type Mutation struct {
	Op     Op
	Node   kg.Node // PutNode
	Tie    *kg.Tie // PutTie
	ID     kg.ID   // the others
	On     kg.Date // EndNode, EndTie
	Expect int64   // the version that must be on record; 0: any; MustNotExist: none
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
	// Versions are the versions after the batch of what it put or ended.
	Versions map[kg.ID]int64
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
