package neo4j

import (
	"context"
	"errors"
	"fmt"
	"time"

	driver "github.com/neo4j/neo4j-go-driver/v5/neo4j"

	"lintu/store"
)

// clearing is how many relationships or nodes one transaction of Clear deletes.
const clearing = 10_000

// clearTimeout bounds one such transaction.
const clearTimeout = time.Minute

// Clear deletes the graph, its journal and the batches that are remembered; what stays is an empty store with the
// same key. Until that is done the store is loading, so that a Clear that was broken off is known for what it is.
func (s *Store) Clear(ctx context.Context) error {
	const meta = "MATCH (m:" + metaLabel + " {name: 'lintu'}) SET m.state = $state"
	if _, err := s.write(ctx, meta+" RETURN 1", params{"state": string(store.StateLoading)}); err != nil {
		return fmt.Errorf("clear: %w", err)
	}
	for _, all := range []string{
		"MATCH (:" + nodeLabel + ")-[x]->() WITH x LIMIT $limit DELETE x RETURN count(x)",
		"MATCH (x:" + nodeLabel + ") WITH x LIMIT $limit DETACH DELETE x RETURN count(x)",
		"MATCH (x:" + changeLabel + ") WITH x LIMIT $limit DELETE x RETURN count(x)",
		"MATCH (x:" + batchLabel + ") WITH x LIMIT $limit DELETE x RETURN count(x)",
		"MATCH (x:" + anchorLabel + ") WITH x LIMIT $limit DELETE x RETURN count(x)",
	} {
		for deleted := int64(clearing); deleted == clearing; {
			row, err := s.write(ctx, all, params{"limit": clearing})
			if err != nil {
				return fmt.Errorf("clear: %w", err)
			}
			deleted = asInt(row[0])
		}
	}
	if err := s.restoreIndexes(ctx); err != nil {
		return fmt.Errorf("clear: %w", err)
	}
	_, err := s.write(ctx, meta+", m.demo = '', m.revision = 0, m.trimmed = 0, m."+propLoad+" = null RETURN 1", params{"state": string(store.StateReady)})
	if err != nil {
		return fmt.Errorf("clear: %w", err)
	}
	return nil
}

func (s *Store) write(ctx context.Context, statement string, p params) ([]any, error) {
	return s.auto(ctx, driver.AccessModeWrite, clearTimeout, statement, p)
}

// errForeign is why a database is not migrated.
var errForeign = errors.New("neo4j: the database holds something that is not Lintu's: name an empty one; it is left as it is")

// refuseForeign refuses a database that holds something and no Lintu, before anything is written to it. Meta is looked
// for last: another process may make the store at this moment, and that comes before its first node.
func (s *Store) refuseForeign(ctx context.Context) error {
	row, err := s.auto(ctx, driver.AccessModeRead, s.timeout,
		"CALL () { MATCH (n) WHERE NOT (n:"+lockLabel+" OR n:"+metaLabel+") WITH n LIMIT 1 RETURN count(n) AS others } "+
			"OPTIONAL MATCH (m:"+metaLabel+" {name: 'lintu'}) RETURN others > 0 AND m IS NULL", nil)
	if err != nil {
		return err
	}
	if foreign, _ := row[0].(bool); foreign {
		return errForeign
	}
	return nil
}
