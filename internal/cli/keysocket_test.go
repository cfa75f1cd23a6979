package cli_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"

	"lintu/internal/cli/clitest"
)

// socket opens a WebSocket and says hello with a payload.
func socket(t *testing.T, r *clitest.Running, payload map[string]string) *websocket.Conn {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	t.Cleanup(cancel)
	conn, _, err := websocket.Dial(ctx, r.URL("/graphql"), &websocket.DialOptions{Subprotocols: []string{"graphql-transport-ws"}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.CloseNow() })
	hello, err := json.Marshal(map[string]any{"type": "connection_init", "payload": payload})
	if err != nil {
		t.Fatal(err)
	}
	if err := conn.Write(ctx, websocket.MessageText, hello); err != nil {
		t.Fatal(err)
	}
	return conn
}

// hears is the next message of a socket; a code above zero where it is closed instead.
func hears(t *testing.T, conn *websocket.Conn) (text string, code int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	_, b, err := conn.Read(ctx)
	var closed websocket.CloseError
	switch {
	case errors.As(err, &closed):
		return "", int(closed.Code)
	case err != nil:
		t.Fatal(err)
	}
	return string(b), 0
}

const ringsQuestion = "subscription { ringEvents { cursor } }"

func TestASocketEndsWithTheKeyThatOpenedIt(t *testing.T) {
	k := newKeyed(t)
	key, id := k.make("--role", "dispatcher", "--all-areas")
	other, _ := k.make("--role", "dispatcher", "--all-areas")
	r := k.serve()
	for what, c := range map[string]struct {
		payload map[string]string
		code    int
	}{
		"no key":                     {nil, 4403},
		"another key":                {map[string]string{"Authorization": "Bearer " + key + "x"}, 4403},
		"a purpose that is none":     {map[string]string{"Authorization": "Bearer " + key, "purpose": "curiosity"}, 4400},
		"an emergency without why":   {map[string]string{"token": key, "purpose": "break-glass"}, 4400},
		"a purpose without a key":    {map[string]string{"purpose": "dispatch"}, 4403},
		"the key, not as a bearer's": {map[string]string{"Authorization": key}, 4403},
	} {
		if text, code := hears(t, socket(t, r, c.payload)); code != c.code {
			t.Errorf("%s: %q, closed with %d", what, text, code)
		}
	}
	open := socket(t, r, map[string]string{"Authorization": "Bearer " + key, "purpose": "break-glass", "reason": "门内有人呼救, 100%"})
	stays := socket(t, r, map[string]string{"token": other})
	for _, conn := range []*websocket.Conn{open, stays} {
		if text, code := hears(t, conn); !strings.Contains(text, "connection_ack") {
			t.Fatalf("%q, closed with %d", text, code)
		}
		subscribe, err := json.Marshal(map[string]any{"id": "1", "type": "subscribe", "payload": map[string]string{"query": ringsQuestion}})
		if err != nil {
			t.Fatal(err)
		}
		if err := conn.Write(t.Context(), websocket.MessageText, subscribe); err != nil {
			t.Fatal(err)
		}
	}
	if code, _, problems := k.key("revoke", id); code != 0 {
		t.Fatal(problems)
	}
	if text, code := hears(t, open); code != 4403 {
		t.Errorf("after the key was revoked: %q, closed with %d", text, code)
	}
	if err := stays.Write(t.Context(), websocket.MessageText, []byte(`{"type":"ping"}`)); err != nil {
		t.Fatal(err)
	}
	if text, code := hears(t, stays); !strings.Contains(text, "pong") {
		t.Errorf("the other key's socket: %q, closed with %d", text, code)
	}
}

func TestAStreamEndsWithTheKeyThatOpenedItSoThatItsClientComesBack(t *testing.T) {
	k := newKeyed(t)
	key, id := k.make("--role", "dispatcher", "--all-areas")
	r := k.serve()
	body, err := json.Marshal(map[string]string{"query": ringsQuestion})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, r.URL("/graphql"), strings.NewReader(string(body)))
	if err != nil {
		t.Fatal(err)
	}
	for name, value := range map[string]string{"Authorization": "Bearer " + key, "Content-Type": "application/json", "Accept": "text/event-stream"} {
		req.Header.Set(name, value)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	first := make([]byte, 3)
	if _, err := io.ReadFull(res.Body, first); err != nil || string(first) != ":\n\n" || res.StatusCode != http.StatusOK {
		t.Fatalf("%d, %q, %v", res.StatusCode, first, err)
	}
	if code, _, problems := k.key("revoke", id); code != 0 {
		t.Fatal(problems)
	}
	rest, err := io.ReadAll(res.Body)
	if err != nil || strings.Contains(string(rest), "complete") || strings.Contains(string(rest), "event:") {
		t.Errorf("%q, %v", rest, err)
	}
}
