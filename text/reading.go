package text

import (
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/mozillazg/go-pinyin"
)

// reading is how a character is read: pinyin in plain ASCII without tones, ü
// as v. alt is a second reading, or empty.
type reading struct {
	first, alt string
}

// Readings are kept for the block of extension A up to the end of the main
// block, where nearly all characters of names stand.
const (
	firstCached = 0x3400
	lastCached  = 0x9FFF
)

// cached returns the table of readings, made at the first use: the library's
// first reading of every character, corrected and doubled by polyphones.
var cached = sync.OnceValue(func() []reading {
	table := make([]reading, lastCached-firstCached+1)
	for r := range table {
		table[r].first = libraryReading(rune(r + firstCached))
	}
	for _, word := range strings.Fields(polyphones) {
		r, known := parseReading(word)
		table[r-firstCached] = known
	}
	return table
})

// readingOf returns the reading of a character, or an empty one when it has
// none.
func readingOf(r rune) reading {
	switch {
	case r < 0x3007:
		return reading{}
	case r >= firstCached && r <= lastCached:
		return cached()[r-firstCached]
	}
	return reading{first: libraryReading(r)}
}

// libraryReading strips the library's first reading of its tone. The library
// lists further ones, but most of them are archaic; polyphones holds those
// that are alive.
func libraryReading(r rune) string {
	all := pinyin.PinyinDict[int(r)]
	first, _, _ := strings.Cut(all, ",")
	var b strings.Builder
	for _, c := range first {
		b.WriteString(plain(c))
	}
	return b.String()
}

// parseReading reads an entry of the tables: a character, its first reading
// and, after a comma, another.
func parseReading(word string) (rune, reading) {
	runes := []rune(word)
	first, alt, _ := strings.Cut(string(runes[1:]), ",")
	return runes[0], reading{first: first, alt: alt}
}

// surnameTable returns the readings of surnames by character.
var surnameTable = sync.OnceValue(func() map[rune]string {
	table := map[rune]string{}
	for _, word := range strings.Fields(surnames) {
		r, known := parseReading(word)
		table[r] = known.first
	}
	return table
})

// readSurname gives the pieces at the head of a person's name the readings of
// the surname. What the characters are read otherwise stays as the second
// reading, so a search that does not know better still finds the person.
func readSurname(pieces []piece, norm string) {
	if len(pieces) == 0 || pieces[0].kind != han {
		return
	}
	first, size := utf8.DecodeRuneInString(norm)
	if len(pieces) > 1 && pieces[1].kind == han {
		_, next := utf8.DecodeRuneInString(norm[size:])
		if both, ok := compoundSurnames[norm[:size+next]]; ok {
			pieces[0].prefer(both[0])
			pieces[1].prefer(both[1])
			return
		}
	}
	if syllable, ok := surnameTable()[first]; ok {
		pieces[0].prefer(syllable)
	}
}

// prefer makes a syllable the first reading of a piece.
func (p *piece) prefer(syllable string) {
	if p.text != syllable {
		p.text, p.alt = syllable, p.text
	}
}
