package graph_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"

	"lintu/graph/wire"
)

// client is a client of graphql-transport-ws that sends what it is told, right or wrong.
type client struct {
	t    *testing.T
	conn *websocket.Conn
	ctx  context.Context
}

func dial(t *testing.T, s *httptest.Server, protocols ...string) *client {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), enough)
	t.Cleanup(cancel)
	conn, _, err := websocket.Dial(ctx, s.URL+"/graphql", &websocket.DialOptions{Subprotocols: protocols})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.CloseNow() })
	return &client{t, conn, ctx}
}

// greeted is a client whose connection_init was acknowledged.
func greeted(t *testing.T, s *httptest.Server) *client {
	t.Helper()
	c := dial(t, s, "graphql-transport-ws")
	c.say(`{"type":"connection_init"}`)
	c.hear("connection_ack", "")
	return c
}

func (c *client) say(text string) {
	c.t.Helper()
	if err := c.conn.Write(c.ctx, websocket.MessageText, []byte(text)); err != nil {
		c.t.Fatal(err)
	}
}

// ask begins an operation.
func (c *client) ask(id, query string) {
	c.t.Helper()
	b, err := json.Marshal(map[string]any{"id": id, "type": "subscribe", "payload": map[string]string{"query": query}})
	if err != nil {
		c.t.Fatal(err)
	}
	c.say(string(b))
}

// hear reads one message, which must be of a type and an id, and gives its payload.
func (c *client) hear(typ, id string) string {
	c.t.Helper()
	_, text, err := c.conn.Read(c.ctx)
	if err != nil {
		c.t.Fatal(err)
	}
	var m struct {
		ID, Type string
		Payload  json.RawMessage
	}
	if err := json.Unmarshal(text, &m); err != nil || m.Type != typ || m.ID != id {
		c.t.Fatalf("%s was said, want %s %s (%v)", text, typ, id, err)
	}
	return string(m.Payload)
}

// closed reads until the socket is closed, and gives the code.
func (c *client) closed() int {
	c.t.Helper()
	for {
		if _, _, err := c.conn.Read(c.ctx); err != nil {
			var closing websocket.CloseError
			if !errors.As(err, &closing) {
				c.t.Fatal(err)
			}
			return int(closing.Code)
		}
	}
}

const (
	counting = `{ people { totalCount } }`
	naming   = `{ people(first: 1) { nodes { title } } }`
)

func TestASocketIsClosedWithTheCodeOfTheProtocol(t *testing.T) {
	o := options(t)
	held := newSlow(o.Sessions.Store)
	o.Sessions = sessions(held)
	s := served(t, o)
	long := strings.Repeat("x", 101)
	for _, c := range []struct {
		name   string
		before bool // connection_init was acknowledged
		say    []string
		code   int
	}{
		{"a message that is not JSON", false, []string{`hello`}, 4400},
		{"a message that is no object", false, []string{`[]`}, 4400},
		{"a message without a type", false, []string{`{}`}, 4400},
		{"a message of an unknown type", true, []string{`{"type":"start","id":"1"}`}, 4400},
		{"an operation without an id", true, []string{`{"type":"subscribe","payload":{"query":"{ __typename }"}}`}, 4400},
		{"an operation with a long id", true, []string{`{"type":"subscribe","id":"` + long + `","payload":{"query":"{ __typename }"}}`}, 4400},
		{"an operation without a payload", true, []string{`{"type":"subscribe","id":"1"}`}, 4400},
		{"an operation whose payload is no object", true, []string{`{"type":"subscribe","id":"1","payload":"{ __typename }"}`}, 4400},
		{"an operation before connection_init", false, []string{`{"type":"subscribe","id":"1","payload":{"query":"{ __typename }"}}`}, 4401},
		{"an operation under an id in use", true, []string{
			`{"type":"subscribe","id":"1","payload":{"query":"{ people { totalCount } }"}}`,
			`{"type":"subscribe","id":"1","payload":{"query":"{ people { totalCount } }"}}`,
		}, 4409},
		{"a second connection_init", true, []string{`{"type":"connection_init"}`}, 4429},
		{"a message that is too long", true, []string{`{"type":"ping","payload":{"x":"` + strings.Repeat("x", 64<<10) + `"}}`}, 1009},
	} {
		t.Run(c.name, func(t *testing.T) {
			client := dial(t, s, "graphql-transport-ws")
			if c.before {
				client.say(`{"type":"connection_init","payload":{}}`)
				client.hear("connection_ack", "")
			}
			for _, text := range c.say {
				client.say(text)
			}
			if code := client.closed(); code != c.code {
				t.Errorf("closed with %d, want %d", code, c.code)
			}
		})
	}
	t.Run("bytes", func(t *testing.T) {
		client := dial(t, s, "graphql-transport-ws")
		if err := client.conn.Write(client.ctx, websocket.MessageBinary, []byte(`{"type":"connection_init"}`)); err != nil {
			t.Fatal(err)
		}
		if code := client.closed(); code != 4400 {
			t.Errorf("closed with %d", code)
		}
	})
	t.Run("another protocol", func(t *testing.T) {
		for _, protocol := range []string{"graphql-ws", ""} {
			if code := dial(t, s, protocol).closed(); code != 4406 {
				t.Errorf("%q: closed with %d", protocol, code)
			}
		}
	})
}

func TestASocketThatIsNotGreetedInTimeIsClosed(t *testing.T) {
	o := options(t)
	o.Sockets.InitTimeout = 30 * time.Millisecond
	s := served(t, o)
	if code := dial(t, s, "graphql-transport-ws").closed(); code != 4408 {
		t.Errorf("closed with %d", code)
	}
	c := dial(t, s, "graphql-transport-ws")
	c.say(`{"type":"ping"}`) // answered, and no greeting
	if code := c.closed(); code != 4408 {
		t.Errorf("closed with %d", code)
	}
}

func TestASocketAnswersManyOperationsAndFreesTheirIDs(t *testing.T) {
	c := greeted(t, served(t, options(t)))
	for range 3 {
		c.ask("a", counting)
		if got := c.hear("next", "a"); !strings.Contains(got, `"totalCount"`) {
			t.Errorf("answered %s", got)
		}
		c.hear("complete", "a")
	}
	c.say(`{"type":"ping","payload":{"n":1}}`)
	if got := c.hear("pong", ""); got != `{"n":1}` {
		t.Errorf("the pong holds %s", got)
	}
	c.say(`{"type":"pong"}`)
	c.say(`{"type":"complete","id":"never begun"}`)
	c.ask("b", `{ nothing }`)
	if got := c.hear("error", "b"); !strings.HasPrefix(got, "[{") || !strings.Contains(got, "BAD_USER_INPUT") {
		t.Errorf("refused with %s", got)
	}
	c.ask("b", `{ nodes(ids: ["x"]) { id } }`) // refused by the field, not by the document
	if got := c.hear("next", "b"); !strings.Contains(got, "BAD_USER_INPUT") {
		t.Errorf("answered %s", got)
	}
	c.hear("complete", "b")
	c.say(`{"type":"subscribe","id":"c","payload":{"variables":{}}}`)
	if got := c.hear("error", "c"); !strings.Contains(got, "query: is missing") {
		t.Errorf("refused with %s", got)
	}
}

func TestAnOperationThatTheClientCompletesStopsInTheStore(t *testing.T) {
	o := options(t)
	held := newSlow(o.Sessions.Store)
	o.Sessions = sessions(held)
	c := greeted(t, served(t, o))
	c.ask("long", naming)
	wait(t, held.began, "the visit")
	c.say(`{"type":"complete","id":"long"}`)
	if err := wait(t, held.ended, "its end"); !errors.Is(err, context.Canceled) {
		t.Errorf("it ended by %v", err)
	}
	c.ask("long", `{ __typename }`) // the id is free, and nothing more is said of the first
	c.hear("next", "long")
	c.hear("complete", "long")

	c.ask("left", naming)
	wait(t, held.began, "the visit")
	_ = c.conn.CloseNow()
	if err := wait(t, held.ended, "its end"); !errors.Is(err, context.Canceled) {
		t.Errorf("it ended by %v", err)
	}
}

func TestASocketHasSoManyOperationsAndTheServerSoManySockets(t *testing.T) {
	o := options(t)
	held := newSlow(o.Sessions.Store)
	o.Sessions = sessions(held)
	o.Sockets.Operations, o.Sockets.Most = 2, 1
	s := served(t, o)
	c := greeted(t, s)
	c.ask("1", counting)
	c.ask("2", counting)
	wait(t, held.began, "a visit")
	wait(t, held.began, "a visit")
	c.ask("3", counting)
	if got := c.hear("error", "3"); !strings.Contains(got, "LIMIT_EXCEEDED") || !strings.Contains(got, `"limit":"socket-operations"`) {
		t.Errorf("refused with %s", got)
	}
	_, res, err := websocket.Dial(c.ctx, s.URL, &websocket.DialOptions{Subprotocols: []string{"graphql-transport-ws"}})
	if err == nil || res.StatusCode != 503 || res.Header.Get("Retry-After") == "" {
		t.Errorf("a second socket: %v, %v", res, err)
	}
}

func TestASocketIsLetInByTheTokenOfItsFirstMessage(t *testing.T) {
	o := options(t)
	var shown []string
	o.Sockets = wire.SocketOptions{Login: func(ctx context.Context, token, _, _ string) (context.Context, error) {
		if shown = append(shown, token); token != "secret" {
			return nil, errors.New("no")
		}
		return ctx, nil
	}}
	s := served(t, o)
	for _, c := range []struct {
		payload string
		in      bool
	}{
		{`{"Authorization":"Bearer secret"}`, true},
		{`{"authorization":"bearer secret"}`, true},
		{`{"token":"secret"}`, true},
		{`{"Authorization":"Basic secret"}`, false},
		{`{"token":1}`, false},
		{`{}`, false},
		{`null`, false},
		{`"secret"`, false},
	} {
		client := dial(t, s, "graphql-transport-ws")
		client.say(`{"type":"connection_init","payload":` + c.payload + `}`)
		if c.in {
			client.hear("connection_ack", "")
		} else if code := client.closed(); code != 4403 {
			t.Errorf("%s: closed with %d", c.payload, code)
		}
	}
	if want := []string{"secret", "secret", "secret", "", "", "", "", ""}; !slices.Equal(shown, want) {
		t.Errorf("shown were %q", shown)
	}
}

func TestAServerThatEndsClosesItsSocketsSoThatClientsComeBack(t *testing.T) {
	o := options(t)
	ending := make(chan struct{})
	o.Draining = func(context.Context) <-chan struct{} { return ending }
	c := greeted(t, served(t, o))
	close(ending)
	if code := c.closed(); code != 1001 {
		t.Errorf("closed with %d", code)
	}
}

func TestASocketWhoseClientIsSilentIsGivenUp(t *testing.T) {
	o := options(t)
	held := newSlow(o.Sessions.Store)
	o.Sessions, o.Sockets.Ping = sessions(held), 50*time.Millisecond
	c := greeted(t, served(t, o))
	c.ask("1", counting)
	wait(t, held.began, "the visit")
	if err := wait(t, held.ended, "its end"); !errors.Is(err, context.Canceled) { // nobody reads here, so no ping is answered
		t.Errorf("it ended by %v", err)
	}
}
