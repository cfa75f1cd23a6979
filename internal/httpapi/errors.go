package httpapi

import (
	"encoding/json"
	"net/http"
	"strings"
)

// The codes of errors that this package gives; the same words as the GraphQL edge uses.
const (
	codeBadInput        = "BAD_USER_INPUT"
	codeForbidden       = "FORBIDDEN"
	codeInternal        = "INTERNAL"
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

func writeJSON(w http.ResponseWriter, status int, contentType string, body any) {
	w.Header().Set("Content-Type", contentType+"; charset=utf-8")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) // fails only when the client has left
}
