package text

import (
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// An engine finds hits exactly in two steps. It reads a superset by something
// its indexes can do, a range of suffixes or a set of tokens, and keeps what
// Match accepts, in the class that Match says. Suffixes and tokens are lossless
// for that: no hit is ever missing in the superset.

// maxSuffix is the largest number of characters kept of a suffix or key.
const maxSuffix = 32

// Suffixes returns the texts whose prefixes find the entry in a class, sorted,
// each once. For Inside they are the normalised text from each character after
// the first, for Pinyin the letters and digits without blanks from each
// syllable, for Initials the initials from each letter. Each is cut at 32
// characters; those too short for any query are left out, and those that begin
// inside of a common ending (see KeysOf). Whole and Prefix are found by Norm
// itself, and have none; see Digits for texts that are numbers.
func (e Entry) Suffixes(class Class) []string {
	found := make([]string, 0, 16)
	e.EachSuffix(class, func(s string) { found = append(found, s) })
	slices.Sort(found)
	return slices.Compact(found)
}

// EachSuffix hands over the suffixes of a class in no order; some may come twice.
func (e Entry) EachSuffix(class Class, each func(string)) {
	switch number := isNumber(e.Norm); {
	case class == Inside:
		e.eachInside(each)
	case class == Pinyin && !number:
		e.eachPinyin(each)
	case class == Initials && !number:
		for _, letters := range e.Initials {
			for i := range min(len(letters)-1, ends(class, letters, 0)+1) {
				each(head(letters[i:]))
			}
		}
	}
}

func (e Entry) eachInside(each func(string)) {
	last := ends(Inside, e.Norm, 1)
	for i := range e.Norm {
		if i == 0 || i > last || e.Norm[i] == ' ' {
			continue
		}
		if _, first := utf8.DecodeRuneInString(e.Norm[i:]); i+first < len(e.Norm) {
			each(head(e.Norm[i:]))
		}
	}
}

func (e Entry) eachPinyin(each func(string)) {
	for _, syllables := range e.Pinyin {
		joined, last := strings.ReplaceAll(syllables, " ", ""), ends(Pinyin, syllables, 0)
		from := 0
		for i := range len(syllables) {
			if syllables[i] != ' ' {
				from++
			} else if i <= last && len(joined)-from >= 2 {
				each(head(joined[from:]))
			}
		}
	}
}

// Keys returns what to look for as a class: every hit of class Inside, Pinyin
// or Initials has a suffix of that class that begins with one of the keys. There
// are none if the query can have no such hits (see Classes); Whole and Prefix
// are found by Norm. What is found so must still pass Match.
func (q Q) Keys(class Class) []string {
	switch {
	case class == Inside && q.norm != "":
		return KeysOf(class, q.norm)
	case class > Inside && q.letters != "":
		return KeysOf(class, q.letters)
	}
	return nil
}

// Digits returns the digits of a query that is a number with blanks in it; it
// is empty for any other. A text that is a number, as codes are, spells nothing
// but itself and has suffixes of Inside alone: what hits it at all hits it as
// Whole, Prefix or Inside, unless it is written with blanks, 1301 01. Then it is
// a hit of class Initials, and either its Norm or a suffix of class Inside
// begins with these digits, of which 32 are enough.
func (q Q) Digits() string {
	if q.letters == q.norm || !isNumber(q.letters) {
		return ""
	}
	return head(q.letters)
}

// isNumber says of a text that it consists of digits alone.
func isNumber(s string) bool {
	return s != "" && !strings.ContainsFunc(s, func(r rune) bool { return r < '0' || r > '9' })
}

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

// Tokens returns the pairs of neighbouring characters of the normalised text,
// sorted, each once, as words for a full-text index that splits at white
// space. A pair of letters or digits is itself, any other is u and its code
// points in hex, u20u61: they hold nothing that a query syntax could take for
// its own.
func (e Entry) Tokens() []string { return tokens(e.Norm) }

// Tokens returns the words that every hit of class Inside, and every longer
// text that is hit as Whole or Prefix, holds: the query's pairs of characters,
// sorted.
func (q Q) Tokens() []string { return tokens(q.norm) }

func tokens(norm string) []string {
	found := make([]string, 0, len(norm)/2)
	last, start := rune(-1), 0 // of the character before
	for i, r := range norm {
		if last >= 0 {
			found = append(found, token(norm[start:i+utf8.RuneLen(r)], last, r))
		}
		last, start = r, i
	}
	slices.Sort(found)
	return slices.Compact(found)
}

func token(pair string, a, b rune) string {
	if isAlphanumeric(a) && isAlphanumeric(b) {
		return pair
	}
	return "u" + strconv.FormatInt(int64(a), 16) + "u" + strconv.FormatInt(int64(b), 16)
}

func isAlphanumeric(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }
