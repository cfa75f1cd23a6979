package sink

import (
	"lintu/kg"
	"lintu/store"
)

// Key is the fixed key of demos: the same things have the same ids on every engine. It protects nothing, since demo
// data is nobody's.
var Key = store.Key([]byte("lintu demo key: protects nothing"))

// NodeID is the id of a demo's node by its natural key.
func NodeID(k kg.Kind, natural ...string) kg.ID { return kg.DeriveID(Key[:], k, natural...) }

// TieID is the id of a demo's tie.
func TieID(t *kg.Tie) kg.ID { return kg.DeriveTieID(Key[:], t) }
