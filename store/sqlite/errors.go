package sqlite

import (
	"context"
	"database/sql"
	driverAPI "database/sql/driver"
	"errors"
	"fmt"

	driver "modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"lintu/kg"
)

var errClosed = fmt.Errorf("the store is closed: %w", kg.ErrUnavailable)

// fail turns what the driver says into the errors of kg. Errors of kg themselves pass as they are.
func fail(ctx context.Context, what string, err error) error {
	switch {
	case err == nil:
		return nil
	case isKg(err):
		return err
	case errors.Is(err, context.DeadlineExceeded) || errors.Is(ctx.Err(), context.DeadlineExceeded):
		return fmt.Errorf("sqlite: %s: %w: %w", what, kg.ErrTimeout, err)
	case ctx.Err() != nil:
		return fmt.Errorf("sqlite: %s: %w", what, ctx.Err())
	case unavailable(err):
		return fmt.Errorf("sqlite: %s: %w: %w", what, kg.ErrUnavailable, err)
	}
	return fmt.Errorf("sqlite: %s: %w", what, err)
}

func isKg(err error) bool {
	for _, own := range []error{kg.ErrInvalid, kg.ErrNotFound, kg.ErrConflict, kg.ErrUnavailable, kg.ErrTimeout, kg.ErrTooOld, kg.ErrLimit} {
		if errors.Is(err, own) {
			return true
		}
	}
	return false
}

// unavailable says that the file, not the question, is the trouble: locked, full, gone, damaged.
func unavailable(err error) bool {
	if errors.Is(err, sql.ErrConnDone) || errors.Is(err, driverAPI.ErrBadConn) {
		return true
	}
	switch code(err) {
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_FULL,
		sqlite3.SQLITE_PROTOCOL, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_PERM:
		return true
	}
	return false
}

// code is SQLite's primary result code, 0 for an error that is not SQLite's.
func code(err error) int {
	var e *driver.Error
	if errors.As(err, &e) {
		return e.Code() & 0xff
	}
	return 0
}
