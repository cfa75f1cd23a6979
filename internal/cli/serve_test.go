package cli_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync/atomic"
	"testing"

	"lintu/internal/cli"
	"lintu/internal/cli/clitest"
	"lintu/kg"
	"lintu/store"
	"lintu/store/storetest"
)

const anyQuestion = "{ divisions { totalCount } }"

// fickle is a store that can go away and come back.
type fickle struct {
	store.Store
	gone   atomic.Bool
	closed atomic.Bool
}

func (f *fickle) Ready(ctx context.Context) (store.Status, error) {
	if f.gone.Load() {
		return store.Status{}, fmt.Errorf("the cable is out: %w", kg.ErrUnavailable)
	}
	return f.Store.Ready(ctx)
}

func (f *fickle) Close() error {
	f.closed.Store(true)
	return f.Store.Close()
}

func newFickle() *fickle { return &fickle{Store: storetest.NewOracle(storetest.Options{})} }

// opens gives the store each time it is there.
func (f *fickle) opens(context.Context, cli.Opening) (store.Store, error) {
	if f.gone.Load() {
		return nil, fmt.Errorf("nobody answers: %w", kg.ErrUnavailable)
	}
	return f, nil
}

func serve(t *testing.T, f *fickle, environ []string, args ...string) *clitest.Running {
	t.Helper()
	path := "sqlite:" + t.TempDir() + "/lintu.db"
	return clitest.Start(t, program(f.opens), environ, append([]string{"serve", "--store", path}, args...)...)
}

func TestAServedStoreIsClosedAtTheEndAndTheExitCodeIsZero(t *testing.T) {
	f := newFickle()
	r := serve(t, f, nil)
	r.UntilReady()
	if told := r.Readiness(); told.Store != "ok" || told.State != "ready" {
		t.Errorf("/readyz tells %+v", told)
	}
	if code := r.Stop(); code != 0 || !f.closed.Load() {
		t.Errorf("exit code %d, closed %v\n%s", code, f.closed.Load(), r.Err.Told())
	}
}

func TestTheSettingsArePrintedWithoutSecrets(t *testing.T) {
	const token, password = "0123456789abcdef0123456789abcdef", "pass-s3cret"
	f := newFickle()
	r := clitest.Start(t, program(f.opens), []string{"LINTU_STORE_PASSWORD_FILE=" + secretFile(t, password)},
		"serve", "--store", "neo4j://127.0.0.1:1", "--store-user", "reader", "--token-file", secretFile(t, token))
	r.Token = token
	r.UntilReady()
	r.Stop()
	out := r.Out.String()
	for _, want := range []string{"neo4j://127.0.0.1:1", "flag --store-user", "env LINTU_STORE_PASSWORD_FILE", "(32 characters, hidden)", "operation-timeout"} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in\n%s", want, out)
		}
	}
	if all := out + r.Err.String(); strings.Contains(all, token) || strings.Contains(all, password) {
		t.Errorf("a secret was printed:\n%s", all)
	}
}

func TestATokenIsAskedOfEveryQuestion(t *testing.T) {
	const token = "0123456789abcdef0123456789abcdef"
	r := serve(t, newFickle(), []string{"LINTU_TOKEN_FILE=" + secretFile(t, token)})
	r.Token = token
	r.UntilReady()
	if answer := r.Ask(anyQuestion, nil); answer.Code() != "" || answer.At("divisions.totalCount") != 0.0 {
		t.Errorf("with the token: %+v", answer)
	}
	r.Token = ""
	if answer := r.Ask(anyQuestion, nil); answer.Code() != "UNAUTHENTICATED" {
		t.Errorf("without the token: %+v", answer)
	}
}

func TestAStoreThatIsAwayAtTheStartIsWaitedFor(t *testing.T) {
	f := newFickle()
	f.gone.Store(true)
	r := serve(t, f, nil)
	r.Until("it says why it waits", func() bool {
		return strings.Contains(strings.Join(r.Readiness().Reasons, ""), "nobody answers")
	})
	if status, _ := r.Get("/healthz"); status != 200 {
		t.Errorf("/healthz: %d", status)
	}
	if answer := r.Ask(anyQuestion, nil); answer.Code() != "UNAVAILABLE" {
		t.Errorf("a question meanwhile: %+v", answer)
	}
	code, _, errs := clitest.Once(t, noStore(t), nil, "healthcheck", "--addr", r.Addr())
	if code != 1 || !strings.Contains(errs, "nobody answers") {
		t.Errorf("healthcheck: exit code %d\n%s", code, errs)
	}
	f.gone.Store(false)
	r.UntilReady()
	if answer := r.Ask(anyQuestion, nil); answer.Code() != "" {
		t.Errorf("a question afterwards: %+v", answer)
	}
	if code, _, errs := clitest.Once(t, noStore(t), nil, "healthcheck", "--addr", r.Addr()); code != 0 || errs != "" {
		t.Errorf("healthcheck: exit code %d\n%s", code, errs)
	}
}

func TestAServerWhoseStoreGoesAwayIsNotReadyUntilItIsBack(t *testing.T) {
	f := newFickle()
	r := serve(t, f, nil)
	r.UntilReady()
	f.gone.Store(true)
	r.Until("it is not ready", func() bool { return !r.Readiness().Ready })
	if told := r.Readiness(); told.Store != "unavailable" || !strings.Contains(told.Reasons[0], "the cable is out") {
		t.Errorf("/readyz tells %+v", told)
	}
	f.gone.Store(false)
	r.UntilReady()
}

func TestAStoreThatHoldsAPartOfAGraphIsNotServed(t *testing.T) {
	f := newFickle()
	apply := func(state store.State) {
		t.Helper()
		if _, err := f.Apply(t.Context(), &store.Batch{State: state}); err != nil {
			t.Fatal(err)
		}
	}
	apply(store.StateLoading)
	r := serve(t, f, nil)
	r.Until("it tells the state", func() bool { return r.Readiness().State == "loading" })
	if told := r.Readiness(); !strings.Contains(strings.Join(told.Reasons, ""), "lintu demo") {
		t.Errorf("/readyz tells %+v", told)
	}
	if answer := r.Ask(anyQuestion, nil); answer.Code() != "UNAVAILABLE" {
		t.Errorf("a question meanwhile: %+v", answer)
	}
	apply(store.StateReady)
	r.UntilReady()
}

func TestAStoreThatCannotBeOpenedEndsTheServer(t *testing.T) {
	for want, err := range map[int]error{
		1: errors.New("schema 7 is newer than this program"),
		2: kg.Invalid("path", "it is a folder", "the path of a file"),
	} {
		run := program(func(context.Context, cli.Opening) (store.Store, error) { return nil, err })
		r := clitest.Start(t, run, nil, "serve", "--store", "sqlite:"+t.TempDir()+"/lintu.db")
		if code := r.Wait(); code != want || !strings.Contains(r.Err.String(), err.Error()) {
			t.Errorf("exit code %d, want %d and %q in\n%s", code, want, err, r.Err.Told())
		}
	}
}

func TestTheFolderOfANewStoreIsMade(t *testing.T) {
	f, folder := newFickle(), t.TempDir()+"/data/of/ours"
	r := clitest.Start(t, program(f.opens), nil, "serve", "--store", "sqlite:"+folder+"/lintu.db")
	r.UntilReady()
	if info, err := os.Stat(folder); err != nil || !info.IsDir() {
		t.Errorf("%v %v", info, err)
	}
}
