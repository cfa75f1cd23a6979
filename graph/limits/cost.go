package limits

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
)

// Tariff is what a schema's fields cost beside the objects that they show.
type Tariff struct {
	DefaultPage int // of a connection that says neither first nor last
	MaxPage     int // larger ones are refused elsewhere
	// Work is what a field takes by itself, in objects; keys are Type.field.
	Work map[string]int
	// Sized are types whose lists are as long as an argument of the field that shows the type says. Connections are among
	// them without being named.
	Sized map[string]Sizing
	// Lists is how long another list is taken to be, by Type.field; DefaultList where it is not named.
	Lists map[string]int
	// Most are connections that never hold more than so many, by Type.field.
	Most map[string]int
}

// Sizing says which argument sizes which lists of a type.
type Sizing struct {
	Arguments []string // the first that is given counts
	Lists     []string // fields of the type
}

// connection is the sizing of every connection.
var connection = Sizing{Arguments: []string{"first", "last"}, Lists: []string{"edges", "nodes"}}

func (t *Tariff) sizing(typ string) (Sizing, bool) {
	if strings.HasSuffix(typ, "Connection") {
		return connection, true
	}
	s, ok := t.Sized[typ]
	return s, ok
}

// DefaultList is how long a list is taken to be that has neither a page nor a place in the tariff: most show a few parts
// of one thing.
const DefaultList = 5

// Estimate is the most that an answer may take.
type Estimate struct {
	Cost  int // objects, and work by the tariff
	Nodes int // nodes of the graph among them
}

// Estimate goes through an operation once, each fragment once, whatever depends on each other: it takes as long as the
// document is. Where a selection differs by type, the dearest type counts.
func (t *Tariff) Estimate(schema *ast.Schema, op *ast.OperationDefinition, vars map[string]any) Estimate {
	e := estimator{tariff: t, schema: schema, vars: vars}
	s := e.selection(op.SelectionSet)
	return s.fixed
}

// share is what a selection takes for each object that it is made of: fixed, and, of a connection, once more for each
// place on its page.
type share struct{ fixed, place Estimate }

func (e *Estimate) add(o Estimate) {
	e.Cost, e.Nodes = add(e.Cost, o.Cost), add(e.Nodes, o.Nodes)
}

func (e *Estimate) atLeast(o Estimate) {
	e.Cost, e.Nodes = max(e.Cost, o.Cost), max(e.Nodes, o.Nodes)
}

func (e Estimate) times(n int) Estimate { return Estimate{times(e.Cost, n), times(e.Nodes, n)} }

type estimator struct {
	tariff    *Tariff
	schema    *ast.Schema
	vars      map[string]any
	fragments map[string]*share
}

func (e *estimator) selection(set ast.SelectionSet) share {
	var sum share
	var typed map[string]*share // by the concrete type that a fragment is for: an object is of one of them
	for _, sel := range set {
		var part share
		on := ""
		switch sel := sel.(type) {
		case *ast.Field:
			e.field(sel, &sum)
			continue
		case *ast.InlineFragment:
			part, on = e.selection(sel.SelectionSet), sel.TypeCondition
		case *ast.FragmentSpread:
			part = e.fragment(sel)
			if sel.Definition != nil {
				on = sel.Definition.TypeCondition
			}
		}
		if d := e.schema.Types[on]; d == nil || d.Kind != ast.Object {
			sum.fixed.add(part.fixed)
			sum.place.add(part.place)
			continue
		}
		if typed == nil {
			typed = map[string]*share{}
		}
		if typed[on] == nil {
			typed[on] = &share{}
		}
		typed[on].fixed.add(part.fixed)
		typed[on].place.add(part.place)
	}
	var dearest share
	for _, s := range typed {
		dearest.fixed.atLeast(s.fixed)
		dearest.place.atLeast(s.place)
	}
	sum.fixed.add(dearest.fixed)
	sum.place.add(dearest.place)
	return sum
}

func (e *estimator) fragment(f *ast.FragmentSpread) share {
	if s, ok := e.fragments[f.Name]; ok {
		return *s
	}
	if e.fragments == nil {
		e.fragments = map[string]*share{}
	}
	s := &share{}
	e.fragments[f.Name] = s
	if f.Definition != nil {
		*s = e.selection(f.Definition.SelectionSet)
	}
	return *s
}

// field adds what a field takes to what its object takes.
func (e *estimator) field(f *ast.Field, sum *share) {
	if f.Definition == nil || f.ObjectDefinition == nil {
		return
	}
	if strings.HasPrefix(f.Name, "__") {
		sum.fixed.Cost = add(sum.fixed.Cost, introspection(f))
		return
	}
	name := f.ObjectDefinition.Name + "." + f.Name
	sum.fixed.Cost = add(sum.fixed.Cost, e.tariff.Work[name])
	if len(f.SelectionSet) == 0 {
		return
	}
	below := e.selection(f.SelectionSet)
	one := below.fixed
	one.Cost = add(one.Cost, 1)
	typ := f.Definition.Type
	if e.isNode(typ.Name()) {
		one.Nodes = add(one.Nodes, 1)
	}
	sized, bySize := e.tariff.sizing(typ.Name())
	own, inSized := e.tariff.sizing(f.ObjectDefinition.Name)
	switch {
	case bySize && typ.Elem == nil:
		one.add(below.place.times(e.page(name, f, sized.Arguments)))
		sum.fixed.add(one)
	case typ.Elem == nil:
		sum.fixed.add(one)
	case inSized && slices.Contains(own.Lists, f.Name):
		sum.place.add(one)
	default:
		sum.fixed.add(one.times(e.length(name, f)))
	}
}

func (e *estimator) isNode(name string) bool {
	d := e.schema.Types[name]
	if d == nil {
		return false
	}
	if d.Kind == ast.Union || name == "Node" {
		return true
	}
	for _, i := range d.Interfaces {
		if i == "Node" {
			return true
		}
	}
	return false
}

// page is how many places the lists below a field have.
func (e *estimator) page(name string, f *ast.Field, arguments []string) int {
	most := e.tariff.MaxPage
	if n, ok := e.tariff.Most[name]; ok {
		most = n
	}
	for _, argument := range arguments {
		if n, given := e.number(f, argument); given {
			return max(0, min(n, most))
		}
	}
	return min(e.tariff.DefaultPage, most)
}

// length is how long a list may be that is no page: as long as its own argument says, or as the tariff does.
func (e *estimator) length(name string, f *ast.Field) int {
	if n, given := e.number(f, "first"); given {
		return max(0, min(n, e.tariff.MaxPage))
	}
	if a := f.Arguments.ForName("ids"); a != nil {
		if v, err := a.Value.Value(e.vars); err == nil {
			if list, ok := v.([]any); ok {
				return len(list)
			}
		}
		return 1
	}
	if n, ok := e.tariff.Lists[name]; ok {
		return n
	}
	return DefaultList
}

// number is an argument that is a whole number: as given, or the field's default.
func (e *estimator) number(f *ast.Field, name string) (int, bool) {
	var v any
	if a := f.Arguments.ForName(name); a != nil {
		v, _ = a.Value.Value(e.vars)
	} else if d := f.Definition.Arguments.ForName(name); d != nil && d.DefaultValue != nil {
		v, _ = d.DefaultValue.Value(nil)
	}
	switch n := v.(type) {
	case int:
		return n, true
	case int64:
		return int(n), true
	case float64:
		return int(n), true
	case json.Number:
		i, err := n.Int64()
		return int(i), err == nil
	}
	return 0, false
}
