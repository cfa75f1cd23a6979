package sqlite_test

import (
	"testing"

	"lintu/seed"
	"lintu/store"
	"lintu/store/sqlite"
	"lintu/store/storetest"
)

// TestNoQuestionOfTheSuiteScansTheCity looks at the plans of the suite's named questions on the city preset.
func TestNoQuestionOfTheSuiteScansTheCity(t *testing.T) {
	storetest.Plans(t, storetest.Harness{
		Open:    func(t testing.TB) store.Store { return open(t, sqlite.Options{Path: newPath(t)}) },
		Explain: explain,
		Graph: func(t testing.TB) []*store.Batch {
			town, err := seed.Preset("city")
			if err != nil {
				t.Fatal(err)
			}
			var batches []*store.Batch
			err = town.Generate(seed.Options{Seed: 1}, func(b *store.Batch) error {
				batches = append(batches, b)
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
			return batches
		},
	})
}
