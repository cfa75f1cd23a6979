package text

import (
	"errors"
	"strings"
	"unicode/utf8"
)

// Class tells how well a text matches a query; a smaller class is a better
// hit.
type Class int

// The classes of hits, the best first. None, the zero Class, is no hit.
const (
	None     Class = iota
	Whole          // the normalised texts are equal
	Prefix         // the text begins with the query
	Inside         // the text holds the query further on; two characters or more
	Pinyin         // the query spells syllables of the text from the start of one
	Initials       // the query spells first letters of syllables that follow each other
)

// String returns the class as one lower-case word.
func (c Class) String() string {
	switch c {
	case Whole:
		return "whole"
	case Prefix:
		return "prefix"
	case Inside:
		return "inside"
	case Pinyin:
		return "pinyin"
	case Initials:
		return "initials"
	}
	return "none"
}

// MaxQuery is the largest number of characters of a normalised query.
const MaxQuery = 64

// maxRawQuery bounds the bytes that are looked at to normalise a query.
const maxRawQuery = 16 * MaxQuery

// Errors of a query that cannot be asked.
var (
	ErrEmpty   = errors.New("search text is empty; write at least one visible character")
	ErrTooLong = errors.New("search text is too long; at most 64 characters are allowed")
)

// Q is a query ready to be matched.
type Q struct {
	norm    string
	runes   int
	letters string // what is spelt, without its boundaries; empty if it is not a spelling
	pattern string // the same with a blank wherever a syllable must begin or end
	err     error
}

// Query prepares a search text. One that cannot be asked matches nothing and
// says why in Err.
func Query(s string) Q {
	if len(s) > maxRawQuery {
		return Q{err: ErrTooLong}
	}
	q := Q{norm: Normalise(s)}
	q.runes = utf8.RuneCountInString(q.norm)
	switch {
	case q.runes == 0:
		return Q{err: ErrEmpty}
	case q.runes > MaxQuery:
		return Q{err: ErrTooLong}
	}
	if pattern, ok := spelling(q.norm); ok {
		if letters := strings.ReplaceAll(pattern, " ", ""); len(letters) >= 2 {
			q.pattern, q.letters = pattern, letters
		}
	}
	return q
}

// spelling returns a normalised query as plain letters and digits with a blank
// for every blank or apostrophe, and whether it consists of nothing else.
func spelling(norm string) (string, bool) {
	var b strings.Builder
	for _, r := range norm {
		switch letters := plain(r); {
		case letters != "":
			b.WriteString(letters)
		case r == ' ', r == '\'', r == '’':
			b.WriteByte(' ')
		case !isMark(r):
			return "", false
		}
	}
	return strings.TrimLeft(b.String(), " "), true
}

// Err says why the query cannot be asked (ErrEmpty, ErrTooLong), or is nil.
func (q Q) Err() error { return q.err }

// IsEmpty reports whether nothing visible was asked for.
func (q Q) IsEmpty() bool { return q.norm == "" && !errors.Is(q.err, ErrTooLong) }

// Norm returns the normalised query; empty if it cannot be asked.
func (q Q) Norm() string { return q.norm }

// Classes returns the classes that a hit of this query can have, the best
// first.
func (q Q) Classes() []Class {
	all := [...]Class{Whole, Prefix, Inside, Pinyin, Initials}
	switch {
	case q.runes == 0:
		return nil
	case q.runes == 1:
		return all[:2]
	case q.letters == "":
		return all[:3]
	}
	return all[:]
}

// Match returns the best class in which the entry is a hit, or None.
//
// A single character matches as Whole or Prefix only. Pinyin and Initials are
// for queries of Latin letters, digits, blanks and apostrophes with at least
// two letters or digits; marks on letters do not count, and ü may be written
// v. A blank or apostrophe inside a spelling must fall between two syllables,
// so "xi an" finds 西安 and not 先. Initials ignore blanks.
func (q Q) Match(e Entry) Class {
	switch {
	case q.runes == 0:
		return None
	case strings.HasPrefix(e.Norm, q.norm):
		if len(e.Norm) == len(q.norm) {
			return Whole
		}
		return Prefix
	case q.runes == 1:
		return None
	case strings.Contains(e.Norm, q.norm):
		return Inside
	case q.letters == "":
		return None
	}
	for _, syllables := range e.Pinyin {
		if spells(syllables, q.pattern) {
			return Pinyin
		}
	}
	for _, letters := range e.Initials {
		if strings.Contains(letters, q.letters) {
			return Initials
		}
	}
	return None
}

// spells reports whether the pattern can be read off the syllables from the
// start of one of them.
func spells(syllables, pattern string) bool {
	for i := range len(syllables) {
		if syllables[i] == ' ' && spellsAt(syllables, i, pattern) {
			return true
		}
	}
	return false
}

// spellsAt walks both strings; at is at a blank before a syllable.
func spellsAt(syllables string, at int, pattern string) bool {
	for i := range len(pattern) {
		boundary := at == len(syllables) || syllables[at] == ' '
		if pattern[i] == ' ' {
			if !boundary {
				return false
			}
			continue
		}
		if boundary {
			at++
		}
		if at >= len(syllables) || syllables[at] != pattern[i] {
			return false
		}
		at++
	}
	return true
}

// Less reports whether hit a stands before hit b: by class, then normalised
// text by code point, then id.
func Less(aClass Class, aNorm, aID string, bClass Class, bNorm, bID string) bool {
	if aClass != bClass {
		return aClass < bClass
	}
	if aNorm != bNorm {
		return aNorm < bNorm
	}
	return aID < bID
}
