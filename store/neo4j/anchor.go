package neo4j

import (
	"context"

	driver "github.com/neo4j/neo4j-go-driver/v5/neo4j"

	"lintu/kg"
	"lintu/store"
)

var _ store.Anchors = (*Store)(nil)

// KeepAnchors implements store.Anchors. A file has one process that writes it, so that two never keep its anchor at once.
func (s *Store) KeepAnchors(ctx context.Context, anchors []store.Anchor) error {
	rows := make([]any, len(anchors))
	for i, a := range anchors {
		rows[i] = map[string]any{"file": a.File, "seq": a.Sequence, "hash": a.Hash, "at": string(a.At)}
	}
	_, err := s.auto(ctx, driver.AccessModeWrite, s.timeout, "UNWIND $anchors AS a MERGE (x:"+anchorLabel+" {file: a.file}) WITH x, a WHERE coalesce(x.seq, 0) < a.seq "+
		"SET x.seq = a.seq, x.hash = a.hash, x.at = a.at RETURN count(x)", params{"anchors": rows})
	return err
}

// Anchors implements store.Anchors.
func (s *Store) Anchors(ctx context.Context) ([]store.Anchor, error) {
	row, err := s.read(ctx, "MATCH (x:"+anchorLabel+") WITH x ORDER BY x.file RETURN collect([x.file, x.seq, x.hash, x.at])", nil)
	if err != nil {
		return nil, err
	}
	all := []store.Anchor{}
	for _, v := range asList(row[0]) {
		a := asList(v)
		all = append(all, store.Anchor{File: asText(a[0]), Sequence: asInt(a[1]), Hash: asText(a[2]), At: kg.Moment(asText(a[3]))})
	}
	return all, nil
}
