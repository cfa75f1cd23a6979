package httpapi

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"

	"lintu/internal/who"
	"lintu/kg"
	"lintu/trust"
)

// The headers in which a request states why it looks at personal detail. Text beyond ASCII is percent-encoded UTF-8.
const (
	purposeHeader = "X-Lintu-Purpose"
	reasonHeader  = "X-Lintu-Reason"
)

// errNoCredential says that a client has not said who they are.
var errNoCredential = errors.New("no credential is shown")

// visit is what this package knows of a request's client.
type visit struct {
	server  *Server
	address string
	viewer  trust.Viewer // where err is nil
	err     error
	// purpose and reason are those of the headers.
	purpose, reason string
}

type visitKey struct{}

func visitOf(ctx context.Context) *visit {
	v, _ := ctx.Value(visitKey{}).(*visit)
	return v
}

// Draining is closed when the server is about to end, so that what could last for hours ends in order. It is nil outside of
// a request.
func Draining(ctx context.Context) <-chan struct{} {
	if v := visitOf(ctx); v != nil {
		return v.server.ending
	}
	return nil
}

// Login lets in the client of a WebSocket, which may show its credential in its first message since browsers cannot in the
// header, and state its purpose there. What was said in headers need not be repeated. The context is the viewer's, and ends
// with the cause who.ErrOver when their credential does.
func Login(ctx context.Context, shown, purpose, reason string) (context.Context, error) {
	v := visitOf(ctx)
	if v == nil {
		return ctx, nil
	}
	viewer, err := v.viewer, v.err
	if shown != "" && !v.server.who.Open() {
		viewer, err = v.server.who.Admit(ctx, v.address, shown)
	}
	if err != nil {
		return nil, err
	}
	if purpose == "" && reason == "" {
		viewer, err = statedIn(viewer, v.purpose, v.reason)
	} else {
		viewer, err = stating(viewer, purpose, reason)
	}
	if err != nil {
		return nil, err
	}
	return v.server.who.Hold(trust.With(ctx, viewer), viewer), nil
}

// statedIn is a viewer with what headers state.
func statedIn(v trust.Viewer, purpose, reason string) (trust.Viewer, error) {
	text, err := url.PathUnescape(reason)
	if err != nil {
		return v, errReason
	}
	return stating(v, purpose, text)
}

var errReason = kg.Invalid(reasonHeader, "is no text of one line", "UTF-8; in a header percent-encoded beyond ASCII")

// stating is a viewer with the purpose and the reason that were stated; as they were where nothing was.
func stating(v trust.Viewer, purpose, reason string) (trust.Viewer, error) {
	if !utf8.ValidString(reason) || strings.ContainsFunc(reason, unicode.IsControl) {
		return v, errReason
	}
	stated, err := trust.ParsePurpose(purpose, reason)
	if err != nil {
		return v, err
	}
	if stated != "" {
		v.Purpose = stated
	}
	v.Reason = strings.TrimSpace(reason)
	return v, nil
}

// visited notes who asks.
func (s *Server) visited(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		v := &visit{server: s, address: remote(r), purpose: r.Header.Get(purposeHeader), reason: r.Header.Get(reasonHeader)}
		v.viewer, v.err = s.admit(r)
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), visitKey{}, v)))
	})
}

// admit is who sends a request.
func (s *Server) admit(r *http.Request) (trust.Viewer, error) {
	if s.who.Open() {
		return trust.TheOperator(), nil
	}
	text, shown := credential(r)
	if !shown {
		return trust.Viewer{}, errNoCredential
	}
	return s.who.Admit(r.Context(), remote(r), text)
}

// desk is who lets viewers in; one that asks nobody where none is given.
func desk(given *who.Desk) *who.Desk {
	if given == nil {
		return who.New(who.Options{})
	}
	return given
}
