package digest

import (
	"crypto/md5" //nolint:gosec // RFC 3261 §22.4 demands MD5; SHA-256 is offered beside it
	"crypto/sha256"
	"encoding/hex"
	"strings"
)

// Algorithm is a digest algorithm by its name in the header.
type Algorithm string

// The algorithms that we speak (RFC 8760 §2).
const (
	MD5    Algorithm = "MD5"
	SHA256 Algorithm = "SHA-256"
)

// AlgorithmOf reads the algorithm of an answer; none named means MD5 (RFC 7616 §3.3).
func AlgorithmOf(p Params) (Algorithm, bool) {
	switch a := strings.ToUpper(p["algorithm"]); Algorithm(a) {
	case "", MD5:
		return MD5, true
	case SHA256:
		return SHA256, true
	}
	return "", false
}

func (a Algorithm) sum(parts ...string) string {
	in := []byte(strings.Join(parts, ":"))
	if a == SHA256 {
		h := sha256.Sum256(in)
		return hex.EncodeToString(h[:])
	}
	h := md5.Sum(in) //nolint:gosec // see above
	return hex.EncodeToString(h[:])
}

// Credentials are a name and its password.
type Credentials struct{ Username, Password string }

// response computes the request digest (RFC 7616 §3.4.1), with qop=auth or, for old phones, without.
func (a Algorithm) response(c Credentials, realm, method, uri string, p Params) string {
	ha1 := a.sum(c.Username, realm, c.Password)
	ha2 := a.sum(method, uri)
	if p["qop"] == "" {
		return a.sum(ha1, p["nonce"], ha2)
	}
	return a.sum(ha1, p["nonce"], p["nc"], p["cnonce"], p["qop"], ha2)
}
