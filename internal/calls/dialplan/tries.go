package dialplan

import (
	"sync"
	"time"
)

// Limits of guessing PINs.
const (
	maxWrong  = 6                // wrong PINs of one phone …
	wrongSpan = 10 * time.Minute // … in this time; then it is asked for none until the first of them is older
	maxPhones = 4096             // that are remembered; more cannot be guessing at once
)

// Tries remembers who typed wrong PINs, so that hanging up and dialling again is no way to go on guessing. Its methods may
// be called from any goroutine and never wait.
type Tries struct {
	mu    sync.Mutex
	wrong map[string][]time.Time // by phone, the last maxWrong
}

// NewTries makes an empty memory.
func NewTries() *Tries { return &Tries{wrong: map[string][]time.Time{}} }

// Locked reports whether a phone has typed too many wrong PINs.
func (t *Tries) Locked(phone string, now time.Time) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	w := t.wrong[phone]
	return len(w) >= maxWrong && now.Sub(w[0]) < wrongSpan
}

// Wrong notes a wrong PIN.
func (t *Tries) Wrong(phone string, now time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if _, known := t.wrong[phone]; !known && len(t.wrong) >= maxPhones {
		t.forget(now)
	}
	w := append(t.wrong[phone], now)
	t.wrong[phone] = w[max(0, len(w)-maxWrong):]
}

// Right forgets what a phone typed before it knew better.
func (t *Tries) Right(phone string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.wrong, phone)
}

// forget makes room: what is too old goes, and if nothing is, everything. The caller holds the lock.
func (t *Tries) forget(now time.Time) {
	before := len(t.wrong)
	for phone, w := range t.wrong {
		if now.Sub(w[len(w)-1]) >= wrongSpan {
			delete(t.wrong, phone)
		}
	}
	if len(t.wrong) == before {
		clear(t.wrong)
	}
}
