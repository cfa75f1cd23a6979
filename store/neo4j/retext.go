package neo4j

import (
	"context"

	driver "github.com/neo4j/neo4j-go-driver/v5/neo4j"

	"lintu/text"
)

// renewTexts computes sort keys and search texts anew where package text has changed since they were stored. It goes
// through the nodes in the order of their ids, and can be broken off and begun again.
func (s *Store) renewTexts(ctx context.Context) error {
	row, err := s.auto(ctx, driver.AccessModeRead, s.timeout, metaStatement, nil)
	if err != nil {
		return err
	}
	if m, err := decodeMeta(row); err != nil || m.textVersion == text.Version {
		return err
	}
	props := append([]string{propID}, textProps...)
	for last := ""; ; {
		row, err := s.auto(ctx, driver.AccessModeRead, migrationTimeout, "MATCH (n:"+nodeLabel+") WHERE n.id > $last WITH n ORDER BY n.id LIMIT 5000 RETURN collect(["+nodeColumns("n")+"])", params{"last": last})
		if err != nil {
			return err
		}
		var rows []any
		for _, r := range asList(row[0]) {
			n, err := decodeNode(asList(r))
			if err != nil {
				return err
			}
			last = string(n.Common().ID)
			rows = append(rows, append([]any{last}, textRow(n)...))
		}
		if len(rows) == 0 {
			break
		}
		if _, err := s.auto(ctx, driver.AccessModeWrite, migrationTimeout, "UNWIND $rows AS r MATCH (n:"+nodeLabel+" {id: r[0]}) SET "+assignments("n.", " = ", props), params{"rows": rows}); err != nil {
			return err
		}
	}
	_, err = s.auto(ctx, driver.AccessModeWrite, s.timeout, "MATCH (m:"+metaLabel+" {name: 'lintu'}) SET m.textVersion = $text", params{"text": text.Version})
	return err
}
