package sqlite_test

import (
	"fmt"
	"testing"

	"lintu/kg"
	"lintu/store"
	"lintu/store/sqlite"
	"lintu/text"
)

// find is how many nodes a search finds.
func find(t *testing.T, s store.Store, words string) int {
	t.Helper()
	page, err := s.Search(t.Context(), store.Everything, store.SearchQuery{Text: text.Query(words), Limit: 100})
	if err != nil {
		t.Fatal(err)
	}
	return len(page.Hits)
}

func TestALargeBatchIsFoundByItsSuffixesBesideSmallOnes(t *testing.T) {
	s := open(t, sqlite.Options{Path: newPath(t)})
	put(t, s, person("赵晓梅"))
	for batch := range 20 { // more than are left unmerged
		var many []store.Mutation
		for i := range 200 {
			many = append(many, person(fmt.Sprintf("钱晓梅%d号%d", batch, i)))
		}
		put(t, s, many...)
	}
	put(t, s, person("孙晓梅"))
	for words, want := range map[string]int{"晓梅": 100, "xiaomei": 100, "晓梅19号199": 1, "xiaomei7hao8": 11, "qxm3h77": 1, "zhaoxiao": 1, "sxm": 1, "梅晓": 0} {
		if got := find(t, s, words); got != want {
			t.Errorf("%s finds %d, not %d", words, got, want)
		}
	}
}

func TestATermThatIsGoneIsNotFoundInRunsThoughItsNumberIsUsedAgain(t *testing.T) {
	t.Cleanup(sqlite.BoundsOfOne())
	s := open(t, sqlite.Options{Path: newPath(t)})
	gone := person("周晓梅")
	put(t, s, gone)
	put(t, s, store.Mutation{Op: store.DeleteNode, ID: gone.Node.Common().ID})
	put(t, s, person("吴建国"))
	for words, want := range map[string]int{"晓梅": 0, "xiaomei": 0, "zxm": 0, "建国": 1, "jianguo": 1, "wjg": 1} {
		if got := find(t, s, words); got != want {
			t.Errorf("%s finds %d, not %d", words, got, want)
		}
	}
}

func TestACodeIsFoundByItsDigitsHoweverTheyAreSpelt(t *testing.T) {
	undo := sqlite.BoundsOfOne()
	for _, bounds := range []string{"of one", "as always"} {
		s := open(t, sqlite.Options{Path: newPath(t)})
		codes := []string{"420602001", "110602", "4206 02", "乙420602", "４２０６０２００９", "丙11 06"}
		for _, code := range codes {
			put(t, s, store.Mutation{Op: store.PutNode, Node: &kg.Division{Base: kg.Base{ID: kg.NewID(kg.KindDivision)}, Name: "甲", Level: kg.LevelCommunity, Code: code, CodeScheme: "own"}})
		}
		for _, words := range []string{"420602001", "4206", "0602", "06 02", "42 06 02", "4206'02001", "6020 0", "602001", "99", "9 9", "yi42", "y4 2", "1 1", "106"} {
			want := 0
			for _, code := range codes {
				if text.Query(words).Match(text.Index(code, false)) != text.None {
					want++
				}
			}
			if got := find(t, s, words); got != want {
				t.Errorf("bounds %s: %s finds %d, not %d", bounds, words, got, want)
			}
		}
		undo()
	}
}
