package sipua_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/dealerline/dealerline/internal/base/line"
	"github.com/dealerline/dealerline/test/peer"
)

// baresip is a softphone made by others, without a screen, registered at a box.
type baresip struct {
	t    *testing.T
	conn net.Conn

	mu   sync.Mutex
	news []string // events, each with what belongs to it
}

// newBaresip starts a phone of an extension.
func newBaresip(t *testing.T, b *box, number string) *baresip {
	t.Helper()
	path := peer.Need(t, "baresip")
	dir, control := t.TempDir(), freePort(t)
	lo, hi := ports(20)
	config := fmt.Sprintf(`poll_method epoll
sip_listen 127.0.0.1:%d
audio_player aubridge,none
audio_source aubridge,none
audio_alert aubridge,alert
rtp_ports %d-%d
rtcp_mux no
call_max_calls 4
module_path %s
module g711.so
module aubridge.so
module_app account.so
module_app contact.so
module_app menu.so
module_app mwi.so
module_app ctrl_tcp.so
ctrl_tcp_listen 127.0.0.1:%d
`, freePort(t), lo, hi, baresipModules(t), control)
	account := fmt.Sprintf("<sip:%s@%s>;auth_user=%s;auth_pass=%s;regint=300;mwi=yes", number, b.addr, number, password)
	for name, text := range map[string]string{"config": config, "accounts": "# later\n", "contacts": ""} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var out strings.Builder
	cmd := exec.Command(path, "-f", dir, "-s")
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	p := &baresip{t: t}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		if t.Failed() {
			t.Logf("baresip: %q\n%s", p.happened(), tail(out.String(), 6000))
		}
	})
	eventually(t, "baresip listens", func() (ok bool) {
		var d net.Dialer
		conn, err := d.DialContext(t.Context(), "tcp", fmt.Sprintf("127.0.0.1:%d", control))
		if ok = err == nil; ok {
			p.conn = conn
		}
		return ok
	})
	t.Cleanup(func() { _ = p.conn.Close() })
	go p.read()
	p.tell("uanew", account) // one that registers in its first millisecond subscribes for ever and ever
	eventually(t, "registered", func() bool { return len(b.Registrations()) > 0 })
	return p
}

// baresipModules is where the modules lie.
func baresipModules(t *testing.T) string {
	t.Helper()
	for _, pattern := range []string{"/usr/lib/baresip/modules", "/usr/lib/*/baresip/modules", "/usr/local/lib/baresip/modules"} {
		if found, err := filepath.Glob(pattern); err == nil && len(found) > 0 {
			return found[0]
		}
	}
	peer.Missing(t, "baresip's modules are nowhere")
	return ""
}

// read takes the netstrings that baresip sends: "12:{…},".
func (p *baresip) read() {
	r := bufio.NewReader(p.conn)
	for {
		head, err := r.ReadString(':')
		if err != nil {
			return
		}
		n, err := strconv.Atoi(strings.TrimSuffix(head, ":"))
		if err != nil {
			return
		}
		body := make([]byte, n+1)
		for at := 0; at < len(body); {
			k, err := r.Read(body[at:])
			if err != nil {
				return
			}
			at += k
		}
		var ev struct{ Type, Param string }
		if json.Unmarshal(body[:n], &ev) == nil && ev.Type != "" {
			p.mu.Lock()
			p.news = append(p.news, ev.Type+" "+ev.Param)
			p.mu.Unlock()
		}
	}
}

func (p *baresip) happened() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]string{}, p.news...)
}

// wait waits for an event with a text.
func (p *baresip) wait(event, text string) {
	p.t.Helper()
	eventually(p.t, event+" "+text, func() bool {
		for _, n := range p.happened() {
			if strings.HasPrefix(n, event) && strings.Contains(n, text) {
				return true
			}
		}
		return false
	})
}

// tell gives a command.
func (p *baresip) tell(command, params string) {
	p.t.Helper()
	text, err := json.Marshal(map[string]string{"command": command, "params": params})
	if err != nil {
		p.t.Fatal(err)
	}
	if _, err := fmt.Fprintf(p.conn, "%d:%s,", len(text), text); err != nil {
		p.t.Fatal(err)
	}
}

func TestBaresipShowsMessages(t *testing.T) {
	t.Parallel()
	b := newBox(t, extensions("101"), nil)
	b.ShowMessages("101", 0, 4)
	p := newBaresip(t, b, "101")
	p.wait("MWI_NOTIFY", "Messages-Waiting: no")
	b.ShowMessages("101", 3, 4)
	p.wait("MWI_NOTIFY", "Voice-Message: 3/4 (0/0)")
}

// Whatever comes of its transfer, this phone is told and hangs up.
func TestBaresipTransfers(t *testing.T) {
	t.Parallel()
	b := newBox(t, extensions("101"), nil)
	p := newBaresip(t, b, "101")
	for _, c := range []struct {
		result line.TransferResult
		event  string
		text   string
	}{
		{line.TransferResult{Cause: line.UserBusy}, "TRANSFER_FAILED", "486 Busy Here"},
		{line.TransferResult{OK: true}, "CALL_CLOSED", "transfer"},
	} {
		p.tell("dial", "sip:600@"+b.addr.String())
		e := b.call()
		e.Do(line.Answer{})
		e.want(line.Answered{})
		p.wait("CALL_ESTABLISHED", "")
		p.tell("transfer", "sip:601@"+b.addr.String())
		e.transferred("601")
		e.Do(c.result)
		p.wait(c.event, c.text)
		if got := e.ended(line.NormalClearing); !got.Remote {
			t.Error("the phone hangs up")
		}
	}
}

// transferred waits for the request to transfer, passing over holding.
func (e *end) transferred(to string) {
	e.t.Helper()
	for {
		if got, ok := e.next().(line.Transfer); ok {
			if got != (line.Transfer{To: to}) {
				e.t.Fatalf("%+v, want %s", got, to)
			}
			return
		}
	}
}
