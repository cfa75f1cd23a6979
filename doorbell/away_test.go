package doorbell

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"lintu/doorbell/journal"
	"lintu/kg"
	"lintu/reach"
	"lintu/store"
)

// leaving is a store that can go away, or hang whatever its caller's time is.
type leaving struct {
	store.Store
	mu   sync.Mutex
	gone bool
	hang chan struct{} // nil: it does not
}

func (l *leaving) set(gone bool, hang chan struct{}) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.gone, l.hang = gone, hang
}

func (l *leaving) here() error {
	l.mu.Lock()
	gone, hang := l.gone, l.hang
	l.mu.Unlock()
	if hang != nil {
		<-hang
	}
	if gone {
		return fmt.Errorf("the cable is out: %w", kg.ErrUnavailable)
	}
	return nil
}

func (l *leaving) Nodes(ctx context.Context, v store.View, groups []store.Group) ([]map[kg.ID]*store.Item, error) {
	if err := l.here(); err != nil {
		return nil, err
	}
	return l.Store.Nodes(ctx, v, groups)
}

func (l *leaving) List(ctx context.Context, v store.View, q store.ListQuery) (*store.Page, error) {
	if err := l.here(); err != nil {
		return nil, err
	}
	return l.Store.List(ctx, v, q)
}

// full is a journal whose disk is full.
type full struct{}

func (full) Append(...[]byte) error { return errors.New("no space left") }
func (full) Records() [][]byte      { return nil }
func (full) Clear() error           { return nil }

// apart is a scene whose store can leave, with a process that has a journal.
type apart struct {
	*scene
	store *leaving
}

// process is another process on the same store, with a journal of its own.
func (a *apart) process(j Journal) *Doorbell {
	a.t.Helper()
	snapshot, err := reach.Build(a.t.Context(), reach.Options{Store: a.scene.store})
	if err != nil {
		a.t.Fatal(err)
	}
	d, err := New(Options{Store: a.store, Snapshot: func() *reach.Snapshot { return snapshot }, Clock: a.scene, Notifier: a.scene, Process: "apart", Journal: j})
	if err != nil {
		a.t.Fatal(err)
	}
	d.inline = true
	if err := d.once(a.t.Context()); err != nil {
		a.t.Fatal(err)
	}
	return d
}

func (a *apart) journal() *journal.Journal { return open(a.t, a.t.TempDir()) }

func open(t testing.TB, dir string) *journal.Journal {
	t.Helper()
	j, err := journal.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = j.Close() })
	return j
}

// newApart is a door with neighbours, a contact and somebody on duty.
func newApart(t *testing.T, neighbours int) *apart {
	s := newScene(t)
	for i := range neighbours {
		s.neighbour(fmt.Sprint("n", i), float64(20+10*i))
	}
	s.person("daughter")
	s.Tie("daughter", kg.ContactOf, "home", func(t *kg.Tie) { t.Consent, t.Rank = true, 1 })
	s.person("desk")
	s.Tie("desk", kg.OnDutyAt, "community", func(t *kg.Tie) { t.StartsAt = simStart.Add(-time.Hour) })
	s.person("official")
	s.Tie("official", kg.OnDutyAt, "street", func(t *kg.Tie) { t.StartsAt = simStart.Add(-time.Hour) })
	s.open()
	return &apart{scene: s, store: &leaving{Store: s.store}}
}

// told are those to whom a message of the text went, in order.
func (a *apart) told(text string) string {
	var names []string
	for _, m := range a.messages {
		if m.Text == text {
			names = append(names, a.Name(m.Person))
		}
	}
	return strings.Join(names, " ")
}

// back lets the store come back, and the process do what is due.
func (a *apart) back(d *Doorbell) {
	a.t.Helper()
	a.store.set(false, nil)
	if err := d.once(a.t.Context()); err != nil {
		a.t.Fatal(err)
	}
}

// ringAt is the ring that a press led to.
func (a *apart) ringAt(d *Doorbell, press kg.ID) *Ring {
	a.t.Helper()
	ring, err := d.ringByHandle(a.t.Context(), press)
	if err != nil {
		a.t.Fatal(err)
	}
	in, err := d.load(a.t.Context(), ring, "")
	if err != nil {
		a.t.Fatal(err)
	}
	return in.view()
}

func (a *apart) pressAt(d *Doorbell, p Press) *Ring {
	a.t.Helper()
	r, err := d.Press(a.t.Context(), p)
	if err != nil {
		a.t.Fatal(err)
	}
	return r
}
