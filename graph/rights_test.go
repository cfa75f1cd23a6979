package graph

import (
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2/ast"

	"lintu/graph/generated"
	"lintu/kg"
	"lintu/trust"
)

func TestEveryFieldStatesItsRule(t *testing.T) {
	schema := generated.NewExecutableSchema(generated.Config{}).Schema()
	book := newRulebook(schema)
	for _, d := range schema.Types {
		if d.BuiltIn || d.Kind != ast.Object && d.Kind != ast.Interface {
			continue
		}
		root := d == schema.Query || d == schema.Mutation || d == schema.Subscription
		for _, f := range d.Fields {
			switch own := needed(f.Directives); {
			case strings.HasPrefix(f.Name, "__"):
			case book.fields[f] == 0:
				t.Errorf("%s.%s states no rule, so that nobody may ask for it", d.Name, f.Name)
			case root && own == 0:
				t.Errorf("%s.%s has no rule of its own: root fields state theirs", d.Name, f.Name)
			case root && book.fields[f]&trust.Anyone != 0:
				t.Errorf("%s.%s is for anyone: a root field reads something", d.Name, f.Name)
			}
		}
	}
}

func TestConditionsOrdersAndGroupingsByPersonalFieldsNeedDetail(t *testing.T) {
	schema := generated.NewExecutableSchema(generated.Config{}).Schema()
	book := newRulebook(schema)
	looked := 0
	for _, d := range kg.Kinds {
		for _, f := range kg.FieldsOf(d.Kind) {
			if f.Class == kg.Open {
				continue
			}
			if in := schema.Types[d.Type+"Where"].Fields.ForName(f.Name); in != nil {
				looked++
				if book.fields[in] != trust.Detail {
					t.Errorf("%sWhere.%s: %s", d.Type, f.Name, book.fields[in])
				}
			}
			for _, enum := range []string{"OrderField", "GroupField"} {
				name := strings.ToUpper(snake(f.Name))
				if v := schema.Types[d.Type+enum].EnumValues.ForName(name); v != nil {
					looked++
					if book.values[v] != trust.Detail {
						t.Errorf("%s%s.%s: %s", d.Type, enum, name, book.values[v])
					}
				}
			}
		}
	}
	if looked < 10 {
		t.Errorf("only %d conditions, orders and groupings by personal fields were found", looked)
	}
}

// snake turns birthDate into birth_Date.
func snake(s string) string {
	var b strings.Builder
	for _, r := range s {
		if r >= 'A' && r <= 'Z' {
			b.WriteByte('_')
		}
		b.WriteRune(r)
	}
	return b.String()
}
