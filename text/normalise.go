package text

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// Normalise returns the text in the form that is compared: Unicode NFKC, so
// full-width and half-width forms meet; case-folded; every run of white space
// and control characters one blank, none at the ends. Invisible format
// characters and variation selectors (byte order marks, zero-width joiners)
// are dropped, bytes that are no UTF-8 become U+FFFD. Normalising twice
// changes nothing.
func Normalise(s string) string {
	if isNormal(s) {
		return s
	}
	s = strings.ToValidUTF8(s, "\uFFFD")
	// Composing, folding and dropping can each make work for the others; in
	// practice the second round already finds nothing.
	for range 4 {
		next := norm.NFKC.String(cases.Fold().String(norm.NFKC.String(strings.Map(visible, s))))
		if next == s {
			break
		}
		s = next
	}
	return strings.Join(strings.Fields(s), " ")
}

// isNormal recognises, without allocating, the texts that nearly all names
// are: unified Han characters, lower-case ASCII and single inner blanks.
func isNormal(s string) bool {
	blank := true // at the start a blank would be trimmed
	for _, r := range s {
		switch {
		case isHan(r), r > ' ' && r < 0x7F && (r < 'A' || r > 'Z'):
			blank = false
		case r == ' ' && !blank:
			blank = true
		default:
			return false
		}
	}
	return !blank || s == ""
}

// isHan reports whether r is in the main block of unified Han characters,
// which no normalisation changes.
func isHan(r rune) bool { return r >= 0x4E00 && r <= 0x9FFF }

// visible maps control characters to blanks and drops what has no look of its
// own.
func visible(r rune) rune {
	switch {
	case r < utf8.RuneSelf:
		if r < ' ' || r == 0x7F {
			return ' '
		}
		return r
	case unicode.Is(unicode.Cc, r), unicode.IsSpace(r):
		return ' '
	case unicode.Is(unicode.Cf, r), unicode.Is(unicode.Variation_Selector, r):
		return -1
	}
	return r
}
