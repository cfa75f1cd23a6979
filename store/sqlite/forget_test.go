package sqlite

import (
	"bytes"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"lintu/kg"
	"lintu/store"
	"lintu/store/storetest"
	"lintu/text"
)

// held are the files of a database that hold one of some texts.
func held(t *testing.T, path string, words ...string) (found []string) {
	t.Helper()
	files, err := filepath.Glob(path + "*")
	if err != nil || len(files) == 0 {
		t.Fatalf("%v, %v", files, err)
	}
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, w := range words {
			if bytes.Contains(data, []byte(w)) {
				found = append(found, fmt.Sprintf("%s has %q", filepath.Base(name), w))
			}
		}
	}
	return found
}

// oddNames is a store of so many people with odd names, in batches that make packed runs, and the path of its file.
func oddNames(t *testing.T, people int) (*Store, string) {
	t.Helper()
	suffixesWas, levelWas := suffixesOfRun, runsOfLevel
	suffixesOfRun, runsOfLevel = 64, 3
	t.Cleanup(func() { suffixesOfRun, runsOfLevel = suffixesWas, levelWas })
	path := filepath.Join(t.TempDir(), "town.db")
	s, err := Open(t.Context(), Options{Path: path})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	var b store.Batch
	for i := range people {
		n := &kg.Person{Name: nameOf(i), RegisterNo: fmt.Sprintf("REG-%06d-X", i), Phone: phoneOf(i)}
		n.ID = storetest.NameID(kg.KindPerson, n.Name)
		b.Changes = append(b.Changes, store.Mutation{Op: store.PutNode, Node: n})
		if len(b.Changes) == 40 || i == people-1 {
			if _, err := s.Apply(t.Context(), &b); err != nil {
				t.Fatal(err)
			}
			b.Changes = nil
		}
	}
	return s, path
}

func nameOf(i int) string  { return fmt.Sprintf("饕%s餮%05d", string(rune('一'+i)), i) }
func phoneOf(i int) string { return fmt.Sprintf("000-77%05d", i) }

func forgetPerson(t *testing.T, s *Store, i int) {
	t.Helper()
	id := storetest.NameID(kg.KindPerson, nameOf(i))
	b := &store.Batch{Forget: true, Today: storetest.Today, Changes: []store.Mutation{{Op: store.EraseNode, ID: id, On: storetest.Today}}}
	if _, err := s.Apply(t.Context(), b); err != nil {
		t.Fatal(err)
	}
}

// packedWith is how many packed suffixes begin with a text.
func packedWith(t *testing.T, s *Store, begin string) (n int) {
	t.Helper()
	c, err := s.readers.take(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer s.readers.give(c, false)
	blocks := 0
	err = c.query(t.Context(), new(statement).add("SELECT data FROM suffix_block"), func(rows *sql.Rows) error {
		var data []byte
		if err := rows.Scan(&data); err != nil {
			return err
		}
		blocks++
		list, err := termsUnder(data, begin)
		if list != "[]" {
			n++
		}
		return err
	})
	if err != nil || blocks == 0 {
		t.Fatalf("%d blocks, %v", blocks, err)
	}
	return n
}

func TestNothingOfTheErasedIsLeftInTheFiles(t *testing.T) {
	s, path := oddNames(t, 500)
	rename := func(i int, name, phone string) {
		id := storetest.NameID(kg.KindPerson, nameOf(i))
		b := &store.Batch{Changes: []store.Mutation{{Op: store.ChangeNode, ID: id, Set: []kg.Setting{{Field: "name", Value: name}, {Field: "phone", Value: phone}}}}}
		if _, err := s.Apply(t.Context(), b); err != nil {
			t.Fatal(err)
		}
	}
	rename(17, "魑魅魍魉改过名", "000-880017") // the old name must go, too
	for _, i := range []int{0, 17, 250, 251, 499} {
		words := []string{nameOf(i), phoneOf(i), fmt.Sprintf("REG-%06d-X", i)}
		if found := held(t, path, words[2]); len(found) == 0 || i != 17 && packedWith(t, s, nameOf(i)[len("饕"):]) == 0 {
			t.Fatalf("the test looks for what was never there: %s", words[2])
		}
		if i == 17 {
			words = append(words, "魑魅魍魉", "000-880017")
		}
		forgetPerson(t, s, i)
		if found := held(t, path, words...); len(found) > 0 {
			t.Errorf("person %d: %v", i, found)
		}
		if found := packedWith(t, s, nameOf(i)[len("饕"):]); found > 0 {
			t.Errorf("person %d: %d packed suffixes", i, found)
		}
		hits, err := s.Search(t.Context(), store.Everything, store.SearchQuery{Text: text.Query(nameOf(i)[3:]), Limit: 5})
		if err != nil || len(hits.Hits) > 0 {
			t.Errorf("person %d: found %d times, %v", i, len(hits.Hits), err)
		}
	}
	if found := held(t, path, nameOf(300), phoneOf(300)); len(found) == 0 {
		t.Error("others are gone, too")
	}
	hits, err := s.Search(t.Context(), store.Everything, store.SearchQuery{Text: text.Query(nameOf(300)[3:]), Limit: 5})
	if err != nil || len(hits.Hits) != 1 {
		t.Errorf("others are found %d times, %v", len(hits.Hits), err)
	}
}

// A reader that holds on to the state before keeps it in the file; the next start takes it out.
func TestWhatAReaderHoldsGoesWithTheNextStart(t *testing.T) {
	was := lockWait
	lockWait = "50"
	defer func() { lockWait = was }()
	s, path := oddNames(t, 60)
	c, err := s.readers.take(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := c.exec(t.Context(), "BEGIN"); err != nil {
		t.Fatal(err)
	}
	if _, err := readMeta(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	forgetPerson(t, s, 7)
	if found := held(t, path, phoneOf(7)); len(found) == 0 {
		t.Error("the reader has not held the file")
	}
	if err := c.exec(t.Context(), "ROLLBACK"); err != nil {
		t.Fatal(err)
	}
	s.readers.give(c, false)
	killed := filepath.Join(t.TempDir(), "killed.db") // as the files stand when the process is killed now
	for _, suffix := range []string{"", "-wal"} {
		data, err := os.ReadFile(path + suffix)
		if err == nil {
			err = os.WriteFile(killed+suffix, data, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	again, err := Open(t.Context(), Options{Path: killed})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = again.Close() }()
	if found := held(t, killed, phoneOf(7), nameOf(7)); len(found) > 0 {
		t.Errorf("after the next start %v", found)
	}
}
