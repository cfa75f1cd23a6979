package reach

import (
	"hash/maphash"
	"maps"
	"slices"

	"lintu/kg"
)

// A snapshot is patched by copying only what changes: rows stand in chunks, and a draft copies a chunk before it
// writes to it for the first time. Whoever holds the snapshot before keeps reading the old chunks.

const chunkRows = 256

// token marks what a draft has copied and may write to.
type token struct{ _ byte }

type chunk[T any] struct {
	owner *token
	rows  [chunkRows]T
}

// column is a list of rows that grows but never shrinks.
type column[T any] struct {
	owner  *token
	chunks []*chunk[T]
	n      int
}

// at is a row to read.
func (c *column[T]) at(i int32) *T { return &c.chunks[i/chunkRows].rows[i%chunkRows] }

// edit is a row to write, for the draft that by marks.
func (c *column[T]) edit(by *token, i int32) *T {
	if c.owner != by {
		c.owner, c.chunks = by, slices.Clone(c.chunks)
	}
	k := c.chunks[i/chunkRows]
	if k.owner != by {
		k = &chunk[T]{owner: by, rows: k.rows}
		c.chunks[i/chunkRows] = k
	}
	return &k.rows[i%chunkRows]
}

// add makes a new row and gives its number.
func (c *column[T]) add(by *token) int32 {
	if c.n == len(c.chunks)*chunkRows {
		if c.owner != by {
			c.owner, c.chunks = by, slices.Clone(c.chunks)
		}
		c.chunks = append(c.chunks, &chunk[T]{owner: by})
	}
	c.n++
	return int32(c.n - 1)
}

// ref names a node inside a snapshot: its kind's number and its row. The zero ref is none.
type ref uint32

const (
	refRows = 28 // bits of the row
	rowMask = 1<<refRows - 1
)

func (r ref) row() int32    { return int32(r & rowMask) }
func (r ref) kind() kindNum { return kindNum(r >> refRows) }

func newRef(k kindNum, row int32) ref { return ref(k)<<refRows | ref(row) }

// kindNum numbers the kinds that a snapshot keeps.
type kindNum uint8

const (
	noKind kindNum = iota
	divisions
	grids
	compounds
	buildings
	entrances
	households
	units
	orgs
	teams
	people
	doorbells
	kindCount
)

var kinds = [kindCount]kg.Kind{
	divisions: kg.KindDivision, grids: kg.KindGrid, compounds: kg.KindCompound, buildings: kg.KindBuilding, entrances: kg.KindEntrance,
	households: kg.KindHousehold, units: kg.KindUnit, orgs: kg.KindPartyOrg, teams: kg.KindTeam, people: kg.KindPerson, doorbells: kg.KindDoorbell,
}

var kindNums = func() map[kg.Kind]kindNum {
	m := map[kg.Kind]kindNum{}
	for n := divisions; n < kindCount; n++ {
		m[kinds[n]] = n
	}
	return m
}()

// index finds refs by id, in shards that are copied when a draft adds to them.
type index struct {
	owner  *token
	shards []shard
}

type shard struct {
	owner *token
	refs  map[kg.ID]ref
}

const indexShards = 1024

var hashSeed = maphash.MakeSeed()

func newIndex(by *token) index { return index{owner: by, shards: make([]shard, indexShards)} }

func shardOf(id kg.ID) uint64 { return maphash.String(hashSeed, string(id)) % indexShards }

func (x *index) find(id kg.ID) (ref, bool) {
	r, ok := x.shards[shardOf(id)].refs[id]
	return r, ok
}

func (x *index) put(by *token, id kg.ID, r ref) {
	if x.owner != by {
		x.owner, x.shards = by, slices.Clone(x.shards)
	}
	s := &x.shards[shardOf(id)]
	if s.owner != by {
		s.owner, s.refs = by, maps.Clone(s.refs)
	}
	if s.refs == nil {
		s.refs = map[kg.ID]ref{}
	}
	s.refs[id] = r
}
