package account

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base32"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/hotp"
)

const (
	// totpStep and totpDigits are RFC 6238's usual parameters, which every authenticator app knows.
	totpStep   = 30 * time.Second
	totpDigits = otp.DigitsSix
	// totpSkew is how many steps a phone's clock may be off (RFC 6238 §5.2 recommends one).
	totpSkew = 1
	// totpSecretBytes is the length RFC 4226 §4 recommends.
	totpSecretBytes = 20

	recoveryCodes     = 10
	recoveryCodeBytes = 10 // 80 random bits, 16 characters
)

var base32Plain = base32.StdEncoding.WithPadding(base32.NoPadding) //nolint:gochecknoglobals // immutable

func newTOTPSecret() string {
	b := make([]byte, totpSecretBytes)
	_, _ = rand.Read(b) // never fails, see crypto/rand
	return base32Plain.EncodeToString(b)
}

// totpURL is what authenticator apps scan.
func totpURL(secret, issuer, login string) string {
	u := url.URL{Scheme: "otpauth", Host: "totp", Path: "/" + issuer + ":" + login}
	q := url.Values{"secret": {secret}, "issuer": {issuer}}
	u.RawQuery = strings.ReplaceAll(q.Encode(), "+", "%20") // apps show a plus sign as one
	return u.String()
}

// checkTOTP finds the time step that a code belongs to. A code of a step not after last has been used and is wrong.
func checkTOTP(secret, code string, last uint64, now time.Time) (step uint64, ok bool) {
	current := uint64(now.Unix()) / uint64(totpStep/time.Second) //nolint:gosec // after 1970
	for s := current - totpSkew; s <= current+totpSkew; s++ {
		want, err := hotp.GenerateCodeCustom(secret, s, hotp.ValidateOpts{Digits: totpDigits, Algorithm: otp.AlgorithmSHA1})
		if err == nil && s > last && subtle.ConstantTimeCompare([]byte(want), []byte(strings.TrimSpace(code))) == 1 {
			step, ok = s, true
		}
	}
	return step, ok
}

// newRecoveryCodes makes codes for a lost phone, as they are shown, and their hashes, as they are kept.
func newRecoveryCodes() (shown []string, hashes [][]byte) {
	for range recoveryCodes {
		b := make([]byte, recoveryCodeBytes)
		_, _ = rand.Read(b) // never fails, see crypto/rand
		c := strings.ToLower(base32Plain.EncodeToString(b))
		shown = append(shown, fmt.Sprintf("%s-%s-%s-%s", c[:4], c[4:8], c[8:12], c[12:]))
		hashes = append(hashes, hashRecovery(c))
	}
	return shown, hashes
}

func hashRecovery(code string) []byte {
	code = strings.Map(func(r rune) rune {
		if r == '-' || r == ' ' {
			return -1
		}
		return r
	}, strings.ToLower(code))
	h := sha256.Sum256([]byte(code))
	return h[:]
}

// takeRecovery removes a recovery code from those left.
func takeRecovery(left [][]byte, code string) (rest [][]byte, ok bool) {
	h := hashRecovery(code)
	for _, l := range left {
		if subtle.ConstantTimeCompare(l, h) == 1 {
			ok = true
			continue
		}
		rest = append(rest, l)
	}
	return rest, ok
}
