package sqlite

import (
	"context"
	"errors"
	"os"
	"slices"
	"strings"

	"lintu/store"
)

// deferredIndexes are those that a load into an empty store does without until it is ready: made in the end, in one go,
// they cost a fraction of what row after row costs, each at another place of a large tree. They are dropped in the
// transaction that marks the store as loading and made in the one that marks it as ready, so that a load that is broken
// off goes on without them. Until then questions take other ways, or go through all nodes; nobody serves such a store.
// What batches need of the indexes on ids and on terms stands in a ledger meanwhile.
var deferredIndexes = map[string]string{
	"node_title": "CREATE INDEX node_title ON node (kind, sort_key, id, valid_from, valid_to)",
	"node_id":    "CREATE UNIQUE INDEX node_id ON node (id)",
	"tie_id":     "CREATE UNIQUE INDEX tie_id ON tie (id)",
	"term_norm":  "CREATE UNIQUE INDEX term_norm ON term (norm, person)",
}

// deferIndexes drops and makes indexes where a batch changes the store's state.
func (t *tx) deferIndexes(ctx context.Context, w *store.Writes) error {
	if w.State == "" {
		return nil
	}
	have, err := t.indexes(ctx)
	if err != nil {
		return err
	}
	next, err := t.next(ctx, "node")
	if err != nil {
		return err
	}
	if w.State == store.StateReady {
		t.ledger, t.s.ledger = nil, nil // its memory is wanted for the sorting; without it the next batch makes indexes, too
		return t.finish(ctx, w, have)
	}
	for name := range deferredIndexes {
		if next == 1 && have[name] {
			if _, err := t.c.ExecContext(ctx, "DROP INDEX "+name); err != nil {
				return err
			}
			t.begins = t.begins || slices.Contains(ledgerIndexes, name)
		}
	}
	return nil
}

// finish makes the indexes that are absent, the largest last, and merges suffixes beside the others: a class at a time,
// since both take memory.
func (t *tx) finish(ctx context.Context, w *store.Writes, have map[string]bool) error {
	names := append(slices.Clone(ledgerIndexes), "node_title")
	for i := range max(len(names), len(suffixClasses)) {
		merge := func() error { return nil }
		if i < len(suffixClasses) {
			var err error
			if merge, err = t.mergeBeside(ctx, suffixClasses[i], w); err != nil {
				return err
			}
		}
		var err error
		if i < len(names) && !have[names[i]] {
			err = t.makeIndex(ctx, deferredIndexes[names[i]])
		}
		if err := errors.Join(err, merge()); err != nil {
			return err
		}
	}
	return nil
}

// makeIndex makes an index out of all rows. What is sorted needs memory, which the cache gives up meanwhile.
func (t *tx) makeIndex(ctx context.Context, definition string) error {
	for _, statement := range []string{"PRAGMA cache_size = -8192", definition, "PRAGMA cache_size = " + writerCache} {
		if _, err := t.c.ExecContext(ctx, statement); err != nil {
			return err
		}
	}
	return nil
}

// sortInFiles has the writer sort indexes in temporary files, with a thread beside, which takes less memory and time. A
// transaction cannot change that. Where there is no folder for such files nothing changes; whether the statements ended well
// shows in the transaction.
func (s *Store) sortInFiles(ctx context.Context) (back func()) {
	folder, err := os.MkdirTemp("", "lintu")
	if err != nil {
		return func() {}
	}
	_ = os.Remove(folder)
	set := func(ctx context.Context, statements ...string) {
		c, err := s.writer.take(ctx)
		if err != nil {
			return
		}
		for _, statement := range statements {
			_, _ = c.c.ExecContext(ctx, statement)
		}
		s.writer.give(c, false)
	}
	set(ctx, "PRAGMA temp_store = FILE", "PRAGMA threads = 1")
	return func() { set(context.WithoutCancel(ctx), "PRAGMA threads = 0", "PRAGMA temp_store = MEMORY") }
}

// isDeferred says that a statement names an index that is not there yet.
func isDeferred(err error) bool {
	if err == nil {
		return false
	}
	_, name, found := strings.Cut(err.Error(), "no such index: ")
	name, _, _ = strings.Cut(name, " ")
	return found && deferredIndexes[name] != ""
}

// withoutDeferred is a statement that leaves the choice of the way to SQLite.
func withoutDeferred(text string) string {
	for name := range deferredIndexes {
		text = strings.ReplaceAll(text, " INDEXED BY "+name, "")
	}
	return text
}
