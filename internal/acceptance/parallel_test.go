package acceptance

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"lintu/kg"
	"lintu/store"
	"lintu/trust"
	"lintu/web"
)

// enough is how many questions two viewers ask at once.
const enough = 200

// territory is what one viewer serves: a grid of the village.
type territory struct {
	trust.Viewer
	grid   kg.ID
	inside map[kg.ID]kg.Node
}

// some are nodes of a kind in the territory, drawn.
func (y *territory) some(d *rand.Rand, k kg.Kind, n int) []kg.ID {
	var ids []kg.ID
	for id := range y.inside {
		if id.Kind() == k {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	d.Shuffle(len(ids), func(i, j int) { ids[i], ids[j] = ids[j], ids[i] })
	return ids[:min(n, len(ids))]
}

// territories are the two grids of the village where most live, each with a viewer who sees all detail of it.
func territories(t *testing.T, e *edge) []*territory {
	t.Helper()
	var all []*territory
	for _, node := range e.ofKind(t, kg.KindGrid) {
		id := node.Common().ID
		v := trust.Viewer{Name: "key:" + string(id), Roles: []trust.Role{trust.GridWorker, trust.Dispatcher}, Purpose: trust.CareVisit, Scope: store.Scope{Areas: []kg.ID{id}}}
		all = append(all, &territory{Viewer: v, grid: id, inside: e.inside(t, id)})
	}
	slices.SortFunc(all, func(a, b *territory) int { return len(b.inside) - len(a.inside) })
	return all[:2]
}

// ofKind are all nodes of a kind.
func (e *edge) ofKind(t *testing.T, k kg.Kind) []kg.Node {
	t.Helper()
	page, err := e.store.List(t.Context(), store.Everything, store.ListQuery{Kind: k, Order: store.Order{By: store.OrderID}, Window: store.Window{Limit: store.NoLimit}})
	if err != nil {
		t.Fatal(err)
	}
	out := make([]kg.Node, len(page.Edges))
	for i := range page.Edges {
		out[i] = page.Edges[i].Item.Node
	}
	return out
}

// put is a question with its variables.
type put struct {
	query     string
	variables map[string]any
}

// ofNodes are questions about one node, of a kind: $id is the node, $title its title, $other a node of the other territory.
var ofNodes = map[kg.Kind][]string{
	kg.KindPerson: {
		`query ($id: ID!) { person(id: $id) { id title phone registerNo livesIn { nodes { id number residents { nodes { id name phone } } } } posts { edges { role node { id title } } } } }`,
		`query ($id: ID!) { person(id: $id) { id worksAt { nodes { id title staff(first: 50) { nodes { id title } } } } belongsTo { nodes { id members(first: 50) { nodes { id name } } } } } }`,
		`query ($title: String!) { search(text: $title) { totalCount nodes { id title } } }`,
		`query ($title: String!) { people(where: {name: {eq: $title}}) { totalCount nodes { id name birthDate livesIn { nodes { id } } } } }`,
		`query ($id: ID!, $other: ID!) { nodes(ids: [$id, $other]) { id title ... on Person { phone } } }`,
		`query ($id: ID!, $other: ID!) { path(from: $id, to: $other, maxLength: 4) { length nodes { id title } } }`,
	},
	kg.KindHousehold: {
		`query ($id: ID!) { household(id: $id) { id title number careLevel residents { nodes { id name } } contacts { edges { kinship node { id name phone } } } responsibleParties { nodes { id title } } } }`,
		`query ($id: ID!) { household(id: $id) { id ancestors { nodes { id title } } parent { id title } } }`,
		`query ($id: ID!) { nearby(to: {household: $id}, at: "2026-03-04T20:00:00+08:00", radius: 800) { totalCount leftOut { reason count } edges { distance node { id name phone } } } }`,
		`query ($id: ID!, $other: ID!) { nodes(ids: [$other, $id]) { id title } }`,
		`query ($id: ID!, $other: ID!) { a: household(id: $id) { id number } b: household(id: $other) { id number residents { nodes { id } } } }`,
	},
	kg.KindBuilding: {
		`query ($id: ID!) { building(id: $id) { id title point { latitude longitude } descendants(first: 100) { totalCount nodes { id title } } } }`,
		`query ($id: ID!) { nearby(to: {building: $id}, at: "2026-03-04T10:00:00+08:00") { totalCount edges { node { id title } } } }`,
	},
	kg.KindGrid: {
		`query ($id: ID!) { people(where: {area: $id}, first: 100) { totalCount nodes { id name phone } counts(groupBy: {field: SEX}) { key count } } }`,
		`query ($id: ID!) { grid(id: $id) { id title postHolders { nodes { id title } } descendants(kinds: [HOUSEHOLD], first: 100) { totalCount nodes { id title } } } }`,
		`query ($id: ID!) { coverage(area: $id, when: {at: "2026-03-04T10:00:00+08:00"}, radius: 100) { targets covered gaps(first: 20) { nodes { id title } } } }`,
	},
}

// manyQuestions are the playground's, of the village and of each territory, and questions about nodes of either: each once.
func manyQuestions(t *testing.T, e *edge, both []*territory) []put {
	t.Helper()
	seen := map[string]bool{}
	var out []put
	add := func(q put) {
		if text := string(mustJSON([]any{q.query, q.variables})); !seen[text] {
			seen[text], out = true, append(out, q)
		}
	}
	d := rand.New(rand.NewPCG(7, 7))
	for _, q := range web.Questions() {
		variables := e.prepare(t, q)
		add(put{q.Query, variables})
		for _, y := range both {
			moved := map[string]any{}
			for name, v := range variables {
				switch name {
				case "area":
					v = y.grid
				case "household":
					v = y.some(d, kg.KindHousehold, 1)[0]
				}
				moved[name] = v
			}
			add(put{q.Query, moved})
		}
	}
	for i, y := range both {
		other := both[1-i]
		for _, k := range []kg.Kind{kg.KindGrid, kg.KindBuilding, kg.KindHousehold, kg.KindPerson} {
			for _, id := range y.some(d, k, 12) {
				for _, text := range ofNodes[k] {
					variables := map[string]any{}
					for name, v := range map[string]any{"id": id, "title": y.inside[id].Title(), "other": other.some(d, k, 1)[0]} {
						if strings.Contains(text, "$"+name) {
							variables[name] = v
						}
					}
					add(put{text, variables})
				}
			}
		}
	}
	d.Shuffle(len(out), func(i, j int) { out[i], out[j] = out[j], out[i] })
	if len(out) < enough {
		t.Fatalf("only %d questions", len(out))
	}
	return out[:enough]
}

func (e *edge) putAs(t *testing.T, v trust.Viewer, q put) answer {
	t.Helper()
	return e.post(trust.With(t.Context(), v), t, q.query, q.variables)
}

var idText = regexp.MustCompile(`"([a-zA-Z]+_[a-z2-7]{24})"`)

// names are what one can tell people and bodies by, with who has it.
func names(nodes []kg.Node) map[string][]kg.ID {
	out := map[string][]kg.ID{}
	for _, n := range nodes {
		id := n.Common().ID
		out[n.Title()] = append(out[n.Title()], id)
		if p, ok := n.(*kg.Person); ok {
			out[p.Phone], out[p.RegisterNo] = append(out[p.Phone], id), append(out[p.RegisterNo], id)
		}
	}
	delete(out, "")
	return out
}

// keeps fails where an answer's data hold an id or a name of what is not in the territory.
func (y *territory) keeps(t *testing.T, q put, data json.RawMessage, known map[string][]kg.ID) (ids int) {
	t.Helper()
	for _, m := range idText.FindAllSubmatch(data, -1) {
		ids++
		if y.inside[kg.ID(m[1])] == nil {
			t.Errorf("the viewer of %s sees %s: %s %v", y.grid, m[1], q.query, q.variables)
		}
	}
	var v any
	_ = json.Unmarshal(data, &v) // data of a refused question is null
	var walk func(any)
	walk = func(v any) {
		switch v := v.(type) {
		case map[string]any:
			for _, x := range v {
				walk(x)
			}
		case []any:
			for _, x := range v {
				walk(x)
			}
		case string:
			if owners := known[v]; len(owners) > 0 && !slices.ContainsFunc(owners, func(id kg.ID) bool { return y.inside[id] != nil }) {
				t.Errorf("the viewer of %s reads %q: %s %v", y.grid, v, q.query, q.variables)
			}
		}
	}
	walk(v)
	return ids
}

func TestTwoViewersAtOnceSeeNothingOfEachOther(t *testing.T) {
	engines(t, villageData, func(t *testing.T, e *edge) {
		both := territories(t, e)
		questions := asked(e, manyQuestions(t, e, both))
		var whoever []kg.Node
		for _, k := range []kg.Kind{kg.KindPerson, kg.KindUnit, kg.KindPartyOrg, kg.KindTeam, kg.KindPlace} {
			whoever = append(whoever, e.ofKind(t, k)...)
		}
		known := names(whoever)
		alone := make([][]string, len(both))
		for i, y := range both {
			ids, answered := 0, 0
			for _, q := range questions {
				a := e.putAs(t, y.Viewer, q)
				if len(a.Errors) == 0 {
					answered++
				}
				ids += y.keeps(t, q, a.Data, known)
				alone[i] = append(alone[i], saidIn(a))
			}
			if answered < len(questions)/2 || ids < len(questions) {
				t.Errorf("%s: of %d questions %d are answered, with %d ids", y.grid, len(questions), answered, ids)
			}
		}
		var all sync.WaitGroup
		for i, y := range both {
			order := rand.New(rand.NewPCG(1, uint64(i))).Perm(len(questions))
			for half := range 2 { // each viewer asks from two sides, in an order of its own
				all.Go(func() {
					for n, at := range order {
						if n%2 != half {
							continue
						}
						a := e.putAs(t, y.Viewer, questions[at])
						y.keeps(t, questions[at], a.Data, known)
						if got := saidIn(a); got != alone[i][at] {
							t.Errorf("%s: %s %v\nbeside another: %s\nalone: %s", y.grid, questions[at].query, questions[at].variables, got, alone[i][at])
						}
					}
				})
			}
		}
		all.Wait()
	})
}

// saidIn is what an answer says, without what tells one operation from another.
func saidIn(a answer) string {
	text := string(a.Data)
	for _, err := range a.Errors {
		text += fmt.Sprintf("\n%s %v", err.Message, err.Extensions["code"])
	}
	return text
}
