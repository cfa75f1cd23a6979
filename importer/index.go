package importer

import (
	"encoding/base32"
	"strings"

	"lintu/kg"
)

// compact is an id in 16 bytes: the kind's place in the table of kinds, and the token.
type compact [16]byte

var tokenCoding = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

var kindNumbers = func() map[kg.Kind]byte {
	m := map[kg.Kind]byte{}
	for i, d := range kg.Kinds {
		m[d.Kind] = byte(i)
	}
	return m
}()

// pack makes an id compact; it must be one of a node, of the right form.
func pack(id kg.ID) compact {
	var c compact
	prefix, token, _ := strings.Cut(string(id), "_")
	c[0] = kindNumbers[id.Kind()]
	if _, err := tokenCoding.Decode(c[1:], []byte(token)); err != nil {
		panic("importer: " + prefix + " is no id") // ParseID has checked it
	}
	return c
}

func (c compact) kind() kg.Kind { return kg.Kinds[c[0]].Kind }

func (c compact) id() kg.ID {
	return kg.ID(c.kind().Prefix() + "_" + tokenCoding.EncodeToString(c[1:]))
}

// none is the number of no node.
const none = int32(-1)

// index numbers the nodes that an import knows of: those of its files, and those of the store that the files speak of.
// It holds ids and digests of keys only, some 60 bytes a node.
type index struct {
	ids    []compact
	byID   map[compact]int32
	byKey  map[digest]int32
	places []place // of the nodes of the files
}

// place is the row that a node of the files comes from; the zero place is that of a node of the store.
type place struct {
	file int32 // number of the file, from 1
	line int32
}

func newIndex() *index {
	return &index{byID: map[compact]int32{}, byKey: map[digest]int32{}}
}

// number is the number of an id, or none.
func (x *index) number(id kg.ID) int32 {
	if n, ok := x.byID[pack(id)]; ok {
		return n
	}
	return none
}

// key is the number of the node with a key, or none.
func (x *index) key(d digest) int32 {
	if n, ok := x.byKey[d]; ok {
		return n
	}
	return none
}

// add numbers an id that has none.
func (x *index) add(id kg.ID, at place) int32 {
	c := pack(id)
	n := int32(len(x.ids))
	x.ids, x.places = append(x.ids, c), append(x.places, at)
	x.byID[c] = n
	return n
}

// remember notes the key of a node; the first node with a key keeps it.
func (x *index) remember(d digest, n int32) {
	if _, taken := x.byKey[d]; !taken {
		x.byKey[d] = n
	}
}

// close gives up looking nodes up; their ids stay. That is half of the memory.
func (x *index) close() { x.byID, x.byKey = nil, nil }

func (x *index) id(n int32) kg.ID     { return x.ids[n].id() }
func (x *index) kind(n int32) kg.Kind { return x.ids[n].kind() }

// inFiles says whether the node is one of the files.
func (x *index) inFiles(n int32) bool { return x.places[n].file != 0 }
