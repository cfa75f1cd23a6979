package neo4j

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"slices"
	"time"

	driver "github.com/neo4j/neo4j-go-driver/v5/neo4j"

	"lintu/kg"
	"lintu/store"
	"lintu/text"
)

// migrations are the numbered steps of the schema; each can be repeated, and a later one is only ever added. The
// first creates what kg's tables ask for, so a table that grows needs one more step that does the same.
var migrations = []func(context.Context, *Store) error{
	func(ctx context.Context, s *Store) error { return s.createSchema(ctx) },
	func(ctx context.Context, s *Store) error { return s.computeTies(ctx) },
	func(ctx context.Context, s *Store) error { return s.createSchema(ctx) }, // measures
	func(ctx context.Context, s *Store) error { return s.createSchema(ctx) }, // rings, alerts and timelines
	func(ctx context.Context, s *Store) error { return s.createSchema(ctx) }, // what doorbells make known of themselves
	func(ctx context.Context, s *Store) error { return s.createSchema(ctx) }, // anchors of the audit trail
	func(ctx context.Context, s *Store) error { return s.createOwn(ctx) },    // what people ask of their own records
	func(ctx context.Context, s *Store) error { return s.dropCommon(ctx) },   // an index of no use; from here on first versions and open spans of ties may be absent
}

// migrationTimeout bounds one step: indexes of a large graph take minutes to fill.
const migrationTimeout = 30 * time.Minute

// lockStatement takes the lock of migrations; it lasts until the transaction ends, also when the process dies.
const lockStatement = "MERGE (l:" + lockLabel + " {name: 'migration'}) SET l.taken = true RETURN 1"

const metaStatement = "MATCH (m:" + metaLabel + " {name: 'lintu'}) RETURN m.schema, m.state, m.demo, m.revision, m.textVersion, m.key, m.trimmed, m." + propDeferred

type meta struct {
	schema      int
	state       store.State
	demo        string
	revision    store.Revision
	textVersion int
	key         store.Key
	trimmed     store.Revision // the journal begins after it
	deferred    bool           // indexes may be absent
}

func decodeMeta(row []any) (meta, error) {
	if row == nil {
		return meta{}, fmt.Errorf("neo4j: the database holds no Lintu; open it again: %w", kg.ErrUnavailable)
	}
	m := meta{schema: int(asInt(row[0])), state: store.State(asText(row[1])), demo: asText(row[2]), revision: store.Revision(asInt(row[3])),
		textVersion: int(asInt(row[4])), trimmed: store.Revision(asInt(row[6]))}
	key, err := base64.StdEncoding.DecodeString(asText(row[5]))
	if err != nil || len(key) != len(m.key) {
		return meta{}, fmt.Errorf("neo4j: the key in the database is damaged")
	}
	copy(m.key[:], key)
	m.deferred, _ = row[7].(bool)
	return m, nil
}

// meta reads the meta node.
func (s *Store) meta(ctx context.Context) (meta, error) {
	row, err := s.read(ctx, metaStatement, nil)
	if err != nil {
		return meta{}, err
	}
	return decodeMeta(row)
}

// migrate brings the schema up to date. A database that is up to date costs one read.
func (s *Store) migrate(ctx context.Context, key *store.Key) error {
	row, err := s.auto(ctx, driver.AccessModeRead, s.timeout, metaStatement, nil)
	if err != nil {
		return err
	}
	if done, err := upToDate(row); done || err != nil {
		return err
	}
	if row == nil {
		if err := s.refuseForeign(ctx); err != nil {
			return err
		}
	}
	if err := s.schema(ctx, unique("lock_name", "(n:"+lockLabel+")", "name").create); err != nil {
		return err
	}
	return s.locked(ctx, func() error {
		row, err := s.auto(ctx, driver.AccessModeRead, s.timeout, metaStatement, nil)
		if err != nil {
			return err
		}
		if done, err := upToDate(row); done || err != nil {
			return err // another process was faster
		}
		return s.runMigrations(ctx, row, key)
	})
}

// upToDate says whether nothing is to be done, and refuses a newer schema.
func upToDate(row []any) (bool, error) {
	if row == nil {
		return false, nil
	}
	m, err := decodeMeta(row)
	if err != nil {
		return false, err
	}
	if m.schema > len(migrations) {
		return false, fmt.Errorf("neo4j: the database has schema %d, this program knows up to %d: run the newer version of Lintu that migrated it, or restore a backup from before", m.schema, len(migrations))
	}
	if m.textVersion > text.Version {
		return false, fmt.Errorf("neo4j: the texts in the database are of version %d, this program's are %d: run the newer version of Lintu that wrote them", m.textVersion, text.Version)
	}
	return m.schema == len(migrations) && m.textVersion == text.Version, nil
}

// locked runs f while a transaction of its own holds the lock node. Schema statements need transactions of theirs.
func (s *Store) locked(ctx context.Context, f func() error) error {
	session := s.session(ctx, driver.AccessModeWrite)
	defer func() { _ = session.Close(ctx) }()
	tx, err := session.BeginTransaction(ctx, driver.WithTxTimeout(migrationTimeout))
	if err != nil {
		return fail(ctx, err)
	}
	defer func() { _ = tx.Close(ctx) }()
	result, err := tx.Run(ctx, lockStatement, nil)
	if err != nil {
		return fail(ctx, err)
	}
	if _, err := result.Consume(ctx); err != nil { // the lock is taken by now
		return fail(ctx, err)
	}
	if err := f(); err != nil {
		return err
	}
	return fail(ctx, tx.Commit(ctx))
}

// runMigrations takes the steps that a database lacks. A new one holds nothing to bring up to date, and gets the schema as
// it is now.
func (s *Store) runMigrations(ctx context.Context, row []any, key *store.Key) error {
	if row == nil {
		s.log.InfoContext(ctx, "neo4j: making the schema", "number", len(migrations))
		create := s.createSchema
		if s.loads {
			create = s.createLasting
		}
		if err := create(ctx); err != nil {
			return fmt.Errorf("making the schema: %w", err)
		}
		return s.recordSchema(ctx, len(migrations), key)
	}
	for n := int(asInt(row[0])); n < len(migrations); n++ {
		s.log.InfoContext(ctx, "neo4j: migrating the schema", "to", n+1)
		if err := migrations[n](ctx, s); err != nil {
			return fmt.Errorf("migration %d: %w", n+1, err)
		}
		if err := s.recordSchema(ctx, n+1, key); err != nil {
			return err
		}
	}
	return s.renewTexts(ctx)
}

// recordSchema writes the schema's number; the first time it creates the meta node with all that a new store has, and says
// whether indexes are absent.
func (s *Store) recordSchema(ctx context.Context, schema int, key *store.Key) error {
	if key == nil {
		key = new(store.Key)
		_, _ = rand.Read(key[:]) // never fails
	}
	_, err := s.auto(ctx, driver.AccessModeWrite, s.timeout, "MERGE (m:"+metaLabel+" {name: 'lintu'}) "+
		"ON CREATE SET m.state = $state, m.demo = '', m.revision = 0, m.trimmed = 0, m.textVersion = $text, m.key = $key, m."+propDeferred+" = CASE WHEN $deferred THEN true END "+
		"SET m.schema = $schema RETURN 1",
		params{"deferred": s.loads, "schema": schema, "state": string(store.StateReady), "text": text.Version, "key": base64.StdEncoding.EncodeToString(key[:])})
	return err
}

// createSchema creates the constraints and indexes that are not there yet, and waits until they are filled. The full-text
// index is begun first, because it takes the longest: the others are filled beside it.
func (s *Store) createSchema(ctx context.Context) error {
	var search, indexes, constraints []schemaItem
	for _, item := range schemaItems() {
		switch {
		case item.constraint:
			constraints = append(constraints, item)
		case item.name == textIndex:
			search = append(search, item)
		default:
			indexes = append(indexes, item)
		}
	}
	for _, items := range [][]schemaItem{search, indexes, constraints} {
		if err := s.together(ctx, items, schemaItem.creation); err != nil {
			return err
		}
	}
	return s.schema(ctx, fmt.Sprintf("CALL db.awaitIndexes(%d)", int(migrationTimeout.Seconds())))
}

// createLasting creates what loads do not do without.
func (s *Store) createLasting(ctx context.Context) error {
	own := slices.DeleteFunc(schemaItems(), func(item schemaItem) bool { return !item.own })
	return s.together(ctx, own, schemaItem.creation)
}

// dropCommon drops the index on a field with few values, which the tables ask for no more.
func (s *Store) dropCommon(ctx context.Context) error {
	return s.schema(ctx, index("division_codeScheme", "", "", "").drop())
}

func (s *Store) schema(ctx context.Context, statement string) error {
	_, err := s.auto(ctx, driver.AccessModeWrite, migrationTimeout, statement, nil)
	return err
}
