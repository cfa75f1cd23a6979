package trail

import (
	"context"
	"fmt"
	"time"

	"lintu/kg"
	"lintu/store"
)

// AnchorEvery is how long what stands at the end of a file may go without an anchor in the store.
const AnchorEvery = time.Minute

// Anchor keeps the heads of this process's files in the store, those that have grown since the last time.
func (t *Trail) Anchor(ctx context.Context, st store.Store) error {
	keeper, ok := st.(store.Anchors)
	if !ok {
		return fmt.Errorf("the store keeps no anchors: %w", kg.ErrUnavailable)
	}
	t.anchoring.Lock()
	defer t.anchoring.Unlock()
	heads := t.Heads()
	from := 0
	for from < len(heads) && from < len(t.anchored) && heads[from] == t.anchored[from] {
		from++
	}
	if from == len(heads) {
		return nil
	}
	at := kg.MomentOf(t.o.Now())
	var anchors []store.Anchor
	for _, h := range heads[from:] {
		anchors = append(anchors, store.Anchor{File: h.File, Sequence: h.Sequence, Hash: h.Hash, At: at})
	}
	if err := keeper.KeepAnchors(ctx, anchors); err != nil {
		return err
	}
	t.anchored = heads
	return nil
}
