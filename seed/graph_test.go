package seed_test

import (
	"crypto/sha256"
	"encoding/hex"
	"hash"
	"sync"
	"testing"

	"lintu/kg"
	"lintu/seed"
	"lintu/store"
)

// graph is a generated town, gathered from its batches alone.
type graph struct {
	batches int
	changes int
	nodes   map[kg.ID]kg.Node
	kinds   map[kg.Kind][]kg.Node
	ties    map[kg.Relation][]*kg.Tie
	digest  string
	homes   map[kg.ID][]kg.ID // the people of each household on the reference date
}

func gather(name string, seedNo uint64, size int) *graph {
	t, err := seed.Preset(name)
	if err != nil {
		panic(err)
	}
	return gatherTown(t, seedNo, size)
}

func gatherTown(t seed.Town, seedNo uint64, size int) *graph {
	g := &graph{nodes: map[kg.ID]kg.Node{}, kinds: map[kg.Kind][]kg.Node{}, ties: map[kg.Relation][]*kg.Tie{}, homes: map[kg.ID][]kg.ID{}}
	h := sha256.New()
	err := t.Generate(seed.Options{Seed: seedNo, BatchSize: size}, func(b *store.Batch) error {
		g.batches++
		for i := range b.Changes {
			g.add(&b.Changes[i], h)
		}
		return nil
	})
	if err != nil {
		panic(err)
	}
	g.digest = hex.EncodeToString(h.Sum(nil))
	return g
}

func (g *graph) add(m *store.Mutation, h hash.Hash) {
	g.changes++
	seed.HashChange(h, m)
	if m.Node != nil {
		g.nodes[m.Node.Common().ID] = m.Node
		g.kinds[m.Node.Kind()] = append(g.kinds[m.Node.Kind()], m.Node)
		return
	}
	g.ties[m.Tie.Relation] = append(g.ties[m.Tie.Relation], m.Tie)
	g.house(m.Tie)
}

// house notes who lives where.
func (g *graph) house(t *kg.Tie) {
	if t.Relation == kg.LivesIn && t.Valid.Holds(seed.Reference) {
		g.homes[t.To] = append(g.homes[t.To], t.From)
	}
}

// The presets with seed 1, made once for all tests.
var (
	village = sync.OnceValue(func() *graph { return gather("village", 1, 0) })
	county  = sync.OnceValue(func() *graph { return gather("county", 1, 0) })
	city    = sync.OnceValue(func() *graph { return gather("city", 1, 0) })
	sishui  = sync.OnceValue(func() *graph { return gather("town", 1, 0) })
)

var towns = map[string]func() *graph{"village": village, "county": county, "city": city, "town": sishui}

// eachTown runs a test on every preset that is small enough to be kept; the district has tests of its own.
func eachTown(t *testing.T, test func(t *testing.T, name string, g *graph)) {
	for _, name := range seed.Names() {
		if town := towns[name]; town != nil {
			t.Run(name, func(t *testing.T) { test(t, name, town()) })
		}
	}
}

// now are the ties of a relation that hold on the reference date.
func (g *graph) now(r kg.Relation) []*kg.Tie {
	var out []*kg.Tie
	for _, t := range g.ties[r] {
		if t.Valid.Holds(seed.Reference) {
			out = append(out, t)
		}
	}
	return out
}

// by groups ties by an end.
func by(ties []*kg.Tie, end func(*kg.Tie) kg.ID) map[kg.ID][]*kg.Tie {
	out := map[kg.ID][]*kg.Tie{}
	for _, t := range ties {
		out[end(t)] = append(out[end(t)], t)
	}
	return out
}

func from(t *kg.Tie) kg.ID { return t.From }
func to(t *kg.Tie) kg.ID   { return t.To }
func ref(t *kg.Tie) kg.ID  { return t.Ref }

// count is how many nodes of a kind satisfy a test.
func count[N kg.Node](g *graph, test func(N) bool) int {
	var zero N
	n := 0
	for _, node := range g.kinds[zero.Kind()] {
		if test(node.(N)) {
			n++
		}
	}
	return n
}

// all are the nodes of a kind.
func all[N kg.Node](g *graph) []N {
	var zero N
	var out []N
	for _, node := range g.kinds[zero.Kind()] {
		out = append(out, node.(N))
	}
	return out
}

func (g *graph) person(id kg.ID) *kg.Person { return g.nodes[id].(*kg.Person) }
