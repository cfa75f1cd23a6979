package neo4j

import (
	"context"
	"encoding/json"
	"fmt"

	driver "github.com/neo4j/neo4j-go-driver/v5/neo4j"

	"lintu/kg"
	"lintu/store"
)

// What a batch with Forget takes away is gone from all properties and indexes. Neo4j frees the records and does not
// overwrite them, and its transaction logs hold them until they are pruned: docs/privacy.md says what an operator does.

// createOwn brings the schema up to date, and gives rings that are on record the property that they are asked by.
func (s *Store) createOwn(ctx context.Context) error {
	if err := s.createSchema(ctx); err != nil {
		return err
	}
	for {
		row, err := s.auto(ctx, driver.AccessModeWrite, migrationTimeout, "MATCH (n:"+label(kg.KindRing)+") WHERE n.reduced IS NULL WITH n LIMIT 10000 SET n.reduced = false RETURN count(n)", nil)
		if err != nil {
			return err
		}
		if row == nil || asInt(row[0]) == 0 {
			return nil
		}
	}
}

// markErased gives tombstones their label, and takes ties of theirs out of the results of earlier batches.
func (t *tx) markErased(ctx context.Context, w *store.Writes) error {
	if len(w.Erased) == 0 {
		return nil
	}
	rows := make([]any, len(w.Erased))
	for i, id := range w.Erased {
		rows[i] = string(id)
	}
	if err := t.send(ctx, "UNWIND $rows AS id MATCH (n:"+nodeLabel+" {id: id}) SET n:"+stoneLabel, rows); err != nil {
		return err
	}
	results, err := t.run(ctx, "MATCH (b:"+batchLabel+") WHERE any(id IN $ids WHERE b.result CONTAINS id) RETURN collect([b.id, b.result])", params{"ids": rows})
	if err != nil || results == nil {
		return err
	}
	var changed []any
	for _, r := range asList(results[0]) {
		var done store.Applied
		if err := json.Unmarshal([]byte(asText(asList(r)[1])), &done); err != nil {
			return fmt.Errorf("neo4j: result of a batch: %w", err)
		}
		if !done.Forget(w.Erased) {
			continue
		}
		b, err := json.Marshal(&done)
		if err != nil {
			return err
		}
		changed = append(changed, []any{asList(r)[0], string(b)})
	}
	return t.send(ctx, "UNWIND $rows AS r MATCH (b:"+batchLabel+" {id: r[0]}) SET b.result = r[1]", changed)
}

// Tombstones implements store.Tx.
func (t *tx) Tombstones(ctx context.Context, ids []kg.ID) ([]kg.ID, error) {
	rows := make([]any, len(ids))
	for i, id := range ids {
		rows[i] = string(id)
	}
	list, err := t.list(ctx, "MATCH (n:"+stoneLabel+") WHERE n.id IN $ids WITH n.id AS id ORDER BY id RETURN collect(id)", params{"ids": rows})
	if err != nil {
		return nil, err
	}
	var found []kg.ID
	for _, id := range list {
		found = append(found, kg.ID(asText(id)))
	}
	return found, nil
}
