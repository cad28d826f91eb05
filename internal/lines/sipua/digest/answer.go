package digest

import (
	"crypto/rand"
	"errors"
	"fmt"
	"strings"
)

// ErrNoChallenge means that none of the challenges can be answered.
var ErrNoChallenge = errors.New("no challenge that we can answer")

// Answer picks the best of the challenges and returns the Authorization header's value. An empty realm in want
// takes any; otherwise only a challenge for that realm is answered, so that a password goes nowhere else.
func Answer(challenges []string, c Credentials, want, method, uri string) (string, error) {
	best, alg, ok := choose(challenges, want)
	if !ok {
		return "", ErrNoChallenge
	}
	p := Params{"nonce": best["nonce"]}
	if offersAuth(best["qop"]) {
		p["qop"], p["nc"], p["cnonce"] = "auth", "00000001", strings.ToLower(rand.Text()[:16])
	} else if best["qop"] != "" {
		return "", fmt.Errorf("%w: qop %q", ErrNoChallenge, best["qop"])
	}
	var b strings.Builder
	fmt.Fprintf(&b, "Digest username=%s, realm=%s, nonce=%s, uri=%s, response=%s, algorithm=%s",
		quote(c.Username), quote(best["realm"]), quote(p["nonce"]), quote(uri),
		quote(alg.response(c, best["realm"], method, uri, p)), alg)
	if p["qop"] != "" {
		fmt.Fprintf(&b, ", qop=auth, nc=%s, cnonce=%s", p["nc"], quote(p["cnonce"]))
	}
	if v, ok := best["opaque"]; ok {
		b.WriteString(", opaque=" + quote(v))
	}
	return b.String(), nil
}

func choose(challenges []string, want string) (best Params, alg Algorithm, ok bool) {
	for _, v := range challenges {
		p, err := Parse(v)
		if err != nil || p["nonce"] == "" || (want != "" && p["realm"] != want) {
			continue
		}
		if a, known := AlgorithmOf(p); known && (!ok || (a == SHA256 && alg == MD5)) {
			best, alg, ok = p, a, true
		}
	}
	return best, alg, ok
}

// IsStale reports whether a challenge only asks for a fresh nonce: the password was right.
func IsStale(challenges []string) bool {
	for _, v := range challenges {
		if p, err := Parse(v); err == nil && strings.EqualFold(p["stale"], "true") {
			return true
		}
	}
	return false
}

func offersAuth(qop string) bool {
	for q := range strings.SplitSeq(qop, ",") {
		if strings.EqualFold(strings.TrimSpace(q), "auth") {
			return true
		}
	}
	return false
}
