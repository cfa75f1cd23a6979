package who

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base32"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"lintu/kg"
	"lintu/store"
	"lintu/trust"
)

// A key is written lintu_KEYID_SECRET, both in small base32: lintu_[a-z2-7]{10}_[a-z2-7]{52} is what scanners of secrets
// may look for. The id is public, and names the key in the file, in logs and in the audit.
const (
	keyPrefix   = "lintu_"
	idBytes     = 6
	secretBytes = 32
)

var coding = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

var (
	idLen     = coding.EncodedLen(idBytes)
	secretLen = coding.EncodedLen(secretBytes)
)

// MaxLabel is the longest label in characters.
const MaxLabel = 60

// Key is an API key as the file holds it: all of it but the secret.
type Key struct {
	ID string `json:"id"`
	// SHA256 is of the secret's text, in hexadecimal. What is drawn of 256 bits needs no slow hash.
	SHA256   string       `json:"sha256"`
	Label    string       `json:"label,omitempty"`
	Roles    []trust.Role `json:"roles"`
	Areas    []kg.ID      `json:"areas,omitempty"`
	AllAreas bool         `json:"allAreas,omitempty"`
	Person   kg.ID        `json:"person,omitempty"`
	Made     time.Time    `json:"made"`
	Expires  time.Time    `json:"expires,omitzero"`
	Revoked  time.Time    `json:"revoked,omitzero"`
}

// NewKey gives a key an id and a secret, and gives the text of the key, which is kept nowhere.
func NewKey(k Key) (Key, string) {
	var id [idBytes]byte
	var secret [secretBytes]byte
	_, _ = rand.Read(id[:]) // never fails: the program ends where the system has no random numbers
	_, _ = rand.Read(secret[:])
	k.ID = coding.EncodeToString(id[:])
	text := coding.EncodeToString(secret[:])
	k.SHA256 = hashOf(text)
	return k, keyPrefix + k.ID + "_" + text
}

func hashOf(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}

// splitKey is what a credential says of itself; false where it does not have a key's form.
func splitKey(credential string) (id, secret string, ok bool) {
	rest, ok := strings.CutPrefix(credential, keyPrefix)
	if !ok {
		return "", "", false
	}
	id, secret, ok = strings.Cut(rest, "_")
	return id, secret, ok && inCoding(id, idLen) && inCoding(secret, secretLen)
}

func inCoding(s string, length int) bool {
	return len(s) == length && !strings.ContainsFunc(s, func(r rune) bool { return (r < 'a' || r > 'z') && (r < '2' || r > '7') })
}

// shows says whether the secret is the key's. It takes the same time whatever the secret is.
func (k *Key) shows(secret string) bool {
	return subtle.ConstantTimeCompare([]byte(hashOf(secret)), []byte(k.SHA256)) == 1
}

// State is whether a key opens anything at a moment: "good", "revoked" or "expired".
func (k *Key) State(now time.Time) string {
	switch {
	case !k.Revoked.IsZero():
		return "revoked"
	case !k.Expires.IsZero() && !now.Before(k.Expires):
		return "expired"
	}
	return "good"
}

// viewer is who shows the key.
func (k *Key) viewer() trust.Viewer {
	return trust.Viewer{
		Name: "key:" + k.ID, Roles: slices.Clone(k.Roles), Scope: store.Scope{All: k.AllAreas, Areas: slices.Clone(k.Areas)},
		Person: k.Person, Until: k.Expires,
	}
}

// Check refuses a key that would not do what it seems to, naming the argument.
func (k *Key) Check() error {
	if len(k.Roles) == 0 {
		return kg.Invalid("role", "a key without a role may nothing", "at least one")
	}
	var rights trust.Right
	for _, r := range k.Roles {
		if _, err := trust.ParseRole("role", string(r)); err != nil {
			return err
		}
		rights |= r.Def().Rights
	}
	for _, id := range k.Areas {
		if err := checkArea(id); err != nil {
			return err
		}
	}
	switch {
	case k.AllAreas && len(k.Areas) > 0:
		return kg.Invalid("all-areas", "some areas are named as well", "one of the two")
	case rights&trust.Areas != 0 && !k.AllAreas && len(k.Areas) == 0:
		return kg.Invalid("area", "the role sees what is in the areas served, and none is named", "ids of areas, or all areas by name")
	case k.Person != "" && k.Person.Kind() != kg.KindPerson:
		return kg.Invalid("person", fmt.Sprintf("%q is not the id of a person", k.Person), "person_ and 24 letters or digits")
	case rights&trust.Alerts != 0 && k.Person == "":
		return kg.Invalid("person", "the role is about a person's own alerts, and nobody is named", "the id of a person")
	}
	return CheckLabel(k.Label)
}

// CheckLabel refuses labels that would spoil a table or a log.
func CheckLabel(label string) error {
	if n := utf8.RuneCountInString(label); n > MaxLabel || !utf8.ValidString(label) || strings.ContainsFunc(label, unicode.IsControl) {
		return kg.Invalid("label", "is too long, or holds control characters", fmt.Sprintf("at most %d characters of one line", MaxLabel))
	}
	return nil
}

// checkArea refuses an id that is not of something that can be an area.
func checkArea(id kg.ID) error {
	if _, err := kg.ParseID("area", string(id)); err != nil {
		return err
	}
	if !kg.AreaRules[id.Kind()].Self {
		return kg.Invalid("area", fmt.Sprintf("%s is not an area", id), "the id of a division, grid, compound, building, entrance or household")
	}
	return nil
}
