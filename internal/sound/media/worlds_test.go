package media_test

import (
	"net"
	"net/netip"
	"testing"
	"time"

	"github.com/dealerline/dealerline/internal/sound/dsp"
	"github.com/dealerline/dealerline/internal/sound/media"
	"github.com/dealerline/dealerline/test/peer"
	"github.com/dealerline/dealerline/test/steady"
)

// newPhone6 is a phone at ::1.
func newPhone6(t testing.TB, e *media.Engine, hz float64) *phone {
	t.Helper()
	p := &phone{t: t, events: make(chan media.Event, 100), law: media.ALaw, ssrc: uint32(hz), seq: 65530, ts: 4294967000}
	p.gen = dsp.NewGenerator(dsp.Tone{Freq1: hz, Level: -10})
	r, err := e.OpenRTP(media.RTPConfig{Sink: func(ev media.Event) { p.events <- ev }})
	if err != nil {
		t.Fatal(err)
	}
	p.rtp = r
	if p.conn, err = net.ListenUDP("udp6", &net.UDPAddr{IP: net.IPv6loopback}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close(); _ = p.conn.Close() })
	p.to = &net.UDPAddr{IP: net.IPv6loopback, Port: int(r.LocalPort())}
	r.SetRemote(media.Remote{Addr: p.addr(), Signal: netip.IPv6Loopback(), Law: media.ALaw, Send: true, Receive: true})
	go p.read(p.conn)
	return p
}

// Sessions between IPv6 addresses are heard on both planes.
func TestIPv6(t *testing.T) {
	peer.IPv6(t)
	steady.Try(t, overIPv6)
}

func overIPv6(t testing.TB) {
	t.Helper()
	e := startEngineWith(t, media.Config{IP: netip.IPv6Loopback()})
	a, b := newPhone6(t, e, 440), newPhone6(t, e, 1000)
	br := e.NewBridge()
	defer br.Close()
	m := br.Add(a.rtp)
	br.Add(b.rtp)
	talk(700*time.Millisecond, a, b) // beyond the time after which the sockets are connected to the peers
	for _, plane := range []string{"packet", "tick"} {
		if plane == "tick" {
			m.Play(media.Loop(make2s(media.Frame{})), media.PlayOptions{Mix: true})
			talk(100*time.Millisecond, a, b)
		}
		a.forget()
		b.forget()
		talk(400*time.Millisecond, a, b)
		if s := e.Stats(); (s.PacketBridges == 1) != (plane == "packet") {
			t.Errorf("%s: %+v", plane, s)
		}
		time.Sleep(50 * time.Millisecond)
		wantTone(t, plane+": a hears", heard(a.received()), 1000, 440)
		wantTone(t, plane+": b hears", heard(b.received()), 440, 1000)
	}
	if q := a.rtp.Close(); q.Received == 0 || q.Sent == 0 || q.Lost != 0 {
		t.Errorf("quality %+v", q)
	}
	if d := e.Stats().Dropped; d.Stranger != 0 || d.Send != 0 {
		t.Errorf("dropped %+v", d)
	}
}

// Calls of which the two sides are served by different receive loops, and by the same, are heard alike, also while
// they move between the planes.
func TestCallsAcrossReceiveLoops(t *testing.T) { steady.Try(t, callsAcrossReceiveLoops) }

func callsAcrossReceiveLoops(t testing.TB) {
	t.Helper()
	e := startEngineWith(t, media.Config{IP: loopback, Workers: 2})
	type pair struct {
		a, b *phone
		m    *media.Member
	}
	var calls []pair
	var phones []*phone
	for n := range 6 { // sessions go to the loops by turns: from the fourth call on one more is open between the sides
		c := pair{a: newPhone(t, e, phoneOptions{law: media.ALaw, hz: float64(400 + 60*n)})}
		if n >= 3 {
			between, err := e.OpenRTP(media.RTPConfig{})
			if err != nil {
				t.Fatal(err)
			}
			defer between.Close()
		}
		c.b = newPhone(t, e, phoneOptions{law: media.ALaw, hz: float64(1400 + 60*n)})
		br := e.NewBridge()
		defer br.Close()
		c.m = br.Add(c.a.rtp)
		br.Add(c.b.rtp)
		calls, phones = append(calls, c), append(phones, c.a, c.b)
	}
	hear := func(what string, packets int) {
		talk(150*time.Millisecond, phones...)
		for _, p := range phones {
			p.forget()
		}
		talk(400*time.Millisecond, phones...)
		if s := e.Stats(); s.PacketBridges != packets || s.TickBridges != len(calls)-packets {
			t.Errorf("%s: %d on the packet plane, %d on the clock", what, s.PacketBridges, s.TickBridges)
		}
		time.Sleep(60 * time.Millisecond)
		for n, c := range calls {
			hzA, hzB := float64(400+60*n), float64(1400+60*n)
			wantTone(t, what+": a", heard(c.a.received()), hzB, hzA)
			wantTone(t, what+": b", heard(c.b.received()), hzA, hzB)
		}
	}
	hear("packet plane", len(calls))
	for _, c := range calls[1:] {
		c.m.Play(media.Loop(make2s(media.Frame{})), media.PlayOptions{Mix: true})
	}
	hear("mostly on the clock", 1)
	for _, c := range calls {
		c.m.Stop()
	}
	hear("back again", len(calls))
	if s := e.Stats(); s.Sessions != 15 || s.Dropped.Stranger != 0 {
		t.Errorf("stats %+v", s)
	}
	if err := e.Probe(t.Context()); err != nil {
		t.Error(err)
	}
}

// A packet that the kernel does not take is counted: one to everybody, which needs a permission that no call has.
func TestPacketsThatCannotBeSentAreCounted(t *testing.T) {
	t.Parallel()
	e := startEngineWith(t, media.Config{IP: loopback})
	r, err := e.OpenRTP(media.RTPConfig{})
	if err != nil {
		t.Fatal(err)
	}
	r.SetRemote(media.Remote{Addr: netip.MustParseAddrPort("255.255.255.255:4000"), Signal: loopback, Send: true, Receive: true})
	br := e.NewBridge()
	defer br.Close()
	br.Add(r).Play(media.Loop(toneALaw(440, 8000)), media.PlayOptions{})
	for limit := time.Now().Add(5 * time.Second); e.Stats().Dropped.Send < 5; time.Sleep(10 * time.Millisecond) {
		if time.Now().After(limit) {
			t.Fatalf("not counted: %+v", e.Stats())
		}
	}
	if q := r.Close(); q.Sent != 0 {
		t.Errorf("%d count as sent", q.Sent)
	}
}
