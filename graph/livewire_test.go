package graph

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"

	"lintu/doorbell/feed"
	"lintu/loaders"
)

// wired is the watch behind every transport.
func wired(t *testing.T, w *watch, draining <-chan struct{}) *httptest.Server {
	t.Helper()
	s := httptest.NewServer(New(Options{
		Sessions: &loaders.Sessions{Store: w.store, Zone: time.UTC, Now: w.Now}, Doorbell: w.bell, Feed: w.feed,
		Timeout:  50 * time.Millisecond, // a stream lasts longer than an operation may
		Draining: func(context.Context) <-chan struct{} { return draining },
	}))
	t.Cleanup(s.Close)
	return s
}

const ringing = `subscription { ringEvents { event { event number } } }`

// events opens a stream of events; its reader gives a line at a time.
func events(t *testing.T, s *httptest.Server, accept string) (*http.Response, *bufio.Reader) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	t.Cleanup(cancel)
	body, err := json.Marshal(map[string]string{"query": ringing})
	if err != nil {
		t.Fatal(err)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, s.URL, strings.NewReader(string(body)))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Accept", accept)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = res.Body.Close() })
	return res, bufio.NewReader(res.Body)
}

func TestASubscriptionStreamsOverEventsUntilTheServerEnds(t *testing.T) {
	w := newWatch(t, feed.Options{})
	ending := make(chan struct{})
	s := wired(t, w, ending)
	res, lines := events(t, s, "text/event-stream, multipart/mixed, application/json")
	if res.Header.Get("Content-Type") != "text/event-stream; charset=utf-8" {
		t.Fatalf("it comes as %s", res.Header.Get("Content-Type"))
	}
	if line, err := lines.ReadString('\n'); err != nil || line != ":\n" {
		t.Fatalf("%q, %v", line, err)
	}
	time.Sleep(100 * time.Millisecond) // longer than an operation may take
	w.press(t)
	_, _ = lines.ReadString('\n')
	for _, want := range []string{"event: next\n", `data: {"data":{"ringEvents":{"event":{"event":"`} {
		if line, err := lines.ReadString('\n'); err != nil || !strings.HasPrefix(line, want) {
			t.Errorf("%q, %v, want %q", line, err, want)
		}
	}
	close(ending)
	rest, err := io.ReadAll(lines)
	if err != nil || strings.Contains(string(rest), "complete") { // its client is to come back
		t.Errorf("in the end %q, %v", rest, err)
	}
}

func TestASubscriptionThatNobodyCanReceiveIsRefused(t *testing.T) {
	s := wired(t, newWatch(t, feed.Options{}), nil)
	res, lines := events(t, s, "application/graphql-response+json, multipart/mixed")
	text, err := io.ReadAll(lines)
	if err != nil || res.StatusCode != http.StatusBadRequest || !strings.Contains(string(text), "text/event-stream") || !strings.Contains(string(text), "BAD_USER_INPUT") {
		t.Errorf("%d %s, %v", res.StatusCode, text, err)
	}
}

func TestASubscriptionRunsOverASocketBesideQuestionsUntilItIsCompleted(t *testing.T) {
	w := newWatch(t, feed.Options{})
	s := wired(t, w, nil)
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	conn, _, err := websocket.Dial(ctx, s.URL, &websocket.DialOptions{Subprotocols: []string{"graphql-transport-ws"}})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.CloseNow() }()
	say := func(text string) {
		t.Helper()
		if err := conn.Write(ctx, websocket.MessageText, []byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	hear := func(begins string) {
		t.Helper()
		if _, text, err := conn.Read(ctx); err != nil || !strings.HasPrefix(string(text), begins) {
			t.Fatalf("%s, %v, want %s", text, err, begins)
		}
	}
	say(`{"type":"connection_init"}`)
	hear(`{"type":"connection_ack"}`)
	say(`{"id":"rings","type":"subscribe","payload":{"query":"` + ringing + `"}}`)
	say(`{"id":"q","type":"subscribe","payload":{"query":"{ __typename }"}}`)
	hear(`{"id":"q","type":"next","payload":{"data":{"__typename":"Query"}`)
	hear(`{"id":"q","type":"complete"}`)
	waitFor(t, "the subscription", func() bool { return w.feed.Listeners() == 1 })
	w.press(t)
	hear(`{"id":"rings","type":"next","payload":{"data":{"ringEvents":{"event":`)
	say(`{"id":"rings","type":"complete"}`)
	waitFor(t, "its end", func() bool { return w.feed.Listeners() == 0 })
}

func waitFor(t *testing.T, what string, is func() bool) {
	t.Helper()
	for until := time.Now().Add(20 * time.Second); !is(); time.Sleep(time.Millisecond) {
		if time.Now().After(until) {
			t.Fatalf("%s did not come", what)
		}
	}
}
