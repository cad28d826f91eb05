package e2e

import (
	"crypto/md5"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
)

// message is a SIP message, read and written with no more than these tests need.
type message struct {
	start   string
	headers [][2]string // lower-case name, value
	body    string
}

func parseMessage(data []byte) (message, bool) {
	head, body, _ := strings.Cut(string(data), "\r\n\r\n")
	lines := strings.Split(head, "\r\n")
	m := message{start: lines[0], body: body}
	for _, l := range lines[1:] {
		name, value, ok := strings.Cut(l, ":")
		if !ok {
			return m, false
		}
		m.headers = append(m.headers, [2]string{strings.ToLower(strings.TrimSpace(name)), strings.TrimSpace(value)})
	}
	return m, len(m.headers) > 0
}

// get is the first value of a header.
func (m message) get(name string) string {
	for _, h := range m.headers {
		if h[0] == name {
			return h[1]
		}
	}
	return ""
}

// status is a response's code, 0 for a request.
func (m message) status() int {
	if !strings.HasPrefix(m.start, "SIP/2.0 ") {
		return 0
	}
	n, _ := strconv.Atoi(strings.Fields(m.start)[1])
	return n
}

func (m message) method() string { return strings.Fields(m.start + " -")[0] }

func (m message) cseq() (n int, method string) {
	f := strings.Fields(m.get("cseq") + " 0 -")
	n, _ = strconv.Atoi(f[0])
	return n, f[1]
}

func (m message) String() string {
	var b strings.Builder
	b.WriteString(m.start + "\r\n")
	for _, h := range m.headers {
		b.WriteString(h[0] + ": " + h[1] + "\r\n")
	}
	fmt.Fprintf(&b, "content-length: %d\r\n\r\n%s", len(m.body), m.body)
	return b.String()
}

func (m *message) add(name, format string, args ...any) {
	m.headers = append(m.headers, [2]string{name, fmt.Sprintf(format, args...)})
}

// param reads a parameter of a header's value: "tag" of <sip:a@b>;tag=1, "nonce" of Digest nonce="x".
func param(value, name string) string {
	lower := strings.ToLower(value)
	for _, sep := range []string{";", ",", " "} {
		if i := strings.Index(lower, sep+name+"="); i >= 0 {
			v := value[i+len(sep+name+"="):]
			if strings.HasPrefix(v, `"`) {
				v, _, _ = strings.Cut(v[1:], `"`)
				return v
			}
			return v[:len(v)-len(strings.TrimLeft(v, tokenChars))]
		}
	}
	return ""
}

const tokenChars = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~%!*'`+"

// uri is the address in a From, To or Contact.
func uri(value string) string {
	if _, rest, ok := strings.Cut(value, "<"); ok {
		value, _, _ = strings.Cut(rest, ">")
		return value
	}
	value, _, _ = strings.Cut(value, ";")
	return value
}

func userOf(address string) string {
	_, rest, _ := strings.Cut(address, ":")
	user, _, _ := strings.Cut(rest, "@")
	return user
}

// authorize answers a challenge with MD5 and qop=auth (RFC 2617 §3.2.2, RFC 8760 allows it still).
func authorize(m *message, challenge, header, user, password, method, to string) {
	hash := func(parts ...string) string {
		sum := md5.Sum([]byte(strings.Join(parts, ":")))
		return hex.EncodeToString(sum[:])
	}
	realm, nonce := param(challenge, "realm"), param(challenge, "nonce")
	answer := hash(hash(user, realm, password), nonce, "00000001", "abcd", "auth", hash(method, to))
	m.add(header, `Digest username="%s", realm="%s", nonce="%s", uri="%s", response="%s", algorithm=MD5, qop=auth, nc=00000001, cnonce="abcd"`,
		user, realm, nonce, to, answer)
}
