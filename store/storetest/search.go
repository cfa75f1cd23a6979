package storetest

import (
	"fmt"
	"testing"

	"lintu/kg"
	"lintu/store"
	"lintu/text"
)

// hits are a search's hits as "class name".
func (g *graph) hits(t *testing.T, v store.View, q store.SearchQuery) []string {
	t.Helper()
	var out []string
	for _, h := range g.search(t, v, q).Hits {
		out = append(out, fmt.Sprintf("%s %s", h.Position.Class, g.f.Name(h.Item.Node.Common().ID)))
	}
	return out
}

func (g *graph) testSearch(t *testing.T) {
	// Hits of one class and text come by id; such pairs are written in the order of their ids.
	pair := func(class, a, b string) string {
		if g.f.ID(a) > g.f.ID(b) {
			a, b = b, a
		}
		return class + " " + a + "," + class + " " + b
	}
	t.Run("hits_come_by_class_then_text_then_id", func(t *testing.T) {
		for asked, want := range map[string]string{
			"王秀兰":          pair("whole", "wang1", "wang2"),
			"王秀":           "whole stranger," + pair("prefix", "wang1", "wang2"),
			"秀兰":           "inside shan," + pair("inside", "wang1", "wang2"),
			"红":            "prefix station,prefix volunteers",
			"李":            "prefix child,prefix li,prefix lihong",
			"长青":           "prefix township,prefix gov,prefix committee,prefix sunny,prefix b3,prefix station",
			"重阳":           "prefix school,prefix schoolbranch,inside zhou",
			"chongyang":    "pinyin zhou,pinyin school,pinyin schoolbranch",
			"shan":         "pinyin shan", // not 单元
			"danyuan":      pair("pinyin", "e1", "e12") + ",pinyin e2",
			"danx":         "pinyin shan",
			"xlan":         "",
			"wxl":          pair("initials", "wang1", "wang2"),
			"zengguo":      "pinyin zeng",
			"cgq":          "initials zeng",
			"3号":           "prefix b3",
			"ML-":          "prefix bell1,prefix bell2",
			"ml-0002":      "whole bell2",
			"U-2":          "whole school",
			"２单元":          "whole e2",
			"长青路1号":        "whole sunny,prefix b3",
			"路2号":          "inside station",
			"changqinglu":  "pinyin sunny,pinyin b3,pinyin station",
			"clq3":         "",
			"cql1h3d":      "initials b3",
			"b-12":         "whole b12",
			"G-1":          "whole grid1,prefix micro",
			"C-2":          "whole yard",
			"d-2":          "whole branch",
			"r-1":          "whole villagers", // register numbers of people are not searched
			"230306200001": "whole community",
			"2303062002":   "prefix village",
			"06 2000 01":   "initials community",
			"ann elise":    "pinyin ann",
			"élise":        "inside ann",
			"不在":           "",
		} {
			q := store.SearchQuery{Text: text.Query(asked), Limit: 50}
			got := g.hits(t, today, q)
			equal(t, "search for "+asked, join(got), want)
		}
	})
	t.Run("every_query_finds_what_match_says", g.searchTable)
	t.Run("pages_follow_each_other_without_gap_or_duplicate", func(t *testing.T) {
		for _, asked := range []string{"王", "阳", "xi", "yang", "1", "长青", "长"} {
			full := g.search(t, today, store.SearchQuery{Text: text.Query(asked), Limit: 99, Count: true})
			if full.HasNext || full.Total != len(full.Hits) || !full.TotalExact {
				t.Errorf("%s: next %v, total %d of %d, exact %v", asked, full.HasNext, full.Total, len(full.Hits), full.TotalExact)
			}
			for _, limit := range []int{1, 2, 3} {
				q := store.SearchQuery{Text: text.Query(asked), Limit: limit, Count: true}
				for at := 0; at < len(full.Hits); {
					page := g.search(t, today, q)
					if page.Total != full.Total || page.HasNext != (at+limit < full.Total) || len(page.Hits) == 0 {
						t.Fatalf("%s after %d: next %v, total %d, %d hits", asked, at, page.HasNext, page.Total, len(page.Hits))
					}
					for _, h := range page.Hits {
						equal(t, "hit of "+asked, h.Position, full.Hits[at].Position)
						at++
					}
					q.After = &page.Hits[len(page.Hits)-1].Position
				}
			}
		}
	})
	t.Run("kinds_filters_and_areas_restrict_the_hits", func(t *testing.T) {
		q := store.SearchQuery{Text: text.Query("长"), Limit: 9, Count: true, Kinds: []kg.Kind{kg.KindUnit, kg.KindPerson, kg.KindPlace}}
		equal(t, "by kind", join(g.hits(t, today, q)), "prefix canteen,prefix gov,prefix station")
		q.Kinds, q.Filter = nil, kg.InArea{Areas: g.f.IDs("community")}
		equal(t, "by area", join(g.hits(t, today, q)), "prefix sunny,prefix b3,prefix station")
		equal(t, "total by area", g.search(t, today, q).Total, 3)
		q.Filter = kg.And{q.Filter, eq("redProperty", true)}
		equal(t, "by area and field", join(g.hits(t, today, q)), "prefix sunny")
		q = store.SearchQuery{Text: text.Query("王"), Limit: 9, Filter: some(kg.LivesIn, kg.Out, nil, nil)}
		equal(t, "who live somewhere", join(g.hits(t, today, q)), pair("prefix", "wang1", "wang2"))
	})
	t.Run("only_who_lives_on_the_day_is_found", func(t *testing.T) {
		q := store.SearchQuery{Text: text.Query("钱老"), Limit: 9, Count: true}
		equal(t, "today", g.search(t, today, q).Total, 0)
		equal(t, "in 2022", g.search(t, on("2022-02-01"), q).Total, 1)
		equal(t, "always", g.search(t, always, q).Total, 1)
	})
	t.Run("limit_0_is_a_count_only", func(t *testing.T) {
		page := g.search(t, today, store.SearchQuery{Text: text.Query("王"), Count: true})
		if len(page.Hits) != 0 || page.Total != 3 || !page.TotalExact || !page.HasNext {
			t.Errorf("got %+v", page)
		}
	})
	t.Run("a_plan_hangs_on_the_hits", func(t *testing.T) {
		p := plan(&store.Step{Key: "home", Relation: kg.LivesIn, Direction: kg.Out, Window: all})
		page := g.search(t, today, store.SearchQuery{Text: text.Query("单秀兰"), Limit: 9, Plan: p})
		equal(t, "home", g.pageNames(page.Hits[0].Item.Tree["home"]), "h8")
	})
	t.Run("a_changed_title_is_found_by_its_new_text_only", func(t *testing.T) {
		p := g.f.Node("qiu").(*kg.Person)
		p.Name = "欧阳乐"
		g.mustApply(t, store.Mutation{Op: store.PutNode, Node: p})
		for asked, want := range map[string]string{"仇英": "", "qiuying": "", "欧阳": "prefix qiu", "ouyang": "pinyin qiu", "oyl": "initials qiu"} {
			equal(t, asked, join(g.hits(t, today, store.SearchQuery{Text: text.Query(asked), Limit: 9})), want)
		}
		g.mustApply(t, store.Mutation{Op: store.PutNode, Node: g.f.Node("qiu")})
		equal(t, "back again", join(g.hits(t, today, store.SearchQuery{Text: text.Query("仇英"), Limit: 9})), "whole qiu")
	})
}

// testManyHits is about more hits than are counted.
func testManyHits(t *testing.T, h Harness) {
	g := open(t, h)
	people := crowd("众", store.MaxSearchTotal)
	g.mustApply(t, people...)
	q := store.SearchQuery{Text: text.Query("众"), Limit: 3, Count: true}
	page := g.search(t, today, q)
	if page.Total != store.MaxSearchTotal || !page.TotalExact || !page.HasNext {
		t.Errorf("a thousand hits: total %d, exact %v", page.Total, page.TotalExact)
	}
	g.mustApply(t, put(someone("一众")), put(someone("众")))
	page = g.search(t, today, q)
	if page.Total != store.MaxSearchTotal || page.TotalExact || page.Hits[0].Position.Class != text.Whole {
		t.Errorf("two more: total %d, exact %v", page.Total, page.TotalExact)
	}
	q.After = &store.SearchPosition{Class: text.Prefix, Norm: "众998", ID: "person_z"}
	page = g.search(t, today, q)
	equal(t, "hits at the end", len(page.Hits), 1)
	equal(t, "more of them", page.HasNext, false) // one character is not found inside
}

// searchTable asks for parts of every title in the village, in characters, pinyin and initials.
func (g *graph) searchTable(t *testing.T) {
	asked := map[string]bool{"'": true, "%": true, "_": true, "*": true, "\"": true, "a b": true, "xi an": true, "x'i": true}
	for _, d := range kg.Kinds {
		for _, id := range g.f.Of(d.Kind) {
			n := g.f.Node(g.f.Name(id))
			runes := []rune(n.Title())
			asked[string(runes[:1])] = true
			asked[string(runes[len(runes)/2:])] = true
			asked[string(runes[max(0, len(runes)-2):])] = true
			entry := text.Index(n.Title(), d.Kind == kg.KindPerson)
			for _, spelt := range append(entry.Pinyin, entry.Initials...) {
				asked[spelt[:min(len(spelt), 4)]] = true
				asked[spelt[len(spelt)/3:]] = true
			}
		}
	}
	for q := range asked {
		if text.Query(q).Err() == nil {
			g.search(t, today, store.SearchQuery{Text: text.Query(q), Limit: 7, Count: true})
		}
	}
}

func join(list []string) string {
	out := ""
	for i, s := range list {
		if i > 0 {
			out += ","
		}
		out += s
	}
	return out
}
