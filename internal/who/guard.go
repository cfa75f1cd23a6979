package who

import (
	"fmt"
	"math"
	"net/netip"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"
	"golang.org/x/time/rate"

	"lintu/kg"
)

// Credentials that open nothing may come from an address so many at once, and so many a minute in the long run.
const (
	failuresAtOnce   = 20
	failuresAMinute  = 20
	addressesKept    = 10000
	credentialsKnown = 10000
	knownFor         = time.Hour
)

// TooMany refuses a credential unseen: too many that open nothing came from its address.
type TooMany struct {
	Wait time.Duration // until the next is looked at
}

func (e *TooMany) Error() string {
	return fmt.Sprintf("too many credentials from this address open nothing: ask again in %d s", e.Seconds())
}

// Seconds is Wait for the header Retry-After.
func (e *TooMany) Seconds() int { return int(math.Ceil(e.Wait.Seconds())) }

// Unwrap makes errors.Is(err, kg.ErrLimit) hold.
func (e *TooMany) Unwrap() error { return kg.ErrLimit }

// guard counts failures by address. What was let in during the last hour is let in whatever others at its address do: a
// whole office, or all that a proxy serves, may have one address.
type guard struct {
	failures *lru.Cache[string, *rate.Limiter]
	known    *lru.Cache[[32]byte, time.Time]
}

func newGuard() *guard {
	failures, err := lru.New[string, *rate.Limiter](addressesKept)
	if err != nil {
		panic(err) // only for a size below 1
	}
	known, err := lru.New[[32]byte, time.Time](credentialsKnown)
	if err != nil {
		panic(err)
	}
	return &guard{failures, known}
}

// wait is how long an address has to wait until a credential is looked at; 0: no time.
func (g *guard) wait(address string, now time.Time) time.Duration {
	l, ok := g.failures.Get(place(address))
	if !ok {
		return 0
	}
	if left := l.TokensAt(now); left < 1 {
		return max(time.Millisecond, time.Duration((1-left)/float64(l.Limit())*float64(time.Second)))
	}
	return 0
}

func (g *guard) failed(address string, now time.Time) {
	at := place(address)
	l, ok := g.failures.Get(at)
	if !ok {
		l = rate.NewLimiter(rate.Every(time.Minute/failuresAMinute), failuresAtOnce)
		if before, there, _ := g.failures.PeekOrAdd(at, l); there {
			l = before
		}
	}
	l.AllowN(now, 1)
}

func (g *guard) knows(credential [32]byte, now time.Time) bool {
	at, ok := g.known.Get(credential)
	return ok && now.Sub(at) < knownFor
}

func (g *guard) remember(credential [32]byte, now time.Time) {
	if at, ok := g.known.Peek(credential); !ok || now.Sub(at) > knownFor/2 {
		g.known.Add(credential, now)
	}
}

// place is what counts as one address: of IPv6 the network, since whoever has one has all of its addresses.
func place(address string) string {
	ip, err := netip.ParseAddr(address)
	if err != nil || ip.Unmap().Is4() {
		return address
	}
	network, err := ip.WithZone("").Prefix(64)
	if err != nil {
		return address
	}
	return network.String()
}
