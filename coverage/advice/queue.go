package advice

// bound is an item with what it added at some step: it adds no more now.
type bound struct {
	gain, item int32
	times      int32 // how often it can still be done
	step       int32
}

// queue is a heap of bounds: the largest gain first, of equal ones the first item.
type queue []bound

// bounds are those of all items that add anything, less the times that were fixed.
func (s *solver) bounds(used map[int32]int32) queue {
	var q queue
	for i := range s.Items {
		b := bound{item: int32(i), times: s.Items[i].Times - used[int32(i)], step: s.step}
		if b.times <= 0 {
			continue
		}
		if b.gain = s.gain(b.item); b.gain > 0 {
			q = append(q, b)
		}
	}
	for i := len(q)/2 - 1; i >= 0; i-- {
		q.down(i)
	}
	return q
}

func (q queue) before(i, j int) bool {
	if q[i].gain != q[j].gain {
		return q[i].gain > q[j].gain
	}
	return q[i].item < q[j].item
}

// down moves a bound that became smaller to its place.
func (q queue) down(i int) {
	for {
		next := 2*i + 1
		if next >= len(q) {
			return
		}
		if next+1 < len(q) && q.before(next+1, next) {
			next++
		}
		if !q.before(next, i) {
			return
		}
		q[i], q[next] = q[next], q[i]
		i = next
	}
}

// pop drops the first bound.
func (q *queue) pop() {
	last := len(*q) - 1
	(*q)[0] = (*q)[last]
	*q = (*q)[:last]
	q.down(0)
}
