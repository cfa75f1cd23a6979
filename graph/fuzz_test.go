package graph_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/vektah/gqlparser/v2/ast"

	"lintu/graph"
	"lintu/graph/generated"
	"lintu/kg"
	"lintu/loaders"
	"lintu/own"
	"lintu/reach"
	"lintu/store"
	"lintu/store/sqlite"
	"lintu/store/storetest"
)

// expected are the codes that a question may be refused with; anything else is a defect.
var expected = []string{"BAD_USER_INPUT", "NOT_FOUND", "LIMIT_EXCEEDED", "UNAVAILABLE"}

// FuzzDocument asks whole documents that are made of the schema by a string of bytes, each a choice. Whatever is asked, the
// answer is data or a coded error that is expected, and SQLite says what the oracle says.
func FuzzDocument(f *testing.F) {
	for i := range 48 { // beside those on record
		seed := make([]byte, 40+10*i)
		for j := range seed {
			seed[j] = byte((j*j*(i+3) + 7*j*i + i) >> (i % 3))
		}
		f.Add(seed)
	}
	edges := bothEdges(f)
	schema := generated.NewExecutableSchema(generated.Config{}).Schema()
	f.Fuzz(func(t *testing.T, choices []byte) {
		w := writer{schema: schema, choices: choices, vars: map[string]any{}}
		body := w.body()
		first := answered(t, edges[0], body)
		if second := answered(t, edges[1], body); !bytes.Equal(first, second) {
			t.Fatalf("%s\nthe oracle: %s\nSQLite:     %s", body, first, second)
		}
	})
}

// FuzzBody asks whatever bytes there are: nothing but coded errors and answers comes back, and none repeats a whole body.
func FuzzBody(f *testing.F) {
	for _, text := range []string{
		query(counting), query(naming), query(deferred), `{"query":"{","variables":[]}`, `[{"query":"{ __typename }"}]`, `{"query":"query($a:ID!){node(id:$a){id}}","variables":{"a":1e999}}`,
		`{"query":"{ __typename }","extensions":{"persistedQuery":{"version":1,"sha256Hash":"00"}}}`, `{"documentId":"x"}`, query("{ ...F } fragment F on Query { ...F }"),
		query(`{ people(where: {name: {eq: "\u0000\ud800"}}) { nodes { id } } }`), query(`"""d""" { __typename } # c`), `{"query":"\ufeff{__typename}"}`, "\xff\xfe", "",
	} {
		f.Add([]byte(text))
	}
	h := bothEdges(f)[0]
	f.Fuzz(func(t *testing.T, body []byte) {
		answered(t, h, body)
	})
}

// bothEdges are edges over the village, of the oracle and of SQLite, at the same instant and with the same key.
func bothEdges(f *testing.F) [2]http.Handler {
	f.Helper()
	lite, err := sqlite.Open(f.Context(), sqlite.Options{Path: filepath.Join(f.TempDir(), "lintu.db"), Key: &store.Key{1}})
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { _ = lite.Close() })
	var edges [2]http.Handler
	for i, st := range []store.Store{storetest.NewOracle(storetest.Options{Key: store.Key{1}}), lite} {
		if _, err := st.Apply(f.Context(), village.Batch()); err != nil {
			f.Fatal(err)
		}
		near := reach.New(reach.Options{Store: st, Location: time.UTC})
		if err := near.Start(f.Context()); err != nil {
			f.Fatal(err)
		}
		edges[i] = graph.New(graph.Options{
			Sessions: &loaders.Sessions{Store: st, Key: store.Key{1}, Zone: time.UTC, Now: func() time.Time { return storetest.Today.Time(time.UTC).Add(12 * time.Hour) }},
			Reach:    near, Introspection: true,
			Own: own.New(own.Options{Store: st, Key: store.Key{1}, Now: func() time.Time { return storetest.Today.Time(time.UTC).Add(12 * time.Hour) }}),
		})
	}
	return edges
}

// answered is what an edge answers to a body, without what it cost.
func answered(t *testing.T, h http.Handler, body []byte) []byte {
	t.Helper()
	req := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/graphql", bytes.NewReader(body))
	req.Header.Set("Content-Type", "application/json")
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, req)
	var a struct {
		Data   json.RawMessage
		Errors []struct {
			Message    string
			Path       []any
			Extensions struct{ Code string }
		}
	}
	if err := json.Unmarshal(rec.Body.Bytes(), &a); err != nil {
		t.Fatalf("%s\nis answered by %v: %.300s", body, err, rec.Body)
	}
	if len(a.Data) == 0 && len(a.Errors) == 0 || rec.Code != 200 && rec.Code != 400 {
		t.Fatalf("%s\nis answered by %d: %.300s", body, rec.Code, rec.Body)
	}
	for _, e := range a.Errors {
		if !slices.Contains(expected, e.Extensions.Code) && !strings.HasPrefix(e.Extensions.Code, "PERSISTED_QUERY_") {
			t.Fatalf("%s\nis answered by %s: %s", body, e.Extensions.Code, e.Message)
		}
		if len(e.Message) > 5000 {
			t.Fatalf("%s\nis answered in %d bytes", body, len(e.Message))
		}
	}
	out, err := json.Marshal(a.Data)
	if err != nil {
		t.Fatal(err)
	}
	var errors []string // in an order: root fields are answered side by side
	for _, e := range a.Errors {
		errors = append(errors, fmt.Sprintf("%v %s", e.Path, e.Message))
	}
	slices.Sort(errors)
	return append(out, strings.Join(errors, "\n")...)
}

// writer makes a document of choices. Where they are used up, it takes the first of what there is, and stops soon.
type writer struct {
	schema  *ast.Schema
	choices []byte
	vars    map[string]any
	heads   []string // of the variables
	out     strings.Builder
	fields  int
	names   int
}

// choose is a number below n.
func (w *writer) choose(n int) int {
	if len(w.choices) == 0 || n <= 1 {
		return 0
	}
	c := int(w.choices[0])
	w.choices = w.choices[1:]
	if n > 256 && len(w.choices) > 0 {
		c = c<<8 + int(w.choices[0])
		w.choices = w.choices[1:]
	}
	return c % n
}

func (w *writer) body() []byte {
	w.selection(w.schema.Query, 0)
	head := "query"
	if len(w.heads) > 0 {
		head += "(" + strings.Join(w.heads, " ") + ")"
	}
	b, err := json.Marshal(map[string]any{"query": head + w.out.String(), "variables": w.vars})
	if err != nil {
		panic(err) // plain values
	}
	return b
}

func (w *writer) selection(d *ast.Definition, depth int) {
	w.out.WriteString(" {")
	if d.Kind != ast.Object || w.choose(8) == 1 {
		w.out.WriteString(" __typename")
	}
	if d.Kind != ast.Object { // of an interface or a union some of the types
		types := w.schema.GetPossibleTypes(d)
		for range 1 + w.choose(3) {
			of := types[w.choose(len(types))]
			w.out.WriteString(" ... on " + of.Name + w.directive())
			w.selection(of, depth)
		}
	}
	if d.Kind != ast.Union {
		for range 1 + w.choose(4) {
			w.field(d.Fields[w.choose(len(d.Fields))], d, depth)
		}
	}
	w.out.WriteString(" }")
}

func (w *writer) directive() string {
	switch w.choose(12) {
	case 1:
		return " @include(if: true)"
	case 2:
		return " @skip(if: true)"
	case 3:
		return " @defer"
	}
	return ""
}

func (w *writer) field(f *ast.FieldDefinition, on *ast.Definition, depth int) {
	below := w.schema.Types[f.Type.Name()]
	composite := below.Kind == ast.Object || below.Kind == ast.Interface || below.Kind == ast.Union
	if w.fields++; w.fields > 80 || composite && depth > 6 || strings.HasPrefix(f.Name, "__") {
		w.out.WriteString(" __typename")
		return
	}
	w.names++
	fmt.Fprintf(&w.out, " ")
	if on == w.schema.Query || w.choose(10) == 1 {
		fmt.Fprintf(&w.out, "a%d: ", w.names) // the same field with other arguments is another one
	}
	w.out.WriteString(f.Name)
	w.arguments(f)
	if d := w.directive(); d != " @defer" {
		w.out.WriteString(d)
	}
	if composite {
		w.selection(below, depth+1)
	}
}

func (w *writer) arguments(f *ast.FieldDefinition) {
	var given []string
	for _, a := range f.Arguments {
		if !a.Type.NonNull && w.choose(3) != 1 || a.Type.NonNull && a.DefaultValue != nil && w.choose(4) != 1 {
			continue
		}
		if (a.Name == "after" || a.Name == "before" || a.Name == "last") && w.choose(8) != 1 {
			continue // most of these are refused, and the rest of the document with them
		}
		v := w.value(a.Type, 0)
		if w.choose(3) == 1 {
			name := fmt.Sprintf("v%d", len(w.heads))
			w.heads = append(w.heads, "$"+name+": "+a.Type.String())
			w.vars[name] = v
			given = append(given, a.Name+": $"+name)
			continue
		}
		given = append(given, a.Name+": "+literal(w.schema, a.Type, v))
	}
	if len(given) > 0 {
		w.out.WriteString("(" + strings.Join(given, ", ") + ")")
	}
}

// words are values of scalars: right ones, odd ones and wrong ones.
var words = map[string][]any{
	"String":    {"王", "x", "", " ", "head", "小学", "41N5", "%", "_", "\u0000", "🚪", strings.Repeat("长", 70)},
	"Int":       {1, 2, 3, 5, 20, 1, 2, 3, 5, 20, 1, 2, 3, 200, 0, 2147483647},
	"Float":     {1.5, 0, -1, 1e30},
	"Boolean":   {true, false},
	"Date":      {"2026-01-05", "1990-06-01", "2030-12-31", "2025-07-01", "2020-01-01", "0001-01-01", "9999-12-31", "2026-02-30"},
	"DateTime":  {"2026-01-05T10:00:00+08:00", "2026-01-05T23:59:59Z", "1970-01-01T00:00:00Z", "2026-01-05"},
	"Meters":    {500, 300, 800, 500, 1, 5000, 0.001, 5001},
	"Latitude":  {45.3391, 0, 90, -90, 91},
	"Longitude": {131.0123, 0, 180, -180, 181},
	"Revision":  {1},
}

// ids are those of the village, and some that are none.
var ids = func() []any {
	out := []any{"x", "", "person_aaaaaaaaaaaaaaaaaaaaaaaa"}
	for _, k := range kg.Kinds {
		for _, id := range village.Of(k.Kind) {
			out = append(out, string(id))
		}
	}
	return out
}()

func (w *writer) value(t *ast.Type, depth int) any {
	if !t.NonNull && (depth > 5 || w.choose(16) == 1) {
		return nil
	}
	if t.Elem != nil {
		list := []any{}
		for range w.choose(4) {
			list = append(list, w.value(t.Elem, depth+1))
		}
		return list
	}
	d := w.schema.Types[t.NamedType]
	switch d.Kind {
	case ast.Enum:
		return enum(d.EnumValues[w.choose(len(d.EnumValues))].Name)
	case ast.InputObject:
		return w.object(d, depth)
	}
	if t.NamedType == "ID" {
		return ids[w.choose(len(ids))]
	}
	known := words[t.NamedType]
	if known == nil {
		panic("no words for " + t.NamedType)
	}
	return known[w.choose(len(known))]
}

// enum is a name that is written without quotes in a document.
type enum string

func (w *writer) object(d *ast.Definition, depth int) any {
	o := map[string]any{}
	some := 1 + w.choose(3)
	if d.Directives.ForName("oneOf") != nil {
		some = 1
	}
	for range some {
		f := d.Fields[w.choose(len(d.Fields))]
		o[f.Name] = w.value(f.Type, depth+1)
	}
	for _, f := range d.Fields {
		if _, has := o[f.Name]; !has && f.Type.NonNull && f.DefaultValue == nil {
			o[f.Name] = w.value(f.Type, depth+1)
		}
	}
	return o
}

// literal writes a value as a document does.
func literal(s *ast.Schema, t *ast.Type, v any) string {
	switch v := v.(type) {
	case enum:
		return string(v)
	case []any:
		var parts []string
		for _, x := range v {
			parts = append(parts, literal(s, t.Elem, x))
		}
		return "[" + strings.Join(parts, ", ") + "]"
	case map[string]any:
		var parts []string
		for _, f := range s.Types[t.Name()].Fields {
			if x, ok := v[f.Name]; ok {
				parts = append(parts, f.Name+": "+literal(s, f.Type, x))
			}
		}
		return "{" + strings.Join(parts, ", ") + "}"
	}
	b, err := json.Marshal(v)
	if err != nil {
		panic(err) // a scalar
	}
	return string(b)
}
