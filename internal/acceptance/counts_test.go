package acceptance

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"lintu/kg"
	"lintu/loaders"
	"lintu/store"
	"lintu/store/storetest"
	"lintu/trust"
)

// The limit itself is the store's, and its suite holds every engine to it.
func TestMoreGroupsThanAreServedAreRefusedWithACode(t *testing.T) {
	f := storetest.NewFixture()
	for i := range loaders.MaxGroups + 1 {
		name := fmt.Sprint("n", i)
		f.Add(name, &kg.Person{Name: name, RegisterNo: name})
	}
	st := openOracle(t)
	for _, b := range f.Batches() {
		if _, err := st.Apply(t.Context(), b); err != nil {
			t.Fatal(err)
		}
	}
	e := newEdge(t, st)
	a := e.ask(t, `{ people { counts(groupBy: {field: NAME}) { key count } } }`, nil)
	if len(a.Errors) != 1 || a.Errors[0].Extensions["code"] != "LIMIT_EXCEEDED" || !strings.HasPrefix(a.Errors[0].Message, "counts.groupBy: more than 1000 groups") {
		t.Errorf("a group too many: %v", a.Errors)
	}
	one := e.data(t, `{ people(where: {not: {name: {eq: "n0"}}}) { counts(groupBy: {field: NAME}) { key } } }`, nil)
	if n := strings.Count(string(one.Data), `"key"`); n != loaders.MaxGroups {
		t.Errorf("%d groups where there are just as many as are served", n)
	}
}

func TestCountsAreOfWhatTheViewerMaySee(t *testing.T) {
	engines(t, fixtureData, func(t *testing.T, e *edge) {
		e.viewer = loaders.Viewer{Name: "grid worker", Roles: []trust.Role{trust.Operator}, Purpose: trust.Operation, Scope: store.Scope{Areas: fixture.IDs("grid3"), Today: storetest.Today}}
		var d struct {
			People struct {
				Counts []struct {
					Count int
					Node  struct{ ID string }
				}
			}
		}
		for by, want := range map[string]string{
			`area: BUILDING`:     "b3 5",
			`area: COMMUNITY`:    "",
			`relation: WORKS_AT`: "",
			`relation: TEAMS`:    "volunteers 2",
		} {
			if err := json.Unmarshal(e.data(t, `{ people { counts(groupBy: {`+by+`}) { count node { id } } } }`, nil).Data, &d); err != nil {
				t.Fatal(err)
			}
			got := ""
			for _, c := range d.People.Counts {
				got += fmt.Sprintf("%s %d", fixture.Name(kg.ID(c.Node.ID)), c.Count)
			}
			if got != want {
				t.Errorf("by %s: %q, want %q", by, got, want)
			}
		}
	})
}
