package httpapi

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/klauspost/compress/gzhttp"
	"github.com/rs/cors"
)

// guarded is the way to a handler of data: CORS first, because a refused page has to see the refusal; then where the
// request comes from, who sends it and why, the body, and gzip. Where there are sockets, their clients may show who they are later.
func (s *Server) guarded(next http.Handler, sockets bool) (http.Handler, error) {
	packed, err := gzhttp.NewWrapper(
		gzhttp.MinSize(1024),
		gzhttp.EnableZstd(false),
		// Nothing but whole JSON answers: a compressed stream would arrive in lumps.
		gzhttp.ContentTypes([]string{"application/json", "application/graphql-response+json", "application/geo+json", "text/csv"}),
	)
	if err != nil {
		return nil, fmt.Errorf("httpapi: set up gzip: %w", err)
	}
	plain := s.recovered(next)
	compressed := packed(plain)
	h := s.bounded(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if streams(r) {
			plain.ServeHTTP(w, r)
			return
		}
		compressed.ServeHTTP(w, r)
	}))
	h, err = s.sameOrigin(s.visited(s.authenticated(h, sockets)))
	if err != nil {
		return nil, err
	}
	if len(s.opts.CORSOrigins) == 0 { // the library takes an empty list for "any origin"
		return h, nil
	}
	return cors.New(cors.Options{
		AllowedOrigins: s.opts.CORSOrigins,
		AllowedMethods: []string{http.MethodGet, http.MethodPost},
		AllowedHeaders: append([]string{"Authorization", "Content-Type", "X-Request-Id", "If-None-Match", purposeHeader, reasonHeader}, preflightHeaders...),
		ExposedHeaders: []string{requestIDHeader, "Retry-After", "ETag", "Content-Disposition"},
		MaxAge:         600,
	}).Handler(h), nil
}

// streams tells whether the answer may come piece by piece: it is not packed then, since packing waits for more.
func streams(r *http.Request) bool {
	accept := r.Header.Get("Accept")
	return r.Header.Get("Upgrade") != "" || strings.Contains(accept, "text/event-stream") || strings.Contains(accept, "multipart/mixed")
}

func (s *Server) serveGraphQL(w http.ResponseWriter, r *http.Request) {
	s.running.Add(1) // Shutdown does not wait for a WebSocket
	defer s.running.Done()
	s.serveOpened(s.graphql.Load(), w, r)
}

func (s *Server) serveLayers(w http.ResponseWriter, r *http.Request) {
	s.serveOpened(s.layers.Load(), w, r)
}

func (s *Server) serveDevices(w http.ResponseWriter, r *http.Request) {
	s.serveOpened(s.devices.Load(), w, r)
}

// serveOpened serves what needs an open store, once it is there.
func (s *Server) serveOpened(h *http.Handler, w http.ResponseWriter, r *http.Request) {
	if h == nil {
		w.Header().Set("Retry-After", "1")
		writeError(w, r, http.StatusServiceUnavailable, codeUnavailable, "the store is not open yet; ask again in a moment, /readyz tells when")
		return
	}
	(*h).ServeHTTP(w, r)
}

// bounded reads the whole body, so that an oversize or slow one is refused here and in one form, and
// then lets the operation take as long as it may.
func (s *Server) bounded(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.ContentLength > s.opts.BodyLimit {
			s.refuseBody(w, r)
			return
		}
		if r.Body != nil && r.Body != http.NoBody {
			body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, s.opts.BodyLimit))
			if err != nil {
				s.refuseUnread(w, r, err)
				return
			}
			r.Body = io.NopCloser(bytes.NewReader(body))
		}
		// The read deadline has done its work. If it stayed, it would end the request's context at its
		// hour, because the server keeps reading for the client's leaving.
		_ = http.NewResponseController(w).SetReadDeadline(time.Time{}) // a test's recorder has none
		next.ServeHTTP(w, r)
	})
}

func (s *Server) refuseUnread(w http.ResponseWriter, r *http.Request, err error) {
	var tooLarge *http.MaxBytesError
	var network net.Error
	switch {
	case errors.As(err, &tooLarge):
		s.refuseBody(w, r)
	case errors.As(err, &network) && network.Timeout():
		w.Header().Set("Connection", "close")
		writeError(w, r, http.StatusRequestTimeout, codeTimeout, fmt.Sprintf("the request body did not arrive within %s", s.opts.Timeouts.Read))
	default:
		w.Header().Set("Connection", "close")
		writeError(w, r, http.StatusBadRequest, codeBadInput, "the request body broke off before its end")
	}
}

func (s *Server) refuseBody(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Connection", "close") // the rest of the body is not worth reading
	writeError(w, r, http.StatusRequestEntityTooLarge, codeLimitExceeded,
		fmt.Sprintf("the request body is larger than the %d bytes allowed", s.opts.BodyLimit))
}
