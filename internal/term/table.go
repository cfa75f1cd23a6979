package term

import (
	"fmt"
	"io"
	"strings"
	"unicode"

	"github.com/jedib0t/go-pretty/v6/table"
)

// Table writes header and rows to w in aligned columns, two spaces apart and without rules.
// A Chinese character counts as two columns, so that mixed text stays aligned. Control characters
// in a cell are shown as "?", because a cell may hold what somebody else typed.
func Table(w io.Writer, header []string, rows [][]string) error {
	t := table.NewWriter()
	t.SetStyle(plainStyle())
	t.AppendHeader(row(header))
	for _, r := range rows {
		t.AppendRow(row(r))
	}
	for line := range strings.SplitSeq(t.Render(), "\n") {
		if _, err := fmt.Fprintln(w, strings.TrimRight(line, " ")); err != nil {
			return err
		}
	}
	return nil
}

// plainStyle has no box drawing: terminals disagree about the width of those characters in a
// Chinese locale, and a copied line should hold nothing but the values.
func plainStyle() table.Style {
	s := table.StyleDefault
	s.Options = table.OptionsNoBordersAndSeparators
	s.Box.PaddingLeft, s.Box.PaddingRight = "", "  "
	s.Format = table.FormatOptions{}
	return s
}

func row(cells []string) table.Row {
	out := make(table.Row, len(cells))
	for i, c := range cells {
		out[i] = strings.Map(func(r rune) rune {
			if unicode.IsControl(r) {
				return '?'
			}
			return r
		}, c)
	}
	return out
}
