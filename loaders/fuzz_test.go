package loaders

import (
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"lintu/kg"
	"lintu/store"
	"lintu/store/sqlite"
	"lintu/store/storetest"
)

// Whatever a client sends as a condition is refused as bad input that names the argument, or it is a filter for which
// SQLite finds what the oracle finds.
func FuzzWhere(f *testing.F) {
	for _, seed := range []struct{ kind, where string }{
		{"PERSON", `{"name":{"startsWith":"王"},"not":{"retired":true}}`},
		{"PERSON", `{"birthDate":{"lt":"1960-01-01"},"careFlags":["ELDERLY_ALONE"],"partyMember":false}`},
		{"PERSON", `{"posts":{"count":{"gte":3,"match":{"role":{"in":["head","chair"]},"node":{"kinds":["UNIT"],"unit":{"unitKind":{"eq":"school"}}}}}}}`},
		{"PERSON", `{"or":[{"sex":["MALE"]},{"and":[{"worksAt":{"none":{"validFrom":{"gte":"2020-01-01"}}}}]}]}`},
		{"HOUSEHOLD", `{"floor":{"gte":2,"absent":false},"careFlags":["HARDSHIP"],"residents":{"some":{"or":[{"validTo":{"absent":true}},{"not":{"validFrom":{"lt":"2020-01-01"}}}]}}}`},
		{"UNIT", `{"seats":{"count":{"lte":2}},"code":{"in":["U-1","U-2"]},"title":{"contains":"小学"}}`},
		{"BUILDING", `{"near":{"point":{"latitude":45.3391,"longitude":131.0123},"radius":120},"floors":{"in":[6,18]}}`},
		{"", `{"kinds":["GRID"],"grid":{"level":{"eq":"BASE"}},"id":["grid_aaaaaaaaaaaaaaaaaaaaaaaa"]}`},
		{"PERSON", `{"birthDate":{"lt":1e400},"retired":"yes","sex":[[["MALE"]]],"name":null}`},
		{"TEAM", `{"temporary":true,"code":{"absent":true},"name":{"eq":""}}`},
	} {
		f.Add(seed.kind, seed.where)
	}
	village := storetest.Village()
	oracle := storetest.NewOracle(storetest.Options{})
	lite, err := sqlite.Open(f.Context(), sqlite.Options{Path: filepath.Join(f.TempDir(), "lintu.db")})
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { _ = lite.Close() })
	for _, st := range []store.Store{oracle, lite} {
		if _, err := st.Apply(f.Context(), village.Batch()); err != nil {
			f.Fatal(err)
		}
	}
	f.Fuzz(func(t *testing.T, kind, where string) {
		k := kg.Kind(kind)
		if k != "" && !k.Valid() {
			return
		}
		m, ok := decoded(where)
		if !ok {
			return
		}
		filter, err := testPlanner().where("where", k, m)
		if err != nil {
			if !errors.Is(err, kg.ErrInvalid) || !strings.HasPrefix(err.Error(), "where") || !strings.Contains(err.Error(), "; allowed: ") {
				t.Fatalf("%s: %v", where, err)
			}
			return
		}
		if k == "" {
			k = kg.KindGrid
		}
		if got, want := ids(t, lite, k, filter), ids(t, oracle, k, filter); got != want {
			t.Fatalf("%s of %s is %#v:\nSQLite finds %s\nthe oracle   %s", where, kind, filter, got, want)
		}
	})
}

// decoded is JSON as variables come: an object, numbers as they were written.
func decoded(text string) (map[string]any, bool) {
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	var m map[string]any
	return m, d.Decode(&m) == nil
}

func ids(t *testing.T, st store.Store, k kg.Kind, filter kg.Filter) string {
	t.Helper()
	view := store.View{Scope: store.Scope{All: true}, AsOf: storetest.Today}
	page, err := st.List(t.Context(), view, store.ListQuery{Kind: k, Filter: filter, Order: store.Order{By: store.OrderID}, Window: store.Window{Limit: store.NoLimit}})
	if err != nil {
		t.Fatalf("%#v: %v", filter, err)
	}
	var out []kg.ID
	for _, e := range page.Edges {
		out = append(out, e.Item.Node.Common().ID)
	}
	return fmt.Sprint(out)
}
