package wire

import (
	"context"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/coder/websocket"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"lintu/graph/limits"
)

// protocol is the WebSocket subprotocol of the library graphql-ws, which all clients of today speak.
const protocol = "graphql-transport-ws"

// The codes with which a socket is closed; those from 4400 on are the protocol's.
const (
	closeGoing      = websocket.StatusGoingAway // the server ends; clients come back
	closeLater      = websocket.StatusTryAgainLater
	closeInvalid    = websocket.StatusCode(4400)
	closeUnready    = websocket.StatusCode(4401)
	closeForbidden  = websocket.StatusCode(4403)
	closeNoProtocol = websocket.StatusCode(4406)
	closeInitLate   = websocket.StatusCode(4408)
	closeTwice      = websocket.StatusCode(4409)
	closeInitAgain  = websocket.StatusCode(4429)
	writePatience   = 30 * time.Second // for one message to be taken
	longestID       = 100              // bytes of an operation's id
)

// sockets takes WebSockets.
type sockets struct {
	*runner
	open atomic.Int64
}

var _ graphql.Transport = (*sockets)(nil)

func newSocketTransport(r *runner) *sockets { return &sockets{runner: r} }

// Supports takes upgrades, whatever to, so that every refusal is this transport's.
func (*sockets) Supports(r *http.Request) bool { return upgrade(r) }

// Do serves one socket until it is closed.
func (t *sockets) Do(w http.ResponseWriter, r *http.Request, exec graphql.GraphExecutor) {
	defer t.open.Add(-1)
	if t.open.Add(1) > int64(t.Sockets.Most) {
		w.Header().Set("Retry-After", "10")
		writeWhole(w, mediaJSON, http.StatusServiceUnavailable, exec.DispatchError(r.Context(), gqlerror.List{gqlerror.Wrap(limits.Full(limits.SocketLimit, "sockets", t.Sockets.Most))}))
		return
	}
	// Where the request comes from was looked at before it came here.
	conn, err := websocket.Accept(w, r, &websocket.AcceptOptions{Subprotocols: []string{protocol}, InsecureSkipVerify: true})
	if err != nil {
		return // Accept has answered
	}
	conn.SetReadLimit(t.Sockets.MessageSize)
	ctx, cancel := context.WithCancel(r.Context())
	s := &socket{transport: t, conn: conn, exec: exec, ctx: ctx, cancel: cancel, viewer: ctx, running: map[string]context.CancelFunc{}}
	defer s.finish()
	if conn.Subprotocol() != protocol {
		s.close(closeNoProtocol, "Subprotocol not acceptable: "+protocol+" is spoken here")
		return
	}
	s.serve(r)
}

// socket is one connection.
type socket struct {
	transport *sockets
	conn      *websocket.Conn
	exec      graphql.GraphExecutor
	ctx       context.Context // of the connection
	cancel    context.CancelFunc
	viewer    context.Context // in which operations run; only the reading goroutine looks at it
	greeted   bool            // connection_init came; only the reading goroutine looks at it
	ready     atomic.Bool

	mu      sync.Mutex
	running map[string]context.CancelFunc
	work    sync.WaitGroup
}

// serve reads messages until the socket is closed, by either side.
func (s *socket) serve(r *http.Request) {
	late := time.AfterFunc(s.transport.Sockets.InitTimeout, func() {
		if !s.ready.Load() {
			s.close(closeInitLate, "Connection initialisation timeout")
		}
	})
	defer late.Stop()
	go s.watch(s.transport.Draining(r.Context()))
	for {
		kind, text, err := s.conn.Read(s.ctx)
		if err != nil {
			return // closed, broken, or a message that was too long, which the library answers with 1009
		}
		if kind != websocket.MessageText {
			s.close(closeInvalid, "Invalid message: text is expected")
			return
		}
		if !s.take(text) {
			return
		}
	}
}

// watch pings the client, so that one that is gone without a word is noticed, and says goodbye when the server ends.
func (s *socket) watch(draining <-chan struct{}) {
	every := s.transport.Sockets.Ping
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			ctx, cancel := context.WithTimeout(s.ctx, every)
			err := s.conn.Ping(ctx)
			cancel()
			if err != nil {
				s.cancel()
				return
			}
		case <-draining:
			s.close(closeGoing, "the server is going down; connect again")
			return
		case <-s.ctx.Done():
			return
		}
	}
}

// close ends the socket with a code. The client's own close frame is waited for, some seconds at most.
func (s *socket) close(code websocket.StatusCode, reason string) {
	s.stopAll()
	_ = s.conn.Close(code, reason) // it is over, whatever comes back
	s.cancel()
}

// finish leaves nothing behind: operations are stopped and waited for.
func (s *socket) finish() {
	s.cancel()
	s.stopAll()
	_ = s.conn.CloseNow()
	s.work.Wait()
}

func (s *socket) stopAll() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, stop := range s.running {
		stop()
	}
}

// send writes one message. A client that does not take it in time loses the connection.
func (s *socket) send(text []byte) {
	ctx, cancel := context.WithTimeout(s.ctx, writePatience)
	defer cancel()
	if s.conn.Write(ctx, websocket.MessageText, text) != nil {
		s.cancel()
	}
}
