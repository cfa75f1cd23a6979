package sqlite_test

import (
	"fmt"
	"reflect"
	"testing"

	"lintu/kg"
	"lintu/store"
	"lintu/store/sqlite"
	"lintu/store/storetest"
)

// TestAnAreaIsInsideItselfWhicheverVersionWroteIt compares a store with one in which the paths of areas lead through the
// areas themselves, as earlier versions wrote them; both are changed alike afterwards.
func TestAnAreaIsInsideItselfWhicheverVersionWroteIt(t *testing.T) {
	f := storetest.Village()
	earlier := newPath(t)
	stores := []*sqlite.Store{open(t, sqlite.Options{Path: newPath(t)}), open(t, sqlite.Options{Path: earlier})}
	apply := func(b *store.Batch) {
		t.Helper()
		for _, s := range stores {
			if _, err := s.Apply(t.Context(), b); err != nil {
				t.Fatal(err)
			}
		}
	}
	apply(f.Batch())
	leadThroughThemselves(t, earlier)
	compare := func(when string) {
		t.Helper()
		now, before := everyArea(t, stores[0], f), everyArea(t, stores[1], f)
		if !reflect.DeepEqual(now, before) {
			t.Errorf("%s: the earlier version's areas hold\n%v\nand those of now\n%v", when, before, now)
		}
	}
	compare("as loaded")
	var moved []store.Mutation
	for _, m := range f.Changes {
		if m.Op == store.PutTie && m.Tie.From.Kind() == kg.KindBuilding && m.Tie.Relation == kg.PartOf && m.Tie.Valid.To == 0 {
			moved = append(moved, store.Mutation{Op: store.EndTie, ID: m.Tie.ID, On: max(storetest.Today, m.Tie.Valid.From+1)})
		}
	}
	apply(&store.Batch{Changes: moved, Today: storetest.Today})
	compare("when buildings have left what they were in")
}

// leadThroughThemselves gives every area a path of its own, through itself.
func leadThroughThemselves(t *testing.T, path string) {
	t.Helper()
	db := raw(t, path)
	for _, statement := range []string{
		"CREATE TEMP TABLE own AS SELECT n.no AS no, n.kind AS kind, i.path_no AS above, (SELECT group_concat(no, ',' ORDER BY no) FROM " +
			"(SELECT n.no AS no UNION SELECT area_no FROM area_path WHERE path_no = i.path_no)) AS areas " +
			"FROM node n LEFT JOIN inside i ON i.node_no = n.no AND i.valid_from = 0 AND i.valid_to = 0 " +
			"WHERE n.kind IN ('DIVISION', 'GRID', 'COMPOUND', 'BUILDING', 'ENTRANCE', 'HOUSEHOLD')",
		"INSERT OR IGNORE INTO path (areas) SELECT areas FROM temp.own", // people at home have that of their household
		"INSERT OR IGNORE INTO area_path (area_no, path_no) SELECT a.value, p.no FROM path p, json_each('[' || p.areas || ']') a",
		"DELETE FROM inside WHERE EXISTS (SELECT 1 FROM temp.own o WHERE o.no = inside.node_no AND o.above = inside.path_no AND inside.valid_from = 0 AND inside.valid_to = 0)",
		"INSERT INTO inside (node_no, path_no, valid_from, valid_to, kind) SELECT o.no, p.no, 0, 0, o.kind FROM temp.own o JOIN path p ON p.areas = o.areas",
		"DROP TABLE temp.own",
	} {
		if _, err := db.ExecContext(t.Context(), statement); err != nil {
			t.Fatalf("%s: %v", statement, err)
		}
	}
}

// everyArea is what is inside the areas of a store: listed, counted, and met with other filters.
func everyArea(t *testing.T, s *sqlite.Store, f *storetest.Fixture) map[string]any {
	t.Helper()
	out := map[string]any{}
	all := store.Window{Limit: store.NoLimit}
	for _, day := range []kg.Date{kg.Always, storetest.Today} {
		v := store.View{Scope: store.Scope{All: true}, AsOf: day}
		for _, d := range kg.Kinds {
			for _, kind := range []kg.Kind{kg.KindDivision, kg.KindBuilding, kg.KindHousehold} {
				counts, err := s.Count(t.Context(), v, store.CountQuery{Kind: d.Kind, By: store.GroupBy{AreaKind: kind}})
				if err != nil {
					t.Fatal(err)
				}
				out[fmt.Sprint(day, d.Kind, "by", kind)] = counts
				for _, area := range f.Of(kind) {
					in := kg.InArea{Areas: []kg.ID{area}}
					for what, filter := range map[string]kg.Filter{"in": in, "not in": kg.Not{F: in}} {
						page, err := s.List(t.Context(), v, store.ListQuery{Kind: d.Kind, Filter: filter, Order: store.Order{By: store.OrderID}, Window: all})
						if err != nil {
							t.Fatal(err)
						}
						var ids []kg.ID
						for _, e := range page.Edges {
							ids = append(ids, e.Item.Node.Common().ID)
						}
						out[fmt.Sprint(day, d.Kind, what, f.Name(area))] = f.Names(ids...)
					}
				}
			}
		}
	}
	return out
}
