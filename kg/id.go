package kg

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"fmt"
	"hash"
	"io"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
)

// ID names a node or a tie for ever. It is opaque to clients: the kind's prefix, an underscore and 24 letters
// or digits (120 bits), for example person_k3v9.... A tie's prefix is "tie".
type ID string

const (
	tokenLen  = 24
	tiePrefix = "tie"
)

var idCoding = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// NewID is a random id for something created here.
func NewID(k Kind) ID { return ID(k.Prefix() + "_" + randomToken()) }

// NewTieID is a random id for a tie created here.
func NewTieID() ID { return ID(tiePrefix + "_" + randomToken()) }

// DeriveID is the id of an imported thing: an HMAC-SHA256 of its natural key under the installation's key, so
// that the same thing gets the same id in every import and the id says nothing about the thing.
func DeriveID(key []byte, k Kind, natural ...string) ID {
	return ID(k.Prefix() + "_" + deriveToken(key, string(k), natural))
}

// DeriveTieID is the id of an imported tie, from its key.
func DeriveTieID(key []byte, t *Tie) ID { return TieIDOfKey(key, t.Key()) }

// TieIDOfKey is the id of an imported tie with the natural key.
func TieIDOfKey(key []byte, natural string) ID {
	return ID(tiePrefix + "_" + deriveToken(key, tiePrefix, []string{natural}))
}

// Beside is an id with the first third of another's: what is made and read together stands together in the indexes of
// engines, which write a page of an index for each place where ids are new. The rest, 80 bits, is that of the id.
func Beside(near, id ID) ID {
	prefix, token, _ := strings.Cut(string(id), "_")
	_, first, ok := strings.Cut(string(near), "_")
	if !ok || len(first) != tokenLen || len(token) != tokenLen {
		return id
	}
	return ID(prefix + "_" + first[:tokenLen/3] + token[:tokenLen-tokenLen/3])
}

func randomToken() string {
	var b [15]byte
	if _, err := rand.Read(b[:]); err != nil {
		panic(err) // crypto/rand does not fail on a supported system
	}
	return idCoding.EncodeToString(b[:])
}

// macPool holds hashes under a key, used again: to make one takes more than half the time of an id.
type macPool struct {
	sync.Pool
	key string
}

var lastMacs atomic.Pointer[macPool] // of the key that was used last: a process has one

func macsOf(key []byte) *macPool {
	k := lastMacs.Load()
	if k == nil || k.key != string(key) {
		k = &macPool{key: string(key)}
		k.New = func() any { return hmac.New(sha256.New, []byte(k.key)) }
		lastMacs.Store(k)
	}
	return k
}

func deriveToken(key []byte, domain string, parts []string) string {
	macs := macsOf(key)
	mac := macs.Get().(hash.Hash) //nolint:forcetypeassert,errcheck // nothing else is put there
	defer macs.Put(mac)
	mac.Reset()
	text := make([]byte, 0, 128)
	part := func(p string) {
		text = strconv.AppendInt(text, int64(len(p)), 10)
		text = append(append(text, ':'), p...)
	}
	part(domain)
	for _, p := range parts {
		part(p)
	}
	_, _ = mac.Write(text) // never fails
	return idCoding.EncodeToString(mac.Sum(text[:0])[:15])
}

// ParseID checks the form of an id, not whether it exists; argument is named in the error.
func ParseID(argument, s string) (ID, error) {
	prefix, token, ok := strings.Cut(s, "_")
	if !ok || len(token) != tokenLen || (prefix != tiePrefix && kindByPrefix[prefix] == "") || !validToken(token) {
		return "", Invalid(argument, fmt.Sprintf("%q is not an id", clip(s)), "an id as answers give it, such as person_ and 24 letters or digits")
	}
	return ID(s), nil
}

func validToken(token string) bool {
	for i := range len(token) {
		if c := token[i]; (c < 'a' || c > 'z') && (c < '2' || c > '7') {
			return false
		}
	}
	return true
}

// Kind is the kind that the id's prefix names; "" for a tie's id or a malformed one.
func (id ID) Kind() Kind {
	prefix, _, _ := strings.Cut(string(id), "_")
	return kindByPrefix[prefix]
}

// KindsOf are the kinds of ids, each once, in the order in which they come.
func KindsOf(ids []ID) []Kind {
	var kinds []Kind
	for _, id := range ids {
		if k := id.Kind(); !slices.Contains(kinds, k) {
			kinds = append(kinds, k)
		}
	}
	return kinds
}

// MarshalGQL writes the GraphQL scalar ID.
func (id ID) MarshalGQL(w io.Writer) { _, _ = io.WriteString(w, strconv.Quote(string(id))) }

// UnmarshalGQL reads the GraphQL scalar ID; its form is checked by ParseID where the argument's name is known.
func (id *ID) UnmarshalGQL(v any) error {
	switch v := v.(type) {
	case string:
		*id = ID(v)
	case fmt.Stringer: // json.Number: an id written without quotes
		*id = ID(v.String())
	default:
		*id = ID(fmt.Sprint(v))
	}
	return nil
}
