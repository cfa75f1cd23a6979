package sqlite

import (
	"context"
	"database/sql"
	"fmt"

	"lintu/kg"
	"lintu/store"
)

var _ store.Anchors = (*Store)(nil)

// KeepAnchors implements store.Anchors.
func (s *Store) KeepAnchors(ctx context.Context, anchors []store.Anchor) error {
	if s.options.ReadOnly {
		return fmt.Errorf("sqlite: KeepAnchors: the database was opened for reading only: %w", kg.ErrUnavailable)
	}
	return s.write(ctx, "KeepAnchors", func(c *conn) error {
		for _, a := range anchors {
			err := c.exec(ctx, "INSERT INTO anchor (file, seq, hash, at) VALUES (?, ?, ?, ?) "+
				"ON CONFLICT (file) DO UPDATE SET seq = excluded.seq, hash = excluded.hash, at = excluded.at WHERE excluded.seq > anchor.seq",
				a.File, a.Sequence, a.Hash, string(a.At))
			if err != nil {
				return err
			}
		}
		return nil
	}, func() {})
}

// Anchors implements store.Anchors.
func (s *Store) Anchors(ctx context.Context) ([]store.Anchor, error) {
	all := []store.Anchor{}
	err := s.read(ctx, "Anchors", func(r *reader) error {
		return r.query(ctx, new(statement).add("SELECT file, seq, hash, at FROM anchor ORDER BY file"), func(rows *sql.Rows) error {
			var a store.Anchor
			err := rows.Scan(&a.File, &a.Sequence, &a.Hash, &a.At)
			all = append(all, a)
			return err
		})
	})
	return all, err
}
