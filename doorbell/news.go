package doorbell

import (
	"context"
	"errors"
	"sync"
	"time"

	"lintu/kg"
	"lintu/store"
	"lintu/store/tail"
)

// news wakes those who wait for a ring to move. While anybody waits, one goroutine reads the store's journal for all of
// them, so that moves of other processes count as well.
type news struct {
	mu      sync.Mutex
	waiting map[kg.ID]map[chan struct{}]bool
	stop    context.CancelFunc // ends the reading; nil while nobody waits
}

// newsPoll is how often the journal is read while somebody waits.
const newsPoll = 250 * time.Millisecond

// newsPage is how many entries of the journal are read at once.
const newsPage = 500

// News lets the caller wait for a ring to move: moved is closed when a move that was recorded after the call, by this
// process or another, is in the store's journal, and also when it cannot be said whether there was one. Read the ring after the
// call, then wait. The caller calls stop in the end.
func (d *Doorbell) News(ring kg.ID) (moved <-chan struct{}, stop func()) {
	n := &d.news
	n.mu.Lock()
	defer n.mu.Unlock()
	c := make(chan struct{})
	if n.stop == nil {
		n.waiting = map[kg.ID]map[chan struct{}]bool{}
		ctx, cancel := context.WithCancel(context.Background())
		n.stop = cancel
		go d.readNews(ctx)
	}
	if n.waiting[ring] == nil {
		n.waiting[ring] = map[chan struct{}]bool{}
	}
	n.waiting[ring][c] = true
	return c, func() { n.leave(ring, c) }
}

// leave ends the reading with the last who waits.
func (n *news) leave(ring kg.ID, c chan struct{}) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if delete(n.waiting[ring], c); len(n.waiting[ring]) == 0 {
		delete(n.waiting, ring)
	}
	if len(n.waiting) == 0 && n.stop != nil {
		n.stop()
		n.stop = nil
	}
}

// wake tells those who wait for a ring. They stay on the list until they leave.
func (n *news) wake(ring kg.ID) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.rouse(n.waiting[ring])
}

// wakeAll tells everybody who waits.
func (n *news) wakeAll() {
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, channels := range n.waiting {
		n.rouse(channels)
	}
}

func (*news) rouse(channels map[chan struct{}]bool) {
	for c, asleep := range channels {
		if asleep {
			close(c)
			channels[c] = false
		}
	}
}

// readNews follows the journal until the context ends. Where it begins, and where the journal does not tell what
// changed, everybody is woken: they look for themselves.
func (d *Doorbell) readNews(ctx context.Context) {
	at, known := store.Revision(0), false
	tail.Follow(ctx, newsPoll, nil, func(int) (err error) {
		if known {
			at, err = d.newsAfter(ctx, at)
			known = !errors.Is(err, kg.ErrTooOld)
			return err
		}
		status, err := d.o.Store.Ready(ctx)
		if err == nil {
			at, known = status.Revision, true
			d.news.wakeAll()
		}
		return err
	}, func(error) {}) // they wait until the store is back
}

// newsAfter wakes those whose rings the journal names after a revision, and gives the revision that it read up to.
func (d *Doorbell) newsAfter(ctx context.Context, at store.Revision) (store.Revision, error) {
	for {
		changes, err := d.o.Store.Changes(ctx, at, newsPage)
		if err != nil {
			return at, err
		}
		for _, c := range changes {
			at = c.Revision
			if c.Rebuild {
				d.news.wakeAll()
			}
			for _, id := range c.Nodes {
				if id.Kind() == kg.KindRing || id.Kind() == kg.KindRingEvent { // a press that was in a journal alone
					d.news.wake(id)
				}
			}
		}
		if len(changes) < newsPage {
			return at, nil
		}
	}
}
