package kg_test

import (
	"testing"

	"lintu/geo"
	"lintu/kg"
)

func TestACloneSharesNothingWithItsOriginal(t *testing.T) {
	flat := &kg.Grid{Base: kg.Base{ID: kg.NewID(kg.KindGrid), Version: 3, Life: kg.Span{From: 5}, Source: "s"}, Name: "一网格"}
	deep := &kg.Building{Base: kg.Base{ID: kg.NewID(kg.KindBuilding), Version: 2}, Name: "3号楼", Point: &geo.Point{Lat: 30, Lon: 112}}
	for _, n := range []kg.Node{flat, deep} {
		c := kg.Clone(n)
		if !kg.Equal(n, c) || *c.Common() != *n.Common() {
			t.Errorf("%T: the clone is %+v", n, c)
		}
		c.Common().Version = 9
		if n.Common().Version == 9 {
			t.Errorf("%T: a change of the clone is in the original", n)
		}
	}
	c := kg.Clone(deep).(*kg.Building)
	c.Point.Lat = 1
	if deep.Point.Lat != 30 {
		t.Error("the clone shares the point")
	}
}

func TestACloneOfARingSharesNoList(t *testing.T) {
	ring := &kg.Ring{Base: kg.Base{ID: kg.NewID(kg.KindRing)}, Candidates: []kg.Candidate{{Person: "p", Reasons: []string{"CONTACT"}}}, Outbox: []kg.Letter{{ID: "a"}}}
	c := kg.Clone(ring).(*kg.Ring)
	if !kg.Equal(ring, c) {
		t.Fatalf("the clone is %+v", c)
	}
	c.Candidates[0].Reasons[0], c.Candidates[0].Metres, c.Outbox[0].Attempts = "OTHER", 9, 9
	if ring.Candidates[0].Reasons[0] != "CONTACT" || ring.Candidates[0].Metres != 0 || ring.Outbox[0].Attempts != 0 {
		t.Errorf("a change of the clone is in the original: %+v", ring)
	}
	ring.Candidates[0].Reasons[0] = "a\xff"
	if c = kg.Clone(ring).(*kg.Ring); c.Candidates[0].Reasons[0] != "a\ufffd" {
		t.Errorf("text deep within is not mended: %q", c.Candidates[0].Reasons[0])
	}
}

func TestACloneMendsTextThatIsNotUTF8(t *testing.T) {
	c := kg.Clone(&kg.Grid{Base: kg.Base{ID: kg.NewID(kg.KindGrid)}, Name: "a\xff"}).(*kg.Grid)
	if c.Name != "a\ufffd" {
		t.Errorf("got %q", c.Name)
	}
}
