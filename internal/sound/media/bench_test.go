package media

import (
	"bufio"
	"context"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// The relay benchmark: calls of two legs, each sending and receiving 50 packets a second, bridged and recorded,
// through this package's packet plane and through the plain way, a goroutine and a socket for each leg. The packets
// come from a process of their own at real pace, so that the CPU time measured is the relay's alone. What reaches a
// phone is counted and dropped by its socket, as if it were at the far end of a wire: on loopback the work of
// receiving would otherwise be charged to the relay's sending.
//
//	go test -run '^$' -bench Relay -benchtime 1x ./internal/sound/media
//
// MEDIA_BENCH_SECONDS sets the length of one measurement, 3 unless given.

const generatorVariable = "MEDIA_BENCH_GENERATOR_LEGS"

func BenchmarkRelay(b *testing.B) {
	for _, calls := range []int{100, 300, 600} {
		b.Run("calls="+strconv.Itoa(calls), func(b *testing.B) {
			for range b.N {
				naive := measureRelay(b, calls, startNaive)
				plane := measureRelay(b, calls, startPlane)
				b.ReportMetric(naive.cost, "naive-cpu-ms/call-s")
				b.ReportMetric(plane.cost, "plane-cpu-ms/call-s")
				b.ReportMetric(naive.cost/plane.cost, "naive/plane")
				b.ReportMetric(plane.allocs, "plane-allocs/packet")
				b.ReportMetric(naive.delivered, "naive-delivered-%")
				b.ReportMetric(plane.delivered, "plane-delivered-%")
				b.ReportMetric(0, "ns/op") // says nothing here
			}
		})
	}
}

type relayResult struct {
	cost      float64 // CPU milliseconds per call and second
	allocs    float64 // per packet
	delivered float64 // percent of the packets sent
}

// relay starts one for legs whose far sides are given, and returns its own addresses; legs 2n and 2n+1 are a call.
type relay func(tb testing.TB, ctx context.Context, far []netip.AddrPort) (near []netip.AddrPort, done func())

func measureRelay(tb testing.TB, calls int, start relay) relayResult {
	tb.Helper()
	seconds, err := strconv.Atoi(os.Getenv("MEDIA_BENCH_SECONDS"))
	if err != nil || seconds < 1 {
		seconds = 3
	}
	ctx, cancel := context.WithCancel(context.Background())
	g := startGenerator(tb, ctx, 2*calls)
	near, done := start(tb, ctx, g.legs)
	defer func() { cancel(); done() }()
	g.begin(tb, near)
	time.Sleep(time.Second)
	from, window := usage(tb), time.Now()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	time.Sleep(time.Duration(seconds) * time.Second)
	cpu, elapsed := usage(tb)-from, time.Since(window)
	runtime.ReadMemStats(&after)
	sent, received := g.end(tb)
	packets := float64(2*calls) * 50 * elapsed.Seconds()
	return relayResult{
		cost:      float64(cpu) / float64(time.Millisecond) / float64(calls) / elapsed.Seconds(),
		allocs:    float64(after.Mallocs-before.Mallocs) / packets,
		delivered: 100 * float64(received) / float64(sent),
	}
}

// usage is the CPU time, user and system, that this process has had.
func usage(tb testing.TB) time.Duration {
	tb.Helper()
	var u unix.Rusage
	if err := unix.Getrusage(unix.RUSAGE_SELF, &u); err != nil {
		tb.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// benchTap keeps the last second of both sides, as a recorder does between two writes of its disk goroutine.
type benchTap struct {
	last [50][2 * FrameSamples]byte
	n    int
}

func (t *benchTap) Frame(left, right *Frame) {
	f := &t.last[t.n%len(t.last)]
	for i := range left {
		f[2*i], f[2*i+1] = left[i], right[i]
	}
	t.n++
}

// startPlane is what this package does.
func startPlane(tb testing.TB, ctx context.Context, far []netip.AddrPort) (near []netip.AddrPort, done func()) {
	tb.Helper()
	ip := netip.MustParseAddr("127.0.0.1")
	e, err := NewEngine(Config{IP: ip, PortMin: 30000, PortMax: 39999})
	if err != nil {
		tb.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- e.Run(ctx) }()
	var bridge *Bridge
	for i, to := range far {
		r, err := e.OpenRTP(RTPConfig{})
		if err != nil {
			tb.Fatal(err)
		}
		r.SetRemote(Remote{Addr: to, Law: ALaw, EventPT: 101, Send: true, Receive: true})
		if i%2 == 0 {
			bridge = e.NewBridge()
			bridge.SetTap(&benchTap{})
		}
		bridge.Add(r)
		near = append(near, netip.AddrPortFrom(ip, r.LocalPort()))
	}
	return near, func() {
		if err := <-ended; err != nil {
			tb.Error(err)
		}
	}
}

// startNaive is the plain way: a blocking goroutine for each leg. It does not even rewrite the headers.
func startNaive(tb testing.TB, _ context.Context, far []netip.AddrPort) (near []netip.AddrPort, done func()) {
	tb.Helper()
	conns := make([]*net.UDPConn, len(far))
	for i := range far {
		conn, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
		if err != nil {
			tb.Fatal(err)
		}
		conns[i] = conn
		near = append(near, conn.LocalAddr().(*net.UDPAddr).AddrPort())
	}
	start := time.Now()
	var line *timeline
	for i := range conns {
		if i%2 == 0 {
			line = newTimeline(&benchTap{}, 0)
		}
		go naiveLeg(conns[i], conns[i^1], far[i], far[i^1], line, i%2, start)
	}
	return near, func() {
		for _, c := range conns {
			if err := c.Close(); err != nil {
				tb.Error(err)
			}
		}
	}
}

func naiveLeg(in, out *net.UDPConn, from, to netip.AddrPort, line *timeline, side int, start time.Time) {
	buf := make([]byte, 2048)
	for {
		n, who, err := in.ReadFromUDPAddrPort(buf)
		if err != nil {
			return
		}
		if who != from || n < 12 {
			continue
		}
		if _, err := out.WriteToUDPAddrPort(buf[:n], to); err != nil {
			continue
		}
		line.write(side, 1, binary.BigEndian.Uint32(buf[4:]), buf[12:n], ALaw, time.Since(start))
	}
}

// generator is the process that plays all phones.
type generator struct {
	legs []netip.AddrPort
	in   io.WriteCloser
	out  *bufio.Reader
	cmd  *exec.Cmd
}

func startGenerator(tb testing.TB, ctx context.Context, legs int) *generator {
	tb.Helper()
	cmd := exec.CommandContext(ctx, os.Args[0], "-test.run=^TestGenerator$", "-test.count=1")
	cmd.Env = append(os.Environ(), generatorVariable+"="+strconv.Itoa(legs))
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		tb.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		tb.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		tb.Fatal(err)
	}
	g := &generator{in: in, out: bufio.NewReaderSize(out, 1<<20), cmd: cmd}
	g.answer(tb, &g.legs)
	return g
}

func (g *generator) answer(tb testing.TB, v any) {
	tb.Helper()
	l, err := g.out.ReadBytes('\n')
	if err != nil {
		tb.Fatal(err)
	}
	if err := json.Unmarshal(l, v); err != nil {
		tb.Fatalf("%v in %q", err, l)
	}
}

func (g *generator) begin(tb testing.TB, near []netip.AddrPort) {
	tb.Helper()
	if err := json.NewEncoder(g.in).Encode(near); err != nil {
		tb.Fatal(err)
	}
}

func (g *generator) end(tb testing.TB) (sent, received int) {
	tb.Helper()
	if err := g.in.Close(); err != nil {
		tb.Fatal(err)
	}
	var counts [2]int
	g.answer(tb, &counts)
	if err := g.cmd.Wait(); err != nil {
		tb.Error(err)
	}
	return counts[0], counts[1]
}

// TestGenerator is the generator's process; in a test run it has nothing to do. It answers on standard output.
func TestGenerator(t *testing.T) {
	legs, err := strconv.Atoi(os.Getenv(generatorVariable))
	if err != nil {
		t.Skip("only for the relay benchmark")
	}
	phones := make([]int, legs)
	addrs := make([]netip.AddrPort, legs)
	ip := netip.MustParseAddr("127.0.0.1")
	for i := range phones {
		fd, err := bind(netip.AddrPortFrom(ip, 0))
		if err != nil {
			t.Fatal(err)
		}
		phones[i] = fd
		drop := unix.SockFilter{Code: unix.BPF_RET | unix.BPF_K, K: 0}
		if err := unix.SetsockoptSockFprog(fd, unix.SOL_SOCKET, unix.SO_ATTACH_FILTER, &unix.SockFprog{Len: 1, Filter: &drop}); err != nil {
			t.Fatal(err)
		}
		sa, err := unix.Getsockname(fd)
		if err != nil {
			t.Fatal(err)
		}
		addrs[i] = netip.AddrPortFrom(ip, uint16(sa.(*unix.SockaddrInet4).Port))
	}
	if err := json.NewEncoder(os.Stdout).Encode(addrs); err != nil {
		t.Fatal(err)
	}
	in := bufio.NewReaderSize(os.Stdin, 1<<20)
	l, err := in.ReadBytes('\n')
	if err != nil {
		t.Fatal(err)
	}
	var near []netip.AddrPort
	if err := json.Unmarshal(l, &near); err != nil {
		t.Fatal(err)
	}
	stop := make(chan struct{})
	go func() {
		defer close(stop)
		_, _ = io.Copy(io.Discard, in)
	}()
	sent := generate(phones, near, stop)
	received := dropped(t, addrs)
	fmt.Printf("[%d,%d]\n", sent, received)
	os.Exit(0) // no further words on standard output
}

// dropped is how many packets the kernel has dropped at these sockets: the last column of its table.
func dropped(t *testing.T, addrs []netip.AddrPort) (n int) {
	t.Helper()
	table, err := os.ReadFile("/proc/net/udp")
	if err != nil {
		t.Fatal(err)
	}
	ours := make(map[uint64]bool)
	for _, a := range addrs {
		ours[uint64(a.Port())] = true
	}
	for l := range strings.Lines(string(table)) {
		f := strings.Fields(l)
		_, port, _ := strings.Cut(f[1], ":")
		if p, err := strconv.ParseUint(port, 16, 16); err == nil && ours[p] {
			drops, err := strconv.Atoi(f[len(f)-1])
			if err != nil {
				t.Fatal(err)
			}
			n += drops
		}
	}
	return n
}

// generate sends a packet from each phone every 20 ms, the phones spread evenly over that time in steps of 1 ms,
// until told to stop.
func generate(phones []int, near []netip.AddrPort, stop <-chan struct{}) (sent int) {
	to := make([]unix.Sockaddr, len(near))
	for i, a := range near {
		to[i] = sockaddr(a)
	}
	pkt := make([]byte, 12+FrameSamples)
	for i := range pkt {
		pkt[i] = byte(i)
	}
	next, _ := monotonic()
	for step := uint32(0); ; step++ {
		next += time.Millisecond
		_ = sleepUntil(next)
		select {
		case <-stop:
			_ = sleepUntil(next + 200*time.Millisecond)
			return sent
		default:
		}
		slot, round := int(step%20), step/20
		for i := slot; i < len(phones); i += 20 {
			pkt[0], pkt[1] = 0x80, 8
			binary.BigEndian.PutUint16(pkt[2:], uint16(round))
			binary.BigEndian.PutUint32(pkt[4:], round*FrameSamples)
			binary.BigEndian.PutUint32(pkt[8:], uint32(i))
			if unix.Sendto(phones[i], pkt, unix.MSG_DONTWAIT, to[i]) == nil {
				sent++
			}
		}
	}
}
