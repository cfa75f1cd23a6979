package sqlite

import "math/bits"

// digests is a table of values by 64-bit digests, which are random numbers. It holds no pointers and little air: of
// millions of small values a map takes twice as much.
type digests[V any] struct {
	keys   []uint64 // in the order of the digests, but for what had to move up; 0: free
	values []V
	held   int
}

// leastDigests is the first size of a table.
const leastDigests = 1024

// size is how many digests there are.
func (d *digests[V]) size() int { return d.held }

// key is what stands for a digest in the table.
func (d *digests[V]) key(digest uint64) uint64 { return max(digest, 1) }

// slot is where a key is, or else the free place where it would be.
func (d *digests[V]) slot(key uint64) int {
	hi, _ := bits.Mul64(key, uint64(len(d.keys)))
	i := int(hi)
	for d.keys[i] != 0 && d.keys[i] != key {
		if i++; i == len(d.keys) {
			i = 0
		}
	}
	return i
}

// get is the value of a digest.
func (d *digests[V]) get(digest uint64) (v V, known bool) {
	if d.held == 0 {
		return v, false
	}
	if i := d.slot(d.key(digest)); d.keys[i] != 0 {
		return d.values[i], true
	}
	return v, false // what stands in a free place is left over
}

// put sets the value of a digest.
func (d *digests[V]) put(digest uint64, v V) {
	if 5*(d.held+1) > 4*len(d.keys) {
		d.grow()
	}
	i := d.slot(d.key(digest))
	if d.keys[i] == 0 {
		d.held++
	}
	d.keys[i], d.values[i] = d.key(digest), v
}

func (d *digests[V]) grow() {
	old := *d
	size := max(leastDigests, len(old.keys)+len(old.keys)/3)
	d.keys, d.values = make([]uint64, size), make([]V, size)
	for i, key := range old.keys {
		if key != 0 {
			j := d.slot(key)
			d.keys[j], d.values[j] = key, old.values[i]
		}
	}
}

// drop forgets a digest. What comes behind it may have had to pass it, and is put in anew.
func (d *digests[V]) drop(digest uint64) {
	if d.held == 0 {
		return
	}
	i := d.slot(d.key(digest))
	if d.keys[i] == 0 {
		return
	}
	d.keys[i] = 0
	d.held--
	for {
		if i++; i == len(d.keys) {
			i = 0
		}
		key, v := d.keys[i], d.values[i]
		if key == 0 {
			return
		}
		d.keys[i] = 0
		j := d.slot(key)
		d.keys[j], d.values[j] = key, v
	}
}
