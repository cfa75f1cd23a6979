package neo4j

import (
	"context"
	"strings"
	"testing"

	driver "github.com/neo4j/neo4j-go-driver/v5/neo4j"

	"lintu/internal/neo4jtest"
	"lintu/kg"
	"lintu/store"
)

func TestAClearedStoreIsEmptyAndTakesTheSameBatchAgain(t *testing.T) {
	s := empty(t)
	batch := &store.Batch{ID: "first", State: store.StateLoading, Demo: "a town"}
	for range 50 {
		batch.Changes = append(batch.Changes, store.Mutation{Op: store.PutNode, Node: &kg.Unit{Base: kg.Base{ID: kg.NewID(kg.KindUnit)}, Name: "U"}})
	}
	if _, err := s.Apply(t.Context(), batch); err != nil {
		t.Fatal(err)
	}
	before, err := s.Ready(t.Context())
	if err != nil || before.State != store.StateLoading {
		t.Fatalf("%+v, %v", before, err)
	}
	if err := s.Clear(t.Context()); err != nil {
		t.Fatal(err)
	}
	after, err := s.Ready(t.Context())
	if err != nil || after.State != store.StateReady || after.Demo != "" || after.Revision != 0 || after.Key != before.Key {
		t.Errorf("%+v, %v", after, err)
	}
	if groups, err := s.Count(t.Context(), store.Everything, store.CountQuery{Kind: kg.KindUnit}); err != nil || len(groups) != 0 {
		t.Errorf("still there: %v, %v", groups, err)
	}
	if changes, err := s.Changes(t.Context(), 0, 10); err != nil || len(changes) != 0 {
		t.Errorf("the journal holds %v, %v", changes, err)
	}
	applied, err := s.Apply(t.Context(), batch)
	if err != nil || applied.Repeated || applied.Revision != 1 || applied.Created != len(batch.Changes) {
		t.Errorf("the batch again: %+v, %v", applied, err)
	}
}

func TestADatabaseThatHoldsSomethingElseIsRefusedAndLeftAsItIs(t *testing.T) {
	server := neo4jtest.For(t)
	if err := server.Reset(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := server.Reset(context.Background()); err != nil {
			t.Error(err)
		}
	})
	d, err := driver.NewDriverWithContext(server.URI, driver.BasicAuth(server.User, server.Password, ""))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = d.Close(t.Context()) }()
	ask := func(statement string) int64 {
		t.Helper()
		result, err := driver.ExecuteQuery(t.Context(), d, statement, nil, driver.EagerResultTransformer, driver.ExecuteQueryWithDatabase(server.Database))
		if err != nil {
			t.Fatal(err)
		}
		return asInt(result.Records[0].Values[0])
	}
	ask("CREATE (:Film {title: 'Ikiru'}) RETURN 1")
	if _, err := Open(t.Context(), options(server)); err == nil || !strings.Contains(err.Error(), "not Lintu's") {
		t.Errorf("opened: %v", err)
	}
	if nodes := ask("MATCH (n) RETURN count(n)"); nodes != 1 {
		t.Errorf("%d nodes", nodes)
	}
	if indexes := ask("SHOW INDEXES YIELD type WHERE type <> 'LOOKUP' RETURN count(*)"); indexes != 0 {
		t.Errorf("%d indexes", indexes)
	}
}
