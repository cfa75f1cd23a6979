// Lintu 邻图 is a GraphQL knowledge graph of organizations, people and places for community governance. This file
// wires the engines to the command line; the commands are in internal/cli.
package main

import (
	"context"
	"fmt"
	"io"
	"os"

	"lintu/internal/cli"
	"lintu/internal/config"
	"lintu/internal/httpapi"
	"lintu/store"
	"lintu/store/neo4j"
	"lintu/store/sqlite"
)

func main() {
	ctx, stop := httpapi.Signals(context.Background())
	code := run(ctx, os.Args[1:], os.Environ(), os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// run executes one command and returns the code to exit with.
func run(ctx context.Context, args, environ []string, stdout, stderr io.Writer) int {
	return program(args, environ, stdout, stderr).Run(ctx)
}

// program is the command line with the engines.
func program(args, environ []string, stdout, stderr io.Writer) cli.Program {
	return cli.Program{Open: open, Args: args, Environ: environ, Stdout: stdout, Stderr: stderr}
}

// open opens a store with the engine that the settings name.
func open(ctx context.Context, o cli.Opening) (store.Store, error) {
	switch o.Store.Engine {
	case config.SQLite:
		return opened(sqlite.Open(ctx, sqlite.Options{Path: o.Store.Path, Key: o.Key, ReadOnly: o.ReadOnly, Logger: o.Logger}))
	case config.Neo4j:
		return opened(neo4j.Open(ctx, neo4j.Options{
			URI:      o.Store.URI,
			User:     o.Store.User,
			Password: o.Store.Password.Reveal(),
			Database: o.Store.Database,
			Key:      o.Key,
			Timeout:  o.Timeout,
			Logger:   o.Logger,
			Load:     o.Load,
		}))
	}
	return nil, fmt.Errorf("no engine is called %q", o.Store.Engine)
}

// opened keeps a store that is missing from becoming an interface that is there.
func opened[S store.Store](st S, err error) (store.Store, error) {
	if err != nil {
		return nil, err
	}
	return st, nil
}
