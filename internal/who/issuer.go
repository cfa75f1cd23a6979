package who

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/go-jose/go-jose/v4"
	lru "github.com/hashicorp/golang-lru/v2"
	"golang.org/x/sync/singleflight"

	"lintu/kg"
)

const (
	// askPatience is how long the issuer may take for one answer, and maxAnswer how large it may be.
	askPatience = 5 * time.Second
	maxAnswer   = 1 << 20
	// askEvery is the time between two askings for keys that are known; askAgain the longest between two after a failure.
	askEvery = 10 * time.Minute
	askAgain = 30 * time.Second
	// afterFailure is the time in which a failure answers for all who would have to ask.
	afterFailure = 2 * time.Second
	// judgedFor is how long what was found out of a token holds without another look at its signature.
	judgedFor  = time.Minute
	judgedKept = 10000
)

// IssuerOptions say whose tokens are taken, and what they are read by.
type IssuerOptions struct {
	URL        string   // of the issuer, as its tokens name it in iss
	Audience   string   // that tokens must be for
	Algorithms []string // of signatures; what a token says of itself counts for nothing
	// The names of claims: one at the top, or a path with dots. Roles of the claim count where they begin with RolePrefix,
	// which is taken off; the others are not ours.
	Roles, RolePrefix, Areas, Person string

	Pause  time.Duration // the shortest time between two askings for a key that is unknown; 10 s
	Now    func() time.Time
	Logger *slog.Logger
}

// Issuer takes the tokens of an OpenID Connect issuer. What it needs to know of the issuer it asks in the background; while
// the issuer is away, the keys that are known go on. It is safe for concurrent use.
type Issuer struct {
	o          IssuerOptions
	algorithms []jose.SignatureAlgorithm
	client     *http.Client
	keys       atomic.Pointer[[]jose.JSONWebKey] // nil until the issuer has answered
	judged     *lru.Cache[[32]byte, judgement]

	asking   singleflight.Group
	mu       sync.Mutex
	askedAt  time.Time
	failed   error  // of the last asking
	keysFrom string // the address of the keys, once the issuer has told it
}

// Algorithms are the signatures that may be set: none of them is made with a secret that the two sides share.
var Algorithms = []string{"RS256", "RS384", "RS512", "ES256", "ES384", "ES512", "PS256", "PS384", "PS512", "EdDSA"}

// NewIssuer is an issuer that has not been asked yet; see Follow.
func NewIssuer(o IssuerOptions) *Issuer {
	if o.Pause == 0 {
		o.Pause = 10 * time.Second
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	judged, err := lru.New[[32]byte, judgement](judgedKept)
	if err != nil {
		panic(err) // only for a size below 1
	}
	i := &Issuer{o: o, judged: judged, client: &http.Client{Timeout: askPatience, Transport: bounded{http.DefaultTransport}, CheckRedirect: noRedirect}}
	for _, a := range o.Algorithms {
		if !slices.Contains(Algorithms, a) {
			panic("who: no algorithm of signatures is called " + a)
		}
		i.algorithms = append(i.algorithms, jose.SignatureAlgorithm(a))
	}
	return i
}

func noRedirect(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

// bounded reads no more of an answer than it may have.
type bounded struct{ http.RoundTripper }

func (b bounded) RoundTrip(r *http.Request) (*http.Response, error) {
	res, err := b.RoundTripper.RoundTrip(r)
	if err == nil {
		res.Body = struct {
			io.Reader
			io.Closer
		}{io.LimitReader(res.Body, maxAnswer), res.Body}
	}
	return res, err
}

// Follow asks the issuer for its keys, again and again, until the context ends.
func (i *Issuer) Follow(ctx context.Context) {
	wait := afterFailure
	for {
		next := askEvery
		if err := i.ask(ctx); err != nil {
			next, wait = wait, min(2*wait, askAgain)
		} else {
			wait = afterFailure
		}
		select {
		case <-time.After(next):
		case <-ctx.Done():
			return
		}
	}
}

// keysOf are the keys by which a token may be signed that names a key; all where it names none. An unknown name makes the
// issuer be asked, but not often: whoever likes can write tokens with unknown names. The error is kg.ErrUnavailable where
// nobody can say whether there is such a key.
func (i *Issuer) keysOf(ctx context.Context, name string) ([]jose.JSONWebKey, error) {
	if found := i.known(name); len(found) > 0 {
		return found, nil
	}
	if err := i.askAgain(ctx); err != nil {
		return nil, err
	}
	return i.known(name), nil
}

// askAgain asks the issuer for its keys, unless it was asked a moment ago.
func (i *Issuer) askAgain(ctx context.Context) error {
	i.mu.Lock()
	since, failed := i.o.Now().Sub(i.askedAt), i.failed
	fresh := !i.askedAt.IsZero() && (failed == nil && since < i.o.Pause || failed != nil && since < afterFailure)
	i.mu.Unlock()
	if !fresh {
		// Not the request's context: others wait for the same answer.
		failed = i.ask(context.WithoutCancel(ctx))
	}
	if failed != nil {
		return fmt.Errorf("the issuer of tokens: %w", kg.ErrUnavailable)
	}
	return nil
}

func (i *Issuer) known(name string) []jose.JSONWebKey {
	set := i.keys.Load()
	if set == nil {
		return nil
	}
	if name == "" {
		return *set
	}
	var found []jose.JSONWebKey
	for _, k := range *set {
		if k.KeyID == name {
			found = append(found, k)
		}
	}
	return found
}

// ask asks the issuer for its keys; those who ask at once share one answer.
func (i *Issuer) ask(ctx context.Context) error {
	_, err, _ := i.asking.Do("", func() (any, error) {
		keys, err := i.fetch(oidc.ClientContext(ctx, i.client))
		if ctx.Err() != nil && err != nil {
			return nil, err // the server ends
		}
		i.mu.Lock()
		defer i.mu.Unlock()
		before := i.failed
		i.askedAt, i.failed = i.o.Now(), err
		if err != nil {
			if before == nil {
				i.o.Logger.Warn("the issuer of tokens cannot be asked for its keys; those that are known go on, and it is asked again", "issuer", i.o.URL, "error", err)
			}
			return nil, err
		}
		if i.keys.Swap(&keys) == nil || before != nil {
			i.o.Logger.Info("the issuer of tokens has told its keys", "issuer", i.o.URL, "keys", len(keys))
		}
		i.judged.Purge() // by keys that may be gone
		return nil, nil
	})
	return err
}

// fetch is what the issuer says its keys are.
func (i *Issuer) fetch(ctx context.Context) ([]jose.JSONWebKey, error) {
	i.mu.Lock()
	from := i.keysFrom
	i.mu.Unlock()
	if from == "" {
		var err error
		if from, err = i.discover(ctx); err != nil {
			return nil, err
		}
	}
	keys, err := i.readKeySet(ctx, from)
	i.mu.Lock()
	defer i.mu.Unlock()
	i.keysFrom = from
	if err != nil {
		i.keysFrom = "" // they may have moved
	}
	return keys, err
}

// discover is the address of the issuer's keys, as its discovery document tells.
func (i *Issuer) discover(ctx context.Context) (string, error) {
	provider, err := oidc.NewProvider(ctx, i.o.URL)
	if err != nil {
		return "", err
	}
	var told struct {
		Keys string `json:"jwks_uri"`
	}
	if err := provider.Claims(&told); err != nil {
		return "", err
	}
	issuer, err := url.Parse(i.o.URL)
	if err != nil {
		return "", err
	}
	keys, err := url.Parse(told.Keys)
	if err != nil || keys.Host == "" || keys.Scheme != "https" && keys.Scheme != issuer.Scheme {
		return "", errors.New("its discovery document has no jwks_uri that is as safe as the issuer's own address")
	}
	return told.Keys, nil
}

func (i *Issuer) readKeySet(ctx context.Context, from string) ([]jose.JSONWebKey, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, from, nil)
	if err != nil {
		return nil, err
	}
	res, err := i.client.Do(req)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		return nil, err
	}
	if res.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s answers with status %d", from, res.StatusCode)
	}
	var set jose.JSONWebKeySet
	if err := json.Unmarshal(raw, &set); err != nil {
		return nil, fmt.Errorf("%s is no set of keys", from)
	}
	// Keys for encryption sign nothing, and secrets and private keys have no place here.
	keys := slices.DeleteFunc(set.Keys, func(k jose.JSONWebKey) bool { return k.Use == "enc" || !k.Valid() || !k.IsPublic() })
	if len(keys) == 0 {
		return nil, fmt.Errorf("%s holds no key for signatures", from)
	}
	return keys, nil
}
