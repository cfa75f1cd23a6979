package acceptance

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"

	"lintu/loaders"
	"lintu/store"
	"lintu/store/storetest"
	"lintu/trust"
)

func TestPagesOfASearchFollowEachOtherWithoutGapOrDuplicate(t *testing.T) {
	engines(t, fixtureData, func(t *testing.T, e *edge) {
		for _, asked := range []string{"王", "阳", "长青", "1", "yang"} {
			query := fmt.Sprintf(`{ search(text: %q, %%s) { `+pageFields+` } }`, asked)
			all := e.page(t, query, []string{"search"}, "first: 200")
			if all.TotalCount != len(all.Edges) || all.PageInfo.HasNextPage || len(all.Edges) < 2 {
				t.Fatalf("%s: %d of %d on one page", asked, len(all.Edges), all.TotalCount)
			}
			for _, size := range []int{1, 2, 3} {
				if got := e.walk(t, query, []string{"search"}, size, true); !slices.Equal(got, all.ids()) {
					t.Errorf("%s by %d: %v, want %v", asked, size, got, all.ids())
				}
			}
		}
	})
}

func TestASearchFindsOnlyWhatTheViewerMaySee(t *testing.T) {
	engines(t, fixtureData, func(t *testing.T, e *edge) {
		e.viewer = loaders.Viewer{Name: "grid worker", Roles: []trust.Role{trust.Operator}, Purpose: trust.Operation, Scope: store.Scope{Areas: fixture.IDs("grid1"), Today: storetest.Today}}
		var d struct{ Search pageOf }
		if err := json.Unmarshal(e.data(t, `{ search(text: "赵") { `+pageFields+` } }`, nil).Data, &d); err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(d.Search.ids(), []string{string(fixture.ID("grandpa"))}) {
			t.Errorf("in the grid: %v", d.Search.ids())
		}
		if err := json.Unmarshal(e.data(t, `{ search(text: "王") { `+pageFields+` } }`, nil).Data, &d); err != nil {
			t.Fatal(err)
		}
		if len(d.Search.Edges) > 0 || d.Search.TotalCount > 0 {
			t.Errorf("outside the grid: %v", d.Search.ids())
		}
		if a := e.ask(t, named(`{ search(text: "王", area: $(community)) { totalCount } }`), nil); len(a.Errors) == 0 || a.Errors[0].Extensions["code"] != "NOT_FOUND" {
			t.Errorf("an area out of scope was taken: %s", a.Data)
		}
	})
}
