package wire

import (
	"encoding/json"
	"io"
	"mime"
	"net/http"
	"strings"

	"github.com/99designs/gqlgen/graphql"

	"lintu/kg"
)

// payload is a request as the specification writes it. documentId is the form that trusted documents have in GraphQL
// over HTTP's draft; the extension persistedQuery is the older one.
type payload struct {
	Query         string         `json:"query"`
	OperationName string         `json:"operationName"`
	Variables     map[string]any `json:"variables"`
	Extensions    map[string]any `json:"extensions"`
	DocumentID    string         `json:"documentId"`
}

// params are the payload as the executor takes it. A documentId travels as an extension, since there is no other room.
func (p *payload) params() (*graphql.RawParams, error) {
	if p.DocumentID != "" {
		if p.Extensions == nil {
			p.Extensions = map[string]any{}
		}
		p.Extensions[DocumentID] = p.DocumentID
	}
	if strings.TrimSpace(p.Query) == "" && p.DocumentID == "" && p.Extensions[PersistedQuery] == nil {
		return nil, kg.Invalid("query", "is missing", "a GraphQL document")
	}
	return &graphql.RawParams{Query: p.Query, OperationName: p.OperationName, Variables: p.Variables, Extensions: p.Extensions}, nil
}

// The extensions of a request that name its document.
const (
	DocumentID     = "documentId"
	PersistedQuery = "persistedQuery"
)

const bodyShape = `{"query": "...", "variables": {...}, "operationName": "..."}`

// readParams reads the request's operation; the status is that of the refusal.
func readParams(r *http.Request) (*graphql.RawParams, int, error) {
	start := graphql.Now()
	var p payload
	switch r.Method {
	case http.MethodGet:
		if err := p.readQuery(r); err != nil {
			return nil, http.StatusBadRequest, err
		}
	case http.MethodPost:
		media, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
		if err != nil || media != mediaJSON {
			return nil, http.StatusUnsupportedMediaType, kg.Invalid("Content-Type", "is not JSON", mediaJSON)
		}
		if err := p.readBody(r.Body); err != nil {
			return nil, http.StatusBadRequest, err
		}
	default:
		return nil, http.StatusMethodNotAllowed, kg.Invalid("method", r.Method, "GET for queries, POST")
	}
	params, err := p.params()
	if err != nil {
		return nil, http.StatusBadRequest, err
	}
	params.Headers = r.Header
	params.ReadTime = graphql.TraceTiming{Start: start, End: graphql.Now()}
	return params, 0, nil
}

// readBody reads one JSON object and nothing after it: no list of requests either.
func (p *payload) readBody(body io.Reader) error {
	d := json.NewDecoder(body)
	d.UseNumber()
	if err := d.Decode(p); err != nil {
		return kg.Invalid("body", "is not a JSON object of a GraphQL request", bodyShape)
	}
	if _, err := d.Token(); err != io.EOF {
		return kg.Invalid("body", "goes on after the JSON object", "one JSON object")
	}
	return nil
}

// readQuery reads the address of a GET: variables and extensions are JSON in it.
func (p *payload) readQuery(r *http.Request) error {
	q := r.URL.Query()
	p.Query, p.OperationName, p.DocumentID = q.Get("query"), q.Get("operationName"), q.Get(DocumentID)
	for _, part := range []struct {
		name string
		into *map[string]any
	}{{"variables", &p.Variables}, {"extensions", &p.Extensions}} {
		text := q.Get(part.name)
		if text == "" {
			continue
		}
		d := json.NewDecoder(strings.NewReader(text))
		d.UseNumber()
		if err := d.Decode(part.into); err != nil || d.More() {
			return kg.Invalid(part.name, "is not a JSON object", "a JSON object, percent-encoded")
		}
	}
	return nil
}
