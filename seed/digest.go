package seed

import (
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
