package invite

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base32"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"strings"
	"time"

	"lintu/kg"
	"lintu/store"
)

// Path begins the address of every link; what follows is its token.
const Path = "/r/"

// Life is how long a link lives after its alert was made.
const Life = 24 * time.Hour

// A token is a version, the second at which it ends, the ring and the alert, and the first half of an HMAC-SHA256 of these.
const (
	version  = 1
	idBytes  = 15
	macBytes = 16
	rawBytes = 1 + 4 + 2*idBytes + macBytes
)

// Links makes and reads the tokens of an installation.
type Links struct {
	base string
	key  []byte
}

// Ticket is what a token opens.
type Ticket struct {
	Ring, Alert kg.ID
	Until       time.Time
}

// NewLinks makes links that begin with a base such as https://lintu.example.cn.
func NewLinks(key store.Key, base string) *Links {
	mac := hmac.New(sha256.New, key[:])
	mac.Write([]byte("link of an alert"))
	return &Links{base: strings.TrimSuffix(base, "/"), key: mac.Sum(nil)}
}

// Address is the link of an alert of a ring. An alert has one link, however often it is written down.
func (l *Links) Address(ring *kg.Ring, alert *kg.Alert) string {
	return l.base + Path + l.Token(Ticket{ring.ID, alert.ID, alert.CalledAt.Time().Add(Life)})
}

// Token is the token of a ticket.
func (l *Links) Token(t Ticket) string {
	raw := binary.BigEndian.AppendUint32([]byte{version}, uint32(t.Until.Unix()))
	for _, id := range []kg.ID{t.Ring, t.Alert} {
		raw = append(raw, idRaw(id)...)
	}
	return base64.RawURLEncoding.EncodeToString(append(raw, l.sign("token", raw)...))
}

// Open is what a token opens: kg.ErrNotFound for one that was not made here, kg.ErrForbidden for one that has ended.
func (l *Links) Open(token string, now time.Time) (Ticket, error) {
	raw, err := base64.RawURLEncoding.Strict().DecodeString(token)
	if err != nil || len(raw) != rawBytes || raw[0] != version || strings.ContainsAny(token, "\r\n") {
		return Ticket{}, fmt.Errorf("the link: %w", kg.ErrNotFound)
	}
	said, mac := raw[:rawBytes-macBytes], raw[rawBytes-macBytes:]
	if !hmac.Equal(mac, l.sign("token", said)) {
		return Ticket{}, fmt.Errorf("the link: %w", kg.ErrNotFound)
	}
	t := Ticket{Until: time.Unix(int64(binary.BigEndian.Uint32(said[1:])), 0)}
	t.Ring, t.Alert = idOf(kg.KindRing, said[5:5+idBytes]), idOf(kg.KindAlert, said[5+idBytes:])
	if !now.Before(t.Until) {
		return Ticket{}, fmt.Errorf("the link has ended: %w", kg.ErrForbidden)
	}
	return t, nil
}

// proof is what the form of a page carries: nobody makes it who has not been shown the page in that state.
func (l *Links) proof(t Ticket, state kg.AlertState) string {
	return base64.RawURLEncoding.EncodeToString(l.sign("form", []byte(l.Token(t)+" "+string(state))))
}

// proves says whether a form was made for a state; the comparison takes the same time whatever the form holds.
func (l *Links) proves(form string, t Ticket, state kg.AlertState) bool {
	return hmac.Equal([]byte(form), []byte(l.proof(t, state)))
}

func (l *Links) sign(purpose string, b []byte) []byte {
	mac := hmac.New(sha256.New, l.key)
	mac.Write([]byte(purpose))
	mac.Write([]byte{0})
	mac.Write(b)
	return mac.Sum(nil)[:macBytes]
}

var idCoding = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// idRaw are the 120 bits of an id, without its kind.
func idRaw(id kg.ID) []byte {
	_, token, _ := strings.Cut(string(id), "_")
	b, err := idCoding.DecodeString(token)
	if err != nil || len(b) != idBytes {
		panic(fmt.Sprintf("invite: %q is no id", id)) // ids of records are made by the doorbell
	}
	return b
}

func idOf(k kg.Kind, raw []byte) kg.ID {
	return kg.ID(k.Prefix() + "_" + idCoding.EncodeToString(raw[:idBytes]))
}
