package importer

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"lintu/importer/sheet"
	"lintu/kg"
	"lintu/store"
)

// fickle loses the answer to every third batch, after it was applied.
type fickle struct {
	store.Store
	calls int
}

func (f *fickle) Apply(ctx context.Context, b *store.Batch) (*store.Applied, error) {
	applied, err := f.Store.Apply(ctx, b)
	if len(b.Changes) == 0 {
		return applied, err
	}
	if f.calls++; f.calls%3 == 0 && err == nil {
		return nil, fmt.Errorf("the cable is out: %w", kg.ErrUnavailable)
	}
	return applied, err
}

func TestABatchWhoseAnswerIsLostIsSentAgainAndNotDoneTwice(t *testing.T) {
	first := oracle()
	village(t, first)
	from := exported(t, first, sheet.CSV)
	st := &fickle{Store: oracle(), calls: 1}
	bring(t, st, Options{From: from, BatchRows: 100})
	same(t, exported(t, st.Store, sheet.CSV), from)
}

func TestABrokenImportGoesOnAndAChangeMeanwhileIsSeen(t *testing.T) {
	first := oracle()
	f := village(t, first)
	from := exported(t, first, sheet.CSV)
	st := oracle()
	ctx, cancel := context.WithCancel(t.Context())
	files, err := Find(Options{From: from, Today: today, BatchRows: 20, Step: func(p Pass, rows, _ int64) {
		if p == Writing && rows >= 60 {
			cancel()
		}
	}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := files.Import(ctx, st); err == nil {
		t.Fatal("an import that was stopped has no error")
	}
	if status, _ := st.Ready(t.Context()); status.State != store.StateLoading || status.Revision < 3 {
		t.Errorf("after the stop the store is %+v", status)
	}
	other := &kg.Grid{Base: kg.Base{ID: f.ID("grid1")}, Code: "G-1", Name: "changed by somebody", Level: "BASE"}
	if _, err := st.Apply(t.Context(), &store.Batch{Changes: []store.Mutation{{Op: store.PutNode, Node: other}}}); err != nil {
		t.Fatal(err)
	}
	bring(t, st, Options{From: from, BatchRows: 20})
	same(t, exported(t, st, sheet.CSV), from)
	var refused *RefusedError
	half := oracle()
	if _, err := half.Apply(t.Context(), &store.Batch{Changes: []store.Mutation{{Op: store.PutNode, Node: other}}, State: store.StateLoading}); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if _, err := try(t, half, Options{From: from}); !errors.As(err, &refused) {
			t.Errorf("a store that another load has left is taken: %v", err)
		}
	}
}
