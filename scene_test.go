package main

import (
	"path/filepath"
	"testing"
	"time"

	"lintu/internal/neo4jtest"
	"lintu/seed"
	"lintu/store"
	"lintu/store/neo4j"
	"lintu/store/sqlite"
)

// scene is a store that processes are killed on; held opens it as it is, and folder is where its files are, if it has files of
// ours. What opens it gives the key of the demo, as an import of its files does: it may be the first, where a process was
// killed before it had made the store.
type scene struct {
	environ []string
	folder  string
	held    func(t *testing.T) store.Store
}

// onEachEngine makes a new scene, by the engine's name.
var onEachEngine = map[string]func(*testing.T) scene{"sqlite": onSQLite, "neo4j": onNeo4j}

func onSQLite(t *testing.T) scene {
	folder := t.TempDir()
	path := filepath.Join(folder, "lintu.db")
	return scene{[]string{"LINTU_STORE=sqlite:" + path}, folder, func(t *testing.T) store.Store {
		st, err := sqlite.Open(t.Context(), sqlite.Options{Path: path, Key: &seed.Key})
		if err != nil {
			t.Fatal(err)
		}
		return st
	}}
}

func onNeo4j(t *testing.T) scene {
	server := cleared(t, neo4jtest.For)
	environ := append(settings(t, server), "LINTU_OPERATION_TIMEOUT=5m", "LINTU_AUDIT="+filepath.Join(t.TempDir(), "audit"))
	return scene{environ, "", func(t *testing.T) store.Store {
		st, err := neo4j.Open(t.Context(), neo4j.Options{URI: server.URI, User: server.User, Password: server.Password, Database: server.Database, Key: &seed.Key, Timeout: 5 * time.Minute})
		if err != nil {
			t.Fatal(err)
		}
		return st
	}}
}

// with opens the store for as long as something takes.
func (s scene) with(t *testing.T, do func(store.Store)) {
	t.Helper()
	st := s.held(t)
	defer func() { _ = st.Close() }()
	do(st)
}
