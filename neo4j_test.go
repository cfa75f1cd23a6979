package main

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"lintu/internal/cli/clitest"
	"lintu/internal/neo4jtest"
	"lintu/kg"
	"lintu/store"
	"lintu/store/neo4j"
)

var villageInNeo4j = []string{"demo", "--preset", "village"}

// settings are the environment that leads to a Neo4j.
func settings(t *testing.T, server *neo4jtest.Server) []string {
	t.Helper()
	password := filepath.Join(t.TempDir(), "password")
	if err := os.WriteFile(password, []byte(server.Password), 0o600); err != nil {
		t.Fatal(err)
	}
	return []string{"LINTU_STORE=" + server.URI, "LINTU_STORE_USER=" + server.User, "LINTU_STORE_DATABASE=" + server.Database,
		"LINTU_STORE_PASSWORD_FILE=" + password, "LINTU_LIMITS=rate=0"} // some tests ask as often as they can
}

// cleared is a Neo4j without data; only one of ours can be killed and paused.
func cleared(t *testing.T, find func(testing.TB) *neo4jtest.Server) *neo4jtest.Server {
	t.Helper()
	server := find(t)
	if err := server.Clear(t.Context()); err != nil {
		t.Fatal(err)
	}
	return server
}

func opened4j(t *testing.T, server *neo4jtest.Server) *neo4j.Store {
	t.Helper()
	st, err := neo4j.Open(t.Context(), neo4j.Options{URI: server.URI, User: server.User, Password: server.Password, Database: server.Database})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { st.Close() })
	return st
}

func TestADemoInNeo4jIsMadeOnceAndServed(t *testing.T) {
	environ := settings(t, cleared(t, neo4jtest.For))
	first := clitest.Start(t, run, environ, villageInNeo4j...)
	first.Until("a load is told on /readyz", func() bool {
		told := first.Readiness()
		return told.State == "loading" && !told.Ready && strings.Contains(strings.Join(told.Reasons, ""), "making the town") || told.Ready
	})
	first.UntilReady()
	want := first.Ask(householdCount, nil).At("households.totalCount")
	if code := first.Stop(); code != 0 || want == nil || want == 0.0 {
		t.Fatalf("exit code %d, %v households\n%s", code, want, first.Err.Told())
	}
	second := clitest.Start(t, run, environ, villageInNeo4j...)
	second.UntilReady()
	if got := second.Ask(householdCount, nil).At("households.totalCount"); got != want || strings.Contains(second.Err.String(), "making the town") {
		t.Errorf("%v households, before %v\n%s", got, want, second.Err.Told())
	}
	second.Stop()
	code, _, errs := clitest.Once(t, run, environ, "demo", "--preset", "village", "--seed", "2", "--addr", "127.0.0.1:0")
	if code != 1 || !strings.Contains(errs, "holds another demo (village seed 1; asked for: village seed 2)") {
		t.Errorf("exit code %d\n%s", code, errs)
	}
}

func TestALoadOfNeo4jThatWasBrokenOffIsClearedAndBegunAnew(t *testing.T) {
	server := cleared(t, neo4jtest.For)
	environ := settings(t, server)
	child(t, environ, func(process *os.Process, line string) {
		if strings.Contains(line, " %)") { // some batches of many
			_ = process.Kill()
		}
	}, "demo", "--preset", "city")

	served := clitest.Start(t, run, environ, "serve")
	served.Until("it tells that a load was broken off", func() bool { return served.Readiness().State == "loading" })
	if answer := served.Ask(householdCount, nil); answer.Code() != "UNAVAILABLE" {
		t.Errorf("a part of a graph is served: %+v", answer)
	}
	served.Stop()

	r := clitest.Start(t, run, environ, villageInNeo4j...)
	r.UntilReady()
	if !strings.Contains(r.Err.String(), "clearing what it left") {
		t.Errorf("nothing was cleared:\n%s", r.Err.Told())
	}
	file := village(t, filepath.Join(t.TempDir(), "demo.db"))
	for _, question := range []string{householdCount, "{ people { totalCount } }", "{ divisions(first: 50) { nodes { id title } } }"} {
		want, got := file.Ask(question, nil), r.Ask(question, nil)
		if !reflect.DeepEqual(got.Data, want.Data) || got.Data == nil {
			t.Errorf("%s: Neo4j has %+v, SQLite %+v", question, got, want)
		}
	}
}

func TestADemoRefusesANeo4jThatHoldsSomethingElse(t *testing.T) {
	server := cleared(t, neo4jtest.For)
	st := opened4j(t, server)
	unit := &kg.Unit{Base: kg.Base{ID: kg.NewID(kg.KindUnit)}, Name: "Somebody's own"}
	if _, err := st.Apply(t.Context(), &store.Batch{Changes: []store.Mutation{{Op: store.PutNode, Node: unit}}}); err != nil {
		t.Fatal(err)
	}
	code, _, errs := clitest.Once(t, run, settings(t, server), "demo", "--preset", "village", "--addr", "127.0.0.1:0")
	if code != 1 || !strings.Contains(errs, "is not a demo's") {
		t.Errorf("exit code %d\n%s", code, errs)
	}
	if status, err := st.Ready(t.Context()); err != nil || status.Revision != 1 || status.Demo != "" {
		t.Errorf("it was changed: %+v, %v", status, err)
	}
}

func TestAWrongPasswordEndsTheServerAndShowsNoSecret(t *testing.T) {
	environ := settings(t, cleared(t, neo4jtest.For))
	wrong := filepath.Join(t.TempDir(), "password")
	if err := os.WriteFile(wrong, []byte("wr0ng-s3cret"), 0o600); err != nil {
		t.Fatal(err)
	}
	environ = append(environ, "LINTU_STORE_PASSWORD_FILE="+wrong)
	r := clitest.Start(t, run, environ, "serve")
	if code := r.Wait(); code != 1 || !strings.Contains(r.Err.String(), "check user and password") || strings.Contains(r.Err.String(), "wr0ng") {
		t.Errorf("exit code %d\n%s", code, r.Err.Told())
	}
}

// withVillage is a Neo4j of ours with the village demo, as an earlier test left it or empty for the demo to fill.
func withVillage(t *testing.T) *neo4jtest.Server {
	t.Helper()
	server := neo4jtest.Own(t)
	if status, err := opened4j(t, server).Ready(t.Context()); err != nil || status.Demo != "village seed 1" || status.State != store.StateReady {
		return cleared(t, neo4jtest.Own)
	}
	return server
}

func TestAServerWhoseNeo4jIsKilledSaysSoAndRecoversByItselfAndOneThatStartsMeanwhileWaits(t *testing.T) {
	server := withVillage(t)
	environ := settings(t, server)
	r := clitest.Start(t, run, environ, villageInNeo4j...)
	r.UntilReady()
	want := r.Ask(householdCount, nil).At("households.totalCount")
	if err := server.Kill(t.Context()); err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	if answer := r.Ask(householdCount, nil); answer.Code() != "UNAVAILABLE" {
		t.Errorf("a question without a store: %+v", answer)
	}
	t.Logf("UNAVAILABLE after %v", time.Since(began))
	r.Until("it is not ready", func() bool { return !r.Readiness().Ready })
	if told := r.Readiness(); told.Store != "unavailable" {
		t.Errorf("/readyz tells %+v", told)
	}
	if status, _ := r.Get("/healthz"); status != 200 {
		t.Errorf("/healthz: %d", status)
	}
	late := clitest.Start(t, run, environ, "serve")
	late.Until("it says that it tries again", func() bool {
		return strings.Contains(strings.Join(late.Readiness().Reasons, ""), "trying again")
	})
	if err := server.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, each := range []*clitest.Running{r, late} {
		each.UntilReady()
		if got := each.Ask(householdCount, nil).At("households.totalCount"); got != want {
			t.Errorf("%v households, before %v", got, want)
		}
	}
}

func TestASilentNeo4jIsATimeoutAndNotReady(t *testing.T) {
	server := withVillage(t)
	r := clitest.Start(t, run, append(settings(t, server), "LINTU_OPERATION_TIMEOUT=2s"), villageInNeo4j...)
	r.UntilReady()
	if err := server.Pause(); err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	r.Until("it is not ready", func() bool { return !r.Readiness().Ready })
	t.Logf("not ready after %v", time.Since(began))
	began = time.Now()
	if answer := r.Ask(householdCount, nil); answer.Code() != "TIMEOUT" {
		t.Errorf("a question to a silent store: %+v", answer)
	}
	t.Logf("TIMEOUT after %v, of 2s allowed", time.Since(began))
	if told := r.Readiness(); told.Store != "silent" {
		t.Errorf("/readyz tells %+v", told)
	}
	if err := server.Resume(); err != nil {
		t.Fatal(err)
	}
	r.UntilReady()
	if answer := r.Ask(householdCount, nil); answer.Code() != "" {
		t.Errorf("a question after the silence: %+v", answer)
	}
}
