package doorbell

import (
	"context"
	"errors"
	"slices"
	"sync"

	"lintu/kg"
	"lintu/store"
)

// kept are rings as moves of this process left them in the store, so that the next move of one need not read it again: the
// delivery of what was written, an answer. Nothing rests on them. A batch counts on the versions of the ring and of the
// alerts that it changes, so where somebody else has moved a ring the batch is refused, and the ring is read; and what
// a kept ring would refuse, or leave as it is, is asked of the store's (see Doorbell.commit).
type kept struct {
	mu     sync.Mutex
	rings  map[kg.ID]*keptRing
	alerts map[kg.ID]alertOf // that this process has made
}

// alertOf is where an alert belongs, which never changes.
type alertOf struct{ ring, person kg.ID }

type keptRing struct {
	ring              *kg.Ring
	household, device kg.ID
	calls             []call
	last              kg.Moment // of its timeline
}

const (
	keptMost   = 2500    // rings; with their alerts some 25 kB each
	keptAlerts = 100_000 // of which is known where they belong
)

// made notes where an alert belongs that stands from now on.
func (k *kept) made(alert, ring, person kg.ID) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.alerts == nil || len(k.alerts) >= keptAlerts {
		k.alerts = map[kg.ID]alertOf{}
	}
	k.alerts[alert] = alertOf{ring, person}
}

// of is where an alert belongs, if it is known.
func (k *kept) of(alert kg.ID) (alertOf, bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	a, known := k.alerts[alert]
	return a, known
}

// put keeps a ring as it has just been stored. One that is over is kept no more.
func (k *kept) put(in *incident) {
	var r *keptRing
	if in.ring.DueAt != "" {
		r = &keptRing{kg.Clone(in.ring).(*kg.Ring), in.household, in.device, make([]call, len(in.calls)), in.stamp()}
		for i, c := range in.calls {
			r.calls[i] = call{alert: kg.Clone(c.alert).(*kg.Alert), person: c.person, version: c.version, tie: c.tie}
		}
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if r == nil {
		delete(k.rings, in.ring.ID)
		return
	}
	if k.rings == nil {
		k.rings = map[kg.ID]*keptRing{}
	}
	for id := range k.rings {
		if len(k.rings) < keptMost {
			break
		}
		delete(k.rings, id)
	}
	k.rings[in.ring.ID] = r
}

// take gives a ring to one move; nil where it is not kept.
func (k *kept) take(id kg.ID) *keptRing {
	k.mu.Lock()
	defer k.mu.Unlock()
	r := k.rings[id]
	delete(k.rings, id)
	return r
}

// still says whether a refusal by a remembered ring is the store's too: whatever makes another answer of it is an entry of
// its timeline, and makes another version of the ring.
func (d *Doorbell) still(ctx context.Context, in *incident, refusal error) bool {
	var illegal *IllegalError
	if in.dirty || !errors.As(refusal, &illegal) {
		return false
	}
	id := in.ring.ID
	items, err := d.o.Store.Nodes(ctx, store.Everything, []store.Group{{IDs: []kg.ID{id}}})
	if err != nil || items[0][id] == nil || items[0][id].Node.Common().Version != in.version {
		return false
	}
	d.kept.back(in.remembered)
	return true
}

// back keeps a ring on that a move has left as it was, unless a later move has kept it.
func (k *kept) back(r *keptRing) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.rings[r.ring.ID] == nil {
		k.rings[r.ring.ID] = r
	}
}

// fill makes an incident of the ring.
func (r *keptRing) fill(in *incident) {
	in.remembered = r
	in.before, in.ring = r.ring, kg.Clone(r.ring).(*kg.Ring)
	in.household, in.device, in.last = r.household, r.device, r.last
	for i := range r.calls {
		in.calls = append(in.calls, &r.calls[i])
	}
	slices.SortStableFunc(in.calls, byCall)
}
