// Package neo4j is the engine of the storage contract on Neo4j 5.26 or later, a single server or a cluster: the
// system of record at scale. It is the only place with Cypher.
//
// Every node has the label Node and its kind's; every tie is a relationship whose type is its relation. The node's
// fields are one JSON text (what kg.Encode wrote); beside it stand the properties that are filtered, sorted or
// indexed, all made from kg's tables (schema.go). Labels, types and property names come from these tables and never
// from a caller; values are always parameters.
//
// A read is one statement in autocommit that answers with one record of collected lists, because rows are what costs
// over Bolt. It goes to a reader, after the bookmarks of this process's own writes. Every transaction has a timeout,
// since a statement outlives its client.
package neo4j

import (
	"context"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	driver "github.com/neo4j/neo4j-go-driver/v5/neo4j"
	"github.com/neo4j/neo4j-go-driver/v5/neo4j/config"
	"github.com/neo4j/neo4j-go-driver/v5/neo4j/notifications"

	"lintu/store"
)

// Options say which database to open and how.
type Options struct {
	URI      string // neo4j://, neo4j+s://, bolt:// ...
	User     string
	Password string
	Database string        // empty: neo4j
	Key      *store.Key    // of a database that is created; nil: a random one
	Timeout  time.Duration // of a transaction; 0: 10 s
	Logger   *slog.Logger  // nil: silent
	// Load says that a load follows where the store is empty. Indexes that an empty store lacks, as a new one does, are then
	// made when the load is ready, or by the first batch that needs them, and not by Open.
	Load bool
}

// connectTimeout bounds the opening of a socket, so that a server that is gone is known within two seconds.
const connectTimeout = 1500 * time.Millisecond

// Store is a Neo4j database. It is safe for concurrent use.
type Store struct {
	driver    driver.DriverWithContext
	database  string
	timeout   time.Duration
	bookmarks driver.BookmarkManager
	log       *slog.Logger
	key       store.Key // the installation's
	journal   int64     // how many entries are kept
	loads     bool      // Options.Load
	load      loading
	closed    atomic.Bool
	sent      func(statement string, p params) // tests see each read's statement
}

var _ store.Store = (*Store)(nil)

// Open connects, and brings the database's schema up to date: alone, if several processes open at once. It refuses
// a database that a newer Lintu has migrated.
func Open(ctx context.Context, o Options) (*Store, error) {
	if o.Database == "" {
		o.Database = "neo4j"
	}
	if o.Timeout <= 0 {
		o.Timeout = 10 * time.Second
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	d, err := driver.NewDriverWithContext(o.URI, driver.BasicAuth(o.User, o.Password, ""), func(c *config.Config) {
		c.SocketConnectTimeout = connectTimeout
		c.ConnectionAcquisitionTimeout = -1 // the context of each call bounds it
		c.MaxTransactionRetryTime = 0       // retries are this package's own
		c.FetchSize = driver.FetchAll
		c.NotificationsMinSeverity = notifications.DisabledLevel // nobody reads them
		c.TelemetryDisabled = true
		c.UserAgent = "lintu"
	})
	if err != nil {
		return nil, fmt.Errorf("neo4j: %w", err)
	}
	s := &Store{driver: d, database: o.Database, timeout: o.Timeout, log: o.Logger, journal: journalLength, loads: o.Load,
		bookmarks: driver.NewBookmarkManager(driver.BookmarkManagerConfig{})}
	err = s.migrate(ctx, o.Key)
	if err == nil {
		err = s.restoreIndexes(ctx)
	}
	if err != nil {
		_ = d.Close(context.WithoutCancel(ctx))
		return nil, err
	}
	return s, nil
}

// Close ends the store; other methods fail afterwards.
func (s *Store) Close() error {
	if s.closed.Swap(true) {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), connectTimeout)
	defer cancel()
	return s.driver.Close(ctx)
}

// Ready asks the database itself.
func (s *Store) Ready(ctx context.Context) (store.Status, error) {
	m, err := s.meta(ctx)
	if err != nil {
		return store.Status{}, err
	}
	return store.Status{Engine: "neo4j", Schema: m.schema, State: m.state, Demo: m.demo, Revision: m.revision,
		TextVersion: m.textVersion, Key: m.key}, nil
}
