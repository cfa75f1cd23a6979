package limits

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
)

var costSchema = gqlparser.MustLoadSchema(&ast.Source{Input: `
	interface Node { id: ID! }
	type Query { person: Person people(first: Int, last: Int): PersonConnection! nodes(ids: [ID!]!): [Node]! best(first: Int! = 7): [Person!]! plan(budget: Int): Plan any: Any heavy: Int }
	type Person implements Node { id: ID! name: String friends(first: Int): PersonConnection! home(first: Int): PersonConnection! phones: [Phone!] tags: [String!] unit: Unit }
	type Unit implements Node { id: ID! staff(first: Int): PersonConnection! }
	type Phone { number: String }
	type PersonConnection { edges: [PersonEdge!]! nodes: [Person!]! page: Page! total: Int }
	type PersonEdge { node: Person! cursor: String }
	type Page { next: Boolean }
	type Plan { steps: [Step!]! note: String }
	type Step { person: Person }
	union Any = Person | Unit
`})

var costTariff = &Tariff{
	DefaultPage: 20, MaxPage: 200,
	Work:  map[string]int{"Query.heavy": 100, "Person.phones": 3},
	Sized: map[string]Sizing{"Plan": {Arguments: []string{"budget"}, Lists: []string{"steps"}}},
	Lists: map[string]int{"Person.phones": 2},
	Most:  map[string]int{"Person.home": 1},
}

func estimate(t *testing.T, text string, vars map[string]any) Estimate {
	t.Helper()
	doc, err := gqlparser.LoadQueryWithRules(costSchema, text, nil)
	if err != nil {
		t.Fatal(err)
	}
	return costTariff.Estimate(costSchema, doc.Operations[0], vars)
}

func TestCostCountsTheObjectsThatAnAnswerMayHold(t *testing.T) {
	for _, c := range []struct {
		text        string
		vars        map[string]any
		cost, nodes int
	}{
		{`{ __typename }`, nil, 0, 0},
		{`{ person { id name tags } }`, nil, 1, 1},
		{`{ heavy }`, nil, 100, 0},
		{`{ people { total } }`, nil, 1, 0},
		{`{ people { nodes { id } } }`, nil, 1 + 20, 20},
		{`{ people(first: 50) { nodes { id } page { next } } }`, nil, 1 + 1 + 50, 50},
		{`{ people(last: 3) { edges { cursor node { id } } } }`, nil, 1 + 3*2, 3},
		{`{ people(first: 9999) { nodes { id } } }`, nil, 1 + 200, 200},
		{`{ people(first: -5) { nodes { id } } }`, nil, 1, 0},
		{`query($n: Int) { people(first: $n) { nodes { id } } }`, map[string]any{"n": json.Number("4")}, 1 + 4, 4},
		{`query($n: Int) { people(first: $n) { nodes { id } } }`, map[string]any{"n": int64(6)}, 1 + 6, 6},
		{`query($n: Int) { people(first: $n) { nodes { id } } }`, nil, 1 + 20, 20},
		{`{ people(first: 10) { nodes { friends(first: 10) { nodes { friends(first: 10) { nodes { id } } } } } } }`, nil, 1 + 10*(1+1+10*(1+1+10)), 10 + 100 + 1000},
		{`{ people(first: 10) { nodes { home(first: 20) { nodes { id } } } } }`, nil, 1 + 10*(1+1+1), 20},
		{`{ people(first: 10) { nodes { phones { number } } } }`, nil, 1 + 10*(1+3+2), 10},
		{`query($ids: [ID!]!) { nodes(ids: $ids) { id } }`, map[string]any{"ids": []any{"a", "b", "c"}}, 3, 3},
		{`{ best { id } }`, nil, 7, 7},
		{`{ best(first: 2) { unit { id } } }`, nil, 4, 4},
		{`{ plan(budget: 30) { steps { person { id } } } }`, nil, 1 + 30*2, 30},
		{`{ any { ... on Person { friends(first: 5) { nodes { id } } } ... on Unit { staff(first: 9) { nodes { id } } } } }`, nil, 1 + 1 + 9, 1 + 9},
		{`{ people(first: 3) { ...P } } fragment P on PersonConnection { page { next } nodes { ...N } } fragment N on Person { unit { id } }`, nil, 1 + 1 + 3*2, 6},
		{`{ a: people(first: 5) { nodes { id } } b: people(first: 5) { nodes { id } } }`, nil, 2 * 6, 10},
	} {
		if got := estimate(t, c.text, c.vars); got.Cost != c.cost || got.Nodes != c.nodes {
			t.Errorf("%s: %+v, want cost %d and %d nodes", c.text, got, c.cost, c.nodes)
		}
	}
}

func TestCostOfDoublingFragmentsIsFoundInOnePass(t *testing.T) {
	text := strings.NewReplacer(" on T ", " on Person ", "a { ...F0 }", "person { ...F0 }", "query($one: Int)", "query").Replace(
		doubling(24, "a: unit { staff(first: 1) { nodes { ...F%d } } } b: unit { staff(first: 1) { nodes { ...F%d } } }"))
	text = strings.Replace(text, "{ x: y }", "{ id }", 1)
	if got := estimate(t, text, nil); got.Nodes < 1<<24 || got.Cost < got.Nodes {
		t.Errorf("%+v", got)
	}
}

func TestOneWholeDescriptionOfTheSchemaIsCheapAndSeveralAreNot(t *testing.T) {
	const whole = `{ __schema { types { ...T } } } fragment T on __Type { name fields { name type { ...R } args { type { ...R } } } inputFields { type { ...R } } interfaces { ...R } possibleTypes { ...R } }
		fragment R on __Type { kind name ofType { kind name ofType { kind name ofType { name } } } }`
	analyst, others := Default().AnalystCost, Default().Cost
	for text, most := range map[string]int{
		whole:                                others,
		`{ __type(name: "Query") { name } }`: others,
	} {
		if got := estimate(t, text, nil).Cost; got > most {
			t.Errorf("%s: %d", text, got)
		}
	}
	for _, text := range []string{
		`{ __schema { types { fields { type { fields { name } } } } } }`,
		`{ __schema { types { interfaces { possibleTypes { name } } } } }`,
		`{ __schema { ...S } } fragment S on __Schema { types { ...T } } fragment T on __Type { fields { type { ...U } } } fragment U on __Type { inputFields { name } }`,
		`{ __schema { a: types { name } b: types { name } c: types { name } d: types { name } } }`,
	} {
		if got := estimate(t, text, nil).Cost; got <= analyst {
			t.Errorf("%s: only %d", text, got)
		}
	}
}

func BenchmarkEstimate(b *testing.B) {
	const text = `query($n: Int) { people(first: $n) { nodes { id name friends(first: 10) { nodes { id unit { id staff(first: 3) { edges { node { id name } } } } } } } page { next } } }`
	doc, errs := gqlparser.LoadQueryWithRules(costSchema, text, nil)
	if errs != nil {
		b.Fatal(errs)
	}
	vars := map[string]any{"n": json.Number("5")}
	b.ReportAllocs()
	for b.Loop() {
		costTariff.Estimate(costSchema, doc.Operations[0], vars)
	}
}
