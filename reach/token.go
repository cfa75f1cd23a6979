package reach

import (
	"bytes"
	"hash/maphash"
	"strings"

	"lintu/kg"
)

// token is what of an id follows the kind: 24 letters or digits are 120 bits. Tokens compare as ids do.
type token [15]byte

// The letters of ids in the order of their bytes, so that tokens are in the order of ids.
const tokenLetters = "234567abcdefghijklmnopqrstuvwxyz"

var tokenValues = func() (values [256]uint8) {
	for i := range values {
		values[i] = 0xff
	}
	for i := range len(tokenLetters) {
		values[tokenLetters[i]] = uint8(i)
	}
	return values
}()

// parseID takes an id of a kind that a snapshot keeps apart; false for any other text.
func parseID(id kg.ID) (k kindNum, t token, ok bool) {
	k = kindNums[id.Kind()]
	text := string(id[strings.IndexByte(string(id), '_')+1:])
	if k == noKind || len(text) != 24 {
		return noKind, t, false
	}
	for part := range 3 { // 8 letters are 5 bytes
		var bits uint64
		for i := range 8 {
			v := tokenValues[text[8*part+i]]
			if v == 0xff {
				return noKind, t, false
			}
			bits = bits<<5 | uint64(v)
		}
		for i := range 5 {
			t[5*part+i] = byte(bits >> (8 * (4 - i)))
		}
	}
	return k, t, true
}

// id is the id of a kind with the token.
func (t *token) id(k kindNum) kg.ID {
	prefix := prefixes[k]
	b := make([]byte, len(prefix), len(prefix)+24)
	copy(b, prefix)
	for part := range 3 {
		var bits uint64
		for i := range 5 {
			bits = bits<<8 | uint64(t[5*part+i])
		}
		for i := range 8 {
			b = append(b, tokenLetters[bits>>(5*(7-i))&31])
		}
	}
	return kg.ID(b)
}

func compareTokens(a, b *token) int { return bytes.Compare(a[:], b[:]) }

// prefixes are how the ids of kinds begin.
var prefixes = func() (all [kindCount]string) {
	for k := divisions; k < kindCount; k++ {
		all[k] = kinds[k].Prefix() + "_"
	}
	return all
}()

var hashSeed = maphash.MakeSeed()

func (t *token) hash(k kindNum) uint64 {
	return maphash.Bytes(hashSeed, t[:]) + uint64(k)*0x9E3779B97F4A7C15
}
