package coverage_test

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"lintu/coverage"
	"lintu/kg"
	"lintu/reach"
	"lintu/store"
	"lintu/store/storetest"
)

// inAnotherOrder is the town whose snapshot meets everything in another order: what is only named by ties comes first, so
// that rows are numbered otherwise, as by another engine.
func (t *town) inAnotherOrder(tb testing.TB) *reach.Snapshot {
	tb.Helper()
	o := storetest.NewOracle(storetest.Options{})
	var nodes []store.Mutation
	for _, m := range t.changes {
		if m.Op == store.PutNode {
			nodes = append(nodes, m)
		}
	}
	first, rest := nodes[:len(nodes)/2], slices.Clone(nodes[len(nodes)/2:])
	slices.Reverse(rest)
	if _, err := o.Apply(context.Background(), &store.Batch{Changes: first, Today: firstDay}); err != nil {
		tb.Fatal(err)
	}
	r := reach.New(reach.Options{Store: o, Barriers: t.lines})
	if err := r.Start(context.Background()); err != nil {
		tb.Fatal(err)
	}
	ties := slices.DeleteFunc(slices.Clone(t.changes), func(m store.Mutation) bool { return m.Op == store.PutNode })
	for _, m := range append(rest, ties...) {
		done, err := o.Apply(context.Background(), &store.Batch{Changes: []store.Mutation{m}, Today: firstDay})
		if err != nil {
			tb.Fatal(err)
		}
		if m.Op == store.PutNode {
			if err := r.Applied(context.Background(), done.Revision); err != nil {
				tb.Fatal(err)
			}
		}
	}
	status, err := o.Ready(context.Background())
	if err != nil {
		tb.Fatal(err)
	}
	if err := r.Applied(context.Background(), status.Revision); err != nil {
		tb.Fatal(err)
	}
	return r.Snapshot()
}

func TestGapsFragilityAndAdviceDoNotDependOnTheOrderInWhichAStoreGivesThings(t *testing.T) {
	said := 0
	for seed := range uint64(*towns / 2) {
		tw := newPairedTown(seed)
		all := [2]*reach.Snapshot{tw.snapshot(t), tw.inAnotherOrder(t)}
		for range 3 {
			q := tw.adviceQuestion(false)
			var text [2]string
			for i, s := range all {
				c, err := coverage.New(func() *reach.Snapshot { return s }).Ask(context.Background(), q)
				if err != nil {
					t.Fatal(err)
				}
				gaps, _ := c.Gaps().Page(nil, 1000)
				for _, g := range gaps {
					text[i] += gapText(g)
				}
				f, err := c.Fragility(nil)
				if err != nil {
					t.Fatal(err)
				}
				text[i] += fragileText(f.People, f.OfPerson) + fragileText(f.Units, f.OfUnit)
				for _, kinds := range [][]coverage.AdviceKind{{coverage.RecruitOne}, {coverage.RecruitOne, coverage.PairUnit}} {
					a, err := c.Advise(context.Background(), coverage.AdviceQuery{Budget: 5, Kinds: kinds, Names: func(kg.ID) bool { return true }})
					if err != nil {
						t.Fatal(err)
					}
					for _, s := range a.Steps {
						text[i] += fmt.Sprintln(s.Kind, s.Building, s.Unit, s.Area, s.People, s.Names, s.Adds, s.Covers, s.Households())
						said++
					}
				}
			}
			same(t, fmt.Sprintf("town %d in another order", seed), text[1], text[0])
		}
		if t.Failed() {
			t.FailNow()
		}
	}
	if said < 50 {
		t.Errorf("only %d steps", said)
	}
}
