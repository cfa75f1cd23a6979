package sqlite

import (
	"context"
	"crypto/rand"
	"database/sql"
	"embed"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"strconv"
	"time"

	sqlite3 "modernc.org/sqlite/lib"

	"lintu/kg"
	"lintu/store"
	"lintu/text"
)

// migrationFiles are numbered NNNN_name.sql from 0001 without gaps; PRAGMA user_version is the last one applied.
// A file that was released is never changed.
//
//go:embed migrations/*.sql
var migrationFiles embed.FS

// applicationID marks a file as Lintu's in PRAGMA application_id: the letters LINT.
const applicationID = 0x4C494E54

// migrations are the scripts, the n-th at n-1.
var migrations = func() []string {
	names, err := fs.Glob(migrationFiles, "migrations/*.sql")
	if err != nil {
		panic(err) // the pattern is well-formed
	}
	scripts := make([]string, len(names))
	for i, name := range names { // Glob sorts
		script, err := migrationFiles.ReadFile(name)
		if err != nil {
			panic(err) // it is embedded
		}
		scripts[i] = string(script)
	}
	return scripts
}()

// migrate checks that the file is one of ours, and brings it up to date in one transaction under the write lock.
func (s *Store) migrate(ctx context.Context, c *conn) error {
	stale, err := inspected(ctx, c)
	if err != nil {
		return fail(ctx, "looking at the schema", err)
	}
	if s.options.ReadOnly {
		if stale {
			return errors.New("the schema or the search texts are of an older version: open it once for writing, so that it is brought up to date")
		}
		return nil
	}
	if err := useWAL(ctx, c); err != nil {
		return err
	}
	if !stale {
		return nil
	}
	return fail(ctx, "migrating", c.inTransaction(ctx, "BEGIN IMMEDIATE", func() error { return s.upgrade(ctx, c) }))
}

// useWAL switches the file to WAL mode, where it is in another. SQLite does not wait for others who look at the file or
// switch it at the same moment, as it waits for locks else: it is tried again for as long as that.
func useWAL(ctx context.Context, c *conn) error {
	wait, err := strconv.Atoi(lockWait)
	if err != nil {
		return fmt.Errorf("lockWait: %w", err)
	}
	const pause = 5 // milliseconds
	var mode string
	for waited := 0; ; waited += pause {
		err = c.c.QueryRowContext(ctx, "PRAGMA journal_mode = WAL").Scan(&mode)
		if code(err) != sqlite3.SQLITE_BUSY || waited >= wait {
			break
		}
		select {
		case <-ctx.Done():
			return fail(ctx, "switching to WAL mode", ctx.Err())
		case <-time.After(pause * time.Millisecond):
		}
	}
	if err != nil {
		return fail(ctx, "switching to WAL mode", err)
	}
	if mode != "wal" {
		return fmt.Errorf("the file is in journal mode %q and cannot be switched to WAL: use a local drive", mode)
	}
	return nil
}

// inspected says whether something is to be brought up to date; it refuses files that are not ours and newer schemas. It looks
// in one transaction: another process may be making the database.
func inspected(ctx context.Context, c *conn) (stale bool, err error) {
	err = c.inTransaction(ctx, "BEGIN", func() (err error) {
		stale, err = inspect(ctx, c)
		return err
	})
	return stale, err
}

func inspect(ctx context.Context, c *conn) (bool, error) {
	var application, version, tables int
	for pragma, into := range map[string]*int{"PRAGMA application_id": &application, "PRAGMA user_version": &version, "SELECT count(*) FROM sqlite_schema": &tables} {
		if err := c.c.QueryRowContext(ctx, pragma).Scan(into); err != nil {
			return false, foreign(err)
		}
	}
	switch {
	case tables == 0 && application == 0 && version == 0:
		return true, nil
	case application != applicationID:
		return false, errNotOurs
	case version > len(migrations):
		return false, fmt.Errorf("the database has schema %d and this program knows up to %d: run the newer version of Lintu that wrote it, or restore a backup from before", version, len(migrations))
	case version < len(migrations):
		return true, nil
	}
	m, err := readMeta(ctx, c)
	return m.TextVersion != text.Version, err
}

var errNotOurs = errors.New("the file is not a database of Lintu: give another path, it is left as it is")

// foreign tells a file that is no SQLite database at all from other errors.
func foreign(err error) error {
	if code(err) == sqlite3.SQLITE_NOTADB {
		return errNotOurs
	}
	return err
}

// upgrade runs what inspect found missing. Another process may have been faster.
func (s *Store) upgrade(ctx context.Context, c *conn) error {
	var version int
	if err := c.c.QueryRowContext(ctx, "PRAGMA user_version").Scan(&version); err != nil {
		return err
	}
	if version > len(migrations) {
		_, err := inspect(ctx, c)
		return err
	}
	for n := version; n < len(migrations); n++ {
		if _, err := c.c.ExecContext(ctx, migrations[n]); err != nil {
			return fmt.Errorf("migration %d: %w", n+1, err)
		}
	}
	if version == 0 {
		if err := s.found(ctx, c); err != nil {
			return err
		}
	}
	if _, err := c.c.ExecContext(ctx, fmt.Sprintf("PRAGMA user_version = %d", len(migrations))); err != nil {
		return err
	}
	return s.renewTexts(ctx, c)
}

// found writes what a new database has.
func (s *Store) found(ctx context.Context, c *conn) error {
	if _, err := c.c.ExecContext(ctx, fmt.Sprintf("PRAGMA application_id = %d", applicationID)); err != nil {
		return err
	}
	key := s.options.Key
	if key == nil {
		key = new(store.Key)
		_, _ = rand.Read(key[:]) // never fails
	}
	for name, value := range map[string]string{
		metaKey: base64.StdEncoding.EncodeToString(key[:]), metaState: string(store.StateReady), metaDemo: "",
		metaRevision: "0", metaText: strconv.Itoa(text.Version),
	} {
		if err := setMeta(ctx, c, name, value); err != nil {
			return err
		}
	}
	return nil
}

// The names in the table meta.
const (
	metaKey      = "key"
	metaState    = "state"
	metaDemo     = "demo"
	metaRevision = "revision"
	metaText     = "textVersion"
)

func setMeta(ctx context.Context, c *conn, name, value string) error {
	err := c.exec(ctx, "INSERT INTO meta (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value", name, value)
	return err
}

// readMeta reads the table meta as a Status.
func readMeta(ctx context.Context, c *conn) (store.Status, error) {
	st := store.Status{Engine: "sqlite", Schema: len(migrations)}
	q := new(statement).add("SELECT name, value FROM meta")
	err := c.query(ctx, q, func(rows *sql.Rows) error {
		var name, value string
		if err := rows.Scan(&name, &value); err != nil {
			return err
		}
		return setStatus(&st, name, value)
	})
	return st, err
}

func setStatus(st *store.Status, name, value string) (err error) {
	switch name {
	case metaState:
		st.State = store.State(value)
	case metaDemo:
		st.Demo = value
	case metaRevision:
		var n int64
		n, err = strconv.ParseInt(value, 10, 64)
		st.Revision = store.Revision(n)
	case metaText:
		st.TextVersion, err = strconv.Atoi(value)
	case metaKey:
		var key []byte
		key, err = base64.StdEncoding.DecodeString(value)
		if err == nil && copy(st.Key[:], key) != len(st.Key) {
			err = errors.New("too short")
		}
	}
	if err != nil {
		return fmt.Errorf("meta %s is damaged: %w", name, err)
	}
	return nil
}

// Ready implements store.Store.
func (s *Store) Ready(ctx context.Context) (st store.Status, err error) {
	err = s.read(ctx, "Ready", func(r *reader) error {
		store.CountStatement(ctx)
		st, err = readMeta(ctx, r.conn)
		return err
	})
	return st, err
}

// loadRelations reads the numbers that ties have for their relations.
func (s *Store) loadRelations(ctx context.Context, c *conn) error {
	s.relations, s.names = map[kg.Relation]int64{}, map[int64]kg.Relation{}
	q := new(statement).add("SELECT no, name FROM relation")
	return c.query(ctx, q, func(rows *sql.Rows) error {
		var no int64
		var name kg.Relation
		err := rows.Scan(&no, &name)
		s.relations[name], s.names[no] = no, name
		return err
	})
}
