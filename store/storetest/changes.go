package storetest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"

	"lintu/kg"
	"lintu/store"
	"lintu/text"
)

// changes asks for the journal.
func (g *graph) changes(t testing.TB, after store.Revision, limit int) []store.Change {
	t.Helper()
	what := fmt.Sprintf("Changes after %d, at most %d", after, limit)
	return answer[[]store.Change](t, g, question{what, func(ctx context.Context, s store.Store) (any, error) { return s.Changes(ctx, after, limit) }})
}

// crowd is so many people with nothing around them.
func crowd(name string, n int) []store.Mutation {
	out := make([]store.Mutation, n)
	for i := range out {
		out[i] = put(someone(fmt.Sprintf("%s%d", name, i)))
	}
	return out
}

func testChanges(t *testing.T, h Harness) {
	t.Run("every_batch_that_changes_something_has_one_entry_in_order_without_gaps", func(t *testing.T) {
		g := openVillage(t, h)
		g.mustApply(t, g.f.Changes...) // changes nothing: no entry
		renamed := g.f.Node("station").(*kg.Place)
		renamed.Name = "新驿站"
		tie := g.tie("ann", kg.InTeam, "volunteers")
		g.mustApply(t, put(renamed), putTie(tie))
		g.refuse(t, kg.ErrNotFound, put(g.f.Node("station")), removeTie(kg.NewTieID()))
		g.mustApply(t, endTie(tie.ID, "2027-01-01"), end(g.f.ID("canteen"), "2027-01-01"))
		g.mustApply(t, removeTie(tie.ID))
		g.mustApply(t, removeTie(g.f.ID("bell1 INSTALLED_AT h1")), remove(g.f.ID("bell1")))
		all := g.changes(t, 0, 100)
		equal(t, "entries", len(all), 5)
		for i, c := range all {
			equal(t, "revision", c.Revision, store.Revision(i+1))
		}
		equal(t, "nodes of the first", len(all[0].Nodes)+len(all[0].Ties), len(g.f.Changes))
		equal(t, "nodes of the second", g.f.Names(all[1].Nodes...), "station")
		equal(t, "tie of the second", all[1].Ties[0], store.TieTouch{ID: tie.ID, Relation: kg.InTeam, From: g.f.ID("ann"), To: g.f.ID("volunteers")})
		equal(t, "ended", len(all[2].Nodes)+len(all[2].Ties), 2)
		equal(t, "deleted tie with its ends", all[3].Ties[0].To, g.f.ID("volunteers"))
		equal(t, "deleted node", g.f.Names(all[4].Nodes...), "bell1")
	})
	t.Run("they_come_from_a_revision_on_and_at_most_so_many", func(t *testing.T) {
		g := open(t, h)
		equal(t, "of an empty store", len(g.changes(t, 0, 5)), 0)
		for i := range 6 {
			g.mustApply(t, crowd(fmt.Sprint("批", i, "-"), 1)...)
		}
		equal(t, "all", len(g.changes(t, 0, 100)), 6)
		some := g.changes(t, 2, 3)
		equal(t, "three after 2", len(some), 3)
		equal(t, "the first of them", some[0].Revision, 3)
		equal(t, "after the last", len(g.changes(t, 6, 3)), 0)
		equal(t, "after one to come", len(g.changes(t, 60, 3)), 0)
	})
	t.Run("more_than_a_thousand_touched_things_are_one_rebuild_entry", func(t *testing.T) {
		g := open(t, h)
		g.mustApply(t, crowd("千", store.MaxTouched)...)
		g.mustApply(t, crowd("千一", store.MaxTouched+1)...)
		all := g.changes(t, 0, 5)
		if len(all) != 2 || all[0].Rebuild || len(all[0].Nodes) != store.MaxTouched {
			t.Errorf("a thousand: got %d entries, the first of %d nodes", len(all), len(all[0].Nodes))
		}
		if !all[1].Rebuild || len(all[1].Nodes)+len(all[1].Ties) != 0 || all[1].Revision != 2 {
			t.Errorf("a thousand and one: got rebuild %v with %d nodes", all[1].Rebuild, len(all[1].Nodes))
		}
		g.wholeGraph(t)
	})
	t.Run("what_was_trimmed_is_too_old", func(t *testing.T) {
		g := &graph{Store: h.Short(t), f: NewFixture(), oracle: NewOracle(Options{})}
		for i := range 12 {
			g.mustApply(t, crowd(fmt.Sprint("旧", i, "-"), 1)...)
		}
		if got, err := g.Store.Changes(t.Context(), 9, 100); err != nil || len(got) != 3 || got[0].Revision != 10 {
			t.Errorf("the last three: got %+v, %v", got, err)
		}
		if got, err := g.Store.Changes(t.Context(), 12, 100); err != nil || len(got) != 0 {
			t.Errorf("after the last: got %+v, %v", got, err)
		}
		for _, after := range []store.Revision{0, 5} {
			if got, err := g.Store.Changes(t.Context(), after, 100); !errors.Is(err, kg.ErrTooOld) {
				t.Errorf("after %d: got %+v, %v", after, got, err)
			}
		}
	})
}

func testReady(t *testing.T, h Harness) {
	status := func(t *testing.T, s store.Store) store.Status {
		t.Helper()
		st, err := s.Ready(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return st
	}
	t.Run("a_fresh_store_is_ready_and_empty", func(t *testing.T) {
		st := status(t, h.Open(t))
		if st.Engine == "" || st.Schema < 1 || st.State != store.StateReady || st.Demo != "" || st.Revision != 0 || st.TextVersion != text.Version || st.Key == (store.Key{}) {
			t.Errorf("got %+v", st)
		}
	})
	t.Run("a_batch_can_set_the_state_and_the_demo_without_a_revision", func(t *testing.T) {
		g := open(t, h)
		for _, b := range []*store.Batch{{State: store.StateLoading}, {Demo: "village"}, {}} {
			if done, err := g.apply(t, b); err != nil || done.Revision != 0 {
				t.Fatalf("got %+v, %v", done, err)
			}
		}
		st := status(t, g)
		if st.State != store.StateLoading || st.Demo != "village" || st.Revision != 0 {
			t.Errorf("got %+v", st)
		}
		if _, err := g.apply(t, &store.Batch{State: store.StateReady, Changes: crowd("好", 1)}); err != nil {
			t.Fatal(err)
		}
		if st := status(t, g); st.State != store.StateReady || st.Demo != "village" || st.Revision != 1 {
			t.Errorf("got %+v", st)
		}
		equal(t, "entries", len(g.changes(t, 0, 9)), 1)
	})
	t.Run("a_demo_goes_neither_into_another_nor_into_a_graph_that_is_none", func(t *testing.T) {
		g := open(t, h)
		for _, b := range []*store.Batch{{State: store.StateLoading, Demo: "village"}, {Demo: "village", Changes: crowd("好", 1)}, {Demo: "village", State: store.StateReady}} {
			if _, err := g.apply(t, b); err != nil {
				t.Fatal(err)
			}
		}
		before := status(t, g)
		for _, b := range []*store.Batch{{Demo: "city"}, {Demo: "city", Changes: crowd("他", 1), State: store.StateLoading}} {
			if _, err := g.apply(t, b); !errors.Is(err, kg.ErrConflict) {
				t.Errorf("another demo: %v", err)
			}
		}
		equal(t, "status", status(t, g), before)
		g = open(t, h)
		g.mustApply(t, crowd("好", 1)...)
		if _, err := g.apply(t, &store.Batch{Demo: "village"}); !errors.Is(err, kg.ErrConflict) {
			t.Errorf("a graph that is no demo's: %v", err)
		}
	})
	t.Run("demos_that_begin_at_once_are_told_apart", func(t *testing.T) {
		s := h.Open(t)
		var wait sync.WaitGroup
		errs := make([]error, 4)
		for i := range errs {
			wait.Go(func() {
				_, errs[i] = s.Apply(t.Context(), &store.Batch{State: store.StateLoading, Demo: fmt.Sprint("town ", i)})
			})
		}
		wait.Wait()
		for i, err := range errs {
			if own := status(t, s).Demo == fmt.Sprint("town ", i); own != (err == nil) || (!own && !errors.Is(err, kg.ErrConflict)) {
				t.Errorf("town %d: %v, the store is %q", i, err, status(t, s).Demo)
			}
		}
	})
	t.Run("a_refused_batch_does_not_set_the_state", func(t *testing.T) {
		g := open(t, h)
		if _, err := g.apply(t, &store.Batch{State: store.StateLoading, Changes: []store.Mutation{removeTie(kg.NewTieID())}}); err == nil {
			t.Fatal("the batch was not refused")
		}
		equal(t, "state", status(t, g).State, store.StateReady)
	})
	t.Run("everything_is_there_after_a_restart", func(t *testing.T) {
		g := open(t, h)
		g.f = Village()
		if _, err := g.apply(t, &store.Batch{Demo: "village", Changes: g.f.Changes, Today: Today}); err != nil {
			t.Fatal(err)
		}
		first := &store.Batch{ID: "before", Changes: crowd("先", 2), Demo: "village"}
		if _, err := g.apply(t, first); err != nil {
			t.Fatal(err)
		}
		before := status(t, g)
		g.Store = h.Reopen(t, g.Store)
		equal(t, "status", status(t, g), before)
		g.wholeGraph(t)
		equal(t, "entries", len(g.changes(t, 0, 9)), 2)
		if again, err := g.apply(t, first); err != nil || !again.Repeated {
			t.Errorf("the batch from before: got %+v, %v", again, err)
		}
		g.search(t, today, store.SearchQuery{Text: text.Query("wang"), Limit: 9, Count: true})
		equal(t, "in an area", g.found(t, today, kg.KindHousehold, kg.InArea{Areas: g.f.IDs("grid3")}), "h1, h2, h3, h4, h8")
		equal(t, "next revision", g.mustApply(t, crowd("后", 1)...).Revision, before.Revision+1)
	})
	t.Run("a_closed_store_fails", func(t *testing.T) {
		s := h.Open(t)
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		for name, ask := range everyMethod(Village()) {
			if ask(t.Context(), s) == nil {
				t.Errorf("%s still answers", name)
			}
		}
	})
}

// testConcurrency is about several callers at once. Of reads beside writes only ids and limits are promised, not
// isolation: an engine may read committed data statement by statement.
func testConcurrency(t *testing.T, h Harness) {
	t.Run("no_update_is_lost_and_revisions_have_no_gap", func(t *testing.T) {
		g := openVillage(t, h)
		const writers, rounds = 4, 6
		before := g.revision(t)
		inParallel(t, writers, func(writer int) error {
			for round := range rounds {
				if err := addNote(t.Context(), g.Store, g.f.ID("gov"), fmt.Sprintf("[%d.%d]", writer, round)); err != nil {
					return err
				}
			}
			return nil
		})
		items, err := g.Store.Nodes(t.Context(), today, []store.Group{{IDs: g.f.IDs("gov")}})
		if err != nil {
			t.Fatal(err)
		}
		n := items[0][g.f.ID("gov")].Node
		equal(t, "version", n.Common().Version, 1+writers*rounds)
		equal(t, "length of the notes", len(n.Common().Source), writers*rounds*len("[0.0]"))
		entries, err := g.Store.Changes(t.Context(), before, 1000)
		if err != nil {
			t.Fatal(err)
		}
		equal(t, "entries", len(entries), writers*rounds)
		for i, c := range entries {
			equal(t, "revision", c.Revision, before+store.Revision(i)+1)
		}
	})
	t.Run("one_of_many_gets_the_key_and_the_only_place", func(t *testing.T) {
		g := openVillage(t, h)
		var mu sync.Mutex
		won := 0
		inParallel(t, 6, func(writer int) error {
			home := g.tie("ann", kg.LivesIn, []string{"h1", "h2", "h3", "h5", "h7", "h8"}[writer])
			_, err := g.Store.Apply(t.Context(), &store.Batch{Changes: []store.Mutation{putTie(home)}, Today: Today})
			if errors.Is(err, kg.ErrInvalid) {
				return nil
			}
			mu.Lock()
			defer mu.Unlock()
			won++
			return err
		})
		equal(t, "winners", won, 1)
		trees, err := g.Store.Expand(t.Context(), today, g.f.IDs("ann"), plan(&store.Step{Key: "k", Relation: kg.LivesIn, Direction: kg.Out, Window: store.Window{Count: true}}))
		if err != nil {
			t.Fatal(err)
		}
		equal(t, "homes", trees[g.f.ID("ann")]["k"].Total, 1)
	})
	t.Run("a_retry_of_one_batch_by_many_is_done_once", func(t *testing.T) {
		g := openVillage(t, h)
		before := g.revision(t)
		inParallel(t, 5, func(int) error {
			done, err := g.Store.Apply(t.Context(), &store.Batch{ID: "same", Changes: crowd("同", 3)})
			if err == nil && (done.Created != 3 || done.Revision != before+1) {
				err = fmt.Errorf("got %+v", done)
			}
			return err
		})
		equal(t, "revision", g.revision(t), before+1)
	})
	t.Run("readers_are_answered_while_writers_write", func(t *testing.T) {
		g := openVillage(t, h)
		inParallel(t, 4, func(worker int) error {
			for round := range 8 {
				var err error
				if worker == 0 {
					_, err = g.Store.Apply(t.Context(), &store.Batch{Changes: crowd(fmt.Sprint("并", round, "-"), 20)})
				} else {
					err = readAll(t.Context(), g.Store)
				}
				if err != nil {
					return err
				}
			}
			return nil
		})
		if page, err := g.Store.List(t.Context(), today, store.ListQuery{Kind: kg.KindPerson, Window: store.Window{Count: true}}); err != nil || page.Total != 13+160 {
			t.Errorf("in the end: got %+v, %v", page, err)
		}
	})
}

// inParallel runs workers at once and fails on the first error of each.
func inParallel(t *testing.T, workers int, do func(worker int) error) {
	t.Helper()
	var wait sync.WaitGroup
	errs := make([]error, workers)
	for i := range workers {
		wait.Go(func() { errs[i] = do(i) })
	}
	wait.Wait()
	for i, err := range errs {
		if err != nil {
			t.Errorf("worker %d: %v", i, err)
		}
	}
}

// addNote reads a node and writes it with a note more, until nobody was faster.
func addNote(ctx context.Context, s store.Store, id kg.ID, note string) error {
	for {
		items, err := s.Nodes(ctx, today, []store.Group{{IDs: []kg.ID{id}}})
		if err != nil {
			return err
		}
		n := kg.Clone(items[0][id].Node)
		n.Common().Source += note
		_, err = s.Apply(ctx, &store.Batch{Changes: []store.Mutation{expecting(put(n), n.Common().Version)}, Today: Today})
		if !errors.Is(err, kg.ErrConflict) {
			return err
		}
	}
}

// readAll asks lists, steps and a search, and looks at what holds at every moment.
func readAll(ctx context.Context, s store.Store) error {
	q := store.ListQuery{Kind: kg.KindPerson, Window: store.Window{Limit: 7},
		Plan: plan(&store.Step{Key: "k", Relation: kg.LivesIn, Direction: kg.Out, Window: store.Window{Limit: 1}})}
	seen := map[kg.ID]bool{}
	for {
		page, err := s.List(ctx, today, q)
		if err != nil {
			return err
		}
		for _, id := range edgeIDs(page) {
			if seen[id] || id.Kind() != kg.KindPerson {
				return fmt.Errorf("%s came twice, or is no person", id)
			}
			seen[id] = true
		}
		if len(page.Edges) > q.Window.Limit {
			return fmt.Errorf("%d edges on a page of %d", len(page.Edges), q.Window.Limit)
		}
		if !page.HasNext || len(page.Edges) == 0 {
			break
		}
		q.Window.After = &page.Edges[len(page.Edges)-1].Position
	}
	if len(seen) < 13 {
		return fmt.Errorf("only %d people, of 13 who were there all the time", len(seen))
	}
	hits, err := s.Search(ctx, today, store.SearchQuery{Text: text.Query("王秀兰"), Limit: 9})
	if err == nil && len(hits.Hits) != 2 {
		err = fmt.Errorf("%d hits of 王秀兰", len(hits.Hits))
	}
	return err
}
