package store

import (
	"fmt"
	"slices"

	"lintu/kg"
)

// Check refuses a malformed question.
func (q CountQuery) Check() error {
	if q.Limit < 0 {
		return kg.Invalid("limit", fmt.Sprint(q.Limit), "0 (no limit) or more")
	}
	if q.From == nil {
		if !q.Kind.Valid() {
			return kg.Invalid("kind", fmt.Sprintf("%q", q.Kind), "a kind of the table of kinds")
		}
		return q.By.check([]kg.Kind{q.Kind}, nil)
	}
	if q.Kind != "" || q.Filter != nil {
		return kg.Invalid("from", "with a kind or a filter beside it", "those of the step")
	}
	if q.From.Step == nil {
		return kg.Invalid("from", "without a step", "a step")
	}
	counted := q.From.Counted()
	if err := counted.check(); err != nil {
		return err
	}
	return q.By.check(counted.FarKinds(), counted)
}

// Counted is the step alone, without what means nothing to a count.
func (c *CountFrom) Counted() *Step {
	s := *c.Step
	s.Key, s.Order, s.Window, s.Plan, s.Ref, s.Other = "", Order{By: OrderID}, Window{}, nil, nil, nil
	return &s
}

// Starts are the distinct sources that the step applies to, sorted.
func (c *CountFrom) Starts() []kg.ID {
	starts := slices.Clone(c.Sources)
	slices.Sort(starts)
	return slices.DeleteFunc(slices.Compact(starts), func(id kg.ID) bool { return !c.Step.Applies(id.Kind()) })
}

// check refuses a grouping of nodes of some kinds, of which each is reached by the step where there is one.
func (g GroupBy) check(kinds []kg.Kind, s *Step) error {
	ways := 0
	for _, asked := range []bool{g.Field != "", g.Tie != "", g.Relation != "", g.AreaKind != ""} {
		if asked {
			ways++
		}
	}
	switch {
	case ways > 1:
		return kg.Invalid("by", "more than one way of grouping", "a field, a field of the tie, a relation or a kind of area")
	case g.Field != "" && g.Field != ByKind:
		return checkGroupField(g.Field, kinds)
	case g.Tie != "":
		return checkGroupTie(g.Tie, s)
	case g.Relation != "":
		return checkFollow(g.Relation, g.Direction)
	case g.AreaKind != "":
		if !kg.AreaRules[g.AreaKind].Self {
			return kg.Invalid("by", fmt.Sprintf("%q is no area", g.AreaKind), "DIVISION, GRID, COMPOUND, BUILDING, ENTRANCE, HOUSEHOLD")
		}
		if g.AreaLevel != "" && kg.FieldOf(g.AreaKind, "level") == nil {
			return kg.Invalid("by", fmt.Sprintf("%s has no levels", g.AreaKind), "a level of DIVISION or GRID only")
		}
	}
	return nil
}

// checkGroupField wants a field that all the kinds have in one type.
func checkGroupField(name string, kinds []kg.Kind) error {
	var of kg.FieldType
	for i, k := range kinds {
		f := kg.FieldOf(k, name)
		if f == nil || !f.Filterable || f.Type == kg.Spot || (i > 0 && f.Type != of) {
			return kg.Invalid("by", fmt.Sprintf("%s has no %q to group by", k, name), "a filterable field that is no point")
		}
		of = f.Type
	}
	return nil
}

func checkGroupTie(name string, s *Step) error {
	f := kg.TieFieldOf(name)
	if s == nil || s.Walk || f == nil || !f.Filterable || f.Type == kg.Day || !has(s.Relation.Def().Fields, name) {
		return kg.Invalid("by", fmt.Sprintf("no ties with a %q to group by", name), "a filterable field that ties of the relation carry, and no day")
	}
	return nil
}
