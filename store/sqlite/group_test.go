package sqlite

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"lintu/kg"
	"lintu/store"
)

// together makes batches wait for the writer, one after the other in the line, and lets them go; it gives what each was told.
func together(t *testing.T, s *Store, batches []*store.Batch, contexts map[int]context.Context, meanwhile func()) ([]*store.Applied, []error) {
	t.Helper()
	c, err := s.writer.take(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	done, errs := make([]*store.Applied, len(batches)), make([]error, len(batches))
	ends := make(chan int)
	for i, b := range batches {
		ctx := contexts[i]
		if ctx == nil {
			ctx = t.Context()
		}
		go func() {
			done[i], errs[i] = s.Apply(ctx, b)
			ends <- i
		}()
		for waits := 0; waits != i+1; time.Sleep(time.Millisecond) {
			s.line.mu.Lock()
			waits = len(s.line.list)
			s.line.mu.Unlock()
		}
	}
	meanwhile()
	s.writer.give(c, false)
	for range batches {
		<-ends
	}
	return done, errs
}

func openEmpty(t *testing.T) *Store {
	t.Helper()
	l := &load{TB: t, path: t.TempDir() + "/town.db"}
	l.reopen()
	return l.s
}

func TestBatchesThatWaitTogetherStandOrFallEachForItself(t *testing.T) {
	s := openEmpty(t)
	g := aGrid("网格")
	if _, err := s.Apply(t.Context(), &store.Batch{Changes: []store.Mutation{put(g)}}); err != nil {
		t.Fatal(err)
	}
	named := func(n int) store.Mutation {
		changed := *g
		changed.Name = fmt.Sprintf("%d号网格", n)
		return store.Mutation{Op: store.PutNode, Node: &changed, Expect: 1}
	}
	gone, leave := context.WithCancel(t.Context())
	var batches []*store.Batch
	for i := range 40 {
		batches = append(batches, &store.Batch{ID: fmt.Sprint("b", i), Changes: []store.Mutation{put(aGrid(fmt.Sprint("新网格", i)))}})
	}
	batches[3].Changes = append(batches[3].Changes, within(aGrid("x"), aDivision("无"))) // refused, with what came before in it
	batches[5].Changes = []store.Mutation{named(5)}
	batches[6].Changes = []store.Mutation{named(6)} // expects what batch 5 has just changed
	batches[9].ID = "b8"                            // told what batch 8 did
	done, errs := together(t, s, batches, map[int]context.Context{7: gone}, leave)

	var revisions []store.Revision
	for i := range batches {
		want := map[int]error{3: kg.ErrNotFound, 6: kg.ErrConflict, 7: context.Canceled}[i]
		switch {
		case want != nil:
			if !errors.Is(errs[i], want) || done[i] != nil {
				t.Errorf("batch %d: %v, %v", i, done[i], errs[i])
			}
		case errs[i] != nil:
			t.Errorf("batch %d: %v", i, errs[i])
		case i == 9:
			if !done[i].Repeated {
				t.Errorf("the same batch again: %+v", done[i])
			}
		default:
			revisions = append(revisions, done[i].Revision)
		}
	}
	slices.Sort(revisions)
	if len(revisions) != 36 || len(slices.Compact(slices.Clone(revisions))) != 36 || revisions[35]-revisions[0] != 35 {
		t.Errorf("revisions %v", revisions)
	}
	page, err := s.List(t.Context(), store.Everything, store.ListQuery{Kind: kg.KindGrid, Order: store.Order{By: store.OrderID}, Window: store.Window{Limit: 100}})
	if err != nil || len(page.Edges) != 36 { // the first, and of 40 all but 3, 5, 6, 7, 9
		t.Errorf("%d grids, %v", len(page.Edges), err)
	}
}

func TestUrgentBatchesGoBeforeThoseThatWait(t *testing.T) {
	s := openEmpty(t)
	var batches []*store.Batch
	for i := range 12 {
		batches = append(batches, &store.Batch{Urgent: i == 4 || i == 9, Changes: []store.Mutation{put(aGrid(fmt.Sprint("网格", i)))}})
	}
	done, errs := together(t, s, batches, nil, func() {})
	var order []int
	for i := range batches {
		if errs[i] != nil {
			t.Fatal(errs[i])
		}
		order = append(order, i)
	}
	slices.SortFunc(order, func(a, b int) int { return int(done[a].Revision - done[b].Revision) })
	if want := []int{4, 9, 0, 1, 2, 3, 5, 6, 7, 8, 10, 11}; !slices.Equal(order, want) {
		t.Errorf("done in the order %v, want %v", order, want)
	}
}

func TestABatchThatNobodyDoesAnyMoreLeavesTheLine(t *testing.T) {
	s := openEmpty(t)
	gone, leave := context.WithCancel(t.Context())
	_, errs := together(t, s, []*store.Batch{{Changes: []store.Mutation{put(aGrid("网格"))}}}, map[int]context.Context{0: gone}, func() {
		leave()
		for waits := 1; waits != 0; time.Sleep(time.Millisecond) {
			s.line.mu.Lock()
			waits = len(s.line.list)
			s.line.mu.Unlock()
		}
	})
	if !errors.Is(errs[0], context.Canceled) {
		t.Errorf("got %v", errs[0])
	}
	if done, err := s.Apply(t.Context(), &store.Batch{Changes: []store.Mutation{put(aGrid("网格"))}}); err != nil || done.Created != 1 {
		t.Errorf("the next: %+v, %v", done, err)
	}
}

// BenchmarkSmallBatches by so many writers at once: with more of them a sync serves more batches.
func BenchmarkSmallBatches(b *testing.B) {
	for _, writers := range []int{1, 8, 32} {
		b.Run(fmt.Sprint(writers), func(b *testing.B) {
			l := &load{TB: b, path: b.TempDir() + "/town.db"}
			l.reopen()
			b.SetParallelism(writers)
			b.RunParallel(func(p *testing.PB) {
				for p.Next() {
					if _, err := l.s.Apply(b.Context(), &store.Batch{Changes: []store.Mutation{put(aGrid("网格"))}}); err != nil {
						b.Error(err)
					}
				}
			})
		})
	}
}
