package loaders

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"time"

	"lintu/kg"
)

// linkCondition reads a relation filter: some, none and count of ties that match.
func (p *planner) linkCondition(argument string, link kg.Link, m map[string]any) (kg.Filter, error) {
	var all kg.And
	if v, ok := m["some"].(map[string]any); ok {
		f, err := p.counted(argument+".some", link, v, 1, -1)
		if err != nil {
			return nil, err
		}
		all = append(all, f)
	}
	if v, ok := m["none"].(map[string]any); ok {
		f, err := p.counted(argument+".none", link, v, 0, 0)
		if err != nil {
			return nil, err
		}
		all = append(all, f)
	}
	if v, ok := m["count"].(map[string]any); ok {
		f, err := p.countCondition(argument+".count", link, v)
		if err != nil {
			return nil, err
		}
		all = append(all, f)
	}
	if len(all) == 0 {
		return nil, kg.Invalid(argument, "is empty", "some, none or count")
	}
	return all, nil
}

func (p *planner) countCondition(argument string, link kg.Link, m map[string]any) (kg.Filter, error) {
	lo, hi := 0, -1
	bounds := map[string]*int{"gte": &lo, "lte": &hi}
	for _, name := range []string{"gte", "lte"} {
		bound := bounds[name]
		if m[name] == nil {
			continue
		}
		n, err := ToInt(argument+"."+name, m[name])
		if err == nil && (n < 0 || n > math.MaxInt32) {
			err = kg.Invalid(argument+"."+name, fmt.Sprint(n), "0 or more")
		}
		if err != nil {
			return nil, err
		}
		*bound = int(n)
	}
	if m["gte"] == nil && m["lte"] == nil {
		return nil, kg.Invalid(argument, "without a bound", "gte, lte or both")
	}
	match, _ := m["match"].(map[string]any)
	return p.counted(argument+".match", link, match, lo, hi)
}

func (p *planner) counted(argument string, link kg.Link, m map[string]any, lo, hi int) (kg.Filter, error) {
	tie, node, err := p.match(argument, link, m)
	if err != nil {
		return nil, err
	}
	return kg.Linked{Relation: link.Relation, Direction: link.Direction, Tie: tie, Node: node, Min: lo, Max: hi}, nil
}

// match splits a Match input into a condition on the tie and one on the node at its far end. Inside or and not a
// match may test the tie or the node, not both: a tie and its node are then no longer one condition.
func (p *planner) match(argument string, link kg.Link, m map[string]any) (tie, node kg.Filter, err error) {
	var ties, nodes kg.And
	for _, name := range slices.Sorted(maps.Keys(m)) {
		if m[name] == nil {
			continue
		}
		if err := p.oneMore(argument); err != nil {
			return nil, nil, err
		}
		at := argument + "." + name
		v, _ := m[name].(map[string]any)
		switch name {
		case "node":
			f, err := p.where(at, farKind(link), v)
			if err != nil {
				return nil, nil, err
			}
			nodes = append(nodes, orTrue(f))
		case "or":
			t, n, err := p.anyMatch(at, link, m[name])
			if err != nil {
				return nil, nil, err
			}
			ties, nodes = appendSet(ties, t), appendSet(nodes, n)
		case "not":
			t, n, err := p.oneSided(at, link, v)
			if err != nil {
				return nil, nil, err
			}
			if n != nil {
				nodes = append(nodes, kg.Not{F: n})
			} else {
				ties = append(ties, kg.Not{F: orTrue(t)})
			}
		case "at":
			f, err := p.onDuty(at, m[name])
			if err != nil {
				return nil, nil, err
			}
			ties = append(ties, f)
		default:
			f, err := tieCondition(at, name, m[name])
			if err != nil {
				return nil, nil, err
			}
			ties = append(ties, f)
		}
	}
	return orNil(ties), orNil(nodes), nil
}

func appendSet(all kg.And, f kg.Filter) kg.And {
	if f == nil {
		return all
	}
	return append(all, f)
}

func orNil(all kg.And) kg.Filter {
	switch len(all) {
	case 0:
		return nil
	case 1:
		return all[0]
	}
	return all
}

// anyMatch is an or of matches that all test the tie, or all test the node.
func (p *planner) anyMatch(argument string, link kg.Link, v any) (tie, node kg.Filter, err error) {
	var ties, nodes kg.Or
	_, err = ToList(argument, v, func(argument string, v any) (struct{}, error) {
		m, _ := v.(map[string]any)
		t, n, err := p.oneSided(argument, link, m)
		if n != nil {
			nodes = append(nodes, n)
		} else {
			ties = append(ties, orTrue(t))
		}
		return struct{}{}, err
	})
	switch {
	case err != nil:
		return nil, nil, err
	case len(ties) > 0 && len(nodes) > 0:
		return nil, nil, mixed(argument)
	case len(nodes) > 0:
		return nil, nodes, nil
	}
	return ties, nil, nil
}

func (p *planner) oneSided(argument string, link kg.Link, m map[string]any) (tie, node kg.Filter, err error) {
	if err := p.deeper(argument); err != nil {
		return nil, nil, err
	}
	defer p.shallower()
	tie, node, err = p.match(argument, link, m)
	if err == nil && tie != nil && node != nil {
		err = mixed(argument)
	}
	return tie, node, err
}

func mixed(argument string) error {
	return kg.Invalid(argument, "tests the tie and the node", "only fields of the tie, or only node, inside or and not")
}

// farKind is the kind whose where a link's node takes; "" where several can be met.
func farKind(link kg.Link) kg.Kind {
	if len(link.Far) == 1 {
		return link.Far[0]
	}
	return ""
}

// onDuty holds for duties at an instant.
func (p *planner) onDuty(argument string, v any) (kg.Filter, error) {
	text, err := ToText(argument, v)
	if err != nil {
		return nil, err
	}
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return nil, kg.Invalid(argument, "not an instant", "RFC 3339 with a zone, such as 2026-01-05T10:00:00+08:00")
	}
	return kg.OnDuty(at, p.session.zone), nil
}

// tieCondition compares a field of ties.
func tieCondition(argument, name string, v any) (kg.Filter, error) {
	f := kg.TieFieldOf(name)
	if f == nil {
		return nil, kg.Invalid(argument, "unknown", "a field of the tie")
	}
	if f.Type == kg.Bool {
		b, err := ToBool(argument, v)
		return kg.Compare{Field: name, Op: kg.EQ, Value: b}, err
	}
	m, _ := v.(map[string]any)
	return compareAll(argument, name, scalar(f.Type), m)
}
