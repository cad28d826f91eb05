package media

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"net"
	"net/netip"
	"os"
	"runtime"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

const relayVariable = "MEDIA_BENCH_RELAY"

// The kinds of relay.
const (
	naiveRelay = "naive"
	planeRelay = "plane"
)

// usage is what a relay has used up to a moment.
type usage struct {
	At, CPU time.Duration
	Mallocs uint64
}

// playRelay is the relay's process. It hears the phones' addresses, tells its own (phones 2n and 2n+1 are a call), and
// then tells its usage whenever asked.
func playRelay(t *testing.T, in *json.Decoder, out *json.Encoder) {
	t.Helper()
	var far []netip.AddrPort
	if err := in.Decode(&far); err != nil {
		t.Fatal(err)
	}
	start := startPlane
	if os.Getenv(relayVariable) == naiveRelay {
		start = startNaive
	}
	ctx, cancel := context.WithCancel(t.Context())
	near, done := start(ctx, t, far)
	if err := out.Encode(near); err != nil {
		t.Fatal(err)
	}
	for question := any(nil); in.Decode(&question) == nil; {
		var memory runtime.MemStats
		runtime.ReadMemStats(&memory)
		var u unix.Rusage
		if err := unix.Getrusage(unix.RUSAGE_SELF, &u); err != nil {
			t.Fatal(err)
		}
		at, err := monotonic()
		if err != nil {
			t.Fatal(err)
		}
		if err := out.Encode(usage{At: at, CPU: time.Duration(u.Utime.Nano() + u.Stime.Nano()), Mallocs: memory.Mallocs}); err != nil {
			t.Fatal(err)
		}
	}
	cancel()
	done()
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
func startPlane(ctx context.Context, tb testing.TB, far []netip.AddrPort) (near []netip.AddrPort, done func()) {
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
func startNaive(_ context.Context, tb testing.TB, far []netip.AddrPort) (near []netip.AddrPort, done func()) {
	tb.Helper()
	conns := make([]*net.UDPConn, len(far))
	for i := range far {
		conn, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
		if err != nil {
			tb.Fatal(err)
		}
		conns[i] = conn
		near = append(near, netip.MustParseAddrPort(conn.LocalAddr().String()))
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
