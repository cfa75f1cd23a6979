package limits

import (
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/lexer"
	"github.com/vektah/gqlparser/v2/parser"
)

// Document bounds what can be told of a document without the schema. Zero switches a limit off.
type Document struct {
	Tokens     int // of the text
	Depth      int // fields below each other; those that lead through a connection do not count, nor those of the schema itself
	Aliases    int
	Roots      int // fields of an operation's own selection, those of fragments too
	Directives int
}

// maxName is the longest name; no schema has one that is half as long. Validation compares a wrong one with right ones.
const maxName = 200

// Check measures the text of a document, before anything that takes longer looks at it. What is not GraphQL passes: the
// parser tells it better. The error is an *Exceeded.
func (d Document) Check(text string) error {
	if err := d.checkTokens(text); err != nil {
		return err
	}
	doc, err := parser.ParseQueryWithTokenLimit(&ast.Source{Input: text}, d.Tokens)
	if err != nil {
		return nil
	}
	m := measure{fragments: map[string]*size{}, doc: doc}
	for _, op := range doc.Operations {
		s := m.selection(op.SelectionSet, true)
		s.directives = add(s.directives, len(op.Directives))
		for _, v := range op.VariableDefinitions {
			s.directives = add(s.directives, len(v.Directives))
		}
		for _, l := range []struct {
			name          string
			have, allowed int
		}{
			{DepthLimit, s.depth, d.Depth}, {AliasLimit, s.aliases, d.Aliases}, {RootLimit, s.fields, d.Roots}, {DirectiveLimit, s.directives, d.Directives},
		} {
			if l.allowed > 0 && l.have > l.allowed {
				return &Exceeded{Limit: l.name, Asked: l.have, Allowed: l.allowed}
			}
		}
	}
	return checkRepeats(doc)
}

// checkTokens reads the text as tokens, which costs least.
func (d Document) checkTokens(text string) error {
	lex := lexer.New(&ast.Source{Input: text})
	for count := 1; ; count++ {
		token, err := lex.ReadToken()
		if err != nil || token.Kind == lexer.EOF {
			return nil
		}
		if d.Tokens > 0 && count > d.Tokens {
			return &Exceeded{Limit: TokenLimit, Asked: count, Allowed: d.Tokens}
		}
		if token.Kind == lexer.Name && len(token.Value) > maxName {
			return &Exceeded{Limit: nameLimit, Asked: len(token.Value), Allowed: maxName}
		}
	}
}

// size is what was measured of a selection.
type size struct{ depth, aliases, fields, directives int }

// measure goes through a document once. A fragment is measured when it is first met; one that is met inside itself, which
// validation refuses, counts as nothing there.
type measure struct {
	doc       *ast.QueryDocument
	fragments map[string]*size
}

func (m *measure) selection(set ast.SelectionSet, root bool) size {
	var s size
	for _, sel := range set {
		switch sel := sel.(type) {
		case *ast.Field:
			below := m.selection(sel.SelectionSet, false)
			s.depth = max(s.depth, depthWith(sel.Name, below.depth, root))
			s.fields = add(s.fields, 1)
			s.aliases = add(s.aliases, below.aliases)
			if sel.Alias != sel.Name {
				s.aliases = add(s.aliases, 1)
			}
			s.directives = add(s.directives, add(below.directives, len(sel.Directives)))
		case *ast.InlineFragment:
			s.take(m.selection(sel.SelectionSet, root), len(sel.Directives))
		case *ast.FragmentSpread:
			s.take(m.fragment(sel.Name, root), len(sel.Directives))
		}
	}
	return s
}

// depthWith is the depth of a field above a selection.
func depthWith(name string, below int, root bool) int {
	switch name {
	case "edges", "nodes", "node":
		if !root { // a step through a connection: the relation before it was counted
			return below
		}
	case "__schema", "__type":
		if root { // the validator bounds it, and tools go deep
			return 1
		}
	}
	return 1 + below
}

// take adds what stands beside.
func (s *size) take(other size, directives int) {
	s.depth = max(s.depth, other.depth)
	s.fields = add(s.fields, other.fields)
	s.aliases = add(s.aliases, other.aliases)
	s.directives = add(s.directives, add(other.directives, directives))
}

func (m *measure) fragment(name string, root bool) size {
	if s, ok := m.fragments[name]; ok {
		return *s
	}
	s := &size{}
	m.fragments[name] = s
	if def := m.doc.Fragments.ForName(name); def != nil {
		*s = m.selection(def.SelectionSet, root)
		s.directives = add(s.directives, len(def.Directives))
	}
	return *s
}

// most is where numbers stop growing: fragments that spread each other twice double them each time.
const most = 1 << 40

func add(a, b int) int { return min(a+b, most) }

func times(a, b int) int {
	if a > 0 && b > most/a {
		return most
	}
	return a * b
}
