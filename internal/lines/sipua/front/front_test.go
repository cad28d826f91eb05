package front_test

import (
	"bufio"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/emiago/sipgo/sip"

	"github.com/dealerline/dealerline/internal/lines/sipua/front"
)

const handshake = "GET /sip HTTP/1.1\r\nHost: %s\r\nUpgrade: websocket\r\nConnection: keep-alive, Upgrade\r\n" +
	"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: sip\r\n%s\r\n"

// start runs the front before sipgo's own WebSocket listener.
func start(t *testing.T) string {
	t.Helper()
	web := httptest.NewUnstartedServer(nil)
	f := front.New(web.Listener.Addr(), func(r *http.Request) bool { return r.Header.Get("Cookie") != "session=bad" })
	web.Config.Handler = f
	web.Config.ReadHeaderTimeout = 500 * time.Millisecond
	web.Start()
	stack := sip.NewTransportLayer(net.DefaultResolver, sip.NewParser(), nil)
	stack.OnMessage(func(sip.Message) {})
	done := make(chan struct{})
	go func() { defer close(done); _ = stack.ServeWS(f) }()
	t.Cleanup(func() {
		_ = f.Close()
		<-done
		_ = stack.Close()
		web.Close()
	})
	return web.Listener.Addr().String()
}

// knock sends a handshake and returns the status line.
func knock(t *testing.T, addr, more string) string {
	t.Helper()
	c, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	_, _ = fmt.Fprintf(c, handshake, addr, more)
	_ = c.SetReadDeadline(time.Now().Add(3 * time.Second))
	l, err := bufio.NewReader(c).ReadString('\n')
	if err != nil {
		t.Fatalf("no answer to the handshake: %v", err)
	}
	return l
}

// Twenty clients that connect and say nothing, and twenty that stop in mid-handshake, keep nobody out.
func TestSilentClientsKeepNobodyOut(t *testing.T) {
	addr := start(t)
	for i := range 40 {
		c, err := net.Dial("tcp", addr)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = c.Close() }()
		if i%2 == 0 {
			_, _ = fmt.Fprint(c, "GET /sip HTTP/1.1\r\nHost: x\r\nUpgr")
		}
	}
	began := time.Now()
	if got := knock(t, addr, ""); !strings.HasPrefix(got, "HTTP/1.1 101") {
		t.Errorf("got %q", got)
	}
	if d := time.Since(began); d > time.Second {
		t.Errorf("the handshake took %v", d)
	}
}

func TestChecks(t *testing.T) {
	addr := start(t)
	for _, c := range []struct{ name, more, want string }{
		{"same origin", "Origin: https://" + addr + "\r\n", "101"},
		{"another site", "Origin: https://evil.example\r\n", "403"},
		{"no session", "Cookie: session=bad\r\n", "401"},
	} {
		if got := knock(t, addr, c.more); !strings.HasPrefix(got, "HTTP/1.1 "+c.want) {
			t.Errorf("%s: got %q, want %s", c.name, got, c.want)
		}
	}
	res, err := http.Get("http://" + addr + "/sip")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	if res.StatusCode != http.StatusUpgradeRequired {
		t.Errorf("plain GET: %s", res.Status)
	}
}
