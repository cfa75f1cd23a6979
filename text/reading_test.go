package text

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// isSyllable accepts what pinyin without tones looks like.
func isSyllable(s string) bool {
	return s != "" && strings.Trim(s, "abcdefghijklmnopqrstuvwxyz") == ""
}

func TestEveryReadingIsPlainPinyin(t *testing.T) {
	withReading := 0
	for r := rune(0x3007); r < 0x2FA1E; r++ {
		known := readingOf(r)
		if known.first == "" {
			continue
		}
		withReading++
		if !isSyllable(known.first) || known.alt != "" && !isSyllable(known.alt) || known.first == known.alt {
			t.Errorf("%c is read %+v", r, known)
		}
	}
	if withReading < 20_000 {
		t.Errorf("only %d characters have a reading", withReading)
	}
}

func TestTheTablesNameEachCharacterOnceAndNothingSelfEvident(t *testing.T) {
	seen := map[rune]bool{}
	for _, entry := range strings.Fields(polyphones) {
		r, known := parseReading(entry)
		if seen[r] || known.alt == "" && known.first == libraryReading(r) {
			t.Errorf("polyphones says nothing new in %q", entry)
		}
		seen[r] = true
	}
	seen = map[rune]bool{}
	for _, entry := range strings.Fields(surnames) {
		r, known := parseReading(entry)
		if seen[r] || known.first == readingOf(r).first || !isSyllable(known.first) {
			t.Errorf("surnames says nothing new in %q", entry)
		}
		seen[r] = true
	}
	for name, both := range compoundSurnames {
		if utf8.RuneCountInString(name) != 2 || !isSyllable(both[0]) || !isSyllable(both[1]) {
			t.Errorf("compound surname %q is read %q", name, both)
		}
	}
}

func TestTheWordsAreOfCharactersWithTwoReadingsAndNamedOnce(t *testing.T) {
	characters := map[string]bool{}
	for line := range strings.Lines(strings.TrimSpace(words)) {
		fields := strings.Fields(line)
		r, _ := utf8.DecodeRuneInString(fields[0])
		if characters[fields[0]] || len(fields[0]) != utf8.RuneLen(r) || readingOf(r).alt == "" {
			t.Errorf("a line of words begins with %q", fields[0])
		}
		characters[fields[0]] = true
		seen := map[string]bool{}
		for _, word := range fields[1:] {
			bare := strings.TrimPrefix(word, "~")
			if seen[bare] || strings.Count(bare, fields[0]) != 1 || Normalise(bare) != bare {
				t.Errorf("words says %q of %s", word, fields[0])
			}
			seen[bare] = true
		}
	}
}

func TestWordsMakeAReadingCertainButForPeople(t *testing.T) {
	for name, want := range map[string][]string{
		"太平社区居民委员会": {" tai ping she qu ju min wei yuan hui"},
		"区家村村委会":    {" qu jia cun cun wei hui", " ou jia cun cun wei hui"},
		"会堂街":       {" hui tang jie"},
		"街会":        {" jie hui", " jie kuai"},
		"联合会计师事务所":  {" lian he hui ji shi shi wu suo", " lian he kuai ji shi shi wu suo"},
		"太行路":       {" tai xing lu", " tai hang lu"},
		"大夫家园":      {" da fu jia yuan", " dai fu jia yuan"},
	} {
		if got := Index(name, false).Pinyin; !slices.Equal(got, want) {
			t.Errorf("%s is found by %q, want %q", name, got, want)
		}
	}
	if got := Index("王和平", true).Pinyin; len(got) != 2 {
		t.Errorf("a person's name is found by %q, want both readings", got)
	}
}

func TestCommonCharactersHaveTheirEverydayReading(t *testing.T) {
	for hanzi, want := range map[string]string{
		"社区": "she qu", "街道": "jie dao", "党支部": "dang zhi bu", "长江": "chang jiang", "大厦": "da sha", "银杏": "yin xing",
		"女": "nv", "旅": "lv", "略": "lve", "石首": "shi shou", "荔湾": "li wan", "泗水": "si shui", "栾城": "luan cheng",
		"惠农": "hui nong", "城子河": "cheng zi he", "还": "huan", "什": "shen", "似": "si", "佛山": "fo shan", "曾": "zeng",
		"乐园": "le yuan", "哈尔滨": "ha er bin", "泊头": "bo tou", "葉": "ye", "〇": "ling",
	} {
		if got, _, _ := strings.Cut(SortKey(hanzi), headEnd); got != want {
			t.Errorf("%s is read %q, want %q", hanzi, got, want)
		}
	}
}
