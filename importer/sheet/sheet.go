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

// next is the next line with its end; io.EOF where there is none. It is good until the next call.
func (l *lines) next() ([]byte, error) {
	l.line++
	b, err := l.r.ReadSlice('\n')
	if err == nil || (errors.Is(err, io.EOF) && len(b) > 0) {
		l.at += int64(len(b))
		return b, nil
	}
	if !errors.Is(err, bufio.ErrBufferFull) {
		return nil, err
	}
	l.long = append(l.long[:0], b...)
	tooLong := false
	for errors.Is(err, bufio.ErrBufferFull) {
		b, err = l.r.ReadSlice('\n')
		l.at += int64(len(b))
		if len(l.long)+len(b) > MaxRow {
			tooLong = true
			continue
		}
		l.long = append(l.long, b...)
	}
	l.at += int64(len(l.long)) - min(int64(len(l.long)), 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	if tooLong {
		return nil, errTooLong
	}
	return l.long, nil
}
