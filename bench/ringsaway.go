package bench

import (
	"context"
	"fmt"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"lintu/doorbell"
	"lintu/doorbell/journal"
	"lintu/kg"
	"lintu/store"
)

// AwayFigures are presses while the store is silent, at W7's rate, answered from the snapshot and the local journal. A
// press is timed from the moment when it was due to its answer, and to the first message that asks somebody to come.
type AwayFigures struct {
	Presses   int     `json:"presses"`
	Failed    int     `json:"failed"`
	AnswerP50 float64 `json:"answerP50"`
	AnswerP99 float64 `json:"answerP99"`
	FirstP50  float64 `json:"firstP50"`
	FirstP99  float64 `json:"firstP99"`
}

// How long the store is silent, and how long a process may take to learn what it needs then.
const (
	awayLasts  = 30 * time.Second
	awayLearns = 5 * time.Minute
)

// silent is a store that can stop answering: then its methods hang, whatever their contexts say, until it goes on.
type silent struct {
	store.Store
	gone     atomic.Pointer[chan struct{}]
	followed atomic.Bool // somebody has asked for changes
}

func (s *silent) stop() { s.gone.Store(new(make(chan struct{}))) }

func (s *silent) goOn() { close(*s.gone.Load()) }

func (s *silent) wait() {
	if gone := s.gone.Load(); gone != nil {
		<-*gone
	}
}

func (s *silent) Nodes(ctx context.Context, v store.View, groups []store.Group) ([]map[kg.ID]*store.Item, error) {
	s.wait()
	return s.Store.Nodes(ctx, v, groups)
}

func (s *silent) Expand(ctx context.Context, v store.View, sources []kg.ID, p *store.Plan) (map[kg.ID]store.Tree, error) {
	s.wait()
	return s.Store.Expand(ctx, v, sources, p)
}

func (s *silent) List(ctx context.Context, v store.View, q store.ListQuery) (*store.Page, error) {
	s.wait()
	return s.Store.List(ctx, v, q)
}

func (s *silent) Count(ctx context.Context, v store.View, q store.CountQuery) ([]store.GroupCount, error) {
	s.wait()
	return s.Store.Count(ctx, v, q)
}

func (s *silent) Ancestry(ctx context.Context, v store.View, q store.AncestryQuery) (map[kg.ID][]store.Relative, error) {
	s.wait()
	return s.Store.Ancestry(ctx, v, q)
}

func (s *silent) Apply(ctx context.Context, b *store.Batch) (*store.Applied, error) {
	s.wait()
	return s.Store.Apply(ctx, b)
}

func (s *silent) Changes(ctx context.Context, after store.Revision, limit int) ([]store.Change, error) {
	s.wait()
	s.followed.Store(true)
	return s.Store.Changes(ctx, after, limit)
}

func (s *silent) Ready(ctx context.Context) (store.Status, error) {
	s.wait()
	return s.Store.Ready(ctx)
}

// firstTimes takes the instants of the first messages of rings that are cut off from the store.
type firstTimes struct {
	mu sync.Mutex
	at map[kg.ID]time.Time // by ring
}

// Drill implements doorbell.Notifier.
func (t *firstTimes) Drill() bool { return true }

// Notify implements doorbell.Notifier.
func (t *firstTimes) Notify(_ context.Context, m doorbell.Message) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if _, told := t.at[m.Ring]; !told && m.Asks() {
		t.at[m.Ring] = time.Now()
	}
	return nil
}

// away measures presses while the store is silent, with a process's doorbell of its own on the same store.
func (l *ringLoad) away(ctx context.Context, work string) (f *AwayFigures, err error) {
	j, err := journal.Open(filepath.Join(work, "journal"))
	if err != nil {
		return nil, err
	}
	defer func() { _ = j.Close() }()
	status, err := l.st.Ready(ctx)
	if err != nil {
		return nil, err
	}
	st, told := &silent{Store: l.st}, &firstTimes{at: map[kg.ID]time.Time{}}
	bell, err := doorbell.New(doorbell.Options{Store: st, Key: status.Key, Snapshot: l.near.Snapshot, Clock: l, Notifier: told, Process: "away", Journal: j})
	if err != nil {
		return nil, err
	}
	within, stop := context.WithCancel(ctx)
	var working sync.WaitGroup
	defer working.Wait()
	defer stop()
	working.Go(func() { bell.Work(within) })
	for began := time.Now(); !st.followed.Load(); time.Sleep(50 * time.Millisecond) {
		if time.Since(began) > awayLearns || ctx.Err() != nil {
			return nil, fmt.Errorf("W7: the doorbell did not learn its doors in %v", awayLearns)
		}
	}
	st.stop()
	defer func() { // nothing more is done with what the journal has
		stop()
		st.goOn()
	}()
	f = &AwayFigures{Presses: int(awayLasts.Seconds() * ringRate)}
	l.pressAway(ctx, bell, told, f)
	return f, nil
}

// pressAway presses at the rate, each time at another door.
func (l *ringLoad) pressAway(ctx context.Context, bell *doorbell.Doorbell, told *firstTimes, f *AwayFigures) {
	var all sync.WaitGroup
	var mu sync.Mutex
	var answers, first []time.Duration
	pressed := map[kg.ID]time.Time{}
	began := time.Now()
	for n := range f.Presses {
		due := began.Add(time.Duration(n) * time.Second / ringRate)
		time.Sleep(time.Until(due))
		all.Go(func() {
			r, err := bell.Press(ctx, doorbell.Press{Doorbell: l.doors[n%len(l.doors)].Doorbell})
			took := time.Since(due)
			mu.Lock()
			defer mu.Unlock()
			if err != nil || !r.CutOff {
				f.Failed++
				return
			}
			answers, pressed[r.ID] = append(answers, took), due
		})
	}
	all.Wait()
	told.mu.Lock()
	defer told.mu.Unlock()
	for ring, due := range pressed {
		if at, ok := told.at[ring]; ok {
			first = append(first, at.Sub(due))
		}
	}
	f.FirstP50, f.FirstP99 = percentile(first, 50), percentile(first, 99)
	f.AnswerP50, f.AnswerP99 = percentile(answers, 50), percentile(answers, 99)
}
