package graph_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"lintu/graph"
	"lintu/loaders"
	"lintu/store/storetest"
)

func handler() http.Handler {
	return graph.New(graph.Options{
		Sessions: &loaders.Sessions{
			Store: storetest.NewOracle(storetest.Options{}), Zone: time.UTC, Now: func() time.Time { return time.Unix(1e9, 0) },
		},
		Timeout: time.Minute,
	})
}

func TestRequestsThatAreNotGraphQLAreToldSoInACodedError(t *testing.T) {
	for _, c := range []struct {
		name, method, media, accept, body string
		status                            int
		code                              string
	}{
		{"a question", "POST", "application/json", "", `{"query":"{ people { totalCount } }"}`, 200, ""},
		{"with a charset", "POST", "application/json; charset=utf-8", "", `{"query":"{ people { totalCount } }"}`, 200, ""},
		{"PUT", "PUT", "application/json", "", `{"query":"{ people { totalCount } }"}`, 405, "BAD_USER_INPUT"},
		{"GET of nothing", "GET", "", "", "", 400, "BAD_USER_INPUT"},
		{"a form", "POST", "application/x-www-form-urlencoded", "", "query=x", 415, "BAD_USER_INPUT"},
		{"no media type", "POST", "", "", `{"query":"{ people { totalCount } }"}`, 415, "BAD_USER_INPUT"},
		{"no JSON", "POST", "application/json", "", `{"query": "secret`, 400, "BAD_USER_INPUT"},
		{"a list of requests", "POST", "application/json", "", `[{"query":"secret"}]`, 400, "BAD_USER_INPUT"},
		{"two objects", "POST", "application/json", "", `{"query":"{ people { totalCount } }"} {"query":"secret"}`, 400, "BAD_USER_INPUT"},
		{"no query", "POST", "application/json", "", `{"variables":{}}`, 400, "BAD_USER_INPUT"},
		{"a wrong document, old clients", "POST", "application/json", "application/json", `{"query":"{ secret }"}`, 200, "BAD_USER_INPUT"},
		{"a wrong document, new clients", "POST", "application/json", "application/graphql-response+json", `{"query":"{ people }"}`, 400, "BAD_USER_INPUT"},
		{"a document of too many tokens", "POST", "application/json", "", `{"query":"{ people { ` + strings.Repeat("totalCount ", 3000) + ` } }"}`, 200, "LIMIT_EXCEEDED"},
	} {
		t.Run(c.name, func(t *testing.T) {
			req := httptest.NewRequestWithContext(t.Context(), c.method, "/graphql", strings.NewReader(c.body))
			req.Header.Set("Content-Type", c.media)
			req.Header.Set("Accept", c.accept)
			rec := httptest.NewRecorder()
			handler().ServeHTTP(rec, req)
			if rec.Code != c.status {
				t.Errorf("status %d, want %d", rec.Code, c.status)
			}
			var a struct {
				Errors []struct{ Extensions struct{ Code string } }
				Data   json.RawMessage
			}
			if err := json.Unmarshal(rec.Body.Bytes(), &a); err != nil {
				t.Fatalf("%v in %s", err, rec.Body)
			}
			if c.code == "" {
				if len(a.Errors) > 0 || a.Data == nil {
					t.Errorf("%s", rec.Body)
				}
				return
			}
			if len(a.Errors) == 0 || a.Errors[0].Extensions.Code != c.code || a.Data != nil {
				t.Errorf("%s, want code %s and no data", rec.Body, c.code)
			}
			if c.status == 400 && strings.Contains(c.body, "secret") && strings.Contains(rec.Body.String(), "secret") {
				t.Errorf("the body is echoed: %s", rec.Body)
			}
		})
	}
}
