package importer

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"lintu/geo"
	"lintu/importer/sheet"
	"lintu/kg"
)

// file is a file of an import: what it holds, and after the first pass what its rows are.
type file struct {
	subject
	number   int32 // from 1
	path     string
	name     string // in reports
	format   sheet.Format
	encoding sheet.Encoding
	size     int64
	changed  time.Time
	digest   string // of its bytes, in hexadecimal

	header  []string    // of CSV, as it is written
	columns []int       // the place in the layout of each column of the header
	datums  []geo.Datum // with which it is marked
	whole   bool        // every column that an export has is there

	unreadable bool             // its header is wrong
	bad        int              // rows that are refused
	rows       int              // read without the refused ones that have no place
	numbers    []int32          // of nodes: the number of each row's node, none for a refused row
	refused    map[int]struct{} // of ties: rows by their order
	late       bool             // of nodes: some parent comes after its child
	parents    []parentRow      // of nodes: what the shorthand columns say, in the order of the rows; when all is checked
	spans      map[int32]kg.Span
	segments   []segment // of ties, by where they start
}

// parentRow is what the node of a row is in. When it is, is in the file's spans, but for what is so at all times.
type parentRow struct{ index, to int32 }

// segment is where the ties that start at nodes of one kind stand in a file.
type segment struct {
	kind        kg.Kind
	first       sheet.Row // the row at which it begins
	index       int       // its order in the file
	count, last int       // rows of the kind; the order of the last one
}

// findFiles are the files of an import, in the order in which they are read: kinds, then relations. A folder gives its
// files whose names say what they hold; one file may hold what as says, where its name says nothing.
func findFiles(from string, as string, format sheet.Format, encoding sheet.Encoding) ([]*file, error) {
	info, err := os.Stat(from)
	if err != nil {
		return nil, err
	}
	if !info.IsDir() {
		f, err := newFile(from, as, format, encoding)
		if err != nil {
			return nil, err
		}
		f.number = 1
		return []*file{f}, nil
	}
	if as != "" {
		return nil, kg.Invalid("kind", "is given for a folder", "with one file only; the names of a folder's files say what they hold")
	}
	entries, err := os.ReadDir(from)
	if err != nil {
		return nil, err
	}
	var files []*file
	for _, e := range entries {
		if e.IsDir() || formatOf(e.Name()) == "" {
			continue
		}
		f, err := newFile(filepath.Join(from, e.Name()), "", format, encoding)
		if err != nil {
			return nil, err
		}
		files = append(files, f)
	}
	if len(files) == 0 {
		return nil, kg.Invalid("folder", from+" holds no .csv and no .ndjson file", "a folder that lintu export wrote, or files named after kinds and relations, such as buildings.csv and part_of.csv")
	}
	slices.SortStableFunc(files, func(a, b *file) int {
		return cmp.Or(cmp.Compare(order(a.subject), order(b.subject)), cmp.Compare(a.name, b.name))
	})
	for i, f := range files {
		f.number = int32(i + 1)
	}
	return files, nil
}

func order(s subject) int { return slices.Index(subjects, s) }

func formatOf(name string) sheet.Format {
	switch strings.ToLower(filepath.Ext(name)) {
	case ".csv":
		return sheet.CSV
	case ".ndjson", ".jsonl":
		return sheet.NDJSON
	}
	return ""
}

func newFile(path, as string, format sheet.Format, encoding sheet.Encoding) (*file, error) {
	f := &file{path: path, name: filepath.Base(path), format: format, encoding: encoding, refused: map[int]struct{}{}}
	if f.format == "" {
		f.format = formatOf(f.name)
	}
	if f.format == "" {
		return nil, kg.Invalid("format", fmt.Sprintf("the name %s does not tell it", f.name), "a name that ends in .csv or .ndjson, or --format")
	}
	if as == "" {
		as = strings.TrimSuffix(f.name, filepath.Ext(f.name))
	}
	var err error
	if f.subject, err = parseSubject(as); err != nil {
		return nil, fmt.Errorf("%s: %w", f.name, err)
	}
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	f.size, f.changed = info.Size(), info.ModTime()
	return f, nil
}

// errChanged ends an import whose files are written to while it reads them.
var errChanged = errors.New("the file changed while it was being read")

// open opens the file at a row, or at its start for the zero Row. Bytes that are read from the start go into sum.
func (f *file) open(from sheet.Row, sum hash.Hash) (io.ReadCloser, io.Reader, error) {
	handle, err := os.Open(f.path)
	if err != nil {
		return nil, nil, err
	}
	info, err := handle.Stat()
	if err == nil && (info.Size() != f.size || !info.ModTime().Equal(f.changed)) {
		err = errChanged
	}
	if err != nil {
		return nil, nil, errors.Join(fmt.Errorf("%s: %w", f.name, err), handle.Close())
	}
	var r io.Reader = handle
	if sum != nil {
		r = io.TeeReader(r, sum)
	}
	if f.encoding == sheet.UTF8 {
		_, err = handle.Seek(from.Start, io.SeekStart)
		return handle, r, err
	}
	r = f.encoding.Decode(r)
	_, err = io.CopyN(io.Discard, r, from.Start)
	return handle, r, err
}

// cursor reads the records of a file.
type cursor struct {
	file   *file
	closer io.Closer
	source io.Reader
	rows   sheet.Reader
	record *record
	known  map[string]named // of NDJSON: columns by name
	sum    hash.Hash
}

type named struct {
	at    int
	datum geo.Datum
	bad   *Problem
}

// read opens the file at a row; the zero Row is the start. The problems are those of the header, of which any makes the
// file unreadable: the cursor is nil then.
func (f *file) read(from sheet.Row) (*cursor, problems, error) {
	c := &cursor{file: f, record: newRecord(f.layout()), known: map[string]named{}}
	if from.Start == 0 && f.digest == "" {
		c.sum = sha256.New()
	}
	var err error
	if c.closer, c.source, err = f.open(from, c.sum); err != nil {
		return nil, nil, err
	}
	if f.format == sheet.NDJSON {
		c.rows = sheet.NewNDJSON(c.source, from)
		return c, nil, nil
	}
	if from.Start > 0 {
		c.rows = sheet.ResumeCSV(c.source, f.header, from)
		return c, nil, nil
	}
	rows, err := sheet.NewCSV(c.source)
	var bad *sheet.RowError
	switch {
	case errors.As(err, &bad):
		return nil, problems{rowProblem(bad)}, c.closer.Close()
	case errors.Is(err, io.EOF):
		return nil, problems{{Line: 1, Code: MissingColumn, EN: "the file is empty", ZH: "文件为空"}}, c.closer.Close()
	case err != nil:
		return nil, nil, errors.Join(err, c.closer.Close())
	}
	c.rows = rows
	if problems := f.readHeader(rows.Names()); len(problems) > 0 {
		return nil, problems, c.closer.Close()
	}
	return c, nil, nil
}

// readHeader finds the column of each name.
func (f *file) readHeader(names []string) (bad problems) {
	f.header, f.columns, f.datums = names, nil, nil
	l := f.layout()
	seen := map[int]bool{}
	for _, name := range names {
		n := resolveColumn(l, name)
		if n.bad == nil && seen[n.at] {
			p := problem(DuplicateColumn, name, "", "")
			n.bad = &p
		}
		if n.bad != nil {
			n.bad.Line = 1
			bad = append(bad, *n.bad)
			continue
		}
		seen[n.at] = true
		f.columns, f.datums = append(f.columns, n.at), append(f.datums, n.datum)
	}
	f.whole = true
	for i := range l.columns {
		f.whole = f.whole && (seen[i] || !l.columns[i].canon)
	}
	return append(bad, f.lacking(func(r role) bool { return seen[l.of(r)] })...)
}

// lacking are the columns without which no row of the file can be read.
func (f *file) lacking(has func(role) bool) (bad problems) {
	if f.relation == "" {
		return nil
	}
	for _, r := range []role{roleFrom, roleTo} {
		if !has(r) {
			p := problem(MissingColumn, f.layout().columns[f.layout().of(r)].name, "", "")
			p.Line = 1
			bad = append(bad, p)
		}
	}
	return bad
}

func resolveColumn(l *layout, name string) named {
	fail := func(code Code, detail string) named {
		p := problem(code, name, "", detail)
		return named{at: -1, bad: &p}
	}
	if isForbidden(name) {
		return fail(ForbiddenColumn, "")
	}
	i, datum, err := l.find(name)
	switch {
	case err != nil:
		return fail(BadEnum, "WGS84, CGCS2000, GCJ02, BD09")
	case i < 0:
		return fail(UnknownColumn, l.listed())
	}
	return named{at: i, datum: datum}
}

// next is the next record: with problems for a row that cannot be read, io.EOF at the end.
func (c *cursor) next() (*record, problems, error) {
	row, err := c.rows.Next()
	var bad *sheet.RowError
	if errors.As(err, &bad) {
		c.record.line = bad.Line
		return nil, problems{rowProblem(bad)}, nil
	}
	if err != nil {
		return nil, nil, err
	}
	r := c.record
	r.line, r.start = row.Line, row.Start
	if c.file.format == sheet.CSV {
		for i, at := range c.file.columns {
			r.text[at], r.has[at], r.datum[at] = row.Cells[i], true, c.file.datums[i]
		}
		return r, nil, nil
	}
	return c.object(row)
}

// object takes the members of an NDJSON row.
func (c *cursor) object(row *sheet.Row) (*record, problems, error) {
	r := c.record
	clear(r.has)
	var bad problems
	for i, name := range row.Names {
		n, known := c.known[name]
		if !known {
			n = resolveColumn(r.layout, name)
			if len(c.known) < 1000 { // a file of ever new names must not fill the memory
				c.known[name] = n
			}
		}
		switch {
		case n.bad != nil:
			p := *n.bad
			p.Line = row.Line
			bad = append(bad, p)
		case r.has[n.at]:
			bad.add(DuplicateColumn, name, "", "")
		default:
			r.text[n.at], r.has[n.at], r.datum[n.at], r.shapes[n.at] = row.Cells[i], true, n.datum, row.Shapes[i]
		}
	}
	if len(bad) > 0 {
		return nil, bad, nil
	}
	if bad = c.file.lacking(r.given); len(bad) > 0 {
		bad[0].Line = row.Line
		return nil, bad, nil
	}
	return r, nil, nil
}

// close ends the reading; after a whole pass it notes the file's digest.
func (c *cursor) close(whole bool) error {
	if whole && c.sum != nil {
		_, _ = io.Copy(io.Discard, c.source) // what the decoder has left
		c.file.digest = hex.EncodeToString(c.sum.Sum(nil))
	}
	return c.closer.Close()
}

// each calls take with every record of the file from a row on, and with the rows' problems; index is the order of the
// row. take ends the reading by errStop.
func (f *file) each(ctx context.Context, from sheet.Row, index int, take func(index int, r *record, bad problems) error) (problems, error) {
	c, bad, err := f.read(from)
	if c == nil {
		return bad, err
	}
	for ; ; index++ {
		if index%1024 == 0 && ctx.Err() != nil {
			return nil, errors.Join(ctx.Err(), c.close(false))
		}
		r, bad, err := c.next()
		if errors.Is(err, io.EOF) {
			return nil, c.close(true)
		}
		if err == nil {
			if r == nil && len(bad) > 0 && bad[0].Line == 0 {
				bad[0].Line = c.record.line
			}
			err = take(index, r, bad)
		}
		if errors.Is(err, errStop) {
			return nil, c.close(false)
		}
		if err != nil {
			return nil, errors.Join(readError(f, err), c.close(false))
		}
	}
}

var errStop = errors.New("enough")

func readError(f *file, err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		return fmt.Errorf("%s: %w", f.name, err)
	}
	return err
}
