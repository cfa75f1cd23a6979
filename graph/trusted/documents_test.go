package trusted

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"strings"
	"testing"

	"lintu/kg"
)

const (
	one   = "query One { one }"
	other = "query Other { other }"
)

func accept(string) error { return nil }

func manifest(t *testing.T) *Manifest {
	t.Helper()
	raw, err := json.Marshal(map[string]string{"one-v1": one})
	if err != nil {
		t.Fatal(err)
	}
	m, err := Parse(raw, accept)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func persisted(hash string) map[string]any {
	return map[string]any{"version": json.Number("1"), "sha256Hash": hash}
}

func TestWhichDocumentsAreAnsweredInEachMode(t *testing.T) {
	m := manifest(t)
	for _, c := range []struct {
		name  string
		asked Query
		want  map[Mode]error // nil: answered
		text  string
	}{
		{"a document of the manifest as text", Query{Text: one}, nil, one},
		{"by its name", Query{ID: "one-v1"}, map[Mode]error{Off: ErrNotFound}, one},
		{"by its hash", Query{ID: Hash(one)}, map[Mode]error{Off: ErrNotFound}, one},
		{"by its hash with the prefix", Query{ID: "sha256:" + Hash(one)}, map[Mode]error{Off: ErrNotFound}, one},
		{"by its hash as clients of Apollo say it", Query{Persisted: persisted(Hash(one))}, map[Mode]error{Off: ErrNotFound}, one},
		{"by its name and as text", Query{ID: "one-v1", Text: one}, map[Mode]error{Off: ErrNotFound}, one},
		{"another as text", Query{Text: other}, map[Mode]error{Only: ErrRequired}, other},
		{"another by a name", Query{ID: "other"}, map[Mode]error{Off: ErrNotFound, Prefer: ErrNotFound, Only: ErrNotFound}, ""},
		{"another by its hash", Query{Persisted: persisted(Hash(other))}, map[Mode]error{Off: ErrNotFound, Prefer: ErrNotFound, Only: ErrNotFound}, ""},
		{"another left under its hash", Query{Text: other, Persisted: persisted(Hash(other))}, map[Mode]error{Only: ErrRequired}, other},
	} {
		for _, mode := range []Mode{Off, Prefer, Only} {
			d := New(Options{Mode: mode, Manifest: m, Keep: 10})
			text, err := d.Resolve(t.Context(), c.asked)
			if !errors.Is(err, c.want[mode]) || err == nil && text != c.text {
				t.Errorf("%s, %s: %q, %v", c.name, mode, text, err)
			}
		}
	}
}

func TestADocumentIsLeftUnderItsHashAndForgottenWhenOthersCome(t *testing.T) {
	d := New(Options{Keep: 3})
	ask := func(text, hash string) (string, error) {
		return d.Resolve(t.Context(), Query{Text: text, Persisted: persisted(hash)})
	}
	if _, err := ask("", Hash(one)); !errors.Is(err, ErrNotFound) {
		t.Errorf("before: %v", err)
	}
	for range 2 {
		if text, err := ask(one, Hash(one)); err != nil || text != one {
			t.Errorf("leaving it: %q, %v", text, err)
		}
		if text, err := ask("", Hash(one)); err != nil || text != one {
			t.Errorf("by its hash: %q, %v", text, err)
		}
	}
	for i := range 3 {
		text := "{ x" + strconv.Itoa(i) + " }"
		if _, err := ask(text, Hash(text)); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := ask("", Hash(one)); !errors.Is(err, ErrNotFound) {
		t.Errorf("after three others: %v", err)
	}
	long := "{ x } #" + strings.Repeat("x", longestToKeep)
	if text, err := ask(long, Hash(long)); err != nil || text != long {
		t.Errorf("a long one: %v", err)
	}
	if _, err := ask("", Hash(long)); !errors.Is(err, ErrNotFound) {
		t.Errorf("a long one was kept: %v", err)
	}
	if _, err := New(Options{}).Resolve(t.Context(), Query{Persisted: persisted(Hash(one))}); !errors.Is(err, ErrUnsupported) {
		t.Errorf("where nothing is kept: %v", err)
	}
}

func TestARequestThatContradictsItselfIsRefused(t *testing.T) {
	d := New(Options{Mode: Prefer, Manifest: manifest(t), Keep: 3})
	for name, q := range map[string]Query{
		"another text than the name's":   {ID: "one-v1", Text: other},
		"another hash than the text's":   {Text: one, Persisted: persisted(Hash(other))},
		"no hash":                        {Text: one, Persisted: map[string]any{"version": json.Number("1")}},
		"a short hash":                   {Persisted: persisted("abc")},
		"a hash with the prefix":         {Persisted: persisted("sha256:" + Hash(one))},
		"another version":                {Persisted: map[string]any{"version": json.Number("2"), "sha256Hash": Hash(one)}},
		"an extension that is no object": {Text: one, Persisted: "yes"},
	} {
		if _, err := d.Resolve(t.Context(), q); !errors.Is(err, kg.ErrInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if text, err := d.Resolve(t.Context(), Query{Persisted: persisted(Hash(other))}); !errors.Is(err, ErrNotFound) {
		t.Errorf("what was refused is known: %q, %v", text, err)
	}
}

func TestWhatIsNotInTheManifestIsToldByItsHash(t *testing.T) {
	var told []string
	d := New(Options{Mode: Prefer, Manifest: manifest(t), Keep: 3, Unknown: func(_ context.Context, hash string) { told = append(told, hash) }})
	for _, q := range []Query{
		{Text: one}, {ID: "one-v1"}, {Text: other}, {Text: other, Persisted: persisted(Hash(other))}, {Persisted: persisted(Hash(other))}, {Persisted: persisted(Hash(one))},
	} {
		if _, err := d.Resolve(t.Context(), q); err != nil {
			t.Fatal(err)
		}
	}
	if want := []string{Hash(other), Hash(other), Hash(other)}; !slices.Equal(told, want) {
		t.Errorf("told %q", told)
	}
}

func TestAManifestIsReadInTheFormsThatToolsWrite(t *testing.T) {
	apollo := `{"format":"apollo-persisted-query-manifest","version":1,"operations":[{"id":"` + Hash(one) + `","name":"One","type":"query","body":"` + one + `"}]}`
	for _, raw := range []string{`{"` + Hash(one) + `":"` + one + `"}`, `{"sha256:` + Hash(one) + `":"` + one + `"}`, `{"5e1f":"` + one + `"}`, apollo} {
		m, err := Parse([]byte(raw), accept)
		if err != nil {
			t.Errorf("%s: %v", raw, err)
			continue
		}
		if text, ok := m.find(Hash(one)); !ok || text != one {
			t.Errorf("%s: %q", raw, text)
		}
	}
	for raw, says := range map[string]string{
		`[]`:                                    "neither",
		`{"a":1}`:                               "neither",
		`{}`:                                    "no document",
		`{"a":"bad"}`:                           `"a"`,
		`{"` + Hash(other) + `":"` + one + `"}`: "another SHA-256",
		`{"format":"apollo-persisted-query-manifest","operations":[{"id":"a","body":"{ a }"},{"id":"a","body":"{ b }"}]}`: `"a"`,
	} {
		_, err := Parse([]byte(raw), func(text string) error {
			if text == "bad" {
				return errors.New("it is bad")
			}
			return nil
		})
		if err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v", raw, err)
		}
	}
}
