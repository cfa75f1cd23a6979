// Package wire carries GraphQL over HTTP: one operation a request, by GET or POST, answered whole as JSON, in pieces
// where the document says @defer and the client takes multipart/mixed, or as a stream of server-sent events; and many
// operations a connection, by the WebSocket protocol graphql-transport-ws. What an operation means is the executor's
// business; who may call, and how large a body may be, is decided before.
//
// What is wrong with a request is always told in a coded error, never with the request's own words in it.
package wire

import (
	"context"
	"net/http"
	"time"

	"github.com/99designs/gqlgen/graphql"
)

// Options are what all transports share. The zero value of a field switches its limit off.
type Options struct {
	// Timeout ends a query or mutation; a subscription may last.
	Timeout time.Duration
	// Admit waits until there is room to run an operation, and returns how to give the room back. Its error refuses the
	// operation.
	Admit func(ctx context.Context) (release func(), err error)
	// Draining is closed when the server is about to end: streams and sockets are then ended in order.
	Draining func(ctx context.Context) <-chan struct{}
	// Sockets bounds WebSockets.
	Sockets SocketOptions
}

// SocketOptions bound WebSockets. A zero means the default named with each.
type SocketOptions struct {
	// Login makes the context of a connection whose connection_init carries a token, a purpose and its reason, or none;
	// nil: everybody is let in. Its error closes the socket: kg.ErrInvalid with 4400, kg.ErrUnavailable with 1013, others
	// with 4403. So does the end of that context, with 4403: clients come back with another token.
	Login       func(ctx context.Context, token, purpose, reason string) (context.Context, error)
	Most        int           // sockets at a time; 1,000
	Operations  int           // at a time on one socket; 20
	MessageSize int64         // bytes of one message; 64 KiB
	InitTimeout time.Duration // from the opening to connection_init; 5 s
	Ping        time.Duration // between two pings, each answered within as long; 15 s
}

func (o SocketOptions) withDefaults() SocketOptions {
	o.Most = orElse(o.Most, 1000)
	o.Operations = orElse(o.Operations, 20)
	o.MessageSize = orElse(o.MessageSize, 64<<10)
	o.InitTimeout = orElse(o.InitTimeout, 5*time.Second)
	o.Ping = orElse(o.Ping, 15*time.Second)
	return o
}

func orElse[T comparable](v, fallback T) T {
	var zero T
	if v == zero {
		return fallback
	}
	return v
}

// Transports are the ways to speak with the server, in the order in which they are to be asked.
func Transports(o Options) []graphql.Transport {
	if o.Admit == nil {
		o.Admit = func(context.Context) (func(), error) { return func() {}, nil }
	}
	if o.Draining == nil {
		o.Draining = func(context.Context) <-chan struct{} { return nil }
	}
	o.Sockets = o.Sockets.withDefaults()
	r := &runner{Options: o}
	return []graphql.Transport{newSocketTransport(r), requests{r}}
}

// upgrade tells whether the request asks for another protocol.
func upgrade(r *http.Request) bool { return r.Header.Get("Upgrade") != "" }
