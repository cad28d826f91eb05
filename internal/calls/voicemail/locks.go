package voicemail

import (
	"crypto/subtle"
	"sync"
	"time"
)

// Bounds of guessing a PIN.
const (
	tries     = 3               // wrong ones in a row before the box is locked
	firstLock = 5 * time.Minute // doubled with each further lock
	longLock  = 24 * time.Hour
)

// locks counts wrong PINs, box by box. A restart lifts them.
type locks struct {
	mu  sync.Mutex
	all map[string]lock
}

type lock struct {
	wrong int // in a row
	until time.Time
	next  time.Duration // how long the next lock lasts
}

// locked reports whether a box is locked now.
func (l *locks) locked(box string, now time.Time) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return now.Before(l.all[box].until)
}

// try compares a PIN with the box's. A box that is locked takes none.
func (l *locks) try(b Box, pin string, now time.Time) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	k := l.all[b.Number]
	if now.Before(k.until) {
		return false
	}
	if b.PIN != "" && subtle.ConstantTimeCompare([]byte(b.PIN), []byte(pin)) == 1 {
		delete(l.all, b.Number)
		return true
	}
	if k.wrong++; k.wrong%tries == 0 {
		k.next = min(max(2*k.next, firstLock), longLock)
		k.until = now.Add(k.next)
	}
	if l.all == nil {
		l.all = map[string]lock{}
	}
	l.all[b.Number] = k
	return false
}
