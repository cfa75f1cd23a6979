package tail_test

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"testing"
	"time"

	"lintu/kg"
	"lintu/store"
	"lintu/store/storetest"
	"lintu/store/tail"
)

// counting counts how often the journal is read, and may fail.
type counting struct {
	store.Store
	reads int
	fail  error
	hang  bool
}

func (c *counting) Changes(ctx context.Context, after store.Revision, limit int) ([]store.Change, error) {
	c.reads++
	if c.hang {
		<-ctx.Done()
		return nil, kg.ErrTimeout
	}
	if c.fail != nil {
		return nil, c.fail
	}
	return c.Store.Changes(ctx, after, limit)
}

// shared is a store with its tail, and a clock that a test turns.
type shared struct {
	*tail.Tail
	t     *testing.T
	inner *counting
	now   time.Time
	made  int
}

func newShared(t *testing.T) *shared {
	s := &shared{t: t, inner: &counting{Store: storetest.NewOracle(storetest.Options{})}, now: time.Unix(0, 0)}
	s.Tail = tail.New(s.inner, func() time.Time { return s.now })
	return s
}

// write applies a batch of one grid, through st: the tail, or the store behind it as another process does.
func (s *shared) write(st store.Store) store.Revision {
	s.t.Helper()
	s.made++
	g := &kg.Grid{Base: kg.Base{ID: kg.NewID(kg.KindGrid)}, Name: fmt.Sprint("网格", s.made)}
	done, err := st.Apply(s.t.Context(), &store.Batch{Changes: []store.Mutation{{Op: store.PutNode, Node: g}}})
	if err != nil {
		s.t.Fatal(err)
	}
	return done.Revision
}

// after holds what the tail gives after a revision to what the store itself gives.
func (s *shared) after(r store.Revision, limit int) {
	s.t.Helper()
	got, err := s.Changes(s.t.Context(), r, limit)
	want, wanted := s.inner.Store.Changes(s.t.Context(), r, limit)
	if fmt.Sprint(err) != fmt.Sprint(wanted) || len(got) != len(want) || len(got) > 0 && !reflect.DeepEqual(got, want) {
		s.t.Errorf("after %d: %+v, %v; the store gives %+v, %v", r, got, err, want, wanted)
	}
}

func TestManyWhoFollowReadTheJournalOnce(t *testing.T) {
	s := newShared(t)
	for range 3 {
		s.write(s.inner)
	}
	for r := range store.Revision(5) { // each is somewhere else
		s.after(r, 500)
	}
	s.after(1, 1)
	if s.inner.reads != 1 {
		t.Errorf("the journal was read %d times", s.inner.reads)
	}
	s.write(s.inner) // by another process
	s.now = s.now.Add(200 * time.Millisecond)
	s.after(2, 500)
	s.after(0, 500)
	if s.inner.reads != 2 {
		t.Errorf("the journal was read %d times", s.inner.reads)
	}
}

func TestWhatThisProcessHasAppliedIsInTheNextChanges(t *testing.T) {
	s := newShared(t)
	s.after(0, 500)
	for range 3 {
		r := s.write(s.Tail)
		s.after(r-1, 500)
		s.after(0, 500)
	}
}

func TestMoreThanIsKeptIsAskedOfTheStore(t *testing.T) {
	s := newShared(t)
	s.after(0, 500)
	var last store.Revision
	for range 4600 {
		last = s.write(s.Tail)
	}
	reads := s.inner.reads
	s.after(last-10, 500)
	if s.inner.reads < reads+9 {
		t.Errorf("4,600 entries were read in %d pages", s.inner.reads-reads)
	}
	reads = s.inner.reads
	s.after(0, 500)
	s.after(last-100, 500)
	if s.inner.reads != reads+1 {
		t.Errorf("the journal was read %d times more, of which the first entries are one", s.inner.reads-reads)
	}
}

func TestAFailureIsEverybodysAndPasses(t *testing.T) {
	s := newShared(t)
	s.after(0, 500)
	r := s.write(s.Tail)
	s.inner.fail = fmt.Errorf("the cable is out: %w", kg.ErrUnavailable)
	for range 2 {
		if _, err := s.Changes(t.Context(), 0, 500); !errors.Is(err, kg.ErrUnavailable) {
			t.Errorf("got %v", err)
		}
	}
	s.inner.fail = nil
	s.after(r-1, 500)
	s.inner.fail = fmt.Errorf("trimmed: %w", kg.ErrTooOld)
	s.write(s.Tail)
	if _, err := s.Changes(t.Context(), r, 500); !errors.Is(err, kg.ErrTooOld) {
		t.Errorf("got %v", err)
	}
	s.inner.fail = nil
	s.after(r, 500) // who has begun anew goes on
}

func TestAStoreThatHangsHoldsNobodyLongerThanTheirOwnTime(t *testing.T) {
	s := newShared(t)
	s.inner.hang = true
	first, cancelFirst := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() {
		_, err := s.Changes(first, 0, 500)
		ended <- err
	}()
	second, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if _, err := s.Changes(second, 0, 500); !errors.Is(err, kg.ErrTimeout) {
		t.Errorf("got %v", err)
	}
	cancelFirst()
	if err := <-ended; !errors.Is(err, kg.ErrTimeout) {
		t.Errorf("got %v", err)
	}
}

func TestALimitOfNothingIsRefusedAsTheStoreDoes(t *testing.T) { newShared(t).after(0, 0) }

func TestAnotherGraphInTheStoreIsNotAnsweredFromTheOldOnesJournal(t *testing.T) {
	s := newShared(t)
	for range 5 {
		s.write(s.inner)
	}
	s.after(0, 500)
	s.inner.Store = storetest.NewOracle(storetest.Options{}) // emptied and loaded again
	r := s.write(s.inner)
	if status, err := s.Ready(t.Context()); err != nil || status.Revision != r {
		t.Fatalf("%+v, %v", status, err)
	}
	s.after(0, 500)
}

func TestWhatEnginesOfferBesideTheContractIsStillThere(t *testing.T) {
	st := storetest.NewOracle(storetest.Options{})
	if _, ok := any(st).(store.Anchors); !ok {
		t.Fatal("the oracle keeps no anchors")
	}
	s := tail.New(st, time.Now)
	want := store.Anchor{File: "a", Sequence: 7, Hash: "h", At: kg.MomentOf(time.Unix(1, 0))}
	if err := s.KeepAnchors(t.Context(), []store.Anchor{want}); err != nil {
		t.Fatal(err)
	}
	if got, err := st.Anchors(t.Context()); err != nil || len(got) != 1 || got[0] != want {
		t.Errorf("the store keeps %v, %v", got, err)
	}
	if got, err := s.Anchors(t.Context()); err != nil || len(got) != 1 || got[0] != want {
		t.Errorf("the tail gives %v, %v", got, err)
	}
}
