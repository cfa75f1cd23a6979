package storetest

import (
	"cmp"
	"context"
	"flag"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"lintu/kg"
	"lintu/store"
	"lintu/text"
)

const (
	namedAtOnce    = 16 // nodes that are named anew for each drawing
	searchesAround = 8  // that are made of each drawing
)

// testNames gives a few nodes random texts, real surnames and characters of several readings among them, and searches
// for parts of these texts: the store finds the same hits in the same order as the oracle. A failure is made small by
// rapid; -rapid.seed repeats it.
func testNames(t *testing.T, h Harness) {
	t.Run("random_names_are_found_alike_and_in_the_same_order", func(t *testing.T) {
		g := open(t, h)
		drawings(t, cmp.Or(int(*roundsFlag), h.Drawings, 5))
		rapid.Check(t, func(r *rapid.T) {
			texts := g.rename(t.Context(), r)
			for range searchesAround {
				if _, problem, _ := g.compare(t.Context(), g.drawSearch(r, texts)); problem != "" {
					r.Fatal(problem)
				}
			}
		})
	})
}

// drawingsGiven says whether a flag of go test sets how many times rapid draws.
var drawingsGiven = sync.OnceValue(func() (given bool) {
	flag.Visit(func(f *flag.Flag) { given = given || f.Name == drawingsFlag })
	return given
})

const drawingsFlag = "rapid.checks"

// drawings sets how many times rapid draws, for the rest of the test, unless a flag does.
func drawings(t *testing.T, n int) {
	t.Helper()
	if drawingsGiven() {
		return
	}
	set := func(value string) {
		if err := flag.Set(drawingsFlag, value); err != nil {
			t.Error(err)
		}
	}
	before := flag.Lookup(drawingsFlag).Value.String()
	set(fmt.Sprint(n))
	t.Cleanup(func() { set(before) })
}

// rename puts the same nodes with newly drawn texts, whatever they had before, and gives these texts.
func (g *graph) rename(ctx context.Context, r *rapid.T) []string {
	var texts []string
	draw := func(label string, from *rapid.Generator[string]) string {
		s := from.Draw(r, label)
		texts = append(texts, s)
		return s
	}
	b := &store.Batch{Today: Today}
	for i := range namedAtOnce {
		b.Changes = append(b.Changes, put(namedNode(i, draw)))
	}
	for _, s := range []store.Store{g.oracle, g.Store} {
		if _, err := s.Apply(ctx, b); err != nil {
			r.Fatalf("%T refuses %q: %v", s, texts, err)
		}
	}
	return texts
}

// namedNode is the node of a number, of a kind that goes by the number, with drawn texts. Codes end in the number,
// since no two things have the same.
func namedNode(i int, draw func(string, *rapid.Generator[string]) string) kg.Node {
	id := func(k kg.Kind) kg.Base { return kg.Base{ID: NameID(k, fmt.Sprint("named ", i))} }
	code := func() string { return draw("code", someCode) + fmt.Sprint("/", i) }
	switch i % 8 {
	case 0:
		return &kg.Building{Base: id(kg.KindBuilding), Name: draw("building", someThing), Code: code(), Address: draw("address", someAddress)}
	case 1:
		return &kg.Compound{Base: id(kg.KindCompound), Name: draw("compound", someThing), Code: code(), Address: draw("address", someAddress)}
	case 2:
		return &kg.Unit{Base: id(kg.KindUnit), Name: draw("unit", someThing), Code: code()}
	case 3:
		return &kg.Place{Base: id(kg.KindPlace), Name: draw("place", someThing), Address: draw("address", someAddress)}
	}
	return &kg.Person{Base: id(kg.KindPerson), Name: draw("person", somePerson)}
}

// What texts are drawn from. Surnames are common ones, those that are read otherwise as a surname, compound ones and
// traditional forms; given characters have one or two readings.
var (
	surname = rapid.SampledFrom(strings.Fields(`王 李 张 刘 陈 杨 赵 吴 徐 孙 胡 朱 高 林 何 郭 单 解 仇 区 查 盖 洗 尉 乐 召 员 种 折 莘 朴 繁 秘 阚 句 佴 能 粘 贠 祭 單 樂 區 員 蓋
		欧阳 司马 上官 诸葛 尉迟 万俟 长孙 澹台 乐正 子车 尉遲 萬俟 長孫 慕容 令狐 夏侯 呼延 曾 翟 覃 隗 缪 任 吕 卜 褚 柏 瞿`))
	given   = rapid.StringOfN(rapid.RuneFrom([]rune("秀兰英明国强红长乐重行曾单茜盛晟朝传还会都大车降觉调率朴省石厦员着卓好行")), 0, 3, -1)
	foreign = rapid.SampledFrom(strings.Fields("Ann Élise 阿依古丽·买买提 José 卓玛 ＡＮＮ ǙBER 김철수 さくら ß"))

	somePerson = rapid.Custom(func(r *rapid.T) string {
		if rapid.IntRange(0, 9).Draw(r, "foreign") == 0 {
			return foreign.Draw(r, "name")
		}
		return surname.Draw(r, "surname") + given.Draw(r, "given")
	})
	someThing = rapid.Custom(func(r *rapid.T) string {
		parts := rapid.SliceOfN(rapid.SampledFrom(strings.Fields("长乐 重庆 朝阳 都江 厦门 西安 先 解放 长青 红旗 3号楼 12号楼 １２号 小区 社区 村委会 村民委员会 社区居委会 委员会 单元 幼儿园 朴石 (东) A座 B Ⅱ期 ２ 会 行")), 1, 4)
		return strings.Join(parts.Draw(r, "parts"), rapid.SampledFrom([]string{"", "", "", " ", "·"}).Draw(r, "between"))
	})
	someAddress = rapid.Custom(func(r *rapid.T) string {
		road := rapid.SampledFrom(strings.Fields("长青路 长乐街 重庆路 朝阳大道 解放西路 单巷 红旗路")).Draw(r, "road")
		return fmt.Sprintf("%s%d号%s", road, rapid.IntRange(1, 30).Draw(r, "number"), rapid.SampledFrom([]string{"", "3栋", "甲", " 后院"}).Draw(r, "rest"))
	})
	someCode = rapid.StringMatching(`[A-C]-?[0-9]{0,3}(-[12])?`)
)

// drawSearch is a search for a part of one of the texts, spelt in one of the ways in which it can be found.
func (g *graph) drawSearch(r *rapid.T, texts []string) question {
	q := store.SearchQuery{
		Text:  text.Query(drawAsked(r, rapid.SampledFrom(texts).Draw(r, "of"))),
		Limit: rapid.SampledFrom([]int{0, 1, 2, 5, 50}).Draw(r, "limit"),
		Count: rapid.Bool().Draw(r, "count"),
		Kinds: rapid.SliceOfN(rapid.SampledFrom([]kg.Kind{kg.KindPerson, kg.KindBuilding, kg.KindUnit, kg.KindPlace}), 0, 2).Draw(r, "kinds"),
	}
	if all := g.oracle.world(today).matches(store.SearchQuery{Text: q.Text}); len(all) > 0 && rapid.Bool().Draw(r, "paged") {
		at := rapid.SampledFrom(all).Draw(r, "after").Position
		q.After = &at
	}
	return searching(today, q)
}

func drawAsked(r *rapid.T, of string) string {
	entry := text.Index(of, rapid.Bool().Draw(r, "person"))
	ways := slices.Concat([]string{of, of}, entry.Pinyin, entry.Initials)
	from := []rune(rapid.SampledFrom(ways).Draw(r, "way"))
	begin := rapid.IntRange(0, max(0, len(from)-1)).Draw(r, "begin")
	part := string(from[begin:min(len(from), begin+rapid.IntRange(1, 8).Draw(r, "length"))])
	switch rapid.IntRange(0, 5).Draw(r, "spelling") {
	case 0:
		return strings.ToUpper(part)
	case 1:
		return strings.ReplaceAll(part, " ", "")
	case 2:
		return strings.ReplaceAll(part, " ", "'")
	}
	return part
}
