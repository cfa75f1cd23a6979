package neo4j

import (
	"hash/maphash"
	"slices"
	"sync"

	"lintu/kg"
	"lintu/store"
)

// ledger is what a process knows of a store that it loads, from empty on: whatever is not in it is not in the store, so
// that the server need not look for it, and what is in it has a number of the database's own, by which it is found
// without an index. In a load nearly everything is new. It holds digests; ties that have one of them are looked for as
// ever. Others may write to the same store: each write has a revision, without gaps, so that a revision which is not the
// ledger's own tells of them, and the ledger is given up; so it is when the store is cleared and filled anew, since each
// load has a name.
type ledger struct {
	seed     maphash.Seed
	load     string // the load's name
	mu       sync.Mutex
	revision store.Revision
	nodes    map[uint64]int64 // the database's numbers
	ties     digestSet
	keys     digestSet // of ties
	lost     bool      // two ids have one digest, or a commit failed
}

type digestSet map[uint64]struct{}

func newLedger() *ledger {
	return &ledger{seed: maphash.MakeSeed(), nodes: map[uint64]int64{}, ties: digestSet{}, keys: digestSet{}}
}

// isAt says whether the ledger knows a store of the revision, filled by the load.
func (l *ledger) isAt(r store.Revision, load string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return !l.lost && l.revision == r && l.load == load
}

// enter notes what a batch writes, which becomes the revision after the ledger's own when it is committed, and the numbers of
// the nodes that it created; it gives the ledger's revision then.
func (l *ledger) enter(w *store.Writes, created map[kg.ID]int64) store.Revision {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, id := range w.DeletedNodes {
		delete(l.nodes, l.digest(id))
	}
	for id, no := range created {
		_, taken := l.nodes[l.digest(id)]
		l.lost = l.lost || taken
		l.nodes[l.digest(id)] = no
	}
	for i := range w.Ties {
		t := w.Ties[i].Tie
		l.ties[maphash.String(l.seed, string(t.ID))] = struct{}{}
		l.keys[maphash.String(l.seed, t.Key())] = struct{}{}
	}
	if w.Change != nil {
		l.revision = w.Change.Revision
	}
	return l.revision
}

// lose gives the ledger up.
func (l *ledger) lose() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.lost = true
}

// number is the database's number of a node; not ok where the node is not in the store.
func (l *ledger) number(id kg.ID) (no int64, ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	no, ok = l.nodes[l.digest(id)]
	return no, ok
}

func (l *ledger) digest(id kg.ID) uint64 { return maphash.String(l.seed, string(id)) }

// perhaps are those of the names that may be in a set of the ledger; without one, all.
func perhaps[T ~string](l *ledger, in func(*ledger) digestSet, names []T) []T {
	if l == nil {
		return names
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	set := in(l)
	return slices.DeleteFunc(slices.Clone(names), func(name T) bool {
		_, known := set[maphash.String(l.seed, string(name))]
		return !known
	})
}

func (l *ledger) tieSet() digestSet { return l.ties }
func (l *ledger) keySet() digestSet { return l.keys }
