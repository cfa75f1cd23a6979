package graph

import (
	"context"
	"errors"
	"log/slog"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"lintu/graph/limits"
	"lintu/graph/trusted"
	"lintu/kg"
	"lintu/trail"
)

// The codes that clients rely on, in extensions.code.
const (
	codeBadInput        = "BAD_USER_INPUT"
	codeNotFound        = "NOT_FOUND"
	codeConflict        = "CONFLICT"
	codeForbidden       = "FORBIDDEN"
	codeUnauthenticated = "UNAUTHENTICATED"
	codeLimit           = "LIMIT_EXCEEDED"
	codeTimeout         = "TIMEOUT"
	codeUnavailable     = "UNAVAILABLE"
	codeInternal        = "INTERNAL"

	codePersistedNotFound    = "PERSISTED_QUERY_NOT_FOUND"
	codePersistedUnsupported = "PERSISTED_QUERY_NOT_SUPPORTED"
	codePersistedRequired    = "PERSISTED_QUERY_REQUIRED"
)

// codes is the one place where errors become codes. The text of an error is shown where it was written for the
// caller; else the client reads the fallback.
var codes = []struct {
	err      error
	code     string
	fallback string // "": the error's own text
}{
	{trusted.ErrNotFound, codePersistedNotFound, ""},
	{trusted.ErrUnsupported, codePersistedUnsupported, ""},
	{trusted.ErrRequired, codePersistedRequired, ""},
	{kg.ErrInvalid, codeBadInput, ""},
	{kg.ErrNotFound, codeNotFound, ""},
	{kg.ErrConflict, codeConflict, ""},
	{kg.ErrForbidden, codeForbidden, ""},
	{kg.ErrUnauthenticated, codeUnauthenticated, "say who you are: Authorization: Bearer TOKEN"},
	{kg.ErrLimit, codeLimit, ""},
	{kg.ErrTimeout, codeTimeout, "the operation took too long and was ended; ask for less at once"},
	{context.DeadlineExceeded, codeTimeout, "the operation took too long and was ended; ask for less at once"},
	{trail.ErrUnwritten, codeUnavailable, "the audit trail cannot be written, so that nothing about people can be shown or changed at the moment"},
	{kg.ErrUnavailable, codeUnavailable, "the store cannot be reached at the moment; try again shortly"},
	{context.Canceled, codeUnavailable, "the operation was cancelled"},
}

// maxErrorLength is how many letters of a text are shown that repeats what stands in a document.
const maxErrorLength = 500

// presenter shows an error to the client: a code, a text that was meant for it, the request id, never an inner
// text.
func presenter(log *slog.Logger, requestID func(context.Context) string) graphql.ErrorPresenterFunc {
	return func(ctx context.Context, err error) *gqlerror.Error {
		shown := &gqlerror.Error{Extensions: map[string]any{}}
		if id := requestID(ctx); id != "" {
			shown.Extensions["requestId"] = id
		}
		var parsed *gqlerror.Error
		if errors.As(err, &parsed) {
			shown.Path, shown.Locations = parsed.Path, parsed.Locations
		}
		if shown.Path == nil {
			shown.Path = graphql.GetPath(ctx)
		}
		shown.Message, shown.Extensions["code"] = describe(err, parsed)
		if shown.Extensions["code"] == codeInternal {
			log.ErrorContext(ctx, "internal error", "error", err, "path", shown.Path.String())
		}
		var conflict *kg.ConflictError
		if errors.As(err, &conflict) {
			shown.Extensions["currentVersion"] = conflict.Current
		}
		var exceeded *limits.Exceeded
		if errors.As(err, &exceeded) {
			shown.Extensions["limit"], shown.Extensions["asked"], shown.Extensions["allowed"] = exceeded.Limit, exceeded.Asked, exceeded.Allowed
		}
		var busy *limits.Busy
		if errors.As(err, &busy) {
			shown.Extensions["limit"], shown.Extensions["retryAfterMs"] = busy.Limit, busy.Wait.Milliseconds()
		}
		var invalid *kg.InvalidError
		if errors.As(err, &invalid) {
			shown.Extensions["argument"], shown.Extensions["allowed"] = invalid.Argument, invalid.Allowed
		}
		return shown
	}
}

// Describe is how an error is shown outside of GraphQL: its code, and a text that was meant for the client.
func Describe(err error) (code, message string) {
	message, code = describe(err, nil)
	return code, message
}

func describe(err error, parsed *gqlerror.Error) (message, code string) {
	for _, c := range codes {
		if errors.Is(err, c.err) {
			if c.fallback != "" {
				return c.fallback, c.code
			}
			return plain(err, parsed), c.code
		}
	}
	if parsed != nil && parsed.Unwrap() == nil {
		// gqlparser's and gqlgen's own words about the document and its variables.
		if have, _ := parsed.Extensions["code"].(string); have == codeLimit || have == codeBadInput {
			return parsed.Message, have
		}
		return clipped(parsed.Message), codeBadInput
	}
	return "internal error", codeInternal
}

// plain is the text of the error without the position that gqlgen puts before it.
func plain(err error, parsed *gqlerror.Error) string {
	if parsed != nil && parsed.Unwrap() != nil {
		return parsed.Unwrap().Error()
	}
	return err.Error()
}

// clipped is a text of the parser or the validator, which repeats what the document says, in a fair length.
func clipped(text string) string {
	if r := []rune(text); len(r) > maxErrorLength {
		return string(r[:maxErrorLength]) + "…"
	}
	return text
}
