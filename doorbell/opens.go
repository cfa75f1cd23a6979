package doorbell

import (
	"context"
	"sync"
	"time"

	"lintu/kg"
	"lintu/store"
)

// countEvery is how long a count of open rings serves.
const countEvery = 2 * time.Second

// opens is how many rings are open in each township: counted in the store, where the last count is too old, and kept up
// with this process's own moves in between. What other processes open and end is known two seconds later at most.
type opens struct {
	mu       sync.Mutex
	counted  bool
	at       time.Duration // by Clock.Elapsed
	by       map[kg.ID]int
	township map[kg.ID]kg.ID // of the rings that this process has opened
}

// in counts the open rings in a township.
func (o *opens) in(ctx context.Context, d *Doorbell, township kg.ID, now time.Time) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	elapsed := d.o.Clock.Elapsed()
	if o.counted && elapsed >= o.at && elapsed-o.at < countEvery {
		return o.by[township], nil
	}
	groups, err := d.o.Store.Count(ctx, d.view(now), store.CountQuery{
		Kind: kg.KindRing, Filter: NotOver(), By: store.GroupBy{AreaKind: kg.KindDivision, AreaLevel: string(kg.LevelTownship)},
	})
	if err != nil {
		return 0, err
	}
	o.by = map[kg.ID]int{}
	all := 0
	for _, g := range groups {
		o.by[kg.ID(g.Key)] = g.Count
		all += g.Count
	}
	if len(o.township) > 4*all+1000 { // most of them were ended by others
		clear(o.township)
	}
	o.counted, o.at = true, elapsed
	return o.by[township], nil
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
	switch {
	case !is:
		if t, known := o.township[ring]; known {
			o.by[t]--
			delete(o.township, ring)
		}
	case p != nil && p.township != "":
		o.by[p.township]++
		o.township[ring] = p.township
	}
}
