// Package storetest holds the engines to the contract of package store.
//
// Run is the conformance suite: named promises on a village of some sixty nodes, random batches and questions
// compared with the Oracle, budgets of statements, and query plans. The Oracle is the contract by definition, kept
// in maps; it is also the fake store for unit tests of other packages. Counting counts calls, Village is the
// fixture.
package storetest

import (
	"context"
	"fmt"
	"hash/fnv"
	"reflect"
	"testing"

	"lintu/kg"
	"lintu/store"
)

// Harness is how the suite gets at an engine. Every function but Graph is
// needed: an engine cannot leave a part out.
type Harness struct {
	// Open gives a fresh empty store, which it closes at the end of the test; the suite may have closed it before.
	// The store that it gave before may be gone by then: a shared server is cleared.
	Open func(t testing.TB) store.Store
	// Short is Open for a store whose journal keeps 3 entries, or so many as Changes still answers for.
	Short func(t testing.TB) store.Store
	// Reopen closes a store and opens the same data again, as after a restart of the process.
	Reopen func(t testing.TB, s store.Store) store.Store
	// Explain asks a question and tells of every statement that the engine sent for it.
	Explain func(t testing.TB, s store.Store, ask func(context.Context) error) []Statement
	// Rounds is how long the random test is where no flag says so; 0 stands for 5. An engine to which new statements
	// are cheap can have more.
	Rounds int
	// Drawings is how often names are drawn anew in the test of searches, where no flag says so; 0 stands for 5.
	Drawings int
	// Every is for an engine that plans each new statement for long: of a list of questions that are all alike, one for
	// every field or order, it is asked one in so many. 0 and 1: all.
	Every int
	// Graph is the larger graph on which plans are looked at; nil takes Town.
	Graph func(t testing.TB) []*store.Batch
}

// Statement is a statement that an engine sent, with how the engine planned it.
type Statement struct {
	Text string
	Plan string
	// Scans are the tables or labels of the graph that the plan reads as a whole, without an index: none is allowed.
	Scans []string
}

// Run is the conformance suite. Its groups are named after what they are about, its tests after promises.
func Run(t *testing.T, h Harness) {
	h.complete(t)
	t.Run("reads", func(t *testing.T) {
		g := openVillage(t, h)
		t.Run("nodes", g.testNodes)
		t.Run("expand", g.testExpand)
		t.Run("references", g.testReferences)
		t.Run("walks", g.testWalks)
		t.Run("ancestry", g.testAncestry)
		t.Run("list", g.testList)
		t.Run("filter", g.testFilter)
		t.Run("linked", g.testLinked)
		t.Run("within", g.testWithin)
		t.Run("search", g.testSearch)
		t.Run("count", g.testCount)
		t.Run("time", g.testTime)
		t.Run("scope", g.testScope)
		t.Run("refusals", g.testRefusals)
		t.Run("contexts", g.testContexts)
		t.Run("cost", g.testCost)
		t.Run("scan", g.testScan)
	})
	t.Run("apply", func(t *testing.T) { testApply(t, h) })
	t.Run("edits", func(t *testing.T) { testEdits(t, h) })
	t.Run("deletes", func(t *testing.T) { testDeletes(t, h) })
	t.Run("erasing", func(t *testing.T) { testErasing(t, h) })
	t.Run("areas", func(t *testing.T) { testAreas(t, h) })
	t.Run("changes", func(t *testing.T) { testChanges(t, h) })
	t.Run("ready", func(t *testing.T) { testReady(t, h) })
	t.Run("anchors", func(t *testing.T) { testAnchors(t, h) })
	t.Run("many_hits_are_counted_up_to_a_thousand", func(t *testing.T) { testManyHits(t, h) })
	t.Run("names", func(t *testing.T) { testNames(t, h) })
	t.Run("concurrency", func(t *testing.T) { testConcurrency(t, h) })
	t.Run("random", func(t *testing.T) { testRandom(t, h) })
	t.Run("plans", func(t *testing.T) { testPlans(t, h) })
}

func (h Harness) complete(t *testing.T) {
	t.Helper()
	v := reflect.ValueOf(h)
	for i := range v.NumField() {
		if name := v.Type().Field(i).Name; name != "Graph" && v.Field(i).Kind() == reflect.Func && v.Field(i).IsNil() {
			t.Fatalf("the harness has no %s", name)
		}
	}
}

// graph is a store under test with what is known of its contents.
type graph struct {
	store.Store
	f      *Fixture
	oracle *Oracle // with the same contents
	every  int     // see Harness
}

// asks says whether a question out of a list of questions that are all alike is asked. It is the same ones each time.
func (g *graph) asks(question ...any) bool {
	h := fnv.New32a()
	fmt.Fprint(h, question...)
	return g.every <= 1 || h.Sum32()%uint32(g.every) == 0
}

// openVillage opens a store with the village in it.
func openVillage(t testing.TB, h Harness) *graph {
	t.Helper()
	g := &graph{Store: h.Open(t), f: Village(), oracle: NewOracle(Options{}), every: h.Every}
	g.mustApply(t, g.f.Changes...)
	return g
}

// open opens an empty store.
func open(t testing.TB, h Harness) *graph {
	t.Helper()
	return &graph{Store: h.Open(t), f: NewFixture(), oracle: NewOracle(Options{})}
}

// apply sends changes to the store and to the oracle, and fails if they do not answer alike.
func (g *graph) apply(t testing.TB, b *store.Batch) (*store.Applied, error) {
	t.Helper()
	got, err := g.Store.Apply(t.Context(), b)
	want, wantErr := g.oracle.Apply(t.Context(), b)
	if errorClass(err) != errorClass(wantErr) {
		t.Fatalf("Apply says %v, the oracle says %v", err, wantErr)
	}
	if err == nil && !reflect.DeepEqual(normalApplied(got), normalApplied(want)) {
		t.Fatalf("Apply gives\n%+v, the oracle\n%+v", got, want)
	}
	return got, err
}

// normalApplied makes results comparable: no versions is as good as an empty map.
func normalApplied(a *store.Applied) store.Applied {
	out := *a
	if out.Versions == nil {
		out.Versions = map[kg.ID]int64{}
	}
	return out
}

func (g *graph) mustApply(t testing.TB, changes ...store.Mutation) *store.Applied {
	t.Helper()
	done, err := g.apply(t, &store.Batch{Changes: changes, Today: Today})
	if err != nil {
		t.Fatalf("Apply: %v", err)
	}
	return done
}

// refuse applies changes that must fail with an error of the class, and must leave no trace.
func (g *graph) refuse(t testing.TB, class error, changes ...store.Mutation) {
	t.Helper()
	before := g.revision(t)
	_, err := g.apply(t, &store.Batch{Changes: changes, Today: Today})
	if errorClass(err) != class.Error() {
		t.Fatalf("Apply says %v, want %v", err, class)
	}
	if after := g.revision(t); after != before {
		t.Fatalf("a refused batch moved the revision from %d to %d", before, after)
	}
}

func (g *graph) revision(t testing.TB) store.Revision {
	t.Helper()
	status, err := g.Ready(t.Context())
	if err != nil {
		t.Fatalf("Ready: %v", err)
	}
	return status.Revision
}

// today is the view of a reader who may see everything, on Today.
var today = store.View{Scope: store.Scope{All: true}, AsOf: Today}

// on is today's view on another day.
func on(day string) store.View {
	return store.View{Scope: store.Scope{All: true}, AsOf: kg.MustDate(day)}
}

// always looks at no validity.
var always = store.Everything

// scoped is today's view of a reader who sees some areas.
func (g *graph) scoped(areas ...string) store.View {
	return store.View{Scope: store.Scope{Areas: g.f.IDs(areas...), Today: Today}, AsOf: Today}
}

// Plans is the suite's look at plans alone: none of its named questions may scan the harness's Graph.
func Plans(t *testing.T, h Harness) { testPlans(t, h) }
