package httpapi

import (
	"crypto/sha256"
	"crypto/subtle"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// showsToken tells whether the request carries the token.
func (s *Server) showsToken(r *http.Request) bool {
	scheme, given, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	return strings.EqualFold(scheme, "Bearer") && s.isToken(strings.TrimSpace(given))
}

// isToken compares with the token. The comparison takes the same time whatever the token is; hashing first hides its length
// as well.
func (s *Server) isToken(given string) bool {
	want, got := sha256.Sum256([]byte(s.opts.Token)), sha256.Sum256([]byte(given))
	return subtle.ConstantTimeCompare(want[:], got[:]) == 1
}

// authenticated lets in who shows the token. A WebSocket's client may show it later, where later says so: it is not let
// further than to that.
func (s *Server) authenticated(next http.Handler, later bool) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if v := visitOf(r.Context()); v.shown || later && r.Header.Get("Upgrade") != "" && r.Header.Get("Authorization") == "" {
			next.ServeHTTP(w, r)
			return
		}
		challenge, message := `Bearer realm="lintu"`, "this server asks for a token: send the header Authorization: Bearer TOKEN"
		if r.Header.Get("Authorization") != "" {
			challenge += `, error="invalid_token"`
			message = "the Authorization header does not hold this server's token: send Authorization: Bearer TOKEN"
		}
		w.Header().Set("WWW-Authenticate", challenge)
		writeError(w, r, http.StatusUnauthorized, codeUnauthenticated, message)
	})
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
				"without a token this server answers to localhost, 127.0.0.1 and [::1] only: set LINTU_TOKEN_FILE to use another name")
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
