package cli

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"lintu/importer"
	"lintu/importer/sheet"
)

// shownProblems is how many problems are told at the terminal; the report has them all.
const shownProblems = 30

// problemReport tells of problems: at the terminal, some of them, and in a file, all of them.
type problemReport struct {
	terminal io.Writer
	count    int
	file     *os.File
	buf      *bufio.Writer
	write    func(importer.Problem) error
	err      error
}

// newProblemReport begins a report; path may be empty. The file is for its owner only: it repeats what the rows say.
func newProblemReport(terminal io.Writer, path string) (*problemReport, error) {
	r := &problemReport{terminal: terminal}
	if path == "" {
		return r, nil
	}
	var err error
	if r.file, err = os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600); err != nil {
		return nil, err
	}
	r.buf = bufio.NewWriter(r.file)
	if strings.HasSuffix(path, ".ndjson") {
		e := json.NewEncoder(r.buf)
		e.SetEscapeHTML(false)
		r.write = func(p importer.Problem) error { return e.Encode(p) }
		return r, nil
	}
	w, err := sheet.NewCSVWriter(r.buf, []string{"file", "line", "column", "value", "code", "reason", "reasonZh"})
	r.write = func(p importer.Problem) error {
		return w.Write([]string{p.File, strconv.Itoa(p.Line), p.Column, p.Value, string(p.Code), p.EN, p.ZH})
	}
	return r, err
}

// tell takes the next problem.
func (r *problemReport) tell(p importer.Problem) {
	r.count++
	if r.count <= shownProblems {
		fmt.Fprintln(r.terminal, problemLine(p))
	}
	if r.write != nil && r.err == nil {
		r.err = r.write(p)
	}
}

// problemLine is a problem in two lines, control characters of the file's text as question marks.
func problemLine(p importer.Problem) string {
	where := fmt.Sprintf("%s:%d", p.File, p.Line)
	if p.Column != "" {
		where += " " + p.Column
	}
	value := ""
	if p.Value != "" {
		value = " " + strconv.Quote(p.Value)
	}
	return fmt.Sprintf("%s:%s %s\n    %s", where, value, p.EN, p.ZH)
}

// close ends the report and says how many problems were not shown.
func (r *problemReport) close() error {
	if r.count > shownProblems {
		fmt.Fprintf(r.terminal, "... and %d more 另有 %d 条", r.count-shownProblems, r.count-shownProblems)
		if r.file == nil {
			fmt.Fprint(r.terminal, "; --report FILE lists them all")
		}
		fmt.Fprintln(r.terminal)
	}
	if r.file == nil {
		return nil
	}
	return errors.Join(r.err, r.buf.Flush(), r.file.Close())
}
