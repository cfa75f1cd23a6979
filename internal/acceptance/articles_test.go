package acceptance

import (
	"encoding/json"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"lintu/kg"
	"lintu/seed"
	"lintu/seed/figures"
	"lintu/store"
	"lintu/web"
)

// The playground's questions come from the articles. They are asked of a small sample that has something of everything
// that the towns have, with the faults that are planted there.

var sampleData = graphData{"sample", func(t testing.TB, st store.Store) {
	t.Helper()
	if err := seed.Load(t.Context(), st, seed.Sample(), seed.Options{Seed: 1}); err != nil {
		t.Fatal(err)
	}
}}

// TestTheArticlesQuestionsAreAnsweredAsRecorded holds the oracle and both engines to one recorded answer.
func TestTheArticlesQuestionsAreAnsweredAsRecorded(t *testing.T) {
	engines(t, sampleData, func(t *testing.T, e *edge) {
		for _, q := range asked(e, web.Questions()) {
			t.Run(q.ID, func(t *testing.T) {
				data := e.data(t, q.Query, e.prepare(t, q)).Data
				golden(t, filepath.Join("sample", q.ID), data)
				if !says(t, q.ID, data) {
					t.Errorf("nothing is answered: %s", data)
				}
			})
		}
	})
}

// empty is what is rightly empty in an answer that is not: temporary teams of 2020, today.
var empty = map[string]string{"as-of": "now"}

// says is true where every field of the answer holds something.
func says(t *testing.T, id string, data json.RawMessage) bool {
	t.Helper()
	all := true
	for name, holds := range told(t, data) {
		all = all && (holds || empty[id] == name)
	}
	return all
}

// saysSomething is true where a field of the answer holds something.
func saysSomething(t *testing.T, data json.RawMessage) bool {
	t.Helper()
	for _, holds := range told(t, data) {
		if holds {
			return true
		}
	}
	return false
}

// told says of each root field whether it holds a node or an edge, or counts more than none.
func told(t *testing.T, data json.RawMessage) map[string]bool {
	t.Helper()
	var fields map[string]any
	if err := json.Unmarshal(data, &fields); err != nil || len(fields) == 0 {
		t.Fatalf("%v in %s", err, data)
	}
	out := map[string]bool{}
	for name, field := range fields {
		m, _ := field.(map[string]any)
		nodes, _ := m["nodes"].([]any)
		edges, _ := m["edges"].([]any)
		total, _ := m["totalCount"].(float64)
		targets, _ := m["targets"].(float64)
		out[name] = len(nodes)+len(edges) > 0 || total+targets > 0
	}
	return out
}

// found says that the nodes of a question's answer are those of the answer key with the code. Where the fault shows at
// another node than the question lists, the test has a way from the one to the other.
var found = []struct {
	id, field string
	code      figures.Code
}{
	{"nobody-responsible", "households", figures.ElderUnnamed},
	{"branches-no-group", "partyOrgs", figures.BranchNoGroup},
	{"hubs-no-member", "households", figures.HubNoMember},
	{"vacant-heads", "compounds", figures.CompoundNoHead},
	{"vacant-heads", "buildings", figures.BuildingNoHead},
	{"vacant-heads", "entrances", figures.EntranceNoHead},
	{"grids-no-worker", "grids", figures.GridNoWorker},
	{"delegates-grids", "people", figures.DelegateNoGrid},
	{"units-no-seat", "units", figures.UnitNoSeat},
	{"units-unpaired", "units", figures.UnitUnpaired},
	{"not-placed-twice", "noOrganization", figures.MemberUnplaced},
	{"not-placed-twice", "noTeam", figures.MemberNoTeam},
	{"not-registered", "people", figures.MemberUnregistered},
	{"five-ones", "divisions", figures.SlotMissingFive},
	{"slots-of-compounds", "compounds", figures.SlotMissing41N5},
	{"overloaded", "people", figures.MemberOverloaded},
	{"doorbell-no-contact", "households", figures.DoorbellNoContact},
	{"compounds-unmanaged", "compounds", figures.CompoundUnmanaged},
	{"compounds-no-station", "compounds", figures.CompoundNoStation},
}

func TestTheArticlesQuestionsFindThePlantedFaultsAndNothingElse(t *testing.T) {
	key := map[figures.Code][]string{}
	for _, f := range seed.Sample().Faults(1) {
		key[f.Code] = append(key[f.Code], string(f.ID))
	}
	engines(t, sampleData, func(t *testing.T, e *edge) {
		for _, f := range asked(e, found) {
			got := e.listed(t, f.id, f.field)
			slices.Sort(got)
			if want := key[f.code]; len(want) == 0 || !slices.Equal(got, want) {
				t.Errorf("%s.%s lists %v, the key has %v", f.id, f.field, got, want)
			}
		}
	})
}

// listed are the ids of the nodes that a question lists in a root field.
func (e *edge) listed(t *testing.T, id, field string) []string {
	t.Helper()
	i := slices.IndexFunc(web.Questions(), func(q web.Question) bool { return q.ID == id })
	if i < 0 {
		t.Fatalf("no question %s", id)
	}
	q := web.Questions()[i]
	var d map[string]struct {
		TotalCount int
		Nodes      []struct{ ID string }
	}
	if err := json.Unmarshal(e.data(t, q.Query, e.prepare(t, q)).Data, &d); err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, n := range d[field].Nodes {
		ids = append(ids, n.ID)
	}
	if len(ids) != d[field].TotalCount {
		t.Fatalf("%s.%s: %d of %d on the page", id, field, len(ids), d[field].TotalCount)
	}
	return ids
}

// TestDirectorsWhoAreNotSecretariesAreThoseOfThePlantedBodies goes from the people to the bodies that they lead.
func TestDirectorsWhoAreNotSecretariesAreThoseOfThePlantedBodies(t *testing.T) {
	engines(t, sampleData, func(t *testing.T, e *edge) {
		var bodies []string
		for _, id := range e.listed(t, "posts-apart", "people") {
			var d struct {
				Person struct {
					Posts struct{ Nodes []struct{ ID, Kind string } }
				}
			}
			a := e.data(t, `query($id: ID!) { person(id: $id) { posts(where: {role: {eq: "主任"}}) { nodes { id kind } } } }`, map[string]any{"id": id})
			if err := json.Unmarshal(a.Data, &d); err != nil {
				t.Fatal(err)
			}
			for _, n := range d.Person.Posts.Nodes {
				bodies = append(bodies, n.ID)
			}
		}
		want := planted(figures.PostsApart)
		if len(want) == 0 || !slices.Equal(bodies, want) {
			t.Errorf("directors apart lead %v, the key has %v", bodies, want)
		}
	})
}

func planted(code figures.Code) []string {
	var ids []string
	for _, f := range seed.Sample().Faults(1) {
		if f.Code == code {
			ids = append(ids, string(f.ID))
		}
	}
	return ids
}

// counted compares what questions count with a count over the batches of the sample, which no store has seen.
func TestWhatTheArticlesQuestionsCountIsInTheData(t *testing.T) {
	c := count(t)
	engines(t, sampleData, func(t *testing.T, e *edge) {
		for path, want := range map[string]int{
			"elders-no-lift.households.totalCount":         c.highAlone,
			"two-ladders.branches.totalCount":              c.orgs["city-5/3"],
			"two-ladders.hubs.totalCount":                  c.orgs["city-5/5"],
			"two-ladders.gridGroups.totalCount":            c.orgs["village-3/2"],
			"three-posts.people.totalCount":                c.threePosts,
			"as-of.then.totalCount":                        c.temporary,
			"vacant-heads.filled.totalCount":               c.entranceHeads,
			"four-parties.noOwnersCommittee.totalCount":    c.companyWithoutOwners,
			"on-duty.people.totalCount":                    c.onDuty,
			"officers-sent.divisions.totalCount":           c.townsWithOfficers,
			"compounds-no-station.shared.totalCount":       2,
			"delegates-grids.inContact.totalCount":         52 - len(planted(figures.DelegateNoGrid)),
			"unit-members.units.nodes.0.partyOrgs.nodes.0": -1,
		} {
			id, rest, _ := strings.Cut(path, ".")
			got := e.at(t, id, rest)
			if n, isNumber := got.(float64); want >= 0 && (!isNumber || int(n) != want) || got == nil {
				t.Errorf("%s is %v, want %d", path, got, want)
			}
		}
	})
}

// at is what stands at a dotted path of a question's answer.
func (e *edge) at(t *testing.T, id, path string) any {
	t.Helper()
	i := slices.IndexFunc(web.Questions(), func(q web.Question) bool { return q.ID == id })
	var value any
	if err := json.Unmarshal(e.data(t, web.Questions()[i].Query, e.prepare(t, web.Questions()[i])).Data, &value); err != nil {
		t.Fatal(err)
	}
	for step := range strings.SplitSeq(path, ".") {
		switch v := value.(type) {
		case map[string]any:
			value = v[step]
		case []any:
			n, _ := strconv.Atoi(step)
			value = v[n]
		default:
			return nil
		}
	}
	return value
}

// tally are counts over the sample's batches.
type tally struct {
	orgs                                map[string]int // by scheme/tier
	highAlone, threePosts, temporary    int
	entranceHeads, companyWithoutOwners int
	townsWithOfficers, onDuty           int
}

func count(t *testing.T) tally {
	t.Helper()
	c := tally{orgs: map[string]int{}}
	nodes := map[kg.ID]kg.Node{}
	var ties []*kg.Tie
	err := seed.Sample().Generate(seed.Options{Seed: 1}, func(b *store.Batch) error {
		for i := range b.Changes {
			if n := b.Changes[i].Node; n != nil {
				nodes[n.Common().ID] = n
			} else if tie := b.Changes[i].Tie; tie.Valid.Holds(kg.MustDate(now.Format("2006-01-02"))) {
				ties = append(ties, tie)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	posts, heads, towns := map[kg.ID]int{}, map[kg.ID]bool{}, map[kg.ID]bool{}
	onDuty := map[kg.ID]bool{}
	company, owners := map[kg.ID]bool{}, map[kg.ID]bool{}
	up := map[kg.ID]kg.Node{}
	for _, tie := range ties {
		if tie.Relation == kg.PartOf {
			up[tie.From] = nodes[tie.To]
		}
	}
	for _, tie := range ties {
		switch far := nodes[tie.From].(type) {
		case *kg.Unit:
			company[tie.To] = company[tie.To] || tie.Relation == kg.Serves && far.UnitKind == "property company"
		case *kg.ResidentBody:
			owners[tie.To] = owners[tie.To] || tie.Relation == kg.Serves && far.BodyKind == "业委会"
		case *kg.Person:
			switch {
			case tie.Relation == kg.HoldsPost:
				posts[tie.From]++
				heads[tie.To] = heads[tie.To] || tie.Role == "单元长"
			case tie.Relation == kg.OnDutyAt:
				for _, h := range tie.Hours { // on a Wednesday at eight in the evening
					if h.Weekday == 3 && h.From <= "20:00" && h.To > "20:00" {
						onDuty[tie.From] = true
					}
				}
			case tie.Relation == kg.DeployedTo && tie.Status == "执法下沉":
				towns[tie.To] = true
			case tie.Relation == kg.LivesIn && flagged(far):
				h := nodes[tie.To].(*kg.Household)
				if e, ok := up[h.ID].(*kg.Entrance); ok && h.Floor > 4 && !e.HasLift {
					c.highAlone++
				}
			}
		}
	}
	for _, n := range posts {
		if n >= 3 {
			c.threePosts++
		}
	}
	for _, is := range heads {
		if is {
			c.entranceHeads++
		}
	}
	c.townsWithOfficers, c.onDuty = len(towns), len(onDuty)
	for _, n := range nodes {
		switch n := n.(type) {
		case *kg.PartyOrg:
			c.orgs[n.Scheme+"/"+strconv.Itoa(n.Tier)]++
		case *kg.Team:
			if n.Temporary && n.Life.Holds(kg.MustDate("2020-02-15")) {
				c.temporary++
			}
		case *kg.Compound:
			if company[n.ID] && !owners[n.ID] {
				c.companyWithoutOwners++
			}
		}
	}
	return c
}

func flagged(p *kg.Person) bool {
	return slices.ContainsFunc(p.CareFlags, func(f kg.Flag) bool { return f.Value == kg.ElderlyAlone })
}
