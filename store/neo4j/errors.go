package neo4j

import (
	"context"
	"errors"
	"fmt"
	"strings"

	driver "github.com/neo4j/neo4j-go-driver/v5/neo4j"

	"lintu/kg"
)

// fail turns what the driver says into the errors of kg. Errors of kg themselves pass as they are.
func fail(ctx context.Context, err error) error {
	var server *driver.Neo4jError
	switch {
	case err == nil:
		return nil
	case isKg(err):
		return err
	case errors.Is(ctx.Err(), context.Canceled):
		return fmt.Errorf("neo4j: %w", ctx.Err())
	case ctx.Err() != nil || errors.Is(err, context.DeadlineExceeded):
		return fmt.Errorf("neo4j: no answer in time: %w (%w)", kg.ErrTimeout, err)
	case errors.As(err, &server):
		return failServer(server)
	case unreachable(err):
		return fmt.Errorf("neo4j: %w: %w", kg.ErrUnavailable, err)
	}
	return fmt.Errorf("neo4j: %w", err)
}

func failServer(e *driver.Neo4jError) error {
	switch {
	case strings.Contains(e.Code, ".TransactionTimedOut"), strings.HasSuffix(e.Code, ".LockAcquisitionTimeout"):
		return fmt.Errorf("neo4j: the statement took too long: %w (%s)", kg.ErrTimeout, e.Code)
	case strings.HasPrefix(e.Code, "Neo.ClientError.Security."):
		return fmt.Errorf("neo4j: the login was refused; check user and password: %w", e)
	case isAbsentText(e):
		return fmt.Errorf("neo4j: nothing is searched while the store is loading: %w", kg.ErrUnavailable)
	case strings.HasPrefix(e.Code, "Neo.TransientError."), strings.HasSuffix(e.Code, ".DatabaseUnavailable"), strings.HasSuffix(e.Code, ".NotALeader"):
		return fmt.Errorf("neo4j: %w: %s", kg.ErrUnavailable, e.Code)
	}
	return fmt.Errorf("neo4j: %w", e)
}

// isAbsentText says that a search found no full-text index: its procedure has no code of its own for that.
func isAbsentText(e *driver.Neo4jError) bool {
	return strings.HasSuffix(e.Code, ".ProcedureCallFailed") && strings.Contains(e.Msg, "no such fulltext schema index")
}

func isKg(err error) bool {
	for _, own := range []error{kg.ErrInvalid, kg.ErrNotFound, kg.ErrConflict, kg.ErrUnavailable, kg.ErrTimeout, kg.ErrTooOld, kg.ErrLimit} {
		if errors.Is(err, own) {
			return true
		}
	}
	return false
}

// unreachable says that no server could be talked to.
func unreachable(err error) bool {
	var connectivity *driver.ConnectivityError
	return errors.As(err, &connectivity)
}

// passing says that the same statement may succeed if it is sent again: a deadlock, a leader that has changed.
func passing(err error) bool {
	var server *driver.Neo4jError
	return errors.As(err, &server) && driver.IsRetryable(err)
}
