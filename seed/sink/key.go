package sink

import (
	"encoding/base32"
	"strings"

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

// Token is an id without its kind, in 15 bytes instead of a string of 31: a district keeps more than a million.
type Token [15]byte

var tokens = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// NodeToken is the token of the id that NodeID gives.
func NodeToken(k kg.Kind, natural ...string) Token {
	var t Token
	_, letters, _ := strings.Cut(string(NodeID(k, natural...)), "_")
	if n, err := tokens.Decode(t[:], []byte(letters)); err != nil || n != len(t) {
		panic("an id of another form: " + letters) // package kg makes ids of 24 letters and digits
	}
	return t
}

// ID is the whole id again.
func (t Token) ID(k kg.Kind) kg.ID { return kg.ID(k.Prefix() + "_" + tokens.EncodeToString(t[:])) }
