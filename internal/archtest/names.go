package archtest

import (
	"fmt"
	"go/ast"
	"go/token"
	"regexp"
	"slices"
	"strings"
)

// schemaType is the declaration of a type in a GraphQL schema.
var schemaType = regexp.MustCompile(`(?m)^(?:extend )?(type|interface|input|enum|union|scalar) (\w+)`)

// reserved: types that take the name of a kind which a later part brings, where kinds are declared: in kg, in
// package graph and in its schema.
func reserved(names []string) func(t *tree) []string {
	return func(t *tree) (broken []string) {
		taken := func(where, name string) {
			if slices.Contains(names, name) {
				broken = append(broken, fmt.Sprintf("%s: the name %s is reserved", where, name))
			}
		}
		t.written(func(p *pkg, f *file) {
			if !inside(p.dir, "kg", "graph") {
				return
			}
			for _, d := range f.ast.Decls {
				if types, ok := d.(*ast.GenDecl); ok && types.Tok == token.TYPE {
					for _, spec := range types.Specs {
						taken(t.at(spec), spec.(*ast.TypeSpec).Name.Name)
					}
				}
			}
		})
		for name, text := range t.others {
			if !strings.HasSuffix(name, ".graphqls") {
				continue
			}
			for _, match := range schemaType.FindAllStringSubmatch(text, -1) {
				taken(name, match[2])
			}
		}
		return broken
	}
}

// storeTypes are the types of package store through which one reads or writes.
var storeTypes = []string{"Store", "Tx", "Stepper"}

// heldStores: resolvers that could read past the session. Package graph may use the words of package store (a page, a
// window, a revision), but never what one reads through.
func heldStores(t *tree) (broken []string) {
	t.written(func(p *pkg, f *file) {
		if f.test || !inside(p.dir, "graph") {
			return
		}
		name := importName(f, modulePath+"/store")
		ast.Inspect(f.ast, func(n ast.Node) bool {
			if sel, ok := n.(*ast.SelectorExpr); ok && isIdent(sel.X, name) && slices.Contains(storeTypes, sel.Sel.Name) {
				broken = append(broken, fmt.Sprintf("%s: store.%s; resolvers read through loaders.Session only", t.at(n), sel.Sel.Name))
			}
			return true
		})
	})
	return broken
}
