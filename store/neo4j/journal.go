package neo4j

import (
	"context"
	"encoding/json"
	"fmt"

	"lintu/kg"
	"lintu/store"
)

// journalLength is how many entries the journal keeps at least.
const journalLength = 10000

// Changes implements store.Store.
func (s *Store) Changes(ctx context.Context, after store.Revision, limit int) ([]store.Change, error) {
	if err := store.CheckChanges(limit); err != nil {
		return nil, err
	}
	row, err := s.read(ctx, "MATCH (m:"+metaLabel+" {name: 'lintu'}) CALL () { MATCH (c:"+changeLabel+") WHERE c.revision > $after WITH c ORDER BY c.revision LIMIT $limit RETURN collect(c.data) AS data } RETURN m.trimmed, data",
		params{"after": int64(after), "limit": limit})
	if err != nil {
		return nil, err
	}
	if row == nil || int64(after) < asInt(row[0]) {
		return nil, fmt.Errorf("neo4j: revision %d: %w", after, kg.ErrTooOld)
	}
	var out []store.Change
	for _, data := range asList(row[1]) {
		var c store.Change
		if err := json.Unmarshal([]byte(asText(data)), &c); err != nil {
			return nil, fmt.Errorf("neo4j: journal: %w", err)
		}
		out = append(out, c)
	}
	return out, nil
}

// trim forgets the entries that are too old: a hundredth of the journal at a time, so not at each change.
func (t *tx) trim(ctx context.Context) error {
	last := int64(t.revision) + 1 - t.keep
	if last <= 0 || last%max(t.keep/100, 1) != 0 {
		return nil
	}
	_, err := t.run(ctx, "MATCH (m:"+metaLabel+" {name: 'lintu'}) SET m.trimmed = $last WITH m MATCH (c:"+changeLabel+") WHERE c.revision <= $last DELETE c", params{"last": last})
	return err
}
