package docs

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"lintu/graph"
	"lintu/loaders"
	"lintu/reach"
	"lintu/records"
	"lintu/seed"
	"lintu/store"
	"lintu/store/sqlite"
)

var city = flag.String("city", "", "the address of a city demo (go run . demo), to hold the answers of the front pages to it")

// The guide's examples are asked of the village demo, which is made in no time; what the guide shows is what it says.
func TestTheAnswersOfTheGuideAreThoseOfTheVillageDemo(t *testing.T) {
	village := village(t)
	for _, page := range []string{"docs/schema.md"} {
		checkAnswers(t, page, func(question string) []byte { return asked(t, village, question) })
	}
}

// Those of the front pages are the city demo's, which takes minutes to make: they are asked where one runs.
func TestTheAnswersOfTheFrontPagesAreThoseOfTheCityDemo(t *testing.T) {
	for _, page := range readmes {
		if *city == "" {
			if n := len(examples(pages(t)[page])); n < 3 {
				t.Errorf("%s: %d answers, want 3 or more", page, n)
			}
			continue
		}
		checkAnswers(t, page, func(question string) []byte { return posted(t, *city, question) })
	}
}

// example is a question with its answer, and where the answer stands in the page.
type example struct {
	question, answer string
	from, to         int
}

// examples are the blocks of GraphQL that a block of JSON answers.
func examples(text string) []example {
	var out []example
	question := ""
	for _, at := range fence.FindAllStringSubmatchIndex(text, -1) {
		language, body := text[at[2]:at[3]], text[at[4]:at[5]]
		switch {
		case language == "graphql":
			question = body
			continue
		case language == "json" && question != "":
			out = append(out, example{question, body, at[4], at[5]})
		}
		question = ""
	}
	return out
}

// checkAnswers asks every question of a page and compares what the page shows of the answer; with -update it writes
// the answer into the page.
func checkAnswers(t *testing.T, page string, ask func(question string) []byte) {
	t.Helper()
	text := pages(t)[page]
	all := examples(text)
	for i := len(all) - 1; i >= 0; i-- { // from the end, so that places stay
		e := all[i]
		got := shown(t, e.answer, ask(e.question))
		if got == e.answer {
			continue
		}
		if !*update {
			t.Errorf("%s: to\n%sthe answer is\n%sthe page says\n%s", page, e.question, got, e.answer)
		}
		text = text[:e.from] + got + text[e.to:]
	}
	if *update {
		if err := os.WriteFile(filepath.Join(root, page), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// shown is an answer as the page shows it: only the keys (data, errors, extensions) that the page has.
func shown(t *testing.T, page string, answer []byte) string {
	t.Helper()
	var have, want map[string]json.RawMessage
	if err := json.Unmarshal([]byte(page), &have); err != nil {
		t.Fatalf("%v in\n%s", err, page)
	}
	if err := json.Unmarshal(answer, &want); err != nil {
		t.Fatalf("%v in\n%s", err, answer)
	}
	if want["errors"] != nil && have["errors"] == nil {
		t.Fatalf("the answer is an error: %s", want["errors"])
	}
	var parts []string
	for _, key := range []string{"errors", "data", "extensions"} {
		if have[key] != nil && want[key] != nil {
			parts = append(parts, `"`+key+`": `+pretty(want[key], "  "))
		}
	}
	return "{\n  " + strings.Join(parts, ",\n  ") + "\n}\n"
}

const width = 110

// pretty writes JSON in the order it came in; what fits on a line stays on one.
func pretty(raw json.RawMessage, indent string) string {
	raw = bytes.TrimSpace(raw)
	open, end := "{", "}"
	switch raw[0] {
	case '[':
		open, end = "[", "]"
	case '{':
	default:
		return string(raw)
	}
	parts := elements(raw, indent+"  ")
	if len(parts) == 0 {
		return open + end
	}
	line := open + " " + strings.Join(parts, ", ") + " " + end
	if open == "[" {
		line = open + strings.Join(parts, ", ") + end
	}
	if len([]rune(indent+line)) <= width && !strings.Contains(line, "\n") {
		return line
	}
	return open + "\n" + indent + "  " + strings.Join(parts, ",\n"+indent+"  ") + "\n" + indent + end
}

// elements are the members of an object, or the elements of a list, each written out.
func elements(raw json.RawMessage, indent string) []string {
	var parts []string
	d := json.NewDecoder(bytes.NewReader(raw))
	_, _ = d.Token() // the opening bracket; the text was read as JSON before
	for d.More() {
		name := ""
		if raw[0] == '{' {
			key, _ := d.Token()
			name = `"` + key.(string) + `": `
		}
		var value json.RawMessage
		if d.Decode(&value) != nil {
			return parts
		}
		parts = append(parts, name+pretty(value, indent))
	}
	return parts
}

// village is the GraphQL handler of a village demo, on the day of the examples.
func village(t *testing.T) http.Handler {
	t.Helper()
	st, err := sqlite.Open(t.Context(), sqlite.Options{Path: filepath.Join(t.TempDir(), "village.db"), Key: &seed.Key})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = st.Close() })
	town, err := seed.Preset("village")
	if err != nil {
		t.Fatal(err)
	}
	if err := seed.Load(t.Context(), st, town, seed.Options{Seed: 1}); err != nil {
		t.Fatal(err)
	}
	zone, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		t.Fatal(err)
	}
	near := reach.New(reach.Options{Store: st, Location: zone})
	if err := near.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	return graph.New(graph.Options{
		Sessions: &loaders.Sessions{
			Store: st, Key: seed.Key, Zone: zone,
			Now: func() time.Time { return time.Date(2026, 3, 4, 20, 0, 0, 0, zone) },
		},
		Reach: near,
		Records: records.New(records.Options{
			Store: st, Key: seed.Key,
			Applied: func(ctx context.Context, c store.Change) error { return near.Applied(ctx, c.Revision) },
		}),
		RequestID: func(context.Context) string { return "ZQ3FYKOGMTR6HCEVJLXA2NWBUS" },
	})
}

func body(t *testing.T, question string) *bytes.Buffer {
	t.Helper()
	b := new(bytes.Buffer)
	if err := json.NewEncoder(b).Encode(map[string]string{"query": question}); err != nil {
		t.Fatal(err)
	}
	return b
}

func asked(t *testing.T, h http.Handler, question string) []byte {
	t.Helper()
	req := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/graphql", body(t, question))
	req.Header.Set("Content-Type", "application/json")
	res := httptest.NewRecorder()
	h.ServeHTTP(res, req)
	return res.Body.Bytes()
}

func posted(t *testing.T, server, question string) []byte {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, server+"/graphql", body(t, question))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer
}
