package seed_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"

	"lintu/kg"
	"lintu/seed"
	"lintu/store"
	"lintu/store/storetest"
)

func oracle() *storetest.Oracle { return storetest.NewOracle(storetest.Options{Key: seed.Key}) }

func preset(t *testing.T, name string) seed.Town {
	t.Helper()
	p, err := seed.Preset(name)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func status(t *testing.T, st store.Store) store.Status {
	t.Helper()
	s, err := st.Ready(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestAStoreTakesTheWholeVillage(t *testing.T) {
	st, g := oracle(), village()
	if err := seed.Load(t.Context(), st, preset(t, "village"), seed.Options{Seed: 1}); err != nil {
		t.Fatal(err)
	}
	if s := status(t, st); s.State != store.StateReady || s.Demo != "village seed 1" || s.Revision == 0 {
		t.Errorf("status %+v", s)
	}
	for kind, nodes := range g.kinds {
		groups, err := st.Count(t.Context(), store.View{Scope: store.Scope{All: true}, AsOf: kg.Always}, store.CountQuery{Kind: kind})
		if err != nil || len(groups) != 1 || groups[0].Count != len(nodes) {
			t.Errorf("%s: counted %v (%v), want %d", kind, groups, err, len(nodes))
		}
	}
	people := store.CountQuery{Kind: kg.KindPerson, Filter: kg.InArea{Areas: []kg.ID{g.kinds[kg.KindDivision][0].Common().ID}, On: seed.Reference}}
	groups, err := st.Count(t.Context(), store.View{Scope: store.Scope{All: true}, AsOf: seed.Reference}, people)
	if err != nil || len(groups) != 1 || groups[0].Count != 1000 {
		t.Errorf("people in the province: %v (%v), want 1,000", groups, err)
	}
}

func TestTheHeldDigestTellsWhetherAStoreHoldsWhatWasGenerated(t *testing.T) {
	st, v := oracle(), preset(t, "village")
	if _, err := seed.HeldDigest(t.Context(), st, v, 1); err == nil {
		t.Error("an empty store has a digest")
	}
	if err := seed.Load(t.Context(), st, v, seed.Options{Seed: 1}); err != nil {
		t.Fatal(err)
	}
	if got, err := seed.HeldDigest(t.Context(), st, v, 1); err != nil || got != golden["village"] {
		t.Errorf("HeldDigest = %s, %v, want %s", got, err, golden["village"])
	}
	person := kg.Clone(village().kinds[kg.KindPerson][0]).(*kg.Person)
	person.Phone = "00000000000"
	if _, err := st.Apply(t.Context(), &store.Batch{Changes: []store.Mutation{{Op: store.PutNode, Node: person}}}); err != nil {
		t.Fatal(err)
	}
	if got, err := seed.HeldDigest(t.Context(), st, v, 1); err != nil || got == golden["village"] {
		t.Errorf("after a change: %s, %v", got, err)
	}
}

func TestAWholeDemoIsNotLoadedAgainNorAnotherOverIt(t *testing.T) {
	st, v := oracle(), preset(t, "village")
	if err := seed.Load(t.Context(), st, v, seed.Options{Seed: 1}); err != nil {
		t.Fatal(err)
	}
	before := status(t, st)
	for _, no := range []uint64{1, 2} {
		var refused *seed.RefusedError
		if err := seed.Load(t.Context(), st, v, seed.Options{Seed: no}); !errors.As(err, &refused) {
			t.Errorf("seed %d: error %v", no, err)
		}
	}
	if after := status(t, st); after != before {
		t.Errorf("status went from %+v to %+v", before, after)
	}
}

func TestDemoDataNeverGoesIntoAGraphThatIsNotADemos(t *testing.T) {
	st := oracle()
	n := &kg.Grid{Base: kg.Base{ID: kg.NewID(kg.KindGrid)}, Name: "somebody's grid"}
	if _, err := st.Apply(t.Context(), &store.Batch{Changes: []store.Mutation{{Op: store.PutNode, Node: n}}}); err != nil {
		t.Fatal(err)
	}
	var refused *seed.RefusedError
	if err := seed.Load(t.Context(), st, preset(t, "village"), seed.Options{Seed: 1}); !errors.As(err, &refused) {
		t.Fatalf("error %v", err)
	}
	if s := status(t, st); s.Demo != "" || s.Revision != 1 {
		t.Errorf("status %+v", s)
	}
}

// interrupted is a store whose load is broken off after some batches.
type interrupted struct {
	store.Store
	left int
	stop context.CancelFunc
}

func (s *interrupted) Apply(ctx context.Context, b *store.Batch) (*store.Applied, error) {
	if s.left--; s.left == 0 {
		s.stop()
	}
	return s.Store.Apply(ctx, b)
}

func TestAnInterruptedLoadStaysLoadingAndIsMadeWholeByTheNext(t *testing.T) {
	st, v, o := oracle(), preset(t, "village"), seed.Options{Seed: 1, BatchSize: 500}
	ctx, stop := context.WithCancel(t.Context())
	if err := seed.Load(ctx, &interrupted{st, 3, stop}, v, o); !errors.Is(err, context.Canceled) {
		t.Fatalf("error %v", err)
	}
	if s := status(t, st); s.State != store.StateLoading || s.Demo != "village seed 1" {
		t.Fatalf("status %+v", s)
	}
	if err := seed.Load(t.Context(), st, v, seed.Options{Seed: 2}); err == nil {
		t.Error("another seed was loaded over it")
	}
	if err := seed.Load(t.Context(), st, v, o); err != nil {
		t.Fatal(err)
	}
	whole := oracle()
	if err := seed.Load(t.Context(), whole, v, o); err != nil {
		t.Fatal(err)
	}
	if a, b := status(t, st), status(t, whole); a != b {
		t.Errorf("the interrupted store says %+v, a whole one %+v", a, b)
	}
}

func TestOfTwoDemosThatBeginAtOnceOneIsWholeAndTheOtherRefused(t *testing.T) {
	st, v := oracle(), preset(t, "village")
	var wait sync.WaitGroup
	errs := make([]error, 2)
	for i := range errs {
		wait.Go(func() { errs[i] = seed.Load(t.Context(), st, v, seed.Options{Seed: uint64(i + 1)}) })
	}
	wait.Wait()
	won := slices.Index(errs, nil)
	if won < 0 || errs[1-won] == nil {
		t.Fatalf("%v", errs)
	}
	var refused *seed.RefusedError
	if err := errs[1-won]; !errors.Is(err, kg.ErrConflict) && !errors.As(err, &refused) {
		t.Errorf("the other one: %v", err)
	}
	alone := oracle()
	if err := seed.Load(t.Context(), alone, v, seed.Options{Seed: uint64(won + 1)}); err != nil {
		t.Fatal(err)
	}
	if a, b := status(t, st), status(t, alone); a != b {
		t.Errorf("the store says %+v, one that was alone %+v", a, b)
	}
}
