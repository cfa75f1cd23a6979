package acceptance

import (
	"fmt"
	"strings"
	"testing"

	"lintu/kg"
	"lintu/store"
	"lintu/store/storetest"
	"lintu/trust"
)

// as makes the edge's viewer one with a role, a record of their own, and some areas or everything.
func (e *edge) as(role trust.Role, person string, areas ...string) {
	v := trust.Viewer{Name: "key:" + string(role), Roles: []trust.Role{role}, Purpose: trust.RightsAnswer, Scope: store.Scope{All: len(areas) == 0, Areas: fixture.IDs(areas...)}}
	if role == trust.Operator {
		v.Purpose = trust.Operation
	}
	if person != "" {
		v.Person = fixture.ID(person)
	}
	e.viewer = v
}

// code is the code of an operation's one error, "" for none.
func (e *edge) code(t *testing.T, query string) string {
	t.Helper()
	a := e.ask(t, named(query), nil)
	if len(a.Errors) == 0 {
		return ""
	}
	return fmt.Sprint(a.Errors[0].Extensions["code"])
}

// A responder who serves no area asks for themselves and for nobody else.
func TestPeopleAskAboutThemselvesAndNobodyElse(t *testing.T) {
	engines(t, graphData{t.Name(), fillFixture}, func(t *testing.T, e *edge) {
		e.as(trust.Responder, "zeng")
		e.viewer.Scope = store.Scope{}
		mine := string(e.data(t, `{ myData { person on fields { field value class en zh } consents { purpose validFrom given { how } } ties { relation title fields { field value } } alerts { alert } rings { ring } } }`, nil).Data)
		for _, want := range []string{string(fixture.ID("zeng")), "曾国强", `"relation":"CONTACT_OF"`, `{"field":"kinship","value":"nephew"}`, `"purpose":"respond","validFrom":"2025-01-01","given":null`} {
			if !strings.Contains(mine, want) {
				t.Errorf("my data has no %s: %s", want, mine)
			}
		}
		if strings.Contains(mine, "王秀兰") {
			t.Errorf("my data names others: %s", mine)
		}
		for query, want := range map[string]string{
			`{ myData(person: $(li)) { person } }`:                                                                                   "FORBIDDEN",
			`{ corrections { person { id } } }`:                                                                                      "FORBIDDEN",
			`mutation { erase(id: $(li), reason: ASKED) { id } }`:                                                                    "FORBIDDEN",
			`mutation { decideCorrection(input: {person: $(zeng), number: 1, accept: true}) { person { id } } }`:                     "FORBIDDEN",
			`mutation { withdrawConsent(input: {person: $(li), purpose: "respond", how: PAPER}) { person { id } } }`:                 "FORBIDDEN",
			`mutation { giveConsent(input: {purpose: "newsletter", how: PAPER}) { person { id } } }`:                                 "BAD_USER_INPUT",
			`mutation { correct(input: {field: "consents", value: "[]"}) { person { id } } }`:                                        "BAD_USER_INPUT",
			`mutation { withdrawConsent(input: {purpose: "be-contact", about: $(h1), how: ONLINE}) { consents { withdrawn } } }`:     "",
			`mutation { giveConsent(input: {purpose: "be-contact", about: $(h1), how: ONLINE, reference: "页面"}) { person { id } } }`: "",
			`mutation { correct(input: {field: "phone", value: "000-1"}) { correction { state } } }`:                                 "",
		} {
			if got := e.code(t, query); got != want {
				t.Errorf("%s: %q, want %q", query, got, want)
			}
		}
		e.as(trust.GridWorker, "")
		if got := e.code(t, `{ myData { person } }`); got != "BAD_USER_INPUT" {
			t.Errorf("who has no record: %q", got)
		}
		e.as(trust.Analyst, "zeng")
		if got := e.code(t, `{ myData { person } }`); got != "FORBIDDEN" {
			t.Errorf("whose role has no rights of their own: %q", got)
		}
	})
}

// An administrator records, decides and erases in the areas served, and nowhere else.
func TestAnAdministratorDecidesAndErasesInTheAreasServed(t *testing.T) {
	engines(t, graphData{t.Name(), fillFixture}, func(t *testing.T, e *edge) {
		e.as(trust.Responder, "wang1")
		e.data(t, `mutation { correct(input: {note: "门牌不对"}) { correction { number } } }`, nil)
		e.data(t, `mutation { correct(input: {field: "phone", value: "000-42"}) { correction { number } } }`, nil)
		e.as(trust.Admin, "", "grid3")
		e.viewer.Purpose = ""
		for _, query := range []string{
			`{ myData(person: $(wang1)) { fields { value } } }`, `{ corrections { corrections { value } } }`,
			`mutation { decideCorrection(input: {person: $(wang1), number: 2, accept: true}) { correction { value } } }`,
			`mutation { giveConsent(input: {person: $(wang1), purpose: "respond", how: PAPER}) { consents { purpose } } }`,
		} {
			if got := e.code(t, query); got != "FORBIDDEN" {
				t.Errorf("without a purpose: %s: %q", query, got)
			}
		}
		e.as(trust.Admin, "", "village")
		if got := string(e.data(t, `{ corrections { person { id } } }`, nil).Data); got != `{"corrections":[]}` {
			t.Errorf("of another area: %s", got)
		}
		if got := e.code(t, `mutation { decideCorrection(input: {person: $(wang1), number: 2, accept: true}) { person { id } } }`); got != "NOT_FOUND" {
			t.Errorf("a decision in another area: %q", got)
		}
		if got := e.code(t, `mutation { erase(id: $(wang1), reason: ASKED) { id } }`); got != "NOT_FOUND" {
			t.Errorf("an erasure in another area: %q", got)
		}
		e.as(trust.Admin, "", "grid3")
		if got := string(e.data(t, `{ corrections { person { title } corrections { number field value note state askedBy } } }`, nil).Data); !strings.Contains(got,
			`{"person":{"title":"王秀兰"},"corrections":[{"number":1,"field":"","value":"","note":"门牌不对","state":"OPEN","askedBy":"key:responder"},{"number":2,"field":"phone","value":"000-42"`) {
			t.Errorf("waiting are %s", got)
		}
		got := string(e.data(t, named(`mutation { decideCorrection(input: {person: $(wang1), number: 2, accept: true}) { person { phone correction } correction { state decidedBy } } }`), nil).Data)
		if got != `{"decideCorrection":{"person":{"phone":"000-42","correction":"OPEN"},"correction":{"state":"ACCEPTED","decidedBy":"key:admin"}}}` {
			t.Errorf("decided: %s", got)
		}
		if got := e.code(t, `mutation { erase(id: $(h1), reason: MISTAKEN) { id } }`); got != "CONFLICT" {
			t.Errorf("while a ring is open: %q", got)
		}
		got = string(e.data(t, named(`mutation { erase(id: $(wang1), reason: ASKED) { id on already rings alerts } }`), nil).Data)
		if want := fmt.Sprintf(`{"erase":{"id":%q,"on":%q,"already":false,"rings":0,"alerts":0}}`, fixture.ID("wang1"), storetest.Today); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
		e.as(trust.Operator, "")
		got = string(e.data(t, named(`{ person(id: $(wang1)) { title name phone erased livesIn { totalCount } } search(text: "000-42") { totalCount } }`), nil).Data)
		if got != fmt.Sprintf(`{"person":{"title":%q,"name":null,"phone":null,"erased":%q,"livesIn":{"totalCount":0}},"search":{"totalCount":0}}`, kg.ErasedTitle, storetest.Today) {
			t.Errorf("what remains is %s", got)
		}
		if made := e.change(t, `{tie: {livesIn: {from: $(wang1), to: $(h1)}}}`, nil); made.Applied {
			t.Errorf("a tombstone moves: %+v", made)
		}
	})
}
