package reach

import "slices"

// nearest keeps the first n, in an order, of what it is given: a heap with the last of them at its root.
type nearest[T any] struct {
	n       int
	compare func(a, b T) int
	kept    []T
}

// add takes a thing. Where it is full afterwards, it gives the last of those that it keeps, else nil.
func (k *nearest[T]) add(v T) *T {
	switch {
	case len(k.kept) < k.n:
		k.kept = append(k.kept, v)
		k.rise(len(k.kept) - 1)
	case k.n > 0 && k.compare(v, k.kept[0]) < 0:
		k.kept[0] = v
		k.sink(0)
	}
	if len(k.kept) < k.n || k.n == 0 {
		return nil
	}
	return &k.kept[0]
}

func (k *nearest[T]) rise(i int) {
	for i > 0 {
		above := (i - 1) / 2
		if k.compare(k.kept[above], k.kept[i]) >= 0 {
			return
		}
		k.kept[above], k.kept[i] = k.kept[i], k.kept[above]
		i = above
	}
}

func (k *nearest[T]) sink(i int) {
	for {
		child := 2*i + 1
		if child+1 < len(k.kept) && k.compare(k.kept[child], k.kept[child+1]) < 0 {
			child++
		}
		if child >= len(k.kept) || k.compare(k.kept[i], k.kept[child]) >= 0 {
			return
		}
		k.kept[i], k.kept[child] = k.kept[child], k.kept[i]
		i = child
	}
}

// sorted are those that were kept, in order; nothing may be added afterwards.
func (k *nearest[T]) sorted() []T {
	slices.SortFunc(k.kept, k.compare)
	return k.kept
}
