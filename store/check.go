package store

import (
	"fmt"
	"slices"
	"strings"

	"lintu/kg"
)

// Every question has a Check, which an engine calls before anything else: both engines refuse the same questions,
// with kg.ErrInvalid. Filters are not checked: what a filter that names an unknown field or relation means, kg.Test
// says.

// Check refuses a malformed question.
func (q ListQuery) Check() error {
	if !q.Kind.Valid() {
		return kg.Invalid("kind", fmt.Sprintf("%q", q.Kind), "a kind of the table of kinds")
	}
	if err := checkOrder(q.Order, q.Kind); err != nil {
		return err
	}
	if err := q.Window.check(q.Order.Resolve(q.Kind).number(q.Kind)); err != nil {
		return err
	}
	return q.Plan.Check()
}

// Check refuses a malformed question.
func (q WithinQuery) Check() error {
	for _, b := range q.Boxes {
		if b.Kind != kg.KindBuilding && b.Kind != kg.KindEntrance && b.Kind != kg.KindPlace {
			return kg.Invalid("kind", fmt.Sprintf("%q has no point", b.Kind), "BUILDING, ENTRANCE, PLACE")
		}
	}
	return nil
}

// Check refuses a malformed question.
func (q SearchQuery) Check() error {
	if err := q.Text.Err(); err != nil {
		return kg.Invalid("text", err.Error(), "1 to 64 visible characters")
	}
	if err := checkKinds(q.Kinds); err != nil {
		return err
	}
	if q.Limit < 0 {
		return kg.Invalid("first", fmt.Sprint(q.Limit), "0 or more")
	}
	return q.Plan.Check()
}

// Check refuses a malformed question.
func (q AncestryQuery) Check() error {
	if q.Direction != kg.Out && q.Direction != kg.In {
		return kg.Invalid("direction", fmt.Sprintf("%q", q.Direction), "OUT (up), IN (down)")
	}
	if q.Depth < 0 {
		return kg.Invalid("depth", fmt.Sprint(q.Depth), "0 (to the end) or more")
	}
	return checkKinds(q.Kinds)
}

// CheckChanges refuses a malformed question for Changes.
func CheckChanges(limit int) error {
	if limit < 1 {
		return kg.Invalid("limit", fmt.Sprint(limit), "1 or more")
	}
	return nil
}

// Check refuses a malformed plan; a nil plan asks for nothing.
func (p *Plan) Check() error {
	if p == nil {
		return nil
	}
	for i, s := range p.Steps {
		if s == nil {
			return kg.Invalid("plan", fmt.Sprintf("step %d is missing", i), "a step")
		}
		for _, other := range p.Steps[:i] {
			if other.Key == s.Key && meet(other.On, s.On) {
				return kg.Invalid("plan", fmt.Sprintf("two steps for one kind of source have the key %q", s.Key), "distinct keys")
			}
		}
		if err := s.check(); err != nil {
			return fmt.Errorf("step %q: %w", s.Key, err)
		}
	}
	return nil
}

// meet says whether two steps' On have a kind in common; an empty one is every kind.
func meet(a, b []kg.Kind) bool {
	return len(a) == 0 || len(b) == 0 || slices.ContainsFunc(a, func(k kg.Kind) bool { return has(b, k) })
}

func (s *Step) check() error {
	if err := checkFollow(s.Relation, s.Direction); err != nil {
		return err
	}
	switch {
	case s.Walk && (s.Relation != kg.PartOf || s.Direction == kg.ByRef):
		return kg.Invalid("relation", "a walk follows PART_OF, up or down", "PART_OF with OUT or IN")
	case s.Walk && (s.Tie != nil || s.Ref != nil):
		return kg.Invalid("step", "a walk has no ties to filter or to take a reference from", "neither Tie nor Ref")
	case s.Other != nil && s.Direction != kg.ByRef:
		return kg.Invalid("step", "Other without BY_REF", "Other with BY_REF only")
	case s.Depth < 0 || (s.Depth > 0 && !s.Walk):
		return kg.Invalid("depth", fmt.Sprint(s.Depth), "0 (to the end) or more, of a walk only")
	}
	for _, kinds := range [][]kg.Kind{s.On, s.Kinds} {
		if err := checkKinds(kinds); err != nil {
			return err
		}
	}
	if err := checkOrder(s.Order, s.FarKinds()...); err != nil {
		return err
	}
	number := s.ResolvedOrder().number(s.FarKinds()...) || (s.Walk && s.Direction == kg.Out)
	if err := s.Window.check(number); err != nil {
		return err
	}
	for _, p := range []*Plan{s.Plan, s.Ref, s.Other} {
		if err := p.Check(); err != nil {
			return err
		}
	}
	return nil
}

func checkFollow(r kg.Relation, dir kg.Direction) error {
	d := r.Def()
	if d == nil {
		return kg.Invalid("relation", fmt.Sprintf("%q", r), "a relation of the relation table")
	}
	if dir != kg.Out && dir != kg.In && dir != kg.ByRef {
		return kg.Invalid("direction", fmt.Sprintf("%q", dir), "OUT, IN, BY_REF")
	}
	if dir == kg.ByRef && d.RefKind == "" {
		return kg.Invalid("direction", fmt.Sprintf("ties of %s refer to nothing", r), "OUT, IN")
	}
	return nil
}

func checkKinds(kinds []kg.Kind) error {
	for _, k := range kinds {
		if !k.Valid() {
			return kg.Invalid("kinds", fmt.Sprintf("%q", k), "kinds of the table of kinds")
		}
	}
	return nil
}

func checkOrder(o Order, kinds ...kg.Kind) error {
	if o.Valid(kinds...) {
		return nil
	}
	allowed := []string{OrderID, OrderTitle}
	for _, k := range kinds {
		for _, f := range kg.FieldsOf(k) {
			if f.Sortable && (Order{By: f.Name}).Valid(kinds...) && !has(allowed, f.Name) {
				allowed = append(allowed, f.Name)
			}
		}
	}
	return kg.Invalid("orderBy", fmt.Sprintf("%q", o.By), strings.Join(allowed, ", "))
}

// number says whether the resolved order's values are int64.
func (o Order) number(kinds ...kg.Kind) bool {
	for _, k := range kinds {
		if f := kg.FieldOf(k, o.By); f != nil && f.Sortable {
			return f.Type == kg.Int || f.Type == kg.Day
		}
	}
	return false
}

func (w Window) check(number bool) error {
	if w.Limit < 0 {
		return kg.Invalid("first", fmt.Sprint(w.Limit), "0 or more")
	}
	for argument, p := range map[string]*Position{"after": w.After, "before": w.Before} {
		if p == nil {
			continue
		}
		_, isNumber := p.Value.(int64)
		_, isText := p.Value.(string)
		if (number && !isNumber) || (!number && !isText) {
			return kg.Invalid(argument, fmt.Sprintf("a position with a %T", p.Value), "a position of the same order")
		}
	}
	return nil
}
