package sipua_test

import (
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/dealerline/dealerline/internal/lines/sipua"
)

// wire is a far side made of a bare socket, for what no well-behaved peer does.
type wire struct {
	t    *testing.T
	conn *net.UDPConn
	to   string
}

func newWire(t *testing.T, b *box, from string) *wire {
	t.Helper()
	c, err := net.DialUDP("udp4", &net.UDPAddr{IP: net.ParseIP(from)}, net.UDPAddrFromAddrPort(b.addr))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return &wire{t, c, b.addr.String()}
}

func (w *wire) port() uint16 { return ap(w.conn.LocalAddr().String()).Port() }

// send sends a message; ME and BOX stand for the two addresses, but not in a password's answer, where chance may have
// written them, and the header section is closed.
func (w *wire) send(lines ...string) {
	w.t.Helper()
	names := strings.NewReplacer("ME", w.conn.LocalAddr().String(), "BOX", w.to)
	filled := make([]string, len(lines))
	for i, l := range lines {
		if filled[i] = l; !strings.Contains(l, "uthorization: ") {
			filled[i] = names.Replace(l)
		}
	}
	head, body, _ := strings.Cut(strings.Join(filled, "\r\n"), "\r\n\r\n")
	if !strings.Contains(head, "\r\nContent-Length:") {
		head += fmt.Sprintf("\r\nContent-Length: %d", len(body))
	}
	w.raw([]byte(head + "\r\n\r\n" + body))
}

func (w *wire) raw(b []byte) {
	w.t.Helper()
	if _, err := w.conn.Write(b); err != nil {
		w.t.Fatal(err)
	}
}

// read returns the next message, "" when none comes in time.
func (w *wire) read(limit time.Duration) string {
	w.t.Helper()
	if err := w.conn.SetReadDeadline(time.Now().Add(limit)); err != nil {
		w.t.Fatal(err)
	}
	buf := make([]byte, 65536)
	n, err := w.conn.Read(buf)
	if err != nil {
		return ""
	}
	return string(buf[:n])
}

// until reads until a message begins with a prefix.
func (w *wire) until(prefix string) string {
	w.t.Helper()
	for limit := time.Now().Add(patience); time.Now().Before(limit); {
		if m := w.read(patience); strings.HasPrefix(m, prefix) {
			return m
		}
	}
	w.t.Fatalf("nothing that begins with %q", prefix)
	return ""
}

// field returns a header's value.
func field(msg, name string) string {
	for l := range strings.SplitSeq(msg, "\r\n") {
		if k, v, ok := strings.Cut(l, ":"); ok && strings.EqualFold(k, name) {
			return strings.TrimSpace(v)
		}
	}
	return ""
}

// respond answers a request that came.
func (w *wire) respond(req, status, tag string, more ...string) {
	w.t.Helper()
	to := field(req, "To")
	if tag != "" && !strings.Contains(to, "tag=") {
		to += ";tag=" + tag
	}
	lines := []string{
		"SIP/2.0 " + status, "Via: " + field(req, "Via"), "From: " + field(req, "From"), "To: " + to,
		"Call-ID: " + field(req, "Call-ID"), "CSeq: " + field(req, "CSeq"),
	}
	w.send(append(lines, more...)...)
}

const soundSDP = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 4000 RTP/AVP 8\r\n"

// trunkTo makes a box with a trunk to a wire.
func trunkTo(t *testing.T) (*box, *wire) {
	t.Helper()
	b := newBox(t, sipua.Settings{}, nil)
	w := newWire(t, b, "127.0.0.1")
	set := extensions("101")
	set.Trunks = []sipua.Trunk{{Name: "carrier", Host: "127.0.0.1", Port: w.port(), Sources: []string{"127.0.0.1"}}}
	if err := b.Apply(set); err != nil {
		t.Fatal(err)
	}
	return b, w
}

func request(method, callID string, seq int, more ...string) []string {
	return append([]string{
		method + " sip:600@BOX SIP/2.0", fmt.Sprintf("Via: SIP/2.0/UDP ME;branch=z9hG4bK%s%s%d", callID, method, seq),
		"From: <sip:13800138000@ME>;tag=far", "To: <sip:600@BOX>", "Call-ID: " + callID,
		fmt.Sprintf("CSeq: %d %s", seq, method), "Max-Forwards: 70", "Contact: <sip:far@ME>",
	}, more...)
}

func withSDP(lines []string) []string {
	return append(lines, "Content-Type: application/sdp", "", soundSDP)
}
