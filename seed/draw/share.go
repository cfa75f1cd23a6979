package draw

import (
	"cmp"
	"slices"
)

// Share splits total into parts in proportion to the weights: by largest remainders, so that the parts add up to the
// total exactly. Equal remainders go to the earlier part. Weights that are all 0 count as equal.
func Share(total int, weights []int) []int {
	return ShareCapped(total, weights, nil)
}

// ShareCapped is Share where no part gets more than its cap; what a full part would have got goes to the others. The
// parts add up to the total, or to the sum of the caps where that is less. Nil caps are no caps.
func ShareCapped(total int, weights, caps []int) []int {
	parts := make([]int, len(weights))
	open := make([]int, 0, len(weights)) // parts that are not full
	for i := range weights {
		if caps == nil || caps[i] > 0 {
			open = append(open, i)
		}
	}
	for left := total; left > 0 && len(open) > 0; {
		for k, more := range shareOnce(left, weights, open) {
			i := open[k]
			if caps != nil {
				more = min(more, caps[i]-parts[i])
			}
			parts[i] += more
			left -= more
		}
		open = slices.DeleteFunc(open, func(i int) bool { return caps != nil && parts[i] >= caps[i] })
	}
	return parts
}

func shareOnce(total int, weights, open []int) []int {
	sum := int64(0) // products of totals and weights need 64 bits on every machine
	for _, i := range open {
		sum += int64(weights[i])
	}
	weight := func(i int) int64 { return int64(weights[i]) }
	if sum == 0 {
		sum = int64(len(open))
		weight = func(int) int64 { return 1 }
	}
	parts := make([]int, len(open))
	order := make([]int, len(open))
	left := total
	for k, i := range open {
		parts[k] = int(int64(total) * weight(i) / sum)
		left -= parts[k]
		order[k] = k
	}
	slices.SortStableFunc(order, func(a, b int) int {
		return cmp.Compare(int64(total)*weight(open[b])%sum, int64(total)*weight(open[a])%sum)
	})
	for _, k := range order[:left] {
		parts[k]++
	}
	return parts
}

// Even is n equal weights.
func Even(n int) []int {
	w := make([]int, n)
	for i := range w {
		w[i] = 1
	}
	return w
}
