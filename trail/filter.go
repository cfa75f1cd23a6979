package trail

import "math/bits"

// filter says of a hash that it was surely not added, or may have been: a Bloom filter.
type filter struct {
	bits []uint64
}

// rounds is how many bits stand for a hash.
const rounds = 4

// newFilter has ten bits or more for each of so many hashes, so that one look in a hundred is in vain.
func newFilter(hashes int) filter {
	words := max(hashes*10/64, 2)
	return filter{make([]uint64, 1<<bits.Len(uint(words-1)))}
}

func (f filter) each(hash uint64, do func(word int, bit uint64) bool) bool {
	mask := uint64(len(f.bits)*64 - 1)
	step := hash>>32 | 1
	for range rounds {
		at := hash & mask
		if !do(int(at/64), 1<<(at%64)) {
			return false
		}
		hash += step
	}
	return true
}

func (f filter) add(hash uint64) {
	f.each(hash, func(word int, bit uint64) bool { f.bits[word] |= bit; return true })
}

func (f filter) may(hash uint64) bool {
	return f.each(hash, func(word int, bit uint64) bool { return f.bits[word]&bit != 0 })
}
