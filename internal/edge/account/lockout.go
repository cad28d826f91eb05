package account

import (
	"net/netip"
	"slices"
	"strings"
	"sync"
	"time"
)

const (
	// maxFailures within failureWindow lock a login out for one source.
	maxFailures   = 5
	failureWindow = 15 * time.Minute
	// maxLockoutEntries bounds the memory that guessers can make the box use.
	maxLockoutEntries = 4096
)

// Lockouts counts wrong passwords, by login and source: who guesses at somebody's login locks out only themselves. They
// are kept in memory; a restart lifts them all. The methods are safe from any goroutine.
type Lockouts struct {
	mu      sync.Mutex
	entries map[tried]*failures
}

type tried struct{ login, source string }

type failures struct {
	times []time.Time // the last few, oldest first
}

// Lockout is one login that one source has tried too often.
type Lockout struct {
	Login  string
	Source string
	Until  time.Time
}

// NewLockouts makes an empty list.
func NewLockouts() *Lockouts { return &Lockouts{entries: map[tried]*failures{}} }

// Source is what of an address counts as one source: an IPv4 address, or an IPv6 network of 64 bits, all of which one
// machine may use.
func Source(addr netip.Addr) string {
	addr = addr.Unmap().WithZone("")
	if addr.Is6() {
		if p, err := addr.Prefix(64); err == nil {
			return p.String()
		}
	}
	return addr.String()
}

// Until is when a login may be tried again from a source; zero when it may be now.
func (l *Lockouts) Until(login, source string, now time.Time) time.Time {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.entries[tried{fold(login), source}].until(now)
}

// Failed counts a wrong password and returns until when the login is locked out for that source, zero when it is not.
func (l *Lockouts) Failed(login, source string, now time.Time) time.Time {
	l.mu.Lock()
	defer l.mu.Unlock()
	k := tried{fold(login), source}
	f := l.entries[k]
	if f == nil {
		l.makeRoom(now)
		f = &failures{}
		l.entries[k] = f
	}
	f.times = append(f.since(now), now)
	return f.until(now)
}

// Passed forgets the wrong passwords of somebody who gave the right one.
func (l *Lockouts) Passed(login, source string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.entries, tried{fold(login), source})
}

// Lift lets a login in again, from wherever it was tried, and returns how many lock-outs that ended.
func (l *Lockouts) Lift(login string, now time.Time) (n int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for k, f := range l.entries {
		if k.login == fold(login) {
			if !f.until(now).IsZero() {
				n++
			}
			delete(l.entries, k)
		}
	}
	return n
}

// List is who is locked out, the longest first.
func (l *Lockouts) List(now time.Time) []Lockout {
	l.mu.Lock()
	defer l.mu.Unlock()
	var out []Lockout
	for k, f := range l.entries {
		if u := f.until(now); !u.IsZero() {
			out = append(out, Lockout{k.login, k.source, u})
		}
	}
	slices.SortFunc(out, func(a, b Lockout) int {
		if c := b.Until.Compare(a.Until); c != 0 {
			return c
		}
		return strings.Compare(a.Login+" "+a.Source, b.Login+" "+b.Source)
	})
	return out
}

// makeRoom forgets what is over when the list is full; when that is not enough, those who are not locked out yet, and
// at last anybody, so that a quarter is free and it is not full again at once.
func (l *Lockouts) makeRoom(now time.Time) {
	if len(l.entries) < maxLockoutEntries {
		return
	}
	for k, f := range l.entries {
		if len(f.since(now)) == 0 {
			delete(l.entries, k)
		}
	}
	for _, locked := range []bool{false, true} {
		for k, f := range l.entries {
			if len(l.entries) <= maxLockoutEntries*3/4 {
				return
			}
			if locked || f.until(now).IsZero() {
				delete(l.entries, k)
			}
		}
	}
}

// since drops what lies outside the window.
func (f *failures) since(now time.Time) []time.Time {
	i := 0
	for i < len(f.times) && now.Sub(f.times[i]) >= failureWindow {
		i++
	}
	return f.times[i:]
}

// until is when the oldest of the failures that lock leaves the window.
func (f *failures) until(now time.Time) time.Time {
	if f == nil {
		return time.Time{}
	}
	times := f.since(now)
	if len(times) < maxFailures {
		return time.Time{}
	}
	return times[len(times)-maxFailures].Add(failureWindow)
}

func fold(login string) string { return strings.ToLower(strings.TrimSpace(login)) }
