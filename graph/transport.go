package graph

import (
	"encoding/json"
	"io"
	"mime"
	"net/http"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"lintu/kg"
)

// The media types of GraphQL over HTTP.
const (
	mediaJSON     = "application/json"
	mediaResponse = "application/graphql-response+json"
)

// post takes GraphQL documents as JSON by POST, and says in a coded error what is wrong with anything else: never
// with the request's own body in it. The body's size is limited before it.
type post struct{}

var _ graphql.Transport = post{}

// Supports takes every request but an upgrade, so that every refusal is this transport's.
func (post) Supports(r *http.Request) bool { return r.Header.Get("Upgrade") == "" }

// Do answers one request.
func (post) Do(w http.ResponseWriter, r *http.Request, exec graphql.GraphExecutor) {
	media := responseMedia(r)
	w.Header().Set("Content-Type", media+"; charset=utf-8")
	params, status, err := readParams(r)
	if err != nil {
		if status == http.StatusMethodNotAllowed {
			w.Header().Set("Allow", "POST")
		}
		w.WriteHeader(status)
		write(w, exec.DispatchError(r.Context(), gqlerror.List{gqlerror.Wrap(err)}))
		return
	}
	op, errs := exec.CreateOperationContext(r.Context(), params)
	if errs != nil {
		if media == mediaResponse {
			w.WriteHeader(http.StatusBadRequest)
		}
		write(w, exec.DispatchError(graphql.WithOperationContext(r.Context(), op), errs))
		return
	}
	answer, ctx := exec.DispatchOperation(r.Context(), op)
	write(w, answer(ctx))
}

// responseMedia is the media type that the client asks for, application/json where it does not say.
func responseMedia(r *http.Request) string {
	for accept := range strings.SplitSeq(r.Header.Get("Accept"), ",") {
		switch media, _, _ := mime.ParseMediaType(accept); media {
		case mediaResponse, mediaJSON:
			return media
		}
	}
	return mediaJSON
}

func readParams(r *http.Request) (*graphql.RawParams, int, error) {
	if r.Method != http.MethodPost {
		return nil, http.StatusMethodNotAllowed, kg.Invalid("method", r.Method, "POST")
	}
	media, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || media != mediaJSON {
		return nil, http.StatusUnsupportedMediaType, kg.Invalid("Content-Type", "is not JSON", mediaJSON)
	}
	start := graphql.Now()
	d := json.NewDecoder(r.Body)
	d.UseNumber()
	params := &graphql.RawParams{}
	if err := d.Decode(params); err != nil {
		return nil, http.StatusBadRequest, kg.Invalid("body", "is not a JSON object of a GraphQL request", `{"query": "...", "variables": {...}, "operationName": "..."}`)
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, http.StatusBadRequest, kg.Invalid("body", "goes on after the JSON object", "one JSON object")
	}
	if strings.TrimSpace(params.Query) == "" {
		return nil, http.StatusBadRequest, kg.Invalid("query", "is missing", "a GraphQL document")
	}
	params.Headers = r.Header
	params.ReadTime = graphql.TraceTiming{Start: start, End: graphql.Now()}
	return params, 0, nil
}

// write sends an answer: data is left out where nothing was executed, and copied as it is, since it is JSON already. Nil
// stands for an answer that nobody waits for any more.
func write(w io.Writer, r *graphql.Response) {
	if r == nil {
		r = &graphql.Response{Errors: gqlerror.List{{Message: "the operation was cancelled", Extensions: map[string]any{"code": codeTimeout}}}}
	}
	b := make([]byte, 0, len(r.Data)+256)
	part := func(name string, value []byte) {
		b = append(b, ',', '"')
		b = append(append(b, name...), '"', ':')
		b = append(b, value...)
	}
	if len(r.Errors) > 0 {
		part("errors", mustMarshal(r.Errors))
	}
	if len(r.Data) > 0 {
		part("data", r.Data)
	}
	if len(r.Extensions) > 0 {
		part("extensions", mustMarshal(r.Extensions))
	}
	if len(b) == 0 {
		b = append(b, ',')
	}
	b[0] = '{'
	_, _ = w.Write(append(b, '}')) // a client that is gone needs no answer
}

func mustMarshal(v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err) // errors and extensions are plain
	}
	return b
}
