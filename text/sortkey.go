package text

import (
	"fmt"
	"strings"
)

// A sort key has the form
//
//	head + "  " + raw text
//
// The head is pure ASCII: the pieces of the normalised text joined by one
// blank each. A Han character is its pinyin syllable (no tone, ü as v), a run
// of Latin letters its plain lower-case letters, a run of digits its number
// padded with zeros to 8 digits, any other letter or symbol ~ and its code
// point in hex, so that it sorts behind all letters. A number of more than 8
// digits is ":" with its length in 4 digits before it, so that longer numbers
// stay behind shorter ones. Punctuation leaves no trace in the head.
//
// Two blanks end the head because no head holds two; since they sort before
// any piece, keys compare as pairs of head and raw text. "3号楼" gives
// "00000003 hao lou  3号楼". The raw text makes keys of different texts
// different.
const headEnd = "  "

// numberWidth is the number of digits that short numbers are padded to.
const numberWidth = 8

// SortKey returns the key by which names that are not of people are ordered,
// by code point. It is empty only if s is empty.
func SortKey(s string) string { return sortKey(s, false) }

// PersonSortKey is SortKey for the name of a person: a surname at its head is
// read as one, so 单秀兰 stands under shan and 尉迟恭 under yu chi.
func PersonSortKey(s string) string { return sortKey(s, true) }

func sortKey(s string, person bool) string {
	if s == "" {
		return ""
	}
	var buf [16]piece
	pieces := split(buf[:0], Normalise(s), person)
	var key strings.Builder
	key.Grow(8*len(pieces) + len(headEnd) + len(s))
	for i, p := range pieces {
		if i > 0 {
			key.WriteByte(' ')
		}
		if p.kind == number {
			writeNumber(&key, p.text)
		} else {
			key.WriteString(p.text)
		}
	}
	key.WriteString(headEnd)
	key.WriteString(strings.ToValidUTF8(s, "\uFFFD"))
	return key.String()
}

func writeNumber(key *strings.Builder, digits string) {
	digits = strings.TrimLeft(digits, "0")
	if len(digits) > numberWidth {
		fmt.Fprintf(key, ":%04d%s", len(digits), digits)
		return
	}
	key.WriteString("00000000"[len(digits):])
	key.WriteString(digits)
}
