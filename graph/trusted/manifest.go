package trusted

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Manifest is a set of documents under their names. It does not change.
type Manifest struct {
	byName map[string]string // names as clients send them, and the SHA-256 of each text
}

// apolloFormat marks the manifests that @apollo/generate-persisted-query-manifest writes.
const apolloFormat = "apollo-persisted-query-manifest"

// Parse reads a manifest: a JSON object of names and texts, as graphql-codegen and relay-compiler write it, or Apollo's
// form with a list of operations. Check is asked about each text, in the order of the names.
func Parse(raw []byte, check func(text string) error) (*Manifest, error) {
	documents, err := read(raw)
	if err != nil {
		return nil, err
	}
	if len(documents) == 0 {
		return nil, errors.New("the manifest holds no document")
	}
	names := make([]string, 0, len(documents))
	for name := range documents {
		names = append(names, name)
	}
	slices.Sort(names)
	m := &Manifest{byName: make(map[string]string, 2*len(documents))}
	for _, name := range names {
		text := documents[name]
		if err := check(text); err != nil {
			return nil, fmt.Errorf("the document %q of the manifest: %w", name, err)
		}
		if sum := Hash(text); isHash(name) && bare(name) != sum {
			return nil, fmt.Errorf("the document %q of the manifest has another SHA-256: %s", name, sum)
		}
		m.byName[bare(name)] = text
		m.byName[Hash(text)] = text
	}
	return m, nil
}

func read(raw []byte) (map[string]string, error) {
	var apollo struct {
		Format     string
		Operations []struct{ ID, Body string }
	}
	if json.Unmarshal(raw, &apollo) == nil && apollo.Format == apolloFormat {
		documents := map[string]string{}
		for _, o := range apollo.Operations {
			if _, twice := documents[o.ID]; twice || o.ID == "" {
				return nil, fmt.Errorf("the manifest has no id, or one twice: %q", o.ID)
			}
			documents[o.ID] = o.Body
		}
		return documents, nil
	}
	var documents map[string]string
	if err := json.Unmarshal(raw, &documents); err != nil {
		return nil, fmt.Errorf("the manifest is neither a JSON object of names and documents nor of the format %s", apolloFormat)
	}
	return documents, nil
}

// Hash is the SHA-256 of a text, in hexadecimal digits.
func Hash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

// bare is a name without the prefix that says how it was made.
func bare(name string) string { return strings.TrimPrefix(name, "sha256:") }

// isHash says whether a name claims to be a SHA-256.
func isHash(name string) bool {
	b, err := hex.DecodeString(bare(name))
	return err == nil && len(b) == sha256.Size
}

func (m *Manifest) find(name string) (string, bool) {
	if m == nil {
		return "", false
	}
	text, ok := m.byName[bare(name)]
	return text, ok
}
