package loaders

import (
	"fmt"
	"runtime"
	"testing"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
)

func TestSetsThatArePutTogetherNeverAnswerForEachOther(t *testing.T) {
	s, op := &Session{}, &graphql.OperationContext{}
	for i := range 20000 {
		name := fmt.Sprintf("field%d", i)
		got := s.Collect(op, ast.SelectionSet{&ast.Field{Name: name, Alias: name}}, "Household")
		if len(got) != 1 || got[0].Name != name {
			t.Fatalf("set %d: %v, want %s", i, got, name)
		}
		if i%500 == 0 {
			runtime.GC() // what is not held by anybody gives its address to the next set
		}
	}
}
