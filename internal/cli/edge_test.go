package cli_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"

	"lintu/internal/cli/clitest"
)

func TestAManifestThatTheSchemaCannotAnswerEndsTheStart(t *testing.T) {
	path := filepath.Join(t.TempDir(), "documents.json")
	if err := os.WriteFile(path, []byte(`{"old":"{ humans { totalCount } }"}`), 0o600); err != nil {
		t.Fatal(err)
	}
	code, _, stderr := clitest.Once(t, program(newFickle().opens), nil, "serve", "--store", "sqlite:"+t.TempDir()+"/lintu.db", "--documents", path)
	if code != 2 || !strings.Contains(stderr, `the document "old" of the manifest`) {
		t.Errorf("code %d, %s", code, stderr)
	}
}

func TestTheSettingsOfTheEdgeReachIt(t *testing.T) {
	path := filepath.Join(t.TempDir(), "documents.json")
	if err := os.WriteFile(path, []byte(`{"known":"`+anyQuestion+`"}`), 0o600); err != nil {
		t.Fatal(err)
	}
	r := serve(t, newFickle(), []string{"LINTU_LIMITS=depth=3 page=50"}, "--documents", path, "--documents-mode", "prefer", "--introspection=false")
	r.UntilReady()
	for body, code := range map[string]string{
		`{"documentId":"known"}`:                                                                "",
		`{"query":"{ people(first: 50) { totalCount } }"}`:                                      "",
		`{"query":"{ people(first: 51) { totalCount } }"}`:                                      "BAD_USER_INPUT",
		`{"query":"{ __schema { types { name } } }"}`:                                           "BAD_USER_INPUT",
		`{"query":"{ people { nodes { livesIn { nodes { residents { nodes { id } } } } } } }"}`: "LIMIT_EXCEEDED",
		`{"documentId":"other"}`:                                                                "PERSISTED_QUERY_NOT_FOUND",
	} {
		if _, answer := r.Post(body); code == "" && strings.Contains(answer, `"errors"`) || !strings.Contains(answer, code) {
			t.Errorf("%s: %s", body, answer)
		}
	}
	if told := r.Stop(); told != 0 {
		t.Errorf("code %d", told)
	}
}

func TestASocketShowsTheTokenAndIsClosedWhenTheServerEnds(t *testing.T) {
	const secret = "0123456789abcdef0123456789abcdef"
	path := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(path, []byte(secret), 0o600); err != nil {
		t.Fatal(err)
	}
	r := serve(t, newFickle(), nil, "--token-file", path)
	r.UntilReady()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	for _, c := range []struct {
		init string
		code websocket.StatusCode
	}{
		{`{"type":"connection_init"}`, 4403},
		{`{"type":"connection_init","payload":{"Authorization":"Bearer ` + secret + `"}}`, websocket.StatusGoingAway},
	} {
		conn, _, err := websocket.Dial(ctx, r.URL("/graphql"), &websocket.DialOptions{Subprotocols: []string{"graphql-transport-ws"}})
		if err != nil {
			t.Fatal(err)
		}
		if err := conn.Write(ctx, websocket.MessageText, []byte(c.init)); err != nil {
			t.Fatal(err)
		}
		_, text, err := conn.Read(ctx)
		if c.code == websocket.StatusGoingAway {
			if err != nil || string(text) != `{"type":"connection_ack"}` {
				t.Fatalf("%s, %v", text, err)
			}
			stopped := make(chan int, 1)
			go func() { stopped <- r.Stop() }()
			_, _, err = conn.Read(ctx)
			defer func() {
				if code := <-stopped; code != 0 {
					t.Errorf("the server ends with %d", code)
				}
			}()
		}
		if websocket.CloseStatus(err) != c.code {
			t.Errorf("%s: closed with %v, want %d", c.init, err, c.code)
		}
		_ = conn.CloseNow()
	}
}
