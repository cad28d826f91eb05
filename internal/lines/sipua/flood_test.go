package sipua_test

import (
	"context"
	"fmt"
	"net"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/dealerline/dealerline/internal/base/line"
	"github.com/dealerline/dealerline/internal/lines/sipua"
	"github.com/dealerline/dealerline/internal/lines/sipua/digest"
	"github.com/dealerline/dealerline/internal/lines/sipua/guard"
)

// Ten thousand wrong passwords a second from one address do not delay a call, and the flood is on the list.
func TestFloodDoesNotDelayCalls(t *testing.T) {
	b := newBox(t, extensions("101"), nil)
	p := phone(t, b, "101", nil)
	before := setup(t, b, p, 20)

	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	sent := flood(ctx, t, b)
	eventually(t, "ban", func() bool { return len(b.Bans()) > 0 })
	began, first := time.Now(), sent.Load()
	during := setup(t, b, p, 20)
	eventually(t, "a second of it", func() bool { return time.Since(began) > time.Second })
	rate := float64(sent.Load()-first) / time.Since(began).Seconds()
	stop()
	t.Logf("call set-up: median %v, in the flood of %.0f/s %v", before, rate, during)
	if during > before+50*time.Millisecond {
		t.Errorf("median call set-up %v, in the flood %v", before, during)
	}
	bans := b.Bans()
	i := slices.IndexFunc(bans, func(x guard.Ban) bool { return x.Source == "127.0.0.9" })
	if i < 0 || bans[i].Kind != guard.Throttled || b.Stats().Dropped == 0 {
		t.Fatalf("bans %+v, %d dropped", bans, b.Stats().Dropped)
	}
	if err := b.Unban(bans[i].ID); err != nil {
		t.Error(err)
	}
	// The owner of the number still calls: he is registered elsewhere.
	setup(t, b, p, 1)
}

// flood sends REGISTERs with a wrong password as fast as about 12,000 a second.
func flood(ctx context.Context, t *testing.T, b *box) *atomic.Int64 {
	t.Helper()
	c, err := net.DialUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 9)}, net.UDPAddrFromAddrPort(b.addr))
	if err != nil {
		t.Fatal(err)
	}
	w := &wire{t, c, b.addr.String()}
	w.send("REGISTER sip:BOX SIP/2.0", "Via: SIP/2.0/UDP ME;branch=z9hG4bKf", "From: <sip:101@BOX>;tag=f", "To: <sip:101@BOX>", "Call-ID: f", "CSeq: 1 REGISTER")
	auth, err := digest.Answer([]string{field(w.until("SIP/2.0 401"), "WWW-Authenticate")}, digest.Credentials{Username: "101", Password: "guess"}, "", "REGISTER", "sip:x")
	if err != nil {
		t.Fatal(err)
	}
	var sent atomic.Int64
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer func() { _ = c.Close() }()
		tick := time.NewTicker(5 * time.Millisecond)
		defer tick.Stop()
		for ctx.Err() == nil {
			<-tick.C
			for range 60 {
				n := sent.Add(1)
				_, _ = fmt.Fprintf(c, "REGISTER sip:%s SIP/2.0\r\nVia: SIP/2.0/UDP %s;branch=z9hG4bKf%d\r\nFrom: <sip:101@x>;tag=f\r\nTo: <sip:101@x>\r\nCall-ID: f%d\r\nCSeq: 2 REGISTER\r\nAuthorization: %s\r\nContent-Length: 0\r\n\r\n",
					b.addr, c.LocalAddr(), n, n, auth)
			}
		}
	}()
	t.Cleanup(func() { <-done })
	return &sent
}

// setup makes calls one after the other and returns the median time from dialling to both sides connected.
func setup(t *testing.T, b, p *box, n int) time.Duration {
	t.Helper()
	var times []time.Duration
	for range n {
		began := time.Now()
		l, err := p.DialTrunk("line", "600", sipua.Outgoing{From: "101"})
		if err != nil {
			t.Fatal(err)
		}
		out, in := hold(t, l), b.call()
		in.Do(line.Answer{})
		out.want(line.Answered{})
		in.want(line.Answered{})
		times = append(times, time.Since(began))
		out.Do(line.Hangup{})
		in.ended(line.NormalClearing)
	}
	slices.Sort(times)
	return times[len(times)/2]
}

// A burst of calls at fifty a second, answered at once: every one is connected and leaves nothing behind.
func TestLoad(t *testing.T) {
	var answered atomic.Int64
	b := newBoxHook(t, sipua.Settings{}, nil, func(l *sipua.Leg) {
		l.Listen(func(e line.Event) {
			if _, ok := e.(line.Answered); ok {
				answered.Add(1)
			}
		})
		l.Do(line.Answer{})
	}, 1000)
	p := newBoxHook(t, sipua.Settings{}, nil, nil, 1000)
	if err := b.Apply(sipua.Settings{Trunks: []sipua.Trunk{{Name: "in", Host: "127.0.0.1", Port: p.addr.Port()}}}); err != nil {
		t.Fatal(err)
	}
	if err := p.Apply(sipua.Settings{Trunks: []sipua.Trunk{{Name: "out", Host: "127.0.0.1", Port: b.addr.Port()}}}); err != nil {
		t.Fatal(err)
	}
	const calls = 200
	var ended, wrong atomic.Int64
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for range calls {
		<-tick.C
		l, err := p.DialTrunk("out", "600", sipua.Outgoing{From: "8008"})
		if err != nil {
			t.Fatal(err)
		}
		l.Listen(func(e line.Event) {
			switch e := e.(type) {
			case line.Answered:
				l.Do(line.Hangup{})
			case line.Ended:
				if e.Cause != line.NormalClearing {
					wrong.Add(1)
				}
				ended.Add(1)
			}
		})
	}
	eventually(t, "all ended", func() bool { return ended.Load() == calls && answered.Load() == calls })
	eventually(t, "no leg left", func() bool { return b.Stats().Legs == 0 && p.Stats().Legs == 0 })
	if wrong.Load() != 0 {
		t.Errorf("%d calls failed", wrong.Load())
	}
	if err := b.Probe(t.Context()); err != nil {
		t.Error(err)
	}
}
