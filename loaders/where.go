package loaders

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"lintu/kg"
)

// The bounds of conditions: how deep they may nest, and how many a root field may have, those of the fields below it
// included. Engines plan each of them, which takes longer than reading.
const (
	maxWhereDepth = 8
	maxConditions = 200
)

// where turns a where input of a kind ("" for NodeWhere) into a filter; all that is given must hold. argument is
// the input's path, for errors.
func (p *planner) where(argument string, k kg.Kind, m map[string]any) (kg.Filter, error) {
	if m == nil {
		return nil, nil
	}
	if err := p.deeper(argument); err != nil {
		return nil, err
	}
	defer p.shallower()
	var all kg.And
	for _, name := range slices.Sorted(maps.Keys(m)) {
		if m[name] == nil {
			continue
		}
		if err := p.oneMore(argument); err != nil {
			return nil, err
		}
		f, err := p.condition(argument+"."+name, k, name, m[name])
		if err != nil {
			return nil, err
		}
		all = append(all, f)
	}
	if len(all) == 1 {
		return all[0], nil
	}
	return all, nil
}

// deeper goes into a condition inside another; shallower comes out of it.
func (p *planner) deeper(argument string) error {
	if p.depth++; p.depth > maxWhereDepth {
		return kg.Invalid(argument, "nested too deeply", fmt.Sprintf("at most %d conditions inside each other", maxWhereDepth))
	}
	return nil
}

func (p *planner) shallower() { p.depth-- }

// oneMore counts a condition.
func (p *planner) oneMore(argument string) error {
	if p.conditions++; p.conditions > maxConditions {
		return kg.Invalid(argument, "too many conditions", fmt.Sprintf("at most %d in all; one that lists values, such as in, counts once", maxConditions))
	}
	return nil
}

// condition is one entry of a where input.
func (p *planner) condition(argument string, k kg.Kind, name string, v any) (kg.Filter, error) {
	nested := func(argument string, v any) (kg.Filter, error) {
		m, _ := v.(map[string]any)
		f, err := p.where(argument, k, m)
		if f == nil {
			f = kg.And{}
		}
		return f, err
	}
	switch name {
	case "and":
		list, err := ToList(argument, v, nested)
		return kg.And(list), err
	case "or":
		list, err := ToList(argument, v, nested)
		return kg.Or(list), err
	case "not":
		f, err := nested(argument, v)
		return kg.Not{F: f}, err
	case "id":
		ids, err := ToList(argument, v, ToID)
		return kg.IDIn(ids), err
	case "kinds":
		kinds, err := toKinds(argument, v)
		return kg.KindIn(kinds), err
	case "title", "name":
		return titleCondition(argument, v)
	case "area":
		id, err := ToID(argument, v)
		p.areas = append(p.areas, areaArgument{argument, id})
		return kg.InArea{Areas: []kg.ID{id}}, err
	case "near":
		m, _ := v.(map[string]any)
		return p.near(argument, k, m)
	case "partyMember":
		return memberCondition(argument, v)
	}
	if k == "" {
		return p.ofKind(argument, name, v)
	}
	if f := kg.FieldOf(k, name); f != nil {
		return fieldCondition(argument, k, f, v)
	}
	link, ok := kg.LinkOf(k, name)
	if !ok {
		return nil, kg.Invalid(argument, "unknown", "a field of the input")
	}
	m, _ := v.(map[string]any)
	return p.linkCondition(argument, link, m)
}

// ofKind is an entry of NodeWhere that names a kind: the node is of it and satisfies the kind's where.
func (p *planner) ofKind(argument, name string, v any) (kg.Filter, error) {
	for _, d := range kg.Kinds {
		if d.One == name {
			m, _ := v.(map[string]any)
			f, err := p.where(argument, d.Kind, m)
			return kg.And{kg.KindIn{d.Kind}, orTrue(f)}, err
		}
	}
	return nil, kg.Invalid(argument, "unknown", "a field of NodeWhere")
}

func orTrue(f kg.Filter) kg.Filter {
	if f == nil {
		return kg.And{}
	}
	return f
}

func memberCondition(argument string, v any) (kg.Filter, error) {
	b, err := ToBool(argument, v)
	member := kg.Filter(kg.OneOf{Field: "partyStatus", Values: []any{string(kg.PartyFull), string(kg.PartyProbationary)}})
	if !b {
		member = kg.Not{F: member}
	}
	return member, err
}

// fieldCondition compares a field by the input that its type has.
func fieldCondition(argument string, k kg.Kind, f *kg.Field, v any) (kg.Filter, error) {
	switch f.Type {
	case kg.Bool:
		b, err := ToBool(argument, v)
		return kg.Compare{Field: f.Name, Op: kg.EQ, Value: b}, err
	case kg.Pick:
		values, err := ToList(argument, v, enumValue(f.Enum))
		return kg.OneOf{Field: f.Name, Values: values}, err
	case kg.Flags:
		values, err := ToList(argument, v, enumValue(f.Enum))
		var flags []string
		for _, x := range values {
			flags = append(flags, x.(string))
		}
		return flagCondition(k, f.Name, flags), err
	}
	m, _ := v.(map[string]any)
	if f.Moment {
		return compareAll(argument, f.Name, moments, m)
	}
	return compareAll(argument, f.Name, scalar(f.Type), m)
}

// moments reads an instant as fields of moments hold it.
func moments(argument string, v any) (any, error) {
	s, err := ToText(argument, v)
	if err != nil {
		return nil, err
	}
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		return nil, kg.Invalid(argument, fmt.Sprintf("%.40q is not an instant", s), "RFC 3339 with a zone, such as 2026-01-05T10:00:00+08:00")
	}
	return string(kg.MomentOf(t)), nil
}

// flagCondition holds for the node's own flags; of a household, for those of its people too.
func flagCondition(k kg.Kind, field string, flags []string) kg.Filter {
	own := kg.Flagged{Field: field, AnyOf: flags}
	if k != kg.KindHousehold {
		return own
	}
	return kg.Or{own, kg.Linked{Relation: kg.LivesIn, Direction: kg.In, Min: 1, Max: -1, Node: kg.Flagged{Field: "careFlags", AnyOf: flags}}}
}

func enumValue(e *kg.Enum) func(string, any) (any, error) {
	return func(argument string, v any) (any, error) {
		s, err := ToText(argument, v)
		if err == nil && !e.Has(s) {
			err = kg.Invalid(argument, fmt.Sprintf("%q", s), strings.Join(e.Names(), ", "))
		}
		return s, err
	}
}

// compareAll reads TextFilter, IntFilter, DateFilter and DateTimeFilter: every operator that is given must hold.
func compareAll(argument, field string, read func(string, any) (any, error), m map[string]any) (kg.Filter, error) {
	var all kg.And
	for _, name := range slices.Sorted(maps.Keys(m)) {
		if m[name] == nil {
			continue
		}
		at := argument + "." + name
		switch name {
		case "absent":
			b, err := ToBool(at, m[name])
			if err != nil {
				return nil, err
			}
			f := kg.Filter(kg.Compare{Field: field, Op: kg.Absent})
			if !b {
				f = kg.Not{F: f}
			}
			all = append(all, f)
		case "in":
			values, err := ToList(at, m[name], read)
			if err != nil {
				return nil, err
			}
			all = append(all, kg.OneOf{Field: field, Values: values})
		default:
			v, err := read(at, m[name])
			if err != nil {
				return nil, err
			}
			all = append(all, kg.Compare{Field: field, Op: kg.Op(name), Value: v})
		}
	}
	return all, nil
}

// scalar reads a value of a field's type into the Go type that filters take.
func scalar(t kg.FieldType) func(string, any) (any, error) {
	return func(argument string, v any) (any, error) {
		switch t {
		case kg.Int:
			return ToInt(argument, v)
		case kg.Day:
			d, err := ToDate(argument, v)
			return int64(d), err
		case kg.Bool:
			return ToBool(argument, v)
		}
		return ToText(argument, v)
	}
}

func titleCondition(argument string, v any) (kg.Filter, error) {
	m, _ := v.(map[string]any)
	norm := func(argument string, v any) (any, error) {
		s, err := ToText(argument, v)
		if err == nil && kg.NormText(s) == "" {
			err = kg.Invalid(argument, "is blank", "a text with at least one character")
		}
		return kg.NormText(s), err
	}
	var all kg.And
	for _, name := range slices.Sorted(maps.Keys(m)) {
		if m[name] == nil {
			continue
		}
		at := argument + "." + name
		if name == "in" {
			values, err := ToList(at, m[name], norm)
			if err != nil {
				return nil, err
			}
			all = append(all, kg.OneOf{Field: kg.TitleField, Values: values})
			continue
		}
		s, err := norm(at, m[name])
		if err != nil {
			return nil, err
		}
		all = append(all, kg.Compare{Field: kg.TitleField, Op: kg.Op(name), Value: s})
	}
	return all, nil
}
