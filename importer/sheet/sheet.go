// Package sheet reads and writes the two forms of files that Lintu exchanges, CSV (RFC 4180, with a header) and NDJSON
// (one object a line), row by row and in bounded memory.
//
// A bad row does not end a file: Next gives a *RowError for it and goes on behind it. What is written can be read again
// to the last byte of every cell, and the same cells give the same bytes.
package sheet

import (
	"bufio"
	"errors"
	"fmt"
	"io"
)

// Format is the form of a file.
type Format string

// The formats. They are also the endings of the files' names.
const (
	CSV    Format = "csv"
	NDJSON Format = "ndjson"
)

// Row is a row of a file: cells by name. Names and Cells are as long; they must not be changed, and are the reader's
// again at the next call.
type Row struct {
	Line  int   // on which the row begins, 1 for the first of the file
	Start int64 // where the row begins, in bytes
	Names []string
	Cells []string
	// Shapes says of each cell what it was in NDJSON; nil for CSV, where every cell is text.
	Shapes []Shape
}

// Shape is what a value was in NDJSON.
type Shape byte

// The shapes.
const (
	Text   Shape = 's' // a string, or null: ""
	Number Shape = 'n'
	Bool   Shape = 'b' // "true" or "false"
	JSON   Shape = 'j' // an object or an array, compact
)

// Fault is what is wrong with a row.
type Fault string

// The faults of rows.
const (
	NotUTF8 Fault = "NOT_UTF8"
	Ragged  Fault = "RAGGED_ROW"
	Quote   Fault = "BAD_QUOTE"
	NotJSON Fault = "NOT_JSON"
	TooLong Fault = "TOO_LONG"
)

// RowError is a row that cannot be read.
type RowError struct {
	Line   int
	Fault  Fault
	Column string // where it is known
	Value  string // a part of what stands there
	Have   int    // of Ragged: how many cells the row has
	Want   int    // and the header
}

func (e *RowError) Error() string {
	return fmt.Sprintf("line %d: %s %s", e.Line, e.Fault, e.Value)
}

// MaxRow is the longest row, in bytes.
const MaxRow = 16 << 20

// Reader reads the rows of a file.
type Reader interface {
	// Next is the next row: io.EOF at the end, a *RowError for a row that cannot be read, or an error that ends the file.
	Next() (*Row, error)
}

// lines gives the physical lines of a file, with their numbers and where they begin.
type lines struct {
	r    *bufio.Reader
	line int   // of the line that was given last
	at   int64 // where the next one begins
	long []byte
}

var errTooLong = errors.New("longer than a row may be")

const bufferSize = 256 << 10

// byteOrderMark is what some programs write before UTF-8.
const byteOrderMark = "\xef\xbb\xbf"

// newLines reads from the start of a file, behind a byte order mark, where from is the zero Row, and else from that row
// on.
func newLines(r io.Reader, from Row) *lines {
	l := &lines{r: bufio.NewReaderSize(r, bufferSize), line: max(0, from.Line-1), at: from.Start}
	if mark, err := l.r.Peek(len(byteOrderMark)); err == nil && from.Start == 0 && string(mark) == byteOrderMark {
		_, _ = l.r.Discard(len(byteOrderMark))
		l.at = int64(len(byteOrderMark))
	}
	return l
}

// next is the next line with its end; io.EOF where there is none, errTooLong for one that was passed over. It is good
// until the next call.
func (l *lines) next() ([]byte, error) {
	l.line++
	b, err := l.r.ReadSlice('\n')
	l.at += int64(len(b))
	if err == nil || (errors.Is(err, io.EOF) && len(b) > 0) {
		return b, nil
	}
	if !errors.Is(err, bufio.ErrBufferFull) {
		return nil, err
	}
	l.long = append(l.long[:0], b...)
	length := len(b)
	for errors.Is(err, bufio.ErrBufferFull) {
		b, err = l.r.ReadSlice('\n')
		l.at += int64(len(b))
		if length += len(b); length <= MaxRow {
			l.long = append(l.long, b...)
		}
	}
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	if length > MaxRow {
		return nil, errTooLong
	}
	return l.long, nil
}

// clip shortens what is echoed of a file.
func clip(s string) string {
	const most = 60
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}
