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
