package text

import (
	"fmt"
	"unicode"
	"unicode/utf8"
)

// pieceKind tells what a piece of a normalised text is.
type pieceKind byte

const (
	han    pieceKind = iota // one Han character, as its syllable
	word                    // a run of Latin letters, in plain ASCII
	number                  // a run of digits
	sign                    // any other letter or symbol, as ~ and its code point in hex
)

// piece is what sort keys and the phonetic search see of a text. Blanks,
// punctuation and ASCII symbols only separate pieces.
type piece struct {
	kind pieceKind
	text string
	alt  string // a second reading of a Han character, or empty
}

// split appends the pieces of a normalised text to into. For a person the
// surname at the head is read as one, and no other words are looked for.
func split(into []piece, norm string, person bool) []piece {
	for i := 0; i < len(norm); {
		r, size := utf8.DecodeRuneInString(norm[i:])
		if letters := plain(r); letters != "" {
			run, next := wordAt(norm, i, isDigit(letters[0]))
			into = append(into, run)
			i = next
			continue
		}
		known := readingOf(r)
		if known.alt != "" && !person {
			known = known.inWord(r, norm, i)
		}
		i += size
		if known.first != "" {
			into = append(into, piece{kind: han, text: known.first, alt: known.alt})
		} else if r >= utf8.RuneSelf && !isMark(r) && (unicode.IsLetter(r) || unicode.IsSymbol(r) || unicode.IsNumber(r)) {
			into = append(into, piece{kind: sign, text: fmt.Sprintf("~%05x", r)})
		}
	}
	if person {
		readSurname(into, norm)
	}
	return into
}

// wordAt returns the run of letters, or of digits, that begins at i, and where
// it ends. Combining marks belong to the run and are dropped.
func wordAt(norm string, i int, digits bool) (piece, int) {
	start, ascii := i, true
	var folded []byte
	for i < len(norm) {
		r, size := utf8.DecodeRuneInString(norm[i:])
		letters := plain(r)
		if letters == "" && !isMark(r) || letters != "" && isDigit(letters[0]) != digits {
			break
		}
		if r >= utf8.RuneSelf && ascii {
			ascii = false
			folded = append(folded, norm[start:i]...)
		}
		if !ascii {
			folded = append(folded, letters...)
		}
		i += size
	}
	run := piece{kind: word, text: norm[start:i]}
	if digits {
		run.kind = number
	}
	if !ascii {
		run.text = string(folded)
	}
	return run, i
}
