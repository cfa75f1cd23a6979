package sqlite

import (
	"encoding/json"
	"strings"
)

// statement is SQL text with the values of its parameters, in the order of the text.
type statement struct {
	text strings.Builder
	args []any
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
