package importer

import (
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"lintu/importer/sheet"
	"lintu/internal/neo4jtest"
	"lintu/kg"
	"lintu/store"
	"lintu/store/neo4j"
	"lintu/store/sqlite"
	"lintu/store/storetest"
)

func TestMain(m *testing.M) { os.Exit(neo4jtest.Main(m)) }

var today = storetest.Today

// engine is a way to get an empty store; a second call may take the first store's data away.
type engine struct {
	name string
	open func(t testing.TB, key *store.Key) store.Store
}

var engines = []engine{
	{"sqlite", openSQLite},
	{"neo4j", openNeo4j},
}

func openSQLite(t testing.TB, key *store.Key) store.Store {
	t.Helper()
	st, err := sqlite.Open(t.Context(), sqlite.Options{Path: filepath.Join(t.TempDir(), "test.db"), Key: key})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = st.Close() })
	return st
}

func openNeo4j(t testing.TB, key *store.Key) store.Store {
	t.Helper()
	server := neo4jtest.For(t)
	if err := server.Clear(t.Context()); err != nil {
		t.Fatal(err)
	}
	st, err := neo4j.Open(t.Context(), neo4j.Options{URI: server.URI, User: server.User, Password: server.Password, Database: server.Database, Key: key, Timeout: 2 * time.Minute})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = st.Close() })
	return st
}

// oracle is an empty store in memory.
func oracle() *storetest.Oracle {
	return storetest.NewOracle(storetest.Options{Key: store.Key([]byte("a key for tests: 32 bytes long.."))})
}

// folder is a folder with files.
func folder(t testing.TB, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// result is what an import told.
type result struct {
	*Summary
	problems []Problem
}

// told is the problems, one a line: "people.csv:3 name BAD_VALUE".
func (r result) told() string {
	var lines []string
	for _, p := range r.problems {
		lines = append(lines, strings.TrimSuffix(fmt.Sprintf("%s:%d %s %s", p.File, p.Line, p.Code, p.Column), " "))
	}
	return strings.Join(lines, "\n")
}

// of is the counts of a kind or relation.
func (r result) of(name string) Count {
	i := slices.IndexFunc(r.Subjects, func(s SubjectCounts) bool { return s.Subject == name })
	if i < 0 {
		return Count{}
	}
	return r.Subjects[i].Count
}

// try imports and gives what was told.
func try(t testing.TB, st store.Store, o Options) (result, error) {
	t.Helper()
	var r result
	o.Problem = func(p Problem) { r.problems = append(r.problems, p) }
	if o.Today == 0 {
		o.Today = today
	}
	files, err := Find(o)
	if err != nil {
		return r, err
	}
	r.Summary, err = files.Import(t.Context(), st)
	return r, err
}

// bring imports and fails where something is refused.
func bring(t testing.TB, st store.Store, o Options) result {
	t.Helper()
	r, err := try(t, st, o)
	if err != nil || len(r.problems) > 0 || !r.Written {
		t.Fatalf("import of %s: %v, written %v\n%s", o.From, err, r.Summary != nil && r.Written, r.told())
	}
	return r
}

// exported is a folder with the export of a store.
func exported(t testing.TB, st store.Store, f sheet.Format) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "export")
	if _, err := Export(t.Context(), st, dir, ExportOptions{Format: f}); err != nil {
		t.Fatal(err)
	}
	return dir
}

// same fails where two folders do not hold the same bytes.
func same(t testing.TB, got, want string) {
	t.Helper()
	a, b := contents(t, got), contents(t, want)
	for name := range b {
		if a[name] != b[name] {
			t.Errorf("%s differs", name)
		}
	}
	if len(a) != len(b) {
		t.Errorf("%d files, %d before", len(a), len(b))
	}
}

func contents(t testing.TB, dir string) map[string]string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for _, e := range entries {
		b, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		out[e.Name()] = fmt.Sprintf("%x", sha256.Sum256(b))
	}
	return out
}

// read is the text of a file.
func read(t testing.TB, path ...string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(path...))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// village is a store with the suite's village: all kinds, all relations, all times.
func village(t testing.TB, st store.Store) *storetest.Fixture {
	t.Helper()
	f := storetest.Village()
	if _, err := st.Apply(t.Context(), &store.Batch{Changes: f.Changes, Today: today}); err != nil {
		t.Fatal(err)
	}
	return f
}

// codes are the divisions of a store, by code.
func codes(t testing.TB, st store.Store) map[string]*kg.Division {
	t.Helper()
	page, err := st.List(t.Context(), store.Everything, store.ListQuery{Kind: kg.KindDivision, Order: store.Order{By: store.OrderID}, Window: store.Window{Limit: store.NoLimit}})
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]*kg.Division{}
	for _, e := range page.Edges {
		d := e.Item.Node.(*kg.Division)
		out[d.Code] = d
	}
	return out
}

// checked is the first pass alone.
func checked(t testing.TB, st store.Store, o Options) (*check, error) {
	t.Helper()
	o.Today = today
	files, err := Find(o)
	if err != nil {
		t.Fatal(err)
	}
	status, err := st.Ready(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	c := files.check(st, status)
	return c, c.run(t.Context())
}
