package wire

import (
	"encoding/json"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// maxErrors is how many errors one answer tells: a document can be wrong in as many places as it has words.
const maxErrors = 20

// marshal writes an answer as JSON: data is left out where nothing was executed, and copied as it is, since it is JSON
// already. Nil stands for an answer that nobody waits for any more.
func marshal(r *graphql.Response) []byte {
	if r == nil {
		r = &graphql.Response{Errors: gqlerror.List{{Message: "the operation was ended before its answer stood", Extensions: map[string]any{"code": "TIMEOUT"}}}}
	}
	b := make([]byte, 0, len(r.Data)+256)
	part := func(name string, value []byte) {
		b = append(b, ',', '"')
		b = append(append(b, name...), '"', ':')
		b = append(b, value...)
	}
	if len(r.Errors) > 0 {
		part("errors", mustMarshal(r.Errors[:min(len(r.Errors), maxErrors)]))
	}
	if len(r.Data) > 0 {
		part("data", r.Data)
	}
	if r.Label != "" {
		part("label", mustMarshal(r.Label))
	}
	if len(r.Path) > 0 {
		part("path", mustMarshal(r.Path))
	}
	if len(r.Extensions) > 0 {
		part("extensions", mustMarshal(r.Extensions))
	}
	if len(b) == 0 {
		b = append(b, ',')
	}
	b[0] = '{'
	return append(b, '}')
}

func mustMarshal(v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err) // errors and extensions are plain
	}
	return b
}
