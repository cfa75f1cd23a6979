package records

import (
	"fmt"
	"strings"

	"lintu/kg"
)

// Op is what a change does.
type Op string

// The operations. Create and Change name a kind, Tie a relation.
const (
	Create    Op = "create"    // a node, with Set
	Alter     Op = "change"    // fields of a node: those of Set
	End       Op = "end"       // a node's life, On
	Delete    Op = "delete"    // a node whose ties have all ended
	Tie       Op = "tie"       // makes a tie between From and To, with Set
	AlterTie  Op = "changeTie" // fields of a tie: those of Set
	EndTie    Op = "endTie"    // a tie's validity, On
	DeleteTie Op = "deleteTie" // a tie that was a mistake
)

// Ref names a node: by its id, or by the key under which an earlier change of the edit created it.
type Ref string

// Setting is a field with its value, as kg.Setting has it; a Ref, alone or in a Refusals, is resolved.
type Setting struct {
	Field string
	Value any
}

// Refusals are the people whom a household does not want, as the value of its field.
type Refusals []Refusal

// Refusal is one of them.
type Refusal struct {
	Person Ref
	kg.Span
}

// Change is one change of an edit.
type Change struct {
	Op       Op
	Kind     kg.Kind     // Create, Alter
	Relation kg.Relation // Tie
	Key      string      // Create: how later changes name the node; empty: they do not
	ID       Ref         // of what is on record; also a key, for what the edit itself created
	Version  int64       // that is on record
	From, To Ref         // Tie
	On       kg.Date     // End, EndTie
	Set      []Setting
}

// path is the input that the change came from: create.person, tie.livesIn, end.
func (c *Change) path() string {
	switch c.Op {
	case Create, Alter:
		if d := c.Kind.Def(); d != nil {
			return string(c.Op) + "." + d.One
		}
	case Tie:
		if d := c.Relation.Def(); d != nil {
			return string(c.Op) + "." + d.Name()
		}
	}
	return string(c.Op)
}

// Path is where a change, and a field of it, stands in the input: changes[3].create.person.birthDate.
func (c *Change) Path(index int, field string) string {
	path := fmt.Sprintf("changes[%d].%s", index, c.path())
	switch field {
	case "", "tie", "node", "from, to": // the whole of it
		return path
	}
	return path + "." + strings.TrimPrefix(field, ".")
}

// Problem is why an edit was not made.
type Problem struct {
	Change int    // index of the change; -1: the edit as a whole
	Path   string // of the input
	ID     kg.ID  // what it is about, where it has an id
	Err    error  // of package kg: ErrInvalid, ErrConflict, ErrNotFound, ErrForbidden
}
