package httpapi

import (
	"bufio"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"runtime/debug"
	"strings"
	"time"
)

const requestIDHeader = "X-Request-Id"

type requestIDKey struct{}

// RequestID returns the id of the request that ctx belongs to, or "" outside of one. It is in the
// response's X-Request-Id, in the log, and belongs into every error.
func RequestID(ctx context.Context) string {
	id, _ := ctx.Value(requestIDKey{}).(string)
	return id
}

// identified gives each request an id: the one it came with, if that is short and plain enough for
// a log line, else a random one.
func (s *Server) identified(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id := r.Header.Get(requestIDHeader)
		if !saneID(id) {
			id = rand.Text()
		}
		w.Header().Set(requestIDHeader, id)
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), requestIDKey{}, id)))
	})
}

func saneID(id string) bool {
	return len(id) >= 8 && len(id) <= 64 && !strings.ContainsFunc(id, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && !strings.ContainsRune("-_.", r)
	})
}

// logged writes one line a request. The address stays out beyond its path: a query string holds
// variables. Successful probes are for debugging only, they come every few seconds.
func (s *Server) logged(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		began := time.Now()
		tracked := &response{ResponseWriter: w, patience: s.opts.Timeouts.Write}
		// A deadline left by the connection's previous response would hit this one.
		_ = http.NewResponseController(w).SetWriteDeadline(time.Time{}) // a test's recorder has none
		defer func() {
			level := slog.LevelInfo
			switch probe := r.URL.Path == "/healthz" || r.URL.Path == "/readyz"; {
			case tracked.status >= 500:
				level = slog.LevelWarn
			case probe:
				level = slog.LevelDebug
			}
			s.log.LogAttrs(r.Context(), level, "request",
				slog.String("request_id", RequestID(r.Context())),
				slog.String("method", r.Method),
				slog.String("path", shorten(r.URL.Path)),
				slog.Int("status", tracked.status),
				slog.Int64("bytes", tracked.bytes),
				slog.Float64("duration_ms", float64(time.Since(began).Microseconds())/1000),
				slog.String("remote", remote(r)))
		}()
		next.ServeHTTP(tracked, r)
		if tracked.status == 0 { // what net/http makes of a handler that wrote nothing
			tracked.status = http.StatusOK
		}
	})
}

// shorten is a path for the log. What follows the path of the pages opens them, and stays out.
func shorten(path string) string {
	const most = 200
	if strings.HasPrefix(path, pagePath) {
		return pagePath + "..."
	}
	if len(path) > most {
		return strings.ToValidUTF8(path[:most], "") + "..."
	}
	return path
}

func remote(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}

// recovered turns a panic of next into a coded error and a log entry with the stack. When part of
// the response is out already, the connection is cut, so that the client does not take it for whole.
func (s *Server) recovered(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		tracked := &response{ResponseWriter: w}
		defer func() {
			v := recover()
			if v == nil {
				return
			}
			failure, _ := v.(error)
			aborted := errors.Is(failure, http.ErrAbortHandler)
			if !aborted {
				s.log.ErrorContext(r.Context(), "panic in a request", "request_id", RequestID(r.Context()),
					"panic", fmt.Sprint(v), "stack", string(debug.Stack()))
			}
			if aborted || tracked.status != 0 {
				panic(http.ErrAbortHandler)
			}
			writeError(tracked, r, http.StatusInternalServerError, codeInternal, "something went wrong inside the server; its log has more under this request id")
		}()
		next.ServeHTTP(tracked, r)
	})
}

// secured sets the headers that keep a browser from making more of a response than it is. A handler
// that serves a page sets its own Content-Security-Policy and Cache-Control over these.
func secured(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
		h.Set("Cache-Control", "no-store")
		next.ServeHTTP(w, r)
	})
}

// response notes what was sent and gives each piece its time to be taken by the client. There is no
// limit on the whole: a stream may last for hours.
type response struct {
	http.ResponseWriter
	patience time.Duration // for one piece; zero for no limit
	status   int           // zero until the header is out
	bytes    int64
}

func (w *response) WriteHeader(status int) {
	if w.status == 0 && status >= 200 || status == http.StatusSwitchingProtocols {
		w.status = status
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *response) Write(p []byte) (int, error) {
	if w.status == 0 {
		w.status = http.StatusOK
	}
	w.extend()
	n, err := w.ResponseWriter.Write(p)
	w.bytes += int64(n)
	return n, err
}

// Flush sends what is buffered, for streams.
func (w *response) Flush() {
	w.extend()
	_ = http.NewResponseController(w.ResponseWriter).Flush() // the next write tells what is wrong
}

// Hijack hands the connection over, for WebSockets.
func (w *response) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	w.status = http.StatusSwitchingProtocols
	return http.NewResponseController(w.ResponseWriter).Hijack()
}

// Unwrap lets http.ResponseController reach the connection.
func (w *response) Unwrap() http.ResponseWriter { return w.ResponseWriter }

func (w *response) extend() {
	if w.patience > 0 {
		_ = http.NewResponseController(w.ResponseWriter).SetWriteDeadline(time.Now().Add(w.patience))
	}
}
