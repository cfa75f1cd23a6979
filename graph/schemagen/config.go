package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

const marker = "  # Inputs, written by schemagen: every one is passed through as it is.\n"

var inputType = regexp.MustCompile(`(?m)^input (\w+)`)

// bindInputs lists every input type of the schema at the end of gqlgen.yml.
func bindInputs(config, root string, files map[string]string) error {
	b, err := os.ReadFile(config)
	if err != nil {
		return err
	}
	var names []string
	for name, text := range files {
		if strings.HasSuffix(name, ".graphqls") {
			names = append(names, inputs(text)...)
		}
	}
	schemas, err := filepath.Glob(filepath.Join(root, "schema", "*.graphqls"))
	if err != nil {
		return err
	}
	for _, path := range schemas {
		if rel, _ := filepath.Rel(root, path); files[filepath.ToSlash(rel)] != "" {
			continue // written by schemagen, perhaps anew
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		names = append(names, inputs(string(text))...)
	}
	slices.Sort(names)
	head, _, _ := strings.Cut(string(b), marker)
	var out strings.Builder
	out.WriteString(head + marker)
	for _, name := range names {
		fmt.Fprintf(&out, "  %s: {model: \"map[string]any\"}\n", name)
	}
	return os.WriteFile(config, []byte(out.String()), 0o644)
}

func inputs(text string) []string {
	var names []string
	for _, m := range inputType.FindAllStringSubmatch(text, -1) {
		names = append(names, m[1])
	}
	return names
}
