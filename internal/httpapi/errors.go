package httpapi

import (
	"encoding/json"
	"net/http"
	"strings"
)

// The codes of errors that this package gives; the same words as the GraphQL edge uses.
const (
	codeBadInput        = "BAD_USER_INPUT"
	codeConflict        = "CONFLICT"
	codeForbidden       = "FORBIDDEN"
	codeInternal        = "INTERNAL"
	codeNotFound        = "NOT_FOUND"
	codeLimitExceeded   = "LIMIT_EXCEEDED"
	codeTimeout         = "TIMEOUT"
	codeUnauthenticated = "UNAUTHENTICATED"
	codeUnavailable     = "UNAVAILABLE"
)

const graphqlResponse = "application/graphql-response+json"

// writeError answers in the form of a GraphQL error without data, so that a client has one way to
// read what went wrong. Message and code are ours; nothing the client sent is repeated.
func writeError(w http.ResponseWriter, r *http.Request, status int, code, message string) {
	contentType := "application/json"
	if strings.Contains(r.Header.Get("Accept"), graphqlResponse) {
		contentType = graphqlResponse
	}
	writeJSON(w, status, contentType, map[string]any{
		"errors": []any{map[string]any{
			"message":    message,
			"extensions": map[string]any{"code": code, "requestId": RequestID(r.Context())},
		}},
	})
}

// statuses are those of coded errors; others are the server's own fault.
var statuses = map[string]int{
	codeBadInput: http.StatusBadRequest, codeNotFound: http.StatusNotFound, codeConflict: http.StatusConflict, codeForbidden: http.StatusForbidden,
	codeUnauthenticated: http.StatusUnauthorized, codeLimitExceeded: http.StatusTooManyRequests,
	codeTimeout: http.StatusGatewayTimeout, codeUnavailable: http.StatusServiceUnavailable,
}

// Fail answers with a coded error, in the form of a GraphQL error without data.
func Fail(w http.ResponseWriter, r *http.Request, code, message string) {
	status, ok := statuses[code]
	if !ok {
		status = http.StatusInternalServerError
	}
	writeError(w, r, status, code, message)
}

func writeJSON(w http.ResponseWriter, status int, contentType string, body any) {
	w.Header().Set("Content-Type", contentType+"; charset=utf-8")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) // fails only when the client has left
}
