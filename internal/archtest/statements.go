package archtest

import (
	"fmt"
	"go/ast"
	"go/token"
	"path"
	"regexp"
	"strconv"
	"strings"
)

// language is a query language, how its statements look, and who may write it.
type language struct {
	name string
	ext  string // of files that hold nothing else
	by   []string
	like *regexp.Regexp
}

// The patterns know statements by their capital keywords anywhere in a text, and in any case at its start, where prose
// such as an error message does not look like one.
var languages = []language{
	{
		name: "SQL", ext: ".sql", by: []string{"store/sqlite", "internal/sqlitetest", "bench/floor", "bench/peers"},
		like: regexp.MustCompile(`(?s)\bSELECT\b.+\bFROM\b|\bINSERT (OR [A-Z]+ )?INTO\b|\bDELETE FROM\b|\bUPDATE \w+ SET\b|` +
			`\b(CREATE|DROP|ALTER) (VIRTUAL |TEMP )?(TABLE|TRIGGER|VIEW)\b|\bCREATE (UNIQUE )?INDEX (IF NOT EXISTS )?\w+ ON\b|` +
			`\bPRAGMA \w|\bBEGIN (IMMEDIATE|DEFERRED)\b|` +
			`(?i:^\s*(select\s.+\sfrom\s|insert into\s|delete from\s|update \w+ set\s|pragma \w|create table\s))`),
	},
	{
		name: "Cypher", ext: ".cypher", by: []string{"store/neo4j", "internal/neo4jtest", "bench/floor"},
		like: regexp.MustCompile(`(?s)\b(MATCH|MERGE)\s*\(|\bUNWIND\b.+\bAS\b|\bDETACH DELETE\b|\bCALL\s*(\(\w*\)\s*)?\{|` +
			`\bCALL (db|dbms|apoc)\.|\b(CREATE|DROP) (\w+ )?CONSTRAINT\b|\bSHOW (INDEXES|CONSTRAINTS|TRANSACTIONS)\b|` +
			`\bCREATE (\w+ )?INDEX\b[^(]*\bFOR \(|\bCREATE \(\w*:|` +
			`(?i:^\s*((optional )?match\s*\(\w*|merge\s*\(\w*[:)]|unwind \$\w+ as\s|create \(\w*:))`),
	},
}

// strayStatements: query texts outside the engine whose language they are in. This package's own patterns and planted
// trees are no statements.
func strayStatements(t *tree) (broken []string) {
	t.written(func(p *pkg, f *file) {
		if p.dir == "internal/archtest" {
			return
		}
		for _, text := range texts(f.ast) {
			for _, l := range languages {
				if found := l.like.FindString(text.value); found != "" && !inside(p.dir, l.by...) {
					broken = append(broken, fmt.Sprintf("%s: %s (%.40q); only these may hold it: %s",
						t.at(text.node), l.name, found, strings.Join(l.by, ", ")))
				}
			}
		}
	})
	for name := range t.others {
		for _, l := range languages {
			if path.Ext(name) == l.ext && !inside(name, l.by...) {
				broken = append(broken, fmt.Sprintf("%s: a file of %s; only these may hold it: %s", name, l.name, strings.Join(l.by, ", ")))
			}
		}
	}
	return broken
}

// constant is a text of a file and where it begins.
type constant struct {
	node  ast.Node
	value string
}

// texts are the string constants of a file. A text put together with + counts as one, with a ? for what is no literal.
func texts(f *ast.File) (found []constant) {
	ast.Inspect(f, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.ImportSpec:
			return false
		case *ast.BasicLit, *ast.BinaryExpr:
			value, literal := joined(n.(ast.Expr))
			if literal {
				found = append(found, constant{n, value})
			}
			_, sum := n.(*ast.BinaryExpr)
			return !sum || !literal
		}
		return true
	})
	return found
}

// joined is the value of a string literal or of a sum that holds at least one.
func joined(x ast.Expr) (value string, literal bool) {
	switch x := x.(type) {
	case *ast.BasicLit:
		if x.Kind == token.STRING {
			value, err := strconv.Unquote(x.Value)
			return value, err == nil
		}
	case *ast.ParenExpr:
		return joined(x.X)
	case *ast.BinaryExpr:
		if x.Op == token.ADD {
			left, a := joined(x.X)
			right, b := joined(x.Y)
			return left + right, a || b
		}
	}
	return "?", false
}
