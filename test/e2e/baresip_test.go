package e2e

import (
	"bufio"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/dealerline/dealerline/test/peer"
)

// baresip is a softphone made by others, without a screen: it speaks a tone, keeps what it hears in a file, and is
// told what to do over a TCP connection.
type baresip struct {
	t      *testing.T
	server string // the box's address as it knows it
	dir    string
	conn   net.Conn

	mu     sync.Mutex
	events []string // types, in order
}

// rtpRange is how many ports a baresip needs, rtpPorts where the next one's begin.
const rtpRange = 20

var rtpPorts = func() *atomic.Int32 {
	var n atomic.Int32
	n.Store(int32(21000 + os.Getpid()%100*40)) // apart from those of another run
	return &n
}()

// newBaresip starts a phone on a port of 127.0.0.1: its sound comes from there whatever it is told. account is its line in baresip's accounts file; hz is what it says.
func newBaresip(t *testing.T, server string, port int, account string, hz float64) *baresip {
	t.Helper()
	path := peer.Need(t, "baresip")
	p := &baresip{t: t, server: server, dir: t.TempDir()}
	control := freePort(t)
	rtp := rtpPorts.Add(rtpRange) - rtpRange
	config := fmt.Sprintf(`poll_method epoll
sip_listen 127.0.0.1:%[1]d
audio_player aubridge,none
audio_source aufile,%[2]s/says.wav
audio_alert aubridge,alert
snd_path %[2]s
ausrc_srate 8000
auplay_srate 8000
ausrc_channels 1
auplay_channels 1
rtp_ports %[3]d-%[4]d
rtcp_mux no
jitter_buffer_delay 1-5
rtp_stats yes
call_max_calls 4
module_path %[5]s
module g711.so
module aufile.so
module aubridge.so
module sndfile.so
module_app account.so
module_app contact.so
module_app menu.so
module_app ctrl_tcp.so
ctrl_tcp_listen 127.0.0.1:%[6]d
`, port, p.dir, rtp, rtp+rtpRange-2, modules(t), control)
	for name, text := range map[string][]byte{
		"config": []byte(config), "accounts": []byte(account + "\n"), "contacts": nil,
		"says.wav": wavFile(toneOf(hz, 90*time.Second)),
	} {
		if err := os.WriteFile(filepath.Join(p.dir, name), text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	p.run(path, fmt.Sprintf("127.0.0.1:%d", control))
	return p
}

// modules is where Debian keeps baresip's modules.
func modules(t *testing.T) string {
	t.Helper()
	for _, pattern := range []string{"/usr/lib/baresip/modules", "/usr/lib/*/baresip/modules", "/usr/local/lib/baresip/modules"} {
		if found, _ := filepath.Glob(pattern); len(found) > 0 {
			return found[0]
		}
	}
	t.Fatal("baresip's modules are nowhere")
	return ""
}

func (p *baresip) run(path, control string) {
	p.t.Helper()
	log, err := os.Create(filepath.Join(p.dir, "log"))
	if err != nil {
		p.t.Fatal(err)
	}
	cmd := exec.Command(path, "-f", p.dir, "-v")
	cmd.Stdout, cmd.Stderr = log, log
	if err := cmd.Start(); err != nil {
		p.t.Fatal(err)
	}
	p.t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		if p.t.Failed() {
			text, _ := os.ReadFile(log.Name())
			p.t.Logf("baresip %s, events %v:\n%s", control, p.happened(), tail(text, 2500))
		}
		_ = log.Close()
	})
	for range 100 {
		if p.conn, err = net.Dial("tcp", control); err == nil {
			break
		}
		time.Sleep(50 * time.Millisecond)
	}
	if err != nil {
		p.t.Fatalf("baresip: %v", err)
	}
	p.t.Cleanup(func() { _ = p.conn.Close() })
	go p.read()
}

// read takes the netstrings that baresip sends: "12:{…},".
func (p *baresip) read() {
	r := bufio.NewReader(p.conn)
	for {
		head, err := r.ReadString(':')
		if err != nil {
			return
		}
		n, _ := strconv.Atoi(strings.TrimSuffix(head, ":"))
		body := make([]byte, n+1)
		for at := 0; at < len(body); {
			k, err := r.Read(body[at:])
			if err != nil {
				return
			}
			at += k
		}
		var ev struct {
			Event bool   `json:"event"`
			Type  string `json:"type"`
		}
		if json.Unmarshal(body[:n], &ev) == nil && ev.Event {
			p.mu.Lock()
			p.events = append(p.events, ev.Type)
			p.mu.Unlock()
		}
	}
}

func (p *baresip) happened() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]string{}, p.events...)
}

// tell sends a command.
func (p *baresip) tell(command, params string) {
	p.t.Helper()
	text, _ := json.Marshal(map[string]string{"command": command, "params": params})
	if _, err := fmt.Fprintf(p.conn, "%d:%s,", len(text), text); err != nil {
		p.t.Fatal(err)
	}
}

// count is how often an event has happened.
func (p *baresip) count(event string) int {
	n := 0
	for _, e := range p.happened() {
		if e == event {
			n++
		}
	}
	return n
}

// wait waits until an event has happened n times.
func (p *baresip) wait(n int, event string) {
	p.t.Helper()
	for end := time.Now().Add(20 * time.Second); p.count(event) < n; time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			p.t.Fatalf("baresip reports %v, want %s %d times", p.happened(), event, n)
		}
	}
}

// heard is what it has kept of its last call so far: the sound of a WAV file whose header is written at the end.
func (p *baresip) heard() []int16 {
	p.t.Helper()
	files, _ := filepath.Glob(filepath.Join(p.dir, "*-dec.wav"))
	if len(files) == 0 {
		return nil
	}
	slices.Sort(files) // their names begin with the time
	data, err := os.ReadFile(files[len(files)-1])
	if err != nil {
		p.t.Fatal(err)
	}
	var out []int16
	for at := wavHeader; at+2 <= len(data); at += 2 {
		out = append(out, int16(binary.LittleEndian.Uint16(data[at:])))
	}
	return out
}

// wavHeader is how long the header of a WAV file with nothing but the sound is.
const wavHeader = 44

// freePort finds a port of 127.0.0.1 that nobody uses, for UDP and TCP.
func freePort(t *testing.T) int {
	t.Helper()
	for {
		c, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
		if err != nil {
			t.Fatal(err)
		}
		port := portOf(c.LocalAddr())
		l, err := net.ListenTCP("tcp4", &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: port})
		_ = c.Close()
		if err == nil {
			_ = l.Close()
			return port
		}
	}
}
