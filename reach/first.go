package reach

import "slices"

// first sorts the first n of a list to its front and gives them. The list ends up in another order.
func first[T any](list []T, n int, compare func(a, b T) int) []T {
	if n = min(n, len(list)); n == 0 {
		return nil
	}
	top := list[:n]
	sift := func(i int) { // top is a heap, the last of the order at its root
		for {
			child := 2*i + 1
			if child+1 < n && compare(top[child], top[child+1]) < 0 {
				child++
			}
			if child >= n || compare(top[i], top[child]) >= 0 {
				return
			}
			top[i], top[child] = top[child], top[i]
			i = child
		}
	}
	for i := n/2 - 1; i >= 0; i-- {
		sift(i)
	}
	for i := n; i < len(list); i++ {
		if compare(list[i], top[0]) < 0 {
			top[0], list[i] = list[i], top[0]
			sift(0)
		}
	}
	slices.SortFunc(top, compare)
	return top
}
