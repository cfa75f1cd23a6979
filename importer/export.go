package importer

import (
	"bufio"
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
	"strings"

	"lintu/importer/sheet"
	"lintu/kg"
	"lintu/store"
	"lintu/text"
)

// ExportOptions say how a store is exported.
type ExportOptions struct {
	Format   sheet.Format
	Progress func(rows int64) // called with further rows
}

// Exported is what an export wrote.
type Exported struct {
	Rows     int            `json:"rows"`
	Nodes    int            `json:"nodes"`
	Ties     int            `json:"ties"`
	Demo     string         `json:"demo,omitempty"`
	Digest   string         `json:"digest"`
	ByFile   map[string]int `json:"byFile"`
	Formulas int            `json:"formulas"` // cells that a spreadsheet would take for a formula
}

// ErrMoved ends an export during which somebody wrote into the store.
var ErrMoved = errors.New("the store was changed while it was exported; export again when nobody writes")

// Export writes the whole store into a folder, which must not exist or be empty: a file for every kind and every
// relation, and the manifest. The same graph gives the same bytes, whatever the engine: nodes by id, ties by the ids of
// their ends and their own. The folder gets its name when all of it is there.
func Export(ctx context.Context, st store.Store, folder string, o ExportOptions) (*Exported, error) {
	status, err := st.Ready(ctx)
	if err != nil {
		return nil, err
	}
	if status.State != store.StateReady {
		return nil, fmt.Errorf("the store holds a part of a load only; nothing is exported of it: %w", kg.ErrUnavailable)
	}
	folder = filepath.Clean(folder)
	if err := emptyFolder(folder); err != nil {
		return nil, err
	}
	partial := folder + ".partial"
	if err := os.RemoveAll(partial); err != nil {
		return nil, err
	}
	if err := os.MkdirAll(partial, 0o700); err != nil {
		return nil, err
	}
	e := &export{store: st, folder: partial, o: o, done: &Exported{Demo: status.Demo, ByFile: map[string]int{}}}
	err = e.run(ctx)
	if err == nil {
		err = e.finish(ctx, status)
	}
	if err == nil {
		err = os.Remove(folder)
		if errors.Is(err, fs.ErrNotExist) {
			err = nil
		}
	}
	if err == nil {
		err = os.Rename(partial, folder)
	}
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(partial))
	}
	return e.done, nil
}

func emptyFolder(folder string) error {
	entries, err := os.ReadDir(folder)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	case len(entries) > 0:
		return kg.Invalid("folder", folder+" is not empty", "a folder that is new or empty")
	}
	return nil
}

// export is one export.
type export struct {
	store  store.Store
	folder string
	o      ExportOptions
	done   *Exported
	sheets map[subject]*sheetFile
	cells  []string
}

// sheetFile is a file that is being written.
type sheetFile struct {
	*layout
	name  string
	file  *os.File
	buf   *bufio.Writer
	sum   hash.Hash
	write func([]string) error
	rows  int
}

func (e *export) run(ctx context.Context) (err error) {
	e.sheets = map[subject]*sheetFile{}
	defer func() {
		for _, s := range e.sheets {
			err = errors.Join(err, s.close())
		}
	}()
	for _, sub := range subjects {
		if e.sheets[sub], err = e.create(sub); err != nil {
			return err
		}
	}
	for _, d := range kg.Kinds {
		if err := e.kind(ctx, d.Kind); err != nil {
			return err
		}
	}
	return nil
}

func (e *export) create(sub subject) (*sheetFile, error) {
	s := &sheetFile{layout: sub.layout(), name: sub.fileName() + "." + string(e.o.Format), sum: sha256.New()}
	var err error
	if s.file, err = os.OpenFile(filepath.Join(e.folder, s.name), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600); err != nil {
		return nil, err
	}
	s.buf = bufio.NewWriterSize(io.MultiWriter(s.file, s.sum), 64<<10)
	names, shapes := s.header()
	if e.o.Format == sheet.NDJSON {
		s.write = sheet.NewNDJSONWriter(s.buf, names, shapes).Write
		return s, nil
	}
	w, err := sheet.NewCSVWriter(s.buf, names)
	s.write = w.Write
	return s, err
}

func (s *sheetFile) close() error {
	if s == nil || s.file == nil {
		return nil
	}
	err := errors.Join(s.buf.Flush(), s.file.Sync(), s.file.Close())
	s.file = nil
	return err
}

// pageSize is how many nodes are read at once, with the ties that start at them.
const pageSize = 2000

// kind writes the nodes of a kind and the ties that start at them.
func (e *export) kind(ctx context.Context, k kg.Kind) error {
	q := store.ListQuery{Kind: k, Order: store.Order{By: store.OrderID}, Window: store.Window{Limit: pageSize}, Plan: &store.Plan{}}
	for i := range kg.Relations {
		if d := &kg.Relations[i]; len(d.Far(k, kg.Out)) > 0 {
			q.Plan.Steps = append(q.Plan.Steps, &store.Step{
				Key: string(d.Relation), On: []kg.Kind{k}, Relation: d.Relation, Direction: kg.Out,
				Order: store.Order{By: store.OrderID}, Window: store.Window{Limit: store.NoLimit},
			})
		}
	}
	for {
		page, err := e.store.List(ctx, store.Everything, q)
		if err != nil {
			return err
		}
		for i := range page.Edges {
			if err := e.node(&page.Edges[i], q.Plan); err != nil {
				return err
			}
		}
		if !page.HasNext {
			return nil
		}
		last := page.Edges[len(page.Edges)-1].Position
		q.Window.After = &last
	}
}

func (e *export) node(edge *store.Edge, plan *store.Plan) error {
	n := edge.Item.Node
	s := e.sheets[subject{kind: n.Kind()}]
	e.cells = s.nodeCells(n, e.cells)
	if err := e.put(s); err != nil {
		return err
	}
	e.done.Nodes++
	rows := 1
	for _, step := range plan.Steps {
		page := edge.Item.Tree[step.Key]
		if page == nil {
			continue
		}
		s := e.sheets[subject{relation: step.Relation}]
		for i := range page.Edges {
			e.cells = s.tieCells(page.Edges[i].Tie, e.cells)
			if err := e.put(s); err != nil {
				return err
			}
			e.done.Ties++
			rows++
		}
	}
	if e.o.Progress != nil {
		e.o.Progress(int64(rows))
	}
	return nil
}

func (e *export) put(s *sheetFile) error {
	for _, cell := range e.cells {
		if cell != "" && strings.ContainsRune("=+-@\t", rune(cell[0])) {
			e.done.Formulas++
		}
	}
	s.rows++
	return s.write(e.cells)
}

// finish writes the manifest, if nobody has written into the store meanwhile.
func (e *export) finish(ctx context.Context, before store.Status) error {
	after, err := e.store.Ready(ctx)
	if err != nil {
		return err
	}
	if after.Revision != before.Revision || after.State != before.State {
		return fmt.Errorf("%w (revision %d to %d)", ErrMoved, before.Revision, after.Revision)
	}
	digests := map[string]string{}
	for _, s := range e.sheets {
		digests[s.name] = hex.EncodeToString(s.sum.Sum(nil))
		e.done.ByFile[s.name] = s.rows
	}
	e.done.Rows, e.done.Digest = e.done.Nodes+e.done.Ties, digestOfFiles(digests)
	m := Manifest{
		Lintu: formatVersion, Format: e.o.Format, Demo: before.Demo, Key: hex.EncodeToString(before.Key[:]),
		TextVersion: text.Version, Rows: e.done.ByFile, Digest: e.done.Digest,
	}
	return m.write(e.folder)
}

// writeFile writes a file that only its owner may read, down to the disk.
func writeFile(path string, data []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	return errors.Join(err, f.Sync(), f.Close())
}
