package httpapi

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"lintu/internal/who"
	"lintu/kg"
	"lintu/trust"
)

// credential is the bearer credential of a request; "" where the header Authorization holds none, and false where there is
// no such header.
func credential(r *http.Request) (text string, shown bool) {
	header := r.Header.Get("Authorization")
	scheme, given, _ := strings.Cut(header, " ")
	if !strings.EqualFold(scheme, "Bearer") {
		given = ""
	}
	return strings.TrimSpace(given), header != ""
}

// authenticated lets in whom the desk has let in, on whose behalf the request is then answered. A WebSocket's client may
// show its credential later, where later says so: it is not let further than to that.
func (s *Server) authenticated(next http.Handler, later bool) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		v := visitOf(r.Context())
		upgrade := r.Header.Get("Upgrade") != ""
		if later && upgrade && errors.Is(v.err, errNoCredential) {
			next.ServeHTTP(w, r)
			return
		}
		if v.err != nil {
			s.turnAway(w, r, v.err)
			return
		}
		stated, err := statedIn(v.viewer, v.purpose, v.reason)
		if err != nil {
			writeError(w, r, http.StatusBadRequest, codeBadInput, err.Error())
			return
		}
		ctx := trust.With(r.Context(), stated)
		if streams(r) && !upgrade { // a socket is told by its own messages
			ctx = s.who.Hold(ctx, stated)
		}
		next.ServeHTTP(w, r.WithContext(ctx))
	})
}

// turnAway answers whom the desk has not let in. What was wrong with a credential is not told.
func (s *Server) turnAway(w http.ResponseWriter, r *http.Request, err error) {
	const challenge = `Bearer realm="lintu"`
	var tooMany *who.TooMany
	switch {
	case errors.As(err, &tooMany):
		w.Header().Set("Retry-After", strconv.Itoa(tooMany.Seconds()))
		writeError(w, r, http.StatusTooManyRequests, codeLimitExceeded, tooMany.Error())
	case errors.Is(err, kg.ErrUnavailable):
		w.Header().Set("Retry-After", "2")
		writeError(w, r, http.StatusServiceUnavailable, codeUnavailable, "the issuer of the token cannot be asked at the moment: ask again, or show a key")
	case errors.Is(err, kg.ErrForbidden):
		w.Header().Set("WWW-Authenticate", challenge+`, error="insufficient_scope"`)
		writeError(w, r, http.StatusForbidden, codeForbidden, "the token gives no role here: ask whoever gives roles")
	case errors.Is(err, errNoCredential):
		w.Header().Set("WWW-Authenticate", challenge)
		writeError(w, r, http.StatusUnauthorized, codeUnauthenticated, "this server asks who you are: send the header Authorization: Bearer KEY")
	default:
		w.Header().Set("WWW-Authenticate", challenge+`, error="invalid_token"`)
		writeError(w, r, http.StatusUnauthorized, codeUnauthenticated,
			"the Authorization header opens nothing here: send Authorization: Bearer and a key or token that is in force")
	}
}

// preflightHeaders are those that a browser sends to another origin only after it has asked whether it may, which only the
// allowed origins are told. A request with one of them was not slipped to a browser by a page elsewhere.
var preflightHeaders = []string{"Apollo-Require-Preflight", "X-Apollo-Operation-Name", "Lintu-Require-Preflight"}

func preflighted(r *http.Request) bool {
	return r.Header.Get("Upgrade") == "" && slices.ContainsFunc(preflightHeaders, func(name string) bool { return r.Header.Get(name) != "" })
}

// sameOrigin refuses requests that a browser sends for a page of another origin, except the allowed
// ones and those that a browser would not send unasked. Reads are judged like writes: a page elsewhere
// has no business with this API, a GET can cost as much as a POST, and a WebSocket begins as a GET that
// no CORS rule covers.
func (s *Server) sameOrigin(next http.Handler) (http.Handler, error) {
	protection := http.NewCrossOriginProtection()
	for _, origin := range s.opts.CORSOrigins {
		if err := protection.AddTrustedOrigin(origin); err != nil {
			return nil, fmt.Errorf("httpapi: CORS origin %q: %w", origin, err)
		}
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		judged := *r
		if r.Method != http.MethodOptions {
			judged.Method = http.MethodPost
		}
		if err := protection.Check(&judged); err != nil && !preflighted(r) {
			writeError(w, r, http.StatusForbidden, codeForbidden, "pages of this origin may not call the API: add the origin to LINTU_CORS_ORIGINS")
			return
		}
		next.ServeHTTP(w, r)
	}), nil
}

// loopbackOnly refuses a Host that is not a name of this machine for itself. A page may have its own
// name resolve to 127.0.0.1 (DNS rebinding) and is then of the same origin, but keeps its name here.
func loopbackOnly(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !isLoopbackHost(r.Host) {
			writeError(w, r, http.StatusForbidden, codeForbidden,
				"where nobody has to show who they are, this server answers to localhost, 127.0.0.1 and [::1] only: set LINTU_KEYS_FILE or LINTU_TOKEN_FILE to use another name")
			return
		}
		next.ServeHTTP(w, r)
	})
}

func isLoopbackHost(hostport string) bool {
	host := hostport
	if h, _, err := net.SplitHostPort(hostport); err == nil {
		host = h
	}
	host = strings.TrimSuffix(strings.TrimPrefix(host, "["), "]")
	if strings.EqualFold(host, "localhost") {
		return true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.Unmap().IsLoopback()
}
