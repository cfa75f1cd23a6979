package bench

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime/metrics"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"lintu/bench/floor"
	"lintu/doorbell"
	"lintu/doorbell/feed"
	"lintu/doorbell/lab"
	"lintu/internal/httpapi"
	"lintu/kg"
	"lintu/reach"
	"lintu/store"
)

// ringsName is the name of the results of W7.
const ringsName = "rings"

// RingFigures are W7: rings on SQLite, in one process, at a fixed rate. A press is timed from the moment when it was due
// to the first message that asks somebody to come, handed to the notifier.
type RingFigures struct {
	Town        string  `json:"town"`
	LoadAverage float64 `json:"loadAverage"` // of the machine when it began
	Seconds     float64 `json:"seconds"`
	PerSecond   float64 `json:"perSecond"`
	Rings       int     `json:"rings"`
	Failed      int     `json:"failed"` // presses that were answered with an error
	Open        float64 `json:"open"`   // rings at a time, on average of the second half
	Messages    int     `json:"messages"`
	Answers     int     `json:"answers"` // yes and no
	FirstP50    float64 `json:"firstP50"`
	FirstP99    float64 `json:"firstP99"`
	InsertP50   float64 `json:"insertP50"` // of a raw insert, on the disk, in the same minutes
	InsertP99   float64 `json:"insertP99"`
	HeapMB      float64 `json:"heapMB"`    // live, after a third of the time and as soon as as many rings are open as later
	HeapEndMB   float64 `json:"heapEndMB"` // and in the end
	Subscribers int     `json:"subscribers"`
	Events      int     `json:"events"`
	EventP50    float64 `json:"eventP50"` // from a move to the last of the subscribers, two events a second
	EventP99    float64 `json:"eventP99"`

	Away *AwayFigures `json:"away"`
}

// W7's load: presses a second, and how long a ring is open, so that some 2,000 are.
const (
	ringRate    = 20
	ringOpen    = 100 * time.Second // on average, and up to ringLongest
	ringLongest = ringOpen + 40*time.Second
	subscribers = 1000
	feedEvents  = 60
)

// rings measures W7 on a copy of the town's file.
func (r *runner) rings(ctx context.Context) error {
	defer httpapi.Processors()() // as the program does
	p := Place{Engine: SQLite, Path: filepath.Join(r.Folder, r.Preset+".db")}
	if _, err := r.prepare(ctx, p, &StoreFigures{}); err != nil {
		return err
	}
	work, err := os.MkdirTemp(r.Folder, "rings")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(work) }()
	r.Progress("W7: a copy of the town")
	copied := Place{Engine: SQLite, Path: filepath.Join(work, "town.db")}
	if err := copyFile(p.Path, copied.Path); err != nil {
		return err
	}
	st, err := copied.Open(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = st.Close() }()
	f := &RingFigures{Town: r.Preset, LoadAverage: loadAverage(), PerSecond: ringRate, Subscribers: subscribers}
	l, err := newRingLoad(ctx, st, f)
	if err != nil {
		return err
	}
	r.Progress("W7: %d rings a second for %v", ringRate, r.Rings)
	if err := l.run(ctx, r.Rings, filepath.Join(work, "raw.db")); err != nil {
		return err
	}
	r.Progress("W7: first message p50 %.1f ms, p99 %.1f ms; raw insert p99 %.1f ms; %.0f rings open", f.FirstP50, f.FirstP99, f.InsertP99, f.Open)
	if err := l.feed(ctx); err != nil {
		return err
	}
	r.Progress("W7: an event at the last of %d subscribers p50 %.1f ms, p99 %.1f ms", subscribers, f.EventP50, f.EventP99)
	r.Progress("W7: the store is silent for %v", awayLasts)
	if f.Away, err = l.away(ctx, work); err != nil {
		return err
	}
	r.Progress("W7: cut off, press to answer p50 %.1f ms, p99 %.1f ms; to the first message p99 %.1f ms", f.Away.AnswerP50, f.Away.AnswerP99, f.Away.FirstP99)
	r.report.Rings = f
	return nil
}

func copyFile(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer func() { _ = in.Close() }()
	out, err := os.Create(to)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	if err == nil {
		err = out.Sync() // now, not while others wait for the disk
	}
	return errors.Join(err, out.Close())
}

// ringLoad presses, answers and ends rings, and takes the times.
type ringLoad struct {
	st     store.Store
	near   *reach.Reach
	bell   *doorbell.Doorbell
	doors  []doorbell.Door
	began  time.Time
	moves  chan func(context.Context)
	figure *RingFigures

	open, messages, answers, failed atomic.Int64
	mu                              sync.Mutex
	first                           []time.Duration
	numbers                         map[kg.ID]int // of rings, by which chance is drawn
}

func newRingLoad(ctx context.Context, st store.Store, f *RingFigures) (*ringLoad, error) {
	l := &ringLoad{st: st, figure: f, began: time.Now(), moves: make(chan func(context.Context), 100_000), numbers: map[kg.ID]int{}}
	l.near = reach.New(reach.Options{Store: st, Now: time.Now})
	if err := l.near.Start(ctx); err != nil {
		return nil, err
	}
	status, err := st.Ready(ctx)
	if err != nil {
		return nil, err
	}
	if l.bell, err = doorbell.New(doorbell.Options{Store: st, Key: status.Key, Snapshot: l.near.Snapshot, Clock: l, Notifier: l, Process: "bench"}); err != nil {
		return nil, err
	}
	world := doorbell.NewWorld(st, l.near.Snapshot())
	l.doors, err = world.Doors(ctx, "", kg.DateOf(time.Now(), l.near.Snapshot().Location()))
	if err == nil && len(l.doors) == 0 {
		err = fmt.Errorf("W7: this town has no doorbells")
	}
	return l, err
}

// Now and Elapsed implement doorbell.Clock.
func (l *ringLoad) Now() time.Time         { return time.Now().Round(0) }
func (l *ringLoad) Elapsed() time.Duration { return time.Since(l.began) }

// Drill implements doorbell.Notifier.
func (l *ringLoad) Drill() bool { return true }

// firstOf is a press whose first message is awaited.
type firstOf struct {
	due    time.Time
	number int
	told   bool
}

type firstKey struct{}

// Notify implements doorbell.Notifier: it takes the time of a press's first message, and has its person answer.
func (l *ringLoad) Notify(ctx context.Context, m doorbell.Message) error {
	l.messages.Add(1)
	number := -1
	if f, ok := ctx.Value(firstKey{}).(*firstOf); ok {
		if m.Asks() && !f.told {
			f.told = true
			l.took(time.Since(f.due))
		}
		number = f.number
	}
	l.mu.Lock()
	if number < 0 {
		number = l.numbers[m.Ring]
	} else {
		l.numbers[m.Ring] = number
	}
	l.mu.Unlock()
	switch a := lab.DefaultAnswers.To(1, number, m); {
	case a.Yes:
		l.later(a.After, func(ctx context.Context) { _, _ = l.bell.Accept(ctx, m.Alert) })
	case a.No:
		l.later(a.After, func(ctx context.Context) { _, _ = l.bell.Decline(ctx, m.Alert) })
	}
	return nil
}

// forget lets go of a ring that is over.
func (l *ringLoad) forget(ring kg.ID) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.numbers, ring)
}

func (l *ringLoad) took(d time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.first = append(l.first, d)
}

// later makes a move after a while; an illegal one, of who is not needed any more, is a move too.
func (l *ringLoad) later(after time.Duration, move func(context.Context)) {
	time.AfterFunc(after, func() {
		l.answers.Add(1)
		select {
		case l.moves <- move:
		default: // the load is over
		}
	})
}

// run keeps the load up.
func (l *ringLoad) run(ctx context.Context, last time.Duration, raw string) error {
	ctx, stop := context.WithTimeout(ctx, last)
	defer stop()
	group, within := errgroup.WithContext(ctx)
	group.Go(func() error { l.near.Follow(within); return nil })
	group.Go(func() error { l.bell.Work(within); return nil })
	var inserts []time.Duration
	group.Go(func() (err error) { inserts, err = floor.Inserts(within, raw, 50*time.Millisecond); return err })
	for range 8 {
		group.Go(func() error { l.move(within); return nil })
	}
	group.Go(func() error { l.watch(within, last); return nil })
	l.press(within)
	if err := group.Wait(); err != nil {
		return err
	}
	f := l.figure
	f.Seconds, f.Failed, f.Messages, f.Answers = last.Seconds(), int(l.failed.Load()), int(l.messages.Load()), int(l.answers.Load())
	l.mu.Lock()
	defer l.mu.Unlock()
	f.FirstP50, f.FirstP99 = percentile(l.first, 50), percentile(l.first, 99)
	f.InsertP50, f.InsertP99 = percentile(inserts, 50), percentile(inserts, 99)
	f.HeapEndMB = heapAlive()
	return nil
}

func (l *ringLoad) move(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case move := <-l.moves:
			move(ctx)
		}
	}
}

// press presses at the rate until the context ends; a press that is late is late for who waits.
func (l *ringLoad) press(ctx context.Context) {
	var all sync.WaitGroup
	defer all.Wait()
	began := time.Now()
	for n := 0; ; n++ {
		due := began.Add(time.Duration(n) * time.Second / ringRate)
		select {
		case <-ctx.Done():
			l.figure.Rings = n
			return
		case <-time.After(time.Until(due)):
		}
		all.Go(func() {
			r, err := l.bell.Press(context.WithValue(ctx, firstKey{}, &firstOf{due: due, number: n}), doorbell.Press{Doorbell: l.doors[n%len(l.doors)].Doorbell})
			if err != nil {
				if ctx.Err() == nil {
					l.failed.Add(1)
				}
				return
			}
			l.open.Add(1)
			ring := r.ID // and not all of what the press answered
			time.AfterFunc(ringOpen+time.Duration(n%80-40)*time.Second, func() {
				l.moves <- func(ctx context.Context) {
					_, _ = l.bell.Close(ctx, ring, kg.HelpGiven, "")
					l.open.Add(-1)
					l.forget(ring)
				}
			})
		})
	}
}

// watch counts open rings and looks at the memory after a third of the time.
func (l *ringLoad) watch(ctx context.Context, last time.Duration) {
	began, sum, n := time.Now(), 0.0, 0
	for ticker := time.NewTicker(time.Second); ; {
		select {
		case <-ctx.Done():
			ticker.Stop()
			if n > 0 {
				l.figure.Open = sum / float64(n)
			}
			return
		case <-ticker.C:
		}
		if time.Since(began) > max(last/3, min(last/2, ringLongest)) && l.figure.HeapMB == 0 {
			l.figure.HeapMB = heapAlive()
		}
		if time.Since(began) > last/2 {
			sum, n = sum+float64(l.open.Load()), n+1
		}
	}
}

// heapAlive is what the last collection left alive, in MB.
func heapAlive() float64 {
	s := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	metrics.Read(s)
	return float64(s[0].Value.Uint64()) / 1e6
}

// feed measures how an event reaches the subscribers.
func (l *ringLoad) feed(ctx context.Context) error {
	ctx, stop := context.WithCancel(ctx)
	var end sync.WaitGroup
	defer end.Wait()
	defer stop()
	f := feed.New(feed.Options{Store: l.st, Now: time.Now, Zone: l.near.Snapshot().Location()})
	end.Go(func() { f.Follow(ctx) })
	type arrival struct {
		event kg.ID
		at    time.Time
	}
	arrivals := make(chan arrival, subscribers*64)
	for range subscribers {
		s, err := f.Subscribe(ctx, feed.Topic{}, nil)
		if err != nil {
			return err
		}
		end.Go(func() {
			defer s.Close()
			for {
				e, err := s.Next(ctx)
				if err != nil {
					return
				}
				if e.Event == kg.EventSeen {
					arrivals <- arrival{kg.ID(e.Alert), time.Now()}
				}
			}
		})
	}
	var took []time.Duration
	for n := 0; len(took) < feedEvents; n++ {
		r, err := l.bell.Press(ctx, doorbell.Press{Doorbell: l.doors[len(l.doors)-1-n%len(l.doors)].Doorbell})
		if err != nil {
			return err
		}
		f.Wake()
		for _, a := range r.Alerts {
			if a.State != kg.AlertDelivered {
				continue
			}
			time.Sleep(500 * time.Millisecond)
			began, seen := time.Now(), 0
			if _, err := l.bell.Seen(ctx, a.ID); err != nil {
				return err
			}
			f.Wake()
			for wait := time.After(time.Minute); seen < subscribers; {
				select {
				case got := <-arrivals:
					if got.event == a.ID {
						seen++
					}
				case <-wait:
					return fmt.Errorf("W7: an event reached %d of %d subscribers in a minute", seen, subscribers)
				}
			}
			took = append(took, time.Since(began))
		}
		if _, err := l.bell.Close(ctx, r.ID, kg.TestRing, ""); err != nil {
			return err
		}
	}
	l.figure.Events, l.figure.EventP50, l.figure.EventP99 = len(took), percentile(took, 50), percentile(took, 99)
	return nil
}

// percentile is in milliseconds; 0 of nothing.
func percentile(times []time.Duration, p int) float64 {
	if len(times) == 0 {
		return 0
	}
	times = slices.Clone(times)
	slices.Sort(times)
	return float64(times[min(len(times)-1, len(times)*p/100)].Microseconds()) / 1000
}

// ringTable writes W7.
func (r *Report) ringTable(b *strings.Builder) {
	f := r.Rings
	if f == nil {
		return
	}
	fmt.Fprintf(b, "| W7, on `%s`: %.0f rings a second for %.0f s | |\n| --- | --- |\n", f.Town, f.PerSecond, f.Seconds)
	row := func(what, format string, args ...any) {
		fmt.Fprintf(b, "| %s | %s |\n", what, fmt.Sprintf(format, args...))
	}
	row("load average of the machine when it began", "%.1f", f.LoadAverage)
	row("rings, of them failed; open at a time", "%s, %d; %s", thousands(f.Rings), f.Failed, thousands(int(f.Open)))
	row("messages, answers", "%s, %s", thousands(f.Messages), thousands(f.Answers))
	row("press to first message: p50, p99", "%s ms, %s ms", ms(f.FirstP50), ms(f.FirstP99))
	row("raw insert on the disk: p50, p99", "%s ms, %s ms", ms(f.InsertP50), ms(f.InsertP99))
	row("live heap after a third, in the end", "%.0f MB, %.0f MB", f.HeapMB, f.HeapEndMB)
	row(fmt.Sprintf("an event to the last of %d subscribers, %d events: p50, p99", f.Subscribers, f.Events), "%s ms, %s ms", ms(f.EventP50), ms(f.EventP99))
	if a := f.Away; a != nil {
		row("the store silent: presses, of them not answered by the journal", "%s, %d", thousands(a.Presses), a.Failed)
		row("the store silent: press to answer: p50, p99", "%s ms, %s ms", ms(a.AnswerP50), ms(a.AnswerP99))
		row("the store silent: press to first message: p50, p99", "%s ms, %s ms", ms(a.FirstP50), ms(a.FirstP99))
	}
}
