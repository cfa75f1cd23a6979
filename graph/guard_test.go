package graph_test

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"lintu/graph"
	"lintu/graph/limits"
	"lintu/graph/trusted"
)

const newMedia = "application/graphql-response+json"

func TestADocumentThatExceedsALimitIsToldWhichAndByHowMuch(t *testing.T) {
	o := options(t)
	o.Limits = &limits.Limits{
		Document: limits.Document{Tokens: 100, Depth: 4, Aliases: 2, Roots: 2, Directives: 2},
		Cost:     50, AnalystCost: 100, Nodes: 60,
	}
	analyst := true
	o.Viewer = func(context.Context) limits.Viewer { return limits.Viewer{Analyst: analyst} }
	h := graph.New(o)
	for _, c := range []struct {
		text, limit    string
		asked, allowed float64
		analyst        bool
	}{
		{"{ " + strings.Repeat("people { totalCount } ", 30) + "}", "tokens", 101, 100, true},
		{"{ people { nodes { livesIn { nodes { residents { nodes { livesIn { totalCount } } } } } } } }", "depth", 5, 4, true},
		{"{ a: __typename b: __typename c: __typename }", "aliases", 3, 2, true},
		{"{ __typename people { totalCount } units { totalCount } }", "root-fields", 3, 2, true},
		{"{ __typename @skip(if: false) @include(if: true) people @skip(if: false) { totalCount } }", "directives", 3, 2, true},
		{"{ people(first: 61) { nodes { id } } }", "nodes", 61, 60, true},
		{"{ people(first: 50) { edges { cursor node { id } } } }", "analyst-cost", 101, 100, true},
		{"{ people(first: 50) { nodes { id } } }", "cost", 51, 50, false},
	} {
		analyst = c.analyst
		for range 2 { // the second time the document may be known
			r := send(t, h, "POST", "/graphql", query(c.text), "Accept", newMedia)
			if r.status != http.StatusBadRequest || r.code() != "LIMIT_EXCEEDED" || r.Data != nil {
				t.Fatalf("%s: %d %s", c.text, r.status, r.text)
			}
			e := r.Errors[0]
			if e.Extensions["limit"] != c.limit || e.Extensions["asked"] != c.asked || e.Extensions["allowed"] != c.allowed || !strings.HasSuffix(e.Message, fmt.Sprintf(": %g; allowed: at most %g", c.asked, c.allowed)) {
				t.Errorf("%s: %+v", c.text, e)
			}
		}
	}
	analyst = true
	if r := send(t, h, "POST", "/graphql", query("{ people(first: 50) { nodes { id } } }")); r.code() != "" {
		t.Errorf("an analyst: %s", r.text)
	}
}

func TestAViewerWhoAsksTooOftenIsToldWhenToComeBack(t *testing.T) {
	o := options(t)
	l := limits.Default()
	l.Rate, l.Burst, l.Cost = 1, 4, 10000
	o.Limits = &l
	viewer := limits.Viewer{Key: "one"}
	o.Viewer = func(context.Context) limits.Viewer { return viewer }
	h := graph.New(o)
	ask := func(text string, headers ...string) *reply {
		t.Helper()
		return send(t, h, "POST", "/graphql", query(text), headers...)
	}
	for _, text := range []string{counting, "{ nothing }", counting, counting} { // what is refused counts, too
		ask(text)
	}
	for _, accept := range []string{newMedia, "application/json", "text/event-stream, application/json"} {
		r := ask(counting, "Accept", accept)
		after, err := strconv.Atoi(r.header.Get("Retry-After"))
		if r.status != http.StatusTooManyRequests || r.code() != "LIMIT_EXCEEDED" || r.Errors[0].Extensions["limit"] != "rate" || err != nil || after != 1 {
			t.Errorf("%s: %d, %v, %s", accept, r.status, r.header, r.text)
		}
	}
	viewer.Key = "two"
	if r := ask("{ people(first: 200) { nodes { livesIn { nodes { id } } belongsTo(first: 7) { nodes { id } } } } }"); r.code() != "" { // counts as three
		t.Errorf("another viewer: %s", r.text)
	}
	if r := ask(counting); r.code() != "" {
		t.Errorf("a fourth: %s", r.text)
	}
	if r := ask(counting); r.status != http.StatusTooManyRequests {
		t.Errorf("a fifth: %d %s", r.status, r.text)
	}
	c := greeted(t, served(t, o))
	for range 5 {
		viewer.Key = "three"
		c.ask("1", counting)
		_, text, err := c.conn.Read(c.ctx)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(text), `"type":"error"`) {
			if !strings.Contains(string(text), `"limit":"rate"`) {
				t.Errorf("refused with %s", text)
			}
			return
		}
		c.hear("complete", "1")
	}
	t.Error("on a socket nobody counts")
}

func TestAServerThatIsFullSaysSo(t *testing.T) {
	o := options(t)
	l := limits.Default()
	l.Concurrency = 1
	o.Limits = &l
	held := newSlow(o.Sessions.Store)
	o.Sessions = sessions(held)
	s := served(t, o)
	c := greeted(t, s)
	c.ask("1", counting)
	wait(t, held.began, "the visit")
	r := send(t, s.Config.Handler, "POST", "/graphql", query(counting)) // waits its turn in vain
	if r.status != http.StatusServiceUnavailable || r.code() != "LIMIT_EXCEEDED" || r.Errors[0].Extensions["limit"] != "concurrency" || r.header.Get("Retry-After") == "" {
		t.Errorf("%d, %v, %s", r.status, r.header, r.text)
	}
	c.say(`{"type":"complete","id":"1"}`)
	_ = wait(t, held.ended, "its end")
	if r := send(t, s.Config.Handler, "POST", "/graphql", query("{ __typename }")); r.code() != "" {
		t.Errorf("afterwards: %s", r.text)
	}
}

func TestPagesAreAsLargeAsTheSettingSays(t *testing.T) {
	o := options(t)
	o.Sessions.MaxPage = 30
	h := graph.New(o)
	for n, code := range map[int]string{30: "", 31: "BAD_USER_INPUT"} {
		if r := send(t, h, "POST", "/graphql", query(fmt.Sprintf("{ people(first: %d) { nodes { id } } }", n))); r.code() != code {
			t.Errorf("%d: %s", n, r.text)
		}
	}
}

func TestAServerWithoutIntrospectionDescribesNothing(t *testing.T) {
	o := options(t)
	o.Introspection = false
	h := graph.New(o)
	for _, text := range []string{
		"{ __schema { types { name } } }", `{ __type(name: "Person") { name } }`, "{ ...F } fragment F on Query { ... { __schema { types { name } } } }",
	} {
		if r := send(t, h, "POST", "/graphql", query(text)); r.code() != "BAD_USER_INPUT" || r.Data != nil {
			t.Errorf("%s: %s", text, r.text)
		}
	}
	if r := send(t, h, "POST", "/graphql", query("{ person_ { __typename } }")); strings.Contains(r.text, `"person"`) || strings.Contains(r.text, "Did you mean") {
		t.Errorf("it suggests a name: %s", r.text)
	}
	if r := send(t, h, "POST", "/graphql", query("{ __typename people { __typename } }")); r.code() != "" {
		t.Errorf("names of types: %s", r.text)
	}
}

func TestDocumentsAreNamedByIDAndByHash(t *testing.T) {
	o := options(t)
	m, err := graph.ReadManifest([]byte(`{"counting":"` + counting + `"}`))
	if err != nil {
		t.Fatal(err)
	}
	o.Documents = trusted.New(trusted.Options{Mode: trusted.Only, Manifest: m, Keep: 10})
	h := graph.New(o)
	hash := trusted.Hash(counting)
	for body, code := range map[string]string{
		`{"documentId":"counting"}`:                                                   "",
		`{"documentId":"sha256:` + hash + `"}`:                                        "",
		`{"extensions":{"persistedQuery":{"version":1,"sha256Hash":"` + hash + `"}}}`: "",
		query(counting):           "",
		query(naming):             "PERSISTED_QUERY_REQUIRED",
		`{"documentId":"naming"}`: "PERSISTED_QUERY_NOT_FOUND",
		`{"extensions":{"persistedQuery":{"version":1,"sha256Hash":"` + trusted.Hash(naming) + `"}}}`:          "PERSISTED_QUERY_NOT_FOUND",
		`{"query":"` + naming + `","extensions":{"persistedQuery":{"version":1,"sha256Hash":"` + hash + `"}}}`: "BAD_USER_INPUT",
		query("{ __schema { types { name } } }"):                                                               "PERSISTED_QUERY_REQUIRED",
	} {
		r := send(t, h, "POST", "/graphql", body, "Accept", newMedia)
		if r.code() != code || (r.status == 200) != (code == "") {
			t.Errorf("%s: %d %s, want %q", body, r.status, r.text, code)
		}
	}
	if r := send(t, h, "GET", "/graphql?documentId=counting", ""); r.code() != "" {
		t.Errorf("by GET: %s", r.text)
	}
	c := greeted(t, served(t, o))
	c.say(`{"id":"1","type":"subscribe","payload":{"documentId":"counting"}}`)
	c.hear("next", "1")
	c.hear("complete", "1")
	c.ask("2", naming)
	if got := c.hear("error", "2"); !strings.Contains(got, "PERSISTED_QUERY_REQUIRED") {
		t.Errorf("on a socket: %s", got)
	}
}

func TestAManifestThatTheSchemaCannotAnswerIsRefused(t *testing.T) {
	for raw, says := range map[string]string{
		`{"good":"{ people { totalCount } }","old":"{ humans { totalCount } }"}`: `the document "old" of the manifest: `,
		`{"broken":"{ people {"}`: `the document "broken" of the manifest: `,
		`{}`:                      "no document",
	} {
		if _, err := graph.ReadManifest([]byte(raw)); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v", raw, err)
		}
	}
}

func TestAnAnswerTellsSoManyErrorsOfSuchALength(t *testing.T) {
	h := graph.New(options(t))
	var b strings.Builder
	for i := range 100 {
		fmt.Fprintf(&b, " f%d", i)
	}
	r := send(t, h, "POST", "/graphql", query("{ people {"+b.String()+" } }"))
	if len(r.Errors) != 20 {
		t.Errorf("%d errors", len(r.Errors))
	}
	r = send(t, h, "POST", "/graphql", query(`{ people(first: "`+strings.Repeat("邻", 5000)+`") { totalCount } }`))
	if r.code() != "BAD_USER_INPUT" || len([]rune(r.Errors[0].Message)) > 501 {
		t.Errorf("%d letters: %s", len([]rune(r.Errors[0].Message)), r.text)
	}
}
