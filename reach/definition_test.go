package reach_test

import (
	"errors"
	"testing"

	"lintu/kg"
	"lintu/reach"
)

// compareNear asks both for a near; false where the question has no answer.
func compareNear(t *testing.T, w *world, s *reach.Snapshot, tw *town) bool {
	t.Helper()
	q := tw.nearQuery()
	got, err := s.Near(q)
	if err != nil {
		if !errors.Is(err, kg.ErrNotFound) && !errors.Is(err, kg.ErrInvalid) {
			t.Fatal(err)
		}
		return false
	}
	if want := nearText(w.near(&q)); nearText(got) != want {
		t.Fatalf("near %+v (where %+v)\ngot  %s\nwant %s", q, q.Where, nearText(got), want)
	}
	return got.Total > 0
}

func compareCoverage(t *testing.T, w *world, s *reach.Snapshot, tw *town) bool {
	t.Helper()
	q := tw.coverQuery()
	got, err := s.UnitCoverage(q)
	if errors.Is(err, kg.ErrNotFound) && !q.Scope.All {
		return false
	}
	if err != nil {
		t.Fatal(err)
	}
	if want := w.coverage(&q); coverText(got) != want {
		t.Fatalf("coverage %+v of %+v by %+v\ngot  %s\nwant %s", q, q.Targets, q.Where, coverText(got), want)
	}
	return got.Covered > 0
}

func TestAnswersAreThoseOfTheDefinitionsOnRandomTowns(t *testing.T) {
	hits, covered := 0, 0
	for seed := range uint64(12) {
		tw := newTown(seed)
		w, s := newWorld(tw.changes), build(t, load(t, tw.changes))
		for range 60 {
			if compareNear(t, w, s, tw) {
				hits++
			}
			if compareCoverage(t, w, s, tw) {
				covered++
			}
		}
	}
	if hits < 200 || covered < 60 {
		t.Fatalf("only %d questions had hits, %d coverage: the towns are too empty to show anything", hits, covered)
	}
}

func TestPagesOfHitsJoinToTheWholeList(t *testing.T) {
	tw := newTown(3)
	s := build(t, load(t, tw.changes))
	pages := 0
	for range 40 {
		q := tw.nearQuery()
		q.Radius = 5000
		whole, err := s.Near(q)
		if err != nil {
			continue
		}
		q.Limit = 2
		var joined []string
		for {
			page, err := s.Near(q)
			if err != nil {
				t.Fatal(err)
			}
			if page.Total != whole.Total {
				t.Fatalf("a page's total is %d of %d", page.Total, whole.Total)
			}
			for _, h := range page.Hits {
				joined = append(joined, string(h.Person))
			}
			if !page.HasNext {
				break
			}
			pages++
			at := page.Hits[len(page.Hits)-1].Position()
			q.After = &at
		}
		if len(joined) != len(whole.Hits) {
			t.Fatalf("%d hits on pages, %d at once", len(joined), len(whole.Hits))
		}
		for i, h := range whole.Hits {
			if joined[i] != string(h.Person) {
				t.Fatalf("hit %d is %s on a page, %s at once", i, joined[i], h.Person)
			}
		}
	}
	if pages < 20 {
		t.Fatalf("only %d next pages were read", pages)
	}
}
