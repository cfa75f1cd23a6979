package neo4j

import (
	"context"
	"fmt"
	"time"

	driver "github.com/neo4j/neo4j-go-driver/v5/neo4j"

	"lintu/kg"
	"lintu/store"
)

// grace is what a client waits longer than the server works, so that the server's own error arrives.
const grace = 500 * time.Millisecond

// attempts is how often a statement is sent that fails in a way that may pass, with a growing pause between.
const attempts = 6

// params are the parameters of a statement.
type params = map[string]any

// read sends a reading statement to a reader and gives the values of its one record.
func (s *Store) read(ctx context.Context, statement string, p params) ([]any, error) {
	store.CountStatement(ctx)
	if s.sent != nil {
		s.sent(statement, p)
	}
	return s.auto(ctx, driver.AccessModeRead, s.timeout, statement, p)
}

// auto runs one statement in autocommit: the driver's managed transactions cost two messages more. What it runs can
// be run again: reads, and schema statements that say IF NOT EXISTS.
func (s *Store) auto(ctx context.Context, mode driver.AccessMode, timeout time.Duration, statement string, p params) ([]any, error) {
	if s.closed.Load() {
		return nil, fmt.Errorf("neo4j: the store is closed: %w", kg.ErrUnavailable)
	}
	ctx, cancel := context.WithTimeout(ctx, timeout+grace)
	defer cancel()
	var row []any
	err := s.again(ctx, func() (bool, error) {
		session := s.session(ctx, mode)
		defer func() { _ = session.Close(ctx) }()
		result, err := session.Run(ctx, statement, p, driver.WithTxTimeout(remaining(ctx, timeout)))
		if err != nil {
			return true, err
		}
		row, err = only(ctx, result)
		return true, err
	})
	return row, fail(ctx, err)
}

// again runs f until it succeeds or there is no hope. f says whether it may be run again where the connection broke:
// nothing must have been committed. A broken connection is tried once more at once, because the first failure makes
// the driver drop every old connection to a server that was restarted meanwhile.
func (s *Store) again(ctx context.Context, f func() (repeatable bool, err error)) error {
	pause, broken := 20*time.Millisecond, false
	for n := 1; ; n++ {
		repeatable, err := f()
		switch {
		case err == nil || ctx.Err() != nil || n == attempts:
			return err
		case unreachable(err) && repeatable && !broken:
			broken = true
			continue
		case !passing(err):
			return err
		}
		s.log.DebugContext(ctx, "neo4j: sending again", "error", err, "pause", pause)
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return err
		}
		pause *= 2
	}
}

func (s *Store) session(ctx context.Context, mode driver.AccessMode) driver.SessionWithContext {
	return s.driver.NewSession(ctx, driver.SessionConfig{AccessMode: mode, DatabaseName: s.database, BookmarkManager: s.bookmarks, FetchSize: driver.FetchAll})
}

// remaining is a transaction's timeout: what the context leaves of it.
func remaining(ctx context.Context, timeout time.Duration) time.Duration {
	if deadline, ok := ctx.Deadline(); ok {
		timeout = min(timeout, time.Until(deadline))
	}
	return max(timeout, time.Millisecond)
}

// only is the values of the one record of a result; nil where there is none.
func only(ctx context.Context, result driver.ResultWithContext) ([]any, error) {
	records, err := result.Collect(ctx)
	if err != nil || len(records) == 0 {
		return nil, err
	}
	if len(records) > 1 {
		return nil, fmt.Errorf("neo4j: %d records where one was promised", len(records))
	}
	return records[0].Values, nil
}
