package neo4j

import (
	"context"
	"errors"
	"fmt"
	"sync"

	driver "github.com/neo4j/neo4j-go-driver/v5/neo4j"

	"lintu/kg"
	"lintu/store"
)

// A large load into an empty store does without the indexes that only questions need, and makes them when it is ready:
// the full-text index alone costs more than all the rest of a commit, and an index that is made in one go costs a
// fraction of one that grows. That they are absent stands in the meta node before the first is dropped, so that they are
// never missed: a batch that makes the store ready, and whoever opens the store, makes them first. Meanwhile lists
// take longer ways, and a search may fail as unavailable; nobody serves a store that is loading.

// propDeferred of the meta node says that indexes may be absent.
const propDeferred = "deferred"

// deferFrom is how many changes a load must have brought before indexes are dropped: making them all takes seconds,
// which a small load does not win back. Tests make it small.
var deferFrom = 20_000

// errDeferred ends a transaction that would make a store ready whose indexes are absent.
var errDeferred = errors.New("neo4j: indexes are to be made first")

// deferredItems are the indexes that batches and look-ups by natural keys do without.
func deferredItems() []schemaItem {
	items := textItems()
	for _, d := range kg.Kinds {
		for _, item := range kindItems(d.Kind) {
			if !item.keyed {
				items = append(items, item)
			}
		}
	}
	return items
}

// loading is what a process knows of the load that it brings.
type loading struct {
	mu      sync.Mutex
	begun   bool // on an empty store, by this process
	changes int
	ledger  *ledger // of what it has brought
}

// note counts a batch that was applied, and says whether it is time to drop the indexes.
func (l *loading) note(b *store.Batch, done *store.Applied) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case b.Try:
	case b.State == store.StateReady:
		l.begun, l.ledger = false, nil
	case b.State == store.StateLoading && done.Revision == 0:
		l.begun, l.changes, l.ledger = true, 0, newLedger()
	case l.begun && !done.Repeated:
		l.changes += len(b.Changes)
		if l.changes >= deferFrom {
			l.begun = false
			return true
		}
	}
	return false
}

// ledgerAt is the ledger for a transaction that has found the store at a revision. Where that is not the ledger's own,
// somebody else has written, or a batch was committed that this process does not know of: there is none any more.
func (l *loading) ledgerAt(r store.Revision) *ledger {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.ledger != nil && !l.ledger.isAt(r) {
		l.ledger = nil
	}
	return l.ledger
}

// deferIndexes drops the deferred indexes, if the store is still loading. Whoever makes them waits for the same lock.
func (s *Store) deferIndexes(ctx context.Context) error {
	return s.locked(ctx, func() error {
		row, err := s.auto(ctx, driver.AccessModeWrite, s.timeout, "MATCH (m:"+metaLabel+" {name: 'lintu'}) SET m.locked = true WITH m WHERE m.state = $loading "+
			"SET m."+propDeferred+" = true RETURN 1", params{"loading": string(store.StateLoading)})
		if err != nil || row == nil {
			return err
		}
		for _, item := range deferredItems() {
			if err := s.schema(ctx, "DROP INDEX "+item.name+" IF EXISTS"); err != nil {
				return fmt.Errorf("%s: %w", item.name, err)
			}
		}
		return nil
	})
}

// restoreIndexes makes the indexes that a load which was broken off did without, and learns the installation's key.
func (s *Store) restoreIndexes(ctx context.Context) error {
	m, err := s.meta(ctx)
	if err != nil {
		return err
	}
	s.key = m.key
	if m.deferred {
		return s.makeDeferred(ctx)
	}
	return nil
}

// makeDeferred makes the indexes that are absent, waits until they are filled, and says so in the meta node.
func (s *Store) makeDeferred(ctx context.Context) error {
	return s.locked(ctx, func() error {
		if err := s.createTogether(ctx, deferredItems()); err != nil {
			return err
		}
		if err := s.createSchema(ctx); err != nil { // which waits for them
			return err
		}
		_, err := s.auto(ctx, driver.AccessModeWrite, s.timeout, "MATCH (m:"+metaLabel+" {name: 'lintu'}) SET m."+propDeferred+" = null", nil)
		return err
	})
}

// createTogether creates indexes in one transaction: they are filled by one walk over the graph.
func (s *Store) createTogether(ctx context.Context, items []schemaItem) error {
	session := s.session(ctx, driver.AccessModeWrite)
	defer func() { _ = session.Close(ctx) }()
	tx, err := session.BeginTransaction(ctx, driver.WithTxTimeout(migrationTimeout))
	if err != nil {
		return fail(ctx, err)
	}
	defer func() { _ = tx.Close(ctx) }()
	for _, item := range items {
		result, err := tx.Run(ctx, item.create, nil)
		if err == nil {
			_, err = result.Consume(ctx)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", item.name, fail(ctx, err))
		}
	}
	return fail(ctx, tx.Commit(ctx))
}
