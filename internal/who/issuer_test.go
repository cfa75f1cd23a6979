package who_test

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"lintu/internal/who"
	"lintu/kg"
	"lintu/trust"
)

const subject = "0b6f5c3e-7a14-4d3b-9b1e-2f6f2d1c9a10"

// localIssuer is an OpenID Connect issuer on this machine whose keys rotate.
type localIssuer struct {
	*httptest.Server
	t     testing.TB
	asked atomic.Int32 // how often for its keys
	gone  atomic.Bool

	mu   sync.Mutex
	keys []jose.JSONWebKey // private, the newest last
}

func newIssuer(t testing.TB) *localIssuer {
	t.Helper()
	i := &localIssuer{t: t}
	mux := http.NewServeMux()
	mux.HandleFunc("/.well-known/openid-configuration", func(w http.ResponseWriter, _ *http.Request) {
		_ = json.NewEncoder(w).Encode(map[string]any{"issuer": i.URL, "jwks_uri": i.URL + "/keys", "authorization_endpoint": i.URL + "/auth", "token_endpoint": i.URL + "/token"})
	})
	mux.HandleFunc("/keys", func(w http.ResponseWriter, _ *http.Request) {
		i.asked.Add(1)
		i.mu.Lock()
		defer i.mu.Unlock()
		var set jose.JSONWebKeySet
		for _, k := range i.keys {
			set.Keys = append(set.Keys, k.Public())
		}
		_ = json.NewEncoder(w).Encode(set)
	})
	i.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if i.gone.Load() {
			http.Error(w, "gone", http.StatusBadGateway)
			return
		}
		mux.ServeHTTP(w, r)
	}))
	t.Cleanup(i.Close)
	i.rotate("first", jose.RS256)
	return i
}

// rotate makes a new key; those from before stay until they are dropped.
func (i *localIssuer) rotate(name string, algorithm jose.SignatureAlgorithm) {
	i.t.Helper()
	var key crypto.Signer
	var err error
	if algorithm == jose.ES256 {
		key, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	} else {
		key, err = rsa.GenerateKey(rand.Reader, 2048)
	}
	if err != nil {
		i.t.Fatal(err)
	}
	i.mu.Lock()
	defer i.mu.Unlock()
	i.keys = append(i.keys, jose.JSONWebKey{Key: key, KeyID: name, Algorithm: string(algorithm), Use: "sig"})
}

func (i *localIssuer) drop(name string) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.keys = slices.DeleteFunc(i.keys, func(k jose.JSONWebKey) bool { return k.KeyID == name })
}

func (i *localIssuer) key(name string) jose.JSONWebKey {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.keys[slices.IndexFunc(i.keys, func(k jose.JSONWebKey) bool { return k.KeyID == name })]
}

// claims are those of a good token, with changes; nil takes one out.
func (i *localIssuer) claims(changes map[string]any) map[string]any {
	c := map[string]any{
		"iss": i.URL, "aud": []string{"account", "lintu"}, "sub": subject, "iat": start.Unix(), "exp": start.Add(5 * time.Minute).Unix(),
		"lintu_roles": []string{"grid-worker", "offline_access"}, "lintu_areas": []string{string(grid)}, "lintu_person": string(person),
	}
	maps.Copy(c, changes)
	maps.DeleteFunc(c, func(_ string, v any) bool { return v == nil })
	return c
}

// token is signed by the key of a name.
func (i *localIssuer) token(name string, changes map[string]any) string {
	i.t.Helper()
	k := i.key(name)
	return sign(i.t, jose.SigningKey{Algorithm: jose.SignatureAlgorithm(k.Algorithm), Key: k}, i.claims(changes))
}

func sign(t testing.TB, key jose.SigningKey, claims map[string]any) string {
	t.Helper()
	signer, err := jose.NewSigner(key, (&jose.SignerOptions{}).WithType("JWT"))
	if err != nil {
		t.Fatal(err)
	}
	payload, err := json.Marshal(claims)
	if err != nil {
		t.Fatal(err)
	}
	signed, err := signer.Sign(payload)
	if err != nil {
		t.Fatal(err)
	}
	text, err := signed.CompactSerialize()
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// withIssuer is a desk that takes an issuer's tokens.
func withIssuer(t *testing.T, i *localIssuer, change func(*who.IssuerOptions)) *scene {
	t.Helper()
	s := &scene{t: t, log: &journal{}, clock: newClock()}
	o := who.IssuerOptions{
		URL: i.URL, Audience: "lintu", Algorithms: []string{"RS256", "ES256"}, Roles: "lintu_roles", Areas: "lintu_areas", Person: "lintu_person",
		Now: s.now, Logger: s.log.logger(),
	}
	if change != nil {
		change(&o)
	}
	s.desk = who.New(who.Options{Issuer: who.NewIssuer(o), Now: s.now, Logger: s.log.logger()})
	return s
}

func TestATokenMakesTheViewerThatItsClaimsDescribe(t *testing.T) {
	i := newIssuer(t)
	i.rotate("second", jose.ES256)
	s := withIssuer(t, i, nil)
	for _, name := range []string{"first", "second"} {
		v, err := s.admit(i.token(name, nil))
		if err != nil || v.Name != "oidc:"+subject+"@"+i.URL || !slices.Equal(v.Roles, []trust.Role{trust.GridWorker}) || v.Scope.All ||
			!slices.Equal(v.Scope.Areas, []kg.ID{grid}) || v.Person != person || !v.Until.Equal(start.Add(5*time.Minute+30*time.Second)) {
			t.Errorf("%s: %+v, %v", name, v, err)
		}
	}
	for what, c := range map[string]struct {
		claims map[string]any
		holds  func(trust.Viewer) bool
	}{
		"all areas":            {map[string]any{"lintu_areas": []string{"*"}}, func(v trust.Viewer) bool { return v.Scope.All }},
		"all areas and one":    {map[string]any{"lintu_areas": []string{"*", string(grid)}}, func(v trust.Viewer) bool { return !v.Scope.All && len(v.Scope.Areas) == 1 }},
		"no areas":             {map[string]any{"lintu_areas": nil}, func(v trust.Viewer) bool { return !v.Scope.All && len(v.Scope.Areas) == 0 }},
		"areas in a text":      {map[string]any{"lintu_areas": string(grid) + ", nowhere " + string(person)}, func(v trust.Viewer) bool { return slices.Equal(v.Scope.Areas, []kg.ID{grid}) }},
		"a person that is not": {map[string]any{"lintu_person": string(grid)}, func(v trust.Viewer) bool { return v.Person == "" }},
		"one audience":         {map[string]any{"aud": "lintu"}, func(v trust.Viewer) bool { return v.Name != "" }},
		"several roles":        {map[string]any{"lintu_roles": "analyst dispatcher analyst"}, func(v trust.Viewer) bool { return slices.Equal(v.Roles, []trust.Role{trust.Analyst, trust.Dispatcher}) }},
		"clocks that differ":   {map[string]any{"nbf": start.Add(30 * time.Second).Unix(), "exp": start.Add(-29 * time.Second).Unix()}, func(v trust.Viewer) bool { return v.Name != "" }},
	} {
		if v, err := s.admit(i.token("first", c.claims)); err != nil || !c.holds(v) {
			t.Errorf("%s: %+v, %v", what, v, err)
		}
	}
	for _, named := range []string{"王桂兰", "lan@example.cn", "13800000000"} {
		v, err := s.admit(i.token("first", map[string]any{"sub": named}))
		if err != nil || strings.Contains(v.Name, named) || !strings.HasPrefix(v.Name, "oidc:sha256-") {
			t.Errorf("the subject %s: %q, %v", named, v.Name, err)
		}
		s.log.wantSilent(t, named)
	}
}

func TestRolesAreReadFromAnyClaimAndByTheirPrefix(t *testing.T) {
	i := newIssuer(t)
	s := withIssuer(t, i, func(o *who.IssuerOptions) { o.Roles, o.RolePrefix = "realm_access.roles", "lintu-" })
	v, err := s.admit(i.token("first", map[string]any{"realm_access": map[string]any{"roles": []string{"admin", "uma_authorization", "lintu-analyst", "lintu-operator", "lintu-device"}}}))
	if err != nil || !slices.Equal(v.Roles, []trust.Role{trust.Analyst}) {
		t.Errorf("%+v, %v", v, err)
	}
	for what, claims := range map[string]map[string]any{
		"no claim": nil, "of another program": {"realm_access": map[string]any{"roles": []string{"admin"}}}, "no object": {"realm_access": "lintu-admin"}, "no list": {"realm_access": map[string]any{"roles": 7}},
	} {
		if v, err := s.admit(i.token("first", claims)); !errors.Is(err, kg.ErrForbidden) || v.Rights() != 0 {
			t.Errorf("%s: %+v, %v", what, v, err)
		}
	}
	s = withIssuer(t, i, func(o *who.IssuerOptions) { o.Roles = "https://lintu.example.cn/roles" })
	if v, err := s.admit(i.token("first", map[string]any{"https://lintu.example.cn/roles": []string{"auditor"}})); err != nil || !v.Has(trust.Auditor) {
		t.Errorf("a name with dots of its own: %+v, %v", v, err)
	}
}

// forged are tokens of a form that no issuer gives.
func forged(t *testing.T, i *localIssuer) map[string]string {
	claims, err := json.Marshal(i.claims(nil))
	if err != nil {
		t.Fatal(err)
	}
	part := func(text string) string { return base64.RawURLEncoding.EncodeToString([]byte(text)) }
	first := i.key("first")
	public := &first.Key.(*rsa.PrivateKey).PublicKey
	der, err := x509.MarshalPKIXPublicKey(public)
	if err != nil {
		t.Fatal(err)
	}
	shared := func(secret []byte) string {
		return sign(t, jose.SigningKey{Algorithm: jose.HS256, Key: jose.JSONWebKey{Key: secret, KeyID: "first"}}, i.claims(nil))
	}
	stranger, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	good := i.token("first", nil)
	head, rest, _ := strings.Cut(good, ".")
	body, signature, _ := strings.Cut(rest, ".")
	return map[string]string{
		"alg none":                        part(`{"alg":"none","kid":"first"}`) + "." + part(string(claims)) + ".",
		"alg none with a signature":       part(`{"alg":"none","kid":"first"}`) + "." + body + "." + signature,
		"the public key as a secret, PEM": shared(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})),
		"the public key as a secret, DER": shared(der),
		"the modulus as a secret":         shared(public.N.Bytes()),
		"a stranger's key of that name":   sign(t, jose.SigningKey{Algorithm: jose.RS256, Key: jose.JSONWebKey{Key: stranger, KeyID: "first"}}, i.claims(nil)),
		"a stranger's key without a name": sign(t, jose.SigningKey{Algorithm: jose.RS256, Key: stranger}, i.claims(nil)),
		"an unknown key":                  sign(t, jose.SigningKey{Algorithm: jose.RS256, Key: jose.JSONWebKey{Key: stranger, KeyID: "none"}}, i.claims(nil)),
		"another algorithm of that key":   sign(t, jose.SigningKey{Algorithm: jose.PS256, Key: first}, i.claims(nil)),
		"an algorithm that is not set":    sign(t, jose.SigningKey{Algorithm: jose.RS512, Key: first}, i.claims(nil)),
		"a changed body":                  head + "." + part(strings.Replace(string(claims), "grid-worker", "admin", 1)) + "." + signature,
		"a key that it brings itself":     part(`{"alg":"RS256","jwk":{"kty":"RSA","n":"AQAB","e":"AQAB"}}`) + "." + body + "." + signature,
		"no base64":                       "a.b.c",
		"an empty signature":              head + "." + body + ".",
	}
}

func TestATokenThatIsNotTheIssuersOrNotForUsOpensNothing(t *testing.T) {
	i := newIssuer(t)
	s := withIssuer(t, i, nil)
	tokens := forged(t, i)
	for what, changes := range map[string]map[string]any{
		"another issuer": {"iss": "https://id.example.cn"}, "another issuer by a slash": {"iss": i.URL + "/"}, "no issuer": {"iss": nil}, "another audience": {"aud": "account"},
		"no audience": {"aud": nil}, "an audience like ours": {"aud": []string{"lintu2", "LINTU"}}, "expired": {"exp": start.Add(-30 * time.Second).Unix()}, "no end": {"exp": nil},
		"an end that is no time": {"exp": "tomorrow"}, "not yet": {"nbf": start.Add(31 * time.Second).Unix()}, "no beginning": {"nbf": "now"}, "no subject": {"sub": nil}, "an empty subject": {"sub": ""},
	} {
		tokens[what] = i.token("first", changes)
	}
	n := 0
	for what, token := range tokens {
		n++ // each from an address of its own
		v, err := s.desk.Admit(context.Background(), fmt.Sprintf("192.0.2.%d", n), token)
		wantRefused(t, what, v, err)
		for part := range strings.SplitSeq(token, ".") {
			if len(part) > 1 {
				s.log.wantSilent(t, part)
			}
		}
	}
	for _, reason := range []string{"has expired", "does not hold yet", "not of the issuer, or not for the audience", "an algorithm that is not set", "by no key of the issuer"} {
		if !strings.Contains(s.log.String(), reason) {
			t.Errorf("the log does not say: %s", reason)
		}
	}
	if v, err := s.admit(i.token("first", nil)); err != nil || v.Name == "" {
		t.Errorf("a good one: %v", err)
	}
}

func TestATokenEndsWhileItIsRemembered(t *testing.T) {
	i := newIssuer(t)
	s := withIssuer(t, i, nil)
	short := i.token("first", map[string]any{"exp": start.Add(10 * time.Second).Unix()})
	if _, err := s.admit(short); err != nil {
		t.Fatal(err)
	}
	s.forward(40 * time.Second) // 10 s and the leeway
	v, err := s.admit(short)
	wantRefused(t, "at its end", v, err)
}

func TestWhatAViewerHoldsEndsWithTheirToken(t *testing.T) {
	i := newIssuer(t)
	s := withIssuer(t, i, nil)
	v, err := s.admit(i.token("first", map[string]any{"exp": start.Add(-29 * time.Second).Unix()})) // a second is left of the leeway
	if err != nil {
		t.Fatal(err)
	}
	held := s.desk.Hold(t.Context(), v)
	if held.Err() != nil {
		t.Error("it ends at once")
	}
	<-held.Done()
	if !errors.Is(context.Cause(held), who.ErrOver) {
		t.Errorf("it ends because %v", context.Cause(held))
	}
}

func TestAKeyOfARotationIsAskedForAtOnceAndUnknownOnesNotOften(t *testing.T) {
	i := newIssuer(t)
	s := withIssuer(t, i, nil)
	old := i.token("first", nil)
	if _, err := s.admit(old); err != nil {
		t.Fatal(err)
	}
	s.forward(11 * time.Second)
	i.rotate("second", jose.ES256)
	if _, err := s.admit(i.token("second", nil)); err != nil || i.asked.Load() != 2 {
		t.Errorf("the new key: %v, asked %d times", err, i.asked.Load())
	}
	if _, err := s.admit(old); err != nil {
		t.Errorf("a token by the old key during the rotation: %v", err)
	}
	stranger, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	for n := range 30 {
		unknown := sign(t, jose.SigningKey{Algorithm: jose.RS256, Key: jose.JSONWebKey{Key: stranger, KeyID: fmt.Sprint(n)}}, i.claims(nil))
		v, err := s.desk.Admit(context.Background(), fmt.Sprintf("198.51.100.%d", n), unknown)
		wantRefused(t, "an unknown key", v, err)
	}
	if asked := i.asked.Load(); asked != 2 {
		t.Errorf("thirty unknown keys make it %d askings", asked)
	}
	s.forward(11 * time.Second)
	i.drop("first")
	i.rotate("third", jose.RS256)
	if _, err := s.admit(i.token("third", nil)); err != nil {
		t.Errorf("the third key: %v", err)
	}
	v, err := s.admit(old)
	wantRefused(t, "a token by a key that was taken back", v, err)
}

func TestATokenThatNamesNoKeyIsTakenByWhicheverSignedIt(t *testing.T) {
	i := newIssuer(t)
	s := withIssuer(t, i, nil)
	unnamed := func(name string) string {
		k := i.key(name)
		return sign(t, jose.SigningKey{Algorithm: jose.SignatureAlgorithm(k.Algorithm), Key: k.Key}, i.claims(nil))
	}
	if _, err := s.admit(unnamed("first")); err != nil {
		t.Errorf("by the first key: %v", err)
	}
	s.forward(11 * time.Second)
	i.rotate("second", jose.ES256)
	if _, err := s.admit(unnamed("second")); err != nil || i.asked.Load() != 2 {
		t.Errorf("by a new key: %v, asked %d times", err, i.asked.Load())
	}
}

func TestWhileTheIssuerIsAwayKnownKeysGoOn(t *testing.T) {
	i := newIssuer(t)
	i.gone.Store(true)
	s := withIssuer(t, i, nil)
	good := i.token("first", nil)
	if _, err := s.admit(good); !errors.Is(err, kg.ErrUnavailable) {
		t.Errorf("an issuer that was never there: %v", err)
	}
	i.gone.Store(false)
	s.forward(time.Second)
	if _, err := s.admit(good); !errors.Is(err, kg.ErrUnavailable) {
		t.Errorf("asked again at once: %v", err)
	}
	s.forward(2 * time.Second)
	if _, err := s.admit(good); err != nil {
		t.Errorf("back: %v", err)
	}
	i.gone.Store(true)
	i.rotate("second", jose.RS256)
	s.forward(time.Minute)
	if _, err := s.admit(good); err != nil {
		t.Errorf("a known key while it is away: %v", err)
	}
	if _, err := s.admit(i.token("second", nil)); !errors.Is(err, kg.ErrUnavailable) {
		t.Errorf("an unknown key while it is away: %v", err)
	}
	for _, line := range []string{"cannot be asked for its keys", "has told its keys"} {
		if !strings.Contains(s.log.String(), line) {
			t.Errorf("the log does not say %q", line)
		}
	}
}

func TestAnIssuerThatIsFollowedIsAskedAgainUntilItAnswers(t *testing.T) {
	i := newIssuer(t)
	i.gone.Store(true)
	j := &journal{}
	issuer := who.NewIssuer(who.IssuerOptions{URL: i.URL, Audience: "lintu", Algorithms: []string{"RS256"}, Roles: "lintu_roles", Logger: j.logger()})
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		issuer.Follow(ctx)
	}()
	until(t, "it is told that it is away", func() bool { return strings.Contains(j.String(), "cannot be asked") })
	i.gone.Store(false)
	until(t, "it has told its keys", func() bool { return strings.Contains(j.String(), "has told its keys") })
	stop()
	<-done
	if i.asked.Load() != 1 {
		t.Errorf("asked for its keys %d times", i.asked.Load())
	}
}

func TestAnIssuerThatNamesAnotherOrHasNoKeysIsNotTaken(t *testing.T) {
	for what, document := range map[string]func(url string) string{
		"another issuer": func(url string) string { return `{"issuer":"https://id.example.cn","jwks_uri":"` + url + `/keys"}` },
		"no keys":        func(url string) string { return `{"issuer":"` + url + `"}` },
		"keys elsewhere": func(url string) string { return `{"issuer":"` + url + `","jwks_uri":"file:///etc/keys"}` },
		"no document":    func(string) string { return `<html>` },
	} {
		var url string
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			fmt.Fprint(w, document(url))
		}))
		url = server.URL
		i := newIssuer(t)
		i.Server.URL, url = server.URL, server.URL
		s := withIssuer(t, i, nil)
		if _, err := s.admit(i.token("first", nil)); !errors.Is(err, kg.ErrUnavailable) {
			t.Errorf("%s: %v", what, err)
		}
		server.Close()
	}
}
