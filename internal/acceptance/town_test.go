package acceptance

import (
	"encoding/json"
	"testing"

	"lintu/seed"
	"lintu/store"
	"lintu/web"
)

var villageData = graphData{"village", fillVillage}

// fillVillage loads the village of the demo.
func fillVillage(t testing.TB, st store.Store) {
	t.Helper()
	town, err := seed.Preset("village")
	if err != nil {
		t.Fatal(err)
	}
	if err := seed.Load(t.Context(), st, town, seed.Options{Seed: 1}); err != nil {
		t.Fatal(err)
	}
}

// TestThePlaygroundsQuestionsAreAnswered runs every ready question as the page does: the preparatory query gives the
// variables that differ from town to town.
func TestThePlaygroundsQuestionsAreAnswered(t *testing.T) {
	answers := map[string]string{}
	engines(t, villageData, func(t *testing.T, e *edge) {
		for _, q := range web.Questions() {
			t.Run(q.ID, func(t *testing.T) {
				got := compact(t, e.data(t, q.Query, e.prepare(t, q)).Data)
				if first, asked := answers[q.ID]; asked && first != got {
					t.Errorf("%s\nanother engine answered\n%s", got, first)
				}
				answers[q.ID] = got
			})
		}
	})
}

func (e *edge) prepare(t *testing.T, q web.Question) map[string]any {
	t.Helper()
	variables := map[string]any{}
	for name, v := range q.Variables {
		variables[name] = v
	}
	if q.Prepare == nil {
		return variables
	}
	var data any
	if err := json.Unmarshal(e.data(t, q.Prepare.Query, nil).Data, &data); err != nil {
		t.Fatal(err)
	}
	found, err := q.Prepare.Find(data)
	if err != nil {
		t.Fatal(err)
	}
	for name, v := range found {
		variables[name] = v
	}
	return variables
}

// compact is an answer in one form whatever the order of keys.
func compact(t *testing.T, data json.RawMessage) string {
	t.Helper()
	var v any
	if err := json.Unmarshal(data, &v); err != nil {
		t.Fatal(err)
	}
	out, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

const coverageQuestion = `query($area: ID!, $at: DateTime, $radius: Meters!) { unitCoverage(area: $area, at: $at, radius: $radius, pairedUnitsOnly: false) {
	area { title } targets covered share completeness { targetsLocated respondersLocated consentKnown } suppressed
	units(first: 5) { totalCount edges { cursor node { title unitKind } pairings { form area { kind title } } memberCount targetsCovered onlyThisUnit
		members(first: 2) { totalCount pageInfo { hasNextPage endCursor } edges { targetsInReach node { title livesIn { nodes { number } } } } }
		targets(first: 2) { totalCount edges { distance memberCount nearestMember { title } node { number residents { totalCount } } } } } }
	uncovered(first: 3) { totalCount pageInfo { hasNextPage } nodes { number parent { title } } } } }`

func TestAnEngineMakesNoDifferenceToCoverage(t *testing.T) {
	answers := map[string]string{}
	engines(t, villageData, func(t *testing.T, e *edge) {
		var village struct {
			Divisions struct{ Nodes []struct{ ID string } }
		}
		if err := json.Unmarshal(e.data(t, `{ divisions(where: {level: [VILLAGE]}) { nodes { id } } }`, nil).Data, &village); err != nil {
			t.Fatal(err)
		}
		for _, at := range []string{"2026-03-04T10:00:00+08:00", "2026-03-04T20:00:00+08:00", "2026-10-01T10:00:00+08:00"} {
			a := e.data(t, coverageQuestion, map[string]any{"area": village.Divisions.Nodes[0].ID, "at": at, "radius": 500})
			if a.Extensions.Cost.StoreCalls != 1 {
				t.Errorf("%d calls of the store, want 1", a.Extensions.Cost.StoreCalls)
			}
			got := compact(t, a.Data)
			if first, asked := answers[at]; asked && first != got {
				t.Errorf("%s:\n%s\nanother engine answered\n%s", at, got, first)
			}
			answers[at] = got
		}
		if answers["2026-03-04T10:00:00+08:00"] == answers["2026-03-04T20:00:00+08:00"] {
			t.Error("the hour makes no difference")
		}
	})
}
