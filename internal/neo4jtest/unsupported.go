//go:build !linux && !darwin

package neo4jtest

import (
	"context"
	"errors"
)

// Elsewhere a server that runs already is the only way: starting one safely needs process groups and file locks.
var errHere = errors.New("a Neo4j for tests is started on Linux and macOS only; set LINTU_TEST_NEO4J_URI")

func startContainer(context.Context, Logf) (*Server, error) { return nil, errHere }

func startJava(context.Context, Logf) (*Server, error) { return nil, errHere }

func containerUsable(context.Context) error { return errHere }

func javaUsable(context.Context) error { return errHere }

// lock does nothing: there, let packages that share a server run one after another (go test -p 1).
func lock(context.Context, ...string) (int, func(), error) { return 0, func() {}, nil }
