package trail

import (
	"bytes"
	"cmp"
	"context"
	"hash/maphash"
	"path/filepath"
	"slices"
	"sync"

	"lintu/kg"
)

// Reader answers questions about the records of all processes in a folder. What it keeps in memory is small beside the files:
// for each file that is ended how far back it goes and roughly whom it names, and the rare records of emergencies. It
// follows files that grow, and reads what it does not know. It is safe for concurrent use.
type Reader struct {
	dir  string
	seed maphash.Seed

	mu    sync.Mutex
	files map[string]*known
	rare  rare
}

// known is what a reader knows of a file.
type known struct {
	name     string
	read     int64       // bytes that were read
	from, to kg.Moment   // of its records
	ended    bool        // nothing comes any more
	names    filter      // of a file that is ended
	wide     []kg.Moment // of records that count their subjects only
}

// NewReader reads a folder.
func NewReader(dir string) *Reader {
	return &Reader{dir: dir, seed: maphash.MakeSeed(), files: map[string]*known{}, rare: newRare()}
}

// Mark is a place among records, the newest first.
type Mark struct {
	At       kg.Moment
	Process  string
	Sequence int64
}

// Mark is the record's place.
func (r *Record) Mark() Mark { return Mark{r.At, r.Process, r.Sequence} }

// compare is negative where a comes first: it is newer.
func (a Mark) compare(b Mark) int {
	return cmp.Or(-cmp.Compare(a.At, b.At), -cmp.Compare(a.Process, b.Process), -cmp.Compare(a.Sequence, b.Sequence))
}

// Window is a page of records, the newest first.
type Window struct {
	Since kg.Moment // at the earliest; "": from the beginning
	After *Mark     // what was read before; nil: nothing
	Limit int
}

func (w *Window) holds(m Mark) bool {
	return m.At >= w.Since && (w.After == nil || w.After.compare(m) < 0)
}

// Found is a page of records.
type Found struct {
	Records []Record
	More    bool
	// Unlisted is how many records within the window count their subjects only, so that nobody knows whom they are about.
	Unlisted int
}

// WhoSaw are the operations that showed or wrote something of one of some people and households.
func (r *Reader) WhoSaw(ctx context.Context, ids []kg.ID, w Window) (*Found, error) {
	files, err := r.catchUp(ctx)
	if err != nil {
		return nil, err
	}
	needles := make([][]byte, len(ids))
	for i, id := range ids {
		needles[i] = []byte(`"` + string(id) + `"`)
	}
	slices.SortFunc(files, func(a, b known) int { return -cmp.Compare(a.to, b.to) })
	best := newest{window: w}
	unlisted := 0
	for i := range files {
		f := &files[i]
		if f.to < w.Since {
			continue
		}
		for _, at := range f.wide {
			if at >= w.Since {
				unlisted++
			}
		}
		if best.full() && f.to < best.last().At || f.ended && !slices.ContainsFunc(ids, func(id kg.ID) bool { return f.names.may(maphash.String(r.seed, string(id))) }) {
			continue
		}
		if err := r.look(ctx, f, needles, &best); err != nil {
			return nil, err
		}
	}
	records, more := best.page()
	return &Found{records, more, unlisted}, nil
}

// look reads a file for records that hold one of some texts.
func (r *Reader) look(ctx context.Context, f *known, needles [][]byte, best *newest) error {
	_, _, err := eachLine(filepath.Join(r.dir, f.name), 0, func(text []byte, at int64) error {
		if at >= f.read || !slices.ContainsFunc(needles, func(n []byte) bool { return bytes.Contains(text, n) }) {
			return nil
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		if l, err := parseLine(text); err == nil && (l.record.Kind == Operation || l.record.Kind == Release) {
			best.add(l.record)
		}
		return nil
	})
	return err
}

// catchUp reads what has come since the last time, and gives a copy of what is known.
func (r *Reader) catchUp(ctx context.Context) ([]known, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	all, err := names(r.dir)
	if err != nil {
		return nil, err
	}
	for i, name := range all {
		f := r.files[name]
		if f == nil {
			f = &known{name: name}
			r.files[name] = f
		}
		if f.ended {
			continue
		}
		follows := i+1 < len(all) && sameChain(name, all[i+1]) // then nothing comes any more
		if err := r.readOn(ctx, f, follows); err != nil {
			return nil, err
		}
	}
	out := make([]known, 0, len(r.files))
	for name, f := range r.files {
		if !slices.Contains(all, name) {
			delete(r.files, name)
			continue
		}
		out = append(out, *f)
	}
	return out, nil
}

func sameChain(a, b string) bool {
	p, _, _ := parseName(a)
	q, _, _ := parseName(b)
	return p == q
}

// readOn reads what a file has got.
func (r *Reader) readOn(ctx context.Context, f *known, followed bool) error {
	path := filepath.Join(r.dir, f.name)
	lines := 0
	end, _, err := eachLine(path, f.read, func(text []byte, at int64) error {
		if lines++; lines%1024 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		when := stamp(text)
		if when == "" {
			return nil // what is no record is for Verify
		}
		if f.from == "" {
			f.from = when
		}
		f.to = max(f.to, when)
		if bytes.Contains(text, []byte(`"unlisted":"`)) {
			f.wide = append(f.wide, when)
		}
		if bytes.Contains(text, closedMark) {
			f.ended = true
		}
		if r.rare.is(text) {
			if l, err := parseLine(text); err == nil {
				r.rare.add(l.record)
			}
		}
		f.read = at + int64(len(text)) + 1
		return nil
	})
	if err != nil {
		return err
	}
	f.read = end
	if f.ended = f.ended || followed; f.ended {
		return r.index(path, f)
	}
	return nil
}

// index notes whom a file names.
func (r *Reader) index(path string, f *known) error {
	named := map[uint64]struct{}{}
	_, _, err := eachLine(path, 0, func(text []byte, _ int64) error {
		eachID(text, func(id []byte) { named[maphash.Bytes(r.seed, id)] = struct{}{} })
		return nil
	})
	if err != nil {
		return err
	}
	f.names = newFilter(len(named))
	for hash := range named {
		f.names.add(hash)
	}
	return nil
}

var closedMark = []byte(`"kind":"` + string(Closed) + `"`)

// stamp is the time of a line, "" where it has none at its place.
func stamp(text []byte) kg.Moment {
	const mark = `"at":"`
	i := bytes.Index(text, []byte(mark))
	if i < 0 {
		return ""
	}
	rest := text[i+len(mark):]
	j := bytes.IndexByte(rest, '"')
	if j < 0 {
		return ""
	}
	return kg.Moment(rest[:j])
}

// eachID calls f with every id of a person or household that stands in a line.
func eachID(text []byte, f func(id []byte)) {
	for _, prefix := range idPrefixes {
		rest := text
		for {
			i := bytes.Index(rest, prefix)
			if i < 0 {
				break
			}
			rest = rest[i+1:]
			j := bytes.IndexByte(rest, '"')
			if j < 0 {
				break
			}
			f(rest[:j])
			rest = rest[j:]
		}
	}
}

var idPrefixes = [][]byte{[]byte(`"` + kg.KindPerson.Prefix() + `_`), []byte(`"` + kg.KindHousehold.Prefix() + `_`)}

// newest keeps the records that come first in a window.
type newest struct {
	window Window
	kept   []Record // the newest first
}

func (n *newest) full() bool { return len(n.kept) > n.window.Limit }

func (n *newest) last() *Record { return &n.kept[len(n.kept)-1] }

func (n *newest) add(r Record) {
	m := r.Mark()
	if !n.window.holds(m) {
		return
	}
	i, _ := slices.BinarySearchFunc(n.kept, m, func(have Record, m Mark) int { return have.Mark().compare(m) })
	if i > n.window.Limit {
		return
	}
	n.kept = slices.Insert(n.kept, i, r)
	if len(n.kept) > n.window.Limit+1 {
		n.kept = n.kept[:n.window.Limit+1]
	}
}

func (n *newest) page() ([]Record, bool) {
	if n.full() {
		return n.kept[:n.window.Limit], true
	}
	return n.kept, false
}
