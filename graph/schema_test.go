package graph_test

import (
	"bytes"
	"flag"
	"os"
	"strings"
	"testing"
	"unicode"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/formatter"

	"lintu/graph/generated"
	"lintu/kg"
)

var update = flag.Bool("update", false, "rewrite schema.graphql")

func schema() *ast.Schema {
	return generated.NewExecutableSchema(generated.Config{}).Schema()
}

func TestThePrintedSchemaIsTheOneThatIsServed(t *testing.T) {
	var b bytes.Buffer
	formatter.NewFormatter(&b, formatter.WithIndent("  ")).FormatSchema(schema())
	if *update {
		if err := os.WriteFile("schema.graphql", b.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile("schema.graphql")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(b.Bytes(), want) {
		t.Error("schema.graphql is not what is served: run make generate")
	}
}

func TestEveryElementIsDescribedInEnglishFirstThenInChinese(t *testing.T) {
	for where, text := range descriptions(schema()) {
		if problem := lint(text); problem != "" {
			t.Errorf("%s: %s: %q", where, problem, text)
		}
	}
}

func TestTheLintCanFail(t *testing.T) {
	for text, want := range map[string]string{
		"":           "is not described",
		"Only this.": "has no Chinese term",
		"人":          "does not begin in English",
		"人 A person": "does not begin in English",
		"A person 人": "has no full sentence before the Chinese term",
	} {
		if got := lint(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

func lint(text string) string {
	han := strings.IndexFunc(text, func(r rune) bool { return unicode.Is(unicode.Han, r) })
	switch {
	case text == "":
		return "is not described"
	case han == 0 || !unicode.IsUpper(rune(text[0])) && !unicode.IsDigit(rune(text[0])):
		return "does not begin in English"
	case han < 0:
		return "has no Chinese term"
	case !strings.Contains(text[:han], "."):
		return "has no full sentence before the Chinese term"
	}
	return ""
}

// descriptions are the descriptions of all elements of our own, by their path.
func descriptions(s *ast.Schema) map[string]string {
	out := map[string]string{}
	for name, d := range s.Types {
		if d.BuiltIn || strings.HasPrefix(name, "__") {
			continue
		}
		out[name] = d.Description
		for _, f := range d.Fields {
			if strings.HasPrefix(f.Name, "__") {
				continue
			}
			out[name+"."+f.Name] = f.Description
			for _, a := range f.Arguments {
				out[name+"."+f.Name+"("+a.Name+")"] = a.Description
			}
		}
		for _, v := range d.EnumValues {
			out[name+"."+v.Name] = v.Description
		}
	}
	return out
}

func TestFieldsWithAPrivacyClassAreNullable(t *testing.T) {
	s := schema()
	for _, d := range kg.Kinds {
		for _, f := range kg.FieldsOf(d.Kind) {
			got := s.Types[d.Type].Fields.ForName(f.Name)
			if f.Hidden != (got == nil) {
				t.Errorf("%s.%s: hidden is %t", d.Type, f.Name, f.Hidden)
			}
			if got != nil && f.Class != kg.Open && got.Type.NonNull {
				t.Errorf("%s.%s is %s and must be nullable", d.Type, f.Name, f.Class)
			}
		}
	}
}

func TestEveryKindHasItsPairOfRootFieldsAndEveryLinkItsField(t *testing.T) {
	s := schema()
	for _, d := range kg.Kinds {
		if s.Query.Fields.ForName(d.One) == nil || s.Query.Fields.ForName(d.Many) == nil {
			t.Errorf("Query lacks %s or %s", d.One, d.Many)
		}
		for _, l := range kg.LinksOf(d.Kind) {
			if s.Types[d.Type].Fields.ForName(l.Name) == nil {
				t.Errorf("%s lacks %s", d.Type, l.Name)
			}
			if s.Types[d.Type+"Where"].Fields.ForName(l.Name) == nil {
				t.Errorf("%sWhere lacks %s", d.Type, l.Name)
			}
		}
	}
}

func TestNamesOfReservedKindsAreFree(t *testing.T) {
	for _, name := range kg.Reserved {
		if schema().Types[name] != nil {
			t.Errorf("%s is reserved", name)
		}
	}
}
