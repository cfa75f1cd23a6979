package httpapi

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"
)

func TestARequestThatABrowserSendsOnlyWhereItMayIsAnswered(t *testing.T) {
	s := newServer(t, Options{GraphQL: echo})
	for _, header := range []string{"Lintu-Require-Preflight", "Apollo-Require-Preflight", "X-Apollo-Operation-Name"} {
		if res := ask(s, "GET", "/graphql", "", "Origin", "https://proxy.example", "Sec-Fetch-Site", "cross-site", header, "1"); res.StatusCode != 200 {
			t.Errorf("%s: %d", header, res.StatusCode)
		}
		res := ask(s, "GET", "/graphql", "", "Origin", "https://proxy.example", header, "1", "Connection", "Upgrade", "Upgrade", "websocket")
		wantError(t, res, 403, "FORBIDDEN") // no browser asks before it opens a socket
		pre := ask(s, "OPTIONS", "/graphql", "", "Origin", "https://evil.example", "Access-Control-Request-Method", "POST", "Access-Control-Request-Headers", strings.ToLower(header))
		if pre.Header.Get("Access-Control-Allow-Origin") != "" {
			t.Errorf("%s: a page elsewhere may send it: %v", header, pre.Header)
		}
	}
}

func TestCallersAreCountedByTokenElseByAddress(t *testing.T) {
	var caller string
	note := http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { caller = Caller(r.Context()) })
	ask(newServer(t, Options{GraphQL: note}), "POST", "/graphql", "q")
	if caller != "address 192.0.2.1" {
		t.Errorf("without a token: %q", caller)
	}
	ask(newServer(t, Options{GraphQL: note, Token: token}), "POST", "/graphql", "q", "Authorization", "Bearer "+token)
	if !strings.HasPrefix(caller, "token ") || strings.Contains(caller, token[:8]) {
		t.Errorf("with it: %q", caller)
	}
	if Caller(context.Background()) != "" || Draining(context.Background()) != nil {
		t.Error("a caller outside of a request")
	}
}

func TestOnlyASocketMayShowTheTokenLater(t *testing.T) {
	var within context.Context
	s := newServer(t, Options{Token: token, GraphQL: http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { within = r.Context() }),
		Layers: echo})
	upgrade := []string{"Connection", "Upgrade", "Upgrade", "websocket"}
	if res := ask(s, "GET", "/graphql", "", upgrade...); res.StatusCode != 200 {
		t.Fatalf("a socket: %d", res.StatusCode)
	}
	anonymous := Caller(within)
	for _, given := range []string{"", "x", token + "x"} {
		if _, err := Login(within, given); err == nil {
			t.Errorf("%q is let in", given)
		}
	}
	in, err := Login(within, token)
	if err != nil || Caller(in) == anonymous || Draining(in) == nil {
		t.Errorf("the token: %v, %q", err, Caller(in))
	}
	ask(s, "GET", "/graphql", "", append(upgrade, "Authorization", "Bearer "+token)...)
	if _, err := Login(within, ""); err != nil {
		t.Errorf("shown in the header already: %v", err)
	}
	if _, err := Login(within, "x"); err == nil {
		t.Error("another one after that is let in")
	}
	wantError(t, ask(s, "GET", "/graphql", "", append(upgrade, "Authorization", "Bearer x")...), 401, "UNAUTHENTICATED")
	wantError(t, ask(s, "GET", "/map/buildings.json", "", upgrade...), 401, "UNAUTHENTICATED")
	wantError(t, ask(s, "GET", "/graphql", ""), 401, "UNAUTHENTICATED")
	if _, err := Login(context.Background(), ""); err != nil {
		t.Errorf("outside of a request: %v", err)
	}
}

func TestWhatLastsIsToldThatTheEndIsNearAndWaitedFor(t *testing.T) {
	began, left := make(chan struct{}), make(chan struct{})
	l := run(t, Options{Grace: 20 * time.Second, GraphQL: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		conn, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		close(began)
		<-Draining(r.Context())
		time.Sleep(50 * time.Millisecond) // a goodbye takes its time
		_ = conn.Close()
		close(left)
	})})
	l.raw(t, "GET /graphql HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n")
	<-began
	l.stop()
	if err := <-l.done; err != nil {
		t.Fatal(err)
	}
	select {
	case <-left:
	default:
		t.Error("the server ended before the socket had")
	}
}

func TestStreamsAreNotPacked(t *testing.T) {
	s := newServer(t, Options{GraphQL: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte(strings.Repeat("x", 5000)))
	})})
	for accept, packed := range map[string]bool{"application/json": true, "text/event-stream": false, "multipart/mixed, application/json": false} {
		res := ask(s, "POST", "/graphql", "q", "Accept", accept, "Accept-Encoding", "gzip")
		if got := res.Header.Get("Content-Encoding") == "gzip"; got != packed {
			t.Errorf("%s: packed %v", accept, got)
		}
	}
}
