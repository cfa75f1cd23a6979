package doorbell

import (
	"context"
	"sync"
	"time"

	"lintu/kg"
	"lintu/store"
)

const (
	countEvery = 4 * time.Second  // how long a count of open rings serves
	countShare = 100              // and so many times as long as it took, since presses are slower meanwhile,
	countRare  = 12 * time.Second // but no longer than this
	countOld   = 3                // so many times as long it serves while the next one is made,
	countDead  = 24 * time.Second // but no longer than this
	countMost  = 10 * time.Second // how long one may take
)

// opens is how many rings are open in each township: counted in the store, and kept up with this process's own moves. A
// count that is old still serves while the next one is made: where rings come again and again, none waits for it. What other processes
// open and end is known some seconds later, and where a count takes long a dozen seconds.
type opens struct {
	mu       sync.Mutex
	counted  bool
	counting bool
	at, took time.Duration // by Clock.Elapsed
	by       map[kg.ID]int
	since    map[kg.ID]int   // moves of this process since the count that is being made began
	township map[kg.ID]kg.ID // of the rings that this process has opened
}

// in counts the open rings in a township.
func (o *opens) in(ctx context.Context, d *Doorbell, township kg.ID, now time.Time) (int, error) {
	begin, serves := o.due(d.o.Clock.Elapsed())
	switch {
	case begin && serves:
		d.spawn(func() {
			ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), countMost)
			defer cancel()
			if err := o.count(ctx, d, now); err != nil {
				d.o.Logger.WarnContext(ctx, "doorbell: open rings are not counted; the last count serves", "error", err)
			}
		})
	case begin || !serves:
		if err := o.count(ctx, d, now); err != nil {
			return 0, err
		}
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.by[township], nil
}

// due says whether the caller has to begin a count, and whether there is one that serves.
func (o *opens) due(elapsed time.Duration) (begin, serves bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	age := elapsed - o.at
	pause := max(countEvery, min(countRare, countShare*o.took))
	serves = o.counted && age >= 0 && age < min(countDead, countOld*pause)
	if (!serves || age >= pause) && !o.counting {
		o.counting, o.since = true, map[kg.ID]int{}
		begin = true
	}
	return begin, serves
}

// count asks the store.
func (o *opens) count(ctx context.Context, d *Doorbell, now time.Time) error {
	began := d.o.Clock.Elapsed()
	groups, err := d.o.Store.Count(ctx, d.view(now), store.CountQuery{
		Kind: kg.KindRing, Filter: NotOver(), By: store.GroupBy{AreaKind: kg.KindDivision, AreaLevel: string(kg.LevelTownship)},
	})
	o.mu.Lock()
	defer o.mu.Unlock()
	o.counting = false
	if err != nil {
		return err
	}
	o.by = map[kg.ID]int{}
	all := 0
	for _, g := range groups {
		o.by[kg.ID(g.Key)] = g.Count
		all += g.Count
	}
	for t, n := range o.since { // some of them were counted too: the next count knows
		o.by[t] += n
	}
	if len(o.township) > 4*all+1000 { // most of them were ended by others
		clear(o.township)
	}
	o.counted, o.at, o.took = true, began, d.o.Clock.Elapsed()-began
	return nil
}

// moved keeps up with a move of this process that stands.
func (o *opens) moved(ring kg.ID, p *place, was, is bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if !o.counted || was == is {
		return
	}
	if o.township == nil {
		o.township = map[kg.ID]kg.ID{}
	}
	t, n := o.township[ring], -1
	if is && p != nil {
		t, n = p.township, 1
		o.township[ring] = t
	} else {
		delete(o.township, ring)
	}
	if t == "" {
		return
	}
	o.by[t] += n
	if o.counting {
		o.since[t] += n
	}
}
