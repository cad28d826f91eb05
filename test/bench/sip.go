package main

import (
	"bytes"
	"crypto/md5" //nolint:gosec // digest authentication is what it is
	"encoding/hex"
	"fmt"
	"net"
	"strings"
)

// message is as much of a SIP message as the benchmark needs; both sides are known to be well-formed.
type message struct {
	first   string
	headers map[string]string
	body    string
}

func parse(data []byte) message {
	head, body, _ := bytes.Cut(data, []byte("\r\n\r\n"))
	lines := strings.Split(string(head), "\r\n")
	m := message{first: lines[0], headers: map[string]string{}, body: string(body)}
	for _, l := range lines[1:] {
		name, value, _ := strings.Cut(l, ":")
		name = strings.ToLower(strings.TrimSpace(name))
		if old, ok := m.headers[name]; ok { // several Via
			value = old + "\r\n" + name + ":" + value
		}
		m.headers[name] = strings.TrimSpace(value)
	}
	return m
}

// reply makes a response to a request.
func (m message) reply(status, tag, contact, body string) string {
	to := m.headers["to"]
	if !strings.Contains(to, "tag=") && tag != "" {
		to += ";tag=" + tag
	}
	var b strings.Builder
	fmt.Fprintf(&b, "SIP/2.0 %s\r\nVia: %s\r\nFrom: %s\r\nTo: %s\r\nCall-ID: %s\r\nCSeq: %s\r\n", status, m.headers["via"], m.headers["from"], to, m.headers["call-id"], m.headers["cseq"])
	if contact != "" {
		fmt.Fprintf(&b, "Contact: <%s>\r\n", contact)
	}
	if body != "" {
		b.WriteString("Content-Type: application/sdp\r\n")
	}
	fmt.Fprintf(&b, "Content-Length: %d\r\n\r\n%s", len(body), body)
	return b.String()
}

// port finds the audio port in an SDP.
func (m message) port() int {
	var p int
	if _, rest, ok := strings.Cut(m.body, "m=audio "); ok {
		_, _ = fmt.Sscan(rest, &p)
	}
	return p
}

// uri is what stands between < and > in the Contact.
func (m message) uri() string {
	_, rest, _ := strings.Cut(m.headers["contact"], "<")
	u, _, _ := strings.Cut(rest, ">")
	return u
}

func sdp(port int) string {
	return fmt.Sprintf("v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio %d RTP/AVP 8 101\r\na=rtpmap:8 PCMA/8000\r\na=rtpmap:101 telephone-event/8000\r\n", port)
}

func md5hex(s string) string {
	sum := md5.Sum([]byte(s)) //nolint:gosec // as above
	return hex.EncodeToString(sum[:])
}

// field reads a quoted or bare parameter of a challenge.
func field(challenge, name string) string {
	_, rest, ok := strings.Cut(challenge, name+"=")
	if !ok {
		return ""
	}
	if strings.HasPrefix(rest, `"`) {
		v, _, _ := strings.Cut(rest[1:], `"`)
		return v
	}
	v, _, _ := strings.Cut(rest, ",")
	return strings.TrimSpace(v)
}

func udp(port int) (*net.UDPConn, error) {
	c, err := net.ListenUDP("udp", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1), Port: port})
	if err != nil {
		return nil, err
	}
	return c, c.SetReadBuffer(4 << 20)
}
