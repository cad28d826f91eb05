package api

import (
	"net/http"
	"sync"
	"time"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/edge/account"
)

// Rates are generous: they stop a program gone wild, not a person.
const (
	perSourceRate, perSourceBurst = 100, 400 // requests a second, and at once
	perUserRate, perUserBurst     = 60, 300
	// signInRate bounds what costs the box most before anybody has proved anything.
	signInRate, signInBurst = 0.5, 20
	maxBuckets              = 4096
)

// limiter counts requests by who sends them, in token buckets.
type limiter struct {
	rate, burst float64

	mu      sync.Mutex
	buckets map[string]bucket
}

type bucket struct {
	level float64 // requests still free
	at    time.Time
}

func newLimiter(rate, burst float64) *limiter {
	return &limiter{rate: rate, burst: burst, buckets: map[string]bucket{}}
}

// take refuses when somebody sends too much.
func (l *limiter) take(who string) error {
	now := time.Now()
	l.mu.Lock()
	defer l.mu.Unlock()
	b, ok := l.buckets[who]
	if !ok {
		l.makeRoom(now)
		b = bucket{l.burst, now}
	}
	b.level = min(l.burst, b.level+l.rate*now.Sub(b.at).Seconds())
	b.at = now
	if b.level < 1 {
		l.buckets[who] = b
		return fault.New(fault.Busy, keyTooMany, "too many requests")
	}
	b.level--
	l.buckets[who] = b
	return nil
}

// makeRoom forgets those who are full again; when all are busy it forgets a quarter of them, any, which costs nobody
// more than a fresh start.
func (l *limiter) makeRoom(now time.Time) {
	if len(l.buckets) < maxBuckets {
		return
	}
	for k, b := range l.buckets {
		if b.level+l.rate*now.Sub(b.at).Seconds() >= l.burst {
			delete(l.buckets, k)
		}
	}
	for k := range l.buckets {
		if len(l.buckets) <= maxBuckets*3/4 {
			return
		}
		delete(l.buckets, k)
	}
}

// limit refuses a source that sends too much.
func (a *API) limit(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := a.perSource.take(account.Source(requestOf(r.Context()).address)); err != nil {
			a.refuse(w, r, err)
			return
		}
		next.ServeHTTP(w, r)
	})
}
