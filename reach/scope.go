package reach

import (
	"slices"
	"sync"
	"sync/atomic"

	"lintu/kg"
	"lintu/store"
)

// scope is what a viewer may see, as refs. What was found out about nodes is kept for all questions of the viewer, as far as
// they are asked of the same snapshot.
type scope struct {
	s     *Snapshot
	all   bool
	areas []ref // sorted
	on    kg.Date
	found [kindCount]verdicts // by the column of nodes
}

func (s *Snapshot) newScope(sc store.Scope) *scope {
	out := &scope{s: s, all: sc.All, on: sc.Today}
	for _, id := range sc.Areas {
		if r, ok := s.index(id); ok {
			out.areas = append(out.areas, r)
		}
	}
	slices.Sort(out.areas)
	if out.all || len(out.areas) == 0 { // known without a look
		return out
	}
	return s.scopes.of(out)
}

// scopes keeps the scopes that were asked last.
type scopes struct {
	mu   sync.Mutex
	kept []*scope // the newest last
}

// scopesMemory bounds what scopes are kept, in bytes: one takes a quarter of a byte a node. A district has some twenty of them,
// a county more than are worth looking through; a few are kept however large the graph is.
const scopesMemory, leastScopes, mostScopes = 8 << 20, 8, 256

// mostScopesOf is how many scopes are kept of a snapshot with so many nodes.
func mostScopesOf(nodes int) int { return min(max(scopesMemory/(nodes/4+1), leastScopes), mostScopes) }

// of is the scope that is kept, else the given one from now on.
func (all *scopes) of(sc *scope) *scope {
	all.mu.Lock()
	defer all.mu.Unlock()
	i := slices.IndexFunc(all.kept, func(k *scope) bool { return k.on == sc.on && slices.Equal(k.areas, sc.areas) })
	switch {
	case i >= 0:
		sc = all.kept[i]
		all.kept = slices.Delete(all.kept, i, i+1)
	case len(all.kept) >= mostScopesOf(sc.s.size()):
		all.kept = slices.Delete(all.kept, 0, 1)
	}
	all.kept = append(all.kept, sc)
	return sc
}

// verdicts are what is known of the rows of a column, two bits each. They are safe for concurrent use: a verdict that two
// find out is the same.
type verdicts struct {
	once sync.Once
	bits []atomic.Uint32
}

const (
	unknown uint32 = iota
	outside
	inside
)

func (v *verdicts) of(row int32) uint32 { return v.bits[row/16].Load() >> (row % 16 * 2) & 3 }

func (v *verdicts) note(row int32, verdict uint32) { v.bits[row/16].Or(verdict << (row % 16 * 2)) }

// relationSet is a set of relations, a bit each.
type relationSet uint32

func relationSetOf(all []kg.Relation) (set relationSet) {
	for _, r := range all {
		if n, kept := relationNums[r]; kept {
			set |= 1 << n
		}
	}
	return set
}

func (set relationSet) has(r relation) bool { return set>>r&1 != 0 }

// areaWays is kg.AreaRules by the numbers of a snapshot.
var areaWays = func() (ways [kindCount]struct {
	self      bool
	via, less relationSet // less: where there is no tie of via
}) {
	for n := divisions; n < kindCount; n++ {
		rule := kg.AreaRules[kinds[n]]
		ways[n].self, ways[n].via, ways[n].less = rule.Self, relationSetOf(rule.Via), relationSetOf(rule.Else)
	}
	return ways
}()

// sees says whether a node is in one of the areas or below on the scope's day: what kg.InArea means, on the rules of
// kg.AreaRules.
func (sc *scope) sees(r ref) bool {
	if sc.all || len(sc.areas) == 0 {
		return sc.all
	}
	found, row := &sc.found[r.kind().column()], r.row()
	found.once.Do(func() { found.bits = make([]atomic.Uint32, sc.s.rows(r.kind())/16+1) })
	verdict := found.of(row)
	if verdict == unknown {
		verdict = outside
		if sc.look(r) {
			verdict = inside
		}
		found.note(row, verdict)
	}
	return verdict == inside
}

func (sc *scope) look(r ref) bool {
	way := &areaWays[r.kind()]
	if way.self && slices.Contains(sc.areas, r) {
		return true
	}
	in, tied := sc.up(r, way.via)
	if !tied && way.less != 0 {
		in, _ = sc.up(r, way.less)
	}
	return in
}

// up says whether a tie of the relations leads to what the scope sees, and whether there is such a tie at all.
func (sc *scope) up(r ref, via relationSet) (in, tied bool) {
	for _, l := range sc.s.links(r) {
		if how := sc.s.hows.at(l.how); via.has(how.relation) && how.valid.Holds(sc.on) {
			if tied = true; sc.sees(l.to) {
				return true, true
			}
		}
	}
	return false, tied
}
