package account

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"

	"github.com/dealerline/dealerline/internal/base/fault"
)

// Cost of argon2id: the second recommendation of the OWASP password storage sheet (19 MiB, two passes, one lane), which
// a small ARM board computes in a fraction of a second.
const (
	passes    = 2
	memoryKiB = 19 * 1024
	lanes     = 1
	saltBytes = 16
	keyBytes  = 32
)

// Bounds on passwords, in characters: the least is that of NIST SP 800-63B for a password of a person's own choice, the
// greatest keeps a request small.
const (
	minPassword = 8
	maxPassword = 128
)

const (
	// hashing is how many passwords are hashed at once, 19 MiB each.
	hashing = 2
	// maxHashWaiting is how many more may wait their turn.
	maxHashWaiting = 32
)

// Hasher hashes passwords, a few at a time.
type Hasher struct {
	slots   chan struct{}
	waiting atomic.Int32
	memory  uint32 // KiB
	dummy   string // what an unknown login's password is compared with, so that it takes as long
}

// NewHasher makes a hasher whose hashes take this much memory, in KiB; 0 is 19 MiB.
func NewHasher(memory uint32) *Hasher {
	if memory == 0 {
		memory = memoryKiB
	}
	h := &Hasher{slots: make(chan struct{}, hashing), memory: memory}
	h.dummy = h.encodePHC(make([]byte, saltBytes), make([]byte, keyBytes))
	return h
}

// Hash makes the PHC string of a password: $argon2id$v=19$m=19456,t=2,p=1$salt$key.
func (h *Hasher) Hash(ctx context.Context, password string) (string, error) {
	if err := h.enter(ctx); err != nil {
		return "", err
	}
	defer h.leave()
	salt := make([]byte, saltBytes)
	_, _ = rand.Read(salt) // never fails, see crypto/rand
	return h.encodePHC(salt, argon2.IDKey([]byte(password), salt, passes, h.memory, lanes, keyBytes)), nil
}

// Verify reports whether a password is the hashed one. An empty hash is nobody's password and takes as long.
func (h *Hasher) Verify(ctx context.Context, phc, password string) (bool, error) {
	known := phc != ""
	if !known {
		phc = h.dummy
	}
	p, err := parsePHC(phc)
	if err != nil {
		return false, err
	}
	if utf8.RuneCountInString(password) > maxPassword {
		return false, nil
	}
	if err := h.enter(ctx); err != nil {
		return false, err
	}
	defer h.leave()
	key := argon2.IDKey([]byte(password), p.salt, p.passes, p.memory, p.lanes, uint32(len(p.key))) //nolint:gosec // parsePHC bounds it
	return subtle.ConstantTimeCompare(key, p.key) == 1 && known, nil
}

func (h *Hasher) enter(ctx context.Context) error {
	if h.waiting.Add(1) > hashing+maxHashWaiting {
		h.waiting.Add(-1)
		return fault.New(fault.Busy, "account.busy", "check password: too many at once")
	}
	select {
	case h.slots <- struct{}{}:
		return nil
	case <-ctx.Done():
		h.waiting.Add(-1)
		return context.Cause(ctx)
	}
}

func (h *Hasher) leave() {
	<-h.slots
	h.waiting.Add(-1)
}

// phc is a parsed hash.
type phc struct {
	passes, memory uint32
	lanes          uint8
	salt, key      []byte
}

func (h *Hasher) encodePHC(salt, key []byte) string {
	b64 := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, h.memory, passes, lanes, b64.EncodeToString(salt), b64.EncodeToString(key))
}

// parsePHC reads a hash. What it costs to compute is bounded: a hash could come from a restored backup.
func parsePHC(s string) (p phc, err error) {
	bad := fmt.Errorf("read password hash: not of the form $argon2id$v=19$m=…,t=…,p=…$salt$key")
	parts := strings.Split(s, "$")
	if len(parts) != 6 || parts[0] != "" || parts[1] != "argon2id" || parts[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return p, bad
	}
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &p.memory, &p.passes, &p.lanes); err != nil {
		return p, bad
	}
	if p.memory < 8 || p.memory > 256*1024 || p.passes < 1 || p.passes > 16 || p.lanes < 1 || p.lanes > 8 {
		return p, fmt.Errorf("read password hash: cost m=%d,t=%d,p=%d is out of bounds", p.memory, p.passes, p.lanes)
	}
	var saltErr, keyErr error
	p.salt, saltErr = base64.RawStdEncoding.Strict().DecodeString(parts[4])
	p.key, keyErr = base64.RawStdEncoding.Strict().DecodeString(parts[5])
	if saltErr != nil || keyErr != nil || len(p.salt) < 8 || len(p.salt) > 64 || len(p.key) < 16 || len(p.key) > 64 {
		return p, bad
	}
	return p, nil
}

// common are passwords that a guesser tries first and that are long enough to be taken otherwise.
var common = []string{ //nolint:gochecknoglobals // a constant table
	"password", "passw0rd", "password1", "12345678", "123456789", "1234567890", "11111111", "00000000", "88888888", "66666666",
	"87654321", "qwertyui", "qwerty123", "1qaz2wsx", "abcd1234", "a1234567", "a12345678", "admin123", "admin888", "admin1234",
	"adminadmin", "5201314520", "woaini1314", "dealerline", "dealerline1", "asdfghjk", "zxcvbnm1", "iloveyou", "12341234", "123123123",
}

// CheckPassword finds what is wrong with a password of a person's choice; the fields' path is the one given.
func CheckPassword(path, password, login string) error {
	var wrong fault.Fields
	n := utf8.RuneCountInString(password)
	folded := strings.ToLower(password)
	switch {
	case !utf8.ValidString(password):
		wrong.Add(path, "account.password_unreadable", "is not UTF-8")
	case n < minPassword:
		wrong.Add(path, "account.password_short", "has fewer than %d characters", minPassword)
	case n > maxPassword:
		wrong.Add(path, "account.password_long", "has more than %d characters", maxPassword)
	case folded == fold(login) || (len(login) >= 4 && strings.Contains(folded, fold(login))):
		wrong.Add(path, "account.password_like_login", "contains the login")
	case slices.Contains(common, folded) || strings.Trim(folded, folded[:1]) == "":
		wrong.Add(path, "account.password_common", "is one of those that are guessed first")
	}
	return wrong.Err()
}
