// Package draw holds what the town presets are drawn with: streams of pseudo-random numbers, exact shares, names and
// a town's geometry. It gives the same values on every machine: numbers are integers throughout, because some
// processors fuse a multiplication and an addition of floating-point numbers and round otherwise.
package draw

import (
	"crypto/sha256"
	"encoding/binary"
	"math/bits"
	"math/rand/v2"
)

// Stream is a sequence of pseudo-random numbers that depends on the seed and the purpose alone: drawing more for one
// purpose does not change what another gets. It is not safe for concurrent use.
type Stream struct{ src *rand.PCG }

// New is the stream of a seed for a purpose, such as "people/421081001009".
func New(seed uint64, purpose string) *Stream {
	h := sha256.Sum256(binary.BigEndian.AppendUint64([]byte(purpose+"\x00"), seed))
	return &Stream{src: rand.NewPCG(binary.BigEndian.Uint64(h[:8]), binary.BigEndian.Uint64(h[8:16]))}
}

// N is a number from 0 to n-1; 0 where n is not above 0.
func (s *Stream) N(n int) int {
	if n <= 0 {
		return 0
	}
	hi, _ := bits.Mul64(s.src.Uint64(), uint64(n))
	return int(hi)
}

// Between is a number from low to high, both included.
func (s *Stream) Between(low, high int) int { return low + s.N(high-low+1) }

// Chance is true in perMille of a thousand cases.
func (s *Stream) Chance(perMille int) bool { return s.N(1000) < perMille }

// Weighted is an index, drawn in proportion to the weights.
func (s *Stream) Weighted(weights []int) int {
	total := 0
	for _, w := range weights {
		total += w
	}
	x := s.N(total)
	for i, w := range weights {
		if x < w {
			return i
		}
		x -= w
	}
	return len(weights) - 1
}

// Pick is one of the list, which must not be empty.
func Pick[T any](s *Stream, list []T) T { return list[s.N(len(list))] }

// Shuffle puts the list in a random order.
func Shuffle[T any](s *Stream, list []T) {
	for i := len(list) - 1; i > 0; i-- {
		j := s.N(i + 1)
		list[i], list[j] = list[j], list[i]
	}
}

// Sample is n of the list in a random order, all of it where it holds fewer. The list is left as it is.
func Sample[T any](s *Stream, list []T, n int) []T {
	all := append([]T(nil), list...)
	n = min(max(n, 0), len(all))
	for i := range n {
		j := i + s.N(len(all)-i)
		all[i], all[j] = all[j], all[i]
	}
	return all[:n]
}
