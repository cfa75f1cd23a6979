package text

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// An engine finds hits exactly in two steps. It reads a superset by something
// its indexes can do, a range of suffixes or a set of tokens, and keeps what
// Match accepts, in the class that Match says. Suffixes and tokens are lossless
// for that: no hit is ever missing in the superset.

// maxSuffix is the largest number of characters kept of a suffix or key.
const maxSuffix = 32

// Suffix is a text from which a hit of a class can begin.
type Suffix struct {
	Class Class
	Text  string
}

// Suffixes returns the texts whose prefixes find the entry, sorted by class
// and text, each once. For Inside they are the normalised text from each
// character after the first, for Pinyin the letters and digits without blanks
// from each syllable, for Initials the initials from each letter. Each is cut
// at 32 characters; those too short for any query are left out. Whole and
// Prefix are found by Norm itself.
func (e Entry) Suffixes() []Suffix {
	found := make([]Suffix, 0, 24)
	e.EachSuffix(func(class Class, s string) { found = append(found, Suffix{class, s}) })
	slices.SortFunc(found, func(a, b Suffix) int {
		return cmp.Or(cmp.Compare(a.Class, b.Class), strings.Compare(a.Text, b.Text))
	})
	return slices.Compact(found)
}

// EachSuffix hands over the suffixes in no order; some may come twice.
func (e Entry) EachSuffix(each func(Class, string)) {
	for i := range e.Norm {
		if i == 0 || e.Norm[i] == ' ' {
			continue
		}
		if _, first := utf8.DecodeRuneInString(e.Norm[i:]); i+first < len(e.Norm) {
			each(Inside, head(e.Norm[i:]))
		}
	}
	for _, syllables := range e.Pinyin {
		joined := strings.ReplaceAll(syllables, " ", "")
		from := 0
		for i := range len(syllables) {
			if syllables[i] != ' ' {
				from++
			} else if len(joined)-from >= 2 {
				each(Pinyin, head(joined[from:]))
			}
		}
	}
	for _, letters := range e.Initials {
		for i := range len(letters) - 1 {
			each(Initials, head(letters[i:]))
		}
	}
}

// Keys returns what to look for: every hit of class Whole or Prefix has a Norm
// that begins with norm, every hit of class Inside a suffix of that class that
// does, every hit of class Pinyin or Initials a suffix of that class that
// begins with letters. letters is empty if the query can have no such hits
// (see Classes). What is found so must still pass Match.
func (q Q) Keys() (norm, letters string) { return head(q.norm), head(q.letters) }

// head returns the first maxSuffix characters.
func head(s string) string {
	if len(s) <= maxSuffix {
		return s
	}
	n := 0
	for i := range s {
		if n == maxSuffix {
			return s[:i]
		}
		n++
	}
	return s
}

// Tokens returns the characters and the pairs of neighbouring characters of
// the normalised text, sorted, each once, as words for a full-text index that
// splits at white space. A character is u and its code point in hex, a pair is
// two of them: u738bu79c0. They hold nothing that a query syntax could take
// for its own. Blanks count in pairs, not alone.
func (e Entry) Tokens() []string {
	return tokens(e.Norm, true)
}

// Tokens returns the words that every hit of class Whole, Prefix or Inside
// holds, sorted: the query's pairs of characters, or its only character.
func (q Q) Tokens() []string {
	return tokens(q.norm, q.runes == 1)
}

func tokens(norm string, singles bool) []string {
	found := make([]string, 0, 2*len(norm)/3)
	last := ""
	for _, r := range norm {
		token := "u" + strconv.FormatInt(int64(r), 16)
		if singles && r != ' ' {
			found = append(found, token)
		}
		if last != "" {
			found = append(found, last+token)
		}
		last = token
	}
	slices.Sort(found)
	return slices.Compact(found)
}
