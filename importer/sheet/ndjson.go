package sheet

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// NDJSONReader reads NDJSON: an object a line, its members the cells. A member that is null is a cell without text; one
// that is not there is no cell. Empty lines are passed over.
type NDJSONReader struct {
	lines *lines
	row   Row
}

// NewNDJSON reads from the start of a file, or, where from is not the zero Row, from that row on.
func NewNDJSON(r io.Reader, from Row) *NDJSONReader { return &NDJSONReader{lines: newLines(r, from)} }

// Next implements Reader.
func (n *NDJSONReader) Next() (*Row, error) {
	for {
		start := n.lines.at
		line, err := n.lines.next()
		n.row = Row{Line: n.lines.line, Start: start, Names: n.row.Names[:0], Cells: n.row.Cells[:0], Shapes: n.row.Shapes[:0]}
		if errors.Is(err, errTooLong) {
			return nil, &RowError{Line: n.row.Line, Fault: TooLong, Value: fmt.Sprintf("more than %d bytes", MaxRow)}
		}
		if err != nil {
			return nil, err
		}
		line = bytes.TrimSpace(line)
		if len(line) == 0 {
			continue
		}
		if !utf8.Valid(line) {
			return nil, &RowError{Line: n.row.Line, Fault: NotUTF8, Value: clip(fmt.Sprintf("%q", line))}
		}
		if err := n.object(line); err != nil {
			return nil, &RowError{Line: n.row.Line, Fault: NotJSON, Value: clip(err.Error())}
		}
		return &n.row, nil
	}
}

// object takes the members of an object apart, in their order; a name that comes twice is refused.
func (n *NDJSONReader) object(line []byte) error {
	d := json.NewDecoder(bytes.NewReader(line))
	d.UseNumber()
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return errors.New("not an object")
	}
	for d.More() {
		name, err := d.Token()
		if err != nil {
			return err
		}
		var value json.RawMessage
		if err := d.Decode(&value); err != nil {
			return err
		}
		if err := n.member(name.(string), value); err != nil {
			return err
		}
	}
	if _, err := d.Token(); err != nil {
		return err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return errors.New("something behind the object")
	}
	return nil
}

func (n *NDJSONReader) member(name string, value json.RawMessage) error {
	for _, other := range n.row.Names {
		if other == name {
			return fmt.Errorf("%s is there twice", clip(name))
		}
	}
	text, shape := "", Text
	switch value[0] {
	case '"':
		if err := json.Unmarshal(value, &text); err != nil {
			return err
		}
	case 'n':
	case 't', 'f':
		text, shape = string(value), Bool
	case '{', '[':
		var compact bytes.Buffer
		if err := json.Compact(&compact, value); err != nil {
			return err
		}
		text, shape = compact.String(), JSON
	default:
		text, shape = string(value), Number
	}
	n.row.Names = append(n.row.Names, strings.Clone(name))
	n.row.Cells = append(n.row.Cells, text)
	n.row.Shapes = append(n.row.Shapes, shape)
	return nil
}

// NDJSONWriter writes NDJSON that NDJSONReader reads; a cell without text is written as null.
type NDJSONWriter struct {
	w      io.Writer
	names  [][]byte // as JSON strings
	shapes []Shape
	buf    []byte
}

// NewNDJSONWriter writes rows with the members and shapes. Cells of other shapes than Text are written as they are.
func NewNDJSONWriter(w io.Writer, names []string, shapes []Shape) *NDJSONWriter {
	n := &NDJSONWriter{w: w, shapes: shapes}
	for _, name := range names {
		n.names = append(n.names, quote(name))
	}
	return n
}

// Write writes a row.
func (n *NDJSONWriter) Write(cells []string) error {
	n.buf = append(n.buf[:0], '{')
	for i, cell := range cells {
		if i > 0 {
			n.buf = append(n.buf, ',')
		}
		n.buf = append(append(n.buf, n.names[i]...), ':')
		switch {
		case cell == "":
			n.buf = append(n.buf, "null"...)
		case n.shapes[i] == Text:
			n.buf = append(n.buf, quote(cell)...)
		default:
			n.buf = append(n.buf, cell...)
		}
	}
	n.buf = append(n.buf, '}', '\n')
	_, err := n.w.Write(n.buf)
	return err
}

// quote writes a JSON string, "<" and the like as they are.
func quote(s string) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(s); err != nil {
		panic(err) // a string can be written
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}
