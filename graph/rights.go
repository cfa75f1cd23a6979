package graph

import (
	"fmt"

	"github.com/vektah/gqlparser/v2/ast"

	"lintu/kg"
	"lintu/trust"
)

// rulebook holds the rights that the schema's @needs asks for: any of a set is enough. A field that has no rule is for nobody.
type rulebook struct {
	fields map[*ast.FieldDefinition]trust.Right // also of inputs, which are open where nothing is said
	args   map[*ast.ArgumentDefinition]trust.Right
	values map[*ast.EnumValueDefinition]trust.Right
}

// newRulebook reads the rules of a schema.
func newRulebook(schema *ast.Schema) *rulebook {
	r := &rulebook{
		fields: map[*ast.FieldDefinition]trust.Right{}, args: map[*ast.ArgumentDefinition]trust.Right{},
		values: map[*ast.EnumValueDefinition]trust.Right{},
	}
	for _, t := range schema.Types {
		own := needed(t.Directives)
		for _, f := range t.Fields {
			rights := needed(f.Directives)
			if rights == 0 {
				rights = own
			}
			if rights != 0 {
				r.fields[f] = rights
			}
			for _, a := range f.Arguments {
				if rights := needed(a.Directives); rights != 0 {
					r.args[a] = rights
				}
			}
		}
		for _, v := range t.EnumValues {
			if rights := needed(v.Directives); rights != 0 {
				r.values[v] = rights
			}
		}
	}
	return r
}

// needed are the rights that a @needs names; none where there is no @needs.
func needed(list ast.DirectiveList) trust.Right {
	d := list.ForName("needs")
	if d == nil {
		return 0
	}
	var rights trust.Right
	if arg := d.Arguments.ForName("any"); arg != nil {
		for _, v := range arg.Value.Children {
			right, _ := trust.ParseRight(v.Value.Raw)
			rights |= right
		}
	}
	return rights
}

// refusal says why a viewer may not ask for what needs one of some rights; what names it.
func refusal(v *trust.Viewer, what string, rights trust.Right) error {
	if rights&trust.Detail != 0 && v.Rights()&trust.Detail != 0 && v.Purpose == "" {
		return fmt.Errorf("%s: shows personal detail: say what for in the header X-Lintu-Purpose: %w", what, kg.ErrForbidden)
	}
	return fmt.Errorf("%s: needs the right %s, which your roles do not give: %w", what, rights, kg.ErrForbidden)
}

// allowedField refuses a selected field that the viewer may not ask for.
func (c *checker) allowedField(f *ast.Field) error {
	if c.rights == trust.All || f.Definition == nil || len(f.Name) > 1 && f.Name[:2] == "__" {
		return nil
	}
	rights := c.rules.fields[f.Definition]
	if rights&c.rights != 0 {
		return nil
	}
	name := f.Name
	if f.ObjectDefinition != nil {
		name = f.ObjectDefinition.Name + "." + f.Name
	}
	return refusal(c.viewer, name, rights)
}

// allowed refuses what the viewer may not give: an argument, a field of an input, a value of an enum. No rule: open.
func (c *checker) allowed(what string, rights trust.Right) error {
	if rights == 0 || c.rights == trust.All || rights&c.rights != 0 {
		return nil
	}
	return refusal(c.viewer, what, rights)
}
