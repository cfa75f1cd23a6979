// Package sqlitetest does to the file of a SQLite store what other programs may do to it.
package sqlitetest

import (
	"context"
	"database/sql"
	"testing"

	_ "modernc.org/sqlite" // the engine's own driver
)

// Lock takes the lock that writers need of a file, waiting up to ten seconds for it. The returned function gives it back.
func Lock(t testing.TB, path string) (unlock func()) {
	t.Helper()
	ctx := context.WithoutCancel(t.Context()) // the lock outlives what a test cancels
	db, err := sql.Open("sqlite", path+"?_pragma=busy_timeout(10000)")
	if err != nil {
		t.Fatal(err)
	}
	held, err := db.Conn(ctx)
	if err == nil {
		_, err = held.ExecContext(ctx, "BEGIN IMMEDIATE")
	}
	if err != nil {
		t.Fatal(err)
	}
	return func() {
		if _, err := held.ExecContext(ctx, "ROLLBACK"); err != nil {
			t.Error(err)
		}
		if err := held.Close(); err != nil {
			t.Error(err)
		}
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	}
}
