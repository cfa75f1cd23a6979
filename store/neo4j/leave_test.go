package neo4j

import (
	"context"
	"errors"
	"testing"
	"time"

	driver "github.com/neo4j/neo4j-go-driver/v5/neo4j"

	"lintu/internal/neo4jtest"
)

// endless is a statement that runs until it is ended.
const endless = "UNWIND range(1, 9000000000000) AS x WITH x WHERE x < 0 RETURN count(x)"

func TestAStatementWhoseCallerHasLeftIsEndedInTheDatabase(t *testing.T) {
	s := reopen(t, neo4jtest.For(t))
	s.timeout = time.Hour // the statement must end for another reason
	ctx, leave := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() {
		_, err := s.read(ctx, endless, nil)
		ended <- err
	}()
	eventually(t, "it runs", func() bool { return endlessStatements(t, s) == 1 })
	leave()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("the caller reads %v", err)
	}
	eventually(t, "it has ended", func() bool { return endlessStatements(t, s) == 0 })
	if _, err := s.Ready(t.Context()); err != nil {
		t.Errorf("afterwards: %v", err)
	}
}

func endlessStatements(t *testing.T, s *Store) int64 {
	t.Helper()
	result, err := driver.ExecuteQuery(t.Context(), s.driver, "SHOW TRANSACTIONS YIELD currentQuery WHERE currentQuery CONTAINS '9000000000000' AND NOT currentQuery STARTS WITH 'SHOW' RETURN count(*) AS n",
		nil, driver.EagerResultTransformer, driver.ExecuteQueryWithDatabase(s.database))
	if err != nil {
		t.Fatal(err)
	}
	n, _ := result.Records[0].Get("n")
	return n.(int64)
}

// eventually waits for what must become true, and fails after a time that is long for it.
func eventually(t *testing.T, what string, is func() bool) {
	t.Helper()
	for until := time.Now().Add(20 * time.Second); !is(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(until) {
			t.Fatalf("not in 20 s: %s", what)
		}
	}
}
