package neo4j

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync"
	"testing"
	"time"

	driver "github.com/neo4j/neo4j-go-driver/v5/neo4j"

	"lintu/internal/neo4jtest"
	"lintu/kg"
	"lintu/store"
)

// soon is within what a store that cannot be reached must be known; the test fails where the error says timeout.
const soon = 2 * time.Second

// within gives a context that ends after d.
func within(t testing.TB, d time.Duration) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), d)
	t.Cleanup(cancel)
	return ctx
}

// person is a change that puts a new person.
func person(name string) store.Mutation {
	return store.Mutation{Op: store.PutNode, Node: &kg.Person{Base: kg.Base{ID: kg.NewID(kg.KindPerson)}, Name: name}}
}

// calls are some of the contract's methods, by name.
func calls(s *Store) map[string]func(context.Context) error {
	return map[string]func(context.Context) error{
		"ready": func(ctx context.Context) error { _, err := s.Ready(ctx); return err },
		"list": func(ctx context.Context) error {
			_, err := s.List(ctx, store.Everything, store.ListQuery{Kind: kg.KindPerson, Window: store.Window{Limit: 1}})
			return err
		},
		"apply": func(ctx context.Context) error {
			_, err := s.Apply(ctx, &store.Batch{Changes: []store.Mutation{person("王秀兰")}})
			return err
		},
	}
}

func TestAPortThatRefusesIsUnavailableAtOnce(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := listener.Addr().String()
	if err := listener.Close(); err != nil {
		t.Fatal(err)
	}
	for _, scheme := range []string{"bolt://", "neo4j://"} {
		if _, err := Open(within(t, soon), Options{URI: scheme + address, User: "neo4j", Password: "secret"}); !errors.Is(err, kg.ErrUnavailable) {
			t.Errorf("%s: %v", scheme, err)
		}
	}
}

func TestAServerThatClosesConnectionsIsUnavailableAtOnce(t *testing.T) {
	address := listen(t, func(c net.Conn) { _ = c.Close() })
	for _, scheme := range []string{"bolt://", "neo4j://"} {
		if _, err := Open(within(t, soon), Options{URI: scheme + address, User: "neo4j", Password: "secret"}); !errors.Is(err, kg.ErrUnavailable) {
			t.Errorf("%s: %v", scheme, err)
		}
	}
}

func TestAServerThatNeverAnswersTimesOutAtTheDeadline(t *testing.T) {
	address := listen(t, func(net.Conn) {})
	for _, scheme := range []string{"bolt://", "neo4j://"} {
		ctx := within(t, 300*time.Millisecond)
		if _, err := Open(ctx, Options{URI: scheme + address, User: "neo4j", Password: "secret"}); !errors.Is(err, kg.ErrTimeout) || ctx.Err() == nil {
			t.Errorf("%s: %v, context %v", scheme, err, ctx.Err())
		}
	}
}

// listen accepts connections, which stay open until the test ends, and hands each to serve.
func listen(t *testing.T, serve func(net.Conn)) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	var open []net.Conn
	t.Cleanup(func() {
		_ = listener.Close()
		mu.Lock()
		defer mu.Unlock()
		for _, c := range open {
			_ = c.Close()
		}
	})
	go func() {
		for {
			c, err := listener.Accept()
			if err != nil {
				return
			}
			mu.Lock()
			open = append(open, c)
			mu.Unlock()
			serve(c)
		}
	}()
	return listener.Addr().String()
}

func TestAPausedServerTimesOutAndIsUsedAgainWhenItIsBack(t *testing.T) {
	server := neo4jtest.Own(t)
	s := fresh(t, server)
	if err := server.Pause(); err != nil {
		t.Fatal(err)
	}
	for range 20 { // a thread that is at work stops a moment after the signal
		if _, err := s.Ready(within(t, 300*time.Millisecond)); err != nil {
			break
		}
	}
	for name, call := range calls(s) {
		ctx := within(t, 300*time.Millisecond)
		if err := call(ctx); !errors.Is(err, kg.ErrTimeout) || ctx.Err() == nil {
			t.Errorf("%s: %v, context %v", name, err, ctx.Err())
		}
	}
	if err := server.Resume(); err != nil {
		t.Fatal(err)
	}
	for name, call := range calls(s) {
		if err := call(t.Context()); err != nil {
			t.Errorf("%s afterwards: %v", name, err)
		}
	}
}

func TestAServerThatWasKilledIsUnavailableAndIsUsedAgainWhenItIsBack(t *testing.T) {
	server := neo4jtest.Own(t)
	s := fresh(t, server)
	before, err := s.Apply(t.Context(), &store.Batch{Changes: []store.Mutation{person("王秀兰")}})
	if err != nil {
		t.Fatal(err)
	}
	hold(t, s, 4) // several idle connections, all of which break
	if err := server.Kill(t.Context()); err != nil {
		t.Fatal(err)
	}
	for name, call := range calls(s) {
		if err := call(within(t, soon)); !errors.Is(err, kg.ErrUnavailable) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := server.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	for name, call := range calls(s) {
		if err := call(t.Context()); err != nil {
			t.Errorf("%s afterwards: %v", name, err)
		}
	}
	status, err := s.Ready(t.Context())
	if err != nil || status.Revision != before.Revision+1 {
		t.Errorf("revision %d after one more change than %d, %v", status.Revision, before.Revision, err)
	}
}

func TestARestartInBetweenIsNotNoticed(t *testing.T) {
	server := neo4jtest.Own(t)
	s := fresh(t, server)
	hold(t, s, 4)
	if err := server.Restart(t.Context()); err != nil {
		t.Fatal(err)
	}
	for name, call := range calls(s) {
		if err := call(t.Context()); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// fresh opens an empty store on a server.
func fresh(t testing.TB, server *neo4jtest.Server) *Store {
	t.Helper()
	if err := server.Clear(t.Context()); err != nil {
		t.Fatal(err)
	}
	return reopen(t, server)
}

// hold asks so many questions at once that the driver keeps as many connections.
func hold(t testing.TB, s *Store, n int) {
	t.Helper()
	var wait sync.WaitGroup
	for range n {
		wait.Go(func() {
			if _, err := s.auto(t.Context(), driver.AccessModeRead, patience, "UNWIND range(1, 100000) AS i RETURN count(i)", nil); err != nil {
				t.Error(err)
			}
		})
	}
	wait.Wait()
}

func TestAStatementThatTakesTooLongEndsInTheServer(t *testing.T) {
	s := empty(t)
	s.timeout = 200 * time.Millisecond
	_, err := s.read(t.Context(), "UNWIND range(1, 1000000) AS a UNWIND range(1, 1000000) AS b RETURN count(a * b)", nil)
	if !errors.Is(err, kg.ErrTimeout) {
		t.Errorf("%v", err)
	}
	row, err := s.auto(t.Context(), driver.AccessModeRead, patience, "SHOW TRANSACTIONS YIELD currentQuery AS q WHERE q CONTAINS 'count(a * b)' AND NOT q CONTAINS 'SHOW' RETURN count(*)", nil)
	if err != nil || asInt(row[0]) != 0 {
		t.Errorf("%v of the statement still run, %v", row, err)
	}
}

func TestAClosedStoreIsUnavailable(t *testing.T) {
	s := empty(t)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	for name, call := range calls(s) {
		if err := call(t.Context()); !errors.Is(err, kg.ErrUnavailable) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAWrongPasswordIsNoOutage(t *testing.T) {
	o := options(neo4jtest.For(t))
	o.Password = "not " + o.Password
	if _, err := Open(t.Context(), o); err == nil || errors.Is(err, kg.ErrUnavailable) || errors.Is(err, kg.ErrTimeout) {
		t.Errorf("%v", err)
	}
}

func TestWritersThroughTwoStoresTakeTurnsWithoutLosingARevision(t *testing.T) {
	server := neo4jtest.For(t)
	stores := []*Store{fresh(t, server), reopen(t, server)}
	shared := kg.NewID(kg.KindUnit)
	const writers, each = 4, 6
	var wait sync.WaitGroup
	for w := range writers {
		wait.Go(func() {
			for i := range each {
				unit := &kg.Unit{Base: kg.Base{ID: shared}, Name: fmt.Sprintf("%d of %d", i, w)}
				batch := &store.Batch{Changes: []store.Mutation{person("李英"), {Op: store.PutNode, Node: unit}}}
				if _, err := stores[w%len(stores)].Apply(t.Context(), batch); err != nil {
					t.Errorf("writer %d: %v", w, err)
				}
			}
		})
	}
	wait.Wait()
	changes, err := stores[0].Changes(t.Context(), 0, 2*writers*each)
	if err != nil || len(changes) != writers*each {
		t.Fatalf("%d changes, %v", len(changes), err)
	}
	for i, c := range changes {
		if c.Revision != store.Revision(i+1) {
			t.Errorf("change %d has revision %d", i, c.Revision)
		}
	}
	nodes, err := stores[1].Nodes(t.Context(), store.Everything, []store.Group{{IDs: []kg.ID{shared}}})
	if err != nil || nodes[0][shared].Node.Common().Version != writers*each {
		t.Errorf("%+v, %v", nodes, err)
	}
}

func TestAClusterAddressWorks(t *testing.T) {
	server := neo4jtest.For(t)
	fresh(t, server)
	o := options(server)
	o.URI = server.RoutedURI()
	s, err := Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	put := person("王秀兰")
	if _, err := s.Apply(t.Context(), &store.Batch{Changes: []store.Mutation{put}}); err != nil {
		t.Fatal(err)
	}
	page, err := s.List(t.Context(), store.Everything, store.ListQuery{Kind: kg.KindPerson, Window: store.Window{Limit: 5}})
	if err != nil || len(page.Edges) != 1 {
		t.Errorf("%+v, %v", page, err)
	}
	if marks, err := s.bookmarks.GetBookmarks(t.Context()); err != nil || len(marks) == 0 {
		t.Errorf("a read cannot follow a write: bookmarks %v, %v", marks, err)
	}
}
