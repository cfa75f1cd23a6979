package httpapi

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
)

func TestTheTokenGuardsTheDataAndNothingElse(t *testing.T) {
	page := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "page") })
	notReady := func(context.Context) Readiness { return Readiness{Reasons: []string{"inner"}, Engine: "neo4j"} }
	s := newServer(t, Options{GraphQL: echo, Playground: page, Ready: notReady, Who: asking()})
	for _, header := range []string{"", "Bearer", "Bearer ", "Bearer x", "Bearer " + token + "x", "Bearer " + token[1:], "Basic " + token, token} {
		res := ask(s, "POST", "/graphql", "q", "Authorization", header, "Host", "lintu.example.cn")
		message := wantError(t, res, 401, "UNAUTHENTICATED")
		if !strings.HasPrefix(res.Header.Get("WWW-Authenticate"), `Bearer realm="lintu"`) {
			t.Errorf("%q: WWW-Authenticate is %q", header, res.Header.Get("WWW-Authenticate"))
		}
		if invalid := strings.Contains(res.Header.Get("WWW-Authenticate"), "invalid_token"); invalid != (header != "") {
			t.Errorf("%q: WWW-Authenticate is %q", header, res.Header.Get("WWW-Authenticate"))
		}
		if strings.Contains(message, token[1:]) {
			t.Errorf("the message repeats the token: %q", message)
		}
		if res := ask(s, "GET", "/readyz", "", "Authorization", header); res.StatusCode != 503 || text(t, res) != `{"ready":false}`+"\n" {
			t.Errorf("%q: /readyz tells details", header)
		}
	}
	for _, header := range []string{"Bearer " + token, "bearer " + token, "Bearer  " + token} {
		if res := ask(s, "POST", "/graphql", "q", "Authorization", header, "Host", "lintu.example.cn"); res.StatusCode != 200 {
			t.Errorf("%q: %d", header, res.StatusCode)
		}
		if got := text(t, ask(s, "GET", "/readyz", "", "Authorization", header)); got != `{"ready":false,"reasons":["inner"],"engine":"neo4j"}`+"\n" {
			t.Errorf("%q: /readyz tells %s", header, got)
		}
	}
	for _, path := range []string{"/playground", "/healthz"} {
		if res := ask(s, "GET", path, "", "Host", "lintu.example.cn"); res.StatusCode != 200 {
			t.Errorf("%s without the token: %d", path, res.StatusCode)
		}
	}
}

func TestWithoutATokenOnlyLoopbackNamesAreAnswered(t *testing.T) {
	s := newServer(t, Options{GraphQL: echo, Ready: alwaysReady})
	for _, host := range []string{"localhost", "localhost:8080", "LocalHost:1", "127.0.0.1:8080", "127.0.0.1", "[::1]:8080", "[::1]", "127.1.2.3"} {
		if res := ask(s, "POST", "/graphql", "q", "Host", host); res.StatusCode != 200 {
			t.Errorf("%s: %d", host, res.StatusCode)
		}
	}
	for _, host := range []string{"", "evil.example", "evil.example:8080", "localhost.evil.example", "127.0.0.1.evil.example:80", "10.0.0.1:8080", "0.0.0.0:8080"} {
		for _, path := range []string{"/graphql", "/readyz", "/healthz", "/"} {
			wantError(t, ask(s, "GET", path, "", "Host", host), 403, "FORBIDDEN")
		}
	}
}

func TestPagesOfOtherOriginsAreRefused(t *testing.T) {
	s := newServer(t, Options{GraphQL: echo, CORSOrigins: []string{"https://desk.example.cn"}})
	for _, c := range []struct {
		method  string
		headers []string
		allowed bool
	}{
		{"POST", nil, true},
		{"POST", []string{"Sec-Fetch-Site", "same-origin"}, true},
		{"GET", []string{"Sec-Fetch-Site", "none"}, true},
		{"POST", []string{"Origin", "http://127.0.0.1:8080"}, true},
		{"POST", []string{"Origin", "https://desk.example.cn", "Sec-Fetch-Site", "cross-site"}, true},
		{"POST", []string{"Origin", "https://evil.example", "Sec-Fetch-Site", "cross-site"}, false},
		{"GET", []string{"Sec-Fetch-Site", "cross-site"}, false},
		{"POST", []string{"Origin", "http://127.0.0.1:9999", "Sec-Fetch-Site", "same-site"}, false},
		{"POST", []string{"Origin", "null"}, false},
		{"GET", []string{"Origin", "https://evil.example", "Connection", "Upgrade", "Upgrade", "websocket"}, false},
		{"GET", []string{"Origin", "http://127.0.0.1:8080", "Connection", "Upgrade", "Upgrade", "websocket"}, true},
	} {
		res := ask(s, c.method, "/graphql", "", c.headers...)
		if c.allowed && res.StatusCode != 200 {
			t.Errorf("%s %v: %d", c.method, c.headers, res.StatusCode)
		} else if !c.allowed {
			wantError(t, res, 403, "FORBIDDEN")
		}
	}
}

func TestCORSAnswersTheNamedOriginsOnly(t *testing.T) {
	const desk = "https://desk.example.cn"
	preflight := func(s *Server, origin string) *http.Response {
		return ask(s, "OPTIONS", "/graphql", "", "Origin", origin, "Access-Control-Request-Method", "POST",
			"Access-Control-Request-Headers", "authorization,content-type")
	}
	s := newServer(t, Options{GraphQL: echo, CORSOrigins: []string{desk}, Who: asking()})
	res := preflight(s, desk)
	if res.StatusCode != 204 || res.Header.Get("Access-Control-Allow-Origin") != desk || res.Header.Get("Access-Control-Allow-Credentials") != "" {
		t.Errorf("allowed preflight: %d %v", res.StatusCode, res.Header)
	}
	if res.Header.Get("Access-Control-Max-Age") != "600" || !strings.Contains(res.Header.Get("Access-Control-Allow-Headers"), "authorization") {
		t.Errorf("allowed preflight: %v", res.Header)
	}
	res = ask(s, "POST", "/graphql", "q", "Origin", desk)
	wantError(t, res, 401, "UNAUTHENTICATED") // and the page can read that it is
	if res.Header.Get("Access-Control-Allow-Origin") != desk {
		t.Errorf("the refusal has headers %v", res.Header)
	}
	if res := ask(s, "POST", "/graphql", "q", "Origin", desk, "Authorization", "Bearer "+token); res.StatusCode != 200 || res.Header.Get("Access-Control-Allow-Origin") != desk {
		t.Errorf("allowed call: %d %v", res.StatusCode, res.Header)
	}
	none := newServer(t, Options{GraphQL: echo})
	for _, res := range []*http.Response{
		preflight(s, "https://evil.example"), preflight(s, desk+".evil.example"), preflight(s, "null"), preflight(none, desk),
		ask(none, "POST", "/graphql", "q", "Origin", desk), ask(s, "GET", "/readyz", "", "Origin", desk),
	} {
		if got := res.Header.Get("Access-Control-Allow-Origin"); got != "" {
			t.Errorf("%d allows %q", res.StatusCode, got)
		}
	}
	if _, err := New(Options{CORSOrigins: []string{"desk.example.cn"}}); err == nil {
		t.Error("an origin without a scheme was taken")
	}
}
