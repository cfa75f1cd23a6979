package httpapi

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"lintu/internal/who"
)

const token = "0123456789abcdef0123456789abcdef"

// asking is a desk that lets in who shows the token.
func asking() *who.Desk { return who.New(who.Options{Token: token}) }

// echo stands in for the GraphQL handler: it answers with the body it got.
var echo = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusTeapot)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(body)
})

func alwaysReady(context.Context) Readiness {
	return Readiness{Ready: true, Engine: "sqlite", Store: "ok", SchemaVersion: 1, State: "demo", SnapshotRevision: 7}
}

func newServer(t *testing.T, opts Options) *Server {
	t.Helper()
	s, err := New(opts)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// ask sends one request to the server's handler; headers come in pairs.
func ask(s *Server, method, target, body string, headers ...string) *http.Response {
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	r.Host = "127.0.0.1:8080"
	for i := 0; i < len(headers); i += 2 {
		if headers[i] == "Host" {
			r.Host = headers[i+1]
			continue
		}
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	s.Handler().ServeHTTP(w, r)
	return w.Result()
}

func text(t *testing.T, res *http.Response) string {
	t.Helper()
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

// wantError asserts a coded error in GraphQL's form and returns its message.
func wantError(t *testing.T, res *http.Response, status int, code string) string {
	t.Helper()
	var got struct {
		Data   any
		Errors []struct {
			Message    string
			Extensions struct{ Code, RequestID string }
		}
	}
	body := text(t, res)
	if err := json.Unmarshal([]byte(body), &got); err != nil || len(got.Errors) != 1 {
		t.Fatalf("status %d, body %q: %v", res.StatusCode, body, err)
	}
	e := got.Errors[0]
	if res.StatusCode != status || e.Extensions.Code != code {
		t.Errorf("got %d %s, want %d %s", res.StatusCode, e.Extensions.Code, status, code)
	}
	if e.Extensions.RequestID == "" || e.Extensions.RequestID != res.Header.Get("X-Request-Id") {
		t.Errorf("request id %q in the error, %q in the header", e.Extensions.RequestID, res.Header.Get("X-Request-Id"))
	}
	return e.Message
}

func TestEveryRouteAnswers(t *testing.T) {
	page := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, "page "+r.URL.Path) })
	on := newServer(t, Options{GraphQL: echo, Playground: page, Ready: alwaysReady})
	off := newServer(t, Options{GraphQL: echo, Ready: alwaysReady})
	for _, c := range []struct {
		server         *Server
		method, target string
		status         int
		body           string
	}{
		{on, "POST", "/graphql", 200, "q"},
		{on, "GET", "/graphql?query=x", 200, "q"},
		{on, "GET", "/playground", 200, "page /playground"},
		{on, "GET", "/playground/app.js", 200, "page /playground/app.js"},
		{on, "GET", "/healthz", 200, `{"alive":true}` + "\n"},
		{on, "HEAD", "/healthz", 200, ""},
		{on, "POST", "/healthz", 405, "Method Not Allowed\n"},
		{on, "GET", "/readyz", 200, `{"ready":true,"engine":"sqlite","store":"ok","schemaVersion":1,"state":"demo","snapshotRevision":7}` + "\n"},
		{on, "GET", "/other", 404, "404 page not found\n"},
		{off, "GET", "/playground", 404, "404 page not found\n"},
		{off, "GET", "/playground/app.js", 404, "404 page not found\n"},
		{off, "GET", "/", 404, "404 page not found\n"},
	} {
		res := ask(c.server, c.method, c.target, "q")
		if got := text(t, res); res.StatusCode != c.status || got != c.body && c.method != "HEAD" {
			t.Errorf("%s %s: %d %q", c.method, c.target, res.StatusCode, got)
		}
	}
	if res := ask(on, "GET", "/", ""); res.StatusCode != http.StatusTemporaryRedirect || res.Header.Get("Location") != "/playground" {
		t.Errorf("/ answers %d to %q", res.StatusCode, res.Header.Get("Location"))
	}
}

func TestBeforeTheStoreIsOpenTheServerIsAliveAndNotReady(t *testing.T) {
	s := newServer(t, Options{})
	if res := ask(s, "GET", "/healthz", ""); res.StatusCode != 200 {
		t.Errorf("/healthz: %d", res.StatusCode)
	}
	res := ask(s, "GET", "/readyz", "")
	if got := text(t, res); res.StatusCode != 503 || got != `{"ready":false,"reasons":["the store is not open yet"],"state":"starting"}`+"\n" {
		t.Errorf("/readyz: %d %s", res.StatusCode, got)
	}
	res = ask(s, "POST", "/graphql", "q")
	wantError(t, res, 503, "UNAVAILABLE")
	if res.Header.Get("Retry-After") == "" {
		t.Error("no Retry-After")
	}
	s.Open(echo, alwaysReady)
	if res := ask(s, "GET", "/readyz", ""); res.StatusCode != 200 {
		t.Errorf("/readyz after Open: %d", res.StatusCode)
	}
	if res := ask(s, "POST", "/graphql", "q"); text(t, res) != "q" {
		t.Errorf("/graphql after Open: %d", res.StatusCode)
	}
}

func TestErrorsTakeTheMediaTypeTheClientAsksFor(t *testing.T) {
	s := newServer(t, Options{GraphQL: echo, Who: asking()})
	for accept, want := range map[string]string{
		"": "application/json", "*/*": "application/json",
		"application/graphql-response+json, application/json;q=0.9": "application/graphql-response+json",
	} {
		if got := ask(s, "POST", "/graphql", "q", "Accept", accept).Header.Get("Content-Type"); got != want+"; charset=utf-8" {
			t.Errorf("Accept %q: %s", accept, got)
		}
	}
}

func TestLongJSONIsGzippedAndStreamsAreNot(t *testing.T) {
	long := `{"data":"` + strings.Repeat("邻图 ", 2000) + `"}`
	s := newServer(t, Options{GraphQL: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", r.URL.Query().Get("type"))
		fmt.Fprint(w, long)
	})})
	for contentType, packed := range map[string]bool{
		"application/json": true, "application/graphql-response%2Bjson%3B%20charset=utf-8": true,
		"text/event-stream": false, "multipart/mixed%3B%20boundary=x": false,
	} {
		res := ask(s, "POST", "/graphql?type="+contentType, "q", "Accept-Encoding", "br, gzip")
		if got := res.Header.Get("Content-Encoding") == "gzip"; got != packed {
			t.Errorf("%s: Content-Encoding %q", contentType, res.Header.Get("Content-Encoding"))
			continue
		}
		var body io.Reader = res.Body
		if packed {
			unpacked, err := gzip.NewReader(res.Body)
			if err != nil {
				t.Fatal(err)
			}
			body = unpacked
		}
		if got, err := io.ReadAll(body); err != nil || string(got) != long {
			t.Errorf("%s: %d bytes, %v", contentType, len(got), err)
		}
	}
	if res := ask(s, "POST", "/graphql?type=application/json", "q"); res.Header.Get("Content-Encoding") != "" || text(t, res) != long {
		t.Error("a client that did not ask for gzip got it")
	}
}

func TestAnOversizeBodyIsRefusedBeforeItReachesTheHandler(t *testing.T) {
	called := 0
	s := newServer(t, Options{BodyLimit: 100, GraphQL: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		called++
		echo(w, r)
	})})
	if res := ask(s, "POST", "/graphql", strings.Repeat("x", 100)); res.StatusCode != 200 || len(text(t, res)) != 100 {
		t.Errorf("a body of just the limit: %d", res.StatusCode)
	}
	message := wantError(t, ask(s, "POST", "/graphql", strings.Repeat("x", 101)), 413, "LIMIT_EXCEEDED")
	if !strings.Contains(message, "100 bytes") {
		t.Errorf("the message names no limit: %q", message)
	}
	chunked := httptest.NewRequest("POST", "/graphql", io.MultiReader(strings.NewReader(strings.Repeat("x", 101))))
	chunked.Host, chunked.ContentLength = "localhost", -1
	w := httptest.NewRecorder()
	s.Handler().ServeHTTP(w, chunked)
	wantError(t, w.Result(), 413, "LIMIT_EXCEEDED")
	if called != 1 {
		t.Errorf("the handler was called %d times", called)
	}
}

func TestRequestIDsAreKeptWhenSaneAndMadeWhenNot(t *testing.T) {
	var seen string
	s := newServer(t, Options{GraphQL: http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { seen = RequestID(r.Context()) })})
	if got := ask(s, "POST", "/graphql", "", "X-Request-Id", "call-42.of_Desk").Header.Get("X-Request-Id"); got != "call-42.of_Desk" || seen != got {
		t.Errorf("header %q, context %q", got, seen)
	}
	made := map[string]bool{}
	for _, id := range []string{"", "short", strings.Repeat("x", 65), "line\nbreak-x", "电话13800000000", "a b c d e f"} {
		got := ask(s, "POST", "/graphql", "", "X-Request-Id", id).Header.Get("X-Request-Id")
		if got == id || len(got) < 16 || made[got] || seen != got {
			t.Errorf("%q became %q, context %q", id, got, seen)
		}
		made[got] = true
	}
	if RequestID(context.Background()) != "" {
		t.Error("an id outside of a request")
	}
}

// syncBuffer is a buffer that a server's goroutines may write to.
type syncBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (b *syncBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

func (b *syncBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}

func TestTheAccessLogHoldsNoQueryNoVariableAndNoToken(t *testing.T) {
	var out syncBuffer
	s := newServer(t, Options{GraphQL: echo, Who: asking(), Logger: slog.New(slog.NewJSONHandler(&out, nil))})
	ask(s, "POST", "/graphql?query=%7Bs3cret%7D&variables=s3cret", `{"variables":{"name":"s3cret"}}`,
		"Authorization", "Bearer "+token, "X-Request-Id", "request-1", "Cookie", "s3cret", "Referer", "s3cret")
	ask(s, "GET", "/healthz", "")
	var line struct {
		Method, Path, Remote string
		Status, Bytes        int
		RequestID            string `json:"request_id"`
	}
	if err := json.Unmarshal([]byte(out.String()), &line); err != nil { // one line: the probe is not logged
		t.Fatalf("%v in %s", err, out.String())
	}
	if line.Method != "POST" || line.Path != "/graphql" || line.Status != 200 || line.Bytes != 31 || line.RequestID != "request-1" || line.Remote != "192.0.2.1" {
		t.Errorf("got %+v", line)
	}
	if strings.Contains(out.String(), "s3cret") || strings.Contains(out.String(), token) {
		t.Errorf("the log tells too much: %s", out.String())
	}
}

func TestAPanicBecomesACodedErrorThatTellsNothing(t *testing.T) {
	var out syncBuffer
	s := newServer(t, Options{Logger: slog.New(slog.NewTextHandler(&out, nil)),
		GraphQL: http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("inner text") })})
	message := wantError(t, ask(s, "POST", "/graphql", "q", "Accept-Encoding", "gzip"), 500, "INTERNAL")
	if strings.Contains(message, "inner text") {
		t.Errorf("the client reads %q", message)
	}
	if !strings.Contains(out.String(), "inner text") || !strings.Contains(out.String(), "routes_test.go") || !strings.Contains(out.String(), "status=500") {
		t.Errorf("the log has %s", out.String())
	}
}

func TestSecurityHeadersAreOnEveryAnswerAndAPageMayRelaxItsOwn(t *testing.T) {
	s := newServer(t, Options{GraphQL: echo, Playground: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Security-Policy", "default-src 'self'")
	})})
	for _, path := range []string{"/graphql", "/readyz", "/healthz", "/", "/none", "/playground"} {
		h := ask(s, "GET", path, "").Header
		if h.Get("X-Content-Type-Options") != "nosniff" || h.Get("X-Frame-Options") != "DENY" || h.Get("Referrer-Policy") != "no-referrer" || h.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: %v", path, h)
		}
		want := "default-src 'none'; frame-ancestors 'none'"
		if path == "/playground" {
			want = "default-src 'self'"
		}
		if h.Get("Content-Security-Policy") != want {
			t.Errorf("%s: %q", path, h.Get("Content-Security-Policy"))
		}
	}
}
