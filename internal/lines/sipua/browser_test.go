package sipua_test

import (
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/dealerline/dealerline/internal/base/line"
	"github.com/dealerline/dealerline/internal/lines/sipua"
	"github.com/dealerline/dealerline/internal/lines/sipua/digest"
)

// sound stands for a browser's sound: it says everything in capitals to the browser, and in a phone's words to the box.
type sound struct {
	mu     sync.Mutex
	seen   []string
	closed bool
	lost   func()
	broken bool
}

func (s *sound) Inward(body []byte, offer bool) ([]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.seen = append(s.seen, fmt.Sprintf("in %v", offer))
	if s.broken {
		return nil, errors.New("not a browser's")
	}
	return []byte(strings.ReplaceAll(string(body), "UDP/TLS/RTP/SAVPF", "RTP/AVP")), nil
}

func (s *sound) Outward(body []byte, offer bool) ([]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.seen = append(s.seen, fmt.Sprintf("out %v", offer))
	return []byte(strings.ReplaceAll(string(body), "RTP/AVP", "UDP/TLS/RTP/SAVPF")), nil
}

func (s *sound) Close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
}

func (s *sound) said() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return strings.Join(s.seen, ", ")
}

// page is a browser's SIP by hand, over a WebSocket.
type page struct {
	t    *testing.T
	conn net.Conn
	r    *bufio.Reader
	seq  int
}

// newPages is a box that browsers reach, all of them as the phone of extension 101.
func newPages(t *testing.T) (*box, *sound, func() *page) {
	t.Helper()
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &sound{}
	b := newBox(t, extensions("101", "102"), func(c *sipua.Config) {
		c.Browsers = sipua.Browsers{
			Listener: l, Extension: func(netip.AddrPort) string { return "101" },
			Open: func(_ uint16, _ netip.Addr, lost func()) (sipua.BrowserSound, error) {
				s.mu.Lock()
				defer s.mu.Unlock()
				s.lost = lost
				return s, nil
			},
		}
	})
	return b, s, func() *page {
		c, err := new(net.Dialer).DialContext(context.Background(), "tcp", l.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = c.Close() })
		p := &page{t: t, conn: c, r: bufio.NewReader(c)}
		_, _ = fmt.Fprintf(c, "GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"+
			"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: sip\r\n\r\n")
		for {
			line, err := p.r.ReadString('\n')
			if err != nil {
				t.Fatal(err)
			}
			if line == "\r\n" {
				return p
			}
		}
	}
}

func (p *page) send(lines ...string) {
	p.t.Helper()
	text := strings.Join(lines, "\r\n")
	frame := binary.BigEndian.AppendUint16([]byte{0x81, 0x80 | 126}, uint16(len(text))) //nolint:gosec // short
	if _, err := p.conn.Write(append(append(frame, 0, 0, 0, 0), text...)); err != nil {
		p.t.Fatal(err)
	}
}

// read returns the next message that is no OPTIONS of the box.
func (p *page) read() string {
	p.t.Helper()
	for {
		_ = p.conn.SetReadDeadline(time.Now().Add(patience))
		var head [2]byte
		if _, err := io.ReadFull(p.r, head[:]); err != nil {
			p.t.Fatalf("no message: %v", err)
		}
		size := int(head[1])
		if size == 126 {
			var b [2]byte
			if _, err := io.ReadFull(p.r, b[:]); err != nil {
				p.t.Fatal(err)
			}
			size = int(binary.BigEndian.Uint16(b[:]))
		}
		body := make([]byte, size)
		if _, err := io.ReadFull(p.r, body); err != nil {
			p.t.Fatal(err)
		}
		if !strings.HasPrefix(string(body), "OPTIONS ") {
			return string(body)
		}
	}
}

func headerOf(m, name string) string {
	for l := range strings.SplitSeq(m, "\r\n") {
		if v, ok := strings.CutPrefix(l, name+": "); ok {
			return v
		}
	}
	return ""
}

// request sends a request, with the password when it is asked for, and returns the final answer.
func (p *page) request(method, user, password, callID string, more ...string) string {
	p.t.Helper()
	uri, extra := "sip:"+user+"@dealer", []string(nil)
	for {
		p.seq++
		head := []string{
			method + " " + uri + " SIP/2.0", fmt.Sprintf("Via: SIP/2.0/WSS page.invalid;branch=z9hG4bK%s%d", callID, p.seq),
			"From: <sip:" + user + "@dealer>;tag=f" + callID, "To: <" + uri + ">", "Call-ID: " + callID,
			fmt.Sprintf("CSeq: %d %s", p.seq, method), "Max-Forwards: 70", "Contact: <sip:me@page.invalid;transport=ws>",
		}
		p.send(append(append(head, extra...), more...)...)
		m := p.read()
		for strings.HasPrefix(m, "SIP/2.0 1") {
			m = p.read()
		}
		asked, answer := headerOf(m, "WWW-Authenticate"), "Authorization"
		if asked == "" {
			asked, answer = headerOf(m, "Proxy-Authenticate"), "Proxy-Authorization"
		}
		if asked == "" || extra != nil {
			return m
		}
		v, err := digest.Answer([]string{asked}, digest.Credentials{Username: user, Password: password}, "", method, uri)
		if err != nil {
			p.t.Fatal(err)
		}
		extra = []string{answer + ": " + v}
	}
}

const offered = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 40000 UDP/TLS/RTP/SAVPF 8 126\r\na=rtpmap:126 telephone-event/8000\r\n"

func withOffer() []string {
	return []string{"Content-Type: application/sdp", fmt.Sprintf("Content-Length: %d", len(offered)), "", offered}
}

func TestABrowserIsAPhoneWithALentPassword(t *testing.T) {
	t.Parallel()
	b, _, open := newPages(t)
	lent, until, ok := b.Lend("101")
	other, _, _ := b.Lend("102")
	if !ok || time.Until(until) > sipua.LoanLife || lent == other {
		t.Fatalf("lent %q until %v, %v", lent, until, ok)
	}
	if _, _, ok := b.Lend("999"); ok {
		t.Error("a password for an extension that is not there was lent")
	}
	end := []string{"Expires: 300", "Content-Length: 0", "", ""}
	for _, c := range []struct{ name, user, password, want string }{
		{"the phone's own password", "101", password, "SIP/2.0 403"},
		{"a wrong password", "101", "guess", "SIP/2.0 403"},
		{"another's extension", "102", other, "SIP/2.0 403"},
		{"the lent one", "101", lent, "SIP/2.0 200"},
	} {
		if got := open().request("REGISTER", c.user, c.password, newID(), end...); !strings.HasPrefix(got, c.want) {
			t.Errorf("%s: %s", c.name, got)
		}
	}
	phone := newWire(t, b, "127.0.0.1")
	if got := phone.register("101", lent, 1, "<sip:101@ME>"); !strings.HasPrefix(got, "SIP/2.0 403") {
		t.Errorf("the lent password elsewhere: %s", got)
	}
}

func TestRegistrationEndsWithItsWebSocket(t *testing.T) {
	t.Parallel()
	b, _, open := newPages(t)
	lent, _, _ := b.Lend("101")
	p := open()
	if got := p.request("REGISTER", "101", lent, newID(), "Expires: 300", "Content-Length: 0", "", ""); !strings.HasPrefix(got, "SIP/2.0 200") {
		t.Fatal(got)
	}
	if l := b.Registrations(); len(l) != 1 || l[0].Transport != "wss" {
		t.Fatalf("registered: %+v", l)
	}
	_ = p.conn.Close()
	eventually(t, "nobody is registered", func() bool { return len(b.Registrations()) == 0 })
}

func TestABrowserCallsAndIsCalled(t *testing.T) {
	t.Parallel()
	b, s, open := newPages(t)
	lent, _, _ := b.Lend("101")
	p := open()
	go func() {
		e := b.call()
		e.Do(line.Answer{})
	}()
	m := p.request("INVITE", "101", lent, "call", withOffer()...)
	if !strings.HasPrefix(m, "SIP/2.0 200") || !strings.Contains(m, "UDP/TLS/RTP/SAVPF 8 126") {
		t.Fatalf("answer: %s", m)
	}
	if got := s.said(); got != "in true, out false" {
		t.Errorf("descriptions: %s", got)
	}

	if got := p.request("REGISTER", "101", lent, newID(), "Expires: 300", "Content-Length: 0", "", ""); !strings.HasPrefix(got, "SIP/2.0 200") {
		t.Fatal(got)
	}
	legs, err := b.DialExtension("101", sipua.Outgoing{From: "13800001234"})
	if err != nil {
		t.Fatal(err)
	}
	called := hold(t, legs[0])
	invite := p.read()
	for !strings.HasPrefix(invite, "INVITE ") {
		invite = p.read()
	}
	if !strings.HasPrefix(invite, "INVITE sip:me@page.invalid;transport=ws SIP/2.0") || !strings.Contains(invite, "SAVPF") {
		t.Errorf("call: %s", invite)
	}
	p.send("SIP/2.0 200 OK", "Via: "+headerOf(invite, "Via"), "From: "+headerOf(invite, "From"), "To: "+headerOf(invite, "To")+";tag=me", "Call-ID: "+headerOf(invite, "Call-ID"),
		"CSeq: "+headerOf(invite, "CSeq"), "Contact: <sip:me@page.invalid;transport=ws>", strings.Join(withOffer(), "\r\n"))
	called.want(line.Answered{})
	s.lost()
	called.ended(line.MediaTimeout)
	eventually(t, "the sound is closed", func() bool {
		s.mu.Lock()
		defer s.mu.Unlock()
		return s.closed
	})
}

func TestABrowserThatIsNoneGetsNoCall(t *testing.T) {
	t.Parallel()
	b, s, open := newPages(t)
	s.broken = true
	lent, _, _ := b.Lend("101")
	if m := open().request("INVITE", "101", lent, "call", withOffer()...); !strings.HasPrefix(m, "SIP/2.0 488") {
		t.Errorf("answer: %s", m)
	}
}

// newID is a Call-ID.
func newID() string { return fmt.Sprint(time.Now().UnixNano()) }
