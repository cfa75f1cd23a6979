package bench

import (
	"context"
	"fmt"
	"os"
	"strings"
	"time"

	"lintu/bench/floor"
	"lintu/internal/neo4jtest"
	"lintu/seed"
	"lintu/store"
	"lintu/store/neo4j"
	"lintu/store/sqlite"
)

// The engines.
const (
	SQLite = "sqlite"
	Neo4j  = "neo4j"
)

// Place is where a store is.
type Place struct {
	Engine string
	Path   string // of SQLite's file

	URI, User, PasswordFile, Database string // of a Neo4j
}

// storeTimeout is for the reads of a snapshot's build and the batches of a load.
const storeTimeout = 5 * time.Minute

// Open opens the store with the key of demos, so that ids are the same on both engines.
func (p Place) Open(ctx context.Context) (store.Store, error) {
	key := seed.Key
	if p.Engine == SQLite {
		return sqlite.Open(ctx, sqlite.Options{Path: p.Path, Key: &key})
	}
	password, err := p.password()
	if err != nil {
		return nil, err
	}
	return neo4j.Open(ctx, neo4j.Options{URI: p.URI, User: p.User, Password: password, Database: p.Database, Key: &key, Timeout: storeTimeout})
}

// Floor opens the same store to be read by hand.
func (p Place) Floor(ctx context.Context) (floor.Reader, error) {
	if p.Engine == SQLite {
		return floor.OpenSQLite(ctx, p.Path)
	}
	password, err := p.password()
	if err != nil {
		return nil, err
	}
	return floor.OpenNeo4j(p.URI, p.User, password, p.Database)
}

func (p Place) password() (string, error) {
	b, err := os.ReadFile(p.PasswordFile)
	return strings.TrimSpace(string(b)), err // as lintu reads it
}

// flags are the settings of lintu that name the store; benchrun's floor takes the same.
func (p Place) flags() []string {
	if p.Engine == SQLite {
		return []string{"--store", "sqlite:" + p.Path}
	}
	return []string{"--store", p.URI, "--store-user", p.User, "--store-password-file", p.PasswordFile, "--store-database", p.Database}
}

// country is the name of the results of the whole country's import, and filesSuffix the end of that of a town's W6 alone.
const (
	country     = "country"
	filesSuffix = "-files"
)

// memory is what a Neo4j gets for a town: heap and page cache.
func memory(preset string) (heap, pages string) {
	switch preset {
	case "district", country:
		return "2g", "1g"
	case "city":
		return "1g", "512m"
	}
	return "512m", "256m"
}

// startNeo4j starts a Neo4j of our own; Close of the server stops it and deletes its data.
func startNeo4j(ctx context.Context, preset, passwordFile string, logf neo4jtest.Logf) (p Place, server *neo4jtest.Server, err error) {
	heap, pages := memory(preset)
	for name, value := range map[string]string{"LINTU_TEST_NEO4J_HEAP": heap, "LINTU_TEST_NEO4J_PAGECACHE": pages} {
		if os.Getenv(name) == "" {
			if err := os.Setenv(name, value); err != nil {
				return p, nil, err
			}
		}
	}
	server, err = neo4jtest.StartOwn(ctx, logf)
	if err != nil {
		return p, nil, fmt.Errorf("no Neo4j to measure: %w", err)
	}
	if err := os.WriteFile(passwordFile, []byte(server.Password), 0o600); err != nil {
		server.Close()
		return p, nil, err
	}
	return Place{Engine: Neo4j, URI: server.URI, User: server.User, PasswordFile: passwordFile, Database: server.Database}, server, nil
}
