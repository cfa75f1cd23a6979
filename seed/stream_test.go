package seed_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"lintu/kg"
	"lintu/seed"
	"lintu/seed/draw"
	"lintu/store"
)

// golden holds the digests of seed 1. They change with every change to the generator, and with nothing else.
var golden = map[string]string{
	"village": "8f545f242c14d5416390f4a74387edc6014e58073557550f1bdf04fb9b6a541e",
	"town":    "6ff4665c9a5dfe23da9c0ed4482ac0e4e986b8c844533cfa0b3382a911b0f3b7",
	"county":  "9484ebaba9a6ea495714f31e8a0664d0708446afe98c4a226ba3d31a4f43e8f4",
	"city":    "ef3e0e0b34fc3bf3b99b5c0edb2728a770f8afb547ae3e7aae182e7e08e3a674",
}

func TestSeedOneGivesTheGoldenDigest(t *testing.T) {
	eachTown(t, func(t *testing.T, name string, g *graph) {
		if g.digest != golden[name] {
			t.Errorf("digest %s, want %s", g.digest, golden[name])
		}
	})
}

func TestTheDigestDependsOnTheSeedAndNotOnTheSizeOfBatches(t *testing.T) {
	v, _ := seed.Preset("village")
	first, err := seed.Digest(v, 1)
	if err != nil || first != golden["village"] {
		t.Errorf("Digest = %s, %v, want %s", first, err, golden["village"])
	}
	if small := gather("village", 1, 7); small.digest != first || small.batches < 500 {
		t.Errorf("batches of 7: %d batches with digest %s, want %s", small.batches, small.digest, first)
	}
	if other, _ := seed.Digest(v, 2); other == first {
		t.Error("seed 2 gives the digest of seed 1")
	}
}

func TestAnUnknownPresetNamesTheKnownOnes(t *testing.T) {
	_, err := seed.Preset("metropolis")
	if !errors.Is(err, kg.ErrInvalid) || !strings.Contains(err.Error(), "village, county, town, city, district") {
		t.Errorf("error %v does not name the presets", err)
	}
}

func TestABatchSizeOutOfRangeIsRefused(t *testing.T) {
	v, _ := seed.Preset("village")
	for _, size := range []int{-1, store.MaxBatch + 1} {
		err := v.Generate(seed.Options{BatchSize: size}, func(*store.Batch) error { return nil })
		if !errors.Is(err, kg.ErrInvalid) {
			t.Errorf("size %d: error %v", size, err)
		}
	}
}

func TestGenerationEndsAtTheFirstErrorOfItsTaker(t *testing.T) {
	v, _ := seed.Preset("village")
	full := errors.New("disk full")
	calls := 0
	err := v.Generate(seed.Options{Seed: 1, BatchSize: 100}, func(*store.Batch) error { calls++; return full })
	if !errors.Is(err, full) || calls != 1 {
		t.Errorf("%d calls, error %v", calls, err)
	}
}

func TestBatchesAreNumberedAndProgressEndsAtTheTotal(t *testing.T) {
	v, _ := seed.Preset("village")
	var ids []string
	var lastDone, lastTotal, changes int
	err := v.Generate(seed.Options{Seed: 1, BatchSize: 1000, Progress: func(done, total int) {
		if done < lastDone || total < done {
			t.Errorf("progress went from %d to %d of %d", lastDone, done, total)
		}
		lastDone, lastTotal = done, total
	}}, func(b *store.Batch) error {
		ids = append(ids, b.ID)
		changes += len(b.Changes)
		return nil
	})
	if err != nil || ids[0] != "seed:village:1:0001" || ids[2] != "seed:village:1:0003" {
		t.Errorf("ids %v, error %v", ids, err)
	}
	if lastDone != changes || lastTotal != changes {
		t.Errorf("progress ended at %d of %d, want %d", lastDone, lastTotal, changes)
	}
}

func TestTheEstimateOfChangesIsWithinFivePercent(t *testing.T) {
	eachTown(t, func(t *testing.T, name string, g *graph) {
		p, _ := seed.Preset(name)
		total := 0
		stop := errors.New("enough")
		first := true
		err := p.Generate(seed.Options{Seed: 1, BatchSize: 1000, Progress: func(_, of int) { total = of }}, func(*store.Batch) error {
			if !first {
				return stop
			}
			first = false
			return nil
		})
		if !errors.Is(err, stop) || total*20 < g.changes*19 || total*20 > g.changes*21 {
			t.Errorf("estimated %d changes, there are %d (error %v)", total, g.changes, err)
		}
	})
}

func TestEveryTieFindsItsEndsInItsBatchOrAnEarlierOne(t *testing.T) {
	for name := range towns {
		p, _ := seed.Preset(name)
		known := map[kg.ID]bool{}
		_ = p.Generate(seed.Options{Seed: 3}, func(b *store.Batch) error {
			for _, m := range b.Changes {
				if m.Node != nil {
					known[m.Node.Common().ID] = true
				}
			}
			for _, m := range b.Changes {
				if m.Tie == nil {
					continue
				}
				for _, end := range []kg.ID{m.Tie.From, m.Tie.To, m.Tie.Ref} {
					if end != "" && !known[end] {
						t.Fatalf("%s: batch %s ties %s by %s before it exists", name, b.ID, end, m.Tie.Relation)
					}
				}
			}
			return nil
		})
	}
}

func TestEverythingIsValidAndHasAnIDOfItsOwn(t *testing.T) {
	eachTown(t, func(t *testing.T, _ string, g *graph) {
		nodes, ids, keys := 0, map[kg.ID]bool{}, map[string]bool{}
		for _, list := range g.kinds {
			for _, n := range list {
				nodes++
				if err := kg.Validate(n); err != nil {
					t.Fatalf("%s: %v", n.Title(), err)
				}
				if n.Common().Source == "" {
					t.Fatalf("%s has no source", n.Title())
				}
			}
		}
		if nodes != len(g.nodes) {
			t.Errorf("%d nodes have %d ids", nodes, len(g.nodes))
		}
		for _, list := range g.ties {
			for _, tie := range list {
				if err := kg.ValidateTie(tie); err != nil {
					t.Fatalf("%s from %s: %v", tie.Relation, g.nodes[tie.From].Title(), err)
				}
				if ids[tie.ID] || keys[tie.Key()] || tie.Source == "" {
					t.Fatalf("%s from %s to %s: id or key is taken, or no source", tie.Relation, g.nodes[tie.From].Title(), g.nodes[tie.To].Title())
				}
				ids[tie.ID], keys[tie.Key()] = true, true
			}
		}
	})
}

func TestPeopleAndPhonesAreVisiblySynthetic(t *testing.T) {
	eachTown(t, func(t *testing.T, _ string, g *graph) {
		phones := map[string]bool{}
		for _, p := range all[*kg.Person](g) {
			if !strings.HasSuffix(p.Name, draw.Marker) || !strings.HasPrefix(p.RegisterNo, "DEMO-") || p.Source != "demo" {
				t.Fatalf("%s (%s, %s) does not show that it is made up", p.Name, p.RegisterNo, p.Source)
			}
			if p.Phone != "" && (!strings.HasPrefix(p.Phone, "000-0") || phones[p.Phone]) {
				t.Fatalf("phone %s could be real, or is given twice", p.Phone)
			}
			phones[p.Phone] = true
		}
	})
}

// TestNothingUnplannedEndsBeforeTheHorizon asks every dated fact: what holds on the reference date holds until 2036,
// and nothing begins after that date.
func TestNothingUnplannedEndsBeforeTheHorizon(t *testing.T) {
	eachTown(t, func(t *testing.T, _ string, g *graph) {
		check := func(what string, s kg.Span) {
			if s.From >= seed.Reference {
				t.Errorf("%s begins on %s", what, s.From)
			}
			if s.Holds(seed.Reference) && s.To != 0 && s.To < seed.Horizon {
				t.Errorf("%s ends on %s", what, s.To)
			}
		}
		early := 0
		for r, list := range g.ties {
			for _, tie := range list {
				if tie.Valid.To == kg.MustDate("2026-06-30") && r == kg.PairedWith {
					early++ // the planted one
					continue
				}
				check(fmt.Sprintf("%s from %s", r, g.nodes[tie.From].Title()), tie.Valid)
			}
		}
		if early != 1 {
			t.Errorf("%d pairings end early, want the planted one", early)
		}
		for _, n := range g.nodes {
			check(n.Title(), n.Common().Life)
			for _, s := range datedFacts(n) {
				check(n.Title()+"'s fact", s)
			}
		}
	})
}

func datedFacts(n kg.Node) []kg.Span {
	var spans []kg.Span
	switch n := n.(type) {
	case *kg.Household:
		for _, f := range n.CareFlags {
			spans = append(spans, f.Span)
		}
		for _, r := range n.Refusals {
			spans = append(spans, r.Span)
		}
	case *kg.Person:
		for _, f := range n.CareFlags {
			spans = append(spans, f.Span)
		}
		if r := n.Responder; r != nil {
			for _, c := range r.Consents {
				spans = append(spans, c.Span)
			}
			for _, v := range r.Vettings {
				spans = append(spans, v.Span)
			}
			for _, a := range append(r.Pauses, r.Leaves...) {
				spans = append(spans, a.Span)
			}
		}
	}
	return spans
}
