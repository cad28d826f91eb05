package link

import (
	"sync"
	"time"
)

// What one address may ask for: a person reads a page and sends a form; who guesses addresses soon has to wait.
const (
	rate       = 1.0 // requests a second
	burst      = 60.0
	missCost   = 15.0 // an address that leads nowhere
	maxSources = 4096
)

// limiter is a token bucket for each source.
type limiter struct {
	mu      sync.Mutex
	sources map[string]*bucket
}

type bucket struct {
	level float64
	at    time.Time
}

// take reports whether a source may go on, and takes so much of what it has.
func (l *limiter) take(source string, cost float64, now time.Time) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	b := l.sources[source]
	if b == nil {
		if len(l.sources) >= maxSources {
			l.forget(now)
		}
		b = &bucket{burst, now}
		l.sources[source] = b
	}
	b.level = min(burst, b.level+rate*now.Sub(b.at).Seconds())
	b.at = now
	if b.level < 1 {
		return false
	}
	b.level -= cost
	return true
}

// forget makes room: those who have been quiet go, and when nobody has, anybody does.
func (l *limiter) forget(now time.Time) {
	for s, b := range l.sources {
		if now.Sub(b.at).Seconds()*rate >= burst {
			delete(l.sources, s)
		}
	}
	for s := range l.sources {
		if len(l.sources) < maxSources {
			return
		}
		delete(l.sources, s)
	}
}
