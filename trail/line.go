package trail

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"strings"
)

// hash is the hash of a line.
type hash [sha256.Size]byte

func (h hash) String() string { return hex.EncodeToString(h[:]) }

func parseHash(s string) (h hash, ok bool) {
	n, err := hex.Decode(h[:], []byte(s[:min(len(s), 2*len(h))]))
	return h, err == nil && n == len(h) && len(s) == 2*len(h)
}

// What stands around the two hashes of a line.
const (
	lineBegin = `{"prev":"`
	lineMid   = `",`
	hashBegin = `,"hash":"`
	lineEnd   = `"}`
	hexLength = 2 * sha256.Size
	tailSize  = len(hashBegin) + hexLength + len(lineEnd)
	minLine   = len(lineBegin) + hexLength + len(lineMid) + tailSize
)

// appendLine adds a record as a line, with its newline, and gives the line's hash. The record's own text is made in room that
// is used again and again.
func appendLine(b []byte, room *bytes.Buffer, prev hash, r *Record) ([]byte, hash, error) {
	room.Reset()
	if err := json.NewEncoder(room).Encode(r); err != nil {
		return b, hash{}, err
	}
	text := bytes.TrimSuffix(room.Bytes(), []byte("\n"))
	start := len(b)
	b = hex.AppendEncode(append(b, lineBegin...), prev[:])
	b = append(append(b, lineMid...), text[1:len(text)-1]...)
	own := hash(sha256.Sum256(b[start:]))
	b = hex.AppendEncode(append(b, hashBegin...), own[:])
	return append(append(b, lineEnd...), '\n'), own, nil
}

// line is what a line says of the chain.
type line struct {
	prev, own hash
	record    Record
}

// errLine is a line that is none: damaged, or written by something else.
var errLine = errors.New("not a line of the trail, or its hash does not fit")

// hashesOf are the hashes that stand in a line without its newline; the own one fits.
func hashesOf(text []byte) (prev, own hash, err error) {
	if len(text) < minLine || !bytes.HasPrefix(text, []byte(lineBegin)) || !bytes.HasSuffix(text, []byte(lineEnd)) {
		return prev, own, errLine
	}
	body, tail := text[:len(text)-tailSize], string(text[len(text)-tailSize:])
	prev, ok := parseHash(string(text[len(lineBegin) : len(lineBegin)+hexLength]))
	stated, fits := parseHash(strings.TrimSuffix(strings.TrimPrefix(tail, hashBegin), lineEnd))
	own = sha256.Sum256(body)
	if !ok || !fits || stated != own {
		return prev, own, errLine
	}
	return prev, own, nil
}

// parseLine reads a line without its newline.
func parseLine(text []byte) (l line, err error) {
	if l.prev, l.own, err = hashesOf(text); err != nil {
		return l, err
	}
	if err := json.Unmarshal(text, &l.record); err != nil || l.record.Sequence < 1 || l.record.Process == "" {
		return l, errLine
	}
	return l, nil
}
