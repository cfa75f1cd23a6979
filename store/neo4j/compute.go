package neo4j

import (
	"context"

	driver "github.com/neo4j/neo4j-go-driver/v5/neo4j"

	"lintu/kg"
)

// computeTies stores the computed fields of the ties that carry any. It goes through the ties in the order of their
// ids, and can be broken off and begun again.
func (s *Store) computeTies(ctx context.Context) error {
	for i := range kg.Relations {
		if d := &kg.Relations[i]; len(d.Computed) > 0 {
			if err := s.computeRelation(ctx, d); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *Store) computeRelation(ctx context.Context, d *kg.RelationDef) error {
	ties := "()-[t:" + string(d.Relation) + "]->()"
	props := append([]string{propID}, d.Computed...)
	for last := ""; ; {
		row, err := s.auto(ctx, driver.AccessModeRead, migrationTimeout, "MATCH "+ties+" WHERE t.id > $last WITH t ORDER BY t.id LIMIT 5000 RETURN collect([t.id, t."+propData+"])", params{"last": last})
		if err != nil {
			return err
		}
		var rows []any
		for _, r := range asList(row[0]) {
			tie := kg.Tie{ID: kg.ID(asText(asList(r)[0]))}
			if err := decodeFields(&tie, asList(r)[1]); err != nil {
				return err
			}
			last = string(tie.ID)
			values := []any{last}
			for _, name := range d.Computed {
				values = append(values, tieProp(kg.TieFieldOf(name), &tie))
			}
			rows = append(rows, values)
		}
		if len(rows) == 0 {
			return nil
		}
		if _, err := s.auto(ctx, driver.AccessModeWrite, migrationTimeout, "UNWIND $rows AS r MATCH ()-[t:"+string(d.Relation)+" {id: r[0]}]->() SET "+assignments("t.", " = ", props), params{"rows": rows}); err != nil {
			return err
		}
	}
}
