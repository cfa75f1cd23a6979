package kg

import (
	"strings"

	"lintu/geo"
	"lintu/text"
)

// Filter is a condition on a node (or, inside Linked.Tie, on a tie), out of a closed set. What it means is
// Test; engines translate it and the suite compares.
type Filter interface{ filter() }

// The filters.
type (
	// And holds where all of them hold; an empty one holds always.
	And []Filter
	// Or holds where one of them holds; an empty one never holds.
	Or []Filter
	// Not holds where its filter does not.
	Not struct{ F Filter }

	// Compare compares a filterable field with a value of the field's type (string, int64, bool; days as int64).
	// An absent value (empty text, no day, no point) satisfies Absent and no other operator. On nodes the field
	// TitleField stands for the normalised title; Prefix and Contains work on it and on text fields.
	Compare struct {
		Field string
		Op    Op
		Value any
	}
	// OneOf holds where the field equals one of the values.
	OneOf struct {
		Field  string
		Values []any
	}
	// Flagged holds where a Flags field has one of the values with a span that holds on the read's date.
	Flagged struct {
		Field string
		AnyOf []string
	}
	// IDIn holds for the listed nodes.
	IDIn []ID
	// KindIn holds for nodes of the listed kinds.
	KindIn []Kind
	// InArea holds for a node that is in one of the areas or below, on On; a zero On is the read's date. A
	// division, grid, compound, building, entrance or household is in itself.
	InArea struct {
		Areas []ID
		On    Date
	}
	// Linked counts the node's ties of a relation that are valid on the read's date, satisfy Tie (nil: all) and
	// whose far end lives on that date and satisfies Node (nil: all), and holds where Min <= count <= Max
	// (Max below 0: no upper bound). "Some" is Min 1, "none" is Max 0.
	Linked struct {
		Relation  Relation
		Direction Direction
		Tie       Filter
		Node      Filter
		Min, Max  int
	}
)

// TitleField is the name under which Compare and OneOf see a node's normalised title.
const TitleField = "title"

// Op is an operator of Compare.
type Op string

// The operators. Prefix and Contains are for text only.
const (
	EQ       Op = "eq"
	LT       Op = "lt"
	LTE      Op = "lte"
	GT       Op = "gt"
	GTE      Op = "gte"
	Prefix   Op = "startsWith"
	Contains Op = "contains"
	Absent   Op = "absent"
)

func (And) filter()     {}
func (Or) filter()      {}
func (Not) filter()     {}
func (Compare) filter() {}
func (OneOf) filter()   {}
func (Flagged) filter() {}
func (IDIn) filter()    {}
func (KindIn) filter()  {}
func (InArea) filter()  {}
func (Linked) filter()  {}

// World is what Test needs to know of the rest of the graph.
type World interface {
	// Ties are the ties at a node in a direction, of all times.
	Ties(id ID, r Relation, dir Direction) []*Tie
	// Node is a node by id, nil where there is none.
	Node(id ID) Node
	// Inside says whether a node is in an area or below on a day.
	Inside(id, area ID, on Date) bool
}

// Test is the meaning of a filter on a node, for a read as of on. A nil filter holds.
func Test(w World, f Filter, n Node, on Date) bool {
	switch f := f.(type) {
	case nil:
		return true
	case And:
		for _, g := range f {
			if !Test(w, g, n, on) {
				return false
			}
		}
		return true
	case Or:
		for _, g := range f {
			if Test(w, g, n, on) {
				return true
			}
		}
		return false
	case Not:
		return !Test(w, f.F, n, on)
	case Compare:
		return compare(nodeValue(n, f.Field), f.Op, f.Value)
	case OneOf:
		return oneOf(nodeValue(n, f.Field), f.Values)
	case Flagged:
		return flagged(n, f, on)
	case IDIn:
		return contains(f, n.Common().ID)
	case KindIn:
		return contains(f, n.Kind())
	case InArea:
		return inArea(w, f, n, on)
	case Linked:
		return linked(w, f, n, on)
	}
	return false
}

// TestTie is the meaning of a filter on a tie: And, Or, Not, Compare and OneOf over ties' fields.
func TestTie(f Filter, t *Tie) bool {
	switch f := f.(type) {
	case nil:
		return true
	case And:
		for _, g := range f {
			if !TestTie(g, t) {
				return false
			}
		}
		return true
	case Or:
		for _, g := range f {
			if TestTie(g, t) {
				return true
			}
		}
		return false
	case Not:
		return !TestTie(f.F, t)
	case Compare:
		if tf := TieFieldOf(f.Field); tf != nil && tf.Filterable {
			return compare(tieValue(tf, t), f.Op, f.Value)
		}
	case OneOf:
		if tf := TieFieldOf(f.Field); tf != nil && tf.Filterable {
			return oneOf(tieValue(tf, t), f.Values)
		}
	}
	return false
}

// FarEnd is the end of a tie that a step in direction dir reaches.
func FarEnd(t *Tie, dir Direction) ID {
	if dir == Out {
		return t.To
	}
	return t.From
}

func nodeValue(n Node, field string) any {
	if field == TitleField {
		return Norm(n)
	}
	if f := FieldOf(n.Kind(), field); f != nil && f.Filterable {
		v := f.Get(n)
		if p, ok := v.(*geo.Point); ok && p == nil {
			return nil
		}
		if f.Type == Day && v == int64(0) {
			return nil
		}
		return v
	}
	return nil
}

// tieValue is the field's value, nil for no day.
func tieValue(f *TieField, t *Tie) any {
	v := f.Get(t)
	if f.Type == Day && v == int64(0) {
		return nil
	}
	return v
}

func compare(have any, op Op, want any) bool {
	if have == nil || have == "" {
		return op == Absent
	}
	switch have := have.(type) {
	case string:
		want, ok := want.(string)
		return ok && ordered(have, op, want) || ok && op == Prefix && strings.HasPrefix(have, want) || ok && op == Contains && strings.Contains(have, want)
	case int64:
		want, ok := want.(int64)
		return ok && ordered(have, op, want)
	case bool:
		return op == EQ && have == want
	}
	return false
}

func ordered[T string | int64](have T, op Op, want T) bool {
	switch op {
	case EQ:
		return have == want
	case LT:
		return have < want
	case LTE:
		return have <= want
	case GT:
		return have > want
	case GTE:
		return have >= want
	}
	return false
}

func oneOf(have any, values []any) bool {
	for _, v := range values {
		if compare(have, EQ, v) {
			return true
		}
	}
	return false
}

func contains[T comparable](list []T, v T) bool {
	for _, x := range list {
		if x == v {
			return true
		}
	}
	return false
}

func flagged(n Node, f Flagged, on Date) bool {
	field := FieldOf(n.Kind(), f.Field)
	if field == nil || field.Type != Flags {
		return false
	}
	for _, flag := range field.Get(n).([]Flag) {
		if contains(f.AnyOf, flag.Value) && flag.Holds(on) {
			return true
		}
	}
	return false
}

func inArea(w World, f InArea, n Node, on Date) bool {
	if f.On != 0 {
		on = f.On
	}
	for _, a := range f.Areas {
		if w.Inside(n.Common().ID, a, on) {
			return true
		}
	}
	return false
}

func linked(w World, f Linked, n Node, on Date) bool {
	count := 0
	for _, t := range w.Ties(n.Common().ID, f.Relation, f.Direction) {
		far := w.Node(FarEnd(t, f.Direction))
		if t.Valid.Holds(on) && TestTie(f.Tie, t) && far != nil && far.Common().Life.Holds(on) && Test(w, f.Node, far, on) {
			count++
		}
	}
	return count >= f.Min && (f.Max < 0 || count <= f.Max)
}

// NormText is the form in which filters on a title take text.
func NormText(s string) string { return text.Normalise(s) }
