package graph

import (
	"context"
	"fmt"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"lintu/graph/model"
	"lintu/kg"
	"lintu/loaders"
	"lintu/records"
	"lintu/trust"
)

// checkArguments looks at every argument of an operation before anything is read, in one place: exactly one key
// in a @oneOf input (gqlgen checks that in literals only), lists and texts no longer than allowed.
//
// On the way it refuses what the session's viewer may not ask for: the schema's rules (see rights.go) hold for an operation
// as a whole.
func checkArguments(schema *ast.Schema, present graphql.ErrorPresenterFunc) graphql.OperationMiddleware {
	rules := newRulebook(schema)
	return func(ctx context.Context, next graphql.OperationHandler) graphql.ResponseHandler {
		op := graphql.GetOperationContext(ctx)
		viewer := loaders.From(ctx).Viewer()
		c := checker{schema: schema, vars: op.Variables, spread: map[string]bool{}, rules: rules, viewer: &viewer, rights: viewer.Effective()}
		if err := c.selection(op.Operation.SelectionSet); err != nil {
			return graphql.OneShot(&graphql.Response{Errors: gqlerror.List{present(ctx, err)}})
		}
		return next(ctx)
	}
}

type checker struct {
	schema *ast.Schema
	vars   map[string]any
	spread map[string]bool // fragments that were looked at
	rules  *rulebook
	viewer *trust.Viewer
	rights trust.Right // of the viewer
}

func (c *checker) selection(set ast.SelectionSet) error {
	for _, sel := range set {
		var err error
		switch sel := sel.(type) {
		case *ast.Field:
			err = c.field(sel)
		case *ast.InlineFragment:
			err = c.selection(sel.SelectionSet)
		case *ast.FragmentSpread:
			if !c.spread[sel.Name] {
				c.spread[sel.Name] = true
				err = c.selection(sel.Definition.SelectionSet)
			}
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (c *checker) field(f *ast.Field) error {
	if err := c.allowedField(f); err != nil {
		return err
	}
	if strings.HasPrefix(f.Name, "__") { // the schema's own words
		return nil
	}
	if len(f.Arguments) > 0 && f.Definition != nil {
		args := f.ArgumentMap(c.vars)
		if err := editSize(f, args); err != nil {
			return err
		}
		for _, d := range f.Definition.Arguments {
			if args[d.Name] != nil {
				if err := c.allowed(f.Name+"."+d.Name, c.rules.args[d]); err != nil {
					return err
				}
			}
			if err := c.value(d.Name, d.Type, args[d.Name]); err != nil {
				return err
			}
		}
	}
	return c.selection(f.SelectionSet)
}

// editSize refuses an edit that is an import. What it is told differs from a list that is too long elsewhere: the
// request is well formed, and too much at once.
func editSize(f *ast.Field, args map[string]any) error {
	if list, ok := args["changes"].([]any); ok && f.Name == "edit" && len(list) > records.MaxChanges {
		return fmt.Errorf("changes: %d in one edit; allowed: at most %d: %w", len(list), records.MaxChanges, kg.ErrLimit)
	}
	return nil
}

// value checks a coerced value against its type; argument is its path, for the error.
func (c *checker) value(argument string, t *ast.Type, v any) error {
	switch v := v.(type) {
	case []any:
		if len(v) > loaders.MaxList {
			return kg.Invalid(argument, fmt.Sprintf("%d values", len(v)), fmt.Sprintf("at most %d values", loaders.MaxList))
		}
		elem := t
		if t.Elem != nil {
			elem = t.Elem
		}
		for i, x := range v {
			if err := c.value(fmt.Sprintf("%s[%d]", argument, i), elem, x); err != nil {
				return err
			}
		}
		return nil
	case nil:
		return nil
	case map[string]any:
		return c.object(argument, c.schema.Types[t.Name()], v)
	}
	if err := c.enum(argument, c.schema.Types[t.Name()], v); err != nil {
		return err
	}
	return scalar(argument, t.Name(), v)
}

// enum refuses a value that the viewer may not give.
func (c *checker) enum(argument string, d *ast.Definition, v any) error {
	if d == nil || d.Kind != ast.Enum || c.rights == trust.All {
		return nil
	}
	value := d.EnumValues.ForName(fmt.Sprint(v))
	if value == nil {
		return nil
	}
	return c.allowed(argument+": "+value.Name, c.rules.values[value])
}

// scalar checks a value of our own scalars, and the length of a text, where the argument can be named.
func scalar(argument, typ string, v any) error {
	var err error
	switch typ {
	case "Date":
		_, err = loaders.ToDate(argument, v)
	case "DateTime":
		if new(model.Instant).UnmarshalGQL(v) != nil {
			err = kg.Invalid(argument, "not an instant", "RFC 3339 with a zone, such as 2026-01-05T10:00:00+08:00")
		}
	case "Latitude", "Longitude", "Meters":
		_, err = loaders.ToFloat(argument, v)
	case "String":
		_, err = loaders.ToText(argument, v)
	}
	return err
}

func (c *checker) object(argument string, d *ast.Definition, v map[string]any) error {
	if d == nil {
		return nil
	}
	if d.Directives.ForName("oneOf") != nil {
		if err := exactlyOne(argument, d, v); err != nil {
			return err
		}
	}
	for _, f := range d.Fields {
		if x, ok := v[f.Name]; ok {
			if err := c.allowed(argument+"."+f.Name, c.rules.fields[f]); err != nil {
				return err
			}
			if err := c.value(argument+"."+f.Name, f.Type, x); err != nil {
				return err
			}
		}
	}
	return nil
}

func exactlyOne(argument string, d *ast.Definition, v map[string]any) error {
	set := 0
	for _, x := range v {
		if x != nil {
			set++
		}
	}
	if set == 1 && len(v) == 1 {
		return nil
	}
	var names []string
	for _, f := range d.Fields {
		names = append(names, f.Name)
	}
	return kg.Invalid(argument, fmt.Sprintf("%d keys given, %d of them not null", len(v), set), "exactly one of "+strings.Join(names, ", "))
}
