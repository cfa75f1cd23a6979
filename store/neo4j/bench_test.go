package neo4j

import (
	"testing"
	"time"

	"lintu/kg"
	"lintu/store"
)

// BenchmarkApplyInBatchesOf5000 loads a town of 20,000 people, 65,000 changes, into an empty store.
func BenchmarkApplyInBatchesOf5000(b *testing.B) {
	s := empty(b)
	m := newTown(20000, s.key)
	var spent time.Duration
	for b.Loop() {
		b.StopTimer()
		if err := s.Clear(b.Context()); err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
		began := b.Elapsed()
		m.load(b.Context(), b, s)
		spent += b.Elapsed() - began
	}
	b.ReportMetric(float64(b.N*len(m.changes))/spent.Seconds(), "changes/s")
}

// BenchmarkReads asks what the application asks all the time of a town of 20,000 people.
func BenchmarkReads(b *testing.B) {
	s := empty(b)
	m := newTown(20000, s.key)
	m.load(b.Context(), b, s)
	day := kg.MustDate("2026-01-01")
	view := store.View{Scope: store.Scope{All: true}, AsOf: day}
	list := func(f kg.Filter) func() error {
		return func() error {
			_, err := s.List(b.Context(), view, store.ListQuery{Kind: kg.KindPerson, Filter: f, Order: store.Order{By: store.OrderTitle}, Window: store.Window{Limit: 20, Count: true}})
			return err
		}
	}
	expand := func(ids []kg.ID, p ...*store.Step) func() error {
		return func() error {
			_, err := s.Expand(b.Context(), view, ids, &store.Plan{Steps: p})
			return err
		}
	}
	for name, ask := range map[string]func() error{
		"people by title with total":          list(nil),
		"people in a grid with total":         list(kg.InArea{Areas: m.grids[:1]}),
		"residents of 200 households":         expand(m.homes[:200], follow("residents", kg.LivesIn, kg.In, 10)),
		"a household's way to buildings":      expand(m.homes[:1], nestings()["a household's way to buildings"].plan...),
		"200 households' ways to buildings":   expand(m.homes[:200], nestings()["a household's way to buildings"].plan...),
		"everyone in 60 buildings, one by id": expand(m.buildings[:60], nestings()["everyone in buildings"].plan...),
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if err := ask(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
