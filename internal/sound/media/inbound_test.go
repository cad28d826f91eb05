package media

import (
	"net/netip"
	"testing"
	"time"

	"github.com/pion/rtp"
)

// pair is two sessions joined on the packet plane, without any loop running.
func pair(tb testing.TB) (a, b *RTP) {
	tb.Helper()
	ip := netip.MustParseAddr("127.0.0.1")
	e, err := NewEngine(Config{IP: ip, PortMin: 18000, PortMax: 18999})
	if err != nil {
		tb.Fatal(err)
	}
	br := e.NewBridge()
	br.SetTap(&benchTap{})
	for _, r := range []**RTP{&a, &b} {
		if *r, err = e.OpenRTP(RTPConfig{}); err != nil {
			tb.Fatal(err)
		}
		(*r).SetRemote(Remote{Addr: netip.AddrPortFrom(ip, 9), Law: ALaw, EventPT: 101, Send: true, Receive: true})
		br.Add(*r)
	}
	tb.Cleanup(func() {
		e.finish()
		if n := len(e.ports.used); n != 0 {
			tb.Errorf("%d ports still in use", n)
		}
	})
	e.workers[0].inbox.run()
	e.clock.inbox.run()
	e.clock.settle(0)
	if a.route.Load() == nil {
		tb.Fatal("not on the packet plane")
	}
	return a, b
}

// The receive loop may look after a session between any two steps of those who change it. A wait that began with the
// engine instead of with the session once ended calls in their first moment.
func TestWaitForPacketsBeginsWithTheRemote(t *testing.T) {
	a, _ := pair(t)
	var lost int
	a.sink = func(e Event) {
		if _, ok := e.(Lost); ok {
			lost++
		}
	}
	now := 10 * time.Hour // the box has been up for long
	want := func(n int, when string) {
		t.Helper()
		if a.look(now); lost != n {
			t.Fatalf("%s: lost %d times, want %d", when, lost, n)
		}
	}
	want(0, "remote just set")
	now += a.timeout
	want(0, "at the limit")
	again := *a.remote.Load()
	a.remote.Store(&again)
	now++
	want(0, "remote just changed")
	a.SetHeld(true)
	now += 2 * a.timeout
	want(0, "held")
	a.SetHeld(false)
	now += a.timeout
	want(0, "hold just over")
	now++
	want(1, "silent for too long")
	want(1, "reported once")
}

func TestPacketsAllocateNothing(t *testing.T) {
	a, b := pair(t)
	from := a.remote.Load().Addr
	w := a.worker
	now := time.Duration(0)
	i := uint32(0)
	packet := func() {
		p := w.buf[:headroom+12+FrameSamples]
		writeHeader(p[headroom:], 8, uint16(i), i*FrameSamples, 5)
		a.packet(p, from, now)
		now += FrameDuration
		i++
	}
	packet()
	if n := testing.AllocsPerRun(1000, packet); n != 0 {
		t.Errorf("packet plane: %v allocations a packet", n)
	}
	if a.worker.counts.forwarded.Load() < 1000 {
		t.Error("not forwarded")
	}
	br := a.member.bridge
	a.member.play = &player{source: Loop(silence[:]), options: PlayOptions{Mix: true}}
	br.settle(now)
	if n := testing.AllocsPerRun(1000, func() { packet(); br.tick(now) }); n != 0 {
		t.Errorf("tick plane: %v allocations a tick", n)
	}
	if b.out.sent.Load() == 0 {
		t.Error("nothing sent")
	}
}

func writeHeader(p []byte, pt byte, seq uint16, ts, ssrc uint32) {
	h := rtp.Header{Version: 2, PayloadType: pt, SequenceNumber: seq, Timestamp: ts, SSRC: ssrc}
	if _, err := h.MarshalTo(p); err != nil {
		panic(err)
	}
}

func FuzzPacket(f *testing.F) {
	a, _ := pair(f)
	from := a.remote.Load().Addr
	good := make([]byte, 12+FrameSamples)
	writeHeader(good, 8, 1, 160, 5)
	f.Add(good)
	f.Add([]byte{0x80, 101, 0, 2, 0, 0, 0, 1, 0, 0, 0, 5, 3, 0x8a, 3, 0x20})
	f.Add([]byte{0xB1, 8, 0, 3, 0, 0, 0, 1, 0, 0, 0, 5, 1, 2, 3, 4, 0xBE, 0xDE, 0, 1, 0x10, 1, 0, 0, 9, 9, 9, 2})
	f.Add([]byte{0xA0, 0, 0, 4, 0, 0, 0, 1, 0, 0, 0, 5, 255})
	f.Add([]byte{0x80, 8, 0, 4, 0, 0, 0, 1, 0, 0, 0, 5})
	now := time.Duration(0)
	f.Fuzz(func(_ *testing.T, pkt []byte) {
		now += FrameDuration
		w := a.worker
		n := copy(w.buf[headroom:], pkt)
		a.packet(w.buf[:headroom+n], from, now)
		a.control(pkt, from, now)
		rt := a.route.Swap(nil) // and on the tick plane
		n = copy(w.buf[headroom:], pkt)
		a.packet(w.buf[:headroom+n], from, now)
		var frame Frame
		a.Pull(&frame)
		a.route.Store(rt)
	})
}
