package acceptance

import (
	"encoding/json"
	"slices"
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
		for _, q := range asked(e, web.Questions()) {
			t.Run(q.ID, func(t *testing.T) {
				data := e.data(t, q.Query, e.prepare(t, q)).Data
				if slices.Contains(q.Demos, "village") && !saysSomething(t, data) {
					t.Errorf("the question names this demo, and nothing is answered: %s", data)
				}
				got := compact(t, data)
				if first, had := answers[q.ID]; had && first != got {
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
		if v == "now" {
			v = evening
		}
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
			a := e.data(t, coverageQuestion, map[string]any{"area": e.village(t), "at": at, "radius": 500})
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

// village is the id of the demo's village.
func (e *edge) village(t *testing.T) string {
	t.Helper()
	var d struct {
		Divisions struct{ Nodes []struct{ ID string } }
	}
	if err := json.Unmarshal(e.data(t, `{ divisions(where: {level: [VILLAGE]}) { nodes { id } } }`, nil).Data, &d); err != nil {
		t.Fatal(err)
	}
	return d.Divisions.Nodes[0].ID
}

// elder is the id of a household of an elderly person who lives alone.
func (e *edge) elder(t *testing.T) string {
	t.Helper()
	var d struct {
		Households struct{ Nodes []struct{ ID string } }
	}
	if err := json.Unmarshal(e.data(t, `{ households(first: 1, where: {careFlags: [ELDERLY_ALONE]}) { nodes { id } } }`, nil).Data, &d); err != nil {
		t.Fatal(err)
	}
	return d.Households.Nodes[0].ID
}

const evening = "2026-03-04T20:00:00.500+08:00" // as JavaScript writes instants, with a fraction

func TestNearbyPagesWalkToTheEndAndKeepTheirInstant(t *testing.T) {
	engines(t, villageData, func(t *testing.T, e *edge) {
		const q = `query($to: ID!, $at: DateTime, $first: Int!, $after: String) { nearby(to: {household: $to}, at: $at, radius: 1500, first: $first, after: $after) {
			totalCount pageInfo { hasNextPage hasPreviousPage endCursor } edges { distance presence node { id } } } }`
		type connection struct {
			Nearby struct {
				TotalCount int
				PageInfo   struct {
					HasNextPage, HasPreviousPage bool
					EndCursor                    *string
				}
				Edges []struct {
					Distance float64
					Node     struct{ ID string }
				}
			}
		}
		ask := func(variables map[string]any) (c connection) {
			variables["to"] = e.elder(t)
			if err := json.Unmarshal(e.data(t, q, variables).Data, &c); err != nil {
				t.Fatal(err)
			}
			return c
		}
		all := ask(map[string]any{"at": evening, "first": 200}).Nearby
		if all.TotalCount < 4 || len(all.Edges) != all.TotalCount || all.PageInfo.HasNextPage {
			t.Fatalf("%+v", all)
		}
		var after any
		for i, last := 0, 0.0; i < len(all.Edges); {
			page := ask(map[string]any{"at": evening, "first": 3, "after": after}).Nearby
			if page.PageInfo.HasPreviousPage != (i > 0) || len(page.Edges) == 0 {
				t.Fatalf("at %d: %+v", i, page)
			}
			for _, edge := range page.Edges {
				if edge.Node.ID != all.Edges[i].Node.ID || edge.Distance < last {
					t.Fatalf("place %d is %s at %f", i, edge.Node.ID, edge.Distance)
				}
				last = edge.Distance
				i++
			}
			after = *page.PageInfo.EndCursor
		}
		// A cursor keeps its instant: page 2 may leave `at` out, and may not give another.
		first := ask(map[string]any{"at": evening, "first": 2}).Nearby
		if next := ask(map[string]any{"first": 1, "after": *first.PageInfo.EndCursor}).Nearby; next.Edges[0].Node.ID != all.Edges[2].Node.ID {
			t.Errorf("page 2 without at begins with %s", next.Edges[0].Node.ID)
		}
		a := e.ask(t, q, map[string]any{"to": e.elder(t), "at": "2026-03-05T20:00:00+08:00", "first": 1, "after": *first.PageInfo.EndCursor})
		if len(a.Errors) == 0 || a.Errors[0].Extensions["code"] != "BAD_USER_INPUT" {
			t.Errorf("a cursor of another instant was taken: %s", a.Data)
		}
	})
}

func TestNearbyWithoutPeopleReadsNothingFromTheStore(t *testing.T) {
	engines(t, villageData, func(t *testing.T, e *edge) {
		a := e.data(t, `query($to: ID!, $at: DateTime) { nearby(to: {household: $to}, at: $at, radius: 1500) { totalCount edges { distance walkingMinutes reasons { kind scheme } } leftOut { reason count } } }`,
			map[string]any{"to": e.elder(t), "at": evening})
		var d struct {
			Nearby struct {
				TotalCount int
				Edges      []struct{ Distance, WalkingMinutes float64 }
			}
		}
		if err := json.Unmarshal(a.Data, &d); err != nil {
			t.Fatal(err)
		}
		if d.Nearby.TotalCount == 0 || len(d.Nearby.Edges) != min(20, d.Nearby.TotalCount) || a.Extensions.Cost.StoreCalls != 0 {
			t.Errorf("%d edges of %d, %d calls", len(d.Nearby.Edges), d.Nearby.TotalCount, a.Extensions.Cost.StoreCalls)
		}
	})
}

func TestAliasesOfOneQuestionBelowACoverageEachGetWhatTheyAsk(t *testing.T) {
	engines(t, villageData, func(t *testing.T, e *edge) {
		a := e.data(t, `query($area: ID!, $at: DateTime) { unitCoverage(area: $area, at: $at) {
			a: area { title ... on Division { children { totalCount } } } b: area { id }
			x: units { nodes { title } } y: units { edges { node { unitKind } pairings { id } also: pairings { area { title } }
				m: members(first: 2) { nodes { id worksAt { totalCount } } } n: members(first: 2) { nodes { id livesIn { totalCount } } } } }
			uncoveredReasons { reason count } uncovered { totalCount } targets covered } }`, map[string]any{"area": e.village(t), "at": evening})
		var d struct {
			UnitCoverage struct {
				A struct {
					Title    string
					Children struct{ TotalCount int }
				}
				X struct{ Nodes []struct{ Title string } }
				Y struct {
					Edges []struct {
						M, N struct{ Nodes []map[string]any }
					}
				}
				UncoveredReasons []struct{ Count int }
				Uncovered        struct{ TotalCount int }
				Targets, Covered int
			}
		}
		if err := json.Unmarshal(a.Data, &d); err != nil {
			t.Fatal(err)
		}
		u := d.UnitCoverage
		if u.A.Title == "" || u.A.Children.TotalCount == 0 || len(u.X.Nodes) == 0 || u.X.Nodes[0].Title == "" {
			t.Errorf("%s", a.Data)
		}
		for _, edge := range u.Y.Edges {
			if edge.M.Nodes[0]["worksAt"] == nil || edge.N.Nodes[0]["livesIn"] == nil {
				t.Errorf("%s", a.Data)
			}
		}
		why := 0
		for _, r := range u.UncoveredReasons {
			why += r.Count
		}
		if why != u.Uncovered.TotalCount || why != u.Targets-u.Covered {
			t.Errorf("%d reasons for %d uncovered of %d targets, %d covered", why, u.Uncovered.TotalCount, u.Targets, u.Covered)
		}
	})
}

func TestACursorOfACoverageIsGoodForThatCoverageOnly(t *testing.T) {
	engines(t, villageData, func(t *testing.T, e *edge) {
		const q = `query($area: ID!, $at: DateTime, $radius: Meters!, $after: String) { unitCoverage(area: $area, at: $at, radius: $radius) { uncovered(first: 1, after: $after) { pageInfo { endCursor } nodes { id } } } }`
		v := map[string]any{"area": e.village(t), "at": evening, "radius": 500}
		var d struct {
			UnitCoverage struct {
				Uncovered struct {
					PageInfo struct{ EndCursor string }
					Nodes    []struct{ ID string }
				}
			}
		}
		if err := json.Unmarshal(e.data(t, q, v).Data, &d); err != nil {
			t.Fatal(err)
		}
		first := d.UnitCoverage.Uncovered
		first.Nodes = slices.Clone(first.Nodes)
		v["after"] = first.PageInfo.EndCursor
		if err := json.Unmarshal(e.data(t, q, v).Data, &d); err != nil {
			t.Fatal(err)
		}
		if second := d.UnitCoverage.Uncovered; len(second.Nodes) == 0 || second.Nodes[0].ID <= first.Nodes[0].ID {
			t.Errorf("%v after %v", second.Nodes, first.Nodes)
		}
		v["radius"] = 400
		if a := e.ask(t, q, v); len(a.Errors) == 0 || a.Errors[0].Extensions["code"] != "BAD_USER_INPUT" {
			t.Errorf("a cursor of another radius was taken: %s", a.Data)
		}
	})
}
