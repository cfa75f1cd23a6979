package sqlite

import (
	"context"
	"sync"

	"lintu/text"
)

// Suffixes by the thousand are not inserted into one large tree, in which each would touch a page of its own: a batch
// writes its own as a run, sorted and packed into blocks one behind the other. Runs of like size are merged when there
// are too many, so that a search looks into a few dozen blocks at most. Few suffixes are rows of the table suffix.
//
// A term that is deleted takes its suffixes out of the runs, unless a batch drops very many (dropPacked). What is left
// leads to no term, or to one that took its number, and what suffixes lead to is matched again anyway.

// How many suffixes make a run of their own, and how many runs of like size are merged. Tests make them small.
var suffixesOfRun, runsOfLevel = 4096, 16

// suffixClasses are the classes that have suffixes.
var suffixClasses = []text.Class{text.Inside, text.Pinyin, text.Initials}

// numbered is a new term.
type numbered struct {
	no    int64
	entry text.Entry
}

// suffixes are the suffixes of new terms: many are packed already.
type suffixes struct {
	runs []packedRun
	few  map[text.Class][]posting
}

// suffixesOf makes the suffixes of terms.
func suffixesOf(terms []numbered) suffixes {
	s := suffixes{few: map[text.Class][]posting{}}
	total := 0
	buffers := map[text.Class]*[]posting{}
	for _, class := range suffixClasses {
		buffers[class] = postingBuffers.Get().(*[]posting)
		s.few[class] = (*buffers[class])[:0]
	}
	for _, t := range terms {
		for _, class := range suffixClasses {
			t.entry.EachSuffix(class, func(suffix string) {
				s.few[class] = append(s.few[class], newPosting(suffix, t.no))
				total++
			})
		}
	}
	for _, class := range suffixClasses {
		s.few[class] = sortPostings(s.few[class])
	}
	if total < suffixesOfRun {
		return s
	}
	for _, class := range suffixClasses {
		s.runs = append(s.runs, packRun(class, s.few[class]))
		*buffers[class] = s.few[class]
		postingBuffers.Put(buffers[class])
	}
	s.few = nil
	return s
}

// postingBuffers are used again by the next large batch: a hundred thousand postings are megabytes.
var postingBuffers = sync.Pool{New: func() any { return new([]posting) }}

// writeSuffixes writes suffixes: runs, or rows.
func (t *tx) writeSuffixes(ctx context.Context, s suffixes) error {
	var rows []any
	for _, class := range suffixClasses {
		for _, p := range s.few[class] {
			rows = append(rows, int64(class), p.text, p.term)
		}
	}
	if err := t.insert(ctx, "suffix", []string{"class", "text", "term_no"}, rows); err != nil {
		return err
	}
	for _, r := range s.runs {
		if err := t.insertRun(ctx, r); err != nil {
			return err
		}
	}
	return nil
}

// packedRun is a run that is not written yet.
type packedRun struct {
	class    text.Class
	postings int
	blocks   []block
}

// packRun packs the suffixes of a class, sorted.
func packRun(class text.Class, postings []posting) packedRun {
	r := packedRun{class: class}
	p := newPacker(func(b block) error {
		r.blocks = append(r.blocks, b)
		return nil
	})
	var terms []int64
	for i := 0; i < len(postings); {
		suffix := postings[i].text
		terms = terms[:0]
		for ; i < len(postings) && postings[i].text == suffix; i++ {
			terms = append(terms, postings[i].term)
		}
		_ = p.add(suffix, terms) // keeping a block does not fail
	}
	_ = p.flush()
	r.postings = p.postings
	return r
}

// storedRun is a run on record.
type storedRun struct {
	no, first, last int64
	postings        int
}

// level tells runs of like size: each level is runsOfLevel times larger than the one before.
func (r storedRun) level() int {
	level := 0
	for size := r.postings / suffixesOfRun; size >= runsOfLevel; size /= runsOfLevel {
		level++
	}
	return level
}

// insertRun writes a run, and merges runs where that makes too many: those of a load when it is ready, so that each is
// read once.
func (t *tx) insertRun(ctx context.Context, r packedRun) error {
	if r.postings == 0 {
		return nil
	}
	w, err := t.newRun(ctx, r.class)
	if err != nil {
		return err
	}
	for _, b := range r.blocks {
		if err := w.put(ctx, b); err != nil {
			return err
		}
	}
	if err := w.end(ctx, r.postings); err != nil || t.ledger != nil {
		return err
	}
	return t.mergeRuns(ctx, r.class)
}

// runWriter writes the blocks of a run.
type runWriter struct {
	*tx
	class           text.Class
	no, first, next int64
	rows            []any
}

func (t *tx) newRun(ctx context.Context, class text.Class) (*runWriter, error) {
	no, err := t.next(ctx, "suffix_run")
	if err != nil {
		return nil, err
	}
	first, err := t.next(ctx, "suffix_block")
	return &runWriter{tx: t, class: class, no: no, first: first, next: first}, err
}

// blocksAtOnce is how many blocks are inserted together.
const blocksAtOnce = 64

func (w *runWriter) put(ctx context.Context, b block) error {
	w.rows = append(w.rows, w.no, b.last, b.data)
	w.next++
	if len(w.rows) < 3*blocksAtOnce {
		return nil
	}
	return w.flush(ctx)
}

func (w *runWriter) flush(ctx context.Context) error {
	err := w.insert(ctx, "suffix_block", []string{"run", "last", "data"}, w.rows)
	w.rows = w.rows[:0]
	return err
}

func (w *runWriter) end(ctx context.Context, postings int) error {
	if err := w.flush(ctx); err != nil {
		return err
	}
	return w.exec(ctx, "INSERT INTO suffix_run (no, class, postings, first_block, last_block) VALUES (?, ?, ?, ?, ?)", w.no, int64(w.class), postings, w.first, w.next-1)
}

// termsBySuffixes is termsBySuffix for several keys.
func termsBySuffixes(class text.Class, keys []string) *statement {
	q := new(statement)
	for i, key := range keys {
		if i > 0 {
			q.add(" UNION ALL ")
		}
		q.put(termsBySuffix(class, key))
	}
	return q
}

// termsBySuffix is a statement of the numbers of terms that have a suffix of the class which begins with the key; a
// number may come more than once.
func termsBySuffix(class text.Class, key string) *statement {
	q := new(statement).add("SELECT u.term_no AS no FROM suffix u WHERE u.class = ? AND ", int64(class)).put(startsWith("u.text", key))
	q.add(" UNION ALL SELECT listed.value AS no FROM suffix_run r CROSS JOIN suffix_block b ON b.no >= "+
		"(SELECT f.no FROM suffix_block f WHERE f.run = r.no AND f.last >= ? ORDER BY f.last, f.no LIMIT 1)", key)
	if end := after(key); end != "" {
		q.add(" AND b.no <= ifnull((SELECT f.no FROM suffix_block f WHERE f.run = r.no AND f.last >= ? ORDER BY f.last, f.no LIMIT 1), r.last_block)", end)
	} else {
		q.add(" AND b.no <= r.last_block")
	}
	return q.add(" CROSS JOIN json_each(suffix_terms(b.data, ?)) listed WHERE r.class = ?", key, int64(class))
}
