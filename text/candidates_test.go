package text

import (
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"pgregory.net/rapid"
)

// drawName makes a name like those that are indexed: people with common, rare
// and compound surnames, buildings, units with Latin letters, and anything.
func drawName(t *rapid.T) (name string, person bool) {
	given := rapid.StringOfN(rapid.RuneFrom([]rune("秀兰英乐长重行曾单茜盛强明 3é安恩·")), 0, 20, -1)
	surname := rapid.SampledFrom(strings.Fields("王 李 张 刘 陈 单 曾 解 仇 区 查 盖 尉迟 万俟 欧阳 翟 朴 任 吕 司马"))
	place := rapid.SampledFrom(append(strings.Fields("3号楼 12号楼A座 130306 绿苑小区 ACME有限公司 西安路 José❤ 单县 αβγ 社区"), endings...))
	switch rapid.IntRange(0, 3).Draw(t, "sort of name") {
	case 0, 1:
		return surname.Draw(t, "surname") + given.Draw(t, "given"), true
	case 2:
		return place.Draw(t, "place") + given.Draw(t, "more") + place.Draw(t, "place too"), false
	}
	return rapid.String().Draw(t, "any"), rapid.Bool().Draw(t, "person")
}

// cuts returns every part, of at most 40 characters, of what is known of a
// name: the queries that may hit it.
func cuts(e Entry) []string {
	sources := append([]string{e.Norm}, e.Pinyin...)
	for _, syllables := range e.Pinyin {
		sources = append(sources, strings.ReplaceAll(syllables, " ", ""), strings.ReplaceAll(syllables, " ", "'"))
	}
	sources = append(sources, e.Initials...)
	var parts []string
	for _, source := range sources {
		runes := []rune(source)
		for from := range runes {
			for to := from + 1; to <= min(len(runes), from+40); to++ {
				parts = append(parts, string(runes[from:to]))
			}
		}
	}
	slices.Sort(parts)
	return slices.Compact(parts)
}

func TestSuffixesAndTokensLoseNoHit(t *testing.T) {
	hits := map[Class]int{}
	rapid.Check(t, func(t *rapid.T) {
		name, person := drawName(t)
		e := Index(name, person)
		words := e.Tokens()
		for _, query := range cuts(e) {
			q := Query(query)
			class := q.Match(e)
			hits[class]++
			if class == None {
				continue
			}
			if !slices.Contains(q.Classes(), class) {
				t.Fatalf("%q hits as %v, which it does not name", q.norm, class)
			}
			if !foundBySuffixes(e, q, class) {
				t.Fatalf("no suffix of %q finds %q as %v: %q", e, q.norm, class, e.Suffixes(class))
			}
			for _, token := range q.Tokens() {
				if _, has := slices.BinarySearch(words, token); class <= Inside && !has {
					t.Fatalf("%q lacks token %s of %q", e.Norm, token, q.norm)
				}
			}
		}
	})
	for _, class := range []Class{Whole, Prefix, Inside, Pinyin, Initials} {
		if hits[class] == 0 {
			t.Errorf("no query hit as %v; the test proves nothing about it", class)
		}
	}
}

func foundBySuffixes(e Entry, q Q, class Class) bool {
	begins := func(class Class, keys []string) bool {
		return slices.ContainsFunc(e.Suffixes(class), func(s string) bool {
			return slices.ContainsFunc(keys, func(key string) bool { return strings.HasPrefix(s, key) })
		})
	}
	switch digits := q.Digits(); {
	case class <= Prefix:
		return strings.HasPrefix(e.Norm, q.Norm())
	case begins(class, q.Keys(class)):
		return true
	case class == Initials && digits != "":
		return strings.HasPrefix(e.Norm, digits) || begins(Inside, []string{digits})
	}
	return false
}

func TestSuffixesAreSortedDistinctAndShort(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		name, person := drawName(t)
		e := Index(name, person)
		for _, class := range []Class{Inside, Pinyin, Initials} {
			suffixes := e.Suffixes(class)
			for i, s := range suffixes {
				if n := utf8.RuneCountInString(s); n < 2 || n > maxSuffix {
					t.Fatalf("suffix %q of %q has %d characters", s, name, n)
				}
				if i > 0 && suffixes[i-1] >= s {
					t.Fatalf("suffixes of %q are not in order: %q", name, suffixes)
				}
			}
		}
	})
}

func TestSuffixesOfANameAreThoseItCanBeFoundBy(t *testing.T) {
	for _, c := range []struct {
		name  string
		class Class
		want  []string
	}{
		{"王秀兰", Whole, nil}, {"王秀兰", Prefix, nil}, {"王秀兰", Inside, []string{"秀兰"}},
		{"王秀兰", Pinyin, []string{"lan", "wangxiulan", "xiulan"}}, {"王秀兰", Initials, []string{"wxl", "xl"}},
		{"1302", Inside, []string{"02", "302"}}, {"1302", Pinyin, nil}, {"1302", Initials, nil},
	} {
		if got := Index(c.name, true).Suffixes(c.class); !slices.Equal(got, c.want) {
			t.Errorf("suffixes of %s as %v are %q, want %q", c.name, c.class, got, c.want)
		}
	}
}

func TestEndingsAreReadInOneWayAndTheLongerComeFirst(t *testing.T) {
	for i, s := range endings {
		e := Index(s, false)
		if e.Norm != s || len(e.Pinyin) != 1 || len(e.Initials) != 1 {
			t.Errorf("the ending %s is read as %q", s, e)
		}
		for class, list := range endingTable() {
			for _, later := range list[i+1:] {
				if strings.HasSuffix(later.own, list[i].own) {
					t.Errorf("as %v the ending %q hides %q, which is longer", class, list[i].own, later.own)
				}
			}
		}
	}
}

func TestInsideOfAnEndingNoSuffixBegins(t *testing.T) {
	for _, c := range []struct {
		name  string
		class Class
		want  []string
	}{
		{"东村委会", Inside, []string{"村委会"}},
		{"东村委会", Pinyin, []string{"cunweihui", "dongcunweihui"}},
		{"东村委会", Initials, []string{"cwh", "dcwh"}},
		{"村委会", Inside, []string{"委会"}},
		{"村委会", Pinyin, []string{"cunweihui"}},
		{"社区居民委员会", Inside, []string{"区居民委员会", "居民委员会"}},
		{"村委会办", Initials, []string{"cwhb", "hb", "whb"}},
	} {
		if got := Index(c.name, false).Suffixes(c.class); !slices.Equal(got, c.want) {
			t.Errorf("suffixes of %s as %v are %q, want %q", c.name, c.class, got, c.want)
		}
	}
	for key, want := range map[string][]string{
		"weihui": {"weihui", "shequjuweihui", "juweihui", "cunweihui"},
		"minwei": {"minwei", "shequjuminweiyuanhui", "juminweiyuanhui", "cunminweiyuanhui"},
		"cunwei": {"cunwei"}, "weihuib": {"weihuib"},
	} {
		if got := Query(key).Keys(Pinyin); !slices.Equal(got, want) {
			t.Errorf("%s asks for %q, want %q", key, got, want)
		}
	}
}

func TestANumberWithBlanksIsFoundByItsDigits(t *testing.T) {
	for query, want := range map[string]string{"13 02": "1302", "1302": "", "13a 02": "", "13": "", " 13 ": "", "": "", "3 号": ""} {
		if got := Query(query).Digits(); got != want {
			t.Errorf("digits of %q are %q, want %q", query, got, want)
		}
	}
	for query, want := range map[string]Class{"13 02": Initials, "3 0": Initials, "30": Inside, "1302": Whole, "1 2": None} {
		if got := Query(query).Match(Index("1302", false)); got != want {
			t.Errorf("%q hits 1302 as %v, want %v", query, got, want)
		}
	}
}

func TestTokensAreWordsWithoutAnySyntax(t *testing.T) {
	if got, want := Index("王 a", false).Tokens(), []string{"u20u61", "u738bu20"}; !slices.Equal(got, want) {
		t.Errorf("tokens are %q, want %q", got, want)
	}
	if got, want := Query("王秀兰").Tokens(), []string{"王秀", "秀兰"}; !slices.Equal(got, want) {
		t.Errorf("query tokens are %q, want %q", got, want)
	}
	if got := Query("王").Tokens(); len(got) > 0 {
		t.Errorf("query tokens are %q, want none", got)
	}
	if got, want := Query("12-3A").Tokens(), []string{"12", "3a", "u2du33", "u32u2d"}; !slices.Equal(got, want) {
		t.Errorf("query tokens are %q, want %q", got, want)
	}
	rapid.Check(t, func(t *rapid.T) {
		name, _ := drawName(t)
		for _, token := range Index(name, false).Tokens() {
			for _, r := range token {
				if !unicode.IsLetter(r) && !unicode.IsDigit(r) || r < utf8.RuneSelf && unicode.IsUpper(r) {
					t.Fatalf("token %q of %q", token, name)
				}
			}
		}
	})
}

func FuzzQueriesOfAnyTextFindItWithoutPanic(f *testing.F) {
	for _, s := range []string{"王秀兰", "尉迟恭", "3号楼 A座", "", "\xff", "xi'an", "''", "ü'v", "👨‍👩‍👧", "㍿ﷺ", "\u0301a\u0308"} {
		f.Add(s, s, true)
	}
	f.Fuzz(func(t *testing.T, name, query string, person bool) {
		e := Index(name, person)
		q := Query(query)
		class := q.Match(e)
		if class > None && !foundBySuffixes(e, q, class) {
			t.Fatalf("no suffix of %q finds %q as %v", e, query, class)
		}
		if own := Query(name); own.Err() == nil && own.Match(e) != Whole {
			t.Fatalf("%q does not find itself", name)
		}
		if key := PersonSortKey(name); (key == "") != (name == "") {
			t.Fatalf("sort key of %q is %q", name, key)
		}
	})
}
