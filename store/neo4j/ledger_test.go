package neo4j

import (
	"errors"
	"testing"

	"lintu/internal/neo4jtest"
	"lintu/kg"
	"lintu/store"
)

func grid(name string) *kg.Grid {
	return &kg.Grid{Base: kg.Base{ID: kg.NewID(kg.KindGrid)}, Name: name}
}

func puts(nodes ...kg.Node) (out []store.Mutation) {
	for _, n := range nodes {
		out = append(out, store.Mutation{Op: store.PutNode, Node: n})
	}
	return out
}

func partOf(id kg.ID, g, d kg.Node) store.Mutation {
	return store.Mutation{Op: store.PutTie, Tie: &kg.Tie{ID: id, Relation: kg.PartOf, From: g.Common().ID, To: d.Common().ID}}
}

func TestALoadKnowsWhatItBroughtAndWhoElseWrote(t *testing.T) {
	s := empty(t)
	apply := func(on *Store, b *store.Batch) *store.Applied {
		t.Helper()
		done, err := on.Apply(t.Context(), b)
		if err != nil {
			t.Fatal(err)
		}
		return done
	}
	town := &kg.Division{Base: kg.Base{ID: kg.NewID(kg.KindDivision)}, Name: "沿江镇", Level: kg.LevelTownship}
	a, b, c := grid("1号网格"), grid("2号网格"), grid("3号网格")
	first := partOf(kg.NewTieID(), a, town)
	apply(s, &store.Batch{State: store.StateLoading})
	apply(s, &store.Batch{Changes: append(puts(town, a), first)})
	if s.load.ledger == nil {
		t.Fatal("a load has no ledger")
	}
	if done := apply(s, &store.Batch{Changes: append(puts(a, b), first, partOf(kg.NewTieID(), b, town))}); done.Unchanged != 2 || done.Created != 2 {
		t.Errorf("what is there once more, and what is new: %+v", done)
	}
	if _, err := s.Apply(t.Context(), &store.Batch{Changes: []store.Mutation{partOf(kg.NewTieID(), a, town)}}); !errors.Is(err, kg.ErrInvalid) {
		t.Errorf("another tie with the key of one that is there: %v", err)
	}
	if _, err := s.Apply(t.Context(), &store.Batch{Changes: []store.Mutation{partOf(kg.NewTieID(), c, town)}}); !errors.Is(err, kg.ErrNotFound) {
		t.Errorf("a tie of what is not there: %v", err)
	}
	other := reopen(t, neo4jtest.For(t))
	apply(other, &store.Batch{Changes: append(puts(c), partOf(kg.NewTieID(), c, town))})
	if done := apply(s, &store.Batch{Changes: puts(c, grid("4号网格"))}); done.Unchanged != 1 || done.Created != 1 || s.load.ledger != nil {
		t.Errorf("what another process has brought: %+v, ledger %v", done, s.load.ledger)
	}
	apply(s, &store.Batch{State: store.StateReady})
	counts, err := s.Count(t.Context(), store.Everything, store.CountQuery{Kind: kg.KindGrid, By: store.GroupBy{AreaKind: kg.KindDivision}})
	if err != nil || len(counts) != 1 || counts[0].Count != 3 {
		t.Errorf("grids in the town: %+v, %v", counts, err)
	}
}
