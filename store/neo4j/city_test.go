package neo4j

import (
	"testing"

	"lintu/internal/effort"
	"lintu/seed"
	"lintu/store"
	"lintu/store/storetest"
)

// TestATownIsHeldAsItWasGeneratedAndNoQuestionOfTheSuiteScansIt loads a town, once for all that is looked at: the city
// preset in its long form, which takes minutes, else the village.
func TestATownIsHeldAsItWasGeneratedAndNoQuestionOfTheSuiteScansIt(t *testing.T) {
	town, err := seed.Preset(effort.Town())
	if err != nil {
		t.Fatal(err)
	}
	s := empty(t)
	if err := seed.Load(t.Context(), s, town, seed.Options{Seed: 1}); err != nil {
		t.Fatal(err)
	}
	t.Run("digest", func(t *testing.T) {
		want, err := seed.Digest(town, 1)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := seed.HeldDigest(t.Context(), s, town, 1); err != nil || got != want {
			t.Errorf("the store holds %s, %v; %s was generated", got, err, want)
		}
	})
	t.Run("nothing_else", func(t *testing.T) {
		changes := 0
		if err := town.Generate(seed.Options{Seed: 1}, func(b *store.Batch) error {
			changes += len(b.Changes)
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		row, err := s.read(t.Context(), "CALL () { MATCH (n:"+nodeLabel+") RETURN count(n) AS nodes } CALL () { MATCH ()-[x]->() RETURN count(x) AS ties } RETURN nodes + ties", nil)
		if err != nil || asInt(row[0]) != int64(changes) || changes == 0 {
			t.Errorf("the store holds %v nodes and ties, %v; %d were generated", row, err, changes)
		}
	})
	if !effort.Long() { // the suite has looked at its own town, and the village is no larger
		return
	}
	t.Run("plans", func(t *testing.T) {
		storetest.Plans(t, storetest.Harness{
			Open:    func(testing.TB) store.Store { return s },
			Graph:   func(testing.TB) []*store.Batch { return nil }, // it is there
			Explain: explained,
		})
	})
}
