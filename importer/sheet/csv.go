package sheet

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// CSVReader reads CSV: commas, quotes doubled inside quotes, lines that end in LF or CRLF, an optional byte order mark.
// The first line is the header. Rows without any text are passed over; what stands inside quotes is kept as it is, line
// ends included.
type CSVReader struct {
	lines *lines
	names []string
	row   Row
	whole []byte // of a row of several lines
}

// NewCSV reads the header. Its error is io.EOF for an empty file, or a *RowError.
func NewCSV(r io.Reader) (*CSVReader, error) {
	c := &CSVReader{lines: newLines(r, Row{})}
	row, err := c.read()
	if err != nil {
		return nil, err
	}
	c.names = row.Cells
	for i, name := range c.names {
		c.names[i] = strings.TrimSpace(name)
	}
	return c, nil
}

// ResumeCSV goes on at a row whose Line and Start are known; r begins there.
func ResumeCSV(r io.Reader, names []string, from Row) *CSVReader {
	return &CSVReader{lines: newLines(r, from), names: names}
}

// Names is the header, blanks around names cut off.
func (c *CSVReader) Names() []string { return c.names }

// Next implements Reader.
func (c *CSVReader) Next() (*Row, error) {
	for {
		row, err := c.read()
		if err != nil {
			return nil, err
		}
		if blank(row.Cells) {
			continue
		}
		if len(row.Cells) != len(c.names) {
			return nil, &RowError{Line: row.Line, Fault: Ragged, Have: len(row.Cells), Want: len(c.names), Value: clip(strings.Join(row.Cells, ","))}
		}
		row.Names = c.names
		return row, nil
	}
}

func blank(cells []string) bool {
	for _, c := range cells {
		if c != "" {
			return false
		}
	}
	return true
}

func (c *CSVReader) read() (*Row, error) {
	c.row = Row{Start: c.lines.at}
	line, err := c.lines.next()
	c.row.Line = c.lines.line
	if errors.Is(err, errTooLong) {
		return nil, &RowError{Line: c.row.Line, Fault: TooLong, Value: fmt.Sprintf("more than %d bytes", MaxRow)}
	}
	if err != nil {
		return nil, err
	}
	if bytes.IndexByte(line, '"') >= 0 {
		return c.quoted(line)
	}
	text := string(trimEnd(line))
	if !utf8.ValidString(text) {
		return nil, &RowError{Line: c.row.Line, Fault: NotUTF8, Value: clip(fmt.Sprintf("%q", text))}
	}
	cells := make([]string, 0, max(len(c.names), 8))
	for {
		cell, rest, more := strings.Cut(text, ",")
		cells = append(cells, cell)
		if !more {
			break
		}
		text = rest
	}
	c.row.Cells = cells
	return &c.row, nil
}

// trimEnd takes the end of a line off.
func trimEnd(line []byte) []byte {
	return bytes.TrimSuffix(bytes.TrimSuffix(line, []byte("\n")), []byte("\r"))
}

// quoted reads a row with quotes, which may go on over further lines.
func (c *CSVReader) quoted(line []byte) (*Row, error) {
	c.whole = append(c.whole[:0], line...)
	for at := 0; ; {
		next, open, err := scan(c.whole, at)
		if err != nil {
			return nil, c.badQuote(err.Error())
		}
		if !open {
			break
		}
		at = next
		more, err := c.lines.next()
		switch {
		case errors.Is(err, io.EOF):
			return nil, c.badQuote("a quote is opened and never closed")
		case errors.Is(err, errTooLong) || len(c.whole)+len(more) > MaxRow:
			return nil, &RowError{Line: c.row.Line, Fault: TooLong, Value: fmt.Sprintf("more than %d bytes", MaxRow)}
		case err != nil:
			return nil, err
		}
		c.whole = append(c.whole, more...)
	}
	text := string(trimEnd(c.whole))
	if !utf8.ValidString(text) {
		return nil, &RowError{Line: c.row.Line, Fault: NotUTF8, Value: clip(fmt.Sprintf("%q", text))}
	}
	c.row.Cells = split(text)
	return &c.row, nil
}

func (c *CSVReader) badQuote(why string) error {
	return &RowError{Line: c.row.Line, Fault: Quote, Value: why}
}

var errBareQuote = errors.New(`a quote inside a cell that does not begin with one, or text behind a closing quote`)

// scan checks the quotes of a row from the beginning of a cell at. Where the row ends inside quotes, open is true and
// next is where that cell begins.
func scan(b []byte, at int) (next int, open bool, err error) {
	for {
		if at < len(b) && b[at] == '"' {
			end := closing(b, at+1)
			if end < 0 {
				return at, true, nil
			}
			rest := b[end+1:]
			switch {
			case len(rest) == 0 || string(rest) == "\n" || string(rest) == "\r\n" || string(rest) == "\r":
				return 0, false, nil
			case rest[0] != ',':
				return 0, false, errBareQuote
			}
			at = end + 2
			continue
		}
		comma := bytes.IndexByte(b[at:], ',')
		cell := b[at:]
		if comma >= 0 {
			cell = cell[:comma]
		}
		if bytes.IndexByte(cell, '"') >= 0 {
			return 0, false, errBareQuote
		}
		if comma < 0 {
			return 0, false, nil
		}
		at += comma + 1
	}
}

// closing is where the quote stands that closes a cell; quotes in pairs do not. -1 where there is none.
func closing(b []byte, at int) int {
	for {
		i := bytes.IndexByte(b[at:], '"')
		if i < 0 {
			return -1
		}
		at += i
		if at+1 >= len(b) || b[at+1] != '"' {
			return at
		}
		at += 2
	}
}

// split cuts a row whose quotes were checked.
func split(text string) (cells []string) {
	for {
		if !strings.HasPrefix(text, `"`) {
			cell, rest, more := strings.Cut(text, ",")
			cells = append(cells, cell)
			if !more {
				return cells
			}
			text = rest
			continue
		}
		end := closing([]byte(text), 1)
		cells = append(cells, strings.ReplaceAll(text[1:end], `""`, `"`))
		if end+1 >= len(text) {
			return cells
		}
		text = text[end+2:]
	}
}

// CSVWriter writes CSV that CSVReader reads: a cell is quoted only where it must be, lines end in LF.
type CSVWriter struct {
	w   io.Writer
	buf []byte
}

// NewCSVWriter writes a header.
func NewCSVWriter(w io.Writer, names []string) (*CSVWriter, error) {
	c := &CSVWriter{w: w}
	return c, c.Write(names)
}

// Write writes a row. A row of one empty cell is written as "", since an empty line is no row.
func (c *CSVWriter) Write(cells []string) error {
	c.buf = c.buf[:0]
	for i, cell := range cells {
		if i > 0 {
			c.buf = append(c.buf, ',')
		}
		if strings.ContainsAny(cell, "\",\r\n") || (i == 0 && strings.HasPrefix(cell, byteOrderMark)) || (len(cells) == 1 && cell == "") {
			c.buf = append(c.buf, '"')
			c.buf = append(c.buf, strings.ReplaceAll(cell, `"`, `""`)...)
			c.buf = append(c.buf, '"')
			continue
		}
		c.buf = append(c.buf, cell...)
	}
	c.buf = append(c.buf, '\n')
	_, err := c.w.Write(c.buf)
	return err
}
