package seed

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"

	"lintu/kg"
	"lintu/store"
)

// Digest is the SHA-256, in hexadecimal, of the town's nodes and ties in the order in which Generate emits them; it
// does not depend on the size of batches. Each counts with its id, life span or validity, ends, reference and
// encoded fields.
func Digest(t Town, seed uint64) (string, error) {
	h := sha256.New()
	err := t.Generate(Options{Seed: seed}, func(b *store.Batch) error {
		for i := range b.Changes {
			hashChange(h, &b.Changes[i])
		}
		return nil
	})
	if err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// HeldDigest is the digest of the town's nodes and ties as a store holds them, in the order of Digest. The two are
// equal if the store holds all of them as they were generated.
func HeldDigest(ctx context.Context, st store.Store, t Town, seed uint64) (string, error) {
	h := sha256.New()
	err := t.Generate(Options{Seed: seed}, func(b *store.Batch) error {
		held, err := readBack(ctx, st, b)
		for i := range held {
			hashChange(h, &held[i])
		}
		return err
	})
	if err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// readBack is the batch's changes with what the store holds of them, at all times; what it does not hold is an error.
func readBack(ctx context.Context, st store.Store, b *store.Batch) ([]store.Mutation, error) {
	var ids []kg.ID
	sources := map[kg.Relation][]kg.ID{}
	for _, m := range b.Changes {
		if m.Node != nil {
			ids = append(ids, m.Node.Common().ID)
		} else {
			sources[m.Tie.Relation] = append(sources[m.Tie.Relation], m.Tie.From)
		}
	}
	nodes, err := st.Nodes(ctx, store.Everything, []store.Group{{IDs: ids}})
	if err != nil {
		return nil, err
	}
	ties, err := tiesOf(ctx, st, sources)
	if err != nil {
		return nil, err
	}
	out := make([]store.Mutation, 0, len(b.Changes))
	for _, m := range b.Changes {
		switch {
		case m.Node != nil && nodes[0][m.Node.Common().ID] != nil:
			out = append(out, store.Mutation{Node: nodes[0][m.Node.Common().ID].Node})
		case m.Tie != nil && ties[m.Tie.ID] != nil:
			out = append(out, store.Mutation{Tie: ties[m.Tie.ID]})
		default:
			return nil, fmt.Errorf("batch %s: the store lacks %v%v", b.ID, m.Node, m.Tie)
		}
	}
	return out, nil
}

// tiesOf are the ties of some relations from sources, by id.
func tiesOf(ctx context.Context, st store.Store, sources map[kg.Relation][]kg.ID) (map[kg.ID]*kg.Tie, error) {
	out := map[kg.ID]*kg.Tie{}
	for relation, ids := range sources {
		trees, err := st.Expand(ctx, store.Everything, ids, &store.Plan{Steps: []*store.Step{
			{Key: "ties", Relation: relation, Direction: kg.Out, Window: store.Window{Limit: store.NoLimit}}}})
		if err != nil {
			return nil, err
		}
		for _, tree := range trees {
			for _, e := range tree["ties"].Edges {
				out[e.Tie.ID] = e.Tie
			}
		}
	}
	return out, nil
}

// hashChange writes one change; numbers of lengths keep neighbouring fields apart. Writing to a hash cannot fail.
func hashChange(h hash.Hash, m *store.Mutation) {
	if m.Node != nil {
		b := m.Node.Common()
		data := kg.Encode(m.Node)
		_, _ = fmt.Fprintf(h, "node %s %d %d %d\n%s\n", b.ID, b.Life.From, b.Life.To, len(data), data)
	}
	if t := m.Tie; t != nil {
		data := kg.EncodeTie(t)
		_, _ = fmt.Fprintf(h, "tie %s %s %s %s %s %d %d %d\n%s\n", t.ID, t.Relation, t.From, t.To, t.Ref, t.Valid.From, t.Valid.To, len(data), data)
	}
}
