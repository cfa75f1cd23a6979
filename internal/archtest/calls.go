package archtest

import (
	"fmt"
	"go/ast"
	"go/build/constraint"
	"path"
	"slices"
	"strconv"
)

// clockReaders are the functions of package time whose answer depends on when they are called.
var clockReaders = []string{"Now", "Since", "Until"}

// clocks: the clock read where it should be given. Answers must not depend on when they are asked, or tests and asOf
// would be worth nothing. store/storetest is a test that other packages run; an engine may ask how long it is until a
// deadline, because a database takes a timeout instead.
func clocks(t *tree) (broken []string) {
	t.written(func(p *pkg, f *file) {
		if f.test || f.name == "server.go" || inside(p.dir, "internal", "bench", "store/storetest") {
			return
		}
		name := importName(f, "time")
		ast.Inspect(f.ast, func(n ast.Node) bool {
			sel, ok := n.(*ast.SelectorExpr)
			if !ok || !slices.Contains(clockReaders, sel.Sel.Name) {
				return true
			}
			remaining := sel.Sel.Name == "Until" && inside(p.dir, engines...)
			if isIdent(sel.X, name) && !remaining {
				broken = append(broken, fmt.Sprintf("%s: time.%s; take the instant as an argument", t.at(n), sel.Sel.Name))
			}
			return true
		})
	})
	return broken
}

// importName is what the file calls an imported package, empty if it does not import it.
func importName(f *file, target string) string {
	for _, spec := range f.ast.Imports {
		if spec.Path.Value != strconv.Quote(target) {
			continue
		}
		if spec.Name != nil {
			return spec.Name.Name
		}
		return path.Base(target)
	}
	return ""
}

// skipNames are the methods by which a test says that it will not run.
var skipNames = []string{"Skip", "Skipf", "SkipNow"}

// skipped: tests that may decide not to run, or to run in part (testing.Short). Only internal/neo4jtest may, loudly, where a machine has no Neo4j.
func skipped(t *tree) (broken []string) {
	t.written(func(p *pkg, f *file) {
		testing := importName(f, "testing")
		if testing == "" || p.dir == "internal/neo4jtest" {
			return
		}
		ast.Inspect(f.ast, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			sel, ok := call.Fun.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			short := sel.Sel.Name == "Short" && isIdent(sel.X, testing)
			if short || slices.Contains(skipNames, sel.Sel.Name) {
				broken = append(broken, fmt.Sprintf("%s: %s; a promise is tested everywhere or it is none", t.at(n), sel.Sel.Name))
			}
			return true
		})
	})
	return broken
}

func isIdent(x ast.Expr, name string) bool {
	id, ok := x.(*ast.Ident)
	return ok && id.Name == name
}

// tagged: tests of a store behind a build constraint, which "go test ./store/..." alone would not run.
func tagged(t *tree) (broken []string) {
	t.written(func(p *pkg, f *file) {
		if !f.test || !inside(p.dir, "store") {
			return
		}
		if at := buildTag(f.ast); at != nil {
			broken = append(broken, fmt.Sprintf("%s: %s; no test of a store stands behind a build tag", t.at(at), at.Text))
		}
	})
	return broken
}

// buildTag is the build constraint above the package clause, nil if there is none.
func buildTag(f *ast.File) *ast.Comment {
	for _, group := range f.Comments {
		for _, c := range group.List {
			if c.Pos() < f.Package && constraint.IsGoBuild(c.Text) {
				return c
			}
		}
	}
	return nil
}
