package sqlite_test

import (
	"testing"

	"lintu/kg"
	"lintu/store"
	"lintu/store/sqlite"
)

// tally counts what a scan gives.
type tally struct{ rows int }

func (c *tally) Expect(int) {}

func (c *tally) Nodes(batch []store.ScannedNode) error {
	c.rows += len(batch)
	return nil
}

func (c *tally) Ties(batch []store.ScannedTie) error {
	c.rows += len(batch)
	return nil
}

// spans are those that a scan gives.
type spans struct {
	nodes []kg.Span
	ties  []store.ScannedTie
}

func (c *spans) Expect(int) {}

func (c *spans) Nodes(batch []store.ScannedNode) error {
	for _, n := range batch {
		c.nodes = append(c.nodes, n.Node.Common().Life)
	}
	return nil
}

func (c *spans) Ties(batch []store.ScannedTie) error {
	c.ties = append(c.ties, batch...)
	return nil
}

func TestAScanGivesSpansOfAllYearsAndWhatFewTiesCarry(t *testing.T) {
	ctx, s := t.Context(), open(t, sqlite.Options{Path: newPath(t)})
	long := kg.Span{From: kg.MustDate("0001-01-01"), To: kg.MustDate("9999-12-31")}
	person, flat := kg.NewID(kg.KindPerson), kg.NewID(kg.KindHousehold)
	b := &store.Batch{Changes: []store.Mutation{
		{Op: store.PutNode, Node: &kg.Person{Base: kg.Base{ID: person, Life: long}, Name: "张三"}},
		{Op: store.PutNode, Node: &kg.Household{Base: kg.Base{ID: flat, Life: long}, Number: "1"}},
		{Op: store.PutTie, Tie: &kg.Tie{ID: kg.NewTieID(), Relation: kg.ResponsibleFor, From: person, To: flat, Valid: long, Scheme: "41N5", Slot: "警"}},
		{Op: store.PutTie, Tie: &kg.Tie{ID: kg.NewTieID(), Relation: kg.LivesIn, From: person, To: flat, Valid: kg.Span{To: long.To}}},
	}}
	if _, err := s.Apply(ctx, b); err != nil {
		t.Fatal(err)
	}
	var got spans
	q := store.ScanQuery{Nodes: []store.NodeScan{{Kind: kg.KindPerson}, {Kind: kg.KindHousehold}}, Ties: []store.TieScan{{Relation: kg.LivesIn}, {Relation: kg.ResponsibleFor, Slots: true}}}
	if err := store.Scan(ctx, s, q, &got); err != nil {
		t.Fatal(err)
	}
	if len(got.nodes) != 2 || got.nodes[0] != long || got.nodes[1] != long || len(got.ties) != 2 {
		t.Fatalf("scanned %+v", got)
	}
	for _, tie := range got.ties {
		want := store.ScannedTie{Relation: kg.ResponsibleFor, From: tie.From, To: tie.To, Valid: long, Scheme: "41N5", Slot: "警"}
		if tie.Relation == kg.LivesIn {
			want = store.ScannedTie{Relation: kg.LivesIn, From: tie.From, To: tie.To, Valid: kg.Span{To: long.To}}
		}
		if tie != want {
			t.Errorf("got %+v, want %+v", tie, want)
		}
	}
}

// BenchmarkScan compares a scan of a town with the same by pages: what a snapshot reads.
func BenchmarkScan(b *testing.B) {
	s := open(b, sqlite.Options{Path: newPath(b)})
	newTown(loadSize/5).load(b, s)
	q := store.ScanQuery{
		Nodes: []store.NodeScan{{Kind: kg.KindBuilding, Fields: []string{"point"}}, {Kind: kg.KindHousehold, Fields: []string{"floor", "careFlags"}},
			{Kind: kg.KindPerson, Fields: []string{"birthDate", "partyStatus", "careFlags", "responder"}}},
		Ties: []store.TieScan{{Relation: kg.PartOf}, {Relation: kg.LivesIn}, {Relation: kg.WorksAt, IDs: true}, {Relation: kg.ResponsibleFor, Slots: true}},
	}
	for name, scan := range map[string]func(*tally) error{
		"by itself": func(c *tally) error { return store.Scan(b.Context(), s, q, c) },
		"by pages":  func(c *tally) error { return store.ScanPages(b.Context(), s, q, c) },
	} {
		b.Run(name, func(b *testing.B) {
			var c tally
			for b.Loop() {
				if err := scan(&c); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(c.rows)/b.Elapsed().Seconds(), "rows/s")
		})
	}
}
