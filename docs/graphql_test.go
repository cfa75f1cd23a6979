package docs

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
)

// schema is the printed schema, which a test of package graph holds to the one that is served.
func schema(t *testing.T) *ast.Schema {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, "graph", "schema.graphql"))
	if err != nil {
		t.Fatal(err)
	}
	s, err := gqlparser.LoadSchema(&ast.Source{Name: "schema.graphql", Input: string(text)})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestEveryGraphQLDocumentIsValid(t *testing.T) {
	served, count := schema(t), 0
	for page, text := range pages(t) {
		for _, m := range fence.FindAllStringSubmatch(text, -1) {
			if m[1] != "graphql" {
				continue
			}
			count++
			if _, err := gqlparser.LoadQueryWithRules(served, m[2], nil); err != nil {
				t.Errorf("%s: %v\n%s", page, err, m[2])
			}
		}
	}
	if count < 10 {
		t.Errorf("only %d documents were found", count)
	}
}

// What an answer says is checked elsewhere, where the town that it is about can be asked. Here it is held to its
// question: every key is a selected field, and every selected field is there.
func TestEveryAnswerHasTheFieldsOfItsQuestion(t *testing.T) {
	served, count := schema(t), 0
	for page, text := range pages(t) {
		for _, e := range examples(text) {
			var answer struct{ Data map[string]any }
			if err := json.Unmarshal([]byte(e.answer), &answer); err != nil {
				t.Errorf("%s: %v\n%s", page, err, e.answer)
			}
			asked, err := gqlparser.LoadQueryWithRules(served, e.question, nil)
			if err != nil || answer.Data == nil {
				continue // told by another test; an error without data
			}
			count++
			if len(asked.Operations) != 1 {
				t.Errorf("%s: one answer to %d operations", page, len(asked.Operations))
			} else if problem := differs(answer.Data, asked.Operations[0].SelectionSet); problem != "" {
				t.Errorf("%s: %s in\n%s", page, problem, e.answer)
			}
		}
	}
	if count < 8 {
		t.Errorf("only %d answers were found", count)
	}
}

// differs says how the keys of an answer differ from a selection; a fragment's fields may be absent.
func differs(v any, set ast.SelectionSet) string {
	switch v := v.(type) {
	case []any:
		for _, x := range v {
			if problem := differs(x, set); problem != "" {
				return problem
			}
		}
	case map[string]any:
		below, must := map[string]ast.SelectionSet{}, []string{}
		collect(set, below, &must, true)
		for key := range v {
			if _, ok := below[key]; !ok {
				return fmt.Sprintf("%q was not asked", key)
			}
			if problem := differs(v[key], below[key]); problem != "" {
				return problem
			}
		}
		for _, key := range must {
			if _, ok := v[key]; !ok {
				return fmt.Sprintf("%q is missing", key)
			}
		}
	}
	return ""
}

func collect(set ast.SelectionSet, below map[string]ast.SelectionSet, must *[]string, sure bool) {
	for _, sel := range set {
		switch sel := sel.(type) {
		case *ast.Field:
			below[sel.Alias] = append(below[sel.Alias], sel.SelectionSet...)
			if sure && !slices.Contains(*must, sel.Alias) {
				*must = append(*must, sel.Alias)
			}
		case *ast.InlineFragment:
			collect(sel.SelectionSet, below, must, false)
		case *ast.FragmentSpread:
			collect(sel.Definition.SelectionSet, below, must, false)
		}
	}
}

func TestTheChecksOfAnswersCanFail(t *testing.T) {
	asked, err := gqlparser.LoadQueryWithRules(schema(t), `{ people(first: 1) { nodes { id ... on Person { sex } } } }`, nil)
	if err != nil {
		t.Fatal(err)
	}
	for answer, want := range map[string]string{
		`{"people": {"nodes": [{"id": "x"}]}}`:              "",
		`{"people": {"nodes": [{"sex": "MALE"}]}}`:          `"id" is missing`,
		`{"people": {"nodes": [{"id": "x", "name": "x"}]}}`: `"name" was not asked`,
		`{"persons": {}}`: `"persons" was not asked`,
	} {
		var v map[string]any
		if err := json.Unmarshal([]byte(answer), &v); err != nil {
			t.Fatal(err)
		}
		if got := differs(v, asked.Operations[0].SelectionSet); got != want {
			t.Errorf("%s: %q, want %q", answer, got, want)
		}
	}
	if _, err := gqlparser.LoadQueryWithRules(schema(t), `{ people { names } }`, nil); err == nil || !strings.Contains(err.Error(), "names") {
		t.Errorf("an unknown field passes: %v", err)
	}
}
