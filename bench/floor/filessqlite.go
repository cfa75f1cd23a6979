package floor

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"strings"
)

// FilesInSQLite are Files in a database file of their own, written as the engine writes: a write-ahead log, on the disk
// before a batch is acknowledged.
type FilesInSQLite struct {
	db     *sql.DB
	tables []*table
}

var _ Files = (*FilesInSQLite)(nil)

// NewFilesInSQLite makes the file.
func NewFilesInSQLite(path string) (*FilesInSQLite, error) {
	q := url.Values{"_pragma": {"journal_mode(WAL)", "synchronous(FULL)", "cache_size(-65536)", "temp_store(MEMORY)", "wal_autocheckpoint(32000)"}}
	db, err := sql.Open("sqlite", "file:"+path+"?"+q.Encode())
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	return &FilesInSQLite{db: db}, nil
}

// Close implements Files.
func (s *FilesInSQLite) Close() error { return s.db.Close() }

// rowsAtOnce are inserted by one statement.
const rowsAtOnce = 100

// Import implements Files. Indexes are made when all rows are there.
func (s *FilesInSQLite) Import(ctx context.Context, from string) (rows int, err error) {
	if s.tables, err = tables(from); err != nil {
		return 0, err
	}
	return inEach(s.tables, func(t *table) (int, error) {
		if _, err := s.db.ExecContext(ctx, fmt.Sprintf("CREATE TABLE %s (%s)", quoted(t.name), t.quotedColumns())); err != nil {
			return 0, err
		}
		rows, err := t.batches(func(rows [][]string) error { return s.insert(ctx, t, rows) })
		if err != nil {
			return rows, err
		}
		return rows, s.index(ctx, t)
	})
}

func (s *FilesInSQLite) insert(ctx context.Context, t *table, rows [][]string) (err error) {
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, tx.Rollback())
		}
	}()
	for len(rows) > 0 {
		n := min(len(rows), rowsAtOnce)
		one := "(?" + strings.Repeat(", ?", len(t.columns)-1) + ")"
		text := fmt.Sprintf("INSERT INTO %s VALUES %s%s", quoted(t.name), one, strings.Repeat(", "+one, n-1))
		args := make([]any, 0, n*len(t.columns))
		for _, row := range rows[:n] {
			for _, cell := range row {
				if cell == "" {
					args = append(args, nil)
				} else {
					args = append(args, cell)
				}
			}
		}
		if _, err := tx.ExecContext(ctx, text, args...); err != nil {
			return err
		}
		rows = rows[n:]
	}
	return tx.Commit()
}

// index makes those by which nodes are found, and ties from either end.
func (s *FilesInSQLite) index(ctx context.Context, t *table) error {
	texts := []string{fmt.Sprintf("CREATE UNIQUE INDEX %s ON %s (%s)", quoted(t.name+"_key"), quoted(t.name), quoted(t.columns[t.key]))}
	for _, at := range []int{t.from, t.to, t.parent} {
		if at >= 0 {
			texts = append(texts, fmt.Sprintf("CREATE INDEX %s ON %s (%s, %s)", quoted(t.name+"_"+t.columns[at]), quoted(t.name), quoted(t.columns[at]), quoted(t.columns[t.key])))
		}
	}
	for _, text := range texts {
		if _, err := s.db.ExecContext(ctx, text); err != nil {
			return err
		}
	}
	return nil
}

// Export implements Files.
func (s *FilesInSQLite) Export(ctx context.Context, folder string) (int, error) {
	return inEach(s.tables, func(t *table) (int, error) {
		order := quoted(t.columns[t.key])
		if t.tie() {
			order = quoted(t.columns[t.from]) + ", " + order
		}
		return t.write(folder, func(row func([]string) error) (err error) {
			rows, err := s.db.QueryContext(ctx, fmt.Sprintf("SELECT %s FROM %s ORDER BY %s", t.quotedColumns(), quoted(t.name), order))
			if err != nil {
				return err
			}
			defer func() { err = errors.Join(err, rows.Close()) }()
			cells, values, into := make([]string, len(t.columns)), make([]sql.NullString, len(t.columns)), make([]any, len(t.columns))
			for i := range values {
				into[i] = &values[i]
			}
			for rows.Next() {
				if err := rows.Scan(into...); err != nil {
					return err
				}
				for i, v := range values {
					cells[i] = v.String
				}
				if err := row(cells); err != nil {
					return err
				}
			}
			return rows.Err()
		})
	})
}

func (t *table) quotedColumns() string {
	var all []string
	for _, c := range t.columns {
		all = append(all, quoted(c))
	}
	return strings.Join(all, ", ")
}

func quoted(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }
