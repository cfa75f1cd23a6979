package who

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"

	"lintu/kg"
	"lintu/trust"
)

// maxCredential bounds a credential in bytes. Tokens of issuers with many roles have a few thousand.
const maxCredential = 16 << 10

// Options say who is let in. Without a token, keys and an issuer everybody is the operator; see Desk.Open.
type Options struct {
	Token  string  // of the operator; empty: none
	Keys   *Keys   // nil: none
	Issuer *Issuer // nil: none
	Now    func() time.Time
	Logger *slog.Logger
}

// Desk lets viewers in. It is safe for concurrent use.
type Desk struct {
	o     Options
	guard *guard
}

// New is a desk.
func New(o Options) *Desk {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	return &Desk{o, newGuard()}
}

// Open says that nobody is asked who they are: the operator is whoever reaches the server.
func (d *Desk) Open() bool { return d.o.Token == "" && d.o.Keys == nil && d.o.Issuer == nil }

// errRefused is the answer to every credential that opens nothing.
var errRefused = fmt.Errorf("the credential opens nothing: %w", kg.ErrUnauthenticated)

// refusal is why a credential is refused, for the log alone.
type refusal struct {
	reason string
	key    string // the public id of a key
}

func (r *refusal) Error() string { return r.reason }

// Admit is the viewer who shows a credential, coming from an address. The error is kg.ErrUnauthenticated, always with the
// same text, for a credential that opens nothing; kg.ErrForbidden for one that gives no role; kg.ErrUnavailable where the
// issuer would have to be asked and cannot be; and *TooMany where too many that open nothing came from the address, and
// this one has not been shown before.
func (d *Desk) Admit(ctx context.Context, address, credential string) (trust.Viewer, error) {
	now, sum := d.o.Now(), sha256.Sum256([]byte(credential))
	if wait := d.guard.wait(address, now); wait > 0 && !d.guard.knows(sum, now) {
		return trust.Viewer{}, &TooMany{wait}
	}
	v, err := d.judge(ctx, credential, now)
	var refused *refusal
	switch {
	case err == nil:
		d.guard.remember(sum, now)
		return v, nil
	case !errors.As(err, &refused):
		return trust.Viewer{}, err
	}
	d.guard.failed(address, now)
	d.o.Logger.InfoContext(ctx, "a credential was refused", "reason", refused.reason, "key", refused.key, "remote", address)
	return trust.Viewer{}, errRefused
}

// judge tells the kinds of credentials apart by their form.
func (d *Desk) judge(ctx context.Context, credential string, now time.Time) (trust.Viewer, error) {
	switch {
	case credential == "" || len(credential) > maxCredential:
		return trust.Viewer{}, &refusal{reason: "it is empty or too long"}
	case d.o.Token != "" && same(credential, d.o.Token):
		return trust.TheOperator(), nil
	case d.o.Keys != nil && strings.HasPrefix(credential, keyPrefix):
		return d.byKey(credential, now)
	case d.o.Issuer != nil && strings.Count(credential, ".") == 2:
		return d.o.Issuer.viewer(ctx, credential, now)
	}
	return trust.Viewer{}, &refusal{reason: "it is neither the token nor of the form of what is set"}
}

// same compares in a time that does not depend on the texts, nor on the length of the one that is kept.
func same(given, kept string) bool {
	want, got := sha256.Sum256([]byte(kept)), sha256.Sum256([]byte(given))
	return subtle.ConstantTimeCompare(want[:], got[:]) == 1
}

// nobody is compared with where there is no key, so that the time does not tell.
var nobody = Key{SHA256: hashOf("")}

func (d *Desk) byKey(credential string, now time.Time) (trust.Viewer, error) {
	id, secret, ok := splitKey(credential)
	if !ok {
		return trust.Viewer{}, &refusal{reason: "it begins like a key and is none"}
	}
	k := d.o.Keys.find(id)
	if k == nil {
		nobody.shows(secret)
		return trust.Viewer{}, &refusal{reason: "there is no such key"}
	}
	if !k.shows(secret) {
		return trust.Viewer{}, &refusal{reason: "the secret is not the key's", key: k.ID}
	}
	if state := k.State(now); state != "good" {
		return trust.Viewer{}, &refusal{reason: "the key is " + state, key: k.ID}
	}
	return k.viewer(), nil
}

// ErrOver is why the context of a viewer ended: the credential expired, was revoked, or means something else now.
var ErrOver = fmt.Errorf("the credential has ended: %w", kg.ErrUnauthenticated)

// Hold is a context that ends when the viewer is no longer who they were when they were let in, with the cause ErrOver; with
// its parent at the latest. It is for what lasts: sockets and streams.
func (d *Desk) Hold(ctx context.Context, v trust.Viewer) context.Context {
	id, byKey := strings.CutPrefix(v.Name, "key:")
	byKey = byKey && d.o.Keys != nil
	if v.Until.IsZero() && !byKey {
		return ctx
	}
	held, end := context.WithCancelCause(ctx)
	go func() {
		defer end(ErrOver)
		var over <-chan time.Time
		if !v.Until.IsZero() {
			t := time.NewTimer(v.Until.Sub(d.o.Now()))
			defer t.Stop()
			over = t.C
		}
		for {
			var changed <-chan struct{}
			if byKey {
				ring := d.o.Keys.ring.Load()
				if k := ring.keys[id]; k == nil || k.State(d.o.Now()) != "good" || !sameViewer(k.viewer(), v) {
					return
				}
				changed = ring.next
			}
			select {
			case <-changed:
			case <-over:
				return
			case <-ctx.Done():
				return
			}
		}
	}()
	return held
}

// sameViewer says whether two viewers may the same, whatever they state as their purpose.
func sameViewer(a, b trust.Viewer) bool {
	return a.Name == b.Name && slices.Equal(a.Roles, b.Roles) && a.Scope.All == b.Scope.All && slices.Equal(a.Scope.Areas, b.Scope.Areas) &&
		a.Person == b.Person && a.Until.Equal(b.Until)
}
