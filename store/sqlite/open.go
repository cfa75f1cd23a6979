// Package sqlite is the storage contract on one SQLite file: the engine that needs no installation.
//
// A Store has one connection that writes and a pool of connections that read. The file is in WAL mode, so readers
// never wait for the writer, and several processes on one host may share it. Every read of the contract is one
// transaction: it sees one revision. What a filter, an order or a match means is decided in packages kg and text;
// this package translates to SQL over columns that Go computed.
//
// Statements read in two stages: the narrow hits first (numbers and order values, materialised), then the wide rows of
// those that are left. Only a step that leaves nothing out reads each hit once.
package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"

	"lintu/kg"
	"lintu/store"
)

// Options say which file to open, and how.
type Options struct {
	// Path of the database file; it is created where it is absent, its folder is not.
	Path string
	// Key of a new database; nil makes a random one. A database that exists keeps its own.
	Key *store.Key
	// ReadOnly refuses every Apply; the file must exist and have the current schema.
	ReadOnly bool
	// Journal is how many revisions Changes reaches back and batch ids are remembered; 0 stands for 10,000.
	Journal int
	// Logger takes warnings; nil drops them.
	Logger *slog.Logger
}

const defaultJournal = 10000

// Store implements store.Store.
type Store struct {
	options Options
	log     *slog.Logger

	writer  *pool // of one
	readers *pool
	keeper  *keeper // of a store that is written to
	once    sync.Once
	ended   error // of closing

	line   line    // batches that wait for the writer
	ledger *ledger // of a load that goes on; who holds the writer may look

	relations map[kg.Relation]int64 // numbers in the table relation
	names     map[int64]kg.Relation
	indexed   map[string]bool // columns of nodes that are in an index
}

var _ store.Store = (*Store)(nil)

// Open opens or creates a database and brings its schema up to date.
func Open(ctx context.Context, o Options) (*Store, error) {
	s := &Store{options: o, log: o.Logger}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	if s.options.Journal == 0 {
		s.options.Journal = defaultJournal
	}
	path, err := checkPath(o)
	if err != nil {
		return nil, err
	}
	if drive := networkDrive(filepath.Dir(path)); drive != "" {
		s.log.Warn("the database is on a network drive; SQLite needs the locks of a local one, or the file can be damaged", "path", o.Path, "drive", drive)
	}
	if err := s.open(ctx, path); err != nil {
		_ = s.Close()
		return nil, fmt.Errorf("opening %s: %w", o.Path, err)
	}
	return s, nil
}

func checkPath(o Options) (string, error) {
	if o.Path == "" || strings.HasPrefix(o.Path, ":memory:") || strings.HasPrefix(o.Path, "file:") {
		return "", kg.Invalid("path", fmt.Sprintf("%q", o.Path), "the path of a file, such as data/town.db")
	}
	path, err := filepath.Abs(o.Path)
	if err != nil {
		return "", fmt.Errorf("path %s: %w", o.Path, err)
	}
	info, err := os.Stat(path)
	switch {
	case err == nil && info.IsDir():
		return "", kg.Invalid("path", fmt.Sprintf("%s is a folder", o.Path), "the path of a file")
	case errors.Is(err, os.ErrNotExist) && o.ReadOnly:
		return "", kg.Invalid("path", fmt.Sprintf("%s does not exist", o.Path), "an existing database to read")
	case errors.Is(err, os.ErrNotExist):
		if _, err := os.Stat(filepath.Dir(path)); err != nil {
			return "", kg.Invalid("path", fmt.Sprintf("the folder of %s does not exist", o.Path), "a path in an existing folder")
		}
	case err != nil:
		return "", fmt.Errorf("path %s: %w", o.Path, err)
	}
	return path, nil
}

func (s *Store) open(ctx context.Context, path string) error {
	write, err := sql.Open("sqlite", dsn(path, s.options.ReadOnly, lockWait, writerPragmas))
	if err != nil {
		return err
	}
	read, err := sql.Open("sqlite", dsn(path, s.options.ReadOnly, lockWait, readerPragmas))
	if err != nil {
		return errors.Join(err, write.Close())
	}
	s.writer, s.readers = newPool(write, 1), newPool(read, max(4, runtime.GOMAXPROCS(0)))
	c, err := s.writer.take(ctx)
	if err != nil {
		return fail(ctx, "connecting", foreign(err))
	}
	defer s.writer.give(c, false)
	if err := s.migrate(ctx, c); err != nil {
		return err
	}
	if err := s.loadRelations(ctx, c); err != nil || s.options.ReadOnly {
		return err
	}
	if err := s.loadIndexed(ctx, c); err != nil {
		return err
	}
	if unfinished, err := isForgetting(ctx, c); err != nil || unfinished {
		if err == nil {
			err = s.finishForgetting(ctx, c)
		}
		if err != nil {
			return fail(ctx, "finishing an erasure", err)
		}
	}
	if s.keeper, err = s.newKeeper(path); err != nil {
		return err
	}
	return s.restoreIndexes(ctx, c)
}

var (
	// A commit is on the disk when Apply answers: FULL, as Neo4j and PostgreSQL do by default. Checkpoints are
	// rarer than by default, every 128 MB, since large batches change many pages again and again (for small ones see
	// keeper); only a WAL file that is longer is cut back after them, since what is cut off costs the next commits the
	// disk's time for it.
	// What is deleted is overwritten in the pages that are written anyway; see forget.go for the rest.
	writerPragmas = []string{"secure_delete(FAST)", "synchronous(FULL)", "cache_size(" + writerCache + ")", "temp_store(MEMORY)", "wal_autocheckpoint(32000)", "journal_size_limit(134217728)"}
	// Readers cannot write even by mistake.
	readerPragmas = []string{"query_only(1)", "cache_size(" + readerCache + ")", "temp_store(MEMORY)"}
)

// writerCache and readerCache are the caches of connections in KiB, as negative numbers: the form of the pragma. A page
// takes twice its size of memory, since the allocator rounds up to powers of two.
const writerCache, readerCache = "-20480", "-32768"

// lockWait is how long a connection waits for another process's lock if its context does not end before, in
// milliseconds.
var lockWait = "5000"

func dsn(path string, readOnly bool, wait string, pragmas []string) string {
	q := url.Values{"_busy_timeout": {wait}, "_pragma": pragmas}
	if readOnly {
		q.Set("mode", "ro")
	}
	slashed := filepath.ToSlash(path)
	if !strings.HasPrefix(slashed, "/") {
		slashed = "/" + slashed
	}
	u := url.URL{Scheme: "file", OmitHost: true, Path: slashed, RawQuery: q.Encode()}
	return u.String()
}

// Close ends the store. Reads and writes that are under way are waited for; later ones fail.
func (s *Store) Close() error {
	s.once.Do(func() {
		if s.readers != nil {
			s.ended = errors.Join(s.keeper.close(), s.readers.close(), s.writer.close())
		}
	})
	return s.ended
}
