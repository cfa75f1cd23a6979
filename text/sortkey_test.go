package text

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestSortKeysHaveTheDocumentedForm(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"", ""},
		{"3号楼", "00000003 hao lou  3号楼"},
		{"绿苑小区", "lv yuan xiao qu  绿苑小区"},
		{"A座12-3", "a zuo 00000012 00000003  A座12-3"},
		{"420000000001", ":0012420000000001  420000000001"},
		{"007", "00000007  007"},
		{"0", "00000000  0"},
		{"José", "jose  José"},
		{"😀", "~1f600  😀"},
		{"。", "  。"},
		{" ", "   "},
	} {
		if got := SortKey(c.in); got != c.want {
			t.Errorf("SortKey(%q) = %q, want %q", c.in, got, c.want)
		}
	}
}

func TestBuildingsAreOrderedByTheirNumbers(t *testing.T) {
	want := []string{"3号楼", "3号楼附1", "12号楼", "100000000号楼", "2000000000号楼", "安居楼", "王家楼", "❤楼"}
	got := slices.Clone(want)
	slices.Reverse(got)
	slices.SortFunc(got, func(a, b string) int { return strings.Compare(SortKey(a), SortKey(b)) })
	if !slices.Equal(got, want) {
		t.Errorf("order is %q, want %q", got, want)
	}
}

func TestSurnamesAreReadAsSurnames(t *testing.T) {
	for name, want := range map[string]string{
		"单秀兰": "shan xiu lan", "曾国强": "zeng guo qiang", "解放": "xie fang", "仇英": "qiu ying",
		"区志明": "ou zhi ming", "查良镛": "zha liang yong", "盖茨": "ge ci", "翟天": "zhai tian",
		"朴树": "piao shu", "任飞": "ren fei", "尉迟恭": "yu chi gong", "万俟卨": "mo qi xie",
		"长孙无忌": "zhang sun wu ji", "澹台明": "tan tai ming", "华罗": "hua luo", "纪晓": "ji xiao",
		"乐嘉": "yue jia", "缪斯": "miao si", "宁静": "ning jing", "覃辉": "qin hui", "冼星海": "xian xing hai",
		"万芳": "wan fang", "尉健行": "wei jian xing", "吕布": "lv bu", "沈从文": "shen cong wen", "员半千": "yun ban qian",
		"王长单": "wang chang dan", "洗夫人": "xian fu ren", "牟平": "mou ping", "阚泽": "kan ze",
	} {
		head, _, _ := strings.Cut(PersonSortKey(name), headEnd)
		if head != want {
			t.Errorf("%s is ordered as %q, want %q", name, head, want)
		}
	}
	if got := SortKey("单县社区"); !strings.HasPrefix(got, "dan xian ") {
		t.Errorf("a place takes a surname's reading: %q", got)
	}
}

func TestSortKeysComparePiecesFirstAndKeepTextsApart(t *testing.T) {
	alphabet := rapid.StringOf(rapid.OneOf(rapid.RuneFrom([]rune("王汪秀3 1aAé-。😀я號")), rapid.Rune()))
	rapid.Check(t, func(t *rapid.T) {
		a, b := alphabet.Draw(t, "a"), alphabet.Draw(t, "b")
		keyA, keyB := SortKey(a), SortKey(b)
		if (keyA == keyB) != (a == b) {
			t.Fatalf("%q and %q have the keys %q and %q", a, b, keyA, keyB)
		}
		if a == "" || b == "" {
			return
		}
		headA, tailA, okA := strings.Cut(keyA, headEnd)
		headB, tailB, okB := strings.Cut(keyB, headEnd)
		if !okA || !okB || tailA != a || tailB != b {
			t.Fatalf("keys %q, %q do not end with the raw text", keyA, keyB)
		}
		for _, c := range []byte(headA) {
			if c < ' ' || c > '~' {
				t.Fatalf("head %q is not printable ASCII", headA)
			}
		}
		want := strings.Compare(headA, headB)
		if want == 0 {
			want = strings.Compare(a, b)
		}
		if got := strings.Compare(keyA, keyB); got != want {
			t.Fatalf("keys %q, %q compare as %d, their parts as %d", keyA, keyB, got, want)
		}
	})
}

func TestNumbersSortByValueWhateverTheirLength(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := rapid.Uint64().Draw(t, "a"), rapid.Uint64Range(0, 200_000_000).Draw(t, "b")
		keyA, keyB := SortKey(decimal(a)+"号"), SortKey(decimal(b)+"号")
		if (a < b) != (keyA < keyB) {
			t.Fatalf("%d and %d are ordered by %q and %q", a, b, keyA, keyB)
		}
	})
}

func decimal(n uint64) string {
	if n < 10 {
		return string(rune('0' + n))
	}
	return decimal(n/10) + decimal(n%10)
}
