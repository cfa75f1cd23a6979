package acceptance

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"lintu/kg"
	"lintu/loaders"
	"lintu/store"
	"lintu/store/storetest"
	"lintu/trust"
)

// payload is what tests of effects look at.
type payload struct {
	Applied  bool
	Problems []struct {
		Code, Path     string
		CurrentVersion int
	}
	Results []struct {
		ID      string
		Version int
	}
}

func (e *edge) change(t testing.TB, changes string, variables map[string]any) payload {
	t.Helper()
	head := "mutation"
	if variables != nil {
		head += "($phone: String, $floor: Int)"
	}
	a := e.data(t, head+" { edit(changes: ["+named(changes)+"]) { applied problems { code path ... on ConflictProblem { currentVersion } } results { id version } } }", variables)
	var d struct{ Edit payload }
	if err := json.Unmarshal(a.Data, &d); err != nil {
		t.Fatal(err)
	}
	return d.Edit
}

// neighbour is a responder in the entrance of h1, who works at the school, which is paired with the community.
const neighbour = `
	{create: {household: {key: "n", number: "888"}}} {tie: {partOf: {from: "n", to: $(e1)}}}
	{create: {person: {key: "p", name: "新邻", birthDate: "1980-01-01", partyStatus: FULL, responder: {
		consents: [{purpose: "respond", validFrom: "2020-01-01"}], vettings: [{by: "community", validFrom: "2020-01-01"}]}}}}
	{tie: {livesIn: {from: "p", to: "n", validFrom: "2020-01-01"}}} {tie: {worksAt: {from: "p", to: $(school)}}}`

func TestAnEditIsInNearbyAndUnitCoverageWhenItAnswers(t *testing.T) {
	engines(t, graphData{t.Name(), fillFixture}, func(t *testing.T, e *edge) {
		at := storetest.Today.String() + "T20:00:00+08:00"
		ask := func() (people []string, covered, revision float64) {
			a := e.data(t, named(`query($at: DateTime) { nearby(to: {household: $(h1)}, at: $at) { revision nodes { id } }
				unitCoverage(area: $(community), at: $at) { covered revision } }`), map[string]any{"at": at})
			var d struct {
				Nearby struct {
					Revision float64
					Nodes    []struct{ ID string }
				}
				UnitCoverage struct{ Covered, Revision float64 }
			}
			if err := json.Unmarshal(a.Data, &d); err != nil {
				t.Fatal(err)
			}
			for _, n := range d.Nearby.Nodes {
				people = append(people, n.ID)
			}
			return people, d.UnitCoverage.Covered, d.UnitCoverage.Revision
		}
		before, covered, revision := ask()
		made := e.change(t, neighbour, nil)
		if !made.Applied {
			t.Fatalf("%+v", made)
		}
		person := made.Results[2].ID
		people, now, at1 := ask()
		if len(people) != len(before)+1 || !strings.Contains(strings.Join(people, " "), person) || now != covered+1 || at1 != revision+1 {
			t.Errorf("%d people, then %v without %s; covered %v, then %v; revision %v, then %v", len(before), people, person, covered, now, revision, at1)
		}
		e.change(t, fmt.Sprintf(`{change: {person: {id: %q, version: 1, responder: {leaves: [{validFrom: "2020-01-01"}]}}}}`, person), nil)
		if people, now, _ = ask(); strings.Contains(strings.Join(people, " "), person) || now != covered {
			t.Errorf("somebody on leave is still counted: %v, covered %v", people, now)
		}
	})
}

func TestAVariableThatIsNotSentIsNoNull(t *testing.T) {
	engines(t, graphData{t.Name(), fillFixture}, func(t *testing.T, e *edge) {
		phone := func() string {
			return string(e.data(t, named(`{ person(id: $(li)) { phone } household(id: $(h1)) { floor } }`), nil).Data)
		}
		set := `{change: {person: {id: $(li), version: %d, phone: $phone, source: "x"}}} {change: {household: {id: $(h1), version: %d, floor: $floor, source: "x%d"}}}`
		for version, step := range []struct {
			variables map[string]any
			want      string
		}{
			{map[string]any{"phone": "000-7", "floor": 9}, `{"person":{"phone":"000-7"},"household":{"floor":9}}`},
			{map[string]any{}, `{"person":{"phone":"000-7"},"household":{"floor":9}}`},
			{map[string]any{"phone": nil, "floor": nil}, `{"person":{"phone":null},"household":{"floor":null}}`},
		} {
			person := version + 1
			if version == 2 {
				person = 2 // the second edit changed nothing of the person
			}
			if done := e.change(t, fmt.Sprintf(set, person, version+1, version), step.variables); !done.Applied {
				t.Fatalf("%+v", done)
			}
			if got := phone(); got != step.want {
				t.Errorf("with %v: %s", step.variables, got)
			}
		}
	})
}

// TestAViewerWithAScopeEditsInsideItOnly: what a viewer may not see does not exist for an edit, and nothing can be put
// where the viewer does not see it; whatever else there is stays as it was.
func TestAViewerWithAScopeEditsInsideItOnly(t *testing.T) {
	engines(t, graphData{t.Name(), fillFixture}, func(t *testing.T, e *edge) {
		status, err := e.store.Ready(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		e.viewer = loaders.Viewer{Name: "grid3", Roles: []trust.Role{trust.Operator}, Purpose: trust.Operation, Scope: store.Scope{Areas: []kg.ID{fixture.ID("grid3")}}}
		for name, c := range map[string]struct{ changes, code, path string }{
			"a change":                {`{change: {person: {id: $(grandpa), version: 1, phone: "1"}}}`, "NOT_FOUND", "changes[0].change.person.id"},
			"a stale change":          {`{change: {person: {id: $(grandpa), version: 7, phone: "1"}}}`, "NOT_FOUND", "changes[0].change.person.id"},
			"a tie":                   {`{tie: {contactOf: {from: $(wang1), to: $(h6)}}}`, "NOT_FOUND", "changes[0].tie.contactOf.to"},
			"a reference":             {`{tie: {worksAt: {from: $(wang2), to: $(clinic), site: $(hall)}}}`, "NOT_FOUND", "changes[0].tie.worksAt.site"},
			"an end of a tie":         {`{endTie: {id: $(li LIVES_IN h5), version: 1, on: "2027-01-01"}}`, "NOT_FOUND", "changes[0].endTie.id"},
			"a deletion":              {`{delete: {id: $(gone), version: 1}}`, "NOT_FOUND", "changes[0].delete.id"},
			"a creation of no area":   {`{create: {person: {name: "某人"}}}`, "FORBIDDEN", "changes[0].create.person"},
			"a creation elsewhere":    {`{create: {household: {key: "h", number: "9"}}} {tie: {partOf: {from: "h", to: $(barn)}}}`, "NOT_FOUND", "changes[1].tie.partOf.to"},
			"a key of another's":      {`{create: {place: {key: "u", code: "P-2", name: "某单位"}}} {tie: {locatedIn: {from: "u", to: $(b3)}}}`, "DUPLICATE", "changes[0].create.place.code"},
			"everything, by an empty": {`{deleteTie: {id: $(h6 PART_OF micro), version: 1}}`, "NOT_FOUND", "changes[0].deleteTie.id"},
		} {
			done := e.change(t, c.changes, nil)
			if done.Applied || len(done.Problems) != 1 || done.Problems[0].Code != c.code || done.Problems[0].Path != c.path {
				t.Errorf("%s: got %+v, want %s at %s", name, done, c.code, c.path)
			}
		}
		if after, err := e.store.Ready(t.Context()); err != nil || after.Revision != status.Revision {
			t.Errorf("something was written: %+v, %v", after, err)
		}
		if done := e.change(t, neighbour[:strings.Index(neighbour, "{tie: {worksAt")], nil); !done.Applied {
			t.Errorf("inside: got %+v", done)
		}
		e.viewer.Scope.Areas = nil
		if done := e.change(t, `{change: {person: {id: $(wang1), version: 1, phone: "1"}}}`, nil); done.Applied || done.Problems[0].Code != "NOT_FOUND" {
			t.Errorf("a viewer without an area edits: %+v", done)
		}
	})
}

func TestAMutationTakesPostWithJSONOnly(t *testing.T) {
	engines(t, fixtureData, func(t *testing.T, e *edge) {
		const q = `mutation { edit(changes: [{create: {unit: {name: "a"}}}]) { applied } }`
		status, err := e.store.Ready(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		get := httptest.NewRequest(http.MethodGet, "/graphql?query="+strings.ReplaceAll(q, " ", "%20"), nil)
		form := httptest.NewRequest(http.MethodPost, "/graphql", strings.NewReader("query="+q))
		form.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		plain := httptest.NewRequest(http.MethodPost, "/graphql", strings.NewReader(`{"query": "mutation { edit(changes: []) { applied } }"}`))
		plain.Header.Set("Content-Type", "text/plain")
		for want, req := range map[int]*http.Request{http.StatusMethodNotAllowed: get, http.StatusUnsupportedMediaType: form} {
			rec := httptest.NewRecorder()
			e.handler.ServeHTTP(rec, req)
			if rec.Code != want {
				t.Errorf("%s %s: %d %s", req.Method, req.Header.Get("Content-Type"), rec.Code, rec.Body)
			}
		}
		rec := httptest.NewRecorder()
		e.handler.ServeHTTP(rec, plain)
		if rec.Code != http.StatusUnsupportedMediaType {
			t.Errorf("text/plain: %d %s", rec.Code, rec.Body)
		}
		if after, err := e.store.Ready(t.Context()); err != nil || after.Revision != status.Revision {
			t.Errorf("something was written: %+v, %v", after, err)
		}
	})
}
