package httpapi

import (
	"bytes"
	"fmt"
	"log/slog"
	"net/http"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"lintu/internal/who"
	"lintu/kg"
	"lintu/trust"
)

// keyed is a desk with one key for each row.
func keyed(t *testing.T, log *slog.Logger, rows ...who.Key) (desk *who.Desk, keys []string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "keys.json")
	err := who.ChangeKeys(t.Context(), path, func(made []who.Key) ([]who.Key, error) {
		for _, row := range rows {
			k, text := who.NewKey(row)
			made, keys = append(made, k), append(keys, text)
		}
		return made, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	file, err := who.OpenKeys(path, log)
	if err != nil {
		t.Fatal(err)
	}
	return who.New(who.Options{Keys: file, Logger: log}), keys
}

func TestAKeysRolesAreaAndPersonReachTheHandler(t *testing.T) {
	const grid, person = kg.ID("grid_aaaaaaaaaaaaaaaaaaaaaaaa"), kg.ID("person_aaaaaaaaaaaaaaaaaaaaaaaa")
	desk, keys := keyed(t, slog.New(slog.DiscardHandler), who.Key{Roles: []trust.Role{trust.GridWorker}, Areas: []kg.ID{grid}, Person: person})
	var viewer trust.Viewer
	note := http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { viewer = trust.From(r.Context()) })
	s := newServer(t, Options{GraphQL: note, Layers: note, Ready: alwaysReady, Who: desk})
	for method, path := range map[string]string{"POST": "/graphql", "GET": "/map/buildings.json"} {
		viewer = trust.Viewer{}
		res := ask(s, method, path, "", "Authorization", "Bearer "+keys[0], "X-Lintu-Purpose", "care-visit", "Host", "lintu.example.cn")
		if res.StatusCode != 200 || !strings.HasPrefix(viewer.Name, "key:") || !slices.Equal(viewer.Scope.Areas, []kg.ID{grid}) || viewer.Scope.All || viewer.Person != person || !viewer.May(trust.Detail) {
			t.Errorf("%s: %d, %+v", path, res.StatusCode, viewer)
		}
	}
	for _, host := range []string{"127.0.0.1:8080", "localhost"} { // where keys are set, this machine is nobody in particular
		wantError(t, ask(s, "POST", "/graphql", "q", "Host", host), 401, "UNAUTHENTICATED")
	}
	if got := text(t, ask(s, "GET", "/readyz", "", "Authorization", "Bearer "+keys[0])); got != `{"ready":true}`+"\n" {
		t.Errorf("a grid worker reads of the server's insides: %s", got)
	}
}

func TestTooManyBadCredentialsOfAnAddressAreToldToWait(t *testing.T) {
	var log bytes.Buffer
	desk, keys := keyed(t, slog.New(slog.NewTextHandler(&log, nil)), who.Key{Roles: []trust.Role{trust.Admin}, AllAreas: true})
	s := newServer(t, Options{GraphQL: echo, Who: desk})
	if res := ask(s, "POST", "/graphql", "q", "Authorization", "Bearer "+keys[0]); res.StatusCode != 200 {
		t.Fatal(res.StatusCode)
	}
	bodies := map[string]bool{}
	for n := range 20 {
		guess := fmt.Sprintf("lintu_%s_%s", strings.Repeat(string(rune('a'+n)), 10), strings.Repeat("z", 52))
		if n%2 == 0 {
			guess = keys[0][:len(keys[0])-2] + "zz"
		}
		res := ask(s, "POST", "/graphql", "q", "Authorization", "Bearer "+guess, "X-Request-Id", "the-same-id")
		if got := res.Header.Get("WWW-Authenticate"); got != `Bearer realm="lintu", error="invalid_token"` {
			t.Fatalf("WWW-Authenticate is %q", got)
		}
		bodies[fmt.Sprint(res.StatusCode, text(t, res))] = true
	}
	if len(bodies) != 1 {
		t.Errorf("answers differ: %v", bodies)
	}
	res := ask(s, "POST", "/graphql", "q", "Authorization", "Bearer guess")
	wantError(t, res, 429, "LIMIT_EXCEEDED")
	if n, err := strconv.Atoi(res.Header.Get("Retry-After")); err != nil || n < 1 || n > 3 {
		t.Errorf("Retry-After is %q", res.Header.Get("Retry-After"))
	}
	if res := ask(s, "POST", "/graphql", "q", "Authorization", "Bearer "+keys[0]); res.StatusCode != 200 {
		t.Errorf("the key that was let in before: %d", res.StatusCode)
	}
	wantError(t, ask(s, "POST", "/graphql", "q"), 401, "UNAUTHENTICATED") // showing nothing is no guess
	if said := log.String(); strings.Contains(said, keys[0][20:]) || strings.Contains(said, "zzzz") || strings.Count(said, "a credential was refused") != 20 {
		t.Errorf("the log says %s", said)
	}
}

func TestATokenWhoseIssuerCannotBeAskedIsUnavailable(t *testing.T) {
	issuer := who.NewIssuer(who.IssuerOptions{URL: "http://127.0.0.1:1", Audience: "lintu", Algorithms: []string{"RS256"}, Roles: "roles"})
	s := newServer(t, Options{GraphQL: echo, Who: who.New(who.Options{Issuer: issuer})})
	const unsigned = "eyJhbGciOiJSUzI1NiIsImtpZCI6IngifQ.e30.AAAA" // RS256 by the key x
	res := ask(s, "POST", "/graphql", "q", "Authorization", "Bearer "+unsigned)
	wantError(t, res, 503, "UNAVAILABLE")
	if res.Header.Get("Retry-After") == "" || res.Header.Get("WWW-Authenticate") != "" {
		t.Errorf("headers are %v", res.Header)
	}
}

func TestPagesOfAllowedOriginsMayStateAPurpose(t *testing.T) {
	s := newServer(t, Options{GraphQL: echo, CORSOrigins: []string{"https://desk.example.cn"}, Who: asking()})
	for _, header := range []string{"x-lintu-purpose", "x-lintu-reason"} {
		res := ask(s, "OPTIONS", "/graphql", "", "Origin", "https://desk.example.cn", "Access-Control-Request-Method", "POST", "Access-Control-Request-Headers", header)
		if !strings.Contains(strings.ToLower(res.Header.Get("Access-Control-Allow-Headers")), header) {
			t.Errorf("%s: %v", header, res.Header)
		}
	}
}

func TestAStreamsContextEndsWithItsKeyAndAnAnswersDoesNot(t *testing.T) {
	path := filepath.Join(t.TempDir(), "keys.json")
	k, key := who.NewKey(who.Key{Roles: []trust.Role{trust.Admin}, AllAreas: true})
	put := func() {
		t.Helper()
		if err := who.ChangeKeys(t.Context(), path, func([]who.Key) ([]who.Key, error) { return []who.Key{k}, nil }); err != nil {
			t.Fatal(err)
		}
	}
	put()
	file, err := who.OpenKeys(path, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	go file.Follow(t.Context())
	began, streamOver := make(chan struct{}, 2), make(chan struct{})
	s := newServer(t, Options{Who: who.New(who.Options{Keys: file}), GraphQL: http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		began <- struct{}{}
		if r.Header.Get("Accept") != "" {
			<-r.Context().Done()
			close(streamOver)
			return
		}
		<-streamOver // by then the key has been revoked
		if err := r.Context().Err(); err != nil {
			t.Errorf("the answer is ended: %v", err)
		}
	})})
	var asked sync.WaitGroup
	asked.Go(func() { ask(s, "POST", "/graphql", "q", "Authorization", "Bearer "+key) })
	asked.Go(func() { ask(s, "POST", "/graphql", "q", "Authorization", "Bearer "+key, "Accept", "text/event-stream") })
	<-began
	<-began
	k.Revoked = time.Now()
	put()
	asked.Wait()
}
