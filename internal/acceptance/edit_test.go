package acceptance

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"
)

// editStep is one edit of a sequence: variables $(name) are ids of the fixture, $name of a step before.
type editStep struct {
	name    string
	changes string // the literal of the argument
	batch   string
}

// shownEdit is what golden files keep of an edit.
const shownEdit = `{
	applied repeated created changed ended deleted unchanged
	problems { __typename code message path change
		... on ConflictProblem { id expectedVersion currentVersion node { id title } }
		... on InvalidProblem { allowed }
		... on DuplicateProblem { node { id title } } }
	results { id key version
		node { id title ... on Person { name phone birthDate partyStatus careFlags { value validFrom validTo } responder { consents { purpose validFrom } leaves { reason validFrom validTo } weekly }
				livesIn { edges { validFrom validTo node { number } } } }
			... on Household { floor careFlags { value validFrom validTo } residents { totalCount } parent { title } }
			... on Building { point { latitude longitude } } }
		tie { id relation role scheme slot rank consent fullTime validFrom validTo source confidence from { id title } to { id title } reference { title } } } }`

func (e *edge) edit(t *testing.T, s editStep) answer {
	t.Helper()
	batch := ""
	if s.batch != "" {
		batch = fmt.Sprintf(", batchId: %q", s.batch)
	}
	return e.data(t, "mutation { edit(changes: "+named(s.changes)+batch+") "+shownEdit+" }", nil)
}

var editSteps = []editStep{
	{name: "a household with its people, created together", changes: `[
		{create: {household: {key: "home", number: "501", floor: 5, careFlags: [{value: ELDERLY_ALONE, validFrom: "2026-01-01"}]}}}
		{tie: {partOf: {from: "home", to: $(e2)}}}
		{create: {person: {key: "gran", name: "周桂英", sex: FEMALE, birthDate: "1945-06-01", careFlags: [{value: ELDERLY_ALONE}], phone: "000-1234"}}}
		{tie: {livesIn: {from: "gran", to: "home", validFrom: "2026-02-01"}}}
		{tie: {contactOf: {from: $(li), to: "home", kinship: "son", rank: 1, consent: true, source: "a visit", confidence: 0.9}}}
		{tie: {sitsOn: {from: "gran", to: $(joint), role: "member", onBehalfOf: $(school)}}}]`},
}

func TestEditsGiveTheSamePayloadsOnEveryEngine(t *testing.T) {
	golden := "testdata/edits.json"
	var first []byte
	engines(t, graphData{t.Name(), fillFixture}, func(t *testing.T, e *edge) {
		told := map[string]json.RawMessage{}
		ids := &newIDs{names: map[string]string{}}
		for i, s := range editSteps {
			told[fmt.Sprintf("%02d %s", i+1, s.name)] = json.RawMessage(ids.normal(unnamed(string(e.edit(t, s).Data))))
		}
		got, err := json.MarshalIndent(told, "", "  ")
		if err != nil {
			t.Fatal(err)
		}
		if *update && first == nil {
			if err := os.WriteFile(golden, append(got, '\n'), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		first = got
		want, err := os.ReadFile(golden)
		if err != nil || !bytes.Equal(bytes.TrimSpace(want), got) {
			t.Errorf("%v\n%s", err, got)
		}
	})
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
