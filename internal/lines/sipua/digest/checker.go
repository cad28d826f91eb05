package digest

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/binary"
	"strconv"
	"sync"
	"time"
)

// Lifetime is how long a nonce may be used. Afterwards the phone is told stale=true and tries again without
// asking its user.
const Lifetime = 5 * time.Minute

// maxUsed bounds the nonces whose use count is kept; past it the oldest are forgotten and count as stale.
const maxUsed = 4096

// Verdict is what an answer to a challenge was worth.
type Verdict uint8

// The verdicts.
const (
	_       Verdict = iota
	Right           // the password is right
	Wrong           // the password, the user or the realm is wrong
	Stale           // the password is right but the nonce is too old or was replayed: challenge again
	Unknown         // not an answer to a challenge of ours
)

// String returns the verdict's name for logs.
func (v Verdict) String() string {
	return [...]string{"none", "right", "wrong", "stale", "unknown"}[v]
}

// Checker issues challenges for one realm and judges the answers. Safe from any goroutine.
type Checker struct {
	realm string
	key   [32]byte
	start time.Time

	mu   sync.Mutex
	used map[string]*window
	fifo []string
}

// window remembers which of a nonce's last 64 counts were used, as IPsec does (RFC 4303 §3.4.3).
type window struct {
	top  uint64
	bits uint64
}

// NewChecker makes a checker for one realm.
func NewChecker(realm string) *Checker {
	c := &Checker{realm: realm, start: time.Now(), used: make(map[string]*window)}
	rand.Read(c.key[:]) //nolint:errcheck // crypto/rand.Read never fails
	return c
}

// Challenges returns the values of the WWW-Authenticate or Proxy-Authenticate headers, one for each algorithm, in
// this order. RFC 8760 §2.4 would have the strongest first and lets a client choose; in the field some phones look at
// the first challenge only and others give up on any that they do not know, so the caller decides what to offer whom.
func (c *Checker) Challenges(stale bool, offer ...Algorithm) []string {
	nonce := c.nonce(time.Since(c.start))
	out := make([]string, 0, len(offer))
	for _, a := range offer {
		v := "Digest realm=" + quote(c.realm) + `, nonce="` + nonce + `", algorithm=` + string(a) + `, qop="auth"`
		if stale {
			v += ", stale=true"
		}
		out = append(out, v)
	}
	return out
}

// nonce is 8 octets of time, 8 of chance, 16 of seal.
func (c *Checker) nonce(age time.Duration) string {
	var b [32]byte
	binary.BigEndian.PutUint64(b[:8], uint64(age)) //nolint:gosec // time since start is not negative
	rand.Read(b[8:16])                             //nolint:errcheck // never fails
	copy(b[16:], c.seal(b[:16]))
	return base64.RawURLEncoding.EncodeToString(b[:])
}

func (c *Checker) seal(b []byte) []byte {
	m := hmac.New(sha256.New, c.key[:])
	m.Write(b)
	return m.Sum(nil)[:16]
}

// issued reports when a nonce of ours was made, as time since the start.
func (c *Checker) issued(nonce string) (time.Duration, bool) {
	b, err := base64.RawURLEncoding.DecodeString(nonce)
	if err != nil || len(b) != 32 || !hmac.Equal(b[16:], c.seal(b[:16])) {
		return 0, false
	}
	return time.Duration(binary.BigEndian.Uint64(b[:8])), true //nolint:gosec // sealed by us
}

// Check judges an Authorization header's parameters. The password is looked up by the caller under
// p["username"]; known tells whether it was found. An unknown name costs the same time as a wrong password.
func (c *Checker) Check(p Params, password string, known bool, method string) Verdict {
	issued, ours := c.issued(p["nonce"])
	a, supported := AlgorithmOf(p)
	if !ours || !supported || p["realm"] != c.realm || (p["qop"] != "" && p["qop"] != "auth") {
		return Unknown
	}
	want := a.response(Credentials{p["username"], password}, c.realm, method, p["uri"], p)
	if subtle.ConstantTimeCompare([]byte(want), []byte(p["response"])) != 1 || !known {
		return Wrong
	}
	if time.Since(c.start)-issued > Lifetime {
		return Stale
	}
	nc := uint64(1) // without qop a nonce serves once
	if p["qop"] != "" {
		var err error
		if nc, err = strconv.ParseUint(p["nc"], 16, 32); err != nil || nc == 0 || p["cnonce"] == "" {
			return Unknown
		}
	}
	if !c.use(p["nonce"], nc) {
		return Stale
	}
	return Right
}

// use marks a nonce's count as used and reports false if it was before.
func (c *Checker) use(nonce string, nc uint64) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	w := c.used[nonce]
	if w == nil {
		if len(c.fifo) >= maxUsed {
			delete(c.used, c.fifo[0])
			c.fifo = c.fifo[1:]
		}
		w = &window{}
		c.used[nonce], c.fifo = w, append(c.fifo, nonce)
	}
	return w.use(nc)
}

func (w *window) use(n uint64) bool {
	switch {
	case n > w.top:
		w.bits = w.bits<<min(n-w.top, 64) | 1
		w.top = n
		return true
	case w.top-n >= 64 || w.bits&(1<<(w.top-n)) != 0:
		return false
	}
	w.bits |= 1 << (w.top - n)
	return true
}
