package wire

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"lintu/graph/limits"
	"lintu/kg"
)

// message is one message of graphql-transport-ws, either way.
type message struct {
	ID      string          `json:"id,omitempty"`
	Type    string          `json:"type"`
	Payload json.RawMessage `json:"payload,omitempty"`
}

// The types of messages.
const (
	msgInit      = "connection_init"
	msgAck       = "connection_ack"
	msgPing      = "ping"
	msgPong      = "pong"
	msgSubscribe = "subscribe"
	msgNext      = "next"
	msgError     = "error"
	msgComplete  = "complete"
)

// take does what a message says; false: the socket is closed.
func (s *socket) take(text []byte) bool {
	var m message
	if err := json.Unmarshal(text, &m); err != nil {
		s.close(closeInvalid, "Invalid message: a JSON object with a type is expected")
		return false
	}
	switch m.Type {
	case msgInit:
		return s.init(m)
	case msgPing:
		s.send(mustMarshal(message{Type: msgPong, Payload: m.Payload}))
		return true
	case msgPong:
		return true
	case msgSubscribe:
		return s.subscribe(m)
	case msgComplete:
		s.mu.Lock()
		defer s.mu.Unlock()
		if stop, runs := s.running[m.ID]; runs {
			delete(s.running, m.ID)
			stop()
		}
		return true
	}
	s.close(closeInvalid, "Invalid message: unknown type")
	return false
}

// init lets the client in, once.
func (s *socket) init(m message) bool {
	if s.greeted {
		s.close(closeInitAgain, "Too many initialisation requests")
		return false
	}
	s.greeted = true
	if login := s.transport.Sockets.Login; login != nil {
		g := readGreeting(m.Payload)
		ctx, err := login(s.ctx, g.token, g.purpose, g.reason)
		if err != nil {
			s.turnAway(err)
			return false
		}
		s.viewer = ctx
		context.AfterFunc(ctx, func() {
			if s.ctx.Err() == nil { // it is the viewer's time that is over, not the socket's
				s.close(closeForbidden, "Forbidden: the credential has ended")
			}
		})
	}
	s.ready.Store(true)
	s.send(mustMarshal(message{Type: msgAck}))
	return true
}

// turnAway closes the socket of a client that is not let in. What was wrong with its token is not told.
func (s *socket) turnAway(err error) {
	switch {
	case errors.Is(err, kg.ErrInvalid):
		s.close(closeInvalid, "Invalid message: the purpose or its reason is none that may be stated")
	case errors.Is(err, kg.ErrUnavailable):
		s.close(closeLater, "Try again later: the issuer of the token cannot be asked")
	default:
		s.close(closeForbidden, "Forbidden")
	}
}

// greeting is what a connection_init says: {"Authorization": "Bearer TOKEN"}, or {"token": "TOKEN"}, and why the client
// looks at personal detail: {"purpose": "care-visit", "reason": "..."}.
type greeting struct{ token, purpose, reason string }

func readGreeting(payload json.RawMessage) (g greeting) {
	var fields map[string]any
	if json.Unmarshal(payload, &fields) != nil {
		return g
	}
	for name, value := range fields {
		text, _ := value.(string)
		switch strings.ToLower(name) {
		case "authorization":
			if scheme, token, _ := strings.Cut(text, " "); strings.EqualFold(scheme, "Bearer") {
				g.token = strings.TrimSpace(token)
			}
		case "token":
			g.token = cmp.Or(g.token, text)
		case "purpose":
			g.purpose = text
		case "reason":
			g.reason = text
		}
	}
	return g
}

// subscribe begins an operation.
func (s *socket) subscribe(m message) bool {
	if !s.ready.Load() {
		s.close(closeUnready, "Unauthorized: connection_init comes first")
		return false
	}
	if m.ID == "" || len(m.ID) > longestID {
		s.close(closeInvalid, fmt.Sprintf("Invalid message: an id of 1 to %d bytes is expected", longestID))
		return false
	}
	var p payload
	if p.readBody(bytes.NewReader(m.Payload)) != nil {
		s.close(closeInvalid, "Invalid message: the payload is no GraphQL request")
		return false
	}
	ctx, stop := context.WithCancel(s.viewer)
	s.mu.Lock()
	_, twice := s.running[m.ID]
	full := len(s.running) >= s.transport.Sockets.Operations
	if !twice && !full {
		s.running[m.ID] = stop
	}
	s.mu.Unlock()
	switch {
	case twice:
		stop()
		s.close(closeTwice, "Subscriber for "+m.ID+" already exists")
		return false
	case full:
		stop()
		s.refuse(s.viewer, m.ID, gqlerror.List{gqlerror.Wrap(limits.Full(limits.SocketOperationLimit, "operations on this socket", s.transport.Sockets.Operations))})
		return true
	}
	s.work.Go(func() {
		defer stop()
		s.run(ctx, m.ID, &p)
	})
	return true
}

// run answers one operation. Nothing is sent for one that the client has completed, and an id is free again before the
// client reads that its operation has ended.
func (s *socket) run(ctx context.Context, id string, p *payload) {
	params, err := p.params()
	if err != nil {
		s.over(ctx, id, func() { s.refuse(ctx, id, gqlerror.List{gqlerror.Wrap(err)}) })
		return
	}
	o, errs := s.transport.create(ctx, s.exec, params)
	defer o.end()
	if errs != nil {
		s.over(ctx, id, func() { s.refuse(o.ctx, id, errs) })
		return
	}
	o.begin(s.exec)
	given := false
	for a := o.answer(); a != nil && ctx.Err() == nil; a = o.answer() {
		given = true
		s.next(id, a)
	}
	if !given && !o.subscription() && ctx.Err() == nil { // its time was over before it began
		s.next(id, nil)
	}
	s.over(ctx, id, func() { s.send(mustMarshal(message{ID: id, Type: msgComplete})) })
}

func (s *socket) next(id string, a *graphql.Response) {
	s.send(mustMarshal(message{ID: id, Type: msgNext, Payload: marshal(a)}))
}

// over ends an operation that the client has not completed.
func (s *socket) over(ctx context.Context, id string, say func()) {
	s.mu.Lock()
	ended := ctx.Err() != nil
	if !ended {
		delete(s.running, id)
	}
	s.mu.Unlock()
	if !ended {
		say()
	}
}

// refuse says why an operation is not run.
func (s *socket) refuse(ctx context.Context, id string, errs gqlerror.List) {
	s.send(mustMarshal(message{ID: id, Type: msgError, Payload: mustMarshal(s.exec.DispatchError(ctx, errs).Errors)}))
}
