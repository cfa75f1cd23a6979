package sqlite

import (
	"slices"
	"testing"

	"lintu/kg"
	"lintu/store"
)

// checked holds the file to SQLite's own check of its indexes.
func checked(t *testing.T, s *Store) {
	t.Helper()
	c, err := s.writer.take(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer s.writer.give(c, false)
	var answer string
	if err := c.c.QueryRowContext(t.Context(), "PRAGMA integrity_check").Scan(&answer); err != nil || answer != "ok" {
		t.Errorf("%s, %v", answer, err)
	}
}

func TestANodeThatChangesIsFoundByWhatItIsNowAndNotByWhatItWas(t *testing.T) {
	s := openEmpty(t)
	b := &kg.Building{Base: kg.Base{ID: kg.NewID(kg.KindBuilding)}, Name: "一号楼", Floors: 6}
	for _, floors := range []int{6, 11, 11, 3} {
		b.Floors = floors
		if floors == 3 {
			b.Name = "三号楼"
		}
		if _, err := s.Apply(t.Context(), &store.Batch{Changes: []store.Mutation{put(b)}}); err != nil {
			t.Fatal(err)
		}
		for asked, want := range map[int]int{3: 0, 6: 0, 11: 0, floors: 1} {
			filter := kg.Compare{Field: "floors", Op: kg.EQ, Value: int64(asked)}
			page, err := s.List(t.Context(), store.Everything, store.ListQuery{Kind: kg.KindBuilding, Filter: filter, Window: store.Window{Limit: 5}})
			if err != nil || len(page.Edges) != want {
				t.Errorf("of %d floors, asked for %d: %d, %v", floors, asked, len(page.Edges), err)
			}
		}
		checked(t, s)
	}
}

func TestAChangeSetsNoColumnOfAnIndexThatStaysWhatItIs(t *testing.T) {
	s := openEmpty(t)
	was := &kg.Building{Base: kg.Base{ID: kg.NewID(kg.KindBuilding)}, Name: "一号楼", Floors: 6}
	is := kg.Clone(was).(*kg.Building)
	is.Floors = 7
	set := func(old kg.Node) []string { return newTx(s, nil).update(old, is).columns }
	if got := set(was); !slices.Contains(got, "floors") || !slices.Contains(got, "data") || slices.Contains(got, "sort_key") || slices.Contains(got, "valid_from") {
		t.Errorf("set are %v", got)
	}
	if got := set(nil); !slices.Contains(got, "sort_key") || slices.Contains(got, "id") {
		t.Errorf("of a node that is not known set are %v", got)
	}
}
