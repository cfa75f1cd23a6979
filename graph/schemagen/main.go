// Command schemagen writes the GraphQL schema of kinds, fields and relations from kg's tables, and the Go types
// behind it. Run it by `make generate`; what it writes is committed.
package main

import (
	"fmt"
	"go/format"
	"log"
	"os"
	"path/filepath"
	"strings"

	"lintu/kg"
)

func main() {
	log.SetFlags(0)
	if len(os.Args) != 2 {
		log.Fatal("usage: schemagen FOLDER-OF-PACKAGE-GRAPH")
	}
	root := filepath.Clean(os.Args[1])
	files := map[string]string{
		"schema/enums.graphqls":     enums(),
		"schema/relations.graphqls": relations(),
		"schema/root.graphqls":      rootQueries(),
		"model/nodes_gen.go":        goNodes(),
		"query_gen.go":              goQueries(),
	}
	for _, d := range kg.Kinds {
		files["schema/"+strings.ToLower(d.Type[:1])+d.Type[1:]+".graphqls"] = kind(d)
	}
	if err := bindInputs(filepath.Join(filepath.Dir(root), "gqlgen.yml"), root, files); err != nil {
		log.Fatal(err)
	}
	for name, text := range files {
		if strings.HasSuffix(name, ".go") {
			b, err := format.Source([]byte(text))
			if err != nil {
				log.Fatalf("%s: %v\n%s", name, err, text)
			}
			text = string(b)
		}
		if err := os.WriteFile(filepath.Join(root, name), []byte(text), 0o644); err != nil {
			log.Fatal(err)
		}
	}
}

const generated = "written by schemagen from the tables of package kg; do not edit"

// doc is a description line: English first, then the Chinese term.
func doc(indent, en, zh string) string {
	if !strings.HasSuffix(en, ".") {
		en += "."
	}
	return fmt.Sprintf("%s\"%s %s\"\n", indent, strings.ReplaceAll(en, `"`, `'`), zh)
}

func capital(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

// screaming turns birthDate into BIRTH_DATE.
func screaming(s string) string {
	var b strings.Builder
	for _, r := range s {
		if r >= 'A' && r <= 'Z' {
			b.WriteByte('_')
		}
		b.WriteString(strings.ToUpper(string(r)))
	}
	return b.String()
}

// nodeType is the GraphQL type at the far end of a link: one kind's, or the interface.
func nodeType(kinds []kg.Kind) string {
	if len(kinds) == 1 {
		return kinds[0].Def().Type
	}
	return "Node"
}

func enums() string {
	var b strings.Builder
	b.WriteString("# " + generated + "\n\n")
	writeEnum(&b, "Kind", "What a node is.", "类别", func(add func(name, en, zh string)) {
		for _, d := range kg.Kinds {
			add(string(d.Kind), d.EN, d.ZH)
		}
	})
	writeEnum(&b, "Relation", "The type of a tie.", "关系", func(add func(name, en, zh string)) {
		for _, d := range kg.Relations {
			add(string(d.Relation), d.EN, d.ZH)
		}
	})
	for _, e := range kg.Enums {
		writeEnum(&b, e.Name, e.EN, e.ZH, func(add func(name, en, zh string)) {
			for _, v := range e.Values {
				add(v.Name, v.EN, v.ZH)
			}
		})
	}
	return b.String()
}

func writeEnum(b *strings.Builder, name, en, zh string, values func(add func(name, en, zh string))) {
	b.WriteString(doc("", en, zh) + "enum " + name + " {\n")
	values(func(name, en, zh string) {
		b.WriteString(doc("  ", en, zh) + "  " + name + "\n")
	})
	b.WriteString("}\n\n")
}
