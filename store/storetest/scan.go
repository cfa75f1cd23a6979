package storetest

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"lintu/geo"
	"lintu/kg"
	"lintu/store"
)

// everything scans all kinds with all fields, and all relations with all there is to a scanned tie.
func everything() store.ScanQuery {
	var q store.ScanQuery
	for _, d := range kg.Kinds {
		n := store.NodeScan{Kind: d.Kind}
		for _, f := range kg.FieldsOf(d.Kind) {
			n.Fields = append(n.Fields, f.Name)
		}
		q.Nodes = append(q.Nodes, n)
	}
	for _, d := range kg.Relations {
		q.Ties = append(q.Ties, store.TieScan{Relation: d.Relation, IDs: true, Slots: true})
	}
	return q
}

func (g *graph) testScan(t *testing.T) {
	t.Run("a_scan_gives_every_node_and_every_tie", func(t *testing.T) {
		got := g.sameScan(t, everything())
		nodes, ties := len(g.oracle.nodes), len(g.oracle.ties)
		if len(got.nodes) != nodes || len(got.ties) != ties || nodes == 0 || ties == 0 {
			t.Errorf("%d nodes and %d ties, the graph has %d and %d", len(got.nodes), len(got.ties), nodes, ties)
		}
		if got.expected < nodes {
			t.Errorf("it announced %d, there are %d nodes", got.expected, nodes)
		}
	})
	t.Run("any_few_fields_are_enough", func(t *testing.T) {
		for share := range 4 { // the last takes none
			var q store.ScanQuery
			for _, n := range everything().Nodes {
				some := store.NodeScan{Kind: n.Kind}
				for i, name := range n.Fields {
					if i%3 == share {
						some.Fields = append(some.Fields, name)
					}
				}
				q.Nodes = append(q.Nodes, some)
			}
			g.sameScan(t, q)
		}
	})
	t.Run("relations_of_some_kinds_only", func(t *testing.T) {
		q := store.ScanQuery{Nodes: []store.NodeScan{{Kind: kg.KindUnit}, {Kind: kg.KindBuilding}}}
		for i, d := range kg.Relations {
			if d.RefKind != "" || i%2 == 0 {
				q.Ties = append(q.Ties, store.TieScan{Relation: d.Relation, IDs: i%3 == 0, Slots: i%3 == 1})
			}
		}
		g.sameScan(t, q)
	})
	t.Run("the_sinks_error_ends_the_scan", func(t *testing.T) {
		for _, at := range []*scanned{{failNodes: true}, {failTies: true}} {
			if err := store.Scan(t.Context(), g.Store, everything(), at); !errors.Is(err, errSink) {
				t.Errorf("%v", err)
			}
		}
	})
	t.Run("a_malformed_scan_is_refused", func(t *testing.T) {
		for _, q := range []store.ScanQuery{
			{Nodes: []store.NodeScan{{Kind: "TREE"}}},
			{Nodes: []store.NodeScan{{Kind: kg.KindPerson, Fields: []string{"floors"}}}},
			{Ties: []store.TieScan{{Relation: "KNOWS"}}},
		} {
			if err := store.Scan(t.Context(), g.Store, q, &scanned{}); !errors.Is(err, kg.ErrInvalid) {
				t.Errorf("%+v: %v", q, err)
			}
		}
	})
}

var errSink = errors.New("the sink is full")

// scanned is what a scan gave.
type scanned struct {
	expected            int
	ids                 map[int64]kg.ID
	nodes               []kg.Node
	ties                []store.ScannedTie
	failNodes, failTies bool
}

func (s *scanned) Expect(total int) { s.expected = total }

func (s *scanned) Nodes(batch []store.ScannedNode) error {
	if s.failNodes {
		return errSink
	}
	for _, n := range batch {
		if s.ids == nil {
			s.ids = map[int64]kg.ID{}
		}
		if other, taken := s.ids[n.No]; taken || n.No <= 0 {
			return fmt.Errorf("%s has the number %d, which %q has", n.Node.Common().ID, n.No, other)
		}
		s.ids[n.No] = n.Node.Common().ID
		s.nodes = append(s.nodes, n.Node)
	}
	return nil
}

func (s *scanned) Ties(batch []store.ScannedTie) error {
	if s.failTies {
		return errSink
	}
	s.ties = append(s.ties, batch...)
	return nil
}

// lines is what was asked for, as sorted texts.
func (s *scanned) lines(q store.ScanQuery) []string {
	var out []string
	for _, n := range s.nodes {
		line := fmt.Sprint(n.Common().ID, n.Common().Life)
		for _, of := range q.Nodes {
			for _, name := range of.Fields {
				if of.Kind == n.Kind() {
					line += fmt.Sprintf(" %s=%v", name, fieldText(kg.FieldOf(of.Kind, name).Get(n)))
				}
			}
		}
		out = append(out, line)
	}
	for _, t := range s.ties {
		line := fmt.Sprint(t.Relation, " ", s.ids[t.From], " ", s.ids[t.To], " ", s.ids[t.Ref], t.Valid)
		for _, of := range q.Ties {
			if of.Relation == t.Relation && of.IDs {
				line += fmt.Sprint(" ", t.ID)
			}
			if of.Relation == t.Relation && of.Slots {
				line += fmt.Sprint(" ", t.Scheme, "/", t.Slot)
			}
		}
		out = append(out, line)
	}
	slices.Sort(out)
	return out
}

func fieldText(v any) string {
	if p, ok := v.(*geo.Point); ok && p != nil {
		return fmt.Sprint(*p)
	}
	return fmt.Sprint(v)
}

// sameScan scans the store, the store by pages and the oracle, which must all be the same.
func (g *graph) sameScan(t testing.TB, q store.ScanQuery) *scanned {
	t.Helper()
	want, got, paged := &scanned{}, &scanned{}, &scanned{}
	for _, err := range []error{
		store.ScanPages(t.Context(), g.oracle, q, want), store.ScanPages(t.Context(), g.Store, q, paged), store.Scan(t.Context(), g.Store, q, got),
	} {
		if err != nil {
			t.Fatalf("%+v: %v", q, err)
		}
	}
	lines := want.lines(q)
	for what, s := range map[string]*scanned{"the scan": got, "the scan by pages": paged} {
		if have := s.lines(q); !slices.Equal(have, lines) {
			i := 0
			for i < min(len(have), len(lines)) && have[i] == lines[i] {
				i++
			}
			t.Fatalf("%s has %d lines, the oracle %d; they differ from line %d:\n%q\n%q", what, len(have), len(lines), i, have[i:min(i+1, len(have))], lines[i:min(i+1, len(lines))])
		}
	}
	return got
}
