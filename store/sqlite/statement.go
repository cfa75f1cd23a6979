package sqlite

import (
	"context"
	"encoding/json"
	"strings"
	"sync"
)

// statement is SQL text with the values of its parameters, in the order of the text.
type statement struct {
	text strings.Builder
	args []any
}

// reading begins a statement of a read, with room for what most of them come to.
func reading(text string, args ...any) *statement {
	q := &statement{args: make([]any, 0, 16)}
	q.text.Grow(1 << 10)
	return q.add(text, args...)
}

// add appends text and the values of the ? in it.
func (q *statement) add(text string, args ...any) *statement {
	q.text.WriteString(text)
	q.args = append(q.args, args...)
	return q
}

// put appends another statement.
func (q *statement) put(o *statement) *statement {
	q.text.WriteString(o.text.String())
	q.args = append(q.args, o.args...)
	return q
}

// list is a list as one parameter, for json_each.
func list[T any](values []T) string {
	if len(values) == 0 {
		return "[]" // json_each makes a row of null
	}
	b, err := json.Marshal(values)
	if err != nil {
		panic(err) // only texts and numbers are given
	}
	return string(b)
}

// Statement is a statement that was sent, with SQLite's plan for it.
type Statement struct {
	Text  string
	Plan  string
	Scans []string // tables of the graph that the plan reads as a whole, without an index
}

// Explained are the statements of reads under a context.
type Explained struct {
	mu         sync.Mutex
	statements []Statement
}

// Statements are those sent so far.
func (e *Explained) Statements() []Statement {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.statements
}

type explainKey struct{}

// Explain makes reads under the context record their statements with SQLite's plan for each.
func Explain(ctx context.Context) (context.Context, *Explained) {
	e := new(Explained)
	return context.WithValue(ctx, explainKey{}, e), e
}

func (c *conn) explain(ctx context.Context, text string, args []any) error {
	e, ok := ctx.Value(explainKey{}).(*Explained)
	if !ok {
		return nil
	}
	rows, err := c.c.QueryContext(ctx, "EXPLAIN QUERY PLAN "+text, args...)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	st := Statement{Text: text}
	depth := map[int]int{}
	for rows.Next() {
		var id, parent, unused int
		var detail string
		if err := rows.Scan(&id, &parent, &unused, &detail); err != nil {
			return err
		}
		depth[id] = depth[parent] + 1
		st.Plan += strings.Repeat("  ", depth[id]-1) + detail + "\n"
		if table, scanned := scannedTable(text, detail); scanned {
			st.Scans = append(st.Scans, table)
		}
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.statements = append(e.statements, st)
	return rows.Err()
}

// graphTables grow with the graph: none of them may be read as a whole.
var graphTables = []string{"node", "tie", "flag", "path", "area_path", "inside", "term", "suffix", "suffix_block", "entry"}

// scannedTable finds the table that a line of a plan scans. Plans name the alias, which the text introduces behind
// the table's name.
func scannedTable(text, detail string) (string, bool) {
	alias, scanned := strings.CutPrefix(detail, "SCAN ")
	if !scanned {
		return "", false
	}
	alias, _, _ = strings.Cut(alias, " ")
	for _, table := range graphTables {
		if alias == table || strings.Contains(text, " "+table+" "+alias+" ") || strings.Contains(text, " "+table+" "+alias+")") {
			return table, true
		}
	}
	return "", false
}
