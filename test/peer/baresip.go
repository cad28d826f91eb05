package peer

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// Phone is how a [Baresip] is set up.
type Phone struct {
	SIP      int               // its port of 127.0.0.1 for UDP and TCP: see [FreePort]
	RTP      [2]int            // the first and last of its ports for sound
	Source   string            // what it says, as in its audio_source
	Config   string            // further lines of its configuration
	Accounts string            // its lines, as in its file of that name
	Files    map[string][]byte // further files in its folder
}

// Baresip is a softphone made by others, without a screen, that is told what to do over a TCP connection.
type Baresip struct {
	Dir string // where its files lie

	t    testing.TB
	conn net.Conn

	mu     sync.Mutex
	events []phoneEvent
}

// phoneEvent is what baresip reports, as its ctrl_tcp module writes it.
type phoneEvent struct {
	Event       bool // not the answer to a command
	Type, Param string
}

// patience is how long a phone may take to start, and to report what it was told to do.
const patience = 20 * time.Second

// NewBaresip starts a phone that lives as long as the test.
func NewBaresip(t testing.TB, dir string, o Phone) *Baresip {
	t.Helper()
	path := Need(t, "baresip")
	control := FreePort(t)
	config := fmt.Sprintf(`poll_method epoll
sip_listen 127.0.0.1:%d
audio_player aubridge,none
audio_source %s
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
module_app ctrl_tcp.so
ctrl_tcp_listen 127.0.0.1:%d
%s`, o.SIP, o.Source, o.RTP[0], o.RTP[1], baresipModules(t), control, o.Config)
	files := map[string][]byte{"config": []byte(config), "accounts": []byte(o.Accounts + "\n"), "contacts": nil}
	maps.Copy(files, o.Files)
	for name, data := range files {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	p := &Baresip{Dir: dir, t: t}
	p.run(path, fmt.Sprintf("127.0.0.1:%d", control))
	return p
}

// baresipModules is where the modules lie.
func baresipModules(t testing.TB) string {
	t.Helper()
	for _, pattern := range []string{"/usr/lib/baresip/modules", "/usr/lib/*/baresip/modules", "/usr/local/lib/baresip/modules"} {
		if found, err := filepath.Glob(pattern); err == nil && len(found) > 0 {
			return found[0]
		}
	}
	Missing(t, "baresip's modules are nowhere")
	return ""
}

func (p *Baresip) run(path, control string) {
	p.t.Helper()
	log, err := os.Create(filepath.Join(p.Dir, "log"))
	if err != nil {
		p.t.Fatal(err)
	}
	cmd := exec.Command(path, "-f", p.Dir, "-s") //nolint:noctx // killed with the test, once its log is complete
	cmd.Stdout, cmd.Stderr = log, log
	if err := cmd.Start(); err != nil {
		p.t.Fatal(err)
	}
	p.t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		if p.t.Failed() {
			text, _ := os.ReadFile(log.Name())
			p.t.Logf("baresip %s: %v\n%s", control, p.happened(), text[max(0, len(text)-6000):])
		}
		_ = log.Close()
	})
	var d net.Dialer
	for end := time.Now().Add(patience); ; time.Sleep(20 * time.Millisecond) {
		if p.conn, err = d.DialContext(p.t.Context(), "tcp", control); err == nil {
			break
		}
		if time.Now().After(end) {
			p.t.Fatalf("baresip: %v", err)
		}
	}
	p.t.Cleanup(func() { _ = p.conn.Close() })
	go p.read()
}

// read takes the netstrings that baresip sends: "12:{…},".
func (p *Baresip) read() {
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
		if _, err := io.ReadFull(r, body); err != nil {
			return
		}
		var ev phoneEvent
		if json.Unmarshal(body[:n], &ev) == nil && ev.Event {
			p.mu.Lock()
			p.events = append(p.events, ev)
			p.mu.Unlock()
		}
	}
}

func (p *Baresip) happened() []phoneEvent {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]phoneEvent{}, p.events...)
}

// Tell gives a command.
func (p *Baresip) Tell(command, params string) {
	p.t.Helper()
	text, err := json.Marshal(map[string]string{"command": command, "params": params})
	if err != nil {
		p.t.Fatal(err)
	}
	if _, err := fmt.Fprintf(p.conn, "%d:%s,", len(text), text); err != nil {
		p.t.Fatal(err)
	}
}

// Count is how often an event has happened with a text in what it says.
func (p *Baresip) Count(event, text string) (n int) {
	for _, e := range p.happened() {
		if e.Type == event && strings.Contains(e.Param, text) {
			n++
		}
	}
	return n
}

// Wait waits until an event has happened n times with a text in what it says.
func (p *Baresip) Wait(n int, event, text string) {
	p.t.Helper()
	for end := time.Now().Add(patience); p.Count(event, text) < n; time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			p.t.Fatalf("baresip reports %v, want %s %q %d times", p.happened(), event, text, n)
		}
	}
}

// firstPort and lastPort bound the ports of [FreePort]: below those that the kernel gives to connections (32768 and up), any
// of which might take a port between its being found free and its use.
const firstPort, lastPort = 14000, 20000

// portsGiven counts the ports that were given away, so that none is twice before it is in use.
var portsGiven atomic.Uint32 //nolint:gochecknoglobals // ports are the machine's

// FreePort finds a port of 127.0.0.1 that nobody uses, for UDP and TCP; nor the one after it, where baresip opens TLS.
func FreePort(t testing.TB) int {
	t.Helper()
	const all = (lastPort - firstPort) / 2
	for range all {
		n := int(portsGiven.Add(1)) + os.Getpid()*37 // apart from those of another run
		if port := firstPort + 2*(n%all); free(port) && free(port+1) {
			return port
		}
	}
	t.Fatal("no port of 127.0.0.1 is free")
	return 0
}

// free reports whether nobody uses a port.
func free(port int) bool {
	l, err := net.ListenTCP("tcp4", &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: port})
	if err != nil {
		return false
	}
	defer l.Close() //nolint:errcheck // nothing was sent
	c, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1), Port: port})
	if err != nil {
		return false
	}
	return c.Close() == nil
}
