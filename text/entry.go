package text

import (
	"slices"
	"strings"
)

// maxVariants caps the combinations of readings that are kept of one text.
const maxVariants = 8

// Entry is what is known of a text to find it: its normalised form, and how it
// sounds. Pinyin holds, for every combination of readings, the syllables each
// after one blank (" wang xiu lan"); a run of Latin letters or of digits
// counts as one syllable. Initials holds the first letters of the syllables
// ("wxl"), numbers in full ("12hl" for 12号楼). Both are distinct and in a
// fixed order, the likeliest first, and empty for a text without syllables.
type Entry struct {
	Norm     string
	Pinyin   []string
	Initials []string
}

// Index returns the entry of a text. A character has at most two readings, and
// one in a word that is certain of it; for a person, whose name is not read by
// words, the surname's comes first. At most 8 combinations are kept:
// those with the fewest second readings, and among them the leftmost.
func Index(s string, person bool) Entry {
	e := Entry{Norm: Normalise(s)}
	var buf [16]piece
	pieces := slices.DeleteFunc(split(buf[:0], e.Norm, person), func(p piece) bool { return p.kind == sign })
	if len(pieces) == 0 {
		return e
	}
	var doubled []int
	for i, p := range pieces {
		if p.alt != "" {
			doubled = append(doubled, i)
		}
	}
	if len(doubled) == 0 {
		e.Pinyin = []string{syllables(pieces)}
		e.Initials = []string{initials(pieces)}
		return e
	}
	for _, swapped := range combinations(doubled) {
		swap(pieces, swapped)
		e.Pinyin = appendDistinct(e.Pinyin, syllables(pieces))
		e.Initials = appendDistinct(e.Initials, initials(pieces))
		swap(pieces, swapped)
	}
	return e
}

// combinations returns the first maxVariants subsets of the positions, by size
// and then from the left, the empty one first.
func combinations(positions []int) [][]int {
	found := [][]int{nil}
	for done := 0; done < len(found); done++ {
		last := -1
		if n := len(found[done]); n > 0 {
			last = found[done][n-1]
		}
		for _, p := range positions {
			if p <= last {
				continue
			}
			if len(found) == maxVariants {
				return found
			}
			found = append(found, append(slices.Clone(found[done]), p))
		}
	}
	return found
}

// swap exchanges the two readings of the pieces at the given positions.
func swap(pieces []piece, at []int) {
	for _, i := range at {
		pieces[i].text, pieces[i].alt = pieces[i].alt, pieces[i].text
	}
}

func syllables(pieces []piece) string {
	var b strings.Builder
	b.Grow(7 * len(pieces))
	for _, p := range pieces {
		b.WriteByte(' ')
		b.WriteString(p.text)
	}
	return b.String()
}

func initials(pieces []piece) string {
	var b strings.Builder
	b.Grow(len(pieces))
	for _, p := range pieces {
		if p.kind == number {
			b.WriteString(p.text)
		} else {
			b.WriteByte(p.text[0])
		}
	}
	return b.String()
}

func appendDistinct(list []string, s string) []string {
	if slices.Contains(list, s) {
		return list
	}
	return append(list, s)
}
