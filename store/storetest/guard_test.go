package storetest

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// noEngines are the folders beside this one that hold no engine.
var noEngines = []string{"storetest", "tail"}

// Every engine beside this package runs the suite, and none of their tests may be left out at run time.
func TestEveryEngineRunsTheWholeSuite(t *testing.T) {
	folders, err := os.ReadDir("..")
	if err != nil {
		t.Fatal(err)
	}
	for _, folder := range folders {
		if !folder.IsDir() || folder.Name() == "testdata" { // what fuzzing found of the contract's own parts
			continue
		}
		calls := testCalls(t, filepath.Join("..", folder.Name()))
		for _, name := range []string{"t.Skip", "t.Skipf", "t.SkipNow", "b.Skip", "testing.Short"} {
			if calls[name] {
				t.Errorf("the tests of %s call %s", folder.Name(), name)
			}
		}
		if !slices.Contains(noEngines, folder.Name()) && !calls["storetest.Run"] {
			t.Errorf("the tests of %s do not run the suite", folder.Name())
		}
	}
}

// testCalls are the calls "x.Name" in a folder's test files.
func testCalls(t *testing.T, folder string) map[string]bool {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(folder, "*_test.go"))
	if err != nil {
		t.Fatal(err)
	}
	calls := map[string]bool{}
	for _, name := range files {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if s, ok := n.(*ast.SelectorExpr); ok {
				if x, ok := s.X.(*ast.Ident); ok {
					calls[x.Name+"."+s.Sel.Name] = true
				}
			}
			return true
		})
	}
	return calls
}
