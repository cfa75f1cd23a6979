package coverage

import (
	"math"
	wide "math/bits" // bits are a set of numbers here
)

// exact is a number from 0 to 2^63, in steps of 2^-64. Sums of it are the same in whatever order they are made, so
// that figures do not depend on the order in which an engine gives a snapshot its rows.
type exact struct{ whole, part uint64 }

const steps = 1 << 64 // in 1

func exactly(v float64) exact {
	whole, part := math.Modf(v)
	return exact{uint64(whole), uint64(part * steps)}
}

func (a exact) plus(b exact) exact {
	part, carry := wide.Add64(a.part, b.part, 0)
	return exact{a.whole + b.whole + carry, part}
}

func (a exact) times(n int32) exact {
	carry, part := wide.Mul64(a.part, uint64(n))
	return exact{a.whole*uint64(n) + carry, part}
}

func (a exact) float() float64 { return float64(a.whole) + float64(a.part)/steps }
