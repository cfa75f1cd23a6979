package text

import (
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// lastLatin ends the range in which Latin letters with marks stand composed.
const lastLatin = 0x1EFF

// latin holds, for each composed Latin letter, its plain ASCII letters.
var latin = buildLatin()

// undecomposed lists Latin letters that Unicode does not take apart.
var undecomposed = map[rune]string{
	'æ': "ae", 'œ': "oe", 'ø': "o", 'đ': "d", 'ð': "d", 'ł': "l", 'ı': "i", 'þ': "th", 'ß': "ss", 'ŋ': "ng", 'ħ': "h",
}

func buildLatin() []string {
	table := make([]string, lastLatin+1)
	for r := rune(0); r <= lastLatin; r++ {
		if r < 0x80 {
			if isASCIIWord(byte(r)) {
				table[r] = string(r)
			}
			continue
		}
		parts := []rune(norm.NFD.String(string(r)))
		if len(parts) < 2 || parts[0] >= 0x80 || !isASCIIWord(byte(parts[0])) {
			continue
		}
		table[r] = string(parts[0])
		// ü, with or without a tone, is typed v.
		if parts[0] == 'u' && parts[1] == 0x308 {
			table[r] = "v"
		}
	}
	for r, plain := range undecomposed {
		table[r] = plain
	}
	return table
}

// plain returns the lower-case ASCII letters or digit of a normalised Latin
// character: é is e, ǎ is a, ü is v. It is empty for anything else.
func plain(r rune) string {
	if r < 0 || r > lastLatin {
		return ""
	}
	return latin[r]
}

func isASCIIWord(b byte) bool { return isDigit(b) || b >= 'a' && b <= 'z' }

func isDigit(b byte) bool { return b >= '0' && b <= '9' }

// isMark reports whether r only adds to the character before it.
func isMark(r rune) bool { return r >= 0x300 && unicode.Is(unicode.M, r) }
