package acceptance

import (
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"
	"time"

	"lintu/internal/httpapi"
)

// attack is a request that is made to take much, or to learn what is nobody's business.
type attack struct {
	name         string
	method, path string // POST /graphql where empty
	media        string // application/json where empty
	body         string
	headers      []string
	status       int
	code         string // of the first error; empty: answered
	limit        string // that it exceeds
	never        string // what the answer must not say
}

const mostOfAnAnswer = 64 << 10

func documentBody(text string) string { return string(mustJSON(map[string]string{"query": text})) }

func repeated(n int, format string) string {
	var b strings.Builder
	for i := range n {
		if strings.Contains(format, "%") {
			fmt.Fprintf(&b, format, i)
		} else {
			b.WriteString(format)
		}
	}
	return b.String()
}

// doubled are n fragments that each spread the next twice.
func doubled(n int, head, format, last string) string {
	var b strings.Builder
	b.WriteString(head)
	for i := range n {
		fmt.Fprintf(&b, " fragment F%d on PartyOrg { "+format+" }", i, i+1, i+1)
	}
	fmt.Fprintf(&b, " fragment F%d on PartyOrg { %s }", n, last)
	return b.String()
}

// cop are the fourteen checks of graphql-cop. What a switch decides (the page, introspection, suggestions) is asked of a
// server where it is off.
var cop = []attack{
	{name: "alias overloading", body: documentBody("query cop {" + repeated(101, " alias%d: __typename") + " }"), status: 200, code: "LIMIT_EXCEEDED", limit: "aliases"},
	{name: "array-based batching", body: "[" + repeated(9, `{"query":"query cop { __typename }"},`) + `{"query":"query cop { __typename }"}]`, status: 400, code: "BAD_USER_INPUT"},
	{name: "directive overloading", body: documentBody("query cop { __typename " + repeated(10, "@aa") + " }"), status: 200, code: "BAD_USER_INPUT"},
	{name: "circular introspection", body: documentBody("query cop { __schema { types { fields { type { fields { type { fields { type { fields { name } } } } } } } } }"), status: 200, code: "BAD_USER_INPUT"},
	{name: "circular fragments", body: documentBody("query cop { ...A } fragment A on Query { ...B } fragment B on Query { ...A }"), status: 200, code: "BAD_USER_INPUT"},
	{name: "field duplication", body: documentBody("query cop {" + repeated(500, " __typename") + " }"), status: 200, code: "LIMIT_EXCEEDED", limit: "root-fields"},
	{name: "field suggestions", body: documentBody("query cop { __schema { directive } }"), status: 200, code: "BAD_USER_INPUT", never: "Did you mean"},
	{name: "introspection", body: documentBody("query cop { __schema { types { name fields { name } } } }"), status: 200, code: "BAD_USER_INPUT", never: "Household"},
	{name: "GraphiQL", method: "GET", path: "/playground", status: 404},
	{name: "tracing", body: documentBody("query cop { __typename }"), status: 200, never: "tracing"},
	{name: "a query by GET from another site", method: "GET", path: "/graphql?query=%7B__typename%7D", headers: []string{"Sec-Fetch-Site", "cross-site"}, status: 403, code: "FORBIDDEN"},
	{name: "a mutation by GET", method: "GET", path: "/graphql?query=mutation%7Bedit(changes%3A%5B%5D)%7Brevision%7D%7D", status: 405, code: "BAD_USER_INPUT"},
	{name: "a form", media: "application/x-www-form-urlencoded", body: "query=query+cop+%7B__typename%7D", status: 415, code: "BAD_USER_INPUT"},
	{name: "an error that is not handled", body: documentBody("qwerty cop { abc }"), status: 200, code: "BAD_USER_INPUT", never: "goroutine"},
}

// amplifiers are what took seconds and megabytes of a server without limits.
var amplifiers = []attack{
	{name: "20,000 aliases", body: documentBody("{" + repeated(20000, "a%d:__typename ") + "}"), status: 413, code: "LIMIT_EXCEEDED"},
	{name: "as many as a body holds", body: documentBody("{" + repeated(12000, "a%d:__typename ") + "}"), status: 200, code: "LIMIT_EXCEEDED", limit: "tokens"},
	{name: "200 aliases of a large list", body: documentBody("{" + repeated(200, "a%d:people{nodes{id}} ") + "}"), status: 200, code: "LIMIT_EXCEEDED", limit: "tokens"},
	{name: "30 aliases of large lists", body: documentBody("{ divisions { nodes {" + repeated(30, "a%d:children(first:200){nodes{id}} ") + "} } }"), status: 200, code: "LIMIT_EXCEEDED", limit: "nodes"},
	{name: "5,000 times the same field", body: documentBody("{ people { nodes {" + repeated(5000, " title") + " } } }"), status: 200, code: "LIMIT_EXCEEDED", limit: "tokens"},
	{name: "as often as tokens allow", body: documentBody("{ people(first:1) { nodes {" + repeated(980, " id") + " } } }"), status: 200, code: "LIMIT_EXCEEDED", limit: "repeats"},
	{name: "as often as nobody minds", body: documentBody("{ people(first:1) { nodes {" + repeated(300, " id") + " } } }"), status: 200},
	{name: "the same object field as often as tokens allow", body: documentBody("{ people(first:1) { nodes {" + repeated(139, " livesIn{nodes{id}}") + " } } }"), status: 200},
	{name: "a page of a million", body: documentBody("{ people(first: 1000000) { nodes { id } } }"), status: 200, code: "BAD_USER_INPUT"},
	{name: "pages below pages", body: documentBody("{ divisions(first:200) { nodes { pairedUnits(first:200) { nodes { staff(first:200) { nodes { id } } } } } } }"), status: 200, code: "LIMIT_EXCEEDED", limit: "nodes"},
	{name: "the schema described again and again", body: documentBody("{" + repeated(10, " a%d:__schema{types{name}}") + " }"), status: 200, code: "BAD_USER_INPUT", never: "Household"},
	{name: "wrong directives", body: documentBody("{ __typename " + repeated(490, "@aa") + " }"), status: 200, code: "LIMIT_EXCEEDED", limit: "directives"},
	{name: "wrong fields", body: documentBody("{ people { nodes {" + repeated(900, " f%d") + " } } }"), status: 200, code: "BAD_USER_INPUT"},
	{name: "unknown fragments", body: documentBody("{ people { nodes {" + repeated(450, " ...F%d") + " } } }"), status: 200, code: "LIMIT_EXCEEDED", limit: "repeats"},
	{name: "some unknown fragments", body: documentBody("{ people { nodes {" + repeated(200, " ...F%d") + " } } }"), status: 200, code: "BAD_USER_INPUT"},
	{name: "24 fragments that spread the next twice", body: documentBody(doubled(24, "{ partyOrgs { nodes { ...F0 } } }", "...F%d ...F%d", "id")), status: 200},
	{name: "24 of them that ask twice", body: documentBody(doubled(24, "{ partyOrgs { nodes { ...F0 } } }", "x: childOrgs(first: 1) { nodes { ...F%d } } y: childOrgs(first: 1) { nodes { ...F%d } }", "id")), status: 200, code: "LIMIT_EXCEEDED"},
	{name: "a name of 100,000 letters", body: documentBody("{ " + repeated(100000, "x") + " }"), status: 200, code: "LIMIT_EXCEEDED", limit: "name"},
	{name: "a text of 100,000 letters", body: documentBody(`{ search(text: "` + repeated(100000, "x") + `") { totalCount } }`), status: 200, code: "BAD_USER_INPUT"},
	{name: "a number of 100,000 digits", body: documentBody("{ people(first: " + repeated(100000, "9") + ") { totalCount } }"), status: 200, code: "BAD_USER_INPUT"},
	{name: "a comment of 200,000 letters", body: documentBody("# " + repeated(200000, "x") + "\n{ __typename }"), status: 200},
	{name: "lists in lists", body: documentBody("{ nodes(ids: " + repeated(490, "[") + repeated(490, "]") + ") { id } }"), status: 200, code: "BAD_USER_INPUT"},
	{name: "fields below fields", body: documentBody("{ " + repeated(300, "division { ") + "id" + repeated(300, " }") + " }"), status: 200, code: "LIMIT_EXCEEDED", limit: "depth"},
	{name: "conditions below conditions", body: string(mustJSON(map[string]any{"query": "query($w: PersonWhere) { people(where: $w) { totalCount } }", "variables": map[string]any{"w": nested(2000, map[string]any{"retired": true})}})), status: 200, code: "BAD_USER_INPUT"},
	{name: "as many conditions as a body holds", body: string(mustJSON(map[string]any{"query": "query($w: PersonWhere) { people(where: $w) { totalCount } }", "variables": map[string]any{"w": wide(100, 100)}})), status: 200, code: "BAD_USER_INPUT"},
	{name: "as many as are allowed", body: string(mustJSON(map[string]any{"query": "query($w: PersonWhere) { people(where: $w) { totalCount } }", "variables": map[string]any{"w": wide(1, 190)}})), status: 200},
	{name: "JSON below JSON", body: `{"query":"{ __typename }","variables":` + repeated(20000, `{"a":`) + "1" + repeated(20000, "}") + "}", status: 400, code: "BAD_USER_INPUT"},
	{name: "brackets that are not closed", body: `{"query":` + repeated(200000, "["), status: 400, code: "BAD_USER_INPUT"},
}

// nested is a condition inside so many others.
func nested(n int, w any) any {
	for range n {
		w = map[string]any{"not": w}
	}
	return w
}

// wide are so many conditions beside each other, any of so many each.
func wide(n, m int) any {
	either := map[string]any{"or": alike(m, map[string]any{"name": map[string]any{"eq": "x"}})}
	return map[string]any{"and": alike(n, either)}
}

// bare is a server without page and without introspection.
func bare(t *testing.T, e *edge) http.Handler {
	t.Helper()
	s, err := httpapi.New(httpapi.Options{GraphQL: newEdgeWith(t, e.store, nil, false).handler, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	return s.Handler()
}

func (a attack) request(t testing.TB) *http.Request {
	t.Helper()
	method, path, media := "POST", "/graphql", "application/json"
	if a.method != "" {
		method, path = a.method, a.path
	}
	if a.media != "" {
		media = a.media
	}
	req := httptest.NewRequestWithContext(t.Context(), method, "http://localhost"+path, strings.NewReader(a.body))
	if method == "POST" {
		req.Header.Set("Content-Type", media)
	}
	for i := 0; i < len(a.headers); i += 2 {
		req.Header.Set(a.headers[i], a.headers[i+1])
	}
	return req
}

func TestAttacksAreAnsweredInAFewWords(t *testing.T) {
	engines(t, fixtureData, func(t *testing.T, e *edge) {
		server := bare(t, e)
		for _, a := range append(append([]attack{}, cop...), amplifiers...) {
			t.Run(a.name, func(t *testing.T) {
				rec := httptest.NewRecorder()
				began := time.Now()
				server.ServeHTTP(rec, a.request(t))
				t.Logf("%s, %d bytes", time.Since(began).Round(100*time.Microsecond), rec.Body.Len())
				if rec.Code != a.status {
					t.Errorf("status %d, want %d", rec.Code, a.status)
				}
				body := rec.Body.String()
				if len(body) > mostOfAnAnswer {
					t.Errorf("%d bytes", len(body))
				}
				if a.never != "" && strings.Contains(body, a.never) {
					t.Errorf("it says %s: %.300s", a.never, body)
				}
				if strings.Contains(rec.Header().Get("Content-Type"), "json") {
					a.judge(t, rec.Body.Bytes())
				}
			})
		}
	})
}

// judge compares the first error with what is expected.
func (a attack) judge(t *testing.T, body []byte) {
	t.Helper()
	got := decode(t, body)
	if a.code == "" {
		if len(got.Errors) > 0 || len(got.Data) == 0 {
			t.Errorf("answered %.300s", body)
		}
		return
	}
	if len(got.Errors) == 0 || got.Errors[0].Extensions["code"] != a.code || len(got.Data) > 0 && string(got.Data) != "null" {
		t.Fatalf("answered %.300s, want %s and no data", body, a.code)
	}
	if limit := got.Errors[0].Extensions["limit"]; a.limit != "" && limit != a.limit {
		t.Errorf("it exceeds %v, want %s", limit, a.limit)
	}
}

// TestAttacksLeaveNoMemoryBehind makes each attack many times, in other words each time, so that nothing is found in a cache.
func TestAttacksLeaveNoMemoryBehind(t *testing.T) {
	st := openOracle(t)
	fillFixture(t, st)
	server := bare(t, newEdge(t, st))
	round := func(n int) uint64 {
		for i := range n {
			for _, a := range append(append([]attack{}, cop...), amplifiers...) {
				a.body = strings.Replace(a.body, `"query":"`, fmt.Sprintf(`"query":"#%d\n`, i), 1)
				rec := httptest.NewRecorder()
				server.ServeHTTP(rec, a.request(t))
				_, _ = io.Copy(io.Discard, rec.Body)
			}
		}
		runtime.GC()
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	before := round(2)
	if after := round(5); after > before+4<<20 {
		t.Errorf("%d MB were in use, and after more attacks %d", before>>20, after>>20)
	}
}
