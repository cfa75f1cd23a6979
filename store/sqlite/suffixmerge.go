package sqlite

import (
	"bytes"
	"container/heap"
	"context"
	"database/sql"
	"errors"
	"slices"

	"lintu/store"
	"lintu/text"
)

// mergedInMemory is how many suffixes of a class are merged in memory, some 40 MB. Tests make it small.
var mergedInMemory = 10_000_000

// mergeBeside begins to merge runs of a class out of what is committed, by a connection of its own; the returned function
// writes what came of it. A load that becomes ready sorts its indexes meanwhile. What the transaction itself has written
// nobody else sees, and what is too much for memory is merged by the returned function alone.
func (t *tx) mergeBeside(ctx context.Context, class text.Class, w *store.Writes) (func() error, error) {
	runs, err := t.manyRuns(ctx, class)
	total := 0
	for _, r := range runs {
		total += r.postings
	}
	alone := func() error { return t.mergeRuns(ctx, class) }
	if err != nil || runs == nil || total > mergedInMemory || len(w.Nodes) > 0 {
		return alone, err
	}
	type merged struct {
		packedRun
		err error
	}
	wait := beside(func() (m merged) {
		m.class = class
		m.err = t.s.read(ctx, "merging", func(r *reader) (err error) {
			if err = r.exec(ctx, "PRAGMA cache_size = -2048"); err != nil { // each block is read once
				return err
			}
			defer func() { err = errors.Join(err, r.exec(ctx, "PRAGMA cache_size = "+readerCache)) }()
			m.postings, err = packMerged(ctx, r.conn, runs, func(b block) error {
				m.blocks = append(m.blocks, b)
				return nil
			})
			return err
		})
		return m
	})
	return func() error {
		m := wait()
		if m.err != nil {
			return m.err
		}
		if err := t.dropRuns(ctx, runs); err != nil {
			return err
		}
		return t.insertRun(ctx, m.packedRun)
	}, nil
}

// mergeRuns merges runs of a class until there are fewer than runsOfLevel of each level.
func (t *tx) mergeRuns(ctx context.Context, class text.Class) error {
	for {
		many, err := t.manyRuns(ctx, class)
		if err != nil || many == nil {
			return err
		}
		if err := t.merge(ctx, class, many); err != nil {
			return err
		}
	}
}

// manyRuns are the runs of a level that has too many.
func (t *tx) manyRuns(ctx context.Context, class text.Class) (many []storedRun, err error) {
	levels := map[int][]storedRun{}
	q := new(statement).add("SELECT no, first_block, last_block, postings FROM suffix_run WHERE class = ? ORDER BY no", int64(class))
	err = t.query(ctx, q, func(rows *sql.Rows) error {
		var r storedRun
		err := rows.Scan(&r.no, &r.first, &r.last, &r.postings)
		level := r.level()
		if levels[level] = append(levels[level], r); len(levels[level]) >= runsOfLevel {
			many = levels[level]
		}
		return err
	})
	return many, err
}

// merge makes one run of several.
func (t *tx) merge(ctx context.Context, class text.Class, runs []storedRun) error {
	w, err := t.newRun(ctx, class)
	if err != nil {
		return err
	}
	postings, err := packMerged(ctx, t.conn, runs, func(b block) error { return w.put(ctx, b) })
	if err != nil {
		return err
	}
	if err := w.end(ctx, postings); err != nil {
		return err
	}
	return t.dropRuns(ctx, runs)
}

// packMerged packs what is in runs, in order, into blocks, and says how many suffixes there are.
func packMerged(ctx context.Context, from *conn, runs []storedRun, full func(block) error) (postings int, err error) {
	p := newPacker(full)
	cursors := make([]*runCursor, 0, len(runs))
	for _, r := range runs {
		c := &runCursor{conn: from, at: r.first, last: r.last, atOnce: max(1, blocksOfMerge/int64(len(runs)))}
		if err := c.next(ctx); err != nil {
			return 0, err
		}
		cursors = append(cursors, c)
	}
	err = mergeInto(ctx, p, cursors)
	return p.postings, err
}

func (t *tx) dropRuns(ctx context.Context, runs []storedRun) error {
	for _, r := range runs {
		if err := t.exec(ctx, "DELETE FROM suffix_block WHERE no BETWEEN ? AND ?", r.first, r.last); err != nil {
			return err
		}
		if err := t.exec(ctx, "DELETE FROM suffix_run WHERE no = ?", r.no); err != nil {
			return err
		}
	}
	return nil
}

// mergeInto packs the texts of all cursors in order. A heap holds the cursors that are not done.
func mergeInto(ctx context.Context, p *packer, cursors []*runCursor) error {
	h := cursorHeap(slices.DeleteFunc(cursors, func(c *runCursor) bool { return c.done }))
	heap.Init(&h)
	var terms []int64
	var suffix []byte
	for len(h) > 0 {
		suffix, terms = append(suffix[:0], h[0].block.text...), terms[:0]
		for len(h) > 0 && bytes.Equal(h[0].block.text, suffix) {
			var err error
			if terms, err = h[0].block.terms(terms); err != nil {
				return err
			}
			if err := h[0].next(ctx); err != nil {
				return err
			}
			if h[0].done {
				heap.Pop(&h)
			} else {
				heap.Fix(&h, 0)
			}
		}
		if !slices.IsSorted(terms) {
			slices.Sort(terms)
		}
		if err := p.add(string(suffix), slices.Compact(terms)); err != nil {
			return err
		}
	}
	return p.flush()
}

// cursorHeap has the cursor with the first text on top; of equal ones that of the older run.
type cursorHeap []*runCursor

func (h cursorHeap) Len() int { return len(h) }
func (h cursorHeap) Less(i, j int) bool {
	if c := bytes.Compare(h[i].block.text, h[j].block.text); c != 0 {
		return c < 0
	}
	return h[i].at < h[j].at
}
func (h cursorHeap) Swap(i, j int) { h[i], h[j] = h[j], h[i] }
func (h *cursorHeap) Push(x any)   { *h = append(*h, x.(*runCursor)) }
func (h *cursorHeap) Pop() any {
	last := (*h)[len(*h)-1]
	*h = (*h)[:len(*h)-1]
	return last
}

// runCursor reads a run text by text; a text may come again, with more terms.
type runCursor struct {
	*conn
	at, last int64 // the next block, and the last
	atOnce   int64 // how many blocks are read together
	read     [][]byte
	block    unpacker
	done     bool
}

// blocksOfMerge is how many blocks of all runs together are in memory while they are merged, some 4 MB.
const blocksOfMerge = 1024

// next goes on to the next text.
func (c *runCursor) next(ctx context.Context) error {
	for {
		ok, err := c.block.next()
		if err != nil || ok {
			return err
		}
		if len(c.read) == 0 {
			if c.done = c.at > c.last; c.done {
				return nil
			}
			if err := c.readMore(ctx); err != nil {
				return err
			}
		}
		c.block, c.read = unpacker{data: c.read[0]}, c.read[1:]
	}
}

func (c *runCursor) readMore(ctx context.Context) error {
	end := min(c.last, c.at+c.atOnce-1)
	q := new(statement).add("SELECT data FROM suffix_block WHERE no BETWEEN ? AND ? ORDER BY no", c.at, end)
	err := c.query(ctx, q, func(rows *sql.Rows) error {
		var data []byte
		err := rows.Scan(&data)
		c.read = append(c.read, data)
		return err
	})
	if err == nil && int64(len(c.read)) != end-c.at+1 {
		err = errDamagedBlock
	}
	c.at = end + 1
	return err
}
