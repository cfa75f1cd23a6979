package bench

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lintu/bench/peers/spatial"
	"lintu/kg"
	"lintu/store"
)

func TestTheWholeAreaOfATownContainsAllItsDoors(t *testing.T) {
	p := Place{Engine: SQLite, Path: filepath.Join(t.TempDir(), "village.db")}
	st, err := p.Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = st.Close() }()
	if err := Fill(t.Context(), st, "village", 1, nil); err != nil {
		t.Fatal(err)
	}
	area, err := wholeArea(t.Context(), st)
	if err != nil {
		t.Fatal(err)
	}
	count := func(f kg.Filter) int {
		groups, err := st.Count(t.Context(), store.Everything, store.CountQuery{Kind: kg.KindHousehold, Filter: f})
		if err != nil || len(groups) != 1 {
			t.Fatal(groups, err)
		}
		return groups[0].Count
	}
	if all, inside := count(nil), count(kg.InArea{Areas: []kg.ID{area}}); all == 0 || inside != all {
		t.Errorf("%d of %d doors are inside", inside, all)
	}
}

func TestReportsOfPeersAreKeptAndShown(t *testing.T) {
	folder := t.TempDir()
	r := &SpatialReport{Preset: "county", Figures: &spatial.Figures{Targets: 1304, Advice: []spatial.Advice{{Budget: 5, Covered: 98, Optimum: 100, Lintu: 0.002, Peer: 1}}}}
	if _, err := r.Save(folder); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(folder, "RESULTS.md")
	if err := WriteTables(folder, path); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"## county: 1,304 targets", "| 5 places that cover most (spopt MCLP, CBC) | 0.0020 | 1.0000 | **500.0** | 98 of at best 100: 0.980 |"} {
		if !strings.Contains(string(text), want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
}
