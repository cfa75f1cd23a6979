package graph_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"lintu/doorbell"
	"lintu/doorbell/journal"
	"lintu/graph"
	"lintu/kg"
	"lintu/reach"
	"lintu/store"
	"lintu/store/storetest"
	"lintu/trust"
)

// stuck is a store that can be made to hang, whatever its caller's time is, or to fail.
type stuck struct {
	store.Store
	mu   sync.Mutex
	hang chan struct{} // nil: it does not
	gone bool
}

func (s *stuck) set(hang chan struct{}, gone bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.hang, s.gone = hang, gone
}

func (s *stuck) here() error {
	s.mu.Lock()
	hang, gone := s.hang, s.gone
	s.mu.Unlock()
	if hang != nil {
		<-hang
	}
	if gone {
		return fmt.Errorf("the cable is out: %w", kg.ErrUnavailable)
	}
	return nil
}

func (s *stuck) Nodes(ctx context.Context, v store.View, groups []store.Group) ([]map[kg.ID]*store.Item, error) {
	if err := s.here(); err != nil {
		return nil, err
	}
	return s.Store.Nodes(ctx, v, groups)
}

func (s *stuck) List(ctx context.Context, v store.View, q store.ListQuery) (*store.Page, error) {
	if err := s.here(); err != nil {
		return nil, err
	}
	return s.Store.List(ctx, v, q)
}

// villageClock is the clock of the doorbells of the village.
type villageClock struct{ start time.Time }

func (c villageClock) Now() time.Time         { return storetest.Today.Time(time.UTC).Add(c.Elapsed()) }
func (c villageClock) Elapsed() time.Duration { return time.Since(c.start) }

// ringing is an edge whose doorbells have a journal, and their store; stored is called when a new ring stands.
func ringing(t *testing.T, stored func(*stuck)) (http.Handler, *stuck) {
	t.Helper()
	return ringingFor(t, trust.TheOperator(), stored)
}

// ringingFor is ringing for a viewer.
func ringingFor(t *testing.T, v trust.Viewer, stored func(*stuck)) (http.Handler, *stuck) {
	t.Helper()
	o := options(t)
	st := &stuck{Store: o.Sessions.Store}
	j, err := journal.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	bell, err := doorbell.New(doorbell.Options{
		Store: st, Clock: villageClock{time.Now()}, Journal: j, Poll: 5 * time.Millisecond,
		Moved: func(m doorbell.Moved) {
			if m.Before == nil { // a new ring, not one of the village that is due
				stored(st)
			}
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() { bell.Work(ctx); close(ended) }()
	t.Cleanup(func() {
		stop()
		<-ended
		_ = j.Close()
	})
	o.Sessions, o.Doorbell = sessions(st), bell
	o.Reach = reach.New(reach.Options{Store: st, Location: time.UTC})
	if err := o.Reach.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	o.Sessions.Viewer = func(context.Context) trust.Viewer { return v }
	return graph.New(o), st
}

// cutOffAnswer is what a press is answered while the store is away.
type cutOffAnswer struct {
	Ring struct {
		Ring   *struct{ ID kg.ID }
		CutOff *struct {
			ID                     kg.ID
			PressedAt, CancelUntil kg.Moment
			Wave                   *struct{ Number, Called int }
			Deadlines              []struct {
				Step          string
				DueAt, DoneAt kg.Moment
			}
		}
		Status struct{ State string }
		Now    kg.Moment
	}
}

func pressed(t *testing.T, h http.Handler, household string) (*reply, cutOffAnswer) {
	t.Helper()
	body, err := json.Marshal(map[string]string{"query": fmt.Sprintf(`mutation { ring(input: {household: %q}) { ring { id state alerts(first: 1) { totalCount } }
		cutOff { id pressedAt cancelUntil wave { number called } deadlines { step dueAt doneAt } } status { state } now } }`, village.ID(household))})
	if err != nil {
		t.Fatal(err)
	}
	r := send(t, h, http.MethodPost, "/graphql", string(body))
	var a cutOffAnswer
	if r.code() == "" {
		if err := json.Unmarshal(r.Data, &a); err != nil {
			t.Fatal(err)
		}
	}
	return r, a
}

func TestAPressIsAnsweredWithItsDeadlinesWhileTheStoreHangs(t *testing.T) {
	h, st := ringing(t, func(*stuck) {})
	var took []time.Duration
	for range 5 {
		hang := make(chan struct{})
		st.set(hang, false)
		began := time.Now()
		r, a := pressed(t, h, "h1") // the store answers nothing until there is an answer
		took = append(took, time.Since(began))
		st.set(nil, false)
		close(hang)
		c := a.Ring.CutOff
		if r.code() != "" || a.Ring.Ring != nil || c == nil || c.ID.Kind() != kg.KindRingEvent {
			t.Fatalf("%s", r.text)
		}
		if a.Ring.Status.State != "OPEN" || a.Ring.Now < c.PressedAt || c.CancelUntil.Time().Sub(c.PressedAt.Time()) != 10*time.Second || c.Wave == nil || c.Wave.Number != 1 {
			t.Errorf("%s", r.text)
		}
		if n := len(c.Deadlines); n == 0 || !slices.IsSortedFunc(c.Deadlines, func(a, b struct {
			Step          string
			DueAt, DoneAt kg.Moment
		},
		) int {
			return strings.Compare(string(a.DueAt), string(b.DueAt))
		}) {
			t.Errorf("deadlines %+v", c.Deadlines)
		}
		for _, d := range c.Deadlines {
			if d.DoneAt != "" || d.DueAt <= c.PressedAt {
				t.Errorf("the deadline %+v is over", d)
			}
		}
	}
	if doorbell.Patience > 250*time.Millisecond {
		t.Errorf("a press waits for the store for %v; what follows has to fit into 300 ms too", doorbell.Patience)
	}
	t.Logf("answered in %v", took)
}

func TestAMoveThatStandsIsNoErrorWhereTheStoreLeavesBeforeItsRingIsRead(t *testing.T) {
	h, _ := ringing(t, func(st *stuck) { st.set(nil, true) })
	r, a := pressed(t, h, "h2")
	if r.code() != "" || a.Ring.Ring != nil || a.Ring.CutOff != nil || a.Ring.Status.State != "OPEN" || a.Ring.Now == "" {
		t.Errorf("%s", r.text)
	}
}

func TestADispatcherRingsInTheAreasServedWhileTheStoreIsAway(t *testing.T) {
	dispatcher := trust.Viewer{Name: "key:1", Roles: []trust.Role{trust.Dispatcher}, Scope: store.Scope{Areas: village.IDs("grid3")}}
	h, st := ringingFor(t, dispatcher, func(*stuck) {})
	st.set(nil, true)
	if r, a := pressed(t, h, "h2"); r.code() != "" || a.Ring.CutOff == nil {
		t.Errorf("in the area: %s", r.text)
	}
	if r, _ := pressed(t, h, "h7"); r.code() == "" {
		t.Errorf("outside of it: %s", r.text)
	}
}
