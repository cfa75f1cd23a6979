package reach_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"lintu/kg"
	"lintu/reach"
	"lintu/store"
	"lintu/store/storetest"
)

// flaky is a store that can be made to fail, and that counts the pages that builds read.
type flaky struct {
	mu    sync.Mutex // guards the following
	inner store.Store
	fail  error
	state store.State // where not empty, what Ready says

	listing sync.Mutex // pages are read by several readers
	onList  func()

	store.Store // not set: a build or patch needs no other method
	lists       atomic.Int64
}

func (f *flaky) get() (store.Store, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.inner, f.fail
}

// set changes the store under the lock.
func (f *flaky) set(change func(*flaky)) {
	f.mu.Lock()
	defer f.mu.Unlock()
	change(f)
}

func (f *flaky) List(ctx context.Context, v store.View, q store.ListQuery) (*store.Page, error) {
	in, err := f.get()
	if err != nil {
		return nil, err
	}
	page, err := in.List(ctx, v, q)
	f.lists.Add(1)
	f.listing.Lock()
	defer f.listing.Unlock()
	if f.onList != nil {
		f.onList()
	}
	return page, err
}

func (f *flaky) Nodes(ctx context.Context, v store.View, groups []store.Group) ([]map[kg.ID]*store.Item, error) {
	in, err := f.get()
	if err != nil {
		return nil, err
	}
	return in.Nodes(ctx, v, groups)
}

func (f *flaky) Changes(ctx context.Context, after store.Revision, limit int) ([]store.Change, error) {
	in, err := f.get()
	if err != nil {
		return nil, err
	}
	return in.Changes(ctx, after, limit)
}

func (f *flaky) Ready(ctx context.Context) (store.Status, error) {
	in, err := f.get()
	if err != nil {
		return store.Status{}, err
	}
	st, err := in.Ready(ctx)
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.state != "" {
		st.State = f.state
	}
	return st, err
}

// live is a scene with a person near "target", followed by a Reach.
type live struct {
	*scene
	store  *flaky
	reach  *reach.Reach
	target kg.ID
}

func newLive(t *testing.T, journal int) *live {
	sc := doors(t)
	sc.person("p", "flat")
	o := storetest.NewOracle(storetest.Options{Journal: journal})
	apply(t, o, sc.Changes)
	l := &live{scene: sc, store: &flaky{inner: o}, target: sc.ID("target")}
	l.reach = reach.New(reach.Options{Store: l.store, Poll: 5 * time.Millisecond})
	return l
}

func (l *live) start(t *testing.T) {
	t.Helper()
	if err := l.reach.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func (l *live) follow(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	var done sync.WaitGroup
	done.Go(func() { l.reach.Follow(ctx) })
	t.Cleanup(func() { cancel(); done.Wait() })
}

// total is how many people the current snapshot finds near the target.
func (l *live) total() int {
	a, err := l.reach.Snapshot().Near(reach.NearQuery{To: reach.Target{Household: l.target}, Radius: 500, At: local(evening), Scope: everything})
	if err != nil {
		return -1
	}
	return a.Total
}

// join adds people at the flat, in one batch.
func (l *live) join(t *testing.T, names ...string) store.Revision {
	t.Helper()
	from := len(l.Changes)
	for _, n := range names {
		l.person(n, "flat")
	}
	in, _ := l.store.get()
	return apply(t, in, l.Changes[from:])
}

func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); !ok(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%s: did not happen", what)
		}
	}
}

func TestThereIsNoSnapshotBeforeStartIsDone(t *testing.T) {
	l := newLive(t, 0)
	if l.reach.Snapshot() != nil || l.reach.Status().Ready {
		t.Fatal("ready before the start")
	}
	if err := l.reach.Applied(t.Context(), 5); err != nil {
		t.Fatalf("an edit before the start: %v", err)
	}
	l.start(t)
	if st := l.reach.Status(); !st.Ready || st.Revision != 1 || st.Lag != 0 || st.LastError != nil {
		t.Fatalf("%+v", st)
	}
	if l.total() != 1 {
		t.Fatal("the person is not near")
	}
}

func TestProgressCountsEveryNodeAndTieUpToTheTotal(t *testing.T) {
	l := newLive(t, 0)
	var seen [][2]int
	l.reach = reach.New(reach.Options{Store: l.store, Progress: func(done, total int) { seen = append(seen, [2]int{done, total}) }})
	l.start(t)
	before := 0
	for _, s := range seen {
		if s[0] <= before || s[0] > s[1] {
			t.Fatalf("%v", seen)
		}
		before = s[0]
	}
	if before < 6 || seen[len(seen)-1][1] != before { // two households, a building, a person, and their ties
		t.Fatalf("%v", seen)
	}
}

// hopeful is a store that expects more of a scan than comes.
type hopeful struct{ store.Store }

func (h hopeful) Scan(ctx context.Context, q store.ScanQuery, to store.ScanSink) error {
	return store.ScanPages(ctx, h.Store, q, doubled{to})
}

type doubled struct{ store.ScanSink }

func (d doubled) Expect(total int) { d.ScanSink.Expect(2 * total) }

func TestProgressEndsAtTheTotalWhereTheStoreExpectedMore(t *testing.T) {
	l := newLive(t, 0)
	var done, total int
	l.reach = reach.New(reach.Options{Store: hopeful{l.store}, Progress: func(d, of int) { done, total = d, of }})
	l.start(t)
	if done == 0 || done != total {
		t.Fatalf("ended at %d of %d", done, total)
	}
}

func TestAnEditOfThisProcessIsInAnswersWhenAppliedReturns(t *testing.T) {
	l := newLive(t, 0)
	l.start(t)
	for i := range 3 {
		rev := l.join(t, fmt.Sprintf("q%d", i))
		if err := l.reach.Applied(t.Context(), rev); err != nil {
			t.Fatal(err)
		}
		if l.total() != i+2 || l.reach.Status().Revision != rev {
			t.Fatalf("%d people at revision %d", l.total(), l.reach.Status().Revision)
		}
	}
}

func TestAnEditOfAnotherProcessIsFollowed(t *testing.T) {
	l := newLive(t, 0)
	l.start(t)
	l.follow(t)
	l.join(t, "q")
	eventually(t, "two people", func() bool { return l.total() == 2 })
	lists := l.store.lists.Load()
	l.join(t, "r")
	eventually(t, "three people", func() bool { return l.total() == 3 })
	if l.store.lists.Load() != lists {
		t.Error("a small edit made the snapshot be built anew")
	}
}

func TestALargeEditMakesTheSnapshotBeBuiltBesideTheOldOne(t *testing.T) {
	l := newLive(t, 0)
	l.start(t)
	names := make([]string, store.MaxTouched)
	for i := range names {
		names[i] = fmt.Sprintf("q%d", i)
	}
	rev := l.join(t, names...)
	if err := l.reach.Applied(t.Context(), rev); err != nil {
		t.Fatal(err)
	}
	if l.total() != 1 || l.reach.Status().Revision != rev-1 {
		t.Fatalf("answers are of revision %d with %d people before the new snapshot is there", l.reach.Status().Revision, l.total())
	}
	l.follow(t)
	eventually(t, "the new snapshot", func() bool { return l.reach.Status().Revision == rev })
	if l.total() != 1001 {
		t.Fatalf("%d people", l.total())
	}
	if err := l.reach.Applied(t.Context(), l.join(t, "last")); err != nil || l.total() != 1002 {
		t.Fatalf("an edit after it: %v, %d people", err, l.total())
	}
}

func TestATrimmedJournalMakesTheSnapshotBeBuiltAnew(t *testing.T) {
	l := newLive(t, 2)
	l.start(t)
	lists := l.store.lists.Load()
	for i := range 5 {
		l.join(t, fmt.Sprintf("q%d", i))
	}
	l.follow(t)
	eventually(t, "six people", func() bool { return l.total() == 6 })
	if l.store.lists.Load() == lists {
		t.Error("it was not built anew")
	}
}

func TestWhileTheStoreIsAwayTheOldSnapshotAnswersAndItRecovers(t *testing.T) {
	l := newLive(t, 0)
	l.start(t)
	l.follow(t)
	away := fmt.Errorf("gone: %w", kg.ErrUnavailable)
	l.store.set(func(f *flaky) { f.fail = away })
	eventually(t, "the lag is reported", func() bool { st := l.reach.Status(); return st.Lag > 0 && st.LastError != nil })
	before := l.reach.Status().Lag
	eventually(t, "the lag grows", func() bool { return l.reach.Status().Lag > before })
	if st := l.reach.Status(); !st.Ready || !errors.Is(st.LastError, kg.ErrUnavailable) || l.total() != 1 {
		t.Fatalf("%+v, %d people", st, l.total())
	}
	rev := l.join(t, "q")
	if err := l.reach.Applied(t.Context(), rev); !errors.Is(err, kg.ErrUnavailable) {
		t.Fatalf("an edit that cannot be read: %v", err)
	}
	l.store.set(func(f *flaky) { f.fail = nil })
	eventually(t, "two people", func() bool { return l.total() == 2 })
	eventually(t, "no lag", func() bool { st := l.reach.Status(); return st.Lag == 0 && st.LastError == nil && st.Revision == rev })
}

func TestWhatChangesDuringABuildIsInTheSnapshotThatItGives(t *testing.T) {
	l := newLive(t, 0)
	edits := 0
	l.store.onList = func() {
		if edits < 8 {
			edits++
			l.join(t, fmt.Sprintf("q%d", edits))
		}
	}
	l.start(t)
	if st, err := l.store.Ready(t.Context()); err != nil || l.reach.Status().Revision != st.Revision {
		t.Fatalf("revision %d of %d (%v)", l.reach.Status().Revision, st.Revision, err)
	}
	if l.total() != 9 {
		t.Fatalf("%d people of 9", l.total())
	}
}

func TestAStoreThatIsBeingLoadedIsNotRead(t *testing.T) {
	l := newLive(t, 0)
	l.store.set(func(f *flaky) { f.state = store.StateLoading })
	if err := l.reach.Start(t.Context()); !errors.Is(err, kg.ErrUnavailable) || l.reach.Snapshot() != nil {
		t.Fatalf("start on a loading store: %v", err)
	}
	l.store.set(func(f *flaky) { f.state = "" })
	l.start(t)
	l.follow(t)
	l.store.set(func(f *flaky) { f.state = store.StateLoading })
	eventually(t, "loading is noticed", func() bool { return errors.Is(l.reach.Status().LastError, kg.ErrUnavailable) })
	l.store.set(func(f *flaky) { f.state = "" })
	eventually(t, "and its end", func() bool { return l.reach.Status().LastError == nil })
}

func TestAStoreThatWasEmptiedAndLoadedAgainIsReadAnew(t *testing.T) {
	l := newLive(t, 0)
	l.join(t, "q")
	l.join(t, "r")
	l.start(t)
	if l.total() != 3 {
		t.Fatalf("%d people of 3", l.total())
	}
	again := doors(t)
	again.person("s", "flat")
	l.follow(t)
	other := load(t, again.Changes)
	l.store.set(func(f *flaky) { f.inner = other })
	eventually(t, "the other graph", func() bool { return l.reach.Status().Revision == 1 && l.total() == 1 })
}

func TestAnswersAndEditsRunAtTheSameTime(t *testing.T) {
	l := newLive(t, 0)
	l.start(t)
	l.follow(t)
	stop := make(chan struct{})
	var readers sync.WaitGroup
	for range 3 {
		readers.Go(func() {
			last := 0
			for {
				select {
				case <-stop:
					return
				default:
				}
				n := l.total()
				if n < last {
					t.Errorf("%d people after %d", n, last)
				}
				last = n
			}
		})
	}
	for i := range 30 {
		if err := l.reach.Applied(t.Context(), l.join(t, fmt.Sprintf("q%d", i))); err != nil {
			t.Error(err)
		}
	}
	close(stop)
	readers.Wait()
	if l.total() != 31 {
		t.Errorf("%d people", l.total())
	}
}
