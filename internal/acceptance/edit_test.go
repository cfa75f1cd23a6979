package acceptance

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// editStep is one edit of a sequence: variables $(name) are ids of the fixture, $name of a step before.
type editStep struct {
	name    string
	changes string // the literal of the argument
	batch   string
	dry     bool
}

// shownEdit is what golden files keep of an edit.
const shownEdit = `{
	applied repeated created changed ended deleted unchanged
	problems { __typename code message path change
		... on ConflictProblem { id expectedVersion currentVersion node { id title } }
		... on InvalidProblem { allowed }
		... on DuplicateProblem { node { id title } } }
	results { id key version
		node { id title ... on Person { phone birthDate partyStatus careFlags { value validFrom validTo }
				responder { consents { purpose validFrom } vettings { by } leaves { reason validFrom validTo } overrides { presence since until } limits { maxFloor } }
				livesIn { edges { validFrom validTo node { number } } } }
			... on Household { floor careFlags { value validFrom } refusals { person } residents { totalCount } parent { title } }
			... on Building { floors point { latitude longitude } }
			... on Division { boundary formerCodes { scheme code validTo } }
			... on Place { openingHours { weekdays from to seasonFrom seasonTo } } }
		tie { id relation role scheme slot rank consent fullTime post hours { weekday from to } startsAt validFrom validTo source confidence
			from { id title } to { id title } reference { title } } } }`

var editSteps = []editStep{
	{name: "a household with its people, created together", changes: `[
		{create: {household: {key: "home", number: "501", floor: 5, careFlags: [{value: ELDERLY_ALONE, validFrom: "2026-01-01"}]}}}
		{tie: {partOf: {from: "home", to: $(e2)}}}
		{create: {person: {key: "gran", name: "周桂英", sex: FEMALE, birthDate: "1945-06-01", careFlags: [{value: ELDERLY_ALONE}], phone: "000-1234"}}}
		{tie: {livesIn: {from: "gran", to: "home", validFrom: "2026-02-01"}}}
		{tie: {contactOf: {from: $(li), to: "home", kinship: "son", rank: 1, consent: true, source: "a visit", confidence: 0.9}}}
		{tie: {sitsOn: {from: "gran", to: $(joint), role: "member", onBehalfOf: $(school)}}}]`},
	{name: "only the given fields change", changes: `{change: {person: {id: $[gran], version: 1, partyStatus: FULL, responder: {
		consents: [{purpose: "respond", validFrom: "2026-01-01"}], vettings: {by: "the community"}, limits: {maxFloor: 3},
		overrides: [{presence: HOME, since: "2026-03-01T08:00:00+08:00", until: "2026-03-02T08:00:00+08:00"}]}}}}`},
	{name: "null clears, a part of a profile is replaced", changes: `[{change: {person: {id: $[gran], version: 2, phone: null,
		responder: {leaves: [{reason: "hospital", validFrom: "2026-03-01", validTo: "2026-03-10"}], vettings: null}}}}]`},
	{name: "what is so already", changes: `[{change: {person: {id: $[gran], version: 3, partyStatus: FULL}}}]`},
	{name: "an old version, and what else is wrong", changes: `[
		{change: {person: {id: $[gran], version: 1, phone: "000-9"}}}
		{endTie: {id: "tie_aaaaaaaaaaaaaaaaaaaaaaaa", version: 1, on: "2026-05-01"}}
		{delete: {id: $(xie), version: 1}}
		{create: {unit: {name: "not made"}}}]`},
	{name: "wrong input, each with its path", changes: `[
		{create: {person: {name: " "}}}
		{create: {person: {name: "明天", birthDate: "2099-01-01"}}}
		{tie: {livesIn: {from: $(li), to: $(b3)}}}
		{tie: {livesIn: {from: "nobody", to: "nothing"}}}
		{change: {building: {id: $(b3), version: 1, point: {latitude: 131, longitude: 45, datum: GCJ02}}}}
		{change: {person: {id: $(b3), version: 0}}}
		{endTie: {id: $(li), version: 1, on: "2026-01-01"}}
		{create: {unit: {key: "u", name: "一"}}}
		{create: {unit: {key: "u", name: "二"}}}
		{create: {unit: {key: $(li), name: "三"}}}
		{create: {household: {number: "1", refusals: [{person: $(b3)}]}}}]`},
	{name: "what the tables refuse", changes: `[
		{create: {person: {name: " "}}}
		{tie: {livesIn: {from: $(li), to: $(b3)}}}
		{change: {place: {id: $(station), version: 1, openingHours: [{weekdays: [8], from: "08:30", to: "17:30"}]}}}
		{change: {person: {id: $(li), version: 1, responder: {leaves: [{validFrom: "2026-03-01", validTo: "2026-03-01"}]}}}}
		{changeTie: {id: $(li LIVES_IN h5), version: 1, role: "guest"}}
		{end: {id: $(gone), version: 1, on: "2000-01-01"}}]`},
	{name: "a second home", changes: `[{tie: {livesIn: {from: $(li), to: $(h7)}}}]`},
	{name: "a tie to what does not exist", changes: `[{tie: {livesIn: {from: $(ann), to: "household_aaaaaaaaaaaaaaaaaaaaaaaa"}}}]`},
	{name: "natural keys that others have", changes: `[{create: {unit: {code: "U-2", name: "another school"}}}]`},
	{name: "a door that there is", changes: `[{create: {household: {key: "again", number: "101"}}} {tie: {partOf: {from: "again", to: $(e1)}}}]`},
	{name: "points and boundaries in their datum", changes: `[
		{change: {building: {id: $(barn), version: 1, floors: 2, point: {latitude: 45.35, longitude: 131.02, datum: GCJ02}}}}
		{change: {building: {id: $(shed), version: 1, point: {latitude: 45.35, longitude: 131.02, datum: BD09}}}}
		{change: {division: {id: $(village), version: 1, boundary: {datum: CGCS2000, geoJSON: "{\"type\":\"Polygon\",\"coordinates\":[[[131,45],[131.1,45],[131.1,45.1],[131,45]]]}"},
			formerCodes: [{scheme: "stat-12", code: "230306200299", validTo: "2010-01-01"}]}}}]`},
	{name: "structures", changes: `[
		{change: {place: {id: $(station), version: 1, openingHours: [{weekdays: [6, 7], from: "09:00", to: "24:00", seasonFrom: "05-01", seasonTo: "09-30"}]}}}
		{create: {person: {key: "unwelcome", name: "谢绝"}}}
		{change: {household: {id: $[home], version: 1, refusals: [{person: "unwelcome"}], careFlags: null}}}
		{tie: {onDutyAt: {from: "unwelcome", to: $(station), role: "night", hours: [{weekday: 1, from: "20:00", to: "24:00"}], startsAt: "2026-05-01T20:00:00+08:00"}}}]`},
	{name: "a tie changes, its ends do not", changes: `[
		{changeTie: {id: $(li CONTACT_OF h6), version: 1, kinship: "uncle", rank: 3, consent: false}}
		{changeTie: {id: $(zhou WORKS_AT property), version: 1, post: "guard", site: $(b3), validFrom: "2020-01-01"}}]`},
	{name: "ends", changes: `[
		{endTie: {id: $(ann CONTACT_OF h1), version: 1, on: "2026-05-01"}}
		{end: {id: $(booth), version: 1, on: "2026-05-01"}}]`},
	{name: "a node whose ties have not ended stays", changes: `[{delete: {id: $[unwelcome], version: 1}}]`},
	{name: "created and deleted within one edit", changes: `[
		{create: {team: {key: "short", name: "一日队"}}} {change: {team: {id: "short", version: 1, temporary: true}}} {delete: {id: "short", version: 2}}]`},
	{name: "a mistake is deleted", changes: `[
		{deleteTie: {id: $(ann CONTACT_OF h1), version: 2}} {deleteTie: {id: $(booth LOCATED_IN twin), version: 1}} {delete: {id: $(booth), version: 2}}]`},
	{name: "an edit with an id", batch: "b-1", changes: `[{create: {team: {key: "team", name: "巡逻队"}}} {tie: {serves: {from: "team", to: $(village)}}}]`},
	{name: "the same again", batch: "b-1", changes: `[{create: {team: {key: "team", name: "巡逻队"}}} {tie: {serves: {from: "team", to: $(village)}}}]`},
	{name: "another edit of the same id", batch: "b-1", changes: `[{create: {team: {name: "夜巡队"}}}]`},
	{name: "what an edit would do", dry: true, changes: `[{create: {team: {key: "t", name: "试"}}} {change: {person: {id: $(qiu), version: 1, phone: "1"}}}]`},
	{name: "what is wrong with an edit", dry: true, changes: `[{change: {person: {id: $(qiu), version: 2, phone: "1"}}}]`},
	{name: "nothing to change", changes: `[]`},
}

func (e *edge) edit(t testing.TB, s editStep) answer {
	t.Helper()
	batch := ""
	if s.batch != "" {
		batch = fmt.Sprintf(", batchId: %q", s.batch)
	}
	if s.dry {
		batch += ", dryRun: true"
	}
	return e.data(t, "mutation { edit(changes: "+named(s.changes)+batch+") "+shownEdit+" }", nil)
}

// keyed is what an edit made, by the key that it gave; $[key] stands for its id in later steps.
type keyed map[string]string

func (k keyed) put(t *testing.T, a answer) {
	t.Helper()
	var d struct {
		Edit struct{ Results []struct{ ID, Key string } }
	}
	if err := json.Unmarshal(a.Data, &d); err != nil {
		t.Fatal(err)
	}
	for _, r := range d.Edit.Results {
		if r.Key != "" {
			k[r.Key] = r.ID
		}
		k["last"] = r.ID
	}
}

func (k keyed) in(text string) string {
	for key, id := range k {
		text = strings.ReplaceAll(text, "$["+key+"]", strconv.Quote(id))
	}
	return text
}

// TestEditsGiveTheSamePayloadsOnEveryEngine makes the edits of a table one after another and compares their payloads,
// problems and all, with the golden ones.
func TestEditsGiveTheSamePayloadsOnEveryEngine(t *testing.T) {
	golden := filepath.Join("testdata", "edits.json")
	engines(t, graphData{t.Name(), fillFixture}, func(t *testing.T, e *edge) {
		var told []any
		made, ids := keyed{}, &newIDs{names: map[string]string{}}
		for _, s := range editSteps {
			s.changes = made.in(s.changes)
			a := e.edit(t, s)
			made.put(t, a)
			var data struct{ Edit any }
			if err := json.Unmarshal([]byte(ids.normal(unnamed(string(a.Data)))), &data); err != nil {
				t.Fatal(err)
			}
			told = append(told, map[string]any{"0 edit": s.name, "calls": a.Extensions.Cost.StoreCalls, "payload": shorter(data.Edit)})
		}
		got, err := json.MarshalIndent(told, "", "  ")
		if err != nil {
			t.Fatal(err)
		}
		if *update && strings.Contains(t.Name(), "oracle") {
			if err := os.WriteFile(golden, append(got, '\n'), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(golden)
		if err != nil || !bytes.Equal(bytes.TrimSpace(want), got) {
			t.Errorf("%v: %s", err, firstDifference(string(got), string(want)))
		}
	})
}

// firstDifference is the first line in which two texts differ, with the lines before it.
func firstDifference(got, want string) string {
	g, w := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range g {
		if i >= len(w) || g[i] != w[i] {
			return fmt.Sprintf("line %d\n%s\n  want: %s", i+1, strings.Join(g[max(0, i-12):i+1], "\n"), w[min(i, len(w)-1)])
		}
	}
	return "the golden is longer"
}

// shorter leaves out what is null, empty, false or 0, so that goldens can be read.
func shorter(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for k, x := range v {
			if x = shorter(x); x == nil {
				delete(v, k)
			} else {
				v[k] = x
			}
		}
		if len(v) == 0 {
			return nil
		}
	case []any:
		for i := range v {
			v[i] = shorter(v[i])
		}
		if len(v) == 0 {
			return nil
		}
	case bool:
		if !v {
			return nil
		}
	case float64:
		if v == 0 {
			return nil
		}
	}
	return v
}

// newIDs gives ids that were made at random names, in the order of their appearance.
type newIDs struct{ names map[string]string }

var anID = regexp.MustCompile(`\b([a-zA-Z]+)_[a-z2-7]{24}\b`)

func (n *newIDs) normal(text string) string {
	return anID.ReplaceAllStringFunc(text, func(id string) string {
		if n.names[id] == "" {
			kind, _, _ := strings.Cut(id, "_")
			n.names[id] = fmt.Sprintf("$%s%d", kind, len(n.names)+1)
		}
		return n.names[id]
	})
}
