// Package importer brings files into a store, and a store into files: CSV or NDJSON, one file for every kind and every
// relation.
//
// An import reads its files at least twice. The first pass writes nothing: it checks every row, by itself and together
// with all others and with what the store holds, and keeps of each node an id and a digest of its key, some 60 bytes. The
// second pass writes acknowledged batches, what contains before what is contained. Batches have ids that follow from the
// files, so that a run that was broken off goes on where it was, and the same files twice change nothing.
//
// What the columns mean is in kg's tables; how rows are named, and what shorthands there are, is in docs/operations.md.
package importer

import (
	"context"
	"fmt"
	"runtime/debug"
	"slices"

	"lintu/geo"
	"lintu/importer/sheet"
	"lintu/kg"
	"lintu/store"
)

// Options say what is imported and how.
type Options struct {
	From       string         // a folder, or one file
	As         string         // the kind or relation of one file, where its name does not say it
	Format     sheet.Format   // of the files; empty: by their names
	Encoding   sheet.Encoding // empty: UTF-8
	Datum      geo.Datum      // of degrees that name none; empty: such rows are refused
	CodeScheme string         // of codes of divisions that name none; empty: DefaultCodeScheme
	Partial    bool           // write the good rows though others are refused
	Edited     bool           // the files of an export were edited on purpose
	BatchRows  int            // how many rows are written together, 1 to 5,000; 0: 2,500
	Today      kg.Date        // on which ties end that the shorthand replaces
	Problem    func(Problem)  // told of each problem, in the order of passes
	Step       func(pass Pass, rows, total int64)
}

// Pass is a part of an import, for progress.
type Pass string

// The passes. The number of rows is known for the second only.
const (
	Checking Pass = "checking"
	Writing  Pass = "writing"
)

// Files are the files of an import, found and not read yet.
type Files struct {
	options  Options
	files    []*file
	manifest *Manifest
}

// Find looks for the files of an import. Its errors are kg.ErrInvalid where names or options are wrong.
func Find(o Options) (*Files, error) {
	if o.Encoding == "" {
		o.Encoding = sheet.UTF8
	}
	if o.CodeScheme == "" {
		o.CodeScheme = DefaultCodeScheme
	}
	if o.Today.IsZero() {
		return nil, kg.Invalid("today", "is missing", "the site's day")
	}
	if o.BatchRows == 0 {
		o.BatchRows = defaultBatchRows
	}
	if o.BatchRows < 1 || o.BatchRows > maxBatchRows {
		return nil, kg.Invalid("batchRows", fmt.Sprint(o.BatchRows), fmt.Sprintf("1 to %d", maxBatchRows))
	}
	files, err := findFiles(o.From, o.As, o.Format, o.Encoding)
	if err != nil {
		return nil, err
	}
	f := &Files{options: o, files: files}
	if len(files) > 0 && files[0].path != o.From {
		f.manifest, err = readManifest(o.From)
	}
	return f, err
}

// Manifest is what the folder says of itself; nil where it says nothing.
func (f *Files) Manifest() *Manifest { return f.manifest }

// Key is the key for a store that is made for these files; nil where they carry none.
func (f *Files) Key() *store.Key {
	if f.manifest == nil {
		return nil
	}
	k, err := f.manifest.key()
	if err != nil {
		return nil // Find has refused it
	}
	return k
}

// Summary is what an import did.
type Summary struct {
	Count
	Files    int             `json:"files"`
	Rows     int             `json:"rows"`
	Problems int             `json:"problems"`
	Written  bool            `json:"written"` // whether the second pass ran to its end
	Subjects []SubjectCounts `json:"subjects"`
}

// SubjectCounts are the counts of one kind or relation.
type SubjectCounts struct {
	Subject string `json:"subject"`
	Rows    int    `json:"rows"` // of its files
	Count
}

// Import checks the files and writes them. Where rows are refused and Options.Partial is not set, nothing is written and
// the error is nil: Summary.Refused and Summary.Written say so. A summary comes with every error, as far as it goes.
func (f *Files) Import(ctx context.Context, st store.Store) (*Summary, error) {
	status, err := st.Ready(ctx)
	if err != nil {
		return &Summary{}, err
	}
	if err := f.admits(status); err != nil {
		return &Summary{}, err
	}
	c := f.check(st, status)
	if err := c.run(ctx); err != nil {
		return f.summary(c, nil), err
	}
	if f.manifest != nil && !f.options.Edited {
		if err := f.manifest.compare(f.files); err != nil {
			return f.summary(c, nil), err
		}
	}
	if c.bad > 0 && !f.options.Partial {
		return f.summary(c, nil), nil
	}
	return f.write(ctx, c, status)
}

// check is the first pass, not begun.
func (f *Files) check(st store.Store, status store.Status) *check {
	o := f.options
	var read int64
	c := &check{
		resolver: resolver{store: st, empty: status.Revision == 0, x: newIndex()},
		key:      status.Key, in: reading{datum: o.Datum, scheme: o.CodeScheme}, files: f.files,
		refused: map[int32]struct{}{}, links: map[kg.Relation][]link{}, tell: o.Problem,
		step: func(n int64) { read += n; f.step(Checking, read, 0) },
	}
	if c.tell == nil {
		c.tell = func(Problem) {}
	}
	return c
}

func (f *Files) step(p Pass, rows, total int64) {
	if f.options.Step != nil {
		f.options.Step(p, rows, total)
	}
}

// RefusedError says why files may not go into a store.
type RefusedError struct{ Why string }

func (e *RefusedError) Error() string { return e.Why }

// Unwrap makes errors.Is(err, kg.ErrInvalid) hold.
func (e *RefusedError) Unwrap() error { return kg.ErrInvalid }

// admits says whether the files may go into the store: demo data goes into empty stores and into the same demo's.
func (f *Files) admits(s store.Status) error {
	demo := ""
	if f.manifest != nil {
		demo = f.manifest.Demo
	}
	switch {
	case s.Demo != "" && demo != "" && s.Demo != demo:
		return &RefusedError{fmt.Sprintf("this store holds the demo %q, and the files are of the demo %q: use another store", s.Demo, demo)}
	case demo != "" && s.Demo == "" && s.Revision > 0:
		return &RefusedError{fmt.Sprintf("the files are demo data (%s), which goes into empty stores only: this one holds a graph that is not a demo's", demo)}
	}
	return nil
}

// write is the second pass.
func (f *Files) write(ctx context.Context, c *check, status store.Status) (*Summary, error) {
	var total int64
	for _, file := range f.files {
		total += int64(file.rows - file.bad)
	}
	w := &writer{plan: plan{check: c}, fresh: status.Revision == 0, today: f.options.Today, rows: f.options.BatchRows, prefix: f.batchPrefix(c.bad), start: status.Revision}
	if !slices.ContainsFunc(f.files, func(f *file) bool { return f.relation != "" }) {
		c.x.close() // rows of nodes have their numbers by now
	}
	var written int64
	w.told = func(rows int) { written += int64(rows); f.step(Writing, written, max(total, written)) }
	if err := f.begin(ctx, w, status, int(total)+len(c.parents)); err != nil {
		return f.summary(c, nil), err
	}
	err := w.run(ctx)
	c.forget()
	if err == nil && (status.Revision == 0 || status.State != store.StateReady) {
		_, err = w.store.Apply(ctx, &store.Batch{State: store.StateReady})
	}
	s := f.summary(c, w.done)
	s.Written = err == nil
	return s, err
}

// forget gives back the memory of the index: what is left to do is the store's, and needs its own.
func (c *check) forget() {
	c.x, c.parents, c.links = newIndex(), nil, nil
	for _, f := range c.files {
		f.numbers, f.parents, f.spans = nil, nil, nil
	}
	debug.FreeOSMemory()
}

// batchPrefix is what ids of batches begin with: it follows from the files' bytes and from how they are read.
func (f *Files) batchPrefix(refused int) string {
	read := map[string]string{fmt.Sprintf("%s %s %s %d %d", f.options.Datum, f.options.CodeScheme, f.options.Encoding, f.options.BatchRows, refused): "read"}
	for _, file := range f.files {
		read[file.subject.String()+" "+file.name] = file.digest
	}
	return "import:" + digestOfFiles(read)[:32]
}

// begin marks an empty store as loading, and as the demo's whose data the files are, until all is written: what was
// broken off is known for what it is. A store that is loading must be so by an earlier run with the same files.
func (f *Files) begin(ctx context.Context, w *writer, status store.Status, coming int) error {
	b := &store.Batch{ID: w.prefix + ":begin"}
	if status.Revision == 0 {
		b.State, b.Coming = store.StateLoading, coming
		if f.manifest != nil {
			b.Demo = f.manifest.Demo
		}
	} else if status.State == store.StateReady {
		return nil
	}
	applied, err := w.store.Apply(ctx, b)
	if err != nil {
		return err
	}
	if status.Revision > 0 && (!applied.Repeated || applied.Revision > 0) {
		return &RefusedError{"the store holds a part of another load, which runs or was broken off: finish that with its own files, or use another store"}
	}
	return nil
}

// summary adds up what was done.
func (f *Files) summary(c *check, done counts) *Summary {
	s := &Summary{Files: len(f.files), Problems: c.wrong}
	rows, refused := map[subject]int{}, map[subject]int{}
	for _, file := range f.files {
		rows[file.subject] += file.rows
		refused[file.subject] += file.bad
	}
	for _, sub := range subjects {
		n := done[sub]
		n.Refused += refused[sub]
		if _, read := rows[sub]; !read && n == (Count{}) {
			continue
		}
		s.Rows += rows[sub]
		s.Count.add(n)
		if n != (Count{}) || rows[sub] > 0 {
			s.Subjects = append(s.Subjects, SubjectCounts{Subject: sub.String(), Rows: rows[sub], Count: n})
		}
	}
	return s
}
