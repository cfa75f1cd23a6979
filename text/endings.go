package text

import (
	"strings"
	"sync"
)

// endings are what the names of most of the country's villages and communities
// end in. All that is found from inside of one is the same for every name that
// ends so: two fifths of what there would be to find these names by. So a text
// has no suffixes that begin inside of its ending, and a query that may begin
// there also asks for the ending's own suffix. Their characters have one
// reading, and the longer endings come before those that end them.
var endings = []string{"社区居民委员会", "居民委员会", "村民委员会", "社区居委会", "居委会", "村委会", "委员会"}

// ending is an ending as a class has it.
type ending struct {
	own    string   // its own suffix; for Pinyin with a blank before each syllable
	inside []string // the suffixes that begin inside, without blanks
}

// endingTable returns the endings of the classes that have suffixes.
var endingTable = sync.OnceValue(func() map[Class][]ending {
	table := map[Class][]ending{}
	for _, s := range endings {
		e := Index(s, false)
		table[Inside] = append(table[Inside], ending{e.Norm, insides(strings.Split(e.Norm, ""))})
		table[Pinyin] = append(table[Pinyin], ending{e.Pinyin[0], insides(strings.Fields(e.Pinyin[0]))})
		table[Initials] = append(table[Initials], ending{e.Initials[0], insides(strings.Split(e.Initials[0], ""))})
	}
	return table
})

// insides joins the parts from each on but the first.
func insides(parts []string) (out []string) {
	for i := range parts[1:] {
		out = append(out, strings.Join(parts[i+1:], ""))
	}
	return out
}

// ends returns where the ending of a text begins that begins no earlier than
// from; the length of the text where it has none.
func ends(class Class, s string, from int) int {
	for _, e := range endingTable()[class] {
		if at := len(s) - len(e.own); at >= from && strings.HasSuffix(s, e.own) {
			return at
		}
	}
	return len(s)
}

// KeysOf returns what the suffixes of a class are asked for so that none is
// missed that begins with the key: the key itself, and the own suffixes of
// endings inside of which it may begin.
func KeysOf(class Class, key string) []string {
	key = head(key)
	keys := []string{key}
	for _, e := range endingTable()[class] {
		for _, s := range e.inside {
			if strings.HasPrefix(s, key) {
				keys = append(keys, head(strings.ReplaceAll(e.own, " ", "")))
				break
			}
		}
	}
	return keys
}
