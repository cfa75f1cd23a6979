package neo4jtest

import (
	"context"
	"fmt"
	"strings"
	"time"

	driver "github.com/neo4j/neo4j-go-driver/v5/neo4j"
)

// batch is how many relationships or nodes one transaction of Clear deletes, so that a small heap is enough.
const batch = 20_000

// Clear deletes all nodes and relationships, in transactions of a bounded size. Constraints and indexes stay.
// A migration's record is data and goes too, so migrations have to be repeatable.
func (s *Server) Clear(ctx context.Context) error { return s.clear(ctx, batch) }

func (s *Server) clear(ctx context.Context, batch int64) error {
	for _, statement := range []string{
		"MATCH ()-[r]->() WITH r LIMIT $batch DELETE r RETURN count(r) AS n",
		"MATCH (n) WITH n LIMIT $batch DETACH DELETE n RETURN count(n) AS n",
	} {
		for deleted := batch; deleted == batch; {
			rows, err := s.query(ctx, s.Database, statement, map[string]any{"batch": batch})
			if err != nil {
				return fmt.Errorf("clear: %w", err)
			}
			deleted, _, err = driver.GetRecordValue[int64](rows[0], "n")
			if err != nil {
				return fmt.Errorf("clear: %w", err)
			}
		}
	}
	return nil
}

// ForgetPlans has every statement planned anew from now on, by what the database holds.
func (s *Server) ForgetPlans(ctx context.Context) error {
	if _, err := s.query(ctx, s.Database, "CALL db.clearQueryCaches()", nil); err != nil {
		return fmt.Errorf("forget plans: %w", err)
	}
	return nil
}

// Reset does what Clear does and drops every constraint and index too, but for Neo4j's own two token lookups.
func (s *Server) Reset(ctx context.Context) error {
	if err := s.Clear(ctx); err != nil {
		return err
	}
	// Constraints first: they own indexes, which cannot be dropped alone.
	for _, step := range []struct{ list, drop string }{
		{"SHOW CONSTRAINTS YIELD name", "DROP CONSTRAINT "},
		{"SHOW INDEXES YIELD name, type WHERE type <> 'LOOKUP' RETURN name", "DROP INDEX "},
	} {
		rows, err := s.query(ctx, s.Database, step.list, nil)
		if err != nil {
			return fmt.Errorf("reset: %w", err)
		}
		for _, row := range rows {
			name, _, err := driver.GetRecordValue[string](row, "name")
			if err != nil {
				return fmt.Errorf("reset: %w", err)
			}
			quoted := "`" + strings.ReplaceAll(name, "`", "``") + "`"
			if _, err := s.query(ctx, s.Database, step.drop+quoted+" IF EXISTS", nil); err != nil {
				return fmt.Errorf("reset: %w", err)
			}
		}
	}
	return nil
}

// ping returns nil when the database answers.
func (s *Server) ping(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	_, err := s.query(ctx, s.Database, "RETURN 1", nil)
	return err
}

// setPassword is the first login: a fresh server lets neo4j with the password neo4j do nothing but this. It may be tried
// again: on a slow machine the password is set and the answer is late, and from then on the first one is refused.
func (s *Server) setPassword(ctx context.Context) (err error) {
	if s.asked && s.tryPassword(ctx) == nil {
		return nil
	}
	first, err := open(s.URI, "neo4j", "neo4j")
	if err != nil {
		return err
	}
	defer first.Close(ctx)
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	defer func() { s.asked = s.asked || ctx.Err() != nil }()
	_, err = run(ctx, first, "system", "ALTER CURRENT USER SET PASSWORD FROM $old TO $new",
		map[string]any{"old": "neo4j", "new": s.Password})
	return err
}

// tryPassword returns nil when the server lets us in with the new password.
func (s *Server) tryPassword(ctx context.Context) error {
	second, err := open(s.URI, s.User, s.Password)
	if err != nil {
		return err
	}
	defer second.Close(ctx)
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	_, err = run(ctx, second, s.Database, "RETURN 1", nil)
	return err
}

func (s *Server) query(ctx context.Context, database, statement string, params map[string]any) ([]*driver.Record, error) {
	return run(ctx, s.driver, database, statement, params)
}

// run sends one statement in a transaction of its own, without the driver's retries.
func run(ctx context.Context, d driver.DriverWithContext, database, statement string, params map[string]any) ([]*driver.Record, error) {
	session := d.NewSession(ctx, driver.SessionConfig{DatabaseName: database})
	defer session.Close(ctx)
	result, err := session.Run(ctx, statement, params)
	if err != nil {
		return nil, err
	}
	return result.Collect(ctx)
}
