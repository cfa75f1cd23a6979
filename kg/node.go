package kg

import (
	"encoding/json"
	"fmt"

	"lintu/text"
)

// Node is anything of a kind: one of the structs of this package, always by pointer.
type Node interface {
	// Common is what every kind has.
	Common() *Base
	// Kind is the struct's kind.
	Kind() Kind
	// Title is the text by which people know the thing; it is never empty on a valid node.
	Title() string
}

// Base is what every kind has.
type Base struct {
	ID      ID    `json:"-"`
	Version int64 `json:"-"` // 1 at creation, one more at each change of a field; set by Apply
	// Life is the node's own life span: outside it the node is in no list and at the end of no tie.
	Life Span `json:"-"`
	// Source says where the record comes from; Confidence is 0 (unknown) to 1.
	Source     string  `json:"source,omitempty"`
	Confidence float64 `json:"confidence,omitempty"`
}

// Common implements Node for every struct that embeds Base.
func (b *Base) Common() *Base { return b }

// SortKey is the order of the node among its kind by title: ASCII, compared by code point, never empty.
func SortKey(n Node) string {
	if n.Kind() == KindPerson {
		return text.PersonSortKey(n.Title())
	}
	return text.SortKey(n.Title())
}

// Norm is the node's title, normalised: what filters on a title compare with.
func Norm(n Node) string { return text.Normalise(n.Title()) }

// SearchEntries are the texts by which search finds the node: its title and every other searched field; none for
// records of what happened.
func SearchEntries(n Node) []text.Entry {
	if n.Kind().Record() || IsErased(n) {
		return nil
	}
	entries := []text.Entry{text.Index(n.Title(), n.Kind() == KindPerson)}
	for _, f := range FieldsOf(n.Kind()) {
		if s, _ := f.Get(n).(string); f.Searched && s != "" && s != n.Title() {
			entries = append(entries, text.Index(s, false))
		}
	}
	return entries
}

// BestMatch is the best class in which a query matches one of the entries, with the normalised text that
// matched: what hits are ordered by. The class is text.None where nothing matches.
func BestMatch(q text.Q, entries []text.Entry) (text.Class, string) {
	class, norm := text.None, ""
	for _, e := range entries {
		c := q.Match(e)
		if c != text.None && (class == text.None || c < class || (c == class && e.Norm < norm)) {
			class, norm = c, e.Norm
		}
	}
	return class, norm
}

// Encode is the node's fields as JSON, in a fixed order: equal content gives equal bytes. Id, version and life
// span are not in it.
func Encode(n Node) []byte {
	b, err := json.Marshal(n)
	if err != nil {
		panic(fmt.Sprintf("kg: encoding %T: %v", n, err)) // only plain data is in nodes; Validate refuses NaN
	}
	return b
}

// Decode is the node that Encode wrote; the caller sets id, version and life span.
func Decode(k Kind, data []byte) (Node, error) {
	d := k.Def()
	if d == nil {
		return nil, fmt.Errorf("kg: unknown kind %q", k)
	}
	n := d.New()
	if err := json.Unmarshal(data, n); err != nil {
		return nil, fmt.Errorf("kg: decoding %s: %w", k, err)
	}
	return n, nil
}
