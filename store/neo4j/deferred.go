package neo4j

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	driver "github.com/neo4j/neo4j-go-driver/v5/neo4j"

	"lintu/store"
)

// A large load into an empty store does without the indexes and constraints of the graph, and makes them when it is ready:
// the full-text index alone costs more than all the rest of a commit, and an index that is made in one go costs a
// fraction of one that grows. A store that is made for a load gets them only then. What they are needed for meanwhile,
// finding nodes by id and seeing to it that ids and keys of ties are unique, the ledger of the process that loads does. That
// they are absent stands in the meta node before the first is dropped, so that they are never missed: they are made first
// for a batch that makes the store ready, for one of a process without a ledger, for one that asks for what no ledger has,
// and by whoever opens the store; and the constraints look at everything then. Meanwhile lists take longer ways, and a search
// may fail as unavailable; nobody serves a store that is loading.

// Properties of the meta node: propDeferred says that indexes may be absent, propLoad is the name of the last load.
const (
	propDeferred = "deferred"
	propLoad     = "load"
)

// deferFrom is how many changes a load must bring to do without indexes: making them all takes seconds, which a small
// load does not win back. Tests make it small.
var deferFrom = 20_000

// errDeferred ends a transaction that needs the indexes which are absent.
var errDeferred = errors.New("neo4j: indexes are to be made first")

// deferredItems are the indexes, and deferredConstraints the constraints, of the graph.
func deferredItems() []schemaItem { return itemsOfGraph(false) }

func deferredConstraints() []schemaItem { return itemsOfGraph(true) }

func itemsOfGraph(constraint bool) []schemaItem {
	return slices.DeleteFunc(schemaItems(), func(item schemaItem) bool { return item.own || item.constraint != constraint })
}

// loading is what a process knows of the load that it brings.
type loading struct {
	mu      sync.Mutex
	begun   bool // on an empty store, by this process
	changes int
	ledger  *ledger // of what it has brought
	flight  *flight // the last batch that was entered there
}

// begin begins the ledger of a load with the batch that has begun it.
func (l *loading) begin(b *store.Batch, done *store.Applied, load string) {
	if b.Try || b.State != store.StateLoading || done.Revision != 0 {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.begun, l.changes, l.ledger, l.flight = true, 0, newLedger(), nil
	l.ledger.load = load
	if b.Coming >= deferFrom {
		l.changes = b.Coming
	}
}

// note counts a batch that was applied, and says whether it is time to drop the indexes.
func (l *loading) note(b *store.Batch, done *store.Applied) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case b.Try:
	case b.State == store.StateReady:
		l.begun, l.ledger, l.flight = false, nil, nil
	case l.begun:
		if !done.Repeated {
			l.changes += len(b.Changes)
		}
		if l.changes >= deferFrom {
			l.begun = false
			return true
		}
	}
	return false
}

// ledgerAt is the ledger for a transaction that has found the store at a revision of a load. Where these are not the
// ledger's own, somebody else has written, or a batch was committed that this process does not know of: there is none any
// more.
func (l *loading) ledgerAt(r store.Revision, load string) *ledger {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.ledger != nil && !l.ledger.isAt(r, load) {
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
		items, err := s.present(ctx, append(deferredConstraints(), deferredItems()...))
		if err != nil {
			return err
		}
		return s.together(ctx, items, schemaItem.drop)
	})
}

// present are those of the items that the database has. A constraint has an index of its name.
func (s *Store) present(ctx context.Context, items []schemaItem) ([]schemaItem, error) {
	row, err := s.auto(ctx, driver.AccessModeWrite, s.timeout, "SHOW INDEXES YIELD name RETURN collect(name)", nil)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(items, func(item schemaItem) bool { return !slices.Contains(asList(row[0]), any(item.name)) }), nil
}

// restoreIndexes makes the indexes that a load which was broken off did without, unless another is to follow, and learns the
// installation's key.
func (s *Store) restoreIndexes(ctx context.Context) error {
	m, err := s.meta(ctx)
	if err != nil {
		return err
	}
	s.key = m.key
	if m.deferred && (!s.loads || m.revision > 0) {
		return s.makeDeferred(ctx)
	}
	return nil
}

// makeDeferred makes the indexes and constraints that are absent, waits until they are filled, and says so in the meta
// node.
func (s *Store) makeDeferred(ctx context.Context) error {
	return s.locked(ctx, func() error {
		s.log.DebugContext(ctx, "neo4j: making the indexes that a load did without")
		if err := s.createSchema(ctx); err != nil {
			return err
		}
		_, err := s.auto(ctx, driver.AccessModeWrite, s.timeout, "MATCH (m:"+metaLabel+" {name: 'lintu'}) SET m."+propDeferred+" = null", nil)
		return err
	})
}

// together creates or drops what is in the schema in one transaction, as statement says. Indexes that are created
// together are filled by one walk over the graph, after the transaction; constraints are checked by each statement.
func (s *Store) together(ctx context.Context, items []schemaItem, statement func(schemaItem) string) error {
	session := s.session(ctx, driver.AccessModeWrite)
	defer func() { _ = session.Close(ctx) }()
	tx, err := session.BeginTransaction(ctx, driver.WithTxTimeout(migrationTimeout))
	if err != nil {
		return fail(ctx, err)
	}
	defer func() { _ = tx.Close(ctx) }()
	for _, item := range items {
		result, err := tx.Run(ctx, statement(item), nil)
		if err == nil {
			_, err = result.Consume(ctx)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", item.name, fail(ctx, err))
		}
	}
	return fail(ctx, tx.Commit(ctx))
}
