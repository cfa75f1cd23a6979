package reach

import (
	"hash/maphash"
	"slices"
)

// A snapshot is patched by copying only what changes: rows stand in chunks, and a draft copies a chunk before it
// writes to it for the first time. Whoever holds the snapshot before keeps reading the old chunks.

const chunkRows = 256

// mark marks what a draft has copied and may write to.
type mark struct{ _ byte }

type chunk[T any] struct {
	owner *mark
	rows  [chunkRows]T
}

// column is a list of rows that grows but never shrinks.
type column[T any] struct {
	owner  *mark
	chunks []*chunk[T]
	n      int
}

// at is a row to read.
func (c *column[T]) at(i int32) *T { return &c.chunks[i/chunkRows].rows[i%chunkRows] }

// edit is a row to write, for the draft that by marks.
func (c *column[T]) edit(by *mark, i int32) *T {
	c.own(by)
	k := c.chunks[i/chunkRows]
	if k.owner != by {
		k = &chunk[T]{owner: by, rows: k.rows}
		c.chunks[i/chunkRows] = k
	}
	return &k.rows[i%chunkRows]
}

// add makes a new row and gives its number.
func (c *column[T]) add(by *mark) int32 {
	c.own(by)
	if c.n == len(c.chunks)*chunkRows {
		c.chunks = append(c.chunks, &chunk[T]{owner: by})
	}
	c.n++
	return int32(c.n - 1)
}

func (c *column[T]) own(by *mark) {
	if c.owner != by {
		c.owner, c.chunks = by, slices.Clone(c.chunks)
	}
}

// bundles are the ties of a column's rows: those of a chunk's rows in one piece.
type bundles struct {
	owner  *mark
	chunks []*bundle
}

type bundle struct {
	owner *mark
	ties  []link
	ends  [chunkRows]uint32 // where each row's ties end
}

// link is a tie as it is kept: where it leads, and the number of the rest.
type link struct {
	to  ref
	how uint32
}

// newBundles sorts ties into so many rows; each visits them all, twice in the same order.
func newBundles(by *mark, rows int, each func(visit func(row int32, l link))) bundles {
	b := bundles{owner: by, chunks: make([]*bundle, (rows+chunkRows-1)/chunkRows)}
	for i := range b.chunks {
		b.chunks[i] = &bundle{owner: by}
	}
	each(func(row int32, _ link) { b.chunks[row/chunkRows].ends[row%chunkRows]++ })
	total := uint32(0)
	for _, k := range b.chunks { // ends become starts, which move to the ends as the rows fill
		n := uint32(0)
		for i, size := range k.ends {
			k.ends[i] = n
			n += size
		}
		k.ties = make([]link, n)
		total += n
	}
	if total > 0 {
		each(func(row int32, l link) {
			k := b.chunks[row/chunkRows]
			k.ties[k.ends[row%chunkRows]] = l
			k.ends[row%chunkRows]++
		})
	}
	return b
}

// of are the ties of a row.
func (b *bundles) of(i int32) []link {
	if int(i/chunkRows) >= len(b.chunks) {
		return nil
	}
	return b.chunks[i/chunkRows].of(i % chunkRows)
}

func (b *bundle) of(i int32) []link {
	if i == 0 {
		return b.ties[:b.ends[0]]
	}
	return b.ties[b.ends[i-1]:b.ends[i]]
}

// set replaces the ties of a row.
func (b *bundles) set(by *mark, i int32, ties []link) {
	if b.owner != by {
		b.owner, b.chunks = by, slices.Clone(b.chunks)
	}
	for int(i/chunkRows) >= len(b.chunks) {
		b.chunks = append(b.chunks, &bundle{owner: by})
	}
	k := b.chunks[i/chunkRows]
	if k.owner != by {
		k = &bundle{owner: by, ties: k.ties, ends: k.ends}
		b.chunks[i/chunkRows] = k
	}
	row := i % chunkRows
	old := len(k.of(row))
	end := int(k.ends[row])
	k.ties = slices.Concat(k.ties[:end-old], ties, k.ties[end:]) // always a new piece: the old one may be shared
	for ; row < chunkRows; row++ {
		k.ends[row] += uint32(len(ties) - old)
	}
}

// table finds numbers by what they stand for: open addressing in shards, which are copied when a draft adds to them.
// A table does not hold what its numbers stand for; who asks compares.
type table struct {
	owner  *mark
	shards []shard
}

type shard struct {
	owner *mark
	slots []uint32 // number + 1, or 0
	tags  []uint8  // a few bits of the hash of each, so that only what is likely the same is compared
	n     int
}

func newTable(by *mark, shards int) table { return table{owner: by, shards: make([]shard, shards)} }

func (t *table) shard(hash uint64) int { return int(hash >> 32 * uint64(len(t.shards)) >> 32) }

// find is the number with the hash of which same is true.
func (t *table) find(hash uint64, same func(number uint32) bool) (uint32, bool) {
	s := &t.shards[t.shard(hash)]
	slots := s.slots
	for i := place(hash, len(slots)); i < len(slots); i = next(i, len(slots)) {
		switch {
		case slots[i] == 0:
			return 0, false
		case s.tags[i] == tag(hash) && same(slots[i]-1):
			return slots[i] - 1, true
		}
	}
	return 0, false
}

// put adds a number that is not in the table; hashOf gives the hash of a number that is.
func (t *table) put(by *mark, hash uint64, number uint32, hashOf func(number uint32) uint64) {
	if t.owner != by {
		t.owner, t.shards = by, slices.Clone(t.shards)
	}
	s := &t.shards[t.shard(hash)]
	if s.owner != by {
		s.owner, s.slots, s.tags = by, slices.Clone(s.slots), slices.Clone(s.tags)
	}
	if s.n+1 > len(s.slots)*4/5 {
		old := s.slots
		s.slots = make([]uint32, max(8, len(old)*3/2))
		s.tags = make([]uint8, len(s.slots))
		for _, v := range old {
			if v != 0 {
				s.insert(hashOf(v-1), v)
			}
		}
	}
	s.insert(hash, number+1)
	s.n++
}

func (s *shard) insert(hash uint64, v uint32) {
	i := place(hash, len(s.slots))
	for s.slots[i] != 0 {
		i = next(i, len(s.slots))
	}
	s.slots[i], s.tags[i] = v, tag(hash)
}

// tag is of the bits by which neither shard nor place is chosen.
func tag(hash uint64) uint8 { return uint8(hash) }

// place is where to look first: by other bits of the hash than those that chose the shard.
func place(hash uint64, size int) int { return int(hash & 0xffffffff * uint64(size) >> 32) }

func next(i, size int) int {
	if i++; i == size {
		return 0
	}
	return i
}

// interned are distinct values with numbers.
type interned[T comparable] struct {
	values column[T]
	table  table
}

func (x *interned[T]) at(number uint32) *T { return x.values.at(int32(number)) }

// number is a value's number, a new one if need be.
func (x *interned[T]) number(by *mark, v T) uint32 {
	hash := maphash.Comparable(hashSeed, v)
	if n, ok := x.table.find(hash, func(n uint32) bool { return *x.at(n) == v }); ok {
		return n
	}
	n := uint32(x.values.add(by))
	*x.values.edit(by, int32(n)) = v
	x.table.put(by, hash, n, func(n uint32) uint64 { return maphash.Comparable(hashSeed, *x.at(n)) })
	return n
}
