package sqlite

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// drawPostings are suffixes of a few letters, so that many share their beginnings or are the same.
func drawPostings(t *rapid.T) []posting {
	var out []posting
	suffixes := rapid.SliceOfN(rapid.StringOfN(rapid.RuneFrom([]rune("ab社区é")), 2, 6, -1), 1, 40).Draw(t, "suffixes")
	for _, s := range suffixes {
		for _, term := range rapid.SliceOfN(rapid.Int64Range(1, 1<<40), 1, 5).Draw(t, "terms") {
			out = append(out, newPosting(s, term))
		}
	}
	return out
}

func TestEveryKeyFindsTheTermsThatWerePacked(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		postings := drawPostings(t)
		for range rapid.IntRange(0, 3).Draw(t, "long lists") {
			s := rapid.SampledFrom(postings).Draw(t, "suffix").text
			for term := range int64(3000) {
				postings = append(postings, newPosting(s, 7*term+1))
			}
		}
		run := packRun(0, sortPostings(slices.Clone(postings)))
		for i, b := range run.blocks {
			if len(b.data) > blockSize+100 {
				t.Fatalf("block %d has %d bytes", i, len(b.data))
			}
			if i > 0 && b.last < run.blocks[i-1].last {
				t.Fatalf("block %d ends with %q, before %q", i, b.last, run.blocks[i-1].last)
			}
		}
		whole := rapid.SampledFrom(postings).Draw(t, "one").text
		for at := range whole + " " {
			key := (whole + " ")[:at]
			want := map[int64]bool{}
			for _, p := range postings {
				if strings.HasPrefix(p.text, key) {
					want[p.term] = true
				}
			}
			got := map[int64]bool{}
			for _, b := range run.blocks {
				for _, term := range termsIn(t, b.data, key) {
					got[term] = true
				}
			}
			if fmt.Sprint(got) != fmt.Sprint(want) {
				t.Fatalf("%q finds %v, not %v", key, got, want)
			}
		}
	})
}

func termsIn(t *rapid.T, data []byte, key string) []int64 {
	list, err := termsUnder(data, key)
	if err != nil {
		t.Fatal(err)
	}
	var terms []int64
	if err := json.Unmarshal([]byte(list), &terms); err != nil {
		t.Fatalf("%s: %v", list, err)
	}
	return terms
}

func TestADamagedBlockIsAnErrorAndNotMore(t *testing.T) {
	var postings []posting
	for i := range int64(200) {
		postings = append(postings, newPosting(fmt.Sprintf("shequ%d", i%50), i+1))
	}
	whole := packRun(0, sortPostings(postings)).blocks[0].data
	rapid.Check(t, func(t *rapid.T) {
		data := slices.Clone(whole[:rapid.IntRange(0, len(whole)).Draw(t, "length")])
		for range rapid.IntRange(1, 4).Draw(t, "changes") {
			if len(data) > 0 {
				data[rapid.IntRange(0, len(data)-1).Draw(t, "at")] = rapid.Byte().Draw(t, "byte")
			}
		}
		list, err := termsUnder(data, rapid.SampledFrom([]string{"", "she", "shequ4", "z"}).Draw(t, "key"))
		if err == nil && !json.Valid([]byte(list)) {
			t.Fatalf("%q", list)
		}
	})
	if _, err := termsUnder([]byte{5, 1, 'a', 1, 1}, ""); err == nil {
		t.Error("a text that shares what nothing has was read")
	}
}
