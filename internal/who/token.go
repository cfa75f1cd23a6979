package who

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/go-jose/go-jose/v4"

	"lintu/kg"
	"lintu/store"
	"lintu/trust"
)

// leeway is by how much the clocks of issuer and server may differ.
const leeway = 30 * time.Second

// judgement is what was found out of a token at a moment.
type judgement struct {
	viewer trust.Viewer
	from   time.Time // before which the token does not hold
	at     time.Time
}

// errNoRole is the answer to a good token that gives none of our roles.
var errNoRole = fmt.Errorf("the token gives no role: %w", kg.ErrForbidden)

// viewer is who shows a token. The error is a *refusal, kg.ErrUnavailable or kg.ErrForbidden.
func (i *Issuer) viewer(ctx context.Context, token string, now time.Time) (trust.Viewer, error) {
	sum := sha256.Sum256([]byte(token))
	j, ok := i.judged.Get(sum)
	if !ok || now.Sub(j.at) >= judgedFor || now.Before(j.at) {
		var err error
		if j, err = i.judge(ctx, token); err != nil {
			return trust.Viewer{}, err
		}
		j.at = now
		j.viewer.Roles, j.viewer.Scope.Areas = slices.Clip(j.viewer.Roles), slices.Clip(j.viewer.Scope.Areas) // requests share them
		i.judged.Add(sum, j)
	}
	switch {
	case !now.Before(j.viewer.Until):
		return trust.Viewer{}, &refusal{reason: "the token has expired"}
	case now.Before(j.from):
		return trust.Viewer{}, &refusal{reason: "the token does not hold yet"}
	case len(j.viewer.Roles) == 0:
		return trust.Viewer{}, errNoRole
	}
	return j.viewer, nil
}

// judge finds out what a token says, and whether it is the issuer who says it, for us.
func (i *Issuer) judge(ctx context.Context, token string) (judgement, error) {
	payload, err := i.signed(ctx, token)
	if err != nil {
		return judgement{}, err
	}
	// Times are judged by viewer, with a leeway that is the same for both.
	verifier := oidc.NewVerifier(i.o.URL, payload, &oidc.Config{ClientID: i.o.Audience, SupportedSigningAlgs: i.o.Algorithms, SkipExpiryCheck: true})
	idToken, err := verifier.Verify(ctx, token)
	if err != nil {
		return judgement{}, &refusal{reason: "the token is not of the issuer, or not for the audience, that are set"}
	}
	var claims map[string]any
	if err := json.Unmarshal(payload, &claims); err != nil {
		return judgement{}, &refusal{reason: "the token's claims are no object"}
	}
	expires, ok := moment(claims["exp"])
	if !ok || idToken.Subject == "" {
		return judgement{}, &refusal{reason: "the token has no end or no subject"}
	}
	j := judgement{viewer: i.reads(ctx, idToken.Subject, claims)}
	j.viewer.Until = expires.Add(leeway)
	if from, ok := moment(claims["nbf"]); ok {
		j.from = from.Add(-leeway)
	} else if claims["nbf"] != nil {
		return judgement{}, &refusal{reason: "the token's beginning is no time"}
	}
	return j, nil
}

// verified is the payload of a token whose signature has been found good.
type verified []byte

// VerifySignature implements oidc.KeySet.
func (v verified) VerifySignature(context.Context, string) ([]byte, error) { return v, nil }

// signed is the payload of a token that one of the issuer's keys has signed, by an algorithm that is set.
func (i *Issuer) signed(ctx context.Context, token string) (verified, error) {
	parsed, err := jose.ParseSignedCompact(token, i.algorithms)
	if err != nil || len(parsed.Signatures) != 1 {
		return nil, &refusal{reason: "it is no token, or signed by an algorithm that is not set"}
	}
	header := parsed.Signatures[0].Header
	keys, err := i.keysOf(ctx, header.KeyID)
	if err != nil {
		return nil, err
	}
	payload := verify(parsed, keys)
	if payload == nil && header.KeyID == "" { // it could be by a new key all the same
		if err := i.askAgain(ctx); err != nil {
			return nil, err
		}
		payload = verify(parsed, i.known(""))
	}
	if payload == nil {
		return nil, &refusal{reason: "the token's signature is by no key of the issuer"}
	}
	return payload, nil
}

// verify is the payload of what one of some keys has signed; nil where none has.
func verify(signed *jose.JSONWebSignature, keys []jose.JSONWebKey) verified {
	for _, k := range keys {
		if k.Algorithm != "" && k.Algorithm != signed.Signatures[0].Header.Algorithm {
			continue
		}
		if payload, err := signed.Verify(k.Key); err == nil {
			return payload
		}
	}
	return nil
}

// reads is the viewer that the claims of a subject make, without an end.
func (i *Issuer) reads(ctx context.Context, subject string, claims map[string]any) trust.Viewer {
	v := trust.Viewer{Name: "oidc:" + pseudonym(subject) + "@" + i.o.URL}
	for _, name := range texts(claim(claims, i.o.Roles)) {
		ours, ok := strings.CutPrefix(name, i.o.RolePrefix)
		if role, err := trust.ParseRole("role", ours); ok && err == nil && !slices.Contains(v.Roles, role) {
			v.Roles = append(v.Roles, role)
		}
	}
	v.Scope = i.readScope(ctx, v.Name, texts(claim(claims, i.o.Areas)))
	if person, _ := claim(claims, i.o.Person).(string); person != "" {
		id, err := kg.ParseID("person", person)
		if err == nil && id.Kind() == kg.KindPerson {
			v.Person = id
		} else {
			i.o.Logger.WarnContext(ctx, "a token names a person by what is not the id of one; it counts as none", "viewer", v.Name, "claim", i.o.Person)
		}
	}
	return v
}

// allAreas is what a token says in place of areas to give them all.
const allAreas = "*"

// readScope are the areas that a token names. What is no area is left out: who names less sees less.
func (i *Issuer) readScope(ctx context.Context, viewer string, names []string) store.Scope {
	if len(names) == 1 && names[0] == allAreas {
		return store.Scope{All: true}
	}
	var s store.Scope
	for _, name := range names {
		if checkArea(kg.ID(name)) != nil {
			i.o.Logger.WarnContext(ctx, "a token names an area by what is not the id of one; it is left out", "viewer", viewer, "claim", i.o.Areas)
			continue
		}
		if !slices.Contains(s.Areas, kg.ID(name)) {
			s.Areas = append(s.Areas, kg.ID(name))
		}
	}
	return s
}

var uuid = regexp.MustCompile(`^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$`)

// pseudonym is a subject as it may stand in the audit and in logs: a UUID as it is, anything else, which may be a name, a
// mail address or a telephone number, as the first 128 bits of its SHA-256.
func pseudonym(subject string) string {
	if uuid.MatchString(subject) {
		return strings.ToLower(subject)
	}
	sum := sha256.Sum256([]byte(subject))
	return "sha256-" + hex.EncodeToString(sum[:16])
}

// claim is a claim by its name, or by a path with dots through objects. A name that holds dots itself comes first.
func claim(claims map[string]any, path string) any {
	if path == "" {
		return nil
	}
	if v, ok := claims[path]; ok {
		return v
	}
	var at any = claims
	for part := range strings.SplitSeq(path, ".") {
		object, ok := at.(map[string]any)
		if !ok {
			return nil
		}
		at = object[part]
	}
	return at
}

// texts are the texts of a claim: those of a list, or of one text with spaces or commas between.
func texts(v any) []string {
	switch v := v.(type) {
	case string:
		return strings.FieldsFunc(v, func(r rune) bool { return r == ' ' || r == ',' })
	case []any:
		var out []string
		for _, item := range v {
			if s, ok := item.(string); ok {
				out = append(out, s)
			}
		}
		return out
	}
	return nil
}

// moment is a claim's time in seconds since 1970; false where it is none, or beyond what a token may say.
func moment(v any) (time.Time, bool) {
	seconds, ok := v.(float64)
	if !ok || math.IsNaN(seconds) || seconds < 0 || seconds > 253402300799 { // the year 9999
		return time.Time{}, false
	}
	return time.Unix(int64(seconds), 0), true
}

var _ oidc.KeySet = verified(nil)
