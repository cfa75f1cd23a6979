package sqlite

import (
	"context"
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
func (t *tx) deferIndexes(ctx context.Context, state store.State) error {
	if state == "" {
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
	if state == store.StateReady {
		t.ledger, t.s.ledger = nil, nil // its memory is wanted for the sorting; without it the next batch makes indexes, too
	}
	for name, definition := range deferredIndexes {
		switch {
		case state == store.StateLoading && next == 1 && have[name]:
			_, err = t.c.ExecContext(ctx, "DROP INDEX "+name)
			t.begins = t.begins || slices.Contains(ledgerIndexes, name)
		case state == store.StateReady && !have[name]:
			err = t.makeIndex(ctx, definition)
		}
		if err != nil {
			return err
		}
	}
	if state == store.StateReady {
		return t.mergeAll(ctx) // when the memory of the sorting is free again
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
