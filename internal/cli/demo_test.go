package cli_test

import (
	"context"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"lintu/internal/cli"
	"lintu/internal/cli/clitest"
	"lintu/kg"
	"lintu/seed"
	"lintu/store"
	"lintu/store/storetest"
)

// shared is a store that, as Neo4j, is filled where it stands. Only Ready is asked while it is cleared.
type shared struct {
	mu      sync.Mutex
	cleared atomic.Int32 // how often
	store.Store
}

func newShared() *shared {
	return &shared{Store: storetest.NewOracle(storetest.Options{Key: seed.Key})}
}

func (s *shared) Clear(context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.cleared.Add(1)
	s.Store = storetest.NewOracle(storetest.Options{Key: seed.Key})
	return nil
}

func (s *shared) Ready(ctx context.Context) (store.Status, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.Store.Ready(ctx)
}

func (s *shared) Close() error { return nil } // a database outlives its clients

func (s *shared) opens(context.Context, cli.Opening) (store.Store, error) { return s, nil }

// put applies one unit, with a state and a mark.
func (s *shared) put(t *testing.T, state store.State, mark string) {
	t.Helper()
	unit := &kg.Unit{Base: kg.Base{ID: kg.NewID(kg.KindUnit)}, Name: "Somebody's own"}
	batch := &store.Batch{Changes: []store.Mutation{{Op: store.PutNode, Node: unit}}, State: state, Demo: mark}
	if _, err := s.Apply(t.Context(), batch); err != nil {
		t.Error(err)
	}
}

func demoIn(t *testing.T, s *shared) *clitest.Running {
	t.Helper()
	return clitest.Start(t, program(s.opens), nil, "demo", "--preset", "village", "--store", "neo4j://127.0.0.1:1")
}

func TestALoadThatWasBrokenOffIsClearedWhicheverTownItWas(t *testing.T) {
	s := newShared()
	s.put(t, store.StateLoading, "city seed 7")
	r := demoIn(t, s)
	r.UntilReady()
	status, err := s.Ready(t.Context())
	if err != nil || s.cleared.Load() != 1 || status.Demo != "village seed 1" || status.State != store.StateReady {
		t.Errorf("cleared %d times, %+v, %v", s.cleared.Load(), status, err)
	}
}

func TestALoadThatRunsInAnotherProcessIsNotDisturbed(t *testing.T) {
	s := newShared()
	s.put(t, store.StateLoading, "village seed 1")
	done := make(chan struct{})
	stop := time.AfterFunc(time.Second, func() {
		s.put(t, store.StateLoading, "village seed 1")
		close(done)
	})
	defer stop.Stop()
	r := demoIn(t, s)
	if code := r.Wait(); code != 1 || s.cleared.Load() != 0 {
		t.Errorf("exit code %d, cleared %d times\n%s", code, s.cleared.Load(), r.Err.Told())
	}
	<-done
	contains(t, r.Err.Told(), "another process is loading a demo")
}

func TestADemoRefusesAWholeGraphThatIsNotThisDemo(t *testing.T) {
	for mark, want := range map[string]string{"": "is not a demo's", "village seed 2": "holds another demo (village seed 2; asked for: village seed 1)"} {
		s := newShared()
		s.put(t, store.StateReady, mark)
		r := demoIn(t, s)
		if code := r.Wait(); code != 1 || s.cleared.Load() != 0 {
			t.Errorf("%q: exit code %d, cleared %d times", mark, code, s.cleared.Load())
		}
		contains(t, r.Err.Told(), want)
		if status, err := s.Ready(t.Context()); err != nil || status.Revision != 1 || status.Demo != mark {
			t.Errorf("%q was changed: %+v, %v", mark, status, err)
		}
	}
}

func contains(t *testing.T, text, want string) {
	t.Helper()
	if !strings.Contains(text, want) {
		t.Errorf("no %q in\n%s", want, text)
	}
}
