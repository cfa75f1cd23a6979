package httpapi

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/http"
)

// visit is what this package knows of a request's client.
type visit struct {
	server *Server
	caller string
	shown  bool // the token, where there is one
}

type visitKey struct{}

func visitOf(ctx context.Context) *visit {
	v, _ := ctx.Value(visitKey{}).(*visit)
	return v
}

// Caller names the client of a request for counting: by its token where it shows one, else by its address. It is "" outside
// of a request.
func Caller(ctx context.Context) string {
	if v := visitOf(ctx); v != nil {
		return v.caller
	}
	return ""
}

// Draining is closed when the server is about to end, so that what could last for hours ends in order. It is nil outside of
// a request.
func Draining(ctx context.Context) <-chan struct{} {
	if v := visitOf(ctx); v != nil {
		return v.server.ending
	}
	return nil
}

// errToken says that a WebSocket's client has not shown the token.
var errToken = errors.New("the token is missing or wrong")

// Login lets in the client of a WebSocket, which may show the token in its first message since browsers cannot in the
// header. A token that was shown in the header need not be repeated.
func Login(ctx context.Context, token string) (context.Context, error) {
	v := visitOf(ctx)
	switch {
	case v == nil || v.server.opts.Token == "" || v.shown && token == "":
		return ctx, nil
	case !v.server.isToken(token):
		return nil, errToken
	}
	return context.WithValue(ctx, visitKey{}, &visit{server: v.server, caller: callerByToken(token), shown: true}), nil
}

func callerByToken(token string) string {
	sum := sha256.Sum256([]byte(token))
	return "token " + hex.EncodeToString(sum[:8])
}

// visited notes who asks.
func (s *Server) visited(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		v := &visit{server: s, caller: "address " + remote(r)}
		if s.opts.Token != "" && s.showsToken(r) {
			v.shown, v.caller = true, callerByToken(s.opts.Token)
		}
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), visitKey{}, v)))
	})
}
