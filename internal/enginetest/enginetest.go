// Package enginetest opens an empty store of each engine for tests of what works on any. Their TestMain is neo4jtest.Main.
package enginetest

import (
	"path/filepath"
	"testing"
	"time"

	"lintu/internal/effort"
	"lintu/internal/neo4jtest"
	"lintu/store"
	"lintu/store/neo4j"
	"lintu/store/sqlite"
)

// Opened is an empty store, which is closed with the test.
type Opened struct {
	store.Store
	File string // of SQLite; empty: another engine
}

// Each runs a test on SQLite, and in its long form on Neo4j too: the server plans every statement of a test anew. The stores
// have the key.
func Each(t *testing.T, key store.Key, test func(t *testing.T, st Opened)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { test(t, SQLite(t, key)) })
	if effort.Long() {
		t.Run("neo4j", func(t *testing.T) { test(t, Neo4j(t, key)) })
	}
}

// Both runs a test on both engines always.
func Both(t *testing.T, key store.Key, test func(t *testing.T, st Opened)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { test(t, SQLite(t, key)) })
	t.Run("neo4j", func(t *testing.T) { test(t, Neo4j(t, key)) })
}

// SQLite is an empty store in a file of its own.
func SQLite(t *testing.T, key store.Key) Opened {
	t.Helper()
	path := filepath.Join(t.TempDir(), "town.db")
	st, err := sqlite.Open(t.Context(), sqlite.Options{Path: path, Key: &key})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = st.Close() })
	return Opened{st, path}
}

// Neo4j is the tests' Neo4j without data. Its statements may take five minutes: a server that has just started plans slowly.
func Neo4j(t *testing.T, key store.Key) Opened {
	t.Helper()
	server := neo4jtest.For(t)
	if err := server.Clear(t.Context()); err != nil {
		t.Fatal(err)
	}
	st, err := neo4j.Open(t.Context(), neo4j.Options{URI: server.URI, User: server.User, Password: server.Password, Database: server.Database, Key: &key, Timeout: 5 * time.Minute})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = st.Close() })
	return Opened{Store: st}
}
