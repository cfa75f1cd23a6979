package sqlite

import (
	"context"
	"database/sql"
	"fmt"

	"lintu/kg"
	"lintu/store"
	"lintu/text"
)

// renewTexts computes sort keys and search texts anew where package text has changed since they were stored.
func (s *Store) renewTexts(ctx context.Context, c *conn) error {
	m, err := readMeta(ctx, c)
	if err != nil || m.TextVersion == text.Version {
		return err
	}
	for _, table := range []string{"suffix", "suffix_run", "suffix_block", "entry", "term"} {
		if err := c.exec(ctx, "DELETE FROM "+table); err != nil {
			return err
		}
	}
	s.log.Info("computing sort keys and search texts anew", "from", m.TextVersion, "to", text.Version)
	for last := int64(0); ; {
		t := newTx(s, c)
		w, end, err := t.renewSome(ctx, last)
		if err != nil {
			return err
		}
		if len(w.Nodes) == 0 {
			break
		}
		r := t.prepareTerms(w)
		if err := t.writeTerms(ctx, w, r); err != nil {
			return err
		}
		if err := t.writeSuffixes(ctx, r.suffixes()); err != nil {
			return err
		}
		last = end
	}
	return setMeta(ctx, c, metaText, fmt.Sprint(text.Version))
}

// renewSome rewrites the sort keys of the next nodes after a number, and gives them as if they were new.
func (t *tx) renewSome(ctx context.Context, last int64) (*store.Writes, int64, error) {
	w := &store.Writes{}
	var keys [][]any
	var row nodeRow
	q := new(statement).add("SELECT n.no, "+nodeColumns+" FROM node n WHERE n.no > ? ORDER BY n.no LIMIT 5000", last)
	err := t.query(ctx, q, func(rows *sql.Rows) error {
		if err := rows.Scan(append([]any{&last}, row.into()...)...); err != nil {
			return err
		}
		n, err := row.node()
		if err != nil {
			return err
		}
		t.numbers[n.Common().ID] = last
		w.Nodes = append(w.Nodes, store.NodeWrite{Node: n, New: true})
		keys = append(keys, []any{last, kg.SortKey(n), kg.Norm(n)})
		return nil
	})
	if err != nil {
		return nil, last, err
	}
	err = t.exec(ctx, "UPDATE node SET sort_key = j.value ->> 1, norm = j.value ->> 2 FROM json_each(?) j WHERE node.no = j.value ->> 0", list(keys))
	return w, last, err
}
