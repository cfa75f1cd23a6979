package web

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/parser"
)

func hasHan(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return unicode.Is(unicode.Han, r) })
}

func TestEveryQuestionIsWrittenInBothLanguages(t *testing.T) {
	questions := Questions()
	if len(questions) < 24 {
		t.Fatalf("%d questions", len(questions))
	}
	seen := map[string]bool{}
	for _, q := range questions {
		if !regexp.MustCompile(`^[a-z]+(-[a-z]+)*$`).MatchString(q.ID) || seen[q.ID] {
			t.Errorf("id %q is malformed or used twice", q.ID)
		}
		seen[q.ID] = true
		if !hasHan(q.TitleZH) || !hasHan(q.NoteZH) {
			t.Errorf("%s: no Chinese title or note", q.ID)
		}
		if q.TitleEN == "" || q.NoteEN == "" || hasHan(q.TitleEN) || hasHan(q.NoteEN) {
			t.Errorf("%s: no English title or note, or one with Chinese in it", q.ID)
		}
	}
}

// The page reads the operation's name from the text and sends the variables as they are.
func TestEveryQuestionIsOneNamedQueryWhoseVariablesAreAllGiven(t *testing.T) {
	for _, q := range Questions() {
		operation := single(t, q.ID, q.Query)
		given := map[string]bool{}
		for name := range q.Variables {
			given[name] = true
		}
		if q.Prepare != nil {
			single(t, q.ID+" (prepare)", q.Prepare.Query)
			for name := range q.Prepare.Set {
				given[name] = true
			}
		}
		for _, variable := range operation.VariableDefinitions {
			if !given[variable.Variable] {
				t.Errorf("%s: nothing gives $%s", q.ID, variable.Variable)
			}
			delete(given, variable.Variable)
		}
		for name := range given {
			t.Errorf("%s: the query does not declare $%s", q.ID, name)
		}
	}
}

func single(t *testing.T, id, query string) *ast.OperationDefinition {
	t.Helper()
	document, err := parser.ParseQuery(&ast.Source{Name: id, Input: query})
	if err != nil {
		t.Fatalf("%s: %v", id, err)
	}
	if len(document.Operations) != 1 || document.Operations[0].Operation != ast.Query || document.Operations[0].Name == "" {
		t.Fatalf("%s: not exactly one named query", id)
	}
	return document.Operations[0]
}

func TestPrepareFindsValuesByPath(t *testing.T) {
	data := map[string]any{"divisions": map[string]any{"nodes": []any{map[string]any{"id": "division_1"}}}}
	found, err := Prepare{Set: map[string]string{"area": "divisions.nodes.0.id"}}.Find(data)
	if err != nil || found["area"] != "division_1" {
		t.Errorf("found %v, %v", found, err)
	}
	for _, path := range []string{"divisions.nodes.1.id", "divisions.nodes.-1.id", "divisions.nodes.x.id", "units.0", "divisions.nodes.0.id.more"} {
		_, err := Prepare{Set: map[string]string{"area": path}}.Find(data)
		if err == nil || !strings.Contains(err.Error(), path) {
			t.Errorf("%s: error %v does not name the path", path, err)
		}
	}
}

func TestAFieldThatNoQuestionHasIsRefused(t *testing.T) {
	if _, err := parseQuestions([]byte(`[{"id": "a", "titel": "b"}]`)); err == nil {
		t.Error("a misspelt field was taken")
	}
}

func TestQuestionsStandInTheOrderOfTheirGroupsAndNameTheirDemos(t *testing.T) {
	texts := string(loadAssets(files, "dist", "src")["texts.js"].plain)
	last := 0
	for _, q := range Questions() {
		at := slices.Index(Groups, q.Group)
		if at < last {
			t.Errorf("%s stands in the group %q, after %s", q.ID, q.Group, Groups[last])
		}
		last = max(at, last)
		if len(q.Demos) == 0 || slices.ContainsFunc(q.Demos, func(d string) bool { return !regexp.MustCompile(`^[a-z]+$`).MatchString(d) }) {
			t.Errorf("%s is answered in the demos %q", q.ID, q.Demos)
		}
	}
	for _, g := range Groups {
		if n := strings.Count(texts, "'group."+g+"':"); n != 2 {
			t.Errorf("the group %s has titles in %d languages, want two", g, n)
		}
	}
}
