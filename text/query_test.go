package text

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
)

func TestMatchGivesTheBestClass(t *testing.T) {
	for _, c := range []struct {
		query, name string
		person      bool
		want        Class
	}{
		{"王秀兰", "王秀兰", true, Whole},
		{"王秀", "王秀兰", true, Prefix},
		{"秀兰", "王秀兰", true, Inside},
		{"王", "王秀兰", true, Prefix},
		{"王", "王", true, Whole},
		{"秀", "王秀兰", true, None},
		{"王兰", "王秀兰", true, None},
		// Pinyin, from the start of a syllable.
		{"wangxiulan", "王秀兰", true, Pinyin},
		{"wang xiu", "王秀兰", true, Pinyin},
		{"wangxiu", "王秀兰", true, Pinyin},
		{"xiul", "王秀兰", true, Pinyin},
		{"WANG X", "王秀兰", true, Pinyin},
		{"wáng xiù", "王秀兰", true, Pinyin},
		{"angxiu", "王秀兰", true, None},
		{"wangx iu", "王秀兰", true, None},
		{"wa ng", "王秀兰", true, None},
		{"xi'an", "西安路", false, Pinyin},
		{"xi’an", "西安路", false, Pinyin},
		{"xi an", "西安路", false, Pinyin},
		{"xian", "西安路", false, Pinyin},
		{"xi an", "先锋", false, None},
		{"xi'", "先锋", false, None},
		{"xi'", "西安路", false, Pinyin},
		// Initials, contiguous.
		{"wxl", "王秀兰", true, Initials},
		{"xl", "王秀兰", true, Initials},
		{"w x l", "王秀兰", true, Initials},
		{"wl", "王秀兰", true, None},
		{"x", "王秀兰", true, None},
		{"w", "王秀兰", true, None},
		// ü.
		{"lv", "吕布", true, Pinyin},
		{"lübu", "吕布", true, Pinyin},
		{"lv'bu", "吕布", true, Pinyin},
		{"nvhai", "女孩", false, Pinyin},
		// Characters with two readings.
		{"shanxiu", "单秀兰", true, Pinyin},
		{"danxiu", "单秀兰", true, Pinyin},
		{"chanxiu", "单秀兰", true, None},
		{"sxl", "单秀兰", true, Initials},
		{"dxl", "单秀兰", true, Initials},
		{"yuchi", "尉迟恭", true, Pinyin},
		{"weichi", "尉迟恭", true, Pinyin},
		{"moqi", "万俟卨", true, Pinyin},
		{"ouzhi", "区志明", true, Pinyin},
		{"wangyue", "王乐", true, Pinyin},
		{"wangle", "王乐", true, Pinyin},
		{"yinhang", "银行", false, Pinyin},
		{"zhongqing", "重庆", false, Pinyin},
		{"chongqing", "重庆", false, Pinyin},
		// Numbers, Latin letters, other signs.
		{"12号楼", "12号楼", false, Whole},
		{"2号", "12号楼", false, Inside},
		{"3haolou", "3号楼", false, Pinyin},
		{"12hl", "12号楼", false, Initials},
		{"a3d", "A3栋", false, Pinyin},
		{"３号", "3号楼", false, Prefix},
		{"ｗａｎｇ", "王秀兰", true, Pinyin},
		{"wang秀", "王秀兰", true, None},
		{"acme", "ACME 公司", false, Prefix},
		{"gongsi", "ACME 公司", false, Pinyin},
		{"acmegong", "ACME 公司", false, Pinyin},
		{"e公", "ACME 公司", false, None},
		{"jose", "José", true, Pinyin},
		{"josé", "José", true, Whole},
		{"❤", "❤之家", false, Prefix},
		{"❤️之", "❤之家", false, Prefix},
		{"zhijia", "❤之家", false, Pinyin},
		{"阿依", "阿依古丽·买买提", true, Prefix},
		{"guli", "阿依古丽·买买提", true, Pinyin},
		{"lim", "阿依古丽·买买提", true, Pinyin},
	} {
		got := Query(c.query).Match(Index(c.name, c.person))
		if got != c.want {
			t.Errorf("%q on %s is %v, want %v (%q)", c.query, c.name, got, c.want, Index(c.name, c.person))
		}
	}
}

func TestAQueryThatCannotBeAskedSaysWhyAndMatchesNothing(t *testing.T) {
	for _, c := range []struct {
		query string
		want  error
	}{
		{"", ErrEmpty},
		{" \t　", ErrEmpty},
		{"\u200b\ufeff", ErrEmpty},
		{strings.Repeat("王", 65), ErrTooLong},
		{strings.Repeat(" ", 2000), ErrTooLong},
		{strings.Repeat("ﷺ", 4), ErrTooLong},
	} {
		q := Query(c.query)
		if !errors.Is(q.Err(), c.want) || q.IsEmpty() != errors.Is(c.want, ErrEmpty) {
			t.Errorf("%.20q: error %v, empty %v, want %v", c.query, q.Err(), q.IsEmpty(), c.want)
		}
		if got := q.Match(Index(c.query, false)); got != None || len(q.Classes()) != 0 || len(q.Tokens()) != 0 {
			t.Errorf("%.20q matches as %v", c.query, got)
		}
	}
	if q := Query(strings.Repeat("王", 64)); q.Err() != nil || q.IsEmpty() {
		t.Errorf("64 characters are refused: %v", q.Err())
	}
}

func TestEntriesHoldSyllablesAndInitialsOfEveryReading(t *testing.T) {
	for _, c := range []struct {
		name     string
		person   bool
		pinyin   []string
		initials []string
	}{
		{"王秀兰", true, []string{" wang xiu lan"}, []string{"wxl"}},
		{"单秀", true, []string{" shan xiu", " dan xiu"}, []string{"sx", "dx"}},
		{"单秀", false, []string{" dan xiu", " shan xiu"}, []string{"dx", "sx"}},
		{"12号B楼", false, []string{" 12 hao b lou"}, []string{"12hbl"}},
		{"。😀", false, nil, nil},
		{"", false, nil, nil},
	} {
		e := Index(c.name, c.person)
		if !slices.Equal(e.Pinyin, c.pinyin) || !slices.Equal(e.Initials, c.initials) {
			t.Errorf("Index(%q) = %q", c.name, e)
		}
	}
}

func TestAtMostEightCombinationsAreKeptTheFewestChangesFirst(t *testing.T) {
	e := Index("单单单单", false)
	want := []string{
		" dan dan dan dan", " shan dan dan dan", " dan shan dan dan", " dan dan shan dan", " dan dan dan shan",
		" shan shan dan dan", " shan dan shan dan", " shan dan dan shan",
	}
	if !slices.Equal(e.Pinyin, want) {
		t.Errorf("combinations are %q", e.Pinyin)
	}
	if long := Index(strings.Repeat("单长重行", 50), false); len(long.Pinyin) != 8 || len(long.Initials) > 8 {
		t.Errorf("a long text has %d combinations", len(long.Pinyin))
	}
}

func TestHitsAreOrderedByClassThenTextThenID(t *testing.T) {
	type hit struct {
		class    Class
		norm, id string
	}
	want := []hit{
		{Whole, "王", "9"}, {Prefix, "王一", "2"}, {Prefix, "王一", "3"}, {Prefix, "王三", "1"}, {Inside, "a", "0"}, {Pinyin, "a", "0"}, {Initials, "a", "0"},
	}
	for i, a := range want {
		for j, b := range want {
			if got := Less(a.class, a.norm, a.id, b.class, b.norm, b.id); got != (i < j) {
				t.Errorf("Less(%v, %v) = %v", a, b, got)
			}
		}
	}
}

func TestAQueryNamesTheClassesItCanHit(t *testing.T) {
	for query, want := range map[string]string{
		"王": "[whole prefix]", "w": "[whole prefix]", "王秀": "[whole prefix inside]", "l'": "[whole prefix inside]",
		"wx": "[whole prefix inside pinyin initials]", "w秀": "[whole prefix inside]", "": "[]",
	} {
		if got := fmt.Sprint(Query(query).Classes()); got != want {
			t.Errorf("%q can hit %s, want %s", query, got, want)
		}
	}
}
