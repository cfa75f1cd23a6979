package seed_test

import (
	"fmt"
	"slices"
	"testing"

	"lintu/kg"
	"lintu/seed"
	"lintu/seed/figures"
)

// finding is what an audit of one rule found: how many nodes or ties the rule is about, and which break it.
type finding struct {
	of     int
	broken []kg.ID
}

func (f *finding) see(id kg.ID, ok bool) {
	f.of++
	if !ok {
		f.broken = append(f.broken, id)
	}
}

// TestTheAnswerKeyIsWhatAnIndependentAuditFinds compares the key with what the audits read out of the batches alone.
func TestTheAnswerKeyIsWhatAnIndependentAuditFinds(t *testing.T) {
	eachTown(t, func(t *testing.T, name string, g *graph) { compareKey(t, preset(t, name), 1, g) })
}

func TestTheAnswerKeyHoldsForOtherSeeds(t *testing.T) {
	for no := uint64(2); no <= 12; no++ {
		compareKey(t, preset(t, "village"), no, gather("village", no, 0))
	}
}

func TestTheAnswerKeyOfTheSampleHolds(t *testing.T) {
	for no := uint64(1); no <= 4; no++ {
		compareKey(t, seed.Sample(), no, gatherTown(seed.Sample(), no, 0))
	}
}

func compareKey(t *testing.T, p seed.Town, no uint64, g *graph) {
	t.Helper()
	key := map[figures.Code][]kg.ID{}
	for _, f := range p.Faults(no) {
		key[f.Code] = append(key[f.Code], f.ID)
		if f.Note == "" {
			t.Errorf("%s at %s has no note", f.Code, f.ID)
		}
	}
	for code, audit := range audits {
		f := audit(g)
		slices.Sort(f.broken)
		slices.Sort(key[code])
		if !slices.Equal(f.broken, key[code]) {
			t.Errorf("%s: the audit finds %d of %d, the key has %d%s", code, len(f.broken), f.of, len(key[code]), g.differ(f.broken, key[code]))
		}
		if n := len(f.broken); p.Name() != "sample" && f.of >= 100 && n > 0 && code != figures.TieEndsEarly && (n*100 < f.of || n*20 > f.of) {
			t.Errorf("%s: %d of %d are broken, want 1 to 5 per cent", code, n, f.of)
		}
		delete(key, code)
	}
	for code := range key {
		t.Errorf("no audit for %s", code)
	}
}

// differ names one node that only one of the lists holds.
func (g *graph) differ(found, key []kg.ID) string {
	for _, id := range found {
		if !slices.Contains(key, id) {
			return fmt.Sprintf("; not in the key: %s %s", id, g.title(id))
		}
	}
	for _, id := range key {
		if !slices.Contains(found, id) {
			return fmt.Sprintf("; only in the key: %s %s", id, g.title(id))
		}
	}
	return ""
}

func (g *graph) title(id kg.ID) string {
	if n := g.nodes[id]; n != nil {
		return n.Title()
	}
	return ""
}

func TestEveryRuleIsBrokenInTheCityOrTheTown(t *testing.T) {
	seen := map[figures.Code]int{}
	for _, name := range []string{"city", "town"} {
		p, _ := seed.Preset(name)
		for _, f := range p.Faults(1) {
			seen[f.Code]++
		}
	}
	for code := range audits {
		// The city has hub households in place of areas, and no levels of grids.
		if seen[code] == 0 && code != figures.AreaNoMember && code != figures.GridNoLevel {
			t.Errorf("nothing breaks %s", code)
		}
	}
}

func TestTheAnswerKeyIsInOrderAndTheSameEachTime(t *testing.T) {
	p, _ := seed.Preset("village")
	first, again := p.Faults(4), p.Faults(4)
	if len(first) == 0 || !slices.Equal(first, again) {
		t.Errorf("%d faults, then %d others", len(first), len(again))
	}
	if !slices.IsSortedFunc(first, func(a, b seed.Fault) int { return slices.Compare([]string{string(a.Code)}, []string{string(b.Code)}) }) {
		t.Error("the key is not in the order of codes")
	}
}
