package sqlite_test

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"lintu/kg"
	"lintu/store"
	"lintu/store/sqlite"
	"lintu/text"
)

func newPath(t testing.TB) string { return filepath.Join(t.TempDir(), "town.db") }

// open opens a store that is closed with the test.
func open(t testing.TB, o sqlite.Options) *sqlite.Store {
	t.Helper()
	s, err := sqlite.Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// raw opens a file with SQLite alone.
func raw(t testing.TB, path string) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

func run(t testing.TB, db *sql.DB, statements ...string) {
	t.Helper()
	for _, s := range statements {
		if _, err := db.ExecContext(t.Context(), s); err != nil {
			t.Fatalf("%s: %v", s, err)
		}
	}
}

func status(t testing.TB, s store.Store) store.Status {
	t.Helper()
	st, err := s.Ready(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return st
}

func person(name string) store.Mutation {
	p := &kg.Person{Name: name}
	p.ID = kg.NewID(kg.KindPerson)
	return store.Mutation{Op: store.PutNode, Node: p}
}

func put(t testing.TB, s store.Store, changes ...store.Mutation) *store.Applied {
	t.Helper()
	done, err := s.Apply(t.Context(), &store.Batch{Changes: changes})
	if err != nil {
		t.Fatal(err)
	}
	return done
}

func TestAPathThatIsNoFileIsRefused(t *testing.T) {
	folder := t.TempDir()
	for _, path := range []string{"", ":memory:", "file:x.db", folder, filepath.Join(folder, "absent", "town.db")} {
		if _, err := sqlite.Open(t.Context(), sqlite.Options{Path: path}); !errors.Is(err, kg.ErrInvalid) {
			t.Errorf("%q: got %v", path, err)
		}
	}
}

func TestAPathMayHoldAnyCharacters(t *testing.T) {
	path := filepath.Join(t.TempDir(), "石首 50%? #1&a=b.db")
	s := open(t, sqlite.Options{Path: path})
	put(t, s, person("甲"))
	if info, err := os.Stat(path); err != nil || info.Size() == 0 {
		t.Errorf("the file is %v, %v", info, err)
	}
}

func TestAFileOfAnotherProgramIsRefusedAndLeftAsItIs(t *testing.T) {
	folder := t.TempDir()
	notes := filepath.Join(folder, "notes.txt")
	if err := os.WriteFile(notes, []byte(strings.Repeat("not a database\n", 100)), 0o600); err != nil {
		t.Fatal(err)
	}
	other := filepath.Join(folder, "other.db")
	db := raw(t, other)
	run(t, db, "CREATE TABLE note (text TEXT)")
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{notes, other} {
		before, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := sqlite.Open(t.Context(), sqlite.Options{Path: path}); err == nil || !strings.Contains(err.Error(), "not a database of Lintu") {
			t.Errorf("%s: got %v", path, err)
		}
		if after, err := os.ReadFile(path); err != nil || !bytes.Equal(before, after) {
			t.Errorf("%s was changed (%v)", path, err)
		}
	}
}

func TestANewerSchemaIsRefusedWithWhatToDo(t *testing.T) {
	path := newPath(t)
	s := open(t, sqlite.Options{Path: path})
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	run(t, raw(t, path), "PRAGMA user_version = 99")
	_, err := sqlite.Open(t.Context(), sqlite.Options{Path: path})
	if err == nil || !strings.Contains(err.Error(), "schema 99") || !strings.Contains(err.Error(), "newer version") {
		t.Errorf("got %v", err)
	}
}

func TestANewDatabaseTakesTheGivenKeyAndKeepsIt(t *testing.T) {
	path := newPath(t)
	key := store.Key{1, 2, 3}
	s := open(t, sqlite.Options{Path: path, Key: &key})
	if got := status(t, s).Key; got != key {
		t.Error("the key is not the given one")
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	other := store.Key{9}
	if got := status(t, open(t, sqlite.Options{Path: path, Key: &other})).Key; got != key {
		t.Error("the key of an existing database was changed")
	}
	a, b := status(t, open(t, sqlite.Options{Path: newPath(t)})).Key, status(t, open(t, sqlite.Options{Path: newPath(t)})).Key
	if a == b || a == (store.Key{}) {
		t.Error("keys that are not given are not random")
	}
}

func TestAReadOnlyStoreAnswersAndRefusesToWrite(t *testing.T) {
	path := newPath(t)
	if _, err := sqlite.Open(t.Context(), sqlite.Options{Path: path, ReadOnly: true}); !errors.Is(err, kg.ErrInvalid) {
		t.Errorf("of an absent file: got %v", err)
	}
	writer := open(t, sqlite.Options{Path: path})
	put(t, writer, person("甲"))
	s := open(t, sqlite.Options{Path: path, ReadOnly: true})
	put(t, writer, person("乙"))
	page, err := s.List(t.Context(), store.Everything, store.ListQuery{Kind: kg.KindPerson, Window: store.Window{Count: true}})
	if err != nil || page.Total != 2 {
		t.Errorf("got %+v, %v", page, err)
	}
	if _, err := s.Apply(t.Context(), &store.Batch{Changes: []store.Mutation{person("丙")}}); !errors.Is(err, kg.ErrUnavailable) {
		t.Errorf("Apply: got %v", err)
	}
}

func TestALocalDriveGivesNoWarning(t *testing.T) {
	var log bytes.Buffer
	open(t, sqlite.Options{Path: newPath(t), Logger: slog.New(slog.NewTextHandler(&log, nil))})
	if log.Len() > 0 {
		t.Errorf("logged %s", log.String())
	}
}

func TestSortKeysAndSearchTextsAreComputedAnewWhenPackageTextHasChanged(t *testing.T) {
	path := newPath(t)
	s := open(t, sqlite.Options{Path: path})
	put(t, s, person("王秀兰"), person("单秀兰"))
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	db := raw(t, path)
	run(t, db, "UPDATE meta SET value = '0' WHERE name = 'textVersion'", "UPDATE node SET sort_key = 'old', norm = 'old'", "DELETE FROM entry", "DELETE FROM suffix", "UPDATE term SET norm = norm || 'old'")
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := sqlite.Open(t.Context(), sqlite.Options{Path: path, ReadOnly: true}); err == nil {
		t.Error("outdated texts were opened for reading only")
	}
	s = open(t, sqlite.Options{Path: path})
	found, err := s.Search(t.Context(), store.Everything, store.SearchQuery{Text: text.Query("xiulan"), Limit: 5})
	if err != nil || len(found.Hits) != 2 {
		t.Errorf("search: got %+v, %v", found, err)
	}
	page, err := s.List(t.Context(), store.Everything, store.ListQuery{Kind: kg.KindPerson, Order: store.Order{By: store.OrderTitle}, Window: store.Window{Limit: 5}})
	if err != nil || len(page.Edges) != 2 || page.Edges[0].Item.Node.Title() != "单秀兰" || status(t, s).TextVersion != text.Version {
		t.Errorf("list: got %+v, %v", page, err)
	}
}

func TestSeveralMayCreateOneFileAtOnce(t *testing.T) {
	for range 8 { // moments differ
		createAtOnce(t, newPath(t))
	}
}

func createAtOnce(t *testing.T, path string) {
	t.Helper()
	opened := make(chan *sqlite.Store, 6)
	for range cap(opened) {
		go func() {
			s, err := sqlite.Open(context.WithoutCancel(t.Context()), sqlite.Options{Path: path})
			if err != nil {
				t.Error(err)
			}
			opened <- s
		}()
	}
	keys := map[store.Key]bool{}
	for range cap(opened) {
		if s := <-opened; s != nil {
			keys[status(t, s).Key] = true
			defer func() { _ = s.Close() }()
		}
	}
	if len(keys) != 1 {
		t.Errorf("the database has %d keys", len(keys))
	}
}

func TestTwoStoresShareOneFile(t *testing.T) {
	path := newPath(t)
	a, b := open(t, sqlite.Options{Path: path}), open(t, sqlite.Options{Path: path})
	const each = 20
	errs := make(chan error, 2)
	for _, s := range []store.Store{a, b} {
		go func() {
			for range each {
				if _, err := s.Apply(context.WithoutCancel(t.Context()), &store.Batch{Changes: []store.Mutation{person("甲")}}); err != nil {
					errs <- err
					return
				}
			}
			errs <- nil
		}()
	}
	for range 2 {
		if err := <-errs; err != nil {
			t.Fatal(err)
		}
	}
	for _, s := range []store.Store{a, b} {
		changes, err := s.Changes(t.Context(), 0, 1000)
		if err != nil || len(changes) != 2*each || status(t, s).Revision != 2*each {
			t.Fatalf("%d changes, %v", len(changes), err)
		}
		for i, c := range changes {
			if c.Revision != store.Revision(i+1) || len(c.Nodes) != 1 {
				t.Errorf("entry %d is %+v", i, c)
			}
		}
	}
}

func TestAWriterThatWaitsForAnotherProcessGivesUpAtItsDeadline(t *testing.T) {
	path := newPath(t)
	s := open(t, sqlite.Options{Path: path})
	other, err := raw(t, path).Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	exec := func(statement string) {
		t.Helper()
		if _, err := other.ExecContext(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
	}
	exec("BEGIN IMMEDIATE")
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := s.Apply(ctx, &store.Batch{Changes: []store.Mutation{person("甲")}}); !errors.Is(err, kg.ErrTimeout) {
		t.Errorf("with a deadline: got %v", err)
	}
	if page, err := s.List(t.Context(), store.Everything, store.ListQuery{Kind: kg.KindPerson}); err != nil || len(page.Edges) != 0 {
		t.Errorf("a reader waits for a writer: %v", err)
	}
	exec("ROLLBACK")
	put(t, s, person("乙"))
}

func TestAWriterThatNeverGetsTheLockSaysThatTheStoreIsUnavailable(t *testing.T) {
	path := newPath(t)
	t.Cleanup(sqlite.ShortLockWait())
	s := open(t, sqlite.Options{Path: path})
	other, err := raw(t, path).Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := other.ExecContext(t.Context(), "BEGIN IMMEDIATE"); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Apply(t.Context(), &store.Batch{Changes: []store.Mutation{person("甲")}}); !errors.Is(err, kg.ErrUnavailable) {
		t.Errorf("got %v", err)
	}
}

func TestAContextThatEndsInterruptsARunningStatement(t *testing.T) {
	s := open(t, sqlite.Options{Path: newPath(t)})
	started := make(chan struct{})
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		<-started
		time.Sleep(50 * time.Millisecond) // until the statement runs
		cancel()
	}()
	if err := s.Endless(ctx, started); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: got %v", err)
	}
	timed, stop := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer stop()
	if err := s.Endless(timed, nil); !errors.Is(err, kg.ErrTimeout) {
		t.Errorf("at its deadline: got %v", err)
	}
	if page, err := s.List(t.Context(), store.Everything, store.ListQuery{Kind: kg.KindPerson, Window: store.Window{Limit: 1}}); err != nil || len(page.Edges) != 0 {
		t.Errorf("afterwards: got %+v, %v", page, err)
	}
	put(t, s, person("乙"))
}

func TestAClosedStoreFailsAndCanBeClosedAgain(t *testing.T) {
	s := open(t, sqlite.Options{Path: newPath(t)})
	if err := errors.Join(s.Close(), s.Close()); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Ready(t.Context()); !errors.Is(err, kg.ErrUnavailable) {
		t.Errorf("Ready: got %v", err)
	}
	if _, err := s.Apply(t.Context(), &store.Batch{}); !errors.Is(err, kg.ErrUnavailable) {
		t.Errorf("Apply: got %v", err)
	}
}
