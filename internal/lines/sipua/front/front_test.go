package front_test

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/emiago/sipgo/sip"

	"github.com/dealerline/dealerline/internal/lines/sipua/front"
)

const (
	handshake = "GET /sip HTTP/1.1\r\nHost: %s\r\nUpgrade: websocket\r\nConnection: keep-alive, Upgrade\r\n" +
		"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: sip\r\n%s\r\n"
	patience = 5 * time.Second
)

// bed is the front before sipgo's own WebSocket listener.
type bed struct {
	t     *testing.T
	addr  string
	front *front.Handler
	alive atomic.Bool

	mu  sync.Mutex
	got []string // start lines of what the stack has read
}

func start(t *testing.T) *bed {
	t.Helper()
	web := httptest.NewUnstartedServer(nil)
	b := &bed{t: t}
	b.alive.Store(true)
	b.front = front.New(web.Listener.Addr(), func(r *http.Request) (front.Guest, int) {
		c, err := r.Cookie("session")
		if err != nil {
			return front.Guest{}, http.StatusUnauthorized
		}
		return front.Guest{Name: c.Value, Phone: "8" + c.Value, Alive: b.alive.Load}, 0
	})
	web.Config.Handler = b.front
	web.Config.ReadHeaderTimeout = 500 * time.Millisecond
	web.Start()
	stack := sip.NewTransportLayer(net.DefaultResolver, sip.NewParser(), nil)
	stack.OnMessage(func(m sip.Message) {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.got = append(b.got, m.CallID().Value())
	})
	done := make(chan struct{})
	go func() { defer close(done); _ = stack.ServeWSS(b.front) }()
	t.Cleanup(func() {
		_ = b.front.Close()
		<-done
		_ = stack.Close()
		web.Close()
	})
	b.addr = web.Listener.Addr().String()
	return b
}

func (b *bed) messages() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return append([]string(nil), b.got...)
}

// client is a connection by hand.
type client struct {
	net.Conn

	t *testing.T
	r *bufio.Reader
}

// knock sends a handshake and returns the status line.
func (b *bed) knock(more string) (*client, string) {
	b.t.Helper()
	nc, err := net.Dial("tcp", b.addr)
	if err != nil {
		b.t.Fatal(err)
	}
	b.t.Cleanup(func() { _ = nc.Close() })
	c := &client{Conn: nc, t: b.t, r: bufio.NewReader(nc)}
	_, _ = fmt.Fprintf(c, handshake, b.addr, more)
	_ = c.SetReadDeadline(time.Now().Add(patience))
	l, err := c.r.ReadString('\n')
	if err != nil {
		b.t.Fatalf("no answer to the handshake: %v", err)
	}
	return c, l
}

// enter is a knock that is let in.
func (b *bed) enter(name string) *client {
	b.t.Helper()
	c, status := b.knock("Origin: https://" + b.addr + "\r\nCookie: session=" + name + "\r\n")
	if !strings.HasPrefix(status, "HTTP/1.1 101") {
		b.t.Fatal(status)
	}
	for {
		l, err := c.r.ReadString('\n')
		if err != nil {
			b.t.Fatal(err)
		}
		if l == "\r\n" {
			return c
		}
	}
}

// frame sends one frame, masked as a client's must be unless mask is false.
func (c *client) frame(op byte, final bool, payload string, mask bool) {
	c.t.Helper()
	head := []byte{op, 0}
	if final {
		head[0] |= 0x80
	}
	switch {
	case len(payload) <= 125:
		head[1] = byte(len(payload)) //nolint:gosec // checked
	default:
		head[1] = 126
		head = binary.BigEndian.AppendUint16(head, uint16(len(payload))) //nolint:gosec // tests' are short
	}
	body := []byte(payload)
	if mask {
		head[1] |= 0x80
		key := []byte{1, 2, 3, 4}
		head = append(head, key...)
		for i := range body {
			body[i] ^= key[i&3]
		}
	}
	_, _ = c.Write(append(head, body...)) // a refused client finds out when it reads
}

// read returns the next frame of the server's.
func (c *client) read() (op byte, payload []byte, err error) {
	_ = c.SetReadDeadline(time.Now().Add(patience))
	head := make([]byte, 2)
	if _, err = io.ReadFull(c.r, head); err != nil {
		return 0, nil, err
	}
	payload = make([]byte, head[1]&0x7F)
	_, err = io.ReadFull(c.r, payload)
	return head[0] & 0xF, payload, err
}

// closed checks that the server ends the connection with this status.
func (c *client) closed(status uint16) {
	c.t.Helper()
	for {
		op, payload, err := c.read()
		if err != nil {
			c.t.Fatalf("ended without a word: %v", err)
		}
		if op == 8 {
			if got := binary.BigEndian.Uint16(payload); got != status {
				c.t.Errorf("closed with %d, want %d", got, status)
			}
			return
		}
	}
}

func options(id string) string {
	return "OPTIONS sip:dealer SIP/2.0\r\nVia: SIP/2.0/WSS x.invalid;branch=z9hG4bK" + id + "\r\nFrom: <sip:a@dealer>;tag=1\r\nTo: <sip:dealer>\r\nCall-ID: " + id +
		"\r\nCSeq: 1 OPTIONS\r\nMax-Forwards: 70\r\nContent-Length: 0\r\n\r\n"
}

func (b *bed) waitFor(ids ...string) {
	b.t.Helper()
	for limit := time.Now().Add(patience); ; time.Sleep(5 * time.Millisecond) {
		if got := b.messages(); strings.Join(got, " ") == strings.Join(ids, " ") {
			return
		} else if time.Now().After(limit) {
			b.t.Fatalf("the stack has read %v, want %v", got, ids)
		}
	}
}

// Twenty clients that connect and say nothing, and twenty that stop in mid-handshake, keep nobody out.
func TestSilentClientsKeepNobodyOut(t *testing.T) {
	b := start(t)
	for i := range 40 {
		c, err := net.Dial("tcp", b.addr)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = c.Close() }()
		if i%2 == 0 {
			_, _ = fmt.Fprint(c, "GET /sip HTTP/1.1\r\nHost: x\r\nUpgr")
		}
	}
	began := time.Now()
	b.enter("1")
	if d := time.Since(began); d > time.Second {
		t.Errorf("the handshake took %v", d)
	}
}

func TestChecks(t *testing.T) {
	b := start(t)
	good := "Origin: https://" + b.addr + "\r\n"
	for _, c := range []struct{ name, more, want string }{
		{"same origin", good + "Cookie: session=1\r\n", "101"},
		{"another site", "Origin: https://evil.example\r\nCookie: session=1\r\n", "403"},
		{"no origin at all", "Cookie: session=1\r\n", "403"},
		{"an origin that is none", "Origin: null\r\nCookie: session=1\r\n", "403"},
		{"no session", good, "401"},
	} {
		if _, got := b.knock(c.more); !strings.HasPrefix(got, "HTTP/1.1 "+c.want) {
			t.Errorf("%s: got %q, want %s", c.name, got, c.want)
		}
	}
	res, err := http.Get("http://" + b.addr + "/sip")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	if res.StatusCode != http.StatusUpgradeRequired {
		t.Errorf("plain GET: %s", res.Status)
	}
}

func TestMessagesPass(t *testing.T) {
	b := start(t)
	c := b.enter("1")
	c.frame(1, true, options("whole"), true)
	b.waitFor("whole")
	m := options("parts")
	c.frame(1, false, m[:40], true)
	c.frame(9, true, "still there?", true) // a ping may stand between fragments
	c.frame(0, true, m[40:], true)
	b.waitFor("whole", "parts")
	if op, payload, err := c.read(); err != nil || op != 10 || string(payload) != "still there?" {
		t.Errorf("the ping's answer: operation %d, %q, %v", op, payload, err)
	}
	from, err := netip.ParseAddrPort(c.LocalAddr().String())
	if err != nil || b.front.Phone(from) != "81" {
		t.Errorf("whose phone: %q, %v", b.front.Phone(from), err)
	}
	c.frame(8, true, "", true)
	c.closed(1000)
	for limit := time.Now().Add(patience); b.front.Guests() > 0; time.Sleep(5 * time.Millisecond) {
		if time.Now().After(limit) {
			t.Fatal("the place is still taken")
		}
	}
}

func TestWhatIsRefused(t *testing.T) {
	long := strings.Repeat("x", 20<<10)
	for _, c := range []struct {
		name   string
		do     func(*client)
		status uint16
	}{
		{"too long a message", func(c *client) { c.frame(1, true, strings.Repeat("x", 33<<10), true) }, 1009},
		{"too long in parts", func(c *client) { c.frame(1, false, long, true); c.frame(0, true, long, true) }, 1009},
		{"not masked", func(c *client) { c.frame(1, true, "hello", false) }, 1002},
		{"a fragment of nothing", func(c *client) { c.frame(0, true, "hello", true) }, 1002},
		{"a message within another", func(c *client) { c.frame(1, false, "a", true); c.frame(1, true, "b", true) }, 1002},
		{"an unknown operation", func(c *client) { c.frame(5, true, "", true) }, 1002},
		{"a long ping", func(c *client) { c.frame(9, true, strings.Repeat("x", 126), true) }, 1002},
		{"a flood", func(c *client) {
			for range 400 {
				c.frame(10, true, "", true)
			}
		}, 1008},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			client := start(t).enter("1")
			c.do(client)
			client.closed(c.status)
		})
	}
}

func TestTheNewerConnectionTakesThePlace(t *testing.T) {
	b := start(t)
	first, other := b.enter("1"), b.enter("2")
	second := b.enter("1")
	first.closed(front.Replaced)
	second.frame(1, true, options("second"), true)
	b.waitFor("second")
	other.frame(1, true, options("other"), true)
	b.waitFor("second", "other")
	if n := b.front.Guests(); n != 2 {
		t.Errorf("%d guests, want 2", n)
	}
}
