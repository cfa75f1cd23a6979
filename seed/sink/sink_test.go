package sink

import (
	"errors"
	"testing"

	"lintu/kg"
	"lintu/store"
)

func grid(code string) *kg.Grid {
	return &kg.Grid{Base: kg.Base{ID: NodeID(kg.KindGrid, code)}, Code: code, Name: code}
}

func TestASinkMakesNumberedBatchesAndGivesSourcesAndIDs(t *testing.T) {
	var got []*store.Batch
	s := New("x", 2, func(b *store.Batch) error { got = append(got, b); return nil }, nil)
	a, b := grid("a"), grid("b")
	a.Source = "register"
	s.Node(a)
	s.Node(b)
	s.Tie(kg.Tie{Relation: kg.PartOf, From: a.ID, To: b.ID})
	if n, err := s.Close(); n != 3 || err != nil || len(got) != 2 || got[0].ID != "x:0001" || got[1].ID != "x:0002" {
		t.Fatalf("%d changes in %d batches, error %v", n, len(got), err)
	}
	tie := got[1].Changes[0].Tie
	if a.Source != "register" || b.Source != Source || tie.Source != Source || tie.ID != TieID(tie) {
		t.Errorf("sources %q, %q, %q, id %s", a.Source, b.Source, tie.Source, tie.ID)
	}
}

func TestASinkKeepsItsFirstErrorAndEmitsNoMore(t *testing.T) {
	calls, full := 0, errors.New("full")
	s := New("x", 1, func(*store.Batch) error { calls++; return full }, nil)
	s.Node(grid("a"))
	s.Node(grid("b"))
	if _, err := s.Close(); !errors.Is(err, full) || calls != 1 || !s.Failed() {
		t.Errorf("%d calls, error %v", calls, err)
	}
}

func TestATokenIsTheIDWithoutItsKind(t *testing.T) {
	for _, k := range []kg.Kind{kg.KindPerson, kg.KindHousehold} {
		for _, natural := range []string{"", "DEMO-1", "二"} {
			if got, want := NodeToken(k, natural).ID(k), NodeID(k, natural); got != want {
				t.Errorf("the token of %q gives %s, want %s", natural, got, want)
			}
		}
	}
}
