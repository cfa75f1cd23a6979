package httpapi

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"lintu/kg"
	"lintu/trust"
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

func TestARequestIsAnsweredOnBehalfOfWhomTheDeskLetIn(t *testing.T) {
	var viewer trust.Viewer
	note := http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { viewer = trust.From(r.Context()) })
	ask(newServer(t, Options{GraphQL: note}), "POST", "/graphql", "q")
	if viewer.Name != "operator" || viewer.Purpose != trust.Operation {
		t.Errorf("where nobody is asked: %+v", viewer)
	}
	viewer = trust.Viewer{}
	s := newServer(t, Options{GraphQL: note, Who: asking()})
	ask(s, "POST", "/graphql", "q", "Authorization", "Bearer "+token)
	if !viewer.Has(trust.Operator) || viewer.Reason != "" {
		t.Errorf("with the token: %+v", viewer)
	}
	viewer = trust.Viewer{}
	wantError(t, ask(s, "POST", "/graphql", "q"), 401, "UNAUTHENTICATED")
	if viewer.Name != "" || Draining(context.Background()) != nil {
		t.Errorf("without it: %+v", viewer)
	}
}

func TestAPurposeIsStatedInHeadersAndABadOneIsRefused(t *testing.T) {
	var viewer trust.Viewer
	note := http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { viewer = trust.From(r.Context()) })
	s := newServer(t, Options{GraphQL: note, Who: asking()})
	state := func(purpose, reason string) *http.Response {
		viewer = trust.Viewer{}
		return ask(s, "POST", "/graphql", "q", "Authorization", "Bearer "+token, "X-Lintu-Purpose", purpose, "X-Lintu-Reason", reason)
	}
	for _, c := range []struct {
		purpose, reason, read string
	}{
		{"care-visit", "", ""}, {"break-glass", "%E9%97%A8%E5%86%85%E6%9C%89%E4%BA%BA%E5%91%BC%E6%95%91", "门内有人呼救"},
		{"break-glass", "门内有人呼救", "门内有人呼救"}, {"record-check", " a wrong  address ", "a wrong  address"},
	} {
		if res := state(c.purpose, c.reason); res.StatusCode != 200 || string(viewer.Purpose) != c.purpose || viewer.Reason != c.read {
			t.Errorf("%s %s: %d, %q for %q", c.purpose, c.reason, res.StatusCode, viewer.Purpose, viewer.Reason)
		}
	}
	for _, c := range [][2]string{
		{"curiosity", ""}, {"operation", ""}, {"break-glass", ""}, {"break-glass", "x"}, {"care-visit", "%E9%97"}, {"care-visit", "%0Aline"},
		{"care-visit", "100%"}, {"care-visit", strings.Repeat("a", 201)},
	} {
		if message := wantError(t, state(c[0], c[1]), 400, "BAD_USER_INPUT"); !strings.Contains(message, "X-Lintu-") || viewer.Name != "" {
			t.Errorf("%q: %q, answered for %q", c, message, viewer.Name)
		}
	}
	wantError(t, ask(s, "POST", "/graphql", "q", "X-Lintu-Purpose", "curiosity"), 401, "UNAUTHENTICATED") // who it is comes first
}

func TestOnlyASocketMayShowTheTokenLater(t *testing.T) {
	var within context.Context
	s := newServer(t, Options{Who: asking(), GraphQL: http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { within = r.Context() }),
		Layers: echo})
	upgrade := []string{"Connection", "Upgrade", "Upgrade", "websocket"}
	if res := ask(s, "GET", "/graphql", "", upgrade...); res.StatusCode != 200 {
		t.Fatalf("a socket: %d", res.StatusCode)
	}
	if nobody := trust.From(within); nobody.Rights() != 0 {
		t.Errorf("before it has: %+v", nobody)
	}
	for _, given := range []string{"", "x", token + "x"} {
		if _, err := Login(within, given, "", ""); err == nil {
			t.Errorf("%q is let in", given)
		}
	}
	in, err := Login(within, token, "dispatch", "")
	if v := trust.From(in); err != nil || v.Name != "operator" || v.Purpose != trust.Dispatch || Draining(in) == nil {
		t.Errorf("the token: %v, %+v", err, v)
	}
	if _, err := Login(within, token, "curiosity", ""); !errors.Is(err, kg.ErrInvalid) {
		t.Errorf("a purpose that is none: %v", err)
	}
	ask(s, "GET", "/graphql", "", append(upgrade, "Authorization", "Bearer "+token, "X-Lintu-Purpose", "care-visit")...)
	in, err = Login(within, "", "", "")
	if err != nil || trust.From(in).Purpose != trust.CareVisit {
		t.Errorf("shown in the header already: %v, %+v", err, trust.From(in))
	}
	if _, err := Login(within, "x", "", ""); err == nil {
		t.Error("another one after that is let in")
	}
	wantError(t, ask(s, "GET", "/graphql", "", append(upgrade, "Authorization", "Bearer x")...), 401, "UNAUTHENTICATED")
	wantError(t, ask(s, "GET", "/map/buildings.json", "", upgrade...), 401, "UNAUTHENTICATED")
	wantError(t, ask(s, "GET", "/graphql", ""), 401, "UNAUTHENTICATED")
	if _, err := Login(context.Background(), "", "", ""); err != nil {
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
