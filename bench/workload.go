package bench

import (
	"encoding/json"
	"fmt"

	"lintu/bench/floor"
	"lintu/kg"
	"lintu/store"
)

// Workload is one question, asked about many things.
type Workload struct {
	Name     string
	Title    string
	Document string
	Rate     float64 // requests a second of its fixed-rate run
	cases    func(*Sample) []Case
}

// Case is a question's variables, for Lintu and for the floor.
type Case struct{ Lintu, Floor any }

// Cases are the workload's questions in a town.
func (w *Workload) Cases(s *Sample) []Case { return w.cases(s) }

// evening is when people are at home: Wednesday 4 March 2026, 20:00 in Shanghai.
const evening = "2026-03-04T20:00:00+08:00"

// Workloads are all of them, in the order in which they run.
var Workloads = []*Workload{
	{
		Name: "W1", Title: "a household, its residents, their units", Rate: 200,
		Document: fmt.Sprintf(`query W1($id: ID!) { household(id: $id) { id number floor residents(first: %d) { nodes { id name birthDate
			worksAt(first: %d) { nodes { id name unitKind } } } } } }`, floor.ResidentPage, floor.UnitPage),
		cases: func(s *Sample) []Case { return byID(s.Households) },
	},
	{
		Name: "W2", Title: "the 20 nearest responders to a door within 500 m, with their units", Rate: 100,
		Document: fmt.Sprintf(`query W2($to: NearbyTarget!, $at: DateTime!) { nearby(to: $to, at: $at, first: %d) { totalCount edges { distance
			node { id title worksAt(first: 1) { nodes { id title } } } } } }`, floor.NearPage),
		cases: func(s *Sample) []Case {
			return each(s.Doors, func(id kg.ID) any {
				return map[string]any{"to": map[string]any{"household": id}, "at": evening}
			})
		},
	},
	{
		Name: "W3", Title: "a tree of organizations, 20-5-4-3 children, 1,720 nodes", Rate: 10,
		Document: fmt.Sprintf(`query W3($id: ID!) { partyOrg(id: $id) { id name childOrgs(first: %d) { nodes { id name childOrgs(first: %d) { nodes { id name
			childOrgs(first: %d) { nodes { id name childOrgs(first: %d) { nodes { id name } } } } } } } } } }`,
			floor.TreePages[0], floor.TreePages[1], floor.TreePages[2], floor.TreePages[3]),
		cases: func(*Sample) []Case { return byID([]kg.ID{treeRoot}) },
	},
	{
		Name: "W4", Title: "a community's coverage by units, as a dashboard asks it", Rate: 10,
		Document: fmt.Sprintf(`query W4($area: ID!, $at: DateTime!) { unitCoverage(area: $area, at: $at) { targets covered share
			units(first: %[1]d) { totalCount edges { memberCount targetsCovered onlyThisUnit node { id title }
				members(first: %[2]d) { totalCount edges { targetsInReach node { id title } } }
				targets(first: %[2]d) { totalCount edges { distance memberCount node { id title } nearestMember { id title } } } } }
			uncovered(first: %[1]d) { totalCount nodes { id title } } } }`, floor.CoverPage, floor.CoverBelow),
		cases: func(s *Sample) []Case {
			return each(s.Communities, func(id kg.ID) any { return map[string]any{"area": id, "at": evening} })
		},
	},
	{
		Name: "page-first", Title: "the first 50 party members by name", Rate: 50, Document: membersDocument,
		cases: func(*Sample) []Case { return []Case{{Lintu: map[string]any{}, Floor: map[string]any{}}} },
	},
	{
		Name: "page-end", Title: "the last 50 party members by name", Rate: 50, Document: membersDocument,
		cases: func(s *Sample) []Case { return []Case{s.end} },
	},
	{
		Name: "search", Title: "people by two characters of their names, 20 hits", Rate: 50,
		Document: fmt.Sprintf(`query Search($text: String!) { search(text: $text, kinds: [PERSON], first: %d) { nodes { id title } } }`, floor.SearchPage),
		cases: func(s *Sample) []Case {
			return each(s.Words, func(words string) any { return map[string]any{"text": words} })
		},
	},
}

var membersDocument = fmt.Sprintf(`query Members($after: String) { people(where: {partyMember: true}, orderBy: {field: TITLE}, first: %d, after: $after) {
	nodes { id title } pageInfo { hasNextPage endCursor } } }`, floor.MemberPage)

// endDocument finds the cursor of the member before the last page.
var endDocument = fmt.Sprintf(`{ people(where: {partyMember: true}, orderBy: {field: TITLE}, last: %d) { pageInfo { startCursor } } }`, floor.MemberPage+1)

// endPosition is the same place for the floor.
func endPosition(p store.Position) floor.Position {
	key, _ := p.Value.(string)
	return floor.Position{SortKey: key, ID: string(p.ID)}
}

func byID(ids []kg.ID) []Case {
	return each(ids, func(id kg.ID) any { return map[string]any{"id": id} })
}

// each makes a case of each thing, with the same variables for both sides.
func each[T any](things []T, variables func(T) any) []Case {
	out := make([]Case, len(things))
	for i, id := range things {
		v := variables(id)
		out[i] = Case{v, v}
	}
	return out
}

// graphqlBody is a question as the body of a request to /graphql.
func graphqlBody(document string, variables any) []byte {
	return mustJSON(map[string]any{"query": document, "variables": variables})
}

func mustJSON(v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err) // plain maps of strings
	}
	return b
}
