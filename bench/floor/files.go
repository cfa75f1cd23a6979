package floor

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Files keeps rows of files as they stand there, in the plainest form that an engine has for nodes and ties: a table a
// file, or a label and a type. It checks nothing but that keys are unique and that ties find their ends, remembers no
// versions, and can search for nothing; so the time of lintu import by its time is what all of that costs.
type Files interface {
	// Import takes a folder that lintu export wrote as CSV, or one file of a register with code and parent_code, and
	// acknowledges rows in batches as large as an import's. The store is empty before.
	Import(ctx context.Context, from string) (rows int, err error)
	// Export writes what a folder had: the same rows in every file, nodes in the order of ids.
	Export(ctx context.Context, folder string) (rows int, err error)
	Close() error
}

// batchRows are the rows of an acknowledged batch, those of lintu import.
const batchRows = 2500

// table is what is kept of one file.
type table struct {
	name    string
	path    string
	columns []string
	key     int // of the column that tells rows apart
	from    int // of the columns of a tie, or -1
	to      int
	parent  int // of the column parent_code, or -1
}

func (t *table) tie() bool { return t.from >= 0 }

// tables are those of a folder's files, or of one file: first the nodes.
func tables(from string) ([]*table, error) {
	paths := []string{from}
	if info, err := os.Stat(from); err != nil {
		return nil, err
	} else if info.IsDir() {
		if paths, err = filepath.Glob(filepath.Join(from, "*.csv")); err != nil {
			return nil, err
		}
	}
	var all []*table
	for _, path := range paths {
		t, err := newTable(path)
		if err != nil {
			return nil, fmt.Errorf("floor: %s: %w", filepath.Base(path), err)
		}
		all = append(all, t)
	}
	slices.SortStableFunc(all, func(a, b *table) int { return a.from - b.from })
	return all, nil
}

func newTable(path string) (*table, error) {
	t := &table{name: strings.TrimSuffix(filepath.Base(path), ".csv"), path: path}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	if t.columns, err = csv.NewReader(f).Read(); err != nil {
		return nil, err
	}
	at := func(name string) int { return slices.Index(t.columns, name) }
	t.key, t.from, t.to, t.parent = at("id"), at("from"), at("to"), at("parent_code")
	if t.key < 0 {
		t.key = at("code")
	}
	if t.key < 0 || (t.from < 0) != (t.to < 0) {
		return nil, errors.New("has neither id nor code, or only one end of ties")
	}
	return t, nil
}

// batches reads the rows of a table's file and hands them over, up to batchRows at a time.
func (t *table) batches(take func(rows [][]string) error) (rows int, err error) {
	f, err := os.Open(t.path)
	if err != nil {
		return 0, err
	}
	defer func() { _ = f.Close() }()
	r := csv.NewReader(f)
	if _, err := r.Read(); err != nil {
		return 0, err
	}
	batch := make([][]string, 0, batchRows)
	for {
		record, err := r.Read()
		last := errors.Is(err, io.EOF)
		if err != nil && !last {
			return rows, err
		}
		if !last {
			rows++
			batch = append(batch, record)
		}
		if len(batch) == batchRows || last && len(batch) > 0 {
			if err := take(batch); err != nil {
				return rows, err
			}
			batch = batch[:0]
		}
		if last {
			return rows, nil
		}
	}
}

// write makes a table's file in a folder; each is called with a function for every row.
func (t *table) write(folder string, each func(row func(cells []string) error) error) (rows int, err error) {
	f, err := os.Create(filepath.Join(folder, filepath.Base(t.path)))
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	w := csv.NewWriter(f)
	if err := w.Write(t.columns); err != nil {
		return 0, err
	}
	err = each(func(cells []string) error {
		rows++
		return w.Write(cells)
	})
	w.Flush()
	return rows, errors.Join(err, w.Error())
}

// inEach does something with every table and adds up its rows.
func inEach(tables []*table, do func(t *table) (int, error)) (rows int, err error) {
	for _, t := range tables {
		n, err := do(t)
		if rows += n; err != nil {
			return rows, fmt.Errorf("floor: %s: %w", t.name, err)
		}
	}
	return rows, nil
}
