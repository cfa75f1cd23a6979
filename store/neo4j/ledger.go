package neo4j

import (
	"hash/maphash"
	"slices"
	"sync"

	"lintu/kg"
	"lintu/store"
)

// ledger is what a process knows of a store that it loads, from empty on: whatever is not in it is not in the store, so
// that the server need not look for it. In a load nearly everything is new. It holds digests; what has one of them is
// looked for as ever. Others may write to the same store: each write has a revision, without gaps, so that a revision
// which is not the ledger's own tells of them, and the ledger is given up.
type ledger struct {
	seed     maphash.Seed
	mu       sync.Mutex // of the revision; the rest belongs to the transaction that holds the revision lock
	revision store.Revision
	nodes    digestSet
	ties     digestSet
	keys     digestSet // of ties
}

type digestSet map[uint64]struct{}

func newLedger() *ledger {
	return &ledger{seed: maphash.MakeSeed(), nodes: digestSet{}, ties: digestSet{}, keys: digestSet{}}
}

// isAt says whether the ledger knows a store of the revision.
func (l *ledger) isAt(r store.Revision) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.revision == r
}

// enter notes what a batch has written, which was committed as the revision after the ledger's own.
func (l *ledger) enter(w *store.Writes) {
	for i := range w.Nodes {
		l.nodes[maphash.String(l.seed, string(w.Nodes[i].Node.Common().ID))] = struct{}{}
	}
	for i := range w.Ties {
		t := w.Ties[i].Tie
		l.ties[maphash.String(l.seed, string(t.ID))] = struct{}{}
		l.keys[maphash.String(l.seed, t.Key())] = struct{}{}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if w.Change != nil {
		l.revision = w.Change.Revision
	}
}

// perhaps are those of the names that may be in a set of the ledger; without one, all.
func perhaps[T ~string](l *ledger, in func(*ledger) digestSet, names []T) []T {
	if l == nil {
		return names
	}
	set := in(l)
	return slices.DeleteFunc(slices.Clone(names), func(name T) bool {
		_, known := set[maphash.String(l.seed, string(name))]
		return !known
	})
}

func (l *ledger) nodeSet() digestSet { return l.nodes }
func (l *ledger) tieSet() digestSet  { return l.ties }
func (l *ledger) keySet() digestSet  { return l.keys }

// perhapsNodes are those of the ids that may be nodes.
func (t *tx) perhapsNodes(ids []kg.ID) []kg.ID { return perhaps(t.ledger, (*ledger).nodeSet, ids) }
