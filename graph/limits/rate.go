package limits

import (
	"fmt"
	"math"
	"net/http"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"
	"golang.org/x/time/rate"
)

// maxBuckets is how many viewers' rates are remembered; the one that was silent longest is forgotten, and starts afresh.
const maxBuckets = 10000

// Rates keeps a bucket of operations for each viewer. It is safe for concurrent use.
type Rates struct {
	perSecond float64
	burst     int
	now       func() time.Time
	buckets   *lru.Cache[string, *rate.Limiter]
}

// NewRates keeps rates by l; nil where there is no such limit.
func NewRates(l Limits, now func() time.Time) *Rates {
	if l.Rate <= 0 {
		return nil
	}
	buckets, err := lru.New[string, *rate.Limiter](maxBuckets)
	if err != nil {
		panic(err) // only for a size below 1
	}
	return &Rates{perSecond: l.Rate, burst: max(1, l.Burst), now: now, buckets: buckets}
}

// Take takes n operations out of the viewer's bucket. Where it does not hold as many, nothing is taken and the error is a
// *Busy that says when it will. More than the bucket can ever hold counts as a full one.
func (r *Rates) Take(v Viewer, n int) error {
	if r == nil || v.Key == "" || n <= 0 {
		return nil
	}
	bucket, ok := r.buckets.Get(v.Key)
	if !ok {
		fresh := rate.NewLimiter(rate.Limit(r.perSecond), r.burst)
		if before, there, _ := r.buckets.PeekOrAdd(v.Key, fresh); there {
			fresh = before
		}
		bucket = fresh
	}
	now := r.now()
	n = min(n, r.burst)
	taken := bucket.ReserveN(now, n)
	wait := taken.DelayFrom(now)
	if wait == 0 {
		return nil
	}
	taken.CancelAt(now)
	wait = max(wait, time.Millisecond)
	return &Busy{
		Limit: RateLimit, Wait: wait, Code: http.StatusTooManyRequests,
		Text: fmt.Sprintf("more operations than the %g a second allowed, %d at once; one that costs much counts as several. Ask again in %d s",
			r.perSecond, r.burst, int(math.Ceil(wait.Seconds()))),
	}
}

// Weight is how many operations one of a cost counts as.
func Weight(cost int) int { return 1 + cost/CostOfOne }
