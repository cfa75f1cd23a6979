package acceptance

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2/ast"

	"lintu/graph/generated"
	"lintu/internal/effort"
	"lintu/kg"
	"lintu/loaders"
	"lintu/store"
	"lintu/store/storetest"
	"lintu/trust"
)

// The matrix: each role, without and with a purpose, in each of some areas, asks for each field of the schema. What it may
// not ask for is refused before anything is read; of what it may, it sees the nodes in its areas, and of these the values
// as they are or masked, as the field's class says.

// seat is a viewer of the matrix.
type seat struct {
	trust.Viewer
	areas string // what its areas are called
}

func seats() []seat {
	var out []seat
	for _, d := range trust.Roles {
		for _, purpose := range []trust.Purpose{"", trust.CareVisit, trust.BreakGlass} {
			for _, areas := range []string{"all", "grid3", "none"} {
				v := trust.Viewer{Name: "key:" + string(d.Role), Roles: []trust.Role{d.Role}, Purpose: purpose, Reason: "a reason"}
				switch areas {
				case "all":
					v.Scope.All = true
				case "grid3":
					v.Scope.Areas = fixture.IDs("grid3")
				}
				out = append(out, seat{v, areas})
			}
		}
	}
	return out
}

// seated are the viewers who ask an engine: all of them, but of Neo4j, which plans every question anew, in the short form a
// dashboard, an analyst of one grid, a grid worker there with a purpose, and an auditor who breaks the glass.
func seated(e *edge) []seat {
	all := seats()
	if e.engine != "neo4j" || effort.Long() {
		return all
	}
	return []seat{all[0], all[10], all[22], all[60]}
}

func (s seat) String() string { return fmt.Sprintf("%s for %q in %s", s.Roles[0], s.Purpose, s.areas) }

// rule is what the schema says of a field.
func rule(d *ast.Definition, f *ast.FieldDefinition) trust.Right {
	for _, list := range []ast.DirectiveList{f.Directives, d.Directives} {
		if needs := list.ForName("needs"); needs != nil {
			var rights trust.Right
			for _, v := range needs.Arguments.ForName("any").Value.Children {
				right, _ := trust.ParseRight(v.Value.Raw)
				rights |= right
			}
			return rights
		}
	}
	return 0
}

func schemaOf() *ast.Schema { return generated.NewExecutableSchema(generated.Config{}).Schema() }

func TestEveryRoleSeesOfEveryFieldOfEveryNodeWhatItMayAndNoMore(t *testing.T) {
	schema := schemaOf()
	oracle := openOracle(t)
	fillFixture(t, oracle)
	engines(t, fixtureData, func(t *testing.T, e *edge) {
		cells := 0
		for _, s := range seated(e) {
			for _, d := range kg.Kinds {
				if ids := fixture.Of(d.Kind); len(ids) > 0 {
					m := matrix{e, s, schema.Types[d.Type], d, ids[:min(len(ids), loaders.MaxIDs)]}
					cells += m.check(t, oracle)
				}
			}
		}
		if cells < 500 {
			t.Errorf("only %d cells were looked at", cells)
		}
	})
}

// matrix is the part of one viewer and one kind.
type matrix struct {
	*edge
	seat
	typ *ast.Definition
	def kg.KindDef
	ids []kg.ID
}

// selected is how a field is asked for.
func selected(schemaType *ast.Type, f *ast.FieldDefinition) string {
	switch {
	case strings.HasSuffix(schemaType.Name(), "Connection"):
		return f.Name + "(first: 1) { pageInfo { hasNextPage } }"
	case f.Name == "parent":
		return "parent { id }"
	}
	if below, ok := map[string]string{
		"CareFlagSpan": "value", "DatedCode": "code", "Refusal": "person", "Opening": "from", "Specialty": "value", "Point": "latitude longitude",
		"Responder": "weekly", "MeasureFigures": "backup", "RingDeadline": "step", "RingCandidate": "person", "RingOmission": "person",
		"RingWave": "number", "RingLetter": "id", "Consent": "purpose", "Correction": "number", "RingPast": "candidates",
	}[schemaType.Name()]; ok {
		return f.Name + " { " + below + " }"
	}
	return f.Name
}

func (m *matrix) ask(t *testing.T, fields string) answer {
	t.Helper()
	return m.edge.ask(t, fmt.Sprintf(`query ($ids: [ID!]!) { nodes(ids: $ids) { id ... on %s { %s } } }`, m.def.Type, fields), map[string]any{"ids": m.ids})
}

// check looks at every field, and gives how many cells it looked at.
func (m *matrix) check(t *testing.T, oracle store.Store) int {
	rights := m.Effective()
	m.viewer = m.Viewer
	var allowed []*ast.FieldDefinition
	root := rule(schemaOf().Query, schemaOf().Query.Fields.ForName("nodes"))
	cells := 0
	for _, f := range m.typ.Fields {
		may := rule(m.typ, f)&rights != 0 && root&rights != 0
		if below := structureRule(f); below != 0 && below&rights == 0 {
			may = false
		}
		if may {
			allowed = append(allowed, f)
			continue
		}
		cells++
		a := m.ask(t, selected(f.Type, f))
		if len(a.Errors) != 1 || a.Errors[0].Extensions["code"] != "FORBIDDEN" || a.Extensions.Cost.StoreCalls > 0 {
			t.Errorf("%s: %s.%s: %v", m.seat, m.def.Type, f.Name, a.Errors)
		}
	}
	if len(allowed) == 0 {
		return cells
	}
	return cells + m.values(t, oracle, allowed)
}

// structureRule is the rule of the type that a field's structure has; none of a plain value, or of a page of nodes.
func structureRule(f *ast.FieldDefinition) trust.Right {
	d := schemaOf().Types[f.Type.Name()]
	if d.Kind != ast.Object || strings.HasSuffix(d.Name, "Connection") {
		return 0
	}
	rights := trust.All
	for _, g := range d.Fields {
		rights &= rule(d, g)
	}
	return rights
}

// values compares what is shown of all nodes at once with the nodes themselves.
func (m *matrix) values(t *testing.T, oracle store.Store, fields []*ast.FieldDefinition) int {
	var text strings.Builder
	for _, f := range fields {
		if f.Name != "id" {
			text.WriteString(selected(f.Type, f) + " ")
		}
	}
	var shown, whole struct{ Nodes []map[string]any }
	a := m.ask(t, text.String())
	if len(a.Errors) > 0 {
		t.Errorf("%s: %s: %v", m.seat, m.def.Type, a.Errors)
		return 0
	}
	if err := json.Unmarshal(a.Data, &shown); err != nil {
		t.Fatal(err)
	}
	m.viewer = trust.TheOperator()
	if err := json.Unmarshal(m.ask(t, text.String()).Data, &whole); err != nil {
		t.Fatal(err)
	}
	m.viewer = m.Viewer
	inScope := m.visible(t, oracle)
	masked := m.Masked()
	cells := 0
	for i, id := range m.ids {
		n := shown.Nodes[i]
		if (len(n) > 0) != inScope[id] {
			t.Errorf("%s: %s is seen: %t, want %t", m.seat, id, n != nil, inScope[id])
			continue
		}
		if len(n) == 0 {
			continue
		}
		for _, f := range fields {
			field := kg.FieldOf(m.def.Kind, f.Name)
			if field == nil {
				continue
			}
			cells++
			got, want := n[f.Name], whole.Nodes[i][f.Name]
			switch {
			case !masked || field.Class == kg.Open:
				if !reflect.DeepEqual(got, want) {
					t.Errorf("%s: %s.%s of %s: %v, want %v", m.seat, m.def.Type, f.Name, id, got, want)
				}
			case round(want): // rounding leaves it
			case want != nil && want != float64(0) && reflect.DeepEqual(got, want) && !hollow(want):
				t.Errorf("%s: %s.%s of %s is shown as it is: %v", m.seat, m.def.Type, f.Name, id, got)
			}
		}
	}
	return cells
}

// round says whether a mask leaves a value as it is: a multiple of what counts are rounded to, the first day of a decade.
func round(v any) bool {
	if day, ok := v.(string); ok { // somebody born on the first day of a decade
		return len(day) == len("1960-01-01") && strings.HasSuffix(day, "0-01-01")
	}
	n, ok := v.(float64)
	return ok && int(n)%trust.Small == 0
}

func hollow(v any) bool {
	list, ok := v.([]any)
	return ok && len(list) == 0
}

// visible are the nodes that the viewer's areas and kinds hold, as the contract's definition has it.
func (m *matrix) visible(t *testing.T, oracle store.Store) map[kg.ID]bool {
	out := map[kg.ID]bool{}
	if !m.Any(trust.Showing(m.def.Kind)) {
		return out
	}
	scope := m.Viewer.Scope
	scope.Today = storetest.Today
	found, err := oracle.Nodes(t.Context(), store.View{Scope: scope, AsOf: storetest.Today}, []store.Group{{IDs: m.ids}})
	if err != nil {
		t.Fatal(err)
	}
	for id := range found[0] {
		out[id] = true
	}
	return out
}

func TestEveryRootFieldIsForWhoHasItsRight(t *testing.T) {
	schema := schemaOf()
	engines(t, fixtureData, func(t *testing.T, e *edge) {
		for _, d := range []*ast.Definition{schema.Query, schema.Mutation} {
			for _, f := range d.Fields {
				if strings.HasPrefix(f.Name, "__") {
					continue
				}
				question := rootQuestion(schema, d, f)
				for _, s := range seated(e) {
					e.viewer = s.Viewer
					a := e.ask(t, question, nil)
					refused := slices.ContainsFunc(a.Errors, func(err struct {
						Message    string
						Path       []any
						Extensions map[string]any
					},
					) bool {
						return err.Extensions["code"] == "FORBIDDEN" && strings.Contains(err.Message, "needs the right") || strings.Contains(err.Message, "X-Lintu-Purpose")
					})
					if may := rule(d, f)&s.Effective() != 0; may == refused {
						t.Errorf("%s: %s: refused %t, %v", s, question, refused, a.Errors)
					}
				}
			}
		}
	})
}

// rootQuestion asks for a root field with as little as it takes: ids of nothing, so that nothing is changed.
func rootQuestion(schema *ast.Schema, d *ast.Definition, f *ast.FieldDefinition) string {
	var args []string
	for _, a := range f.Arguments {
		if a.Type.NonNull && a.DefaultValue == nil {
			args = append(args, a.Name+": "+least(schema, f.Name, a.Type))
		}
	}
	text := f.Name
	if len(args) > 0 {
		text += "(" + strings.Join(args, ", ") + ")"
	}
	if t := schema.Types[f.Type.Name()]; t.IsCompositeType() {
		text += " { __typename }"
	}
	if d == schema.Mutation {
		return "mutation { " + text + " }"
	}
	return "{ " + text + " }"
}

// least is a value of a type.
func least(schema *ast.Schema, field string, t *ast.Type) string {
	if t.Elem != nil {
		return "[]"
	}
	switch t.NamedType {
	case "ID":
		return fmt.Sprintf("%q", kg.NewID(kg.KindDivision))
	case "Date":
		return `"2026-01-01"`
	case "DateTime":
		return `"2026-01-01T00:00:00Z"`
	case "String":
		return `"x"`
	case "Int", "Float", "Meters":
		return "1"
	case "Boolean":
		return "true"
	}
	d := schema.Types[t.NamedType]
	switch d.Kind {
	case ast.Enum:
		return d.EnumValues[0].Name
	case ast.InputObject:
		var in []string
		for _, f := range d.Fields {
			if f.Type.NonNull && f.DefaultValue == nil {
				in = append(in, f.Name+": "+least(schema, field, f.Type))
			}
		}
		if len(in) == 0 { // exactly one of several
			in = append(in, d.Fields[0].Name+": "+least(schema, field, d.Fields[0].Type))
		}
		return "{" + strings.Join(in, ", ") + "}"
	}
	return "null"
}
