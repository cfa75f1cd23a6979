package sqlite

import (
	"bytes"
	"compress/flate"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"lintu/kg"
	"lintu/store"
)

// Changes implements store.Store. Revisions have no gaps, so the first entry tells whether the journal still
// reaches back.
func (s *Store) Changes(ctx context.Context, after store.Revision, limit int) ([]store.Change, error) {
	if err := store.CheckChanges(limit); err != nil {
		return nil, err
	}
	var changes []store.Change
	err := s.read(ctx, "Changes", func(r *reader) error {
		q := new(statement).add("SELECT change FROM journal WHERE revision > ? ORDER BY revision LIMIT ?", after, limit)
		return r.query(ctx, q, func(rows *sql.Rows) error {
			var data sql.RawBytes
			var c store.Change
			if err := rows.Scan(&data); err != nil {
				return err
			}
			err := json.Unmarshal(data, &c)
			changes = append(changes, c)
			return err
		})
	})
	if err == nil && len(changes) > 0 && changes[0].Revision != after+1 {
		err = fmt.Errorf("sqlite: changes after revision %d: the first kept is %d: %w", after, changes[0].Revision, kg.ErrTooOld)
	}
	if err != nil {
		return nil, err
	}
	return changes, nil
}

// writeChange adds a journal entry and drops what is too old, of the journal and of the results of batches.
func (t *tx) writeChange(ctx context.Context, c *store.Change) error {
	data, err := json.Marshal(c)
	if err != nil {
		return err
	}
	if err := t.exec(ctx, "INSERT INTO journal (revision, change) VALUES (?, ?)", c.Revision, string(data)); err != nil {
		return err
	}
	last := int64(c.Revision) - int64(t.s.options.Journal)
	for _, table := range []string{"journal", "batch"} {
		if err := t.exec(ctx, "DELETE FROM "+table+" WHERE revision <= ?", last); err != nil {
			return err
		}
	}
	return setMeta(ctx, t.conn, metaRevision, fmt.Sprint(c.Revision))
}

// writeResult remembers what a batch did.
func (t *tx) writeResult(ctx context.Context, w *store.Writes, r *rows) error {
	result := r.result()
	if result.err != nil {
		return result.err
	}
	return t.exec(ctx, "INSERT INTO batch (id, revision, result) VALUES (?, ?, ?)", w.BatchID, w.Result.Revision, result.data)
}

// packResult is a result as it is kept. Results list ids, so they are compressed.
func packResult(r *store.Applied) ([]byte, error) {
	var b bytes.Buffer
	w, err := flate.NewWriter(&b, flate.BestSpeed)
	if err != nil {
		return nil, err
	}
	err = errors.Join(json.NewEncoder(w).Encode(r), w.Close())
	return b.Bytes(), err
}

// Result implements store.Tx.
func (t *tx) Result(ctx context.Context, batchID string) (*store.Applied, error) {
	var done *store.Applied
	q := new(statement).add("SELECT result FROM batch WHERE id = ?", batchID)
	err := t.query(ctx, q, func(rows *sql.Rows) error {
		var data []byte
		if err := rows.Scan(&data); err != nil {
			return err
		}
		done = new(store.Applied)
		return json.NewDecoder(io.LimitReader(flate.NewReader(bytes.NewReader(data)), 64<<20)).Decode(done)
	})
	return done, err
}
