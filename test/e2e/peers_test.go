package e2e

import (
	"context"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/dealerline/dealerline/internal/sound/dsp"
	"github.com/dealerline/dealerline/test/peer"
)

// sippPhone is a sipp that talks: a caller on a trunk, the far end of one, or a phone. What comes to it, messages and
// sound, is taken from the wire, since sipp keeps neither; what it does, it is told by the scenarios' own commands.
type sippPhone struct {
	t    *testing.T
	box  *box
	ip   string
	run  *exec.Cmd
	dir  string
	call string // the Call-ID of what it is told about

	mu    sync.Mutex
	got   []message
	sound []int16
}

// sippAt is a sipp on an address that does nothing yet.
func sippAt(t *testing.T, b *box, ip string) *sippPhone {
	t.Helper()
	peer.Need(t, "sipp")
	p := &sippPhone{t: t, box: b, ip: ip, dir: t.TempDir()}
	p.listen()
	return p
}

// sippCaller calls a number over the trunk and says a tone: a whole number of Hz.
func sippCaller(t *testing.T, b *box, from, to string, hz float64) *sippPhone {
	t.Helper()
	p := sippAt(t, b, b.net+carrier)
	p.calls(from, to, hz)
	return p
}

// calls calls a number.
func (p *sippPhone) calls(from, to string, hz float64) {
	p.t.Helper()
	p.call = fmt.Sprintf("talk-%x", rand.Uint64())
	p.start("talk_uac", hz, "-s", to, "-key", "caller", from, "-cid_str", p.call, "-m", "1", p.box.ip)
}

// sippTrunk is the far end of a trunk, where calls come in.
func sippTrunk(t *testing.T, b *box, host string, hz float64) *sippPhone {
	t.Helper()
	p := sippAt(t, b, b.net+host)
	p.start("talk_uas", hz, p.box.ip)
	return p
}

// sippDesk is a phone that has registered.
func sippDesk(t *testing.T, b *box, extension string, hz float64) *sippPhone {
	t.Helper()
	p := sippAt(t, b, b.peer())
	p.start("talk_register_uac", 0, "-s", extension, "-au", extension, "-ap", secret(extension), "-m", "1", p.box.ip)
	if err := p.run.Wait(); err != nil {
		t.Fatalf("register %s: %v\n%s", extension, err, p.report())
	}
	p.start("talk_uas", hz, p.box.ip)
	return p
}

// start runs a scenario; the one before has ended.
func (p *sippPhone) start(scenario string, hz float64, args ...string) {
	p.t.Helper()
	file, err := filepath.Abs("../sip/" + scenario + ".xml")
	if err != nil {
		p.t.Fatal(err)
	}
	says := make([]byte, dsp.SampleRate)
	for i, v := range toneOf(hz, time.Second) {
		says[i] = dsp.EncodeALaw(v)
	}
	if err := os.WriteFile(filepath.Join(p.dir, "says.raw"), says, 0o600); err != nil {
		p.t.Fatal(err)
	}
	all := append([]string{"-sf", file, "-nostdin", "-i", p.ip, "-mi", p.ip, "-p", "5060", "-mp", "40000", "-trace_err"}, args...)
	if p.run != nil {
		_ = p.run.Wait()
	}
	ctx, cancel := context.WithCancel(context.Background())
	run := exec.CommandContext(ctx, "sipp", all...)
	run.Dir = p.dir
	if err := run.Start(); err != nil {
		p.t.Fatal(err)
	}
	p.run = run
	p.t.Cleanup(func() {
		cancel()
		_ = run.Wait()
		if p.t.Failed() {
			p.t.Logf("sipp %s at %s:\n%s", scenario, p.ip, p.report())
		}
	})
	if scenario == "talk_uas" {
		p.box.until(10*time.Second, "sipp listens", func() bool { return taken(p.ip) })
	}
}

// taken reports whether somebody listens at port 5060 of an address, without touching it.
func taken(ip string) bool {
	sockets, err := os.ReadFile("/proc/net/udp")
	a := net.ParseIP(ip).To4()
	return err == nil && strings.Contains(string(sockets), fmt.Sprintf(" %02X%02X%02X%02X:%04X ", a[3], a[2], a[1], a[0], 5060))
}

// vanish is the end of the program in the middle of a call.
func (p *sippPhone) vanish() {
	p.t.Helper()
	if err := p.run.Process.Kill(); err != nil {
		p.t.Fatal(err)
	}
	_ = p.run.Wait()
}

// over waits until the box has hung up its call.
func (p *sippPhone) over() {
	p.t.Helper()
	p.box.until(20*time.Second, "sipp is hung up", func() bool {
		p.mu.Lock()
		defer p.mu.Unlock()
		return slices.ContainsFunc(p.got, func(m message) bool { return m.method() == "BYE" && m.get("call-id") == p.call })
	})
}

// elsewhere checks that a call which rang was taken back because another phone took it (RFC 3326 §2).
func (p *sippPhone) elsewhere(n int) {
	p.t.Helper()
	p.box.until(10*time.Second, "sipp stops ringing", func() bool { return p.count("CANCEL") >= n })
	if got := p.nth("CANCEL", n).get("reason"); got != takenElsewhere {
		p.t.Errorf("CANCEL for the reason %q, want %q", got, takenElsewhere)
	}
}

// takenElsewhere is why a phone stops ringing when another has taken the call.
const takenElsewhere = `SIP;cause=200;text="Call completed elsewhere"`

func (p *sippPhone) report() string {
	var b strings.Builder
	files, _ := filepath.Glob(filepath.Join(p.dir, "*errors.log"))
	for _, f := range files {
		text, _ := os.ReadFile(f)
		b.WriteString(tail(text, 2000))
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, m := range p.got {
		fmt.Fprintf(&b, "got %s %s\n", m.start, m.get("cseq"))
	}
	return b.String()
}

// tell has it do something in its call: a command of the scenarios.
func (p *sippPhone) tell(method string, headers ...string) {
	p.t.Helper()
	conn, err := net.Dial("udp4", p.ip+":5060")
	if err != nil {
		p.t.Fatal(err)
	}
	m := message{start: method + " sip:sipp@" + p.ip + " SIP/2.0"}
	m.add("Via", "SIP/2.0/UDP %s;branch=z9hG4bK%x", conn.LocalAddr(), rand.Uint64())
	m.add("From", "<sip:test@%s>;tag=1", p.ip)
	m.add("To", "<sip:sipp@%s>", p.ip)
	m.add("Call-ID", "%s", p.call)
	m.add("CSeq", "%d %s", 1+rand.IntN(1<<20), method)
	for i := 0; i < len(headers); i += 2 {
		m.add(headers[i], "%s", headers[i+1])
	}
	if _, err = conn.Write([]byte(m.String())); err != nil {
		p.t.Fatal(err)
	}
	_ = conn.Close()
}

// press presses keys by RFC 4733, and returns when it has.
func (p *sippPhone) press(keys string) {
	p.t.Helper()
	length := time.Second + time.Duration(len(keys))*400*time.Millisecond // before the first it says nothing for a while
	p.tell("INFO", "X-Keys", keys, "X-Wait", fmt.Sprint(length.Milliseconds()))
	time.Sleep(length + 100*time.Millisecond)
}

// rung waits until it has been called n times, and returns how.
func (p *sippPhone) rung(n int) message {
	p.t.Helper()
	p.box.until(40*time.Second, fmt.Sprintf("sipp at %s is called %d times", p.ip, n), func() bool { return p.count("INVITE") >= n })
	m := p.nth("INVITE", n)
	p.call = m.get("call-id")
	time.Sleep(100 * time.Millisecond) // its 180 has left
	return m
}

// answers takes the call that rings.
func (p *sippPhone) answers() {
	p.t.Helper()
	acks := p.count("ACK")
	p.tell("INFO")
	p.box.until(10*time.Second, "sipp has answered", func() bool { return p.count("ACK") > acks })
}

// refuses refuses the call that rings, by 503.
func (p *sippPhone) refuses() {
	p.t.Helper()
	p.tell("MESSAGE")
}

// hangup ends its call.
func (p *sippPhone) hangup() {
	p.t.Helper()
	p.tell("MESSAGE")
}

// count is how many requests of a method have come, each once.
func (p *sippPhone) count(method string) (n int) {
	for p.find(method, n+1) != nil {
		n++
	}
	return n
}

// nth is the nth request of a method.
func (p *sippPhone) nth(method string, n int) message {
	p.t.Helper()
	m := p.find(method, n)
	if m == nil {
		p.t.Fatalf("sipp at %s was sent no %d. %s", p.ip, n, method)
	}
	return *m
}

func (p *sippPhone) find(method string, n int) *message {
	p.mu.Lock()
	defer p.mu.Unlock()
	seen := map[string]bool{}
	for i, m := range p.got {
		if id := m.get("call-id") + m.get("cseq"); m.method() == method && !seen[id] {
			if seen[id] = true; len(seen) == n {
				return &p.got[i]
			}
		}
	}
	return nil
}

// heard is all that it was sent to hear.
func (p *sippPhone) heard() []int16 {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clip(p.sound)
}

// listen takes what the box sends to its address from the loopback interface, until the test ends.
func (p *sippPhone) listen() {
	p.t.Helper()
	fd, err := unix.Socket(unix.AF_PACKET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		peer.Missing(p.t, "only root may listen at the wire: %v", err)
	}
	wire := os.NewFile(uintptr(fd), "wire")
	if err := p.tap(fd); err != nil {
		p.t.Fatalf("listen at the wire: %v", err)
	}
	done := make(chan struct{})
	p.t.Cleanup(func() {
		<-done
		_ = wire.Close()
	})
	ctx, cancel := context.WithCancel(context.Background())
	p.t.Cleanup(cancel)
	go func() {
		defer close(done)
		buf := make([]byte, 65536)
		for ctx.Err() == nil {
			n, from, err := unix.Recvfrom(fd, buf, 0)
			if sender, ok := from.(*unix.SockaddrLinklayer); err == nil && ok && sender.Pkttype == unix.PACKET_HOST {
				p.frame(buf[:n])
			}
		}
	}()
}

// tap sets a socket up for IPv4 from the box to the address: the addresses are at 12 and 16 of the header (RFC 791 §3.1).
func (p *sippPhone) tap(fd int) error {
	word := func(ip string) uint32 { return binary.BigEndian.Uint32(net.ParseIP(ip).To4()) }
	filter := []unix.SockFilter{
		{Code: unix.BPF_LD | unix.BPF_W | unix.BPF_ABS, K: 12},
		{Code: unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K, Jf: 3, K: word(p.box.ip)},
		{Code: unix.BPF_LD | unix.BPF_W | unix.BPF_ABS, K: 16},
		{Code: unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K, Jf: 1, K: word(p.ip)},
		{Code: unix.BPF_RET | unix.BPF_K, K: 65535},
		{Code: unix.BPF_RET | unix.BPF_K, K: 0},
	}
	if err := unix.SetsockoptSockFprog(fd, unix.SOL_SOCKET, unix.SO_ATTACH_FILTER, &unix.SockFprog{Len: uint16(len(filter)), Filter: &filter[0]}); err != nil {
		return fmt.Errorf("set filter: %w", err)
	}
	if err := unix.SetsockoptTimeval(fd, unix.SOL_SOCKET, unix.SO_RCVTIMEO, &unix.Timeval{Usec: 100_000}); err != nil {
		return fmt.Errorf("set time limit: %w", err)
	}
	lo, err := net.InterfaceByName("lo")
	if err != nil {
		return fmt.Errorf("find loopback: %w", err)
	}
	const ipv4 = unix.ETH_P_IP<<8&0xff00 | unix.ETH_P_IP>>8
	if err := unix.Bind(fd, &unix.SockaddrLinklayer{Protocol: ipv4, Ifindex: lo.Index}); err != nil {
		return fmt.Errorf("bind: %w", err)
	}
	return nil
}

// frame takes in one IP packet: UDP with a SIP message or a piece of sound in A-law.
func (p *sippPhone) frame(ip []byte) {
	if len(ip) < 28 || ip[9] != unix.IPPROTO_UDP || len(ip) < int(ip[0]&15)*4+8 {
		return
	}
	udp := ip[int(ip[0]&15)*4:]
	port, data := binary.BigEndian.Uint16(udp[2:]), udp[8:]
	p.mu.Lock()
	defer p.mu.Unlock()
	if port == 5060 {
		if m, ok := parseMessage(data); ok {
			p.got = append(p.got, m)
		}
		return
	}
	const header, aLaw = 12, 8 // RFC 3550 §5.1
	if len(data) > header && data[0] == 0x80 && data[1]&0x7f == aLaw {
		for _, v := range data[header:] {
			p.sound = append(p.sound, dsp.DecodeALaw(v))
		}
	}
}
