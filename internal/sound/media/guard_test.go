package media_test

import (
	"net"
	"net/netip"
	"testing"
	"time"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/sound/media"
	"github.com/dealerline/dealerline/test/steady"
)

// A stranger sprays packets at both ports of a call: he neither is heard nor gets any sound (RTPbleed).
func TestStrangerIsNeitherHeardNorSentTo(t *testing.T) {
	steady.Try(t, strangerIsNeitherHeardNorSentTo)
}

func strangerIsNeitherHeardNorSentTo(t testing.TB) {
	t.Helper()
	e := startEngine(t)
	a := newPhone(t, e, phoneOptions{law: media.ALaw, hz: 440})
	b := newPhone(t, e, phoneOptions{law: media.ALaw, hz: 1000})
	br := e.NewBridge()
	defer br.Close()
	br.Add(a.rtp)
	br.Add(b.rtp)
	stranger := newPhone(t, e, phoneOptions{law: media.ALaw, hz: 2000})
	far, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 99)}) // and one from another address
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = far.Close() }()
	talk(40*time.Millisecond, a, b)
	next := time.Now()
	for range 18 { // before the sockets are connected: then the kernel drops what strangers send, and nobody counts it
		a.send(a.packet(160))
		b.send(b.packet(160))
		pkt := stranger.packet(160)
		for _, to := range []*phone{a, b} {
			for _, conn := range []*net.UDPConn{stranger.conn, far} {
				if _, err := conn.WriteToUDP(pkt, to.to); err != nil {
					t.Fatal(err)
				}
			}
		}
		next = next.Add(20 * time.Millisecond)
		time.Sleep(time.Until(next))
	}
	time.Sleep(50 * time.Millisecond)
	if n := len(stranger.received()); n != 0 {
		t.Errorf("the stranger got %d packets", n)
	}
	if err := far.SetReadDeadline(time.Now().Add(20 * time.Millisecond)); err != nil {
		t.Fatal(err)
	}
	if n, err := far.Read(make([]byte, 100)); err == nil {
		t.Errorf("the far stranger got %d bytes", n)
	}
	if s := e.Stats(); s.Dropped.Stranger != 72 {
		t.Errorf("dropped %d of 72", s.Dropped.Stranger)
	}
	wantTone(t, "a hears", heard(a.received()[2:]), 1000, 2000)
	wantTone(t, "b hears", heard(b.received()[2:]), 440, 2000)
}

// A phone behind a NAT says one address in its SDP and sends from another; later its port changes.
func TestNATIsFollowed(t *testing.T) {
	t.Parallel()
	for name, talked := range map[string]time.Duration{"soon": 300 * time.Millisecond, "once settled": 900 * time.Millisecond} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			natIsFollowed(t, talked)
		})
	}
}

func natIsFollowed(t *testing.T, talked time.Duration) {
	t.Helper()
	e := startEngine(t)
	a := newPhone(t, e, phoneOptions{law: media.ALaw, hz: 440})
	a.rtp.SetRemote(media.Remote{
		Addr: netip.MustParseAddrPort("192.0.2.7:4000"), Signal: loopback, Law: media.ALaw, Send: true, Receive: true,
	})
	br := e.NewBridge()
	defer br.Close()
	m := br.Add(a.rtp)
	m.Play(media.Loop(toneALaw(700, 8000)), media.PlayOptions{})
	talk(talked, a)
	if ev := <-a.events; ev != (media.Learnt{}) {
		t.Errorf("event %#v", ev)
	}
	wantTone(t, "behind the nat", heard(a.received()), 700)
	moved := listen(t)
	time.Sleep(350 * time.Millisecond) // the old binding is gone
	old := a.conn
	a.conn = moved
	a.forget()
	go a.read(moved)
	talk(300*time.Millisecond, a)
	if n := len(a.received()); n < 10 {
		t.Errorf("after the move: %d packets", n)
	}
	_ = old.Close()
}

// The far side's program has ended: its host says so, and the session goes on trying until somebody listens again.
func TestNobodyListensForAWhile(t *testing.T) {
	t.Parallel()
	e := startEngine(t)
	a := newPhone(t, e, phoneOptions{law: media.ALaw, hz: 440})
	br := e.NewBridge()
	defer br.Close()
	m := br.Add(a.rtp)
	m.Play(media.Loop(toneALaw(700, 8000)), media.PlayOptions{})
	talk(900*time.Millisecond, a)
	at := a.addr()
	if err := a.conn.Close(); err != nil {
		t.Fatal(err)
	}
	time.Sleep(200 * time.Millisecond)
	conn, err := net.ListenUDP("udp4", net.UDPAddrFromAddrPort(at))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	a.conn = conn
	a.forget()
	go a.read(conn)
	talk(300*time.Millisecond, a)
	if n := len(a.received()); n < 10 {
		t.Errorf("%d packets to the program's successor", n)
	}
}

func TestLostIsReportedOnce(t *testing.T) {
	t.Parallel()
	e := startEngine(t)
	a := newPhone(t, e, phoneOptions{law: media.ALaw, hz: 440, config: media.RTPConfig{Timeout: 300 * time.Millisecond}})
	talk(100*time.Millisecond, a)
	<-a.events // learnt
	a.rtp.SetHeld(true)
	time.Sleep(600 * time.Millisecond)
	a.rtp.SetHeld(false)
	select {
	case ev := <-a.events:
		t.Fatalf("event while held: %#v", ev)
	case <-time.After(150 * time.Millisecond):
	}
	time.Sleep(600 * time.Millisecond)
	if ev := <-a.events; ev != (media.Lost{}) {
		t.Errorf("event %#v", ev)
	}
	if len(a.events) != 0 {
		t.Errorf("more events: %#v", <-a.events)
	}
}

func TestPortsRunOut(t *testing.T) {
	t.Parallel()
	e, err := media.NewEngine(media.Config{IP: loopback, PortMin: 19001, PortMax: 19006})
	if err != nil {
		t.Fatal(err)
	}
	var open []*media.RTP
	for range 2 {
		r, err := e.OpenRTP(media.RTPConfig{})
		if err != nil {
			t.Fatal(err)
		}
		if r.LocalPort()%2 != 0 {
			t.Errorf("odd port %d", r.LocalPort())
		}
		open = append(open, r)
	}
	if _, err := e.OpenRTP(media.RTPConfig{}); fault.CodeOf(err) != fault.Busy {
		t.Errorf("third of two: %v", err)
	}
	open[0].Close()
	ctx, cancel := contextThatEnds(t)
	cancel()
	if err := e.Run(ctx); err != nil { // after the end nothing may hang
		t.Fatal(err)
	}
	open[1].Close()
	br := e.NewBridge()
	done := make(chan media.Outcome, 1)
	br.Add(open[1]).Play(media.Samples(nil), media.PlayOptions{Done: func(o media.Outcome) { done <- o }})
	br.Close()
	if o := <-done; o != media.Stopped {
		t.Errorf("outcome %v", o)
	}
	if err := e.Probe(t.Context()); err != nil {
		t.Error(err)
	}
	if _, err := e.OpenRTP(media.RTPConfig{}); fault.CodeOf(err) != fault.Unavailable {
		t.Errorf("open after the end: %v", err)
	}
}
