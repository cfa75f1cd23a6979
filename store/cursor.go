package store

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"

	"lintu/kg"
)

// Cursors seals positions for clients. A cursor holds names, so it is encrypted; it is bound to the question that
// it was given for (not to the parent: a nested `after` is a position for every source), and it keeps the date
// that the first page was resolved to. The same position of the same question has the same cursor.
type Cursors struct {
	aead  cipher.AEAD
	nonce []byte // key of the synthetic nonce
}

// NewCursors derives the sealing keys from the installation's key.
func NewCursors(k Key) *Cursors {
	block, err := aes.NewCipher(derive(k, "cursor"))
	if err != nil {
		panic(err) // 32 bytes are a valid AES key
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		panic(err) // AES has GCM's block size
	}
	return &Cursors{aead: aead, nonce: derive(k, "cursor nonce")}
}

func derive(k Key, purpose string) []byte {
	mac := hmac.New(sha256.New, k[:])
	mac.Write([]byte(purpose))
	return mac.Sum(nil)
}

// Question is the fingerprint of what a cursor is bound to; give it plain data only.
func Question(parts ...any) []byte {
	sum := sha256.Sum256(fmt.Appendf(nil, "%#v", parts))
	return sum[:]
}

// sealed is what a cursor holds.
type sealed struct {
	Text   *string `json:"t,omitempty"`
	Number *int64  `json:"n,omitempty"`
	ID     kg.ID   `json:"i"`
	AsOf   kg.Date `json:"d"`
}

// Seal makes the cursor of a position.
func (c *Cursors) Seal(question []byte, asOf kg.Date, p Position) string {
	s := sealed{ID: p.ID, AsOf: asOf}
	switch v := p.Value.(type) {
	case string:
		s.Text = &v
	case int64:
		s.Number = &v
	}
	plain, err := json.Marshal(s)
	if err != nil {
		panic(err) // strings and numbers
	}
	mac := hmac.New(sha256.New, c.nonce)
	mac.Write(question)
	mac.Write(plain)
	nonce := mac.Sum(nil)[:c.aead.NonceSize()]
	return base64.RawURLEncoding.EncodeToString(c.aead.Seal(nonce, nonce, plain, question))
}

// Open is the position and date of a cursor. Anything but a cursor of this question and installation is refused;
// argument (after, before) is named in the error.
func (c *Cursors) Open(argument string, question []byte, cursor string) (Position, kg.Date, error) {
	refuse := kg.Invalid(argument, "not a cursor of this question", "an endCursor, startCursor or edge cursor that the same question (same filter, order and relation) gave")
	// Decoding skips line ends; a cursor has none, so that a position has one cursor only.
	raw, err := base64.RawURLEncoding.Strict().DecodeString(cursor)
	if err != nil || strings.ContainsAny(cursor, "\r\n") || len(raw) < c.aead.NonceSize() {
		return Position{}, 0, refuse
	}
	plain, err := c.aead.Open(nil, raw[:c.aead.NonceSize()], raw[c.aead.NonceSize():], question)
	if err != nil {
		return Position{}, 0, refuse
	}
	var s sealed
	if err := json.Unmarshal(plain, &s); err != nil {
		return Position{}, 0, refuse
	}
	p := Position{ID: s.ID}
	switch {
	case s.Text != nil:
		p.Value = *s.Text
	case s.Number != nil:
		p.Value = *s.Number
	}
	return p, s.AsOf, nil
}
