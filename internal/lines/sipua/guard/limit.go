package guard

import (
	"net/netip"
	"time"
)

// Rates of new requests from an address that is neither a registered phone nor a trunk. A request costs a
// transaction that is remembered for half a minute, so a flood of them is a flood of memory.
const (
	publicRate, publicBurst = 10, 50
	lanRate, lanBurst       = 1000, 2000
	allRate, allBurst       = 2000, 4000 // of all strangers together
	maxBuckets              = 20000
)

// bucket is a token bucket; its zero value is full.
type bucket struct {
	used float64 // tokens missing from the bucket
	at   time.Time
}

func (b *bucket) take(now time.Time, rate, burst float64) bool {
	b.used = max(0, b.used-now.Sub(b.at).Seconds()*rate)
	b.at = now
	if b.used+1 > burst {
		return false
	}
	b.used++
	return true
}

// Spend takes one from the allowance of a stranger's address and reports false if it is used up.
func (g *Guard) Spend(ip netip.Addr) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	now := time.Now()
	key := sourceKey(ip)
	b := g.buckets[key]
	if b == nil {
		if len(g.buckets) >= maxBuckets {
			g.forget(now)
		}
		b = &bucket{at: now}
		g.buckets[key] = b
	}
	rate, burst := float64(publicRate), float64(publicBurst)
	if Local(ip) {
		rate, burst = lanRate, lanBurst
	}
	if b.take(now, rate, burst) && g.all.take(now, allRate, allBurst) {
		return true
	}
	g.dropped++
	return false
}

// forget drops the buckets that are full again, or all when none is.
func (g *Guard) forget(now time.Time) {
	for k, b := range g.buckets {
		if now.Sub(b.at) > publicBurst/publicRate*time.Second {
			delete(g.buckets, k)
		}
	}
	if len(g.buckets) >= maxBuckets {
		clear(g.buckets)
	}
}
