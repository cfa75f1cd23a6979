package text

import (
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
