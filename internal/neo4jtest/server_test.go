//go:build linux || darwin

package neo4jtest

import (
	"context"
	"errors"
	"net"
	"os"
	"strings"
	"testing"
	"time"

	driver "github.com/neo4j/neo4j-go-driver/v5/neo4j"

	"lintu/internal/effort"
)

func TestMain(m *testing.M) {
	if role := os.Getenv("NEO4JTEST_CHILD"); role != "" {
		child(role)
	}
	os.Exit(Main(m))
}

// count answers a statement that returns one number called n.
func count(t *testing.T, s *Server, statement string) int64 {
	t.Helper()
	rows, err := s.query(t.Context(), s.Database, statement, nil)
	if err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
	n, _, err := driver.GetRecordValue[int64](rows[0], "n")
	if err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
	return n
}

func must(t *testing.T, s *Server, statements ...string) {
	t.Helper()
	for _, statement := range statements {
		if _, err := s.query(t.Context(), s.Database, statement, nil); err != nil {
			t.Fatalf("%s: %v", statement, err)
		}
	}
}

func TestTheServerAnswersByBothSchemesAndOnlyWithItsPassword(t *testing.T) {
	s := For(t)
	for _, uri := range []string{s.URI, s.RoutedURI()} {
		d, err := open(uri, s.User, s.Password)
		if err != nil {
			t.Fatal(err)
		}
		defer d.Close(t.Context())
		rows, err := run(t.Context(), d, s.Database, "RETURN 1 AS n", nil)
		if err != nil || len(rows) != 1 {
			t.Errorf("%s: %d rows, error %v", uri, len(rows), err)
		}
	}
	wrong, err := open(s.URI, s.User, s.Password+"x")
	if err != nil {
		t.Fatal(err)
	}
	defer wrong.Close(t.Context())
	if _, err := run(t.Context(), wrong, s.Database, "RETURN 1", nil); err == nil {
		t.Error("a wrong password was let in")
	}
}

func TestClearDeletesAllDataInSeveralTransactionsAndKeepsTheSchema(t *testing.T) {
	s := For(t)
	if err := s.Reset(t.Context()); err != nil {
		t.Fatal(err)
	}
	must(t, s,
		"CREATE CONSTRAINT `odd ``name` FOR (n:Thing) REQUIRE n.id IS UNIQUE",
		"CREATE INDEX thing_name FOR (n:Thing) ON (n.name)",
		"CREATE (:Hub)",
		"MATCH (h:Hub) UNWIND range(1, 2500) AS i CREATE (:Thing {id: i})-[:OF]->(h)")
	if err := s.clear(t.Context(), 1000); err != nil {
		t.Fatal(err)
	}
	if n := count(t, s, "MATCH (n) RETURN count(n) AS n"); n != 0 {
		t.Errorf("%d nodes are left", n)
	}
	schema := "SHOW INDEXES YIELD type WHERE type <> 'LOOKUP' RETURN count(*) AS n"
	if n := count(t, s, schema); n != 2 {
		t.Errorf("after Clear: %d indexes, want that of the constraint and the other", n)
	}
	if err := s.Reset(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n := count(t, s, schema); n != 0 {
		t.Errorf("after Reset: %d indexes", n)
	}
	if n := count(t, s, "SHOW CONSTRAINTS YIELD name RETURN count(*) AS n"); n != 0 {
		t.Errorf("after Reset: %d constraints", n)
	}
	if n := count(t, s, "SHOW INDEXES YIELD type RETURN count(*) AS n"); n != 2 {
		t.Errorf("after Reset: %d of Neo4j's own two token lookups", n)
	}
}

func TestTheServerRunsWithTheSettingsThatComposeMounts(t *testing.T) {
	s := Own(t)
	listen := strings.TrimPrefix(s.URI, "bolt://")
	want, err := testSettings(listen, listen)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := s.query(t.Context(), s.Database, "SHOW SETTINGS YIELD name, value, isExplicitlySet", nil)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, row := range rows {
		if set, _ := row.AsMap()["isExplicitlySet"].(bool); set {
			got[row.AsMap()["name"].(string)] = row.AsMap()["value"].(string)
		}
	}
	sizes := strings.NewReplacer("512m", "512.00MiB", "256m", "256.00MiB", "16m", "16.00MiB")
	for _, line := range want {
		value, set := got[line.key]
		if !set {
			t.Errorf("%s is not set", line.key)
		}
		for _, own := range []string{"listen_address", "heap", "pagecache", "jvm.additional", "retention_policy", "min_replan_interval"} {
			if strings.Contains(line.key, own) {
				line.value = value // differs by machine, or is written in another form
			}
		}
		if value != sizes.Replace(line.value) {
			t.Errorf("%s is %q, the file says %q", line.key, value, line.value)
		}
	}
}

// In the long form the server is also ended in order, which other packages do all the time.
func TestAServerThatEndedIsBackWithAllThatWasAcknowledgedAndMeanwhileRefusesConnections(t *testing.T) {
	s := Own(t)
	if err := s.Clear(t.Context()); err != nil {
		t.Fatal(err)
	}
	must(t, s, "UNWIND range(1, 1000) AS i CREATE (:Kept {id: i})")
	for _, end := range effort.Pick([]func(context.Context) error{s.Kill}, []func(context.Context) error{s.Kill, s.Stop}) {
		if err := end(t.Context()); err != nil {
			t.Fatal(err)
		}
		if conn, err := net.Dial("tcp", strings.TrimPrefix(s.URI, "bolt://")); err == nil {
			conn.Close()
			t.Error("the port of a server that ended accepts connections")
		}
		if err := s.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		if n := count(t, s, "MATCH (n:Kept) RETURN count(n) AS n"); n != 1000 {
			t.Errorf("%d nodes are left of 1000", n)
		}
	}
	if err := s.Start(t.Context()); err == nil {
		t.Error("a running server was started a second time")
	}
}

func TestAPausedServerIsSilentUntilItIsResumed(t *testing.T) {
	s := Own(t)
	if err := s.Pause(); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond)
	defer cancel()
	if _, err := s.query(ctx, s.Database, "RETURN 1", nil); !errors.Is(ctx.Err(), context.DeadlineExceeded) {
		t.Errorf("a paused server answered: %v", err)
	}
	// The next test that asks finds it awake again.
	if err := For(t).ping(t.Context()); err != nil {
		t.Errorf("after the pause: %v", err)
	}
}

func TestAPasswordThatWasSetWithoutAnAnswerIsNoObstacle(t *testing.T) {
	s := Own(t)
	again := &Server{URI: s.URI, User: s.User, Password: s.Password, Database: s.Database, run: s.run, asked: true}
	if err := again.until(t.Context(), again.setPassword); err != nil {
		t.Errorf("the password is set already: %v", err)
	}
}

func TestAGivenServerIsSharedByTakingTurnsAndIsNeverKilled(t *testing.T) {
	s := For(t)
	t.Setenv("LINTU_TEST_NEO4J_URI", s.RoutedURI())
	t.Setenv("LINTU_TEST_NEO4J_USER", s.User)
	t.Setenv("LINTU_TEST_NEO4J_PASSWORD", s.Password)
	given, err := Start(t.Context(), t.Logf)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(given.Clear(t.Context()), given.ping(t.Context())); err != nil {
		t.Error(err)
	}
	for name, err := range map[string]error{"Kill": given.Kill(t.Context()), "Restart": given.Restart(t.Context()),
		"Start": given.Start(t.Context()), "Pause": given.Pause()} {
		if !errors.Is(err, ErrNotOurs) {
			t.Errorf("%s: %v, want ErrNotOurs", name, err)
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	if second, err := Start(ctx, t.Logf); err == nil {
		second.Close()
		t.Error("two users got the same server at once")
	}
	given.Close()
	third, err := Start(t.Context(), t.Logf)
	if err != nil {
		t.Fatalf("after the first user left: %v", err)
	}
	third.Close()
	if err := s.ping(t.Context()); err != nil {
		t.Errorf("Close ended a server that was given: %v", err)
	}

	t.Setenv("LINTU_TEST_NEO4J_PASSWORD", "wrong")
	var unavailable *Unavailable
	if _, err := Start(t.Context(), t.Logf); err == nil || errors.As(err, &unavailable) {
		t.Errorf("a given server that does not let us in: %v, want an error that is never taken for an absent engine", err)
	}
}
