package httpapi

import (
	"context"
	"errors"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

func TestASilentStoreShowsWithinThreeSecondsAndIsNotAskedTwice(t *testing.T) {
	var calls atomic.Int32
	release := make(chan struct{})
	l := run(t, Options{GraphQL: echo, Ready: func(context.Context) Readiness { // deaf to its context, too
		if calls.Add(1) == 1 {
			<-release
		}
		return Readiness{Ready: true}
	}})
	client := http.Client{Timeout: 3 * time.Second}
	for range 3 {
		res, err := client.Get(l.url("/readyz"))
		if err != nil {
			t.Fatal(err)
		}
		if got := text(t, res); res.StatusCode != 503 || got != `{"ready":false,"reasons":["the store did not answer within 1s"],"store":"silent"}`+"\n" {
			t.Errorf("got %d %s", res.StatusCode, got)
		}
		res.Body.Close()
	}
	if n := calls.Load(); n != 1 {
		t.Errorf("the store was asked %d times while it was silent", n)
	}
	close(release)
	for { // it recovers by itself, once the late answer is no longer fresh
		res, err := client.Get(l.url("/readyz"))
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if res.StatusCode == 200 {
			break
		}
		time.Sleep(20 * time.Millisecond)
	}
}

func TestACheckThatPanicsIsNotReady(t *testing.T) {
	s := newServer(t, Options{Ready: func(context.Context) Readiness { panic("inner text") }})
	res := ask(s, "GET", "/readyz", "")
	if got := text(t, res); res.StatusCode != 503 || strings.Contains(got, "inner") {
		t.Errorf("got %d %s", res.StatusCode, got)
	}
}

func TestManyProbesAskTheStoreOnceInHalfASecond(t *testing.T) {
	calls, at := 0, time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	s := newServer(t, Options{Ready: func(context.Context) Readiness { calls++; return Readiness{Ready: calls == 1} }})
	s.ready.now = func() time.Time { return at }
	for range 100 {
		if res := ask(s, "GET", "/readyz", ""); res.StatusCode != 200 {
			t.Fatalf("got %d", res.StatusCode)
		}
	}
	if calls != 1 {
		t.Errorf("the store was asked %d times", calls)
	}
	at = at.Add(freshFor)
	if res := ask(s, "GET", "/readyz", ""); res.StatusCode != 503 || calls != 2 {
		t.Errorf("half a second later: %d after %d calls", res.StatusCode, calls)
	}
}

func TestHealthcheckTellsReadyFromNotReadyFromAbsent(t *testing.T) {
	var ready atomic.Bool
	ready.Store(true)
	l := run(t, Options{Ready: func(context.Context) Readiness {
		if ready.Load() {
			return Readiness{Ready: true}
		}
		return Readiness{Reasons: []string{"loading", "no snapshot"}}
	}})
	_, port, _ := net.SplitHostPort(l.addr)
	for _, addr := range []string{l.addr, "0.0.0.0:" + port, ":" + port, "localhost:" + port} {
		if err := Healthcheck(t.Context(), addr); err != nil {
			t.Errorf("%s: %v", addr, err)
		}
	}
	ready.Store(false)
	l.ready.use(l.ready.ask) // forget the fresh answer
	if err := Healthcheck(t.Context(), l.addr); !errors.Is(err, ErrNotReady) || !strings.HasSuffix(err.Error(), ": loading; no snapshot") {
		t.Errorf("not ready: %v", err)
	}
	l.stop()
	if err := <-l.done; err != nil {
		t.Fatal(err)
	}
	if err := Healthcheck(t.Context(), l.addr); err == nil || errors.Is(err, ErrNotReady) {
		t.Errorf("absent: %v", err)
	}
	if err := Healthcheck(t.Context(), "nonsense"); err == nil {
		t.Error("an address that is none was healthy")
	}
	for addr, want := range map[string]string{"[::]:1": "[::1]:1", "0.0.0.0:1": "127.0.0.1:1", ":1": "127.0.0.1:1", "10.0.0.4:1": "10.0.0.4:1", "lintu:1": "lintu:1"} {
		if got, err := askedAt(addr); err != nil || got != want {
			t.Errorf("%s is asked at %s, %v", addr, got, err)
		}
	}
}

func TestHealthcheckKnowsAServerThatIsNotLintu(t *testing.T) {
	ln, err := Listen(t.Context(), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	other := &http.Server{Handler: http.NotFoundHandler()}
	go func() { _ = other.Serve(ln) }()
	defer other.Close()
	if err := Healthcheck(t.Context(), ln.Addr().String()); err == nil || !strings.Contains(err.Error(), "status 404") {
		t.Errorf("got %v", err)
	}
}
