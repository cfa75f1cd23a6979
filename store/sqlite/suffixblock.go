package sqlite

import (
	"cmp"
	"database/sql/driver"
	"encoding/binary"
	"errors"
	"math"
	"slices"
	"strconv"
	"strings"

	driversqlite "modernc.org/sqlite"
)

// A block is a piece of a run: texts in order, each with the numbers of the terms that have it as a suffix. Of a text
// only what differs from the one before it is written, and of a number only the distance from the one before, so that
// a suffix takes some three bytes where a row would take thirty.
//
//	for each text: bytes shared with the text before, length of the rest, the rest, how many terms, the first term,
//	the distances of the others
//
// Numbers are unsigned varints. A text with very many terms goes on in the next block.

// blockSize is the number of bytes at which a block is full; with its row it fills a page of the file.
const blockSize = 3900

// posting is a suffix of a term.
type posting struct {
	head uint64 // the first eight bytes of the text, which decide most comparisons
	text string
	term int64
}

func newPosting(text string, term int64) posting {
	var head [8]byte
	copy(head[:], text)
	return posting{binary.BigEndian.Uint64(head[:]), text, term}
}

// sortPostings puts postings in the order of blocks and drops what is there twice.
func sortPostings(postings []posting) []posting {
	slices.SortFunc(postings, func(a, b posting) int {
		if a.head != b.head {
			return cmp.Compare(a.head, b.head)
		}
		if c := strings.Compare(a.text, b.text); c != 0 {
			return c
		}
		return cmp.Compare(a.term, b.term)
	})
	return slices.Compact(postings)
}

// block is a finished block.
type block struct {
	last string
	data []byte
}

// packer packs texts that come in order into blocks.
type packer struct {
	full     func(block) error
	data     []byte
	last     string
	empty    bool
	postings int
}

func newPacker(full func(block) error) *packer { return &packer{full: full, empty: true} }

// add packs a text with its terms, which are in order and distinct.
func (p *packer) add(text string, terms []int64) error {
	for len(terms) > 0 {
		if len(p.data) >= blockSize {
			if err := p.flush(); err != nil {
				return err
			}
		}
		n := p.fitting(text, terms)
		p.join(text, terms[:n])
		terms = terms[n:]
	}
	return nil
}

// join packs a text with its terms into the block, however full it is.
func (p *packer) join(text string, terms []int64) {
	if len(terms) == 0 {
		return
	}
	shared := 0
	if !p.empty {
		shared = commonPrefix(p.last, text)
	}
	p.data = binary.AppendUvarint(p.data, uint64(shared))
	p.data = binary.AppendUvarint(p.data, uint64(len(text)-shared))
	p.data = append(p.data, text[shared:]...)
	p.data = binary.AppendUvarint(p.data, uint64(len(terms)))
	before := int64(0)
	for _, term := range terms {
		p.data = binary.AppendUvarint(p.data, uint64(term-before))
		before = term
	}
	p.last, p.empty, p.postings = text, false, p.postings+len(terms)
}

// fitting is how many of the terms still go into the block; one at least.
func (p *packer) fitting(text string, terms []int64) int {
	room := blockSize - len(p.data) - len(text)
	before := int64(0)
	for i, term := range terms {
		if room -= varintLen(uint64(term - before)); room < 0 && i > 0 {
			return i
		}
		before = term
	}
	return len(terms)
}

func varintLen(v uint64) int {
	n := 1
	for ; v >= 0x80; v >>= 7 {
		n++
	}
	return n
}

func (p *packer) flush() error {
	if p.empty {
		return nil
	}
	b := block{p.last, p.data}
	p.data, p.last, p.empty = make([]byte, 0, blockSize+64), "", true
	return p.full(b)
}

func commonPrefix(a, b string) int {
	n := min(len(a), len(b))
	for i := range n {
		if a[i] != b[i] {
			return i
		}
	}
	return n
}

var errDamagedBlock = errors.New("a block of suffixes is damaged")

// unpacker reads a block, text by text.
type unpacker struct {
	data []byte
	text []byte
	left int // terms of the text that were not read
}

func (u *unpacker) number() (uint64, error) {
	v, n := binary.Uvarint(u.data)
	if n <= 0 {
		return 0, errDamagedBlock
	}
	u.data = u.data[n:]
	return v, nil
}

// next goes on to the next text, whose terms come from terms or skip; not ok at the end.
func (u *unpacker) next() (ok bool, err error) {
	if len(u.data) == 0 {
		return false, nil
	}
	var numbers [2]uint64
	for i := range numbers {
		if numbers[i], err = u.number(); err != nil {
			return false, err
		}
	}
	shared, rest := numbers[0], numbers[1]
	if shared > uint64(len(u.text)) || rest > uint64(len(u.data)) {
		return false, errDamagedBlock
	}
	u.text = append(u.text[:shared], u.data[:rest]...)
	u.data = u.data[rest:]
	count, err := u.number()
	if err != nil || count > uint64(len(u.data)) {
		return false, errDamagedBlock
	}
	u.left = int(count)
	return true, nil
}

// terms appends the terms of the text.
func (u *unpacker) terms(to []int64) ([]int64, error) {
	before := uint64(0)
	for ; u.left > 0; u.left-- {
		v, err := u.number()
		if err != nil || v > math.MaxInt64-before {
			return to, errDamagedBlock
		}
		before += v
		to = append(to, int64(before))
	}
	return to, nil
}

// skip passes over the terms of the text.
func (u *unpacker) skip() error {
	for i, b := range u.data {
		if u.left == 0 {
			u.data = u.data[i:]
			return nil
		}
		if b < 0x80 {
			u.left--
		}
	}
	u.data = nil
	if u.left > 0 {
		return errDamagedBlock
	}
	return nil
}

// termsUnder are the terms of those texts of a block that begin with a key, as a list for json_each.
func termsUnder(data []byte, key string) (string, error) {
	u := unpacker{data: data}
	out := []byte{'['}
	var terms []int64
	for {
		ok, err := u.next()
		if err != nil {
			return "", err
		}
		if !ok || string(u.text[:min(len(u.text), len(key))]) > key {
			break
		}
		if !strings.HasPrefix(string(u.text), key) {
			if err := u.skip(); err != nil {
				return "", err
			}
			continue
		}
		if terms, err = u.terms(terms[:0]); err != nil {
			return "", err
		}
		for _, t := range terms {
			out = append(strconv.AppendInt(out, t, 10), ',')
		}
	}
	if len(out) > 1 {
		out = out[:len(out)-1]
	}
	return string(append(out, ']')), nil
}

// suffix_terms(data, key) is termsUnder in SQL.
func init() {
	driversqlite.MustRegisterDeterministicScalarFunction("suffix_terms", 2, func(_ *driversqlite.FunctionContext, args []driver.Value) (driver.Value, error) {
		data, isData := args[0].([]byte)
		key, isKey := args[1].(string)
		if !isData || !isKey {
			return nil, errors.New("suffix_terms takes a block and a text")
		}
		return termsUnder(data, key)
	})
}
