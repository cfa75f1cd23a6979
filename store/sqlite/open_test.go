package sqlite_test

import (
	"path/filepath"
	"testing"

	"lintu/store/sqlite"
)

func newPath(t testing.TB) string { return filepath.Join(t.TempDir(), "town.db") }

// open opens a store that is closed with the test.
func open(t testing.TB, o sqlite.Options) *sqlite.Store {
	t.Helper()
	s, err := sqlite.Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}
