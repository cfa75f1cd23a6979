package paths_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"lintu/internal/effort"
	"lintu/internal/neo4jtest"
	"lintu/kg"
	"lintu/paths"
	"lintu/store"
	"lintu/store/neo4j"
	"lintu/store/sqlite"
	"lintu/store/storetest"
)

func TestMain(m *testing.M) { os.Exit(neo4jtest.Main(m)) }

// lengths are random graphs, with what networkx found in them; testdata/lengths.py writes them.
type lengths struct {
	Networkx string
	Graphs   []sample
}

type sample struct {
	Nodes     []node
	Ties      []tie
	Questions []asked
}

type node struct {
	kind     kg.Kind
	from, to string
}

// UnmarshalJSON reads [kind, first day, end].
func (n *node) UnmarshalJSON(b []byte) error { return row(b, &n.kind, &n.from, &n.to) }

type tie struct {
	relation       kg.Relation
	from, to, ref  int // ref is -1 where there is none
	since, through string
}

// UnmarshalJSON reads [relation, from, to, ref, first day, end].
func (t *tie) UnmarshalJSON(b []byte) error {
	return row(b, &t.relation, &t.from, &t.to, &t.ref, &t.since, &t.through)
}

type asked struct {
	from, to  int
	relations []kg.Relation
	day       string
	most      int
	length    int // -1 where there is no path
}

// UnmarshalJSON reads [from, to, relations, day, longest, length].
func (a *asked) UnmarshalJSON(b []byte) error {
	return row(b, &a.from, &a.to, &a.relations, &a.day, &a.most, &a.length)
}

func row(b []byte, into ...any) error {
	want := len(into)
	if err := json.Unmarshal(b, &into); err != nil {
		return err
	}
	if len(into) != want {
		return fmt.Errorf("%d values, want %d", len(into), want)
	}
	return nil
}

func corpus(t testing.TB) *lengths {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", "lengths.json"))
	if err != nil {
		t.Fatal(err)
	}
	var g lengths
	if err := json.Unmarshal(b, &g); err != nil {
		t.Fatal(err)
	}
	return &g
}

func span(from, to string) kg.Span {
	var s kg.Span
	for text, at := range map[string]*kg.Date{from: &s.From, to: &s.To} {
		if text != "" {
			*at = kg.MustDate(text)
		}
	}
	return s
}

// fixture is all the graphs in one, which have nothing to do with each other.
func (l *lengths) fixture() *storetest.Fixture {
	f := storetest.NewFixture()
	for i := range l.Graphs {
		l.Graphs[i].add(f, i)
	}
	return f
}

// called is the name of a node in the fixture.
func called(graph, node int) string { return fmt.Sprintf("%d-%d", graph, node) }

func (s *sample) add(f *storetest.Fixture, graph int) {
	for i, n := range s.Nodes {
		name := called(graph, i)
		base := kg.Base{Life: span(n.from, n.to)}
		f.Add(name, map[kg.Kind]kg.Node{
			kg.KindPerson: &kg.Person{Base: base, Name: name, RegisterNo: name}, kg.KindUnit: &kg.Unit{Base: base, Name: name, Code: name},
			kg.KindPartyOrg: &kg.PartyOrg{Base: base, Name: name, Code: name}, kg.KindTeam: &kg.Team{Base: base, Name: name, Code: name},
			kg.KindDivision: &kg.Division{Base: base, Name: name, Code: name}, kg.KindJointCommittee: &kg.JointCommittee{Base: base, Name: name, Code: name},
		}[n.kind])
	}
	for _, t := range s.Ties {
		f.Tie(called(graph, t.from), t.relation, called(graph, t.to), func(x *kg.Tie) {
			x.Valid = span(t.since, t.through)
			if t.ref >= 0 {
				x.Ref = f.ID(called(graph, t.ref))
			}
		})
	}
}

func (s *sample) query(f *storetest.Fixture, graph int, q asked) (paths.Query, store.View) {
	return paths.Query{From: f.ID(called(graph, q.from)), To: f.ID(called(graph, q.to)), Relations: q.relations, MaxLength: q.most}, asOf(q.day)
}

// living says whether both ends live on the day, which Find leaves to its caller.
func (s *sample) living(q asked) bool {
	holds := func(i int) bool { return span(s.Nodes[i].from, s.Nodes[i].to).Holds(kg.MustDate(q.day)) }
	return holds(q.from) && holds(q.to)
}

func TestLengthsAreThoseThatNetworkxFinds(t *testing.T) {
	g := corpus(t)
	f := g.fixture()
	for _, engine := range []struct {
		name  string
		store store.Store
		every int // Neo4j plans many of the statements anew, and is asked fewer questions
	}{{"oracle", filled(t, f), 1}, {"sqlite", inSQLite(t, f), 1}, {"neo4j", inNeo4j(t, f), effort.Pick(40, 8)}} {
		t.Run(engine.name, func(t *testing.T) {
			found, at := 0, 0
			for i, s := range g.Graphs {
				for _, q := range s.Questions {
					if at++; at%engine.every == 0 {
						found += s.check(t, engine.store, f, i, q)
					}
				}
			}
			if found < 300/engine.every {
				t.Errorf("the paths have only %d ties in all", found)
			}
		})
	}
}

// check asks a question, and gives the length of the path.
func (s *sample) check(t *testing.T, st store.Store, f *storetest.Fixture, graph int, q asked) int {
	t.Helper()
	if !s.living(q) {
		if q.length >= 0 {
			t.Errorf("graph %d, %+v: an end does not live, networkx finds a path", graph, q)
		}
		return 0
	}
	query, v := s.query(f, graph, q)
	p := find(t, st, v, query)
	if got := len(p.Nodes()) - 1; got != q.length || p.Outcome != paths.Found && got >= 0 || p.Outcome != paths.None && got < 0 {
		t.Errorf("graph %d, %+v: %s of %d ties", graph, q, p.Outcome, got)
	}
	return len(p.Steps)
}

func inSQLite(t *testing.T, f *storetest.Fixture) store.Store {
	t.Helper()
	st, err := sqlite.Open(t.Context(), sqlite.Options{Path: filepath.Join(t.TempDir(), "lintu.db")})
	if err != nil {
		t.Fatal(err)
	}
	return fill(t, st, f)
}

func inNeo4j(t *testing.T, f *storetest.Fixture) store.Store {
	t.Helper()
	server := neo4jtest.For(t)
	if err := server.Clear(t.Context()); err != nil {
		t.Fatal(err)
	}
	st, err := neo4j.Open(t.Context(), neo4j.Options{URI: server.URI, User: server.User, Password: server.Password, Database: server.Database, Timeout: time.Minute})
	if err != nil {
		t.Fatal(err)
	}
	return fill(t, st, f)
}

func fill(t *testing.T, st store.Store, f *storetest.Fixture) store.Store {
	t.Helper()
	t.Cleanup(func() { _ = st.Close() })
	for _, b := range f.Batches() {
		if _, err := st.Apply(t.Context(), b); err != nil {
			t.Fatal(err)
		}
	}
	return st
}

// The oracle's world by brute force: every chain of ties, one longer at a time, from what the fixture says alone.
func TestPathsAreThoseOfASearchThatLooksAtEveryTie(t *testing.T) {
	f := storetest.Town()
	st := filled(t, f)
	near := map[kg.ID][]kg.ID{}
	link := func(a, b kg.ID) { near[a], near[b] = append(near[a], b), append(near[b], a) }
	for _, m := range f.Changes {
		if m.Op != store.PutTie || !m.Tie.Valid.Holds(storetest.Today) {
			continue
		}
		link(m.Tie.From, m.Tie.To)
		if m.Tie.Ref != "" {
			link(m.Tie.From, m.Tie.Ref)
		}
	}
	people := f.Of(kg.KindPerson)
	for i := range 12 {
		from, to := people[i*131%len(people)], people[i*i*977%len(people)]
		want := distance(near, from, to, 6)
		p := find(t, st, today, paths.Query{From: from, To: to})
		if got := len(p.Nodes()) - 1; got != want {
			t.Errorf("%s to %s: %s of %d ties, want %d", f.Name(from), f.Name(to), p.Outcome, got, want)
		}
	}
}

// distance is the length of a shortest path of at most so many ties, -1 where there is none.
func distance(near map[kg.ID][]kg.ID, from, to kg.ID, most int) int {
	seen, level := map[kg.ID]bool{from: true}, []kg.ID{from}
	for d := 0; d <= most; d++ {
		var next []kg.ID
		for _, id := range level {
			if id == to {
				return d
			}
			for _, n := range near[id] {
				if !seen[n] {
					seen[n] = true
					next = append(next, n)
				}
			}
		}
		level = next
	}
	return -1
}
