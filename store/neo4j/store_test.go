package neo4j

import (
	"context"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	driver "github.com/neo4j/neo4j-go-driver/v5/neo4j"

	"lintu/internal/effort"
	"lintu/internal/neo4jtest"
	"lintu/store"
	"lintu/store/storetest"
)

func TestMain(m *testing.M) { os.Exit(neo4jtest.MainOfMany(m)) }

// patience is the timeout of transactions in tests that are not about timeouts: the machine may be busy.
const patience = 2 * time.Minute

// options are those of a server.
func options(server *neo4jtest.Server) Options {
	return Options{URI: server.URI, User: server.User, Password: server.Password, Database: server.Database, Timeout: patience}
}

// reopen opens what is on the server.
func reopen(t testing.TB, server *neo4jtest.Server) *Store {
	t.Helper()
	s, err := Open(t.Context(), options(server))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// empty opens an empty store on the shared server.
func empty(t testing.TB) *Store {
	t.Helper()
	server := neo4jtest.For(t)
	if err := server.Clear(t.Context()); err != nil {
		t.Fatal(err)
	}
	return reopen(t, server)
}

func TestTheEngineKeepsTheContract(t *testing.T) {
	opened, ahead := 0, aheadFrom
	defer func() { aheadFrom = ahead }()
	storetest.Run(t, storetest.Harness{
		Rounds: effort.Pick(1, 2), // a new statement costs the planner a tenth of a second
		Every:  effort.Pick(6, 1),
		Open: func(t testing.TB) store.Store {
			s := empty(t)
			aheadFrom = ahead
			if opened++; opened%2 == 0 { // as a load has it
				s.load.ledger = newLedger()
				aheadFrom = 1
			}
			return s
		},
		Short: func(t testing.TB) store.Store {
			s := empty(t)
			s.journal = 3
			return s
		},
		Reopen: func(t testing.TB, s store.Store) store.Store {
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			return reopen(t, neo4jtest.For(t))
		},
		Explain: explained,
	})
}

// explained is explain for the suite.
func explained(t testing.TB, s store.Store, ask func(context.Context) error) []storetest.Statement {
	t.Helper()
	return explain(t, s.(*Store), ask)
}

// explain asks, and has each statement planned that was sent.
func explain(t testing.TB, s *Store, ask func(context.Context) error) []storetest.Statement {
	t.Helper()
	if err := neo4jtest.For(t).ForgetPlans(t.Context()); err != nil {
		t.Fatal(err)
	}
	var out []storetest.Statement
	s.sent = func(statement string, p params) {
		plan := planOf(t, s, statement, p)
		var text strings.Builder
		describe(&text, plan, 0)
		out = append(out, storetest.Statement{Text: statement, Plan: text.String(), Scans: scans(plan)})
	}
	defer func() { s.sent = nil }()
	if err := ask(t.Context()); err != nil {
		t.Fatal(err)
	}
	return out
}

func planOf(t testing.TB, s *Store, statement string, p params) driver.Plan {
	t.Helper()
	session := s.session(t.Context(), driver.AccessModeRead)
	defer session.Close(t.Context())
	result, err := session.Run(t.Context(), "EXPLAIN "+statement, p)
	if err != nil {
		t.Fatalf("%v\n%s", err, statement)
	}
	summary, err := result.Consume(t.Context())
	if err != nil {
		t.Fatalf("%v\n%s", err, statement)
	}
	return summary.Plan()
}

func describe(to *strings.Builder, p driver.Plan, depth int) {
	fmt.Fprintf(to, "%s%s %v\n", strings.Repeat("  ", depth), p.Operator(), p.Arguments()["Details"])
	for _, child := range p.Children() {
		describe(to, child, depth+1)
	}
}

// scans are the operators of a plan that read all nodes, all ties, or all of a label or a relation.
func scans(p driver.Plan) []string {
	var out []string
	name, _, _ := strings.Cut(p.Operator(), "@")
	for _, scan := range []string{"AllNodesScan", "NodeByLabelScan", "NodeByLabelsScan", "RelationshipTypeScan", "RelationshipTypesScan", "AllRelationshipsScan"} {
		if strings.HasSuffix(name, scan) {
			out = append(out, fmt.Sprint(name, " ", p.Arguments()["Details"]))
		}
	}
	for _, child := range p.Children() {
		out = append(out, scans(child)...)
	}
	return out
}
