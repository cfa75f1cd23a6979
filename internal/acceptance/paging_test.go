package acceptance

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"
)

// pageOf is the part of a connection that paging looks at.
type pageOf struct {
	TotalCount int
	PageInfo   struct {
		HasNextPage, HasPreviousPage bool
		StartCursor, EndCursor       *string
	}
	Edges []struct {
		Cursor string
		Node   struct{ ID string }
	}
}

func (p pageOf) ids() []string {
	var out []string
	for _, e := range p.Edges {
		out = append(out, e.Node.ID)
	}
	return out
}

const pageFields = `totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor } edges { cursor node { id } }`

// connections that are paged from end to end: each is a question with a place for the page arguments, and the
// way from the data to the connection.
var connections = []struct {
	name, query string
	path        []string
}{
	{"people by id", `{ people(%s) { ` + pageFields + ` } }`, []string{"people"}},
	{"people by birth date, latest first", `{ people(orderBy: {field: BIRTH_DATE, direction: DESC}, %s) { ` + pageFields + ` } }`, []string{"people"}},
	{"buildings by title", `{ buildings(%s) { ` + pageFields + ` } }`, []string{"buildings"}},
	{"posts of one person", `{ person(id: $(li)) { posts(%s) { ` + pageFields + ` } } }`, []string{"person", "posts"}},
	{"descendants of a township", `{ division(id: $(township)) { descendants(%s) { ` + pageFields + ` } } }`, []string{"division", "descendants"}},
	{"ancestors of a household", `{ household(id: $(h1)) { ancestors(%s) { ` + pageFields + ` } } }`, []string{"household", "ancestors"}},
}

func (e *edge) page(t *testing.T, query string, path []string, args string) pageOf {
	t.Helper()
	raw := e.data(t, named(fmt.Sprintf(query, args)), nil).Data
	for _, name := range path {
		var m map[string]json.RawMessage
		if err := json.Unmarshal(raw, &m); err != nil {
			t.Fatal(err)
		}
		raw = m[name]
	}
	var p pageOf
	if err := json.Unmarshal(raw, &p); err != nil {
		t.Fatal(err)
	}
	return p
}

func TestPagesWalkEveryConnectionBothWaysWithoutGapOrDuplicate(t *testing.T) {
	engines(t, fixtureData, func(t *testing.T, e *edge) {
		for _, c := range connections {
			t.Run(c.name, func(t *testing.T) {
				all := e.page(t, c.query, c.path, "first: 200")
				if all.TotalCount != len(all.Edges) || all.PageInfo.HasNextPage || len(all.Edges) < 5 {
					t.Fatalf("%d of %d on one page", len(all.Edges), all.TotalCount)
				}
				for _, size := range []int{1, 2, 3} {
					if got := e.walk(t, c.query, c.path, size, true); !slices.Equal(got, all.ids()) {
						t.Errorf("forward by %d: %v, want %v", size, got, all.ids())
					}
					if got := e.walk(t, c.query, c.path, size, false); !slices.Equal(got, all.ids()) {
						t.Errorf("backward by %d: %v, want %v", size, got, all.ids())
					}
				}
			})
		}
	})
}

// walk pages a connection from one end to the other, checking what pageInfo says on the way.
func (e *edge) walk(t *testing.T, query string, path []string, size int, forward bool) []string {
	t.Helper()
	var out []string
	args := fmt.Sprintf("first: %d", size)
	if !forward {
		args = fmt.Sprintf("last: %d", size)
	}
	cursor := ""
	for range 100 {
		window := args
		if cursor != "" && forward {
			window += fmt.Sprintf(", after: %q", cursor)
		} else if cursor != "" {
			window += fmt.Sprintf(", before: %q", cursor)
		}
		p := e.page(t, query, path, window)
		info := p.PageInfo
		if forward && info.HasPreviousPage != (cursor != "") || !forward && info.HasNextPage != (cursor != "") {
			t.Errorf("%s: pageInfo says %+v", window, info)
		}
		if forward {
			out = append(out, p.ids()...)
		} else {
			out = append(p.ids(), out...)
		}
		more, next := info.HasNextPage, info.EndCursor
		if !forward {
			more, next = info.HasPreviousPage, info.StartCursor
		}
		if !more {
			return out
		}
		cursor = *next
	}
	t.Fatal("the pages do not end")
	return nil
}

func TestPage2KeepsTheDateOfPage1(t *testing.T) {
	engines(t, fixtureData, func(t *testing.T, e *edge) {
		early := e.page(t, `{ people(%s) { `+pageFields+` } }`, []string{"people"}, "first: 3")
		kept := now
		now = now.AddDate(1, 0, 0) // the newborn of December 2026 is on the list by then
		defer func() { now = kept }()
		later := e.page(t, `{ people(%s) { `+pageFields+` } }`, []string{"people"}, fmt.Sprintf("first: 200, after: %q", *early.PageInfo.EndCursor))
		if early.TotalCount != later.TotalCount {
			t.Errorf("page 1 counts %d people, page 2 a year later %d", early.TotalCount, later.TotalCount)
		}
		if fresh := e.page(t, `{ people(%s) { `+pageFields+` } }`, []string{"people"}, "first: 3"); fresh.TotalCount == early.TotalCount {
			t.Errorf("a year later a new page 1 still counts %d people", fresh.TotalCount)
		}
	})
}
